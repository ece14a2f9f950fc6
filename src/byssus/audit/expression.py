"""Equations over intervals.

Evaluated at the corners, which is exact for an equation that is monotone in each of its numbers, as all of
the table's are; zero is tried where an interval holds it, for what is divided by. An equation of a study's own may
turn within the intervals, and is tried inside them too.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping

from byssus.audit.stated import Interval
from byssus.laws.expression import names, value

__all__ = ["corners"]


MOST_POINTS = 5000


def corners(equation: str, intervals: Mapping[str, Interval], inside: int = 0) -> Interval | None:
    """The range of the equation over intervals; ``None`` where it has no finite end at all.

    ``inside`` is how many points between the ends of each are tried besides, fewer where there are many inputs.
    """
    keys = names(equation)
    while inside and (inside + 3) ** len(keys) > MOST_POINTS:
        inside -= 1
    points = itertools.product(*(_tried(intervals[k], inside) for k in keys))
    reached = [value(equation, dict(zip(keys, point, strict=True))) for point in points]
    known = [v for v in reached if not math.isnan(v)]
    if not known or all(math.isinf(v) for v in known):
        return None
    low, high = min(known), max(known)
    if len(known) < len(reached):  # an undefined corner (a difference of infinities, a zero below): unbounded there
        low, high = (low, math.inf) if all(v >= 0 for v in known) else (-math.inf, math.inf)
    if math.isinf(low) and math.isinf(high):
        return None
    is_open = any(i.low_open or i.high_open for i in intervals.values())
    return Interval(low, high, low_open=is_open, high_open=is_open)


def _tried(interval: Interval, inside: int) -> tuple[float, ...]:
    low, high = interval.low, interval.high
    zero = (0.0,) if low < 0 < high else ()
    between = math.isfinite(high - low) and high > low
    steps = ((k + 1) / (inside + 1) for k in range(inside if between else 0))
    return (low, high, *zero, *(low + (high - low) * step for step in steps))
