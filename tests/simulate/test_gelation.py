"""Networks against results of the theory worked out by hand, and against networks drawn at random."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

from byssus.errors import StudyError
from byssus.simulate.chains import Chains, SchulzZimm, chains_of_masses, slices_of
from byssus.simulate.gelation import gel_point, homopolymer, homopolymer_gel_point, network
from byssus.simulate.network_of import Binder, grow, loops_of

EXACT = 1e-9


def test_three_arms_at_six_tenths() -> None:
    found = homopolymer(3, 0.6)
    assert found.finite == pytest.approx(2 / 3, abs=EXACT)
    assert found.sol == pytest.approx(8 / 27, abs=EXACT)
    assert found.cycle_rank == pytest.approx(1 / 54, abs=EXACT)
    assert found.strands == pytest.approx(3 / 2 / 27, abs=EXACT)


def test_four_arms_at_four_tenths() -> None:
    """p (F^2 + F + 1) = 1, so F = (sqrt(7) - 1)/2."""
    found = homopolymer(4, 0.4)
    assert found.finite == pytest.approx((math.sqrt(7) - 1) / 2, abs=EXACT)
    assert found.finite == pytest.approx(0.8228756555, abs=1e-10)
    assert found.sol == pytest.approx(0.4584973779, abs=1e-10)
    assert found.joints[3] == pytest.approx(0.0182906430, abs=1e-10)
    assert found.joints[4] == pytest.approx(0.00098426722, abs=1e-11)
    assert found.cycle_rank == pytest.approx(found.joints[3] / 2 + found.joints[4], abs=EXACT)


def test_eight_arms() -> None:
    assert homopolymer_gel_point(8) == pytest.approx(1 / 7, abs=EXACT)
    found = homopolymer(8, 0.2)
    assert found.finite == pytest.approx(0.8851280726, abs=1e-10)
    assert found.sol == pytest.approx(0.3767462342, abs=1e-10)
    assert homopolymer(8, 1 / 7 - 1e-6).sol == 1.0
    assert homopolymer(8, 1 / 7 + 1e-4).sol < 1.0


def test_arms_with_bifunctional_chains() -> None:
    """A_f + B2, r = 1, p = 0.8: the chance out of an A, and out of a B."""
    three = network(3, 0.8, Chains.uniform(2), 0.8)
    assert three.crosslinker_finite == pytest.approx(0.5625, abs=EXACT)
    assert three.chain_finite == pytest.approx(0.453125, abs=EXACT)
    assert three.strands == pytest.approx(three.joints[3], abs=EXACT)  # 3/2 of a joint, 2/3 crosslinkers a chain
    assert three.cycle_rank == pytest.approx(three.joints[3] / 3, abs=EXACT)
    four = network(4, 0.8, Chains.uniform(2), 0.8)
    assert four.crosslinker_finite == pytest.approx((math.sqrt(3.25) - 1) / 2, abs=EXACT)
    assert four.crosslinker_finite == pytest.approx(0.4013878189, abs=1e-10)


@pytest.mark.parametrize(("sites", "expected"), [(2, 0.3779644730), (20, 0.0867109970)])
def test_eight_arms_with_chains_of_many_sites(sites: int, expected: float) -> None:
    assert gel_point(8, 1.0, Chains.uniform(sites)) == pytest.approx(expected, abs=1e-10)
    assert gel_point(8, 1.0, Chains.uniform(sites)) == pytest.approx(1 / math.sqrt(7 * (sites - 1)), abs=EXACT)


def test_a_closed_form_for_most_probable_chains() -> None:
    """f 2, k 1, a 1: s + sqrt(s) = 1/(n q)."""
    found = network(2, 1.0, SchulzZimm(20.0, 1.0), 0.1)
    assert found.chain_sol == pytest.approx(0.1339745962, abs=1e-10)
    assert found.chain_sol == pytest.approx(((math.sqrt(3) - 1) / 2) ** 2, abs=EXACT)


@given(
    arms=st.integers(2, 12),
    conversion=st.floats(0.3, 1.0),
    k=st.floats(0.3, 30.0),
    tied=st.floats(1.0, 30.0),
)
def test_the_closed_form_for_schulz_zimm_chains(arms: int, conversion: float, k: float, tied: float) -> None:
    """n q [1 - (1 - a + a s)^(f-1)] = k (s^(-1/(k+1)) - 1), by a root finder that knows nothing of ours."""

    def left_over(s: float) -> float:
        return tied * (1 - (1 - conversion + conversion * s) ** (arms - 1)) - k * (s ** (-1 / (k + 1)) - 1)

    q = 0.01
    found = network(arms, conversion, SchulzZimm(tied / q, k), q).chain_sol
    if (arms - 1) * conversion * tied * (k + 1) / k <= 1.05:
        return
    assert found == pytest.approx(brentq(left_over, 1e-300, found * 0.5 + 0.5 * 1.0 - 1e-9, xtol=1e-15), abs=1e-9)


def test_a_sampled_distribution_reaches_the_closed_form() -> None:
    """2,000 slices of a Schulz-Zimm distribution, few sites of very many tied."""
    k, n = 2.0, 40000.0
    mass = np.geomspace(1e-4, 12, 2000)  # in number averages
    weight = mass**k * np.exp(-k * mass) * np.gradient(mass)
    sampled = network(8, 0.9, chains_of_masses(mass, weight, n), 1e-4)
    closed = network(8, 0.9, SchulzZimm(n, k), 1e-4)
    assert sampled.chain_sol == pytest.approx(closed.chain_sol, rel=2e-3)
    assert sampled.strands == pytest.approx(closed.strands, rel=2e-3)
    assert sampled.cycle_rank == pytest.approx(closed.cycle_rank, rel=2e-3)


def test_below_the_gel_point_all_is_sol() -> None:
    found = network(8, 0.05, Chains.uniform(20), 0.05)
    assert (found.chain_sol, found.crosslinker_sol, found.strands, found.cycle_rank) == (1.0, 1.0, 0.0, 0.0)
    assert found.joints[0] == 1.0


def test_no_more_sites_are_tied_than_there_are() -> None:
    """100 arms a site, two sites a chain: 0.038 of the arms would gel it, and 0.01 of them tie every site."""
    assert math.sqrt(0.01 / 7) > 0.01
    assert gel_point(8, 0.01, Chains.uniform(2)) == math.inf
    assert network(8, 0.01, Chains.uniform(2), 1.0).chain_sol == 1.0


def test_arms_beyond_the_sites_stay_loose() -> None:
    """Two arms, twice as many as sites: half of them tied at most, so (1/2)^2 of the crosslinkers tie nothing."""
    binder = Binder(2, 10.0, 2.0, 1.0, 20.0, 100.0, None)
    one, none = np.ones(1), np.zeros(1)
    grown = grow(binder, one, none, one, 1400.0 * one)
    assert grown.chain_gel[0] == pytest.approx(1.0, abs=1e-4)
    assert grown.gel[0] == pytest.approx((1 + 1 * (1 - 0.25)) / 2, abs=1e-3)


def test_crosslinker_between_the_chains_makes_loops_likelier() -> None:
    """c_in / c_all doubles where as much crosslinker as polymer halves the sites in a volume."""
    one = np.ones(1)
    lean, rich = (
        loops_of(Binder(8, 10.0, 2.0, mass, 6.0, 50.0, None), 1.8e-9 * one, 5e-9 * one, 1.5e-9 * one, 1400.0 * one)[0]
        for mass in (0.0, 1.0)
    )
    assert rich / (1 - rich) == pytest.approx(2 * lean / (1 - lean))


def test_chains_without_a_second_site_never_gel() -> None:
    assert gel_point(8, 1.0, Chains.uniform(1)) == math.inf
    assert network(8, 1.0, Chains.uniform(1), 1.0).chain_sol == 1.0


def test_every_site_and_arm_reacted_leaves_only_chains_that_cannot_branch() -> None:
    """At full conversion all is gel but for what cannot lead on: by hand.

    Chains of one and three sites, half of the mass each, so of sites 1 and 3 alike: v = (1 + u^2) / 2 with u = v^2.
    """
    found = network(3, 1.0, Chains(np.array([1.0, 3.0]), np.array([0.5, 0.5])), 1.0)
    v = found.crosslinker_finite
    assert v == pytest.approx((1 + v**4) / 2, rel=1e-12)
    assert v < 0.9
    assert found.chain_sol == pytest.approx((v**2 + v**6) / 2, rel=1e-12)


@given(
    arms=st.integers(3, 10),
    conversion=st.floats(0.05, 1.0),
    sites=st.lists(st.integers(1, 300), min_size=1, max_size=6),
    ratios=st.tuples(st.floats(0.001, 1.0), st.floats(0.001, 1.0)),
)
def test_more_crosslinker_never_lowers_the_gel_of_chains(
    arms: int, conversion: float, sites: list[int], ratios: tuple[float, float]
) -> None:
    """At a fixed conversion, while there are no more arms than sites."""
    chains = Chains(np.array(sites, float), np.ones(len(sites)))
    less, more = sorted(ratios)
    sol = [network(arms, conversion, chains, conversion * ratio).chain_sol for ratio in (less, more)]
    assert sol[1] <= sol[0] + 1e-9


@given(conversions=st.tuples(st.floats(0.0, 1.0), st.floats(0.0, 1.0)), ratio=st.floats(0.01, 1.0))
def test_more_conversion_never_lowers_the_gel(conversions: tuple[float, float], ratio: float) -> None:
    low, high = (network(8, a, SchulzZimm(300.0, 1.5), a * ratio) for a in sorted(conversions))
    assert high.chain_sol <= low.chain_sol + 1e-9
    assert high.crosslinker_sol <= low.crosslinker_sol + 1e-9
    assert high.strands >= low.strands - 1e-9


@settings(max_examples=30)
@given(st.floats(0.2, 5.0))
def test_the_gel_point_is_where_sol_ends(scale: float) -> None:
    chains = Chains(np.array([10.0, 40.0, 90.0]) * scale + 1, np.array([1.0, 2.0, 1.0]))
    ratio = 0.1
    point = gel_point(8, 1 / ratio, chains)
    if point < 0.99:
        assert network(8, point * 0.999, chains, point * 0.999 * ratio).chain_sol == 1.0
        assert network(8, point * 1.01, chains, point * 1.01 * ratio).chain_sol < 1.0


def test_order_and_scale_of_a_distribution_do_not_matter() -> None:
    sites, mass = np.array([5.0, 50.0, 500.0]), np.array([1.0, 3.0, 2.0])
    one = network(8, 0.9, Chains(sites, mass), 0.02)
    other = network(8, 0.9, Chains(sites[::-1], 7e-3 * mass[::-1]), 0.02)
    assert other.chain_sol == pytest.approx(one.chain_sol, rel=1e-12)
    assert other.strands == pytest.approx(one.strands, rel=1e-12)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: network(8, 1.2, Chains.uniform(5), -0.1), ["conversion of the arms", "1.2", "share of sites", "-0.1"]),
        (lambda: network(1, 0.5, Chains.uniform(5), 0.1), ["whole number from 2"]),
        (lambda: network(8, math.nan, Chains.uniform(5), 0.1), ["between 0 and 1"]),
        (lambda: Chains(np.array([0.0, 3.0]), np.array([-1.0, 1.0])), ["1 or more", "-1"]),
        (lambda: Chains(np.array([]), np.array([])), ["needs sites"]),
        (lambda: SchulzZimm(-1.0, math.inf), ["sites", "k"]),
        (lambda: gel_point(8, 0.0, Chains.uniform(5)), ["sites per arm"]),
    ],
)
def test_bad_input_is_one_clear_error(call, words: list[str]) -> None:
    with pytest.raises(StudyError) as fault:
        call()
    assert all(word in str(fault.value) for word in words)


@given(
    decades=st.floats(0.5, 5.0),
    noise=st.floats(0.0, 0.3),
    most=st.integers(5, 400),
)
def test_gathered_slices_keep_mass_and_number_average(decades: float, noise: float, most: int) -> None:
    mass = np.geomspace(1.0, 10**decades, 1500)
    weight = 1.0 + noise * np.sin(37 * np.log(mass))
    found = slices_of(mass[::-1], weight[::-1], most)
    assert len(found.mass) <= most
    assert found.mass.sum() == pytest.approx(1.0, rel=1e-12)
    assert np.all(np.diff(found.molar_mass_kg_per_mol) > 0)
    assert found.number_average_kg_per_mol == pytest.approx(weight.sum() / (weight / mass).sum(), rel=1e-9)


def test_400_slices_cost_the_weight_average_nothing_to_speak_of() -> None:
    mass = np.geomspace(0.1, 1000, 20000)
    weight = mass**2 * np.exp(-mass / 20)
    found = slices_of(mass, weight).weight_average_kg_per_mol
    assert found == pytest.approx((weight * mass).sum() / weight.sum(), rel=1e-4)


def test_noise_below_the_baseline_is_no_mass() -> None:
    found = slices_of(np.array([1.0, 10.0, 100.0, 1000.0]), np.array([-0.01, 1.0, 3.0, -0.02]))
    assert found.molar_mass_kg_per_mol == pytest.approx([10.0, 100.0])
    assert found.mass == pytest.approx([0.25, 0.75])


@pytest.mark.parametrize(("molar_mass", "mass"), [([], []), ([1.0, -2.0], [1.0, 1.0]), ([1.0, 2.0], [0.0, -1.0])])
def test_no_distribution_at_all_is_refused(molar_mass: list[float], mass: list[float]) -> None:
    with pytest.raises(StudyError, match="no such distribution"):
        slices_of(np.array(molar_mass), np.array(mass))
