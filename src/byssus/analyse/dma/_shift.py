"""Frequency-temperature shift: isotherms moved onto one another, and WLF and Arrhenius laws through the shifts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byssus.laws.matter import GAS_CONSTANT_J_PER_MOL_K as R
from byssus.laws.viscoelastic import wlf

__all__ = [
    "Arrhenius",
    "Isotherm",
    "Shift",
    "Told",
    "Wlf",
    "fit_arrhenius",
    "fit_wlf",
    "isotherms",
    "shift_of",
    "told_shift",
]

Floats = NDArray[np.float64]
SAME_K = 1.5  # temperatures this close are one isotherm
FEWEST_FREQUENCIES, FEWEST_ISOTHERMS = 4, 4
LEAST_OVERLAP = 0.3  # of a decade-wide window: what two isotherms must share
FEWEST_SMOOTHED, MOST_SMOOTHED = 12, 200  # readings of an isotherm: of fewer, cross-validation tells nothing
QUIET = 2e-4  # decades, 0.05 %: no instrument repeats a modulus better
PENALTIES, FREEDOM = 80, 1.2  # within a tenth alike from 1.2 to 1.4; less bends less
GRID = 241  # shifts tried, before the best is settled
AT_ONCE = 1_000_000  # numbers held at once while they are tried
MOST_TURNS, SETTLED = 30, 1e-10
LN10 = float(np.log(10.0))
Curve = Callable[[Floats], Floats]
Misfit = Callable[[Floats], tuple[Floats, NDArray[np.bool_]]]


@dataclass(frozen=True)
class Isotherm:
    """One temperature: log10 of the frequency (Hz), ascending, log10 of the storage modulus (Pa), ``(n,)``."""

    temperature_k: float
    log_f: Floats
    log_storage: Floats


@dataclass(frozen=True)
class Shift:
    """log10 aT of every isotherm, shape ``(n,)``, zero at ``reference_k``, and its standard uncertainty."""

    reference_k: float
    temperature_k: Floats
    log_a: Floats
    u_log_a: Floats


@dataclass(frozen=True)
class Wlf:
    """C1, C2 (K) at the reference, standard uncertainties, and the rms of log aT about the law."""

    c1: float
    u_c1: float
    c2_k: float
    u_c2_k: float
    rms: float


@dataclass(frozen=True)
class Arrhenius:
    """Activation energy (J/mol), standard uncertainty, and the rms of log aT about the law."""

    energy_j_per_mol: float
    u_energy: float
    rms: float


@dataclass(frozen=True)
class Told:
    """What the file of a master curve says of its own shifts: log10 aT of every isotherm, as the instrument moved it.

    ``c1`` and ``c2_k`` are the constants it states (``None`` where it states none), ``law`` and ``line`` those that
    least squares find in its shifts, and ``stated_rms`` how far the shifts lie from the law with the stated ones.
    """

    shift: Shift
    c1: float | None
    c2_k: float | None
    stated_rms: float
    law: Wlf | None
    line: Arrhenius


def told_shift(metadata: Mapping[str, Any]) -> Told | None:
    """The file's own shifts from ``shift_temperature_k`` and ``shift_log_a``; ``None`` with fewer than four."""
    t = np.asarray(metadata.get("shift_temperature_k", ()), dtype=np.float64)
    y = np.asarray(metadata.get("shift_log_a", ()), dtype=np.float64)
    if len(t) < FEWEST_ISOTHERMS or len(t) != len(y):
        return None
    order = np.argsort(t, kind="stable")
    t, y = t[order], y[order]
    reference = float(metadata.get("shift_reference_k", t[int(np.argmin(np.abs(y)))]))
    shift = Shift(reference, t, y, np.zeros(len(t)))
    c1, c2 = metadata.get("wlf_c1"), metadata.get("wlf_c2_k")
    rms = float("nan")
    if c1 is not None and c2 is not None:
        rms = float(np.sqrt(np.mean((wlf(t, reference, c1, c2) - y) ** 2)))
    return Told(shift, c1, c2, rms, fit_wlf(shift), fit_arrhenius(shift))


