"""Capacity against rate: through both points, monotonic, refused where no curve runs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from byssus.laws.rate import capacity_at_rate, charging_polarised, discharging_polarised


@given(st.floats(0.02, 0.98), st.floats(1.3, 3.0))
def test_the_curve_runs_through_both_points_and_falls(share: float, exponent: float) -> None:
    rate = np.array([0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0])
    got = capacity_at_rate(rate, slow=2.0, slow_rate=0.2, fast=2.0 * share, fast_rate=15.0, exponent=exponent)
    assert got[[0, -1]] == pytest.approx([2.0, 2.0 * share], rel=1e-9)
    assert (np.diff(got) < 0).all()


def test_a_hand_computed_point() -> None:
    # Q = 3 / (1 + (R / 2)^1): 2 at R = 1, 1 at R = 4, and so 1.5 at R = 2
    assert capacity_at_rate(
        np.array([2.0]), slow=2.0, slow_rate=1.0, fast=1.0, fast_rate=4.0, exponent=1.0
    ) == pytest.approx([1.5])


@pytest.mark.parametrize(("slow", "fast"), [(1.0, 1.0), (1.0, 2.0), (1.0, 0.001), (1.0, 0.0)])
def test_points_no_curve_runs_through(slow: float, fast: float) -> None:
    with pytest.raises(ValueError, match="no curve"):
        capacity_at_rate(np.array([1.0]), slow=slow, slow_rate=0.2, fast=fast, fast_rate=15.0, exponent=1.5)


def test_polarisation_moves_a_curve_but_not_past_its_limit() -> None:
    volts = np.linspace(0.01, 1.5, 50)
    up, down = charging_polarised(volts, 1.5, 0.2), discharging_polarised(volts, 0.01, 0.2)
    assert (up >= volts).all()
    assert (down <= volts).all()
    assert (up[-1], down[0]) == pytest.approx((1.5, 0.01))
    np.testing.assert_allclose(charging_polarised(volts, 1.5, 0.0), volts)
