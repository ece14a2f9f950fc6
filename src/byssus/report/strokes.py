"""Curves on axes: lines with their bands, measured points, means of replicates, bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from byssus.figure import Axis, Figure, Series
from byssus.report.coding import DASHES, PALETTE, Coding, Look, printable
from byssus.report.section import Curve
from byssus.report.words import quantity_of
from byssus.units import convert

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["kind_of", "means", "shown", "stroke", "stroke_bars", "style_of"]

ALL_POINTS = 6000  # shared by the curves of one figure, so that a page stays small
FEWEST_POINTS = 40  # of measured points, however many curves there are
FEWEST_OF_LINE = 200  # of a line: from 128 on matplotlib leaves out what lies straight, and writes less
MOST_POINTS = 500  # of one line
BAND_POINTS = 130  # of a line with a band, which is smooth and drawn three times
MARKED_AT = 7  # marks along a line, so that lines are told apart without colour
MARKED_PANEL = 3  # where a panel holds one line for each condition
DENSE = 60  # points beyond which their marks are drawn smaller
CROWD = 60  # lines in a panel beyond which none is followed by the eye
CROWD_POINTS, FEWEST_OF_CROWD = 24_000, 60  # shared by them; of each
FAINT = 0.7  # strength of a line of many
BAND_ALPHA = {False: 0.17, True: 0.09}  # by whether it is rehearsed
BEHIND = 0.6  # strength of points behind the line fitted to them
LOG_FLOOR = 1e3  # how far below the lowest upper bound a band reaches on a log axis
FEWEST_REPLICATES = 3  # that a mean and a spread stand for
SHARED = 0.8  # of the shortest replicate's places that all must have


def kind_of(figure: Figure, curve: Curve) -> str:
    """What a curve is drawn as: its own kind, else its figure's."""
    return curve.series.kind or figure.kind


def shown(values: Any, axis: Axis) -> NDArray[np.float64]:
    """SI values in the axis' display unit; NaN where a log axis cannot show them."""
    what = quantity_of(axis.quantity)
    numbers = np.asarray(convert(np.asarray(values, dtype=float), what.unit, what.display_unit))
    return np.where(numbers > 0, numbers, np.nan) if axis.scale == "log" else numbers


def _error(values: Any, axis: Axis) -> NDArray[np.float64]:
    """Differences in the display unit, which carry no zero (273.15 K is 0 °C)."""
    what = quantity_of(axis.quantity)
    zero = float(convert(0.0, what.unit, what.display_unit))
    return np.abs(np.asarray(convert(np.asarray(values, dtype=float), what.unit, what.display_unit)) - zero)


def style_of(look: Look, basis: str, kind: str, *, small: bool) -> dict[str, Any]:
    """Matplotlib's words for a look: ``kind`` "line", "points", or "both" (a legend's entry)."""
    style: dict[str, Any] = {
        "color": look.colour,
        "marker": look.marker,
        "markersize": 3.2 if small else 4,
        "linewidth": 1.1 if small else 1.5,
        "linestyle": "none" if kind == "points" else DASHES.get(basis, "solid"),
        "alpha": look.alpha,
    }
    if basis == "rehearsed":
        style |= {"markerfacecolor": "none", "markeredgewidth": 0.9}
    return style


