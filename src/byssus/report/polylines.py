"""Lines with gaps, drawn with as few points as show them: thousands of cracks, edges of thousands of pixels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["simplified"]

Line = tuple[NDArray[np.float64], NDArray[np.float64]]
COARSEST = 6  # doublings of the tolerance at most


def simplified(lines: Sequence[Line], tolerance: float, most: int) -> list[Line]:
    """Lines with gaps (NaN) -> the same lines, each piece with the points that it needs, a gap after each piece.

    A point left out lies within ``tolerance`` of the line; while all lines together keep more than ``most`` points,
    the tolerance is doubled, up to 64-fold. A point alone is no line, and is left out.
    """
    thin = [[_simple(piece, tolerance) for piece in _pieces(x, y)] for x, y in lines]
    for doubled in range(1, COARSEST + 1):
        if sum(len(piece) for pieces in thin for piece in pieces) <= most:
            break
        thin = [[_simple(piece, tolerance * 2**doubled) for piece in pieces] for pieces in thin]
    return [_joined(pieces) for pieces in thin]


def _pieces(x: NDArray[np.float64], y: NDArray[np.float64]) -> list[NDArray[np.complex128]]:
    """The unbroken parts of a line, each as x + iy."""
    points = x + 1j * y
    gone = ~np.isfinite(points)
    parts = np.split(points, np.flatnonzero(gone[1:] != gone[:-1]) + 1)
    return [part for part in parts if len(part) > 1 and np.isfinite(part[0])]


def _simple(piece: NDArray[np.complex128], tolerance: float) -> NDArray[np.complex128]:
    """Both ends, and each point furthest from the chord of its part, if beyond tolerance (Douglas and Peucker 1973)."""
    keep = np.zeros(len(piece), dtype=bool)
    keep[[0, -1]] = True
    parts = [(0, len(piece) - 1)]
    while parts:
        first, last = parts.pop()
        if last - first < 2:
            continue
        chord, off = piece[last] - piece[first], piece[first + 1 : last] - piece[first]
        along = (off * chord.conjugate()).real / (abs(chord) ** 2 or 1.0)
        away = np.abs(off - np.minimum(np.maximum(along, 0.0), 1.0) * chord)
        furthest = int(away.argmax())
        if away[furthest] > tolerance:
            middle = first + 1 + furthest
            keep[middle] = True
            parts += [(first, middle), (middle, last)]
    return piece[keep]


def _joined(pieces: Sequence[NDArray[np.complex128]]) -> Line:
    gap = np.array([complex(np.nan, np.nan)])
    points = np.concatenate([gap, *(part for piece in pieces for part in (piece, gap))])[1:]
    return points.real, points.imag
