"""The cure against closed forms, against its species integrated one by one, and against its balances."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad, solve_ivp

import byssus.simulate.cure as module
from byssus.errors import AnalysisError, StudyError
from byssus.simulate.cure import OXIRANE_CHANNELS, REACTIONS, Cured, Mixture, cure
from byssus.simulate.cure_channels import CHECKED, REFERENCE_K, Constants, constants_table, sample_constants
from byssus.simulate.programme import Programme, programme_of
from byssus.study.model import CureStep

R = 8.314462618
STEPS = (
    CureStep(temperature="80 °C", time="1 h", atmosphere="air"),
    CureStep(temperature="200 °C", time="2 h", atmosphere="vacuum"),
)
HOLD = Programme(np.array([0.0, 3600.0]), np.array([REFERENCE_K, REFERENCE_K]), (True,))


def _only(slow: float = 0.0, **values: float) -> Constants:
    """Constants of which all are nothing but these, without activation energies."""
    names = list(constants_table())
    found = {name: np.array([values.get(name, 0.0)]) for name in names}
    return Constants(found, {name: np.zeros(1) for name in names}, np.array([slow]), np.zeros(1))


def test_a_ring_closes_by_the_first_order() -> None:
    found = cure(Mixture(5.0), HOLD, _only(imidisation_fast=1e-3))
    assert found.ring_closure[:, 0] == pytest.approx(1 - np.exp(-1e-3 * found.times_s), abs=1e-7)


def test_fast_and_slow_sites_close_apart() -> None:
    found = cure(Mixture(5.0), HOLD, _only(0.25, imidisation_fast=2e-3, imidisation_slow=1e-4))
    expected = 1 - 0.75 * math.exp(-7.2) - 0.25 * math.exp(-0.36)
    # the acid is free beside every open site, however it was closed elsewhere
    assert found.ring_closure[-1, 0] == pytest.approx(expected, abs=1e-7)


def test_equal_amounts_of_acid_and_oxirane_by_the_second_order() -> None:
    """x = k c t / (1 + k c t)."""
    found = cure(Mixture(2.0, oxirane=2.0), HOLD, _only(acid_oxirane=1e-3))
    turned = 1e-3 * 2.0 * found.times_s
    assert found.epoxide_conversion[:, 0] == pytest.approx(turned / (1 + turned), abs=1e-7)
    assert found.share_of_oxirane("acid")[-1, 0] == pytest.approx(7.2 / 8.2, abs=1e-7)


def test_a_primary_amine_takes_two_rings() -> None:
    """With a ratio of 1/2 hydrogens are alike: 2 (A) + (S) falls as one pool, h' = -k/2 h e."""
    found = cure(
        Mixture(1.0, amines=1.0, oxirane=4.0), HOLD, _only(primary_amine_oxirane=2e-3, secondary_amine_ratio=0.5)
    )

    def pool(_t: float, y: np.ndarray) -> list[float]:
        return [-1e-3 * y[0] * (2.0 + y[0])]  # oxirane 4 - (2 - h)

    done = solve_ivp(pool, (0, 3600), [2.0], rtol=1e-10, atol=1e-12)
    assert found.oxirane[-1, 0] == pytest.approx(2.0 + done.y[0, -1], abs=1e-6)


def test_a_ramp_is_the_integral_of_arrhenius() -> None:
    constants = _only(imidisation_fast=1e-3)
    constants = replace(constants, energy={**constants.energy, "imidisation_fast": np.array([100e3])})
    ramp = Programme(np.array([0.0, 2000.0]), np.array([300.0, 500.0]), (False,))

    def rate(t: float) -> float:
        return 1e-3 * math.exp(-100e3 / R * (1 / (300 + 0.1 * t) - 1 / REFERENCE_K))

    expected = 1 - math.exp(-quad(rate, 0, 2000)[0])
    assert cure(Mixture(4.0), ramp, constants).ring_closure[-1, 0] == pytest.approx(expected, abs=1e-7)


def test_water_leaves_as_it_comes() -> None:
    """Rings at k, water lost at l: w = c k/(l - k) (exp(-k t) - exp(-l t))."""
    found = cure(Mixture(3.0), HOLD, _only(imidisation_fast=1e-3, water_loss_vacuum=4e-3))
    t = found.times_s
    assert found.water[:, 0] == pytest.approx(3.0 / 3.0 * (np.exp(-1e-3 * t) - np.exp(-4e-3 * t)), abs=1e-6)


def test_water_opens_rings_until_both_ways_are_even() -> None:
    """Kept in the film, w = rings: k (c - r) = h r^2."""
    found = cure(Mixture(1.0), HOLD, _only(imidisation_fast=1e-2, hydrolysis=1e-2))
    assert found.ring_closure[-1, 0] == pytest.approx((math.sqrt(5) - 1) / 2, abs=1e-6)


