"""Least squares for many small problems at once: Levenberg-Marquardt (doi:10.1137/0111030) with a shared shape."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = ["minimise"]

Floats = NDArray[np.float64]
STEP = 1e-5
MOST = 60
FLAT = 1e-8  # a step that lowers no cost by this part ends the search


def minimise(residuals: Callable[[Floats], Floats], start: Floats) -> tuple[Floats, Floats]:
    """Where half the sum of squares is least, and that cost: ``(problems, dimensions)``, ``(problems,)``.

    ``residuals`` maps ``(problems, points, dimensions)`` to ``(problems, points, m)``.
    """
    at = np.array(start, dtype=np.float64)
    dimensions = at.shape[-1]
    damping = np.full(len(at), 1e-2)
    moves = np.concatenate([np.zeros((1, dimensions)), STEP * np.eye(dimensions)])
    cost = _cost(residuals(at[:, None])[:, 0])
    done = np.zeros(len(at), dtype=bool)  # each problem ends by itself: none may depend on how long another takes
    for _ in range(MOST):
        around = residuals(at[:, None] + moves)
        r, slopes = around[:, 0], np.swapaxes((around[:, 1:] - around[:, :1]) / STEP, 1, 2)
        curvature = np.einsum("pmi,pmj->pij", slopes, slopes)
        gradient = np.einsum("pmi,pm->pi", slopes, r)
        scale = np.einsum("pii->pi", curvature) + 1e-12
        damped = curvature + damping[:, None, None] * scale[:, None] * np.eye(dimensions)
        tried = at - np.linalg.solve(damped, gradient[..., None])[..., 0]
        fresh = _cost(residuals(tried[:, None])[:, 0])
        better = (fresh < cost) & ~done
        gained = np.where(better, cost - fresh, np.inf)
        at, cost = np.where(better[:, None], tried, at), np.where(better, fresh, cost)
        damping = np.where(better, damping / 5, damping * 5)
        done |= (gained < FLAT * (1 + cost)) | (damping > 1e8)
        if done.all():
            break
    return at, cost


def _cost(r: Floats) -> Floats:
    return np.asarray(0.5 * np.sum(np.where(np.isfinite(r), r, 1e6) ** 2, axis=-1))
