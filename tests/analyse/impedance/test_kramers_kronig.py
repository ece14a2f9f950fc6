"""The Kramers-Kronig test passes what circuits give and says where others fail."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byssus.analyse.impedance.kramers_kronig import TOLERANCE, kramers_kronig
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


def drifting(frequency, rate):
    """The charge-transfer arc grows by ``rate`` while the points are taken, three periods and a second for each."""
    time = np.cumsum(3 / frequency + 1)
    grown = 1 + rate * time / time[-1]
    s = 2j * np.pi * frequency
    return 10 + 50 * grown / (1 + (s * 1e-2 * grown) ** 0.8) + 40 * grown / (1 + (s * 30) ** 0.8)


@pytest.mark.parametrize("elements", [ONE, FOUR, ((50.0, 1.3e-2, 1.0),), ((50.0, 1e-2, 0.5),)])
def test_exact_circuits_leave_less_than_two_thousandths(elements):
    found = kramers_kronig(FREQUENCY, zarcs(FREQUENCY, 10.0, elements))
    assert found.verdict == "valid"
    assert found.rms_residual < 1e-3
    assert max(np.max(np.abs(found.residual_real)), np.max(np.abs(found.residual_imaginary))) < 3e-3


@pytest.mark.parametrize("share", [1e-3, 5e-3, 2e-2])
@pytest.mark.parametrize("elements", [ONE, FOUR])
def test_noise_is_taken_for_noise_and_its_level_is_found(share, elements):
    for seed in range(10):
        found = kramers_kronig(FREQUENCY, noisy(zarcs(FREQUENCY, 10.0, elements), share, seed))
        assert found.valid, found.remarks
        assert found.failing_points == ()
        assert found.noise == pytest.approx(share, rel=0.3)
        assert found.chi_squared == pytest.approx(2 * 91 * found.rms_residual**2)


def test_tails_inductance_and_blocking_electrodes_are_valid():
    s = 2j * np.pi * FREQUENCY
    base = zarcs(FREQUENCY, 10.0, ONE)
    for name, tail in (("warburg", 3 / s**0.5), ("capacitor", 20 / s), ("cpe", 20 / s**0.85), ("coil", 3e-6 * s)):
        found = kramers_kronig(FREQUENCY, noisy(base + tail, 1e-3))
        assert found.valid, (name, found.remarks)
    assert kramers_kronig(FREQUENCY, base + 20 / s).capacitor


def test_inductive_loop_at_low_frequency_is_valid():
    impedance = zarcs(FREQUENCY, 10.0, (*ONE, (-8.0, 5.0, 1.0)))
    assert kramers_kronig(FREQUENCY, noisy(impedance, 1e-3)).valid


@pytest.mark.parametrize("rate", [0.3, 0.6])
def test_drift_fails_at_low_frequency_and_the_rest_passes_alone(rate):
    found = kramers_kronig(FREQUENCY, noisy(drifting(FREQUENCY, rate), 1e-3))
    assert found.verdict == "drifting"
    assert found.failing_points
    assert np.all(FREQUENCY[list(found.failing_points)] < 10)
    assert found.valid_above_hz is not None
    assert found.valid_above_hz > 0.1
    assert any("drifted" in remark for remark in found.remarks)


def test_response_that_depends_on_amplitude_is_invalid_where_it_does():
    # the arc shrinks with the voltage across it, |H|^2: instantaneous, so without the phase a memory would bring
    arc = zarcs(FREQUENCY, 0.0, ONE)
    impedance = 10 + arc * (1 - 0.3 * np.abs(arc / 50) ** 2)
    found = kramers_kronig(FREQUENCY, noisy(impedance, 1e-3))
    assert found.verdict == "invalid"
    failing = FREQUENCY[list(found.failing_points)]
    assert np.min(np.abs(np.log10(failing / 16))) < 0.05  # the corner of the arc, 1/(2 pi tau)
    assert np.max(failing) < 1e4
    worst = max(found.trend, key=lambda band: band.rms)
    assert (worst.name, worst.kind) == ("middle", "systematic")
    assert worst.beyond_noise > TOLERANCE


def test_turned_sign_fails_everywhere_and_is_named():
    found = kramers_kronig(FREQUENCY, noisy(np.conj(zarcs(FREQUENCY, 10.0, ONE)), 1e-3))
    assert found.verdict == "invalid"
    assert len(found.failing_points) == len(FREQUENCY)
    assert any("sign looks wrong" in remark for remark in found.remarks)


@pytest.mark.parametrize("index", [0, 1, 30, 45, 89, 90])
def test_one_bad_point_is_found_and_bends_nothing(index):
    impedance = noisy(zarcs(FREQUENCY, 10.0, ONE), 1e-3)
    spoilt = impedance.copy()
    spoilt[index] *= 1.1
    found = kramers_kronig(FREQUENCY, spoilt)
    assert found.verdict == "bad_points"
    assert found.bad_points == found.failing_points
    if index > 1:
        assert found.bad_points == (index,)
    else:  # at the inductive end the chain is too free to tell the first three points apart
        assert index in found.bad_points
        assert set(found.bad_points) <= {0, 1, 2}
    assert found.rms_residual < 1.2e-3


def test_last_points_off_together_are_no_accident():
    impedance = noisy(zarcs(FREQUENCY, 10.0, ONE), 1e-3)
    impedance[-2:] *= np.array([0.9, 1.3])
    found = kramers_kronig(FREQUENCY, impedance)
    assert found.verdict == "drifting"
    assert {89, 90} <= set(found.failing_points)


@pytest.mark.parametrize("fit", ["real", "imaginary"])
def test_one_part_predicts_the_other(fit):
    sound = kramers_kronig(FREQUENCY, noisy(zarcs(FREQUENCY, 10.0, ONE) + 2e-7j * FREQUENCY, 2e-4), fit=fit)
    assert sound.valid, sound.remarks
    bent = zarcs(FREQUENCY, 10.0, ONE)
    bent = bent.real * (1 + 0.05 * np.exp(-(np.log10(FREQUENCY / 10) ** 2))) + 1j * bent.imag
    assert not kramers_kronig(FREQUENCY, noisy(bent, 1e-3), fit=fit).valid


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000), st.sampled_from([1e-3, 1.0, 1e6]), st.sampled_from([1e-3, 1e3]))
def test_order_of_points_and_units_change_nothing(seed, ohm, hertz):
    impedance = noisy(zarcs(FREQUENCY, 5.0, FOUR), 2e-3)
    impedance[20] *= 1.1
    first = kramers_kronig(FREQUENCY, impedance)
    order = np.random.default_rng(seed).permutation(len(FREQUENCY))
    other = kramers_kronig(FREQUENCY[order] * hertz, impedance[order] * ohm)
    assert other.verdict == first.verdict == "bad_points"
    assert [int(order[i]) for i in other.bad_points] == [20]
    assert other.elements == first.elements
    np.testing.assert_allclose(other.residual_real, first.residual_real[order], atol=1e-7)
    np.testing.assert_allclose(other.fitted_impedance_ohm, first.fitted_impedance_ohm[order] * ohm, rtol=1e-6)


def test_fit_and_residuals_add_up():
    impedance = noisy(zarcs(FREQUENCY, 10.0, ONE), 5e-3)
    found = kramers_kronig(FREQUENCY, impedance)
    residual = (impedance - found.fitted_impedance_ohm) / np.abs(impedance)
    np.testing.assert_allclose(residual, found.residual_real + 1j * found.residual_imaginary, atol=1e-12)


def test_all_problems_of_the_input_at_once():
    with pytest.raises(AnalysisError) as caught:
        kramers_kronig([1.0, 0.0, np.nan, 3.0], [1 + 1j, 2, 0, np.inf])
    text = str(caught.value)
    for part in ("f = 0", "frequency_hz[1]", "frequency_hz[2]", "impedance_ohm[2]", "impedance_ohm[3]", "too few"):
        assert part in text


@pytest.mark.parametrize(
    ("frequency", "impedance", "said"),
    [
        ([1.0, 2.0], [1 + 1j], "2 frequencies and 1 impedances"),
        ([[1.0]], [[1j]], "not one-dimensional"),
        (["a"], [1j], "not numbers"),
        ([1j], [1j], "not numbers"),
        ([], [], "too few"),
    ],
)
def test_arrays_that_are_no_spectrum(frequency, impedance, said):
    with pytest.raises(AnalysisError, match=said):
        kramers_kronig(frequency, impedance)


def test_all_problems_of_the_options_at_once():
    with pytest.raises(AnalysisError) as caught:
        kramers_kronig(FREQUENCY, FREQUENCY + 0j, fit="both", mu_limit=2, tolerance=0, extension_decades=9)
    assert len(caught.value.problems) == 4


def test_few_points_are_called_a_weak_test():
    frequency = np.logspace(3, 0, 7)
    found = kramers_kronig(frequency, zarcs(frequency, 10.0, ONE))
    assert any("little could contradict" in remark for remark in found.remarks)


def test_real_cells_pass(shared_data):
    cell = np.loadtxt(shared_data / "eis_text" / "pydrttools_LIB_data.txt")
    found = kramers_kronig(cell[:, 0], cell[:, 1] + 1j * cell[:, 2])
    assert found.valid
    assert found.rms_residual < 1e-3
    cell = np.loadtxt(shared_data / "eis_text" / "impedancepy_exampleData.csv", delimiter=",")
    assert kramers_kronig(cell[:, 0], cell[:, 1] + 1j * cell[:, 2]).valid
    noise = np.loadtxt(shared_data / "eis_analytic" / "pydrttools_zarc_data.txt")
    assert kramers_kronig(noise[:, 0], noise[:, 1] + 1j * noise[:, 2]).valid


def test_real_first_rows_of_a_failing_instrument_are_invalid(shared_data):
    lines = (shared_data / "eis_text" / "impedancepy_exampleDataParstat.txt").read_text("latin-1").splitlines()[1:]
    rows = np.array([[float(word) for word in line.split("\t")[3:6]] for line in lines if line.strip()])
    with pytest.raises(AnalysisError, match="f = 0"):
        kramers_kronig(rows[:, 0], rows[:, 1] + 1j * rows[:, 2])
    rows = rows[rows[:, 0] > 0]
    found = kramers_kronig(rows[:, 0], rows[:, 1] + 1j * rows[:, 2])
    assert found.verdict == "invalid"  # real part below zero at 10 kHz, then a jump; sound below 1 kHz
    assert np.min(rows[list(found.failing_points), 0]) > 500
