"""Legends: what each colour, mark and line stands for, and what a reader must know beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from byssus.figure import Figure
from byssus.report.coding import SHADES, Coding
from byssus.report.framing import cut_words, unlike
from byssus.report.section import Curve
from byssus.report.strokes import kind_of, means, style_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

__all__ = ["handles_of", "write_legend"]

LETTERS = 72  # that fit above a drawing
PANEL_LETTERS, KEY_LETTERS = 66, 6.5  # the same of panels, and what a line with its mark takes of them
ROW_INCHES = 0.19


def handles_of(figure: Figure, curves: Sequence[Curve], coding: Coding) -> dict[str, Any]:
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


def write_legend(
    canvas: Canvas,
    panels: Sequence[Axes],
    handles: Mapping[str, Any],
    figure: Figure,
    curves: Sequence[Curve],
    coding: Coding,
) -> float:
    """Above the axes, where it covers no data; what is rehearsed says so in words. Returns its height in inches."""
    said = _remarks(figure, curves, coding, hatched=any(p.get_hatch() for p in panels[0].patches))
    if said and len(panels) == 1:
        panels[0].set_title(said, loc="right", fontsize=8.5, style="italic", pad=4)
        said = ""
    if not handles and not said:
        return 0.0
    names, columns = list(handles), 1
    if coding.by_condition:
        columns = _columns(names)
        names = [name for first in range(columns) for name in names[first::columns]]  # matplotlib fills columns first
    elif handles:
        columns = _evened(len(names), min(LETTERS // (max(map(len, handles)) + 6), 4))
    canvas.legend(
        [handles[name] for name in names], names, loc="outside upper left", ncols=columns, frameon=False,
        fontsize=9.5, handlelength=1.9 if coding.by_condition else 2.4, markerscale=1.2, borderpad=0.1,
        columnspacing=1.1 if coding.by_condition else 1.4, title=said or None, alignment="left",
        title_fontproperties={"size": 8.5, "style": "italic"},
    )  # fmt: skip
    return ROW_INCHES * (-(-len(names) // columns) + bool(said))


def _columns(names: Sequence[str]) -> int:
    """As many columns as let short entries stand in one row, or in rows of about one length."""
    if sum(len(name) + KEY_LETTERS for name in names) <= PANEL_LETTERS:
        return len(names)
    return _evened(len(names), int(PANEL_LETTERS // (max(map(len, names)) + KEY_LETTERS)))


def _evened(count: int, most: int) -> int:
    """The columns, at most ``most``, of the fewest rows that hold ``count`` entries, none much shorter."""
    rows = -(-count // max(most, 1))
    return -(-count // rows)


def _remarks(figure: Figure, curves: Sequence[Curve], coding: Coding, *, hatched: bool) -> str:
    """What a reader must know beside the legend: means of replicates, scales, what is cut, what is rehearsed."""
    said = []
    counts = {len(group) for group, _ in means(figure, curves)}
    if counts:
        said.append(f"marks: mean ± s of {' to '.join(str(n) for n in sorted({min(counts), max(counts)}))}")
    if unlike(figure, curves, coding):
        said.append("each panel has a scale of its own")
    if cut := cut_words(figure, curves, coding):
        said.append(f"cut: {cut}")
    bases = {c.basis for c in curves}
    if bases == {"rehearsed"}:
        said.append("rehearsed, not measured")
    elif "rehearsed" in bases:
        said.append(f"{'hatched' if hatched else 'dashed, open marks'}: rehearsed, not measured")
    return "; ".join(said)
