"""Leaving a binder out: nothing of it enters; what the model made, calibration finds; too little is said so."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from byssus.errors import StudyError
from byssus.simulate.electrode.binders import Binders, Electrode
from byssus.simulate.electrode.calibrate import Case, fit
from byssus.simulate.electrode.confront import Confrontation, Reported, Score, confront, foretell
from byssus.simulate.electrode.curves import cycling_curves, rate_curves
from byssus.simulate.electrode.identified import calibrated
from byssus.simulate.electrode.parameters import sampled, values
from byssus.simulate.electrode.targets import Target, predict

ELECTRODE = Electrode(0.5, 5e-3, 3579.0 * 3600.0)
TARGETS = (
    Target("expansion"), Target("residual"), Target("first_lithiation"), Target("first_delithiation"),
    Target("cycling", 0.2, 200), Target("cycling", 1.0, 150), Target("rate", 15.0),
)  # fmt: skip
NAMES = ("a", "b", "c", "d")
INPUTS = np.array([[1e9, 2e7, 1.2, 0.23], [1.6e9, 4e7, 3.0, 0.27], [2.3e9, 7e7, 4.0, 0.25], [3e9, 9e7, 5.0, 0.2]])
QUICK = {"burn": 20, "steps": 60}
TRUE = np.array([-0.5, 0.2, 0.5, 0.3, -0.6, 0.1, 0.2, 0.0, 0.1, 0.4] + [0.0] * 6)


def reported(truth: np.ndarray = TRUE) -> Reported:
    """Results that the model itself gives, without scatter."""
    said = predict(TARGETS, Binders.stacked(INPUTS), ELECTRODE, values(truth))
    uncertainty = np.zeros_like(INPUTS)
    uncertainty[2, 3] = 0.03
    return Reported(NAMES, ELECTRODE, TARGETS, INPUTS, uncertainty, said, said.copy())


@pytest.fixture(scope="module")
def found() -> Confrontation:
    return confront(reported(), 1, **QUICK)


@pytest.mark.parametrize("left_out", range(4))
def test_no_result_of_the_binder_left_out_enters_its_prediction(found: Confrontation, left_out: int) -> None:
    told = reported()
    low, high = told.low.copy(), told.high.copy()
    low[:, left_out] *= 0.37
    high[:, left_out] = low[:, left_out]
    high[4, left_out] = np.inf
    low[0, left_out] = high[0, left_out] = np.nan
    other = confront(replace(told, low=low, high=high), 1, **QUICK)
    pairs = list(zip(found.rows, other.rows, strict=True))
    for one, two in pairs:
        if one.binder == NAMES[left_out]:
            assert one.left_out == two.left_out
            assert one.baselines == two.baselines
    # and the others' do change, so that the test could fail
    assert any(one.left_out != two.left_out for one, two in pairs if one.binder != NAMES[left_out])
    assert any(one.with_it != two.with_it for one, two in pairs if one.binder == NAMES[left_out])


def test_calibration_finds_what_made_the_results() -> None:
    told = reported()
    at, _ = fit(Case(ELECTRODE, TARGETS, INPUTS[None], told.low[:, None], told.high[:, None]))
    said = predict(TARGETS, Binders.stacked(INPUTS), ELECTRODE, values(at[0]))
    off = np.abs(said - told.low)
    assert np.max(off[:2]) < 0.05
    assert np.max(off[2:]) < 100 * 3600.0  # half the scatter taken of capacities: the priors pull
    # of the first block alone it is the least there is: the truth misses no result and costs its priors
    _, cost = fit(Case(ELECTRODE, TARGETS[:2], INPUTS[None], told.low[:2, None], told.high[:2, None]))
    assert 0 < float(cost[0]) < 0.5 * np.sum(TRUE[:4] ** 2)


def test_the_order_of_binders_matters_to_no_fit() -> None:
    told = reported()
    order = np.array([2, 0, 3, 1])
    case = Case(ELECTRODE, TARGETS, INPUTS[None], told.low[:, None], told.high[:, None])
    swapped = Case(ELECTRODE, TARGETS, INPUTS[None, order], told.low[:, None, order], told.high[:, None, order])
    np.testing.assert_allclose(fit(swapped)[0], fit(case)[0], atol=2e-3)


def test_the_order_of_binders_hardly_matters_to_a_posterior() -> None:
    """Random numbers meet other binders, so medians agree within the sampler's own error and no better."""
    told = reported()
    order = np.array([1, 0, 3, 2])
    swapped = Reported(
        tuple(NAMES[k] for k in order), ELECTRODE, TARGETS, INPUTS[order], told.uncertainty[order], told.low[:, order],
        told.high[:, order],
    )  # fmt: skip
    one, two = (
        {(row.binder, row.target): row.left_out for row in confront(r, 1, burn=300, steps=400).rows}
        for r in (told, swapped)
    )
    for key, said in one.items():
        width = said.interval_90[1] - said.interval_90[0]
        assert two[key].value == pytest.approx(said.value, abs=0.2 * width + 1e-9), key


