"""What the cycles of a cell say of its life: formation, fade, end of life, voltages, differential capacity."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from byssus.analyse.cycling._formation import formation_cycles
from byssus.analyse.cycling.technique import FIGURES, TECHNIQUE
from byssus.errors import AnalysisError, MissingInput
from byssus.findings import Finding
from byssus.read import read_file
from byssus.trace import Trace

_SPEC = importlib.util.spec_from_file_location("cells", Path(__file__).with_name("cells.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
cells = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(cells)
cell, fading, of = cells.cell, cells.fading, cells.of

MAH = 3.6


def found(trace: Trace, **values: float | str) -> tuple[Finding, ...]:
    return TECHNIQUE.findings(TECHNIQUE.analyse(trace, TECHNIQUE.specimen("cell", {"cell": "half", **values})))


def listed(findings: tuple[Finding, ...], quantity: str) -> list[Finding]:
    return [f for f in findings if f.quantity == quantity]


class TestFormation:
    def test_slow_first_cycles_are_found_and_the_reference_is_doubted(self) -> None:
        trace = cell(fading([5.0] * 12), current_a=[2e-4] * 4 + [1e-3] * 20)
        got = found(trace)
        count = of(got, "formation_cycle_count")
        assert (count.value, count.status) == (2.0, "ok")
        assert "0.2 mA in formation, 1 mA after it" in count.remarks[0]
        retention = of(got, "capacity_retention", cycle=5)
        assert retention.status == "warned"
        assert "reference_cycle = 3" in retention.remarks[0]
        after = found(trace, reference_cycle=3.0)
        assert of(after, "capacity_retention", cycle=5, reference_cycle=3).status == "ok"

    @pytest.mark.parametrize(
        ("current", "expected"),
        [
            ([1.0] * 20, 0),
            ([0.5] * 3 + [1.0] * 17, 3),
            ([0.05] * 2 + [0.5] + [1.0] * 17, 3),
            ([0.95] * 3 + [1.0] * 17, 0),
            ([2.0] * 3 + [1.0] * 17, 0),
            ([1.0] * 10 + [0.5] * 10, 0),
            (np.repeat([0.2, 0.5, 1, 2, 5, 10, 15, 0.2], 5), 0),
            ([0.5, 1.0], 0),
            ([], 0),
        ],
    )
    def test_what_is_formation(self, current: list[float], expected: int) -> None:
        assert formation_cycles(np.array(current, dtype=float)) == expected

    def test_the_study_has_the_last_word(self) -> None:
        trace = cell(fading([5.0] * 6), current_a=[2e-4] * 4 + [1e-3] * 8)
        assert of(found(trace, formation_cycles=1.0), "formation_cycle_count").value == 1.0
        none = found(trace, formation_cycles=0.0)
        assert of(none, "formation_cycle_count").value == 0.0
        assert of(none, "capacity_retention", cycle=5).status == "ok"
        assert of(found(trace, formation_cycles=9.0), "formation_cycle_count").status == "warned"

    def test_c_rate_of_the_first_cycle_and_the_first_after_formation(self) -> None:
        trace = cell(fading([5.0] * 6), current_a=[2e-4] * 4 + [1e-3] * 8)
        got = found(trace, mass=1e-6, one_c=3600 * 1000.0)
        assert {f.at["cycle"]: f.value for f in listed(got, "c_rate")} == pytest.approx({1: 0.2, 3: 1.0})


class TestFade:
    def test_a_straight_fade_is_its_slope(self) -> None:
        got = found(cell(fading([10.0 - 0.02 * k for k in range(60)]), rows=8))
        fade = of(got, "capacity_fade_per_cycle", cycles="2-60")
        assert fade.value == pytest.approx(0.002, rel=1e-9)
        assert fade.interval is not None
        assert fade.interval[0] <= 0.002 + 1e-12
        assert "Q(1)" in fade.equation
        assert of(got, "capacity_fade_per_cycle", cycles="31-60").value == pytest.approx(0.002, rel=1e-9)

    def test_fast_then_slow_shows_in_the_second_half(self) -> None:
        got = found(cell(fading([4.0 + 6.0 * np.exp(-k / 20) for k in range(100)]), rows=8))
        whole, late = (of(got, "capacity_fade_per_cycle", cycles=c).value for c in ("2-100", "51-100"))
        assert late < whole / 3

    def test_scatter_gives_an_interval_that_holds_the_slope(self) -> None:
        rng = np.random.default_rng(8)
        fade = of(
            found(cell(fading([10 - 0.01 * k + 0.02 * rng.standard_normal() for k in range(80)]), rows=8)),
            "capacity_fade_per_cycle",
            cycles="2-80",
        )
        assert fade.interval is not None
        assert fade.interval[0] < 0.001 < fade.interval[1]
        assert fade.standard_uncertainty < 1e-4

    def test_too_few_cycles_have_no_slope(self) -> None:
        assert not listed(found(cell(fading([5.0, 4.9, 4.8]))), "capacity_fade_per_cycle")


class TestEndOfLife:
    def test_the_first_cycle_that_stays_below(self) -> None:
        capacities = [10.0, 9.0, 8.5, 7.9, 8.1, 7.9, 7.8, 7.7, 7.5]
        got = of(found(cell(fading(capacities))), "cycle_life", threshold=0.8)
        assert got.value == 6.0
        assert "first below the threshold at cycle 4" in got.remarks[0]
        assert of(found(cell(fading(capacities)), end_of_life=0.85), "cycle_life", threshold=0.85).value == 4.0

    def test_not_reached_is_said_and_not_extrapolated(self) -> None:
        got = of(found(cell(fading([10.0, 9.9, 9.8, 9.7]))), "cycle_life", threshold=0.8)
        assert (got.status, got.value, got.n) == ("not_identifiable", None, None)
        assert "not reached in 4 cycles: 0.97 of the reference" in got.remarks[0]

    def test_a_last_bad_cycle_is_doubted(self) -> None:
        got = of(found(cell(fading([10.0, 9.9, 9.8, 9.7, 7.0]))), "cycle_life", threshold=0.8)
        assert (got.value, got.status) == (5.0, "warned")

    def test_it_refers_to_the_reference_cycle(self) -> None:
        got = found(cell(fading([20.0, 10.0, 9.0, 7.9, 7.8, 7.7])), reference_cycle=2.0)
        assert of(got, "cycle_life", threshold=0.8, reference_cycle=2).value == 4.0

    @pytest.mark.parametrize("share", [0.0, 1.0, 80.0])
    def test_a_share_that_is_none(self, share: float) -> None:
        with pytest.raises(AnalysisError, match="end_of_life is not a share"):
            found(cell(fading([5.0, 4.9])), end_of_life=share)

    def test_formation_cycles_that_are_no_number_of_cycles(self) -> None:
        with pytest.raises(MissingInput, match="formation_cycles is not a number of cycles"):
            found(cell(fading([5.0, 4.9])), formation_cycles=1.5)


class TestVoltages:
    def test_mean_voltage_and_hysteresis_of_straight_lines(self) -> None:
        got = found(cell(fading([5.0, 5.0])))
        # a line from 0.3 to 0.9 V when charging, from 0.7 to 0.1 V when discharging
        assert of(got, "mean_voltage", cycle=1, half="delithiation").value == pytest.approx(0.6, rel=1e-9)
        assert of(got, "mean_voltage", cycle=2, half="lithiation").value == pytest.approx(0.4, rel=1e-9)
        assert of(got, "voltage_hysteresis", cycle=2).value == pytest.approx(0.2, rel=1e-9)

    def test_constant_voltage_share_of_first_last_and_all(self) -> None:
        got = listed(found(cell(fading([5.0] * 3))), "constant_voltage_share")
        assert [dict(f.at) for f in got if f.at["half"] == "lithiation"] == [
            {"cycle": 1, "half": "lithiation"}, {"cycle": 3, "half": "lithiation"},
            {"cycles": "1-3", "half": "lithiation"},
        ]  # fmt: skip
        assert all(f.value == 0.0 for f in got)


def sigmoid_cell(rows: int = 400) -> Trace:
    """A half cell with one step in each direction: lithiation at 0.2 V, delithiation at 0.45 V, logistic, 10 C."""
    share = np.linspace(0.002, 0.998, rows)
    time, current, voltage = [], [], []
    start = 0.0
    for sign, middle in ((-1, 0.2), (1, 0.45)) * 2:
        time.append(start + share * 1e4)
        current.append(np.full(rows, sign * 1e-3))
        voltage.append(middle + sign * 0.025 * np.log(share / (1 - share)))
        start = time[-1][-1] + 600.0
    columns = {
        "time_s": np.concatenate(time),
        "current_a": np.concatenate(current),
        "voltage_v": np.concatenate(voltage),
    }
    return Trace(columns, cells.SOURCE)


class TestDifferential:
    def test_a_logistic_step_has_its_peak_where_it_was_put(self) -> None:
        got = found(sigmoid_cell())
        for half, middle, sign in (("lithiation", 0.2, -1), ("delithiation", 0.45, 1)):
            peak = of(got, "differential_capacity_peak_voltage", cycle=1, half=half, peak=1)
            assert peak.value == pytest.approx(middle, abs=1e-3)
            assert peak.standard_uncertainty == pytest.approx(0.02 / np.sqrt(12))
            assert "20 mV" in peak.method
            # Q / (4 w) is the slope of a logistic of width w at its middle; the window takes 3 % off
            height = of(got, "differential_charge", cycle=1, half=half, peak=1)
            assert height.value == pytest.approx(sign * 10.0 / (4 * 0.025), rel=0.04)

    def test_per_mass_and_with_a_smoothing_of_its_own(self) -> None:
        got = found(sigmoid_cell(), mass=1e-6, silicon_share=0.5, smoothing=0.04, voltage_step=0.01)
        height = of(got, "differential_capacity", cycle=2, half="delithiation", peak=1)
        assert height.value == pytest.approx(10.0 / (4 * 0.025) / 5e-7, rel=0.1)
        assert "40 mV on a grid of 10 mV" in height.method

    def test_held_voltage_is_left_out(self) -> None:
        trace = sigmoid_cell()
        hold = np.arange(200) * 20.0
        first = len(trace) // 4
        at = {name: values[:first] for name, values in trace.columns.items()}
        then = {name: values[first:] for name, values in trace.columns.items()}
        held = Trace(
            {
                "time_s": np.r_[at["time_s"], at["time_s"][-1] + 1 + hold, then["time_s"] + hold[-1] + 1],
                "current_a": np.r_[at["current_a"], -1e-3 * np.exp(-hold / 1000), then["current_a"]],
                "voltage_v": np.r_[at["voltage_v"], np.full(200, at["voltage_v"][-1]), then["voltage_v"]],
            },
            cells.SOURCE,
        )
        got = found(held)
        assert of(got, "constant_voltage_share", cycle=1, half="lithiation").value > 0.05
        kept = next(
            s for s in TECHNIQUE.series(TECHNIQUE.analyse(held, TECHNIQUE.specimen("c", {"cell": "half"})))
            if s.figure == "differential_charge_first" and s.at["half"] == "lithiation"
        )  # fmt: skip
        assert -np.trapezoid(kept.y, kept.x) == pytest.approx(10.0, rel=0.02)

    def test_rows_far_apart_are_told(self) -> None:
        peak = of(found(sigmoid_cell(7)), "differential_capacity_peak_voltage", cycle=1, half="lithiation", peak=1)
        assert peak.status == "warned"
        assert "further than the window" in peak.remarks[0]
        assert peak.standard_uncertainty > 0.02 / np.sqrt(12)

    def test_millivolts_under_volts_are_no_curve_and_no_fault(self) -> None:
        trace = sigmoid_cell()
        wrong = Trace({**trace.columns, "voltage_v": 1e3 * trace["voltage_v"]}, cells.SOURCE)
        got = of(found(wrong), "differential_capacity_peak_voltage")
        assert (got.status, got.value) == ("not_identifiable", None)
        assert "is its unit right" in got.remarks[0]
        assert TECHNIQUE.series(TECHNIQUE.analyse(wrong, TECHNIQUE.specimen("c", {"cell": "half"})))

    @pytest.mark.parametrize("values", [{"voltage_step": 0.05}, {"smoothing": 1e-6}, {"voltage_step": 1e-6}])
    def test_widths_that_do_not_fit(self, values: dict[str, float]) -> None:
        with pytest.raises(AnalysisError, match="do not fit"):
            found(sigmoid_cell(), **values)


@pytest.mark.parametrize("kind", ["half", "full"])
def test_a_half_cycle_alone_is_drawn(kind: str) -> None:
    for sign in (-1, 1):
        result = TECHNIQUE.analyse(cell([sign * 5.0]), TECHNIQUE.specimen("c", {"cell": kind}))
        assert [s.x[-1] for s in TECHNIQUE.series(result) if s.figure == "voltage_profile_charge"] == pytest.approx(
            [5.0]
        )


def test_series_of_the_chosen_cycles_belong_to_declared_figures() -> None:
    trace = cell(fading([10.0 - 0.01 * k for k in range(60)]))
    result = TECHNIQUE.analyse(trace, TECHNIQUE.specimen("c", {"cell": "half", "mass": 1e-6}))
    drawn = TECHNIQUE.series(result)
    assert {s.figure for s in drawn} <= {f.name for f in FIGURES}
    profiles = [s for s in drawn if s.figure == "voltage_profile"]
    assert sorted({s.at["cycle"] for s in profiles}) == [1, 2, 10, 50, 60]
    for one in profiles:
        number, half = one.at["cycle"], one.at["half"]
        ends = (10.0 - 0.01 * (number - 1)) * (1.01 if half == "lithiation" else 1.0)
        assert one.x[-1] == pytest.approx(ends / 1e-6, rel=1e-9)
    later = {s.at["cycle"] for s in drawn if s.figure == "differential_capacity"}
    assert (later, len(profiles)) == ({2, 10, 50, 60}, 10)


class TestRealFiles:
    def test_formation_and_capacities_as_cellpy_has_them(self, shared_data: Path) -> None:
        summary = pl.read_parquet(shared_data / "reference" / "cellpy_golden_test001_45_summary.parquet")
        (trace,) = read_file(shared_data / "cycler_arbin_res" / "20160805_test001_45_cc_01.res")
        got = found(trace)
        assert of(got, "formation_cycle_count").value == 3.0  # C-rates 153.6 thrice, then 305.5, in the summary
        for cycle, up, back in summary.select(
            "cycle_num", "discharge_capacity_absolute", "charge_capacity_absolute"
        ).rows()[:17]:
            # the counter's own rounding, and rows logged a step late
            assert of(got, "lithiation_charge", cycle=cycle).value == pytest.approx(up * MAH, rel=3e-4)
            assert of(got, "delithiation_charge", cycle=cycle).value == pytest.approx(back * MAH, rel=3e-4)
            if cycle > 1:
                first = summary["charge_capacity_absolute"][0]
                assert of(got, "capacity_retention", cycle=cycle).value == pytest.approx(back / first, rel=3e-4)

    def test_mean_voltages_are_energy_over_charge(self, shared_data: Path) -> None:
        summary = pl.read_csv(shared_data / "reference" / "rovi_p492-13-summary.csv").row(1, named=True)
        trace = read_file(shared_data / "cycler_csv" / "rovi_p492-13-raw.csv")[0]
        got = TECHNIQUE.analyse(trace, TECHNIQUE.specimen("c", {}))
        charge, discharge = got.cycles.mean_voltage_v[1:3]
        assert charge == pytest.approx(summary["E_chg"] / summary["Q_chg"], rel=3e-4)
        assert discharge == pytest.approx(summary["E_dis"] / summary["Q_dis"], rel=3e-4)


def test_a_last_half_cut_short_bends_no_mean_and_no_fade() -> None:
    whole = cell(fading([10.0 - 0.02 * n for n in range(10)]), rows=100)
    short = Trace({name: values[:-25] for name, values in whole.columns.items()}, whole.source)
    got = found(short)
    assert any("left out of means and fade" in remark for remark in of(got, "cycle_count").remarks)
    assert of(got, "capacity_retention", cycle=10).status == "warned"
    assert of(got, "capacity_fade_per_cycle", cycles="2-9").value == pytest.approx(0.002, rel=1e-9)
    assert of(got, "average_coulombic_efficiency", cycles="2-9").value == pytest.approx(1 / 1.01, rel=1e-9)
    life = of(got, "cycle_life", threshold=0.8)
    assert life.value is None
    assert "not reached in 9 cycles" in life.remarks[0]


def test_an_efficiency_above_one_is_doubted() -> None:
    got = found(cell([-10.0, 9.0, -8.0, 8.8, -8.0, 7.9, -8.0, 8.03]))
    assert of(got, "coulombic_efficiency", cycle=2).status == "warned"
    assert "more charge comes back" in of(got, "coulombic_efficiency", cycle=2).remarks[0]
    assert of(got, "coulombic_efficiency", cycle=3).status == "ok"
    assert of(got, "coulombic_efficiency", cycle=4).status == "ok"
    assert of(got, "average_coulombic_efficiency", cycles="2-4").status == "warned"


def test_a_capacity_that_comes_back_is_not_called_never_lost() -> None:
    got = of(found(cell(fading([10.0, 9.0, 7.9, 7.5, 8.5, 9.0, 9.0]))), "cycle_life", threshold=0.8)
    assert (got.status, got.value) == ("not_identifiable", None)
    assert "first below the threshold at cycle 3, 2 times in all, but comes back" in got.remarks[0]
    assert "not reached" not in got.remarks[0]


def test_a_rate_is_doubted_where_the_counter_gainsays_the_current() -> None:
    trace = cell(fading([9.0, 8.9, 8.8]))
    passed = np.cumsum(np.r_[0.0, np.diff(trace["time_s"]) * trace["current_a"][1:]])
    known = {"mass": 1e-6, "one_c": 3.6e6}
    right = Trace({**trace.columns, "capacity_c": passed}, trace.source)
    wrong = Trace({**right.columns, "current_a": trace["current_a"] / 1e3}, trace.source)
    assert of(found(right, **known), "c_rate", cycle=1).status == "ok"
    doubted = of(found(wrong, **known), "c_rate", cycle=1)
    assert doubted.status == "warned"
    assert "0.001 of what the tester counted" in doubted.remarks[0]
