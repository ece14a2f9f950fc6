"""Log gamma and the series terms given the spectrum: Gauss-Newton steps, prior and noise from the evidence."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.impedance import _prior
from byssus.analyse.impedance._kernel import Kernel

__all__ = ["FLOOR", "Posterior", "Start", "Weighted", "first_guess", "settle", "weighted"]

Array = NDArray[np.float64]

FLOOR = 1e-4  # relative noise no instrument beats; below it the steps of the grid would pass for knowledge
GUESSED_NOISE = 1e-2  # of the first guess; the method finds its own
GUESSED_PRECISION = 30.0  # of second differences of gamma/|Z| in the first guess, a plain ridge regression
SMALLEST_SHARE = 0.02  # of the highest gamma: where the first guess is lower, or negative, it starts from there
NEGATIVE_SHARE = 0.01  # the same of the negative part, which starts flat
LARGEST_STEP = 2.0  # of ln gamma in one step: the exponential is straight for no longer
MOST_STEPS = 40
SETTLED = 1e-3  # Newton decrement: twice the gain in log posterior still to be had
SETTLED_HYPER, SETTLED_NOISE = 0.03, 0.02  # changes of ln lambda and of ln variance that no longer move gamma
FEWEST_FREE = 0.1  # share of the data that is never counted as spent when the noise is estimated
RELEVANCE = (1e-2, 1e9)  # limits of the precision of a term; at the upper one the term is absent


@dataclass(frozen=True)
class Weighted:
    """The normal equations of one spectrum: gram = X'X, moment = X'y, square = y'y of weighted rows, count rows.

    The columns of X are the kernel, once more with the other sign if ``blocks`` is two, and the terms.
    """

    gram: Array
    moment: Array
    square: float
    count: int
    blocks: int


@dataclass(frozen=True)
class Start:
    """Where the iteration begins, or ended.

    ``point`` is u = ln gamma (``blocks`` times ``n`` values) followed by the terms; ``hyper``, shape ``(blocks, k)``,
    the ln lambda of the prior; ``relevance`` the precision of each term, nought for the first (resistance).
    """

    point: Array
    hyper: Array
    noise_variance: float
    relevance: Array


@dataclass(frozen=True)
class Posterior:
    """The Gaussian at the mode: covariance of u and the terms is ``root @ root.T``; ``evidence`` compares models."""

    start: Start
    root: Array
    freedom: float
    evidence: float
    steps: int
    converged: bool

    def variance(self, weights: Array) -> float:
        """Posterior variance of ``weights @ point``; fewer weights than values stand for the first ones."""
        spread = weights @ self.root[: len(weights)]
        return float(spread @ spread)

    def variances(self) -> Array:
        """Posterior variance of every value."""
        squares: Array = np.einsum("ij,ij->i", self.root, self.root)
        return squares


def weighted(
    kernel: Kernel, terms: tuple[int, ...], wanted: Array, weight: Array, *, negative: bool = False
) -> Weighted:
    """Normal equations for ``wanted`` (shape ``(2N,)``) with ``weight``, one over the noise up to a factor."""
    from scipy.linalg import blas

    parts = [kernel.matrix, -kernel.matrix] if negative else [kernel.matrix]
    rows = np.concatenate([*parts, kernel.terms[:, terms]], axis=1)
    rows *= weight[:, np.newaxis]
    sought = wanted * weight
    # dsyrk and dtrtri, not the shorter ways: OpenBLAS starts threads for those at this size, which cost far more.
    gram = blas.dsyrk(1.0, rows.T, lower=1)
    gram = gram + np.tril(gram, -1).T
    return Weighted(np.ascontiguousarray(gram), sought @ rows, float(sought @ sought), len(wanted), len(parts))


def first_guess(kernel: Kernel, data: Weighted) -> Start:
    """A ridge regression for gamma itself, its negative parts lifted; a negative gamma starts low and flat."""
    from scipy.linalg import lapack

    n, shapes = len(kernel.ln_tau), data.blocks * len(kernel.ln_tau)
    kept = np.r_[:n, shapes : len(data.moment)]
    matrix = data.gram[np.ix_(kept, kept)] / GUESSED_NOISE**2
    flat = _prior.Bends(np.zeros(n - 2), np.full(n - 2, GUESSED_PRECISION))
    _prior.add_precision(matrix, flat, kernel)
    diagonal = matrix.reshape(-1)[:: len(kept) + 1]
    diagonal += 1e-6 * np.max(diagonal)
    factor, _ = lapack.dpotrf(matrix.T, lower=1, clean=0, overwrite_a=1)
    found, _ = lapack.dpotrs(factor, data.moment[kept] / GUESSED_NOISE**2, lower=1)
    highest = max(float(np.max(found[:n])), 1e-6)
    point = np.full(len(data.moment), np.log(NEGATIVE_SHARE * highest))
    point[:n] = np.log(np.maximum(found[:n], SMALLEST_SHARE * highest))
    point[shapes:] = np.maximum(found[n:], 0.0)
    relevance = np.ones(len(point) - shapes)
    relevance[0] = 0.0
    return Start(point, np.zeros((data.blocks, len(kernel.hats))), GUESSED_NOISE**2, relevance)


def settle(kernel: Kernel, data: Weighted, start: Start, most_steps: int = MOST_STEPS) -> Posterior:
    """Gauss-Newton steps in u with Cholesky factors; between them prior, noise and relevance follow the evidence.

    Laplace approximation of the marginal likelihood with the Gauss-Newton Hessian; the noise variance is the weighted
    sum of squares over the degrees of freedom left.
    """
    from scipy.linalg import lapack

    now, freedom = start, 0.0
    shapes = data.blocks * len(kernel.ln_tau)
    steady = converged = False
    for step in range(most_steps + 1):
        matrix, gradient, squares = _expansion(kernel, data, now)
        factor = _factor(matrix)
        move, _ = lapack.dpotrs(factor, gradient, lower=1)
        converged = steady and float(gradient @ move) < SETTLED
        if converged or step == most_steps:
            break
        share = min(1.0, LARGEST_STEP / float(np.max(np.abs(move[:shapes]))))
        now = replace(now, point=now.point + share * move)
        if (step >= 2 and share > 0.5) or step >= 8:
            inverse, _ = lapack.dtrtri(factor, lower=1, overwrite_c=1)
            now, freedom, steady = _follow_evidence(kernel, data, now, inverse.T)
    evidence = _evidence(kernel, data, now, squares) - float(np.sum(np.log(np.diag(factor))))
    inverse, _ = lapack.dtrtri(factor, lower=1)
    return Posterior(now, inverse.T, freedom, evidence, step, converged)


def _factor(matrix: Array) -> Array:
    """Lower Cholesky factor (Fortran order) of the upper triangle of ``matrix``, lifted where rounding spoils it."""
    from scipy.linalg import lapack

    factor, failed = lapack.dpotrf(matrix.T, lower=1, clean=1)
    lift = 1e-12
    while failed:
        lifted = matrix.copy()
        lifted.reshape(-1)[:: len(matrix) + 1] *= 1 + lift
        factor, failed = lapack.dpotrf(lifted.T, lower=1, clean=1, overwrite_a=1)
        lift *= 10
    found: Array = factor
    return found


def _blocks(kernel: Kernel, data: Weighted, now: Start) -> list[tuple[int, Array, _prior.Bends]]:
    n = len(kernel.ln_tau)
    shapes = [(block * n, now.point[block * n : (block + 1) * n]) for block in range(data.blocks)]
    return [(first, u, _prior.bends(u, now.hyper[i], kernel)) for i, (first, u) in enumerate(shapes)]


def _expansion(kernel: Kernel, data: Weighted, now: Start) -> tuple[Array, Array, float]:
    """Hessian (upper triangle), gradient and sum of squares at the present point."""
    shapes, row = data.blocks * len(kernel.ln_tau), len(now.point) + 1
    slope = np.ones(len(now.point))
    slope[:shapes] = np.exp(now.point[:shapes])
    coefficients = now.point.copy()
    coefficients[:shapes] = slope[:shapes]
    matrix = data.gram * (slope[:, np.newaxis] / now.noise_variance)
    matrix *= slope
    left = data.moment - data.gram @ coefficients
    squares = data.square - float(coefficients @ (data.moment + left))
    gradient = slope * left / now.noise_variance
    for first, u, bend in _blocks(kernel, data, now):
        gradient[first : first + len(u)] += _prior.pull(u, bend, kernel)
        _prior.add_precision(matrix, bend, kernel, first)
    matrix.reshape(-1)[shapes * row :: row] += now.relevance
    gradient[shapes:] -= now.relevance * now.point[shapes:]
    return matrix, gradient, squares


def _follow_evidence(kernel: Kernel, data: Weighted, now: Start, root: Array) -> tuple[Start, float, bool]:
    shapes = data.blocks * len(kernel.ln_tau)
    term_variance = np.einsum("ij,ij->i", root[shapes:], root[shapes:])
    # Second differences and terms that the prior, not the data, decides; the ends' slopes are two more of each block.
    freedom = len(now.point) - 2 * data.blocks - float(now.relevance @ term_variance)
    hyper = np.empty_like(now.hyper)
    for i, (first, _, bend) in enumerate(_blocks(kernel, data, now)):
        variance = _prior.bend_variance(root[first : first + len(kernel.ln_tau)], kernel)
        freedom -= float(bend.precision @ variance)
        hyper[i] = _prior.renewed(now.hyper[i], bend, variance, kernel)
    coefficients = now.point.copy()
    coefficients[:shapes] = np.exp(now.point[:shapes])
    squares = data.square - float(coefficients @ (2 * data.moment - data.gram @ coefficients))
    noise = max(squares / max(data.count - freedom, FEWEST_FREE * data.count), FLOOR**2)
    relevance = now.relevance.copy()
    known = 1 - relevance[1:] * term_variance[1:]
    relevance[1:] = np.clip(known / np.maximum(now.point[shapes + 1 :] ** 2, 1e-14), *RELEVANCE)
    steady = (
        float(np.max(np.abs(hyper - now.hyper))) < SETTLED_HYPER
        and abs(np.log(noise / now.noise_variance)) < SETTLED_NOISE
    )
    return Start(now.point, hyper, noise, relevance), freedom, steady


def _evidence(kernel: Kernel, data: Weighted, now: Start, squares: float) -> float:
    """Ln of likelihood times prior; the volume of the posterior is the caller's."""
    terms = now.point[data.blocks * len(kernel.ln_tau) + 1 :]
    found = -0.5 * (squares / now.noise_variance + data.count * np.log(now.noise_variance))
    found += 0.5 * float(np.sum(np.log(now.relevance[1:])) - now.relevance[1:] @ terms**2)
    for i, (_, u, bend) in enumerate(_blocks(kernel, data, now)):
        found += _prior.log_prior(u, now.hyper[i], bend, kernel)
    return float(found)
