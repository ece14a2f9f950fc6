"""Viscoelastic laws against numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from byssus.laws.viscoelastic import crosslink_density, fractional_zener, rubbery_modulus, wlf


def test_a_zener_solid_of_whole_exponent_is_debye() -> None:
    """At w t = 1 and exponent 1: E' = (E0 + E1)/2, E'' = (E1 - E0)/2."""
    (one,) = fractional_zener(np.array([1.0]), 2.0, 10.0, 1.0)
    assert one == pytest.approx(6.0 + 4.0j)
    ends = fractional_zener(np.array([1e-12, 1e12]), 2.0, 10.0, 0.5)
    assert ends.real == pytest.approx([2.0, 10.0], rel=1e-5)


def test_the_universal_constants() -> None:
    assert wlf(np.array([373.15, 383.15]), 373.15, 17.44, 51.6) == pytest.approx([0.0, -174.4 / 61.6])


def test_a_rubber_of_one_megapascal() -> None:
    assert crosslink_density(1e6, 300.0) == pytest.approx(1e6 / 7483.016, rel=1e-6)
    assert crosslink_density(1e6, 300.0, shear=True) == pytest.approx(1e6 / 2494.339, rel=1e-6)


def test_a_modulus_and_its_strands() -> None:
    assert rubbery_modulus(100.0, 300.0) == pytest.approx(748_301.6, rel=1e-6)
    assert crosslink_density(rubbery_modulus(12.5, 640.0), 640.0) == pytest.approx(12.5)
