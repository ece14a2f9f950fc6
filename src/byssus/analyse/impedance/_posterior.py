"""Log gamma and the series terms given the spectrum: Gauss-Newton steps, prior and noise from the evidence."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.impedance import _prior
from byssus.analyse.impedance._kernel import Kernel
from byssus.errors import AnalysisError, Problem

__all__ = ["FLOOR", "Posterior", "Start", "Weighted", "first_guess", "ridge", "settle", "weighted"]

Array = NDArray[np.float64]
Precision = tuple[Array, Array]

FLOOR = 1e-4  # relative noise no instrument beats; below it the steps of the grid would pass for knowledge
GUESSED_NOISE = 1e-2  # of the first guess; the method finds its own
GUESSED_PRECISION = 30.0  # of second differences of gamma/|Z| in the first guess, a plain ridge regression
SMALLEST_SHARE = 0.02  # of the highest gamma: where the first guess is lower, or negative, it starts from there
APART = 1e-4  # of the prior's precision is left where gamma changes its sign
LARGEST_STEP = 2.0  # of ln gamma in one step: the exponential is straight for no longer
STRAIGHT = 0.5  # of ln gamma: a step shorter than this is not looked back on
SMALLEST_STEP = 0.02  # share of a whole step
COLD, WARM = 2, 0  # steps that gamma alone takes at first
WARM_RELEVANCE = 1e5  # at most, in a warm start: from where a term is absent it comes back only slowly
CAUTIOUS_FROM = 15  # from this step on the Hessian is widened, for what has not settled by then overshoots
MOST_STEPS = 100
SETTLED = 1e-2  # Newton decrement: everything is within a tenth of its posterior deviation of the mode
SETTLED_HYPER, SETTLED_NOISE = 0.05, 0.02  # changes of ln lambda and of ln variance that no longer move gamma
FEWEST_FREE = 0.1  # share of the data that is never counted as spent when the noise is estimated
HIGHEST_LIFT = 1e3  # of the diagonal of the Hessian; what still has no Cholesky factor then holds no numbers
MEND = "Leave out points that cannot have been measured."
PRODUCTS = (
    200_000  # in one matrix product: OpenBLAS starts threads from 262 144 on, and waits for them for milliseconds
)
RELEVANCE = (1e-2, 1e9)  # limits of the precision of a term; at the upper one the term is absent


@dataclass(frozen=True)
class Weighted:
    """The normal equations of one spectrum: gram = X'X, moment = X'y, square = y'y of weighted rows, count rows.

    The columns of X are the kernel, each times the ``sign`` of gamma there, and the terms. ``joint`` is for the prior.
    """

    gram: Array
    moment: Array
    square: float
    count: int
    sign: Array
    joint: Array


@dataclass(frozen=True)
class Start:
    """Where the iteration begins, or ended.

    ``point`` is u = ln |gamma| (``n`` values) followed by the terms; ``hyper``, shape ``(k,)``, the ln lambda of the
    prior; ``relevance`` the precision of each term, nought for the first (resistance).
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
    kernel: Kernel, terms: tuple[int, ...], wanted: Array, weight: Array, sign: Array | None = None
) -> Weighted:
    """Normal equations for ``wanted`` (shape ``(2N,)``) with ``weight``, one over the noise up to a factor.

    ``sign``, shape ``(n,)``, is that of gamma; positive everywhere if ``None``.
    """
    from scipy.linalg import blas

    n = len(kernel.ln_tau)
    rows = np.concatenate([kernel.matrix, kernel.terms[:, terms]], axis=1)
    rows *= weight[:, np.newaxis]
    joint = np.ones(n - 2)
    if sign is None:
        sign = np.ones(n)
    else:
        rows[:, :n] *= sign
        joint[(sign[:-2] != sign[1:-1]) | (sign[1:-1] != sign[2:])] = APART
    sought = wanted * weight
    gram = np.zeros((rows.shape[1], rows.shape[1]), order="F")
    block = max(PRODUCTS // gram.size, 1)
    for first in range(0, len(rows), block):
        part = rows[first : first + block].T
        gram = blas.dgemm(1.0, part, part, beta=1.0, c=gram, trans_b=1, overwrite_c=1)
    return Weighted(gram.T, sought @ rows, float(sought @ sought), len(wanted), sign, joint)


def ridge(kernel: Kernel, data: Weighted) -> Array:
    """A ridge regression for gamma itself, of either sign, and the terms."""
    from scipy.linalg import lapack

    n = len(kernel.ln_tau)
    matrix = data.gram / GUESSED_NOISE**2
    _prior.add_precision(matrix, _prior.white(n, GUESSED_PRECISION), kernel)
    diagonal = matrix.reshape(-1)[:: len(matrix) + 1]
    diagonal += 1e-6 * np.max(diagonal)
    factor, _ = lapack.dpotrf(matrix.T, lower=1, clean=0, overwrite_a=1)
    found, _ = lapack.dpotrs(factor, data.moment / GUESSED_NOISE**2, lower=1)
    return np.asarray(found, dtype=np.float64)


def first_guess(kernel: Kernel, data: Weighted) -> Start:
    """The ridge regression with its parts of the wrong sign lifted."""
    n = len(kernel.ln_tau)
    found = ridge(kernel, data)
    highest = max(float(np.max(found[:n])), 1e-6)
    point = np.maximum(found, 0.0)
    point[:n] = np.log(np.maximum(found[:n], SMALLEST_SHARE * highest))
    relevance = np.ones(len(point) - n)
    relevance[0] = 0.0
    return Start(point, np.zeros(len(kernel.hats)), GUESSED_NOISE**2, relevance)


def settle(kernel: Kernel, data: Weighted, start: Start, *, warm: bool = False) -> Posterior:
    """Gauss-Newton steps in u with Cholesky factors; between them prior, noise and relevance follow the evidence.

    Laplace approximation of the marginal likelihood with the Gauss-Newton Hessian; the noise variance is the weighted
    sum of squares over the degrees of freedom left. A ``warm`` start brings prior and noise that are nearly right.
    """
    from scipy.linalg import lapack

    now, freedom = start, 0.0
    if warm:
        now = replace(start, relevance=np.append(start.relevance[:1], np.minimum(start.relevance[1:], WARM_RELEVANCE)))
    steady = converged = False
    whole = True
    precision = _prior.precision_of(now.hyper, kernel, data.joint)
    for step in range(MOST_STEPS + 1):
        matrix, gradient = _expansion(kernel, data, now, precision, cautious=step >= CAUTIOUS_FROM)
        factor = _factor(matrix)
        move, _ = lapack.dpotrs(factor, gradient, lower=1)
        converged = steady and float(gradient @ move) < SETTLED
        if converged or step == MOST_STEPS:
            break
        now, whole = _moved(kernel, data, now, move, precision)
        if not steady and ((step >= (WARM if warm else COLD) and whole) or step >= 4 * COLD):
            # dtrtri, not the shorter way over dpotri: OpenBLAS starts threads for that at this size, at a high price.
            inverse, _ = lapack.dtrtri(factor, lower=1, overwrite_c=1)
            now, freedom, steady = _follow_evidence(kernel, data, now, inverse.T, precision)
            precision = _prior.precision_of(now.hyper, kernel, data.joint)
    evidence = 0.5 * float(np.sum(np.log(now.relevance[1:]))) - 0.5 * data.count * float(np.log(now.noise_variance))
    evidence -= _energy(kernel, data, now, precision) + float(np.sum(np.log(np.diag(factor))))
    inverse, _ = lapack.dtrtri(factor, lower=1)
    return Posterior(now, inverse.T, freedom, evidence, step, converged)


def _moved(kernel: Kernel, data: Weighted, now: Start, move: Array, precision: Precision) -> tuple[Start, bool]:
    """The next point, and whether the step was near a whole one; a step that leads uphill is shortened."""
    largest = float(np.max(np.abs(move[: len(kernel.ln_tau)])))
    share = min(1.0, LARGEST_STEP / largest)
    after = replace(now, point=now.point + share * move)
    if largest > STRAIGHT:
        before = _energy(kernel, data, now, precision)
        while _energy(kernel, data, after, precision) > before and share > SMALLEST_STEP:
            share *= 0.5
            after = replace(now, point=now.point + share * move)
    return after, share > 0.4


def _energy(kernel: Kernel, data: Weighted, now: Start, precision: Precision) -> float:
    """Minus ln of likelihood times prior at fixed precision and noise."""
    n = len(kernel.ln_tau)
    coefficients = now.point.copy()
    coefficients[:n] = np.exp(coefficients[:n])
    squares = data.square - float(coefficients @ (2 * data.moment - data.gram @ coefficients))
    terms = now.point[n:]
    found = 0.5 * (squares / now.noise_variance + float(now.relevance @ terms**2))
    bend = _prior.bends(now.point[:n], precision, kernel)
    found -= _prior.log_prior(now.point[:n], now.hyper, bend, kernel)
    return found


def _factor(matrix: Array) -> Array:
    """Lower Cholesky factor (Fortran order) of the upper triangle of ``matrix``, lifted where rounding spoils it."""
    from scipy.linalg import lapack

    factor, failed = lapack.dpotrf(matrix.T, lower=1, clean=1)
    lift = 1e-12
    while failed:
        if not lift < HIGHEST_LIFT:
            raise AnalysisError(Problem("no distribution of relaxation times could be found", mend=MEND))
        lifted = matrix.copy()
        lifted.reshape(-1)[:: len(matrix) + 1] *= 1 + lift
        factor, failed = lapack.dpotrf(lifted.T, lower=1, clean=1, overwrite_a=1)
        lift *= 10
    found: Array = factor
    return found


def _expansion(
    kernel: Kernel, data: Weighted, now: Start, precision: Precision, *, cautious: bool
) -> tuple[Array, Array]:
    """Hessian (upper triangle) and gradient at the present point."""
    n, row = len(kernel.ln_tau), len(now.point) + 1
    slope = np.ones(len(now.point))
    slope[:n] = np.exp(now.point[:n])
    coefficients = now.point.copy()
    coefficients[:n] = slope[:n]
    matrix = data.gram * (slope[:, np.newaxis] / now.noise_variance)
    matrix *= slope
    left = data.moment - data.gram @ coefficients
    gradient = slope * left / now.noise_variance
    if cautious:  # where the data push gamma down, their push grows weaker with gamma itself
        matrix.reshape(-1)[: n * row : row] += np.maximum(-gradient[:n], 0.0)
    bend = _prior.bends(now.point[:n], precision, kernel)
    gradient[:n] += _prior.pull(now.point[:n], bend, kernel)
    _prior.add_precision(matrix, bend, kernel)
    matrix.reshape(-1)[n * row :: row] += now.relevance
    gradient[n:] -= now.relevance * now.point[n:]
    return matrix, gradient


def _follow_evidence(
    kernel: Kernel, data: Weighted, now: Start, root: Array, precision: Precision
) -> tuple[Start, float, bool]:
    n = len(kernel.ln_tau)
    term_variance = np.einsum("ij,ij->i", root[n:], root[n:])
    bend = _prior.bends(now.point[:n], precision, kernel)
    share = _prior.unknown(root[:n], bend, kernel)
    hyper = _prior.renewed(now.hyper, bend, share, kernel, data.joint)
    # Second differences and terms that the prior, not the data, decides; the slopes of the ends are two more.
    freedom = len(now.point) - 2 - float(np.sum(share)) - float(now.relevance @ term_variance)
    coefficients = now.point.copy()
    coefficients[:n] = np.exp(now.point[:n])
    squares = data.square - float(coefficients @ (2 * data.moment - data.gram @ coefficients))
    noise = max(squares / max(data.count - freedom, FEWEST_FREE * data.count), FLOOR**2)
    relevance = now.relevance.copy()
    known = 1 - relevance[1:] * term_variance[1:]
    relevance[1:] = np.clip(known / np.maximum(now.point[n + 1 :] ** 2, 1e-14), *RELEVANCE)
    steady = (
        float(np.max(np.abs(hyper - now.hyper))) < SETTLED_HYPER
        and abs(np.log(noise / now.noise_variance)) < SETTLED_NOISE
    )
    return Start(now.point, hyper, noise, relevance), freedom, steady
