"""Linear viscoelasticity: fractional Zener solid, Williams-Landel-Ferry shift, crosslinks from a rubbery modulus."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from byssus.laws.matter import GAS_CONSTANT_J_PER_MOL_K as R

__all__ = ["crosslink_density", "fractional_zener", "rubbery_modulus", "wlf"]


def fractional_zener(
    omega_tau: NDArray[np.float64], rubbery_pa: float, glassy_pa: float, exponent: float
) -> NDArray[np.complex128]:
    """Complex modulus (Pa) at ``omega_tau``, shape ``(n,)``: E0 + (E1 - E0) z / (1 + z), z = (i w t)^a.

    Its loss factor is highest where (w t)^a = sqrt(E0/E1). Source: Bagley and Torvik, doi:10.1122/1.549724.
    """
    z = (1j * np.asarray(omega_tau, dtype=np.float64)) ** exponent
    return np.asarray(rubbery_pa + (glassy_pa - rubbery_pa) * z / (1 + z), dtype=np.complex128)


def wlf(temperature_k: NDArray[np.float64], reference_k: float, c1: float, c2_k: float) -> NDArray[np.float64]:
    """log10 of the shift factor, shape ``(n,)``: -C1 (T - Tr) / (C2 + T - Tr). Source: doi:10.1021/ja01619a008."""
    above = np.asarray(temperature_k, dtype=np.float64) - reference_k
    return np.asarray(-c1 * above / (c2_k + above))


def crosslink_density(rubbery_pa: float, temperature_k: float, *, shear: bool = False) -> float:
    """Amount of elastic strands per volume (mol/m^3) of an affine network: E' = 3 v R T, G' = v R T.

    Source: Flory, Principles of Polymer Chemistry (1953), ch. XI.
    """
    return rubbery_pa / ((1.0 if shear else 3.0) * R * temperature_k)


def rubbery_modulus(density_mol_per_m3: float, temperature_k: float) -> float:
    """Tensile modulus (Pa) of so many strands per volume: E = 3 v R T, the affine network.

    With the cycle rank in their place (strands less junctions) it is that of a phantom network, which is the least.
    Source: Flory (1976), doi:10.1098/rspa.1976.0141.
    """
    return 3.0 * density_mol_per_m3 * R * temperature_k
