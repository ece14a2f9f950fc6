"""Half cells cycled between two potentials, batched; with the ledger of their lithium.

The current of a lithiation goes partly into side reactions: i_Si = (1 - side) i. Silicon is cut off when
full, as in the cycle map, and its lithium goes with it: trapped += (s - s') Q mean.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from byssus.errors import Problem, StudyError
from byssus.laws.silicon_potential import LITHIATION
from byssus.simulate.particle.cell import Cells, Damage, Protocol, broadcast
from byssus.simulate.particle.potential import Working
from byssus.simulate.particle.sphere import Modes, Sphere, modes
from byssus.simulate.particle.steps import Curve, State, constant_current, held

__all__ = ["Cycled", "Fineness", "HalfCycle", "cycle"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Fineness:
    """How finely is computed: modes of diffusion, steps of a hold, points of a curve at constant current."""

    modes: int = 12
    hold_steps: int = 12
    points: int = 41


@dataclass(frozen=True)
class HalfCycle:
    """A curve kept: ``cycle`` from 1, ``lithiation`` or not; columns of shape ``(points, cells)``."""

    cycle: int
    lithiation: bool
    curve: Curve


@dataclass(frozen=True)
class Cycled:
    """Capacities, shape ``(cycles, cells)``, per kilogram of all silicon, the ledger, and the curves kept.

    Ledger (C/kg, at the end of each cycle): lithium in ``connected`` and ``trapped`` silicon and lost to ``side``
    reactions. ``least_share`` and ``most_share`` are the mean share of lithium after delithiation and lithiation.
    """

    lithiation_c_per_kg: Floats
    delithiation_c_per_kg: Floats
    connected_c_per_kg: Floats
    trapped_c_per_kg: Floats
    side_c_per_kg: Floats
    least_share: Floats
    most_share: Floats
    curves: tuple[HalfCycle, ...]


def cycle(
    cells: Cells,
    protocol: Protocol,
    damage: Damage | None = None,
    *,
    begin_share: Floats | float = 0.01,
    begin_branch: float = LITHIATION,
    keep: tuple[int, ...] | None = None,
    fineness: Fineness | None = None,
) -> Cycled:
    """Lithiate and delithiate ``protocol.cycles`` times from a uniform ``begin_share``.

    ``begin_branch`` is -1 (lithiation, as fresh silicon) to +1. ``keep`` names the cycles (from 1) whose
    curves are kept; ``None`` keeps all.
    """
    damage, fineness = damage or Damage(), fineness or Fineness()
    shape = protocol.cycles, cells.count
    connected = broadcast("damage.connected_share", damage.connected_share, *shape)
    resistance = broadcast("damage.resistance_ohm_m2", damage.resistance_ohm_m2, *shape) + cells.resistance_ohm_m2
    side = broadcast("damage.side_share", damage.side_share, *shape)
    down, up, hold = _currents(protocol, *shape)
    at, places = modes(fineness.modes), 0.5 - 0.5 * np.cos(np.linspace(0.0, np.pi, fineness.points))
    state = _begun(begin_share, begin_branch, shape[1], fineness.modes)
    capacity = np.broadcast_to(np.asarray(cells.capacity_c_per_kg, dtype=np.float64), shape[1:])
    trapped, sided, rows, curves = np.zeros(shape[1]), np.zeros(shape[1]), [], []
    for k in range(protocol.cycles):
        before = connected[k - 1] if k else np.ones(shape[1])
        working = Working(cells, before, resistance[k])
        state, into = _lithiate(working, at, state, (down[k], hold[k]), side[k], protocol.lower_v, places, fineness)
        most = state.sphere.mean
        trapped = trapped + (before - connected[k]) * capacity * most
        working = Working(cells, connected[k], resistance[k])
        state, out = constant_current(working, at, state, up[k], protocol.upper_v, places)
        sided = sided + side[k] * into.charge_c_per_kg[-1]
        inside = connected[k] * capacity * state.sphere.mean
        rows.append(
            (into.charge_c_per_kg[-1], out.charge_c_per_kg[-1], inside, trapped, sided, state.sphere.mean, most)
        )
        if keep is None or k + 1 in keep:
            curves += [HalfCycle(k + 1, True, into), HalfCycle(k + 1, False, out)]
    into_all, out_all, inside_all, trapped_all, side_all, least, most_all = np.array(rows).transpose(1, 0, 2)
    return Cycled(into_all, out_all, inside_all, trapped_all, side_all, least, most_all, tuple(curves))


def _currents(protocol: Protocol, cycles: int, cells: int) -> tuple[Floats, Floats, Floats | list[None]]:
    """Currents (A/kg) of lithiation, delithiation and the end of the hold, signed."""
    one_c = protocol.one_c_a_per_kg
    back = protocol.c_rate if protocol.delithiation_c_rate is None else protocol.delithiation_c_rate
    down = -one_c * broadcast("protocol.c_rate", protocol.c_rate, cycles, cells)
    up = one_c * broadcast("protocol.delithiation_c_rate", back, cycles, cells)
    if protocol.hold_until_c_rate is None:
        return down, up, [None] * cycles
    return down, up, -one_c * broadcast("protocol.hold_until_c_rate", protocol.hold_until_c_rate, cycles, cells)


def _begun(begin_share: Floats | float, begin_branch: float, cells: int, count: int) -> State:
    share = np.asarray(begin_share, dtype=np.float64)
    problems = []
    if not ((share > 0) & (share < 1)).all():
        got = f"{share[~((share > 0) & (share < 1))].flat[0]:g}"
        problems.append(Problem("out of its range", "begin_share", got, "more than 0 and below 1"))
    if not -1 <= begin_branch <= 1:
        problems.append(
            Problem("out of its range", "begin_branch", f"{begin_branch:g}", "-1 (lithiation) to 1 (delithiation)")
        )
    if problems:
        raise StudyError(*problems)
    sphere = Sphere(np.array(np.broadcast_to(share, (cells,))), np.zeros((count, cells)))
    return State(sphere, np.full(cells, float(begin_branch)))


def _lithiate(
    working: Working,
    at: Modes,
    state: State,
    currents: tuple[Floats, Floats | None],
    side: Floats,
    limit_v: float,
    places: Floats,
    fineness: Fineness,
) -> tuple[State, Curve]:
    """A lithiation of which ``side`` is lost; the potential is that of the current the silicon gets."""
    down, hold = currents
    state, curve = constant_current(working, at, state, (1 - side) * down, limit_v, places)
    if hold is not None:
        state, rest = held(working, at, state, (1 - side) * down, (1 - side) * hold, limit_v, fineness.hold_steps)
        curve = _joined(curve, rest)
    whole = 1 / (1 - side)
    return state, replace(
        curve, current_a_per_kg=curve.current_a_per_kg * whole, charge_c_per_kg=curve.charge_c_per_kg * whole
    )


def _joined(first: Curve, then: Curve) -> Curve:
    return Curve(
        np.concatenate([first.time_s, first.time_s[-1] + then.time_s[1:]]),
        np.concatenate([first.current_a_per_kg, then.current_a_per_kg[1:]]),
        np.concatenate([first.charge_c_per_kg, first.charge_c_per_kg[-1] + then.charge_c_per_kg[1:]]),
        np.concatenate([first.potential_v, then.potential_v[1:]]),
    )
