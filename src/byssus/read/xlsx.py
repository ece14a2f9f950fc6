"""Spreadsheets, xlsx and xls, through python-calamine: every sheet that holds a table with known columns."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byssus.read.archive import MAX_SHEET_CELLS, guard_sheets, members
from byssus.read.avantage import is_avantage, read_avantage
from byssus.read.core_level import named_by_sheet
from byssus.read.dialects import AVANTAGE, LANDT, dialect_of
from byssus.read.eplexor import shift_list
from byssus.read.guarded import guarded
from byssus.read.headings import is_unit, matches, plain, split_heading
from byssus.read.keysight import is_keysight, read_keysight
from byssus.read.problems import refuse
from byssus.read.table import Kind, Table
from byssus.read.text.cells import decimal_of, is_number, is_void, kind_of
from byssus.read.text.preamble import header_numbers
from byssus.trace import REHEARSED_MARK

__all__ = ["read_sheets", "sheets_of"]

MEND = "Open it in a spreadsheet program and save it again, or save the sheet as csv."

XLS_BYTES = 300e6  # of memory for a small xls: a whole one of 4 MB takes 50 MB, one damaged is laid out over a gigabyte
HEADER_ROWS = 80  # how far down a sheet the heading row may stand
SAMPLE_ROWS = 200
MAX_COLUMNS = 2_000
_EPOCH = dt.datetime(1970, 1, 1)
Row = Sequence[Any]


def read_sheets(path: Path, where: str, mapped: Mapping[str, str], *, zipped: bool) -> list[Table]:
    """A table for every sheet with a heading row, those with known headings first.

    Raises :class:`ReadError`: a bomb, a damaged or locked workbook, no sheet with cells.
    """
    marked = guard_sheets(path, members(path, where), where) if zipped else False
    # a zip's sheets are measured beforehand; nothing tells what calamine asks for over a damaged xls but trying it
    if zipped:
        sheets = sheets_of(path, where)
    else:
        sheets = guarded(__name__, "sheets_of", path, where, what="xls", mend=MEND, small=XLS_BYTES)
    if is_keysight(sheets) and not mapped:
        return read_keysight(sheets, where, rehearsed=marked or _says_rehearsed(sheets))
    if is_avantage(sheets) and not mapped:
        return read_avantage(sheets, where, rehearsed=marked or _says_rehearsed(sheets))
    tables = []
    for name, rows in sheets:
        words = {REHEARSED_MARK in cell for row in rows[:HEADER_ROWS] for cell in row if isinstance(cell, str)}
        table = _table(name, rows, mapped, where, marked or REHEARSED_MARK in name or True in words)
        if table is not None:
            tables.append(table)
    if not tables:
        refuse("no sheet holds a table", where, expected="a row of headings over rows of numbers")
    if all(dialect_of(table.headings) is AVANTAGE for table in tables):
        return named_by_sheet(tables)
    if shifts := shift_list(sheets):
        tables = [replace(table, header_si={**table.header_si, **shifts}) for table in tables]
    records = [table for table in tables if dialect_of(table.headings) is LANDT]
    return records or tables  # beside its records LAND writes sheets that sum up cycles and steps


def _says_rehearsed(sheets: list[tuple[str, list[Row]]]) -> bool:
    cells = (str(cell) for _, rows in sheets for row in rows[:HEADER_ROWS] for cell in row[:HEADER_ROWS])
    return any(REHEARSED_MARK in cell for cell in cells)


def sheets_of(path: Path, where: str) -> list[tuple[str, list[Row]]]:
    """Names and rows of all sheets. Raises :class:`ReadError` for a locked, damaged or absurdly large workbook."""
    import python_calamine as calamine

    try:
        book = calamine.CalamineWorkbook.from_path(str(path))
        found: list[tuple[str, list[Row]]] = []
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            if sheet.total_height * sheet.total_width > MAX_SHEET_CELLS:
                refuse("a sheet of absurd size", where, got=f"{sheet.total_height} by {sheet.total_width} cells")
            found.append((name, list(sheet.to_python(skip_empty_area=False))))
    except calamine.PasswordError:
        refuse("the workbook is protected by a password", where, mend="Save it without a password.")
    except (calamine.CalamineError, calamine.ZipError, calamine.XmlError, OSError, ValueError) as fault:
        refuse(
            "the workbook cannot be opened: it is cut short or damaged",
            where,
            got=str(fault)[:100],
            mend=MEND,
        )
    return found


def _table(name: str, rows: list[Row], mapped: Mapping[str, str], where: str, marked: bool) -> Table | None:
    place = _heading_row(rows, mapped)
    if place is None:
        return None
    headings = tuple(_word(cell) for cell in rows[place])
    if len(headings) > MAX_COLUMNS:
        refuse("too many columns", where, got=f"{len(headings)} columns", expected=f"at most {MAX_COLUMNS}")
    below = rows[place + 1 :]
    units: tuple[str, ...] = ()
    if below and any(_word(c) for c in below[0]) and all(isinstance(c, str) and is_unit(c) for c in below[0]):
        units, below = tuple(_word(c) for c in below[0]), below[1:]
    body, left_out = _trimmed(below)
    sample = body[:SAMPLE_ROWS]
    decimal = decimal_of([[c.strip() for c in row if isinstance(c, str)] for row in sample])
    kinds = tuple(_kind([row[i] for row in sample], decimal) for i in range(len(headings)))

    def fetch(wanted: Mapping[int, Kind]) -> dict[int, NDArray[Any]]:
        return {i: _values([row[i] for row in body], kind, decimal) for i, kind in wanted.items()}

    above = {k: v for row in rows[:place] for k, v in _pair(row)}
    warnings = (f"{left_out} rows of words below the table are left out",) if left_out else ()
    lines = tuple("; ".join(_word(c) for c in row) for row in rows[:5])
    sizes, oddities = header_numbers(above)
    return Table(
        "xlsx",
        headings,
        kinds,
        fetch,
        units,
        {"sheet": name, **above},
        lines,
        (*warnings, *oddities),
        marked,
        header_si=sizes,
    )


def _heading_row(rows: list[Row], mapped: Mapping[str, str]) -> int | None:
    """The row whose cells are best known as headings; the first one wins among equals."""
    wanted = {plain(v) for v in mapped.values()} | {plain(b) for v in mapped.values() for b, _ in split_heading(v)}
    best, place = 0.0, None
    for index, row in enumerate(rows[:HEADER_ROWS]):
        words = tuple(_word(cell) for cell in row)
        if not any(words) or any(isinstance(c, (int, float)) and not isinstance(c, bool) for c in row):
            continue
        value = 1.0 * len({m.column.name for m in matches(words)})
        value += 3.0 * sum(1 for w in words if w and (plain(w) in wanted or plain(split_heading(w)[0][0]) in wanted))
        value += 10.0 if dialect_of(words) else 0.0
        if value > best:
            best, place = value, index
    return _some_row(rows) if place is None else place


def _some_row(rows: list[Row]) -> int | None:
    """The first row of words over a row with a number: unknown headings, but headings."""
    for index, (row, below) in enumerate(pairwise(rows[: HEADER_ROWS + 1])):
        words = [cell for cell in row if _word(cell)]
        if len(words) > 1 and all(isinstance(cell, str) for cell in words) and any(isinstance(c, float) for c in below):
            return index
    return None


def _trimmed(rows: list[Row]) -> tuple[list[Row], int]:
    """The rows without blank ones, and without the notes that follow the last row with a value in it."""
    filled = [row for row in rows if any(_word(c) for c in row)]
    end = len(filled)
    while end and not any(
        not isinstance(c, str) or is_number(c.strip(), ".") or is_number(c.strip(), ",") for c in filled[end - 1]
    ):
        end -= 1
    return filled[:end], len(filled) - end


def _word(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _kind(cells: Sequence[Any], decimal: str) -> Kind:
    filled = [c for c in cells if not (isinstance(c, str) and is_void(c.strip()))]
    if filled and all(isinstance(c, (dt.datetime, dt.date)) for c in filled):
        return "date"
    if filled and all(isinstance(c, (dt.time, dt.timedelta)) for c in filled):
        return "clock"
    return kind_of([_word(c) for c in filled], decimal)


def _values(cells: Sequence[Any], kind: Kind, decimal: str) -> NDArray[Any]:
    if kind == "text":
        return np.asarray([_word(c) for c in cells], dtype=np.str_)
    if any(isinstance(c, str) and c for c in cells):
        return _from_words(cells, kind, decimal)
    return np.array([_number(c) for c in cells], dtype=np.float64)


def _from_words(cells: Sequence[Any], kind: Kind, decimal: str) -> NDArray[np.float64]:
    """Numbers and times kept as text, by the same rules as in a text file; true numbers as they are."""
    import polars as pl

    from byssus.read.text.numbers import to_numbers
    from byssus.read.text.times import clock_seconds, unix_seconds

    words = pl.Series("cells", [c.strip() if isinstance(c, str) else None for c in cells], dtype=pl.String)
    if kind == "number":
        read = to_numbers(pl.Series("cells", [None] * len(cells), dtype=pl.Float64), words, decimal)
    else:
        read = (clock_seconds if kind == "clock" else unix_seconds)(words)
    own = np.array([_number(c) for c in cells], dtype=np.float64)
    return np.where(np.isnan(own), read, own)


def _number(cell: Any) -> float:
    """A cell as a number: dates as unix seconds, times of day as seconds, NaN where it is neither."""
    if isinstance(cell, (int, float)):
        return float(cell)
    if isinstance(cell, dt.datetime):
        return (cell - _EPOCH).total_seconds()
    if isinstance(cell, dt.date):
        return (dt.datetime.combine(cell, dt.time()) - _EPOCH).total_seconds()
    if isinstance(cell, dt.timedelta):
        return cell.total_seconds()
    if isinstance(cell, dt.time):
        return cell.hour * 3600 + cell.minute * 60 + cell.second + cell.microsecond / 1e6
    return math.nan


def _pair(row: Row) -> list[tuple[str, str]]:
    words = [w for w in (_word(c) for c in row) if w]
    if 2 <= len(words) <= 3:
        return [(words[0].rstrip(" :="), " ".join(words[1:])[:300])]
    if len(words) == 1 and ":" in words[0]:
        key, _, value = words[0].partition(":")
        return [(key.strip(), value.strip()[:300])]
    return []
