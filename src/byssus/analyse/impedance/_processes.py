"""Parting gamma into processes: bumps of constant-phase elements, fitted to the impedance that gamma stands for.

Maxima and minima of gamma alone cannot part overlapping processes, since the tail of each runs below the other. Each
maximum gets one bump, that of R/(1 + (j omega tau)**phi); the bumps together are fitted to the impedance of gamma
with the weights of the data. This parts gamma; it does not replace it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["IDEAL_LOGIT", "Bumps", "bump_gamma", "half_width", "likely_logit", "part"]

Array = NDArray[np.float64]

# Exponents of constant-phase elements in battery electrodes lie between about 0.7 and 0.95 (two standard deviations).
USUAL_EXPONENT, EXPONENT_DEVIATION = 0.85, 0.35  # the second of the logit
_USUAL = float(np.log(USUAL_EXPONENT / (1 - USUAL_EXPONENT)))
RARE = 2.0  # deviations from which on the tail is long, for an ideal capacitor is not ruled out
LIKELY = (0.6, 0.97)  # exponents to start from: beyond them a step changes little
LARGEST_LOGIT = 6.0  # an exponent of 0.998, narrower than any data resolve
IDEAL_LOGIT = 20.0  # an exponent of one: an ideal capacitor beside a resistor; it is held
MOST_STEPS = 25
DAMPING, MOST_DAMPING = 1e-4, 1e6
SETTLED = 1e-2  # gain in chi squared: parameters within a tenth of their standard deviation
LARGEST_STEP = 1.0  # of logarithms


@dataclass(frozen=True)
class Bumps:
    """K bumps: ``point``, ``(K, 3)``, of ln |R|, ln tau, logit phi; its ``covariance``; ``misfit`` (chi squared)."""

    point: Array
    covariance: Array
    misfit: float


def part(
    ln_omega: Array, rows: Array, projector: Array, wanted: Array, start: Array, sign: Array | None = None
) -> Bumps:
    """Fit bumps by Levenberg-Marquardt steps.

    ``ln_omega``, shape ``(N,)``; ``rows``, shape ``(2N,)``, weights of real and imaginary parts; ``projector``, shape
    ``(2N, q)``, orthonormal columns of what the series terms may take up; ``wanted``, shape ``(2N,)``, the weighted
    impedance of gamma; ``start``, shape ``(K, 3)``. A logit that starts beyond ``LARGEST_LOGIT`` stays there.
    ``sign``, shape ``(K,)``, is that of each R; positive if ``None``.
    """
    from scipy.linalg import lapack

    target = _Target(ln_omega, rows, projector, wanted, np.ones(len(start)) if sign is None else sign)
    point, damping = start.copy(), DAMPING
    left, jacobian, cost = target.expanded(point)
    exponents, free = np.arange(2, point.size, 3), start[:, 2] <= LARGEST_LOGIT
    for _ in range(MOST_STEPS):
        hessian, gradient = _curvature(jacobian, point), jacobian.T @ left
        gradient[exponents] += _precision(point) * (_USUAL - point[:, 2])
        gradient[exponents] *= free
        hessian.reshape(-1)[:: point.size + 1] *= 1 + damping
        _, step, _ = lapack.dposv(hessian, gradient, lower=1)
        step = np.minimum(np.maximum(step, -LARGEST_STEP), LARGEST_STEP)
        if float(gradient @ step) < SETTLED:
            break
        trial = point + step.reshape(point.shape)
        trial[:, 2] = np.where(free, np.minimum(trial[:, 2], LARGEST_LOGIT), start[:, 2])
        after = target.expanded(trial)
        if after[2] <= cost:
            point, (left, jacobian, cost), damping = trial, after, damping / 10
        else:
            damping *= 10
            if damping > MOST_DAMPING:
                break
    covariance = np.linalg.inv(_curvature(jacobian, point))
    return Bumps(point, np.asarray(covariance, dtype=np.float64), float(left @ left))


@dataclass(frozen=True)
class _Target:
    """What the bumps are fitted to; see :func:`part`."""

    ln_omega: Array
    rows: Array
    projector: Array
    wanted: Array
    sign: Array

    def expanded(self, at: Array) -> tuple[Array, Array, float]:
        """Residuals, derivatives of the model, and chi squared with the prior."""
        both = _impedance(self.ln_omega, at, self.sign)
        stacked = np.concatenate([both.real, both.imag])
        stacked *= self.rows[:, np.newaxis]
        stacked[:, 0] = self.wanted - stacked[:, 0]
        stacked -= self.projector @ (self.projector.T @ stacked)
        off = (_USUAL - at[:, 2]) / EXPONENT_DEVIATION
        rare = np.maximum((off / RARE) ** 2, 1.0)
        prior = float(np.sum(off * off / rare + RARE**2 * np.log(rare)))
        return stacked[:, 0], stacked[:, 1:], float(stacked[:, 0] @ stacked[:, 0]) + prior


def _precision(point: Array) -> Array:
    """Precision of the prior of the exponents, smaller in its tails."""
    off = (_USUAL - point[:, 2]) / EXPONENT_DEVIATION
    found: Array = 1 / (EXPONENT_DEVIATION**2 * np.maximum((off / RARE) ** 2, 1.0))
    return found


def _curvature(jacobian: Array, point: Array) -> Array:
    hessian = jacobian.T @ jacobian
    exponents = np.arange(2, point.size, 3)
    hessian[exponents, exponents] += _precision(point)
    hessian.reshape(-1)[:: point.size + 1] += 1e-12 * np.max(hessian)  # a bump may have shrunk to nothing
    return np.asarray(hessian, dtype=np.float64)


def _impedance(ln_omega: Array, point: Array, sign: Array) -> NDArray[np.complex128]:
    """Sum over bumps, and its derivatives, shape ``(N, 1 + 3K)``."""
    resistance, exponent = sign * np.exp(point[:, 0]), 1 / (1 + np.exp(-point[:, 2]))
    logarithm = ln_omega[:, np.newaxis] + (point[:, 1] + 0.5j * np.pi)
    power = np.exp(exponent * logarithm)
    single = resistance / (1 + power)
    inner = single * (single / resistance - 1)
    both = np.empty((len(ln_omega), 1 + point.size), dtype=np.complex128)
    both[:, 0] = single.sum(axis=1)
    both[:, 1::3] = single
    both[:, 2::3] = inner * exponent
    both[:, 3::3] = inner * logarithm * (exponent * (1 - exponent))
    return both


def likely_logit(area: Array, height: Array) -> Array:
    """Logit of the exponent whose bump has this area and this height of gamma, to start from; shape ``(K,)``."""
    angle = 2 * np.arctan(area / (2 * np.pi * height))
    exponent = np.clip(1 - angle / np.pi, *LIKELY)
    logit: Array = np.log(exponent / (1 - exponent))
    return logit


def half_width(point: Array) -> Array:
    """Half the width of gamma of each bump at half its height, in ln tau, where it is narrow; shape ``(K,)``."""
    exponent = 1 / (1 + np.exp(-point[:, 2]))
    width: Array = (1 - exponent) * np.pi / exponent
    return width


def bump_gamma(ln_tau: Array, point: Array) -> Array:
    """gamma(ln tau) of each bump, shape ``(K, len(ln_tau))``; Boukamp and Rolle, doi:10.1016/j.ssi.2016.10.009."""
    exponent = np.minimum(1 / (1 + np.exp(-point[:, 2:3])), 0.99)  # at one it is a delta, which no grid holds
    angle = (1 - exponent) * np.pi
    distance = exponent * (ln_tau - point[:, 1:2])
    height: Array = np.exp(point[:, 0:1]) / (2 * np.pi) * np.sin(angle) / (np.cosh(distance) - np.cos(angle))
    return height
