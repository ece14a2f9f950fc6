"""The descent of the blade: shear strength from force against depth, and the depth where its slope changes."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.saicas._record import HIGH, Record
from byssus.laws.cutting import (
    chip_shear_angle,
    least_force_shear_angle,
    resolved_shear_load,
    stated_angle_shear_load,
)
from byssus.laws.statistics import Line, effective_points, fit_line, running_median

__all__ = ["Break", "Cutting", "ShearRule", "cutting_of", "depth_line", "shear_rule"]

Floats = NDArray[np.float64]
IN_CONTACT = 0.1  # of the descent's highest force: below it the blade has barely touched
ARRIVED = 0.02  # of the descent: from here on the depth is the one it ends at
LEAST_RISE = 0.2  # of the final depth: less was gone down, and there is no descent to see
LEAST_POINTS = 20  # two lines of ten readings
BLOCKS = 200  # whose means show a change of slope as well as all readings do
LEAST_SIDE = 10  # blocks on either side of a break
EVIDENCE = 10.0  # a fall of BIC by ten is very strong evidence (Kass and Raftery, doi:10.1080/01621459.1995.10476572)
SHALLOWER = 0.5  # of the slope before it: a change to less is no longer the same cutting
EXACT = 1e-7  # of the force: residuals below it are rounding
LIKELY = 3.841458820694124  # chi-squared of one degree of freedom, 95 %: profile likelihood


@dataclass(frozen=True)
class ShearRule:
    """How forces become the shear load of the shear plane (N, to be divided by w d): one of three, said in words.

    ``weights`` are its derivatives by horizontal and vertical force; the load is their weighted sum (it is of
    degree one in the forces), so that one line fitted to that sum carries the covariance of both forces.
    """

    angle_rad: float
    weights: tuple[float, float]
    words: str
    equation: str


def shear_rule(
    horizontal: float, vertical: float | None, stated: float | None, chip_ratio: float | None, rake: float | None
) -> ShearRule:
    """The rule for a pair of forces or of their slopes: a stated angle, the chip's, else that of least force."""
    if stated is None and chip_ratio is not None and rake is not None:
        stated, words = chip_shear_angle(chip_ratio, rake), "from the chip"
    else:
        words = "as stated"
    if stated is not None and vertical is None:
        angle = f"shear angle {math.degrees(stated):.4g}° {words}, with the vertical force that least force gives it"
        return ShearRule(stated, (stated_angle_shear_load(1.0, stated), 0.0), angle, "τ = FH/(2 w d cot φ)")
    if stated is not None:
        weights = resolved_shear_load(1.0, 0.0, stated), resolved_shear_load(0.0, 1.0, stated)
        angle = f"shear angle {math.degrees(stated):.4g}° {words}, forces resolved along the shear plane"
        return ShearRule(stated, weights, angle, "τ = (FH cos φ - FV sin φ) sin φ/(w d)")
    if vertical is None:
        angle = "shear angle 45° assumed, which holds where the vertical force is zero; it was not recorded"
        return ShearRule(math.pi / 4, (0.5, 0.0), angle, "τ = FH/(2 w d cot φ)")
    size = math.hypot(horizontal, vertical)
    weights = horizontal / size / 2, (vertical / size - 1) / 2
    found = least_force_shear_angle(horizontal, vertical)
    words = f"shear angle {math.degrees(found):.4g}° from the ratio of the forces by least force"
    return ShearRule(found, weights, words, "τ = (√(FH² + FV²) - FV)/(2 w d)")


@dataclass(frozen=True, slots=True)
class Break:
    """The depth in m where force against depth changes its slope, its 95 % interval, and the block that holds it."""

    depth_m: float
    low_m: float
    high_m: float
    slope_before: float
    slope_after: float


@dataclass(frozen=True)
class Cutting:
    """The part of the descent where the blade cuts: its rows (shapes ``(n,)``), and lines of both forces on depth.

    Slopes are N/m. ``change`` is where it ends before the descent does, ``None`` where it never changes its slope.
    """

    depth_m: Floats
    horizontal_n: Floats
    vertical_n: Floats | None
    horizontal: Line
    vertical: Line | None
    change: Break | None

    def at(self, depth_m: float) -> tuple[float, float]:
        """The horizontal force that cutting would take at a depth, and its standard uncertainty, in N."""
        line, _ = depth_line(self.depth_m, self.horizontal_n)
        away = depth_m - float(np.mean(self.depth_m))
        mean = line.slope_uncertainty * float(np.std(self.depth_m))
        return line.intercept + line.slope * depth_m, math.hypot(line.slope_uncertainty * away, mean)


