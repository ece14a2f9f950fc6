"""The states of one binder side by side: what micrographs of several states say together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from byssus.analyse.electrode_state import STATES, state_of
from byssus.analyse.swelling._readings import PROPAGATED
from byssus.figure import Series
from byssus.findings import Finding, Status
from byssus.laws.statistics import student_t
from byssus.laws.thickness import Mean, Uncertain, expansion, recovery

__all__ = ["across", "series_across"]

EXPANSIONS = ("expansion_after_lithiation", "expansion_after_delithiation")
READER = "micrograph"
Rest = tuple[tuple[str, Any], ...]


def across(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Expansions and recovered share from layers found in micrographs of several states of one binder.

    States are told by the condition or parameter ``state``; all other conditions must agree. Where readings have the
    same conditions, ``at["from"]`` tells the micrographs' numbers from theirs.
    """
    out: list[Finding] = []
    for rest, by_state in _by_conditions(findings).items():
        if len(by_state) < 2:
            continue
        at = dict(rest)
        taken = any(f.quantity in EXPANSIONS and dict(f.at) == at for f in findings)
        out += _derived(by_state, {**at, "from": "micrographs"} if taken else at)
    return tuple(out)


def series_across(findings: Sequence[Finding]) -> tuple[Series, ...]:
    """Bars of thickness and of expansion by state, from micrographs."""
    out = []
    for rest, by_state in _by_conditions(findings).items():
        known = [s for s in STATES if s in by_state and by_state[s].value is not None]
        if not known:
            continue
        out.append(_bars("thickness", known, [by_state[s] for s in known], dict(rest)))
        derived = [f for f in _derived(by_state, {}) if f.quantity in EXPANSIONS and f.value is not None]
        if len(by_state) > 1 and derived:
            states = [STATES[1 + EXPANSIONS.index(f.quantity)] for f in derived]
            out.append(_bars("expansion", states, derived, dict(rest)))
    return tuple(out)


def _bars(figure: str, states: Sequence[str], findings: Sequence[Finding], at: dict[str, Any]) -> Series:
    errors = [f.standard_uncertainty for f in findings if f.standard_uncertainty is not None]
    error = np.array(errors) if len(errors) == len(findings) else None
    return Series(figure, np.array(states), np.array([f.value for f in findings], dtype=float), y_error=error, at=at)


def _by_conditions(findings: Sequence[Finding]) -> dict[Rest, dict[str, Finding]]:
    """Layers from micrographs, by their other conditions and then by state."""
    found: dict[Rest, dict[str, Finding]] = {}
    for f in findings:
        state = state_of(str(f.at.get("state", "")))
        if f.quantity != "layer_thickness" or state is None or "specimen" in f.at or not _from_micrographs(f):
            continue
        rest = tuple(sorted((k, v) for k, v in f.at.items() if k != "state"))
        found.setdefault(rest, {}).setdefault(state, f)
    return found


def _from_micrographs(finding: Finding) -> bool:
    read = [source.reader for source in finding.inputs if source.reader != "sidecar"]
    return bool(read) and all(reader == READER for reader in read)


def _mean(f: Finding) -> Mean | None:
    if f.value is None:
        return None
    u = f.standard_uncertainty
    if u is None:
        return Mean(f.value, None, None)
    if f.n is not None and f.n > 1:
        return Mean(f.value, u, f.n - 1)
    return Mean(f.value, u, _degrees(u, f.interval))


def _degrees(u: float, interval: tuple[float, float] | None) -> float:
    """The degrees of freedom behind an interval: its half over ``u`` is Student's t."""
    from scipy.optimize import brentq

    if interval is None or not u > 0:
        return math.inf
    t = (interval[1] - interval[0]) / 2 / u
    if t <= student_t(1e6):
        return math.inf
    if t >= student_t(1.0):
        return 1.0
    return float(10 ** brentq(lambda log: student_t(10**log) - t, 0.0, 6.0, xtol=1e-9))


def _derived(by_state: dict[str, Finding], at: dict[str, Any]) -> list[Finding]:
    means = {state: _mean(f) for state, f in by_state.items()}
    pristine, lithiated, delithiated = (means.get(state) for state in STATES)
    n = min((f.n or 1 for f in by_state.values() if f.value is not None), default=None)
    method = f"gain over the pristine thickness, layers found in micrographs; {PROPAGATED}"
    out = []
    for name, other, state, sign in zip(EXPANSIONS, (lithiated, delithiated), STATES[1:], "LD", strict=True):
        like = Finding(name, None, "1", at, n=n, method=method, equation=f"(d{sign} - d0)/d0")
        if pristine and other:
            out.append(_filled(like, expansion(pristine, other), by_state, ("pristine", state)))
        else:
            out.append(_lacking(like, by_state, ("pristine", state)))
    like = Finding("thickness_recovery", None, "1", at, n=n, method=method, equation="(dL - dD)/(dL - d0)")
    if not (pristine and lithiated and delithiated):
        return [*out, _lacking(like, by_state, STATES)]
    swell = expansion(pristine, lithiated)
    if lithiated.value == pristine.value or swell.significant is False:
        why = "the expansion after lithiation is not told from zero at 95 %"
        return [
            *out,
            replace(like, n=None, status="not_identifiable", remarks=(why,), inputs=_inputs(by_state, STATES)),
        ]
    return [*out, _filled(like, recovery(pristine, lithiated, delithiated), by_state, STATES)]


def _inputs(by_state: dict[str, Finding], states: Sequence[str]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(s for state in states if state in by_state for s in by_state[state].inputs))


def _filled(like: Finding, number: Uncertain, by_state: dict[str, Finding], states: Sequence[str]) -> Finding:
    remarks = tuple(dict.fromkeys(r for s in states for r in by_state[s].remarks))
    return replace(
        like, value=number.value, standard_uncertainty=number.standard_uncertainty, interval=number.interval_95,
        status="warned" if any(by_state[s].status == "warned" for s in states) else "ok", remarks=remarks,
        inputs=_inputs(by_state, states),
    )  # fmt: skip


def _lacking(like: Finding, by_state: dict[str, Finding], states: Sequence[str]) -> Finding:
    """Why a state lacks: no micrograph of it, or none in which a layer was told."""
    why: list[str] = []
    statuses: list[Status] = []
    for state in states:
        if state not in by_state:
            why.append(f"no micrograph in the state {state}")
            statuses.append("missing_input")
        elif by_state[state].value is None:
            why.append(f"{state}: {'; '.join(by_state[state].remarks) or by_state[state].status}")
            statuses.append(by_state[state].status)
    status: Status = "missing_input" if "missing_input" in statuses else statuses[0]
    return replace(like, n=None, status=status, remarks=tuple(why), inputs=_inputs(by_state, states))
