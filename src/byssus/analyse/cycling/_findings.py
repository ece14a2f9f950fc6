"""Findings of a cycled cell: what is reported per cycle, and what the cycles say together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from byssus.analyse.cycling._cycles import COUNTER_TOLERANCE
from byssus.analyse.cycling._fade import fade_findings, formation_findings, reference_doubt, voltage_findings
from byssus.analyse.cycling._finding import cell_finding
from byssus.analyse.cycling._words import CONTINUED
from byssus.findings import Finding, Status
from byssus.laws.halfcycles import HELD_TOLERANCE_V
from byssus.vocabulary import quantity

if TYPE_CHECKING:
    from byssus.analyse.cycling.technique import CyclingResult, Way

__all__ = ["CELL_MEND", "HELD_METHOD", "MASS_MEND"]
__all__ += ["beyond_matter", "cell_findings", "charge_findings", "counter_ratio", "current_doubt", "missing_findings"]
__all__ += ["standing"]

BY_COUNTER = "the tester's counter over the half-cycle, checked against the integral of current over time"
BY_INTEGRAL = "integral of current over time (trapezoid) over the half-cycle"
HELD_METHOD = (
    f"share of ∫ I dt passed while the voltage stays within {HELD_TOLERANCE_V * 1e3:g} mV of its final value "
    "and the current decays"
)
COUNTER_EQUATION = "Q = Σ rises of the counter"
INTEGRAL_EQUATION = "Q = ∫ I dt"
MASS_MEND = "Give the mass of active material: mass in study.toml, in the specimen table, or --set mass='1.2 mg'."
MOST_EFFICIENT = 1.005  # beyond it two counters, each good to a tenth of a per cent, are not the reason
RICHEST_C_PER_KG = 4.4 * 96485.33212 / 28.0855e-3  # silicon to Li22Si5, 4199 mAh/g; lithium itself has 3862
TOO_MUCH = (
    "more than silicon gives back from Li22Si5 (4199 mAh/g): is the mass that of the active material, and are mass and "
    "current in the units said?"
)
ABOVE_ONE = (
    "more charge comes back than was taken up: a cell declared as the other kind (half, full), charge left in the "
    "electrode from the cycle before, or a counter that is off"
)
CELL_MEND = (
    "the cell is not declared half or full, so which half-cycle is the return is not known: no Coulombic "
    'efficiency, no retention. Give cell = "half" or "full" in [electrode], or --set cell=half.'
)


def charge_findings(result: CyclingResult) -> Iterator[Finding]:
    """The count of cycles, the check of the counter, and charge and capacity of every half-cycle."""
    remarks = (*result.notes, *result.warnings)
    remarks = remarks if result.cell else (*remarks, CELL_MEND)
    yield cell_finding(
        "cycle_count",
        float(result.cycles.whole),
        method="pairs of half-cycles of opposite current",
        remarks=remarks,
        status="warned" if result.warnings else "ok",
    )
    yield from counter_ratio(result)
    for way in result.ways:
        for row in result.rows(way):
            yield from _half_cycle(result, way, int(result.cycles.number[row]), int(row))


def counter_ratio(result: CyclingResult, technique: str = "cycling") -> Iterator[Finding]:
    """The check of the tester's counter against the integral of current, where there is one."""
    middle = _middle_ratio(result)
    if middle is None:
        return
    off = abs(middle - 1) > COUNTER_TOLERANCE
    remark = f"current and counter disagree by a factor of {middle:.3g}: one of them carries a wrong unit or sign"
    yield cell_finding(
        "counter_ratio",
        middle,
        method="median over half-cycles, weighted with their charge",
        equation="∫ I dt / Q(counter)",
        status="warned" if off else "ok",
        remarks=(remark,) if off else (),
        technique=technique,
    )


def _middle_ratio(result: CyclingResult) -> float | None:
    """I dt over the counter, the median over the half-cycles by charge; ``None`` without a counter."""
    ratio, weight = result.cycles.ratio, result.cycles.charge_c
    known = np.isfinite(ratio)
    if not known.any():
        return None
    order = np.argsort(ratio[known])
    share = np.cumsum(weight[known][order])
    return float(ratio[known][order][np.searchsorted(share, 0.5 * share[-1])])


def current_doubt(result: CyclingResult) -> dict[str, Any]:
    """Status and remarks of what rests on the size of the current: warned where the counter gainsays it."""
    middle = _middle_ratio(result)
    if middle is None or abs(middle - 1) <= COUNTER_TOLERANCE:
        return {}
    remark = f"∫ I dt is {middle:.3g} of what the tester counted: if the current is off, this is off by that factor"
    return {"status": "warned", "remarks": (remark,)}


