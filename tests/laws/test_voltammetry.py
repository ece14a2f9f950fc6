"""Voltammetric equations against textbook numbers and integrals done here by other means."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad

from byssus.laws.voltammetry import (
    SECH2_AREA,
    charge_steps,
    charge_steps_by_potential,
    reversible_peak_current,
    sech2_peak,
)


def test_randles_sevcik_is_the_textbook_number() -> None:
    # Bard and Faulkner, eq. 6.2.19: 2.69e5 n^(3/2) A D^(1/2) c v^(1/2), cm and mol/cm^3, 25 °C
    ours = reversible_peak_current(1, 1e-4, 1.0, 1e-9, 0.1)
    assert ours == pytest.approx(2.69e5 * 1.0 * (1e-5) ** 0.5 * 1e-6 * 0.1**0.5, rel=2e-3)
    assert reversible_peak_current(2, 1e-4, 1.0, 1e-9, 0.1) == pytest.approx(2**1.5 * ours)
    assert reversible_peak_current(1, 1e-4, 1.0, 1e-9, 0.4) == pytest.approx(2 * ours)


def test_sech2_has_the_width_and_the_area_it_is_said_to_have() -> None:
    assert sech2_peak(np.array([0.3]), 0.3, 0.1)[0] == 1.0
    assert sech2_peak(np.array([0.25, 0.35]), 0.3, 0.1) == pytest.approx([0.5, 0.5])
    area, _ = quad(lambda e: float(sech2_peak(np.array(e), 0.3, 0.1)), -1.0, 1.6, points=[0.3])
    assert area == pytest.approx(SECH2_AREA * 0.1, rel=1e-8)
    # a surface-confined couple of one electron is 90.6 mV wide at 25 °C (Laviron): 3.53 RT/F
    couple = 1 / np.cosh(96485.33212 / (2 * 8.314462618 * 298.15) * 0.0906 / 2) ** 2
    assert couple == pytest.approx(0.5, abs=2e-3)
    assert float(sech2_peak(np.array(1e6), 0.0, 1e-3)) < 1e-300


def test_both_charges_agree_on_a_straight_sweep() -> None:
    time = np.linspace(0, 100, 401)
    current = 1e-3 * time  # a triangle of 100 s and 0.1 A
    assert charge_steps(time, current).sum() == pytest.approx(5.0)
    falling = 1.0 - 2e-3 * time
    assert charge_steps_by_potential(falling, current, -2e-3).sum() == pytest.approx(5.0)


def test_a_clock_that_jumps_back_passes_no_charge() -> None:
    assert charge_steps(np.array([0.0, 1.0, 0.5, 1.5]), np.ones(4)) == pytest.approx([1.0, 0.0, 1.0])
