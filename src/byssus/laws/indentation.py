"""Instrumented indentation: what hardness, modulus and depth say of one another (Oliver-Pharr).

Oliver and Pharr, doi:10.1557/JMR.2004.0002; ISO 14577-1:2015.
"""

from __future__ import annotations

import math

__all__ = ["BERKOVICH_AREA", "EPSILON", "peak_load_n"]

BERKOVICH_AREA = 24.5  # A = 24.5 hc^2, the ideal tip
EPSILON = 0.75  # paraboloid of revolution, the usual choice


def peak_load_n(depth_m: float, hardness_pa: float, reduced_modulus_pa: float) -> float:
    """The peak load of an ideal Berkovich indentation that gives these three, in N.

    With S = (2/sqrt(pi)) Er sqrt(A), P = H A and h = hc + epsilon P/S, hc follows from h, and P from hc.
    """
    load_over_stiffness = math.sqrt(math.pi * BERKOVICH_AREA) / 2 * hardness_pa / reduced_modulus_pa  # (P/S)/hc
    contact_depth_m = depth_m / (1 + EPSILON * load_over_stiffness)
    return hardness_pa * BERKOVICH_AREA * contact_depth_m**2
