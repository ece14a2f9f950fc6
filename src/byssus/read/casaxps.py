"""CasaXPS as text: exported spectra (``Cycle 3:Ni:Survey`` blocks of tab-separated columns) and the table of peaks.

In a block of spectra stand kinetic energy and counts, an empty column, binding energy and counts per second, with the
components, background and envelope of the fit beside each; the counts are read. The table of peaks has one component a
row (name, position, FWHM, raw area, share in atomic per cent), as CasaXPS found them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byssus.read.core_level import Region, as_tables, cut, number, region_name
from byssus.read.problems import excerpt, refuse
from byssus.read.table import Kind, Table
from byssus.read.text.textfile import load_text

__all__ = ["is_casaxps", "is_peak_table", "read_casaxps", "read_peak_table"]

_CYCLE = re.compile(r"^Cycle \d+:(?P<sample>[^\t]*):(?P<region>[^\t:]*)\s*$")
_PEAKS = re.compile(rb"^Name\tPosition\tFWHM\t(Raw )?Area\t[^\r\n]*%At Conc", re.M)


def is_casaxps(head: bytes) -> bool:
    """Whether the first lines are those of a block of exported spectra."""
    lines = head[:4000].removeprefix(b"\xef\xbb\xbf").lstrip().split(b"\n")
    return bool(_CYCLE.match(lines[0].decode("latin-1").rstrip())) and any(b"Characteristic Energy" in b for b in lines)


def is_peak_table(head: bytes) -> bool:
    """Whether a table of peaks stands in the first lines."""
    return bool(_PEAKS.search(head[:20_000]))


def read_casaxps(path: Path, where: str) -> list[Table]:
    """A table for every block; :class:`ReadError` where a block has no columns or no rows."""
    text = load_text(path, where)
    lines = [line.rstrip("\r") for line in text.data.decode("utf-8", errors="replace").split("\n")]
    starts = [i for i, line in enumerate(lines) if _CYCLE.match(line)]
    regions = [_block(lines[a:b], where) for a, b in zip(starts, [*starts[1:], len(lines)], strict=True)]
    return as_tables(regions, "casaxps", where, rehearsed=text.rehearsed)


def _block(lines: list[str], where: str) -> Region:
    title = _CYCLE.match(lines[0])
    heading = next((i for i, line in enumerate(lines) if line.startswith("K.E.\tCounts")), None)
    if title is None or heading is None:
        cut(where, f"'{lines[0][:60]}' without 'K.E.' and 'Counts'", "columns of energy and counts")
    facts = dict(re.findall(r"([A-Za-z][A-Za-z ]+?)(?: eV| s)?\t([-+\d.eE]+)", "\t".join(lines[1:heading])))
    width = len(lines[heading].rstrip().split("\t"))
    rows = [line.split("\t") for line in lines[heading + 1 :] if line.strip()]
    short = sum(len(row) < 2 for row in rows)
    if not rows or short:
        refuse("a block of spectra has cut rows", where, got=f"{short} of {len(rows)}", expected=f"{width} columns")
    energy = np.array([number(row[0], "an energy", where) for row in rows])
    counts = np.array([number(row[1], "a count", where) for row in rows])
    names = lines[heading].split("\t")
    binding = names.index("B.E.") if "B.E." in names else None
    kinetic = binding is None or any(len(row) <= binding for row in rows)
    if binding is not None and not kinetic:
        energy = np.array([number(row[binding], "an energy", where) for row in rows])
    photon = facts.get("Characteristic Energy")
    dwell = facts.get("Acquisition Time")
    return Region(
        region_name(title["region"]), energy, kinetic, counts, False,
        number(photon, "the characteristic energy", where) if photon else None,
        number(dwell, "the acquisition time", where) if dwell else None,
        sample=title["sample"], header=_peaks(lines[:heading]),
    )  # fmt: skip


def _peaks(lines: list[str]) -> dict[str, Any]:
    """The fitted components above the columns: name, position, FWHM, area, line shape, as CasaXPS writes them."""
    found = {}
    for line in lines:
        key, *cells = line.split("\t")
        if key in ("Name", "Position", "FWHM", "Area", "Lineshape"):
            found[key.lower()] = tuple(cell for cell in cells if cell.strip())
    return found


def read_peak_table(path: Path, where: str) -> list[Table]:
    """The table of peaks: ``component``, ``position_ev``, ``fwhm_ev``, ``area_counts_ev``, ``atomic_share``."""
    text = load_text(path, where)
    lines = [line.rstrip("\r") for line in text.data.decode("utf-8", errors="replace").split("\n")]
    start = next((i for i, line in enumerate(lines) if _PEAKS.match(line.encode())), 0)
    headings = [cell.strip() for cell in lines[start].split("\t")]
    share = next((i for i, heading in enumerate(headings) if heading.startswith("%At")), 0)
    if share < 4:  # damaged: the heading is there, but not as a cell of its own behind the area
        refuse("a table of peaks without its headings", where, expected="a column '%At Conc'", mend=excerpt(lines))
    rows = []
    for line in lines[start + 1 :]:
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) <= share or not cells[0]:
            break
        rows.append(cells)
    if not rows:
        refuse("a table of peaks without rows", where, expected="one component a row", mend=excerpt(lines))
    columns: dict[str, NDArray[Any]] = {"component": np.array([row[0] for row in rows], dtype=np.str_)}
    for name, at, scale in (
        ("position_ev", 1, 1.0),
        ("fwhm_ev", 2, 1.0),
        ("area_counts_ev", 3, 1.0),
        ("atomic_share", share, 0.01),
    ):
        columns[name] = np.array([number(row[at], f"'{headings[at]}'", where) * scale for row in rows])
    names = tuple(columns)
    kinds: tuple[Kind, ...] = tuple("text" if name == "component" else "number" for name in names)

    def fetch(wanted: Mapping[int, Kind]) -> dict[int, NDArray[Any]]:
        return {i: columns[names[i]] for i in wanted}

    return [Table("casaxps", names, kinds, fetch, lines=tuple(lines[:5]), rehearsed=text.rehearsed)]
