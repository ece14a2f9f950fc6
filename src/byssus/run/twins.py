"""Files of one sample that hold one and the same test, in two formats: one specimen, not two."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from byssus.run.assemble import Analysis
from byssus.run.executors import Call
from byssus.run.store import key_of
from byssus.run.work import Task, Work

__all__ = ["same_step", "without_twins"]

# A file whose voltage begins otherwise is another test; one in millivolts may still be the same.
FACTORS = (1.0, 1e3, 1e-3)
TOLERANCE = 1e-3  # of the voltage; coarser exports round to a millivolt


def without_twins(analyses: Sequence[Analysis], work: Work) -> list[Analysis]:
    """The analyses; of two that hold one test the one with fewer rows says so, by ``twin_of``.

    Only files whose voltages begin alike are read again and compared.
    """
    openings = [(one, opening) for one in _single(analyses) if (opening := _opening(one)) is not None]
    pairs = [(a, b) for (a, mine), (b, other) in itertools.combinations(openings, 2) if _suspected(a, mine, b, other)]
    entries = work.do("compare", [_task(a, b) for a, b in pairs])
    twins: dict[int, Analysis] = {}
    for (a, b), entry in zip(pairs, entries, strict=True):
        if entry.document["same"] and id(a) not in twins:
            whole, part = (a, b) if _rows(a) >= _rows(b) else (b, a)
            twins.setdefault(id(part), whole)
    return [replace(one, twin_of=twins[id(one)].sample.shown_as) if id(one) in twins else one for one in analyses]


def _rows(one: Analysis) -> int:
    return sum(int(source["rows"]) for part in one.specimens() for source in part["sources"])


def _single(analyses: Sequence[Analysis]) -> list[Analysis]:
    return [one for one in analyses if one.entry is not None and not one.sample.more and one.sample.path is not None]


def _suspected(a: Analysis, mine: float, b: Analysis, other: float) -> bool:
    if not any(abs(mine - factor * other) <= TOLERANCE * abs(mine) for factor in FACTORS):
        return False
    return a.sample.group == b.sample.group and a.sample.sha256 != b.sample.sha256


def _opening(one: Analysis) -> float | None:
    assert one.entry is not None
    specimens = one.entry.document["specimens"]
    found = specimens[0].get("opening_v") if len(specimens) == 1 else None
    return None if found is None else float(found)


def _task(a: Analysis, b: Analysis) -> Task:
    files = [(str(one.sample.path), dict(one.sample.columns or {})) for one in (a, b)]
    key = key_of("compare", {"columns": [columns for _, columns in files]}, [a.sample.sha256, b.sample.sha256])
    name = f"{a.sample.shown_as} and {b.sample.shown_as}"
    return Task("compare", key, lambda: Call(same_step, {"files": files}, name))


def same_step(files: Sequence[tuple[str, Mapping[str, str]]]) -> dict[str, Any]:
    """Whether two files, each as (path, column map), hold one and the same test: ``{"same": bool}``."""
    from byssus.analyse.same_test import same_test
    from byssus.errors import ByssusError
    from byssus.read import read_file

    try:
        first, second = (read_file(Path(path), columns=dict(columns) or None) for path, columns in files)
    except ByssusError:
        return {"same": False}
    return {"same": same_test(first[0], second[0])}
