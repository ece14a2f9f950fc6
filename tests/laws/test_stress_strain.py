"""The saturating curve against its definition and quadrature; stress and strain against hand numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from byssus.laws.stress_strain import cross_section, nominal_strain, nominal_stress, saturating_curve, toughness


def test_by_hand() -> None:
    assert cross_section(10e-3, 50e-6) == pytest.approx(0.5e-6)
    assert nominal_stress(np.array([50.0]), 0.5e-6) == pytest.approx([100e6])
    assert nominal_strain(np.array([1e-3]), 50e-3) == pytest.approx([0.02])
    assert toughness(np.array([0.0, 0.02]), np.array([0.0, 100e6])) == pytest.approx(1e6)


@given(st.floats(1e6, 1e9), st.floats(1e-3, 2.0), st.floats(1.0, 50.0))
def test_curve_starts_with_the_modulus_and_ends_at_the_strength(strength: float, strain: float, steep: float) -> None:
    modulus = steep * strength / strain
    curve = saturating_curve(strength, strain, modulus)
    assert float(curve.stress_pa(np.array(strain))) == pytest.approx(strength, rel=1e-6)
    tiny = strain * 1e-9 / steep
    assert float(curve.stress_pa(np.array(tiny))) / tiny == pytest.approx(modulus, rel=1e-5)
    grid = curve.stress_pa(np.linspace(0, strain, 200))
    assert np.all(np.diff(grid, 2) <= 1e-9 * strength)  # concave


@pytest.mark.parametrize("steep", [1.0, 1.0001, 1.5, 20.0])
def test_toughness_is_the_integral(steep: float) -> None:
    curve = saturating_curve(165e6, 0.081, steep * 165e6 / 0.081)
    area, _ = quad(lambda e: float(curve.stress_pa(np.array(e))), 0, 0.081, epsabs=0, epsrel=1e-11)
    assert curve.toughness_j_m3 == pytest.approx(area, rel=1e-6)


def test_straight_curve_has_half_the_product() -> None:
    assert saturating_curve(100e6, 0.02, 5e9).toughness_j_m3 == pytest.approx(1e6)


def test_no_concave_curve_below_the_secant() -> None:
    with pytest.raises(ValueError, match="below the secant"):
        saturating_curve(144e6, 0.013, 3e9)
    with pytest.raises(ValueError, match="greater than zero"):
        saturating_curve(-1.0, 0.013, 3e9)
