"""The area a gas covers, by the line of Brunauer, Emmett and Teller."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.technique import Specimen
from byssus.errors import AnalysisError, Problem
from byssus.laws.pores import bet_area, bet_ordinate
from byssus.trace import Trace

__all__ = ["Sorption", "sorption_of"]

Floats = NDArray[np.float64]
WINDOW = (0.05, 0.30)  # of p/p0, ISO 9277:2022
NITROGEN_M2 = 0.162e-18  # area of a nitrogen molecule at 77 K, ISO 9277:2022
FEWEST = 3


@dataclass(frozen=True)
class Sorption:
    """An isotherm, and its BET area (m²/kg) with standard uncertainty (``None`` without scatter) over ``n`` points.

    ``area`` is ``None``, with the reason in ``reason``, where the points make no BET line.
    """

    relative_pressure: Floats
    adsorbed: Floats
    area: float | None
    uncertainty: float | None
    constant: float
    n: int
    window: tuple[float, float]
    cross_section_m2: float
    reason: str
    warnings: tuple[str, ...]


def sorption_of(trace: Trace, specimen: Specimen) -> Sorption:
    """The BET line over the adsorption branch in the window of p/p0.

    Raises :class:`AnalysisError` for an empty window or fewer than three readings in the file.
    """
    low, high = (float(specimen.get(key, usual)) for key, usual in zip(("bet_from", "bet_to"), WINDOW, strict=True))
    section = float(specimen.get("molecule_area", NITROGEN_M2))
    if not 0 <= low < high < 1:
        raise AnalysisError(Problem("the BET window is empty", specimen.name, f"{low:.4g} to {high:.4g}", "0 to 1"))
    x = np.asarray(trace["relative_pressure"], dtype=np.float64)
    q = np.asarray(trace["adsorbed_m3_per_kg"], dtype=np.float64)
    sound = np.isfinite(x) & np.isfinite(q) & (x > 0) & (x < 1) & (q > 0)
    if np.count_nonzero(sound) < FEWEST:
        raise AnalysisError(Problem("too few readings of an isotherm", trace.source.path, f"{np.count_nonzero(sound)}"))
    x, q = x[sound], q[sound]
    rising = np.arange(len(x)) <= int(np.argmax(x))
    inside = rising & (x >= low) & (x <= high)
    n = int(np.count_nonzero(inside))
    left = len(sound) - int(np.count_nonzero(sound))
    said = (f"{left} of {len(sound)} rows left out: no relative pressure between 0 and 1, or no gas",) if left else ()
    like = Sorption(x, q, None, None, math.nan, n, (low, high), section, "", said)
    if n < FEWEST:
        return _without(like, f"{n} readings with p/p0 from {low:.4g} to {high:.4g} while it rises: too few for a line")
    return _line(like, x[inside], bet_ordinate(x[inside], q[inside]))


def _without(like: Sorption, reason: str) -> Sorption:
    return replace(like, reason=reason)


def _line(like: Sorption, x: Floats, y: Floats) -> Sorption:
    """Qm = 1/(slope + intercept), C = slope/intercept + 1, and the covariance of both coefficients into Qm."""
    design = np.stack((np.ones_like(x), x), axis=1)
    inverse = np.linalg.pinv(design.T @ design)
    intercept, slope = (float(v) for v in inverse @ design.T @ y)
    if not (intercept > 0 and slope > 0):
        return _without(like, "the BET line has no positive slope and intercept: another window, or no monolayer")
    monolayer = 1 / (slope + intercept)
    uncertainty = None
    if len(x) > 2:
        residual = y - intercept - slope * x
        variance = float(residual @ residual) / (len(x) - 2) * float(np.sum(inverse))
        uncertainty = bet_area(monolayer**2 * math.sqrt(max(variance, 0.0)), like.cross_section_m2)
    return replace(
        like,
        area=bet_area(monolayer, like.cross_section_m2),
        uncertainty=uncertainty,
        constant=slope / intercept + 1,
    )
