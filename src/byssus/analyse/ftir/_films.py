"""Several films of one binder as one reference: their mean spectrum, and how far films of one binder differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.ftir._compare import NEAR_PER_M, Corrected, scale_between
from byssus.analyse.ftir._peaks import Peak, find_bands
from byssus.errors import AnalysisError, Problem

__all__ = ["Films", "mean_of"]

Floats = NDArray[np.float64]
FEWEST_POINTS = 20  # fewer hold no band and its flanks


@dataclass(frozen=True)
class Films:
    """The mean of ``n`` films on the abscissa of the first, whose reference band all are scaled to.

    ``scatter`` (shape of the mean) is the standard deviation among films, ``relative`` that of the heights of bands
    pooled over all bands but the reference, ``position_per_m`` that of positions pooled likewise.
    """

    mean: Corrected
    n: int
    scatter: Floats
    relative: float
    position_per_m: float

    def u_height(self, at_per_m: float, height: float) -> float:
        """What film-to-film scatter does to the difference of the mean and one more film, for a band of ``height``.

        s √(1 + 1/n): the other film is taken to scatter as these do.
        """
        own = float(np.interp(at_per_m, self.mean.wavenumber_per_m, self.scatter))
        return max(own, self.relative * abs(height)) * float(np.sqrt(1 + 1 / self.n))

    @property
    def u_shift_per_m(self) -> float:
        return self.position_per_m * float(np.sqrt(1 + 1 / self.n))


def mean_of(films: Sequence[Corrected], least_share: float, low_per_m: float, high_per_m: float) -> Films:
    """Two films or more, each scaled to the first by the band between the two wavenumbers, averaged where all reach."""
    x = films[0].wavenumber_per_m
    start, end = max(f.wavenumber_per_m[0] for f in films), min(f.wavenumber_per_m[-1] for f in films)
    x = x[(x >= start) & (x <= end)]
    if len(x) < FEWEST_POINTS:
        got = f"{len(x)} points that all {len(films)} films have"
        mend = "Compare with films measured over one range."
        raise AnalysisError(Problem("the reference's films share no range of wavenumbers", got=got, mend=mend))
    scales = [1.0, *(scale_between(film, films[0], low_per_m, high_per_m)[0] for film in films[1:])]
    curves, noises = (
        np.array([s * np.interp(x, f.wavenumber_per_m, y) for s, f, y in zip(scales, films, ys, strict=True)])
        for ys in ([f.absorbance for f in films], [f.noise for f in films])
    )
    n = len(films)
    mean, noise = curves.mean(axis=0), np.sqrt(np.sum(noises**2, axis=0)) / n
    peaks = find_bands(x, mean, noise, least_share)
    scatter = np.asarray(curves.std(axis=0, ddof=1))
    others = [p for p in peaks if not low_per_m <= p.position_per_m <= high_per_m]
    shares = [float(np.interp(p.position_per_m, x, scatter)) / p.height for p in others if p.height > 0]
    places = [s for p in peaks if (s := _position_scatter(p, films)) is not None]
    like = Corrected(x, mean, noise, peaks)
    return Films(like, n, scatter, _rms(shares), _rms(places))


def _position_scatter(peak: Peak, films: Sequence[Corrected]) -> float | None:
    """Standard deviation of one band's position among the films; ``None`` where a film lacks it."""
    places = []
    for film in films:
        near = min((p.position_per_m for p in film.peaks), key=lambda at: abs(at - peak.position_per_m), default=np.inf)
        if not abs(near - peak.position_per_m) <= NEAR_PER_M:
            return None
        places.append(near)
    return float(np.std(places, ddof=1))


def _rms(values: Sequence[float]) -> float:
    return float(np.sqrt(np.mean(np.square(values)))) if values else 0.0
