"""Axes of a drawing: titles, limits, decades and equal scales."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from byssus.figure import Axis, Figure
from byssus.report.coding import Coding
from byssus.report.section import Curve
from byssus.report.strokes import shown
from byssus.report.words import axis_title, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["band_room", "cut_off", "cut_words", "equal_scales", "flat", "frame", "powers", "unlike"]
__all__ += ["GREY", "sharing"]

GREY = "#808080"
HEADROOM = 1.04  # above the highest point of an axis that starts at zero
BAND_ROOM = 1.5  # of the highest line: a band that data do not hold must not flatten the curves
CUT_BEYOND, CUT_ROOM = 3.0, 1.3  # times the reach of all other conditions: cut from, and left as room
OWN_BEYOND = 8.0  # times the smallest panel's extent: on one scale it would be an eighth as high
LEAST, LARGEST = 1e-4, 1e7  # an axis that ends beyond them has powers of ten
MOST_DECADES = 9  # labels of a log axis
FLATTEST, STEEPEST = 0.34, 1.15  # height over width of a panel with equal scales
FLAT, MOST_FLAT = 0.45, 6  # below this height over width so many equal panels stand in one column, to be read
LEAST_STEPS = 2  # ticks that the shorter side of a panel with equal scales has in any case
EQUAL_STEPS = 4  # ticks along the shorter side of one
MOST_TICKS = {False: 11, True: 7}  # along the longer side, by whether panels stand side by side
_POWER = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def frame(panels: Sequence[Axes], figure: Figure) -> None:
    """Titles, scales, limits and ticks of the panels."""
    for axes in panels:
        if len(panels) == 1:
            axes.set_xlabel(axis_title(figure.x.quantity))
            axes.set_ylabel(axis_title(figure.y.quantity))
        for axis, name in ((figure.x, "x"), (figure.y, "y")):
            if name != "x" or figure.kind != "bars":
                _scale(axes, axis, name, few=len(panels) > 1)
        axes.grid(True, axis="both" if figure.equal else "y", color=GREY, alpha=0.22, linewidth=0.6)
        axes.set_axisbelow(True)
    for axis, name in ((figure.x, "x"), (figure.y, "y")):
        if axis.scale == "linear" and axis.from_zero and (name, figure.kind) != ("x", "bars"):
            for group in sharing(panels, name):
                _from_zero(group, name)


def unlike(figure: Figure, curves: Sequence[Curve], coding: Coding) -> bool:
    """Whether one scale for all panels would leave some of them without anything to see."""
    if len(coding.panels) < 2 or figure.y.cut or figure.y.scale == "log":
        return False
    reach: dict[tuple[str, str], float] = dict.fromkeys(coding.panels, 0.0)
    for curve in curves:
        y = shown(curve.series.y, figure.y)
        y = y[np.isfinite(y)]
        if len(y):
            extent = float(np.max(np.abs(y)) if figure.y.from_zero else np.ptp(y))
            reach[coding.panel(curve)] = max(reach[coding.panel(curve)], extent)
    known = [extent for extent in reach.values() if extent > 0]
    return len(known) > 1 and max(known) > OWN_BEYOND * min(known)


def sharing(panels: Sequence[Axes], name: str) -> list[list[Axes]]:
    """The panels in groups that have one axis in common."""
    shared = panels[0].get_shared_x_axes() if name == "x" else panels[0].get_shared_y_axes()
    together = len(panels) == 1 or shared.joined(panels[0], panels[1])
    return [list(panels)] if together else [[axes] for axes in panels]


def _scale(axes: Axes, axis: Axis, name: str, *, few: bool) -> None:
    from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

    drawn = getattr(axes, f"{name}axis")
    if axis.scale == "log":
        getattr(axes, f"set_{name}scale")("log")
        drawn.set_major_locator(LogLocator(numticks=MOST_DECADES - 3 if few and name == "x" else MOST_DECADES))
        drawn.set_major_formatter(FuncFormatter(lambda value, _: _decade(value, *sorted(drawn.get_view_interval()))))
        drawn.set_minor_formatter(NullFormatter())
    elif few:
        drawn.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    if axis.descending:
        drawn.set_inverted(True)


def _from_zero(panels: Sequence[Axes], name: str) -> None:
    ends = [float((a.dataLim.intervalx if name == "x" else a.dataLim.intervaly)[1]) for a in panels]
    highest = max(*ends, getattr(panels[0], f"get_{name}lim")()[1] / HEADROOM)
    if math.isfinite(highest) and highest > 0:
        getattr(panels[0], f"set_{name}lim")(0, HEADROOM * highest)


def _decade(value: float, low: float, high: float) -> str:
    """A log axis' tick: digits where all of the axis is between 0.01 and 1000, else powers of ten."""
    if value <= 0:
        return ""
    if low >= 0.5e-2 and high <= 2e3:
        return f"{value:g}"
    exponent = math.log10(value)
    return f"10{str(round(exponent)).translate(_POWER)}" if abs(exponent - round(exponent)) < 1e-6 else ""


def powers(panels: Sequence[Axes], figure: Figure) -> None:
    """Powers of ten beside each tick of a very large or small axis: a common factor would stand in the title."""
    from matplotlib.ticker import FuncFormatter

    for axes in panels:
        for axis, name in ((figure.x, "x"), (figure.y, "y")):
            drawn = getattr(axes, f"{name}axis")
            furthest = max(abs(end) for end in drawn.get_view_interval())
            if axis.scale == "linear" and (name, figure.kind) != ("x", "bars") and not LEAST < furthest < LARGEST:
                drawn.set_major_formatter(FuncFormatter(lambda value, _: number(float(f"{value:.3g}"))))


