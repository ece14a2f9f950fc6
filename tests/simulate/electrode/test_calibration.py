"""The sampler, least squares, likelihoods and baselines against what is known of them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from byssus.simulate.electrode.baselines import guesses
from byssus.simulate.electrode.calibrate import drawn
from byssus.simulate.electrode.least_squares import minimise
from byssus.simulate.electrode.parameters import log_prior, sampled, scaled, table, values
from byssus.simulate.electrode.sampler import sample
from byssus.simulate.electrode.targets import log_likelihood, misfit

RNG = 20260115


def test_sampler_finds_mean_and_covariance_of_skewed_normals() -> None:
    """Two ensembles of other densities at once; variances 1 and 100 with a correlation of 0.9, mean (3, -2)."""
    deviation = np.array([1.0, 10.0])
    covariance = np.outer(deviation, deviation) * np.array([[1.0, 0.9], [0.9, 1.0]])
    inverse, mean = np.linalg.inv(covariance), np.array([3.0, -2.0])

    def log_density(z: np.ndarray) -> np.ndarray:
        off = z - np.array([[[3.0, -2.0]], [[0.0, 0.0]]])
        return -0.5 * np.einsum("ewi,ij,ewj->ew", off, inverse, off)

    rng = np.random.default_rng(RNG)
    kept, taken = sample(log_density, rng.standard_normal((2, 32, 2)), 3000, rng, burn=500, thin=5)
    draws = kept[:, 0].reshape(-1, 2)
    assert draws.mean(axis=0) == pytest.approx(mean, abs=0.1 * 10)
    assert abs(draws.mean(axis=0)[0] - 3.0) < 0.1
    np.testing.assert_allclose(np.cov(draws.T), covariance, rtol=0.1)
    assert kept[:, 1].reshape(-1, 2).mean(axis=0) == pytest.approx([0.0, 0.0], abs=1.0)
    assert np.all((taken > 0.3) & (taken < 0.9))


def test_a_walker_never_leaves_where_density_is() -> None:
    rng = np.random.default_rng(RNG)
    inside = lambda z: np.where((z[..., 0] > 0) & (z[..., 0] < 1), 0.0, -np.inf)  # noqa: E731
    kept, _ = sample(inside, rng.random((1, 16, 1)), 2000, rng, burn=100, thin=5)
    assert kept.min() > 0
    assert kept.max() < 1
    assert kept.mean() == pytest.approx(0.5, abs=0.03)
    assert kept.var() == pytest.approx(1 / 12, rel=0.1)


def test_least_squares_of_several_problems_are_each_others_strangers() -> None:
    """Rosenbrock's valley from its usual start, beside a problem that is solved at once."""
    shift = np.array([[0.0], [1.0]])

    def residuals(z: np.ndarray) -> np.ndarray:
        x, y = z[..., 0] - shift, z[..., 1]
        return np.stack([10 * (y - x**2), 1 - x], axis=-1)

    start = np.array([[-1.2, 1.0], [2.0, 1.0]])
    at, cost = minimise(residuals, start)
    np.testing.assert_allclose(at, [[1.0, 1.0], [2.0, 1.0]], atol=1e-4)
    assert np.all(cost < 1e-8)
    alone = minimise(lambda z: residuals(np.repeat(z, 2, axis=0))[:1], start[:1])[0]
    assert np.array_equal(alone[0], at[0])


def test_a_bound_counts_with_the_probability_of_lying_beyond_it() -> None:
    low = np.array([[1.0, np.nan], [0.0, 3.0]])
    high = np.array([[np.inf, np.nan], [2.0, 3.0]])
    found = log_likelihood(low, high, np.ones((2, 2)), np.full((2, 2), 1.0))
    # P(X > mean) = 1/2, P(|X - mean| < sigma) = 0.6826894921, density at two sigma
    expected = math.log(0.5) + math.log(0.6826894921370859) - 2.0 - 0.5 * math.log(2 * math.pi)
    assert float(found) == pytest.approx(expected, rel=1e-9)


def test_misfit_is_the_way_out_of_an_interval() -> None:
    low, high = np.array([1.0, 1.0, 1.0, np.nan, 2.0]), np.array([2.0, 2.0, np.inf, np.nan, 2.0])
    assert misfit(low, high, np.array([1.5, 2.5, 0.25, 9.0, 1.0])).tolist() == [0.0, 0.5, -0.75, 0.0, -1.0]


def test_baselines_by_hand_and_blind_to_the_one_left_out() -> None:
    inputs = np.array([[1.0, 1, math.e, 0.1], [2.0, 1, math.e**2, 0.1], [3.0, 1, math.e**3, 0.1]])
    low, high = np.array([10.0, 20.0, 999.0]), np.array([10.0, 20.0, 999.0])
    found = guesses(inputs, low, high, 2)
    assert list(found.values()) == pytest.approx([15.0, 30.0, 30.0])
    low[2] = high[2] = -7.0
    assert guesses(inputs, low, high, 2) == found
    low[2] = high[2] = np.nan
    low[0], high[0] = 8.0, 12.0  # an interval by its middle
    high[1] = np.inf  # a bound by its edge
    assert guesses(inputs, low, high, 2) == found


def test_a_bound_from_above_counts_by_its_edge_too() -> None:
    low, high = np.array([0.0, 20.0, 7.0]), np.array([10.0, 20.0, 7.0])
    assert guesses(np.ones((3, 4)), low, high, 2)["mean of the others"] == 15.0


def test_equal_moduli_have_no_line() -> None:
    inputs = np.ones((3, 4))
    found = list(guesses(inputs, np.arange(3.0), np.arange(3.0), 0).values())
    assert found[0] == 1.5
    assert np.isnan(found[1:]).all()


def test_every_number_has_a_source_and_every_fitted_one_a_prior() -> None:
    for one in table().values():
        assert one.source, one.name
        assert one.origin in ("literature", "assumed", "fitted"), one.name
        assert bool(one.prior) or one.origin != "fitted", one.name
        assert not one.prior or one.block in ("swelling", "contact", "resistance"), one.name
        assert one.lower <= one.value <= one.upper


def test_priors_scale_as_they_say() -> None:
    rows = sampled()
    one_up = scaled(np.ones(len(rows)), rows)
    for k, one in enumerate(rows):
        expected = one.value * one.spread if one.prior == "factor" else one.value + one.spread
        assert float(one_up[one.name][0]) == pytest.approx(expected), k
    assert float(np.ravel(values()["silicon_expansion"])[0]) == 2.8
    beyond = np.zeros(len(rows))
    beyond[[one.name for one in rows].index("lithium_share")] = 2.5  # 0.9 + 2.5 x 0.05 > 1
    assert log_prior(beyond, rows) == -np.inf


def test_inputs_are_drawn_evenly_over_their_uncertainty() -> None:
    inputs, spread = np.array([[2e9, 5e7, 4.0, 0.23]]), np.array([[0.0, 0.0, 0.4, 0.05]])
    found = drawn(inputs, spread, 400, np.random.default_rng(RNG))
    assert found.shape == (400, 1, 4)
    assert np.all(found[:, 0, :2] == inputs[0, :2])
    assert found[:, 0, 3].mean() == pytest.approx(0.23, abs=1e-3)
    assert found[:, 0, 3].std() == pytest.approx(0.05, rel=0.02)
    assert np.median(found[:, 0, 2]) == pytest.approx(4.0, rel=2e-3)
    assert abs(np.corrcoef(found[:, 0, 2], found[:, 0, 3])[0, 1]) < 0.15
