"""What the cycles of a cell say of its life: formation, fade rate, end of life, voltages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from byssus.analyse.cycling._finding import cell_finding
from byssus.findings import Finding, Status
from byssus.laws.fade import last_crossing, slope_of_series

if TYPE_CHECKING:
    from byssus.analyse.cycling.technique import CyclingResult

__all__ = ["fade_findings", "formation_findings", "reference_doubt", "voltage_findings"]

FEWEST_CYCLES = 5  # for a slope with a scatter about it
FEWEST_FOR_HALF = 10  # cycles after the reference, before their second half is told apart
CONFIRMING = 3  # cycles below the threshold, before the last of them is no longer a bad cycle perhaps
FADE_METHOD = (
    "slope of the least-squares line through the capacity over that of cycle {} against cycle number: the mean over "
    "these cycles; 95 % interval from the scatter about the curve (a polynomial of degree {}), whose points are worth "
    "{:.0f} independent ones (first-order autoregression)"
)
NO_INTERVAL = "no interval: the capacities follow one another so closely that scatter is not told from trend"


def formation_findings(result: CyclingResult) -> Iterator[Finding]:
    """How many cycles are formation, where there are any or the study says so."""
    count, told = result.formation, result.formation_told
    if not count and not told:
        return
    remarks = list(_formation_words(result))
    status: Status = "ok"
    if told and count > result.cycles.whole:
        status = "warned"
        remarks.append(f"the file has {result.cycles.whole} whole cycles")
    yield cell_finding(
        "formation_cycle_count",
        float(count),
        method="as the study says" if told else "leading cycles at a current clearly below that of the cycles after",
        remarks=tuple(remarks),
        status=status,
    )


def _formation_words(result: CyclingResult) -> Iterator[str]:
    current = result.current_a
    if 0 < result.formation < len(current):
        low, high = (float(np.median(part)) for part in (current[: result.formation], current[result.formation :]))
        yield f"median current {low * 1e3:.3g} mA in formation, {high * 1e3:.3g} mA after it"


def reference_doubt(result: CyclingResult, reference: int) -> tuple[str, ...]:
    """A remark where the reference cycle is a formation cycle, run at another current than those compared with it."""
    inside = reference - result.first < result.formation < result.cycles.whole
    if not inside:
        return ()
    words = "; ".join(_formation_words(result))
    after = result.first + result.formation
    mend = f"reference_cycle = {after} refers to the first cycle after it"
    return (f"the reference, cycle {reference}, is a formation cycle at another current ({words}); {mend}",)


def fade_findings(result: CyclingResult) -> Iterator[Finding]:
    """Loss of capacity per cycle after the reference cycle, of its second half too, and the end of life."""
    back, first = result.ways[1], result.first
    reference = max(result.reference_cycle, first)
    charge_c = result.cycles.charge_c[result.paired(back)][: result.cycles.finished]
    if reference - first >= len(charge_c) - 1 or not charge_c[reference - first] > 0:
        return
    share = charge_c[reference - first :] / charge_c[reference - first]
    extra = {} if reference == 1 else {"reference_cycle": reference}
    doubts = reference_doubt(result, reference)
    yield _end_of_life(share, reference, result.end_of_life, extra, doubts)
    number = np.arange(reference + 1, reference + len(share), dtype=np.float64)
    parts = [slice(0, None)]
    if len(number) >= FEWEST_FOR_HALF:
        parts.append(slice(len(number) // 2, None))
    for part in parts:
        if len(number[part]) >= FEWEST_CYCLES:
            yield _fade(number[part], share[1:][part], reference, extra, doubts)


def _fade(number: Any, share: Any, reference: int, extra: dict[str, Any], doubts: tuple[str, ...]) -> Finding:
    slope = slope_of_series(number, share)
    remarks = doubts if slope.interval_95 is not None else (*doubts, NO_INTERVAL)
    return cell_finding(
        "capacity_fade_per_cycle",
        -slope.slope,
        at={"cycles": f"{number[0]:.0f}-{number[-1]:.0f}", **extra},
        uncertainty=slope.standard_uncertainty,
        interval=None if slope.interval_95 is None else (-slope.interval_95[1], -slope.interval_95[0]),
        method=FADE_METHOD.format(reference, slope.degree, slope.independent),
        equation=f"-d(Q(n) / Q({reference})) / dn",
        status="warned" if remarks else "ok",
        remarks=remarks,
    )


def _end_of_life(
    share: Any, reference: int, threshold: float, extra: dict[str, Any], doubts: tuple[str, ...]
) -> Finding:
    """The first cycle from which on the capacity stays below the threshold; ``share`` begins with the reference."""
    last = reference + len(share) - 1
    said: dict[str, Any] = {
        "at": {"threshold": threshold, **extra},
        "method": f"first cycle from which on the capacity is below {threshold:.4g} of that of cycle {reference}, "
        "to the end of the file; a whole cycle, not interpolated",
        "equation": f"min n: Q(k) < {threshold:.4g} Q({reference}) for all k >= n",
    }
    crossing = last_crossing(share, threshold)
    if crossing is None:
        left = f"{share[-1]:.4g} of the reference is left at cycle {last}, the last"
        below = np.flatnonzero(share < threshold)
        said_of_it = (
            f"the capacity is first below the threshold at cycle {reference + below[0]}, {len(below)} times in all, "
            f"but comes back: {left}"
            if len(below)
            else f"not reached in {last} cycles: {left}; not extrapolated"
        )
        remarks = (*doubts, said_of_it)
        return cell_finding("cycle_life", None, status="not_identifiable", remarks=remarks, **said)
    stays, falls = crossing
    remarks = doubts
    if falls < stays:
        remarks += (f"the capacity is first below the threshold at cycle {reference + falls}, but comes back",)
    if len(share) - stays < CONFIRMING:
        remarks += (f"only the last {len(share) - stays} cycle(s) of the file are below the threshold",)
    status: Status = "warned" if remarks else "ok"
    return cell_finding("cycle_life", float(reference + stays), status=status, remarks=remarks, **said)


def voltage_findings(result: CyclingResult) -> Iterator[Finding]:
    """Mean voltage of each half-cycle and their difference, of the first and the last finished cycle."""
    if not result.cycles.finished:
        return
    mean = {way.word: result.cycles.mean_voltage_v[result.paired(way)] for way in result.ways}
    for k in sorted({0, result.cycles.finished - 1}):
        cycle = result.first + k
        for word, volts in mean.items():
            yield cell_finding(
                "mean_voltage",
                float(volts[k]),
                at={"cycle": cycle, "half": word},
                method="mean of the voltage over the charge passed in the half-cycle",
                equation="∫ U I dt / ∫ I dt",
            )
        yield cell_finding(
            "voltage_hysteresis",
            float(result.hysteresis_v[k]),
            at={"cycle": cycle},
            method="difference of the two mean voltages of a cycle, held voltage included",
            equation="Ū(charging) - Ū(discharging)",
        )
