"""Which files of another binder a sample is compared with, where its measurement names one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from byssus.analyse.technique import techniques
from byssus.errors import Problem
from byssus.run.plan import Sample

__all__ = ["with_references"]

MOST_FILMS = 12  # tell how films of one binder differ; every sample reads them all


def with_references(samples: Sequence[Sample]) -> list[Sample]:
    """The samples, each with the files of the binder it is compared with: at its own conditions, else at the first's.

    A sample whose technique compares nothing, or whose reference has no file, has a problem instead.
    """
    return [_with_reference(sample, samples) if sample.compared_with else sample for sample in samples]


def _with_reference(sample: Sample, samples: Sequence[Sample]) -> Sample:
    where = f"{sample.technique} on {sample.binder}"
    if not techniques()[sample.technique].compares:
        able = " or ".join(one.name for one in techniques().values() if one.compares)
        problem = Problem("this technique compares nothing", where, expected=able, mend="Take out reference.")
        return replace(sample, problems=(*sample.problems, problem))
    there = [
        one
        for one in samples
        if (one.binder, one.technique) == (sample.compared_with, sample.technique) and one.path is not None
    ]
    like = [one for one in there if dict(one.conditions) == dict(sample.conditions)]
    first = next(iter([*like, *there]), None)
    if first is None:
        what = f"no file of {sample.compared_with} to compare with"
        problem = Problem(what, where, mend="Add a measurement of it, or take out reference.")
        return replace(sample, problems=(*sample.problems, problem), status="missing_input")
    once: dict[str, tuple[Path, str, str]] = {}
    for one in there:
        if one.group == first.group and one.path is not None:
            once.setdefault(one.sha256 or one.shown_as, (one.path, one.shown_as, one.sha256))  # a copy is no film
    return replace(sample, reference=tuple(once.values())[:MOST_FILMS])
