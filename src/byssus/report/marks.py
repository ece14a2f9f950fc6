"""Marks of a drawing: references every curve is read against, and names along its axes, none over another."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from byssus.figure import Figure, Mark
from byssus.report.coding import Coding, printable
from byssus.report.framing import GREY, sharing
from byssus.report.section import Curve
from byssus.report.strokes import shown

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["write_marks"]

LETTER_EM = 0.56  # a letter's width over its size
MARK_SIZE = 8.0
ROW = 0.075  # height of a row of names, in heights of the panel
_BELOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_TAU = re.compile(r"^tau_?(\d*)\b")


def write_marks(panels: Mapping[Axes, Sequence[Curve]], figure: Figure, coding: Coding, *, panel_points: float) -> None:
    """The figure's references and the curves' own marks; ``panel_points`` is a panel's width in points.

    Names along x stand in rows at the top, none over another, in room made for them.
    """
    rows: dict[Axes, list[tuple[float, str, int]]] = {}
    for axes, curves in panels.items():
        for mark in figure.marks:
            _reference(axes, figure, mark)
        rows[axes] = _rows(axes, _named(figure, curves), panel_points)
    deepest = max((row + 1 for placed in rows.values() for _, _, row in placed), default=0)
    if not deepest:
        return
    for group in sharing(list(panels), "y"):
        _raise_top(group[0], deepest * ROW + 0.05)
    for axes, curves in panels.items():
        across = axes.get_xaxis_transform()
        for place, name, row in rows[axes]:
            axes.text(place, 0.955 - row * ROW, name, transform=across, fontsize=MARK_SIZE, ha="center", va="top")
        ticks: dict[str, list[float]] = {}
        for curve in curves:
            ticks.setdefault(coding.look(curve).colour, []).extend(
                float(shown(mark.at, figure.x)) for mark in curve.series.marks
            )
        for colour, places in ticks.items():
            if places:  # one line with gaps, however many curves have marks
                x = np.repeat(places, 3)
                y = np.tile([0.965, 1.0, np.nan], len(places))
                axes.plot(
                    x, y, transform=across, color=colour, linewidth=1.1, clip_on=False, solid_capstyle="butt",
                    scalex=False, scaley=False,
                )  # fmt: skip


def _named(figure: Figure, curves: Sequence[Curve]) -> list[tuple[float, str]]:
    """Each name once, at the middle of the places that carry it."""
    places: dict[str, list[float]] = {}
    for curve in curves:
        for mark in curve.series.marks:
            if mark.axis == "x":
                places.setdefault(_name(mark.name), []).append(float(shown(mark.at, figure.x)))
    log = figure.x.scale == "log"
    middle = {n: math.exp(np.mean(np.log(at))) if log else float(np.mean(at)) for n, at in places.items()}
    for mark in figure.marks:
        if mark.axis == "x" and mark.name:
            ends = [float(shown(v, figure.x)) for v in (mark.at, mark.to) if v is not None]
            middle[_name(mark.name)] = math.sqrt(math.prod(ends)) if log and len(ends) == 2 else sum(ends) / len(ends)
    return [(x, name) for name, x in middle.items() if math.isfinite(x) and name]


def _name(name: str) -> str:
    """``"tau1"`` as people write it."""
    return printable(_TAU.sub(lambda m: f"τ{m[1].translate(_BELOW)}", name))


def _rows(axes: Axes, names: Sequence[tuple[float, str]], panel_points: float) -> list[tuple[float, str, int]]:
    """A row for each name, such that none covers its neighbour."""
    to_axes = axes.transAxes.inverted()
    ends: list[float] = []  # of the last name in each row, in widths of the panel
    placed = []
    for x, name in sorted(names, key=lambda n: axes.transData.transform((n[0], 0.0))[0]):
        middle = float(to_axes.transform(axes.transData.transform((x, axes.get_ylim()[1])))[0])
        if not -0.02 <= middle <= 1.02:
            continue
        half = (len(name) + 1) * LETTER_EM * MARK_SIZE / panel_points / 2
        row = next((k for k, end in enumerate(ends) if middle - half >= end), len(ends))
        ends[row:] = [middle + half, *ends[row + 1 :]]
        placed.append((x, name, row))
    return placed


def _raise_top(axes: Axes, share: float) -> None:
    """Leave ``share`` of the panel's height free above what is drawn."""
    bottom, top = axes.get_ylim()
    if axes.get_yscale() == "log":
        axes.set_ylim(top=top * (top / bottom) ** (share / (1 - share)))
    else:
        axes.set_ylim(top=top + (top - bottom) * share / (1 - share))


def _reference(axes: Axes, figure: Figure, mark: Mark) -> None:
    """A thin line, or a pale region, for every curve; along y its name stands beside it."""
    along_x = mark.axis == "x"
    axis = figure.x if along_x else figure.y
    at = float(shown(mark.at, axis))
    if mark.to is None:
        style: dict[str, Any] = {"color": GREY, "linewidth": 0.9, "linestyle": (0, (3, 2)), "zorder": 1.2}
        (axes.axvline if along_x else axes.axhline)(at, **style)
    else:
        to = float(shown(mark.to, axis))
        (axes.axvspan if along_x else axes.axhspan)(at, to, color=GREY, alpha=0.14, linewidth=0, zorder=0.5)
        at = (at + to) / 2
    if not along_x and mark.name:
        axes.annotate(
            _name(mark.name), (1.0, at), xycoords=axes.get_yaxis_transform(), xytext=(-2, 2), ha="right", va="bottom",
            textcoords="offset points", fontsize=MARK_SIZE,
        )  # fmt: skip
