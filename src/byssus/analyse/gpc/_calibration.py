"""Calibration with narrow standards: log10 M as a polynomial in retention, its order by leave-one-out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from byssus.errors import AnalysisError, Problem
from byssus.laws.molar_mass import universal

__all__ = ["Calibration", "from_coefficients", "from_standards"]

Floats = NDArray[np.float64]
HIGHEST_ORDER = 5  # beyond the fifth, polynomials swing between standards (ISO 16014-2:2019 uses the third)
# A lower order within this factor of the smallest error is as good: leave-one-out itself is uncertain to about that.
AS_GOOD = 1.1
KG = 1e-3  # kg/mol in a g/mol
GRID = 200  # points at which a curve is held to fall


@dataclass(frozen=True)
class Calibration:
    """log10 of the molar mass (kg/mol) over retention: ``Σ coefficients[k] u^k``, u = (x - centre) / scale.

    ``x`` is the retention as the trace has it (s or m³). ``covariance`` ``(k, k)`` of the coefficients has
    ``degrees`` of freedom; ``None`` where nothing tells it. ``errors`` are leave-one-out errors of log10 M by order;
    ``span`` the retention range that standards cover (``None`` for given coefficients). ``mark_houwink`` holds
    (K, a) of standards and sample where calibration is universal.
    """

    coefficients: Floats
    centre: float
    scale: float
    covariance: Floats | None = None
    degrees: int = 0
    errors: Mapping[int, float] | None = None
    standards: tuple[Floats, Floats] | None = None
    mark_houwink: tuple[tuple[float, float], tuple[float, float]] | None = None

    @property
    def order(self) -> int:
        return len(self.coefficients) - 1

    @property
    def span(self) -> tuple[float, float] | None:
        return None if self.standards is None else (float(self.standards[0].min()), float(self.standards[0].max()))

    def powers(self, x: Floats) -> Floats:
        """Derivatives of log10 M by each coefficient at ``x`` ``(n,)``, shape ``(n, order + 1)``."""
        factor = 1.0
        if self.mark_houwink is not None:
            (_, a1), (_, a2) = self.mark_houwink
            factor = (1 + a1) / (1 + a2)
        return factor * _powers((x - self.centre) / self.scale, self.order)

    def log_mass(self, x: Floats) -> Floats:
        """log10 of M in kg/mol at retention ``x`` ``(n,)``."""
        log_kg = _powers((x - self.centre) / self.scale, self.order) @ self.coefficients
        if self.mark_houwink is None:
            return np.asarray(log_kg)
        return universal(log_kg - math.log10(KG), *self.mark_houwink) + math.log10(KG)

    def slope(self, x: Floats) -> Floats:
        """dlog10 M/dx at ``x`` ``(n,)``."""
        u = (x - self.centre) / self.scale
        along = sum(k * c * u ** (k - 1) for k, c in enumerate(self.coefficients) if k)
        factor = 1.0 if self.mark_houwink is None else (1 + self.mark_houwink[0][1]) / (1 + self.mark_houwink[1][1])
        return np.asarray(factor * along / self.scale * np.ones_like(u))

    def falls(self, low: float, high: float) -> bool:
        """Whether M falls throughout from ``low`` to ``high``: large molecules elute first."""
        return bool(np.all(self.slope(np.linspace(low, high, GRID)) < 0))

    def universally(self, standard: tuple[float, float], sample: tuple[float, float]) -> Calibration:
        """The same calibration for a sample of other Mark-Houwink constants."""
        return replace(self, mark_houwink=(standard, sample))


def _powers(u: Floats, order: int) -> Floats:
    return np.asarray(u)[:, None] ** np.arange(order + 1)


def from_coefficients(coefficients: Floats, scale: float) -> Calibration:
    """log10(M / (g/mol)) = Σ c_k t^k with t in ``scale`` (60 s or 1e-6 m³), as programs print it."""
    own = np.asarray(coefficients, dtype=np.float64).copy()
    own[0] += math.log10(KG)
    return Calibration(own, 0.0, scale)


def from_standards(x: Floats, mass: Floats, order: int | None, where: str) -> Calibration:
    """The polynomial through narrow standards of molar mass ``mass`` (kg/mol) at retention ``x``, shapes ``(n,)``.

    ``order`` as given, else the lowest whose leave-one-out error is within :data:`AS_GOOD` of the smallest, among
    those that fall throughout. Raises :class:`AnalysisError` for fewer than two standards, two at one retention,
    an order that standards cannot fix, or masses that do not fall.
    Source: Allen (1974), doi:10.1080/00401706.1974.10489157, for the error of each standard left out: e/(1 - h).
    """
    if len(x) < 2 or len(np.unique(x)) < len(x):
        raise _unusable(where, f"{len(x)} standards at {len(np.unique(x))} retentions", "two or more, each at its own")
    centre, scale = float(np.mean(x)), float(np.ptp(x)) / 2
    u, y = (x - centre) / scale, np.log10(mass)
    highest = min(HIGHEST_ORDER, max(len(x) - 2, 1))
    if order is not None and not 1 <= order <= max(highest, len(x) - 1):
        raise _unusable(where, f"order {order} with {len(x)} standards", f"an order from 1 to {max(highest, 1)}")
    fits = {k: _fit(u, y, k, centre, scale, (x, mass)) for k in (range(1, highest + 1) if order is None else [order])}
    errors = {k: error for k, (_, error) in fits.items()}
    falling = {k: one for k, (one, _) in fits.items() if one.falls(float(x.min()), float(x.max()))}
    if not falling:
        raise _unusable(where, "molar masses that do not fall throughout with retention", "large molecules first")
    known = {k: errors[k] for k in falling if math.isfinite(errors[k])}
    best = min((k for k in known if known[k] <= AS_GOOD * min(known.values())), default=min(falling))
    return replace(falling[best], errors=errors)


def _fit(
    u: Floats, y: Floats, order: int, centre: float, scale: float, standards: tuple[Floats, Floats]
) -> tuple[Calibration, float]:
    """The polynomial of that order, and the root mean square of its leave-one-out errors (NaN: none can be had)."""
    design = _powers(u, order)
    q, r = np.linalg.qr(design)
    coefficients = np.linalg.solve(r, q.T @ y)
    residual = y - design @ coefficients
    degrees = len(u) - order - 1
    if degrees < 1:
        return Calibration(coefficients, centre, scale, standards=standards), math.nan
    left_out = residual / np.maximum(1 - np.sum(q**2, axis=1), np.finfo(float).eps)
    inverse = np.linalg.inv(r)
    covariance = inverse @ inverse.T * float(residual @ residual) / degrees
    one = Calibration(coefficients, centre, scale, covariance, degrees, standards=standards)
    return one, float(np.sqrt(np.mean(left_out**2)))


def _unusable(where: str, got: str, expected: str) -> AnalysisError:
    mend = "Mend the standards, or state another order."
    return AnalysisError(Problem("these standards make no calibration", where, got, expected, mend))
