"""The network drawn at random: reacted arms and sites paired blindly, and the parts that hang together counted.

Nothing of the recursive theory is used, so that each can be held against the other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from byssus.errors import Problem, StudyError

__all__ = ["Drawn", "draw_network"]

BATCHES = 8  # networks of equal size, whose scatter is the error


@dataclass(frozen=True)
class Drawn:
    """Mass fraction of chains, and of crosslinkers, outside the largest part, and cycle rank of it per chain.

    Each is (mean, standard error), over independent networks; ``chains`` are those drawn in all.
    """

    chain_sol: tuple[float, float]
    crosslinker_sol: tuple[float, float]
    cycle_rank: tuple[float, float]
    chains: int


def draw_network(arms: int, conversion: float, site_numbers: NDArray[np.int64], tied_share: float, seed: int) -> Drawn:
    """Draw networks of the given chains (sites of each, shape ``(n,)``), in batches of n / 8.

    ``conversion`` of the arms and ``tied_share`` of the sites are chances; the number of crosslinkers follows from
    equal numbers of both.
    """
    numbers = np.asarray(site_numbers)
    if numbers.ndim != 1 or len(numbers) < BATCHES or numbers.min(initial=1) < 1:
        got = f"{numbers.size} chains, {numbers.min(initial=1)} sites at the least"
        raise StudyError(Problem("too few chains or sites", got=got, expected=f"{BATCHES} chains or more, with sites"))
    if not (0 < conversion <= 1 and 0 < tied_share <= 1 and arms >= 2):
        got = f"{arms} arms, conversion {conversion:g}, share tied {tied_share:g}"
        raise StudyError(Problem("no such network", got=got, expected="2 arms or more, shares above 0 and up to 1"))
    rng = np.random.default_rng(seed)
    found = np.array(
        [_batch(arms, conversion, part, tied_share, rng) for part in np.array_split(rng.permutation(numbers), BATCHES)]
    )
    mean, error = found.mean(axis=0), found.std(axis=0, ddof=1) / np.sqrt(BATCHES)
    pairs = [(float(m), float(e)) for m, e in zip(mean, error, strict=True)]
    return Drawn(pairs[0], pairs[1], pairs[2], len(numbers))


def _batch(
    arms: int, conversion: float, sites: NDArray[np.int64], tied: float, rng: np.random.Generator
) -> tuple[float, float, float]:
    ends = np.cumsum(sites)
    bonds = max(round(float(ends[-1]) * tied), 1)
    crosslinkers = max(round(bonds / (arms * conversion)), -(-bonds // arms))
    # as many sites as arms, each drawn blindly and none twice, so that no stub is left over
    stubs = np.searchsorted(ends, rng.choice(ends[-1], bonds, replace=False), side="right")
    hubs = len(sites) + rng.choice(crosslinkers * arms, bonds, replace=False) // arms
    size = len(sites) + crosslinkers
    graph = coo_matrix((np.ones(bonds, dtype=np.int8), (stubs, hubs)), shape=(size, size))
    _, part = connected_components(graph, directed=False)
    mass = np.bincount(part[: len(sites)], weights=sites)
    largest = int(np.argmax(mass))
    chain_sol = 1 - mass[largest] / sites.sum()
    crosslinker_sol = 1 - float(np.mean(part[len(sites) :] == largest))
    inside = int(np.count_nonzero(part == largest))
    rank = int(np.count_nonzero(part[stubs] == largest)) - inside + 1
    return float(chain_sol), crosslinker_sol, rank / len(sites)
