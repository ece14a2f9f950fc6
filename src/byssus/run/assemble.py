"""Putting a run together: findings stamped and gathered, the audit, the results document, sections for the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from byssus.analyse.technique import technique, techniques
from byssus.findings import Finding, plain
from byssus.run.chemistry import verdict_rows
from byssus.run.conditions import across
from byssus.run.gathering import gathered
from byssus.run.results import document, provenance
from byssus.run.single import missing_row
from byssus.run.steps import absent, problem_json

if TYPE_CHECKING:
    from byssus.report.section import Curve, Section
    from byssus.run.chemistry import Chemistry
    from byssus.run.curing import Curing
    from byssus.run.electrode import Simulated
    from byssus.run.plan import Sample
    from byssus.run.store import Entry
    from byssus.study.load import LoadedStudy
    from byssus.study.model import Claim, Study

__all__ = ["Analysis", "SectionPlan", "assemble"]

Json = dict[str, Any]


@dataclass(frozen=True)
class Analysis:
    """A sample with what its analysis left in the store; no entry where there was nothing to analyse.

    ``twin_of`` names another file of the same group that holds the same test, in another format.
    """

    sample: Sample
    entry: Entry | None
    key: str
    twin_of: str = ""

    def specimens(self) -> list[Json]:
        """The specimens as ``analyse_step`` gives them; one without value where there is no entry."""
        sample = self.sample
        if self.entry is not None:
            found: list[Json] = self.entry.document["specimens"]
            return [{**one, "rehearsed": one["rehearsed"] or sample.rehearsed} for one in found]
        findings = absent(technique(sample.technique), sample.problems, sample.status)
        return [
            {
                "name": sample.specimen,
                "findings": [finding.to_json() for finding in findings],
                "series": [],
                "warnings": [],
                "rehearsed": sample.rehearsed,
                "sources": [],
            }
        ]

    def errors(self) -> list[Json]:
        if self.entry is not None:
            return list(self.entry.document["errors"])
        return [problem_json(problem, status=self.sample.status) for problem in self.sample.problems]


@dataclass(frozen=True)
class SectionPlan:
    """One technique's section: its analyses, whose curves are loaded only if something must be drawn."""

    technique: str
    analyses: tuple[Analysis, ...]
    shared: tuple[Curve, ...] = ()

    def keys(self) -> list[Any]:
        """What the curves depend on."""
        found: list[Any] = [
            [a.key, a.sample.binder, plain(dict(a.sample.conditions)), a.sample.rehearsed, a.sample.specimen]
            for a in self.analyses
            if a.entry is not None
        ]
        return found + [[c.binder, c.basis, plain(asdict(c.series))] for c in self.shared]

    def load(self) -> Section:
        """The section with its curves."""
        from byssus.report.section import Curve, Section
        from byssus.run.curves import unpack

        known = technique(self.technique)
        curves = []
        there = [(a.sample, a.specimens(), a.entry) for a in self.analyses if a.entry is not None]
        names = Counter((sample.group, one["name"]) for sample, specimens, _ in there for one in specimens)
        for sample, specimens, entry in there:
            for specimen, found in zip(specimens, unpack(entry), strict=True):
                basis, name = "rehearsed" if specimen["rehearsed"] else "measured", specimen["name"]
                if names[sample.group, name] > 1:
                    name = f"{name} ({sample.shown_as})"
                for one in found:
                    at = {**sample.conditions, **one.at}
                    curves.append(Curve(sample.binder, basis, replace(one, at=at), name))
        drawn = (*self.shared, *curves)
        return Section(known.name, known.title, known.summary, known.key_quantities, known.figures, drawn)


def _cited(study: Study) -> list[Claim]:
    """Claims of the literature rows, under the row's name: they must reproduce each other too."""
    own = study.binder_names()
    named = [(f"{row.name}, {row.reference}" if row.name in own else row.name, row) for row in study.literature]
    return [claim.model_copy(update={"binder": name}) for name, row in named for claim in row.claim]


def assemble(
    loaded: LoadedStudy,
    analyses: Sequence[Analysis],
    assumed: Sequence[Json],
    started: str,
    audit: Callable[[list[Json], list[Json], list[Json], list[Json]], list[Json]],
    chemistry: Chemistry,
    cure: Callable[[Sequence[Finding]], Curing],
    electrode: Callable[[Sequence[Finding]], Simulated],
) -> tuple[Json, list[SectionPlan], dict[str, str]]:
    """The results document, the plans of the report's sections, and drawings that are made already."""
    from byssus.audit import published

    study = loaded.study
    groups: dict[tuple[Any, ...], list[Analysis]] = {}
    for analysis in analyses:
        groups.setdefault(analysis.sample.group, []).append(analysis)
    own = [finding for group in groups.values() for finding in gathered(group)]
    own += [new for known in techniques().values() for new in across(known, own)]
    measured = [finding.to_json() for finding in own if finding.basis == "measured"]
    rows = audit(
        [claim.model_dump(mode="json") for claim in (*study.claim, *_cited(study))],
        [assertion.model_dump(mode="json") for assertion in study.assertion],
        measured,
        [relation.model_dump(mode="json") for relation in study.relation],
    )
    computed = [Finding.from_json(row) for row in chemistry.findings]
    curing, cells = cure(own), electrode(own)
    simulated = [Finding.from_json(row) for row in (*curing.findings, *cells.findings)]
    errors = [*(error for analysis in analyses for error in analysis.errors()), *chemistry.errors, *cells.errors]
    made = provenance(
        started,
        study=_study(loaded),
        literature=[row.model_dump(mode="json") for row in study.literature],
        files=[row for analysis in analyses for row in _files(analysis)],
        assumed=list(assumed),
        missing=[*_missing(analyses, own), *chemistry.missing, *curing.missing, *cells.missing],
        **_chemistry(loaded, chemistry, computed),
        **_simulation(curing, cells),
    )
    failed = [error for error in errors if error["status"] != "missing_input"]
    results = document([*own, *computed, *simulated, *published(study.claim)], rows, failed, made)
    return results, _sections(groups, _shared_curves(own)), chemistry.drawings | curing.drawings


