"""The steps of a run: plain top-level functions of plain arguments, so that any executor can send them anywhere.

A step never raises for what it finds in a file: a bad file, a missing parameter, even a fault of our own is
a result with a reason, and the other steps go on.
"""

from __future__ import annotations

import hashlib
import os
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from byssus.errors import ByssusError, MissingInput, Problem

if TYPE_CHECKING:
    import numpy as np

    from byssus.analyse.technique import Technique
    from byssus.findings import Finding, Status
    from byssus.trace import Trace

__all__ = ["absent", "analyse_step", "audit_step", "draw_step", "lost_analysis", "problem_json", "rehearse_step"]
__all__ += ["generator", "report_internal"]

DEBUG_VARIABLE = "BYSSUS_DEBUG"
MEND_INTERNAL = "This is a fault of byssus: please report it with the file (--debug shows where)."


def problem_json(problem: Problem, **more: Any) -> dict[str, Any]:
    """A problem as results.json lists it under ``errors``."""
    return {**asdict(problem), **more}


def report_internal(fault: BaseException, where: str) -> Problem:
    """A fault of our own as a problem; with ``BYSSUS_DEBUG`` set its traceback goes to stderr."""
    if os.environ.get(DEBUG_VARIABLE):
        traceback.print_exception(fault)
    text = " ".join(str(fault).split()) or "no message"
    return Problem(f"internal fault: {type(fault).__name__}: {text}", where, mend=MEND_INTERNAL)


def _caught(fault: Exception, where: str) -> tuple[list[Problem], Status]:
    """The problems of a fault and the status of what could not be found because of it."""
    if isinstance(fault, MissingInput):
        return list(fault.problems), "missing_input"
    if isinstance(fault, ByssusError):
        return list(fault.problems), "failed"
    return [report_internal(fault, where)], "failed"


def absent(technique: Technique, problems: Sequence[Problem], status: Status) -> tuple[Finding, ...]:
    """One finding per key quantity of the technique, without value, with the reasons."""
    from byssus.findings import Finding
    from byssus.vocabulary import quantities

    remarks = tuple(" ".join(str(p).split()) for p in problems)
    units = {name: known.unit for name, known in quantities().items()}
    return tuple(
        Finding(quantity=name, value=None, unit=units.get(name, "1"), status=status, remarks=remarks)
        for name in technique.key_quantities
    )


def find_technique(name: str) -> Technique:
    """The technique of that name; imported late, for it brings every technique with it."""
    from byssus.analyse.technique import technique

    return technique(name)


def analyse_step(
    path: str,
    technique: str,
    specimen: str,
    values: Mapping[str, float | str],
    columns: Mapping[str, str],
    shown_as: str,
    more: Sequence[tuple[str, str]] = (),
    reference: Sequence[tuple[str, str, str]] = (),
) -> dict[str, Any]:
    """Read one file and analyse every trace in it, or all files of one specimen together.

    ``more`` are the specimen's further files, each as (path, shown as). Traces are analysed together where there
    are such files, or where they are parts of one run (spectra of one file). ``reference`` are another binder's files
    that they are compared with, each as (path, shown as, whose it is).

    Returns ``{"specimens": [...], "errors": [...]}``; each specimen has ``name``, ``findings`` (as JSON,
    with inputs, without binder and basis), ``series`` (as dicts of arrays), ``warnings``, ``rehearsed`` and
    ``sources`` (empty if no file could be read).
    """
    from byssus.read import read_file
    from byssus.run.wording import as_reference, fitting, for_technique, specimen_names

    known = find_technique(technique)
    files = [(path, shown_as), *more]
    traces: list[Trace] = []
    problems: list[Problem] = []
    statuses: list[Status] = []
    for place, shown in files:
        try:
            traces += read_file(Path(place), columns=dict(columns) or None, shown_as=shown)
        except Exception as fault:
            found, status = _caught(fault, shown)
            problems += [for_technique(problem, known) for problem in found]
            statuses.append(status)
    if statuses:
        return _lost(known, specimen, problems, statuses[0])
    traces = fitting(known, traces)
    before: list[Trace] = []
    for other, other_as, whose in reference:
        try:
            found_there = read_file(Path(other), columns=dict(columns) or None, shown_as=other_as)
            before += as_reference(fitting(known, list(found_there)), whose)
        except Exception as fault:
            return _lost(known, specimen, *_caught(fault, other_as))
    joined = bool(more) or (known.joins is not None and known.joins(known.specimen(specimen, values)))
    parts_of_one = len(traces) > 1 and (joined or all("at" in trace.metadata for trace in traces))
    if known.together is not None and parts_of_one:
        done = [_one_specimen(known, specimen, values, [*before, *traces])]
    else:
        names = specimen_names(specimen, traces)
        done = [_one_specimen(known, name, values, [*before, trace]) for name, trace in zip(names, traces, strict=True)]
    return {"specimens": [part for part, _ in done], "errors": [error for _, errors in done for error in errors]}


