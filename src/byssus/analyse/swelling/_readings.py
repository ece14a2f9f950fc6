"""Thickness readings of an electrode, pristine, lithiated and delithiated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.electrode_state import STATES, state_of
from byssus.analyse.force_curve import lacking, refuse_nonsense
from byssus.analyse.technique import Specimen
from byssus.errors import AnalysisError, Problem
from byssus.figure import Axis, Figure, Series
from byssus.findings import Finding
from byssus.laws.statistics import Summary, summarise
from byssus.laws.thickness import Mean, Uncertain, expansion, recovery
from byssus.trace import Trace

__all__ = ["FIGURES", "PROPAGATED", "SwellingResult", "analyse", "findings", "series"]


@dataclass(frozen=True)
class SwellingResult:
    """Layer thickness in m by state (shapes and means as :class:`Summary`), readings and specimens behind each.

    ``expansions`` and ``recovery`` are ``None`` where a state they need is missing.
    """

    thickness_m: Mapping[str, Summary]
    readings: Mapping[str, int]
    specimens: Mapping[str, int]
    lithiation: Uncertain | None
    delithiation: Uncertain | None
    recovery: Uncertain | None
    collector_m: float | None
    warnings: tuple[str, ...]


def analyse(trace: Trace, specimen: Specimen) -> SwellingResult:
    """Means by state, expansions over the pristine thickness, and the recovered share.

    Takes ``thickness_m`` and ``state``; where a column ``specimen`` names several specimens in one state, their
    means count, not their readings. ``collector_thickness`` (m) is taken off every reading if given.
    Raises :class:`AnalysisError` for no reading, no known state, or a layer that is not thicker than zero.
    """
    refuse_nonsense(specimen, {"collector_thickness": float("inf")})
    thickness = np.asarray(trace["thickness_m"], dtype=np.float64)
    words = [str(w).strip() for w in trace["state"]]
    names = [str(n).strip() for n in trace["specimen"]] if "specimen" in trace else [""] * len(words)
    keep = [i for i, w in enumerate(words) if np.isfinite(thickness[i]) and w]
    warnings = [f"{len(words) - len(keep)} of {len(words)} readings left out: no thickness or no state"]
    if len(keep) == len(words):
        warnings = []
    collector = specimen.get("collector_thickness")
    layer = thickness - (float(collector) if collector is not None else 0.0)
    groups, unknown = _by_state(keep, words, names, layer)
    _refuse(trace, groups, unknown, collector)
    warnings += [_unknown_state(word) for word in unknown]
    means = {state: summarise([summarise(v).mean for v in _samples(g)]) for state, g in groups.items()}
    single = [s for s in STATES if s in means and means[s].n == 1]
    if single:
        warnings.append(f"one reading only ({', '.join(single)}): no uncertainty follows")
    lithiation, delithiation, recovered = _derived(means)
    return SwellingResult(
        means,
        {state: sum(map(len, g.values())) for state, g in groups.items()},
        {state: len(g) for state, g in groups.items()},
        lithiation,
        delithiation,
        recovered,
        float(collector) if collector is not None else None,
        tuple(warnings),
    )


Groups = dict[str, dict[str, list[float]]]


def _by_state(
    keep: Sequence[int], words: Sequence[str], names: Sequence[str], layer: NDArray[np.float64]
) -> tuple[Groups, tuple[str, ...]]:
    """Readings by state and specimen, the three states first; and the words that name none of them."""
    groups: Groups = {}
    unknown: dict[str, None] = {}
    for i in keep:
        state = state_of(words[i])
        if state is None:
            unknown[words[i]] = None
        groups.setdefault(state or words[i], {}).setdefault(names[i], []).append(float(layer[i]))
    return dict(sorted(groups.items(), key=lambda g: STATES.index(g[0]) if g[0] in STATES else 3)), tuple(unknown)


def _samples(by_specimen: Mapping[str, list[float]]) -> list[list[float]]:
    """What counts as one independent value: a specimen where there are several, else a reading."""
    if len(by_specimen) > 1:
        return list(by_specimen.values())
    return [[value] for values in by_specimen.values() for value in values]


def _refuse(trace: Trace, groups: Groups, unknown: Sequence[str], collector: Any) -> None:
    if not any(state in groups for state in STATES):
        raise AnalysisError(
            Problem(
                "no reading in a known state",
                trace.source.path,
                ", ".join(map(repr, unknown)) or "no reading",
                "pristine, lithiated, delithiated, or words like 'before cycling', 'after lithiation'",
                "Write the state of each reading so in the file.",
            )
        )
    thin = [(s, v) for s, g in groups.items() for values in g.values() for v in values if not v > 0]
    if thin:
        state, value = thin[0]
        mend = "Mend the reading." if collector is None else "Mend the reading or collector_thickness."
        raise AnalysisError(
            Problem(
                f"{len(thin)} readings leave no layer",
                trace.source.path,
                f"{value:.6g} m ({state})",
                "above zero",
                mend,
            )
        )


def _unknown_state(word: str) -> str:
    if any(part in word.casefold() for part in ("charge", "geladen", "entladen")):
        return (
            f"'{word}' is lithiated in one kind of cell and delithiated in the other: write which; "
            "its readings stand by themselves"
        )
    return f"'{word}' is not one of the states pristine, lithiated, delithiated: its readings stand by themselves"


def _derived(means: Mapping[str, Summary]) -> tuple[Uncertain | None, Uncertain | None, Uncertain | None]:
    known = {s: Mean(m.mean, m.standard_uncertainty, m.n - 1 if m.n > 1 else None) for s, m in means.items()}
    pristine, lithiated, delithiated = (known.get(s) for s in STATES)
    a = expansion(pristine, lithiated) if pristine and lithiated else None
    b = expansion(pristine, delithiated) if pristine and delithiated else None
    if pristine and lithiated and delithiated and lithiated.value != pristine.value:
        return a, b, recovery(pristine, lithiated, delithiated)
    return a, b, None


def findings(result: SwellingResult) -> tuple[Finding, ...]:
    """Layer thickness by state (m), expansions after lithiation and delithiation, recovered share (1)."""
    return (*_thicknesses(result), *_expansions(result), _recovery(result))


def _collector(result: SwellingResult) -> str:
    if result.collector_m is None:
        return "readings as read, no collector taken off"
    return f"readings less the collector's {result.collector_m:.6g} m"


def _thicknesses(r: SwellingResult) -> list[Finding]:
    out = []
    for state, m in r.thickness_m.items():
        specimens = r.specimens[state]
        of = f"{specimens} specimens' means" if specimens > 1 else f"{r.readings[state]} readings"
        out.append(
            Finding(
                "layer_thickness", m.mean, "m", {"state": state}, m.standard_uncertainty, m.interval_95, specimens,
                f"mean of {of}, uncertainty s/√n, interval by Student's t; {_collector(r)}", "L = Σ Li / n",
                status="warned" if r.warnings else "ok", remarks=r.warnings,
            )
        )  # fmt: skip
    return out


def _specimens(r: SwellingResult) -> int:
    return min((r.specimens[s] for s in STATES if s in r.specimens), default=1)


def _lacking(r: SwellingResult, like: Finding, *states: str) -> Finding:
    gone = [s for s in states if s not in r.thickness_m]
    return lacking(like, *(f"no reading in the state {s}" for s in gone))


def _filled(r: SwellingResult, like: Finding, number: Uncertain) -> Finding:
    return replace(
        like,
        value=number.value,
        standard_uncertainty=number.standard_uncertainty,
        interval=number.interval_95,
        status="warned" if r.warnings else "ok",
        remarks=r.warnings,
    )


PROPAGATED = (
    "uncertainty by first-order propagation from the means (GUM 5.1), states taken as independent, "
    "interval by Student's t with Welch-Satterthwaite degrees of freedom (GUM G.4)"
)


def _expansions(r: SwellingResult) -> list[Finding]:
    out = []
    for name, number, state, symbol in (
        ("expansion_after_lithiation", r.lithiation, "lithiated", "L"),
        ("expansion_after_delithiation", r.delithiation, "delithiated", "D"),
    ):
        like = Finding(
            name, None, "1", n=_specimens(r), equation=f"(d{symbol} - d0)/d0",
            method=f"gain over the mean pristine thickness, {_collector(r)}; {PROPAGATED}",
        )  # fmt: skip
        out.append(_filled(r, like, number) if number else _lacking(r, like, "pristine", state))
    return out


def _recovery(r: SwellingResult) -> Finding:
    like = Finding(
        "thickness_recovery", None, "1", n=_specimens(r),
        equation="(a - b)/a = (dL - dD)/(dL - d0)",
        method=f"recovered share of the expansion, {_collector(r)}; {PROPAGATED}, with the covariance of both "
        "expansions through the pristine thickness",
    )  # fmt: skip
    if r.lithiation is None or r.delithiation is None:
        return _lacking(r, like, *STATES)
    if r.recovery is None or r.lithiation.significant is False:
        reason = f"the expansion after lithiation, {r.lithiation.value:.3g}, is not told from zero by these readings"
        return replace(like, n=None, status="not_identifiable", remarks=(reason, *r.warnings))
    return _filled(r, like, r.recovery)


def series(result: SwellingResult) -> tuple[Series, ...]:
    """Bars of thickness by state, and of expansion by state, with standard uncertainties."""
    states = np.array(list(result.thickness_m))
    means = list(result.thickness_m.values())
    errors = _errors([m.standard_uncertainty for m in means])
    thickness = Series("thickness", states, np.array([m.mean for m in means]), y_error=errors)
    pairs = [(s, e) for s, e in zip(STATES[1:], (result.lithiation, result.delithiation), strict=True) if e]
    if not pairs:
        return (thickness,)
    values = np.array([e.value for _, e in pairs])
    swell_errors = _errors([e.standard_uncertainty for _, e in pairs])
    return thickness, Series("expansion", np.array([s for s, _ in pairs]), values, y_error=swell_errors)


def _errors(uncertainties: Sequence[float | None]) -> NDArray[np.float64] | None:
    known = [u for u in uncertainties if u is not None]
    return np.array(known) if len(known) == len(uncertainties) else None


ERRORS = "bars carry standard uncertainties."
BY_STATE = Axis("electrode_state")
FIGURES = (
    Figure(
        "expansion",
        "Expansion by state",
        BY_STATE,
        Axis("expansion", from_zero=True),
        "bars",
        f"Gain over the pristine thickness; {ERRORS}",
    ),
    Figure(
        "thickness",
        "Layer thickness by state",
        BY_STATE,
        Axis("layer_thickness", from_zero=True),
        "bars",
        f"Mean thickness; {ERRORS}",
    ),
)
