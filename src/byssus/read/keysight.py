"""Workbooks of Agilent and Keysight indenters: a sheet ``Test 001`` an indent, with sheets of inputs and results.

A row of headings, a row of units, then rows with a marker of the segment in the first column. The area function's
coefficients (nm), Poisson's ratio and the range of depth that is averaged stand in the other sheets, a row a test.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from byssus.read.headings import plain, unit_scale
from byssus.read.indents import Indent, to_table
from byssus.read.problems import refuse
from byssus.read.table import Table

__all__ = ["is_keysight", "read_keysight"]

Row = Sequence[Any]
Sheets = Sequence[tuple[str, Sequence[Row]]]

_TEST = re.compile(r"^Test\s*(\d{1,6})$")
_MARKERS = ("segment", "markers")
_COLUMNS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "depth_m": ("m", ("Displacement Into Surface", "Depth")),
    "force_n": ("N", ("Load On Sample", "Load")),
    "time_s": ("s", ("Time On Sample", "Time")),
    "contact_stiffness_n_per_m": ("N/m", ("Harmonic Contact Stiffness", "Dynamic Stiff.", "Stiffness")),
}
_INPUTS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "poisson_ratio": ("1", ("Poissons Ratio", "Poisson's Ratio of Sample", "Poisson's Ratio")),
    "continuous_from_m": ("m", ("Minimum Calculation Depth",)),
    "continuous_to_m": ("m", ("Maximum Calculation Depth",)),
    "instrument_drift_m_per_s": ("m/s", ("Drift Correction",)),
    "instrument_modulus_pa": ("Pa", ("E Average Over Defined Range",)),
    "instrument_hardness_pa": ("Pa", ("H Average Over Defined Range",)),
}


def is_keysight(sheets: Sheets) -> bool:
    """Whether a sheet of a test begins with the column of segment markers."""
    return any(_TEST.match(name) and rows and _word(rows[0], 0).casefold() in _MARKERS for name, rows in sheets)


def read_keysight(sheets: Sheets, where: str, *, rehearsed: bool) -> list[Table]:
    """One table an indent, in the order of the tests' numbers.

    Raises :class:`ReadError` where no test has depth and load with known units.
    """
    found: list[tuple[int, Indent]] = []
    inputs = [rows for name, rows in sheets if not _TEST.match(name)]
    for name, rows in sheets:
        match = _TEST.match(name)
        if not match or len(rows) < 3:
            continue
        columns = _columns(rows)
        if "depth_m" in columns and "force_n" in columns and len(columns["depth_m"]):
            test = int(match[1])
            header, words = _header(inputs, test)
            found.append((test, Indent(columns, {"sheet": name, **words}, header)))
    if not found:
        refuse(
            "no test of this workbook has depth and load", where, expected="headings such as 'Displacement Into "
            "Surface' and 'Load On Sample' over a row of units", mend="Export the tests with these channels.",
        )  # fmt: skip
    found.sort(key=lambda each: each[0])
    return [to_table("keysight", indent, rehearsed=rehearsed) for _, indent in found]


def _word(row: Row, index: int) -> str:
    return str(row[index]).strip() if index < len(row) else ""


def _place(names: Row, units: Row, wanted: tuple[str, tuple[str, ...]]) -> tuple[int, float] | None:
    """Where a heading stands and its factor to SI."""
    target, headings = wanted
    for heading in headings:
        for index in range(min(len(names), 200)):
            if plain(_word(names, index)) != plain(heading):
                continue
            unit = _word(units, index)
            scale = (1.0, 0.0) if target == "1" else unit_scale(unit, target)
            if scale is not None:
                return index, scale[0]
    return None


def _columns(rows: Sequence[Row]) -> dict[str, np.ndarray]:
    places = {name: _place(rows[0], rows[1], wanted) for name, wanted in _COLUMNS.items()}
    known = {name: place for name, place in places.items() if place is not None}
    depth = known.get("depth_m")
    if depth is None:
        return {}
    body = [row for row in rows[2:] if depth[0] < len(row) and _is_number(row[depth[0]])]
    return {
        name: np.array([_cell(row, index) for row in body], dtype=np.float64) * scale
        for name, (index, scale) in known.items()
    }


def _is_number(cell: Any) -> bool:
    return isinstance(cell, (int, float)) and not isinstance(cell, bool)


def _cell(row: Row, index: int) -> float:
    if index >= len(row) or not _is_number(row[index]):
        return math.nan
    value = float(row[index])
    return value if abs(value) < 1e300 else math.nan  # the largest double stands for "not computed"


def _header(sheets: Sequence[Sequence[Row]], test: int) -> tuple[dict[str, float | str], dict[str, str]]:
    """What the other sheets say of one test; a later sheet, edited after the test, holds over an earlier one."""
    header: dict[str, float | str] = {}
    words: dict[str, str] = {}
    for rows in sheets:
        if len(rows) < 3 or _word(rows[0], 0) != "Test":
            continue
        mine = next((r for r in rows[2:] if len(r) and _same(r[0], test)), None)
        if mine is None:
            continue
        for name, wanted in _INPUTS.items():
            place = _place(rows[0], rows[1], wanted)
            if place and _is_number(mine[place[0]] if place[0] < len(mine) else None):
                header[name] = _cell(mine, place[0]) * place[1]
        terms = [_place(rows[0], rows[1], ("1", (f"Area Coefficient {k}",))) for k in range(1, 10)]
        values = [_cell(mine, place[0]) for place in terms if place]
        if values and any(values) and all(map(math.isfinite, values)):
            header["area_function_nm"] = ", ".join(f"{v:.10g}" for v in values)
        for index in range(1, min(len(rows[0]), 60)):
            words.setdefault(_word(rows[0], index)[:60], f"{_word(mine, index)} {_word(rows[1], index)}".strip()[:100])
    return {k: v for k, v in header.items() if v == v}, words


def _same(cell: Any, test: int) -> bool:
    try:
        return int(float(str(cell))) == test
    except (ValueError, OverflowError):
        return False