def isotherms(temperature_k: Floats, frequency_hz: Floats, storage_pa: Floats) -> tuple[Isotherm, ...]:
    """Rows gathered by temperature, ascending; shapes ``(n,)``. Empty where there are fewer than four."""
    order = np.argsort(temperature_k, kind="stable")
    cuts = np.flatnonzero(np.diff(temperature_k[order]) > SAME_K) + 1
    found = []
    for rows in np.split(order, cuts):
        f, first = np.unique(np.round(np.log10(frequency_hz[rows]), 6), return_index=True)
        if len(f) < FEWEST_FREQUENCIES or np.ptp(temperature_k[rows]) > 2 * SAME_K:
            continue
        kept = rows[first]
        mean = float(np.mean(temperature_k[rows]))
        found.append(Isotherm(mean, np.log10(frequency_hz[kept]), np.log10(storage_pa[kept])))
    return tuple(found) if len(found) >= FEWEST_ISOTHERMS else ()


def shift_of(curves: Sequence[Isotherm], reference_k: float) -> Shift | None:
    """Each isotherm moved along log frequency onto its neighbour, summed from the isotherm nearest the reference."""
    steps, variances = [], []
    for a, b in pairwise(zip(curves, _splines(curves), strict=True)):
        found = _between(*a, *b)
        if found is None:
            return None
        steps.append(found[0])
        variances.append(found[1] ** 2)
    t = np.array([c.temperature_k for c in curves])
    zero = int(np.argmin(np.abs(t - reference_k)))
    summed = np.concatenate([[0.0], np.cumsum(steps)])
    spread = np.concatenate([[0.0], np.cumsum(variances)])
    return Shift(float(t[zero]), t, summed - summed[zero], np.sqrt(np.abs(spread - spread[zero])))


