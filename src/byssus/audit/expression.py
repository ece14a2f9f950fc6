"""Equations over intervals.

Evaluated at the corners, which is exact for an equation that is monotone in each of its numbers, as all of
the table's are.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping

from byssus.audit.stated import Interval
from byssus.laws.expression import names, value

__all__ = ["corners"]


def corners(equation: str, intervals: Mapping[str, Interval]) -> Interval | None:
    """The range of the equation over intervals; ``None`` where it has no finite end at all."""
    keys = names(equation)
    points = itertools.product(*((intervals[k].low, intervals[k].high) for k in keys))
    reached = [value(equation, dict(zip(keys, point, strict=True))) for point in points]
    known = [v for v in reached if not math.isnan(v)]
    if not known or all(math.isinf(v) for v in known):
        return None
    low, high = min(known), max(known)
    if len(known) < len(reached):  # an undefined corner (a difference of infinities, a zero below): unbounded there
        low, high = (low, math.inf) if all(v >= 0 for v in known) else (-math.inf, math.inf)
    is_open = any(i.low_open or i.high_open for i in intervals.values())
    return Interval(low, high, low_open=is_open, high_open=is_open)
