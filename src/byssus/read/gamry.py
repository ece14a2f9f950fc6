"""Gamry .DTA: an ``EXPLAIN`` header of tab-separated ``KEY, TYPE, value, label`` lines, then named tables.

A table begins with ``NAME<tab>TABLE``; below stand a row of names and a row of units, each after a tab, then the data.
``ZCURVE`` is a spectrum, ``CURVE`` or ``CURVE1``, ``CURVE2``, ... the curves of one run, ``OCVCURVE`` the rest before.
Layout as Gamry's own files show it; units are SI, phases in degrees.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byssus.read.dialects import GAMRY
from byssus.read.headings import plain, unit_scale
from byssus.read.problems import escaped, excerpt, refuse
from byssus.read.table import Kind, Table
from byssus.read.text.cells import GROUPED, PLAIN
from byssus.read.text.textfile import TextFile, load_text
from byssus.vocabulary import columns

__all__ = ["is_gamry", "read_gamry"]

# What is read of a file, the first kind that is there; the curve of the open circuit only where there is no other.
_KINDS = (("ZCURVE", "spectrum number"), ("CURVE", "curve number"), ("OCVCURVE", "curve number"))
_TABLE = re.compile(r"^(?P<name>[A-Za-z_]\w*?)(?P<number>\d*)\tTABLE\b\t?(?P<rows>\d{0,9})")
MAX_PAIRS, MAX_VALUE = 200, 300


@dataclass
class _Block:
    """One table as text: its name without number, names and units of its columns, rows of cells."""

    name: str
    line: int
    promised: int
    names: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    rows: list[list[str]] = field(default_factory=list)


def is_gamry(head: bytes) -> bool:
    """Whether the first lines are the header of a .DTA file."""
    lines = head[:2000].removeprefix(b"\xef\xbb\xbf").split(b"\n")
    return lines[0].strip() == b"EXPLAIN" and len(lines) > 1 and lines[1].startswith(b"TAG\t")


def read_gamry(path: Path, where: str) -> Table:
    """The spectra, or the curves of the run, as one table; several are told apart by a last column with their number.

    Raises :class:`ReadError`: no table, a table without rows, rows of another width, a unit that is not the format's.
    """
    text = load_text(path, where)
    lines = [line.rstrip("\r") for line in text.data.decode("utf-8", errors="replace").split("\n")]
    blocks = _blocks(lines)
    header = _header(lines)
    kind, counter = next((k for k in _KINDS if any(b.name == k[0] for b in blocks)), ("", ""))
    chosen = [b for b in blocks if b.name == kind]
    if not chosen:
        refuse(
            "no data table in this Gamry file",
            where,
            got=f"tables {', '.join(sorted({b.name for b in blocks}))}" if blocks else "a header alone",
            expected="a table ZCURVE, CURVE or CURVE1, CURVE2, ...",
            mend=f"Export the experiment again.{excerpt(lines)}",
        )
    warnings = [w for b in chosen for w in _whole(b, where)]
    warnings += _others(blocks, kind)
    return _table(chosen, counter, header, warnings, text, tuple(lines[:5]))


def _blocks(lines: Sequence[str]) -> list[_Block]:
    found: list[_Block] = []
    inside = False
    for number, line in enumerate(lines, 1):
        if begins := _TABLE.match(line):
            found.append(_Block(begins["name"].upper(), number, int(begins["rows"] or 0)))
            inside = True
        elif not inside or not line.strip():
            continue
        elif not line[0].isspace():
            inside = False
        elif not found[-1].names:
            found[-1].names = tuple(cell.strip() for cell in line[1:].rstrip("\t").split("\t"))
        elif not found[-1].units and not found[-1].rows and not _is_data(line):
            found[-1].units = tuple(cell.strip() for cell in line[1:].split("\t"))
        else:
            found[-1].rows.append(_cells(line, len(found[-1].names)))
    return found


def _is_data(line: str) -> bool:
    """Whether a row begins with the number of its point and is no row of units."""
    return line.split()[0].isdigit()


def _cells(line: str, width: int) -> list[str]:
    cells = [cell.strip() for cell in line[1:].split("\t")]
    return cells if len(cells) == width else line.split()  # rows that someone edited, with blanks for tabs


def _whole(block: _Block, where: str) -> list[str]:
    """Drop a cut last row and say so; refuse a table without rows, or with rows of another width."""
    width, said = len(block.names), list[str]()
    if block.rows and len(block.rows[-1]) < width:
        block.rows.pop()
        said.append(f"the last row of the table {block.name} in line {block.line} is cut and is left out")
    odd = [n for n, row in enumerate(block.rows, 1) if len(row) != width]
    if not block.rows or odd:
        refuse(
            f"the table {block.name} in line {block.line} " + ("has rows of another width" if odd else "has no rows"),
            where,
            got=", ".join(f"row {n} has {len(block.rows[n - 1])}" for n in odd[:5]),
            expected=f"{width} fields in every row" if odd else "at least one row of data",
            mend="Export the experiment again.",
        )
    if block.promised > len(block.rows):
        said.append(
            f"the table {block.name} in line {block.line} lists {block.promised} rows and has {len(block.rows)}"
        )
    _check_units(block, where)
    return said


def _check_units(block: _Block, where: str) -> None:
    """Refuse a unit of the dimension of a column, but of another size than the format's."""
    for name, candidates in GAMRY.columns.items():
        for heading, unit in candidates:
            at = next((i for i, n in enumerate(block.names) if plain(n) == plain(heading)), None)
            if at is None or at >= len(block.units):
                continue
            written, known = unit_scale(block.units[at], columns()[name].unit), unit_scale(unit, columns()[name].unit)
            if written and written != known:
                refuse(
                    f"the table {block.name} in line {block.line} is not in the units of the format",
                    where,
                    got=f"'{escaped(block.units[at], 20)}' under '{heading}'",
                    expected=unit,
                    mend=f'Map the column, {name} = "{heading} [unit]", in a copy with the unit row mended.',
                )


