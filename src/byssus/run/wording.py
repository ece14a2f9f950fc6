"""What reading gives, marked and worded for the technique it was read for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from byssus.errors import Problem

if TYPE_CHECKING:
    from byssus.analyse.technique import Technique
    from byssus.findings import Finding
    from byssus.trace import Source, Trace

__all__ = ["as_reference", "fitting", "for_technique", "opening_v", "sources_of", "specimen_names", "unread"]
__all__ += ["warnings_of", "with_headings", "with_trace"]

MOST_NAMES = 4  # columns of a technique that a person reads in one line
MOST_HEADINGS = 8  # as many as a person reads in one line


def specimen_names(specimen: str, traces: Sequence[Trace]) -> list[str]:
    """A name for each trace of a file: the file's own labels where they tell all apart, else their place in it."""
    if len(traces) == 1:
        return [specimen]
    labels = [str(trace.metadata.get("specimen", "")).strip() for trace in traces]
    if not all(labels) or len({label.casefold() for label in labels}) < len(labels):
        labels = [str(number) for number in range(1, len(traces) + 1)]
    return [f"{specimen} {label}" for label in labels]


def as_reference(traces: Sequence[Trace], whose: str) -> list[Trace]:
    """The first trace of another binder's file, marked with whose it is."""
    first = traces[0]
    told = (f"{first.source.path} holds {len(traces)} parts: the first is compared with",) if len(traces) > 1 else ()
    return [replace(first, metadata={**first.metadata, "reference": whose}).warned(*told)]


def for_technique(problem: Problem, known: Technique) -> Problem:
    """What reading says of a file without known headings, in the technique's own columns."""
    wanted = tuple(dict.fromkeys((*known.columns, *known.optional_columns)))[:MOST_NAMES]
    if not problem.what.startswith("no known column") or not wanted:
        return problem
    others = f"({', '.join(wanted[1:])} likewise;" if wanted[1:] else "("
    mend = problem.mend.replace("force_n", wanted[0]).replace(
        "(voltage_v, current_a, frequency_hz, ... likewise;", others
    )
    return replace(problem, expected=f"headings of {', '.join(wanted)}", mend=mend)


def unread(known: Technique, trace: Trace) -> Trace:
    """The trace with a warning for each column that the technique could use, had its unit been understood."""
    from byssus.read.headings import alike

    lacking = {name for name in known.optional_columns if name not in trace}
    headings = [str(heading) for heading in trace.metadata.get("unused_headings", ())]
    return trace.warned(
        *(
            f"the column '{heading}' is left out: it has no unit, or one that does not convert to that of {names[0]}"
            for heading in headings
            if (names := sorted(alike(heading) & lacking))
        )
    )


def fitting(known: Technique, traces: list[Trace]) -> list[Trace]:
    """The traces a technique is for, where a file holds others too: a record of cycling and its spectra between."""
    whole = [trace for trace in traces if all(name in trace for name in known.columns)]
    spectra = "frequency_hz" in known.columns
    alike = [trace for trace in whole if ("frequency_hz" in trace) is spectra]
    return alike or whole or traces


def opening_v(trace: Trace) -> float | None:
    """The first voltage of a cell's trace, by which files of one test are suspected."""
    if "voltage_v" not in trace or "time_s" not in trace:
        return None
    return next((float(v) for v in trace["voltage_v"] if v == v), None)


def sources_of(traces: Sequence[Trace]) -> tuple[Source, ...]:
    """The files, each once, with the rows that all its traces hold."""
    rows: dict[Source, int] = {}
    for source in (s for trace in traces for s in (trace.source, *trace.metadata.get("beside", ()))):
        key = replace(source, rows=0)
        rows[key] = rows.get(key, 0) + source.rows
    return tuple(replace(source, rows=count) for source, count in rows.items())


def warnings_of(traces: Sequence[Trace]) -> tuple[str, ...]:
    """What reading warned of, each once; with the file's name where a specimen has several files."""
    several = len({trace.source.path for trace in traces}) > 1
    said = (f"{Path(t.source.path).name}: {w}" if several else w for t in traces for w in t.warnings)
    return tuple(dict.fromkeys(said))


def with_headings(problem: Problem, trace: Trace) -> Problem:
    """A missing column is often there under a heading or unit that was not understood: say which were not."""
    unused = [str(heading) for heading in trace.metadata.get("unused_headings", ())]
    if not unused or not problem.what.startswith("no column"):
        return problem
    more = f" and {len(unused) - MOST_HEADINGS} more" if len(unused) > MOST_HEADINGS else ""
    return replace(problem, mend=f"{problem.mend} Not understood: {', '.join(unused[:MOST_HEADINGS])}{more}.".strip())


def with_trace(finding: Finding, known: Technique, warnings: Sequence[str]) -> Finding:
    """What reading warned of stands with the technique's first numbers; all of it stands with the file."""
    new = tuple(w for w in warnings if w not in finding.remarks)
    if not new or finding.value is None or finding.quantity not in known.key_quantities:
        return finding
    return replace(
        finding, remarks=(*finding.remarks, *new), status="warned" if finding.status == "ok" else finding.status
    )