def band_room(panels: Mapping[Axes, Sequence[Curve]], figure: Figure) -> None:
    """Keep bands from setting the scale: where they reach far above every line, they leave the panel."""
    for group in sharing(list(panels), "y") if figure.y.scale == "linear" else ():
        curves = [c for axes in group for c in panels[axes]]
        line = max((np.nanmax(shown(c.series.y, figure.y), initial=-np.inf) for c in curves), default=0.0)
        uppers = [shown(c.series.upper, figure.y) for c in curves if c.series.upper is not None]
        if uppers and max(np.nanmax(u, initial=-np.inf) for u in uppers) > BAND_ROOM * line > 0:
            group[0].set_ylim(top=BAND_ROOM * line)


def cut_off(panels: Sequence[Axes], figure: Figure, curves: Sequence[Curve], coding: Coding) -> None:
    """Let the condition that reaches far beyond all others leave the panels, where the figure allows it."""
    found = _outliers(figure, curves, coding)
    if not found:
        return
    ends = {}
    for sign in (1, -1):
        reach = max(float(np.nanmax(sign * shown(c.series.y, figure.y), initial=-np.inf)) for c in curves)
        ends[sign] = found[sign][1] if sign in found else reach
    margin = 0.04 * (ends[1] + ends[-1])
    panels[0].set_ylim(-ends[-1] - (-1 not in found) * margin, ends[1] + (1 not in found) * margin)


def cut_words(figure: Figure, curves: Sequence[Curve], coding: Coding) -> str:
    """``"cycle 1 reaches −138000"``: what of the curves the panels leave out."""
    found = _outliers(figure, curves, coding)
    return ", ".join(f"{told} reaches {number(float(f'{s * reach:.3g}'))}" for s, (reach, _, told) in found.items())


def _outliers(figure: Figure, curves: Sequence[Curve], coding: Coding) -> dict[int, tuple[float, float, str]]:
    """Up (1) and down (-1): how far the outlying condition reaches, the limit that leaves it, and its name."""
    found = {}
    for sign in (1, -1) if figure.y.cut and figure.y.scale == "linear" else ():
        reach: dict[str, float] = {}
        for curve in curves:
            told = coding.words(curve)
            reach[told] = max(float(np.nanmax(sign * shown(curve.series.y, figure.y), initial=0.0)), reach.get(told, 0))
        order = sorted(reach, key=lambda told: reach[told])
        if len(order) > 1 and reach[order[-1]] > CUT_BEYOND * reach[order[-2]] > 0:
            found[sign] = (reach[order[-1]], CUT_ROOM * reach[order[-2]], order[-1])
    return found


def flat(figure: Figure, curves: Sequence[Curve], coding: Coding) -> bool:
    """Whether panels with equal scales would be too low beside one another: a chain of arcs, long and low."""
    if not figure.equal or figure.kind == "bars" or not 1 < len(coding.panels) <= MOST_FLAT:
        return False
    low: dict[tuple[str, str], NDArray[np.float64]] = {}
    high: dict[tuple[str, str], NDArray[np.float64]] = {}
    for curve in curves:
        pair = np.vstack((shown(curve.series.x, figure.x), shown(curve.series.y, figure.y)))
        pair = pair[:, np.isfinite(pair).all(axis=0)]
        if pair.size:
            panel = coding.panel(curve)
            low[panel] = np.minimum(low.get(panel, np.inf), pair.min(axis=1))
            high[panel] = np.maximum(high.get(panel, -np.inf), pair.max(axis=1))
    return all(height < FLAT * width for width, height in (high[panel] - low[panel] for panel in high))


def equal_scales(panels: Sequence[Axes], columns: int) -> float:
    """One unit as long on both axes, ticks at one distance; returns height over width of a panel.

    The shorter range is widened where a panel would become too flat or too steep to read.
    """
    groups = sharing(panels, "y")
    sizes = [(abs(np.subtract(*g[0].get_xlim())), abs(np.subtract(*g[0].get_ylim()))) for g in groups]
    shape = float(min(max(FLATTEST, *(height / width for width, height in sizes)), STEEPEST))
    for group, (width, height) in zip(groups, sizes, strict=True):
        (left, right), (bottom, top) = group[0].get_xlim(), group[0].get_ylim()
        if height < shape * width:
            group[0].set_ylim(bottom, bottom + math.copysign(shape * width, top - bottom))
        else:
            group[0].set_xlim(left, left + math.copysign(height / shape, right - left))
        _equal_ticks(group, max(width, height / shape), shape, MOST_TICKS[columns > 1])
    return shape


def _equal_ticks(group: Sequence[Axes], width: float, shape: float, most: int) -> None:
    """Ticks at one distance on both axes, two at least along the shorter; where x gets too many, some are unnamed."""
    from matplotlib.ticker import FuncFormatter, MultipleLocator

    wanted = _round(width * max(min(1.0, shape) / EQUAL_STEPS, max(1.0, shape) / most))
    step = wanted
    while step > width * min(1.0, shape) / LEAST_STEPS:
        step = _round(0.4 * step)  # 5 to 2, 2 to 1, 1 to 0.5
    every = math.ceil(wanted / step - 1e-9)
    if width >= LARGEST:
        every = max(every, math.ceil(width / step / LEAST_STEPS))  # powers of ten are long names
    for axes in group:
        axes.set_aspect("equal")
        axes.xaxis.set_major_locator(MultipleLocator(step))
        axes.yaxis.set_major_locator(MultipleLocator(step))
        if every > 1:
            axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: "" if round(x / step) % every else number(x)))


def _round(step: float) -> float:
    """The next 1, 2 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(step))
    return next(m * power for m in (1, 2, 5, 10) if m * power >= step * (1 - 1e-9))
