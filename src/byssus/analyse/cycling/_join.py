"""The files of one cell as one: in the order they were run, on one clock, each test once."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.cycling._rows import whole_rows
from byssus.analyse.same_test import same_test
from byssus.errors import AnalysisError, Problem
from byssus.trace import Trace

__all__ = ["Joined", "join"]

Floats = NDArray[np.float64]

END_ROWS = 10  # whose sampling says how long a step between two rows of one file may be
BRIDGED = 3.0  # times that sampling: a longer step between two files is a gap in the record
FEWEST_REPEATED, FEWEST_VOLTAGES = 20, 10  # rows, and voltages in them, that two files do not share by chance
PAIR = ("charge_capacity_c", "discharge_capacity_c")


@dataclass(frozen=True)
class Joined:
    """Whole rows of several files one after another, as :func:`byssus.analyse.cycling._rows.whole_rows` gives them.

    ``notes`` say how they were put together, ``warnings`` what is doubtful about it.
    """

    columns: dict[str, Floats]
    path: str
    notes: tuple[str, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class _Part:
    """One file: its whole rows, what was wrong with them, when it was recorded (unix seconds), its name."""

    columns: dict[str, Floats]
    warnings: tuple[str, ...]
    dates: tuple[float, float] | None
    name: str

    @property
    def time_s(self) -> Floats:
        return self.columns["time_s"]


def join(traces: Sequence[Trace]) -> Joined:
    """One record out of the traces of one cell, ordered by their dates where every file has them, else as given.

    Raises :class:`AnalysisError` with the problems of every file that cannot be used.
    """
    once, warnings = _each_test_once(traces)
    names = _names(once)
    parts: list[_Part] = []
    problems: list[Problem] = []
    for trace, name in zip(once, names, strict=True):
        try:
            columns, said = whole_rows(trace)
        except AnalysisError as fault:
            problems.extend(fault.problems)
            continue
        said = said if len(once) == 1 else [f"{name}: {warning}" for warning in said]
        parts.append(_Part(columns, tuple(said), _dates(trace), name))
    if problems:
        raise AnalysisError(*problems)
    if all(part.dates for part in parts):
        parts.sort(key=lambda part: part.dates or (0.0, 0.0))
        doubts = []
    else:
        doubts = [doubt for pair in itertools.pairwise(parts) for doubt in _out_of_order(*pair)]
    notes = [f"joined, in this order: {', '.join(part.name for part in parts)}"] if len(parts) > 1 else []
    parts, repeated = _each_row_once(parts)
    columns, told, overlaps = _laid_end_to_end(parts)
    doubts += overlaps
    own = [warning for part in parts for warning in part.warnings]
    path = ", ".join(dict.fromkeys(trace.source.path for trace in once))
    return Joined(columns, path, (*notes, *repeated, *told), (*warnings, *own, *doubts))


def _names(traces: Sequence[Trace]) -> list[str]:
    short = [PurePath(trace.source.path).name for trace in traces]
    if len(set(short)) == len(short):
        return short
    return [f"{trace.source.path} ({number})" for number, trace in enumerate(traces, 1)]


def _each_test_once(traces: Sequence[Trace]) -> tuple[list[Trace], list[str]]:
    """Each test once, with a warning for each copy: the file itself, another format, one taken while the test ran."""
    kept: list[Trace] = []
    warnings = []
    for trace in traces:
        place = next((k for k, other in enumerate(kept) if _one_test(other, trace)), None)
        if place is None:
            kept.append(trace)
            continue
        left, right = kept[place], trace
        kept[place] = right if len(right) > len(left) else left  # the longer holds all of it
        out = left if kept[place] is right else right
        warnings.append(f"{out.source.path} is the same test as {kept[place].source.path}: counted once")
    return kept, warnings


def _one_test(one: Trace, other: Trace) -> bool:
    if one.source.sha256 == other.source.sha256 and _equal(one, other):
        return True
    # two runs of one file are two tests
    return one.source.path != other.source.path and same_test(one, other)


def _equal(one: Trace, other: Trace) -> bool:
    return len(one) == len(other) and all(
        name in other and np.array_equal(values, other[name]) for name, values in one.columns.items()
    )


def _dates(trace: Trace) -> tuple[float, float] | None:
    """First and last unix time of a trace, in s; ``None`` where it has none."""
    if "unix_time_s" not in trace or trace["unix_time_s"].dtype.kind not in "fiu":
        return None
    told = np.asarray(trace["unix_time_s"], dtype=np.float64)
    told = told[np.isfinite(told)]
    return (float(told.min()), float(told.max())) if len(told) else None


def _out_of_order(before: _Part, part: _Part) -> list[str]:
    """A doubt where the tester numbers the cycles of a file below those of the file put before it."""
    told = [_column(one, "cycle_index") for one in (before, part)]
    told = [numbers[np.isfinite(numbers)] for numbers in told]
    if not all(len(numbers) for numbers in told) or told[0].min() < told[1].max() or told[0].min() <= told[1].min():
        return []
    spans = [f"{numbers.min():.0f} to {numbers.max():.0f}" for numbers in told]
    return [
        f"the tester numbers the cycles of {before.name} {spans[0]} and those of {part.name}, which is put after it, "
        f"{spans[1]}: are the files in the order they were run?"
    ]


def _each_row_once(parts: list[_Part]) -> tuple[list[_Part], list[str]]:
    """The parts without first rows that the file before ends with, as exports of a running test have them."""
    kept, notes = parts[:1], []
    for part in parts[1:]:
        count = _repeated(kept[-1], part)
        if count:
            notes.append(f"the first {count} rows of {part.name} are the last of {kept[-1].name}: counted once")
            later = float(part.time_s[count] - part.time_s[0])
            dates = None if part.dates is None else (part.dates[0] + later, part.dates[1])
            part = replace(part, columns={n: v[count:] for n, v in part.columns.items()}, dates=dates)
        kept.append(part)
    return kept, notes


def _repeated(before: _Part, part: _Part) -> int:
    """How many first rows of a file are the last rows of the file before it, in voltage and current; 0 for none."""
    tail, head = ((one.columns["voltage_v"], one.columns["current_a"]) for one in (before, part))
    length = np.arange(min(len(tail[0]), len(head[0]) - 1), FEWEST_REPEATED - 1, -1)
    alike = (tail[0][len(tail[0]) - length] == head[0][0]) & (head[0][length - 1] == tail[0][-1])
    for count in length[alike]:
        same = all(np.array_equal(a[-count:], b[:count]) for a, b in zip(tail, head, strict=True))
        if same and len(np.unique(head[0][:count])) >= FEWEST_VOLTAGES:
            return int(count)
    return 0


def _laid_end_to_end(parts: Sequence[_Part]) -> tuple[dict[str, Floats], list[str], list[str]]:
    """The columns of all parts, on one clock, with notes of gaps and warnings of overlaps."""
    notes: list[str] = []
    doubts: list[str] = []
    clock = [parts[0].time_s]
    for before, part in itertools.pairwise(parts):
        step, note, doubt = _between(before, part)
        clock.append(part.time_s - part.time_s[0] + clock[-1][-1] + step)
        notes += note
        doubts += doubt
    names = ["voltage_v", "current_a", *_counters(parts)]
    names += [n for n in ("step_index", "step_time_s") if all(n in part.columns for part in parts)]
    columns = {name: np.concatenate([_column(part, name) for part in parts]) for name in names}
    if len(parts) == 1 or _numbers_go_on(parts):
        if all("cycle_index" in part.columns for part in parts):
            columns["cycle_index"] = np.concatenate([part.columns["cycle_index"] for part in parts])
    elif len(parts) > 1:
        notes.append("the tester's cycle numbers start again from file to file: cycles are counted through")
    return {"time_s": np.concatenate(clock), **columns}, notes, doubts


def _counters(parts: Sequence[_Part]) -> list[str]:
    """The counters to go by: those that every file has, else those that any has (the others' I dt counts)."""
    for many in (all, any):
        for names in (PAIR, ("capacity_c",)):
            if many(all(name in part.columns for name in names) for part in parts):
                return list(names)
    return []


def _column(part: _Part, name: str) -> Floats:
    return part.columns[name] if name in part.columns else np.full(len(part.time_s), np.nan)


def _numbers_go_on(parts: Sequence[_Part]) -> bool:
    told = [_column(part, "cycle_index") for part in parts]
    told = [numbers[np.isfinite(numbers)] for numbers in told]
    if any(not len(numbers) for numbers in told):
        return True
    return all(len(a) > 0 and b[0] >= a[-1] for a, b in itertools.pairwise(told))


def _between(before: _Part, part: _Part) -> tuple[float, list[str], list[str]]:
    """Time (s) from the last row of one file to the first of the next, with notes and warnings about it.

    A gap in the record counts no time: no charge is made up for it.
    """
    if before.dates and part.dates:
        gap: float | None = part.dates[0] - before.dates[1]
    elif part.time_s[0] >= before.time_s[-1]:
        gap = float(part.time_s[0] - before.time_s[-1])
    else:
        gap = None
    between = f"between {before.name} and {part.name}"
    if gap is None:
        return 0.0, [f"the clock starts again in {part.name}: time {between} is not known and counts as none"], []
    if gap < -_sampling(before, part):
        return 0.0, [], [f"{part.name} begins {_told(-gap)} before {before.name} ends: taken one after the other"]
    if gap <= BRIDGED * _sampling(before, part):
        return max(gap, 0.0), [], []
    return 0.0, [f"a gap of {_told(gap)} {between}: no charge is counted in it"], []


def _sampling(before: _Part, part: _Part) -> float:
    steps = np.r_[np.diff(before.time_s[-END_ROWS:]), np.diff(part.time_s[:END_ROWS])]
    return float(np.median(steps)) if len(steps) else 0.0


def _told(seconds: float) -> str:
    for size, unit in ((86_400.0, "d"), (3600.0, "h"), (60.0, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.3g} s"
