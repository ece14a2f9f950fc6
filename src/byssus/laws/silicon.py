"""Silicon against lithium: the shape of its voltage curves and of its fading, for virtual cells.

The curves follow what is known of silicon (plateau of crystalline silicon near 0.1 V in the first
lithiation, sloping steps of the amorphous phase near 0.25 and 0.08 V afterwards, delithiation between 0.3 and
0.5 V): Obrovac and Christensen, doi:10.1149/1.1652421; Obrovac and Krause, doi:10.1149/1.2402112.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["delithiation_voltage", "efficiency", "fading", "lithiation_voltage"]

Floats = NDArray[np.float64]


def _step(x: Floats, middle: float, width: float) -> Floats:
    """From 1 down to 0 around ``middle``."""
    return np.asarray(0.5 * (1.0 - np.tanh((x - middle) / width)))


def lithiation_voltage(x: Floats, *, first: bool, lower_v: float, upper_v: float) -> Floats:
    """Voltage (V) against the share ``x`` (0 to 1, any shape) of a constant-current lithiation.

    Falls from near ``upper_v`` to exactly ``lower_v``; ``first`` for crystalline silicon.
    """
    if first:
        plateau = 0.095 + 0.02 * (1.0 - x)
        entry = 0.5 * np.exp(-x / 0.02) + 0.3 * np.exp(-x / 0.005)
    else:
        plateau = 0.06 + 0.12 * (1.0 - x) + 0.10 * _step(x, 0.45, 0.15)
        entry = 0.25 * np.exp(-x / 0.04)
    open_v = np.minimum(plateau + entry, upper_v)
    return np.asarray(lower_v + (open_v - lower_v) * (1.0 - x**16))


def delithiation_voltage(x: Floats, *, lower_v: float, upper_v: float) -> Floats:
    """Voltage (V) against the share ``x`` (0 to 1, any shape) of a delithiation; ends at exactly ``upper_v``."""
    plateau = 0.28 + 0.12 * x + 0.10 * (1.0 - _step(x, 0.5, 0.2)) - 0.15 * np.exp(-x / 0.03)
    open_v = np.clip(plateau, lower_v, upper_v)
    return np.asarray(upper_v - (upper_v - open_v) * (1.0 - x**24))


def fading(cycle: Floats, *, first: float, final: float, scale: float, exponent: float) -> Floats:
    """Capacity at each cycle, shape ``(n,)``, from ``first`` at cycle 1 to ``final`` at the last one given.

    A stretched exponential (Kohlrausch) in the number of cycles, Q = Q_N + (Q_1 - Q_N) (S(n) - S(N)) /
    (1 - S(N)) with S(n) = exp(-((n - 1) / scale)^exponent): fast loss early, slow loss late.
    """
    relaxed = np.exp(-(((cycle - 1.0) / scale) ** exponent))
    end = float(relaxed[-1])
    if end == 1.0:
        return np.full_like(cycle, first)
    return np.asarray(final + (first - final) * (relaxed - end) / (1.0 - end))


def efficiency(cycle: Floats, *, second: float, late: float, scale: float) -> Floats:
    """Coulombic efficiency from cycle 2 on, rising exponentially from ``second`` to ``late``; shape ``(n,)``."""
    return np.asarray(late - (late - second) * np.exp(-(cycle - 2.0) / scale))
