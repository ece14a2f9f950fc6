"""The spectrum of some regions as a function of free parameters: lines upon an active background.

    I(E) = b + s (E - E0) + sum_k A_k [ L_k(E) + kappa * (O L_k)(E) ]

The background is fitted with the lines ("active"), for it comes from them: O is the running integral over lower binding
energies (Shirley, Phys. Rev. B 5 (1972) 4709, 10.1103/PhysRevB.5.4709; active: Herrera-Gomez et al., Surf. Interface
Anal. 46 (2014) 897, 10.1002/sia.5453) or the convolution with x / (C + x^2)^2, C = 1643 eV^2 (Tougaard, Surf. Interface
Anal. 25 (1997) 137). "linear" has the slope s and no kappa. All quantities are counts, eV and counts eV.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.xps._lines import line

__all__ = ["BACKGROUNDS", "PER_LINE", "PER_REGION", "Layout", "Spectrum", "curves", "evaluate", "tougaard"]

Floats = NDArray[np.float64]
BACKGROUNDS = ("shirley", "linear", "tougaard")
TOUGAARD_C = 1643.0  # eV^2, the universal cross-section
PER_REGION = ("level", "slope", "loss")
PER_LINE = ("area", "position", "fwhm", "mixing", "asymmetry")


@dataclass(frozen=True)
class Spectrum:
    """One region to be fitted: binding energies ascending ``(n,)``, counts ``(n,)``, the kind of its background."""

    name: str
    energy_ev: Floats
    counts: Floats
    background: str = "shirley"


@dataclass(frozen=True)
class Layout:
    """Which line belongs to which region, and how all parameters follow from the free ones.

    ``region_of`` has the region's index for each line, ``asymmetric`` whether it is a Doniach-Sunjic line.
    All parameters, ``PER_REGION`` for each region and then ``PER_LINE`` for each line, are
    ``constant + ties @ free``; ``lower`` and ``upper`` bound the free ones, ``names`` name them.
    """

    region_of: tuple[int, ...]
    asymmetric: tuple[bool, ...]
    constant: Floats
    ties: Floats
    lower: Floats
    upper: Floats
    names: tuple[str, ...]

    def everything(self, free: Floats) -> Floats:
        return np.asarray(self.constant + self.ties @ free)


def tougaard(energy_ev: Floats) -> Floats:
    """The matrix ``(n, n)`` that convolves a spectrum on these energies with the universal loss function, in 1/eV."""
    x = np.maximum(energy_ev[:, None] - energy_ev[None, :], 0.0)
    return np.asarray(x / (TOUGAARD_C + x * x) ** 2 * _weights(energy_ev)[None, :])


def _weights(energy_ev: Floats) -> Floats:
    step = np.diff(energy_ev)
    return np.concatenate(([step[0] / 2], (step[1:] + step[:-1]) / 2, [step[-1] / 2]))


def operator(spectrum: Spectrum) -> Floats | None:
    """The loss of the region's background as a matrix; None for the running integral, which needs none."""
    return tougaard(spectrum.energy_ev) if spectrum.background == "tougaard" else None


def _losses(spectrum: Spectrum, matrix: Floats | None, lines: Floats) -> Floats:
    """``O`` applied to columns ``(n, m)``."""
    if matrix is not None:
        return np.asarray(matrix @ lines)
    step = np.diff(spectrum.energy_ev)[:, None]
    out = np.zeros_like(lines)
    np.cumsum(0.5 * step * (lines[1:] + lines[:-1]), axis=0, out=out[1:])
    return out


def evaluate(
    spectra: Sequence[Spectrum], matrices: Sequence[Floats | None], layout: Layout, free: Floats
) -> tuple[Floats, Floats]:
    """The expected counts ``(N,)`` of all regions, one after the other, and their derivatives ``(N, p)``."""
    every = layout.everything(free)
    regions = 3 * len(spectra)
    means, slopes = [], []
    for r, (spectrum, matrix) in enumerate(zip(spectra, matrices, strict=True)):
        mean, slope = _region(spectrum, matrix, layout, every, r, regions)
        means.append(mean)
        slopes.append(slope @ layout.ties)
    return np.concatenate(means), np.concatenate(slopes)


def _region(
    spectrum: Spectrum, matrix: Floats | None, layout: Layout, every: Floats, r: int, regions: int
) -> tuple[Floats, Floats]:
    energy = spectrum.energy_ev
    level, tilt, loss = every[3 * r : 3 * r + 3]
    along = energy - energy[0]
    slope = np.zeros((len(energy), len(every)))
    slope[:, 3 * r], slope[:, 3 * r + 1] = 1.0, along
    own = [k for k, place in enumerate(layout.region_of) if place == r]
    columns = np.empty((len(energy), 5 * len(own)))
    for i, k in enumerate(own):
        area, *shape = every[regions + 5 * k : regions + 5 * k + 5]
        value, by_shape = line(energy, np.array(shape), layout.asymmetric[k])
        columns[:, 5 * i] = value
        columns[:, 5 * i + 1 : 5 * i + 5] = area * by_shape
    areas = np.array([every[regions + 5 * k] for k in own])
    lines = columns[:, ::5] @ areas
    if spectrum.background == "linear":
        lost = np.zeros_like(lines)
    else:
        both = _losses(spectrum, matrix, np.column_stack((columns, lines)))
        lost = both[:, -1]
        columns = columns + loss * both[:, :-1]
        slope[:, 3 * r + 2] = lost
    for i, k in enumerate(own):
        slope[:, regions + 5 * k : regions + 5 * k + 5] = columns[:, 5 * i : 5 * i + 5]
    return level + tilt * along + lines + loss * lost, slope


def curves(spectrum: Spectrum, layout: Layout, every: Floats, r: int, regions: int) -> tuple[Floats, Floats]:
    """Background ``(n,)`` and lines ``(lines of the region, n)`` in counts, for drawing."""
    own = [k for k, place in enumerate(layout.region_of) if place == r]
    lines = []
    for k in own:
        area, *shape = every[regions + 5 * k : regions + 5 * k + 5]
        lines.append(area * line(spectrum.energy_ev, np.array(shape), layout.asymmetric[k])[0])
    stack = np.array(lines).reshape(len(own), len(spectrum.energy_ev))
    level, tilt, loss = every[3 * r : 3 * r + 3]
    base = level + tilt * (spectrum.energy_ev - spectrum.energy_ev[0])
    if spectrum.background != "linear" and own:
        base = base + loss * _losses(spectrum, operator(spectrum), stack.sum(axis=0)[:, None])[:, 0]
    return np.asarray(base), stack
