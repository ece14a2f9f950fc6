"""One chapter a technique: its figures, its table by binder, and its numbers to be opened."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from byssus.findings import BASES
from byssus.report.coding import Coding
from byssus.report.drawing import described
from byssus.report.glance import GlanceRow, by_binder
from byssus.report.plates import left_words, plates
from byssus.report.rows import Number, telling
from byssus.report.section import Section, drawing_key, slug
from byssus.report.tables import table_name
from byssus.report.words import BASIS_MEANING

__all__ = ["MOST_NUMBERS", "Chapter", "Drawn", "chapters_of"]

MOST_NUMBERS = 200  # opened in one chapter's table; the CSV holds the rest, and the page stays small
TALL = 1.25  # height over width of a drawing that takes two places
MOST_BESIDE = 60  # opened beside it: other quantities, other models


@dataclass(frozen=True)
class Drawn:
    """One figure of a chapter: its SVG, the words beneath it, and what it is made of.

    ``panels`` says that it holds several panels, which need the width of a printed page; ``tall`` that it is as high
    as two figures of one panel, ``picture`` that its greys must stay as they are on a dark page.
    """

    key: str
    title: str
    svg: str
    caption: str
    basis_words: str
    alternative: str
    panels: bool = False
    tall: bool = False
    picture: bool = False


@dataclass(frozen=True)
class Chapter:
    """One technique's part of the page: ``rows`` are what it is for, ``beside`` other quantities and other models."""

    id: str
    name: str
    title: str
    summary: str
    drawn: tuple[Drawn, ...]
    undrawn: tuple[str, ...]
    rows: tuple[GlanceRow, ...]
    beside: tuple[GlanceRow, ...]
    numbers: tuple[Number, ...]
    left_out: int
    table: str

    @property
    def rehearsed(self) -> bool:
        """Whether any of its numbers is rehearsed."""
        return any(one.basis == "rehearsed" for one in self.numbers)

    @property
    def same_n(self) -> int | None:
        """How many specimens every number rests on, where that is one and the same."""
        told = {one.row.get("n") for one in self.numbers if one.value is not None}
        return told.pop() if len(told) == 1 else None


def chapters_of(
    sections: Sequence[Section], numbers: Sequence[Number], drawings: Mapping[str, str], wanted: Collection[int] = ()
) -> tuple[Chapter, ...]:
    """A chapter for each section, and for each technique that has numbers but no section.

    ``wanted`` are the indices of numbers that stand elsewhere on the page and must be opened here.
    """
    known = {s.name for s in sections}
    own: dict[str, list[Number]] = {}
    for one in numbers:
        if one.basis != "published":
            own.setdefault(one.technique, []).append(one)
    extra = [Section(name, name.replace("_", " ").capitalize() or "Other numbers") for name in own if name not in known]
    printed: dict[str, set[float]] = {}
    for one in numbers:
        if one.basis == "published" and isinstance(one.at.get("cycle"), (int, float)):
            printed.setdefault(one.quantity, set()).add(one.at["cycle"])
    return tuple(_chapter(s, own.get(s.name, []), printed, drawings, wanted) for s in (*sections, *extra))


def _chapter(
    section: Section,
    numbers: Sequence[Number],
    printed: Mapping[str, set[float]],
    drawings: Mapping[str, str],
    wanted: Collection[int],
) -> Chapter:
    keys = list(section.key_quantities)
    told, _ = telling(numbers, printed, keys)
    told = tuple(sorted(told, key=lambda n: keys.index(n.quantity) if n.quantity in keys else len(keys)))
    found = by_binder(_without_cycles(told, wanted))
    first = [row for row in found if (not keys or row.quantity in keys) and "model" not in row.at]
    rows = _first_rows(first or found, wanted, MOST_NUMBERS)
    beside = _first_rows([row for row in found if first and row not in first], wanted, MOST_BESIDE)
    shown = tuple(one for row in (*rows, *beside) for one in row.numbers)
    drawn = [(f, drawing_key(section, f)) for f in section.figures]
    return Chapter(
        id=f"technique-{slug(section.name)}",
        name=section.name,
        title=section.title or section.name,
        summary=section.summary,
        drawn=tuple(_drawn(section, key, drawings[key]) for _, key in drawn if key in drawings),
        undrawn=_undrawn(section, drawings),
        rows=rows,
        beside=beside,
        numbers=shown,
        left_out=len(numbers) - len(shown),
        table=f"tables/{table_name(section.name)}.csv",
    )


def _without_cycles(numbers: Sequence[Number], wanted: Collection[int]) -> list[Number]:
    """Without a cycle's value where the same files have one for all cycles of these conditions (a rate's mean)."""

    def place(one: Number) -> tuple[Any, ...]:
        at = tuple(sorted((k, str(v)) for k, v in one.at.items() if k != "cycle"))
        return one.quantity, one.binder, one.basis, at, tuple(str(f.get("path")) for f in one.row.get("inputs") or ())

    whole = {place(one) for one in numbers if "cycle" not in one.at}
    return [one for one in numbers if "cycle" not in one.at or one.index in wanted or place(one) not in whole]


def _first_rows(rows: Sequence[GlanceRow], wanted: Collection[int], most: int) -> tuple[GlanceRow, ...]:
    """Whole rows up to the most that is shown, and those that hold a wanted number."""
    kept, count = [], 0
    for row in rows:
        if count < most or any(one.index in wanted for one in row.numbers):
            kept.append(row)
        count += len(row.numbers)
    return tuple(kept)


def _undrawn(section: Section, drawings: Mapping[str, str]) -> tuple[str, ...]:
    """Titles of figures that have no drawing, unless another figure of that title has one."""
    known = {f.title for f in section.figures if drawing_key(section, f) in drawings}
    return tuple(dict.fromkeys(f.title for f in section.figures if f.title not in known))


def _drawn(section: Section, key: str, svg: str) -> Drawn:
    figure = next(f for f in section.figures if drawing_key(section, f) == key)
    curves = section.of_figure(figure)
    bases = [b for b in BASES if any(c.basis == b for c in curves)]
    words = "; ".join(f"{b}: {BASIS_MEANING[b]}" for b in bases)
    caption, picture = figure.caption, figure.kind == "picture"
    if picture:
        shown, left = plates(curves)
        panels = len(shown) > 1
        caption = " ".join(filter(None, (caption, left_words(left))))
    else:
        panels = len(Coding.of(figure, curves, [c.binder for c in curves]).panels) > 1
    tall = panels and _tall(svg)
    return Drawn(key, figure.title, svg, caption, words, described(figure, curves), panels, tall, picture)


def _tall(svg: str) -> bool:
    """Whether a drawing is so much higher than wide that two others fit beside it."""
    size = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg[:2000])
    return size is not None and float(size[2]) > TALL * float(size[1])


def titles(chapters: Iterable[Chapter]) -> list[tuple[str, str]]:
    """``(id, title)`` for the table of contents."""
    return [(c.id, c.title) for c in chapters]
