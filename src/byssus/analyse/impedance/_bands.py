"""How far up gamma may be: credible bands, also where the data hardly see it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.impedance._model import Model

__all__ = ["bands"]

Array = NDArray[np.float64]

WIDE = 1.959964  # standard normal quantile of 97.5 %
SHAPE_FLOOR = 0.01  # rounding of gamma between the nodes of the grid, relative; the bands never collapse below it
# Standard deviations of ln gamma above which the posterior is no longer symmetric: the data allow gamma to be ten times
# smaller, for it is small already, but would have seen it ten times larger.
SKEWED = 1.0
SHARES = (0.1, 0.3, 0.55, 1.0)  # of the way to the symmetric limit, where the cost is computed


def bands(model: Model, ln_tau: Array) -> tuple[Array, Array]:
    """Factors by which gamma may be larger and smaller (pointwise 95 %), shape ``(m,)`` each, at ``ln_tau``."""
    deviation = np.sqrt(model.posterior.variances()[: model.nodes])
    nodes = model.kernel.ln_tau
    upper = np.interp(ln_tau, nodes, _upward(model, deviation))
    lower = np.interp(ln_tau, nodes, WIDE * deviation)
    floor = WIDE * SHAPE_FLOOR
    return np.exp(np.hypot(upper, floor)), np.exp(np.hypot(lower, floor))


def _upward(model: Model, deviation: Array) -> Array:
    """Distance in ln gamma from the mode to the upper limit at the nodes, shape ``(n,)``.

    Where the Gaussian in ln gamma is wide, the limit is that of the signed root of the likelihood ratio along the
    direction in which the posterior moves gamma at that node, with the full exponential (as a profile likelihood;
    Barndorff-Nielsen 1986, doi:10.1093/biomet/73.2.307).
    """
    root = model.posterior.root[: model.nodes]
    limit = WIDE * deviation
    skewed = np.flatnonzero(deviation > SKEWED)
    if not len(skewed):
        return limit
    gamma = np.abs(model.coefficients[: model.nodes])
    direction = (root @ root[skewed].T) / deviation[skewed]
    bent = gamma[:, np.newaxis] * direction
    from_data = np.einsum("ij,ij->j", bent, model.metric @ bent)
    costs = np.zeros((len(SHARES) + 1, len(skewed)))
    steps = WIDE * np.array(SHARES)[:, np.newaxis]
    change = np.exp(np.minimum(steps * direction.reshape(-1), 50.0)) - 1  # shape (shares, n * skewed)
    change = change.reshape(len(SHARES), *direction.shape) * gamma[:, np.newaxis]
    seen = np.einsum("sij,sij->sj", change, model.metric @ change)
    costs[1:] = np.sqrt(steps**2 * np.maximum(1 - from_data, 0.0) + seen)
    costs = np.maximum.accumulate(costs, axis=0)
    shares = (0.0, *SHARES)
    reached = [np.interp(WIDE, costs[:, k], shares) for k in range(len(skewed))]
    limit[skewed] *= reached
    return limit
