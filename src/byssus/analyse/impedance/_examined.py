"""A chain fitted to a spectrum with due trust in each point, and what its residuals look like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.impedance._rc_chain import ChainFit, choose_chain
from byssus.analyse.impedance._residual_trend import (
    Band,
    bands,
    local_noise,
    noise_level,
    running_mean,
    stray_points,
)

__all__ = ["CHAIN_LIMIT", "Examined", "examine", "failing_bands", "failing_points"]

DOUBTED = 0.03  # trust in a point that strays: it pulls a thousandth as hard, yet keeps the chain from running wild
END = 3  # points at an end of the spectrum that are doubted together until a chain without them tells them apart
STRAY_SHARE = 0.1  # more stray points than a tenth are no exception but the spectrum's state
ROUNDS = 4  # times the fit is repeated with trust taken from stray and noisy points
LOUD = 2.0  # noise that varies less along the spectrum does not call for another fit
CERTAIN = 3.0  # a mean residual counts as a deviation beyond this many standard deviations of the noise
CHAIN_LIMIT = 0.0012  # three elements per decade follow a single RC element to 0.11 % of |Z| (rms of its band)


@dataclass(frozen=True)
class Examined:
    """A chain and its residuals, from high to low frequency; arrays have shape ``(n,)``.

    ``stray`` are points that lie off alone; ``ending`` a run of such points that ends the spectrum at low frequency,
    which is no accident of single points. ``local`` is the noise around each point, ``noise`` that of the whole.
    """

    chain: ChainFit
    fallen: bool
    stray: NDArray[np.bool_]
    ending: NDArray[np.bool_]
    local: NDArray[np.float64]
    noise: float
    trend: tuple[Band, ...]


def examine(
    frequency: NDArray[np.float64], impedance: NDArray[np.complex128], tolerance: float, options: dict[str, Any]
) -> Examined:
    """The chain with less trust in points that stray and in noisy stretches; both would make mu fall early."""
    trust = np.ones(len(frequency))
    doubted = np.zeros(len(frequency), dtype=bool)
    chain, fallen = choose_chain(frequency, impedance, trust, **options)
    for _ in range(ROUNDS):
        local = local_noise(chain.residual)
        more = _doubtful(stray_points(chain.residual, local, tolerance, doubted), doubted)
        if np.sum(more) > max(END, STRAY_SHARE * len(frequency)):
            more = doubted
        level = max(float(np.median(local)), CHAIN_LIMIT)
        wanted = np.where(more, DOUBTED, level / np.maximum(local, level))
        if np.array_equal(more, doubted) and np.all(trust < LOUD * wanted):
            break
        doubted, trust = more, wanted
        chain, fallen = choose_chain(frequency, impedance, trust, **options)
    ending = np.zeros_like(doubted)
    if np.all(doubted[-2:]):
        ending[np.flatnonzero(~doubted)[-1] + 1 :] = True
    stray = doubted & ~ending
    kept = chain.residual[~stray]
    trend = bands(frequency[~stray], kept, np.where(ending, 1.0, trust)[~stray])
    return Examined(chain, fallen, stray, ending, local_noise(chain.residual), noise_level(kept), trend)


def _doubtful(stray: NDArray[np.bool_], doubted: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """With a first stray point near an end, all points of that end: the chain bends to the last and off the others."""
    more = stray.copy()
    for end in (slice(None, END), slice(-END, None)):
        if np.any(stray[end]) and not np.any(doubted[end]):
            more[end] = True
    return more


def failing_bands(trend: tuple[Band, ...], tolerance: float) -> list[Band]:
    """The bands whose residuals are erratic, or systematic by more than ``tolerance``."""
    return [b for b in trend if b.kind == "erratic" or (b.kind == "systematic" and b.beyond_noise > tolerance)]


def failing_points(found: Examined, frequency: NDArray[np.float64], tolerance: float) -> NDArray[np.bool_]:
    """Points that stray, and those of failing bands where the mean of three residuals exceeds noise and tolerance."""
    failing = found.stray | found.ending
    kept = ~found.stray
    mean = np.zeros_like(found.chain.residual)
    mean[kept] = running_mean(found.chain.residual[kept])
    deviating = np.abs(mean) > np.maximum(tolerance, CERTAIN * found.local)
    for band in failing_bands(found.trend, tolerance):
        inside = kept & (frequency >= band.low_hz) & (frequency <= band.high_hz)
        failing |= inside if band.kind == "erratic" else inside & deviating
    return np.asarray(failing, dtype=np.bool_)
