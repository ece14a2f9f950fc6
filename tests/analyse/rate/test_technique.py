"""Rate: blocks of one current, their capacities, what returns, and rates from current, mass and 1 C."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byssus.analyse.rate._blocks import nominal
from byssus.analyse.rate.technique import FIGURES, TECHNIQUE
from byssus.analyse.replicates import gather
from byssus.errors import AnalysisError
from byssus.findings import Finding
from byssus.read import read_file
from byssus.trace import Trace
from byssus.vocabulary import quantities

_SPEC = importlib.util.spec_from_file_location("cells", Path(__file__).parents[1] / "cycling" / "cells.py")
assert _SPEC is not None
assert _SPEC.loader is not None
cells = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(cells)
cell, of = cells.cell, cells.of

MASS, ONE_C = 1e-6, 3600 * 1000.0  # kg, C/kg: 1 C is 1 mA
KNOWN = {"cell": "half", "mass": MASS, "one_c": ONE_C}
RATES = (0.2, 1.0, 5.0, 0.2)
CAPACITIES = ((10.0, 9.8, 9.6), (8.0, 7.9, 7.8), (3.0, 3.1, 2.9), (9.0, 8.9, 8.8))  # C


def rate_trace(rates: tuple[float, ...] = RATES, slow_lithiation: float | None = None) -> Trace:
    """Three cycles at each rate (C), with these delithiations; lithiation at its own rate where one is given."""
    charges, currents = [], []
    for rate, block in zip(rates, CAPACITIES, strict=False):
        for back in block:
            charges += [-1.02 * back, back]
            currents += [1e-3 * (slow_lithiation or rate), 1e-3 * rate]
    return cell(charges, current_a=currents)


def found(trace: Trace, **values: float | str) -> tuple[Finding, ...]:
    return TECHNIQUE.findings(TECHNIQUE.analyse(trace, TECHNIQUE.specimen("cell", values or KNOWN)))


class TestExact:
    def test_capacity_at_each_rate_in_the_order_run(self) -> None:
        got = found(rate_trace())
        means = [f for f in got if f.quantity == "delithiation_capacity" and "cycle" not in f.at]
        assert [dict(f.at) for f in means] == [
            {"c_rate": 0.2}, {"c_rate": 1.0}, {"c_rate": 5.0}, {"c_rate": 0.2, "block": 4},
        ]  # fmt: skip
        assert [f.value for f in means] == pytest.approx([9.8 / MASS, 7.9 / MASS, 3.0 / MASS, 8.9 / MASS], rel=1e-9)
        assert means[0].standard_uncertainty == pytest.approx(0.2 / np.sqrt(3) / MASS, rel=1e-9)
        assert "standard deviation" in means[0].method

    def test_the_last_cycle_of_a_block_stands_beside_its_mean(self) -> None:
        got = found(rate_trace())
        assert of(got, "delithiation_capacity", c_rate=5.0, cycle=9).value == pytest.approx(2.9 / MASS, rel=1e-9)
        assert of(got, "lithiation_capacity", c_rate=5.0, cycle=9).value == pytest.approx(1.02 * 2.9 / MASS, rel=1e-9)

    def test_what_is_kept_and_what_returns(self) -> None:
        got = found(rate_trace())
        assert of(got, "rate_retention", c_rate=5.0).value == pytest.approx(3.0 / 9.8, rel=1e-9)
        assert of(got, "rate_recovery", c_rate=0.2).value == pytest.approx(8.9 / 9.8, rel=1e-9)
        assert of(got, "coulombic_efficiency", c_rate=1.0).value == pytest.approx(1 / 1.02, rel=1e-9)

    def test_the_rate_is_the_current_over_that_of_one_c(self) -> None:
        got = found(rate_trace(), **KNOWN | {"silicon_share": 0.5})
        rates = {f.at["block"]: f.value for f in got if f.quantity == "c_rate" and f.at["half"] == "delithiation"}
        assert rates == pytest.approx({1: 0.4, 2: 2.0, 3: 10.0, 4: 0.4}, rel=1e-9)
        assert of(got, "delithiation_capacity", c_rate=10.0).value == pytest.approx(3.0 / (0.5 * MASS), rel=1e-9)

    def test_a_customary_rate_is_a_name_and_changes_no_number(self) -> None:
        got = found(rate_trace((0.21, 1.04, 7.1)))
        assert {f.at["c_rate"] for f in got if "c_rate" in f.at} == {0.2, 1.0, 7.1}
        assert of(got, "c_rate", block=1, half="delithiation").value == pytest.approx(0.21, rel=1e-9)

    def test_uncertainty_of_the_mass_is_added(self) -> None:
        got = found(rate_trace(), **KNOWN | {"mass_uncertainty": 1e-8})
        scatter, mass = 0.2 / np.sqrt(3), 0.01 * 9.8
        assert of(got, "delithiation_capacity", c_rate=0.2).standard_uncertainty == pytest.approx(
            np.hypot(scatter, mass) / MASS, rel=1e-9
        )
        last = of(got, "delithiation_capacity", c_rate=0.2, cycle=3)
        assert last.standard_uncertainty == pytest.approx(0.01 * 9.6 / MASS, rel=1e-9)

    def test_a_full_cell_speaks_of_discharge(self) -> None:
        flipped = rate_trace()
        columns = {**flipped.columns, "current_a": -flipped["current_a"]}
        got = found(Trace(columns, cells.SOURCE), **KNOWN | {"cell": "full"})
        assert of(got, "specific_discharge_capacity", c_rate=5.0).value == pytest.approx(3.0 / MASS, rel=1e-9)


class TestAsymmetric:
    def test_a_slow_lithiation_is_told(self) -> None:
        got = found(rate_trace(slow_lithiation=0.2))
        fast = of(got, "delithiation_capacity", c_rate=5.0, lithiation_c_rate=0.2)
        assert fast.value == pytest.approx(3.0 / MASS, rel=1e-9)
        assert of(got, "delithiation_capacity", c_rate=0.2).value == pytest.approx(9.8 / MASS, rel=1e-9)

    def test_lithiation_alone_may_step(self) -> None:
        charges = [signed for block in CAPACITIES for back in block for signed in (-1.02 * back, back)]
        currents = [1e-3 * r for rate in RATES for _ in range(3) for r in (rate, 0.2)]
        got = found(cell(charges, current_a=currents))
        assert of(got, "delithiation_capacity", c_rate=0.2, lithiation_c_rate=5.0).value == pytest.approx(3.0 / MASS)

    def test_charge_at_constant_voltage_does_not_hide_the_current(self) -> None:
        # at a high rate most rows lie in the hold, where the current is small
        time, current, voltage = [0.0], [0.0], [0.5]
        for rate in (0.5, 5.0):
            for _ in range(2):
                i = 1e-3 * rate
                for sign, along, size, volts in (
                    (-1, np.linspace(0, 2.0 / i, 20), np.full(20, i), np.linspace(0.5, 0.01, 20)),
                    (-1, np.linspace(0, 4000, 200), i * np.exp(-np.linspace(0, 3, 200)), np.full(200, 0.01)),
                    (1, np.linspace(0, 2.5 / i, 20), np.full(20, i), np.linspace(0.2, 1.2, 20)),
                ):
                    time.extend(time[-1] + along)
                    current.extend(sign * size)
                    voltage.extend(volts)
        trace = Trace(
            {"time_s": np.array(time), "current_a": np.array(current), "voltage_v": np.array(voltage)}, cells.SOURCE
        )
        got = found(trace)
        assert of(got, "c_rate", block=2, half="lithiation").value == pytest.approx(5.0, rel=1e-3)
        assert of(got, "constant_voltage_share", c_rate=5.0, half="lithiation").value > 0.3
        assert of(got, "constant_voltage_share", c_rate=5.0, half="delithiation").value == 0.0


class TestWhatIsMissing:
    def test_without_mass_or_one_c_blocks_are_told_by_current(self) -> None:
        got = found(rate_trace(), cell="half")
        assert of(got, "delithiation_charge", current="5 mA").value == pytest.approx(3.0, rel=1e-9)
        rate = of(got, "c_rate")
        assert (rate.status, rate.value) == ("missing_input", None)
        assert "mass and one_c not given" in rate.remarks[0]
        assert of(got, "delithiation_capacity").status == "missing_input"
        assert of(got, "rate_recovery", current="0.2 mA").value == pytest.approx(8.9 / 9.8, rel=1e-9)

    def test_with_mass_but_no_one_c_capacities_are_specific(self) -> None:
        got = found(rate_trace(), cell="half", mass=MASS)
        assert of(got, "delithiation_capacity", current="5 mA").value == pytest.approx(3.0 / MASS, rel=1e-9)
        assert "one_c not given" in of(got, "c_rate").remarks[0]

    def test_an_undeclared_cell_has_no_return(self) -> None:
        got = found(rate_trace(), mass=MASS, one_c=ONE_C)
        assert of(got, "specific_discharge_capacity", c_rate=5.0).value == pytest.approx(1.02 * 3.0 / MASS, rel=1e-9)
        assert of(got, "specific_charge_capacity", c_rate=5.0).value == pytest.approx(3.0 / MASS, rel=1e-9)
        assert not [f for f in got if f.quantity in ("rate_recovery", "rate_retention", "coulombic_efficiency")]
        assert any("not declared" in remark for remark in of(got, "cycle_count").remarks)

    def test_a_test_that_does_not_come_back(self) -> None:
        got = of(found(rate_trace(RATES[:3])), "rate_recovery", c_rate=0.2)
        assert (got.status, got.value) == ("not_identifiable", None)
        assert "does not come back" in got.remarks[0]

    def test_one_current_is_no_rate_test(self) -> None:
        got = found(rate_trace((1.0, 1.0, 1.0)))
        count = of(got, "cycle_count")
        assert count.status == "warned"
        assert any("no rate test" in remark for remark in count.remarks)
        assert of(got, "rate_recovery", c_rate=1.0).status == "not_identifiable"

    def test_a_half_cycle_alone_has_no_block(self) -> None:
        got = found(cell([-5.0]))
        assert of(got, "cycle_count").value == 0.0
        assert of(got, "rate_recovery").status == "not_identifiable"
        assert TECHNIQUE.series(TECHNIQUE.analyse(cell([-5.0]), TECHNIQUE.specimen("c", KNOWN)))

    def test_no_current(self) -> None:
        trace = rate_trace()
        with pytest.raises(AnalysisError, match="no current flows"):
            found(Trace({**trace.columns, "current_a": np.zeros(len(trace))}, cells.SOURCE))


@pytest.mark.parametrize(("rate", "label"), [(14.2, 15.0), (13.0, 13.0), (0.2199, 0.2), (0.2234, 0.223), (1.0, 1.0)])
def test_nominal(rate: float, label: float) -> None:
    assert nominal(rate) == pytest.approx(label)


@settings(max_examples=15, deadline=None)
@given(st.floats(0.1, 10.0))
def test_twice_the_mass_is_half_the_rate_and_half_the_capacity(factor: float) -> None:
    plain, scaled = found(rate_trace()), found(rate_trace(), **KNOWN | {"mass": factor * MASS})
    for name in ("c_rate", "delithiation_capacity"):
        one, other = ([f.value for f in got if f.quantity == name] for got in (plain, scaled))
        assert other == pytest.approx([v / factor for v in one if v is not None], rel=1e-9)


def test_files_of_one_cell_are_one_test() -> None:
    trace = rate_trace()
    row = int(np.flatnonzero(np.isclose(trace["current_a"], -5e-3))[0])
    parts = [
        Trace({n: v[rows] for n, v in trace.columns.items()}, cells.named(path))
        for path, rows in (("a.csv", slice(0, row)), ("b.csv", slice(row, None)))
    ]
    assert TECHNIQUE.together is not None
    got = TECHNIQUE.findings(TECHNIQUE.together(parts, TECHNIQUE.specimen("c", KNOWN)))
    assert of(got, "rate_recovery", c_rate=0.2).value == pytest.approx(8.9 / 9.8, rel=1e-9)


def test_replicates_gather_into_one_number_a_rate() -> None:
    gathered = gather([("A", found(rate_trace())), ("B", found(rate_trace(), **KNOWN | {"mass": 1.02 * MASS}))])
    summary = of(gathered, "delithiation_capacity", c_rate=5.0)
    assert summary.n == 2
    assert summary.value == pytest.approx(0.5 * (3.0 / MASS + 3.0 / (1.02 * MASS)))
    assert of(gathered, "rate_recovery", c_rate=0.2).n == 2


def test_series_belong_to_declared_figures_and_units_are_the_vocabularys() -> None:
    for values in (KNOWN, {"cell": "half"}, {"cell": "half", "mass": MASS}, {}):
        result = TECHNIQUE.analyse(rate_trace(), TECHNIQUE.specimen("c", values))
        assert {s.figure for s in TECHNIQUE.series(result)} <= {f.name for f in FIGURES}
        assert all(quantities()[f.quantity].unit == f.unit for f in TECHNIQUE.findings(result))
        assert {f.technique for f in TECHNIQUE.findings(result)} == {"rate"}
    by_rate = next(s for s in TECHNIQUE.series(TECHNIQUE.analyse(rate_trace(), TECHNIQUE.specimen("c", KNOWN)))
                   if s.figure == "capacity_by_rate")  # fmt: skip
    assert by_rate.x == pytest.approx([0.2, 1.0, 5.0], rel=1e-9)  # the return is no new rate
    assert by_rate.y_error is not None
    assert by_rate.y_error[0] == pytest.approx(0.2 / MASS, rel=1e-9)


def test_a_real_cell_that_steps_once(shared_data: Path) -> None:
    (trace,) = read_file(shared_data / "cycler_arbin_res" / "20160805_test001_45_cc_01.res")
    result = TECHNIQUE.analyse(trace, TECHNIQUE.specimen("c", {"cell": "half", "mass": 0.85284e-6, "one_c": ONE_C}))
    assert [block.cycles for block in result.blocks] == ["1-3", "4-17"]
    # 305.5 over 153.6 in the reference's own unit of rate
    assert result.blocks[1].back_a / result.blocks[0].back_a == pytest.approx(305.5 / 153.6, rel=0.01)


def test_recovery_at_the_earliest_rate_that_comes_back() -> None:
    charges, currents = [], []
    for rate, back in ((0.05, 10.0), (0.2, 9.0), (1.0, 7.0), (5.0, 3.0), (0.2, 8.1)):
        charges += 3 * [-1.02 * back, back]
        currents += 6 * [1e-3 * rate]
    (got,) = [f for f in found(cell(charges, current_a=currents)) if f.quantity == "rate_recovery"]
    assert dict(got.at) == {"c_rate": 0.2}
    assert got.value == pytest.approx(0.9, rel=1e-9)
    assert "at that of cycles 4-6" in got.remarks[0]


@pytest.mark.parametrize("rate", [0.25, 0.4, 0.75, 1.5, 2.5, 6.0, 25.0])
@pytest.mark.parametrize("mass", [0.95, 1.05])
def test_cells_of_unlike_mass_have_one_name_for_a_rate(rate: float, mass: float) -> None:
    assert nominal(rate / mass) == rate
