"""Charge transfer: hand-computed values, its inverse, its limits."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from byssus.laws.electrode_kinetics import (
    current_density_a_per_m2,
    exchange_current_density_a_per_m2,
    overpotential_v,
    thermal_voltage_v,
)


def test_the_thermal_voltage() -> None:
    assert thermal_voltage_v(298.15) == pytest.approx(0.025692579, abs=1e-9)  # 8.314462618 x 298.15 / 96485.33212


def test_hand_computed_overpotentials() -> None:
    # asinh(1) = ln(1 + sqrt 2); asinh(3/4) = ln 2, so j = 1.5 j0 needs 2 R T / F ln 2 = 35.617 mV
    assert overpotential_v(2.0, 1.0) == pytest.approx(2 * 0.025692579 * math.log(1 + math.sqrt(2)), rel=1e-7)
    assert overpotential_v(1.5, 1.0) == pytest.approx(0.0356174, rel=1e-5)
    assert overpotential_v(-1.5, 1.0) == pytest.approx(-0.0356174, rel=1e-5)


def test_small_currents_are_ohmic_and_large_ones_follow_tafel() -> None:
    assert overpotential_v(1e-6, 1.0) == pytest.approx(1e-6 * 0.025692579, rel=1e-6)
    decade = overpotential_v(1e7, 1.0) - overpotential_v(1e6, 1.0)
    assert decade == pytest.approx(2 * 0.025692579 * math.log(10), rel=1e-6)


@given(st.floats(-1e3, 1e3), st.floats(1e-3, 1e2), st.floats(250, 350))
def test_current_and_overpotential_are_inverses(j: float, j0: float, temperature: float) -> None:
    eta = overpotential_v(j, j0, temperature)
    assert current_density_a_per_m2(eta, j0, temperature) == pytest.approx(j, rel=1e-9, abs=1e-12)


@given(st.floats(0.001, 0.999))
def test_the_exchange_current_is_symmetric_and_highest_at_half(share: float) -> None:
    got = exchange_current_density_a_per_m2(np.array([share, 1 - share, 0.5]), 3.0)
    assert got[0] == pytest.approx(got[1], rel=1e-9)
    assert got[2] == 3.0 >= got[0]
    assert exchange_current_density_a_per_m2(0.1, 3.0) == pytest.approx(3.0 * 0.6)  # 2 sqrt(0.09)


def test_empty_and_full_surfaces_keep_the_overpotential_finite() -> None:
    eta = overpotential_v(1.0, exchange_current_density_a_per_m2(np.array([-0.1, 0.0, 1.0, 1.2]), 1.0))
    assert np.isfinite(eta).all()
    assert (eta > 0.45).all()  # 2 R T / F asinh(1 / (4 sqrt(1e-9))) = 0.497 V
