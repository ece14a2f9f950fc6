"""Readings of one sweep in order of potential, and the straight baselines that its peaks stand on.

Everything here runs along the sweep: ``u`` is the potential and ``y`` the current, both times the sweep's
direction, so that ``u`` rises and a peak (anodic or cathodic) is a maximum of ``y``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from byssus.analyse._sweeps import noise_of
from byssus.laws.statistics import running_median

__all__ = ["Baseline", "Readings", "flanks", "readings", "tangent"]

Floats = NDArray[np.float64]

GRID = 1000  # readings along a sweep: a thousandth of the window is finer than any peak (57 mV / n at 25 °C)
SMOOTHING = 0.005  # of the readings, for finding only
ANCHOR_SHARE = 0.01  # of the readings on either side of a point of contact are averaged
CONTACT_NOISE = 1.5  # in standard deviations: a hull lies about as far below the middle of noisy readings
FOOT_SHARE = 0.0005  # the foot of a peak: this much of its height above the line before it
FOOT_ROUNDS = 2  # a first guess and the line itself; more would let it creep up the foot
FIRST_STRETCH = 0.15  # of the way to the peak carries the first guess of the tangent
SPIKE_ROWS = 50  # from here on a running median of five may take a spike away without blunting a peak


@dataclass(frozen=True)
class Readings:
    """Readings of one sweep: ``u`` rises, ``y``, smoothed ``s``; shapes ``(m,)``; noise of a reading (A)."""

    u: Floats
    y: Floats
    s: Floats
    noise: float
    smooth_noise: float


@dataclass(frozen=True, slots=True)
class Baseline:
    """A baseline from ``left`` to ``right`` and the noise of its ends in A; ``closed`` where both touch the curve."""

    left: float
    right: float
    y_left: float
    y_right: float
    noise: float
    closed: bool = True

    def at(self, u: Floats | float) -> Floats:
        slope = (self.y_right - self.y_left) / (self.right - self.left)
        return np.asarray(self.y_left + slope * (np.asarray(u) - self.left))


def readings(u: Floats, y: Floats) -> Readings | None:
    """The sweep in order of potential, as many neighbours averaged as make at most ``GRID`` readings.

    ``None`` where the potential does not move.
    """
    noise = noise_of(y)
    clean = running_median(y) if len(y) >= SPIKE_ROWS else y
    order = np.argsort(u, kind="stable")
    each = -(-len(u) // GRID)
    first = np.arange(0, len(u), each)
    count = np.diff(np.r_[first, len(u)])
    mean_u, mean_y, mean_s = (np.add.reduceat(v[order], first) / count for v in (u, y, clean))
    places, same = np.unique(mean_u, return_inverse=True)
    if len(places) < 3:
        return None
    if len(places) < len(mean_u):  # a staircase: readings at one potential are one
        times = np.bincount(same)
        mean_u, mean_y, mean_s = (np.bincount(same, weights=v) / times for v in (mean_u, mean_y, mean_s))
    width = max(int(SMOOTHING * len(mean_u)) // 2 * 2 + 1, 1)
    noise *= float(np.sqrt(len(mean_u) / len(u)))
    return Readings(mean_u, mean_y, _moving_mean(mean_s, width), noise, float(noise / np.sqrt(width)))


def _moving_mean(values: Floats, width: int) -> Floats:
    if width <= 1 or len(values) <= width:
        return values
    padded = np.pad(values, width // 2, mode="edge")
    return np.asarray(np.convolve(padded, np.full(width, 1.0 / width), mode="valid"))


def flanks(curve: Readings, top: int, left: int, right: int) -> Baseline:
    """The edge of the lower convex hull that spans the top, its ends averaged with their neighbours."""
    hull: list[int] = []
    u, s = curve.u.tolist(), curve.s.tolist()
    for k in range(left, right + 1):
        while len(hull) > 1:
            a, b = hull[-2], hull[-1]
            if (s[b] - s[a]) * (u[k] - u[a]) < (s[k] - s[a]) * (u[b] - u[a]):
                break
            hull.pop()
        hull.append(k)
    b = next(k for k in hull if k > top)
    a = hull[hull.index(b) - 1]
    edge = Baseline(u[a], u[b], s[a], s[b], curve.smooth_noise)
    ends = [_contact(curve, edge, k, left, right) for k in (a, b)]
    means = [(float(np.mean(curve.u[e])), float(np.mean(curve.y[e]))) for e in ends]
    fewest = min(e.stop - e.start for e in ends)
    return Baseline(means[0][0], means[1][0], means[0][1], means[1][1], float(curve.noise / np.sqrt(fewest)))


def _contact(curve: Readings, edge: Baseline, k: int, left: int, right: int) -> slice:
    """The readings about a contact that may be averaged: as many as do not leave the edge by more than noise."""
    half = int(ANCHOR_SHARE * len(curve.u))
    rounding = 1e-9 * float(np.ptp(curve.s))
    while half > 0:
        near = slice(max(k - half, left), min(k + half, right) + 1)
        off = float(np.mean(curve.y[near] - edge.at(curve.u[near])))
        if abs(off) <= CONTACT_NOISE * curve.noise + rounding:
            return near
        half //= 2
    return slice(k, k + 1)


def tangent(curve: Readings, top: int, left: int) -> Baseline:
    """The least-squares line through the readings before the foot, drawn on beneath the peak."""
    least = stop = left + max(int(FIRST_STRETCH * (top - left)), 3)
    for _ in range(FOOT_ROUNDS):
        u, y = curve.u[left:stop], curve.y[left:stop]
        middle_u, middle = float(np.mean(u)), float(np.mean(y))
        spread = float(np.sum((u - middle_u) ** 2))
        slope = float(np.sum((u - middle_u) * (y - middle))) / spread if spread > 0 else 0.0
        over = curve.s[left : top + 1] - middle - slope * (curve.u[left : top + 1] - middle_u)
        level = max(FOOT_SHARE * float(over[-1]), 2 * curve.smooth_noise)
        below = np.flatnonzero(over <= level)
        used, stop = stop, max(left + int(below[-1]) + 1 if len(below) else least, least)
    ends = (float(curve.u[left]), float(curve.u[top]))
    y_left, y_right = (middle + slope * (x - middle_u) for x in ends)
    # the line's own uncertainty where it is used, beneath the top
    far = 1.0 / (used - left) + (ends[1] - middle_u) ** 2 / spread if spread > 0 else 1.0
    return Baseline(*ends, y_left, y_right, float(curve.noise * np.sqrt(far)), closed=False)
