"""Peeling: mean force along a path, peel strength, fracture energy."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

__all__ = ["fracture_energy", "path_deviation", "path_mean", "peel_strength"]


def path_mean(displacement_m: NDArray[np.float64], force_n: NDArray[np.float64]) -> float:
    """Mean force in N over the path, integral F ds / length, by trapezia; shapes ``(n,)``.

    The displacement as weight keeps dense sampling from counting twice (ISO 8510-2:2006, 9, area under the trace).
    """
    length = float(displacement_m[-1] - displacement_m[0])
    return float(np.trapezoid(force_n, displacement_m)) / length


def path_deviation(displacement_m: NDArray[np.float64], force_n: NDArray[np.float64]) -> float:
    """Standard deviation in N of the force over the path, exact for straight pieces; shapes ``(n,)``."""
    length = float(displacement_m[-1] - displacement_m[0])
    deviation = force_n - path_mean(displacement_m, force_n)
    start, end = deviation[:-1], deviation[1:]
    squares = (start**2 + start * end + end**2) / 3
    return math.sqrt(max(float(np.sum(squares * np.diff(displacement_m))) / length, 0.0))


def peel_strength(force_n: float, width_m: float) -> float:
    """F/b in N/m (ISO 8510-2:2006)."""
    return force_n / width_m


def fracture_energy(force_n: float, width_m: float, angle_rad: float) -> float:
    """G = F (1 - cos theta)/b in J/m^2 for an inextensible, flexible backing.

    Sources: Rivlin, Paint Technology 9 (1944) 215; Kendall (1975), doi:10.1088/0022-3727/8/13/005.
    """
    return force_n * (1 - math.cos(angle_rad)) / width_m
