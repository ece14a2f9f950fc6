"""Swelling between the bounds of composition and porosity, a row for each binder: a still SVG drawing."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from byssus.report.coding import PALETTE
from byssus.report.words import axis_title, number, quantity_of, scale_of

__all__ = ["draw_bounds"]

QUANTITY = "expansion_after_lithiation"
WIDTH, LEFT, RIGHT = 403.0, 70.0, 10.0  # as wide as the other drawings, so that letters have their size
TOP, ROW, BOTTOM = 34.0, 44.0, 42.0
LETTERS = 11  # of a binder's name that fit beside the axis
TICKS = 6  # at most


def draw_bounds(rows: Sequence[Mapping[str, Any]], binders: Sequence[str], key: str, title: str) -> str:
    """One ``<svg>`` that may stand in a page.

    Parameters
    ----------
    rows : sequence of mapping
        For each binder ``pores_filled``, ``pores_kept``, ``affine`` and ``model``, each (2.5 %, median, 97.5 %), and
        ``reported`` (low, high), either end ``None`` where it is open; fractions.
    binders : sequence of str
        The study's order, which fixes each binder's colour.

    The same input gives the same bytes.
    """
    factor = scale_of("1", quantity_of(QUANTITY).display_unit)[0]
    order = tuple(dict.fromkeys((*binders, *(str(row["binder"]) for row in rows))))
    step, last = _ticks(max(_furthest(row) for row in rows) * factor)
    height = TOP + ROW * len(rows) + BOTTOM

    def x(value: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * min(max(factor * value, 0.0), last) / last

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(WIDTH)} {_n(height)}" role="img" '
        f'aria-labelledby="{key}-title {key}-desc" font-size="10" fill="currentColor">',
        f'<title id="{key}-title">{escape(title)}</title>',
        f'<desc id="{key}-desc">{escape(" ".join(_words(row, factor) for row in rows))}</desc>',
        *_legend(),
        *_axis(x, step, last, factor, height),
    ]
    for place, row in enumerate(rows):
        colour = PALETTE[order.index(str(row["binder"])) % len(PALETTE)]
        parts += _row(row, x, TOP + ROW * (place + 0.5), colour)
    return "".join((*parts, "</svg>"))


def _furthest(row: Mapping[str, Any]) -> float:
    ends = (row["affine"][2], row["model"][2], *row["reported"])
    return max(0.0, *(float(end) for end in ends if end is not None))


def _ticks(furthest: float) -> tuple[float, float]:
    """The distance of ticks, and the end of the axis."""
    least = max(furthest, 1e-9) / TICKS
    power = 10.0 ** math.floor(math.log10(least))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= least * (1 - 1e-9))
    return step, step * math.ceil(furthest * 1.02 / step)


def _axis(x: Any, step: float, last: float, factor: float, height: float) -> Iterator[str]:
    foot = height - BOTTOM + 4
    for k in range(round(last / step) + 1):
        at = x(k * step / factor)
        yield _line(at, TOP, at, foot, 'stroke="#808080" stroke-opacity=".3" stroke-width=".6"')
        yield f'<text x="{_n(at)}" y="{_n(foot + 13)}" text-anchor="middle">{number(k * step)}</text>'
    yield _line(LEFT, foot, WIDTH - RIGHT, foot, 'stroke="currentColor" stroke-width=".8"')
    middle = (LEFT + WIDTH - RIGHT) / 2
    yield f'<text x="{_n(middle)}" y="{_n(foot + 30)}" text-anchor="middle">{escape(axis_title(QUANTITY))}</text>'


def _row(row: Mapping[str, Any], x: Any, y: float, colour: str) -> Iterator[str]:
    """Bounds, the model below the middle, the reported number above it."""
    name = str(row["binder"])
    told = name if len(name) <= LETTERS else f"{name[: LETTERS - 1]}…"
    yield f'<text x="{_n(LEFT - 8)}" y="{_n(y + 3.5)}" text-anchor="end" font-weight="bold">{escape(told)}</text>'
    filled, affine = row["pores_filled"], row["affine"]
    yield _box(x(filled[0]), x(affine[2]), y, 0.1)
    yield _box(x(filled[1]), x(affine[1]), y, 0.18)
    kept = x(row["pores_kept"][1])
    yield _line(kept, y - 15, kept, y + 15, 'stroke="currentColor" stroke-width="1" stroke-dasharray="2.5 2"')
    low, middle, high = (x(one) for one in row["model"])
    yield _line(low, y + 7, high, y + 7, f'stroke="{colour}" stroke-width="1.8"')
    yield _ring(middle, y + 7, colour)
    yield from _reported(row["reported"], x, y - 7, colour)


def _reported(ends: Sequence[float | None], x: Any, y: float, colour: str) -> Iterator[str]:
    known = [end for end in dict.fromkeys(ends) if end is not None]
    if None in ends and known:  # a bound: open to one side
        end = x(known[0]) + (18 if ends[1] is None else -18)
        yield _line(x(known[0]), y, end, y, f'stroke="{colour}" stroke-width="1.2" stroke-dasharray="1.5 2"')
    elif len(known) == 2:
        yield _line(x(known[0]), y, x(known[1]), y, f'stroke="{colour}" stroke-width="1.2"')
    for end in known:
        yield _diamond(x(end), y, colour)


def _legend() -> Iterator[str]:
    """What each sign means, in one row above."""
    y, grey = 14.0, 'stroke="currentColor" stroke-width="1.2"'
    yield f'<rect x="2" y="{_n(y - 6)}" width="18" height="11" fill="currentColor" fill-opacity=".18"/>'
    yield f'<text x="25" y="{_n(y + 3.5)}">bounds</text>'
    yield _line(80, y - 7, 80, y + 7, f'{grey} stroke-dasharray="2.5 2"')
    yield f'<text x="87" y="{_n(y + 3.5)}">pores kept</text>'
    yield _line(158, y, 182, y, grey)
    yield _ring(170, y, "currentColor")
    yield f'<text x="188" y="{_n(y + 3.5)}">model, 95 % interval</text>'
    yield _diamond(306, y, "currentColor")
    yield f'<text x="316" y="{_n(y + 3.5)}">reported</text>'


def _words(row: Mapping[str, Any], factor: float) -> str:
    """The row for people who do not see it."""
    filled, affine, model = (number(factor * row[name][1], 0) for name in ("pores_filled", "affine", "model"))
    known = [number(factor * end, 0) for end in dict.fromkeys(row["reported"]) if end is not None]
    said = f"reported {' to '.join(known)}" if known else "nothing reported"
    return f"{row['binder']}: bounds {filled} to {affine} %, model {model} %, {said}{' %' if known else ''}."


def _box(left: float, right: float, y: float, strength: float) -> str:
    wide = max(right - left, 0.0)
    return (
        f'<rect x="{_n(left)}" y="{_n(y - 15)}" width="{_n(wide)}" height="30" fill="currentColor" '
        f'fill-opacity="{strength}"/>'
    )


def _ring(x: float, y: float, colour: str) -> str:
    return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="3.6" fill="var(--paper,#fff)" stroke="{colour}" stroke-width="1.8"/>'


def _diamond(x: float, y: float, colour: str) -> str:
    return f'<path d="M{_n(x)} {_n(y - 5)}l5 5l-5 5l-5 -5z" fill="{colour}"/>'


def _line(x1: float, y1: float, x2: float, y2: float, style: str) -> str:
    return f'<path d="M{_n(x1)} {_n(y1)}L{_n(x2)} {_n(y2)}" fill="none" {style}/>'


def _n(value: float) -> str:
    return f"{round(float(value), 1) + 0.0:g}"