def _half_cycle(result: CyclingResult, way: Way, cycle: int, row: int) -> Iterator[Finding]:
    """Capacity per mass and per area of one half-cycle; its charge where a half cell has no mass to divide by."""
    cycles = result.cycles
    charge, at = float(cycles.charge_c[row]), {"cycle": cycle}
    counted = bool(np.isfinite(cycles.counter_c[row]))
    method, equation = (BY_COUNTER, COUNTER_EQUATION) if counted else (BY_INTEGRAL, INTEGRAL_EQUATION)
    status, remarks = standing(result, cycle, row)
    said: dict[str, Any] = {"at": at, "status": status, "remarks": remarks}
    if result.mass_kg is None or not way.first:
        yield cell_finding(way.charge, charge, method=method, equation=equation, **said)
    if result.mass_kg is not None:
        spread = None
        formula = f"{equation}; q = Q / (m w(Si))" if result.per == "silicon" else f"{equation}; q = Q / m"
        if result.mass_uncertainty_kg is not None:
            spread = charge / result.mass_kg * result.mass_uncertainty_kg / result.mass_kg
            formula += "; u(q) = q u(m) / m"
        per_mass: dict[str, Any] = {"equation": formula, "uncertainty": spread}
        per_mass["method"] = f"{method}; per mass of {result.per}"
        said = beyond_matter(result, way, charge / result.mass_kg, said)
        yield cell_finding(way.specific, charge / result.mass_kg, **per_mass, **said)
        if cycle == result.first and way.first:
            yield cell_finding(way.first, charge / result.mass_kg, **per_mass, **_as_first(result, said | {"at": {}}))
    if result.area_m2 is not None and way.areal:
        areal = charge / result.area_m2
        yield cell_finding(way.areal, areal, method=f"{method}; per area", equation=f"{equation}; q = Q / A", **said)


def beyond_matter(result: CyclingResult, way: Way, per_mass: float, said: dict[str, Any]) -> dict[str, Any]:
    """What is ``said``, warned where more comes back (C/kg) than any active material holds."""
    if way is not result.ways[1] or per_mass <= RICHEST_C_PER_KG:
        return said
    return said | {"status": "warned", "remarks": (*said["remarks"], TOO_MUCH)}


def _as_first(result: CyclingResult, said: dict[str, Any]) -> dict[str, Any]:
    """A number of the first whole cycle of the file, warned where that is not the cell's first."""
    cycles, doubts = result.cycles, []
    if cycles.numbered_from > 1:
        doubts.append(f"{CONTINUED.format(cycles.numbered_from)}; this is not the cell's first cycle")
    if cycles.opening:
        doubts.append("the file opens with a half-cycle on its own; this is the first whole cycle after it")
    return said | {"status": "warned", "remarks": (*said["remarks"], *doubts)} if doubts else said


def standing(result: CyclingResult, cycle: int, row: int) -> tuple[Status, tuple[str, ...]]:
    """Status and remarks of one half-cycle."""
    cycles, remarks = result.cycles, []
    if row < cycles.opening:
        remarks.append("the cycle is incomplete: the file opens with this half-cycle on its own")
    elif cycle > cycles.opening + cycles.whole:
        remarks.append("the cycle is incomplete: the file ends after its first half-cycle")
    if cycles.cut_short and row == len(cycles.halves) - 1:
        remarks.append("the half-cycle looks cut short: it ends at another voltage than the earlier ones")
    if cycles.gap_s[row] > 0 and not np.isfinite(cycles.counter_c[row]):
        remarks.append(
            f"{cycles.gap_s[row] / 3600:.3g} h pass between two rows, and the current is taken as flowing all the "
            "while: was the test paused? Where the tester has a counter, map charge_capacity_c and discharge_capacity_c"
        )
    ratio = float(cycles.ratio[row])
    if np.isfinite(ratio) and abs(ratio - 1) > COUNTER_TOLERANCE:
        show = quantity("passed_charge")
        integral, counter = (show.display(float(q[row])) for q in (cycles.integral_c, cycles.counter_c))
        unit = show.display_unit
        remarks.append(f"counter {counter:.5g} {unit}, ∫ I dt {integral:.5g} {unit}, ratio {ratio:.4g}")
    elif not np.isfinite(ratio) and np.isfinite(cycles.counter_c).any():
        remarks.append("the tester's counter did not count here: the value is the integral of current over time")
    return ("warned" if remarks else "ok"), tuple(remarks)


def missing_findings(result: CyclingResult) -> Iterator[Finding]:
    """What would be there had the mass been given, once per quantity, for a declared cell."""
    if not result.cell or result.mass_kg is not None:
        return
    for way in result.ways:
        for name in filter(None, (way.first, way.specific)):
            yield cell_finding(name, None, status="missing_input", remarks=(f"no mass is given. {MASS_MEND}",))


