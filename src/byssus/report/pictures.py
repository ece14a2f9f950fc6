"""Pictures with found curves on them, each a panel of its own: micrographs, with the bar their readers expect."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from byssus.figure import MOST_PIXELS, Axis, Figure, shrink
from byssus.report.coding import MOST_KEYS, printable
from byssus.report.image import data_uri
from byssus.report.plates import Plate, left_words, plates
from byssus.report.polylines import simplified
from byssus.report.section import Curve
from byssus.report.strokes import shown
from byssus.report.words import pretty_unit, quantity_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

__all__ = ["bar_of", "draw_plates", "images_of"]

FEW, SMALL_PIXELS = 4, 640  # more pictures than that stand on a page with fewer pixels each
ALL_POINTS = 8000  # shared by the lines of one figure, so that a page stays small
# Seen on black and on white alike, and told apart by people who confuse red and green; each with a dash of its own.
COLOURS = ("#ffd21f", "#19d3f3", "#ff5fb8", "#7ee04a", "#ff8c42")
DASHES: tuple[Any, ...] = ("solid", (0, (7, 1.6)), "solid", (0, (2.5, 1.2)), (0, (7, 1.6, 1.5, 1.6)))
CASING = "#101418"  # dark beneath each line, and around the bar; no pure black, which would turn to the page's ink
LINE, CASED, CASING_ALPHA = 0.9, 1.7, 0.55  # points: a crack must be seen beside the line that was found for it
ONE_WIDE, WIDE, COLUMNS, GAP = 5.6, 5.2, 2, 0.08  # inches
FLAT, STEEPEST = 0.4, 1.25  # height over width: flatter pictures stand in one column, steeper ones are narrower
LETTERS = {1: 60, 2: 32}  # of a title's line, by columns
LEGEND_LETTERS = 64
BAR_SHARE, BAR_SIZE = 0.3, 8.5  # of the picture's width at most; points of its label
PAD_INCHES, LINE_INCHES, ROW_INCHES = 0.06, 0.15, 0.21  # above a picture, of a line of its title, of the legend


def draw_plates(
    canvas: Canvas, figure: Figure, curves: Sequence[Curve], binders: Sequence[str], *, grey: bool
) -> dict[Axes, Plate]:
    """Draw the pictures' panels, legend and remarks; without the grey values themselves unless ``grey``."""
    made, left = plates(curves, binders)
    if not made:
        raise ValueError(f"'{figure.name}' has no picture to draw")
    columns = 1 if len(made) == 1 or all(plate.shape < FLAT for plate in made) else COLUMNS
    looks = _looks(made)
    wide = (ONE_WIDE if len(made) == 1 else WIDE) / columns - GAP
    rows = [made[k : k + columns] for k in range(0, len(made), columns)]
    heights = [wide * min(max(p.shape for p in row), STEEPEST) for row in rows]
    grid = canvas.subplots(len(rows), columns, squeeze=False, gridspec_kw={"height_ratios": heights}).flatten()
    for axes in grid[len(made) :]:
        axes.remove()
    panels = dict(zip(grid, made, strict=False))
    titles = dict.fromkeys(range(len(rows)), 1)
    for place, (axes, plate) in enumerate(panels.items()):
        lines = textwrap.wrap(plate.title, LETTERS[columns], max_lines=3, placeholder=" …") or [plate.title]
        titles[place // columns] = max(titles[place // columns], len(lines))
        axes.set_title("\n".join(lines), loc="left", fontsize=9.5, weight="bold", pad=4)
        _plate(axes, figure, plate, looks, most=ALL_POINTS // len(made), grey=_pixels(made) if grey else 0)
        _bar(axes, figure.x, plate, points=72 * min(wide, wide * STEEPEST / plate.shape))
    above = _legend(canvas, looks, _remark(made, left))
    canvas.set_figwidth(columns * (wide + GAP))
    canvas.set_figheight(above + sum(heights) + len(rows) * (GAP + PAD_INCHES) + LINE_INCHES * sum(titles.values()))
    return panels


def _pixels(made: Sequence[Plate]) -> int:
    return MOST_PIXELS if len(made) <= FEW else SMALL_PIXELS


def _looks(made: Sequence[Plate]) -> dict[str, tuple[str, Any]]:
    """Colour and dash of each kind of line, by its label."""
    labels = dict.fromkeys(line.series.label for plate in made for line in plate.lines)
    return {label: (COLOURS[k % len(COLOURS)], DASHES[k % len(DASHES)]) for k, label in enumerate(labels)}


def _plate(
    axes: Axes, figure: Figure, plate: Plate, looks: Mapping[str, tuple[str, Any]], *, most: int, grey: int
) -> None:
    """One picture with its lines; x from its left edge, y down from its top."""
    series = plate.picture.series
    assert series.picture is not None
    assert series.extent_m is not None
    width, height = float(shown(series.extent_m[0], figure.x)), float(shown(series.extent_m[1], figure.y))
    if grey:
        picture = shrink(series.picture, grey)
        axes.imshow(picture, cmap="gray", vmin=0, vmax=255, extent=(0, width, height, 0), interpolation="antialiased")
    axes.set(xlim=(0, width), ylim=(height, 0))
    axes.set_aspect("equal", anchor="NW")
    axes.set_axis_off()
    lines = [(shown(line.series.x, figure.x), shown(line.series.y, figure.y)) for line in plate.lines]
    for line, (x, y) in zip(plate.lines, simplified(lines, width / MOST_PIXELS / 2, most), strict=True):
        colour, dash = looks[line.series.label]
        axes.plot(x, y, color=CASING, alpha=CASING_ALPHA, linewidth=CASED, solid_capstyle="round", zorder=2.4)
        axes.plot(x, y, color=colour, linewidth=LINE, linestyle=dash, solid_capstyle="round", zorder=2.5)


def bar_of(width: float, axis: Axis) -> tuple[float, str]:
    """The length of a scale bar in SI and its label: 1, 2 or 5 times a power of ten, below a share of ``width``."""
    power = 10.0 ** math.floor(math.log10(width * BAR_SHARE))
    length = max(m * power for m in (1, 2, 5) if m * power <= width * BAR_SHARE * (1 + 1e-9) or m == 1)
    if quantity_of(axis.quantity).unit == "m":
        unit, size = next((u for u in (("mm", 1e-3), ("µm", 1e-6)) if length >= u[1] * (1 - 1e-9)), ("nm", 1e-9))
        return length, f"{float(f'{length / size:.3g}'):g} {unit}"
    told = f"{float(f'{float(shown(length, axis)):.3g}'):g} {pretty_unit(quantity_of(axis.quantity).display_unit)}"
    return length, told.strip()


def _bar(axes: Axes, axis: Axis, plate: Plate, *, points: float) -> None:
    """A white bar with its length over it, in the corner that hides the fewest found points."""
    from matplotlib.patches import Rectangle

    width, _ = plate.picture.series.extent_m or (1.0, 1.0)
    length, said = bar_of(width, axis)
    share = length / width
    one_x, one_y = 1 / points, 1 / (points * plate.shape)  # a point, in shares of the picture
    wide = max(share, 0.6 * BAR_SIZE * len(said) * one_x) + 12 * one_x
    high, off_x, off_y = (BAR_SIZE + 13) * one_y, 5 * one_x, 5 * one_y
    corners = [(x, y) for y in (off_y, 1 - off_y - high) for x in (1 - off_x - wide, off_x)]
    left, bottom = min(corners, key=lambda corner: _hidden(plate, corner, (wide, high)))
    style: dict[str, Any] = {"transform": axes.transAxes, "linewidth": 0}
    axes.add_patch(Rectangle((left, bottom), wide, high, facecolor=CASING, alpha=0.72, zorder=3, **style))
    start = left + (wide - share) / 2
    axes.add_patch(Rectangle((start, bottom + 4.5 * one_y), share, 2 * one_y, facecolor="white", zorder=3.1, **style))
    axes.text(
        left + wide / 2, bottom + 8.5 * one_y, said, transform=axes.transAxes, color="white", fontsize=BAR_SIZE,
        ha="center", va="bottom", zorder=3.1,
    )  # fmt: skip


def _hidden(plate: Plate, corner: tuple[float, float], size: tuple[float, float]) -> int:
    """How many points of the lines lie in a box given in shares of the picture, from its lower left."""
    width, height = plate.picture.series.extent_m or (1.0, 1.0)
    count = 0
    for line in plate.lines:
        x, y = np.asarray(line.series.x, dtype=float) / width, 1 - line.series.y / height
        count += int(np.sum((np.abs(x - corner[0] - size[0] / 2) < size[0] / 2)
                            & (np.abs(y - corner[1] - size[1] / 2) < size[1] / 2)))  # fmt: skip
    return count


def _legend(canvas: Canvas, looks: Mapping[str, tuple[str, Any]], remark: str) -> float:
    """Above the pictures: what the lines are, and what a reader must know. Returns its height in inches."""
    from matplotlib.legend_handler import HandlerTuple
    from matplotlib.lines import Line2D

    named = {label: look for label, look in looks.items() if label}
    names = [printable(label) for label in list(named)[:MOST_KEYS]]
    if not names and not remark:
        return 0.0
    handles: list[Any] = [
        (Line2D([], [], color=CASING, linewidth=3 * CASED), Line2D([], [], color=c, linewidth=2.4 * LINE, ls=dash))
        for c, dash in list(named.values())[:MOST_KEYS]
    ]
    columns = min(max(LEGEND_LETTERS // (max(map(len, names), default=0) + 7), 1), max(len(names), 1))
    canvas.legend(
        handles, names, loc="outside upper left", ncols=columns, frameon=False, fontsize=9.5, handlelength=2.4,
        borderpad=0.1, columnspacing=1.4, title=remark or None, alignment="left",
        title_fontproperties={"size": 8.5, "style": "italic"}, handler_map={tuple: HandlerTuple(ndivide=1)},
    )  # fmt: skip
    return ROW_INCHES * (-(-len(names) // columns) + bool(remark))


def _remark(made: Sequence[Plate], left: int) -> str:
    bases = {plate.picture.basis for plate in made}
    said = [f"{'' if len(bases) == 1 else 'some are '}rehearsed, not measured"] if "rehearsed" in bases else []
    return "; ".join((*said, *filter(None, [left_words(left).rstrip(".")])))


def images_of(canvas: Canvas, panels: Mapping[Axes, Plate]) -> list[dict[str, str]]:
    """Each picture as the attributes of an SVG ``<image>``, where its panel came to lie."""
    width, height = canvas.get_size_inches() * 72
    out = []
    for axes, plate in panels.items():
        box = axes.get_position()
        assert plate.picture.series.picture is not None
        picture = shrink(plate.picture.series.picture, _pixels(list(panels.values())))
        places = {"x": box.x0 * width, "y": (1 - box.y1) * height, "width": box.width * width,
                  "height": box.height * height}  # fmt: skip
        out.append({k: f"{v:.2f}" for k, v in places.items()} | {"href": data_uri(picture)})
    return out
