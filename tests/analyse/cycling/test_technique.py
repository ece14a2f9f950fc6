"""Cycling: exact synthetic truths, properties, real files, bad input."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byssus.analyse.cycling.technique import FIGURES, TECHNIQUE
from byssus.errors import AnalysisError, MissingInput
from byssus.findings import Finding
from byssus.trace import Source, Trace
from byssus.vocabulary import quantities

SOURCE = Source("cell.csv", "0" * 64, "test", 0)
MAH = 3.6  # C


def square(charges_c: list[float], *, rows: int = 60, current_a: float = 1e-3, rest_s: float = 600.0) -> Trace:
    """Constant-current half-cycles of exactly these charges (sign: direction), each followed by a rest."""
    time, current, voltage, step = [0.0], [0.0], [0.5], [0.0]
    for k, charge in enumerate(charges_c):
        along = np.linspace(0.0, abs(charge) / current_a, rows)
        sign = float(np.sign(charge))
        for offset, flowing in ((along, sign * current_a), (np.linspace(0.0, rest_s, 5), 0.0)):
            time.extend(time[-1] + offset)
            current.extend(np.full(len(offset), flowing))
            voltage.extend(0.5 + sign * np.linspace(0, 0.4, len(offset)))
            step.extend(np.full(len(offset), 2 * k + (flowing == 0) + 1))
    columns = {"time_s": time, "current_a": current, "voltage_v": voltage, "step_index": step}
    return Trace({name: np.array(values, dtype=float) for name, values in columns.items()}, SOURCE)


def but(trace: Trace, **columns: np.ndarray) -> Trace:
    return Trace({**trace.columns, **columns}, SOURCE)


def found(trace: Trace, **values: float | str) -> tuple[Finding, ...]:
    return TECHNIQUE.findings(TECHNIQUE.analyse(trace, TECHNIQUE.specimen("cell", values)))


def value(findings: tuple[Finding, ...], quantity: str, **at: object) -> float:
    return one(findings, quantity, **at).value  # type: ignore[return-value]


def one(findings: tuple[Finding, ...], quantity: str, **at: object) -> Finding:
    hits = [f for f in findings if f.quantity == quantity and dict(f.at) == at]
    assert len(hits) == 1, f"{quantity} {at}: {len(hits)} findings"
    return hits[0]


def named(findings: tuple[Finding, ...]) -> set[str]:
    return {f.quantity for f in findings}


def counters(trace: Trace, resets: str) -> dict[str, np.ndarray]:
    """Charge and discharge counters as testers keep them: never, per cycle or per step set to zero."""
    current, time, step = trace["current_a"], trace["time_s"], trace["step_index"]
    moved = current * np.diff(time, prepend=time[0])
    out = {}
    for name, sign in (("charge_capacity_c", 1), ("discharge_capacity_c", -1)):
        counter = np.cumsum(np.maximum(sign * moved, 0.0))
        group = {"none": np.zeros_like(step), "cycle": (step - 1) // 4, "step": step}[resets]
        starts = np.flatnonzero(np.diff(group, prepend=group[0]))
        base = np.zeros_like(counter)
        for start in starts:
            base[start:] = counter[start - 1]
        out[name] = counter - base
    return out


HALF = [-10.0, 7.0, -7.5, 7.2, -7.3, 7.1]


class TestExact:
    def test_half_cell(self) -> None:
        got = found(square(HALF), cell="half", mass=1e-6, silicon_share=0.5, area=1e-4)
        assert value(got, "cycle_count") == 3
        assert "lithiation_charge" not in named(got)
        without = found(square(HALF), cell="half")
        assert value(without, "lithiation_charge", cycle=1) == pytest.approx(10.0, rel=1e-12)
        assert value(without, "delithiation_charge", cycle=3) == pytest.approx(7.1, rel=1e-12)
        assert value(got, "first_lithiation_capacity") == pytest.approx(2e7, rel=1e-12)
        assert value(got, "delithiation_capacity", cycle=2) == pytest.approx(7.2 / 5e-7, rel=1e-12)
        assert value(got, "areal_delithiation_capacity", cycle=1) == pytest.approx(7e4, rel=1e-12)
        assert value(got, "initial_coulombic_efficiency") == pytest.approx(0.7, rel=1e-12)
        assert value(got, "average_coulombic_efficiency", cycles="2-3") == pytest.approx(
            (7.2 / 7.5 + 7.1 / 7.3) / 2, rel=1e-12
        )
        assert value(got, "capacity_retention", cycle=3) == pytest.approx(7.1 / 7.0, rel=1e-12)
        assert not {"charge_capacity", "discharge_capacity"} & named(got)
        assert "silicon" in one(got, "first_lithiation_capacity").method

    def test_full_cell(self) -> None:
        got = found(square([10.0, -9.0, 9.5, -8.0]), cell="full", mass=2e-6)
        assert value(got, "charge_capacity", cycle=1) == pytest.approx(10.0, rel=1e-12)
        assert value(got, "specific_discharge_capacity", cycle=2) == pytest.approx(4e6, rel=1e-12)
        assert value(got, "initial_coulombic_efficiency") == pytest.approx(0.9, rel=1e-12)
        assert value(got, "capacity_retention", cycle=2) == pytest.approx(8 / 9, rel=1e-12)
        assert not [name for name in named(got) if "lithiation" in name]

    def test_undeclared_cell_speaks_the_testers_words_and_knows_no_return(self) -> None:
        got = found(square(HALF))
        assert value(got, "discharge_capacity", cycle=1) == pytest.approx(10.0, rel=1e-12)
        assert not {"coulombic_efficiency", "initial_coulombic_efficiency", "capacity_retention"} & named(got)
        assert any("not declared" in remark for remark in one(got, "cycle_count").remarks)
        assert not [name for name in named(got) if "lithiation" in name]

    def test_no_mass_no_specific_capacity(self) -> None:
        got = found(square(HALF), cell="half")
        for name in ("lithiation_capacity", "delithiation_capacity", "first_lithiation_capacity"):
            missing = one(got, name)
            assert (missing.status, missing.value) == ("missing_input", None)
            assert "mass" in missing.remarks[0]
        assert value(got, "lithiation_charge", cycle=2) == pytest.approx(7.5, rel=1e-12)

    def test_without_silicon_share_the_method_says_per_what(self) -> None:
        got = found(square(HALF), cell="half", mass=1e-6)
        assert value(got, "first_lithiation_capacity") == pytest.approx(1e7, rel=1e-12)
        assert "silicon_share is not given" in one(got, "first_lithiation_capacity").method

    def test_uncertainty_comes_from_the_mass_or_is_unknown(self) -> None:
        got = found(square(HALF), cell="half", mass=1e-6, mass_uncertainty=2e-8, silicon_share=0.8)
        capacity = one(got, "lithiation_capacity", cycle=1)
        assert capacity.standard_uncertainty == pytest.approx(0.02 * 10.0 / 8e-7, rel=1e-12)
        assert (
            one(found(square(HALF), cell="half", mass=1e-6), "lithiation_capacity", cycle=1).standard_uncertainty
            is None
        )

    def test_c_rate_from_the_current(self) -> None:
        got = found(square(HALF), cell="half", mass=1e-6, one_c=3600 * 3579.0)
        assert value(got, "c_rate", cycle=1) == pytest.approx(1e-3 / (3579.0 * 1e-6), rel=1e-12)

    def test_reference_cycle(self) -> None:
        got = found(square(HALF), cell="half", reference_cycle=2.0)
        assert value(got, "capacity_retention", cycle=3, reference_cycle=2) == pytest.approx(7.1 / 7.2, rel=1e-12)

    def test_retention_is_given_at_every_cycle_after_the_reference(self) -> None:
        fade = [x for k in range(120) for x in (-(8.0 - 0.01 * k), 7.9 - 0.01 * k)]
        got = found(square(fade, rows=6), cell="half")
        listed = [dict(f.at) for f in got if f.quantity == "capacity_retention"]
        assert listed == [{"cycle": k} for k in range(2, 121)]
        assert value(got, "capacity_retention", cycle=100) == pytest.approx((7.9 - 0.99) / 7.9, rel=1e-9)

    def test_constant_voltage_share(self) -> None:
        tau, current = 500.0, 1e-3
        cc, cv = np.linspace(0, 5000, 501), np.linspace(0, 4 * tau, 2001)
        decay = -current * np.exp(-cv / tau)
        back = np.linspace(0, 4000, 401)
        trace = Trace(
            {
                "time_s": np.r_[cc, 5000 + cv, 7000 + back],
                "current_a": np.r_[np.full(501, -current), decay, np.full(401, current)],
                "voltage_v": np.r_[np.linspace(0.4, 0.01, 501), np.full(2001, 0.01), np.linspace(0.2, 1.0, 401)],
            },
            SOURCE,
        )
        got = found(trace, cell="half")
        held = current * tau * (1 - np.exp(-4.0))
        assert value(got, "lithiation_charge", cycle=1) == pytest.approx(5.0 + held, rel=1e-5)
        assert value(got, "constant_voltage_share", cycle=1, half="lithiation") == pytest.approx(
            held / (5.0 + held), rel=0.02
        )
        assert value(got, "constant_voltage_share", cycle=1, half="delithiation") == 0.0

    def test_flat_plateau_at_constant_current_is_not_held(self) -> None:
        trace = square(HALF)
        flat = but(trace, voltage_v=np.where(trace["current_a"] < 0, 0.1, 0.4))
        assert value(found(flat, cell="half"), "constant_voltage_share", cycle=1, half="lithiation") == 0.0


class TestCounters:
    @pytest.mark.parametrize("resets", ["none", "cycle", "step"])
    def test_resets(self, resets: str) -> None:
        trace = square(HALF)
        # the counter is right and the current is logged 2 % low: the counter's value is reported
        trace = but(trace, **counters(trace, resets), current_a=0.98 * trace["current_a"])
        got = found(trace, cell="half")
        for k, charge in enumerate(HALF):
            name = "lithiation_charge" if charge < 0 else "delithiation_charge"
            assert value(got, name, cycle=k // 2 + 1) == pytest.approx(abs(charge), rel=1e-9)
        assert value(got, "counter_ratio") == pytest.approx(0.98, rel=1e-9)
        assert one(got, "counter_ratio").status == "ok"

    @pytest.mark.parametrize("style", ["step", "signed step", "net", "throughput"])
    def test_one_counter_for_both_directions(self, style: str) -> None:
        trace = square(HALF)
        up_down = counters(trace, "step" if "step" in style else "none")
        up, down = up_down["charge_capacity_c"], up_down["discharge_capacity_c"]
        capacity = up - down if style in ("signed step", "net") else up + down
        got = found(but(trace, capacity_c=capacity, current_a=0.98 * trace["current_a"]), cell="half")
        for k, charge in enumerate(HALF):
            name = "lithiation_charge" if charge < 0 else "delithiation_charge"
            assert value(got, name, cycle=k // 2 + 1) == pytest.approx(abs(charge), rel=1e-9)

    def test_current_a_thousand_times_too_small_is_told(self) -> None:
        trace = square(HALF)
        got = found(but(trace, **counters(trace, "none"), current_a=1e-3 * trace["current_a"]))
        first = one(got, "discharge_capacity", cycle=1)
        assert first.status == "warned"
        assert first.value == pytest.approx(10.0, rel=1e-9)
        assert "0.001" in first.remarks[0]
        assert one(got, "counter_ratio").status == "warned"

    def test_counters_the_wrong_way_round_are_not_used(self) -> None:
        trace = square(HALF)
        right = counters(trace, "none")
        wrong = {"charge_capacity_c": right["discharge_capacity_c"], "discharge_capacity_c": right["charge_capacity_c"]}
        got = found(but(trace, **wrong))
        assert value(got, "discharge_capacity", cycle=1) == pytest.approx(10.0, rel=1e-9)
        assert any("wrong way round" in remark for remark in one(got, "cycle_count").remarks)
        assert "counter_ratio" not in named(got)

    def test_holes_in_a_counter_do_not_matter(self) -> None:
        trace = square(HALF)
        holed = {name: values.copy() for name, values in counters(trace, "cycle").items()}
        for values in holed.values():
            values[::7] = np.nan
        assert value(found(but(trace, **holed)), "discharge_capacity", cycle=1) == pytest.approx(10.0, rel=1e-9)


class TestCycles:
    def test_pulses_do_not_split(self) -> None:
        trace = square([-5.0, 0.05, -5.0, 7.0, -0.02, 0.02, -7.0, 7.0], rows=40)
        got = found(trace, cell="half")
        assert value(got, "cycle_count") == 2
        assert value(got, "lithiation_charge", cycle=1) == pytest.approx(9.95, rel=1e-12)
        assert value(got, "delithiation_charge", cycle=1) == pytest.approx(7.0, rel=1e-12)

    def test_a_shallow_cycle_at_a_high_rate_is_a_cycle(self) -> None:
        got = found(square([-7.0, 7.0, -0.052, 0.051, -7.0, 7.0]), cell="half")
        assert value(got, "cycle_count") == 3
        assert value(got, "delithiation_charge", cycle=2) == pytest.approx(0.051, rel=1e-12)

    def test_strong_pulses_of_a_pulse_test_do_not_split(self) -> None:
        # ten 10 % steps, each followed by a 10 s pulse that returns a tenth of the step (HPPC at about 4 C)
        time, current = [0.0], [0.0]
        for _ in range(10):
            for lasts, flowing in ((3600, -1e-3), (300, 0.0), (10, 36e-3), (300, 0.0)):
                time.extend(time[-1] + np.linspace(0, lasts, 11))
                current.extend(np.full(11, flowing))
        columns = {
            "time_s": np.array(time),
            "current_a": np.array(current),
            "voltage_v": np.linspace(1, 0.1, len(time)),
        }
        got = found(Trace(columns, SOURCE), cell="half")
        # the last pulse has nothing after it: it may be a return
        assert value(got, "lithiation_charge", cycle=1) == pytest.approx(36.0 - 9 * 0.36, rel=1e-12)

    def test_noise_at_rest_is_no_cycle(self) -> None:
        trace = square(HALF, rows=200)
        noise = np.random.default_rng(1).normal(0, 1e-6, len(trace))
        got = found(but(trace, current_a=trace["current_a"] + noise), cell="half")
        assert value(got, "cycle_count") == 3
        assert value(got, "lithiation_charge", cycle=1) == pytest.approx(10.0, rel=1e-3)

    def test_small_late_cycles_are_cycles(self) -> None:
        fade = [x for k in range(8) for x in (-10.0 * 0.5**k, 9.0 * 0.5**k)]
        assert value(found(square(fade), cell="half"), "cycle_count") == 8

    def test_trailing_half_is_told_and_kept_out(self) -> None:
        got = found(square([*HALF, -3.0]), cell="half")
        assert value(got, "cycle_count") == 3
        trailing = one(got, "lithiation_charge", cycle=4)
        assert trailing.status == "warned"
        assert "incomplete" in trailing.remarks[0]
        assert max(f.at["cycle"] for f in got if f.quantity == "capacity_retention") == 3
        assert any("incomplete" in remark for remark in one(got, "cycle_count").remarks)

    def test_last_half_hardly_begun_is_kept_out_of_means_and_retention(self) -> None:
        trace = square(HALF)
        short = Trace({name: values[:-55] for name, values in trace.columns.items()}, SOURCE)
        got = found(short, cell="half")
        assert value(got, "cycle_count") == 3
        assert "cut short" in one(got, "coulombic_efficiency", cycle=3).remarks[0]
        assert {dict(f.at)["cycle"] for f in got if f.quantity == "capacity_retention"} == {2}
        assert value(got, "average_coulombic_efficiency", cycles="2-2") == pytest.approx(7.2 / 7.5)

    def test_last_half_cut_short_is_told(self) -> None:
        trace = square(HALF)
        short = Trace({name: values[:-20] for name, values in trace.columns.items()}, SOURCE)
        assert "cut short" in one(found(short, cell="half"), "capacity_retention", cycle=3).remarks[0]

    def test_a_half_cell_begins_with_lithiation(self) -> None:
        got = found(square(HALF), cell="half")
        assert value(got, "lithiation_charge", cycle=1) == pytest.approx(abs(HALF[0]), rel=1e-12)
        assert one(got, "initial_coulombic_efficiency").status == "ok"

    def test_an_opening_half_cycle_is_a_cycle_of_its_own(self) -> None:
        got = found(square(HALF[1:]), cell="half")
        assert value(got, "delithiation_charge", cycle=1) == pytest.approx(HALF[1], rel=1e-12)
        assert value(got, "lithiation_charge", cycle=2) == pytest.approx(-HALF[2], rel=1e-12)
        assert value(got, "initial_coulombic_efficiency") == pytest.approx(-HALF[3] / HALF[2], rel=1e-12)
        assert value(got, "capacity_retention", cycle=3, reference_cycle=2) == pytest.approx(HALF[5] / HALF[3])
        assert any("on its own" in remark for remark in one(got, "cycle_count").remarks)

    def test_an_undeclared_cell_opens_as_the_tester_numbers(self) -> None:
        trace = square(HALF[1:])
        half = np.cumsum(np.diff(np.sign(trace["current_a"]), prepend=0) != 0)
        numbered = found(but(trace, cycle_index=np.where(half <= 1, 1.0, 2.0)))
        assert value(numbered, "discharge_capacity", cycle=2) == pytest.approx(-HALF[2], rel=1e-12)
        together = found(trace)
        assert value(together, "discharge_capacity", cycle=1) == pytest.approx(-HALF[2], rel=1e-12)

    def test_testers_count_is_compared(self) -> None:
        trace = square(HALF)
        same = found(but(trace, cycle_index=np.minimum((trace["step_index"] - 1) // 4, 2.0) + 1))
        other = found(but(trace, cycle_index=np.ones(len(trace))))
        assert one(same, "cycle_count").status == "ok"
        assert any("3 whole cycles, the tester numbers 1" in r for r in one(other, "cycle_count").remarks)


class TestBadRows:
    @pytest.mark.parametrize("hole", [np.nan, np.inf])
    def test_rows_without_a_number_are_dropped_and_counted(self, hole: float) -> None:
        trace = square(HALF)
        current = trace["current_a"].copy()
        current[30] = hole
        got = found(but(trace, current_a=current))
        assert value(got, "discharge_capacity", cycle=1) == pytest.approx(10.0, rel=1e-12)
        assert any(remark.startswith("1 of ") for remark in one(got, "cycle_count").remarks)

    def test_duplicated_rows_add_nothing(self) -> None:
        trace = square(HALF)
        twice = Trace({name: np.repeat(values, 2) for name, values in trace.columns.items()}, SOURCE)
        assert value(found(twice), "discharge_capacity", cycle=1) == pytest.approx(10.0, rel=1e-12)

    def test_a_clock_set_back_once_costs_one_interval(self) -> None:
        trace = square(HALF, rows=101)
        time = trace["time_s"].copy()
        time[51:] -= 3600.0
        got = found(but(trace, time_s=time))
        assert value(got, "discharge_capacity", cycle=1) == pytest.approx(9.9, rel=1e-9)
        assert any("data row 52" in remark for remark in one(got, "cycle_count").remarks)

    def test_a_clock_that_restarts_at_every_step_is_refused(self) -> None:
        trace = square(HALF)
        starts = np.r_[0, np.flatnonzero(np.diff(trace["step_index"])) + 1]
        base = np.repeat(trace["time_s"][starts], np.diff(np.r_[starts, len(trace)]))
        with pytest.raises(AnalysisError, match=r"clock runs backwards .* Map it in study\.toml"):
            found(but(trace, time_s=trace["time_s"] - base))

    def test_swapped_columns_are_told(self) -> None:
        trace = square(HALF)
        with pytest.raises(AnalysisError, match="look swapped"):
            found(but(trace, voltage_v=trace["current_a"], current_a=trace["voltage_v"]))

    @pytest.mark.parametrize(
        ("columns", "message"),
        [
            ({"current_a": np.zeros(4)}, "no current flows"),
            ({"current_a": np.full(4, np.nan)}, "no row has"),
            ({"current_a": np.array(["a", "b", "c", "d"])}, "holds text"),
        ],
    )
    def test_unusable_current(self, columns: dict[str, np.ndarray], message: str) -> None:
        base = {"time_s": np.arange(4.0), "voltage_v": np.ones(4)}
        with pytest.raises(AnalysisError, match=message):
            found(Trace({**base, **columns}, SOURCE))

    def test_empty_trace(self) -> None:
        empty = {name: np.empty(0) for name in ("time_s", "voltage_v", "current_a")}
        with pytest.raises(AnalysisError, match="no row has"):
            found(Trace(empty, SOURCE))

    def test_missing_column_names_what_is_there(self) -> None:
        with pytest.raises(AnalysisError, match=r"no column 'voltage_v'.*got time_s, current_a"):
            found(Trace({"time_s": np.arange(3.0), "current_a": np.ones(3)}, SOURCE))

    def test_parameters_that_make_no_sense(self) -> None:
        with pytest.raises(AnalysisError, match="not a mass fraction"):
            found(square(HALF), cell="half", silicon_share=1.5)
        with pytest.raises(MissingInput, match="reference_cycle"):
            found(square(HALF), cell="half", reference_cycle=1.5)
        assert one(
            found(square(HALF), cell="half", reference_cycle=9.0), "capacity_retention", reference_cycle=9
        ).status == ("missing_input")


charges = st.lists(st.floats(3.0, 10.0), min_size=2, max_size=8).map(
    lambda sizes: [size * (-1) ** (k + 1) for k, size in enumerate(sizes)]
)


class TestProperties:
    @settings(max_examples=25, deadline=None)
    @given(charges, st.floats(1e-3, 1e3), st.floats(-1e6, 1e6))
    def test_current_scales_charge_and_a_shift_of_time_changes_nothing(
        self, sizes: list[float], factor: float, shift: float
    ) -> None:
        trace = square(sizes)
        plain = TECHNIQUE.analyse(trace, TECHNIQUE.specimen("", {}))
        other = but(trace, current_a=factor * trace["current_a"], time_s=trace["time_s"] + shift)
        scaled = TECHNIQUE.analyse(other, TECHNIQUE.specimen("", {}))
        np.testing.assert_allclose(scaled.cycles.charge_c, factor * plain.cycles.charge_c, rtol=1e-6)
        np.testing.assert_allclose(plain.cycles.charge_c, np.abs(sizes), rtol=1e-9)

    @settings(max_examples=10, deadline=None)
    @given(charges)
    def test_declaring_the_cell_changes_words_not_charges(self, sizes: list[float]) -> None:
        trace = square(sizes)
        half, full, undeclared = (found(trace, **kind) for kind in ({"cell": "half"}, {"cell": "full"}, {}))
        for k in range(len(sizes) // 2):
            lithiated = value(half, "lithiation_charge", cycle=k + 1)
            assert lithiated == value(full, "discharge_capacity", cycle=k + 1)
            assert lithiated == value(undeclared, "discharge_capacity", cycle=k + 1)


class TestSeries:
    @pytest.mark.parametrize("values", [{}, {"cell": "half"}, {"cell": "half", "mass": 1e-6}, {"cell": "full"}])
    def test_series_belong_to_declared_figures_and_end_at_the_findings(self, values: dict[str, float | str]) -> None:
        result = TECHNIQUE.analyse(square(HALF), TECHNIQUE.specimen("", values))
        drawn = {s.figure for s in TECHNIQUE.series(result)}
        assert drawn <= {figure.name for figure in FIGURES}
        assert ("voltage_profile" in drawn) == ("mass" in values)
        assert ("efficiency_by_cycle" in drawn) == ("cell" in values)
        profile = next(s for s in TECHNIQUE.series(result) if s.figure.startswith("voltage_profile"))
        first = 7.0 if values.get("cell") == "full" else 10.0  # a full cell's first whole cycle begins with charge
        assert profile.x[-1] == pytest.approx(first / values.get("mass", 1.0))  # type: ignore[operator]

    def test_every_name_is_in_the_vocabulary(self) -> None:
        known = quantities()
        assert {f.x.quantity for f in FIGURES} | {f.y.quantity for f in FIGURES} <= set(known)
        got = found(square(HALF), cell="half", mass=1e-6, area=1e-4, one_c=1e7)
        got = (*got, *found(square(HALF), cell="half"))
        assert all(known[f.quantity].unit == f.unit for f in got)


Reader = Callable[[Path], tuple[Trace, ...]]


@pytest.fixture(scope="session")
def read_file() -> Reader:
    return importlib.import_module("byssus.read").read_file  # type: ignore[no-any-return]


# file, quantity, cycle, mAh, relative tolerance: MANIFEST.csv of shared/data
REAL = [
    ("cycler_neware/fastnda_test_2.ndax", "discharge_capacity", 1, 0.10059, 1e-4),
    ("cycler_neware/fastnda_test_2.ndax", "discharge_capacity", 2, 0.06099, 1e-4),
    ("cycler_neware/fastnda_test_2.ndax", "discharge_capacity", 3, 0.03309, 1e-4),
    ("cycler_neware/fastnda_test_2.ndax", "discharge_capacity", 6, 0.00620, 1e-3),
    ("cycler_neware/fastnda_46_1_5_60_bts16.ndax", "charge_capacity", 1, 16.6815, 1e-5),
    ("cycler_neware/fastnda_46_1_5_60_bts16.ndax", "discharge_capacity", 1, 16.6408, 1e-5),
    ("cycler_neware/navani_test.ndax", "charge_capacity", 1, 0.59303, 1e-4),
    ("cycler_neware/navani_test.ndax", "discharge_capacity", 1, 0.62545, 1e-4),
    (
        "cycler_neware/fastnda_TESTCELL0001-B2-2025-M50T_NewareNDA_Investigation.ndax",
        "discharge_capacity",
        1,
        1297.27,
        1e-5,
    ),
    (
        "cycler_neware/fastnda_TESTCELL0001-B2-2025-M50T_NewareNDA_Investigation.ndax",
        "discharge_capacity",
        8,
        4719.03,
        1e-5,
    ),
    ("cycler_neware/fastnda_TestFile.nda.zip", "discharge_capacity", 1, 3790.168, 1e-6),
    ("cycler_neware/fastnda_TestFile.nda.zip", "discharge_capacity", 2, 5806.646, 1e-6),
    # this file begins with a short discharge, which is the first half of cycle 1
    ("cycler_csv/rovi_p492-13-raw.csv", "charge_capacity", 2, 21.870, 1e-4),
    ("cycler_csv/rovi_p492-13-raw.csv", "discharge_capacity", 2, 21.738, 1e-4),
    ("cycler_neware/nw_regular_export_ife_example.csv", "charge_capacity", 1, 22.56, 1e-3),
    ("cycler_neware/nw_regular_export_ife_example.csv", "discharge_capacity", 1, 330.67, 1e-3),
]
COUNTS = [
    ("cycler_neware/fastnda_test_2.ndax", 54),
    ("cycler_arbin_csv/rovi_arbin_example.csv", 2),
    ("cycler_bdf/datalab_arbin_example.bdf.csv", 4),
    ("cycler_neware/nw_regular_export_ife_example.csv", 20),
]


class TestRealFiles:
    @pytest.mark.parametrize(("name", "quantity", "cycle", "mah", "rel"), REAL)
    def test_capacity(
        self, shared_data: Path, read_file: Reader, name: str, quantity: str, cycle: int, mah: float, rel: float
    ) -> None:
        got = found(read_file(shared_data / name)[0])
        assert value(got, quantity, cycle=cycle) == pytest.approx(mah * MAH, rel=rel)

    @pytest.mark.parametrize(("name", "count"), COUNTS)
    def test_cycles(self, shared_data: Path, read_file: Reader, name: str, count: int) -> None:
        assert value(found(read_file(shared_data / name)[0]), "cycle_count") == count

    def test_current_a_thousand_times_too_small(
        self, shared_data: Path, read_file: Callable[..., tuple[Trace, ...]]
    ) -> None:
        (trace,) = read_file(shared_data / "cycler_bdf" / "datalab_arbin_example.bdf.csv")
        got = found(trace)
        assert value(got, "discharge_capacity", cycle=1) == pytest.approx(0.47516 * MAH, rel=1e-4)
        assert value(got, "charge_capacity", cycle=1) == pytest.approx(0.48351 * MAH, rel=1e-4)
        assert value(got, "counter_ratio") == pytest.approx(1e-3, rel=1e-4)
        assert {one(got, "counter_ratio").status, one(got, "charge_capacity", cycle=1).status} == {"warned"}

    def test_half_cell_whose_tester_counts_two_lithiations_as_one(self, shared_data: Path, read_file: Reader) -> None:
        name = "bs542_004_gr_li_50ua_50mv_1v_191020_Channel_11.xlsx"
        got = found(read_file(shared_data / "cycler_arbin_xlsx" / name)[0], cell="half")
        lithiated = [f.value or 0.0 for f in got if f.quantity == "lithiation_charge"]
        delithiated = [f.value or 0.0 for f in got if f.quantity == "delithiation_charge"]
        assert sum(lithiated) == pytest.approx(11.055 * MAH, rel=1e-4)
        assert sum(delithiated) == pytest.approx(5.703 * MAH, rel=1e-4)
        assert one(got, "initial_coulombic_efficiency").status == "ok"
        assert "capacity_retention" not in named(got)

    @pytest.mark.parametrize("name", sorted({row[0] for row in REAL[:8]} | {"cycler_arbin_csv/rovi_arbin_example.csv"}))
    def test_integral_agrees_with_the_testers_counter(self, shared_data: Path, read_file: Reader, name: str) -> None:
        ratio = one(found(read_file(shared_data / name)[0]), "counter_ratio")
        assert ratio.value == pytest.approx(1.0, abs=0.01)
        assert ratio.status == "ok"


def test_a_file_that_goes_on_from_another_has_no_first_cycle_of_the_cell() -> None:
    trace = square(HALF)
    numbered = but(trace, cycle_index=51 + (trace["step_index"] - trace["step_index"].min()) // 4)
    got = found(numbered, cell="half", mass=1e-6)
    for name in ("first_lithiation_capacity", "initial_coulombic_efficiency"):
        assert one(got, name).status == "warned"
        assert "51" in one(got, name).remarks[-1]


def test_a_full_cell_has_capacities_per_area_too() -> None:
    got = found(square(HALF), cell="full", area=1e-4)
    assert value(got, "areal_charge_capacity", cycle=2) == pytest.approx(7.0 / 1e-4)
    assert value(got, "areal_discharge_capacity", cycle=2) == pytest.approx(7.5 / 1e-4)
