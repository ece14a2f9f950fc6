"""The elements against their closed limits."""

from __future__ import annotations

import numpy as np
import pytest

from byssus.laws.circuit import finite_space_diffusion, inductor, zarc


def test_a_resistance_beside_a_capacitance_at_its_own_frequency() -> None:
    assert zarc(np.array([100.0]), 50.0, 0.01, 1.0)[0] == pytest.approx(25.0 - 25.0j)


def test_a_depressed_arc_between_its_limits() -> None:
    low, top, high = zarc(np.array([1e-9, 1e3, 1e15]), 20.0, 1e-3, 0.5)
    assert low == pytest.approx(20.0, rel=1e-5)
    assert abs(high) < 1e-4
    # 1 / (1 + j^(1/2)): real part one half, imaginary part -tan(pi/8) / 2
    assert top == pytest.approx(20.0 * (0.5 - 0.5j * np.tan(np.pi / 8)))


def test_diffusion_is_a_45_degree_line_and_then_a_capacitance() -> None:
    fast, slow = finite_space_diffusion(np.array([1e6, 1e-6]), 60.0, 1.0)
    assert np.degrees(np.angle(fast)) == pytest.approx(-45.0)
    assert slow.real == pytest.approx(20.0, rel=1e-6)  # a third of the resistance
    assert -1.0 / (1e-6 * slow.imag) == pytest.approx(1.0 / 60.0, rel=1e-6)


def test_the_leads() -> None:
    assert inductor(np.array([2e6]), 4e-7)[0] == pytest.approx(0.8j)
