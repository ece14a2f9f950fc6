"""What reading gives, marked and worded for the technique it was read for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from byssus.errors import Problem

if TYPE_CHECKING:
    from byssus.analyse.technique import Technique
    from byssus.trace import Trace

__all__ = ["as_reference", "for_technique"]

MOST_NAMES = 4  # columns of a technique that a person reads in one line


def as_reference(traces: Sequence[Trace], whose: str) -> list[Trace]:
    """The first of another binder's traces, marked with whose it is."""
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
