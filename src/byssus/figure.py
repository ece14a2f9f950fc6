"""Figures as declared data: a technique says what is drawn, the report draws it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["Axis", "Figure", "Mark", "Series", "decimate", "thinning"]

MAX_POINTS = 600  # what a 700-pixel-wide drawing can show


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
    """

    name: str
    title: str
    x: Axis
    y: Axis
    kind: Literal["line", "points", "bars"] = "line"
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

    Raises ``ValueError`` where lengths differ or a band has one bound only.
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

    def __post_init__(self) -> None:
        if (self.lower is None) != (self.upper is None):
            raise ValueError(f"a band of '{self.figure}' needs both lower and upper")
        beside = {"x": self.x, "y_error": self.y_error, "lower": self.lower, "upper": self.upper}
        unequal = {name: len(v) for name, v in beside.items() if v is not None and len(v) != len(self.y)}
        if unequal:
            raise ValueError(f"a series of '{self.figure}' has {len(self.y)} y values beside {unequal}")

    def thinned(self, points: int = MAX_POINTS) -> Series:
        """The curve with at most about ``points`` points, its band and errors thinned with it (:func:`thinning`)."""
        if len(self.y) <= points:
            return self
        index = thinning(self.x, self.y, points)
        columns = {"x": self.x, "y": self.y, "y_error": self.y_error, "lower": self.lower, "upper": self.upper}
        thin: dict[str, Any] = {name: np.asarray(v)[index] for name, v in columns.items() if v is not None}
        return replace(self, **thin)


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
