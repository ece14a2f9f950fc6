"""Networks drawn at random beside the recursive theory, and strands beside a graph pruned by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t as student

from byssus.errors import StudyError
from byssus.simulate.chains import Chains
from byssus.simulate.gelation import network
from byssus.simulate.gelation_monte_carlo import BATCHES, draw_network

SURE = student.ppf(1 - 5e-5, BATCHES - 1)  # one failure in ten thousand


def _chains(numbers: np.ndarray) -> Chains:
    sites, count = np.unique(numbers, return_counts=True)
    return Chains(sites.astype(float), count * sites.astype(float))


@pytest.mark.parametrize(("arms", "conversion", "tied"), [(8, 0.7, 0.012), (4, 1.0, 0.05), (3, 0.8, 0.03)])
def test_two_hundred_thousand_chains_agree_with_the_theory(arms: int, conversion: float, tied: float) -> None:
    numbers = np.random.default_rng(5).geometric(1 / 60, 200_000)
    drawn, theory = (
        draw_network(arms, conversion, numbers, tied, seed=11),
        network(arms, conversion, _chains(numbers), tied),
    )
    for (mean, error), expected in (
        (drawn.chain_sol, theory.chain_sol),
        (drawn.crosslinker_sol, theory.crosslinker_sol),
        (drawn.cycle_rank, theory.cycle_rank),
    ):
        assert 0 < error < 0.02 * max(expected, 0.1)
        assert abs(mean - expected) < SURE * error


def test_below_the_gel_point_the_largest_part_is_nothing() -> None:
    drawn = draw_network(8, 0.3, np.full(80_000, 10), 0.01, seed=3)
    assert drawn.chain_sol[0] > 0.99


def test_strands_are_those_of_a_pruned_graph() -> None:
    """Dangling parts taken off one by one, then what is left of chains and crosslinkers counted."""
    rng = np.random.default_rng(8)
    arms, conversion, tied = 4, 0.9, 0.05
    numbers = rng.geometric(1 / 40, 60_000)
    ends = np.cumsum(numbers)
    bonds = round(float(ends[-1]) * tied)
    hubs = round(bonds / (arms * conversion))
    chain = np.searchsorted(ends, rng.choice(ends[-1], bonds, replace=False), side="right")
    hub = rng.choice(hubs * arms, bonds, replace=False) // arms
    site = rng.random(bonds)  # where along its chain
    alive = np.ones(bonds, bool)
    while True:
        lone = (np.bincount(chain[alive], minlength=len(numbers)) == 1)[chain]
        lone |= (np.bincount(hub[alive], minlength=hubs) == 1)[hub]
        if not np.any(lone & alive):
            break
        alive &= ~lone
    chain, hub, site = chain[alive], hub[alive], site[alive]
    held = np.bincount(chain, minlength=len(numbers))
    order = np.lexsort((site, chain))
    first = np.zeros(len(chain), bool)
    first[order[np.flatnonzero(np.diff(chain[order], prepend=-1))]] = True
    last = np.zeros(len(chain), bool)
    last[order[np.flatnonzero(np.diff(chain[order], append=-1))]] = True
    degree = np.bincount(hub, weights=2.0 - (first | last), minlength=hubs)
    strands = float(np.sum(held[held > 0] - 1) - np.count_nonzero(degree == 2)) / len(numbers)
    assert strands == pytest.approx(network(arms, conversion, _chains(numbers), tied).strands, rel=0.02)


def test_the_seed_decides() -> None:
    numbers = np.full(8_000, 30)
    assert draw_network(8, 0.9, numbers, 0.02, 1) == draw_network(8, 0.9, numbers, 0.02, 1)
    assert draw_network(8, 0.9, numbers, 0.02, 1) != draw_network(8, 0.9, numbers, 0.02, 2)


@pytest.mark.parametrize(
    ("numbers", "conversion", "tied"),
    [(np.full(3, 9), 0.5, 0.1), (np.zeros(99, int), 0.5, 0.1), (np.full(99, 9), 0, 2)],
)
def test_bad_input_is_one_clear_error(numbers: np.ndarray, conversion: float, tied: float) -> None:
    with pytest.raises(StudyError, match="expected"):
        draw_network(8, conversion, numbers, tied, 1)
