"""Voltammetry against curves whose peaks, charge and capacitance are known, its doubts, and real files."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from byssus.analyse.voltammetry import TECHNIQUE, VoltammetryResult
from byssus.errors import AnalysisError, ByssusError
from byssus.findings import Finding
from byssus.read import read_file
from byssus.trace import Source, Trace
from byssus.vocabulary import quantity

Floats = NDArray[np.float64]
RATE = 0.01
LOW, HIGH, STEP = -0.2, 1.2, 1e-3


def trace(e: Floats, i: Floats, t: Floats | None = None, **more: Any) -> Trace:
    columns = {"voltage_v": e, "current_a": i} | ({} if t is None else {"time_s": t})
    metadata = more.pop("metadata", {})
    return Trace({**columns, **more}, Source("cv.mpt", "0" * 64, "test", len(e)), metadata)


def triangle(cycles: int = 2, low: float = LOW, high: float = HIGH, step: float = STEP) -> tuple[Floats, Floats]:
    """Potential and direction of sweeps from ``low`` up and down again; turning points are read once."""
    n = round((high - low) / step)
    up, down = np.linspace(low, high, n + 1)[1:], np.linspace(high, low, n + 1)[1:]
    e = np.concatenate([[low], *([up, down] * cycles)])
    return e, np.concatenate([[1.0], *([np.ones(n), -np.ones(n)] * cycles)])


def clock(e: Floats, rate: float = RATE) -> Floats:
    return np.concatenate([[0.0], np.cumsum(np.abs(np.diff(e)))]) / rate


def run(one: Trace, given: Mapping[str, Any] | None = None) -> VoltammetryResult:
    result = TECHNIQUE.analyse(one, TECHNIQUE.specimen("cell 1", given or {}))
    assert isinstance(result, VoltammetryResult)
    return result


def found(one: Trace, given: Mapping[str, Any] | None = None) -> dict[tuple[Any, ...], Finding]:
    """Findings by quantity and conditions, (quantity, cycle, half, peak) as far as there are any."""
    got = TECHNIQUE.findings(run(one, given))
    keyed = {(f.quantity, *f.at.values()): f for f in got}
    assert len(keyed) == len(got)
    return keyed


def gaussian(e: Floats, position: float, height: float, sigma: float) -> Floats:
    return height * np.exp(-0.5 * ((e - position) / sigma) ** 2)


def two_peaks(cycles: int = 2, rate: float = RATE) -> tuple[Floats, Floats, Floats]:
    """Anodic Gaussian at 0.50 V, cathodic at 0.42 V, on a sloping capacitive background."""
    e, d = triangle(cycles)
    i = d * (20e-6 + 5e-6 * d * e) + np.where(d > 0, gaussian(e, 0.5, 1e-4, 0.03), -gaussian(e, 0.42, 8e-5, 0.03))
    return e, i, clock(e, rate)


@pytest.mark.parametrize("baseline", ["flanks", "tangent"])
def test_gaussian_peaks_on_a_sloping_line(baseline: str) -> None:
    got = found(trace(*two_peaks()), {"baseline": baseline})
    assert got["scan_rate",].value == pytest.approx(RATE, rel=1e-9)
    assert got["cycle_count",].value == 2
    for cycle in (1, 2):
        for half, position, height in (("anodic", 0.5, 1e-4), ("cathodic", 0.42, 8e-5)):
            at = (cycle, half, 1)
            assert got["peak_potential", *at].value == pytest.approx(position, abs=1e-4)
            assert got["peak_current", *at].value == pytest.approx(height, rel=5e-3)
            area = height * 0.03 * math.sqrt(2 * math.pi)
            assert got["peak_charge", *at].value == pytest.approx(area / RATE, rel=1e-2)
            assert got["peak_half_width", *at].value == pytest.approx(0.03 * 2 * math.sqrt(2 * math.log(2)), rel=5e-3)
        assert got["peak_separation", cycle, 1].value == pytest.approx(0.08, abs=2e-4)
        assert got["midpoint_potential", cycle, 1].value == pytest.approx(0.46, abs=1e-4)
    assert not any(f.quantity == "double_layer_capacitance" for f in got.values())


def test_flanks_baseline_is_nearly_exact() -> None:
    e, i, t = two_peaks()
    got = found(trace(e, i, t))
    assert got["peak_current", 2, "anodic", 1].value == pytest.approx(1e-4, rel=1e-3)
    assert got["peak_potential", 2, "anodic", 1].value == pytest.approx(0.5, abs=1e-5)


def test_two_peaks_that_touch_share_one_baseline() -> None:
    e, d = triangle(1)
    i = d * 2e-5 + np.where(d > 0, gaussian(e, 0.35, 6e-5, 0.04) + gaussian(e, 0.52, 1e-4, 0.04), 0.0)
    got = found(trace(e, i, clock(e)))
    # the neighbour's tail lifts each by exp(-(0.17/0.04)^2/2) = 1.2e-4 of its height
    assert got["peak_current", 1, "anodic", 1].value == pytest.approx(6e-5, rel=5e-3)
    assert got["peak_current", 1, "anodic", 2].value == pytest.approx(1e-4, rel=5e-3)
    both = sum(got["peak_charge", 1, "anodic", k].value or 0.0 for k in (1, 2))
    assert both == pytest.approx(1.6e-4 * 0.04 * math.sqrt(2 * math.pi) / RATE, rel=1e-2)


def reversible(x: Floats) -> Floats:
    """The dimensionless current of a reversible couple: the semiderivative of 1 / (1 + e^-x), by the L1 rule.

    Nicholson and Shain's integral equation says that its semi-integral is that function. ``x`` is even, from far
    below zero. The largest value is 0.4463 at x = 1.109 (Bard and Faulkner, table 6.2.1).
    """
    h = x[1] - x[0]
    rises = np.diff(1.0 / (1.0 + np.exp(-x)))
    k = np.arange(len(rises), dtype=float)
    weights = np.sqrt(k + 1) - np.sqrt(k)
    value = np.convolve(rises, weights)[: len(rises)] / math.sqrt(h) / math.gamma(1.5)
    return np.concatenate([[0.0], value])


def test_the_reversible_current_of_this_test_is_the_textbooks() -> None:
    x = np.linspace(-25, 25, 20001)
    chi = reversible(x)
    assert chi.max() == pytest.approx(0.4463, abs=1e-4)
    assert x[chi.argmax()] == pytest.approx(1.109, abs=5e-3)


def test_a_peak_of_diffusion() -> None:
    volt = 8.314462618 * 298.15 / 96485.33212  # RT/F
    n = 1600
    up = np.linspace(-0.4, 0.4, n + 1)
    e = np.concatenate([up, up[::-1][1:]])
    chi = np.concatenate([reversible(up / volt), np.full(n, 1e-9)])
    got = found(trace(e, 1e-3 * chi, clock(e)), {"baseline": "tangent"})
    assert got["peak_potential", 1, "anodic", 1].value == pytest.approx(0.0285, abs=5e-4)  # 28.5 mV past E1/2
    assert got["peak_current", 1, "anodic", 1].value == pytest.approx(0.4463e-3, rel=0.01)
    # the flat tail of diffusion is why the default line is not for such peaks
    assert (found(trace(e, 1e-3 * chi, clock(e)))["peak_current", 1, "anodic", 1].value or 0) < 0.4e-3


def test_a_capacitor_has_no_peaks_and_its_capacitance() -> None:
    e, d = triangle(3)
    got = found(trace(e, 2e-3 * RATE * d, clock(e)))
    for cycle in (1, 2, 3):
        assert got["double_layer_capacitance", cycle].value == pytest.approx(2e-3, rel=1e-9)
        assert got["anodic_charge", cycle].value == pytest.approx(2e-3 * (HIGH - LOW), rel=1e-9)
        assert got["cathodic_charge", cycle].value == pytest.approx(2e-3 * (HIGH - LOW), rel=1e-9)
        for half in ("anodic", "cathodic"):
            none = got["peak_potential", cycle, half]
            assert (none.status, none.value) == ("not_identifiable", None)
            assert got["largest_current", cycle, half].value == pytest.approx(2e-5)


def test_noise_alone_has_no_peaks() -> None:
    e, d = triangle(20)
    rng = np.random.default_rng(5)
    got = run(trace(e, 2e-5 * d + 1e-6 * rng.standard_normal(len(e)), clock(e)), {"least_peak": 1e-6})
    assert sum(len(h.peaks) for h in got.halves) == 0  # 40 sweeps, and no floor but the noise


def test_uncertainties_are_those_of_the_noise() -> None:
    e, i, t = two_peaks(1)
    rng = np.random.default_rng(3)
    off, heights = [], []
    for _ in range(60):
        got = found(trace(e, i + 1e-6 * rng.standard_normal(len(e)), t))
        place, height = got["peak_potential", 1, "anodic", 1], got["peak_current", 1, "anodic", 1]
        assert place.value is not None
        assert place.standard_uncertainty is not None
        assert height.value is not None
        assert height.standard_uncertainty is not None
        off.append((place.value - 0.5) / place.standard_uncertainty)
        heights.append((height.value - 1e-4) / height.standard_uncertainty)
    assert 0.7 < float(np.std(off)) < 1.4
    assert abs(float(np.mean(off))) < 0.5
    assert abs(float(np.mean(heights))) < 1.5  # a hull lies a little low in noise
    assert 0.6 < float(np.std(heights)) < 1.6


@settings(max_examples=15, deadline=None)
@given(st.floats(1e-3, 1e3), st.floats(0.2, 5.0))
def test_scaling(current: float, rate: float) -> None:
    e, i, t = two_peaks(1)
    one, other = found(trace(e, i, t)), found(trace(e, current * i, t / rate))
    assert set(one) == set(other)
    at = (1, "anodic", 1)
    assert other["peak_current", *at].value == pytest.approx((one["peak_current", *at].value or 0) * current)
    assert other["peak_potential", *at].value == pytest.approx(one["peak_potential", *at].value)
    assert other["anodic_charge", 1].value == pytest.approx((one["anodic_charge", 1].value or 0) * current / rate)
    assert other["scan_rate",].value == pytest.approx(RATE * rate)


def test_the_us_convention_is_the_other_sign() -> None:
    e, i, t = two_peaks()
    plain, turned = found(trace(e, i, t)), found(trace(e, -i, t), {"convention": "US"})
    assert {k: f.value for k, f in plain.items()} == {k: f.value for k, f in turned.items()}


def test_mirrored_potential_and_current_swap_anodic_and_cathodic() -> None:
    e, i, t = two_peaks(1)
    plain, mirrored = found(trace(e, i, t)), found(trace(-e, -i, t))
    assert mirrored["peak_current", 1, "cathodic", 1].value == pytest.approx(
        plain["peak_current", 1, "anodic", 1].value
    )
    assert mirrored["peak_potential", 1, "cathodic", 1].value == pytest.approx(-0.5, abs=1e-4)
    assert mirrored["anodic_charge", 1].value == pytest.approx(plain["cathodic_charge", 1].value)


def test_cathodic_first_counts_cycles_just_as_well() -> None:
    e, i, t = two_peaks(3)
    start = round((HIGH - LOW) / STEP)
    got = found(trace(e[start:-start], i[start:-start], t[start:-start]))
    assert got["cycle_count",].value == 2
    assert got["peak_potential", 2, "cathodic", 1].value == pytest.approx(0.42, abs=1e-4)
    assert list(run(trace(e[start:-start], i[start:-start], t[start:-start])).cycles) == [1, 2]


def test_time_reversed_sweeps_give_the_same_sizes() -> None:
    e, i, t = two_peaks(1)
    # backwards in time every sweep goes the other way: what was anodic current now stands on a cathodic sweep
    forward, back = found(trace(e, i, t)), found(trace(e[::-1], -i[::-1], t[-1] - t[::-1]))
    assert back["peak_current", 1, "cathodic", 1].value == pytest.approx(forward["peak_current", 1, "anodic", 1].value)
    assert back["anodic_charge", 1].value == pytest.approx(forward["cathodic_charge", 1].value, rel=3e-3)  # the turns


def test_without_a_clock_the_scan_rate_must_be_said() -> None:
    e, i, _ = two_peaks()
    blind = found(trace(e, i))
    assert blind["scan_rate",].status == "missing_input"
    assert "scan_rate = '0.1 mV/s'" in blind["scan_rate",].remarks[0]
    assert blind["anodic_charge", 1].status == "missing_input"
    assert blind["peak_current", 1, "anodic", 1].value == pytest.approx(1e-4, rel=5e-3)
    timed, told = found(trace(*two_peaks())), found(trace(e, i), {"scan_rate": RATE})
    headed = found(trace(e, i, metadata={"scan_rate_v_per_s": RATE}))
    for key in (("anodic_charge", 1), ("peak_charge", 1, "anodic", 1)):
        assert told[key].value == pytest.approx(timed[key].value)
        assert headed[key].value == pytest.approx(timed[key].value)


def test_a_header_that_says_another_rate_is_warned_with_both() -> None:
    e, i, t = two_peaks()
    got = found(trace(e, i, t, metadata={"scan_rate_v_per_s": 0.02}))["scan_rate",]
    assert got.status == "warned"
    assert "the data say 10 mV/s, the file's header 20 mV/s" in got.remarks[0]
    assert got.value == pytest.approx(RATE)
    assert found(trace(e, i, t, metadata={"scan_rate_v_per_s": RATE * 1.02}))["scan_rate",].status == "ok"


def test_an_ohmic_drop_is_taken_off_only_when_told() -> None:
    e, i, t = two_peaks(1)
    sloped = e + 200.0 * i
    assert found(trace(sloped, i, t))["peak_potential", 1, "anodic", 1].value == pytest.approx(0.5246, abs=1e-3)
    got = found(trace(sloped, i, t), {"series_resistance": 200.0})["peak_potential", 1, "anodic", 1]
    assert got.value == pytest.approx(0.5, abs=1e-3)
    assert "200 ohm" in got.method


def test_per_area_and_mass() -> None:
    got = found(trace(*two_peaks(1)), {"area": 2e-4, "mass": 1e-6, "mass_uncertainty": 1e-7})
    charge = got["anodic_charge", 1].value
    assert charge is not None
    assert got["areal_anodic_charge", 1].value == pytest.approx(charge / 2e-4)
    assert got["specific_anodic_charge", 1].value == pytest.approx(charge / 1e-6)
    assert got["specific_anodic_charge", 1].standard_uncertainty == pytest.approx(0.1 * charge / 1e-6, rel=1e-3)
    assert got["peak_current_density", 1, "anodic", 1].value == pytest.approx(0.5, rel=5e-3)
    # 0.001 cm^2 is what one vendor writes when nobody said
    assert not any("areal" in key[0] for key in found(trace(*two_peaks(1), metadata={"area_m2": 1e-7})))


def test_testers_cycle_numbers_are_only_compared() -> None:
    e, i, t = two_peaks(3)
    agreeing = np.repeat([1.0, 2.0, 3.0], len(e) // 3 + 1)[: len(e)]
    assert found(trace(e, i, t, cycle_index=agreeing))["cycle_count",].status == "ok"
    lumped = found(trace(e, i, t, cycle_index=np.ones(len(e))))["cycle_count",]
    assert (lumped.value, lumped.status) == (3, "warned")
    assert "the tester counts 1 cycles, the potential goes through 3" in lumped.remarks[0]


def test_findings_have_the_vocabularys_units() -> None:
    for f in found(trace(*two_peaks(1)), {"area": 2e-4, "mass": 1e-6}).values():
        assert f.unit == quantity(f.quantity).unit
        assert f.value is None or (f.method and f.n == 1)


def test_series_are_of_the_first_second_and_last_cycle() -> None:
    plain = TECHNIQUE.series(run(trace(*two_peaks(5))))
    assert [s.at["cycle"] for s in plain if s.figure == "voltammogram"] == [1, 2, 5]
    drawn = TECHNIQUE.series(run(trace(*two_peaks(5)), {"area": 1e-4}))
    assert [s.at["cycle"] for s in drawn if s.figure == "voltammogram_per_area"] == [1, 2, 5]
    assert {s.figure for s in (*plain, *drawn)} == {f.name for f in TECHNIQUE.figures}
    assert np.max(drawn[0].y) == pytest.approx(1.225, rel=1e-2)  # (100 + 20 + 2.5) µA over 1 cm^2


def test_what_is_lost_in_noise_is_not_drawn_on_a_logarithmic_axis() -> None:
    e, i, t = two_peaks(1)
    noise = 1e-5 * np.random.default_rng(0).standard_normal(len(e))
    size = next(s for s in TECHNIQUE.series(run(trace(e, i * (np.abs(i) > 5e-5) + noise, t))) if "size" in s.figure)
    assert np.nanmin(size.y) > 0
    assert 0.5 < np.mean(np.isnan(size.y)) < 1.0
    assert np.nanmax(size.y) == pytest.approx(1.225e-4, rel=0.15)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"scan_rate": -1.0}, "scan_rate makes no sense"),
        ({"mass": float("nan")}, "mass makes no sense"),
        ({"area": 0.0, "least_peak": 2.0}, r"area makes no sense[\s\S]*least_peak makes no sense"),
        ({"baseline": "spline"}, "flanks or tangent"),
        ({"convention": "UK"}, "IUPAC or US"),
    ],
)
def test_bad_parameters(given: dict[str, Any], says: str) -> None:
    with pytest.raises(AnalysisError, match=says):
        found(trace(*two_peaks(1)), given)


def test_bad_traces() -> None:
    e, i, t = two_peaks(1)
    with pytest.raises(AnalysisError, match="the potential is not swept"):
        found(trace(np.full_like(e, 0.3), i, t))
    rest = 0.3 + 1e-4 * np.random.default_rng(1).standard_normal(len(e))
    with pytest.raises(AnalysisError, match="the potential is not swept"):
        found(trace(rest, i, t))
    with pytest.raises(AnalysisError, match="too few rows"):
        found(trace(e[:5], i[:5], t[:5]))
    holes = i.copy()
    holes[100:110] = np.nan
    assert found(trace(e, holes, t))["scan_rate",].status == "warned"
    still = found(trace(e, i, np.zeros_like(t)), {"scan_rate": RATE})
    assert "the clock stands still" in still["scan_rate",].remarks[0]
    back = t.copy()
    back[700:] -= 5.0
    assert any("clock jumps back" in r for r in found(trace(e, i, back))["scan_rate",].remarks)
    one_way = run(replace(trace(e[:1000], i[:1000], t[:1000])))
    assert (len(one_way.halves), one_way.whole) == (1, 0)


def test_platinum_in_acid(shared_data: Path) -> None:
    (one,) = read_file(shared_data / "cv" / "ixdat_Pt_poly_cv.mpt")
    assert len(one) == 4473
    result = run(one)
    got = {(f.quantity, *f.at.values()): f for f in TECHNIQUE.findings(result)}
    assert got["scan_rate",].value == pytest.approx(0.1, rel=1e-4)  # the manifest: 100 mV/s
    assert max(result.cycles) == len(np.unique(one["cycle_index"])) == 5
    assert got["cycle_count",].status == "ok"
    assert got["lower_potential_limit",].value == pytest.approx(-0.05, abs=1e-3)
    assert got["upper_potential_limit",].value == pytest.approx(1.7, abs=1e-3)
    assert any("ends inside the window" in r for r in got["scan_rate",].remarks)
    # reading the file's columns without this analysis: the lowest current between 0.5 and 0.8 V, cycle by cycle
    e, i = np.asarray(one["voltage_v"]), np.asarray(one["current_a"])
    for cycle in (3, 4, 5):
        rows = next(h.sweep for h in result.of_cycle(cycle) if h.sweep.half == "cathodic").rows
        middle = (e[rows] > 0.5) & (e[rows] < 0.8)
        lowest = float(e[rows][middle][np.argmin(i[rows][middle])])
        assert got["peak_potential", cycle, "cathodic", 1].value == pytest.approx(lowest, abs=5e-3)
    total = sum((h.anodic_c - h.cathodic_c) for h in result.halves)
    # all charge is counted once; at a turn the step is given the new sweep's current
    passed = float(np.trapezoid(np.abs(i), np.asarray(one["time_s"])))
    assert total == pytest.approx(float(np.trapezoid(i, np.asarray(one["time_s"]))), abs=2e-3 * passed)
    assert result.area_m2 is None  # 0.001 cm^2 in the header is the vendor's placeholder


def test_ten_points_a_curve(shared_data: Path) -> None:
    try:
        traces = read_file(shared_data / "cv" / "gamryparser_cv_data.dta")
    except ByssusError as fault:
        pytest.skip(f"no reader takes this file yet: {fault}")
    for one in traces:
        if "voltage_v" not in one or "current_a" not in one:
            pytest.skip("the reader gives no potential and current yet")
        assert len(one) in (10, 50)
        rate = {f.quantity: f for f in TECHNIQUE.findings(run(one))}["scan_rate"]
        # 1 mV every 0.1 s, whatever the header says
        assert rate.value == pytest.approx(0.01, rel=0.05)
        if "scan_rate_v_per_s" in one.metadata:
            assert rate.status == "warned"
