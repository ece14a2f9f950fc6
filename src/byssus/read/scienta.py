"""Scienta SES text: ``[Region n]`` with energies, ``[Info n]`` with settings, ``[Data n]`` with two columns.

Also the table of LG4X: ``BE/eV,In<name>``, binding energy in eV and counts.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from byssus.read.core_level import Region, as_tables, cut, number, region_name
from byssus.read.problems import refuse
from byssus.read.table import Table
from byssus.read.text.textfile import load_text

__all__ = ["is_lg4x", "is_scienta", "read_lg4x", "read_scienta"]

_SECTION = re.compile(r"^\[(?P<name>[A-Za-z ]+?) (?P<number>\d{1,6})\]\s*$")
_LG4X = re.compile(rb"^[#%]?\s*(?:BE|KE)/eV\s*[,\t;]\s*In", re.I)


def is_scienta(head: bytes) -> bool:
    """Whether the first lines are the header of an SES text file."""
    return head[:100].lstrip().startswith(b"[Info]") and b"Number of Regions" in head[:300]


def is_lg4x(head: bytes) -> bool:
    """Whether the first line is that of an LG4X table."""
    return bool(_LG4X.match(head[:200].removeprefix(b"\xef\xbb\xbf")))


def read_scienta(path: Path, where: str) -> list[Table]:
    """A table for every region; a region with several slices is their sum. Raises :class:`ReadError` where cut."""
    text = load_text(path, where)
    parts: dict[tuple[str, int], list[str]] = {}
    current: list[str] = []
    for line in text.data.decode("utf-8", errors="replace").splitlines():
        if found := _SECTION.match(line):
            current = parts.setdefault((found["name"], int(found["number"])), [])
        else:
            current.append(line)
    regions = [_region(parts, n, where) for name, n in parts if name == "Region"]
    return as_tables(regions, "scienta", where, rehearsed=text.rehearsed)


def _region(parts: dict[tuple[str, int], list[str]], place: int, where: str) -> Region:
    pairs = [line.partition("=") for line in parts["Region", place] + parts.get(("Info", place), [])]
    said = {key.strip(): value.strip() for key, _, value in pairs if key.strip()}
    rows = [line.split() for line in parts.get(("Data", place), []) if line.strip()]
    widths = {len(row) for row in rows}
    if not rows or len(widths) != 1 or min(widths) < 2:
        cut(where, f"rows of {sorted(widths) or 'no'} numbers in region {place}", "an energy and its intensities")
    table = np.array([[number(cell, "a value", where) for cell in row] for row in rows])
    promised = said.get("Dimension 1 size", "")
    warned = () if promised in ("", str(len(rows))) else (f"region {place} lists {promised[:20]} points",)
    kinetic = "binding" not in f"{said.get('Dimension 1 name', '')} {said.get('Energy Scale', '')}".casefold()

    def known(key: str, scale: float = 1.0) -> float | None:
        value = said.get(key, "")
        return number(value, key, where) * scale if value else None

    return Region(
        region_name(said.get("Region Name", f"region {place}")), table[:, 0], kinetic, table[:, 1:].sum(axis=1),
        False, known("Excitation Energy"), known("Step Time", 1e-3), known("Number of Sweeps"), known("Pass Energy"),
        sample=said.get("Sample", ""), header=said, warnings=(*warned, *_scaled(table[:, 1:])),
    )  # fmt: skip


def _scaled(values: np.ndarray) -> tuple[str, ...]:
    """Counts of a camera are scaled: whole numbers would be counts."""
    whole = np.all(values == np.round(values))
    return () if whole else ("the intensities are no whole counts: how large their noise is, the file does not say",)


def read_lg4x(path: Path, where: str) -> list[Table]:
    """The one region of an LG4X table; the name behind ``In`` says which."""
    text = load_text(path, where)
    lines = [line for line in text.data.decode("utf-8", errors="replace").splitlines() if line.strip()]
    first, *rest = (re.split(r"[,\t;]", line) for line in lines)
    rows = [row for row in rest if len(row) >= 2]
    if not rows:
        refuse("headings, but no rows of data", where, expected="energy and counts", mend="Export the data again.")
    table = np.array([[number(cell, "a value", where) for cell in row[:2]] for row in rows])
    name = region_name(first[1].strip()[2:])
    kinetic = first[0].strip().casefold().lstrip("#% ").startswith("ke")
    return as_tables([Region(name, table[:, 0], kinetic, table[:, 1], False)], "lg4x", where, rehearsed=text.rehearsed)
