"""Peaks narrower than the grid of gamma resolves, from the data themselves.

An ideal capacitor beside a resistor makes gamma a delta, which no grid holds: gamma puts it on its nodes, misses the
data by a few thousandths and wiggles beside it. There the bumps are fitted to the impedance measured, and stand where
they describe it as well as gamma does with all its freedom.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.impedance._model import Model
from byssus.analyse.impedance._posterior import FLOOR
from byssus.analyse.impedance._processes import IDEAL_LOGIT, Bumps, half_width, part

__all__ = ["Exact", "exact", "too_narrow"]

Array = NDArray[np.float64]

NARROW = 0.5  # steps of the grid to half a peak's width: fewer than three nodes then lie above half its height
BAD_FIT = 2.0  # standard deviations of chi squared for the freedom that gamma has beyond the bumps
CLEARLY = 3.84  # chi squared by which an exponent below one must be better than one (95 %, one number)


@dataclass(frozen=True)
class Exact:
    """Bumps fitted to the data, their covariance for the noise they leave, and which are too narrow for the grid."""

    point: Array
    covariance: Array
    narrow: NDArray[np.bool_]


def too_narrow(model: Model, point: Array) -> NDArray[np.bool_]:
    """Which bumps, ``point`` of shape ``(K, 3)``, the grid of gamma does not resolve."""
    found: NDArray[np.bool_] = half_width(point) < NARROW * model.kernel.step
    return found


def exact(model: Model, omega: Array, bumps: Bumps) -> Exact | None:
    """The bumps fitted to the data where one is too narrow for gamma; ``None`` where none is or they do not suffice."""
    narrow = too_narrow(model, bumps.point)
    if not np.any(narrow):
        return None
    weight = np.sqrt(model.trust) / model.noise
    rows = np.concatenate([weight, weight])
    projector, _ = np.linalg.qr(model.kernel.terms[:, list(model.form[0])] * rows[:, np.newaxis])
    wanted = rows * np.concatenate([model.impedance.real, model.impedance.imag])
    wanted -= projector @ (projector.T @ wanted)
    fitted = part(np.log(omega), rows, projector, wanted, bumps.point)
    start = fitted.point.copy()
    start[narrow, 2] = IDEAL_LOGIT
    ideal = part(np.log(omega), rows, projector, wanted, start)
    # The noise that gamma left holds what its grid cannot follow: the bumps are judged by their own.
    count = len(rows) - projector.shape[1] - bumps.point.size
    least = FLOOR**2 / model.posterior.start.noise_variance
    variance = max(min(fitted.misfit, ideal.misfit) / max(count, 1), least)
    if ideal.misfit <= fitted.misfit + CLEARLY * variance * int(np.sum(narrow)):
        fitted = ideal
    by_gamma = float(np.sum(model.trust * model.surprise))
    spare = max(model.posterior.freedom - bumps.point.size, 1.0)
    if fitted.misfit > by_gamma + spare + BAD_FIT * np.sqrt(2 * spare):
        return None
    variance = max(fitted.misfit / max(count, 1), least)
    return Exact(fitted.point, fitted.covariance * variance, narrow)
