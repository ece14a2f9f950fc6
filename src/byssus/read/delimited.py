"""Delimited text of any locale: comma, semicolon, tab, bar or blanks; decimal point or comma; any encoding."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from byssus.read.problems import excerpt, refuse
from byssus.read.table import Kind, Table
from byssus.read.text.blocks import clean_block, name_odd_rows
from byssus.read.text.cells import BLANKS, SPACES
from byssus.read.text.layout import Layout, find_layout
from byssus.read.text.numbers import to_numbers
from byssus.read.text.preamble import header_numbers, pairs
from byssus.read.text.textfile import TextFile, load_text

if TYPE_CHECKING:
    import polars as pl

__all__ = ["offset_of", "read_delimited", "table_of"]


@dataclass(frozen=True)
class _Block:
    """The data rows: either bytes, or a file and the number of lines before them."""

    source: bytes | Path
    skip: int
    separator: str
    decimal: str
    width: int
    quoted: bool
    explain: Callable[[], object]


def read_delimited(path: Path, where: str, mapped: Mapping[str, str], *, reader: str = "delimited") -> Table:
    """The table of a text file.

    Raises :class:`ReadError`: no text, no table, too many columns, rows of unequal width.
    """
    text = load_text(path, where)
    return table_of(text, find_layout(text, mapped, where), path, where, reader)


def table_of(text: TextFile, layout: Layout, path: Path, where: str, reader: str = "delimited") -> Table:
    """The table of a text of this layout, which is the file at ``path`` unless the text says it is not."""
    lines = tuple(line.rstrip("\r") for line in text.head.split("\n")[: layout.first_line + 1])
    offset = offset_of(text.data, layout.first_line)
    single = layout.separator not in (SPACES, BLANKS)
    block, left_out = clean_block(text.data, offset, layout, where)
    separator = layout.separator if single else "\t"
    if block is None and not text.untouched:
        block = text.data[offset:]
    source: bytes | Path = path if block is None else block
    quoted = b'"' in (text.data if block is None else block)
    skip = layout.first_line if block is None else 0
    part = None if text.untouched else text.data[offset:]
    held = _Block(
        source, skip, separator, layout.decimal, layout.width, quoted,
        lambda: name_odd_rows(load_text(path, where).data[offset:] if part is None else part, layout, where),
    )  # fmt: skip
    top = layout.first_line if layout.header_line is None else layout.header_line
    preamble = pairs(lines[:top])
    sizes, oddities = header_numbers(preamble)
    return Table(
        reader=reader,
        headings=layout.headings,
        kinds=layout.kinds,
        fetch=lambda wanted: _fetch(held, wanted, where, lines),
        units=layout.units,
        preamble={**preamble, "encoding": text.encoding, "separator": layout.separator, "decimal": layout.decimal},
        lines=lines[:5] if len(lines) >= 5 else tuple(text.head.split("\n")[:5]),
        warnings=(*layout.warnings, *left_out, *_ambiguous(layout), *oddities),
        rehearsed=text.rehearsed,
        header_si=sizes,
    )


def offset_of(data: bytes, line: int) -> int:
    """Where a line begins, counted from 0."""
    place = 0
    for _ in range(line):
        place = data.index(b"\n", place) + 1
    return place


def _ambiguous(layout: Layout) -> tuple[str, ...]:
    """A warning where every comma might as well part thousands: 1,234 and nothing else."""
    cells = [c for row in layout.sample for c in row if "," in c]
    if layout.decimal == "," and cells and all(re.fullmatch(r"-?[1-9]\d{0,2},\d{3}", c) for c in cells):
        return (f"the comma is taken for the decimal sign: '{cells[0]}' is read as {cells[0].replace(',', '.')}",)
    return ()


def _fetch(block: _Block, wanted: Mapping[int, Kind], where: str, lines: tuple[str, ...]) -> dict[int, NDArray[Any]]:
    import polars as pl

    numbers = [i for i, kind in wanted.items() if kind == "number"]
    frame = _read(block, wanted, frozenset(numbers), where, lines)
    out: dict[int, NDArray[Any]] = {}
    doubtful = [i for i in numbers if frame[f"c{i}"].null_count()]
    cells = _read(block, dict.fromkeys(doubtful, "text"), frozenset(), where, lines) if doubtful else None
    if cells is not None and cells.height != frame.height:
        block.explain()
        refuse(
            "the rows cannot be read as a table: quotation marks stand within its cells",
            where,
            got=f"{frame.height} rows, or {cells.height} with what the marks enclose as one cell",
            mend="Remove the quotation marks, or export the data again.",
        )
    for index, kind in wanted.items():
        series = frame[f"c{index}"]
        if kind == "number" and cells is not None and index in doubtful:
            out[index] = to_numbers(series, cells[f"c{index}"], block.decimal)
        elif kind == "number":
            out[index] = series.to_numpy()
        elif kind == "text":
            out[index] = np.asarray(series.fill_null("").str.strip_chars().to_list(), dtype=np.str_)
        else:
            from byssus.read.text.times import clock_seconds, unix_seconds

            out[index] = (clock_seconds if kind == "clock" else unix_seconds)(series.cast(pl.String))
    return out


def _read(
    block: _Block, wanted: Mapping[int, Any], numbers: frozenset[int], where: str, lines: tuple[str, ...]
) -> pl.DataFrame:
    import polars as pl

    schema = {f"c{i}": pl.Float64 if i in numbers else pl.String for i in range(block.width)}
    try:
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            frame = pl.read_csv(
                block.source,
                has_header=False,
                separator=block.separator,
                skip_lines=block.skip,
                schema=schema,
                columns=sorted(wanted),
                quote_char='"' if block.quoted else None,
                decimal_comma=block.decimal == ",",
                ignore_errors=True,
                empty_string_is_null=True,
                glob=False,
            )
        if warned:  # quotes that the parser's parts saw differently: no row is read before all are even
            block.explain()
        return frame
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, ValueError) as fault:
        block.explain()  # one row too long and one too short: they count up, but are not even
        refuse(
            "the rows cannot be read as a table",
            where,
            got=str(fault).splitlines()[0][:100],
            mend=f"Check that every row has the same number of fields. The file begins:{excerpt(lines)}",
        )
