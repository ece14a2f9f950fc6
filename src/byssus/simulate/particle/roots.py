"""One root for each cell of a batch at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = ["rising_root"]

Floats = NDArray[np.float64]

MOST_STEPS = 80  # bisection alone needs 50 to the last digit; interpolation some 8


def rising_root(function: Callable[[Floats], Floats], low: Floats, high: Floats, tolerance: float = 1e-13) -> Floats:
    """Where each element of ``function`` turns from negative to positive, between ``low`` and ``high``.

    An element not negative at ``low`` gives ``low``, one not positive at ``high`` gives ``high``. Interpolation where
    it is sure to help, bisection elsewhere: Chandrupatla (1997), doi:10.1016/S0965-9978(96)00051-8. ``tolerance`` is a
    share of the bracket given.
    """
    a, b = np.array(high, dtype=np.float64), np.array(low, dtype=np.float64)
    fa, fb = function(a), function(b)
    settled = np.where(fb >= 0, b, np.where(fa <= 0, a, np.nan))
    width = tolerance * np.abs(a - b)
    c, fc, share = a, fa, np.full_like(a, 0.5)
    for _ in range(MOST_STEPS):
        t = a + share * (b - a)
        ft = function(t)
        same = np.sign(ft) == np.sign(fa)
        c, fc = np.where(same, a, b), np.where(same, fa, fb)
        b, fb = np.where(same, b, a), np.where(same, fb, fa)
        a, fa = t, ft
        best = np.where(np.abs(fa) < np.abs(fb), a, b)
        gap = np.abs(b - a)
        done = (gap <= 2 * width) | (fa == 0)
        settled = np.where(np.isnan(settled) & done, best, settled)
        if not np.isnan(settled).any():
            return settled
        share = _next_share(a, b, c, fa, fb, fc, width / np.maximum(gap, np.finfo(np.float64).tiny))
    return np.where(np.isnan(settled), best, settled)


def _next_share(a: Floats, b: Floats, c: Floats, fa: Floats, fb: Floats, fc: Floats, least: Floats) -> Floats:
    """Inverse quadratic interpolation inside Chandrupatla's region, else one half."""
    with np.errstate(all="ignore"):
        xi, phi = (a - b) / (c - b), (fa - fb) / (fc - fb)
        inside = (phi**2 < xi) & ((1 - phi) ** 2 < 1 - xi)
        share = fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb)
    share = np.where(inside & np.isfinite(share), share, 0.5)
    least = np.minimum(least, 0.5)
    return np.clip(share, least, 1 - least)
