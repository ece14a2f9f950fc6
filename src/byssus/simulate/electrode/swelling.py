"""How far a silicon electrode swells: the bounds that composition sets, and where between them the binder holds it.

The three bounds are volume balances of a coating that can only thicken (in-plane it is held by its collector):
solids grow by e_a = beta phi x, with phi the silicon's share of the solids by volume and x its lithium.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from byssus.simulate.electrode.binders import Binders, Electrode
from byssus.simulate.electrode.parameters import Values

__all__ = ["Bounds", "bounds", "expansion", "hold", "residual_strain"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Bounds:
    """Thickness over its first value, less 1: pores grow with the solids, keep their volume, or are filled."""

    affine: Floats
    pores_kept: Floats
    pores_filled: Floats


def bounds(share: Floats | float, porosity: Floats | float, phi: Floats | float, beta: Floats | float) -> Bounds:
    """The bounds at lithium ``share`` (0 to 1) for a porosity; everything broadcasts.

    e_a = beta phi x; (1 - eps) e_a; max(0, (1 - eps)(1 + e_a) - 1).
    """
    affine = np.asarray(np.asarray(beta) * phi * share)
    solid = 1.0 - np.asarray(porosity)
    return Bounds(affine, np.asarray(solid * affine), np.maximum(0.0, solid * (1.0 + affine) - 1.0))


def hold(reduced_modulus_pa: Floats | float, given: Values) -> Floats:
    """How far the binder holds swelling back, 0 (free) to 1 (all pores filled): E^m / (E^m + E_half^m)."""
    exponent = given["holding_steepness"] * np.log(np.asarray(reduced_modulus_pa) / given["holding_modulus"])
    return np.asarray(expit(exponent))


def expansion(binders: Binders, electrode: Electrode, given: Values) -> Floats:
    """Expansion after lithiation: from the affine bound towards that of filled pores, by the hold."""
    b = bounds(given["lithium_share"], binders.porosity, electrode.silicon_volume_fraction, given["silicon_expansion"])
    return np.asarray(b.affine - hold(binders.reduced_modulus_pa, given) * (b.affine - b.pores_filled))


def residual_strain(expansion: Floats, binders: Binders, given: Values) -> Floats:
    """Expansion after delithiation: what is beyond the electrode's elastic reach k H/E stays, max(0, e - k H/E)."""
    reach = given["elastic_reach"] * np.asarray(binders.hardness_pa) / binders.reduced_modulus_pa
    return np.asarray(np.maximum(0.0, expansion - reach))
