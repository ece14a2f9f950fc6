"""Figures drawn: a declared figure and its curves -> SVG for the page, or PNG."""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, overload

import numpy as np

from byssus.figure import Axis, Figure, decimate
from byssus.report.section import Curve, Section, drawing_key, slug
from byssus.report.words import axis_title, conditions, quantity_of
from byssus.units import convert

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

__all__ = ["PALETTE", "draw", "draw_all"]

# After Okabe and Ito (2008), darkened where needed for a contrast of 3 on white and on a dark page.
PALETTE = ("#0072b2", "#d55e00", "#00916a", "#b3569a", "#8c7000", "#5b6ee1", "#7a7a7a", "#a0522d")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
DASHES: Mapping[str, Any] = {
    "measured": "solid",
    "published": (0, (1, 1.2)),
    "computed": (0, (7, 2, 1.5, 2)),
    "simulated": (0, (2, 2)),
    "rehearsed": (0, (5, 2)),
}
MARKED_AT = 7  # marks along a line, so that lines are told apart without colour
ALL_POINTS = 4000  # shared by the curves of one figure, so that a page stays small
SIZE_INCHES = (5.6, 3.7)
LEGEND_LETTERS = 72  # that fit above a drawing
HEADROOM = 1.04  # above the highest point of an axis that starts at zero
SHADES = (1.0, 0.5, 0.28)  # by condition, where one figure holds several
NOT_CONDITIONS = ("specimen", "cycle", "cycles", "half", "state", "replicate")
DENSE = 60  # points beyond which their marks are drawn smaller
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 10,
    "text.parse_math": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.8,
    "axes.unicode_minus": True,
    "axes.formatter.limits": (-4, 5),
    "axes.formatter.useoffset": False,
    "path.simplify": True,
    "path.simplify_threshold": 0.4,
    "hatch.linewidth": 0.6,
}
_POWER = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


@overload
def draw(figure: Figure, curves: Sequence[Curve], *, fmt: Literal["svg"] = ..., key: str = ...,
         binders: Sequence[str] = ...) -> str: ...  # fmt: skip
@overload
def draw(figure: Figure, curves: Sequence[Curve], *, fmt: Literal["png"], key: str = ...,
         binders: Sequence[str] = ...) -> bytes: ...  # fmt: skip
def draw(
    figure: Figure,
    curves: Sequence[Curve],
    *,
    fmt: Literal["svg", "png"] = "svg",
    key: str = "",
    binders: Sequence[str] = (),
) -> str | bytes:
    """One figure: SVG text that may stand in a page, or PNG bytes.

    Parameters
    ----------
    figure, curves
        What is declared, and its series (SI; shown in the vocabulary's display units).
    fmt : "svg" or "png"
    key : str
        Prefix of the ids inside the SVG; the figure's name unless given.
    binders : sequence of str
        The study's order, which fixes each binder's colour; the curves' own order unless given.

    The same input gives the same bytes.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure as Canvas

    key = key or slug(figure.name)
    order = list(dict.fromkeys((*binders, *(c.binder for c in curves))))
    with rc_context({**STYLE, "svg.hashsalt": key}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph")  # a name may hold signs the font lacks
        canvas = Canvas(figsize=SIZE_INCHES, layout="constrained")
        axes = canvas.add_subplot()
        handles = (_bars if figure.kind == "bars" else _lines)(axes, figure, curves, order)
        _frame(axes, figure)
        _legend(canvas, axes, handles, curves, small=figure.kind == "points" and _dense(curves))
        return _written(canvas, figure, curves, fmt, key)


def draw_all(sections: Sequence[Section], *, binders: Sequence[str] = ()) -> dict[str, str]:
    """Every figure that has a curve, as SVG by :func:`byssus.report.section.drawing_key`."""
    order = tuple(binders) or tuple(dict.fromkeys(c.binder for s in sections for c in s.curves))
    out = {}
    for section in sections:
        for figure in section.figures:
            if curves := section.of_figure(figure):
                key = drawing_key(section, figure)
                out[key] = draw(figure, curves, key=key, binders=order)
    return out


def described(figure: Figure, curves: Sequence[Curve]) -> str:
    """What the figure shows, in one sentence for people who do not see it."""
    names = ", ".join(dict.fromkeys(f"{c.binder} ({c.basis})" for c in curves))
    shown = {"line": "Lines", "points": "Points", "bars": "Bars"}[figure.kind]
    return f"{shown}: {axis_title(figure.y.quantity)} against {axis_title(figure.x.quantity)} for {names}."


def _written(canvas: Canvas, figure: Figure, curves: Sequence[Curve], fmt: str, key: str) -> str | bytes:
    from byssus.report.svg import for_page

    if fmt == "png":
        out = io.BytesIO()
        canvas.savefig(out, format="png", dpi=200, facecolor="white", metadata={"Software": None})
        return out.getvalue()
    text = io.StringIO()
    canvas.savefig(text, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return for_page(text.getvalue(), key=key, title=_plain(figure.title), description=_plain(described(figure, curves)))


def _plain(text: str) -> str:
    """Without the control characters XML forbids, and never starting as matplotlib's "leave me out" does."""
    kept = "".join(ch for ch in text if ch.isprintable())
    return f"\u200b{kept}" if kept.startswith("_") else kept


