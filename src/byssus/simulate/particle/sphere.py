"""Diffusion in a sphere by its eigenmodes: exact in time for a flux that is constant or changes linearly.

With a share x of lithium, r in radii and t in R^2/D, the modes of a sphere with a given flux are sin(l_n r)/r with
tan l_n = l_n. The surface obeys x_s = mean + sum a_n, where

    d mean/dt = -3 delta,   da_n/dt = -l_n^2 (a_n + g_n delta),   g_n = 2 / l_n^2,

and delta = -dx/dr at the surface (positive for delithiation). Source: Carslaw and Jaeger, Conduction of Heat in
Solids, 2nd ed. (1959), section 9.8, equation 8. All modes beyond the last but one are lumped into one, whose weight
and lag keep the sums exact: sum of g_n = 1/5, sum of g_n / l_n^2 = 1/175.
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
    """Squares of eigenvalues (rates of decay) and weights g_n, shapes ``(modes,)``; the last of each is the lump's."""

    squares: Floats
    weights: Floats


def modes(count: int) -> Modes:
    """``count`` modes, the last of them the lump: positive roots of tan l = l by Newton's method."""
    middle = (np.arange(1, count) + 0.5) * math.pi
    roots = middle - 1 / middle
    for _ in range(6):  # quadratic, from an error of l^-3
        roots = roots - (np.sin(roots) - roots * np.cos(roots)) / (roots * np.sin(roots))
    squares, weights = roots**2, 2 / roots**2
    left = 1 / 5 - float(weights.sum())
    lag = 1 / 175 - float((weights / squares).sum())
    return Modes(np.append(squares, left / lag), np.append(weights, left))


@dataclass(frozen=True)
class Sphere:
    """Spheres of a batch: ``mean`` share, shape ``(cells,)``, and ``amplitudes``, shape ``(modes, cells)``."""

    mean: Floats
    amplitudes: Floats

    @property
    def surface(self) -> Floats:
        """Share at the surface."""
        return np.asarray(self.mean + self.amplitudes.sum(axis=0))

    def surface_after(self, at: Modes, time: Floats, delta: Floats, ends: Floats | None = None) -> Floats:
        """Share at the surface after ``time`` (in R^2/D), shape ``(cells,)``, or ``(points, cells)`` without ``ends``.

        Under a constant flux ``delta``, or one that runs linearly from ``delta`` to ``ends``.
        """
        weights = at.weights[:, None]
        if ends is None:
            sums = _decayed(at.squares, self.amplitudes + weights * delta, time)
            return np.asarray(self.mean - 3 * delta * time - 0.2 * delta + sums)
        time = np.maximum(time, SHORTEST)
        passed = at.squares[:, None] * time
        gone = (weights * (ends - delta) / passed - self.amplitudes - weights * delta) * -np.expm1(-passed)
        ramp = 1.5 * (delta + ends) * time + 0.2 * (ends - delta)
        return np.asarray(self.surface - ramp + gone.sum(axis=0))

    def after(self, at: Modes, time: Floats, delta: Floats, ends: Floats | None = None) -> Sphere:
        """The spheres after ``time`` (in R^2/D), under a flux as in ``surface_after``."""
        ends = delta if ends is None else ends
        passed = at.squares[:, None] * np.maximum(time, SHORTEST)
        weights, decayed = at.weights[:, None], -np.expm1(-passed)
        moved = weights * (ends - delta) * (decayed / passed - 1) - (self.amplitudes + weights * delta) * decayed
        return Sphere(np.asarray(self.mean - 1.5 * (delta + ends) * time), self.amplitudes + moved)

    def profile(self, at: Modes, radius: Floats) -> Floats:
        """Shares inside, shape ``(radii, cells)``, at ``radius`` in (0, 1] (in R), without the lump's part."""
        roots = np.sqrt(at.squares[:-1])
        shapes = np.sin(np.outer(radius, roots)) / (radius[:, None] * np.sin(roots))
        return np.asarray(self.mean + shapes @ self.amplitudes[:-1])


def _decayed(squares: Floats, amplitudes: Floats, time: Floats) -> Floats:
    """Sum over modes of amplitude exp(-l^2 t); mode by mode for curves, whose arrays would leave the cache."""
    if time.ndim == 1:
        return np.asarray((amplitudes * np.exp(-squares[:, None] * time)).sum(axis=0))
    total = np.zeros_like(time)
    for square, amplitude in zip(squares, amplitudes, strict=True):
        total += amplitude * np.exp(-square * time)
    return total
