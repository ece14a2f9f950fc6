"""Figures drawn: a declared figure and its curves -> SVG for the page, or PNG."""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, overload

from byssus.figure import Figure
from byssus.report.coding import PALETTE, SHADES, Coding, printable
from byssus.report.framing import band_room, equal_scales, frame, write_marks
from byssus.report.section import Curve, Section, drawing_key, slug
from byssus.report.strokes import kind_of, means, stroke, stroke_bars, style_of
from byssus.report.words import axis_title

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

__all__ = ["PALETTE", "described", "draw", "draw_all"]

SIZE_INCHES = (5.6, 3.7)
PANELS_WIDE = 5.2  # inches for two columns: as wide as a phone, so that letters keep their size there
PANEL_SHAPE = 0.8  # height over width
COLUMNS = 2
LEGEND_LETTERS = 72  # that fit above a drawing
PANEL_LETTERS, KEY_LETTERS = 66, 6.5  # the same of panels, and what a line with its mark takes of them
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
        panels = _panels(canvas, figure, curves, coding)
        if figure.kind == "bars":
            handles = stroke_bars(next(iter(panels)), figure, curves, coding)
        else:
            for axes, its in panels.items():
                stroke(axes, figure, its, coding, total=len(curves))
            handles = _handles(figure, curves, coding)
        frame(list(panels), figure)
        _finish(canvas, panels, figure, curves, coding)
        _legend(canvas, list(panels), handles, figure, curves, coding)
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
    coding = Coding.of(figure, curves, tuple(dict.fromkeys(c.binder for c in curves)))
    names = ", ".join(dict.fromkeys(f"{c.binder} ({c.basis})" for c in curves))
    words = {"line": "Lines", "points": "Points", "bars": "Bars"}
    shown = " and ".join(dict.fromkeys(words[k] for k in sorted({kind_of(figure, c) for c in curves}, reverse=True)))
    more = [f"a panel for each of {len(coding.panels)} binders"] if len(coding.panels) > 1 else []
    if len(coding.told) > 1:
        more.append(", ".join(coding.short(t) or "no condition named" for t in coding.named()))
    if any(c.series.lower is not None for c in curves):
        more.append("with 95 % bands")
    if means(figure, curves):
        more.append("mean of replicates with one standard deviation")
    said = f"{shown.capitalize()}: {axis_title(figure.y.quantity)} against {axis_title(figure.x.quantity)} for {names}"
    return "; ".join((said, *more)) + "."


