"""The few shapes of scikit-image (BSD) that are used here, with their types; imported late, for it is heavy."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["filled", "hysteresis", "labelled", "outlines", "thinned"]

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]


def _skimage(module: str) -> Any:
    return importlib.import_module(f"skimage.{module}")


def labelled(mask: Mask) -> NDArray[np.int64]:
    """A number for each part that touches by side or corner; 0 elsewhere."""
    return np.asarray(_skimage("measure").label(mask, connectivity=2), dtype=np.int64)


def thinned(mask: Mask) -> Mask:
    """The skeleton, one pixel wide (Zhang and Suen 1984, doi:10.1145/357994.358023)."""
    return np.asarray(_skimage("morphology").skeletonize(mask), dtype=bool)


def filled(mask: Mask, most: int) -> Mask:
    """The mask without holes of at most ``most`` pixels."""
    holes = np.asarray(_skimage("measure").label(~mask, connectivity=1))
    small = np.bincount(holes.reshape(-1)) <= most
    small[0] = False
    return np.asarray(mask | small[holes])


def hysteresis(values: Floats, low: float, high: float) -> Mask:
    """What is above ``low`` and hangs together with something above ``high``."""
    return np.asarray(_skimage("filters").apply_hysteresis_threshold(values, low, high), dtype=bool)


def outlines(mask: Mask) -> list[Floats]:
    """The rims of the mask's parts, each ``(points, 2)`` as rows and columns, closed."""
    found = _skimage("measure").find_contours(np.pad(mask, 1).astype(np.float64), 0.5)
    return [np.asarray(part, dtype=np.float64) - 0.5 for part in found]
