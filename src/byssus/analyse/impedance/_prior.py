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

__all__ = ["add_precision", "bends", "log_prior", "precision_of", "pull", "renewed", "unknown", "white"]

Array = NDArray[np.float64]

# Length in ln tau over which u'' stays alike, in factors of e: under half the half-width (0.35) of gamma of an element
# with exponent 0.9. White noise would hold open wiggles that no element makes, and widen the bands for them.
CORRELATION = 0.15
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
    """Second differences of u, shape ``(n - 2,)``, scaled so that the sum of squares is the integral of u''**2.

    Their precision is tridiagonal, as neighbours are correlated: ``own`` on the diagonal, ``next_one`` beside it.
    """

    value: Array
    own: Array
    next_one: Array

    @property
    def weighted(self) -> Array:
        """Precision times value."""
        found = self.own * self.value
        found[:-1] += self.next_one * self.value[1:]
        found[1:] += self.next_one * self.value[:-1]
        return found


def bends(shape: Array, precision: tuple[Array, Array], kernel: Kernel) -> Bends:
    """Second differences of ``shape`` (u, shape ``(n,)``) with the ``precision`` that :func:`precision_of` gave."""
    value = shape[2:] - shape[1:-1]
    value -= shape[1:-1]
    value += shape[:-2]
    value /= kernel.step**1.5
    return Bends(value, *precision)


def precision_of(hyper: Array, kernel: Kernel, joint: Array) -> tuple[Array, Array]:
    """Precision of the second differences under ``hyper`` (shape ``(k,)``): the diagonal and what is beside it.

    It is the inverse of an autoregressive covariance of the first order with local scale, whose spectral density at
    long wavelengths is that of white noise with the same lambda. ``joint``, shape ``(n - 2,)``, is one where the three
    points belong together, and less where gamma changes its sign.
    """
    precision = np.exp(hyper @ kernel.hats) * joint
    alike = float(np.exp(-kernel.step / CORRELATION))
    own = precision * ((1 + alike**2) / (1 - alike) ** 2)
    own[[0, -1]] /= 1 + alike**2
    root = np.sqrt(precision)
    return own, root[:-1] * root[1:] * (-alike / (1 - alike) ** 2)


def white(n: int, precision: float) -> Bends:
    """Second differences of nought, uncorrelated, with one ``precision``, for n nodes."""
    return Bends(np.zeros(n - 2), np.full(n - 2, precision), np.zeros(n - 3))


def add_precision(matrix: Array, bend: Bends, kernel: Kernel) -> None:
    """Add the prior's precision to the leading n by n block of ``matrix`` (C order), upper triangle only."""
    flat, row = matrix.reshape(-1), len(matrix) + 1
    own, pair = bend.own / kernel.step**3, bend.next_one / kernel.step**3
    n = len(own) + 2
    # Products of the stencil (1, -2, 1) with itself, and with itself one place on, both ways round.
    diagonal = np.convolve(own, (1.0, 4.0, 1.0)) + np.convolve(pair, (0.0, -4.0, -4.0, 0.0))
    beside = np.convolve(own, (-2.0, -2.0)) + np.convolve(pair, (1.0, 5.0, 1.0))
    second = own + np.convolve(pair, (-2.0, -2.0))
    end = 1 / (kernel.step * END_SLOPE_DEVIATION) ** 2
    for ends in (diagonal[:2], diagonal[-2:]):
        ends += end
    beside[[0, -1]] -= end
    flat[: n * row : row][:n] += diagonal
    flat[1::row][: n - 1] += beside
    flat[2::row][: n - 2] += second
    flat[3::row][: n - 3] += pair
    matrix[:n, :n] += 1 / (n * LEVEL_DEVIATION) ** 2


def pull(shape: Array, bend: Bends, kernel: Kernel) -> Array:
    """Gradient of the prior's logarithm with respect to u, shape ``(n,)``."""
    n = len(shape)
    force = np.convolve(bend.weighted, (-1.0, 2.0, -1.0))
    force /= kernel.step**1.5
    force -= (float(shape.sum()) - n * LEVEL) / (n * LEVEL_DEVIATION) ** 2
    end = 1 / (kernel.step * END_SLOPE_DEVIATION) ** 2
    rise = END_SLOPE * kernel.step
    first = (shape[1] - shape[0] - rise) * end
    last = (shape[-1] - shape[-2] + rise) * end
    force[0] += first
    force[1] -= first
    force[-2] += last
    force[-1] -= last
    return force


def unknown(root: Array, bend: Bends, kernel: Kernel) -> Array:
    """Posterior over prior variance of each second difference, shape ``(n - 2,)``: one where the data say nothing.

    ``root @ root.T``, shape ``(n, n)``, is the covariance of u.
    """
    bent = root[:-2] + root[2:]
    bent -= 2 * root[1:-1]
    found = bend.own * np.einsum("ij,ij->i", bent, bent)
    pairs = bend.next_one * np.einsum("ij,ij->i", bent[:-1], bent[1:])
    found[:-1] += pairs
    found[1:] += pairs
    share: Array = found / kernel.step**3
    return share


def renewed(hyper: Array, bend: Bends, share: Array, kernel: Kernel, joint: Array) -> Array:
    """A step of ``hyper`` toward the largest marginal likelihood (Laplace), damped by its own random walk.

    The derivative of the marginal likelihood with respect to ln lambda_i is (1 - lambda_i (d_i**2 + v_i))/2, where
    ``share`` is lambda_i v_i (with the correlation of neighbours). The step takes the larger of its two parts as
    curvature, which is MacKay's fixed point (doi:10.1162/neco.1992.4.3.415) in logarithms: it converges in few steps
    where plain expectation-maximisation creeps.
    """
    from scipy.linalg import lapack

    known = 0.5 * (kernel.hats @ (joint - share))
    spent = 0.5 * (kernel.hats @ (bend.value * bend.weighted))
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
    squares = bend.weighted @ bend.value + hyper @ kernel.walk @ hyper
    logarithms = hyper @ kernel.hats.sum(axis=1)
    return float(0.5 * (logarithms - squares - first**2 - last**2 - level**2 - mean**2))