def _others(blocks: Sequence[_Block], kind: str) -> list[str]:
    """Tables that are not read; the open circuit before a run is no loss."""
    names = sorted({b.name for b in blocks} - {kind, "OCVCURVE"})
    return [f"another table of the file, {name}, is not read" for name in names]


def _table(
    chosen: Sequence[_Block],
    counter: str,
    header: Mapping[str, str],
    warnings: Sequence[str],
    text: TextFile,
    lines: tuple[str, ...],
) -> Table:
    first = chosen[0]
    headings = tuple(dict.fromkeys(name for b in chosen for name in b.names))
    cells = {n: [row[b.names.index(n)] if n in b.names else "" for b in chosen for row in b.rows] for n in headings}
    filled = [cell for column in cells.values() for cell in column[:200]]
    decimal = "," if sum("," in c for c in filled) > sum("." in c for c in filled) else "."
    held: dict[str, NDArray[Any]] = {}
    kinds: dict[str, Kind] = {}
    for name, column in cells.items():
        numbers = np.array([_number(cell, decimal) for cell in column], dtype=np.float64)
        kinds[name] = "number" if np.isfinite(numbers).any() else "text"
        held[name] = numbers if kinds[name] == "number" else np.asarray(column, dtype=np.str_)
    if len(chosen) > 1:
        headings, kinds[counter] = (*headings, counter), "number"
        held[counter] = np.repeat(np.arange(1.0, len(chosen) + 1), [len(b.rows) for b in chosen])
    units = tuple(_unit(first, name) for name in headings)

    def fetch(wanted: Mapping[int, Kind]) -> dict[int, NDArray[Any]]:
        return {i: _as_kind(held[headings[i]], kind) for i, kind in wanted.items()}

    return Table(
        reader="gamry", headings=headings, kinds=tuple(kinds[name] for name in headings), fetch=fetch, units=units,
        preamble={**header, "encoding": text.encoding, "decimal": decimal}, lines=lines, warnings=tuple(warnings),
        rehearsed=text.rehearsed, header_si=_scan_rate(header),
    )  # fmt: skip


def _unit(block: _Block, name: str) -> str:
    """The unit as written, without the words behind it: ``V vs. Ref.`` is V; ``#`` and ``bits`` are none."""
    at = block.names.index(name) if name in block.names else len(block.units)
    written = block.units[at] if at < len(block.units) else ""
    return "" if written in ("#", "bits") else re.sub(r"\s+vs\.?\s.*$", "", written)


def _number(cell: str, decimal: str) -> float:
    if PLAIN[decimal].fullmatch(cell):
        return float(cell.replace("−", "-").replace(",", "."))
    if GROUPED[decimal].fullmatch(cell):
        kept = re.sub(r"[.'’\u00a0\u202f ]" if decimal == "," else r"[,'’\u00a0\u202f ]", "", cell)
        return float(kept.replace("−", "-").replace(",", "."))
    return float("nan")


def _as_kind(values: NDArray[Any], wanted: Kind) -> NDArray[Any]:
    if wanted == "text":
        return values.astype(np.str_)
    return values if values.dtype.kind == "f" else np.full(len(values), np.nan)


# ---- header -------------------------------------------------------------------------------------------------------


def _header(lines: Sequence[str]) -> dict[str, str]:
    """``KEY (label)`` -> value, of the lines above the first table."""
    found: dict[str, str] = {}
    for line in lines:
        fields = [cell.strip() for cell in line.split("\t")]
        if _TABLE.match(line) or len(found) >= MAX_PAIRS:
            break
        if len(fields) == 2 and fields[0]:
            found.setdefault(fields[0], fields[1][:MAX_VALUE])
        elif len(fields) > 2 and fields[0]:
            label = next((f for f in fields[3:] if len(f) > 1), "").replace("&", "")
            found.setdefault(f"{fields[0]} ({label})" if label else fields[0], fields[2][:MAX_VALUE])
    return found


def _scan_rate(header: Mapping[str, str]) -> dict[str, float]:
    """``scan_rate_v_per_s`` of the header, whose label says mV/s."""
    for key, value in header.items():
        unit = re.search(r"\(([^()]+)\)\)$", key)
        scale = unit_scale(unit[1], "V/s") if key.startswith("SCANRATE") and unit else None
        number = _number(value, "," if "," in value else ".")
        if scale and 0 < number * scale[0] < 1e6:
            return {"scan_rate_v_per_s": float(f"{number * scale[0]:.15g}")}
    return {}
