"""Instrumented indentation: what hardness, modulus and depth say of one another (Oliver-Pharr).

Oliver and Pharr, doi:10.1557/JMR.1992.1564 and doi:10.1557/JMR.2004.0002; ISO 14577-1:2015.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

__all__ = [
    "BERKOVICH_AREA",
    "DIAMOND",
    "EPSILON",
    "AreaFunction",
    "cone_area",
    "contact_depth_m",
    "epsilon_of_exponent",
    "peak_load_n",
    "plane_strain_modulus_pa",
    "reduced_modulus_pa",
]

BERKOVICH_AREA = 24.5  # A = 24.5 hc^2, the ideal tip
EPSILON = 0.75  # paraboloid of revolution, the usual choice
DIAMOND = (1141e9, 0.07)  # modulus in Pa and Poisson's ratio of a diamond tip, doi:10.1557/JMR.1992.1564
FLAT = 1e-6  # an exponent this close to 1 is that of a flat punch, whose epsilon is 1

Floats = NDArray[np.float64]


def peak_load_n(depth_m: float, hardness_pa: float, reduced_modulus_pa: float) -> float:
    """The peak load of an ideal Berkovich indentation that gives these three, in N.

    With S = (2/sqrt(pi)) Er sqrt(A), P = H A and h = hc + epsilon P/S, hc follows from h, and P from hc.
    """
    load_over_stiffness = math.sqrt(math.pi * BERKOVICH_AREA) / 2 * hardness_pa / reduced_modulus_pa  # (P/S)/hc
    contact = depth_m / (1 + EPSILON * load_over_stiffness)
    return hardness_pa * BERKOVICH_AREA * contact**2


def epsilon_of_exponent(m: float | Floats) -> Floats:
    """Epsilon of hc = h - epsilon P/S for unloading P = a (h - hf)^m, any shape, m >= 1.

    epsilon = m [1 - 2(m-1) Gamma(m/(2(m-1))) / (sqrt(pi) Gamma(1/(2(m-1))))]: 1 for a flat punch (m = 1), 3/4 for
    a paraboloid (3/2), 2(pi-2)/pi for a cone (2). Source: Pharr and Bolshakov, doi:10.1557/JMR.2002.0386.
    """
    exponent = np.asarray(m, dtype=np.float64)
    above = np.maximum(exponent - 1, FLAT)
    ratio = np.exp(gammaln(exponent / (2 * above)) - gammaln(1 / (2 * above)))
    return np.asarray(np.where(exponent - 1 > FLAT, exponent * (1 - 2 * above * ratio / math.sqrt(math.pi)), 1.0))


def contact_depth_m(
    depth_m: Floats | float, load_n: Floats | float, stiffness_n_per_m: Floats | float, epsilon: Floats | float
) -> Floats:
    """hc = h - epsilon P/S, in m."""
    return np.asarray(depth_m - epsilon * np.asarray(load_n) / stiffness_n_per_m)


def reduced_modulus_pa(stiffness_n_per_m: Floats | float, area_m2: Floats | float, beta: float = 1.0) -> Floats:
    """Er = sqrt(pi) S / (2 beta sqrt(A)), in Pa."""
    return np.asarray(math.sqrt(math.pi) / (2 * beta) * np.asarray(stiffness_n_per_m) / np.sqrt(area_m2))


def plane_strain_modulus_pa(reduced_pa: Floats | float, tip_pa: float, tip_poisson: float) -> Floats:
    """E/(1 - nu^2) of the sample, in Pa, from 1/Er = (1 - nu^2)/E + (1 - nui^2)/Ei; negative beyond the tip's."""
    return np.asarray(1 / (1 / np.asarray(reduced_pa) - (1 - tip_poisson**2) / tip_pa))


@dataclass(frozen=True, slots=True)
class AreaFunction:
    """Projected contact area A(hc) = C0 hc^2 + C1 hc + C2 hc^(1/2) + C3 hc^(1/4) + ..., all in SI.

    ``coefficients`` are C0 (1), C1 (m), C2 (m^(3/2)), ... Source: doi:10.1557/JMR.1992.1564, equation 20.
    """

    coefficients: tuple[float, ...]

    @classmethod
    def from_nanometres(cls, coefficients: Sequence[float]) -> AreaFunction:
        """The function from coefficients for hc in nm and A in nm^2, as instruments print them."""
        return cls(tuple(c * 1e-9 ** (2 - p) for c, p in zip(coefficients, powers(len(coefficients)), strict=True)))

    def nanometres(self) -> tuple[float, ...]:
        """The coefficients for hc in nm and A in nm^2."""
        return tuple(
            c / 1e-9 ** (2 - p) for c, p in zip(self.coefficients, powers(len(self.coefficients)), strict=True)
        )

    def __call__(self, depth_m: Floats | float) -> Floats:
        """A in m^2 at contact depths of any shape; NaN where the depth is not above zero."""
        depth = np.asarray(depth_m, dtype=np.float64)
        sound = np.where(depth > 0, depth, np.nan)
        terms = (c * sound**p for c, p in zip(self.coefficients, powers(len(self.coefficients)), strict=True) if c)
        return np.asarray(sum(terms, np.zeros_like(sound)), dtype=np.float64)


def powers(n: int) -> tuple[float, ...]:
    """2, 1, 1/2, 1/4, ...: the powers of hc in an area function of ``n`` terms."""
    return tuple(2.0 ** (1 - k) for k in range(n))


def cone_area(half_angle_rad: float) -> AreaFunction:
    """A = pi tan^2(alpha) hc^2 of an ideal cone. Source: Sneddon, doi:10.1016/0020-7225(65)90019-4."""
    return AreaFunction((math.pi * math.tan(half_angle_rad) ** 2,))
