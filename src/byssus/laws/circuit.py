"""Impedance of the elements a cell is made of, in ohm, as functions of the angular frequency in rad/s."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["finite_space_diffusion", "inductor", "zarc"]

Floats = NDArray[np.float64]
Complex = NDArray[np.complex128]


def zarc(omega: Floats, resistance_ohm: float, tau_s: float, exponent: float) -> Complex:
    """A resistance beside a constant-phase element, R / (1 + (j omega tau)^phi): a depressed semicircle.

    ``exponent`` phi lies in (0, 1]; at 1 it is a resistance beside a capacitance. Cole and Cole 1941,
    doi:10.1063/1.1750906.
    """
    return np.asarray(resistance_ohm / (1.0 + (1j * omega * tau_s) ** exponent))


def finite_space_diffusion(omega: Floats, resistance_ohm: float, tau_s: float) -> Complex:
    """Diffusion into a layer whose far side is closed, R coth(sqrt(j omega tau)) / sqrt(j omega tau).

    A 45 degree line above 1/tau, a capacitance tau / R below it. Ho, Raistrick and Huggins 1980,
    doi:10.1149/1.2129668.
    """
    root = np.sqrt(1j * omega * tau_s)
    return np.asarray(resistance_ohm / (root * np.tanh(root)))


def inductor(omega: Floats, inductance_h: float) -> Complex:
    """The leads' inductance, j omega L."""
    return np.asarray(1j * omega * inductance_h)
