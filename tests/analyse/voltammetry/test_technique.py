"""Voltammetry against curves whose charge and capacitance are known, its doubts, and real files."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byssus.analyse.voltammetry.technique import TECHNIQUE
from byssus.errors import AnalysisError, ByssusError
from byssus.read import read_file
from byssus.vocabulary import quantity

_SPEC = importlib.util.spec_from_file_location("voltammograms", Path(__file__).with_name("voltammograms.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
made = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(made)
HIGH = made.HIGH
LOW = made.LOW
RATE = made.RATE
STEP = made.STEP
clock = made.clock
found = made.found
run = made.run
trace = made.trace
triangle = made.triangle
two_peaks = made.two_peaks


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
    with pytest.raises(AnalysisError, match="numbers no potentiostat can read"):
        found(trace(np.where(e > 1.19, 1e30, e), i, t))
    with pytest.raises(AnalysisError, match="the clock runs backwards"):
        run(trace(*(v[::-1] for v in two_peaks())))
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


def test_a_file_of_the_other_sign_is_doubted() -> None:
    e, i, t = two_peaks()
    assert found(trace(e, i, t))["scan_rate",].status == "ok"
    other = found(trace(e, -i, t))["scan_rate",]
    assert other.status == "warned"
    assert any("convention = US" in remark for remark in other.remarks)
    assert found(trace(e, -i, t), {"convention": "US"})["scan_rate",].status == "ok"
    for seed in range(10):
        noise = 1e-9 * np.random.default_rng(seed).standard_normal(len(e))
        assert found(trace(e, noise, t))["scan_rate",].status == "ok"


def test_a_window_that_changes_is_said() -> None:
    wide, narrow = triangle(2), triangle(2, high=0.8)
    e = np.concatenate([wide[0], narrow[0][1:]])
    d = np.concatenate([wide[1], narrow[1][1:]])
    said = found(trace(e, 1e-5 * d, clock(e)))["scan_rate",].remarks
    assert "the upper limit changes from cycle to cycle, from 0.8 to 1.2 V" in said
    assert not any(
        "limit changes" in r for r in found(trace(wide[0], 1e-5 * wide[1], clock(wide[0])))["scan_rate",].remarks
    )
