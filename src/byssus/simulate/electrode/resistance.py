"""Where delithiation ends: equilibrium potential, charge transfer and ohmic drop against the upper limit."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from byssus.laws.electrode_kinetics import overpotential_v
from byssus.laws.silicon_potential import DELITHIATION, equilibrium_potential_v
from byssus.laws.voltammetry import FARADAY_C_PER_MOL
from byssus.simulate.electrode.binders import Electrode
from byssus.simulate.electrode.parameters import Values

__all__ = ["end_share", "resistance_ohm_m2", "sei_charge_c_per_kg", "sei_thickness_m", "surface_m2_per_kg"]

Floats = NDArray[np.float64]
LITHIUM_PER_SEI = 2.0  # (CH2OCO2Li)2: Yang et al., doi:10.1016/j.jpowsour.2017.05.110
POINTS = 4001


def surface_m2_per_kg(given: Values) -> Floats:
    """Real surface of spheres of silicon, 6 / (rho d)."""
    return np.asarray(6.0 / (given["silicon_density"] * given["particle_diameter"]))


def sei_thickness_m(cycle: Floats, given: Values) -> Floats:
    """Parabolic growth by cycle, delta_1 n^(1/2): a film that hinders its own growth."""
    return np.asarray(given["sei_thickness_first"] * np.sqrt(cycle))


def sei_charge_c_per_kg(thickness_m: Floats, given: Values) -> Floats:
    """Charge that a film of that thickness on all the surface has taken, 2 F delta a / V."""
    moles = thickness_m * surface_m2_per_kg(given) / given["sei_molar_volume"]
    return np.asarray(LITHIUM_PER_SEI * FARADAY_C_PER_MOL * moles)


def resistance_ohm_m2(unreturned: Floats, thickness_m: Floats, electrode: Electrode, given: Values) -> Floats:
    """By area of electrode: R0 (1 + rho G') of the cell, and the film's on the real surface."""
    film = given["sei_resistivity"] * thickness_m / (surface_m2_per_kg(given) * electrode.loading_kg_per_m2)
    return np.asarray(given["resistance"] * (1.0 + given["resistance_growth"] * unreturned) + film)


@cache
def _potentials() -> tuple[Floats, Floats]:
    """Potentials on delithiation, rising, and their shares of lithium."""
    share = np.linspace(1.0, 0.0, POINTS)
    return equilibrium_potential_v(share, DELITHIATION), share


def end_share(
    connected: Floats, resistance_ohm_m2: Floats, c_rate: Floats, electrode: Electrode, given: Values
) -> Floats:
    """Lithium left where U(x) + (2RT/F) asinh(j / 2 j0) + I R = the upper limit; 0 where even x = 0 lies below it.

    The whole current passes through what is still connected, so j is the current over its real surface; the ohmic part
    (electrolyte, collector, counter electrode) carries the current of the whole area.
    """
    current = electrode.current_density(c_rate)
    real = surface_m2_per_kg(given) * electrode.loading_kg_per_m2 * np.maximum(connected, 1e-9)
    lost = overpotential_v(current / real, given["exchange_current_density"], electrode.temperature_k)
    potentials, shares = _potentials()
    return np.asarray(np.interp(electrode.upper_v - lost - current * resistance_ohm_m2, potentials, shares))
