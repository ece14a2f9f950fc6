"""Micromeritics reports saved as text (AutoPore, TriStar, ASAP, Gemini): header pairs and tables in fixed columns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byssus.read.headings import matches, unit_scale
from byssus.read.problems import excerpt, refuse
from byssus.read.table import Kind, Table
from byssus.read.text.textfile import load_text
from byssus.units import split_number

__all__ = ["is_micromeritics", "read_micromeritics"]

_PAGE = re.compile(r"Serial #?:.*\bPage\s+\d+|(AutoPore|TriStar|ASAP|Gemini|3Flex|PoreSizer)\b.*\bPage\s+\d+", re.I)
_RULE = re.compile(r"\s*-{3,}\s*")
_NUMBER = re.compile(r"[-+]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][-+]?\d+)?", re.ASCII)
_VALUE = re.compile(r"(?:[-+]?[\d.,:]+(?:[eE#][-+\w]*)?|\d\.#\w+)")
DEEPEST_HEAD = 8  # lines a heading may have
MOST_ROWS = 200_000
LONGEST_KEY = 60
# What a report's header says of a run, and what it is called in a trace; SI unit.
_FIELDS = {
    "sample mass": ("sample_mass_kg", "kg"), "sample weight": ("sample_mass_kg", "kg"),
    "pen. volume": ("penetrometer_volume_m3", "m^3"), "pen volume": ("penetrometer_volume_m3", "m^3"),
    "pen. weight": ("penetrometer_mass_kg", "kg"), "pen weight": ("penetrometer_mass_kg", "kg"),
    "assembly weight": ("assembly_mass_kg", "kg"), "assembly mass": ("assembly_mass_kg", "kg"),
    "hg density": ("mercury_density_kg_per_m3", "kg/m^3"), "hg surface tension": ("surface_tension_n_per_m", "N/m"),
    "adv. contact angle": ("contact_angle_rad", "rad"), "contact angle": ("contact_angle_rad", "rad"),
}  # fmt: skip
# Conditions that stand in the brackets of a heading beside the unit, or in its place.
_IN_BRACKETS = ((re.compile(r"\(p/p[°o0]\)"), ""), (re.compile(r"\s*STP\s*\)"), ")"), (re.compile(r"\bpsia\b"), "psi"))
_WANTED = frozenset(("relative_pressure", "adsorbed_m3_per_kg", "pressure_pa", "specific_intrusion_m3_per_kg"))


@dataclass(frozen=True)
class _Block:
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def is_micromeritics(head: bytes) -> bool:
    """Whether the first lines are the page head of such a report, in any encoding."""
    text = head.decode("utf-16", errors="ignore") if head[:2] in (b"\xff\xfe", b"\xfe\xff") else head.decode("latin-1")
    return any(_PAGE.search(line) for line in text.splitlines()[:60])


def read_micromeritics(path: Path, where: str) -> Table:
    """The table of pressures and volumes of a report: mercury's intrusion, or a gas's isotherm.

    Raises :class:`ReadError` where the report holds no such table (a summary alone).
    """
    text = load_text(path, where)
    lines = text.data.decode("utf-8", errors="replace").splitlines()
    blocks = [(block, _score(block)) for block in _blocks(lines)]
    best = max((score for _, score in blocks), default=0)
    if best < 2:
        refuse(
            "a Micromeritics report without a table of pressure and volume",
            where,
            expected="the tabular report (mercury) or the isotherm (gas)",
            mend=f"Save the report with its tables. The file begins:{excerpt([ln for ln in lines if ln.strip()])}",
        )
    first = next(block for block, score in blocks if score == best)
    same = [row for block, _ in blocks if block.headings == first.headings for row in block.rows]
    values = np.array([[_number(cell) for cell in row] for row in same[:MOST_ROWS]])
    pairs = _pairs(lines)

    def fetch(wanted: Mapping[int, Kind]) -> dict[int, NDArray[Any]]:
        return {index: values[:, index] for index in wanted}

    return Table(
        reader="micromeritics",
        headings=first.headings,
        kinds=tuple("number" for _ in first.headings),
        fetch=fetch,
        preamble={**pairs, "encoding": text.encoding},
        lines=tuple(line for line in lines if line.strip())[:5],
        rehearsed=text.rehearsed,
        header_si=_header(pairs),
    )


def _score(block: _Block) -> int:
    return len({m.column.name for m in matches(block.headings) if m.scale or m.column.unit == "1"} & _WANTED)


def _blocks(lines: list[str]) -> list[_Block]:
    found = []
    for place, line in enumerate(lines):
        if not _RULE.fullmatch(line):
            continue
        head = _above(lines, place)
        rows: list[tuple[str, list[tuple[int, int]]]] = []
        for body in lines[place + 1 :]:
            cells = [(m.start(), m.end()) for m in re.finditer(r"\S+", body)]
            if not cells or not all(_VALUE.fullmatch(body[a:b]) for a, b in cells):
                break
            if rows and len(cells) != len(rows[0][1]):
                break
            rows.append((body, cells))
        if rows and head:
            spans = [(min(r[1][i][0] for r in rows), max(r[1][i][1] for r in rows)) for i in range(len(rows[0][1]))]
            table = tuple(tuple(body[a:b] for a, b in cells) for body, cells in rows)
            found.append(_Block(_headings(head, spans), table))
    return found


def _above(lines: list[str], place: int) -> list[str]:
    head: list[str] = []
    for line in reversed(lines[max(place - DEEPEST_HEAD, 0) : place]):
        if not line.strip():
            break
        head.insert(0, line)
    return head


def _headings(head: list[str], spans: list[tuple[int, int]]) -> tuple[str, ...]:
    """The words above each column, from the top down, with their brackets made units."""
    centres = np.array([(a + b) / 2 for a, b in spans])
    words: list[list[str]] = [[] for _ in spans]
    for line in head:
        for match in re.finditer(r"\S+(?: \S+)*", line):
            column = int(np.argmin(np.abs(centres - (match.start() + match.end()) / 2)))
            words[column].append(match[0])
    out = []
    for parts in words:
        text = " ".join(parts)
        for pattern, instead in _IN_BRACKETS:
            text = pattern.sub(instead, text)
        out.append(text.strip())
    return tuple(out)


def _pairs(lines: list[str]) -> dict[str, str]:
    """``Key:   value`` pairs, two a line as pages have them; the first of a name counts."""
    found: dict[str, str] = {}
    for line in lines:
        parts = [part.strip() for part in re.split(r"\s{2,}", line.strip()) if part.strip()]
        for index, part in enumerate(parts):
            key, colon, value = part.partition(":")
            if not colon or not key[:1].isalpha() or len(key) > LONGEST_KEY or value[:1] not in ("", " "):
                continue
            if not value and index + 1 < len(parts) and not parts[index + 1].endswith(":"):
                value = parts[index + 1]
            if value.strip():
                found.setdefault(key.strip(), value.strip())
    return found


def _header(pairs: Mapping[str, str]) -> dict[str, float | str]:
    out: dict[str, float | str] = {}
    for key, value in pairs.items():
        name, unit = _FIELDS.get(key.casefold(), ("", ""))
        parts = split_number(value.replace("dynes", "dyne").replace("degrees", "degree"))
        if not name or parts is None or name in out:
            continue
        scale = unit_scale(parts[1].split("  ")[0], unit)
        if scale is not None and parts[0] > 0:
            out[name] = float(f"{parts[0] * scale[0] + scale[1]:.15g}")
    return out


def _number(cell: str) -> float:
    return float(cell.replace(",", ".")) if _NUMBER.fullmatch(cell) else np.nan
