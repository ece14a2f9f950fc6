"""Peaks that gamma cannot follow, from the data themselves.

An ideal capacitor beside a resistor makes gamma a delta, which no grid holds: gamma puts it on its nodes, misses the
data by a few thousandths and wiggles beside it. Where gamma changes its sign, its parts cannot overlap, and each makes
up with small maxima for what it may not have below the other. In both cases the bumps are fitted to the impedance
measured, and stand where they describe it as well as gamma does with all its freedom.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.impedance._model import NOWHERE, Model
from byssus.analyse.impedance._posterior import FLOOR
from byssus.analyse.impedance._processes import IDEAL_LOGIT, half_width, part

__all__ = ["Exact", "exact", "too_narrow"]

Array = NDArray[np.float64]
Data = tuple[Array, Array, Array, Array]

NARROW = 0.5  # steps of the grid to half a peak's width: fewer than three nodes then lie above half its height
BAD_FIT = 2.0  # standard deviations of chi squared for the freedom that gamma has beyond the bumps
NEEDED = 16.3  # chi squared that a bump must take away (p = 0.001 for its three numbers)
CLEARLY = 3.84  # chi squared by which an exponent below one must be better than one (95 %, one number)


@dataclass(frozen=True)
class Exact:
    """Bumps fitted to the data; the covariance for the noise they leave; which maxima they are of, which are narrow.

    ``point`` has shape ``(K, 3)``, ``covariance`` ``(3K, 3K)``; ``misfit`` is chi squared for the ``noise`` (its
    variance over the one that gamma left); ``kept`` and ``narrow`` have shape ``(K,)``.
    """

    point: Array
    covariance: Array
    misfit: float
    noise: float
    kept: NDArray[np.intp]
    narrow: NDArray[np.bool_]


def too_narrow(model: Model, point: Array) -> NDArray[np.bool_]:
    """Which bumps, ``point`` of shape ``(K, 3)``, the grid of gamma does not resolve."""
    found: NDArray[np.bool_] = half_width(point) < NARROW * model.kernel.step
    return found


def exact(model: Model, omega: Array, point: Array, sign: Array, areas: Array) -> Exact | None:
    """The bumps, ``point`` of shape ``(K, 3)`` and ``sign``, fitted to the data; ``None`` where they do not suffice.

    It is also ``None`` where gamma can follow them. The bumps of smallest ``areas`` that the data do not need are
    wiggles of gamma, and left out.
    """
    if model.form[1] == NOWHERE and not np.any(too_narrow(model, point)):
        return None
    data, order = _data(model, omega), np.argsort(-areas)
    trials = [
        _fitted(model, data, point[kept], sign[kept], kept)
        for kept in (np.sort(order[:count]) for count in range(1, len(order) + 1))
    ]
    noise = min(one.noise for one in trials)
    found = min(trials, key=lambda one: one.misfit + NEEDED * noise * len(one.kept))
    by_gamma = float(np.sum(model.trust * model.surprise))
    spare = max(model.posterior.freedom - found.point.size, 1.0)
    return found if found.misfit <= by_gamma + spare + BAD_FIT * np.sqrt(2 * spare) else None


def _data(model: Model, omega: Array) -> Data:
    """What :func:`part` takes before the start."""
    weight = np.sqrt(model.trust) / model.noise
    rows = np.concatenate([weight, weight])
    projector, _ = np.linalg.qr(model.kernel.terms[:, list(model.form[0])] * rows[:, np.newaxis])
    wanted = rows * np.concatenate([model.impedance.real, model.impedance.imag])
    return np.log(omega), rows, projector, wanted - projector @ (projector.T @ wanted)


def _fitted(model: Model, data: Data, start: Array, sign: Array, kept: NDArray[np.intp]) -> Exact:
    """Bumps fitted to the data; the narrow ones with an exponent of one unless the data speak against it."""
    fitted = part(*data, start, sign)
    narrow = too_narrow(model, fitted.point)
    point = fitted.point.copy()
    point[narrow, 2] = IDEAL_LOGIT
    ideal = part(*data, point, sign)
    # The noise that gamma left holds what its grid cannot follow: the bumps are judged by their own.
    count = max(data[1].size - data[2].shape[1] - start.size, 1)
    least = FLOOR**2 / model.posterior.start.noise_variance
    noise = max(min(fitted.misfit, ideal.misfit) / count, least)
    if ideal.misfit <= fitted.misfit + CLEARLY * noise * int(np.sum(narrow)):
        fitted = ideal
    noise = max(fitted.misfit / count, least)
    return Exact(fitted.point, fitted.covariance * noise, fitted.misfit, noise, kept, narrow)
