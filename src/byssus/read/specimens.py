"""Text of testing machines that holds several specimens: beside one another, or one below the other.

Shimadzu's Trapezium writes a row of labels (``"1 _ 1",,,"1 _ 2",,``), then names and units repeated for every specimen;
older Trapezium and Instron's Bluehill write one table under the other, each under its own heading row, and a table of
the specimens' sizes above. Text of indenters that repeats its headings for every indent is taken alike.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byssus.errors import ReadError
from byssus.read.delimited import offset_of, table_of
from byssus.read.headings import matches, plain
from byssus.read.problems import escaped
from byssus.read.size_table import SizeTable, find_size_table
from byssus.read.table import Kind, Table
from byssus.read.text.cells import is_value, split_line
from byssus.read.text.layout import SAMPLE_LINES, Layout, find_layout, not_read
from byssus.read.text.preamble import pairs
from byssus.read.text.textfile import TextFile

__all__ = ["specimens_of"]

# What a machine writes of a specimen: only tables with one of these sets of columns are taken apart.
_MECHANICAL = (frozenset(("force_n",)), frozenset(("stress_pa", "strain_1")))
_BY_PLACE = re.compile(r"column\s*\d", re.I)
_TITLE = re.compile(r"results? table|raw data", re.I)  # Bluehill's titles above its tables
_LABELS = (
    "specimen label",
    "specimen name",
    "sample name",
    "specimen",
    "probenbezeichnung",
    "probe",
    "etykietka próbki",
)
MOST_ABOVE = 60  # lines that may stand between two tables: a header of its own for each specimen
ROWS_SAMPLED = 64  # rows by which the layout of a further table is told
MOST_SPECIMENS = 10_000
LABEL = 80  # characters of a label that are kept

Found = list[tuple[str, Table]]


def specimens_of(text: TextFile, mapped: Mapping[str, str], path: Path, where: str) -> list[Table]:
    """The tables of a text, one a specimen; one where the text holds one table only."""
    layout = find_layout(text, mapped, where)
    if layout.header_line is None or not _is_mechanical(layout, mapped):
        return [table_of(text, layout, path, where)]
    lines = text.head.split("\n")
    groups = [] if any(_BY_PLACE.match(value) for value in mapped.values()) else _groups(layout.headings)
    if len(groups) > 1:
        found = _beside(table_of(text, layout, path, where), groups, lines[layout.header_line - 1], layout)
    elif len(starts := _starts(text.data, layout)) > 1:
        found = _below(text, starts, layout.separator, mapped, path, where)
    else:
        found = [(_label(lines[: layout.header_line], layout.separator), table_of(text, layout, path, where))]
    return _sized(found, find_size_table(lines[: layout.header_line], layout.separator))


def _is_mechanical(layout: Layout, mapped: Mapping[str, str]) -> bool:
    names = {match.column.name for match in matches(layout.headings, layout.units)} | set(mapped)
    return any(wanted <= names for wanted in _MECHANICAL)


def _sized(found: Found, sizes: SizeTable | None) -> list[Table]:
    """The tables with their labels, and their sizes where the file tables them."""
    told: tuple[str, ...] = ()
    rows: Sequence[Mapping[str, float]] = [{}] * len(found)
    if sizes is not None:
        fitting = sizes.of([label for label, _ in found])
        rows, told = fitting or rows, sizes.warnings
        if fitting is None:
            told += (f"the file has {len(found)} curves and sizes of {len(sizes.rows)} specimens: none are taken",)
    tables = []
    for (label, table), own in zip(found, rows, strict=True):
        named = {"specimen": escaped(label, LABEL)} if label else {}
        table = table.called("specimens") if len(found) > 1 else table
        read = not_read(sizes.first_line) if sizes is not None else ""
        said = (*(words for words in table.warnings if words != read), *told)
        tables.append(replace(table, header_si={**table.header_si, **own, **named}, warnings=said))
    return tables


# ---- beside one another ----------------------------------------------------------------------------------------


@dataclass
class _Shared:
    """The columns of a table that several specimens stand in: read once, for all of them."""

    table: Table
    held: dict[int, NDArray[Any]] = field(default_factory=dict)

    def columns(self, wanted: Mapping[int, Kind], span: range) -> dict[int, NDArray[Any]]:
        """Those columns, down to the last row in which any column of the specimen's span holds a number."""
        kinds = self.table.kinds
        if not self.held:
            self.held = self.table.fetch({i: "number" for i, kind in enumerate(kinds) if kind == "number"})
        other = {i: kind for i, kind in wanted.items() if i not in self.held or kind != "number"}
        found = {**self.held, **(self.table.fetch(other) if other else {})}
        filled = [np.flatnonzero(np.isfinite(self.held[i])) for i in span if i in self.held]
        rows = max((int(at[-1]) + 1 for at in filled if len(at)), default=0)
        return {i: found[i][:rows] for i in wanted}


def _groups(headings: Sequence[str]) -> list[range]:
    """The columns of each specimen where the same headings come again and again; else none."""
    names = [plain(heading) for heading in headings]
    first = next((name for name in names if name), "")
    starts = [i for i, name in enumerate(names) if name == first]
    spans = [range(a, b) for a, b in zip(starts, [*starts[1:], len(names)], strict=True)]
    alike = {tuple(name for name in names[span.start : span.stop] if name) for span in spans}
    return spans if len(alike) == 1 and len(spans[0]) > 1 else []


