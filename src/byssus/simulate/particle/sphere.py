"""Diffusion in a sphere by its eigenmodes: exact in time for a flux that is constant or changes linearly.

With a share x of lithium, r in radii and t in R^2/D, the modes of a sphere with a given flux are sin(l_n r)/r with
tan l_n = l_n. The surface obeys x_s = mean + sum a_n - delta tail, where

    d mean/dt = -3 delta,   da_n/dt = -l_n^2 (a_n + g_n delta),   g_n = 2 / l_n^2,   sum of all g_n = 1/5,

and delta = -dx/dr at the surface (positive for delithiation). Modes beyond the last follow at once, which is their
``tail``. Source: Carslaw and Jaeger, Conduction of Heat in Solids, 2nd ed. (1959), section 9.8, equation 8.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Modes", "Sphere", "modes"]

Floats = NDArray[np.float64]

SHORTEST = 1e-30  # of R^2/D, so that nothing is divided by a time of zero


@dataclass(frozen=True)
class Modes:
    """Squares of the first eigenvalues and g_n, shapes ``(modes,)``; ``tail`` is the sum of the g_n beyond them."""

    squares: Floats
    weights: Floats
    tail: float


def modes(count: int) -> Modes:
    """The first ``count`` modes: positive roots of tan l = l by Newton's method."""
    middle = (np.arange(1, count + 1) + 0.5) * math.pi
    roots = middle - 1 / middle
    for _ in range(6):  # quadratic, from an error of l^-3
        roots = roots - (np.sin(roots) - roots * np.cos(roots)) / (roots * np.sin(roots))
    weights = 2 / roots**2
    return Modes(roots**2, weights, 0.2 - float(weights.sum()))


@dataclass(frozen=True)
class Sphere:
    """Spheres of a batch: ``mean`` share, shape ``(cells,)``, and ``amplitudes``, shape ``(modes, cells)``."""

    mean: Floats
    amplitudes: Floats

    def surface(self, at: Modes, delta: Floats) -> Floats:
        """Share at the surface under a flux ``delta``."""
        return np.asarray(self.mean + self.amplitudes.sum(axis=0) - delta * at.tail)

    def surface_after(self, at: Modes, time: Floats, delta: Floats, ends: Floats | None = None) -> Floats:
        """Share at the surface after ``time`` (in R^2/D), shape ``(..., cells)``.

        Under a constant flux ``delta``, or one that runs linearly from ``delta`` to ``ends``.
        """
        if ends is None:
            total = self.mean - 3 * delta * time - 0.2 * delta
            for square, weight, amplitude in zip(at.squares, at.weights, self.amplitudes, strict=True):
                total += (amplitude + weight * delta) * np.exp(-square * time)
            return np.asarray(total)
        time = np.maximum(time, SHORTEST)
        total = self.surface(at, delta) - 1.5 * (delta + ends) * time - 0.2 * (ends - delta)
        for square, weight, amplitude in zip(at.squares, at.weights, self.amplitudes, strict=True):
            decayed = -np.expm1(-square * time)
            total += (weight * (ends - delta) / (square * time) - amplitude - weight * delta) * decayed
        return np.asarray(total)

    def after(self, at: Modes, time: Floats, delta: Floats, ends: Floats | None = None) -> Sphere:
        """The spheres after ``time`` (in R^2/D), under a flux as in ``surface_after``."""
        ends = delta if ends is None else ends
        passed = at.squares[:, None] * np.maximum(time, SHORTEST)
        weights, decayed = at.weights[:, None], -np.expm1(-passed)
        moved = weights * (ends - delta) * (decayed / passed - 1) - (self.amplitudes + weights * delta) * decayed
        return Sphere(np.asarray(self.mean - 1.5 * (delta + ends) * time), self.amplitudes + moved)

    def profile(self, at: Modes, radius: Floats) -> Floats:
        """Shares inside, shape ``(radii, cells)``, at ``radius`` in (0, 1] (in R), without the tail's part."""
        roots = np.sqrt(at.squares)
        shapes = np.sin(np.outer(radius, roots)) / (radius[:, None] * np.sin(roots))
        return np.asarray(self.mean + shapes @ self.amplitudes)
