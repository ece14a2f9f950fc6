"""Hysitron HighLoad .hld: ``name: value unit`` lines, then tables of approach, drift and test, each with its length.

The table behind ``Test Data Points`` is the indent. The tip's area function (``Tip C0`` ...) and the machine's
compliance stand in the header; layout as a file of FBControls 6.1 shows it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from byssus.read.headings import split_heading, unit_scale
from byssus.read.indents import Indent, number, to_table
from byssus.read.problems import escaped, excerpt, refuse
from byssus.read.table import Table
from byssus.trace import REHEARSED_MARK

__all__ = ["is_hld", "read_hld"]

_BEGINS = re.compile(rb"^(\xef\xbb\xbf)?File Version: Hysitron")
_DATA = re.compile(r"^Test Data Points:\s*(\d{1,9})\s*$")
_NAMES = {"time": ("time_s", "s"), "disp": ("depth_m", "m"), "force": ("force_n", "N")}
MOST_BYTES = 200_000_000


def is_hld(head: bytes) -> bool:
    """Whether the first line is that of a .hld file."""
    return bool(_BEGINS.match(head))


def read_hld(path: Path, where: str) -> Table:
    """The test of a .hld file, with the header's area function, compliance and drift.

    Raises :class:`ReadError`: no test table, no rows, a column of time, depth or force missing or in no known unit.
    """
    raw = path.read_bytes()[:MOST_BYTES]
    lines = [line.rstrip("\r") for line in raw.decode("latin-1").split("\n")]
    place = next((i for i, line in enumerate(lines) if _DATA.match(line)), None)
    if place is None or place + 2 >= len(lines):
        refuse(
            "no test table in this Hysitron file", where, expected="a line 'Test Data Points: n' over a table",
            mend=f"Export the test again.{excerpt(lines)}",
        )  # fmt: skip
    header = _header(lines[:place])
    columns, warnings = _rows(lines[place + 1 :], where)
    promised = int(_DATA.match(lines[place])[1])  # type: ignore[index]
    rows = len(columns["force_n"])
    if promised > rows:
        warnings.append(f"the header tells {promised} points of the test, the table has {rows}")
    indent = Indent(columns, header, _si(header), tuple(warnings))
    return to_table("hysitron", indent, lines[:5], rehearsed=REHEARSED_MARK.encode() in raw)


def _header(lines: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in lines[:400]:
        key, colon, value = line.partition(":")
        if colon and key and "\t" not in line:
            found.setdefault(key.strip()[:80], value.strip()[:200])
    return found


def _rows(lines: Sequence[str], where: str) -> tuple[dict[str, np.ndarray], list[str]]:
    names = lines[0].split("\t")
    places: dict[str, tuple[int, float]] = {}
    for index, heading in enumerate(names):
        for base, unit in split_heading(heading):
            known = _NAMES.get(base.strip().casefold())
            scale = unit_scale(unit, known[1]) if known and unit else None
            if known and scale and known[0] not in places:
                places[known[0]] = (index, scale[0])
    lacking = [name for name, (target, _) in _NAMES.items() if target not in places]
    if lacking:
        refuse(
            "a column of the test table is missing", where, got=escaped(lines[0]), expected=f"{', '.join(lacking)} "
            "with a unit behind an underscore", mend="Export the test again.",
        )  # fmt: skip
    width = len(names)
    cells = [row for row in (line.split("\t") for line in lines[1:]) if len(row) >= width]
    cut = sum(bool(line.strip()) for line in lines[1:]) - len(cells)
    if not cells:
        refuse("headings, but no rows of data", where, expected="at least one row", mend="Export the test again.")
    columns = {n: np.array([number(row[i]) for row in cells]) * scale for n, (i, scale) in places.items()}
    return columns, [f"{cut} rows of the test table are cut and left out"] if cut > 0 else []


def _si(header: Mapping[str, str]) -> dict[str, float | str]:
    """The area function, the compliance already taken off and the drift, in SI or nm where that is their custom."""
    found: dict[str, float | str] = {}
    terms: list[float] = []
    for k in range(9):
        value = number(header.get(f"Tip C{k}", "").split(" ")[0])
        if value != value:
            break
        terms.append(value)
    if any(terms):
        found["area_function_nm"] = ", ".join(f"{c:.10g}" for c in terms)
    for key, name, target in (
        ("Machine Comp", "machine_compliance_m_per_n", "m/N"),
        ("Drift Rate", "instrument_drift_m_per_s", "m/s"),
    ):
        words, _, unit = header.get(key, "").partition(" ")
        scale = unit_scale(unit, target) if unit else None
        if scale and number(words) == number(words):
            found[name] = number(words) * scale[0]
    return found
