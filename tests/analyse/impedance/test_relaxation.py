"""The distribution of relaxation times against closed forms, symmetries and bad input."""

from __future__ import annotations

import numpy as np
import pytest

from byssus.analyse.impedance.relaxation import relaxation_series, relaxation_times
from byssus.errors import AnalysisError

FREQUENCY = np.logspace(5, -2, 71)
ELEMENTS = ((20.0, 1e-3, 0.85), (40.0, 3e-1, 0.8))  # ohm, s, exponent; more than two decades apart
OHMIC = 5.0


def zarc_impedance(frequency_hz: np.ndarray, elements: tuple = ELEMENTS, ohmic: float = OHMIC) -> np.ndarray:
    s = 2j * np.pi * frequency_hz
    return ohmic + sum(r / (1 + (s * tau) ** phi) for r, tau, phi in elements)


def zarc_gamma(tau_s: np.ndarray, elements: tuple = ELEMENTS) -> np.ndarray:
    """Closed form: Macdonald and Brachman 1956, doi:10.1103/RevModPhys.28.393."""
    total = np.zeros_like(tau_s)
    for r, tau, phi in elements:
        theta = (1 - phi) * np.pi
        total += r / (2 * np.pi) * np.sin(theta) / (np.cosh(phi * np.log(tau_s / tau)) - np.cos(theta))
    return total


