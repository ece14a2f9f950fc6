"""The circuit of the element fit: impedance and its derivatives, as functions of one vector of coordinates.

Resistances, times and capacitances enter by their logarithms, so that they keep their sign and their scales do not
matter; the ohmic resistance and the inductance, which may be zero (or below, after a compensation of the leads), enter
as multiples of ``scale``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["LOWEST_EXPONENT", "TAILS", "Circuit", "Tail"]

Floats = NDArray[np.float64]
Complex = NDArray[np.complex128]
Tail = Literal["none", "capacitor", "cpe", "finite_space", "finite_length"]
TAILS: tuple[Tail, ...] = ("none", "capacitor", "cpe", "finite_space", "finite_length")
TAIL_COORDINATES: dict[Tail, tuple[str, ...]] = {
    "none": (),
    "capacitor": ("ln tail capacitance_f",),
    "cpe": ("ln tail admittance", "tail exponent"),
    "finite_space": ("ln tail resistance_ohm", "ln tail tau_s"),
    "finite_length": ("ln tail resistance_ohm", "ln tail tau_s"),
}

OVER_COMPENSATED = 0.1
LOWEST_EXPONENT = 0.2  # a flatter arc spans more than ten decades: nothing but a baseline
LOWEST_TAIL_EXPONENT = 0.4  # a tail diffuses (1/2) or blocks (1); a flatter one is an arc
REACH = np.log(1e3)  # times three decades beyond the measured range act as a resistance, a capacitance or not at all
SIZES = np.log(1e8)  # so far from the median |Z| nothing is seen, or nothing else


@dataclass(frozen=True)
class Circuit:
    """Z = R0 + j omega L + sum sign_k R_k/(1 + (j omega tau_k)^phi_k) + tail, of fixed make.

    ``signs`` has +1 for an arc, -1 for an inductive loop. Coordinates in order: R0, L if ``inductance``, then
    ln R, ln tau, phi of each element, then those of the tail. R0 may fall below zero, by over-compensated leads, but
    not by more than a tenth of the ``smallest`` |Z| (in units of ``scale``): that is the flank of something else.
    """

    signs: tuple[int, ...]
    inductance: bool
    tail: Tail
    scale: tuple[float, float]
    smallest: float

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the coordinates; ``ln`` marks the logarithmic ones."""
        series = ("ohmic resistance_ohm", *(("inductance_h",) if self.inductance else ()))
        arcs = [f"{what} {k + 1}" for k in range(len(self.signs)) for what in ("ln resistance_ohm", "ln tau_s", "phi")]
        return (*series, *arcs, *TAIL_COORDINATES[self.tail])

    @property
    def first(self) -> int:
        """Index of the first element's ln R."""
        return 2 if self.inductance else 1

    def bounds(self, omega: Floats) -> tuple[Floats, Floats]:
        """Lowest and highest coordinates: exponents in (0, 1], times near the measured range, sizes near |Z|."""
        names = self.names
        low, high = np.full(len(names), -np.inf), np.full(len(names), np.inf)
        low[0] = -OVER_COMPENSATED * self.smallest
        shortest, longest = -np.log(np.max(omega)), -np.log(np.min(omega))
        size = np.log(self.scale[0])
        for i, name in enumerate(names):
            if name.startswith("phi"):
                low[i], high[i] = LOWEST_EXPONENT, 1.0
            elif name == "tail exponent":
                low[i], high[i] = LOWEST_TAIL_EXPONENT, 1.0
            elif "tail tau" in name:
                low[i], high[i] = (shortest + longest) / 2, longest + REACH
            elif "ln tau" in name:
                low[i], high[i] = shortest - REACH, longest + REACH
            elif "ln" in name and "resistance" in name:
                low[i], high[i] = size - SIZES, size + SIZES
            elif "ln" in name:  # capacitance or admittance, as large as 1/|Z| at the slowest or fastest rate
                low[i], high[i] = shortest - size - SIZES, longest - size + SIZES
        return low, high

    def impedance(self, coordinates: Floats, omega: Floats) -> tuple[Complex, Complex]:
        """Impedance, shape ``(n,)``, and its derivatives, shape ``(n, coordinates)``, at ``omega`` in rad/s."""
        s = np.asarray(1j * omega, dtype=np.complex128)
        derivatives = np.empty((len(omega), len(coordinates)), dtype=np.complex128)
        derivatives[:, 0] = self.scale[0]
        if self.inductance:
            derivatives[:, 1] = self.scale[1] * s
        total: Complex = derivatives[:, : self.first] @ coordinates[: self.first]
        at = self.first
        for sign in self.signs:
            total += _arc(coordinates[at : at + 3], s, sign, derivatives[:, at : at + 3])
            at += 3
        if self.tail != "none":
            total += _TAIL[self.tail](coordinates[at:], s, derivatives[:, at:])
        return total, derivatives


def _arc(coordinates: Floats, s: Complex, sign: int, derivatives: Complex) -> Complex:
    """sign R/(1 + u), u = (s tau)^phi; Cole and Cole 1941, doi:10.1063/1.1750906."""
    ln_r, ln_tau, phi = coordinates
    ln_s_tau = np.log(s) + ln_tau
    u = np.exp(phi * ln_s_tau)
    z = sign * np.exp(ln_r) / (1 + u)
    slope = -z * u / (1 + u)
    derivatives[:, 0] = z
    derivatives[:, 1] = slope * phi
    derivatives[:, 2] = slope * ln_s_tau
    return np.asarray(z)


def _capacitor(coordinates: Floats, s: Complex, derivatives: Complex) -> Complex:
    """1/(s C)."""
    z = np.exp(-coordinates[0]) / s
    derivatives[:, 0] = -z
    return np.asarray(z)


def _cpe(coordinates: Floats, s: Complex, derivatives: Complex) -> Complex:
    """1/(Q s^alpha)."""
    ln_q, alpha = coordinates
    ln_s = np.log(s)
    z = np.exp(-ln_q - alpha * ln_s)
    derivatives[:, 0] = -z
    derivatives[:, 1] = -z * ln_s
    return np.asarray(z)


def _finite_space(coordinates: Floats, s: Complex, derivatives: Complex) -> Complex:
    """R coth(x)/x, x = sqrt(s tau): diffusion against a wall. Ho, Raistrick, Huggins 1980, doi:10.1149/1.2129668."""
    ln_r, ln_tau = coordinates
    x = np.sqrt(s) * np.exp(ln_tau / 2)
    coth = 1 / np.tanh(x)
    r = np.exp(ln_r)
    z = r * coth / x
    derivatives[:, 0] = z
    derivatives[:, 1] = -r / 2 * (coth**2 - 1 + coth / x)
    return np.asarray(z)


def _finite_length(coordinates: Floats, s: Complex, derivatives: Complex) -> Complex:
    """R tanh(x)/x, x = sqrt(s tau): diffusion to a sink, the finite-length Warburg impedance."""
    ln_r, ln_tau = coordinates
    x = np.sqrt(s) * np.exp(ln_tau / 2)
    tanh = np.tanh(x)
    r = np.exp(ln_r)
    z = r * tanh / x
    derivatives[:, 0] = z
    derivatives[:, 1] = r / 2 * (1 - tanh**2 - tanh / x)
    return np.asarray(z)


_TAIL = {"capacitor": _capacitor, "cpe": _cpe, "finite_space": _finite_space, "finite_length": _finite_length}
