"""Layer thickness and peel width: as given they enter as a product with one fitted share, else as one fitted area."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.simulate.electrode.test_confront import ELECTRODE, INPUTS, NAMES, QUICK, TARGETS, TRUE

from byssus.errors import StudyError
from byssus.simulate.electrode.baselines import guesses
from byssus.simulate.electrode.binders import Binders, names_of
from byssus.simulate.electrode.calibrate import Case, drawn, fit
from byssus.simulate.electrode.confront import Reported, confront, foretell
from byssus.simulate.electrode.contact import contact_number
from byssus.simulate.electrode.identified import calibrated
from byssus.simulate.electrode.parameters import sampled, table, table_of, values
from byssus.simulate.electrode.targets import predict

AREA = [one.name for one in sampled()].index("contact_area")
THICKNESS = np.array([20e-6, 15e-6, 30e-6, 25e-6])
WIDTH = np.array([10e-3, 20e-3, 20e-3, 25e-3])


def with_geometry(thickness: np.ndarray, width: np.ndarray) -> np.ndarray:
    return np.column_stack([INPUTS, thickness, width])


def reported(inputs: np.ndarray, said: np.ndarray) -> Reported:
    return Reported(NAMES, ELECTRODE, TARGETS, inputs, np.zeros_like(inputs), said, said.copy())


def test_the_contact_number_by_hand_with_thickness_and_width_given() -> None:
    binder = Binders(2e9, 5e7, 4.0, 0.2, layer_thickness_m=20e-6, peel_width_m=0.01)
    number = {**values(), "contact_energy_share": np.asarray(0.05), "contact_area": np.asarray(1e9)}
    # 0.05 x 2e9 x 0.8^2 x 20e-6 x 0.01 / 16; the fitted area does not enter
    assert float(contact_number(np.asarray(0.8), binder, number)) == pytest.approx(0.8)
    # energy by area E e^2 h / 2 over fracture energy 2 F / b, at share 1
    whole = {**number, "contact_energy_share": np.asarray(1.0)}
    energy, fracture = 2e9 * 0.64 * 20e-6 / 2, 2 * 4.0 / 0.01
    assert float(contact_number(np.asarray(0.8), binder, whole)) == pytest.approx(energy / fracture)


def test_one_of_two_numbers_enters_and_both_are_read_from_one_standard_number() -> None:
    given, fitted = table_of(True), table_of(False)
    assert set(given) ^ set(fitted) == {"contact_area", "contact_energy_share"}
    assert "contact_energy_share" in given
    assert len(sampled()) == sum(bool(one.prior) for one in fitted.values())
    z = np.zeros(len(sampled()))
    z[AREA] = 1.0
    assert float(values(z)["contact_area"][0]) == pytest.approx(30 * 1e-8)
    assert float(values(z)["contact_energy_share"][0]) == pytest.approx(30.0)
    assert table()["contact_energy_share"].value == 1.0


@pytest.mark.parametrize("scale", [1.0, 7.0])
def test_only_the_product_of_share_thickness_and_width_enters(scale: float) -> None:
    """Thicker by a factor and the share smaller by it: nothing foretold changes; the same for the width."""
    truth = TRUE.copy()
    one = predict(TARGETS, Binders.stacked(with_geometry(THICKNESS, WIDTH)), ELECTRODE, values(truth))
    truth[AREA] -= np.log(scale) / np.log(30.0)
    for thickness, width in ((THICKNESS * scale, WIDTH), (THICKNESS, WIDTH * scale)):
        two = predict(TARGETS, Binders.stacked(with_geometry(thickness, width)), ELECTRODE, values(truth))
        np.testing.assert_allclose(two, one, rtol=1e-9, atol=1e-9)


def test_where_all_have_one_geometry_a_fitted_area_says_the_same() -> None:
    """h b of 1e-8 m^2 for all, where the prior of the area has its centre: prior and results are the same problem."""
    said = predict(TARGETS, Binders.stacked(INPUTS), ELECTRODE, values(TRUE))
    same = with_geometry(np.full(4, 1e-5), np.full(4, 1e-3))
    fitted, given = (
        fit(Case(ELECTRODE, TARGETS, one[None], said[:, None], said[:, None]))[0] for one in (INPUTS, same)
    )
    np.testing.assert_allclose(given, fitted, atol=2e-3)


def test_geometry_that_differs_is_used() -> None:
    """Results made with each binder's own h b are met better by those than by one area for all."""
    inputs = with_geometry(np.array([40e-6, 10e-6, 20e-6, 20e-6]), np.full(4, 1e-3))
    said = predict(TARGETS, Binders.stacked(inputs), ELECTRODE, values(TRUE))
    cost = {
        len(one[0]): fit(Case(ELECTRODE, TARGETS, one[None], said[:, None], said[:, None]))[1][0]
        for one in (INPUTS, inputs)
    }
    assert cost[6] < cost[4]


