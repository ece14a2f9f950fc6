"""Fischerscope text: a block of statistics, then for each indent its numbers and a table ``F h t`` (mN, µm, s).

The units of the table stand in no file: they are those of the program (WIN-HCU), and the forces and depths printed
above each table (``HM 0.299995/...`` in N, ``hmax`` in µm) bear them out. Decimal commas or points.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from byssus.read.indents import Indent, number, to_table
from byssus.read.problems import refuse
from byssus.read.table import Table
from byssus.trace import REHEARSED_MARK

__all__ = ["is_fischerscope", "read_fischerscope"]

UNITS = {"F": ("force_n", 1e-3), "h": ("depth_m", 1e-6), "t": ("time_s", 1.0)}
_TABLE = ("F", "h", "t")
_RESULT = re.compile(r"^(EIT/\(1-vs\^2\)|HIT|hmax|hr|HUpl|Compliance)\t\[[^\]]*\]\t\s*([-\d.,]+)")
_MARTENS = re.compile(r"^HM\s+([\d.,]+)/.*=\s*([\d.,]+)\s*$")
# The names of the block's results that people look for, and what they are in SI.
_PRINTED = {
    "EIT/(1-vs^2)": ("instrument_plane_strain_modulus_pa", 1e9),
    "HIT": ("instrument_hardness_pa", 1e6),
    "hmax": ("instrument_depth_m", 1e-6),
}
_DIGITS = re.compile(r"[-+\d.,eE\t]*")
LONGEST = 40  # letters of a number
AGREE = 0.01  # the printed depth against the table's largest
MOST_BYTES = 200_000_000


def is_fischerscope(head: bytes) -> bool:
    """Whether the first lines are those of a Fischerscope export."""
    lines = [line.strip() for line in head[:400].split(b"\n")[:3]]
    return lines[0].endswith(b"\tName of the application")


def read_fischerscope(path: Path, where: str) -> list[Table]:
    """One table an indent, with what the instrument printed above it.

    Raises :class:`ReadError`: no table ``F h t`` with rows.
    """
    raw = path.read_bytes()[:MOST_BYTES]
    lines = [line.rstrip("\r") for line in raw.decode("latin-1").split("\n")]
    heads = [i for i, line in enumerate(lines) if tuple(line.split("\t")) == _TABLE]
    rehearsed = REHEARSED_MARK.encode() in raw
    tables: list[Table] = []
    begin = 0
    for k, head in enumerate(heads):
        end = heads[k + 1] if k + 1 < len(heads) else len(lines)
        rows, stop = _rows(lines, head + 1, end)
        if rows:
            indent = _indent(lines[begin:head], np.array(rows))
            tables.append(to_table("fischerscope", indent, lines[:5], rehearsed=rehearsed))
        begin = stop
    if not tables:
        refuse(
            "no indent in this Fischerscope file", where, got=f"{len(heads)} tables without rows" if heads else "",
            expected="a line 'F h t' over rows of numbers", mend="Export the measurement with its readings.",
        )  # fmt: skip
    return tables


def _rows(lines: Sequence[str], begin: int, end: int) -> tuple[list[list[float]], int]:
    if (whole := _block(lines[begin:end])) is not None:
        return whole, begin + len(whole)
    rows: list[list[float]] = []
    place = begin
    while place < end:
        cells = lines[place].split("\t")
        values = [number(cell) for cell in cells] if len(cells) == 3 else []
        if not values or any(v != v for v in values):
            break
        rows.append(values)
        place += 1
    return rows, place


def _block(lines: Sequence[str]) -> list[list[float]] | None:
    """The rows at once, down to the first line of another width; ``None`` where a cell is no plain number."""
    stop = next((k for k, line in enumerate(lines) if line.count("\t") != 2), len(lines))
    text = "\t".join(lines[:stop])
    if not stop or not _DIGITS.fullmatch(text):
        return None
    try:
        cells = text.replace(",", ".").split("\t")
        values = list(map(float, cells)) if max(map(len, cells)) <= LONGEST else [math.nan]
    except ValueError:
        return None
    return [values[k : k + 3] for k in range(0, len(values), 3)] if np.all(np.isfinite(values)) else None


def _indent(above: Sequence[str], rows: np.ndarray) -> Indent:
    columns = {UNITS[n][0]: rows[:, i] * UNITS[n][1] for i, n in enumerate(_TABLE)}
    header: dict[str, float | str] = {}
    for line in above:
        if (found := _RESULT.match(line)) and found[1] in _PRINTED:
            name, scale = _PRINTED[found[1]]
            header[name] = number(found[2]) * scale
        elif martens := _MARTENS.match(line):
            header["instrument_martens_hardness_pa"] = number(martens[2]) * 1e6
    sound = {k: v for k, v in header.items() if v == v}
    warnings = []
    printed, largest = sound.get("instrument_depth_m"), float(np.max(columns["depth_m"]))
    if isinstance(printed, float) and abs(printed - largest) > AGREE * largest:
        warnings.append(f"the file prints a largest depth of {printed * 1e6:.4g} µm, its table has {largest * 1e6:.4g}")
    words = {str(n): line.strip()[:100] for n, line in enumerate(above[-40:]) if line.strip()}
    return Indent(columns, words, sound, tuple(warnings))
