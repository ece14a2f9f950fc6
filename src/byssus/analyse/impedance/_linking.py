"""Peaks of several spectra linked into chains by continuity, and chains into names by their order."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

__all__ = ["Chain", "Spot", "link", "name_chains", "names_by_order"]

TIME_STEP = math.log(10) / 2  # half a decade in tau between two spectra costs as much as ...
SIZE_STEP = math.log(3)  # ... a threefold resistance: both happen to one process, hardly more
BIRTH_OR_DEATH = 2.0  # ending one chain and beginning another costs twice this: a decade in tau, or ninefold in R
GAP = 0.25  # per spectrum in which a chain has no peak


@dataclass(frozen=True, slots=True)
class Spot:
    """One peak, as linking sees it: its place in its spectrum as given, ln tau, ln |R|, the sign of R, variances."""

    peak: int
    ln_tau: float
    ln_r: float
    sign: int
    tau_variance: float
    r_variance: float


Chain = dict[int, Spot]  # by spectrum


def link(spectra: Sequence[Sequence[Spot]]) -> list[Chain]:
    """Chains of spots, from short to long tau; every spot is in one chain, no chain has two of one spectrum.

    From spectrum to spectrum the assignment of least total cost is taken (Kuhn 1955, doi:10.1002/nav.3800020109):
    squared steps in ln tau and ln R, or the cost of an end and a beginning. A chain without a peak in one spectrum
    waits for the next. Resistances of unlike sign are never linked.
    """
    from scipy.optimize import linear_sum_assignment  # late: slow to import

    chains: list[Chain] = []
    for number, spots in enumerate(spectra):
        spots = sorted(spots, key=lambda spot: (spot.ln_tau, spot.ln_r, spot.sign))
        many, new = len(chains), len(spots)
        # square: a row per chain, then one per birth; a column per spot, then one per chain that gets none
        cost = np.full((many + new, new + many), 1e6)
        cost[many:, new:] = 0.0
        for i, chain in enumerate(chains):
            cost[i, :new] = [_step(chain, spot, number) for spot in spots]
            cost[i, new + i] = BIRTH_OR_DEATH
        for j in range(new):
            cost[many + j, j] = BIRTH_OR_DEATH
        for row, column in zip(*linear_sum_assignment(cost), strict=True):
            if column < new and row < many:
                chains[row][number] = spots[column]
            elif column < new:
                chains.append({number: spots[column]})
    return sorted(chains, key=lambda chain: float(np.mean([spot.ln_tau for spot in chain.values()])))


def _step(chain: Chain, spot: Spot, number: int) -> float:
    last = max(chain)
    before = chain[last]
    if before.sign != spot.sign:
        return 1e6
    time = (spot.ln_tau - before.ln_tau) ** 2 / (TIME_STEP**2 + before.tau_variance + spot.tau_variance)
    size = (spot.ln_r - before.ln_r) ** 2 / (SIZE_STEP**2 + before.r_variance + spot.r_variance)
    return time + size + GAP * (number - last - 1)


def names_by_order(chains: Sequence[Chain], count: int, spectra: int) -> list[set[int]]:
    """The places, among ``count`` names from short to long tau, that each chain may have; empty where
    none fits.

    Where a spectrum has as many peaks as there are names, their order gives the places. A chain that is in no such
    spectrum lies between those that are.
    """
    orders = [
        [i for _, i in sorted((chain[s].ln_tau, i) for i, chain in enumerate(chains) if s in chain)]
        for s in range(spectra)
    ]
    votes: list[set[int]] = [set() for _ in chains]
    for order in orders:
        if len(order) == count:
            for place, i in enumerate(order):
                votes[i].add(place)
    if not any(votes):
        return [set() for _ in chains]
    sure = {i: next(iter(vote)) for i, vote in enumerate(votes) if len(vote) == 1}
    out = []
    for i, vote in enumerate(votes):
        if vote:
            out.append(vote if len(vote) == 1 else set())
            continue
        possible = set(range(count))
        for order in orders:
            if i in order:
                at = order.index(i)
                below = [sure[j] for j in order[:at] if j in sure]
                above = [sure[j] for j in order[at:] if j in sure]
                possible &= set(range(max(below, default=-1) + 1, min(above, default=count)))
        out.append(possible)
    return out


def name_chains(chains: Sequence[Chain], count: int, spectra: int) -> tuple[list[Chain], list[int | None], list[int]]:
    """Chains with their places among ``count`` names (``None`` where that is open), and places of joined pieces.

    Pieces with one place and no spectrum in common are joined: their order tells what continuity does not.
    """
    possible = names_by_order(chains, count, spectra)
    kept: list[Chain] = []
    places: list[int | None] = []
    joined: list[int] = []
    for chain, options in zip(chains, possible, strict=True):
        place = next(iter(options)) if len(options) == 1 else None
        same = places.index(place) if place is not None and place in places else None
        if same is None:
            kept.append(dict(chain))
            places.append(place)
        elif not set(kept[same]) & set(chain):
            kept[same].update(chain)
            joined.append(places[same] or 0)
        else:
            kept.append(dict(chain))
            places.append(None)
    return kept, places, joined
