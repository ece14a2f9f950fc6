"""Expansion and recovery: exact numbers, and their propagated uncertainty beside Monte Carlo."""

from __future__ import annotations

import math

import numpy as np
import pytest

from byssus.laws.thickness import Mean, expansion, recovery

EXACT = None


def test_published_numbers() -> None:
    # doi:10.1039/D6TA00020G: 136 % and 102 % give 25 %; 77 % and 32 % give 58 %
    d0 = Mean(10.0, EXACT, EXACT)
    assert expansion(d0, Mean(23.6, EXACT, EXACT)).value == pytest.approx(1.36)
    assert recovery(d0, Mean(23.6, EXACT, EXACT), Mean(20.2, EXACT, EXACT)).value == pytest.approx(0.25)
    assert recovery(d0, Mean(17.7, EXACT, EXACT), Mean(13.2, EXACT, EXACT)).value == pytest.approx(45 / 77)


def test_single_readings_have_no_uncertainty() -> None:
    number = recovery(Mean(10, 0.1, 9), Mean(20, None, None), Mean(15, 0.1, 9))
    assert number.standard_uncertainty is number.interval_95 is number.significant is None


def test_uncertainty_beside_monte_carlo() -> None:
    means, us = (8e-6, 18.9e-6, 16.2e-6), (0.05e-6, 0.12e-6, 0.10e-6)
    rng = np.random.default_rng(7)
    d0, dl, dd = (m + u * rng.standard_normal(400_000) for m, u in zip(means, us, strict=True))
    a, b = (dl - d0) / d0, (dd - d0) / d0
    p, lit, de = (Mean(m, u, 1e9) for m, u in zip(means, us, strict=True))
    assert expansion(p, lit).standard_uncertainty == pytest.approx(float(np.std(a)), rel=0.02)
    got = recovery(p, lit, de)
    assert got.standard_uncertainty == pytest.approx(float(np.std((a - b) / a)), rel=0.02)
    assert got.interval_95 == pytest.approx(tuple(np.quantile((a - b) / a, (0.025, 0.975))), abs=6e-4)
    # without the covariance of a and b through d0 the uncertainty would come out wrong
    plain = math.hypot(np.std(b) / np.mean(a), np.mean(b) * np.std(a) / np.mean(a) ** 2)
    assert abs(plain / float(np.std((a - b) / a)) - 1) > 0.05


def test_an_expansion_may_vanish_in_its_uncertainty() -> None:
    assert expansion(Mean(10, 0.2, 5), Mean(10.1, 0.2, 5)).significant is False
    assert expansion(Mean(10, 0.2, 5), Mean(15, 0.2, 5)).significant is True
