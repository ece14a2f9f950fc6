"""Findings of a voltammogram: of the file, of each cycle, of each sweep and of its peaks."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from byssus.analyse.voltammetry._sweeps import ANODIC, CATHODIC
from byssus.findings import Finding, Status
from byssus.laws.statistics import running_median
from byssus.vocabulary import quantity

if TYPE_CHECKING:
    from byssus.analyse.voltammetry._peaks import Peak
    from byssus.analyse.voltammetry.technique import Half, VoltammetryResult

__all__ = ["all_findings"]

BY_BASELINE = {
    "flanks": "over the straight line that touches both flanks of the peak (lower convex hull)",
    "tangent": "over the line fitted before the foot of the peak (0.05 % of its height, or noise) and drawn on beneath",
}
FROM_NOISE = "uncertainty from the white noise of the current"
NO_RATE = (
    "the data have no clock and nothing says the scan rate: give scan_rate, e.g. scan_rate = '0.1 mV/s', "
    "or export the time"
)
FLAT_PART = (0.25, 0.75)  # of the window: away from its limits, where the current turns round
OVERLAPPING = 0.05  # of a peak's height: a valley above it is no baseline
CUT_SHORT = "the last sweep of this cycle ends inside the window"


def all_findings(result: VoltammetryResult) -> tuple[Finding, ...]:
    """Everything one file tells; warnings on the file as a whole stand on its scan rate."""
    out = [*_file(result)]
    for cycle in result.cycles:
        out += _cycle(result, cycle)
    return tuple(out)


def _file(result: VoltammetryResult) -> Iterator[Finding]:
    known = math.isfinite(result.rate_v_per_s)
    remarks = (*result.warnings, *result.notes)
    if known:
        status: Status = "warned" if result.warnings else "ok"
        u = result.rate_uncertainty if math.isfinite(result.rate_uncertainty) else None
        yield _finding("scan_rate", result.rate_v_per_s, u=u, method=result.rate_from, equation="v = |dE/dt|",
                       status=status, remarks=remarks)  # fmt: skip
    else:
        yield _finding("scan_rate", None, status="missing_input", remarks=(NO_RATE, *remarks))
    yield _finding("cycle_count", float(result.whole), method="pairs of sweeps that reach the limits",
                   status="warned" if result.warnings else "ok", remarks=result.warnings)  # fmt: skip
    ends = [result.potential_v[row] for h in result.halves for row in (h.sweep.first, h.sweep.last)]
    for name, value in (("lower_potential_limit", min(ends)), ("upper_potential_limit", max(ends))):
        yield _finding(name, float(value), method="extreme of the sweeps' ends")


def _cycle(result: VoltammetryResult, cycle: int) -> Iterator[Finding]:
    halves = result.of_cycle(cycle)
    yield from _charges(result, cycle, halves)
    for half in halves:
        yield from _sweep(result, cycle, half)
    yield from _pairs(cycle, halves)
    if len(halves) == 2 and not any(h.peaks for h in halves):
        yield from _capacitance(result, cycle, halves)


def _charges(result: VoltammetryResult, cycle: int, halves: tuple[Half, ...]) -> Iterator[Finding]:
    """Charge of either sign over both sweeps of a cycle, as such, per area and per mass."""
    short = len(halves) < 2 or halves[-1].sweep.early_end
    said: dict[str, Any] = {"at": {"cycle": cycle}, "status": "warned" if short else "ok"}
    said["remarks"] = (CUT_SHORT if len(halves) == 2 else "the cycle has one sweep only",) if short else ()
    uncertainty = math.hypot(*(h.charge_u_c for h in halves))
    for half, sign in ((ANODIC, ">"), (CATHODIC, "<")):
        charge = sum(h.anodic_c if half == ANODIC else h.cathodic_c for h in halves)
        equation = f"Q = |∫ I dt|, I {sign} 0"
        method = f"trapezia over both sweeps of the cycle, where the smoothed current is {half}; {FROM_NOISE}"
        if not math.isfinite(charge):
            yield _finding(f"{half}_charge", None, at=said["at"], status="missing_input", remarks=(NO_RATE,))
            continue
        yield _finding(f"{half}_charge", charge, u=uncertainty, method=method, equation=equation, **said)
        if result.area_m2 is not None:
            areal: dict[str, Any] = {"u": uncertainty / result.area_m2, "method": f"{method}; area taken as exact"}
            yield _finding(f"areal_{half}_charge", charge / result.area_m2, equation=f"{equation}; q = Q / A", **areal,
                           **said)  # fmt: skip
        if result.mass_kg is not None:
            relative = math.hypot(uncertainty / charge if charge else 0.0, result.mass_spread)
            words = f"{method}; with that of the mass" if result.mass_spread else f"{method}; mass taken as exact"
            per_mass = charge / result.mass_kg
            yield _finding(f"specific_{half}_charge", per_mass, u=per_mass * relative, method=words,
                           equation=f"{equation}; q = Q / m", **said)  # fmt: skip


def _sweep(result: VoltammetryResult, cycle: int, half: Half) -> Iterator[Finding]:
    at = {"cycle": cycle, "half": half.sweep.half}
    smooth = half.noise_a / math.sqrt(5.0)  # a running median of five
    yield _finding(
        "largest_current", half.largest_a, u=smooth, at=at,
        equation="max(I)" if half.sweep.direction > 0 else "max(−I)",
        method=f"largest {half.sweep.half} current of the sweep, after a running median of five; {FROM_NOISE}",
    )  # fmt: skip
    if not half.peaks:
        yield _finding(
            "peak_potential", None, at=at, status="not_identifiable",
            remarks=(f"no peak stands out by {result.least_share:.0%} of the sweep's range and ten times its noise",),
        )  # fmt: skip
    for number, peak in enumerate(half.peaks, 1):
        yield from _peak(result, {**at, "peak": number}, half, peak)


def _peak(result: VoltammetryResult, at: dict[str, Any], half: Half, peak: Peak) -> Iterator[Finding]:
    over = BY_BASELINE[result.baseline]
    own = f"between the peak's valleys or the baseline's contacts, {over}; {FROM_NOISE}"
    top = "polynomial through the top of the peak"
    drop = "" if result.series_resistance_ohm is None else f"; ohmic drop of {result.series_resistance_ohm:.4g} ohm off"
    near = (
        f"overlaps a neighbour: the valley between them is {peak.shared:.0%} of its height, so position, height and "
        "charge hold part of the other's, which the uncertainty does not cover",
    )
    doubt: dict[str, Any] = {"status": "warned", "remarks": near} if peak.shared > OVERLAPPING else {}
    where: dict[str, Any] = {"at": at, "method": f"{top}, {over}{drop}; {FROM_NOISE}", **doubt}
    yield _finding("peak_potential", peak.potential_v, u=peak.potential_uncertainty_v, **where,
                   equation="E where |I − I(baseline)| is largest")  # fmt: skip
    height: dict[str, Any] = {**where, "method": f"{top}, {over}; {FROM_NOISE}", "equation": "|I − I(baseline)| at Ep"}
    yield _finding("peak_current", peak.height_a, u=peak.height_uncertainty_a, **height)
    if result.area_m2 is not None:
        area = result.area_m2
        yield _finding("peak_current_density", peak.height_a / area, u=peak.height_uncertainty_a / area,
                       **{**height, "equation": "|I − I(baseline)| / A"})  # fmt: skip
    if math.isfinite(half.rate_v_per_s):
        rate = half.rate_v_per_s
        yield _finding("peak_charge", peak.area_v_a / rate, u=peak.area_uncertainty_v_a / rate, at=at,
                       equation="Q = ∫ |I − I(baseline)| dE / v", method=own, **doubt)  # fmt: skip
    wide = math.isfinite(peak.half_width_v)
    yield _finding(
        "peak_half_width", peak.half_width_v if wide else None, at=at, method=f"full width at half height, {over}",
        status="ok" if wide else "not_identifiable",
        remarks=() if wide else ("a flank does not come down to half the height",),
    )  # fmt: skip


def _pairs(cycle: int, halves: tuple[Half, ...]) -> Iterator[Finding]:
    """Separation and midpoint of anodic and cathodic peaks that are each other's nearest."""
    ups, downs = ([p for h in halves if h.sweep.half == half for p in h.peaks] for half in (ANODIC, CATHODIC))
    method = (
        "anodic and cathodic peak of the cycle that lie nearest to each other; that they are one couple is not shown"
    )
    number = 0
    for up in ups:
        if not downs:
            return
        down = min(downs, key=lambda p: abs(p.potential_v - up.potential_v))
        if min(ups, key=lambda p: abs(p.potential_v - down.potential_v)) is not up:
            continue
        u = math.hypot(up.potential_uncertainty_v, down.potential_uncertainty_v)
        if up.potential_v - down.potential_v < -2 * u:
            continue  # no couple is oxidised below where it is reduced
        number += 1
        at = {"cycle": cycle, "pair": number}
        yield _finding("peak_separation", up.potential_v - down.potential_v, u=u, at=at, method=method,
                       equation="Ep(anodic) − Ep(cathodic)")  # fmt: skip
        yield _finding("midpoint_potential", 0.5 * (up.potential_v + down.potential_v), u=0.5 * u, at=at,
                       method=method, equation="(Ep(anodic) + Ep(cathodic)) / 2")  # fmt: skip


