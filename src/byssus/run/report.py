"""The last steps: drawings, from the store where they are there, and the report."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from byssus.analyse.technique import technique
from byssus.errors import Problem, StoreError
from byssus.figure import Figure
from byssus.report.section import Section, drawing_key
from byssus.run.assemble import SectionPlan
from byssus.run.executors import Call
from byssus.run.steps import draw_step
from byssus.run.store import key_of
from byssus.run.work import Task, Work
from byssus.trace import sha256_of

__all__ = ["PAGE", "RESULTS", "timed", "write", "written"]

# The folders and files that the report consists of, beside results.json.
PAGE, RESULTS = "report.html", "results.json"
PARTS = (PAGE, "tables/*.csv", "figures/*")
DRAW_S = 0.5  # about what one figure costs; it only decides whether processes pay


def write(
    work: Work, out: Path, results: dict[str, Any], plans: Sequence[SectionPlan], png: bool,
    more: Mapping[str, str] | None = None,
) -> Path:  # fmt: skip
    """Draw, write the report and results.json into ``out``, and return the page's path.

    ``more`` are drawings that are there already, SVG by key.
    What could not be drawn is added to ``results["errors"]``. Raises :class:`StoreError` where ``out`` cannot
    be written.
    """
    from byssus.report.write import write_report
    from byssus.run.comparing import every_pair

    loaded = _Sections(plans)
    binders = tuple(binder["name"] for binder in results["provenance"]["study"]["binders"])
    drawings, errors = _drawings(work, plans, loaded, binders)
    results["errors"].extend(errors)
    work.progress.say(f"write {out / PAGE}")
    try:
        sections = [loaded(plan.technique) for plan in plans]
        return write_report(
            out, results, sections, png=png, drawings=drawings | dict(more or {}), comparisons=every_pair(results)
        )
    except OSError as fault:
        raise StoreError(Problem("the report cannot be written", str(out), fault.strerror or str(fault))) from fault


def written(out: Path) -> dict[str, str]:
    """The SHA-256 of everything in ``out`` that is the report's; of results.json, without its times."""
    found = {path.relative_to(out).as_posix(): sha256_of(path) for part in PARTS for path in sorted(out.glob(part))}
    if (out / RESULTS).is_file():
        text, _ = timed((out / RESULTS).read_bytes(), "", "")
        found[RESULTS] = hashlib.sha256(text).hexdigest()
    return found


def timed(text: bytes, started: str, finished: str) -> tuple[bytes, bool]:
    """The text of results.json with other times in its provenance, and whether it had both."""
    head, mark, tail = text.rpartition(b'\n "provenance": {')
    count = 0
    for name, time in (("started", started), ("finished", finished)):
        pattern = rb'(\n  "' + name.encode() + rb'": )"[^"\n]*"'
        tail, changed = re.subn(pattern, rb'\1"' + time.encode() + b'"', tail, count=1)
        count += changed
    return head + mark + tail, count == 2


class _Sections:
    """Sections by technique, each loaded once and only when asked for."""

    def __init__(self, plans: Sequence[SectionPlan]) -> None:
        by_name = {plan.technique: plan for plan in plans}
        self._load = cache(lambda name: by_name[name].load())

    def __call__(self, name: str) -> Section:
        return self._load(name)


def _drawings(
    work: Work, plans: Sequence[SectionPlan], loaded: _Sections, binders: Sequence[str]
) -> tuple[dict[str, str], list[dict[str, Any]]]:
    """Drawings by key, and the errors of those that could not be made."""
    keys, tasks = [], []
    for plan in plans:
        bare = Section(plan.technique, technique(plan.technique).title)
        drawn = _drawn(plan)
        for figure in technique(plan.technique).figures:
            if figure.name not in drawn:
                continue
            key = drawing_key(bare, figure)
            parameters = {
                "key": key,
                "figure": repr(figure),
                "binders": list(binders),
                "curves": plan.keys(),
            }
            keys.append(key)
            tasks.append(
                Task("draw", key_of("draw", parameters), _drawer(loaded, plan, figure, key, binders), sound=_drew)
            )
    documents = [entry.document for entry in work.do("draw", tasks)]
    errors = [error for document in documents for error in document.get("errors", ())]
    return {key: doc["svg"] for key, doc in zip(keys, documents, strict=True) if "svg" in doc}, errors


def _drawn(plan: SectionPlan) -> set[str]:
    """The names of the figures that have a curve."""
    return {curve.series.figure for curve in plan.shared} | {
        one["figure"]
        for analysis in plan.analyses
        if analysis.entry is not None
        for specimen in analysis.entry.document["specimens"]
        for one in specimen["series"]
    }


def _drew(document: dict[str, Any]) -> bool:
    return "svg" in document


def _drawer(loaded: _Sections, plan: SectionPlan, figure: Figure, key: str, binders: Sequence[str]) -> Any:
    def make() -> Call:
        curves = loaded(plan.technique).of_figure(figure)
        arguments = {"figure": figure, "curves": curves, "key": key, "binders": tuple(binders)}
        return Call(draw_step, arguments, f"figure {key}", DRAW_S)

    return make
