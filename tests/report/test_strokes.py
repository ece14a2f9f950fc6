"""Means of replicates."""

from __future__ import annotations

import numpy as np

from byssus.figure import Axis, Figure, Series
from byssus.report.section import Curve
from byssus.report.strokes import means

CYCLES = Figure("c", "t", Axis("cycle_number"), Axis("coulombic_efficiency"), "points")


def replicates(count: int, ends: int = 50) -> list[Curve]:
    n = np.arange(1.0, 51.0)
    cells = [n[:ends] if k == 0 else n for k in range(count)]
    return [Curve("PI", "measured", Series("c", x, 0.9 + 0.01 * k + 0 * x, f"cell {k}")) for k, x in enumerate(cells)]


def test_no_mean_of_two_or_of_different_places_or_conditions() -> None:
    assert means(CYCLES, replicates(2)) == []
    assert means(CYCLES, replicates(3, ends=5)) != []  # the short one is shared whole
    apart = [Curve("PI", "measured", Series("c", np.arange(9.0) + 0.1 * k, np.ones(9))) for k in range(3)]
    assert means(CYCLES, apart) == []
    rates = [Curve("PI", "measured", Series("c", np.arange(9.0), np.ones(9), at={"c_rate": k})) for k in range(3)]
    assert means(CYCLES, rates) == []


def test_a_mean_changes_with_neither_the_order_of_cells_nor_their_number_alike() -> None:
    ((_, mean),) = means(CYCLES, replicates(4))
    ((_, turned),) = means(CYCLES, replicates(4)[::-1])
    np.testing.assert_allclose(mean.y, turned.y)
    assert mean.upper is not None
    assert turned.upper is not None
    np.testing.assert_allclose(mean.upper, turned.upper)
    np.testing.assert_allclose(mean.upper - mean.y, 0.01 * np.sqrt(5 / 3))  # s of 0, 1, 2, 3 is sqrt(5/3)
