"""JCAMP-DX infrared spectra: plain, packed, squeezed, difference and duplicate forms, comments, compound files.

Layout: doi:10.1366/0003702884428734 (JCAMP-DX 4.24). Labels are compared without case, blanks, ``-``, ``/`` and ``_``;
``$$`` begins a comment anywhere. Ordinates are checked against FIRSTY, MINY, MAXY and NPOINTS.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from byssus.read.infrared import MAX_POINTS, even_axis, spectrum_table
from byssus.read.problems import escaped, excerpt, refuse
from byssus.read.table import Table
from byssus.read.text.textfile import load_text

__all__ = ["is_jcamp", "read_jcamp"]

Floats = NDArray[np.float64]
_DATA = ("XYDATA", "XYPOINTS", "PEAKTABLE")
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]\d{1,3})?"
_TOKEN = re.compile(rf"(?P<number>{_NUMBER})|(?P<form>[@A-Ia-i%J-Rj-rS-Zs])(?P<digits>\d*)|(?P<lost>\?)")
_PLAIN = re.compile(_NUMBER)
SPACED_LETTERS = 2 * MAX_POINTS  # as many cannot hold more than MAX_POINTS numbers
_SPACED = re.compile(r"[0-9.+\- \t]*")
_FORMS = re.compile(r"[@%F-Zf-z?]|[A-Da-d]|[Ee](?![+-]\d)")
_SQUEEZED = {**{c: i for i, c in enumerate("@ABCDEFGHI")}, **{c: -i for i, c in enumerate("abcdefghi", 1)}}
_DIFFERENCE = {**{c: i for i, c in enumerate("%JKLMNOPQR")}, **{c: -i for i, c in enumerate("jklmnopqr", 1)}}
_DUPLICATE = {c: i for i, c in enumerate("STUVWXYZs", 1)}
CHECK = 2e-3  # of the range: how far a value may be from what the header says of it
MAX_VALUE, MAX_PAIRS = 300, 200


@dataclass
class _Block:
    """One block: its labelled records, and the lines of its data with the record that begins them."""

    records: dict[str, str] = field(default_factory=dict)
    form: str = ""
    kind: str = ""
    rows: list[str] = field(default_factory=list)


def is_jcamp(head: bytes) -> bool:
    """Whether the first record that is no comment is a title, and a JCAMP-DX label follows."""
    lines = [line.strip() for line in head[:4000].removeprefix(b"\xef\xbb\xbf").splitlines()]
    first = next((line for line in lines if line and not line.startswith(b"$$")), b"")
    return bool(re.match(rb"##\s*TITLE\s*=", first, re.I)) and any(re.match(rb"##\s*JCAMP", x, re.I) for x in lines)


def read_jcamp(path: Path, where: str) -> list[Table]:
    """A table for every spectrum of the file.

    Raises :class:`ReadError`: no data, data of another kind than infrared, a form that is not in the standard.
    """
    text = load_text(path, where)
    lines = text.data.decode("utf-8", errors="replace").splitlines()
    blocks = [block for block in _blocks(lines) if block.kind]
    if not blocks:
        refuse(
            "no spectrum in this JCAMP-DX file", where, expected="##XYDATA=", mend=f"Export it again.{excerpt(lines)}"
        )
    several = len(blocks) > 1
    return [_table(b, where, k if several else 0, text.rehearsed, lines[:5]) for k, b in enumerate(blocks, 1)]


def _blocks(lines: list[str]) -> list[_Block]:
    """Blocks in order of their titles; links hold no data of their own."""
    found: list[_Block] = []
    open_: list[_Block] = []
    label = ""
    for raw in lines:
        line = raw.split("$$", 1)[0].rstrip()
        if "##" in line and (record := re.match(r"\s*##([^=]*)=(.*)$", line)):
            label, value = re.sub(r"[\s\-/_]", "", record[1]).upper(), record[2].strip()
            if label == "TITLE":
                open_.append(_Block())
                found.append(open_[-1])
            elif label == "END" and open_:
                open_.pop()
            if not open_:
                continue
            if label in _DATA and not open_[-1].kind:
                open_[-1].kind, open_[-1].form = label, re.sub(r"\s", "", value).upper()
            elif len(open_[-1].records) < MAX_PAIRS:
                open_[-1].records.setdefault(label, value)
        elif open_ and label == open_[-1].kind and line.strip():
            open_[-1].rows.append(line)
        elif open_ and label in open_[-1].records and line.strip():
            joined = f"{open_[-1].records[label]} {line.strip()}"
            open_[-1].records[label] = joined[:MAX_VALUE]
    return found


def _table(block: _Block, where: str, number: int, rehearsed: bool, lines: list[str]) -> Table:
    kind = block.records.get("DATATYPE", "")
    if kind and "INFRARED" not in kind.upper():
        refuse("no infrared spectrum", where, got=f"'{escaped(kind, 40)}'", expected="##DATA TYPE= INFRARED SPECTRUM")
    if block.form.startswith("(X++(Y..Y))"):
        x, y, warnings = _evenly(block, where)
    elif block.form.startswith("(XY..XY)"):
        x, y, warnings = _pairs(block, where)
    else:
        expected = "(X++(Y..Y)) or (XY..XY)"
        refuse("a form of data that is not read", where, got=f"'{escaped(block.form, 40)}'", expected=expected)
    if block.kind == "PEAKTABLE":
        warnings = [*warnings, "the file holds a table of peaks, no spectrum"]
    shown = {k: v[:MAX_VALUE] for k, v in block.records.items() if k not in ("XUNITS", "YUNITS")}
    return spectrum_table(
        "jcamp", (x, block.records.get("XUNITS", "")), (y, block.records.get("YUNITS", "")), where,
        preamble=shown, warnings=[*warnings, *_against_header(block, y)], rehearsed=rehearsed, number=number,
        lines=lines,
    )  # fmt: skip


def _value(block: _Block, label: str, default: float = math.nan) -> float:
    match = _PLAIN.match(block.records.get(label, "").strip().replace("E0", "E+0"))
    return float(match[0]) if match else default


def _evenly(block: _Block, where: str) -> tuple[Floats, Floats, list[str]]:
    starts, counts, ordinates = _decoded(block.rows, where)
    y = ordinates * _value(block, "YFACTOR", 1.0)
    if not len(y):
        refuse("no ordinates under ##XYDATA", where, mend="Export the file again.")
    factor = _value(block, "XFACTOR", 1.0)
    promised, warnings = _value(block, "NPOINTS"), list[str]()
    first, last = _value(block, "FIRSTX", float(starts[0]) * factor), _value(block, "LASTX")
    step = _value(block, "DELTAX")
    whole = not math.isfinite(promised) or promised == len(y)
    if not whole:
        warnings.append(f"the header promises {promised:.0f} points and the file has {len(y)}")
    if math.isfinite(last) and whole:
        x = even_axis(first, last, len(y), where)
    elif math.isfinite(last) and promised > 1:
        x = even_axis(first, first + (last - first) / (promised - 1) * (len(y) - 1), len(y), where)
    else:
        x = even_axis(first, first + step * (len(y) - 1), len(y), where)
    spacing = abs(float(x[-1] - x[0])) / max(len(y) - 1, 1)
    places = np.concatenate(([0], np.cumsum(counts)[:-1])).astype(int)
    places = np.minimum(places, len(y) - 1)
    off = np.abs(starts * factor - x[places]) > max(1.5 * spacing, abs(factor))
    if off.any():
        warnings.append(f"the abscissa of {int(off.sum())} of {len(off)} lines is not where the header puts it")
    return x, y, warnings


def _decoded(rows: list[str], where: str) -> tuple[Floats, NDArray[np.int64], Floats]:
    """The abscissa each line begins with, how many ordinates it gives, and all ordinates, unscaled."""
    if (plain := _spaced(rows)) is not None:
        return plain
    starts, counts, out = list[float](), list[int](), list[float]()
    after_difference = False
    for row in rows:
        if _FORMS.search(row):
            start, values, after_difference = _forms(row, out, after_difference, where)
        else:
            numbers = [float(n) for n in _PLAIN.findall(row)]
            if not numbers:
                continue
            start, values, after_difference = numbers[0], numbers[1:], False
        starts.append(start)
        counts.append(len(values))
        out += values
        if len(out) > MAX_POINTS:
            refuse("too many ordinates", where, expected=f"at most {MAX_POINTS}")
    return np.array(starts), np.array(counts, dtype=np.int64), np.array(out, dtype=np.float64)


def _spaced(rows: list[str]) -> tuple[Floats, NDArray[np.int64], Floats] | None:
    """What :func:`_decoded` finds in lines of plain numbers with blanks between them; ``None`` for all others."""
    text = " ".join(rows)
    if len(text) > SPACED_LETTERS or not _SPACED.fullmatch(text):
        return None
    lines = [numbers for row in rows if (numbers := row.split())]
    try:
        ordinates = np.array([float(number) for numbers in lines for number in numbers[1:]], dtype=np.float64)
        starts = np.array([float(numbers[0]) for numbers in lines])
    except ValueError:  # a sign within: two numbers
        return None
    return starts, np.array([len(numbers) - 1 for numbers in lines], dtype=np.int64), ordinates


def _forms(row: str, before: list[float], check: bool, where: str) -> tuple[float, list[float], bool]:
    """One line in compressed form; ``check`` says that its first ordinate repeats the last one of the line before."""
    start, values = math.nan, list[float]()
    last, step = (before[-1] if before else 0.0), math.nan
    for token in _TOKEN.finditer(row):
        form = token["form"]
        if token["number"] is not None and math.isnan(start):
            start = float(token["number"])
            continue
        if form in _DUPLICATE:
            times = int(f"{_DUPLICATE[form]}{token['digits']}"[:9]) - 1
            if times > MAX_POINTS or len(values) + times > MAX_POINTS:
                refuse("a repeat without end", where, got=escaped(row, 40))
            for _ in range(times):
                last = last if math.isnan(step) else last + step
                values.append(last)
            continue
        if form in _DIFFERENCE:
            step = _digits(_DIFFERENCE[form], token["digits"])
            last += step
        elif form in _SQUEEZED:
            last, step = _digits(_SQUEEZED[form], token["digits"]), math.nan
        else:
            last, step = float(token["number"] or "nan"), math.nan
        values.append(last)
    if check and values and before:
        if values[0] != before[-1]:
            got = f"{before[-1]:.10g} and {values[0]:.10g}"
            refuse("a line does not go on where the one before ended", where, got=got, mend="Export the file again.")
        values = values[1:]
    return start, values, not math.isnan(step)


def _digits(leading: int, digits: str) -> float:
    return math.copysign(float(f"{abs(leading)}{digits[:17]}"), leading)


def _pairs(block: _Block, where: str) -> tuple[Floats, Floats, list[str]]:
    numbers = [float(n) for row in block.rows for n in _PLAIN.findall(row)]
    if len(numbers) < 2 or len(numbers) % 2:
        refuse("pairs of abscissa and ordinate that are no pairs", where, got=f"{len(numbers)} numbers")
    table = np.array(numbers).reshape(-1, 2)
    return table[:, 0] * _value(block, "XFACTOR", 1.0), table[:, 1] * _value(block, "YFACTOR", 1.0), []


def _against_header(block: _Block, y: Floats) -> list[str]:
    """Warnings where the first, lowest or highest ordinate is not what the header says."""
    finite = y[np.isfinite(y)]
    if not len(finite):
        return []
    span = max(float(np.ptp(finite)), float(np.max(np.abs(finite))))
    found = {"FIRSTY": float(y[0]), "MINY": float(finite.min()), "MAXY": float(finite.max())}
    said = {label: _value(block, label) for label in found}
    return [
        f"##{label} is {said[label]:.6g}, but the data give {value:.6g}"
        for label, value in found.items()
        if math.isfinite(said[label]) and not abs(said[label] - value) <= CHECK * span
    ]
