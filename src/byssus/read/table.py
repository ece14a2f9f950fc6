"""Table: what any reader makes of a file before units and names are settled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol

from numpy.typing import NDArray

__all__ = ["Kind", "Table"]

# number: plain numbers; clock: hh:mm:ss, read as seconds; date: calendar dates, read as unix seconds; text.
Kind = Literal["number", "clock", "date", "text"]


class Fetch(Protocol):
    """Reads the columns at these indices: float64 arrays (NaN where a cell is no number) or str arrays."""

    def __call__(self, wanted: Mapping[int, Kind]) -> dict[int, NDArray[Any]]: ...


@dataclass(frozen=True)
class Table:
    """One table of a file.

    ``headings`` as written; ``units`` the units row (empty where there is none); ``kinds`` what the cells
    of each column look like; ``fetch`` reads only the columns asked for. ``lines`` are the file's first
    lines, for messages; ``header_si`` what the header said, numbers in SI,
    and ``at`` where it is one of several spectra of a file.
    """

    reader: str
    headings: tuple[str, ...]
    kinds: tuple[Kind, ...]
    fetch: Fetch
    units: tuple[str, ...] = ()
    preamble: Mapping[str, Any] = field(default_factory=dict)
    lines: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    rehearsed: bool = False
    counter_scope: str = ""
    header_si: Mapping[str, Any] = field(default_factory=dict)

    def called(self, reader: str) -> Table:
        """The same table under another reader's name."""
        return replace(self, reader=reader)

    def warned(self, *warnings: str) -> Table:
        """The same table with more warnings."""
        return replace(self, warnings=(*self.warnings, *warnings))
