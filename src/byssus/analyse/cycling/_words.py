"""What a reader of the cycles must know of how they were counted, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from byssus.analyse.cycling._cycles import Cycles

__all__ = ["CONTINUED", "spoken"]

Floats = NDArray[np.float64]

CONTINUED = "the tester's first cycle in this file is {}: it goes on from another file"


def spoken(found: Cycles, cycle_index: Floats | None) -> list[str]:
    """Warnings about the cycles of a file; ``cycle_index`` is the tester's, shape ``(n,)``."""
    warnings = []
    whole, odd = found.whole, found.odd
    if found.opening:
        way = "charge" if found.halves.sign[0] > 0 else "discharge"
        warnings.append(f"the file opens with a {way} on its own: it is cycle 1, incomplete; whole cycles follow")
    if found.halves.leading:
        warnings.append("a first pulse far smaller than the half-cycle after it is left out")
    if odd:
        warnings.append(f"cycle {found.opening + whole + 1} is incomplete: the file ends after its first half-cycle")
    if found.numbered_from > 1:
        warnings.append(f"{CONTINUED.format(found.numbered_from)}; cycles are numbered from 1 here")
    if found.cut_short:
        left = "; it is left out of means and retention" if found.partial else "; it is left out of means and fade"
        warnings.append(f"the last half-cycle looks cut short: it ends at another voltage than the earlier ones{left}")
    if cycle_index is not None:
        told = cycle_index[found.direction != 0]
        told = told[np.isfinite(told)]
        changes = np.flatnonzero(told[1:] != told[:-1]) + 1
        named = len(np.unique(told[np.r_[0, changes]])) if len(told) else 0
        parts = odd + found.opening
        if named and named != whole + parts:
            also = f" and {parts} incomplete" if parts else ""
            warnings.append(f"the current shows {whole} whole cycles{also}, the tester numbers {named}")
    return warnings