def cell_findings(result: CyclingResult) -> Iterator[Finding]:
    """What the cycles say together: formation, efficiencies, retention, fade, voltages, constant voltage, C-rate."""
    yield from formation_findings(result)
    yield from _held(result)
    yield from voltage_findings(result)
    if not result.cell or not result.cycles.whole:
        return
    yield from _efficiencies(result)
    yield from _retention(result)
    yield from fade_findings(result)
    yield from _c_rates(result)


def _c_rates(result: CyclingResult) -> Iterator[Finding]:
    """C-rate of the first whole cycle, and of the first after formation."""
    if result.mass_kg is None or result.one_c_c_per_kg is None:
        return
    way = result.ways[1]
    current = result.cycles.current_a[result.paired(way)]
    for k in sorted({0, result.formation} & set(range(len(current)))):
        yield cell_finding(
            "c_rate",
            float(current[k]) * 3600 / (result.one_c_c_per_kg * result.mass_kg),
            at={"cycle": result.first + k},
            method=f"median current of the {way.word}, before any hold of the voltage",
            equation="I · 1 h / (q(1 C) m)",
            **current_doubt(result),
        )


def _held(result: CyclingResult) -> Iterator[Finding]:
    """Share of the charge passed at held voltage: of the first and the last half-cycle, and the mean."""
    for way in result.ways:
        rows = result.rows(way)
        for row in sorted({*rows[:1], *rows[-1:]}):
            yield cell_finding(
                "constant_voltage_share",
                float(result.cycles.held_share[row]),
                at={"cycle": int(result.cycles.number[row]), "half": way.word},
                method=HELD_METHOD,
            )
        if result.cycles.finished > 1:
            share = result.cycles.held_share[result.paired(way)][: result.cycles.finished]
            yield cell_finding(
                "constant_voltage_share",
                float(np.mean(share)),
                at={"cycles": f"{result.first}-{result.first + len(share) - 1}", "half": way.word},
                method=f"mean over the cycles of the {HELD_METHOD}",
            )


def _efficiencies(result: CyclingResult) -> Iterator[Finding]:
    up, back = result.ways
    value = result.efficiency
    equation = f"Q({back.word}) / Q({up.word})"
    for k, one in enumerate(value):
        said = (*_spoken_of(result, k), *([ABOVE_ONE] if one > MOST_EFFICIENT else []))
        status: Status = "warned" if said else "ok"
        pair: dict[str, Any] = {"equation": equation, "status": status, "remarks": said, "method": "within one cycle"}
        yield cell_finding("coulombic_efficiency", float(one), at={"cycle": result.first + k}, **pair)
        if k == 0:
            yield cell_finding("initial_coulombic_efficiency", float(one), **_as_first(result, pair))
    last = result.cycles.finished
    if last > 1:
        mean = float(np.mean(value[1:last]))
        yield cell_finding(
            "average_coulombic_efficiency",
            mean,
            at={"cycles": f"{result.first + 1}-{result.first + last - 1}"},
            method="arithmetic mean over the cycles",
            equation=f"mean of {equation}",
            status="warned" if mean > MOST_EFFICIENT else "ok",
            remarks=(ABOVE_ONE,) if mean > MOST_EFFICIENT else (),
        )


def _spoken_of(result: CyclingResult, k: int) -> tuple[str, ...]:
    """Remarks on either half-cycle of the k-th whole cycle, from 0."""
    said = (
        f"{way.word}: {remark}"
        for way in result.ways
        for remark in standing(result, result.first + k, int(result.paired(way)[k]))[1]
    )
    return tuple(said)


def _retention(result: CyclingResult) -> Iterator[Finding]:
    back, first = result.ways[1], result.first
    reference = max(result.reference_cycle, first)
    charge_c, last = result.cycles.charge_c[result.paired(back)], first + result.cycles.sound - 1
    extra = {} if reference == 1 else {"reference_cycle": reference}
    if reference > last:
        remark = f"reference cycle {reference} is not in the file, whose last whole cycle is {last}"
        yield cell_finding("capacity_retention", None, at=extra, status="missing_input", remarks=(remark,))
        return
    doubts = reference_doubt(result, reference)
    for n in range(reference + 1, last + 1):
        said = (*_spoken_of(result, n - first), *doubts)
        base = charge_c[reference - first]
        yield cell_finding(
            "capacity_retention",
            float(charge_c[n - first] / base) if base > 0 else float("nan"),
            at={"cycle": n, **extra},
            method=f"{back.word} of the cycle over that of cycle {reference}",
            equation=f"Q({n}) / Q({reference})",
            status="warned" if said else "ok",
            remarks=said,
        )
