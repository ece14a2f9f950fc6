"""Cure, network and glass transition of a study's binders, as findings and as rows for the report.

What comes out of a model is ``simulated``; what it assumed is a finding of its own, and so is what was fitted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from byssus.errors import ByssusError
from byssus.findings import Finding, sort_findings
from byssus.run.curing_known import Numbers, measured_of
from byssus.run.steps import report_internal
from byssus.run.store import key_of

if TYPE_CHECKING:
    from byssus.run.distributions import Distribution
    from byssus.run.work import Work
    from byssus.study.load import LoadedStudy
    from byssus.study.model import Study

__all__ = ["SAMPLES", "Curing", "curing_findings", "curing_of", "has_chemistry"]

Json = dict[str, Any]
SAMPLES = 200  # of constants and assumptions; bands move by a tenth of their width from seed to seed


@dataclass(frozen=True)
class Curing:
    """What a run takes along, as JSON; ``life`` has a row a binder, ``drawings`` are SVG by key."""

    findings: list[Json] = field(default_factory=list)
    life: list[Json] = field(default_factory=list)
    drawings: dict[str, str] = field(default_factory=dict)
    missing: list[Json] = field(default_factory=list)


def curing_of(
    loaded: LoadedStudy, findings: Sequence[Finding], work: Work, distributions: Sequence[Distribution] = ()
) -> Curing:
    """The cure of a study, with what was measured of it; taken from the run's own store where it is there."""
    study = loaded.study
    if not any(one.monomers for one in study.binder):
        return Curing()
    numbers = Numbers(study, tuple(measured_of(findings)), tuple(distributions))
    measured = [
        [f.binder, f.quantity, dict(f.at), f.value, f.standard_uncertainty, f.interval, [s.sha256 for s in f.inputs]]
        for f in numbers.measured
    ]
    whole = [[one.binder, one.sha256, one.digest] for one in distributions]
    parameters = {
        "study": study.model_dump(mode="json"), "measured": measured, "distributions": whole, "rdkit": has_chemistry(),
    }  # fmt: skip
    key = key_of("cure", parameters)
    kept = work.store.get("cure", key)
    if kept is not None:
        return Curing(**kept.document)
    work.progress.say("cure")
    found = _found(numbers)
    work.store.put("cure", key, asdict(found))
    return found


def has_chemistry() -> bool:
    """Whether structures can be had here."""
    return find_spec("rdkit") is not None


def _found(numbers: Numbers) -> Curing:
    from byssus.run.curing_figures import draw_life

    findings, rows, curves = curing_findings(numbers.study, "", numbers.measured, numbers.distributions)
    lacking: dict[str, list[str]] = {}
    told = _told_by_structures(numbers)
    for one in findings:
        if one.status == "missing_input" and one.binder not in told:
            for remark in one.remarks:
                lacking.setdefault(remark, []).append(one.binder or "")
    missing = [
        {"what": what, "where": ", ".join(dict.fromkeys(names)), "blocks": "cure and network", "mend": ""}
        for what, names in lacking.items()
    ]
    binders = numbers.study.binder_names()
    return Curing([one.to_json() for one in sort_findings(findings)], rows, draw_life(curves, binders), missing)


def _told_by_structures(numbers: Numbers) -> set[str]:
    """Binders whose structure cannot be had: the run's chemistry has said why, once is enough."""
    if not has_chemistry():
        return set(numbers.study.binder_names())
    from byssus.run.curing_subjects import subjects_of

    return {one.name for one in subjects_of(numbers) if not one.sites}


def curing_findings(
    study: Study, only: str = "", measured: Sequence[Finding] = (), distributions: Sequence[Distribution] = ()
) -> tuple[list[Finding], list[Json], list[Any]]:
    """Findings, rows for the report and curves of all binders, or of one; what cannot be had says why.

    ``measured`` findings of the study go before what it prints, and ``distributions`` before their averages.
    """
    from byssus.run.curing_binder import of_subject
    from byssus.run.curing_findings import parameter_findings

    if not has_chemistry():
        from byssus.run.lookup import EXTRA

        names = [one.name for one in study.binder if one.monomers and only in ("", one.name)]
        return [_lacking(name, EXTRA) for name in names], [], []
    from byssus.run.curing_subjects import subjects_of

    findings: list[Finding] = []
    rows: list[Json] = []
    curves: list[Any] = []
    for subject in subjects_of(Numbers(study, tuple(measured), tuple(distributions))):
        if only not in ("", subject.name):
            continue
        try:
            mine, row, drawn = of_subject(study, subject, SAMPLES)
        except ByssusError as fault:
            findings.append(_lacking(subject.name, "; ".join(str(p) for p in fault.problems)))
            continue
        except Exception as fault:
            why = str(report_internal(fault, f"cure of {subject.name}"))
            findings.append(_lacking(subject.name, why).but(status="failed"))
            continue
        findings += mine
        rows.append(row)
        curves += drawn
    return [*findings, *(parameter_findings() if rows else ())], rows, curves


def _lacking(binder: str, why: str) -> Finding:
    return Finding(
        "ring_closure", None, "1", technique="cure", binder=binder, basis="simulated", status="missing_input",
        remarks=(why,),
    )  # fmt: skip
