"""Nominal stress and strain, and a concave curve through given points."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import lambertw

__all__ = ["SaturatingCurve", "cross_section", "nominal_strain", "nominal_stress", "saturating_curve", "toughness"]

# Below this curvature the curve is a straight line to the last digit, and Lambert's W loses its own.
STRAIGHT = 1e-6


def cross_section(width_m: float, thickness_m: float) -> float:
    """Area in m^2 of a rectangular specimen (ISO 527-1:2019, 9.2)."""
    return width_m * thickness_m


def nominal_stress(force_n: NDArray[np.float64], area_m2: float) -> NDArray[np.float64]:
    """Stress in Pa over the initial cross-section, shape as given (ISO 527-1:2019, 10.1)."""
    return force_n / area_m2


def nominal_strain(elongation_m: NDArray[np.float64], gauge_length_m: float) -> NDArray[np.float64]:
    """Strain, change in length over gauge length, shape as given (ISO 527-1:2019, 10.2)."""
    return elongation_m / gauge_length_m


def toughness(strain: NDArray[np.float64], stress_pa: NDArray[np.float64]) -> float:
    """Area under stress against strain in J/m^3, by trapezia; shapes ``(n,)``."""
    return float(np.trapezoid(stress_pa, strain))


@dataclass(frozen=True, slots=True)
class SaturatingCurve:
    """Stress that saturates exponentially with strain (after Voce, J. Inst. Met. 74 (1948) 537).

    ``rate`` (1) is initial modulus over saturation stress; 0 is a straight line.
    """

    modulus_pa: float
    rate: float
    break_strain: float

    def stress_pa(self, strain: NDArray[np.float64]) -> NDArray[np.float64]:
        """sigma = (E/k) (1 - exp(-k eps)), in Pa, shape as given."""
        if self.rate * self.break_strain < STRAIGHT:
            return self.modulus_pa * strain
        return np.asarray(-self.modulus_pa / self.rate * np.expm1(-self.rate * strain))

    @property
    def toughness_j_m3(self) -> float:
        """Integral of stress to the break: (E/k) (eps_b - (1 - exp(-k eps_b))/k), in J/m^3."""
        k, strain = self.rate, self.break_strain
        if k * strain < STRAIGHT:
            return self.modulus_pa * strain**2 / 2
        return self.modulus_pa / k * (strain + math.expm1(-k * strain) / k)


def saturating_curve(strength_pa: float, break_strain: float, modulus_pa: float) -> SaturatingCurve:
    """The saturating curve with that initial modulus which ends at (``break_strain``, ``strength_pa``).

    With r = strength / (E eps_b) and x = k eps_b, (1 - exp(-x))/x = r is solved by
    x = 1/r + W0(-exp(-1/r)/r) (Lambert, doi:10.1007/BF02124750).
    Raises ``ValueError`` unless all are positive and the modulus is at least the secant modulus.
    """
    if not min(strength_pa, break_strain, modulus_pa) > 0:
        raise ValueError("strength, strain at break and modulus must be greater than zero")
    ratio = strength_pa / (modulus_pa * break_strain)
    if ratio > 1 + STRAIGHT:
        raise ValueError(
            f"the initial modulus {modulus_pa:.4g} Pa is below the secant modulus {ratio * modulus_pa:.4g}"
        )
    if ratio > 1 - STRAIGHT:
        return SaturatingCurve(strength_pa / break_strain, 0.0, break_strain)
    x = 1 / ratio + float(np.real(lambertw(-math.exp(-1 / ratio) / ratio)))
    return SaturatingCurve(modulus_pa, x / break_strain, break_strain)
