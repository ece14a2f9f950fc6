"""Swelling between the bounds of composition and porosity, against the share of lithium: a panel for each binder."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from byssus.report.coding import PALETTE
from byssus.report.words import axis_title, number, quantity_of, scale_of

__all__ = ["draw_bounds"]

QUANTITY, ACROSS = "expansion_after_lithiation", "lithium_share"
WIDTH, COLUMNS = 374.0, 2  # as the other drawings with panels, so that letters have their size
LEFT, RIGHT, BETWEEN = 42.0, 8.0, 16.0
HIGH, TITLE, FOOT, ABOVE = 132.0, 22.0, 20.0, 56.0  # of a panel, above it, below it, of the legend
TICKS = 6  # at most
LETTERS = 24  # of a binder's name that fit above its panel
OPEN = 14.0  # length of the line that a bound is open to
GREY = 'stroke="currentColor" stroke-width="1"'
KEPT, FULL = 'stroke-dasharray="2.5 2"', 'fill="currentColor" fill-opacity=".1"'


@dataclass(frozen=True)
class _Panel:
    """Where a panel stands, and how far its upright axis goes (in display units, by ``factor`` from fractions)."""

    left: float
    top: float
    wide: float
    last: float
    factor: float

    def x(self, share: float) -> float:
        return self.left + self.wide * min(max(share, 0.0), 1.0)

    def y(self, value: float) -> float:
        return self.top + HIGH * (1.0 - min(max(self.factor * value, 0.0), self.last) / self.last)

    def way(self, shares: Sequence[float], values: Sequence[float]) -> str:
        """Points of a curve as an SVG path holds them."""
        return "L".join(f"{_n(self.x(x))} {_n(self.y(v))}" for x, v in zip(shares, values, strict=True))


def draw_bounds(rows: Sequence[Mapping[str, Any]], binders: Sequence[str], key: str, title: str) -> str:
    """One ``<svg>`` that may stand in a page.

    Parameters
    ----------
    rows : sequence of mapping
        For each binder ``by_share``: ``share`` (0 to 1) and, each with ``value``, ``lower``, ``upper``, the curves
        ``pores_filled``, ``pores_kept``, ``affine`` and ``model``; when full ``lithium_share``, ``pores_filled``,
        ``affine`` and ``model``, each (2.5 %, median, 97.5 %); ``reported`` (low, high), either end ``None`` where it
        is open, and its ``reported_uncertainty`` or ``None``. Fractions.
    binders : sequence of str
        The study's order, which fixes each binder's colour.

    The same input gives the same bytes.
    """
    factor = scale_of("1", quantity_of(QUANTITY).display_unit)[0]
    order = tuple(dict.fromkeys((*binders, *(str(row["binder"]) for row in rows))))
    step, last = _ticks(max(_furthest(row) for row in rows) * factor)
    deep = TITLE + HIGH + FOOT
    height = ABOVE + deep * -(-len(rows) // COLUMNS) + 20
    wide = (WIDTH - LEFT - RIGHT - BETWEEN * (COLUMNS - 1)) / COLUMNS
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(WIDTH)} {_n(height)}" role="img" '
        f'aria-labelledby="{key}-title {key}-desc" font-size="10" fill="currentColor">',
        f'<title id="{key}-title">{escape(title)}</title>',
        f'<desc id="{key}-desc">{escape(" ".join(_words(row, factor) for row in rows))}</desc>',
        *_legend(),
    ]
    for place, row in enumerate(rows):
        across, down = place % COLUMNS, place // COLUMNS
        panel = _Panel(LEFT + across * (wide + BETWEEN), ABOVE + down * deep + TITLE, wide, last, factor)
        parts += _axes(panel, step, numbered=across == 0, name=str(row["binder"]))
        parts += _curves(panel, row, PALETTE[order.index(str(row["binder"])) % len(PALETTE)])
    middle = ABOVE + (height - 20 - ABOVE) / 2
    parts += (
        f'<text x="{_n((LEFT + WIDTH - RIGHT) / 2)}" y="{_n(height - 5)}" text-anchor="middle">'
        f"{escape(axis_title(ACROSS))}</text>",
        f'<text transform="translate(10 {_n(middle)}) rotate(-90)" text-anchor="middle">'
        f"{escape(axis_title(QUANTITY))}</text>",
        "</svg>",
    )
    return "".join(parts)


def _furthest(row: Mapping[str, Any]) -> float:
    curves = row["by_share"]
    spread = row["reported_uncertainty"] or 0.0
    reported = [float(end) + spread for end in row["reported"] if end is not None]
    return max(0.0, *reported, *(float(max(curves[name]["upper"])) for name in ("affine", "model")))


def _ticks(furthest: float) -> tuple[float, float]:
    """The distance of ticks, and the end of the axis."""
    least = max(furthest, 1e-9) / TICKS
    power = 10.0 ** math.floor(math.log10(least))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= least * (1 - 1e-9))
    return step, step * math.ceil(furthest * 1.02 / step)


def _axes(panel: _Panel, step: float, *, numbered: bool, name: str) -> Iterator[str]:
    told = name if len(name) <= LETTERS else f"{name[: LETTERS - 1]}…"
    foot, right = panel.top + HIGH, panel.left + panel.wide
    yield f'<text x="{_n(panel.left)}" y="{_n(panel.top - 7)}" font-weight="bold">{escape(told)}</text>'
    for k in range(round(panel.last / step) + 1):
        y = panel.y(k * step / panel.factor)
        yield _line(panel.left, y, right, y, 'stroke="#808080" stroke-opacity=".3" stroke-width=".6"')
        if numbered:
            yield f'<text x="{_n(panel.left - 5)}" y="{_n(y + 3.5)}" text-anchor="end">{number(k * step)}</text>'
    for share in (0.0, 0.5, 1.0):
        at = panel.x(share)
        yield _line(at, foot, at, foot + 3.5, f'{GREY} stroke-opacity=".7"')
        yield f'<text x="{_n(at)}" y="{_n(foot + 14)}" text-anchor="middle">{number(share)}</text>'
    yield _line(panel.left, foot, right, foot, 'stroke="currentColor" stroke-width=".8"')


def _curves(panel: _Panel, row: Mapping[str, Any], colour: str) -> Iterator[str]:
    """Where it is full, the bounds, the model over them, what was reported on top."""
    curves = row["by_share"]
    shares = curves["share"]
    low, _, high = (panel.x(share) for share in row["lithium_share"])
    yield f'<rect x="{_n(low)}" y="{_n(panel.top)}" width="{_n(high - low)}" height="{_n(HIGH)}" {FULL}/>'
    filled, affine, kept = (curves[name] for name in ("pores_filled", "affine", "pores_kept"))
    yield _area(panel, shares, filled["lower"], affine["upper"], 'fill="currentColor" fill-opacity=".07"')
    yield _area(panel, shares, filled["value"], affine["value"], 'fill="currentColor" fill-opacity=".13"')
    for curve in (filled, affine):
        yield _drawn(panel, shares, curve["value"], GREY)
    yield _drawn(panel, shares, kept["value"], f"{GREY} {KEPT}")
    model = curves["model"]
    yield _area(panel, shares, model["lower"], model["upper"], f'fill="{colour}" fill-opacity=".22"')
    yield _drawn(panel, shares, model["value"], f'stroke="{colour}" stroke-width="1.8"')
    yield from _reported(panel, row, colour)


def _reported(panel: _Panel, row: Mapping[str, Any], colour: str) -> Iterator[str]:
    """A diamond and a bar over where the electrode is full, for each number that was reported."""
    left, x, right = (panel.x(share) for share in row["lithium_share"])
    ends: Sequence[float | None] = row["reported"]
    known = [end for end in dict.fromkeys(ends) if end is not None]
    if None in ends and known:  # a bound: open to one side
        way = -OPEN if ends[1] is None else OPEN
        y = panel.y(known[0])
        yield _line(x, y, x, y + way, f'stroke="{colour}" stroke-width="1.4" stroke-dasharray="1.5 2"')
    elif len(known) == 2:
        yield _line(x, panel.y(known[0]), x, panel.y(known[1]), f'stroke="{colour}" stroke-width="1.4"')
    spread = row["reported_uncertainty"]
    if spread and known:
        yield from _whiskers(x, panel.y(known[0] - spread), panel.y(known[-1] + spread), colour)
    for end in known:
        yield _line(left, panel.y(end), right, panel.y(end), f'stroke="{colour}" stroke-width="1.4" class="full"')
        yield _diamond(x, panel.y(end), colour)


def _whiskers(x: float, foot: float, head: float, colour: str) -> Iterator[str]:
    style = f'stroke="{colour}" stroke-width="1.2" class="spread"'
    yield _line(x, foot, x, head, style)
    for end in (foot, head):
        yield _line(x - 3.5, end, x + 3.5, end, style)


def _legend() -> Iterator[str]:
    """What each sign means, in three rows above."""
    yield '<rect x="2" y="5" width="22" height="11" fill="currentColor" fill-opacity=".2"/>'
    yield _line(2, 5, 24, 5, GREY) + _line(2, 16, 24, 16, GREY)
    yield _text(30, 14, "from all pores filled up to affine")
    yield _line(206, 10.5, 230, 10.5, f"{GREY} {KEPT}") + _text(236, 14, "pores kept")
    yield '<rect x="2" y="24" width="22" height="9" fill="currentColor" fill-opacity=".22"/>'
    yield _line(2, 28.5, 24, 28.5, 'stroke="currentColor" stroke-width="1.8"') + _text(30, 32, "model, 95 % interval")
    yield _line(206, 28.5, 230, 28.5, 'stroke="currentColor" stroke-width="1.4"')
    yield _diamond(218, 28.5, "currentColor") + _text(236, 32, "reported")
    yield f'<rect x="8" y="40" width="10" height="12" {FULL}/>' + _text(30, 50, "lithium when full, 95 % interval")


def _text(x: float, y: float, said: str) -> str:
    return f'<text x="{_n(x)}" y="{_n(y)}">{said}</text>'


def _words(row: Mapping[str, Any], factor: float) -> str:
    """The panel for people who do not see it."""
    filled, kept, affine, model = (
        number(factor * row[name][1], 0) for name in ("pores_filled", "pores_kept", "affine", "model")
    )
    known = [number(factor * end, 0) for end in dict.fromkeys(row["reported"]) if end is not None]
    said = f"reported {' to '.join(known)}" if known else "nothing reported"
    share = number(row["lithium_share"][1], 2)
    return (
        f"{row['binder']}, full at a lithium share of {share}: bounds {filled} to {affine} %, pores kept {kept} %, "
        f"model {model} %, {said}{' %' if known else ''}."
    )


def _area(panel: _Panel, shares: Sequence[float], low: Sequence[float], high: Sequence[float], style: str) -> str:
    back = panel.way(list(reversed(shares)), list(reversed(low)))
    return f'<path d="M{panel.way(shares, high)}L{back}z" {style}/>'


def _drawn(panel: _Panel, shares: Sequence[float], values: Sequence[float], style: str) -> str:
    """A curve without the points that lie straight between their neighbours."""
    keep = [0, *(k for k in range(1, len(values) - 1) if not _straight(values[k - 1 : k + 2])), len(values) - 1]
    return f'<path d="M{panel.way([shares[k] for k in keep], [values[k] for k in keep])}" fill="none" {style}/>'


def _straight(three: Sequence[float]) -> bool:
    first, second = (b - a for a, b in itertools.pairwise(three))
    return abs(second - first) < 1e-9


def _diamond(x: float, y: float, colour: str) -> str:
    return f'<path d="M{_n(x)} {_n(y - 5)}l5 5l-5 5l-5 -5z" fill="{colour}" stroke="var(--paper,#fff)"/>'


def _line(x1: float, y1: float, x2: float, y2: float, style: str) -> str:
    return f'<path d="M{_n(x1)} {_n(y1)}L{_n(x2)} {_n(y2)}" fill="none" {style}/>'


def _n(value: float) -> str:
    return f"{round(float(value), 1) + 0.0:g}"
