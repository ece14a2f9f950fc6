"""The element fit gives back what a circuit was made of, its uncertainties hold, and it says what it cannot tell."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byssus.analyse.impedance._circuit import TAILS, Circuit
from byssus.analyse.impedance.elements import ZarcGuess, fit_elements
from byssus.errors import AnalysisError

FREQUENCY = np.logspace(6, -3, 91)
ONE = ((50.0, 1e-2, 0.8),)
FOUR = ((8.0, 1e-5, 0.9), (20.0, 1e-3, 0.85), (40.0, 3e-2, 0.8), (15.0, 3.0, 0.75))


def zarcs(frequency, ohmic, elements):
    s = 2j * np.pi * frequency
    return ohmic + sum(r / (1 + (s * tau) ** phi) for r, tau, phi in elements)


def noisy(impedance, share, seed=0):
    rng = np.random.default_rng(seed)
    both = rng.standard_normal(len(impedance)) + 1j * rng.standard_normal(len(impedance))
    return impedance + share * np.abs(impedance) * both


def guesses(elements, tau_factor=1.0, size=1.0):
    return [ZarcGuess(tau * tau_factor, r * size) for r, tau, _ in elements]


def assert_elements(fit, elements, rtol):
    assert len(fit.elements) == len(elements)
    for found, (r, tau, phi) in zip(fit.elements, elements, strict=True):
        assert found.resistance_ohm == pytest.approx(r, rel=rtol)
        assert found.tau_s == pytest.approx(tau, rel=rtol)
        assert found.exponent == pytest.approx(phi, rel=rtol)
        assert found.capacitance_f == pytest.approx(tau / r, rel=2 * rtol)


@pytest.mark.parametrize("tail", TAILS)
@pytest.mark.parametrize("inductance", [True, False])
def test_derivatives_are_those_of_finite_differences(tail, inductance):
    circuit = Circuit((1, -1), inductance, tail, (10.0, 1e-6), 5.0)
    omega = np.logspace(-2, 5, 30)
    series = [1.3, 0.7][: circuit.first]
    tails = {"none": [], "capacitor": [0.3], "cpe": [0.3, 0.6]}.get(tail, [1.2, 2.0])
    at = np.array([*series, 2.0, -3.0, 0.8, 1.0, 1.5, 0.9, *tails])
    assert len(at) == len(circuit.names)
    z, derivatives = circuit.impedance(at, omega)
    step = 1e-6
    for i in range(len(at)):
        shift = step * (np.arange(len(at)) == i)
        difference = (circuit.impedance(at + shift, omega)[0] - circuit.impedance(at - shift, omega)[0]) / (2 * step)
        np.testing.assert_allclose(derivatives[:, i], difference, rtol=1e-6, atol=1e-9 * np.max(np.abs(z)))


def test_impedance_is_the_law_written_out():
    circuit = Circuit((1, -1), True, "cpe", (10.0, 1e-6), 5.0)
    omega = np.logspace(-2, 5, 30)
    s = 1j * omega
    coordinates = np.array([1.3, 0.7, math.log(4), math.log(0.1), 0.8, math.log(2), math.log(9), 1.0, math.log(3), 0.6])
    expected = 13 + 0.7e-6 * s + 4 / (1 + (s * 0.1) ** 0.8) - 2 / (1 + s * 9) + 1 / (3 * s**0.6)
    np.testing.assert_allclose(circuit.impedance(coordinates, omega)[0], expected, rtol=1e-12)


@pytest.mark.parametrize("robust", ["none", "huber", "student"])
@pytest.mark.parametrize(("ohmic", "elements"), [(10.0, ONE), (5.0, FOUR), (10.0, ((50.0, 1e-2, 1.0),))])
def test_exact_spectra_give_their_parameters_back(ohmic, elements, robust):
    impedance = zarcs(FREQUENCY, ohmic, elements) + 2e-7j * 2 * np.pi * FREQUENCY
    fit = fit_elements(FREQUENCY, impedance, guesses(elements, 2.0, 0.6), robust=robust)
    assert_elements(fit, elements, 1e-8)
    assert fit.ohmic_resistance_ohm == pytest.approx(ohmic, rel=1e-8)
    assert fit.inductance_h == pytest.approx(2e-7, rel=1e-8)
    assert fit.tail == "none"
    assert fit.identifiable
    assert fit.fewer_suffice is None


@pytest.mark.parametrize("factor", [0.1, 10.0])
def test_a_start_a_decade_off_is_mended(factor):
    assert_elements(fit_elements(FREQUENCY, zarcs(FREQUENCY, 5.0, FOUR), guesses(FOUR, factor)), FOUR, 1e-8)


def test_a_start_that_knows_nothing_is_mended():
    fit = fit_elements(FREQUENCY, noisy(zarcs(FREQUENCY, 5.0, FOUR), 1e-3), [ZarcGuess(1.0, 1.0)] * 4)
    assert_elements(fit, FOUR, 0.05)


def test_intervals_cover_the_truth_as_often_as_they_say():
    frequency = np.logspace(5, -2, 43)
    elements = ((50.0, 1e-2, 0.85),)
    truth = {"ohmic resistance_ohm": 10.0, "inductance_h": 1e-6}
    truth |= {"ln resistance_ohm 1": 50.0, "ln tau_s 1": 1e-2, "phi 1": 0.85}
    exact = zarcs(frequency, 10.0, elements) + 1e-6j * 2 * np.pi * frequency
    hits = dict.fromkeys(truth, 0)
    for seed in range(200):
        fit = fit_elements(frequency, noisy(exact, 5e-3, seed), guesses(elements), robust="none")
        assert fit.elements[0].resistance_uncertainty_ohm < 1
        for name, value in truth.items():
            low, high = fit.interval_95(name)
            hits[name] += low <= value <= high
    share = sum(hits.values()) / 200 / len(hits)
    assert 0.92 <= share <= 0.98
    assert all(0.90 <= count / 200 <= 0.99 for count in hits.values()), hits


def test_uncertainty_of_a_capacitance_is_its_scatter():
    frequency = np.logspace(5, -2, 43)
    exact = zarcs(frequency, 10.0, ONE)
    fits = [fit_elements(frequency, noisy(exact, 5e-3, seed), guesses(ONE)).elements[0] for seed in range(40)]
    scatter = float(np.std([fit.capacitance_f for fit in fits], ddof=1))
    assert float(np.mean([fit.capacitance_uncertainty_f for fit in fits])) == pytest.approx(scatter, rel=0.3)


@pytest.mark.parametrize(
    ("name", "tail", "parameters"),
    [
        ("capacitor", lambda s: 20 / s, {"tail capacitance_f": 0.05}),
        ("cpe", lambda s: 3 / s**0.8, {"tail admittance": 1 / 3, "tail exponent": 0.8}),
        (
            "finite_space",
            lambda s: 30 / (np.sqrt(20 * s) * np.tanh(np.sqrt(20 * s))),
            {"tail resistance_ohm": 30.0, "tail tau_s": 20.0},
        ),
        (
            "finite_length",
            lambda s: 30 * np.tanh(np.sqrt(20 * s)) / np.sqrt(20 * s),
            {"tail resistance_ohm": 30.0, "tail tau_s": 20.0},
        ),
    ],
)
def test_the_tail_is_found_and_measured(name, tail, parameters):
    impedance = zarcs(FREQUENCY, 10.0, ONE) + tail(2j * np.pi * FREQUENCY)
    start = [*guesses(ONE, 2.0), ZarcGuess(1e3, 100.0)]
    fit = fit_elements(FREQUENCY, noisy(impedance, 1e-3), start)
    assert fit.tail == name
    for key, value in parameters.items():
        assert abs(fit.tail_parameters[key] - value) < 4 * fit.tail_uncertainties[key]
        assert fit.tail_uncertainties[key] < 0.05 * value
    assert_elements(fit, ONE, 0.01)
    exact = fit_elements(FREQUENCY, impedance, start, tail=name)
    assert exact.tail_parameters == pytest.approx(parameters, rel=1e-6)


def test_inductive_loop_keeps_its_sign():
    elements = ((50.0, 1e-2, 0.9), (-8.0, 3.0, 1.0))
    fit = fit_elements(FREQUENCY, noisy(zarcs(FREQUENCY, 10.0, elements), 1e-3), guesses(elements, 0.5))
    assert_elements(fit, elements, 0.02)
    assert fit.elements[1].capacitance_f < 0


def test_two_elements_where_one_suffices_are_not_identifiable():
    flagged = 0
    for seed in range(3):
        impedance = noisy(zarcs(FREQUENCY, 10.0, ONE), 1e-3, seed)
        fit = fit_elements(FREQUENCY, impedance, [ZarcGuess(5e-3, 20.0), ZarcGuess(2e-2, 20.0)])
        flagged += fit.fewer_suffice == 1 and not fit.identifiable
    assert flagged == 3


def test_two_elements_that_differ_are_identifiable():
    two = ((50.0, 1e-3, 0.8), (50.0, 1e-2, 0.8))
    fit = fit_elements(FREQUENCY, noisy(zarcs(FREQUENCY, 10.0, two), 1e-3), guesses(two, 1.3))
    assert fit.identifiable
    assert fit.fewer_suffice is None


def test_an_arc_of_which_only_the_flank_is_seen_says_so():
    far = ((50.0, 1e-2, 0.8), (30.0, 2e3, 0.9))
    fit = fit_elements(FREQUENCY, noisy(zarcs(FREQUENCY, 10.0, far), 1e-3), guesses(far), tail="none")
    assert fit.elements[0].identifiable
    assert any("outside the measured range" in remark for remark in fit.elements[1].remarks)


def test_a_fast_process_cut_off_leaves_the_ohmic_resistance_open():
    frequency = np.logspace(3, -2, 60)
    fast = ((60.0, 1e-6, 0.45), (20.0, 0.1, 0.9))
    fit = fit_elements(frequency, noisy(zarcs(frequency, 0.5, fast), 2e-3), guesses(fast), inductance=False)
    assert abs(fit.ohmic_resistance_ohm - 0.5) < 4 * fit.ohmic_resistance_uncertainty_ohm or fit.held
    assert not fit.elements[0].identifiable
    assert any("may be ohmic resistance" in remark for remark in fit.remarks)
    assert fit.elements[-1].identifiable
    assert fit.elements[-1].tau_s == pytest.approx(0.1, rel=0.05)


def test_a_peak_without_an_exponent_starts_as_well():
    class Bare:
        tau_s, resistance_ohm, exponent = 2e-2, 30.0, math.nan

    assert_elements(fit_elements(FREQUENCY, zarcs(FREQUENCY, 10.0, ONE), [Bare()]), ONE, 1e-8)


@pytest.mark.parametrize("robust", ["huber", "student"])
def test_outliers_lose_their_weight(robust):
    impedance = noisy(zarcs(FREQUENCY, 5.0, FOUR), 2e-3)
    spoilt = impedance.copy()
    spoilt[10::20] *= 1.15
    plain = fit_elements(FREQUENCY, spoilt, guesses(FOUR), robust="none")
    fit = fit_elements(FREQUENCY, spoilt, guesses(FOUR), robust=robust)
    assert set(fit.outliers) == set(range(10, 91, 20))
    for k, (r, tau, _) in enumerate(FOUR):
        found = fit.elements[k]
        assert abs(found.resistance_ohm - r) < 4 * found.resistance_uncertainty_ohm
        assert abs(found.tau_s - tau) < 4 * found.tau_uncertainty_s
        assert found.resistance_uncertainty_ohm < 0.3 * plain.elements[k].resistance_uncertainty_ohm


def test_robust_intervals_are_as_wide_as_plain_ones_without_outliers():
    impedance = noisy(zarcs(FREQUENCY, 5.0, FOUR), 2e-3)
    plain = fit_elements(FREQUENCY, impedance, guesses(FOUR), robust="none")
    for robust in ("huber", "student"):
        fit = fit_elements(FREQUENCY, impedance, guesses(FOUR), robust=robust)
        assert fit.relative_noise == pytest.approx(plain.relative_noise, rel=0.2)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1000), st.sampled_from([1e-3, 1e6]), st.sampled_from([1e-3, 1e3]))
def test_order_of_points_and_units_change_nothing(seed, ohm, hertz):
    impedance = noisy(zarcs(FREQUENCY, 10.0, ONE), 2e-3)
    first = fit_elements(FREQUENCY, impedance, guesses(ONE))
    order = np.random.default_rng(seed).permutation(len(FREQUENCY))
    start = [ZarcGuess(g.tau_s / hertz, g.resistance_ohm * ohm) for g in guesses(ONE)]
    other = fit_elements(FREQUENCY[order] * hertz, impedance[order] * ohm, start)
    assert other.elements[0].tau_s * hertz == pytest.approx(first.elements[0].tau_s, rel=1e-5)
    assert other.elements[0].resistance_ohm / ohm == pytest.approx(first.elements[0].resistance_ohm, rel=1e-5)
    assert other.elements[0].exponent == pytest.approx(first.elements[0].exponent, rel=1e-5)
    np.testing.assert_allclose(other.residual_real, first.residual_real[order], atol=1e-6)
    np.testing.assert_allclose(other.fitted_impedance_ohm, first.fitted_impedance_ohm[order] * ohm, rtol=1e-5)


def test_order_of_the_start_does_not_matter():
    impedance = noisy(zarcs(FREQUENCY, 5.0, FOUR), 1e-3)
    fit = fit_elements(FREQUENCY, impedance, guesses(FOUR))
    back = fit_elements(FREQUENCY, impedance, guesses(FOUR)[::-1])
    assert [e.tau_s for e in back.elements] == pytest.approx([e.tau_s for e in fit.elements], rel=1e-5)
    assert all(a.tau_s < b.tau_s for a, b in zip(fit.elements, fit.elements[1:], strict=False))


def test_all_problems_at_once():
    with pytest.raises(AnalysisError) as caught:
        fit_elements([1.0, 0.0], [1j], [ZarcGuess(-1, 0, 2)], tail="long", robust="very")
    text = str(caught.value)
    for part in ("tau_s above 0", "other than 0", "(0, 1]", "no such tail", "no such robust", "unequal lengths"):
        assert part in text


def test_too_few_points_for_the_elements():
    with pytest.raises(AnalysisError, match="at least 14"):
        fit_elements(FREQUENCY[:10], zarcs(FREQUENCY[:10], 5.0, FOUR), guesses(FOUR))
    with pytest.raises(AnalysisError, match="no element"):
        fit_elements(FREQUENCY, zarcs(FREQUENCY, 5.0, FOUR), [])


def test_interval_of_a_name_that_is_not_there():
    with pytest.raises(KeyError):
        fit_elements(FREQUENCY, zarcs(FREQUENCY, 10.0, ONE), guesses(ONE)).interval_95("tau")


def test_published_synthetic_spectra(shared_data):
    rows = np.genfromtxt(shared_data / "eis_analytic" / "bayesdrt_Z_2ZARC_noiseless.csv", delimiter=",", skip_header=1)
    fit = fit_elements(rows[:, 0], rows[:, 1] + 1j * rows[:, 2], [ZarcGuess(3e-4, 0.5), ZarcGuess(3e-2, 0.5)])
    assert_elements(fit, ((1.0, 1e-3, 0.8), (1.0, 1e-2, 0.8)), 1e-8)  # the manifest's parameters
    rows = np.genfromtxt(shared_data / "eis_analytic" / "pydrttools_1ZARC.csv", delimiter=",", skip_header=1)
    fit = fit_elements(rows[:, 1], rows[:, 2] + 1j * rows[:, 3], [ZarcGuess(1e-2, 20.0)], robust="none")
    arc = fit.elements[0]
    assert abs(arc.resistance_ohm - 50) < 3 * arc.resistance_uncertainty_ohm
    assert abs(arc.tau_s - 0.1) < 3 * arc.tau_uncertainty_s
    assert abs(fit.inductance_h - 5e-6) < 3 * fit.inductance_uncertainty_h


def test_real_dummy_cell_is_one_arc(shared_data):
    lines = (shared_data / "eis_zplot" / "impedancepy_Circuit1_EIS_1.z").read_text("latin-1").splitlines()
    begin = next(i for i, line in enumerate(lines) if "End Comments" in line) + 1
    rows = np.array([[float(w) for w in line.replace(",", " ").split()] for line in lines[begin:]])
    fit = fit_elements(rows[:, 0], rows[:, 4] + 1j * rows[:, 5], [ZarcGuess(1e-3, 10.0)])
    assert fit.relative_noise < 1e-3
    assert fit.ohmic_resistance_ohm + fit.elements[0].resistance_ohm == pytest.approx(75.8, rel=5e-3)  # Re Z at 1 Hz
    assert fit.elements[0].exponent > 0.99
