"""Line shapes of core levels, of area one, with their derivatives.

pseudo-Voigt: the sum of a Gaussian and a Lorentzian of one full width at half maximum, ``mixing`` being the
Lorentzian's share (G. K. Wertheim et al., Rev. Sci. Instrum. 45 (1974) 1369, 10.1063/1.1686503).
Doniach-Sunjic: the asymmetric line of a metal (J. Phys. C 3 (1970) 285, 10.1088/0022-3719/3/2/010) broadened by a
Gaussian. Its area over all energies is infinite, so it is scaled to the area one within ``TAIL_EV`` of its position.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

__all__ = ["SHAPE", "TAIL_EV", "doniach", "line", "pseudo_voigt"]

Floats = NDArray[np.float64]
SHAPE = ("position", "fwhm", "mixing", "asymmetry")
TAIL_EV = 10.0  # about as wide as a window around one core level
_LN2 = math.log(2.0)
_REACH = 6.0  # standard deviations of the broadening on either side
# Trapezia at half the Lorentzian's half width miss its integral by exp(-4 pi), some 4e-6.
_NODES = (49, 1201)
_STEP = 1e-5  # of the differences by which the derivatives of the asymmetric line are had


def pseudo_voigt(energy_ev: Floats, position: float, fwhm: float, mixing: float) -> tuple[Floats, Floats]:
    """The line ``(n,)`` in 1/eV and its derivatives ``(n, 3)`` by position, width and mixing."""
    u = (energy_ev - position) / fwhm
    gauss = 2.0 / fwhm * math.sqrt(_LN2 / math.pi) * np.exp(-4.0 * _LN2 * u * u)
    below = 1.0 + 4.0 * u * u
    lorentz = 2.0 / (math.pi * fwhm) / below
    value = mixing * lorentz + (1.0 - mixing) * gauss
    by_u = mixing * lorentz * (-8.0 * u / below) + (1.0 - mixing) * gauss * (-8.0 * _LN2 * u)
    return value, np.column_stack((-by_u / fwhm, -(value + u * by_u) / fwhm, lorentz - gauss))


def doniach(energy_ev: Floats, position: float, fwhm: float, mixing: float, asymmetry: float) -> Floats:
    """The broadened asymmetric line ``(n,)`` in 1/eV; ``mixing`` parts the width into Lorentzian and Gaussian.

    The tail is at higher binding energy: electrons that lost energy to the metal's own.
    """
    gamma = 0.5 * fwhm * max(mixing, 0.02)  # a Lorentzian of no width has no tail
    sigma = fwhm * (1.0 - mixing) / (2.0 * math.sqrt(2.0 * _LN2))
    count = min(max(math.ceil(4.0 * _REACH * sigma / gamma) + 1, _NODES[0]), _NODES[1])
    nodes = np.linspace(-_REACH, _REACH, count)
    weights = np.exp(-0.5 * nodes * nodes)
    weights /= weights.sum()
    shape = _bare(energy_ev[:, None] - position - sigma * nodes[None, :], gamma, asymmetry) @ weights
    grid = np.linspace(-TAIL_EV, TAIL_EV, 801)
    area = float(np.trapezoid(_bare(grid, gamma, asymmetry), grid))
    return np.asarray(shape / area, dtype=np.float64)


def _bare(x: Floats, gamma: float, alpha: float) -> Floats:
    return np.asarray(
        np.cos(0.5 * math.pi * alpha + (1.0 - alpha) * np.arctan(-x / gamma))
        / (x * x + gamma * gamma) ** (0.5 - alpha / 2)
    )


def line(energy_ev: Floats, shape: Floats, asymmetric: bool) -> tuple[Floats, Floats]:
    """The line ``(n,)`` and its derivatives ``(n, 4)`` by :data:`SHAPE`."""
    if not asymmetric:
        value, slopes = pseudo_voigt(energy_ev, shape[0], shape[1], shape[2])
        return value, np.column_stack((slopes, np.zeros(len(value))))
    columns = []
    for k in range(4):
        up, down = shape.copy(), shape.copy()
        up[k] += _STEP
        down[k] -= _STEP
        columns.append((doniach(energy_ev, *up) - doniach(energy_ev, *down)) / (2.0 * _STEP))
    return doniach(energy_ev, *shape), np.column_stack(columns)
