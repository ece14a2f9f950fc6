"""Expansion of a layer and the recovered share, with first-order uncertainty (GUM, JCGM 100:2008, 5.1)."""

from __future__ import annotations

import math
from dataclasses import dataclass

from byssus.laws.statistics import interval_95, student_t, welch_satterthwaite

__all__ = ["Mean", "Uncertain", "expansion", "recovery"]


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean with its standard uncertainty and degrees of freedom; both ``None`` for a single reading."""

    value: float
    standard_uncertainty: float | None
    degrees: float | None


@dataclass(frozen=True, slots=True)
class Uncertain:
    """A derived number; uncertainty, interval and ``significant`` are ``None`` where a mean had none.

    ``significant``: whether the 95 % interval leaves out zero.
    """

    value: float
    standard_uncertainty: float | None
    interval_95: tuple[float, float] | None
    significant: bool | None


def expansion(pristine: Mean, other: Mean) -> Uncertain:
    """Gain over the pristine thickness, (d - d0)/d0. Thicknesses in one unit, d0 > 0."""
    d0, d = pristine.value, other.value
    return _propagate((d - d0) / d0, (pristine, -d / d0**2), (other, 1 / d0))


def recovery(pristine: Mean, lithiated: Mean, delithiated: Mean) -> Uncertain:
    """Recovered share of the expansion, (a - b)/a with a and b the expansions in both states.

    As a = (dL - d0)/d0 and b = (dD - d0)/d0 share d0, this is (dL - dD)/(dL - d0); its derivatives by the
    three means carry the covariance of a and b. Raises ``ZeroDivisionError`` where dL = d0.
    """
    d0, dl, dd = pristine.value, lithiated.value, delithiated.value
    swell = dl - d0
    value = (dl - dd) / swell
    return _propagate(
        value, (pristine, (dl - dd) / swell**2), (lithiated, (dd - d0) / swell**2), (delithiated, -1 / swell)
    )


def _propagate(value: float, *parts: tuple[Mean, float]) -> Uncertain:
    contributions = []
    for mean, slope in parts:
        if mean.standard_uncertainty is None or mean.degrees is None:
            return Uncertain(value, None, None, None)
        contributions.append((slope * mean.standard_uncertainty, mean.degrees))
    u = math.sqrt(math.fsum(c * c for c, _ in contributions))
    degrees = welch_satterthwaite(contributions)
    return Uncertain(value, u, interval_95(value, u, degrees), abs(value) > student_t(degrees) * u)
