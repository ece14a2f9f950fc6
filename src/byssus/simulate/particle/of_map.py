"""Cells in time with the states of the cycle map: same potential, kinetics, resistance and lithium, curve by curve."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from byssus.figure import Series
from byssus.simulate.electrode.binders import Binders, Electrode
from byssus.simulate.electrode.cycle_map import ledger, states
from byssus.simulate.electrode.parameters import Values
from byssus.simulate.particle.cell import Cells, Damage, Protocol
from byssus.simulate.particle.cycling import Cycled, cycle

__all__ = ["FIGURE", "in_time", "voltage_series"]

Floats = NDArray[np.float64]
Given = Floats | float

FIGURE = "simulated_voltage"
BEGIN_SHARE = 1e-4  # fresh silicon: an empty surface has no finite potential
LEAST_CONNECTED = 1e-9  # as in the map's kinetics
MOST_SIDE = 0.99  # where hardly any silicon is left, side reactions would take the whole current


def in_time(
    binders: Binders,
    electrode: Electrode,
    given: Values,
    protocol: Protocol,
    *,
    diffusivity_m2_per_s: Given | None = None,
    branch_share: Given | None = None,
    keep: tuple[int, ...] | None = None,
) -> Cycled:
    """Curves of ``binders`` (each field ``(binders,)``) with what the map says of them cycle by cycle.

    Connected share, resistance and the share of a lithiation's charge that side reactions take are the map's;
    capacities are found anew from the limits of ``protocol``, whose delithiation rate the map is run at. ``given``
    holds one number (or one for each binder) of each parameter; diffusivity and branch share are its own unless given.
    """
    count = len(binders.array())
    back = protocol.c_rate if protocol.delithiation_c_rate is None else protocol.delithiation_c_rate
    found = states(binders, electrode, given, np.arange(1.0, protocol.cycles + 1), back)
    lithium = ledger(binders, electrode, given, protocol.cycles, back, found)
    growth = np.diff(lithium.side_c_per_kg, axis=0, prepend=0.0)
    side = np.minimum(growth / lithium.lithiation_c_per_kg, MOST_SIDE)
    cells = Cells(
        radius_m=np.full(count, 0.5) * given["particle_diameter"],
        diffusivity_m2_per_s=given["silicon_diffusivity"] if diffusivity_m2_per_s is None else diffusivity_m2_per_s,
        exchange_at_half_a_per_m2=np.ones(count) * given["exchange_current_density"],
        loading_kg_per_m2=electrode.loading_kg_per_m2,
        density_kg_per_m3=float(given["silicon_density"]),
        branch_share=given["branch_share"] if branch_share is None else branch_share,
        temperature_k=electrode.temperature_k,
    )
    damage = Damage(np.maximum(found.connected, LEAST_CONNECTED), found.resistance_ohm_m2, side)
    return cycle(cells, protocol, damage, begin_share=BEGIN_SHARE, keep=keep)


def voltage_series(found: Cycled, names: Sequence[str], c_rate: float) -> dict[str, tuple[Series, ...]]:
    """Potential against charge of every curve kept, by binder, for ``FIGURE``."""
    return {
        name: tuple(
            Series(
                FIGURE,
                half.curve.charge_c_per_kg[:, k],
                half.curve.potential_v[:, k],
                f"cycle {half.cycle}, {'lithiation' if half.lithiation else 'delithiation'}",
                at={"cycle": half.cycle, "half": "lithiation" if half.lithiation else "delithiation", "c_rate": c_rate},
            )
            for half in found.curves
        )
        for k, name in enumerate(names)
    }
