"""BioLogic's text export of EC-Lab and BT-Lab (.mpt, .txt): a header of settings, headings, tab-separated rows."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from byssus.read.delimited import read_delimited
from byssus.read.headings import plain, unit_scale
from byssus.read.problems import escaped, refuse
from byssus.read.table import Table
from byssus.read.text.preamble import header_numbers, pairs
from byssus.read.text.textfile import TextFile, load_text

__all__ = ["is_eclab", "read_eclab"]

_FIRST = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*(?:EC|BT)-Lab ASCII FILE", re.I)
_LINES = re.compile(r"Nb header lines\s*:\s*(\d+)", re.I)
# A line is the heading row if two of its cells are among these; every export has time or frequency.
_HEADINGS = frozenset(
    plain(h)
    for h in (
        "mode", "ox/red", "error", "time/s", "freq/Hz", "Ewe/V", "<Ewe>/V", "Ecell/V", "I/mA", "<I>/mA", "Re(Z)/Ohm",
        "-Im(Z)/Ohm", "|Z|/Ohm", "control/V", "control/mA", "control/V/mA", "cycle number", "Ns", "dq/mA.h",
        "(Q-Qo)/mA.h",
    )
)  # fmt: skip
_LONG_HEADER = 400  # lines; one for every loop of the settings. Tables are looked for in the first lines of a file.
# What EC-Lab writes where nobody entered a size: 0.001 cm2, and 0.001 g or mg.
_NOT_ENTERED = {"area_m2": (1e-7,), "mass_kg": (1e-6, 1e-9)}
_SCAN_UNITS = {"mv/mn": "mV/min", "v/mn": "V/min", "mv/mn.": "mV/min"}
_DATE = re.compile(rb"\b(\d\d)/(\d\d)/(\d{4}) (?=\d\d:)")  # in place of elapsed time; the month stands first
_STARTED = re.compile(r"(\d\d)/(\d\d)/(\d{4}) (\d\d:\d\d:\d\d(?:[.,]\d+)?)")


def is_eclab(head: bytes) -> bool:
    """Whether the first line is that of an EC-Lab or BT-Lab export."""
    return _FIRST.match(head) is not None


def read_eclab(path: Path, where: str, mapped: Mapping[str, str]) -> Table:
    """The table of an EC-Lab text file; technique, start and scan rate of its header beside it.

    The heading row is found by its words; a wrong count of header lines is told. Positive current oxidises. Raises
    :class:`ReadError`: no rows, rows of unequal width, no known column.
    """
    text = load_text(path, where)
    lines = [line.rstrip("\r") for line in text.head.split("\n")]
    row = next((i for i, line in enumerate(lines) if _is_heading_row(line)), None)
    if row is None:
        return read_delimited(path, where, mapped, reader="eclab")
    if not any(line.strip() for line in lines[row + 1 :]):
        refuse("headings, but no rows of data", where, expected="at least one row", mend="Export the data again.")
    table = _rows(path, text, row, where, mapped)
    header = lines[:row]
    words = pairs(header)
    sizes, oddities = header_numbers(words)
    technique = _technique(header)
    in_si: dict[str, float | str] = {k: v for k, v in sizes.items() if v not in _NOT_ENTERED.get(k, ())}
    in_si |= {"technique": technique} if technique else {}
    in_si |= {**_started(header), **_scan_rate(header)}
    kept = {k: v for k, v in table.preamble.items() if k in ("encoding", "separator", "decimal")}
    return replace(
        table,
        preamble={**words, **kept},
        lines=tuple(lines[:5]),
        warnings=(*table.warnings, *oddities, *_count_said(header, row), *_two_voltages(table.headings)),
        rehearsed=text.rehearsed,
        header_si=in_si,
    )


def _is_heading_row(line: str) -> bool:
    return "\t" in line and sum(plain(cell) in _HEADINGS for cell in line.split("\t")) >= 2


def _rows(path: Path, text: TextFile, row: int, where: str, mapped: Mapping[str, str]) -> Table:
    """The table below the header; a very long header is first cut off, absolute times are written year first."""
    first = next(line for line in text.head.split("\n")[row + 1 :] if line.strip())
    dated = _DATE.search(first.encode()) is not None
    if row <= _LONG_HEADER and not dated:
        return read_delimited(path, where, mapped, reader="eclab")
    folder = tempfile.TemporaryDirectory(prefix="byssus-")  # lives as long as the rows may be fetched from it
    rest = Path(folder.name) / "rows"
    below = text.data.split(b"\n", row)[row]
    rest.write_bytes(_DATE.sub(rb"\3-\1-\2T", below) if dated else below)
    table = read_delimited(rest, where, mapped, reader="eclab")
    return replace(table, fetch=lambda wanted: table.fetch(wanted) if folder else {})


def _technique(header: Sequence[str]) -> str:
    """The line that names the technique: the first of words alone behind the count of lines."""
    for line in header[2:8]:
        bare = line.strip()
        if bare and ":" not in bare:
            return escaped(bare, 80)
    return ""


def _started(header: Sequence[str]) -> dict[str, str]:
    """When the acquisition began, by the local clock; EC-Lab writes the month first."""
    line = next((line for line in header if line.startswith("Acquisition started on")), "")
    found = _STARTED.search(line)
    return {"started": f"{found[3]}-{found[1]}-{found[2]} {found[4].replace(',', '.')}"} if found else {}


def _scan_rate(header: Sequence[str]) -> dict[str, float]:
    """``scan_rate_v_per_s`` of the settings, where they hold one and the same rate."""
    rate = next((line.split()[1:] for line in header if re.match(r"dE/dt\s", line) and "unit" not in line), [])
    unit = next((line.split()[2:] for line in header if re.match(r"dE/dt unit\s", line)), [])
    numbers = {cell.replace(",", ".") for cell in rate}
    if len(numbers) != 1 or len(set(unit)) != 1:
        return {}
    scale = unit_scale(_SCAN_UNITS.get(unit[0].casefold(), unit[0]), "V/s")
    try:
        value = abs(float(numbers.pop()))
    except ValueError:
        return {}
    in_si = float(f"{value * scale[0]:.15g}") if scale else 0.0
    return {"scan_rate_v_per_s": in_si} if 1e-9 < in_si < 1e6 else {}  # 1 mV in ten days to fast-scan electronics


def _count_said(header: Sequence[str], row: int) -> tuple[str, ...]:
    said = next((m for line in header[:5] if (m := _LINES.search(line))), None)
    if said is None or said[1] == str(row + 1):
        return ()
    return (f"the header speaks of {said[1][:9]} lines, the headings stand in line {row + 1}; that line is taken",)


def _two_voltages(headings: tuple[str, ...]) -> tuple[str, ...]:
    names = {plain(h) for h in headings}
    if {"ewe/v", "ecell/v"} <= names:
        return ("voltage_v is read from 'Ewe/V', against the reference; 'Ecell/V' would fit too",)
    return ()
