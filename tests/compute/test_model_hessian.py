"""The model of force constants: against the published formula by hand, and against derivatives taken numerically."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from byssus.compute.model_hessian import model_hessian

Floats = NDArray[np.float64]
# hydrogen peroxide, bent and twisted, in bohr
PEROXIDE = np.array([8, 8, 1, 1])
PLACES = np.array([[0.0, 1.38, 0.0], [0.0, -1.38, 0.0], [1.5, 1.7, 0.8], [-1.4, -1.7, 0.9]])


def derivative(of: Callable[[Floats], float], places: Floats) -> Floats:
    """By central differences."""
    step, found = 1e-5, np.zeros(places.size)
    for k in range(places.size):
        move = np.zeros(places.size)
        move[k] = step
        move = move.reshape(places.shape)
        found[k] = (of(places + move) - of(places - move)) / (2 * step)
    return found


def distance(i: int, j: int) -> Callable[[Floats], float]:
    return lambda x: float(np.linalg.norm(x[i] - x[j]))


def angle(i: int, j: int, k: int) -> Callable[[Floats], float]:
    def of(x: Floats) -> float:
        u, v = x[i] - x[j], x[k] - x[j]
        return float(np.arccos(u @ v / np.linalg.norm(u) / np.linalg.norm(v)))

    return of


def torsion(i: int, j: int, k: int, m: int) -> Callable[[Floats], float]:
    def of(x: Floats) -> float:
        a, b, c = x[j] - x[i], x[k] - x[j], x[m] - x[k]
        p, q = np.cross(a, b), np.cross(b, c)
        return float(np.arctan2(np.linalg.norm(b) * (a @ q), p @ q))

    return of


def weight(i: int, j: int) -> float:
    """Lindh's, by hand: rows of the table for H-H, H-O and O-O."""
    fall, reference = {16: (0.28, 2.87), 9: (0.3949, 2.10), 2: (1.0, 1.35)}[int(PEROXIDE[i] + PEROXIDE[j])]
    return float(np.exp(fall * (reference**2 - distance(i, j)(PLACES) ** 2)))


def test_a_bond_is_a_spring_along_itself() -> None:
    """H2 at 1.35 bohr: the weight is 1, the constant 0.45 hartree/bohr^2."""
    found = model_hessian(np.array([1, 1]), np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 1.35]]))
    expected = np.zeros((6, 6))
    expected[2, 2] = expected[5, 5] = 0.45
    expected[2, 5] = expected[5, 2] = -0.45
    assert found == pytest.approx(expected, abs=1e-12)


def test_peroxide_is_the_sum_of_its_springs() -> None:
    """Each coordinate's derivative is taken numerically, its constant from the paper."""
    springs = [(0.45 * weight(i, j), distance(i, j)) for i in range(4) for j in range(i) if weight(i, j) > 1e-4]
    bends = [(i, j, k) for j in range(4) for i in range(4) for k in range(i + 1, 4) if j not in (i, k)]
    springs += [
        (0.15 * weight(i, j) * weight(j, k), angle(i, j, k))
        for i, j, k in bends
        if min(weight(i, j), weight(j, k)) > 3e-3
    ]
    springs += [(0.005 * weight(2, 0) * weight(0, 1) * weight(1, 3), torsion(2, 0, 1, 3))]
    rows = [(constant, derivative(of, PLACES)) for constant, of in springs]
    expected = sum(constant * np.outer(row, row) for constant, row in rows)
    assert weight(0, 1) > 0.05  # the one torsion there is
    assert max(weight(2, 1), weight(3, 0)) < 0.05
    assert model_hessian(PEROXIDE, PLACES) == pytest.approx(np.asarray(expected), abs=1e-7)


def test_moves_of_the_whole_cost_nothing_and_nothing_is_negative() -> None:
    found = model_hessian(PEROXIDE, PLACES)
    curvature = np.linalg.eigvalsh(found)
    assert curvature[0] > -1e-12
    assert int((curvature > 1e-9).sum()) == 6  # 12 less three shifts and three turns
    shift = np.tile([1.0, 2.0, -1.0], 4)
    turn = np.cross([0.3, -0.2, 0.9], PLACES).ravel()
    assert found @ shift == pytest.approx(np.zeros(12), abs=1e-12)
    assert found @ turn == pytest.approx(np.zeros(12), abs=1e-12)


def test_the_order_of_atoms_does_not_matter() -> None:
    order = np.array([2, 0, 3, 1])
    places = np.arange(12).reshape(4, 3)[order].ravel()
    found = model_hessian(PEROXIDE[order], PLACES[order])
    assert found == pytest.approx(model_hessian(PEROXIDE, PLACES)[np.ix_(places, places)], abs=1e-12)


def test_a_straight_angle_has_no_bend_and_no_torsion_without_bound() -> None:
    """Acetylene: all in a line."""
    places = np.array([[0.0, 0.0, z] for z in (-3.14, -1.13, 1.13, 3.14)])
    found = model_hessian(np.array([1, 6, 6, 1]), places)
    assert np.isfinite(found).all()
    assert np.abs(found).max() < 2.0
