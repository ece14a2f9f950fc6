"""``byssus check``: the study's own check, with what the techniques and instruments would lack."""

from __future__ import annotations

from dataclasses import asdict, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from byssus.analyse.technique import techniques
from byssus.errors import Problem
from byssus.rehearse.instrument import instruments
from byssus.run.plan import known_parameters, load, rehearsals
from byssus.study.check import CheckReport, Missing, check
from byssus.study.load import LoadedStudy
from byssus.study.overview import Offered

__all__ = ["check_study"]


def check_study(path: Path) -> tuple[CheckReport, list[dict[str, Any]]]:
    """The report, and its missing inputs as the results document lists them."""
    known = known_parameters()
    required = {name: {p.name: p.blocks for p in one.parameters if p.blocks} for name, one in techniques().items()}
    answered = {name: {need.name for need in one.needs} for name, one in instruments().items()}
    offered = [
        Offered(one.name, one.files, one.columns, one.optional_columns, required[name], one.key_quantities)
        for name, one in techniques().items()
    ]
    report = check(
        path, known_techniques=known, known_parameters=known, required=required, answered=answered, offered=offered
    )
    if report.ok:
        _, unable = rehearsals(load(path))
        lacking = tuple(
            Missing(
                where=problem.where,
                what=problem.what,
                blocks=f"rehearsing {sample.technique} on {sample.binder}",
                mend=_mend(problem),
            )
            for sample in unable
            for problem in sample.problems
        )
        report = replace(report, missing=(*report.missing, *lacking, *_chemistry(load(path))))
    return report, [asdict(one) for one in report.missing]


def _chemistry(loaded: LoadedStudy) -> list[Missing]:
    """Monomers and contacts that can be no structures, as a run would tell them; nothing where RDKit is not there."""
    from byssus.run.lookup import DRAWS

    asked = bool(loaded.study.contact) or any(binder.monomers for binder in loaded.study.binder)
    if not asked or any(find_spec(name) is None for name in DRAWS):
        return []
    from byssus.run.energies import study_contacts
    from byssus.run.structures import structure_problems

    problems = dict.fromkeys((*study_contacts(loaded, "full")[1], *structure_problems(loaded.study.binder)))
    return [
        Missing(
            where=problem.where,
            what=": ".join(filter(None, (problem.what, problem.got))),
            blocks="structures and binding energies",
            mend=_mend(problem),
        )
        for problem in problems
    ]


def _mend(problem: Problem) -> str:
    return " ".join(p for p in (problem.expected and f"Expected: {problem.expected}.", problem.mend) if p)
