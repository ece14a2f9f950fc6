"""Fade: slopes whose intervals hold, and the cycle a series falls below a threshold for good."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import lfilter

from byssus.laws.fade import last_crossing, slope_of_series


def noise(n: int, correlation: float, rng: np.random.Generator) -> np.ndarray:
    """A first-order autoregression of unit variance."""
    white = rng.standard_normal(n + 200) * np.sqrt(1 - correlation**2)
    return np.asarray(lfilter([1.0], [1.0, -correlation], white)[200:])


def test_a_line_without_scatter_has_its_slope_and_no_doubt() -> None:
    x = np.arange(2.0, 102.0)
    found = slope_of_series(x, 1.0 - 0.002 * x)
    assert found.slope == pytest.approx(-0.002, rel=1e-12)
    assert found.interval_95 == (found.slope, found.slope)


@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.8])
@pytest.mark.parametrize("bend", [0.0, 0.2])
def test_the_interval_holds_the_slope_about_as_often_as_it_says(correlation: float, bend: float) -> None:
    n, rng = 150, np.random.default_rng(11)
    x = np.arange(n) + 2.0
    curve = 1.0 - 0.001 * x + bend * (x / n) ** 2
    truth = np.polyfit(x, curve, 1)[0]
    held = []
    for _ in range(200):
        interval = slope_of_series(x, curve + 0.003 * noise(n, correlation, rng)).interval_95
        if interval is not None:
            held.append(interval[0] <= truth <= interval[1])
    assert len(held) >= 180
    assert 0.88 <= np.mean(held) <= 0.995  # 0.95 -+ four standard errors, and a little for the approximation


def test_scatter_that_follows_itself_is_worth_fewer_points() -> None:
    x, rng = np.arange(150.0), np.random.default_rng(5)
    white = slope_of_series(x, noise(150, 0.0, rng))
    red = slope_of_series(x, noise(150, 0.45, rng))
    assert white.independent > 100
    assert red.independent < 0.7 * white.independent


def test_a_bend_is_taken_off_and_leaves_the_slope() -> None:
    x = np.arange(100.0)
    bent = slope_of_series(x, np.exp(-x / 40) + 1e-3 * np.random.default_rng(3).standard_normal(100))
    assert bent.degree > 1
    assert bent.slope == pytest.approx(np.polyfit(x, np.exp(-x / 40), 1)[0], rel=5e-3)


@given(st.floats(1e-3, 1e3), st.floats(-10, 10))
def test_the_slope_scales_with_its_units(factor: float, shift: float) -> None:
    x = np.arange(30.0)
    y = 1 - 0.01 * x + 0.002 * np.random.default_rng(2).standard_normal(30)
    plain, scaled = slope_of_series(x, y), slope_of_series(x + shift, factor * y)
    assert scaled.slope == pytest.approx(factor * plain.slope, rel=1e-9)
    assert plain.standard_uncertainty is not None
    assert scaled.standard_uncertainty == pytest.approx(factor * plain.standard_uncertainty, rel=1e-6)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1.0, 0.9, 0.79, 0.7], (2, 2)),
        ([1.0, 0.7, 0.9, 0.7, 0.6], (3, 1)),
        ([1.0, 0.9, 0.7, 0.85], None),
        ([0.5, 0.4], (0, 0)),
        ([1.0, 0.8], None),
        ([], None),
    ],
)
def test_last_crossing(values: list[float], expected: tuple[int, int] | None) -> None:
    assert last_crossing(np.array(values), 0.8) == expected
