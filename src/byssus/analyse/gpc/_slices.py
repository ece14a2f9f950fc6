"""The slices of a peak, their averages, and how uncertain calibration and limits leave these."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.gpc._calibration import Calibration
from byssus.analyse.gpc._peak import Peak, stated_peak
from byssus.errors import AnalysisError, Problem
from byssus.laws.molar_mass import Averages, averages

__all__ = ["NAMES", "Cut", "by_calibration", "by_limits", "cut_out", "of_summits"]

Floats = NDArray[np.float64]
# Limits are known to about this share of the peak's width: two people place them so differently.
LIMIT_DOUBT = 0.05
NAMES = ("number", "weight", "z", "dispersity")


@dataclass(frozen=True)
class Cut:
    """The slices between two limits: retention, height over the baseline, mass (trapezia) and M, shapes ``(n,)``."""

    x: Floats
    height: Floats
    mass: Floats
    molar_mass: Floats
    averages: Averages


def cut_out(x: Floats, y: Floats, peak: Peak, calibration: Calibration) -> Cut:
    inside = x[peak.first : peak.last + 1]
    height = peak.height(x, y)
    mass = height * np.gradient(inside)
    with np.errstate(over="ignore"):
        molar_mass = 10 ** calibration.log_mass(inside)
    if not np.all(np.isfinite(molar_mass) & (molar_mass > 0)):
        got = "a calibration that leaves the range of numbers at the limits of the peak"
        raise AnalysisError(Problem("molar masses cannot be had", got=got, mend="Mend the calibration or the limits."))
    try:
        found = averages(molar_mass, mass)
    except ValueError as fault:
        got = "more signal below the baseline than above it"
        raise AnalysisError(Problem("no averages follow from this peak", got=got, mend="Mend the limits.")) from fault
    return Cut(inside, height, mass, molar_mass, found)


def by_calibration(cut: Cut, calibration: Calibration) -> dict[str, float | None]:
    """First-order propagation (GUM 5.1) of the coefficients' covariance into each average."""
    if calibration.covariance is None:
        return dict.fromkeys(NAMES)
    powers = calibration.powers(cut.x) * math.log(10)
    means = [(w := cut.mass * cut.molar_mass**k) @ powers / np.sum(w) for k in (-1, 1, 2)]
    along = {"number": means[0], "weight": means[1], "z": 2 * means[2] - means[1], "dispersity": means[1] - means[0]}
    size = _values(cut.averages)
    return {n: size[n] * math.sqrt(max(float(g @ calibration.covariance @ g), 0.0)) for n, g in along.items()}


def by_limits(x: Floats, y: Floats, peak: Peak, calibration: Calibration, cut: Cut) -> dict[str, float | None]:
    """Each limit moved by a share of the width to both sides, taken as bounds of equal likelihood (GUM 4.3.7).

    So is the difference to the baseline extended from before the peak: the two part where a peak reaches the smallest
    standard, or other things elute behind it.
    """
    shift = max(round(LIMIT_DOUBT * (peak.last - peak.first)), 1)
    variance = dict.fromkeys(NAMES, 0.0)
    here = _values(cut.averages)
    for which in ("first", "last"):
        farthest = dict.fromkeys(NAMES, 0.0)
        for step in (-shift, shift):
            moved = _moved(x, y, peak, which, step)
            try:
                there = _values(cut_out(x, y, moved, calibration).averages)
            except AnalysisError:
                return dict.fromkeys(NAMES)
            farthest = {n: max(farthest[n], abs(there[n] - here[n])) for n in NAMES}
        variance = {n: variance[n] + farthest[n] ** 2 / 3 for n in NAMES}
    if peak.before is not None:
        try:
            there = _values(cut_out(x, y, replace(peak, baseline=peak.before), calibration).averages)
        except AnalysisError:
            return dict.fromkeys(NAMES)
        variance = {n: variance[n] + (there[n] - here[n]) ** 2 / 3 for n in NAMES}
    return {n: math.sqrt(v) for n, v in variance.items()}


def _moved(x: Floats, y: Floats, peak: Peak, which: str, step: int) -> Peak:
    first = peak.first + (step if which == "first" else 0)
    last = peak.last + (step if which == "last" else 0)
    first, last = max(first, peak.bounds[0]), min(last, peak.bounds[1])
    if not peak.stated:
        return replace(peak, first=first, last=last)
    baseline = "none" if peak.rule.endswith("zero") else "linear"
    return stated_peak(x, y, (float(x[first]), float(x[last])), baseline, "")


def _values(found: Averages) -> dict[str, float]:
    return {"number": found.number, "weight": found.weight, "z": found.z, "dispersity": found.dispersity}


def of_summits(summits: Floats, calibration: Calibration) -> tuple[float | None, ...]:
    if calibration.covariance is None:
        return tuple(None for _ in summits)
    powers = calibration.powers(summits) * math.log(10)
    variance = np.einsum("ij,jk,ik->i", powers, calibration.covariance, powers)
    return tuple(float(v) for v in 10 ** calibration.log_mass(summits) * np.sqrt(np.maximum(variance, 0.0)))
