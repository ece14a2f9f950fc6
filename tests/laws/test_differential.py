"""Differential capacity: known curves recovered, charge conserved, noise and steps back endured."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr

from byssus.laws.differential import MOST_STEPS, Differential, differential_capacity, find_peaks

STEP, WIDTH = 0.005, 0.02
PEAKS = ((3.0, 0.25, 0.03), (2.0, 0.45, 0.04))  # height (C/V), place, width (V)


def density(volts: np.ndarray) -> np.ndarray:
    return 1.0 + sum(h * np.exp(-0.5 * ((volts - m) / s) ** 2) for h, m, s in PEAKS)


def passed(volts: np.ndarray) -> np.ndarray:
    """Charge below a voltage: the integral of ``density`` in closed form."""
    return volts + sum(h * s * np.sqrt(2 * np.pi) * ndtr((volts - m) / s) for h, m, s in PEAKS)


def rows(n: int, *, down: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Charge of each row and its voltage, evenly in charge from 0.05 to 1 V."""
    fine = np.linspace(0.05, 1.0, 40_001)
    total = passed(fine) - passed(fine[:1])
    along = np.linspace(0.0, total[-1], n)
    volts = np.interp(along, total, fine)
    return np.diff(along, prepend=0.0), volts[::-1].copy() if down else volts


def curve(charge: np.ndarray, volts: np.ndarray, width: float = WIDTH) -> Differential:
    found = differential_capacity(charge, volts, step_v=STEP, width_v=width)
    assert found is not None
    return found


@pytest.mark.parametrize("n", [120, 1000])
@pytest.mark.parametrize("down", [False, True])
def test_a_known_curve_is_recovered(n: int, down: bool) -> None:
    charge, volts = rows(n)
    if down:  # the same charge at the same voltages, run the other way
        charge, volts = np.r_[0.0, charge[:0:-1]], volts[::-1]
    found = curve(charge, volts)
    np.testing.assert_allclose(found.charge_per_volt, density(found.voltage_v), rtol=0.02)
    assert np.trapezoid(found.charge_per_volt, found.voltage_v) == pytest.approx(charge.sum(), rel=2e-3)


def test_peaks_are_where_they_were_put_highest_first() -> None:
    first, second = find_peaks(curve(*rows(1000)), 5)
    assert first.voltage_v == pytest.approx(0.25, abs=1e-3)
    assert second.voltage_v == pytest.approx(0.45, abs=1e-3)
    assert first.height == pytest.approx(4.0, rel=0.03)
    assert second.height == pytest.approx(3.0, rel=0.03)
    assert find_peaks(curve(*rows(1000)), 1) == (first,)


def test_noise_on_the_voltage_is_endured() -> None:
    charge, volts = rows(3000)
    noisy = volts + 1e-3 * np.random.default_rng(4).standard_normal(3000)
    assert (np.diff(noisy) < 0).mean() > 0.3  # it steps back in a third of the rows
    found = curve(charge, noisy)
    inside = (found.voltage_v > 0.08) & (found.voltage_v < 0.97)
    error = (found.charge_per_volt / density(found.voltage_v) - 1)[inside]
    assert np.sqrt(np.mean(error**2)) < 0.05
    assert [p.voltage_v for p in find_peaks(found, 2)] == pytest.approx([0.25, 0.45], abs=0.01)


def test_rows_of_one_voltage_and_a_coarse_converter_lose_no_charge() -> None:
    charge, volts = rows(4000)
    coarse = np.round(volts / 0.001) * 0.001
    found = curve(charge, coarse)
    assert np.trapezoid(found.charge_per_volt, found.voltage_v) == pytest.approx(charge.sum(), rel=5e-3)
    twice = curve(np.repeat(charge, 2) / 2, np.repeat(coarse, 2))
    np.testing.assert_allclose(twice.charge_per_volt[3:-3], found.charge_per_volt[3:-3], rtol=0.05)


def test_a_wider_window_flattens_a_peak_and_says_how_wide_it_is() -> None:
    narrow, wide = (curve(*rows(1000), width=w) for w in (0.02, 0.08))
    assert wide.charge_per_volt.max() < narrow.charge_per_volt.max()
    assert (narrow.width_v, wide.width_v) == pytest.approx((0.02, 0.08))


def test_spacing_is_the_rows_own() -> None:
    volts = np.linspace(0.1, 0.9, 9)
    assert curve(np.full(9, 1.0), volts).spacing_v == pytest.approx(0.1)
    rounded = np.round(np.linspace(0.1, 0.9, 400) / 0.05) * 0.05
    assert curve(np.full(400, 1.0), rounded).spacing_v == pytest.approx(0.05)


@settings(max_examples=20, deadline=None)
@given(st.floats(1e-3, 1e3), st.integers(-400, 400))
def test_charge_scales_and_voltage_shifts(factor: float, steps: int) -> None:
    charge, volts = rows(300)
    plain, other = curve(charge, volts), curve(factor * charge, volts + steps * STEP)
    shifted = np.interp(plain.voltage_v + steps * STEP, other.voltage_v, other.charge_per_volt)
    # a grid that ends a step earlier or later is otherwise smoothed at its ends
    np.testing.assert_allclose(shifted[4:-4], factor * plain.charge_per_volt[4:-4], rtol=1e-6)


def test_what_spans_less_than_a_window_has_no_curve() -> None:
    assert differential_capacity(np.ones(5), np.full(5, 0.3), step_v=STEP, width_v=WIDTH) is None
    assert differential_capacity(np.zeros(5), np.linspace(0, 1, 5), step_v=STEP, width_v=WIDTH) is None
    assert differential_capacity(np.ones(1), np.ones(1), step_v=STEP, width_v=WIDTH) is None


def test_bad_widths_and_endless_ranges_are_refused() -> None:
    with pytest.raises(ValueError, match="positive"):
        differential_capacity(np.ones(5), np.linspace(0, 1, 5), step_v=0.0, width_v=WIDTH)
    with pytest.raises(ValueError, match="steps of voltage"):
        differential_capacity(np.ones(5), np.linspace(0, MOST_STEPS, 5), step_v=STEP, width_v=WIDTH)
