"""What one cell of a text table looks like: number (by locale), time of day, date, nothing, word."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from math import isfinite

from byssus.read.table import Kind

__all__ = ["GROUPED", "decimal_of", "is_datum", "is_number", "is_void", "kind_of", "split_line"]

Decimal = str  # "." or ","
_SIGN = r"[+\-−]?"
_EXP = r"(?:[eE][+\-]?\d+)?"
PLAIN = {
    ".": re.compile(rf"{_SIGN}(?:\d+(?:\.\d*)?|\.\d+){_EXP}"),
    ",": re.compile(rf"{_SIGN}(?:\d+(?:,\d*)?|,\d+){_EXP}"),
}
# Digits in groups of three, as thousands are written.
GROUPED = {
    ".": re.compile(rf"{_SIGN}\d{{1,3}}(?:[,'’\u00a0\u202f ]\d{{3}})+(?:\.\d*)?{_EXP}"),
    ",": re.compile(rf"{_SIGN}\d{{1,3}}(?:[.'’\u00a0\u202f ]\d{{3}})+(?:,\d*)?{_EXP}"),
}
_NOT_A_NUMBER = frozenset(("nan", "inf", "+inf", "-inf", "infinity", "-infinity", "#n/a", "n/a", "na", "null", "none"))
_BLANK = frozenset(("", "-", "--", "---"))
# Hours may pass 24, or days stand before them ("1d 02:03:04.5", "1 02:03:04"); Maccor writes seconds as they come.
CLOCK = re.compile(r"(?:\d+ ?d? +)?\d+:\d{2}:\d{1,2}(?:[.,]\d+)?")
DATE = re.compile(
    r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.](?:\d{1,2}|[A-Z][a-z]{2})[-/.]\d{2,4})(?:[T ,]+\d{1,2}:\d{2}.*)?"
)
_DATUM = re.compile("|".join(f"(?:{one.pattern})" for one in (*PLAIN.values(), *GROUPED.values(), CLOCK)))
NUMBER_SHARE = 0.5  # share of filled cells that must be numbers in a column of numbers
SPACES = "  +"  # two or more spaces, or a tab with any blanks around it
BLANKS = " +"  # any run of blanks


def split_line(line: str, separator: str) -> list[str]:
    """The cells of a line, trimmed; ``separator`` is one character, :data:`SPACES` or :data:`BLANKS`."""
    if separator == BLANKS:
        cells = line.split()
    elif separator == SPACES:
        cells = re.split(r" *\t[ \t]*| {2,}", line.strip())
    elif '"' in line:
        try:
            cells = next(csv.reader([line], delimiter=separator, skipinitialspace=True), [])
        except csv.Error:
            cells = line.split(separator)
    else:
        cells = line.split(separator)
    return [*map(str.strip, cells)]


def is_void(cell: str) -> bool:
    """Whether a cell says that there is no number."""
    return cell.casefold() in _NOT_A_NUMBER or cell in _BLANK


def is_number(cell: str, decimal: Decimal) -> bool:
    """Whether a cell is a number with this decimal sign, its thousands grouped or not."""
    return PLAIN[decimal].fullmatch(cell) is not None or GROUPED[decimal].fullmatch(cell) is not None


def is_value(cell: str, decimal: Decimal) -> bool:
    """A number, an explicit not-a-number, or a time of day."""
    return is_number(cell, decimal) or cell.casefold() in _NOT_A_NUMBER or CLOCK.fullmatch(cell) is not None


def is_datum(cell: str) -> bool:
    """Whether a cell is a value with either decimal sign."""
    return _DATUM.fullmatch(cell) is not None or cell.casefold() in _NOT_A_NUMBER


def decimal_of(rows: Sequence[Sequence[str]]) -> Decimal:
    """The decimal sign that makes most cells plain numbers; grouped thousands count half."""
    if not any("," in cell or ("." in cell and cell.count(".") > 1) for row in rows for cell in row):
        return "."  # what groups thousands with single points is a plain number with a point as well
    score = {".": 0.0, ",": 0.0}
    for row in rows:
        for cell in row:
            if not cell or cell.isdigit():
                continue
            for decimal, other in ((".", ","), (",", ".")):
                # a plain number holds no other sign; asked first, for it is asked of every cell
                if other not in cell and PLAIN[decimal].fullmatch(cell):
                    score[decimal] += 1
                elif GROUPED[decimal].fullmatch(cell):
                    score[decimal] += 0.5
    return "," if score[","] > score["."] else "."


def _all_plain(cells: Sequence[str]) -> bool:
    """Whether Python takes every cell for a number; the quick way for most columns."""
    try:
        return all(map(isfinite, map(float, cells))) and "_" not in "".join(cells)
    except ValueError:
        return False


def kind_of(cells: Sequence[str], decimal: Decimal) -> Kind:
    """What a column holds, from a sample of its cells."""
    if decimal == "." and _all_plain(cells):
        return "number"
    filled = [c for c in cells if not is_void(c)]
    if not filled or (decimal == "." and _all_plain(filled)):
        return "number"
    if all(CLOCK.fullmatch(c) for c in filled):
        return "clock"
    if all(DATE.fullmatch(c) and not PLAIN[decimal].fullmatch(c) for c in filled):
        return "date"
    numbers = sum(is_number(c, decimal) for c in filled)
    return "number" if numbers >= NUMBER_SHARE * len(filled) else "text"
