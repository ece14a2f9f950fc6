"""Text exports of rheometers and dynamic mechanical analysers: several steps in one file, each a table of its own.

TRIOS (TA): a line ``[step]``, the step's name, a row of headings, a row of units, the data. RheoCompass (Anton Paar):
``Interval data:`` before the headings, units in brackets below, rows that begin with a tab. Universal Analysis
(TA Q800 and its kin): ``Sig1``, ``Sig2``, ... name the columns, the data follow ``StartOfData``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from byssus.read.headings import split_heading
from byssus.read.problems import excerpt, refuse
from byssus.read.table import Kind, Table
from byssus.read.text.cells import GROUPED, PLAIN
from byssus.read.text.textfile import TextFile, load_text

__all__ = ["is_rheocompass", "is_ta_text", "is_trios", "read_stepped"]

Exporter = Literal["trios", "rheocompass", "ta-text"]
MAX_PAIRS, MAX_VALUE, MAX_STEPS = 200, 300, 5_000
_TRIOS = (b"[step]", b"Trios version", b"proceduresegments")
_SHEAR = ("torque", "oscillation torque", "moment")  # what a rheometer turns with: its moduli are of shear
_MODULI = {"storage modulus": "G'", "loss modulus": "G''"}


@dataclass
class _Step:
    """One table as text."""

    name: str
    headings: tuple[str, ...]
    units: tuple[str, ...]
    rows: list[list[str]] = field(default_factory=list)


def is_trios(head: bytes) -> bool:
    """Whether the first lines are those of a TRIOS export."""
    text = head.replace(b"\0", b"")
    return any(mark in text for mark in _TRIOS[1:]) or bool(re.search(rb"(?m)^\[step\]\s*$", text))


def is_rheocompass(head: bytes) -> bool:
    """Whether the first lines are those of a RheoCompass export."""
    text = head.replace(b"\0", b"")
    return b"Interval data:" in text and b"Interval and data points:" in text


def is_ta_text(head: bytes) -> bool:
    """Whether the first lines are those of Universal Analysis."""
    text = head.replace(b"\0", b"")
    return bool(re.search(rb"(?m)^Nsig\s+\d+", text) and re.search(rb"(?m)^Sig1\s", text))


def read_stepped(path: Path, where: str, kind: Exporter) -> list[Table]:
    """A table for every step with data; ``metadata["at"]`` names the step where there are several.

    Raises :class:`ReadError` where no step has headings and rows.
    """
    text = load_text(path, where)
    lines = [line.rstrip("\r") for line in text.data.decode("utf-8", errors="replace").split("\n")]
    steps = {"trios": _trios, "rheocompass": _rheocompass, "ta-text": _signals}[kind](lines)
    whole = [step for step in steps if step.rows and step.headings]
    if not whole:
        refuse("no step of this file has data", where, mend=f"Export the data of the steps, too.{excerpt(lines)}")
    header = _header(lines)
    return [_table(kind, s, k if len(whole) > 1 else 0, header, text, lines) for k, s in enumerate(whole, 1)]


def _trios(lines: Sequence[str]) -> list[_Step]:
    starts = [k for k, line in enumerate(lines) if line.strip() == "[step]"][:MAX_STEPS]
    found = []
    for start in starts:
        if start + 3 >= len(lines):
            break
        separator = "\t" if "\t" in lines[start + 2] else ("," if "," in lines[start + 2] else ";")
        headings, units = (tuple(c.strip() for c in lines[start + k].split(separator)) for k in (2, 3))
        step = _Step(lines[start + 1].strip(), headings, units)
        for line in lines[start + 4 :]:
            if not line.strip() or line.startswith("["):
                break
            step.rows.append(line.split(separator))
        found.append(step)
    return found


def _rheocompass(lines: Sequence[str]) -> list[_Step]:
    found: list[_Step] = []
    k = 0
    while k < len(lines) and len(found) < MAX_STEPS:
        if not lines[k].startswith("Interval data:"):
            k += 1
            continue
        headings = tuple(c.strip() for c in lines[k].split("\t")[1:])
        k += 1
        units: tuple[str, ...] = ()
        while k < len(lines) and (not lines[k].strip() or "[" in lines[k]):
            if lines[k].strip():
                units = tuple(c.strip().strip("[]") for c in lines[k].split("\t")[1:])
            k += 1
        found.append(_Step(f"interval {len(found) + 1}", headings, units))
        while k < len(lines) and lines[k].startswith("\t") and lines[k].strip():
            found[-1].rows.append(lines[k].split("\t")[1:])
            k += 1
    return found


def _signals(lines: Sequence[str]) -> list[_Step]:
    """One table; rows that begin with a negative number are marks between segments."""
    named: dict[int, str] = {}
    start = len(lines)
    for k, line in enumerate(lines):
        if match := re.match(r"Sig(\d{1,3})\s+(.+)$", line):
            named[int(match[1])] = match[2].strip()
        if line.strip().casefold() == "startofdata":
            start = k + 1
            break
    pairs = [split_heading(named[k], marked=True)[0] for k in sorted(named)]
    step = _Step("", tuple(base for base, _ in pairs), tuple(unit for _, unit in pairs))
    step.rows = [row for row in (line.split() for line in lines[start:]) if row and not row[0].startswith("-")]
    return [step]


def _header(lines: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in lines[: 2 * MAX_PAIRS]:
        if line.strip() in ("[step]", "StartOfData") or line.startswith("Interval data:"):
            break
        key, _, value = line.partition("\t")
        if key.strip() and value.strip() and len(found) < MAX_PAIRS:
            found.setdefault(key.strip(" :"), value.strip()[:MAX_VALUE])
    return found


def _table(
    reader: str, step: _Step, number: int, header: Mapping[str, str], text: TextFile, lines: Sequence[str]
) -> Table:
    width = len(step.headings)
    odd = sum(len(row) < width - 1 for row in step.rows)
    rows = [[*row, *[""] * (width - len(row))][:width] for row in step.rows if len(row) >= width - 1]
    sample = [cell for row in rows[:50] for cell in row]
    decimal = "," if sum("," in c for c in sample) > sum("." in c for c in sample) else "."
    columns = [np.array([_number(row[i].strip(), decimal) for row in rows]) for i in range(width)]
    kinds: list[Kind] = ["number" if np.isfinite(c).any() else "text" for c in columns]

    def fetch(wanted: Mapping[int, Kind]) -> dict[int, NDArray[Any]]:
        return {
            i: np.asarray([row[i].strip() for row in rows], dtype=np.str_) if kind == "text" else columns[i]
            for i, kind in wanted.items()
        }

    said = [f"{odd} of {len(step.rows)} rows of {step.name or 'the table'} are cut and left out"] if odd else []
    return Table(
        reader, _named(step.headings), tuple(kinds), fetch, step.units, {**header, "step": step.name},
        tuple(lines[:5]), tuple(said), text.rehearsed, header_si={"at": {"step": step.name}} if number else {},
    )  # fmt: skip


def _named(headings: tuple[str, ...]) -> tuple[str, ...]:
    """The headings; a rheometer's moduli as what they are, of shear."""
    if not any(h.casefold() in _SHEAR for h in headings):
        return headings
    return tuple(_MODULI.get(h.casefold(), h) for h in headings)


def _number(cell: str, decimal: str) -> float:
    if PLAIN[decimal].fullmatch(cell):
        return float(cell.replace("−", "-").replace(",", "."))
    if GROUPED[decimal].fullmatch(cell):
        kept = re.sub(r"[.'’\u00a0\u202f ]" if decimal == "," else r"[,'’\u00a0\u202f ]", "", cell)
        return float(kept.replace("−", "-").replace(",", "."))
    return float("nan")
