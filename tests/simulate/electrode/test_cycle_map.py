"""Swelling, contact, resistance and the states they make: hand-worked cases, properties, bad input."""

from __future__ import annotations

import math

import numpy as np
import pytest

from byssus.errors import StudyError
from byssus.laws.electrode_kinetics import overpotential_v
from byssus.laws.silicon_potential import equilibrium_potential_v
from byssus.simulate.electrode.binders import Binders, Electrode, silicon_volume_fraction
from byssus.simulate.electrode.contact import connected_share, contact_number, unreturned_number
from byssus.simulate.electrode.cycle_map import LI15SI4_C_PER_KG, ledger, states
from byssus.simulate.electrode.parameters import values
from byssus.simulate.electrode.resistance import end_share, surface_m2_per_kg
from byssus.simulate.electrode.swelling import bounds, expansion, hold, residual_strain

ELECTRODE = Electrode(0.5, 5e-3, 3579.0 * 3600.0)
SOFT_TO_HARD = Binders(
    np.array([0.98e9, 1.6e9, 2.9e9]),
    np.array([22e6, 34e6, 90e6]),
    np.array([1.1, 3.9, 5.4]),
    np.array([0.2, 0.3, 0.25]),
)


def given(**changes: float) -> dict[str, np.ndarray]:
    """The table's numbers at their centres, as plain numbers, but for ``changes``."""
    return {**{name: np.asarray(float(np.ravel(v)[0])) for name, v in values().items()}, **changes}


def test_bounds_by_hand() -> None:
    # e_a = 2.8 x 0.5 x 1; 0.75 x 1.4; 0.75 x 2.4 - 1
    found = bounds(1.0, 0.25, 0.5, 2.8)
    assert [float(b) for b in (found.affine, found.pores_kept, found.pores_filled)] == pytest.approx([1.4, 1.05, 0.8])
    assert float(bounds(0.1, 0.5, 0.5, 2.8).pores_filled) == 0.0  # pores hold all: 0.5 x 1.14 - 1 < 0


def test_the_modulus_holds_swelling_between_its_bounds() -> None:
    number = given(lithium_share=1.0, holding_modulus=1e9, holding_steepness=2.0)
    moduli = np.array([1e3, 1e9, 2e9, 1e15])
    assert hold(moduli, number) == pytest.approx([0.0, 0.5, 0.8, 1.0], abs=1e-9)
    e = expansion(Binders(moduli, 1e7, 1.0, 0.25), ELECTRODE, number)
    assert e == pytest.approx([1.4, 1.1, 0.92, 0.8], abs=1e-9)


def test_residual_is_what_lies_beyond_the_elastic_reach() -> None:
    e = np.array([1.0, 0.1])
    # 10 x 0.05 / 2 = 0.25
    assert residual_strain(e, Binders(2e9, 0.05e9, 1.0, 0.2), given(elastic_reach=10.0)) == pytest.approx([0.75, 0.0])


def test_contact_number_and_what_survives_by_hand() -> None:
    binder = Binders(2e9, 5e7, 4.0, 0.2)
    number = given(contact_area=1e-8, loss_per_cycle=0.1, rate_exponent=0.5)
    g = contact_number(np.asarray(0.8), binder, number)  # 2e9 x 0.64 x 1e-8 / 16
    assert float(g) == pytest.approx(0.8)
    back = unreturned_number(g, np.asarray(0.8), np.asarray(0.2))
    assert float(back) == pytest.approx(0.2)
    share = connected_share(g, back, np.array([1.0, 101.0]), np.asarray(0.25), number)
    # 100 cycles of 0.1 x 0.25^0.5 x 0.2 each
    assert share == pytest.approx([math.exp(-0.8), math.exp(-0.8 - 1.0)])


def test_delithiation_ends_where_the_sum_meets_the_limit() -> None:
    number, c_rate, resistance = given(), 15.0, 3.3e-3
    x = float(end_share(np.asarray(0.8), np.asarray(resistance), np.asarray(c_rate), ELECTRODE, number))
    assert 0.05 < x < 0.9
    current = 15.0 * 5e-3 * 3579.0
    real = 0.8 * 5e-3 * float(surface_m2_per_kg(number))
    total = equilibrium_potential_v(x, 1.0) + overpotential_v(current / real, 0.294) + current * resistance
    assert float(total) == pytest.approx(1.5, abs=1e-4)


def test_a_rate_test_is_a_cliff() -> None:
    rates = np.array([0.2, 1.0, 5.0, 10.0, 15.0, 20.0, 30.0])
    found = states(SOFT_TO_HARD, ELECTRODE, given(), np.ones(len(rates)), rates, np.ones(len(rates)))
    capacity = found.delithiation_c_per_kg[:, 2]
    assert np.all(np.diff(capacity) <= 0)
    assert capacity[1] == pytest.approx(capacity[0])  # nothing lost to 1 C
    assert capacity[-1] == 0.0


