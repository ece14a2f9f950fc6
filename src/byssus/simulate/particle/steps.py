"""Steps of a cycling programme for a batch of half cells: constant current to a limit, then the limit held.

Between the ends of a step nothing is integrated numerically where the current is constant: surface, mean and branch are
functions of the time (:mod:`byssus.simulate.particle.sphere`), and the time of the limit is a root.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from byssus.laws.silicon_potential import SHARE_MARGIN
from byssus.simulate.particle.potential import Working
from byssus.simulate.particle.roots import rising_root
from byssus.simulate.particle.sphere import Modes, Sphere

__all__ = ["Curve", "State", "constant_current", "held"]

Floats = NDArray[np.float64]

VOLTS_SEEN = 1.0  # a difference from the limit beyond it counts as it: keeps the search of the root tame


@dataclass(frozen=True)
class State:
    """Particles and hysteresis branch of a batch."""

    sphere: Sphere
    branch: Floats


@dataclass(frozen=True)
class Curve:
    """One step, each of shape ``(points, cells)``: time since its start, current, charge passed and potential."""

    time_s: Floats
    current_a_per_kg: Floats
    charge_c_per_kg: Floats
    potential_v: Floats


def constant_current(
    working: Working, at: Modes, state: State, current_a_per_kg: Floats, limit_v: float, places: Floats
) -> tuple[State, Curve]:
    """Constant current until the potential meets ``limit_v``, or the surface is full or empty.

    The current is positive for delithiation and of one sign for all cells; ``places`` are the curve's points in units
    of the whole step. A cell beyond the limit at once has a step of no duration.
    """
    sign, delta, tau = (
        float(np.sign(current_a_per_kg).flat[0]),
        working.flux(current_a_per_kg),
        working.cells.diffusion_time_s,
    )

    def seen(time: Floats) -> tuple[Floats, Floats]:
        surface = state.sphere.surface_after(at, time, delta)
        branch = working.branch_after(state.branch, sign, 3 * np.abs(delta) * time)
        return surface, working.potential_v(surface, branch, current_a_per_kg)

    def beyond(time: Floats) -> Floats:
        surface, volts = seen(time)
        left = np.where(sign > 0, surface, 1 - surface)
        over = np.clip(sign * (volts - limit_v), -VOLTS_SEEN, VOLTS_SEEN)
        return np.where(left <= SHARE_MARGIN, VOLTS_SEEN, over)

    left = np.clip(np.where(sign > 0, state.sphere.mean, 1 - state.sphere.mean), 0.0, 1.0)
    end = rising_root(beyond, np.zeros_like(delta), left / (3 * np.abs(delta)))
    times = places[:, None] * end
    _, volts = seen(times)
    seconds = times * tau
    curve = Curve(seconds, np.broadcast_to(current_a_per_kg, volts.shape), np.abs(current_a_per_kg) * seconds, volts)
    after = working.branch_after(state.branch, sign, 3 * np.abs(delta) * end)
    return State(state.sphere.after(at, end, delta), after), curve


def held(
    working: Working,
    at: Modes,
    state: State,
    begins_a_per_kg: Floats,
    ends_a_per_kg: Floats,
    limit_v: float,
    steps: int,
) -> tuple[State, Curve]:
    """``limit_v`` held while the current falls from what the limit allows, at most ``begins``, to ``ends``.

    It steps in current, by equal ratios, and finds how long each takes if the current falls linearly meanwhile. So all
    cells are through after ``steps`` steps, whatever their times. A cell whose potential is not met even by ``ends``
    passes nothing.
    """
    sign = float(np.sign(begins_a_per_kg).flat[0])

    def beyond(size: Floats) -> Floats:
        volts = working.potential_v(state.sphere.surface, state.branch, sign * size)
        return np.clip(sign * (volts - limit_v), -VOLTS_SEEN, VOLTS_SEEN)

    last = np.abs(ends_a_per_kg)
    size = rising_root(beyond, np.zeros_like(last), np.abs(begins_a_per_kg))
    runs = size > last
    ratio = np.where(runs, last / np.where(runs, size, 1.0), 1.0) ** (1.0 / steps)
    sizes = size * ratio ** np.arange(steps + 1)[:, None]
    seconds, charge = np.zeros_like(sizes), np.zeros_like(sizes)
    for k in range(steps):
        state, lasted = _fall(working, at, state, sign * sizes[k], sign * sizes[k + 1], limit_v, runs)
        seconds[k + 1] = seconds[k] + lasted
        charge[k + 1] = charge[k] + 0.5 * (sizes[k] + sizes[k + 1]) * lasted
    return state, Curve(seconds, sign * sizes * runs, charge, np.full_like(sizes, limit_v))


def _fall(
    working: Working, at: Modes, state: State, begins: Floats, ends: Floats, limit_v: float, runs: NDArray[np.bool_]
) -> tuple[State, Floats]:
    """One step of a hold: what is after the current has fallen from ``begins`` to ``ends``, and the seconds it took."""
    sign, tau = float(np.sign(begins).flat[0]), working.cells.diffusion_time_s
    delta, then = working.flux(begins), working.flux(ends)
    rate = 1.5 * np.abs(delta + then)

    def beyond(time: Floats) -> Floats:
        surface = state.sphere.surface_after(at, time, delta, then)
        branch = working.branch_after(state.branch, sign, rate * time)
        over = np.clip(sign * (working.potential_v(surface, branch, ends) - limit_v), -VOLTS_SEEN, VOLTS_SEEN)
        left = np.where(sign > 0, surface, 1 - surface)
        return np.where(left <= SHARE_MARGIN, VOLTS_SEEN, over)

    left = np.clip(np.where(sign > 0, state.sphere.mean, 1 - state.sphere.mean), 0.0, 1.0)
    longest = np.where(runs, left / rate, 0.0)
    time = np.where(runs, rising_root(beyond, np.zeros_like(longest), longest, 1e-12), 0.0)
    branch = working.branch_after(state.branch, sign, rate * time)
    return State(state.sphere.after(at, time, delta, then), branch), np.asarray(time * tau)
