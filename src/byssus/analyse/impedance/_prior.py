"""The prior of log gamma: smooth, by an amount that the data choose and that may change along ln tau.

Second differences of u = ln gamma are Gaussian with precision lambda(ln tau); the tails of relaxations with a
constant-phase element, straight in u, cost nothing. ln lambda is a random walk, piecewise linear
over half decades, so that a sharp peak beside a broad one is neither flattened nor does it make the broad one ring.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.impedance._kernel import Kernel

__all__ = ["add_precision", "bend_variance", "bends", "log_prior", "pull", "renewed"]

Array = NDArray[np.float64]

# Beyond the data gamma falls with a slope near one in ln tau, as every element with a constant phase does: it may
# fall faster or slower, but neither stay nor rise for ever.
END_SLOPE, END_SLOPE_DEVIATION = 1.0, 1.0
LEVEL, LEVEL_DEVIATION = -3.0, 10.0  # mean of u where data see nothing; any level is possible
HYPER_DEVIATION = 3.0  # of the mean of ln lambda: curvature between a twentieth and twenty times that of unit width
SMALLEST_HYPER = -4.0  # lets a peak be as narrow as one step of the grid; below, a pure delta would never settle
LARGEST_CHANGE = 2.0  # of ln lambda in one step
LEAST_INFORMATION = 0.05


@dataclass(frozen=True)
class Bends:
    """Second differences of u, shape ``(n - 2,)``, scaled so that the sum of squares is the integral of u''**2."""

    value: Array
    precision: Array


def bends(shape: Array, hyper: Array, kernel: Kernel, joint: Array) -> Bends:
    """Second differences of ``shape`` (u, shape ``(n,)``) and their precision under ``hyper`` (shape ``(k,)``).

    ``joint``, shape ``(n - 2,)``, is one where the three points belong together, and less where gamma changes its sign.
    """
    value = (shape[:-2] - 2 * shape[1:-1] + shape[2:]) / kernel.step**1.5
    return Bends(value, np.exp(hyper @ kernel.hats) * joint)


def add_precision(matrix: Array, bend: Bends, kernel: Kernel) -> None:
    """Add the prior's precision to the leading n by n block of ``matrix`` (C order), upper triangle only."""
    flat, row = matrix.reshape(-1), len(matrix) + 1
    weight = bend.precision / kernel.step**3
    n = len(weight) + 2
    diagonal, beside = np.zeros(n), np.zeros(n - 1)
    diagonal[:-2] += weight
    diagonal[1:-1] += 4 * weight
    diagonal[2:] += weight
    beside[:-1] -= 2 * weight
    beside[1:] -= 2 * weight
    end = 1 / (kernel.step * END_SLOPE_DEVIATION) ** 2
    for ends in (diagonal[:2], diagonal[-2:]):
        ends += end
    beside[[0, -1]] -= end
    flat[: n * row : row][:n] += diagonal
    flat[1::row][: n - 1] += beside
    flat[2::row][: n - 2] += weight
    matrix[:n, :n] += 1 / (n * LEVEL_DEVIATION) ** 2


def pull(shape: Array, bend: Bends, kernel: Kernel) -> Array:
    """Gradient of the prior's logarithm with respect to u, shape ``(n,)``."""
    n = len(shape)
    force = np.full(n, -(np.sum(shape) - n * LEVEL) / (n * LEVEL_DEVIATION) ** 2)
    weighted = bend.precision * bend.value / kernel.step**1.5
    force[:-2] -= weighted
    force[1:-1] += 2 * weighted
    force[2:] -= weighted
    end = 1 / (kernel.step * END_SLOPE_DEVIATION) ** 2
    rise = END_SLOPE * kernel.step
    first = (shape[1] - shape[0] - rise) * end
    last = (shape[-1] - shape[-2] + rise) * end
    force[0] += first
    force[1] -= first
    force[-2] += last
    force[-1] -= last
    return force


def bend_variance(root: Array, kernel: Kernel) -> Array:
    """Posterior variance of the second differences; ``root @ root.T``, shape ``(n, n)``, is the covariance of u."""
    bent = root[:-2] + root[2:]
    bent -= 2 * root[1:-1]
    variance: Array = np.einsum("ij,ij->i", bent, bent) / kernel.step**3
    return variance


def renewed(hyper: Array, bend: Bends, variance: Array, kernel: Kernel, joint: Array) -> Array:
    """A step of ``hyper`` toward the largest marginal likelihood (Laplace), damped by its own random walk.

    The derivative of the marginal likelihood with respect to ln lambda_i is (1 - lambda_i (d_i**2 + v_i))/2. The step
    takes the larger of its two parts as curvature, which is MacKay's fixed point (doi:10.1162/neco.1992.4.3.415) in
    logarithms: it converges in few steps where plain expectation-maximisation creeps.
    """
    from scipy.linalg import lapack

    known = 0.5 * (kernel.hats @ (joint - bend.precision * variance))
    spent = 0.5 * (kernel.hats @ (bend.precision * bend.value**2))
    count = len(hyper)
    mean_weight = 1 / (HYPER_DEVIATION * count) ** 2
    gradient = known - spent - kernel.walk @ hyper - mean_weight * np.sum(hyper)
    curvature = kernel.walk + mean_weight
    curvature.reshape(-1)[:: count + 1] += np.maximum(np.maximum(known, spent), LEAST_INFORMATION)
    _, found, _ = lapack.dposv(curvature, gradient, lower=1)
    step = np.minimum(np.maximum(found, -LARGEST_CHANGE), LARGEST_CHANGE)
    changed: Array = np.maximum(hyper + step, SMALLEST_HYPER)
    return changed


def log_prior(shape: Array, hyper: Array, bend: Bends, kernel: Kernel) -> float:
    """Logarithm of the prior density of u and ``hyper``, without constants."""
    first = (float(shape[1] - shape[0]) / kernel.step - END_SLOPE) / END_SLOPE_DEVIATION
    last = (float(shape[-2] - shape[-1]) / kernel.step - END_SLOPE) / END_SLOPE_DEVIATION
    level = (float(shape.sum()) / len(shape) - LEVEL) / LEVEL_DEVIATION
    mean = float(hyper.sum()) / len(hyper) / HYPER_DEVIATION
    squares = (bend.precision * bend.value) @ bend.value + hyper @ kernel.walk @ hyper
    logarithms = hyper @ kernel.hats.sum(axis=1)
    return float(0.5 * (logarithms - squares - first**2 - last**2 - level**2 - mean**2))
