"""The way down: to minima known in closed form, whichever way all is turned, and told where it falls short."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from byssus.compute.descent import Descent, descend
from byssus.compute.molecule import Geometry

Floats = NDArray[np.float64]
DEPTH, DISTANCE = 1e-3, 7.0  # hartree, bohr


def lennard_jones(places: Floats) -> tuple[float, Floats]:
    """Pairs at ``DISTANCE`` lie ``DEPTH`` below zero."""
    energy, slope = 0.0, np.zeros_like(places)
    for i in range(len(places)):
        for j in range(i):
            way = places[i] - places[j]
            apart = float(np.linalg.norm(way))
            six = (DISTANCE / apart) ** 6
            energy += DEPTH * (six**2 - 2 * six)
            push = DEPTH * 12 * (six - six**2) / apart * way / apart
            slope[i] += push
            slope[j] -= push
    return energy, slope


def argon(places: Floats) -> Geometry:
    return Geometry(np.full(len(places), 18), places)


def down(geometry: Geometry, most: int = 300) -> Descent:
    return descend(geometry, lennard_jones, 1e-6, 1e-9, most)


def test_two_atoms_come_to_their_distance() -> None:
    found = down(argon(np.array([[0.0, 0.0, 0.0], [1.0, 2.0, 8.5]])))
    assert found.energy_hartree == pytest.approx(-DEPTH, abs=1e-9)
    assert np.linalg.norm(np.diff(found.positions_bohr, axis=0)) == pytest.approx(DISTANCE, abs=1e-3)


def test_four_atoms_come_to_a_tetrahedron() -> None:
    """Six pairs, each at its own minimum."""
    start = np.array([[0.0, 0.0, 0.0], [8.0, 0.5, 0.0], [3.0, 7.0, 1.0], [4.0, 2.0, 7.5]])
    assert down(argon(start)).energy_hartree == pytest.approx(-6 * DEPTH, abs=1e-8)


def springs(places: Floats) -> tuple[float, Floats]:
    """Two stiff diatomics, 2.2 bohr long, and a soft spring of rest length 6 between their first atoms."""
    energy, slope = 0.0, np.zeros_like(places)
    for i, j, constant, length in ((0, 1, 0.8, 2.2), (2, 3, 0.8, 2.2), (0, 2, 2e-3, 6.0), (1, 3, 2e-3, 9.0)):
        way = places[i] - places[j]
        apart = float(np.linalg.norm(way))
        energy += constant * (apart - length) ** 2 / 2
        push = constant * (apart - length) * way / apart
        slope[i] += push
        slope[j] -= push
    return energy, slope


DIATOMICS = np.array([[0.0, 0.0, 0.0], [2.3, 0.1, 0.0], [0.5, 9.0, 1.0], [1.0, 9.0, 3.1]])


def test_two_molecules_turn_about_each_other() -> None:
    """All four springs can be at rest together, which asks for both to turn."""
    found = descend(Geometry(np.full(4, 7), DIATOMICS), springs, 1e-6, 1e-10, 300)
    assert found.energy_hartree == pytest.approx(0.0, abs=1e-8)
    assert found.steps < 60


def test_how_all_is_turned_and_numbered_does_not_matter() -> None:
    turn = Rotation.from_rotvec([0.3, -1.1, 2.0])
    plain = descend(Geometry(np.full(4, 7), DIATOMICS), springs, 1e-4, 1e-6, 12)
    turned = descend(Geometry(np.full(4, 7), turn.apply(DIATOMICS) + 5.0), springs, 1e-4, 1e-6, 12)
    assert turned.energy_hartree == pytest.approx(plain.energy_hartree, rel=1e-6, abs=1e-12)
    assert turn.apply(plain.positions_bohr) + 5.0 == pytest.approx(turned.positions_bohr, abs=1e-5)


def test_forces_that_push_all_one_way_move_nothing() -> None:
    """As those of an energy integrated on a grid do: they never vanish, and lead nowhere."""

    def pushed(places: Floats) -> tuple[float, Floats]:
        energy, slope = lennard_jones(places)
        return energy, slope + np.array([1e-3, 0.0, 0.0])

    start = np.array([[0.0, 0.0, 0.0], [1.0, 2.0, 8.5]])
    found = descend(argon(start), pushed, 1e-6, 1e-9, 100)
    assert found.steps < 100
    assert found.energy_hartree == pytest.approx(-DEPTH, abs=1e-9)
    assert found.positions_bohr.mean(axis=0) == pytest.approx(start.mean(axis=0), abs=1e-9)


def test_the_energy_told_is_that_of_the_place_told() -> None:
    found = down(argon(np.array([[0.0, 0.0, 0.0], [1.0, 2.0, 8.5], [7.0, 0.0, 3.0]])), most=5)
    energy, slope = lennard_jones(found.positions_bohr)
    assert found.energy_hartree == energy
    assert found.force_hartree_per_bohr == pytest.approx(float(np.linalg.norm(slope, axis=1).max()), rel=1e-12)
    assert found.steps == 5
    assert found.force_hartree_per_bohr > 1e-6  # not at rest, and it says so


def test_a_steep_start_is_gone_back_on_and_left() -> None:
    """At half the distance the wall is four thousand times as high as the well is deep."""
    found = down(argon(np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 3.5]])))
    assert found.energy_hartree == pytest.approx(-DEPTH, abs=1e-9)
