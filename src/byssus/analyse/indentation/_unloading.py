"""The power law of unloading, P = a (h - hf)^m, by variable projection.

Golub and Pereyra, doi:10.1137/0710036; the amplitude is linear and leaves the search, which is over m and the
length L = h1 - hf alone, h1 being the depth where unloading begins. Kaufman's Jacobian, damped Gauss-Newton.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["PowerLaw", "fit_power_law", "slope_near"]

Floats = NDArray[np.float64]

LEAST_POINTS = 5  # three parameters and something left to judge them by
LOWEST, HIGHEST = 1.0, 10.0  # a flat punch; beyond any tip and any material
MOST_STEPS = 60
STEADY = 1e-9  # relative change of ln L and m below which the search is over
STEADY_NEAR = 1e-2  # the same where only a window's influence is asked for: what is left is of the step squared
NOTHING_LEFT = 1e-15  # relative fall of the squares that rounding hides
STARTS = (1.2, 1.6, 2.5)  # exponents among which the search begins
MOST_DAMPING = 1e12
LONGEST = 1e3  # times the depth: beyond this the origin lies nowhere near the curve


@dataclass(frozen=True)
class PowerLaw:
    """A fitted unloading, in SI.

    The parameters are ``load_n`` (the law's load at ``depth_m``, where unloading begins), ``length_m``
    (``depth_m`` - hf) and ``exponent``; ``covariance`` (3, 3) is theirs in this order, from the ``noise_n`` about
    the fit (``n`` points, n - 3 degrees of freedom).
    """

    load_n: float
    length_m: float
    exponent: float
    depth_m: float
    covariance: Floats
    noise_n: float
    n: int

    @property
    def stiffness_n_per_m(self) -> float:
        """dP/dh where unloading begins."""
        return self.exponent * self.load_n / self.length_m

    @property
    def stiffness_uncertainty(self) -> float:
        """The Cramer-Rao bound of the stiffness for this window, noise and number of points."""
        slope = self.stiffness_n_per_m
        gradient = np.array([slope / self.load_n, -slope / self.length_m, slope / self.exponent])
        return math.sqrt(max(float(gradient @ self.covariance @ gradient), 0.0))

    @property
    def final_depth_m(self) -> float:
        return self.depth_m - self.length_m

    def loads(self, depth_m: Floats) -> Floats:
        """The law at depths of any shape, in N; zero below the final depth."""
        reached = np.maximum(1 - (self.depth_m - depth_m) / self.length_m, 0.0)
        return np.asarray(self.load_n * reached**self.exponent)


def fit_power_law(depth_m: Floats, load_n: Floats, start_m: float) -> PowerLaw | None:
    """The law through ``(n,)`` depths and loads of a window, told at ``start_m``; ``None`` where there is none.

    Least squares in the load, equal weights: the best there is for white noise in the load.
    """
    n = len(depth_m)
    span = start_m - float(depth_m.min()) if n else 0.0
    if n < LEAST_POINTS or not span > 0 or not float(load_n.max()) > 0:
        return None
    below = (start_m - depth_m) / span
    start = _start(below, load_n)
    found = _search(below, load_n, start, STEADY) if start else None
    if found is None:
        return None
    log_length, m, amplitude, squares = found
    length = math.exp(log_length)
    g, by_length, by_m = _shape(below, length, m)
    jacobian = np.column_stack((g, amplitude * by_length / length, amplitude * by_m))
    noise = math.sqrt(squares / (n - 3))
    try:
        inverse = np.linalg.inv(np.linalg.qr(jacobian, mode="r"))
    except np.linalg.LinAlgError:
        return None
    scale = np.array([1.0, span, 1.0])
    covariance = noise**2 * (inverse @ inverse.T) * np.outer(scale, scale)
    if not np.isfinite(covariance).all():
        return None
    return PowerLaw(amplitude, length * span, m, start_m, covariance, noise, n)


def slope_near(depth_m: Floats, load_n: Floats, near: PowerLaw) -> float:
    """The stiffness that another window of the same unloading gives, N/m; NaN where it gives none."""
    span = near.depth_m - float(depth_m.min()) if len(depth_m) >= LEAST_POINTS else 0.0
    if not span > 0 or not float(load_n.max()) > 0:
        return math.nan
    begin = math.log(max(near.length_m / span, 1 + 1e-9)), near.exponent
    found = _search((near.depth_m - depth_m) / span, load_n, begin, STEADY_NEAR)
    return found[1] * found[2] / (math.exp(found[0]) * span) if found else math.nan


def _shape(below: Floats, length: float, m: float) -> Floats:
    """g = (1 - below/L)^m and its derivatives by ln L and m, shape (3, n)."""
    out = np.empty((3, len(below)))
    g, by_length, by_m = out
    share = below / length
    reached = np.maximum(1 - share, 1e-300)
    logarithm = np.log(reached)
    np.exp(m * logarithm, out=g)
    np.multiply(g, logarithm, out=by_m)
    np.divide(share, reached, out=by_length)
    by_length *= m * g
    return out


def _project(g: Floats, load: Floats) -> tuple[float, Floats, float]:
    """The best amplitude, the residuals and their squares."""
    amplitude = float(g @ load) / float(g @ g)
    residual = load - amplitude * g
    return amplitude, residual, float(residual @ residual)


def _start(below: Floats, load: Floats) -> tuple[float, float] | None:
    """ln L and m of the best of a few exponents, each with L by the line of P^(1/m) on depth."""
    best: tuple[float, float, float] | None = None
    logarithm = np.log(np.maximum(load, 1e-300))
    mean = float(below.sum()) / len(below)
    centred = below - mean
    spread = float(centred @ centred)
    if not spread > 0:  # the depth stands still: no line through it
        return None
    for m in STARTS:
        root = np.exp(logarithm / m)
        slope = float(centred @ root) / spread
        at_start = float(root.sum()) / len(root) - slope * mean
        if not (slope < 0 < at_start):
            continue
        length = max(-at_start / slope, 1.0 + 1e-9)
        squares = _project(np.maximum(1 - below / length, 0.0) ** m, load)[2]
        if best is None or squares < best[0]:
            best = (squares, math.log(length), m)
    return best[1:] if best else None


def _search(
    below: Floats, load: Floats, start: tuple[float, float], steady: float
) -> tuple[float, float, float, float] | None:
    """ln L (of the window's depth), m, amplitude and squares at the least squares."""
    log_length, m = start
    shape = _shape(below, math.exp(log_length), m)
    amplitude, residual, squares = _project(shape[0], load)
    damping = 1e-4
    for _ in range(MOST_STEPS):
        ll, lm, mm, pull_l, pull_m = _normal(shape, residual, amplitude)
        while damping < MOST_DAMPING:
            a, b, c = ll * (1 + damping), lm, mm * (1 + damping)
            if m <= LOWEST and ll * pull_m < lm * pull_l:  # held at the flat punch
                b = 0.0
            determinant = a * c - b * b
            if not determinant > 0:
                return None
            new_l = min(max(log_length + (c * pull_l - b * pull_m) / determinant, 1e-12), math.log(LONGEST))
            new_m = min(max(m + (a * pull_m - b * pull_l) / determinant, LOWEST), HIGHEST)
            trial = _shape(below, math.exp(new_l), new_m)
            projected = _project(trial[0], load)
            if projected[2] <= squares:
                break
            promised = (new_l - log_length) * pull_l + (new_m - m) * pull_m
            if promised <= NOTHING_LEFT * squares:
                return log_length, m, amplitude, squares
            damping *= 8
        else:
            break
        done = abs(new_m - m) <= steady * m and abs(new_l - log_length) <= steady
        log_length, m, shape = new_l, new_m, trial
        amplitude, residual, squares = projected
        damping = max(damping / 10, 1e-15)
        if done:
            break
    return (log_length, m, amplitude, squares) if amplitude > 0 else None


def _normal(shape: Floats, residual: Floats, amplitude: float) -> tuple[float, float, float, float, float]:
    """The normal equations of ln L and m, the amplitude projected out: two squares, their product, two pulls.

    The residual is at right angles to g, the first row, so that the pulls need no projection.
    """
    (own, gl, gm), (_, by_l, by_lm), (_, _, by_m) = (shape @ shape.T).tolist()
    pull_l, pull_m = (shape[1:] @ residual).tolist()
    square = amplitude * amplitude
    return (
        square * (by_l - gl * gl / own),
        square * (by_lm - gl * gm / own),
        square * (by_m - gm * gm / own),
        amplitude * pull_l,
        amplitude * pull_m,
    )
