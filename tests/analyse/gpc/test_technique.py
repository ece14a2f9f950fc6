"""Gel permeation chromatography: exact distributions, honest uncertainties, real chromatograms, bad input."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from byssus.analyse.gpc import TECHNIQUE
from byssus.analyse.gpc.technique import GpcResult
from byssus.errors import AnalysisError, MissingInput
from byssus.findings import Finding
from byssus.read import read_file
from byssus.trace import Source, Trace

TIME = np.linspace(0.0, 1200.0, 2401)
A, B = 10.0, 0.6  # log10 M(g/mol) = A - B t(min)
CUBIC = (13.0, -1.6, 0.11, -0.004)
FITS = (6.0, 6.8, 7.7, 8.4, 9.3, 10.1, 11.0)
STANDARDS = "; ".join(f"{10 ** (A - 3 - B * t):.15g} kDa at {t} min" for t in FITS)


def trace(signal: NDArray[np.float64], time: NDArray[np.float64] = TIME, **metadata: Any) -> Trace:
    columns = {"time_s": time, "detector_signal": signal}
    return Trace(columns, Source("a.arw", "", "test", len(time)), metadata)


def analysed(one: Trace, **given: float | str) -> GpcResult:
    result: GpcResult = TECHNIQUE.analyse(one, TECHNIQUE.specimen("a", given))
    return result


def numbers(result: GpcResult) -> Mapping[str, Finding]:
    return {f.quantity: f for f in TECHNIQUE.findings(result) if f.quantity != "calibration_error"}


def log_mass(minutes: NDArray[np.float64], coefficients: tuple[float, ...]) -> NDArray[np.float64]:
    return sum(c * minutes**k for k, c in enumerate(coefficients)) - 3.0  # type: ignore[return-value]


def chromatogram(kind: str, number: float, weight: float, coefficients: tuple[float, ...]) -> NDArray[np.float64]:
    """Signal of a distribution under a calibration: dw/dlog M times |dlog M/dt|, closed forms written out here."""
    minutes = TIME / 60
    mass = 10 ** log_mass(minutes, coefficients)
    if kind == "log-normal":
        variance = math.log(weight / number)
        density = np.exp(-((np.log(mass) - 0.5 * math.log(weight * number)) ** 2) / (2 * variance))
    else:
        k = number / (weight - number)
        density = (k * mass / number) ** (k + 1) * np.exp(-k * mass / number)
    slope = sum(j * c * minutes ** (j - 1) for j, c in enumerate(coefficients) if j)
    return density * np.abs(slope)


@pytest.mark.parametrize("kind", ["log-normal", "schulz-zimm"])
@pytest.mark.parametrize("coefficients", [(A, -B), CUBIC])
@pytest.mark.parametrize(("number", "weight"), [(90.0, 100.0), (60.0, 90.0)])
def test_exact_distributions(kind: str, coefficients: tuple[float, ...], number: float, weight: float) -> None:
    one = trace(chromatogram(kind, number, weight, coefficients))
    words = ", ".join(map(repr, coefficients))
    found = analysed(one, calibration=words, peak_from=60.0, peak_to=1140.0, baseline="none")
    k = number / (weight - number)
    z = weight**2 / number if kind == "log-normal" else number * (k + 2) / k
    assert found.averages.number == pytest.approx(number, rel=1e-6)
    assert found.averages.weight == pytest.approx(weight, rel=1e-6)
    assert found.averages.z == pytest.approx(z, rel=1e-6)
    assert np.trapezoid(found.distribution, found.log_mass) == pytest.approx(1.0, rel=1e-6)
    f = numbers(found)
    assert f["dispersity"].value == pytest.approx(weight / number, rel=1e-6)
    # the limits lie in the baseline, so moving them changes nothing; what the coefficients are worth is not known
    assert f["dispersity"].standard_uncertainty == pytest.approx(0.0, abs=1e-6)
    assert "not known and not in it: that of the calibration" in f["dispersity"].method


def test_the_peak_is_found_over_a_drifting_baseline() -> None:
    signal = chromatogram("log-normal", 60.0, 90.0, (A, -B))
    drift = 0.2 * signal.max() * TIME / TIME[-1]
    found = analysed(trace(signal + drift + 3.0), standards=STANDARDS)
    assert found.averages.number == pytest.approx(60.0, rel=4e-3)
    assert found.averages.weight == pytest.approx(90.0, rel=4e-3)
    assert not found.warnings
    for name, true in (("number_average_molar_mass", 60.0), ("weight_average_molar_mass", 90.0)):
        one = numbers(found)[name]
        assert one.standard_uncertainty is not None
        assert one.value is not None
        assert abs(one.value - true) < 2 * one.standard_uncertainty


def test_a_peak_that_points_down() -> None:
    """A negative dn/dc: refused where nobody says so, and as good as any where somebody does."""
    signal = chromatogram("log-normal", 60.0, 90.0, (A, -B))
    down = trace(5.0 - signal)
    with pytest.raises(AnalysisError, match="points down") as caught:
        analysed(down, standards=STANDARDS)
    assert "response = 'down'" in caught.value.problems[0].mend
    up, turned = analysed(trace(signal), standards=STANDARDS), analysed(down, standards=STANDARDS, response="down")
    assert turned.averages.weight == pytest.approx(up.averages.weight, rel=1e-9)
    stated = analysed(down, standards=STANDARDS, response="down", peak_from=360.0, peak_to=660.0)
    assert stated.averages.weight == pytest.approx(90.0, rel=0.02)


def test_scale_and_order_of_rows_do_not_matter() -> None:
    signal = chromatogram("schulz-zimm", 60.0, 90.0, (A, -B))
    one = analysed(trace(signal), standards=STANDARDS)
    turned = analysed(trace(1e-7 * signal[::-1] + 2e-7, TIME[::-1]), standards=STANDARDS)
    assert turned.averages.weight == pytest.approx(one.averages.weight, rel=1e-9)
    backwards = "; ".join(reversed(STANDARDS.split("; ")))
    assert analysed(trace(signal), standards=backwards).averages.z == pytest.approx(one.averages.z, rel=1e-9)


def test_volume_is_as_good_as_time() -> None:
    signal = chromatogram("log-normal", 60.0, 90.0, (A, -B))
    columns = {"elution_volume_m3": TIME / 60e6, "detector_signal": signal}
    one = Trace(columns, Source("a", "", "test", len(TIME)))
    found = analysed(one, standards=STANDARDS.replace("min", "ml"))
    assert found.averages.weight == pytest.approx(
        analysed(trace(signal), standards=STANDARDS).averages.weight, rel=1e-9
    )


def test_universal_calibration() -> None:
    signal = chromatogram("log-normal", 60.0, 90.0, (A, -B))
    given = {"calibration": f"{A}, {-B}", "peak_from": 60.0, "peak_to": 1140.0, "baseline": "none"}
    same = analysed(trace(signal), **given, standard_k=0.014, standard_a=0.7, sample_k=0.014, sample_a=0.7)
    assert same.averages.weight == pytest.approx(90.0, rel=1e-6)
    # equal exponents: every molar mass is (K1/K2)^(1/(1+a)) times that of the standards, here 4^(1/2) = 2
    other = analysed(trace(signal), **given, standard_k=0.04, standard_a=1.0, sample_k=0.01, sample_a=1.0)
    assert other.averages.number == pytest.approx(120.0, rel=1e-6)
    assert other.averages.dispersity == pytest.approx(1.5, rel=1e-6)
    with pytest.raises(MissingInput, match="all four constants"):
        analysed(trace(signal), **given, standard_k=0.04, standard_a=1.0)
    with pytest.raises(AnalysisError, match="sample_a makes no sense"):  # in per cent, or K in its place
        analysed(trace(signal), **given, standard_k=0.014, standard_a=0.7, sample_k=0.014, sample_a=70.0)


def test_the_order_is_that_of_the_curve() -> None:
    signal = chromatogram("log-normal", 60.0, 90.0, (A, -B))
    cubic = "; ".join(f"{10 ** float(log_mass(np.array([t]), CUBIC)[0]):.15g} kDa at {t} min" for t in FITS)
    found = {f.at["order"]: f.value for f in TECHNIQUE.findings(analysed(trace(signal), standards=cubic))
             if f.quantity == "calibration_error"}  # fmt: skip
    assert sorted(found) == [1, 2, 3, 4, 5]
    assert found[3] == pytest.approx(0.0, abs=1e-9)
    assert min(found[1], found[2]) > 1e-3
    one = analysed(trace(signal), standards=cubic).calibration
    assert one is not None
    assert one.order >= 3


def test_leave_one_out_is_what_leaving_out_gives() -> None:
    """The shortcut e/(1 - h) against the polynomial fitted anew without each standard, by numpy."""
    scatter = np.random.default_rng(3).normal(0.0, 0.03, len(FITS))
    logs = np.array([A - 3 - B * t for t in FITS]) + scatter
    text = "; ".join(f"{10**y:.15g} kDa at {t} min" for t, y in zip(FITS, logs, strict=True))
    found = analysed(trace(chromatogram("log-normal", 60.0, 90.0, (A, -B))), standards=text, order=2.0).calibration
    assert found is not None
    assert found.errors is not None
    left = [
        np.polyval(np.polyfit(np.delete(FITS, i), np.delete(logs, i), 2), FITS[i]) - logs[i] for i in range(len(FITS))
    ]
    assert found.errors[2] == pytest.approx(float(np.sqrt(np.mean(np.square(left)))), rel=1e-6)


def test_the_calibrations_uncertainty_is_the_spread() -> None:
    """300 calibrations with 5 % scatter of the standards: the spread of Mw and dispersity beside what is stated."""
    one = trace(chromatogram("log-normal", 60.0, 90.0, (A, -B)))
    rng = np.random.default_rng(11)
    given = {"order": 2.0, "peak_from": 60.0 * 5, "peak_to": 60.0 * 12, "baseline": "none"}
    runs = []
    for _ in range(300):
        logs = [A - 3 - B * t + rng.normal(0.0, 0.02) for t in FITS]
        text = "; ".join(f"{10**y:.15g} kDa at {t} min" for t, y in zip(FITS, logs, strict=True))
        runs.append(analysed(one, standards=text, **given))
    for name in ("weight", "dispersity"):
        values = np.log([getattr(r.averages, name) for r in runs])
        stated = [(r.uncertainties[name][0] or 0.0) / getattr(r.averages, name) for r in runs]
        assert float(np.sqrt(np.mean(np.square(stated)))) == pytest.approx(float(np.std(values)), rel=0.2)


def test_a_distribution_needs_no_calibration() -> None:
    logs = np.linspace(-2, 6, 801)
    mass = 10**logs
    columns = {"molar_mass_kg_per_mol": mass, "mass_distribution": 7.0 * np.exp(-((np.log(mass) - 4.0) ** 2) / 1.0)}
    found = analysed(Trace(columns, Source("a.gpc", "", "gpc", len(mass))))
    # ln M normal about 4 with variance 1/2: Mn = e^(4 - 1/4), Mw = e^(4 + 1/4), Mz = e^(4 + 3/4)
    assert found.averages.number == pytest.approx(math.exp(3.75), rel=1e-9)
    assert found.averages.weight == pytest.approx(math.exp(4.25), rel=1e-9)
    assert found.averages.z == pytest.approx(math.exp(4.75), rel=1e-9)
    assert [s.figure for s in TECHNIQUE.series(found)] == ["distribution"]


# ---- real files ----------------------------------------------------------------------------------------------

STANDARD_FILES = ("calib1", "calib2", "calib3", "calib5", "calib6", "calib8", "calib9")


def real(folder: Path, name: str) -> Trace:
    (one,) = read_file(folder / "gpc" / f"waters_empower_{name}.arw")
    return one


def with_standards(folder: Path, name: str, **given: float | str) -> GpcResult:
    traces = (*(real(folder, s) for s in STANDARD_FILES), real(folder, name))
    assert TECHNIQUE.together is not None
    result: GpcResult = TECHNIQUE.together(traces, TECHNIQUE.specimen(name, given))
    return result


def test_standards_elute_where_the_manifest_says(shared_data: Path) -> None:
    calibration = with_standards(shared_data, "sample2").calibration
    assert calibration is not None
    assert calibration.standards is not None
    minutes, masses = calibration.standards[0] / 60, calibration.standards[1]
    np.testing.assert_allclose(masses, [459, 217, 88.5, 22.8, 12.8, 1.93, 1.1])
    # within one reading, 1/60 min
    np.testing.assert_allclose(minutes, [6.400, 6.667, 7.133, 7.967, 8.233, 9.167, 9.567], atol=1 / 60)


@pytest.mark.parametrize(("name", "minutes", "kda"), [("sample2", 7.80, 28.0), ("sample3", 8.27, 12.0)])
def test_samples_by_a_cubic_calibration(name: str, minutes: float, kda: float, shared_data: Path) -> None:
    found = with_standards(shared_data, name, order=3.0)
    assert found.peak is not None
    assert [s / 60 for s in found.peak.summits] == pytest.approx([minutes], abs=1 / 60)
    assert found.summits[0] == pytest.approx(kda, rel=0.03)  # "~28" and "~12" kDa in the manifest
    assert found.averages.number < found.summits[0]
    assert not found.warnings


def test_the_other_system_is_doubted(shared_data: Path) -> None:
    found = with_standards(shared_data, "sample1", order=3.0)
    assert found.summits[0] == pytest.approx(80.0, rel=0.03)  # "~80 kDa" in the manifest
    assert "evaporative" in found.warnings[0]


@pytest.mark.parametrize("name", ["calib_all", "sample4"])
def test_the_mixture_shows_its_four_maxima(name: str, shared_data: Path) -> None:
    found = with_standards(shared_data, name, peak_from=5.8 * 60, peak_to=9.65 * 60)
    assert found.peak is not None
    assert [s / 60 for s in found.peak.summits] == pytest.approx([6.53, 7.55, 8.20, 9.3], abs=0.05)
    assert any("4 maxima" in w for w in found.warnings)


@pytest.mark.parametrize(("name", "minutes"), [("sample6", 9.90), ("sample7", 10.1)])
def test_the_other_layout(name: str, minutes: float, shared_data: Path) -> None:
    given = {"calibration": "12, -0.9", "peak_from": 9.0 * 60, "peak_to": 11.5 * 60}
    found = analysed(real(shared_data, name), **given)
    assert found.peak is not None
    assert found.peak.summits[0] / 60 == pytest.approx(minutes, abs=1 / 60)


# ---- bad input -----------------------------------------------------------------------------------------------

SIGNAL = chromatogram("log-normal", 60.0, 90.0, (A, -B))


@pytest.mark.parametrize(
    ("given", "kind", "said"),
    [
        ({}, MissingInput, "no calibration is given"),
        ({"calibration": "10, -0.6"}, MissingInput, "no limits are given"),
        ({"calibration": "ten"}, AnalysisError, "no polynomial"),
        ({"calibration": "10, -0.6", "standards": STANDARDS}, AnalysisError, "more than one way"),
        ({"standards": "459 kDa"}, AnalysisError, "not a molar mass and its retention"),
        ({"standards": "459 kDa at 6 mm; 1 kDa at 7 min"}, AnalysisError, "standards, entry 1"),
        ({"standards": "459 kDa at 6 min"}, AnalysisError, "two or more"),
        ({"standards": "459 kDa at 6 min; 1 kDa at 6 min"}, AnalysisError, "each at its own"),
        ({"standards": "1 kDa at 6 min; 459 kDa at 9 min; 600 kDa at 10 min"}, AnalysisError, "large molecules first"),
        ({"standards": STANDARDS, "order": 2.5}, AnalysisError, "no whole number"),
        ({"standards": STANDARDS, "order": 9.0}, AnalysisError, "order 9 with 7 standards"),
        ({"standards": STANDARDS, "peak_from": 400.0}, MissingInput, "only one limit"),
        ({"standards": STANDARDS, "peak_from": 500.0, "peak_to": 400.0}, AnalysisError, "limits of the peak are empty"),
        ({"standards": STANDARDS, "peak_from": 400.0, "peak_to": 400.9}, AnalysisError, "no peak"),
        ({"calibration": "10, -0.6, 0.05", "peak_from": 60.0, "peak_to": 900.0}, AnalysisError, "does not fall"),
        ({"calibration": "9e5, -9e4", "peak_from": 60.0, "peak_to": 70.0, "baseline": "none"}, AnalysisError, "cannot"),
    ],
)
def test_what_cannot_be_taken_is_said(given: dict[str, Any], kind: type[Exception], said: str) -> None:
    with pytest.raises(kind, match=said):
        analysed(trace(SIGNAL), **given)


def test_no_peak_in_noise_or_in_few_rows() -> None:
    noise = np.random.default_rng(1).standard_normal(len(TIME))
    with pytest.raises(AnalysisError, match="no peak"):
        analysed(trace(noise), standards=STANDARDS)
    with pytest.raises(AnalysisError, match="too few rows"):
        analysed(trace(SIGNAL[:5], TIME[:5]), standards=STANDARDS)
    with pytest.raises(AnalysisError, match="detector_signal"):
        analysed(Trace({"time_s": TIME}, Source("a", "", "test", len(TIME))), standards=STANDARDS)


def test_two_standards_leave_the_uncertainty_unknown() -> None:
    ends = STANDARDS.split("; ")
    found = analysed(trace(SIGNAL), standards=f"{ends[0]}; {ends[-1]}")
    assert found.averages.weight == pytest.approx(90.0, rel=4e-3)
    assert found.uncertainties["weight"][0] is None
    assert any("nothing tells how uncertain" in w for w in found.warnings)


def test_a_standards_file_without_a_mass_is_named() -> None:
    nameless = trace(SIGNAL, preamble={"SampleName": "PMMA fourplus"})
    assert TECHNIQUE.together is not None
    with pytest.raises(AnalysisError, match="does not say its molar mass"):
        TECHNIQUE.together((nameless, trace(SIGNAL)), TECHNIQUE.specimen("a", {}))
