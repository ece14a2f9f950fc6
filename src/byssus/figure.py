"""Figures as declared data: a technique says what is drawn, the report draws it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["Axis", "Figure", "Mark", "Series", "decimate", "shrink", "thinning"]

MAX_POINTS = 600  # what a 700-pixel-wide drawing can show
MOST_PIXELS = 900  # along a picture's longer side: sharp at a page's width, about 200 kB


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis: a quantity of the vocabulary, from which its title and display unit follow.

    ``cut`` (y alone) lets the curves of one condition leave the drawing where they reach far beyond all others, as
    the first lithiation's peak does in a differential capacity; the drawing says in words how far they reach.
    """

    quantity: str
    scale: Literal["linear", "log"] = "linear"
    descending: bool = False
    from_zero: bool = False
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A named place on an axis (SI): a thin line at ``at``, or a shaded region from ``at`` to ``to``.

    A figure's marks are references for every curve (a printed value, a stated window). A series' marks belong to
    that curve (the peaks of its distribution): a small tick in the curve's colour, the name written once a panel.
    """

    name: str
    at: float
    to: float | None = None
    axis: Literal["x", "y"] = "x"


@dataclass(frozen=True, slots=True)
class Figure:
    """What a figure shows; every binder's series of the same ``name`` are drawn into it.

    ``panels`` "binder" gives each binder a panel of its own, all with the same axes unless one would show nothing on
    them; colour then tells conditions apart, else the binders. ``vary`` names a condition of ``Series.at`` that
    colour tells apart besides those that differ from curve to curve anyway: a cycle's number, a half-cycle or a
    specimen is left untold unless named here. With ``panels``, colour tells the named one alone, and each value of
    the others has its own panel.
    ``equal`` makes one unit as long on both axes (an impedance plane).

    ``kind`` "picture": each series with a picture is a panel of its own, named by binder, ``at`` and label; the series
    of that specimen without one, whose ``at`` is the same, are lines on it, broken at NaN (on the last picture before
    them, where there are several), and their label says what they are. x runs from the left edge, y is the depth
    below the top edge.
    """

    name: str
    title: str
    x: Axis
    y: Axis
    kind: Literal["line", "points", "bars", "picture"] = "line"
    caption: str = ""
    panels: Literal["", "binder"] = ""
    vary: str = ""
    equal: bool = False
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Series:
    """One curve (SI units): ``x`` and ``y`` of one length; for kind "bars" ``x`` holds category names.

    ``y_error`` is a standard uncertainty per point, ``label`` names the curve within its binder (a
    specimen, a cycle), ``at`` its conditions. ``lower`` and ``upper`` ``(n,)``, both or neither, bound a 95 % band,
    shaded beneath the line. ``kind`` draws this curve otherwise than its figure: measured "points" and the "line"
    fitted to them stand in one figure, in one colour, when their ``at`` agree. ``marks`` are named places on it.

    ``picture`` ``(rows, columns)``, for a figure of kind "picture", is grey (0 black, 255 white) with row 0 at the
    top, and ``extent_m`` its width and height (SI of the axes' quantities); ``x`` and ``y`` may then be empty.
    :func:`shrink` makes it fit for the page.

    Raises ``ValueError`` where lengths differ, a band has one bound only, or a picture is no grey one with an extent.
    """

    figure: str
    x: NDArray[Any]
    y: NDArray[np.float64]
    label: str = ""
    y_error: NDArray[np.float64] | None = None
    at: Mapping[str, Any] = field(default_factory=dict)
    kind: Literal["", "line", "points"] = ""
    lower: NDArray[np.float64] | None = None
    upper: NDArray[np.float64] | None = None
    marks: tuple[Mark, ...] = ()
    picture: NDArray[np.uint8] | None = None
    extent_m: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        if (self.lower is None) != (self.upper is None):
            raise ValueError(f"a band of '{self.figure}' needs both lower and upper")
        beside = {"x": self.x, "y_error": self.y_error, "lower": self.lower, "upper": self.upper}
        unequal = {name: len(v) for name, v in beside.items() if v is not None and len(v) != len(self.y)}
        if unequal:
            raise ValueError(f"a series of '{self.figure}' has {len(self.y)} y values beside {unequal}")
        if (self.picture is None) != (self.extent_m is None):
            raise ValueError(f"a picture of '{self.figure}' needs both picture and extent_m")
        if self.picture is not None and self.extent_m is not None:
            _grey(self.picture, f"a picture of '{self.figure}'")
            if len(self.extent_m) != 2 or not all(0 < side < math.inf for side in self.extent_m):
                raise ValueError(
                    f"a picture of '{self.figure}' has the extent {self.extent_m}, not a width and a height above 0"
                )

    def thinned(self, points: int = MAX_POINTS) -> Series:
        """The curve with at most about ``points`` points, its band and errors thinned with it (:func:`thinning`)."""
        if len(self.y) <= points:
            return self
        index = thinning(self.x, self.y, points)
        columns = {"x": self.x, "y": self.y, "y_error": self.y_error, "lower": self.lower, "upper": self.upper}
        thin: dict[str, Any] = {name: np.asarray(v)[index] for name, v in columns.items() if v is not None}
        return replace(self, **thin)


def shrink(picture: NDArray[np.uint8], most: int = MOST_PIXELS) -> NDArray[np.uint8]:
    """A grey picture of at most ``most`` rows and columns: ``(rows, columns)`` in, the means of equal blocks out.

    The blocks cover the whole picture, so its extent stays; a pixel on a block's edge counts by its share. A picture
    that is small enough is returned as it is. Raises ``ValueError`` where it is not grey.
    """
    _grey(picture, "a picture")
    if most < 1:
        raise ValueError(f"a picture cannot shrink to {most} pixels")
    longest = max(picture.shape)
    if longest <= most:
        return picture
    rows, columns = (max(round(side * most / longest), 1) for side in picture.shape)
    means = _blocks(_blocks(picture, rows).T, columns).T
    return np.rint(means.round(6)).astype(np.uint8)  # a half stays a half, in whatever order it was summed


def _blocks(values: NDArray[Any], count: int) -> NDArray[np.float64]:
    """The means of ``count`` blocks of rows, each as high as the next; a row may be shared by two."""
    edges = np.linspace(0, len(values), count + 1)
    means = np.empty((count, values.shape[1]))
    for place, (top, bottom) in enumerate(itertools.pairwise(edges)):
        first, last = math.floor(top), min(math.ceil(bottom), len(values))
        rows = np.arange(first, last)
        shares = np.minimum(rows + 1, bottom) - np.maximum(rows, top)
        means[place] = shares @ values[first:last] / shares.sum()
    return means


def _grey(picture: NDArray[Any], what: str) -> None:
    if not isinstance(picture, np.ndarray) or picture.dtype != np.uint8 or picture.ndim != 2 or not picture.size:
        got = f"{picture.dtype} of shape {picture.shape}" if isinstance(picture, np.ndarray) else type(picture).__name__
        raise ValueError(f"{what} is {got}, not an array of uint8 with rows and columns")


def decimate(x: NDArray[Any], y: NDArray[Any], points: int = MAX_POINTS) -> tuple[NDArray[Any], NDArray[Any]]:
    """Thin a curve for drawing, in the order given: shapes ``(n,)`` in, about ``points`` out (:func:`thinning`)."""
    index = thinning(x, y, points)
    return np.asarray(x)[index], np.asarray(y)[index]


def thinning(x: NDArray[Any], y: NDArray[Any], points: int = MAX_POINTS) -> NDArray[np.int64]:
    """The indices, ascending, of the points that a drawing needs of a curve: shapes ``(n,)`` in, ``(m,)`` out.

    Both ends are kept, and the lowest and highest y of each piece; where x turns back (a voltammogram, an arc of
    impedance) its lowest and highest x as well. A piece without any number stays as one gap. ``m`` is at most
    ``points + 2``, or ``n`` where that is less.
    """
    n = len(x)
    if n <= points:
        return np.arange(n)
    columns = [np.asarray(y, dtype=np.float64)]
    across = np.asarray(x)
    if across.dtype.kind in "fiu" and not _one_way(across):
        columns.append(across.astype(np.float64))
    edges = np.linspace(0, n, max(points // (2 * len(columns)), 1) + 1, dtype=int)
    piece = np.repeat(np.arange(len(edges) - 1), np.diff(edges))
    keep = [np.array([0, n - 1])]
    for column in columns:
        none = np.isnan(column)
        for lowest in (np.where(none, np.inf, column), np.where(none, np.inf, -column)):
            order = np.lexsort((lowest, piece))  # the first of each piece is its lowest, or highest
            keep.append(order[np.flatnonzero(np.diff(piece[order], prepend=-1))])
    return np.unique(np.concatenate(keep)).astype(np.int64)


def _one_way(x: NDArray[Any]) -> bool:
    steps = np.diff(x[~np.isnan(x)])
    return bool(np.all(steps >= 0) or np.all(steps <= 0))