def stroke(axes: Axes, figure: Figure, curves: Sequence[Curve], coding: Coding, *, total: int) -> None:
    """Draw the curves of one panel; ``total`` is how many the whole figure has."""
    budget = max(ALL_POINTS // max(total, 1), FEWEST_POINTS)
    both = len({kind_of(figure, c) for c in curves}) > 1
    several = {b: sum(c.binder == b for c in curves) > 1 for b in coding.order}
    marked = MARKED_PANEL if coding.by_condition else MARKED_AT
    groups = means(figure, curves)
    single = {id(curve) for group, _ in groups for curve in group}
    lines = [c for c in curves if kind_of(figure, c) == "line" and c.series.lower is None and id(c) not in single]
    crowd = {id(c) for c in lines} if len(lines) > CROWD else set()
    _crowd(axes, figure, lines if crowd else [], coding, marked=0 if both else marked)
    for curve in curves:
        if id(curve) in crowd:
            continue
        kind, look = kind_of(figure, curve), coding.look(curve)
        style = style_of(look, curve.basis, kind, small=bool(coding.panels))
        if several[curve.binder]:
            style["linewidth"] = min(style["linewidth"], 1.1 if coding.by_condition else 0.9)
        if id(curve) in single:
            _faint(axes, figure, curve, look)
        elif kind == "line":
            _line(axes, figure, curve, style, budget, None if both else look.rank, marked)
        else:
            _points(axes, figure, curve.series, style | ({"alpha": look.alpha * BEHIND} if both else {}), budget)
    for group, mean in groups:
        look = coding.look(group[0])
        style = style_of(look, group[0].basis, "points", small=bool(coding.panels))
        _band(axes, figure, mean, style, rehearsed=group[0].basis == "rehearsed")
        _points(axes, figure, replace(mean, lower=None, upper=None), style, budget)


def _line(
    axes: Axes, figure: Figure, curve: Curve, style: dict[str, Any], budget: int, rank: int | None, marks: int
) -> None:
    """A line with its band; marks along it unless points of its own colour stand beside it (``rank`` None)."""
    banded = curve.series.lower is not None
    most = BAND_POINTS if banded else min(max(budget, FEWEST_OF_LINE), MOST_POINTS)
    series = curve.series.thinned(most)
    if banded:
        _band(axes, figure, series, style, rehearsed=curve.basis == "rehearsed")
    style |= {"marker": ""} if rank is None or banded else {"markevery": _sparse(len(series.y), rank, marks)}
    axes.plot(shown(series.x, figure.x), shown(series.y, figure.y), **style, zorder=2.5)


def _crowd(axes: Axes, figure: Figure, lines: Sequence[Curve], coding: Coding, *, marked: int) -> None:
    """Many lines: those of one look as one line with gaps, marked on its first alone."""
    alike: dict[tuple[Look, str], list[Series]] = {}
    most = max(CROWD_POINTS // max(len(lines), 1), FEWEST_OF_CROWD)
    for curve in lines:
        alike.setdefault((coding.look(curve), curve.basis), []).append(curve.series.thinned(most))
    for (look, basis), each in alike.items():
        style = style_of(look, basis, "line", small=bool(coding.panels)) | {
            "linewidth": 0.7,
            "alpha": look.alpha * FAINT,
        }
        style |= {"markevery": _sparse(len(each[0].y), look.rank, marked)} if marked else {"marker": ""}
        x, y = (np.concatenate([np.append(getattr(one, name), np.nan) for one in each]) for name in ("x", "y"))
        axes.plot(shown(x, figure.x), shown(y, figure.y), **style, zorder=2.5)


def _band(axes: Axes, figure: Figure, series: Series, style: dict[str, Any], *, rehearsed: bool) -> None:
    lower, upper = np.asarray(series.lower, dtype=float), np.asarray(series.upper, dtype=float)
    if figure.y.scale == "log":
        floor = np.min(upper, where=upper > 0, initial=np.inf) / LOG_FLOOR  # a bound below zero has no place there
        lower = np.maximum(lower, floor)
    x, low, high = shown(series.x, figure.x), shown(lower, figure.y), shown(upper, figure.y)
    alpha = BAND_ALPHA[rehearsed] * style["alpha"]
    axes.fill_between(x, low, high, color=style["color"], alpha=alpha, linewidth=0, zorder=1.5)


def _sparse(n: int, rank: int, marks: int) -> list[int]:
    """Where a line of ``n`` points carries its marks, shifted from curve to curve."""
    step = max(n // marks, 1)
    return list(range(min(rank * step // 5, n - 1), n, step)) if n else []


def _points(axes: Axes, figure: Figure, series: Series, style: dict[str, Any], budget: int) -> None:
    if len(series.x) > DENSE:
        style = style | {"markersize": min(style["markersize"], 2.8), "markeredgewidth": 0.75}
    thin = series.thinned(budget)
    x, y = shown(thin.x, figure.x), shown(thin.y, figure.y)
    if series.y_error is None or len(series.x) > budget:
        axes.plot(x, y, **style)
    else:
        axes.errorbar(x, y, yerr=_error(series.y_error, figure.y), elinewidth=0.9, capsize=2.5, **style)


def _faint(axes: Axes, figure: Figure, curve: Curve, look: Look) -> None:
    """One of several replicates behind their mean."""
    thin = curve.series.thinned(MOST_POINTS // 2)
    axes.plot(
        shown(thin.x, figure.x), shown(thin.y, figure.y), color=look.colour, alpha=0.4 * look.alpha, linewidth=0.6
    )


def means(figure: Figure, curves: Sequence[Curve]) -> list[tuple[list[Curve], Series]]:
    """Replicates measured at the same places, and their mean with a band of one standard deviation each way.

    Only points: curves of one binder, basis and conditions, at least three, that share most of their x. The mean
    stands where every replicate has a value, so that a specimen that ends early does not bend it.
    """
    groups: dict[tuple[Any, ...], list[Curve]] = {}
    for curve in curves:
        if kind_of(figure, curve) == "points" and curve.series.lower is None:
            at = tuple(sorted((k, str(v)) for k, v in curve.series.at.items() if k not in ("specimen", "replicate")))
            groups.setdefault((curve.binder, curve.basis, at), []).append(curve)
    found = []
    for group in groups.values():
        mean = _mean([c.series for c in group]) if len(group) >= FEWEST_REPLICATES else None
        if mean is not None:
            found.append((group, mean))
    return found


def _mean(replicates: Sequence[Series]) -> Series | None:
    places = [dict(zip(one.x.tolist(), one.y.tolist(), strict=True)) for one in replicates]
    common = [x for x in places[0] if all(np.isfinite(place.get(x, np.nan)) for place in places)]
    if len(common) < max(SHARED * min(map(len, places)), 2):
        return None
    values = np.array([[place[x] for x in common] for place in places])
    mean, spread = values.mean(axis=0), values.std(axis=0, ddof=1)
    first = replicates[0]
    return Series(
        first.figure, np.array(common), mean, at=first.at, kind=first.kind, lower=mean - spread, upper=mean + spread
    )


def stroke_bars(axes: Axes, figure: Figure, curves: Sequence[Curve], coding: Coding) -> dict[str, Any]:
    """Bars by category, side by side; returns legend handles by entry."""
    from matplotlib.colors import to_rgba

    categories = list(dict.fromkeys(printable(str(x)) for c in curves for x in c.series.x))
    slots = sorted(curves, key=lambda c: (coding.order.index(c.binder), c.basis))
    width = 0.8 / max(len(slots), 1)
    handles: dict[str, Any] = {}
    for number, curve in enumerate(slots):
        colour = PALETTE[coding.order.index(curve.binder) % len(PALETTE)]
        rehearsed = curve.basis == "rehearsed"
        error = curve.series.y_error
        places = [categories.index(printable(str(x))) - 0.4 + (number + 0.5) * width for x in curve.series.x]
        bars = axes.bar(
            places, shown(curve.series.y, figure.y), width * 0.92,
            yerr=None if error is None else _error(error, figure.y),
            facecolor="none" if rehearsed else to_rgba(colour, 0.85), edgecolor=colour,
            hatch="///" if rehearsed else None, linewidth=1.0,
            error_kw={"elinewidth": 0.9, "capsize": 2.5, "ecolor": "black"},
        )  # fmt: skip
        handles.setdefault(coding.entry(curve), bars)
    axes.set_xticks(range(len(categories)), categories)
    axes.tick_params(axis="x", length=0)
    return handles
