"""Means, intervals and effective numbers against closed forms and published tables."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.signal import lfilter

from byssus.laws.statistics import (
    effective_points,
    fit_line,
    independent_points,
    interval_95,
    outliers,
    rounding_noise,
    running_median,
    student_t,
    summarise,
    welch_satterthwaite,
    white_noise,
)

NUMBERS = st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=20)


def test_summary_of_three() -> None:
    s = summarise([1.0, 2.0, 3.0])
    assert (s.mean, s.standard_deviation, s.n) == (2.0, 1.0, 3)
    assert s.standard_uncertainty == pytest.approx(1 / math.sqrt(3))
    # t(0.975, 2) = 4.303 in GUM table G.2
    assert s.interval_95 == pytest.approx((2 - 4.3027 / math.sqrt(3), 2 + 4.3027 / math.sqrt(3)), rel=1e-4)


def test_one_value_has_no_spread() -> None:
    s = summarise([7.0])
    assert (s.mean, s.n) == (7.0, 1)
    assert s.standard_deviation is s.standard_uncertainty is s.interval_95 is None


@pytest.mark.parametrize("values", [[], [1.0, math.nan], [math.inf]])
def test_no_summary_of_nonsense(values: list[float]) -> None:
    with pytest.raises(ValueError, match="finite"):
        summarise(values)


@given(NUMBERS, st.randoms())
def test_summary_ignores_order(values: list[float], random: object) -> None:
    shuffled = sorted(values, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert summarise(shuffled) == summarise(values)


@given(NUMBERS, st.sampled_from([0.5, 2.0, 1024.0]))
def test_summary_scales_with_the_unit(values: list[float], factor: float) -> None:
    one, other = summarise(values), summarise([v * factor for v in values])
    assert other.mean == pytest.approx(one.mean * factor)
    assert other.standard_uncertainty == pytest.approx(one.standard_uncertainty * factor)


# GUM table G.2, 95 %
@pytest.mark.parametrize(("degrees", "t"), [(1, 12.71), (4, 2.78), (10, 2.23), (50, 2.01), (math.inf, 1.960)])
def test_student_t_is_the_gum_table(degrees: float, t: float) -> None:
    assert student_t(degrees) == pytest.approx(t, abs=0.005)


def test_interval_of_known_deviation() -> None:
    assert interval_95(10.0, 1.0, math.inf) == pytest.approx((8.04004, 11.95996), abs=1e-5)


def test_welch_satterthwaite() -> None:
    assert welch_satterthwaite([(1.0, 9.0)]) == pytest.approx(9.0)
    # equal parts double the degrees of freedom; a part that is exact changes nothing
    assert welch_satterthwaite([(1.0, 9.0), (1.0, 9.0), (0.0, 1.0)]) == pytest.approx(18.0)
    assert welch_satterthwaite([(0.0, 3.0)]) == math.inf


def test_line_and_its_uncertainty() -> None:
    # y = 1, 3, 2 at x = 0, 1, 2: slope 1/2, residuals -1/2, 1, -1/2, s^2 = 3/2, u^2 = s^2 / 2
    line = fit_line(np.array([0.0, 1.0, 2.0]), np.array([1.0, 3.0, 2.0]))
    assert (line.slope, line.intercept, line.n) == (pytest.approx(0.5), pytest.approx(1.5), 3)
    assert line.slope_uncertainty == pytest.approx(math.sqrt(0.75))


def test_no_line_through_one_place() -> None:
    with pytest.raises(ValueError, match="two points"):
        fit_line(np.ones(5), np.arange(5.0))


def test_white_noise_is_worth_its_points() -> None:
    values = np.random.default_rng(5).standard_normal(20000)
    assert independent_points(values) == pytest.approx(20000, rel=0.05)


def test_autoregressive_noise_is_worth_less() -> None:
    # AR(1): n_eff / n = (1 - rho) / (1 + rho), so 1/19 for rho = 0.9
    rng, rho, n = np.random.default_rng(6), 0.9, 100000
    shocks = rng.standard_normal(n)
    values = np.empty(n)
    values[0] = shocks[0]
    for i in range(1, n):
        values[i] = rho * values[i - 1] + shocks[i]
    assert independent_points(values) == pytest.approx(n / 19, rel=0.15)


def test_constant_is_worth_all_its_points() -> None:
    assert independent_points(np.full(50, 3.3)) == 50


@example([0.0, 0.0, 2.2e-236])
@example([0.0, 0.0, 5e-324])
@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=60))
def test_independent_points_are_between_one_and_all(values: list[float]) -> None:
    assert 1 <= independent_points(np.array(values)) <= len(values)


def test_running_median_forgets_a_single_spike() -> None:
    assert list(running_median(np.array([1.0, 1, 1, 99, 1, 1, 1]))) == [1.0] * 7
    assert running_median(np.array([])).size == 0


def test_outliers_of_rosners_example() -> None:
    """Rosner (1983), table of 54 vitamin E readings: three outliers at 5 %, as NIST's handbook (1.3.5.17.3) has it."""
    readings = [
        -0.25, 0.68, 0.94, 1.15, 1.20, 1.26, 1.26, 1.34, 1.38, 1.43, 1.49, 1.49, 1.55, 1.56, 1.58, 1.65, 1.69, 1.70,
        1.76, 1.77, 1.81, 1.91, 1.94, 1.96, 1.99, 2.06, 2.09, 2.10, 2.14, 2.15, 2.23, 2.24, 2.26, 2.35, 2.37, 2.40,
        2.47, 2.54, 2.62, 2.64, 2.90, 2.92, 2.92, 2.93, 3.21, 3.26, 3.30, 3.59, 3.68, 4.30, 4.64, 5.34, 5.42, 6.01,
    ]  # fmt: skip
    assert [readings[k] for k in outliers(readings, 0.05)] == [5.34, 5.42, 6.01]


