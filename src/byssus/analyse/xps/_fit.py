"""Maximum likelihood of counted spectra: Fisher scoring with Levenberg's damping inside bounds.

The counts are Poisson's, so what is minimised is the deviance 2 sum [mu - y + y ln(y / mu)] (W. Cash, Astrophys. J. 228
(1979) 939, 10.1086/156922); its weights are those of the model, 1 / mu, not of the counts, whose use would bias areas
low. The covariance is the inverse of Fisher's information: the bound of Cramer and Rao where the model is true.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.xps._model import Layout, Spectrum, evaluate, operator

__all__ = ["Fit", "fit", "information"]

Floats = NDArray[np.float64]
MAX_STEPS = 200
TOLERANCE = 1e-7  # of the deviance a count still to be gained: nothing beside the one a parameter is uncertain by
FLOOR = 1e-3  # counts: a mean of none would have no likelihood
DAMPING = (1e-3, 1e-12, 1e12)  # first, least, most


@dataclass(frozen=True)
class Fit:
    """Free parameters ``(p,)``, their covariance ``(p, p)``, the deviance, points less free parameters, steps done.

    ``bounded`` says of each parameter whether it lies at a bound; the covariance is that of the others, with zeros.
    """

    free: Floats
    covariance: Floats
    deviance: float
    freedom: int
    steps: int
    converged: bool
    bounded: NDArray[np.bool_]
    mean: Floats


def fit(spectra: Sequence[Spectrum], layout: Layout, start: Floats, *, keep: NDArray[np.bool_] | None = None) -> Fit:
    """The fit of some regions together, from ``start`` ``(p,)``.

    ``keep`` marks parameters whose uncertainty is had even at a bound (areas at zero).
    """
    counts = np.concatenate([one.counts for one in spectra])
    matrices = [operator(one) for one in spectra]
    free = np.clip(start, layout.lower, layout.upper)
    mean, slope = evaluate(spectra, matrices, layout, free)
    value, damping, done, taken = deviance(counts, mean), DAMPING[0], False, 0
    while taken < MAX_STEPS:
        taken += 1
        safe = np.maximum(mean, FLOOR)
        gradient = slope.T @ ((counts - mean) / safe)
        stuck = ((free <= layout.lower) & (gradient < 0)) | ((free >= layout.upper) & (gradient > 0))
        matrix = slope.T @ (slope / safe[:, None])
        moved, gain = _move(matrix, gradient, ~stuck, damping)
        if gain < TOLERANCE * max(1.0, value / len(counts)):  # lines that do not fit are uncertain by more
            done = True
            break
        tried = np.clip(free + moved, layout.lower, layout.upper)
        new_mean, new_slope = evaluate(spectra, matrices, layout, tried)
        new_value = deviance(counts, new_mean)
        if new_value < value:
            # a step that gains what the linear model promised lets the next be Newton's own
            damping = max(damping * (0.1 if value - new_value > 0.5 * gain else 0.5), DAMPING[1])
            free, mean, slope, value = tried, new_mean, new_slope, new_value
        else:
            damping *= 8.0
            if damping > DAMPING[2]:
                done = gain < 1e-3  # nowhere to go, and little to be had
                break
    bounded = (free <= layout.lower) | (free >= layout.upper)
    known = ~bounded if keep is None else ~bounded | keep
    covariance = _inverse(information(mean, slope), known)
    return Fit(free, covariance, value, len(counts) - int(known.sum()), taken, done, bounded, mean)


def _move(matrix: Floats, gradient: Floats, free: NDArray[np.bool_], damping: float) -> tuple[Floats, float]:
    """The damped step, zero for what is held, and the gain in deviance that it promises."""
    moved = np.zeros_like(gradient)
    if not free.any():
        return moved, 0.0
    inner = matrix[np.ix_(free, free)]
    scale = np.sqrt(np.maximum(np.diag(inner), 1e-300))
    scaled = inner / scale[:, None] / scale[None, :]
    right = gradient[free] / scale
    bare = scaled + damping * np.eye(len(scaled))
    try:
        step = np.linalg.solve(bare, right)
    except np.linalg.LinAlgError:
        step = np.linalg.lstsq(bare, right, rcond=None)[0]
    moved[free] = step / scale
    return moved, float(2.0 * step @ right - step @ scaled @ step)


def deviance(counts: Floats, mean: Floats) -> float:
    """Poisson's deviance of ``(N,)`` counts from ``(N,)`` means; infinite where a mean is no number."""
    if not np.isfinite(mean).all():
        return float("inf")
    safe = np.maximum(mean, FLOOR)
    seen = np.maximum(counts, 0.0)
    # a mean below the floor pays for how far below it is, so that the fit finds its way back
    debt = np.sum(np.maximum(FLOOR - mean, 0.0)) / FLOOR
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.where(seen > 0, seen * np.log(seen / safe), 0.0)
    return float(2.0 * np.sum(safe - seen + logs) + debt)


def information(mean: Floats, slope: Floats) -> Floats:
    """Fisher's information ``(p, p)`` of Poisson counts with these means and derivatives."""
    return np.asarray(slope.T @ (slope / np.maximum(mean, FLOOR)[:, None]))


def _inverse(matrix: Floats, known: NDArray[np.bool_]) -> Floats:
    out = np.zeros_like(matrix)
    inner = matrix[np.ix_(known, known)]
    scale = np.sqrt(np.maximum(np.diag(inner), 1e-300))
    unit = np.linalg.pinv(inner / scale[:, None] / scale[None, :], rcond=1e-13, hermitian=True)
    out[np.ix_(known, known)] = unit / scale[:, None] / scale[None, :]
    return out