def _chemistry(loaded: LoadedStudy, chemistry: Chemistry, computed: Sequence[Finding]) -> Json:
    """What stands behind computed numbers, and what they say of printed ones; nothing for a study without."""
    if not (chemistry.structures or chemistry.contacts or computed):
        return {}
    return {
        "structures": chemistry.structures,
        "contacts": chemistry.contacts,
        "verdicts": verdict_rows(loaded, computed),
    }


def _simulation(curing: Curing, cells: Simulated) -> Json:
    """What stands behind simulated numbers; nothing for a study without."""
    return {
        **({"life": curing.life} if curing.life else {}),
        **({"simulation": {"electrode": cells.section}} if cells.section else {}),
    }


def _missing(analyses: Sequence[Analysis], findings: Sequence[Finding]) -> list[Json]:
    """Missing inputs: those that stopped an analysis, and those that single numbers lack."""
    rows = [
        missing_row(error, f"{a.sample.technique} on {a.sample.binder}")
        for a in analyses
        for error in a.errors()
        if error["status"] == "missing_input"
    ]
    told = {(row["what"], row["blocks"]) for row in rows}
    lacking: dict[tuple[str, str], list[str]] = {}
    for finding in findings:
        if finding.status == "missing_input" and "specimen" not in finding.at:
            where = f"{finding.technique} on {finding.binder}"
            for remark in finding.remarks:
                if not any(what in remark and blocks == where for what, blocks in told):
                    lacking.setdefault((remark, where), []).append(finding.quantity)
    rows += [
        {"what": remark, "where": where, "blocks": ", ".join(dict.fromkeys(names)), "mend": ""}
        for (remark, where), names in lacking.items()
    ]
    return list({tuple(row.items()): row for row in rows}.values())


def _shared_curves(findings: Sequence[Finding]) -> dict[str, list[Curve]]:
    """By technique, the curves that its conditions show together; never across bases."""
    from byssus.report.section import Curve

    found: dict[str, list[Curve]] = {}
    for known in techniques().values():
        if known.series_across is None:
            continue
        for (binder, basis), group in _of_binders(findings, known.name).items():
            found.setdefault(known.name, []).extend(Curve(binder, basis, s) for s in known.series_across(group))
    return found


def _of_binders(findings: Sequence[Finding], technique: str) -> dict[tuple[Any, Any], list[Finding]]:
    """A technique's gathered findings by binder and basis."""
    mine: dict[tuple[Any, Any], list[Finding]] = {}
    for finding in findings:
        if finding.technique == technique and "specimen" not in finding.at:
            mine.setdefault((finding.binder, finding.basis), []).append(finding)
    return mine


def _files(analysis: Analysis) -> list[Json]:
    sample = analysis.sample
    return [
        {
            **source,
            "basis": "rehearsed" if one["rehearsed"] else "measured",
            "binder": sample.binder,
            "technique": sample.technique,
            "specimen": one["name"],
            "parameters": dict(sample.values or {}),
            "remarks": list(sample.remarks),
            "warnings": one["warnings"],
        }
        for one in analysis.specimens()
        for source in one["sources"]
    ]


def _study(loaded: LoadedStudy) -> Json:
    study = loaded.study
    return {
        "title": study.title,
        "reference": study.reference,
        "summary": study.summary,
        "sha256": loaded.sha256,
        "specimens_sha256": loaded.specimens_sha256,
        "seed": study.seed,
        "binders": [binder.model_dump(mode="json") for binder in study.binder],
        "electrode": study.electrode.model_dump(mode="json", exclude_defaults=True),
    }


def _sections(
    groups: Mapping[tuple[Any, ...], Sequence[Analysis]], shared: Mapping[str, Sequence[Curve]]
) -> list[SectionPlan]:
    """One section a technique, in the study's order."""
    flat = [analysis for group in groups.values() for analysis in group]
    names = dict.fromkeys(analysis.sample.technique for analysis in flat)
    return [
        SectionPlan(name, tuple(a for a in flat if a.sample.technique == name), tuple(shared.get(name, ())))
        for name in names
    ]
