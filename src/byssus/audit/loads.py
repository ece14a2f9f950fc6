"""Hardness, modulus and depth of several binders: could they come from indentations to one load?"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from byssus.audit.row import Row, row_on
from byssus.audit.stated import Interval, Stated, best_matches
from byssus.laws.indentation import peak_load_n

__all__ = ["load_rows"]

NEEDED = ("indentation_depth", "hardness", "reduced_modulus")
MILLI = 1e3


def load_rows(claims: Sequence[Stated]) -> list[Row]:
    """One row, unverifiable, where no common load gives all numbers and the load itself is not printed."""
    if any(c.quantity == "peak_load" for c in claims):
        return []
    sets = [_set(depth, claims) for depth in claims if depth.quantity == "indentation_depth" and depth.binder]
    whole = [one for one in sets if len(one) == len(NEEDED) and all(c.interval.is_positive for c in one)]
    if len(whole) < 2:
        return []
    loads = {one[0].binder: _load(one) for one in whole}
    if max(i.low for i in loads.values()) <= min(i.high for i in loads.values()):
        return []
    listed = ", ".join(f"{name} {(i.low + i.high) / 2 * MILLI:.1f} mN" for name, i in loads.items())
    remark = (
        f"Peak loads that an ideal Berkovich tip would need: {listed}. No one load gives them all; the peak load is "
        "not printed, so whether it was the same cannot be told."
    )
    lead = whole[0][0]
    row = row_on(
        lead,
        None,
        "unverifiable",
        "indentations to one load",
        itertools.chain.from_iterable(whole),
        printed="depth, hardness and modulus",
        equation="P = 24.5 H hc^2, hc = h / (1 + epsilon (P/S)/hc)",
        remarks=(remark,),
        source="doi:10.1557/JMR.2004.0002",
    )
    return [row.of_nobody("peak_load")]


def _set(depth: Stated, claims: Sequence[Stated]) -> list[Stated]:
    """A binder's depth with its hardness and modulus, where both are printed."""
    others = [best_matches(claims, name, depth.binder, depth.at) for name in NEEDED[1:]]
    return [depth, *(found[0] for found in others if found)]


def _load(one: Sequence[Stated]) -> Interval:
    """The load over all corners of the printed intervals."""
    corners = itertools.product(*((c.interval.low, c.interval.high) for c in one))
    reached = [peak_load_n(*corner) for corner in corners]
    return Interval(min(reached), max(reached))