def _one_specimen(
    known: Technique, name: str, values: Mapping[str, float | str], traces: Sequence[Trace]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The specimen's part of the step's result, and its errors; several traces only where the technique joins them."""
    from byssus.run.wording import opening_v, sources_of, unread, warnings_of, with_headings, with_trace

    traces = [unread(known, trace) for trace in traces]
    sources = sources_of(traces)
    errors: list[dict[str, Any]] = []
    series: Iterable[Any] = ()
    try:
        specimen = known.specimen(name, values)
        if known.together is not None and len(traces) > 1:
            result = known.together(traces, specimen)
        else:
            result = known.analyse(traces[0], specimen)
        findings, series = known.findings(result), known.series(result)
    except Exception as fault:
        problems, status = _caught(fault, ", ".join(dict.fromkeys(source.path for source in sources)))
        problems = [with_headings(problem, traces[0]) for problem in problems]
        findings = absent(known, problems, status)
        errors = [problem_json(p, status=status) for p in problems]
    warnings = warnings_of(traces)
    found = [with_trace(f.but(inputs=f.inputs or sources), known, warnings).to_json() for f in findings]
    part = {
        "name": name,
        "findings": found,
        "series": [_series_json(one) for one in series],
        "warnings": list(warnings),
        "rehearsed": any(trace.rehearsed for trace in traces),
        "opening_v": opening_v(traces[0]),
        "sources": [source.to_json() for source in sources],
    }
    return part, errors


def _series_json(one: Any) -> dict[str, Any]:
    """A series as a dict of arrays; a picture only as large as the page shows it."""
    from byssus.figure import shrink

    return {**vars(one), "picture": None if one.picture is None else shrink(one.picture)}


def _lost(known: Technique, specimen: str, problems: Sequence[Problem], status: Status) -> dict[str, Any]:
    part = {
        "name": specimen,
        "findings": [f.to_json() for f in absent(known, problems, status)],
        "series": [],
        "warnings": [],
        "rehearsed": False,
        "sources": [],
    }
    return {"specimens": [part], "errors": [problem_json(p, status=status) for p in problems]}


def lost_analysis(technique: str, specimen: str, shown_as: str) -> Callable[[str], dict[str, Any]]:
    """What :func:`analyse_step` would have returned, for a step whose worker died."""

    def lost(reason: str) -> dict[str, Any]:
        problem = Problem(reason, shown_as, mend="Try --jobs 1.")
        return {**_lost(find_technique(technique), specimen, [problem], "failed"), "lost": True}

    return lost


def generator(seed: int, *names: Any) -> np.random.Generator:
    """A generator that depends on the seed and on what it is for, never on the order of the steps."""
    import numpy as np

    digest = hashlib.sha256("\0".join(str(name) for name in names).encode()).digest()
    words = [int.from_bytes(digest[k : k + 4], "little") for k in range(0, 32, 4)]
    return np.random.default_rng([seed, *words])


def rehearse_step(
    technique: str,
    binder: str,
    values: Mapping[str, Any],
    conditions: Mapping[str, Any],
    specimen: int,
    seed: int,
) -> dict[str, Any]:
    """Let the virtual instrument of a technique write one file.

    Returns ``{"name": file name, "content": bytes}``, or ``{"errors": [...], "status": ...}``.
    """
    from byssus.rehearse.instrument import Truth, instruments

    where = f"rehearsal of {technique} on {binder}"
    try:
        truth = Truth(binder, dict(values), dict(conditions), specimen)
        rng = generator(seed, technique, binder, sorted(conditions.items()), specimen)
        name, content = instruments()[technique].write(truth, rng)
    except Exception as fault:
        problems, status = _caught(fault, where)
        return {"errors": [problem_json(p, status=status) for p in problems], "status": status}
    return {"name": name, "content": content}


def audit_step(
    claims: Sequence[Mapping[str, Any]],
    assertions: Sequence[Mapping[str, Any]],
    findings: Sequence[Mapping[str, Any]],
    relations: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """Audit claims and assertions by the table and the study's own relations, also against measured findings.

    All as JSON in, ``{"rows": [...]}`` out.
    """
    from byssus.audit import audit
    from byssus.findings import Finding
    from byssus.study.model import Assertion, Claim, OwnRelation

    rows = audit(
        [Claim.model_validate(one) for one in claims],
        [Assertion.model_validate(one) for one in assertions],
        [Finding.from_json(one) for one in findings],
        [OwnRelation.model_validate(one) for one in relations],
    )
    return {"rows": [row.to_json() for row in rows]}


def draw_step(figure: Any, curves: Sequence[Any], key: str, binders: Sequence[str]) -> dict[str, Any]:
    """Draw one figure; ``{"svg": text}``, or ``{"errors": [...]}`` where it cannot be drawn."""
    from byssus.report.drawing import draw

    try:
        return {"svg": draw(figure, curves, key=key, binders=binders)}
    except Exception as fault:
        return {"errors": [problem_json(p, status="failed") for p in _caught(fault, f"figure {key}")[0]]}
