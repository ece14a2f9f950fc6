"""Two spectra compared, of one film or two binders: bands gained, lost, grown, shrunk, shifted, against their noise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.ftir._peaks import Peak, window_height

if TYPE_CHECKING:
    from byssus.analyse.ftir._films import Films

__all__ = ["NEAR_PER_M", "SIGNIFICANT", "Change", "Corrected", "changes", "scale_between"]

Floats = NDArray[np.float64]
Kind = Literal["gained", "lost", "grown", "shrunk", "shifted"]
SIGNIFICANT = 5.0  # standard uncertainties: some thirty bands are looked at, and noise is not the only error
NEAR_PER_M = 800.0  # 8 1/cm: bands further apart than twice the usual resolution are not one band
WINDOW_PER_M = 400.0  # half-width of the parabola that reads a height where there is no band


@dataclass(frozen=True)
class Corrected:
    """A baseline-corrected spectrum (shapes ``(n,)``) and its bands."""

    wavenumber_per_m: Floats
    absorbance: Floats
    noise: Floats
    peaks: tuple[Peak, ...]


@dataclass(frozen=True)
class Change:
    """One difference: height (absorbance) and position (1/m) of the second spectrum less the scaled first."""

    kind: Kind
    position_per_m: float
    height: float
    u_height: float
    shift_per_m: float
    u_shift_per_m: float

    @property
    def significance(self) -> float:
        """The difference in standard uncertainties."""
        value, u = (self.shift_per_m, self.u_shift_per_m) if self.kind == "shifted" else (self.height, self.u_height)
        return abs(value) / u if u > 0 else float("inf")


def scale_between(first: Corrected, second: Corrected, low_per_m: float, high_per_m: float) -> tuple[float, float, str]:
    """What the first spectrum is multiplied by, its standard uncertainty from noise, and how that was found.

    The ratio of the reference band's heights where both have it, else least squares through zero over both.
    """
    pair = [_highest(one.peaks, low_per_m, high_per_m) for one in (first, second)]
    if pair[0] is not None and pair[1] is not None:
        where = f"{low_per_m / 100:.0f}-{high_per_m / 100:.0f} 1/cm"
        scale = pair[1].height / pair[0].height
        u = scale * float(np.hypot(pair[0].u_height / pair[0].height, pair[1].u_height / pair[1].height))
        return scale, u, f"scaled by the height of the reference band, {where}"
    on_second = np.interp(second.wavenumber_per_m, first.wavenumber_per_m, first.absorbance)
    below = float(on_second @ on_second)
    scale = float(on_second @ second.absorbance) / below if below > 0 else 1.0
    u = float(np.sqrt(np.sum((on_second * second.noise) ** 2))) / below if below > 0 else 0.0
    return scale, u, "scaled by least squares through zero, as one of them lacks the reference band"


def changes(
    first: Corrected,
    second: Corrected,
    scale: float,
    u_scale: float = 0.0,
    least: float = 0.0,
    films: Films | None = None,
) -> tuple[Change, ...]:
    """Differences of at least five standard uncertainties, in ascending wavenumber.

    Noise is in these: that of the heights, and through ``u_scale`` that of the band both are scaled by; where
    ``first`` is the mean of ``films``, so is how these differ. What the baseline and a neighbour's flank add is not,
    so a band has grown or shrunk only by more than the share ``least`` of its height.
    """
    out = list[Change]()

    def among(at_per_m: float, height: float) -> float:
        """What films of one binder differ by in a band as high as ``height`` in the second spectrum."""
        return scale * films.u_height(at_per_m, height / scale) if films is not None and scale > 0 else 0.0

    u_among = films.u_shift_per_m if films is not None else 0.0
    partners = _pairs(first.peaks, second.peaks)
    for i, j in partners:
        a, b = first.peaks[i], second.peaks[j]
        u_shift = float(np.linalg.norm([a.u_position_per_m, b.u_position_per_m, u_among]))
        difference = b.height - scale * a.height
        film = among(a.position_per_m, max(b.height, scale * a.height))
        u = float(np.linalg.norm([b.u_height, scale * a.u_height, u_scale * a.height, film]))
        shift = b.position_per_m - a.position_per_m
        step = float(np.median(np.diff(second.wavenumber_per_m)))
        if abs(shift) > max(SIGNIFICANT * u_shift, 0.5 * step):
            out.append(Change("shifted", b.position_per_m, difference, u, shift, u_shift))
        if abs(difference) > max(SIGNIFICANT * u, least * max(b.height, scale * a.height)):
            kind: Kind = "grown" if difference > 0 else "shrunk"
            out.append(Change(kind, b.position_per_m, difference, u, shift, u_shift))
    out += _lone(second, first, {j for _, j in partners}, (1.0, 0.0), (scale, u_scale), "gained", among)
    out += _lone(first, second, {i for i, _ in partners}, (scale, u_scale), (1.0, 0.0), "lost", among)
    return tuple(sorted(out, key=lambda c: c.position_per_m))


def _lone(
    one: Corrected,
    other: Corrected,
    paired: set[int],
    own: tuple[float, float],
    its: tuple[float, float],
    kind: Kind,
    among: Callable[[float, float], float],
) -> list[Change]:
    """Bands of ``one`` without partner whose height the ``other`` does not reach; scales with uncertainties."""
    found = []
    sign = 1.0 if kind == "gained" else -1.0
    for k, peak in enumerate(one.peaks):
        if k in paired:
            continue
        there, u_there = window_height(
            other.wavenumber_per_m, other.absorbance, other.noise, peak.position_per_m, WINDOW_PER_M
        )
        if not np.isfinite(there):
            continue
        difference = own[0] * peak.height - its[0] * there
        film = among(peak.position_per_m, own[0] * peak.height)
        parts = (own[0] * peak.u_height, own[1] * peak.height, its[0] * u_there, its[1] * there, film)
        u = float(np.linalg.norm(parts))
        if difference > SIGNIFICANT * u:
            found.append(Change(kind, peak.position_per_m, sign * difference, u, float("nan"), float("nan")))
    return found


def _pairs(first: Sequence[Peak], second: Sequence[Peak]) -> list[tuple[int, int]]:
    """Nearest bands first, each used once, none further apart than 8 1/cm."""
    near = sorted(
        (abs(a.position_per_m - b.position_per_m), i, j) for i, a in enumerate(first) for j, b in enumerate(second)
    )
    left, right, out = set[int](), set[int](), list[tuple[int, int]]()
    for distance, i, j in near:
        if distance > NEAR_PER_M:
            break
        if i not in left and j not in right:
            left.add(i)
            right.add(j)
            out.append((i, j))
    return out


def _highest(peaks: Sequence[Peak], low_per_m: float, high_per_m: float) -> Peak | None:
    inside = [p for p in peaks if low_per_m <= p.position_per_m <= high_per_m]
    return max(inside, key=lambda p: p.height, default=None)
