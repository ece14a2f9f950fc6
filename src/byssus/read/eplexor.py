"""The list of shifts that an Eplexor workbook of a master curve keeps beside its data.

A sheet ``Shiftlist``: ``Ref.Temp.`` with a temperature, ``WLF`` with both constants as the instrument found them, a row
of headings, then temperature (°C) and log10 of the shift factor, a row each isotherm.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

__all__ = ["shift_list"]

SHEET = "shiftlist"
ZERO_C_K = 273.15
_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?")


def shift_list(sheets: Sequence[tuple[str, Sequence[Sequence[Any]]]]) -> dict[str, Any]:
    """``shift_temperature_k`` and ``shift_log_a`` as tuples, and what is told of them; empty without such a list.

    Told may be ``shift_reference_k``, and ``wlf_c1`` with ``wlf_c2_k``.
    """
    rows = next((rows for name, rows in sheets if name.strip().casefold() == SHEET), ())
    pairs = [row[:2] for row in rows if len(row) > 1 and all(map(_real, row[:2]))]
    if not pairs:
        return {}
    found: dict[str, Any] = {
        "shift_temperature_k": tuple(float(t) + ZERO_C_K for t, _ in pairs),
        "shift_log_a": tuple(float(a) for _, a in pairs),
    }
    told = {str(row[0]).strip().casefold(): [_last(cell) for cell in row[1:]] for row in rows[:10] if row}
    reference, *_ = told.get("ref.temp.", [None])
    if reference is not None:
        found["shift_reference_k"] = reference + ZERO_C_K
    c1, c2, *_ = [*told.get("wlf", []), None, None]
    return {**found, "wlf_c1": c1, "wlf_c2_k": c2} if c1 is not None and c2 is not None else found


def _real(cell: Any) -> bool:
    return isinstance(cell, float) and math.isfinite(cell)


def _last(cell: Any) -> float | None:
    """The number of ``25.0 °C`` or ``C2 : 141.19 K``: the last one, for C1 and C2 have one in their names."""
    numbers = _NUMBER.findall(str(cell))
    return float(numbers[-1].replace(",", ".")) if numbers else None