def _written(canvas: Canvas, figure: Figure, curves: Sequence[Curve], fmt: str, key: str) -> str | bytes:
    from byssus.report.svg import for_page

    if fmt == "png":
        out = io.BytesIO()
        canvas.savefig(out, format="png", dpi=200, facecolor="white", metadata={"Software": None})
        return out.getvalue()
    text = io.StringIO()
    canvas.savefig(text, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return for_page(
        text.getvalue(), key=key, title=printable(figure.title), description=printable(described(figure, curves))
    )


def _panels(canvas: Canvas, figure: Figure, curves: Sequence[Curve], coding: Coding) -> dict[Axes, Sequence[Curve]]:
    """The axes of each panel and the curves in it; one panel for all unless the coding gives each binder its own."""
    if len(coding.panels) < 2:
        axes = canvas.add_subplot()
        if coding.by_condition:
            axes.set_title(printable(coding.panels[0]), loc="left", fontsize=10, weight="bold")
        return {axes: curves}
    rows = -(-len(coding.panels) // COLUMNS)
    width = (PANELS_WIDE - 0.7) / COLUMNS
    canvas.set_size_inches(PANELS_WIDE, 0.75 + rows * (width * PANEL_SHAPE + 0.25))
    grid = canvas.subplots(rows, COLUMNS, sharex=True, sharey=True, squeeze=False).flatten()
    found: dict[Axes, Sequence[Curve]] = {}
    for axes, binder in zip(grid, coding.panels, strict=False):
        found[axes] = [c for c in curves if c.binder == binder]
        axes.set_title(_panel_title(binder, found[axes], coding), loc="left", fontsize=9.5, weight="bold", pad=4)
        axes.tick_params(labelsize=9)
    for axes in grid[len(coding.panels) :]:
        axes.remove()
        grid[len(coding.panels) - COLUMNS].tick_params(labelbottom=True)  # nothing stands below it
    canvas.supxlabel(axis_title(figure.x.quantity), fontsize=10)
    canvas.supylabel(axis_title(figure.y.quantity), fontsize=10)
    return found


def _panel_title(binder: str, curves: Sequence[Curve], coding: Coding) -> str:
    bases = {c.basis for c in curves}
    return printable(f"{binder} ({bases.pop()})" if coding.mixed and len(bases) == 1 else binder)


def _finish(
    canvas: Canvas, panels: Mapping[Axes, Sequence[Curve]], figure: Figure, curves: Sequence[Curve], coding: Coding
) -> None:
    """Room, marks and shape, once the curves and their limits are known."""
    columns = min(len(panels), COLUMNS)
    wide = (canvas.get_figwidth() - 0.7) / columns
    band_room(list(panels), figure, curves)
    write_marks(panels, figure, coding, panel_points=72 * wide)
    if figure.equal and figure.kind != "bars":
        rows = -(-len(panels) // columns)
        shape = equal_scales(list(panels))
        canvas.set_figheight(1.0 + rows * (wide * shape + 0.25))


def _handles(figure: Figure, curves: Sequence[Curve], coding: Coding) -> dict[str, Any]:
    """Legend entries: each binder or condition once, with its line and its mark."""
    from matplotlib.lines import Line2D

    kinds: dict[str, set[str]] = {}
    for curve in curves:
        kinds.setdefault(coding.entry(curve), set()).add(kind_of(figure, curve))
    handles: dict[str, Any] = {}
    for curve in sorted(curves, key=lambda c: coding.told.index(coding.words(c))) if coding.by_condition else curves:
        entry = coding.entry(curve)
        if not entry or (coding.by_condition and entry not in coding.named()):
            continue
        said = coding.short(entry) if coding.by_condition else entry
        kind = "both" if "line" in kinds[entry] else "points"
        style = style_of(coding.look(curve), curve.basis, kind, small=bool(coding.panels))
        if not coding.by_condition:
            style["alpha"] = None
        handles.setdefault(said, Line2D([], [], **style))
    return handles if coding.by_condition else handles | _shade_keys(coding)


def _shade_keys(coding: Coding) -> dict[str, Any]:
    """Legend entries that say which shade is which condition, where there are several."""
    from matplotlib.lines import Line2D

    if len(coding.told) < 2:
        return {}
    return {
        name or "no condition named": Line2D([], [], color="black", linewidth=3, alpha=alpha)
        for name, alpha in zip(coding.told, SHADES, strict=False)
    }


def _legend(
    canvas: Canvas,
    panels: Sequence[Axes],
    handles: Mapping[str, Any],
    figure: Figure,
    curves: Sequence[Curve],
    coding: Coding,
) -> None:
    """Above the axes, where it covers no data; what is rehearsed says so in words."""
    said = _remarks(figure, curves, hatched=any(p.get_hatch() for p in panels[0].patches))
    if said and len(panels) == 1:
        panels[0].set_title(said, loc="right", fontsize=8.5, style="italic", pad=4)
        said = ""
    if not handles and not said:
        return
    names, columns = list(handles), min(len(handles), 4)
    if coding.by_condition:
        columns = _columns(names)
        names = [name for first in range(columns) for name in names[first::columns]]  # matplotlib fills columns first
    elif handles:
        columns = min(max(LEGEND_LETTERS // (max(map(len, handles)) + 6), 1), 4)
    canvas.legend(
        [handles[name] for name in names], names, loc="outside upper left", ncols=max(columns, 1), frameon=False,
        fontsize=9.5, handlelength=1.9 if coding.by_condition else 2.4, markerscale=1.2, borderpad=0.1,
        columnspacing=1.1 if coding.by_condition else 1.4, title=said or None, alignment="left",
        title_fontproperties={"size": 8.5, "style": "italic"},
    )  # fmt: skip


def _columns(names: Sequence[str]) -> int:
    """As many columns as let short entries stand in one row, or in rows of about one length."""
    if sum(len(name) + KEY_LETTERS for name in names) <= PANEL_LETTERS:
        return len(names)
    most = max(int(PANEL_LETTERS // (max(map(len, names)) + KEY_LETTERS)), 1)
    return -(-len(names) // -(-len(names) // most))


def _remarks(figure: Figure, curves: Sequence[Curve], *, hatched: bool) -> str:
    """What a reader must know beside the legend: means of replicates, and what is rehearsed."""
    said = []
    counts = {len(group) for group, _ in means(figure, curves)}
    if counts:
        said.append(f"marks: mean ± s of {' to '.join(str(n) for n in sorted({min(counts), max(counts)}))}")
    bases = {c.basis for c in curves}
    if bases == {"rehearsed"}:
        said.append("rehearsed, not measured")
    elif "rehearsed" in bases:
        said.append(f"{'hatched' if hatched else 'dashed, open marks'}: rehearsed, not measured")
    return "; ".join(said)