def depth_line(depth_m: Floats, force_n: Floats) -> tuple[Line, float]:
    """The line of force on depth, its slope's uncertainty widened to effective residuals, and degrees of freedom."""
    line = fit_line(depth_m, force_n)
    n = len(depth_m)
    free, degrees = effective_points(force_n - line.intercept - line.slope * depth_m)
    wider = math.sqrt(max((n - 2) / max(free - 2, 1.0), 1.0))
    return Line(line.slope, line.intercept, line.slope_uncertainty * wider, n), max(degrees - 1, 1.0)


def cutting_of(r: Record, before: float) -> tuple[Cutting | None, str]:
    """The cutting part of the descent, which ends at ``before`` (of the course) at the latest, or why there is none."""
    rows = _descent(r, before)
    if rows is None:
        return None, "the record holds no descent of the blade to find it in"
    depth, force = r.depth_m[rows], r.horizontal_n[rows]
    change = _break(depth, force)
    kept = np.ones(len(depth), dtype=bool) if change is None else depth < change.low_m
    if int(np.sum(kept)) < LEAST_POINTS // 2:
        return None, "the force changes its slope right after the blade touches: nothing is left to find it in"
    across = None if r.vertical_n is None else r.vertical_n[rows][kept]
    line, _ = depth_line(depth[kept], force[kept])
    if not line.slope > 0:
        return None, "the force does not rise with depth as the blade goes down"
    vertical = None if across is None else depth_line(depth[kept], across)[0]
    return Cutting(depth[kept], force[kept], across, line, vertical, change), ""


def _descent(r: Record, before: float) -> slice | None:
    """The rows from contact until the depth arrives; ``None`` where the record begins at depth."""
    upto = int(np.searchsorted(r.course, before))
    if upto < LEAST_POINTS:
        return None
    depth, force = running_median(r.depth_m[:upto]), running_median(r.horizontal_n[:upto])
    start, final = float(np.min(depth)), float(np.max(depth))
    if final - start < LEAST_RISE * final:
        return None
    arrived = np.flatnonzero(depth >= final - ARRIVED * (final - start))
    end = int(arrived[0]) if len(arrived) else upto
    high = float(np.quantile(force[:end], HIGH)) if end else 0.0
    touching = np.flatnonzero(force[:end] < IN_CONTACT * high)
    first = int(touching[-1]) + 1 if len(touching) else 0
    return slice(first, end) if end - first >= LEAST_POINTS else None


def _break(depth: Floats, force: Floats) -> Break | None:
    """Where two lines fit force against depth very much better than one, the second much shallower."""
    order = np.argsort(depth, kind="stable")
    count = min(BLOCKS, len(depth) // 2)
    d, f = (np.array([part.mean() for part in np.array_split(v[order], count)]) for v in (depth, force))
    sides = np.arange(LEAST_SIDE, count - LEAST_SIDE + 1)
    if not len(sides):
        return None
    floor = len(d) * (EXACT * float(np.max(np.abs(f)))) ** 2
    ahead, behind = _squares(d, f), _squares(d[::-1], f[::-1])[::-1]  # of the first blocks, and of those from there on
    apart = ahead[sides - 1] + behind[sides] + floor
    best = int(np.argmin(apart))
    k = int(sides[best])
    before, after = fit_line(d[:k], f[:k]), fit_line(d[k:], f[k:])
    if not after.slope < SHALLOWER * before.slope:
        return None
    rest = np.concatenate([p[1] - line.intercept - line.slope * p[0]
                           for p, line in (((d[:k], f[:k]), before), ((d[k:], f[k:]), after))])  # fmt: skip
    free, _ = effective_points(rest)
    gain = free * math.log((float(ahead[-1]) + floor) / apart[best]) - 3 * math.log(max(free, 1.0))
    if gain < EVIDENCE:
        return None
    likely = sides[free * np.log(apart / apart[best]) <= LIKELY]
    # the change may lie within a block on either side of the division
    parts = np.array_split(depth[order], count)
    low, high = float(parts[likely[0] - 1][0]), float(parts[likely[-1]][-1])
    return Break(float(d[k - 1] + d[k]) / 2, low, high, before.slope, after.slope)


def _squares(d: Floats, f: Floats) -> Floats:
    """Squared residuals of the line through the first 1, 2, ... n points, shape ``(n,)``."""
    d, f = d - d.mean(), f - f.mean()
    count = np.arange(1, len(d) + 1)
    sd, sf = np.cumsum(d), np.cumsum(f)
    dd, df, ff = (
        np.cumsum(d * d) - sd * sd / count,
        np.cumsum(d * f) - sd * sf / count,
        np.cumsum(f * f) - sf * sf / count,
    )
    explained = np.divide(df * df, dd, out=np.zeros_like(dd), where=dd > 0)
    return np.asarray(np.maximum(ff - explained, 0.0))
