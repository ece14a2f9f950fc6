"""The electrode model in a run: one step that confronts it with what the study knows, kept in the store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from byssus.findings import Finding, plain
from byssus.run.confrontation import Gathered, gather
from byssus.run.executors import Call
from byssus.run.single import missing_row
from byssus.run.steps import problem_json
from byssus.run.store import key_of
from byssus.run.work import Task, Work

if TYPE_CHECKING:
    from byssus.simulate.electrode.confront import Reported
    from byssus.study.load import LoadedStudy

__all__ = ["Simulated", "electrode_step", "electrode_task", "origins_of", "reported_from", "simulate_electrode"]

Json = dict[str, Any]
COST_S = 6.0
TELLING = 2  # of three properties of a binder: fewer, and the study is of other things


@dataclass(frozen=True)
class Simulated:
    """What a run takes along of the electrode model, as JSON; empty where a study says nothing it could use."""

    findings: list[Json] = field(default_factory=list)
    section: Json = field(default_factory=dict)
    errors: list[Json] = field(default_factory=list)
    missing: list[Json] = field(default_factory=list)


def simulate_electrode(loaded: LoadedStudy, findings: Sequence[Finding], work: Work) -> Simulated:
    """The model against the study, from the store where it is there.

    Nothing is said for a study without a binder of which two of modulus, hardness and peel force are known: it is of
    other things.
    """
    found = gather(loaded, findings)
    known = Counter(binder for binder, name in found.inputs if name != "porosity")
    if max(known.values(), default=0) < TELLING:
        return Simulated()
    missing = [missing_row(problem_json(p), "electrode model") for p in found.missing]
    if found.reported is None:
        return Simulated(missing=missing)
    document = work.do("electrode", [electrode_task(found, loaded.study.seed)])[0].document
    return Simulated(document["findings"], document["section"], document["errors"], missing)


def electrode_task(found: Gathered, seed: int) -> Task:
    """The step for what was gathered."""
    assert found.reported is not None
    arguments = {"reported": _as_json(found.reported), "origins": origins_of(found), "seed": seed}
    call = Call(electrode_step, arguments, "electrode model", COST_S)
    return Task("electrode", key_of("electrode", arguments), lambda: call)


def electrode_step(reported: Mapping[str, Any], origins: Sequence[Mapping[str, Any]], seed: int) -> Json:
    """Confront the model with what is reported: findings, the section of the results document, and faults."""
    from byssus.errors import ByssusError, Problem
    from byssus.run.electrode_findings import findings_of
    from byssus.run.electrode_section import section_of
    from byssus.run.steps import report_internal
    from byssus.simulate.electrode.confront import confront

    try:
        found = confront(reported_from(reported), seed)
        findings = [one.to_json() for one in findings_of(found, origins)]
        return {"findings": findings, "section": plain(section_of(found, origins, seed)), "errors": []}
    except ByssusError as fault:
        problems: Sequence[Problem] = fault.problems
    except Exception as fault:
        problems = [report_internal(fault, "electrode model")]
    return {"findings": [], "section": {}, "errors": [problem_json(p, status="failed") for p in problems]}


def _as_json(reported: Reported) -> Json:
    """As plain numbers: a bound's infinite end and a result nobody reported are ``None``."""
    cell = reported.electrode
    return {
        "names": list(reported.names),
        "targets": [asdict(target) for target in reported.targets],
        "electrode": {**asdict(cell), "silicon_volume_fraction": np.atleast_1d(cell.silicon_volume_fraction).tolist()},
        **{name: plain(getattr(reported, name)) for name in ("inputs", "uncertainty", "low", "high")},
    }


def reported_from(row: Mapping[str, Any]) -> Reported:
    """The same from plain numbers."""
    from byssus.simulate.electrode.binders import Electrode
    from byssus.simulate.electrode.confront import Reported
    from byssus.simulate.electrode.targets import Target

    low = np.array(row["low"], dtype=np.float64)
    high = np.array(row["high"], dtype=np.float64)
    high = np.where(np.isnan(high) & ~np.isnan(low), np.inf, high)
    cell = {**row["electrode"], "silicon_volume_fraction": np.array(row["electrode"]["silicon_volume_fraction"])}
    targets = tuple(Target(**one) for one in row["targets"])
    inputs, uncertainty = (np.array(row[name], dtype=np.float64) for name in ("inputs", "uncertainty"))
    return Reported(tuple(row["names"]), Electrode(**cell), targets, inputs, uncertainty, low, high)


def origins_of(found: Gathered) -> list[Json]:
    """Where each number comes from that enters, or that would if others were known (role ``aside``)."""
    rows: list[Json] = []
    for (binder, name), known in found.inputs.items():
        rows.append({"binder": binder, "quantity": name, "at": {}, "role": "input", **_said(known)})
    for (binder, name), known in found.aside.items():
        rows.append({"binder": binder, "quantity": name, "at": {}, "role": "aside", **_said(known)})
    for (binder, target), known in found.results.items():
        at = dict(target.at)
        rows.append({"binder": binder, "quantity": target.quantity, "at": at, "role": "result", **_said(known)})
    return rows


def _said(known: Any) -> Json:
    return {
        "low": plain(known.low), "high": plain(known.high), "standard_uncertainty": plain(known.uncertainty),
        "basis": known.basis, "where": known.where, "remarks": list(known.remarks),
    }  # fmt: skip