def noisy(impedance: np.ndarray, size: float, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    draw = rng.standard_normal((2, len(impedance)))
    return impedance + size * np.abs(impedance) * (draw[0] + 1j * draw[1])


def relative_error(found, truth: np.ndarray) -> float:
    return float(np.linalg.norm(found.gamma_ohm - truth) / np.linalg.norm(truth))


def test_closed_form_is_found_within_the_noise():
    found = relaxation_times(FREQUENCY, noisy(zarc_impedance(FREQUENCY), 2e-3, 11))
    assert relative_error(found, zarc_gamma(found.tau_s)) < 0.08
    assert found.ohmic_resistance_ohm == pytest.approx(OHMIC, rel=0.01)
    assert found.noise == pytest.approx(2e-3, rel=0.25)
    assert found.converged
    assert len(found.peaks) == 2
    for peak, (r, tau, _) in zip(found.peaks, ELEMENTS, strict=True):
        assert peak.resistance_ohm == pytest.approx(r, abs=4 * peak.resistance_uncertainty_ohm)
        assert peak.tau_s == pytest.approx(tau, abs=4 * peak.tau_uncertainty_s)
        assert peak.resistance_uncertainty_ohm < 0.05 * r
        assert peak.capacitance_f == pytest.approx(peak.tau_s / peak.resistance_ohm)
        assert peak.identifiable


def test_bands_hold_the_truth_and_do_not_collapse_without_noise():
    found = relaxation_times(FREQUENCY, zarc_impedance(FREQUENCY))
    truth = zarc_gamma(found.tau_s)
    seen = truth > 0.05 * np.max(truth)
    assert np.mean((found.lower_ohm <= truth)[seen] & (truth <= found.upper_ohm)[seen]) > 0.93
    assert np.all((found.upper_ohm - found.lower_ohm)[seen] > 0.01 * truth[seen])
    assert relative_error(found, truth) < 0.03


@pytest.mark.parametrize("factor", [1e-3, 7.0, 1e6])
def test_scaling_the_impedance_scales_the_result(factor):
    impedance = noisy(zarc_impedance(FREQUENCY), 3e-3, 5)
    one, other = relaxation_times(FREQUENCY, impedance), relaxation_times(FREQUENCY, factor * impedance)
    np.testing.assert_allclose(other.gamma_ohm, factor * one.gamma_ohm, rtol=1e-6)
    assert other.ohmic_resistance_ohm == pytest.approx(factor * one.ohmic_resistance_ohm, rel=1e-6)
    assert [p.tau_s for p in other.peaks] == pytest.approx([p.tau_s for p in one.peaks], rel=1e-6)
    assert [p.resistance_ohm for p in other.peaks] == pytest.approx([factor * p.resistance_ohm for p in one.peaks])


@pytest.mark.parametrize("factor", [1e-4, 300.0])
def test_shifting_the_frequencies_shifts_the_times(factor):
    impedance = noisy(zarc_impedance(FREQUENCY), 3e-3, 6)
    one, other = relaxation_times(FREQUENCY, impedance), relaxation_times(factor * FREQUENCY, impedance)
    np.testing.assert_allclose(other.tau_s * factor, one.tau_s, rtol=1e-9)
    np.testing.assert_allclose(other.gamma_ohm, one.gamma_ohm, rtol=1e-6)
    assert other.inductance_h * factor == pytest.approx(one.inductance_h, rel=1e-3, abs=1e-12)


def test_order_of_the_points_does_not_matter():
    impedance = noisy(zarc_impedance(FREQUENCY), 3e-3, 7)
    mixed = np.random.default_rng(1).permutation(len(FREQUENCY))
    one, other = relaxation_times(FREQUENCY, impedance), relaxation_times(FREQUENCY[mixed], impedance[mixed])
    np.testing.assert_array_equal(one.gamma_ohm, other.gamma_ohm)
    np.testing.assert_array_equal(one.residual[mixed], other.residual)


def test_a_series_finds_what_single_calls_find():
    spectra = np.array([noisy(zarc_impedance(FREQUENCY), 3e-3, seed) for seed in range(4)])
    for row, found in zip(spectra, relaxation_series(FREQUENCY, spectra), strict=True):
        alone = relaxation_times(FREQUENCY, row)
        half_width = (alone.upper_ohm - alone.lower_ohm) / 2
        assert np.all(np.abs(found.gamma_ohm - alone.gamma_ohm) < 0.1 * half_width)


def test_series_inductance_is_an_explicit_term():
    inductance = 2e-6
    impedance = zarc_impedance(FREQUENCY) + 2j * np.pi * FREQUENCY * inductance
    found = relaxation_times(FREQUENCY, noisy(impedance, 2e-3, 3))
    assert found.inductance_h == pytest.approx(inductance, abs=4 * found.inductance_uncertainty_h)
    assert found.inductance_uncertainty_h < 0.05 * inductance
    assert len(found.peaks) == 2


@pytest.mark.parametrize(
    ("frequency", "impedance", "said"),
    [
        (FREQUENCY[:5], zarc_impedance(FREQUENCY[:5]), "too few points"),
        (FREQUENCY, zarc_impedance(FREQUENCY)[:-1], "unequal lengths"),
        (np.r_[0.0, FREQUENCY], zarc_impedance(np.r_[1.0, FREQUENCY]), "not above zero"),
        (FREQUENCY, np.r_[np.nan, zarc_impedance(FREQUENCY)[1:]], "not finite"),
        (np.full(20, 3.0), np.full(20, 1 + 1j), "too few points"),
    ],
)
def test_bad_input_is_refused_with_a_reason(frequency, impedance, said):
    with pytest.raises(AnalysisError, match=said):
        relaxation_times(frequency, impedance)


def test_a_series_names_the_spectrum_that_is_wrong():
    spectra = np.array([zarc_impedance(FREQUENCY)] * 2)
    spectra[1, 3] = np.nan
    with pytest.raises(AnalysisError, match="spectrum 1"):
        relaxation_series(FREQUENCY, spectra)
    with pytest.raises(AnalysisError, match=r"shape \(spectra, n\)"):
        relaxation_series(FREQUENCY, spectra[0])


def test_a_blocking_capacitance_is_an_explicit_term():
    impedance = zarc_impedance(FREQUENCY, ELEMENTS[:1]) + 1 / (2j * np.pi * FREQUENCY * 0.1)
    found = relaxation_times(FREQUENCY, noisy(impedance, 3e-3, 3))
    assert found.blocking_capacitance_f == pytest.approx(0.1, rel=0.01)
    assert found.warburg_ohm_per_root_s is None
    assert [p.resistance_ohm for p in found.peaks] == pytest.approx([20.0], rel=0.02)


def test_a_warburg_tail_is_an_explicit_term():
    impedance = zarc_impedance(FREQUENCY, ELEMENTS[:1]) + 3 / np.sqrt(2j * np.pi * FREQUENCY)
    found = relaxation_times(FREQUENCY, noisy(impedance, 3e-3, 3))
    assert found.warburg_ohm_per_root_s == pytest.approx(3.0, rel=0.02)
    assert [p.resistance_ohm for p in found.peaks if p.identifiable] == pytest.approx([20.0], rel=0.03)


def test_an_inductive_loop_is_a_negative_part():
    loop = zarc_impedance(FREQUENCY, ((6.0, 1.0, 0.95),), 0.0)
    found = relaxation_times(FREQUENCY, noisy(zarc_impedance(FREQUENCY, ELEMENTS[:1]) - loop, 3e-3, 3))
    assert [p.resistance_ohm for p in found.peaks] == pytest.approx([20.0, -6.0], rel=0.03)
    assert [p.tau_s for p in found.peaks] == pytest.approx([1e-3, 1.0], rel=0.05)
    assert np.all(found.lower_ohm <= found.gamma_ohm)
    assert np.all(found.gamma_ohm <= found.upper_ohm)


@pytest.mark.parametrize("size", [0.0, 1e-3, 5e-3])
def test_an_inductive_loop_has_no_small_peaks_beside_it(size):
    frequency = np.logspace(6, -3, 91)
    elements = ((50.0, 1e-3, 0.85), (-10.0, 1.0, 1.0))
    for seed in range(2):
        found = relaxation_times(frequency, noisy(zarc_impedance(frequency, elements), size, seed))
        for peak, (r, tau, _) in zip(found.peaks, elements, strict=True):
            assert peak.resistance_ohm == pytest.approx(r, abs=4 * peak.resistance_uncertainty_ohm)
            assert peak.tau_s == pytest.approx(tau, abs=4 * peak.tau_uncertainty_s)
            assert peak.resistance_uncertainty_ohm < 0.02 * abs(r)


def test_small_peaks_beside_a_loop_are_said_to_be_doubtful():
    """A Gerischer element is no constant-phase element: gamma alone has to part it from the loop."""
    frequency = np.logspace(5, -3, 81)
    s = 2j * np.pi * frequency
    found = relaxation_times(frequency, noisy(OHMIC + 50 / np.sqrt(1 + s * 1e-3) - 10 / (1 + s), 1e-3, 0))
    known = [peak for peak in found.peaks if peak.identifiable]
    assert [peak.resistance_ohm for peak in known] == pytest.approx([50.0, -10.0], rel=0.06)
    assert len(found.peaks) > len(known)
    assert all("other sign" in " ".join(p.remarks) for p in found.peaks if p not in known)


def test_outliers_are_named_and_do_not_move_the_peaks():
    impedance = noisy(zarc_impedance(FREQUENCY), 2e-3, 4)
    stray = [9, 33, 50]
    impedance[stray] *= np.array([1.3, 1 - 0.25j, 0.8 + 0.2j])
    found = relaxation_times(FREQUENCY, impedance)
    assert np.flatnonzero(found.outlier).tolist() == stray
    for peak, (r, tau, _) in zip(found.peaks, ELEMENTS, strict=True):
        assert peak.resistance_ohm == pytest.approx(r, rel=0.04)
        assert peak.tau_s == pytest.approx(tau, rel=0.08)


def test_clean_noise_has_no_outliers():
    for seed in range(8):
        assert not np.any(relaxation_times(FREQUENCY, noisy(zarc_impedance(FREQUENCY), 2e-3, seed)).outlier)


def test_a_delta_keeps_its_resistance():
    found = relaxation_times(FREQUENCY, noisy(zarc_impedance(FREQUENCY, ((20.0, 1e-2, 1.0),)), 3e-3, 2))
    (peak,) = found.peaks
    assert peak.resistance_ohm == pytest.approx(20.0, rel=0.01)
    assert peak.tau_s == pytest.approx(1e-2, rel=0.03)


@pytest.mark.parametrize("size", [0.0, 1e-3, 5e-3])
@pytest.mark.parametrize("tau", [1e-2, 1.17e-2])
def test_a_dummy_cell_is_found_to_its_uncertainty(size, tau):
    """One ideal capacitor beside a resistor: gamma is a delta, on or between the nodes of the grid."""
    frequency = np.logspace(6, -3, 91)
    for seed in range(4):
        found = relaxation_times(frequency, noisy(zarc_impedance(frequency, ((50.0, tau, 1.0),)), size, seed))
        (peak,) = found.peaks
        assert peak.tau_s == pytest.approx(tau, abs=4 * peak.tau_uncertainty_s)
        assert peak.resistance_ohm == pytest.approx(50.0, abs=4 * peak.resistance_uncertainty_ohm)
        assert peak.tau_uncertainty_s < max(size, 1e-4) * tau  # forty points on the arc, two parts each
        assert found.converged
        assert peak.identifiable
        assert not any("two processes" in remark or "hang together" in remark for remark in found.remarks)


@pytest.mark.parametrize("size", [0.0, 1e-3, 5e-3])
def test_two_ideal_capacitors_are_found_to_their_uncertainties(size):
    frequency, elements = np.logspace(6, -3, 91), ((50.0, 1e-4, 1.0), (30.0, 1e-1, 1.0))
    for seed in range(4):
        found = relaxation_times(frequency, noisy(zarc_impedance(frequency, elements), size, seed))
        for peak, (r, tau, _) in zip(found.peaks, elements, strict=True):
            assert peak.tau_s == pytest.approx(tau, abs=4 * peak.tau_uncertainty_s)
            assert peak.resistance_ohm == pytest.approx(r, abs=4 * peak.resistance_uncertainty_ohm)
            assert peak.identifiable


def test_wiggles_beside_a_narrow_peak_are_no_processes():
    """Exponent 0.99 at 0.01 %: gamma on its grid has maxima beside the true one, which the data do not need."""
    frequency = np.logspace(6, -3, 91)
    for seed in (502, 503, 509, 515):
        found = relaxation_times(frequency, noisy(zarc_impedance(frequency, ((50.0, 1.3e-2, 0.99),)), 1e-4, seed))
        (peak,) = found.peaks
        assert peak.tau_s == pytest.approx(1.3e-2, abs=4 * peak.tau_uncertainty_s)
        assert peak.resistance_ohm == pytest.approx(50.0, abs=4 * peak.resistance_uncertainty_ohm)


def test_a_small_process_beside_a_narrow_one_stays():
    frequency, elements = np.logspace(6, -3, 91), ((1.0, 1e-5, 0.85), (50.0, 1e-2, 1.0))
    found = relaxation_times(frequency, noisy(zarc_impedance(frequency, elements), 1e-3, 3))
    for peak, (r, tau, _) in zip(found.peaks, elements, strict=True):
        assert peak.tau_s == pytest.approx(tau, abs=4 * peak.tau_uncertainty_s)
        assert peak.resistance_ohm == pytest.approx(r, abs=4 * peak.resistance_uncertainty_ohm)


def test_a_resistor_has_no_peaks():
    found = relaxation_times(FREQUENCY, noisy(np.full(len(FREQUENCY), 5 + 0j), 3e-3, 2))
    assert found.peaks == ()
    assert found.ohmic_resistance_ohm == pytest.approx(5.0, rel=0.01)


def test_without_ohmic_resistance_none_is_found():
    found = relaxation_times(FREQUENCY, noisy(zarc_impedance(FREQUENCY, ohmic=0.0), 3e-3, 2))
    assert 0 <= found.ohmic_resistance_ohm < 0.05
    assert len(found.peaks) == 2


def test_asymmetric_elements_keep_their_area():
    """Havriliak and Negami: beyond constant-phase elements, whose exact area is R all the same."""
    impedance = OHMIC + 20 / (1 + (2j * np.pi * FREQUENCY * 1e-2) ** 0.85) ** 0.6
    found = relaxation_times(FREQUENCY, noisy(impedance, 2e-3, 2))
    (peak,) = found.peaks
    assert peak.resistance_ohm == pytest.approx(20.0, rel=0.03)


def test_few_points_are_said_to_be_few():
    few = FREQUENCY[::7]
    found = relaxation_times(few, zarc_impedance(few))
    assert any("points" in remark for remark in found.remarks)


def test_bands_are_as_wide_as_they_need_be():
    """Over seeds the truth lies within nominal 95 % bands in 90 to 100 % of places, and they narrow with the noise."""
    held, widths = [], []
    for size in (1e-3, 1e-2):
        inside, wide = [], []
        for seed in range(12):
            found = relaxation_times(FREQUENCY, noisy(zarc_impedance(FREQUENCY), size, 100 + seed))
            truth = zarc_gamma(found.tau_s)
            seen = truth > 0.05 * np.max(truth)
            inside.append(np.mean(((found.lower_ohm <= truth) & (truth <= found.upper_ohm))[seen]))
            wide.append(np.median(((found.upper_ohm - found.lower_ohm) / truth)[seen]))
        held.append(np.mean(inside))
        widths.append(np.mean(wide))
    assert min(held) > 0.90
    assert widths[0] < 0.7 * widths[1]
    assert widths[1] < 1.0


def test_published_spectrum_of_one_element_with_inductance(shared_data):
    """R0 10, R 50 ohm, tau 0.1 s, L 5 uH, constant noise of 0.5 ohm in each part: what its authors put in."""
    table = np.loadtxt(shared_data / "eis_analytic" / "pydrttools_1ZARC.csv", delimiter=",", skiprows=1)
    found = relaxation_times(table[:, 1], table[:, 2] + 1j * table[:, 3])
    (peak,) = found.peaks
    assert found.ohmic_resistance_ohm == pytest.approx(10.0, abs=3 * found.ohmic_resistance_uncertainty_ohm)
    assert peak.resistance_ohm == pytest.approx(50.0, abs=4 * peak.resistance_uncertainty_ohm)
    assert peak.tau_s == pytest.approx(0.1, abs=4 * peak.tau_uncertainty_s)
    assert found.inductance_h == pytest.approx(5e-6, rel=0.02)
    assert any("noise" in remark for remark in found.remarks)


def test_published_spectrum_of_two_elements_without_noise(shared_data):
    table = np.loadtxt(shared_data / "eis_analytic" / "bayesdrt_Z_2ZARC_noiseless.csv", delimiter=",", skiprows=1)
    found = relaxation_times(table[:, 0], table[:, 1] + 1j * table[:, 2])
    assert [p.resistance_ohm for p in found.peaks] == pytest.approx([1.0, 1.0], rel=0.01)
    assert [p.tau_s for p in found.peaks] == pytest.approx([1e-3, 1e-2], rel=0.02)
    truth = zarc_gamma(found.tau_s, ((1.0, 1e-3, 0.8), (1.0, 1e-2, 0.8)))
    seen = truth > 0.05 * np.max(truth)
    assert np.all((found.lower_ohm <= truth)[seen] & (truth <= found.upper_ohm)[seen])


def test_a_lithium_ion_cell_keeps_its_low_frequency_tail_out_of_the_peaks(shared_data):
    """R0 and the peaks within the range stay below Re Z at the lowest frequency; what lies beyond says so."""
    table = np.loadtxt(shared_data / "eis_text" / "pydrttools_LIB_data.txt")
    order = np.argsort(table[:, 0])
    found = relaxation_times(table[:, 0], table[:, 1] + 1j * table[:, 2])
    within = sum(p.resistance_ohm for p in found.peaks if p.identifiable)
    assert 0.8 * table[order[0], 1] < found.ohmic_resistance_ohm + within < 1.1 * table[order[0], 1]
    assert np.max(np.abs(found.residual)) < 0.01
