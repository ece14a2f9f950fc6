"""The affine-invariant ensemble sampler of Goodman and Weare, doi:10.2140/camcos.2010.5.65, many ensembles at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = ["sample"]

Floats = NDArray[np.float64]
STRETCH = 2.0  # a of the stretch move, as Goodman and Weare take it


def sample(
    log_density: Callable[[Floats], Floats],
    start: Floats,
    steps: int,
    rng: np.random.Generator,
    *,
    burn: int,
    thin: int,
) -> tuple[Floats, Floats]:
    """Samples ``(kept, ensembles, walkers, dimensions)`` and the share of moves taken ``(ensembles,)``.

    ``start`` is ``(ensembles, walkers, dimensions)`` with an even number of walkers; ``log_density`` maps it, and
    either half of its walkers, to ``(ensembles, walkers)``. Ensembles share random numbers and nothing else.
    """
    walkers = np.array(start)
    ensembles, count, dimensions = walkers.shape
    half = count // 2
    halves = (slice(0, half), slice(half, count))
    density = log_density(walkers)
    kept, taken = [], np.zeros(ensembles)
    for step in range(burn + steps):
        for mine, others in (halves, halves[::-1]):
            z = ((STRETCH - 1.0) * rng.random(half) + 1.0) ** 2 / STRETCH
            partner = walkers[:, others][:, rng.integers(half, size=half)]
            proposal = partner + z[:, None] * (walkers[:, mine] - partner)
            fresh = log_density(proposal)
            gain = (dimensions - 1) * np.log(z) + fresh - density[:, mine]
            yes = np.log(rng.random(half)) < gain
            walkers[:, mine] = np.where(yes[..., None], proposal, walkers[:, mine])
            density[:, mine] = np.where(yes, fresh, density[:, mine])
            taken += yes.mean(axis=1)
        if step >= burn and (step - burn) % thin == 0:
            kept.append(walkers.copy())
    return np.array(kept), taken / (2 * (burn + steps))
