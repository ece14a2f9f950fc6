"""Pairs held by two hydrogen bonds at once, as rings of acids and amides are.

One bond leads a pair together; whether it then turns to make a second is luck. So every two bonds that the molecules
could make are tried as rigid bodies, and those that both can be made are kept.
"""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.spatial.transform import Rotation

from byssus.compute.contacts import ACCEPTORS, DONORS, bonded
from byssus.compute.molecule import Geometry
from byssus.laws.atomic import ANGSTROM_PER_BOHR, VDW_RADIUS_ANGSTROM

__all__ = ["docked"]

Floats = NDArray[np.float64]

HYDROGEN_ANGSTROM, DONOR_ANGSTROM = 1.9, 2.9  # H...A and D...A of a hydrogen bond: both, so that it is a line
MADE_ANGSTROM = 2.3  # H...A up to which a bond counts as made
ROOM = 0.8  # of the van der Waals distance, of atoms that are not bonded by hydrogen
TRIES = 4  # ways round that each two bonds are begun from
MOST_TRIED = 24  # twos of bonds: small molecules have fewer
SAME_ANGSTROM = 0.3


class _Bond(NamedTuple):
    """A hydrogen bond that could be: atoms numbered as in the pair."""

    donor: int
    hydrogen: int
    acceptor: int


def docked(first: Geometry, second: Geometry, rng: np.random.Generator, most: int) -> list[Geometry]:
    """Up to ``most`` pairs with two hydrogen bonds between them, those that fit best first; each once."""
    split = len(first)
    pair = first.beside(second)
    possible = _possible(pair, split)
    twos = [(a, b) for a, b in combinations(possible, 2) if a.hydrogen != b.hydrogen and a.acceptor != b.acceptor]
    if len(twos) > MOST_TRIED:
        twos = [twos[k] for k in rng.permutation(len(twos))[:MOST_TRIED]]
    found = [one for two in twos for one in [_fitted(pair, split, two, rng)] if one is not None]
    kept: list[tuple[float, Floats]] = []
    for misfit, places in sorted(found, key=lambda one: one[0]):
        if all(float(np.sqrt(np.mean((places - other) ** 2))) > SAME_ANGSTROM for _, other in kept):
            kept.append((misfit, places))
    return [pair.moved(places / ANGSTROM_PER_BOHR) for _, places in kept[:most]]


def _possible(pair: Geometry, split: int) -> list[_Bond]:
    """Every donor's hydrogen with every acceptor of the other molecule."""
    apart = pair.positions_bohr.copy()
    apart[split:] += 1e3  # so that nothing is bonded across
    bonds = bonded(pair.moved(apart))
    acceptors = np.flatnonzero(np.isin(pair.numbers, ACCEPTORS))
    found = []
    for hydrogen in np.flatnonzero(pair.numbers == 1):
        donors = [int(d) for d in np.flatnonzero(bonds[hydrogen]) if pair.numbers[d] in DONORS]
        others = acceptors[(acceptors < split) != (hydrogen < split)]
        found += [_Bond(donors[0], int(hydrogen), int(a)) for a in others if donors]
    return found


def _offered(pair: Geometry, atoms: list[int], split: int) -> tuple[Floats, Floats]:
    """Where a molecule offers these atoms, and to which side: away from what they are bonded to."""
    mine = slice(0, split) if atoms[0] < split else slice(split, None)
    own = pair.part(mine)
    places, bonds = own.positions_bohr * ANGSTROM_PER_BOHR, bonded(own)
    local = [atom - mine.start for atom in atoms]
    away = [places[k] - places[bonds[k]].mean(axis=0) for k in local if bonds[k].any()]
    side = np.sum([way / np.linalg.norm(way) for way in away], axis=0) if away else np.zeros(3)
    if np.linalg.norm(side) < 0.1:
        side = places[local].mean(axis=0) - places.mean(axis=0) + 1e-3
    return places[local].mean(axis=0), side / np.linalg.norm(side)


def _fitted(
    pair: Geometry, split: int, two: tuple[_Bond, _Bond], rng: np.random.Generator
) -> tuple[float, Floats] | None:
    """The best of a few tries to make both bonds at once: misfit and places in angstrom; none where one is not made."""
    places = pair.positions_bohr * ANGSTROM_PER_BOHR
    fixed, arms = places[:split], places[split:] - places[split:].mean(axis=0)
    radius = np.array([VDW_RADIUS_ANGSTROM.get(int(z), 1.8) for z in pair.numbers])
    room = ROOM * (radius[:split, None] + radius[split:])
    for bond in two:
        for atom in (bond.hydrogen, bond.donor):
            near, far = sorted((atom, bond.acceptor))
            room[near, far - split] = 0.0

    def whole(move: Floats) -> Floats:
        return np.concatenate((fixed, Rotation.from_rotvec(move[:3]).apply(arms) + move[3:]))

    def misfit(move: Floats) -> float:
        there = whole(move)
        lengths = [np.linalg.norm(there[b.hydrogen] - there[b.acceptor]) - HYDROGEN_ANGSTROM for b in two]
        lengths += [np.linalg.norm(there[b.donor] - there[b.acceptor]) - DONOR_ANGSTROM for b in two]
        apart = np.sqrt(((fixed[:, None] - there[split:]) ** 2).sum(axis=-1))
        return float(np.square(lengths).sum() + np.square(np.maximum(room - apart, 0.0)).sum())

    middle, side = _offered(pair, [k for b in two for k in b[1:] if k < split], split)
    own_middle, own_side = _offered(pair, [k for b in two for k in b[1:] if k >= split], split)
    own_middle = own_middle - places[split:].mean(axis=0)
    facing = Rotation.align_vectors([-side], [own_side])[0]
    best: tuple[float, Floats] | None = None
    for angle in rng.uniform(0.0, 2.0 * np.pi) + 2.0 * np.pi * np.arange(TRIES) / TRIES:
        turn = Rotation.from_rotvec(angle * side) * facing
        start = np.concatenate((turn.as_rotvec(), middle + HYDROGEN_ANGSTROM * side - turn.apply(own_middle)))
        end = minimize(misfit, start, method="BFGS", options={"maxiter": 60, "gtol": 1e-2})
        there = whole(end.x)
        made = all(np.linalg.norm(there[b.hydrogen] - there[b.acceptor]) < MADE_ANGSTROM for b in two)
        if made and (best is None or end.fun < best[0]):
            best = float(end.fun), there
    return best