def test_extents_give_what_species_give() -> None:
    """All channels at once, integrated as species by another method, in a programme with ramps."""
    mixture, programme = Mixture(4.6, 4.6, 0.3, 0.1), programme_of(STEPS)
    constants = sample_constants(1, 0)
    found = cure(mixture, programme, constants)
    slow, air = constants.slow_share[0], constants.air_water[0]

    def slopes(t: float, y: np.ndarray, vacuum: bool) -> list[float]:
        fast, slug, imide_f, imide_s, benz, _, acid_x, one, two, oxirane, oh, water = y
        k = {name: v[0] for name, v in constants.at(programme.at(t)).items()}
        acid, primary = 4.6 - imide_f - imide_s - acid_x, 4.6 - benz - one - two
        a, p = acid / (acid + acid_x), primary / (4.6 - benz)
        closing = k["imidisation_fast"] * fast * a, k["imidisation_slow"] * slug * a
        opening = k["hydrolysis"] * imide_f * water, k["hydrolysis"] * imide_s * water
        turning = [k["benzimidazole"] * fast * p]
        turning.append(k["benzimidazole"] * k["imidisation_slow"] / k["imidisation_fast"] * slug * p)
        amide = [k["amide_oxirane"] * n * oxirane for n in (fast, slug)]
        first = k["primary_amine_oxirane"] * primary * oxirane
        second = k["primary_amine_oxirane"] * k["secondary_amine_ratio"] * one * oxirane
        ester, ether = k["acid_oxirane"] * acid * oxirane, k["hydroxyl_oxirane"] * oh * oxirane
        lost = k["water_loss_vacuum"] * water if vacuum else k["water_loss_air"] * (water - air)
        used = sum(amide) + first + second + ester
        return [
            -closing[0] - turning[0] - amide[0] + opening[0],
            -closing[1] - turning[1] - amide[1] + opening[1],
            closing[0] - opening[0],
            closing[1] - opening[1],
            sum(turning),
            sum(amide),
            ester,
            first - second,
            second,
            -used - ether,
            used,
            sum(closing) - sum(opening) + sum(turning) - lost,
        ]

    y = np.array([4.6 * (1 - slow), 4.6 * slow, 0, 0, 0, 0, 0, 0, 0, 0.3, 0, 0.1])
    for k, vacuum in enumerate(programme.vacuum):
        span = programme.times_s[k : k + 2]
        y = solve_ivp(slopes, span, y, "Radau", rtol=1e-9, atol=1e-12, args=(vacuum,)).y[:, -1]
    assert found.rings[-1, 0] == pytest.approx(y[2] + y[3] + y[4], abs=1e-6)
    assert found.gone("benzimidazole")[-1, 0] == pytest.approx(y[4], abs=1e-6)
    assert found.oxirane[-1, 0] == pytest.approx(y[9], abs=1e-7)
    assert found.hydroxyl[-1, 0] == pytest.approx(y[10], abs=1e-7)
    assert found.water[-1, 0] == pytest.approx(y[11], abs=1e-6)
    assert found.amide[-1, 0] == pytest.approx(y[0] + y[1], abs=1e-6)


def _balances(found: Cured) -> None:
    one = found.mixture
    x = found.extents
    used = x[..., 4:10].sum(axis=-1)
    assert np.abs(found.oxirane + used - one.oxirane).max() < 1e-9
    rings = x[..., :4].sum(axis=-1) - x[..., 10] - x[..., 11]
    assert np.abs(found.amide + rings + x[..., 4] + x[..., 5] - one.sites).max() < 1e-9
    assert np.abs(found.acid + x[..., 0] + x[..., 1] - x[..., 10] - x[..., 11] + x[..., 8] - one.sites).max() < 1e-9
    assert np.abs(found.water + x[..., 12] - rings - one.water).max() < 1e-9
    channels = sum(found.share_of_oxirane(name) for name in OXIRANE_CHANNELS)
    assert np.abs(channels - found.epoxide_conversion).max() < 1e-9
    for amount in (found.oxirane, found.amide, found.acid):
        assert amount.min() > -1e-8  # what the integrator is asked for, of some mol/kg


@settings(max_examples=15, deadline=None)
@given(
    sites=st.floats(0.1, 10),
    amines=st.floats(0, 1),
    oxirane=st.floats(0.0, 5.0),
    water=st.floats(0, 1),
    seed=st.integers(0, 99),
)
def test_mass_is_conserved(sites: float, amines: float, oxirane: float, water: float, seed: int) -> None:
    found = cure(Mixture(sites, amines * sites, oxirane, water), programme_of(STEPS), sample_constants(4, seed))
    _balances(found)
    assert np.diff(found.oxirane, axis=0).max() < 1e-8


@pytest.mark.parametrize("amines", [1e-300, 1e-9, 1e-3])
def test_a_trace_of_amines_closes_a_trace_of_rings(amines: float) -> None:
    """An amide with no amine beside it cannot close to the benzimidazole; the integrator once hung on this."""
    found = cure(Mixture(4.6, amines, 0.06), programme_of(STEPS), sample_constants(4, 0))
    assert found.gone("benzimidazole").max() <= amines + 1e-9
    _balances(found)


