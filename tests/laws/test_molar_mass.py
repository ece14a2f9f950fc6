"""Averages of molar mass against closed forms."""

from __future__ import annotations

import numpy as np
import pytest

from byssus.laws.molar_mass import averages, log_normal, schulz_zimm, universal

LOG_MASS = np.linspace(-6, 7, 4001)
MASS = 10**LOG_MASS


@pytest.mark.parametrize(("number", "weight"), [(100.0, 110.0), (100.0, 150.0), (4526.0, 5400.0), (30.0, 90.0)])
def test_log_normal_has_its_averages(number: float, weight: float) -> None:
    found = averages(MASS, log_normal(MASS, number, weight))
    assert found.number == pytest.approx(number, rel=1e-9)
    assert found.weight == pytest.approx(weight, rel=1e-9)
    assert found.z == pytest.approx(weight**2 / number, rel=1e-9)
    assert found.dispersity == pytest.approx(weight / number, rel=1e-9)
    assert np.trapezoid(log_normal(MASS, number, weight), LOG_MASS) == pytest.approx(1.0, rel=1e-9)


@pytest.mark.parametrize(("number", "weight"), [(100.0, 110.0), (100.0, 150.0), (4526.0, 5400.0), (30.0, 45.0)])
def test_schulz_zimm_has_its_averages(number: float, weight: float) -> None:
    found = averages(MASS, schulz_zimm(MASS, number, weight))
    k = number / (weight - number)
    assert found.number == pytest.approx(number, rel=1e-9)
    assert found.weight == pytest.approx(weight, rel=1e-9)
    assert found.z == pytest.approx(number * (k + 2) / k, rel=1e-9)


def test_two_species_by_hand() -> None:
    found = averages(np.array([10.0, 40.0]), np.array([1.0, 1.0]))
    assert (found.number, found.weight, found.z) == (16.0, 25.0, 34.0)


def test_equal_constants_change_nothing_and_others_as_by_hand() -> None:
    log_mass = np.array([4.0, 5.0])
    np.testing.assert_allclose(universal(log_mass, (0.01, 0.7), (0.01, 0.7)), log_mass, rtol=1e-15)
    # K1 M1^(1+a1) = K2 M2^(1+a2): 0.01 * 1e4^1.75 = 1e5 = 0.1 * (1e4)^1.5
    np.testing.assert_allclose(universal(np.array([4.0]), (0.01, 0.75), (0.1, 0.5)), [4.0], rtol=1e-14)
    # 1e-2 * 1e4^1.5 = 1e4 = 1e-4 * (1e4)^2
    np.testing.assert_allclose(universal(np.array([4.0]), (1e-2, 0.5), (1e-4, 1.0)), [4.0], rtol=1e-14)
    np.testing.assert_allclose(universal(np.array([6.0]), (1e-2, 0.5), (1e-3, 1.0)), [5.0], rtol=1e-14)


@pytest.mark.parametrize(("mass", "weights"), [([1.0, 2.0], [0.0, 0.0]), ([0.0, 2.0], [1.0, 1.0]), ([1.0], [-1.0])])
def test_no_distribution(mass: list[float], weights: list[float]) -> None:
    with pytest.raises(ValueError, match="mass above zero"):
        averages(np.array(mass), np.array(weights))
