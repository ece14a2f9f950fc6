"""Thermo's Avantage workbooks: a sheet a region ("C1s Scan"), its spectrum and, beside it, what Avantage fitted.

Below titles and settings stand a row of headings that begins ``Binding Energy (E)`` and names fitted curves only, a row
of units (``eV``, nothing, ``Counts / s``, ...) and the numbers. The measured spectrum is the column with a unit and
without a heading; several of them are levels of a profile. Other sheets (peak tables, titles) are no spectra.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from byssus.read.core_level import Region, as_tables, region_name
from byssus.read.table import Table

__all__ = ["is_avantage", "read_avantage"]

Rows = Sequence[Sequence[Any]]
HEAD_ROWS = 60
_AXES = ("binding energy", "kinetic energy")


def is_avantage(sheets: Sequence[tuple[str, Rows]]) -> bool:
    """Whether any sheet holds a spectrum as Avantage writes it."""
    return any(_place(rows) is not None for _, rows in sheets)


def read_avantage(sheets: Sequence[tuple[str, Rows]], where: str, *, rehearsed: bool) -> list[Table]:
    """The measured spectrum of every sheet that holds one. Raises :class:`ReadError` where one is cut."""
    regions: list[Region] = []
    for name, rows in sheets:
        place = _place(rows)
        if place is not None:
            regions += _regions(name, rows, place)
    return as_tables(regions, "avantage", where, rehearsed=rehearsed)


def _place(rows: Rows) -> int | None:
    """The row of headings: an axis of energy over ``eV``, with a column of counts that has no heading."""
    for k in range(min(len(rows) - 2, HEAD_ROWS)):
        if _word(rows[k], 0).startswith(_AXES) and _word(rows[k + 1], 0) == "ev" and _measured(rows, k):
            return k
    return None


def _measured(rows: Rows, k: int) -> list[int]:
    units = rows[k + 1]
    return [i for i in range(1, len(units)) if _word(units, i).startswith("counts") and not _word(rows[k], i)]


def _word(row: Sequence[Any], i: int) -> str:
    return str(row[i]).strip().casefold() if i < len(row) else ""


def _regions(name: str, rows: Rows, k: int) -> list[Region]:
    columns = _measured(rows, k)
    fitted = sum(1 for i in range(1, len(rows[k])) if _word(rows[k], i))
    body = [row for row in rows[k + 2 :] if len(row) > columns[-1] and _real(row[0])]
    energy = np.array([float(row[0]) for row in body])
    told = (f"{fitted} curves that Avantage fitted are left out",) if fitted else ()
    return [
        Region(
            region_name(name),
            energy,
            _word(rows[k], 0).startswith("kinetic"),
            np.array([float(row[i]) if _real(row[i]) else np.nan for row in body]),
            is_rate="/" in _word(rows[k + 1], i),
            level=number if len(columns) > 1 else None,
            header={"sheet": name},
            warnings=told,
        )
        for number, i in enumerate(columns, 1)
    ]


def _real(cell: Any) -> bool:
    return isinstance(cell, (int, float)) and not isinstance(cell, bool)
