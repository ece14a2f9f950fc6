"""A machine's table of its specimens' sizes, above the curves: a row of names, a row of units, a row a specimen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from byssus.read.headings import is_unit, split_heading
from byssus.read.text.cells import is_number, split_line
from byssus.read.text.preamble import header_numbers, is_size

__all__ = ["SizeTable", "find_size_table"]

MOST_ROWS = 1000
# The first cell of a row of units, and rows of statistics below the specimens, as Trapezium and Bluehill write them.
_UNITS = frozenset(("", "unit", "units", "einheit", "unité", "单位", "単位", "단위"))
_STATISTICS = (
    "mean", "average", "standard deviation", "std", "minimum", "maximum", "median", "range", "coefficient", "mittel",
    "standardabw", "moyenne", "平均", "標準偏差", "最大", "最小", "평균", "표준편차",
)  # fmt: skip


@dataclass(frozen=True)
class SizeTable:
    """The specimens in order: label, and sizes in SI by canonical name. The first stands in ``first_line``, from 0."""

    rows: tuple[tuple[str, Mapping[str, float]], ...]
    first_line: int = 0
    warnings: tuple[str, ...] = ()

    def of(self, labels: Sequence[str]) -> list[Mapping[str, float]] | None:
        """The sizes of the specimens of these labels: by label, else by order; ``None`` where neither fits."""
        named = dict(self.rows)
        if len(named) == len(self.rows) and all(label in named for label in labels):
            return [named[label] for label in labels]
        return [sizes for _, sizes in self.rows] if len(labels) == len(self.rows) else None


def find_size_table(lines: Sequence[str], separator: str) -> SizeTable | None:
    """The table of sizes among the lines above the curves, if there is one."""
    for place in range(len(lines) - 1):
        names = split_line(lines[place].rstrip("\r"), separator)
        if len(names) < 2 or not any(map(is_size, names[1:])) or any(is_number(n, ".") for n in names if n):
            continue
        units = split_line(lines[place + 1].rstrip("\r"), separator)
        below = units[0].casefold() in _UNITS and any(units[1:]) and all(map(is_unit, units[1:]))
        if not below and not any(is_size(n) and len(split_heading(n, marked=True)) > 1 for n in names[1:]):
            continue
        rows, odd = _rows(lines[place + 1 + below :], separator, names, units if below else [])
        if rows:
            return SizeTable(rows, place + 1 + below, odd)
    return None


def _rows(
    lines: Sequence[str], separator: str, names: Sequence[str], units: Sequence[str]
) -> tuple[tuple[tuple[str, Mapping[str, float]], ...], tuple[str, ...]]:
    rows: list[tuple[str, Mapping[str, float]]] = []
    warnings: list[str] = []
    for line in lines[:MOST_ROWS]:
        cells = split_line(line.rstrip("\r"), separator)
        numbers = [i for i, c in enumerate(cells) if i and (is_number(c, ".") or is_number(c, ","))]
        if not numbers or len(cells) > len(names) + 1:
            break
        if cells[0].casefold().startswith(_STATISTICS):
            continue
        written = {
            names[i]: f"{cells[i]} {units[i].strip(' ()[]') if i < len(units) else ''}".strip()
            for i in numbers
            if i < len(names)
        }
        sizes, odd = header_numbers(written)
        rows.append((cells[0], sizes))
        warnings += odd
    return tuple(rows), tuple(dict.fromkeys(warnings))
