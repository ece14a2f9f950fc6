"""How much silicon stays connected: a Griffith-type number, and the share that survives it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from byssus.simulate.electrode.binders import Binders
from byssus.simulate.electrode.parameters import Values

__all__ = ["connected_share", "contact_number", "unreturned_number"]

Floats = NDArray[np.float64]


def contact_number(expansion: Floats, binders: Binders, given: Values) -> Floats:
    """G = E_r (lambda - 1)^2 A / (4 F): elastic energy by area, E e^2 h / 2, over what a peel test needs, 2 F / b.

    A is h b, thickness of the layer before cycling by width of the peeled strip, times the share of that energy which
    reaches contacts. Where h and b of every binder are given, they enter as they are and the share alone is fitted, a
    pure number with its prior about 1: of a layer that swells by its own thickness most of E e^2 h / 2 is spent on
    plastic flow and never stored, and the crack of a peel test at the collector is not the one between particles, so
    that nothing of principle makes the share 1. Where h or b is not given, A is fitted as one length squared. Either
    way the results hold only the product.

    After Griffith, doi:10.1098/rsta.1921.0006; 2 F / b is the fracture energy of a 180 degree peel (Kendall,
    doi:10.1088/0022-3727/8/13/005).
    """
    energy = np.asarray(binders.reduced_modulus_pa) * expansion**2
    whole = binders.thickness_by_width_m2()
    area = given["contact_area"] if whole is None else given["contact_energy_share"] * whole
    return np.asarray(energy * area / (4.0 * np.asarray(binders.peel_force_n)))


def unreturned_number(number: Floats, expansion: Floats, residual: Floats) -> Floats:
    """The part of G that delithiation does not give back: G times residual strain over expansion."""
    return np.asarray(number * residual / np.maximum(expansion, 1e-12))


def connected_share(number: Floats, unreturned: Floats, cycle: Floats, c_rate: Floats, given: Values) -> Floats:
    """Share of silicon still connected after ``cycle`` (1, 2, ...), all of them at ``c_rate``.

    The first swelling leaves exp(-G): the share of contacts that hold where their toughness is exponentially
    distributed about its mean. Each later cycle takes the same part of what is left, kappa c^q G', by cycle and not by
    charge.
    """
    per_cycle = given["loss_per_cycle"] * unreturned * c_rate ** given["rate_exponent"]
    return np.asarray(np.exp(-number - per_cycle * (cycle - 1.0)))