def test_lithium_is_conserved_in_every_cycle() -> None:
    for c_rate in (0.2, 5.0, 15.0):
        found = ledger(SOFT_TO_HARD, ELECTRODE, given(), 60, c_rate)
        net = np.cumsum(found.lithiation_c_per_kg - found.delithiation_c_per_kg, axis=0)
        there = found.connected_c_per_kg + found.cut_off_c_per_kg + found.side_c_per_kg
        np.testing.assert_allclose(net, there, rtol=1e-12)
        for totals in (found.cut_off_c_per_kg, found.side_c_per_kg):
            assert np.all(np.diff(totals, axis=0) >= 0)


def test_the_first_lithiation_may_exceed_what_silicon_takes() -> None:
    found = ledger(SOFT_TO_HARD, ELECTRODE, given(lithium_share=1.0), 1, 0.2)
    assert np.all(found.lithiation_c_per_kg > LI15SI4_C_PER_KG)


def test_states_keep_within_what_they_are() -> None:
    found = states(SOFT_TO_HARD, ELECTRODE, given(), np.arange(1.0, 201), 1.0)
    assert found.delithiation_c_per_kg.shape == (200, 3)
    for share in (found.connected, found.end_share, found.porosity):
        assert np.all((share >= 0) & (share <= 1))
    assert np.all(np.diff(found.connected, axis=0) <= 0)
    assert np.all(np.diff(found.sei_thickness_m, axis=0) > 0)
    assert np.all(np.diff(found.resistance_ohm_m2, axis=0) > 0)
    assert np.all(found.residual <= found.expansion)


def test_pores_balance_volumes() -> None:
    # delithiated to x = 0, the solids are the pristine ones: (1 - eps)(1 + r) = 1 - eps0
    found = states(SOFT_TO_HARD, ELECTRODE, given(), 1.0, 0.2)
    assert np.all(found.end_share == 0)
    np.testing.assert_allclose((1 - found.porosity) * (1 + found.residual), 1 - SOFT_TO_HARD.porosity)


def test_units_scale_out() -> None:
    """Pressures and forces in another unit (with the modulus and the currents' own kept) change nothing."""
    number = given()
    scaled = {**number, "holding_modulus": number["holding_modulus"] * 1e-3}
    other = Binders(*(np.asarray(v) * f for v, f in zip(
        (SOFT_TO_HARD.reduced_modulus_pa, SOFT_TO_HARD.hardness_pa, SOFT_TO_HARD.peel_force_n), (1e-3,) * 3, strict=True
    )), SOFT_TO_HARD.porosity)  # fmt: skip
    cycle = np.array([1.0, 50.0, 200.0])
    one = states(SOFT_TO_HARD, ELECTRODE, number, cycle, 1.0).delithiation_c_per_kg
    np.testing.assert_allclose(states(other, ELECTRODE, scaled, cycle, 1.0).delithiation_c_per_kg, one, rtol=1e-12)


def test_binders_do_not_know_of_one_another() -> None:
    order = np.array([2, 0, 1])
    swapped = Binders.stacked(SOFT_TO_HARD.array()[order])
    cycle = np.arange(1.0, 50.0)
    one = states(SOFT_TO_HARD, ELECTRODE, given(), cycle, 1.0).delithiation_c_per_kg
    assert np.array_equal(states(swapped, ELECTRODE, given(), cycle, 1.0).delithiation_c_per_kg, one[:, order])


def test_better_adhesion_never_costs_capacity() -> None:
    peel = np.geomspace(0.1, 20.0, 50)
    found = states(Binders(2e9, 5e7, peel, 0.2), ELECTRODE, given(), np.array([1.0, 200.0]), 1.0)
    assert np.all(np.diff(found.delithiation_c_per_kg, axis=1) >= 0)


def test_silicon_by_volume_by_hand() -> None:
    # 60/2330, 20/1900, 20/1400
    share = silicon_volume_fraction({"silicon": 0.6, "super_p": 0.2, "binder": 0.2}, "silicon")
    assert share == pytest.approx(0.257511 / (0.257511 + 0.105263 + 0.142857), rel=1e-5)


def test_everything_wrong_with_a_binder_is_said_at_once() -> None:
    with pytest.raises(StudyError) as fault:
        Binders(np.array([1e9, -2e9]), 0.0, np.nan, 1.2)
    said = {problem.where or problem.what: str(problem) for problem in fault.value.problems}
    assert set(said) == {"reduced_modulus_pa", "hardness_pa", "peel_force_n", "porosity"}
    assert "-2e+09 (1 of 2)" in said["reduced_modulus_pa"]
    assert "a fraction from 0 to below 1" in said["porosity"]


@pytest.mark.parametrize("bad", [{"c_rate": 0.0}, {"c_rate": -1.0}, {"cycle": 0.0}, {"loss_rate": -1.0}])
def test_rates_and_cycles_that_cannot_be(bad: dict[str, float]) -> None:
    with pytest.raises(StudyError) as fault:
        states(SOFT_TO_HARD, ELECTRODE, given(), **{"cycle": 1.0, "c_rate": 1.0, **bad})
    assert fault.value.problems[0].where in bad