def _capacitance(result: VoltammetryResult, cycle: int, halves: tuple[Half, ...]) -> Iterator[Finding]:
    """Capacitance of a cycle without peaks, from the distance of its two sweeps in the middle of the window."""
    rate = halves[0].rate_v_per_s
    if not math.isfinite(rate):
        return
    curves = {}
    for h in halves:
        e, i = result.potential_v[h.sweep.rows], running_median(result.current_a[h.sweep.rows])
        order = np.argsort(e)
        curves[h.sweep.half] = (e[order], i[order])
    low = max(float(e[0]) for e, _ in curves.values())
    high = min(float(e[-1]) for e, _ in curves.values())
    first, last = (low + share * (high - low) for share in FLAT_PART)
    middle = np.linspace(first, last, 101)
    apart = np.interp(middle, *curves[ANODIC]) - np.interp(middle, *curves[CATHODIC])
    value, noise = 0.5 * float(np.median(apart)) / rate, halves[0].noise_a / rate / math.sqrt(2.0)
    seen = value > 2 * noise
    yield _finding(
        "double_layer_capacitance", value if seen else None, at={"cycle": cycle}, u=noise if seen else None,
        method="median over the middle half of the window; no peak stands out in either sweep",
        equation="C = (I(anodic) − I(cathodic)) / (2 v)", status="ok" if seen else "not_identifiable",
        remarks=() if seen else ("the two sweeps are no further apart than the noise",),
    )  # fmt: skip


def _finding(
    name: str, value: float | None, *, u: float | None = None, at: dict[str, Any] | None = None, **said: Any
) -> Finding:
    """A finding in the vocabulary's unit; only a positive uncertainty is one, and only a finite number a value."""
    if value is not None and not math.isfinite(value):
        value, said = None, said | {"status": "not_identifiable", "remarks": ("the current is out of all range",)}
    sure = u if value is not None and u is not None and math.isfinite(u) and u > 0 else None
    return Finding(name, value, quantity(name).unit, at or {}, standard_uncertainty=sure,
                   n=None if value is None else 1, technique="voltammetry", **said)  # fmt: skip