def _beside(table: Table, groups: Sequence[range], above: str, layout: Layout) -> Found:
    cells = split_line(above.rstrip("\r"), layout.separator) if layout.header_line else []
    shared = _Shared(table)
    found: Found = []
    for number, span in enumerate(groups, start=1):
        label = next((cells[i] for i in span if i < len(cells) and cells[i]), "") or str(number)

        def fetch(wanted: Mapping[int, Kind], span: range = span) -> dict[int, NDArray[Any]]:
            got = shared.columns({span.start + i: kind for i, kind in wanted.items()}, span)
            return {i: got[span.start + i] for i in wanted}

        cut = slice(span.start, span.stop)
        one = replace(table, headings=table.headings[cut], units=table.units[cut], kinds=table.kinds[cut], fetch=fetch)
        found.append((label, one))
    return found


# ---- one below the other ---------------------------------------------------------------------------------------


def _starts(data: bytes, layout: Layout) -> list[int]:
    """Where each specimen's lines begin: its header, or its heading row where it has none."""
    assert layout.header_line is not None
    at = offset_of(data, layout.header_line)
    end = data.find(b"\n", at)
    heading = data[at:end].rstrip(b"\r")
    starts = [0]
    while (found := data.find(b"\n" + heading, at)) >= 0 and len(starts) < MOST_SPECIMENS:
        at = found + 1
        if data[at + len(heading) : at + len(heading) + 1] in (b"\n", b"\r", b""):
            begins = _begins(data, at, layout)
            if begins is not None:
                starts.append(begins)
    return starts


def _begins(data: bytes, at: int, layout: Layout) -> int | None:
    """Where a further specimen begins, whose heading row is at ``at``; ``None`` where the heading is only repeated."""
    place, words = at, False
    for _ in range(MOST_ABOVE):
        if place == 0:
            return None
        before = data.rfind(b"\n", 0, place - 1) + 1
        line = data[before : place - 1].decode("utf-8", "replace").rstrip("\r")
        last = _first_value(line, layout)
        if last is not None:
            return place if words or _goes_back(last, data, at, layout) else None
        words = words or bool(line.strip(" \t,;"))
        place = before
    return place


def _first_value(line: str, layout: Layout) -> str | None:
    """The first filled cell of a row of numbers; ``None`` for any other line."""
    filled = [cell for cell in split_line(line, layout.separator) if cell] if line.strip() else []
    numbers = all(is_value(cell, layout.decimal) for cell in filled[:2])
    return filled[0] if len(filled) > 1 and numbers else None


def _goes_back(last: str, data: bytes, at: int, layout: Layout) -> bool:
    """Whether the rows below this heading begin before the last one above it: another run of the machine."""
    for line in data[at : at + 20_000].decode("utf-8", "replace").split("\n")[1:4]:
        first = _first_value(line.rstrip("\r"), layout)
        if first is not None:
            return _number(first) < _number(last)
    return False


def _number(cell: str) -> float:
    try:
        return float(cell.replace(",", "."))
    except ValueError:
        return float("nan")


def _below(
    text: TextFile, starts: Sequence[int], separator: str, mapped: Mapping[str, str], path: Path, where: str
) -> Found:
    found: Found = []
    lost: list[ReadError] = []
    for number, (begin, end) in enumerate(zip(starts, [*starts[1:], len(text.data)], strict=True), start=1):
        part = TextFile(text.data[begin:end], text.encoding, False, text.rehearsed)
        place = f"{where}, table {number}"
        try:
            sampled = SAMPLE_LINES if number == 1 else MOST_ABOVE + ROWS_SAMPLED
            layout = find_layout(part, mapped, place, separators=(separator,), sampled=sampled)
            label = _label(part.head.split("\n")[: layout.header_line or 0], layout.separator)
            found.append((label or str(number), table_of(part, layout, path, place)))
        except ReadError as fault:
            lost.append(fault)
    if not found:
        raise lost[0]
    told = tuple(f"a specimen of this file cannot be read: {escaped(str(f.problems[0]), 300)}" for f in lost)
    first = found[0][1]
    alone = not any(table.header_si for _, table in found[1:])  # one header, for all of them
    sizes, words = (first.header_si, first.preamble) if alone else ({}, {})
    return [
        (label, replace(t, header_si={**sizes, **t.header_si}, preamble={**words, **t.preamble}).warned(*told))
        for label, t in found
    ]


def _label(above: Sequence[str], separator: str) -> str:
    """What a specimen is called: by a pair of its header, else by the one cell of the line above its headings."""
    for key, value in pairs(above).items():
        if key.rpartition(" : ")[2].casefold() in _LABELS and value:
            return value.strip('"')
    last = above[-1].rstrip("\r") if above else ""
    cells = [cell for cell in split_line(last, separator) if cell]
    alone = len(cells) == 1 and ":" not in cells[0] and '""' not in last and not _TITLE.search(cells[0])
    return cells[0] if alone else ""