def test_the_true_order_of_made_results_fits_best(found: Confrontation) -> None:
    assert (found.permutation.as_good, found.permutation.of) == (1, 24)
    assert found.permutation.p == found.permutation.floor == 1 / 24
    assert found.permutation.better == ()


def test_a_prior_is_not_moved_by_results(found: Confrontation) -> None:
    """Uncertain inputs are drawn alike whatever is reported."""
    told = reported()
    other = confront(replace(told, low=told.low * 0.5, high=told.high * 0.5), 1, **QUICK)
    assert np.array_equal(found.posterior.imputed, other.posterior.imputed)
    assert np.ptp(found.posterior.imputed[:, 2, 3]) > 0.02
    assert np.ptp(found.posterior.imputed[:, 0, 3]) == 0
    inputs = found.posterior.inputs(found.case, 2)
    assert inputs.shape == (found.posterior.draws[2].size // found.posterior.draws.shape[-1], 4, 4)
    assert np.all(inputs[:, 0] == INPUTS[0])
    assert set(inputs[:, 2, 3]) == set(found.posterior.imputed[:, 2, 3])


def test_a_binder_of_ones_own_spreads_with_its_uncertainty(found: Confrontation) -> None:
    sharp, vague = (foretell(found, INPUTS[1], INPUTS[1] * share, ELECTRODE, TARGETS, 1) for share in (0.0, 0.3))
    width = [[one.interval_95[1] - one.interval_95[0] for one in said] for said in (sharp, vague)]
    assert width[1][3] > width[0][3]  # first delithiation
    assert np.mean(np.array(width[1]) > np.array(width[0])) > 0.5


def test_curves_meet_the_predictions(found: Confrontation) -> None:
    at = {(row.binder, row.target): row.left_out.value for row in found.rows}
    for curve in cycling_curves(found, 1):
        target = next(t for t in TARGETS if t.kind == "cycling" and t.c_rate == curve.c_rate)
        assert (curve.x[0], curve.x[-1]) == (1, target.cycle)
        assert np.all(curve.lower <= curve.value)
        assert np.all(curve.value <= curve.upper)
        assert curve.value[-1] == pytest.approx(at[curve.binder, target], rel=0.1, abs=1e5)
    assert {curve.binder for curve in rate_curves(found, 1)} == set(NAMES)


def test_numbers_without_data_are_not_identified() -> None:
    told = reported()
    few = replace(told, targets=TARGETS[:2], low=told.low[:2], high=told.high[:2])
    numbers = {one.parameter.name: one for one in calibrated(confront(few, 1, burn=300, steps=600).posterior)}
    for name in ("contact_area", "loss_per_cycle", "resistance", "resistance_growth"):
        assert not numbers[name].identified, name
        assert numbers[name].narrowed == pytest.approx(1.0, abs=0.25)
    assert numbers["elastic_reach"].identified
    assert len(numbers) >= len(sampled())


def test_two_binders_are_too_few() -> None:
    told = reported()
    low = told.low.copy()
    low[:, 2:] = np.nan
    with pytest.raises(StudyError) as fault:
        confront(replace(told, low=low, high=low), 1, **QUICK)
    assert "too few binders" in str(fault.value)
    assert "got 2" in str(fault.value)


@pytest.mark.parametrize(("model", "said"), [(50.0, "better"), (91.0, "level"), (109.0, "level"), (111.0, "worse")])
def test_errors_alike_within_a_tenth_are_level(model: float, said: str) -> None:
    one = Score(Target("first_delithiation", 0.2, 1), model, {"a": 100.0, "b": math.nan, "c": 300.0}, 3, 4)
    assert one.verdict == said


def test_where_no_baseline_says_anything_the_model_beats_none() -> None:
    one = Score(Target("cycling", 0.5, 100), 980.0, {"a": math.nan, "b": math.nan}, 1, 1)
    assert (one.verdict, one.best_baseline) == ("no baseline", "")


def test_an_input_out_of_its_range_is_told_by_binder_and_not_held_in_it() -> None:
    """Drawing holds a porosity below 1: 23 for 23 % would pass as 0.99, of a binder without results in silence."""
    told = reported()
    low = told.low.copy()
    low[:, 3] = np.nan
    inputs = told.inputs.copy()
    inputs[3, 3], inputs[1, 2] = 23.0, 0.0
    with pytest.raises(StudyError) as fault:
        confront(replace(told, inputs=inputs, low=low, high=low), 1, **QUICK)
    wrong = {(one.where, one.got) for one in fault.value.problems}
    assert wrong == {("electrode model of b: peel_force_n", "0"), ("electrode model of d: porosity", "23")}