def _shown(values: Any, axis: Axis) -> np.ndarray[Any, np.dtype[np.float64]]:
    what = quantity_of(axis.quantity)
    numbers = np.asarray(convert(np.asarray(values, dtype=float), what.unit, what.display_unit))
    return np.where(numbers > 0, numbers, np.nan) if axis.scale == "log" else numbers


def _lines(axes: Axes, figure: Figure, curves: Sequence[Curve], order: Sequence[str]) -> dict[str, Any]:
    budget = max(ALL_POINTS // len(curves), 40) if curves else 0
    several = {b: sum(c.binder == b for c in curves) > 1 for b in order}
    handles: dict[str, Any] = {}
    varying = _varying(curves)
    shades = list(dict.fromkeys(_told(curve, varying) for curve in curves))
    for curve in curves:
        rank = order.index(curve.binder)
        style: dict[str, Any] = {
            "color": PALETTE[rank % len(PALETTE)],
            "marker": MARKERS[rank % len(MARKERS)],
            "markersize": 4,
            "linewidth": 0.9 if several[curve.binder] else 1.5,
            "linestyle": DASHES.get(curve.basis, "solid") if figure.kind == "line" else "none",
            "alpha": SHADES[min(shades.index(_told(curve, varying)), len(SHADES) - 1)],
        }
        if curve.basis == "rehearsed":
            style |= {"markerfacecolor": "none", "markeredgewidth": 0.9}
        if figure.kind == "line":
            x, y = decimate(curve.series.x, curve.series.y, min(budget, 500))
            style["markevery"] = _sparse(len(x), rank)
            line = axes.plot(_shown(x, figure.x), _shown(y, figure.y), **style)[0]
        else:
            line = _points(axes, figure, curve, style, budget)
        handles.setdefault(_entry(curve, curves), line)
    return handles | _shade_keys(shades)


def _varying(curves: Sequence[Curve]) -> tuple[str, ...]:
    """The conditions that differ from curve to curve (a C-rate, an angle)."""
    keys = dict.fromkeys(k for c in curves for k in c.series.at if k not in NOT_CONDITIONS)
    return tuple(k for k in keys if len({str(c.series.at.get(k)) for c in curves}) > 1)


def _told(curve: Curve, varying: Sequence[str]) -> str:
    return _plain(conditions({k: curve.series.at[k] for k in varying if k in curve.series.at}))


def _shade_keys(shades: Sequence[str]) -> dict[str, Any]:
    """Legend entries that say which shade is which condition, where there are several."""
    from matplotlib.lines import Line2D

    if len(shades) < 2:
        return {}
    return {
        name or "no condition named": Line2D(
            [], [], color="black", linewidth=3, alpha=SHADES[min(place, len(SHADES) - 1)]
        )
        for place, name in enumerate(shades)
    }


def _sparse(n: int, rank: int) -> list[int]:
    """Where a line of ``n`` points carries its marks, shifted from binder to binder."""
    step = max(n // MARKED_AT, 1)
    return list(range(min(rank * step // 5, n - 1), n, step)) if n else []


def _points(axes: Axes, figure: Figure, curve: Curve, style: dict[str, Any], budget: int) -> Any:
    x, y = _shown(curve.series.x, figure.x), _shown(curve.series.y, figure.y)
    if len(x) > DENSE:
        style = style | {"markersize": 2.8, "markeredgewidth": 0.75}
    if curve.series.y_error is None or len(x) > budget:
        return axes.plot(*decimate(x, y, budget), **style)[0]
    what = quantity_of(figure.y.quantity)
    error = np.abs(convert(np.asarray(curve.series.y_error, dtype=float), what.unit, what.display_unit) - _zero(figure))
    return axes.errorbar(x, y, yerr=error, elinewidth=0.9, capsize=2.5, **style)


def _zero(figure: Figure) -> float:
    """Where the y axis' unit puts zero (273.15 K is 0 °C), which differences must not carry."""
    what = quantity_of(figure.y.quantity)
    return float(convert(0.0, what.unit, what.display_unit))


def _bars(axes: Axes, figure: Figure, curves: Sequence[Curve], order: Sequence[str]) -> dict[str, Any]:
    from matplotlib.colors import to_rgba

    categories = list(dict.fromkeys(_plain(str(x)) for c in curves for x in c.series.x))
    slots = sorted(curves, key=lambda c: (order.index(c.binder), c.basis))
    width = 0.8 / max(len(slots), 1)
    handles: dict[str, Any] = {}
    what = quantity_of(figure.y.quantity)
    for number, curve in enumerate(slots):
        colour = PALETTE[order.index(curve.binder) % len(PALETTE)]
        rehearsed = curve.basis == "rehearsed"
        error = curve.series.y_error
        if error is not None:
            error = np.abs(convert(np.asarray(error, dtype=float), what.unit, what.display_unit) - _zero(figure))
        places = [categories.index(_plain(str(x))) - 0.4 + (number + 0.5) * width for x in curve.series.x]
        bars = axes.bar(
            places, _shown(curve.series.y, figure.y), width * 0.92, yerr=error,
            facecolor="none" if rehearsed else to_rgba(colour, 0.85), edgecolor=colour,
            hatch="///" if rehearsed else None, linewidth=1.0,
            error_kw={"elinewidth": 0.9, "capsize": 2.5, "ecolor": "black"},
        )  # fmt: skip
        handles.setdefault(_entry(curve, curves), bars)
    axes.set_xticks(range(len(categories)), categories)
    axes.tick_params(axis="x", length=0)
    return handles


def _entry(curve: Curve, curves: Sequence[Curve]) -> str:
    """A legend entry: the binder, with its basis where the figure mixes bases."""
    mixed = len({c.basis for c in curves}) > 1
    return _plain(f"{curve.binder} ({curve.basis})" if mixed else curve.binder)


def _frame(axes: Axes, figure: Figure) -> None:
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    axes.set_xlabel(axis_title(figure.x.quantity))
    axes.set_ylabel(axis_title(figure.y.quantity))
    for axis, drawn, name in ((figure.x, axes.xaxis, "x"), (figure.y, axes.yaxis, "y")):
        if name == "x" and figure.kind == "bars":
            continue
        if axis.scale == "log":
            getattr(axes, f"set_{name}scale")("log")
            drawn.set_major_locator(LogLocator(numticks=9))
            drawn.set_major_formatter(FuncFormatter(_decade))
            drawn.set_minor_formatter(NullFormatter())
        elif axis.from_zero:
            ends = axes.dataLim.intervalx if name == "x" else axes.dataLim.intervaly
            highest = max(float(ends[1]), getattr(axes, f"get_{name}lim")()[1] / HEADROOM)
            if math.isfinite(highest) and highest > 0:
                getattr(axes, f"set_{name}lim")(0, HEADROOM * highest)
        if axis.descending:
            drawn.set_inverted(True)
    axes.grid(True, axis="y", color="#808080", alpha=0.22, linewidth=0.6)
    axes.set_axisbelow(True)


def _decade(value: float, _: Any = None) -> str:
    """A log axis' tick: 0.01 to 1000 in digits, else a power of ten."""
    if value <= 0:
        return ""
    if 0.01 <= value <= 1000:
        return f"{value:g}"
    exponent = math.log10(value)
    return f"10{str(round(exponent)).translate(_POWER)}" if abs(exponent - round(exponent)) < 1e-6 else ""


def _dense(curves: Sequence[Curve]) -> bool:
    return any(len(c.series.x) > DENSE for c in curves)


def _legend(canvas: Canvas, axes: Axes, handles: Mapping[str, Any], curves: Sequence[Curve], *, small: bool) -> None:
    """Above the axes, where it covers no data; what is rehearsed says so in words."""
    if handles:
        columns = max(LEGEND_LETTERS // (max(map(len, handles)) + 6), 1)
        canvas.legend(
            list(handles.values()), list(handles), loc="outside upper left", ncols=min(columns, 4), frameon=False,
            fontsize=9.5, handlelength=2.4, markerscale=1.7 if small else 1.0, columnspacing=1.4, borderpad=0.1,
        )  # fmt: skip
    bases = {c.basis for c in curves}
    if "rehearsed" in bases:
        drawn = "hatched" if any(p.get_hatch() for p in axes.patches) else "dashed, open marks"
        said = "rehearsed, not measured" if bases == {"rehearsed"} else f"{drawn}: rehearsed, not measured"
        axes.set_title(said, loc="right", fontsize=8.5, style="italic", pad=4)
