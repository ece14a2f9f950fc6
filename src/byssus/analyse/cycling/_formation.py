"""Formation: the first cycles of a cell, run at a clearly lower current than those after them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from byssus.analyse.cycling._cycles import Cycles

__all__ = ["FORMATION_SHARE", "formation_cycles", "whole_current"]

Floats = NDArray[np.float64]

FORMATION_SHARE = 0.7  # of the current afterwards: C/10 before C/5 is 0.5, steps of one protocol differ by per cents
MOST_FORMATION = 10  # cycles; a longer slow part is a test of its own
STEADY_SHARE = 0.5  # of the cycles afterwards, at one current: else this is a rate test
STEADY_WITHIN = 0.25  # of the median current
FEWEST_AFTER = 2  # cycles that tell what the current is afterwards


def whole_current(cycles: Cycles) -> Floats:
    """Current of each whole cycle (A), the mean of its halves, shape ``(whole,)``."""
    pairs = cycles.current_a[cycles.opening : cycles.opening + 2 * cycles.whole].reshape(-1, 2)
    return np.asarray(pairs.mean(axis=1))


def formation_cycles(current_a: Floats) -> int:
    """How many leading cycles are formation, from the current of each whole cycle (A), shape ``(n,)``.

    The largest number, ``MOST_FORMATION`` at most, of cycles below ``FORMATION_SHARE`` of the median current of
    those after them, half of which must run at one current; 0 where there are none.
    """
    found = 0
    for count in range(1, min(MOST_FORMATION, len(current_a) - FEWEST_AFTER) + 1):
        after = current_a[count:]
        middle = float(np.median(after))
        steady = float(np.mean(np.abs(after / middle - 1) < STEADY_WITHIN)) if middle > 0 else 0.0
        if float(current_a[:count].max()) < FORMATION_SHARE * middle and steady > STEADY_SHARE:
            found = count
    return found