def test_outliers_need_seven_values_and_a_spread() -> None:
    assert outliers([1.0, 1.1, 0.9, 50.0]) == ()
    assert outliers([1.0] * 10) == ()
    assert outliers([1.0, 1.1, 0.9, 1.05, 0.95, 1.02, 50.0, 0.98]) == (6,)


def test_a_normal_sample_has_outliers_as_seldom_as_stated() -> None:
    rng = np.random.default_rng(5)
    share = np.mean([bool(outliers(list(rng.standard_normal(20)))) for _ in range(1000)])
    assert share < 0.025


def test_effective_points_see_what_stick_slip_hides() -> None:
    # a sawtooth ends the sum of correlations within a tooth; the wandering below it is worth 2000/(2 x 100) points
    rng = np.random.default_rng(6)
    teeth = 2 * ((np.arange(2000) / 100) % 1) - 1
    kept = math.exp(-1 / 100)
    wanderings = []
    for _ in range(50):
        shocks = math.sqrt(1 - kept**2) * rng.standard_normal(2000)
        walk, _ = lfilter([1.0], [1.0, -kept], shocks, zi=[kept * rng.standard_normal()])
        wanderings.append(teeth + walk)
    assert float(np.median([effective_points(values)[0] for values in wanderings])) < 30
    white = [effective_points(rng.standard_normal(2000)) for _ in range(50)]
    assert float(np.median([n for n, _ in white])) > 600
    assert effective_points(np.full(100, 3.0)) == (100.0, 99.0)


def test_rounding_noise_is_a_step_over_the_root_of_twelve() -> None:
    smooth = np.sin(np.linspace(0.0, 3.0, 2000))
    assert rounding_noise(np.round(smooth / 0.02) * 0.02) == pytest.approx(0.02 / math.sqrt(12.0))
    assert rounding_noise(smooth) == 0.0  # finer than its own course
    assert rounding_noise(np.full(50, 3.0)) == 0.0
    assert rounding_noise(np.empty(0)) == 0.0


def test_white_noise_is_blind_to_a_smooth_course() -> None:
    rng = np.random.default_rng(4)
    course = np.sin(np.linspace(0.0, 3.0, 4000))
    assert white_noise(course) < 1e-6
    assert white_noise(course + 0.01 * rng.standard_normal(4000)) == pytest.approx(0.01, rel=0.05)
    assert white_noise(np.array([1.0, 2.0])) == 0.0
