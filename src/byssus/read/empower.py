"""Waters Empower ASCII export (.arw): quoted header pairs, or a row of names over a row of values; time and signal."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byssus.read.problems import excerpt, refuse
from byssus.read.table import Kind, Table
from byssus.read.text.textfile import load_text

__all__ = ["is_empower", "read_empower"]

# Fields of Empower that an export's header may carry; people choose which, but hardly none of these.
_FIELDS = frozenset(
    ("samplename", "sample set id", "sample set name", "system name", "vial", "injection", "channel", "date acquired",
     "instrument method name", "injection volume", "run time", "channel description", "result id", "injection id")
)  # fmt: skip
FEWEST_FIELDS = 2
HEADER_LINES = 100
HEADINGS = ("Time [min]", "detector_signal")  # Empower writes minutes, and the signal in the detector's unit
_NUMBER = re.compile(r" *[-+]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][-+]?\d+)? *", re.ASCII)
_QUOTED = re.compile(r'\s*"([^"]*)"\s*')


def is_empower(head: bytes) -> bool:
    """Whether the first lines are an Empower header over rows of two numbers, in either layout."""
    if not head.lstrip(b"\xef\xbb\xbf").startswith(b'"'):
        return False
    lines = _lines(head.decode("latin-1"))
    first = _first_row(lines)
    if first is None:
        return False
    names = {name.casefold() for name in _header(lines[:first])}
    return len(names & _FIELDS) >= FEWEST_FIELDS


def read_empower(path: Path, where: str) -> Table:
    """The chromatogram of an .arw file; every field of the header is kept in the preamble.

    Raises :class:`ReadError` where no row of two numbers follows the header.
    """
    text = load_text(path, where)
    lines = _lines(text.data.decode("utf-8", errors="replace"))
    first = _first_row(lines)
    if first is None:
        refuse("a header of Empower, but no rows of data", where, expected="rows of time and signal",
               mend=f"Export the chromatogram again. The file begins:{excerpt(lines)}")  # fmt: skip
    rows = [line.split("\t") for line in lines[first:] if line.strip()]
    wide = next((i for i, row in enumerate(rows) if len(row) != len(HEADINGS)), None)
    if wide is not None:
        refuse(
            "a row of the chromatogram is not two numbers",
            where,
            got=f"{len(rows[wide])} fields in row {wide + 1} of the data",
            expected="time and signal, one channel a file",
            mend="Export each channel into a file of its own.",
        )
    values = np.array([[_number(cell) for cell in row] for row in rows])
    header = _header(lines[:first])

    def fetch(wanted: Mapping[int, Kind]) -> dict[int, NDArray[Any]]:
        return {index: values[:, index] for index in wanted}

    return Table(
        reader="empower",
        headings=HEADINGS,
        kinds=("number", "number"),
        fetch=fetch,
        preamble={**header, "encoding": text.encoding},
        lines=tuple(lines[:5]),
        rehearsed=text.rehearsed,
    )


def _lines(text: str) -> list[str]:
    return re.split(r"\r\n|\r|\n", text)


def _first_row(lines: list[str]) -> int | None:
    """The index of the first line that is two numbers, tab between."""
    for index, line in enumerate(lines[:HEADER_LINES]):
        cells = line.split("\t")
        if len(cells) == len(HEADINGS) and all(_NUMBER.fullmatch(cell) for cell in cells):
            return index
    return None


def _header(lines: list[str]) -> dict[str, str]:
    """The header's fields by name: one pair a line, or all names in one line and all values in the next."""
    filled = [line.split("\t") for line in lines if line.strip()]
    if len(filled) == 2 and len(filled[0]) > 2 and all(_QUOTED.fullmatch(cell) for cell in filled[0]):
        return {_bare(name): _bare(value) for name, value in zip(filled[0], filled[1], strict=False)}
    return {_bare(row[0]): " ".join(map(_bare, row[1:])) for row in filled}


def _bare(cell: str) -> str:
    match = _QUOTED.fullmatch(cell)
    return (match[1] if match else cell).strip()


def _number(cell: str) -> float:
    return float(cell.replace(",", ".")) if _NUMBER.fullmatch(cell) else np.nan
