"""Figures drawn: a declared figure and its curves -> SVG for the page, or PNG."""

from __future__ import annotations

import io
import textwrap
import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, overload

from byssus.figure import Figure
from byssus.report.coding import PALETTE, Coding, printable
from byssus.report.framing import band_room, cut_off, equal_scales, flat, frame, powers, unlike
from byssus.report.legend import handles_of, write_legend
from byssus.report.marks import write_marks
from byssus.report.pictures import draw_plates, images_of
from byssus.report.plates import Plate, in_words
from byssus.report.section import Curve, Section, drawing_key, slug
from byssus.report.strokes import kind_of, means, stroke, stroke_bars
from byssus.report.words import axis_title

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

__all__ = ["PALETTE", "described", "draw", "draw_all"]

SIZE_INCHES = (5.6, 3.7)
PANELS_WIDE = 5.2  # inches for two columns: as wide as a phone, so that letters keep their size there
PANEL_SHAPE = 0.8  # height over width
COLUMNS = 2
TITLE_LETTERS, TITLE_LINES = 26, 3  # that fit above a panel
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 10,
    "text.parse_math": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.8,
    "axes.unicode_minus": True,
    "axes.formatter.limits": (-4, 7),
    "axes.formatter.useoffset": False,
    "path.simplify": True,
    "path.simplify_threshold": 0.4,
    "hatch.linewidth": 0.6,
}


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
    coding = Coding.of(figure, curves, tuple(dict.fromkeys((*binders, *(c.binder for c in curves)))))
    with rc_context({**STYLE, "svg.hashsalt": key}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph")  # a name may hold signs the font lacks
        canvas = Canvas(figsize=SIZE_INCHES, layout="constrained")
        if figure.kind == "picture":
            plates = draw_plates(canvas, figure, curves, binders, grey=fmt == "png")
            return _written(canvas, figure, curves, fmt, key, plates)
        panels = _panels(canvas, figure, curves, coding)
        if figure.kind == "bars":
            handles = stroke_bars(next(iter(panels)), figure, curves, coding)
        else:
            for axes, its in panels.items():
                stroke(axes, figure, its, coding, total=len(curves))
            handles = handles_of(figure, curves, coding)
        frame(list(panels), figure)
        legend_inches = write_legend(canvas, list(panels), handles, figure, curves, coding)
        _finish(canvas, panels, figure, curves, coding, legend_inches)
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
    if figure.kind == "picture":
        return in_words(curves)
    coding = Coding.of(figure, curves, tuple(dict.fromkeys(c.binder for c in curves)))
    names = ", ".join(dict.fromkeys(f"{c.binder} ({c.basis})" for c in curves))
    words = {"line": "Lines", "points": "Points", "bars": "Bars"}
    shown = " and ".join(dict.fromkeys(words[k] for k in sorted({kind_of(figure, c) for c in curves}, reverse=True)))
    titles = "; ".join(", ".join(filter(None, panel)) for panel in coding.panels)
    more = [f"{len(coding.panels)} panels: {titles}"] if len(coding.panels) > 1 else []
    if len(coding.told) > 1:
        more.append(", ".join(coding.short(t) or "no condition named" for t in coding.named()))
    if any(c.series.lower is not None for c in curves):
        more.append("with 95 % bands")
    if means(figure, curves):
        more.append("mean of replicates with one standard deviation")
    said = f"{shown.capitalize()}: {axis_title(figure.y.quantity)} against {axis_title(figure.x.quantity)} for {names}"
    return "; ".join((said, *more)) + "."


def _written(
    canvas: Canvas,
    figure: Figure,
    curves: Sequence[Curve],
    fmt: str,
    key: str,
    plates: Mapping[Axes, Plate] | None = None,
) -> str | bytes:
    from byssus.report.svg import for_page

    if fmt == "png":
        out = io.BytesIO()
        canvas.savefig(out, format="png", dpi=200, facecolor="white", metadata={"Software": None})
        return out.getvalue()
    text = io.StringIO()
    canvas.savefig(text, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    title, description = printable(figure.title), printable(described(figure, curves))
    return for_page(
        text.getvalue(), key=key, title=title, description=description, images=images_of(canvas, plates or {})
    )


def _panels(canvas: Canvas, figure: Figure, curves: Sequence[Curve], coding: Coding) -> dict[Axes, Sequence[Curve]]:
    """The axes of each panel and the curves in it; one panel for all unless the coding gives each binder its own."""
    if len(coding.panels) < 2:
        axes = canvas.add_subplot()
        if coding.by_condition:
            axes.set_title(_panel_title(coding.panels[0], curves, coding), loc="left", fontsize=10, weight="bold")
        return {axes: curves}
    columns = 1 if flat(figure, curves, coding) else COLUMNS
    rows = -(-len(coding.panels) // columns)
    canvas.set_figwidth(PANELS_WIDE)
    own = unlike(figure, curves, coding)
    grid = canvas.subplots(
        rows, columns, sharex=not (own and figure.equal), sharey=not own, squeeze=False
    ).flatten()  # fmt: skip
    found: dict[Axes, Sequence[Curve]] = {}
    for axes, panel in zip(grid, coding.panels, strict=False):
        found[axes] = [c for c in curves if coding.panel(c) == panel]
        axes.set_title(_panel_title(panel, found[axes], coding), loc="left", fontsize=9.5, weight="bold", pad=4)
        axes.tick_params(labelsize=9)
    for axes in grid[len(coding.panels) :]:
        axes.remove()
        grid[len(coding.panels) - columns].tick_params(labelbottom=True)  # nothing stands below it
    canvas.supxlabel(axis_title(figure.x.quantity), fontsize=10)
    canvas.supylabel(axis_title(figure.y.quantity), fontsize=10)
    return found


def _panel_title(panel: tuple[str, str], curves: Sequence[Curve], coding: Coding) -> str:
    bases = {c.basis for c in curves}
    binder, told = panel
    title = f"{binder} ({bases.pop()})" if coding.mixed and len(bases) == 1 else binder
    title = printable(f"{title}, {told}" if told else title)
    return "\n".join(textwrap.wrap(title, TITLE_LETTERS, max_lines=TITLE_LINES, placeholder=" …")) or title


def _finish(
    canvas: Canvas,
    panels: Mapping[Axes, Sequence[Curve]],
    figure: Figure,
    curves: Sequence[Curve],
    coding: Coding,
    legend_inches: float,
) -> None:
    """Room, marks and size, once the curves and their limits are known."""
    columns = min(len(panels), 1 if flat(figure, curves, coding) else COLUMNS)
    wide = (canvas.get_figwidth() - 0.7) / columns
    band_room(panels, figure)
    cut_off(list(panels), figure, curves, coding)
    write_marks(panels, figure, coding, panel_points=72 * wide)
    powers(list(panels), figure)
    equal = figure.equal and figure.kind != "bars"
    if equal or len(panels) > 1:
        shape = equal_scales(list(panels), columns) if equal else PANEL_SHAPE
        titles = max(axes.get_title(loc="left").count("\n") for axes in panels)
        each = wide * shape + 0.27 + 0.15 * titles
        canvas.set_figheight(0.5 + legend_inches + -(-len(panels) // columns) * each)