def test_the_share_is_reported_in_the_place_of_the_area() -> None:
    inputs = with_geometry(np.full(4, 20e-6), WIDTH)
    said = predict(TARGETS, Binders.stacked(inputs), ELECTRODE, values(TRUE))
    found = confront(reported(inputs, said), 1, **QUICK)
    numbers = {one.parameter.name: one for one in calibrated(found.posterior)}
    assert "contact_area" not in numbers
    share = numbers["contact_energy_share"]
    assert share.parameter.unit == "1"
    z = found.posterior.draws[0].reshape(-1, len(sampled()))[:, AREA]
    assert share.value == pytest.approx(30.0 ** np.median(z), rel=0.01)
    assert share.narrowed == pytest.approx(float(np.std(z)))
    own = foretell(found, inputs[1], 0 * inputs[1], ELECTRODE, TARGETS, 1)
    thicker = foretell(found, inputs[1] * [1, 1, 1, 1, 3, 1], 0 * inputs[1], ELECTRODE, TARGETS, 1)
    assert thicker[3].value < own[3].value  # more energy to go into contacts: less silicon stays


def test_uncertain_geometry_is_drawn_and_stays_positive() -> None:
    inputs = with_geometry(THICKNESS, WIDTH)
    spread = np.zeros_like(inputs)
    spread[:, 4] = THICKNESS * 0.5
    found = drawn(inputs, spread, 200, np.random.default_rng(3))
    assert found.shape == (200, 4, 6)
    assert np.all(found[..., 4] > 0)
    assert np.all(found[..., 5] == WIDTH)
    np.testing.assert_allclose(np.std(np.log(found[..., 4]), axis=0), 0.5, rtol=0.05)


def test_the_baseline_of_peel_goes_by_force_by_width() -> None:
    inputs = np.array([[1, 1, 2.0, 0.1, 1, 2.0], [2, 1, 20.0, 0.1, 1, 2.0], [3, 1, 100.0, 0.1, 1, 1.0]])
    low = np.array([10.0, 20.0, np.nan])
    # forces by width 1, 10, 100: a decade each
    assert guesses(inputs, low, low, 2)["linear in log peel force"] == pytest.approx(30.0)


def test_half_a_geometry_and_nonsense_are_refused() -> None:
    with pytest.raises(StudyError, match="layer_thickness_m: given alone"):
        Binders(1e9, 1e7, 1.0, 0.2, layer_thickness_m=1e-5)
    with pytest.raises(StudyError) as fault:
        Binders(1e9, 1e7, 1.0, 0.2, layer_thickness_m=-1e-5, peel_width_m=np.array([0.02, 0.0]))
    assert {problem.where for problem in fault.value.problems} == {"layer_thickness_m", "peel_width_m"}
    both = Binders(1e9, 1e7, 1.0, 0.2, 1e-5, 0.02)
    assert names_of(both.array())[-2:] == ("layer_thickness", "peel_width")
    assert Binders.stacked(both.array()).thickness_by_width_m2() == pytest.approx(2e-7)
    assert replace(both, layer_thickness_m=None, peel_width_m=None).array().shape == (4,)
