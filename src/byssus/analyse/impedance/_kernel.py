"""The relaxation kernel on a grid of ln tau, made once for each set of frequencies."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["CAPACITANCE", "INDUCTANCE", "RESISTANCE", "WARBURG", "Kernel", "kernel"]

Array = NDArray[np.float64]

# The kernel is analytic in ln tau within pi/2 of the real axis, and the trapezoid rule errs by exp(-pi**2/step).
# What limits the step is gamma itself: this one follows elements of exponent 0.9 to 4e-4 of their height.
STEP = 0.28
BEYOND_DECADES = 1.0  # a relaxation a decade beyond the range is a constant, or a capacitor, to one per cent
PRECISION_PER_DECADE = 2.0  # nodes of the logarithm of the prior's precision: finer than any process is wide
WALK_VARIANCE = 0.5  # of that logarithm per decade: sharp and broad may be neighbours, at the price of some evidence

RESISTANCE, INDUCTANCE, CAPACITANCE, WARBURG = range(4)  # columns of ``Kernel.terms``


@dataclass(frozen=True)
class Kernel:
    """What turns gamma into impedance at N frequencies; real parts first, then imaginary parts, so 2N rows.

    ``ln_tau``, shape ``(n,)``, is even with ``step``. ``matrix``, shape ``(2N, n)``, holds step/(1 + j omega tau).
    ``terms``, shape ``(2N, 4)``, holds the columns of resistance, inductance (scaled to 1 at the highest frequency),
    capacitance and Warburg element (scaled to modulus 1 at the lowest). ``hats``, shape ``(k, n - 2)``, spread k
    values of the log precision over the second differences; ``walk``, shape ``(k, k)``, is the precision of a random
    walk along those k values.
    """

    ln_tau: Array
    step: float
    matrix: Array
    terms: Array
    hats: Array
    walk: Array


def kernel(omega: Array) -> Kernel:
    """The kernel for angular frequencies ``omega`` in rad/s, shape ``(N,)``; kept for the next call."""
    return _made(omega.tobytes())


@lru_cache(maxsize=16)
def _made(omega_bytes: bytes) -> Kernel:
    omega = np.frombuffer(omega_bytes)
    beyond = BEYOND_DECADES * np.log(10.0)
    first, last = -np.log(np.max(omega)) - beyond, -np.log(np.min(omega)) + beyond
    nodes = int(np.ceil((last - first) / STEP)) + 1
    ln_tau = np.linspace(first, last, nodes)
    step = float(ln_tau[1] - ln_tau[0])
    product = np.outer(omega, np.exp(ln_tau))
    real = step / (1 + product * product)
    real[:, [0, -1]] *= 0.5  # trapezoid rule
    hats, walk = _precision_basis(ln_tau)
    made = Kernel(ln_tau, step, np.concatenate([real, -product * real]), _terms(omega), hats, walk)
    for array in (made.ln_tau, made.matrix, made.terms, made.hats, made.walk):
        array.flags.writeable = False
    return made


def _terms(omega: Array) -> Array:
    count = len(omega)
    terms = np.zeros((2 * count, 4))
    terms[:count, RESISTANCE] = 1.0
    terms[count:, INDUCTANCE] = omega / np.max(omega)
    terms[count:, CAPACITANCE] = -np.min(omega) / omega
    half = np.sqrt(np.min(omega) / omega / 2)
    terms[:count, WARBURG] = half
    terms[count:, WARBURG] = -half
    return terms


def _precision_basis(ln_tau: Array) -> tuple[Array, Array]:
    inner = ln_tau[1:-1]
    decades = (inner[-1] - inner[0]) / np.log(10.0)
    count = max(2, round(decades * PRECISION_PER_DECADE) + 1)
    centres = np.linspace(inner[0], inner[-1], count)
    apart = centres[1] - centres[0]
    hats = np.maximum(0.0, 1.0 - np.abs(inner - centres[:, np.newaxis]) / apart)
    steps = np.diff(np.eye(count), axis=0)
    return hats, steps.T @ steps * (np.log(10.0) / apart / WALK_VARIANCE)
