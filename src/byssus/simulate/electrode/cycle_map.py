"""The states of half cells from cycle to cycle, for any number of candidates at once.

Loss is by cycle and not by charge, so each state follows its own law and is known at any cycle without those before;
lithium is what links them: what goes in either comes out, stays in silicon that is cut off, or is in side products.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from byssus.errors import Problem, StudyError
from byssus.laws.silicon_potential import DELITHIATION
from byssus.simulate.electrode.binders import Binders, Electrode
from byssus.simulate.electrode.contact import connected_share, contact_number, unreturned_number
from byssus.simulate.electrode.parameters import Values
from byssus.simulate.electrode.resistance import end_share, resistance_ohm_m2, sei_charge_c_per_kg, sei_thickness_m
from byssus.simulate.electrode.swelling import expansion, residual_strain

__all__ = ["Ledger", "States", "ledger", "states"]

Floats = NDArray[np.float64]
LI15SI4_C_PER_KG = 3579.0 * 3600.0  # theoretical capacity of silicon, to Li15Si4 (doi:10.1149/1.1652421)


@dataclass(frozen=True)
class States:
    """After each cycle, at the end of its delithiation: arrays ``(cycles, ...candidates)``; expansion without cycles.

    ``connected`` share of silicon, ``end_share`` of lithium in it, hysteresis ``branch``, ``residual`` strain of the
    thickness, ``sei_thickness_m``, ``resistance_ohm_m2``, ``porosity``; ``delithiation_c_per_kg`` is the capacity.
    """

    cycle: Floats
    expansion: Floats
    connected: Floats
    end_share: Floats
    branch: float
    residual: Floats
    sei_thickness_m: Floats
    resistance_ohm_m2: Floats
    porosity: Floats
    delithiation_c_per_kg: Floats


@dataclass(frozen=True)
class Ledger:
    """Where lithium is, as charge by mass of silicon, cycle by cycle; all but the first two are totals so far."""

    lithiation_c_per_kg: Floats
    delithiation_c_per_kg: Floats
    connected_c_per_kg: Floats
    cut_off_c_per_kg: Floats
    side_c_per_kg: Floats


def states(
    binders: Binders,
    electrode: Electrode,
    given: Values,
    cycle: Floats | float,
    c_rate: Floats | float,
    loss_rate: Floats | float | None = None,
) -> States:
    """States after each of ``cycle`` (1, 2, ...), all cycles at ``c_rate``; a new first axis, unless cycle is a number.

    ``c_rate`` is a number or one for each of ``cycle``. ``loss_rate`` is that of the cycles before, where they were run
    at another than the one asked for, as in a rate test.

    Raises :class:`StudyError` for a cycle before the first and a rate that is not above zero.
    """
    _refuse(cycle, c_rate, c_rate if loss_rate is None else loss_rate)
    swollen = expansion(binders, electrode, given)
    dry = residual_strain(swollen, binders, given)
    number = contact_number(swollen, binders, given)
    unreturned = unreturned_number(number, swollen, dry)
    n, rate, loss = (_leading(one, number) for one in (cycle, c_rate, c_rate if loss_rate is None else loss_rate))
    connected = connected_share(number, unreturned, n, loss, given)
    film = sei_thickness_m(n, given)
    resistance = resistance_ohm_m2(unreturned, film, electrode, given)
    end = np.minimum(end_share(connected, resistance, rate, electrode, given), given["lithium_share"])
    capacity = LI15SI4_C_PER_KG * connected * (given["lithium_share"] - end)
    pores = _porosity(binders, electrode, given, dry, end)
    return States(n, swollen, connected, end, DELITHIATION, dry, film, resistance, pores, capacity)


def ledger(
    binders: Binders,
    electrode: Electrode,
    given: Values,
    cycles: int,
    c_rate: Floats | float,
    found: States | None = None,
) -> Ledger:
    """Lithium in and out of every cycle from the first, arrays ``(cycles, ...candidates)``.

    Silicon is cut off when full, at the end of its lithiation, and keeps its lithium. SEI and, in the first cycle,
    carbon and binder take theirs while silicon is lithiated.
    """
    found = found or states(binders, electrode, given, np.arange(1.0, cycles + 1), c_rate)
    full = given["lithium_share"]
    before = np.concatenate([np.ones_like(found.connected[:1]), found.connected[:-1]])
    left = np.concatenate([np.zeros_like(found.end_share[:1]), found.end_share[:-1]])
    film = sei_charge_c_per_kg(found.sei_thickness_m, given)
    side = np.broadcast_to(film + given["other_side_capacity"], found.connected.shape)
    growth = np.diff(side, axis=0, prepend=0.0)
    into = LI15SI4_C_PER_KG * before * (full - left) + growth
    cut = np.cumsum(LI15SI4_C_PER_KG * (before - found.connected) * full, axis=0)
    holds = LI15SI4_C_PER_KG * found.connected * found.end_share
    return Ledger(into, found.delithiation_c_per_kg, holds, cut, side)


def _leading(value: Floats | float, like: Floats) -> Floats:
    """A number as it is; a vector along a first axis before all those of ``like``."""
    array = np.asarray(value, dtype=np.float64)
    return array.reshape(array.shape + (1,) * np.ndim(like)) if array.ndim else array


def _porosity(binders: Binders, electrode: Electrode, given: Values, dry: Floats, end: Floats) -> Floats:
    """Pores by volume, delithiated: solids have grown by the lithium left, the coating by its residual strain."""
    solids = (1.0 - np.asarray(binders.porosity)) * (
        1.0 + given["silicon_expansion"] * electrode.silicon_volume_fraction * end
    )
    return np.asarray(np.maximum(0.0, 1.0 - solids / (1.0 + dry)))


def _refuse(cycle: Floats | float, c_rate: Floats | float, loss_rate: Floats | float) -> None:
    problems = []
    for name, value, least in (("cycle", cycle, 1.0), ("c_rate", c_rate, 0.0), ("loss_rate", loss_rate, 0.0)):
        array = np.asarray(value, dtype=np.float64)
        fine = np.isfinite(array) & (array >= 1 if least else array > 0)
        if not fine.all() or not array.size:
            got = f"{array[~fine].flat[0]:g}" if array.size else "nothing"
            problems.append(Problem("out of its range", name, got, "1 or more" if least else "more than zero"))
    if problems:
        raise StudyError(*problems)
