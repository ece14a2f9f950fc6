"""Peeling laws against hand numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest

from byssus.laws.peeling import fracture_energy, path_deviation, path_mean, peel_strength


def test_strength_and_energy() -> None:
    assert peel_strength(4.2, 0.02) == pytest.approx(210.0)
    assert fracture_energy(4.2, 0.02, math.pi) == pytest.approx(420.0)
    assert fracture_energy(4.2, 0.02, math.pi / 2) == pytest.approx(210.0)
    assert fracture_energy(4.2, 0.02, math.pi / 3) == pytest.approx(105.0)


def test_mean_weighs_by_path() -> None:
    # 1 N over the first metre, sampled densely, 3 N over the second: the mean over the path is 2 N
    s = np.concatenate((np.linspace(0, 1, 1001), [1.0, 2.0]))
    f = np.concatenate((np.ones(1001), [3.0, 3.0]))
    assert path_mean(s, f) == pytest.approx(2.0)
    assert path_deviation(s, f) == pytest.approx(1.0)


def test_deviation_of_a_ramp() -> None:
    assert path_deviation(np.array([0.0, 1.0]), np.array([0.0, 1.0])) == pytest.approx(1 / math.sqrt(12))
