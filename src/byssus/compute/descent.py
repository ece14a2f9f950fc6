"""The way down to a geometry at rest: quasi-Newton steps in Cartesian coordinates from a model of the force constants.

The model knows bonds, not what holds two molecules, and not how they turn: moves of whole molecules are soft springs
of their own, and their turns are made as turns. Steps: Broyden, Fletcher, Goldfarb and Shanno's with Powell's damping
(doi:10.1007/BFb0067703), within a trusted length; the model is taken anew where the last is worn (as ANCopt of xtb
has it, doi:10.1002/wcms.1493).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh
from scipy.sparse.csgraph import connected_components
from scipy.spatial.transform import Rotation

from byssus.compute.contacts import bonded
from byssus.compute.model_hessian import model_hessian
from byssus.compute.molecule import Geometry

__all__ = ["Descent", "Forces", "descend"]

Floats = NDArray[np.float64]
# Positions in bohr to the energy in hartree and its gradient ``(n, 3)`` in hartree per bohr.
Forces = Callable[[Floats], tuple[float, Floats]]

SOFT, SOFTEST = 5e-3, 8e-4  # hartree/bohr^2: added to every move, and to those of whole molecules
FIRST_BOHR, MOST_BOHR, LEAST_BOHR = 0.6, 1.5, 0.01  # how far an atom may go in a step
WORN = 25  # steps after which the model is taken anew
UPHILL_HARTREE, FAR_UPHILL_HARTREE = 1e-5, 2e-3  # a rise that shortens the next step; one that is gone back on
DAMPED = 0.2  # of the model's curvature along a step: the least that is believed


@dataclass(frozen=True)
class Descent:
    """Where it ended: positions ``(n, 3)`` in bohr, energy in hartree, largest force on an atom in hartree/bohr.

    ``left_hartree`` is what the model expects to be left to gain, ``steps`` how many energies were asked for.
    """

    positions_bohr: Floats
    energy_hartree: float
    force_hartree_per_bohr: float
    left_hartree: float
    steps: int


def descend(
    geometry: Geometry, forces: Forces, force_hartree_per_bohr: float, left_hartree: float, most: int
) -> Descent:
    """Downhill until no atom feels more than the force, and no more than ``left_hartree`` is left to gain.

    Ends after ``most`` energies, at rest or not: ``force_hartree_per_bohr`` and ``left_hartree`` tell.
    """
    parts = _parts(geometry)
    places, hessian, age, trusted = geometry.positions_bohr, None, 0, FIRST_BOHR
    energy, slope = _inner(forces(places), places)
    for steps in range(1, most + 1):
        if hessian is None or age >= WORN:
            hessian, age = _model(geometry.numbers, places, parts), 0
        step = _newton(hessian, slope)
        force, left = _longest(slope), float(-slope @ step / 2)
        if (force <= force_hartree_per_bohr and left <= left_hartree) or steps == most:
            break
        length = _longest(step)
        step, length = step * min(trusted / length, 1.0), min(length, trusted)
        foreseen = float(slope @ step + step @ hessian @ step / 2)
        there = _moved(places, step.reshape(-1, 3), parts)
        new_energy, new_slope = _inner(forces(there), there)
        hessian, age = _learnt(hessian, (there - places).ravel(), new_slope - slope), age + 1
        trusted = _trusted(trusted, length, new_energy - energy, foreseen)
        if new_energy <= energy + FAR_UPHILL_HARTREE:
            places, energy, slope = there, new_energy, new_slope
    return Descent(places, energy, force, left, steps)


def _inner(found: tuple[float, Floats], places: Floats) -> tuple[float, Floats]:
    """Energy, and the gradient without what would move or turn all as one: an integration grid makes some of it."""
    energy, slope = found
    whole = _whole_moves(places, [np.arange(len(places))])
    return energy, slope.ravel() - whole @ (whole.T @ slope.ravel())


def _longest(vector: Floats) -> float:
    """The longest of an atom's three components."""
    return float(np.sqrt((vector.reshape(-1, 3) ** 2).sum(axis=1)).max())


def _newton(hessian: Floats, slope: Floats) -> Floats:
    """Newton's step, no curvature taken for less than a third of the softest spring."""
    curvature, modes = eigh(hessian)
    return np.asarray(modes @ (-(modes.T @ slope) / np.maximum(curvature, SOFTEST / 3)))


def _learnt(hessian: Floats, step: Floats, change: Floats) -> Floats:
    """The force constants after a step that changed the gradient so; they stay positive."""
    expected = hessian @ step
    curvature, seen = float(step @ expected), float(step @ change)
    share = 1.0 if seen >= DAMPED * curvature else (1.0 - DAMPED) * curvature / (curvature - seen)
    believed = share * change + (1.0 - share) * expected
    gained = np.outer(believed, believed) / (step @ believed)
    return np.asarray(hessian + gained - np.outer(expected, expected) / curvature)


def _trusted(trusted: float, length: float, change: float, foreseen: float) -> float:
    """How far an atom may go in the next step, by how the energy changed beside what was foreseen."""
    if change > UPHILL_HARTREE:
        return max(0.4 * length, LEAST_BOHR)
    share = change / foreseen if foreseen < 0 else -1.0
    if share > 0.75 and length > 0.9 * trusted:
        return min(1.5 * trusted, MOST_BOHR)
    return max(0.5 * trusted, 2 * LEAST_BOHR) if share < 0.25 else trusted


def _parts(geometry: Geometry) -> list[NDArray[np.intp]]:
    """The atoms of each molecule."""
    count, member = connected_components(bonded(geometry), directed=False)
    return [np.flatnonzero(member == k) for k in range(count)]


def _model(numbers: NDArray[np.int_], places: Floats, parts: Sequence[NDArray[np.intp]]) -> Floats:
    whole = _whole_moves(places, parts)
    return np.asarray(
        model_hessian(numbers, places) + SOFT * np.eye(places.size) - (SOFT - SOFTEST) * whole @ whole.T
    )  # fmt: skip


def _whole_moves(places: Floats, parts: Sequence[NDArray[np.intp]]) -> Floats:
    """Shifts and turns of whole molecules, orthonormal, shape ``(3 n, m)``."""
    moves = []
    for part in parts:
        for axis in np.eye(3):
            for move in (
                np.broadcast_to(axis, (len(part), 3)),
                np.cross(axis, places[part] - places[part].mean(axis=0)),
            ):
                whole = np.zeros_like(places)
                whole[part] = move
                moves.append(whole.ravel())
    basis, size, _ = np.linalg.svd(np.array(moves).T, full_matrices=False)
    return np.asarray(basis[:, size > 1e-8])


def _moved(places: Floats, step: Floats, parts: Sequence[NDArray[np.intp]]) -> Floats:
    """The places after a step; what of it turns a molecule is made as a turn, so that no bond is stretched by it."""
    there = places.copy()
    for part in parts:
        centre, shift = places[part].mean(axis=0), step[part].mean(axis=0)
        arms, moves = places[part] - centre, step[part] - shift
        inertia = (arms**2).sum() * np.eye(3) - arms.T @ arms
        turn = np.linalg.lstsq(inertia, np.cross(arms, moves).sum(axis=0), rcond=1e-8)[0]
        there[part] = centre + shift + Rotation.from_rotvec(turn).apply(arms + moves - np.cross(turn, arms))
    return there