def test_half_the_amines_close_at_half_the_rate() -> None:
    """b' = k (sites - b) (amines - b)/(sites - b), so b = amines (1 - exp(-k t)), whatever the sites."""
    for amines in (4.0, 2.0, 0.5):
        found = cure(Mixture(4.0, amines), HOLD, _only(benzimidazole=5e-4, imidisation_fast=1e-30))
        expected = amines * -np.expm1(-5e-4 * found.times_s)
        assert found.gone("benzimidazole")[:, 0] == pytest.approx(expected, abs=1e-6)


def test_a_cure_that_takes_too_many_steps_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_CALLS", 10)
    with pytest.raises(AnalysisError, match="could not be integrated"):
        cure(Mixture(4.6), programme_of(STEPS), sample_constants(1, 0))


def test_amounts_and_rates_scale() -> None:
    """Twice the amounts at half the second-order constants is the same cure."""
    constants, programme = sample_constants(3, 4), programme_of(STEPS)
    second = [name for name, one in constants_table().items() if one.unit.startswith("kg")]
    halved = {name: v / 2 if name in second else v for name, v in constants.value.items()}
    one = cure(Mixture(4.6, 4.6, 0.1), programme, constants)
    two = cure(Mixture(9.2, 9.2, 0.2), programme, replace(constants, value=halved, air_water=2 * constants.air_water))
    assert two.epoxide_conversion == pytest.approx(one.epoxide_conversion, abs=1e-6)
    assert two.ring_closure == pytest.approx(one.ring_closure, abs=1e-6)


def test_samples_are_cured_as_if_alone() -> None:
    constants, programme, mixture = sample_constants(5, 7), programme_of(STEPS), Mixture(4.6, 4.6, 0.06)
    together = cure(mixture, programme, constants)
    alone = Constants(
        {name: v[3:4] for name, v in constants.value.items()},
        {name: v[3:4] for name, v in constants.energy.items()},
        constants.slow_share[3:4],
        constants.air_water[3:4],
    )
    assert together.ring_closure[:, 3] == pytest.approx(cure(mixture, programme, alone).ring_closure[:, 0], abs=1e-6)


def test_the_seed_decides_and_the_first_sample_is_nominal() -> None:
    one, same, other = sample_constants(9, 3), sample_constants(9, 3), sample_constants(9, 4)
    for name, known in constants_table().items():
        assert one.value[name][0] == known.value
        assert np.array_equal(one.value[name], same.value[name])
        if known.factor > 1:
            assert not np.array_equal(one.value[name], other.value[name])


def test_bands_are_as_wide_as_the_table_says() -> None:
    sampled = sample_constants(40_000, 1)
    for name, known in constants_table().items():
        low, high = np.percentile(sampled.value[name], [2.5, 97.5])
        assert high / low == pytest.approx(known.factor**2, rel=0.06)


def test_every_constant_has_a_unit_a_source_and_a_kind() -> None:
    kinds = {"literature", "analogue", "assumption"}
    for one in constants_table().values():
        assert one.source
        assert one.unit in ("s^-1", "kg/(mol*s)", "1")
        assert {one.kind, one.energy_kind} <= kinds
        assert one.checked in CHECKED
        cites = re.search(r"(19|20)\d\d", one.source) is not None
        assert (one.checked == "none") == (not cites)
        assert ("checked" in one.said) == cites
        assert cites or {one.kind, one.energy_kind} == {"assumption"}


def test_everything_wrong_is_said_at_once() -> None:
    with pytest.raises(StudyError) as fault:
        Mixture(1.0, 2.0, -1.0, math.inf)
    assert len(fault.value.problems) == 3
    table = dict(constants_table())
    table["hydrolysis"] = replace(table["hydrolysis"], value=0.0)
    table["acid_oxirane"] = replace(table["acid_oxirane"], factor=0.5)
    with pytest.raises(StudyError) as fault:
        sample_constants(0, 1, table)
    assert {problem.where for problem in fault.value.problems} == {"hydrolysis", "acid_oxirane", ""}


@pytest.mark.parametrize(("benzimidazole", "expected"), [(0.0, 0.3 + 0.7 * 0.5), (0.2, 0.3 + 0.5 * 0.5)])
def test_a_site_is_kept_open_once_by_hand(benzimidazole: float, expected: float) -> None:
    """Of one mole of sites 0.3 amides and 0.5 acids took an oxirane: of the 0.7 other sites half, unless closed."""
    extents = np.zeros((1, 1, len(REACTIONS)))
    for name, gone in (("amide, fast", 0.3), ("acid", 0.5), ("benzimidazole, fast", benzimidazole)):
        extents[0, 0, REACTIONS.index(name)] = gone
    cured = Cured(Mixture(1.0, 0.5, 1.0), np.zeros(1), np.full(1, 473.15), extents, np.zeros(1))
    assert cured.blocked[0, 0] == pytest.approx(expected)
