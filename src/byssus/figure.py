"""Figures as declared data: a technique says what is drawn, the report draws it."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["Axis", "Figure", "Series", "decimate"]

MAX_POINTS = 600  # what a 700-pixel-wide drawing can show


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis: a quantity of the vocabulary, from which its title and display unit follow."""

    quantity: str
    scale: Literal["linear", "log"] = "linear"
    descending: bool = False
    from_zero: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """What a figure shows; every binder's series of the same ``name`` are drawn into it."""

    name: str
    title: str
    x: Axis
    y: Axis
    kind: Literal["line", "points", "bars"] = "line"
    caption: str = ""


@dataclass(frozen=True)
class Series:
    """One curve (SI units): ``x`` and ``y`` of one length; for kind "bars" ``x`` holds category names.

    ``y_error`` is a standard uncertainty per point, ``label`` names the curve within its binder (a
    specimen, a cycle), ``at`` its conditions.
    """

    figure: str
    x: NDArray[Any]
    y: NDArray[np.float64]
    label: str = ""
    y_error: NDArray[np.float64] | None = None
    at: Mapping[str, Any] = field(default_factory=dict)


def decimate(x: NDArray[Any], y: NDArray[Any], points: int = MAX_POINTS) -> tuple[NDArray[Any], NDArray[Any]]:
    """Thin a curve for drawing, keeping the lowest and highest y of each piece and both ends.

    Shapes ``(n,)`` in, at most ``points`` out, in the order given.
    """
    n = len(x)
    if n <= points:
        return np.asarray(x), np.asarray(y)
    edges = np.linspace(0, n, points // 2, dtype=int)
    keep = {0, n - 1}
    for low, high in itertools.pairwise(edges):
        piece = np.asarray(y[low:high])
        if np.all(np.isnan(piece)):
            continue
        keep.add(low + int(np.nanargmin(piece)))
        keep.add(low + int(np.nanargmax(piece)))
    index = np.array(sorted(keep))
    return np.asarray(x)[index], np.asarray(y)[index]