def _between(a: Isotherm, at_a: Curve, b: Isotherm, at_b: Curve) -> tuple[float, float] | None:
    """log aT of ``b`` less that of ``a``: b(x) = a(x + s), by least squares over what both cover.

    The storage modulus alone, which only rises: in the glass a loss modulus hardly tells one shift from another.
    """
    reach = (float(a.log_f[0] - b.log_f[-1]) + LEAST_OVERLAP, float(a.log_f[-1] - b.log_f[0]) - LEAST_OVERLAP)
    if not reach[1] > reach[0]:
        return None
    rest = _misfit(a, at_a, b, at_b)
    grid = np.linspace(*reach, GRID)
    pieces = -(-GRID * (len(a.log_f) + len(b.log_f)) // AT_ONCE)
    costs = np.concatenate([_mean_square(*rest(part)) for part in np.array_split(grid, pieces)])
    return _settled(rest, float(grid[int(np.argmin(costs))]), float(grid[1] - grid[0]), reach)


def _mean_square(found: Floats, within: NDArray[np.bool_]) -> Floats:
    count = within.sum(axis=1)
    return np.where(count > 0, (found**2 * within).sum(axis=1) / np.maximum(count, 1), np.inf)


def _misfit(a: Isotherm, at_a: Curve, b: Isotherm, at_b: Curve) -> Misfit:
    """For shifts ``(g,)``: a(x + s) - b(x) at the readings of both, and which of them both cover, ``(g, readings)``."""

    def rest(s: Floats) -> tuple[Floats, NDArray[np.bool_]]:
        there, back = b.log_f + s[:, None], a.log_f - s[:, None]
        within = [(there >= a.log_f[0]) & (there <= a.log_f[-1]), (back >= b.log_f[0]) & (back <= b.log_f[-1])]
        off = [at_a(there) - b.log_storage, a.log_storage - at_b(back)]
        return np.concatenate(off, axis=1), np.concatenate(within, axis=1)

    return rest


def _splines(curves: Sequence[Isotherm]) -> list[Curve]:
    """A spline of each isotherm, smoothed where they have noise: slopes that noise alone makes would lead shifts.

    Through every reading where cross-validation leaves most isotherms by less than any instrument's noise.
    """
    from scipy.interpolate import CubicSpline

    rest = [_off(c, _smoothed(c, 1.0)) for c in curves if FEWEST_SMOOTHED <= len(c.log_f) <= MOST_SMOOTHED]
    noisy = bool(rest) and float(np.median(rest)) > QUIET
    return [
        _smoothed(c, FREEDOM) if noisy and FEWEST_SMOOTHED <= len(c.log_f) <= MOST_SMOOTHED
        else CubicSpline(c.log_f, c.log_storage) for c in curves
    ]  # fmt: skip


def _off(curve: Isotherm, spline: Curve) -> float:
    return float(np.max(np.abs(spline(curve.log_f) - curve.log_storage)))


def _smoothed(curve: Isotherm, freedom: float) -> Curve:
    from scipy.interpolate import make_smoothing_spline

    penalty = _penalty(curve.log_f, curve.log_storage, freedom)
    spline: Curve = make_smoothing_spline(curve.log_f, curve.log_storage, lam=penalty)
    return spline


def _penalty(x: Floats, y: Floats, freedom: float) -> float:
    """The penalty of least generalised cross-validation, of a cubic smoothing spline.

    Its residual is λK/(1 + λK) y with K = Q R^-1 Q' (Green and Silverman, 1994, ch. 2), so the eigenvalues of K give
    all penalties at once. ``freedom`` is what a degree of freedom counts: by 1 few readings are at times followed too
    closely (Kim and Gu, 2004, doi:10.1046/j.1369-7412.2003.05316.x, who take 1.4).
    """
    n, h = len(x), np.diff(x)
    q, r = np.zeros((n, n - 2)), np.zeros((n - 2, n - 2))
    k = np.arange(n - 2)
    q[k, k], q[k + 1, k], q[k + 2, k] = 1 / h[:-1], -1 / h[:-1] - 1 / h[1:], 1 / h[1:]
    r[k, k] = (h[:-1] + h[1:]) / 3
    r[k[1:], k[:-1]] = r[k[:-1], k[1:]] = h[1:-1] / 6
    rough, turn = np.linalg.eigh(q @ np.linalg.solve(r, q.T))
    rough = np.maximum(rough, 0.0)
    tried = np.geomspace(1e-5, 1e4, PENALTIES) / np.mean(rough)
    left = tried[:, None] * rough / (1 + tried[:, None] * rough)
    over = n - freedom * np.sum(1 - left, axis=1)
    scores = np.where(over > 0, np.sum((left * (turn.T @ y)) ** 2, axis=1) / np.maximum(over, 1e-9) ** 2, np.inf)
    return float(tried[int(np.argmin(scores))])


def _settled(rest: Misfit, s: float, step: float, reach: tuple[float, float]) -> tuple[float, float]:
    """The shift by Gauss-Newton from ``s``, with its standard uncertainty; ``step`` where nothing tells it.

    Each turn keeps to the readings that both cover at its start: a mean over a changing set has minima by chance.
    """
    h, spread = 1e-3, step
    for _ in range(MOST_TURNS):
        found, within = rest(np.array([s - h, s, s + h]))
        kept = within.all(axis=0)
        scatter, slope = found[1, kept], (found[2, kept] - found[0, kept]) / (2 * h)
        below = float(slope @ slope)
        if not below > 0:
            return s, step
        spread = float(np.sqrt(float(scatter @ scatter) / max(len(scatter) - 1, 1) / below))
        moved = float(np.clip(s - float(slope @ scatter) / below, *reach))
        if abs(moved - s) < SETTLED:
            return moved, spread
        s = moved
    return s, spread


def fit_wlf(shift: Shift, from_k: float = 0.0) -> Wlf | None:
    """C1 and C2 by least squares on log aT at ``from_k`` and above; ``None`` where no positive pair fits.

    Below the glass transition the law does not hold.
    """
    from scipy.optimize import curve_fit

    t, y = shift.temperature_k, shift.log_a
    away = (t != shift.reference_k) & (t >= from_k)
    if int(away.sum()) < FEWEST_ISOTHERMS - 1:
        return None
    lowest = max(shift.reference_k - float(t[away].min()), 0.0) + 1e-3
    best: Wlf | None = None
    for c2 in (lowest + 20.0, lowest + 80.0, lowest + 300.0):
        try:
            found, covariance = curve_fit(
                lambda x, c1, c2: wlf(x, shift.reference_k, c1, c2), t[away], y[away], p0=(10.0, c2),
                bounds=([0.0, lowest], [1e4, 1e6]), xtol=1e-14, ftol=1e-14, gtol=1e-14, x_scale=(10.0, 100.0),
            )  # fmt: skip
        except (RuntimeError, ValueError):
            continue
        rms = float(np.sqrt(np.mean((wlf(t[away], shift.reference_k, *found) - y[away]) ** 2)))
        if best is None or rms < best.rms:
            u = np.sqrt(np.abs(np.diag(covariance)))
            best = Wlf(float(found[0]), float(u[0]), float(found[1]), float(u[1]), rms)
    return best


def fit_arrhenius(shift: Shift) -> Arrhenius:
    """Activation energy from log aT = Ea (1/T - 1/Tr) / (R ln 10), a line through the reference."""
    x = (1 / shift.temperature_k - 1 / shift.reference_k) / (R * LN10)
    below = float(x @ x)
    energy = float(x @ shift.log_a) / below
    rest = shift.log_a - energy * x
    freedom = max(len(x) - 2, 1)
    return Arrhenius(energy, float(np.sqrt(rest @ rest / freedom / below)), float(np.sqrt(np.mean(rest**2))))
