"""Two means beside one another, and many such comparisons at once (GUM, JCGM 100:2008)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy.special import ndtr, stdtr, stdtridf

from byssus.laws.statistics import interval_95, welch_satterthwaite
from byssus.laws.thickness import Mean

__all__ = ["LEVEL", "Difference", "difference", "holm", "implied_degrees", "relative_change"]

LEVEL = 0.05  # of a two-sided test; the 95 % interval leaves out zero just where p is below it
NORMAL = 1.959963984540054  # t of a 95 % interval with endless degrees of freedom


@dataclass(frozen=True, slots=True)
class Difference:
    """``value`` with its standard uncertainty, effective degrees of freedom and 95 % interval.

    ``p`` is the chance of a difference at least as large between equal means; ``None`` where neither mean scatters.
    """

    value: float
    standard_uncertainty: float
    degrees: float
    interval_95: tuple[float, float]
    p: float | None


def difference(one: Mean, other: Mean) -> Difference:
    """``other - one`` of two independent means of one unit, each with uncertainty and degrees of freedom.

    u^2 = u1^2 + u2^2 (GUM 5.1.2); degrees of freedom by Welch and Satterthwaite (GUM G.4.1, doi:10.2307/3002019).
    Raises ``ValueError`` where a mean has no uncertainty.
    """
    parts = [_known(one), _known(other)]
    return _tested(other.value - one.value, parts)


def relative_change(one: Mean, other: Mean) -> Difference:
    """``other/one - 1``, to first order: u = |other/one| sqrt((u1/one)^2 + (u2/other)^2) (GUM 5.1.6).

    Raises ``ValueError`` where a mean has no uncertainty or is not above zero.
    """
    if not (one.value > 0 and other.value > 0):
        raise ValueError(f"a ratio needs two values above zero, got {one.value!r} and {other.value!r}")
    (u1, n1), (u2, n2) = _known(one), _known(other)
    ratio = other.value / one.value
    return _tested(ratio - 1, [(ratio * u1 / one.value, n1), (u2 / one.value, n2)])


def _known(mean: Mean) -> tuple[float, float]:
    if mean.standard_uncertainty is None or mean.degrees is None:
        raise ValueError("a mean without uncertainty cannot be compared")
    return mean.standard_uncertainty, mean.degrees


def _tested(value: float, parts: Sequence[tuple[float, float]]) -> Difference:
    uncertainty = math.hypot(*(u for u, _ in parts))
    if uncertainty == 0:
        return Difference(value, 0.0, math.inf, (value, value), None)
    largest = max(u for u, _ in parts)  # taken out, so that fourth powers cannot underflow
    degrees = welch_satterthwaite([(u / largest, n) for u, n in parts])
    t = -abs(value) / uncertainty
    p = float(2 * (ndtr(t) if math.isinf(degrees) else stdtr(degrees, t)))
    return Difference(value, uncertainty, degrees, interval_95(value, uncertainty, degrees), p)


def implied_degrees(half_width: float, standard_uncertainty: float) -> float:
    """Degrees of freedom at which a 95 % interval is this many times its standard uncertainty (GUM G.3)."""
    t = half_width / standard_uncertainty if standard_uncertainty > 0 else NORMAL
    # beyond this many degrees Student's t is the normal quantile to four digits
    return math.inf if t < NORMAL * 1.0001 else float(stdtridf(0.975, t))


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Each p adjusted for all of them, in their order: below a level just where Holm's procedure rejects at it.

    Keeps the chance of even one false rejection to the level, however the tests depend on one another.
    Source: Holm (1979), doi:10.2307/4615733.
    """
    m = len(p_values)
    out = [1.0] * m
    reached = 0.0
    for rank, index in enumerate(sorted(range(m), key=lambda k: p_values[k])):
        reached = max(reached, min(1.0, (m - rank) * p_values[index]))
        out[index] = reached
    return tuple(out)
