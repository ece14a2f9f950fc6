"""Where two processes became one peak: one chain has no peak, and a neighbour grew by about its resistance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from byssus.analyse.impedance._linking import Chain, Spot

__all__ = ["Merger", "mergers"]

ABOUT = 0.35  # a neighbour that takes up a third more or less than what was lost has taken it up
NEAR = 1.5 * math.log(10)  # peaks farther apart than a decade and a half do not melt into one


@dataclass(frozen=True, slots=True)
class Merger:
    """In ``spectra`` the chain ``lost`` has no peak of its own: it is inside that of the chain ``into``."""

    lost: int
    into: int
    spectra: frozenset[int]


def mergers(chains: Sequence[Chain], spectra: int) -> tuple[Merger, ...]:
    """Every stretch without a peak, of every chain, that a neighbour's step in resistance accounts for.

    A stretch is entered from the spectrum before it and left into the one behind it; either step may tell. The
    neighbours are the next chains below and above in tau there.
    """
    found = []
    for lost, chain in enumerate(chains):
        for stretch in _stretches(chain, spectra):
            for outside, inside in ((stretch[0] - 1, stretch[0]), (stretch[-1] + 1, stretch[-1])):
                into = _grown(chains, lost, outside, inside) if outside in chain else None
                if into is not None:
                    found.append(Merger(lost, into, frozenset(s for s in stretch if s in chains[into])))
                    break
    return tuple(found)


def _stretches(chain: Chain, spectra: int) -> list[list[int]]:
    out: list[list[int]] = []
    for s in range(spectra):
        if s in chain:
            continue
        if out and out[-1][-1] == s - 1:
            out[-1].append(s)
        else:
            out.append([s])
    return out


def _grown(chains: Sequence[Chain], lost: int, outside: int, inside: int) -> int | None:
    """The neighbour whose resistance ``inside`` exceeds that ``outside`` by about the lost one's, if there is one."""
    gone = chains[lost][outside]
    there = sorted((chain[outside].ln_tau, i) for i, chain in enumerate(chains) if outside in chain and i != lost)
    below = [i for ln_tau, i in there if ln_tau <= gone.ln_tau][-1:]
    above = [i for ln_tau, i in there if ln_tau > gone.ln_tau][:1]
    best: tuple[float, int] | None = None
    for i in (*below, *above):
        if inside not in chains[i] or abs(chains[i][outside].ln_tau - gone.ln_tau) > NEAR:
            continue
        off = abs(_resistance(chains[i][inside]) - _resistance(chains[i][outside]) - _resistance(gone))
        allowed = ABOUT * abs(_resistance(gone)) + 2 * math.sqrt(
            sum(_variance(spot) for spot in (gone, chains[i][inside], chains[i][outside]))
        )
        if off <= allowed and (best is None or off < best[0]):
            best = off, i
    return best[1] if best else None


def _resistance(spot: Spot) -> float:
    return spot.sign * math.exp(spot.ln_r)


def _variance(spot: Spot) -> float:
    return spot.r_variance * math.exp(2 * spot.ln_r)
