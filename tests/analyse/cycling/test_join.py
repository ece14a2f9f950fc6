"""The files of one cell as one: order, clocks, gaps, copies, half-cycles that go on from file to file."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from byssus.analyse.cycling._join import join
from byssus.analyse.cycling.technique import TECHNIQUE
from byssus.errors import AnalysisError
from byssus.findings import Finding
from byssus.read import read_file
from byssus.trace import Trace

_SPEC = importlib.util.spec_from_file_location("cells", Path(__file__).with_name("cells.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
cells = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(cells)
cell, fading, of = cells.cell, cells.fading, cells.of


def joined(*traces: Trace, **values: float | str) -> tuple[Finding, ...]:
    assert TECHNIQUE.together is not None
    return TECHNIQUE.findings(TECHNIQUE.together(traces, TECHNIQUE.specimen("cell", {"cell": "half", **values})))


def alone(trace: Trace, **values: float | str) -> tuple[Finding, ...]:
    return TECHNIQUE.findings(TECHNIQUE.analyse(trace, TECHNIQUE.specimen("cell", {"cell": "half", **values})))


def cut(trace: Trace, row: int, *, restart: bool = False, drop: tuple[str, ...] = ()) -> tuple[Trace, Trace]:
    """A trace in two files; ``restart`` sets the second's clock to zero."""
    kept = {name: values for name, values in trace.columns.items() if name not in drop}
    first = {name: values[:row] for name, values in kept.items()}
    second = {name: values[row:] for name, values in kept.items()}
    if restart:
        second["time_s"] = second["time_s"] - second["time_s"][0]
    return Trace(first, cells.named("a.csv")), Trace(second, cells.named("b.csv"))


def charges(findings: tuple[Finding, ...], quantity: str) -> list[float]:
    return [f.value for f in findings if f.quantity == quantity and f.value is not None]


def test_formation_in_a_file_of_its_own() -> None:
    formation = cell(fading([9.0, 8.9]), current_a=2e-4, path="formation.csv", seed=1)
    cycling = cell(fading([8.0, 7.9, 7.8, 7.7]), path="cycling.csv", seed=2)
    got = joined(formation, cycling)
    assert of(got, "cycle_count").value == 6.0
    assert charges(got, "delithiation_charge") == pytest.approx([9.0, 8.9, 8.0, 7.9, 7.8, 7.7], rel=1e-9)
    assert of(got, "formation_cycle_count").value == 2.0
    told = of(got, "cycle_count").remarks
    assert "joined, in this order: formation.csv, cycling.csv" in told
    assert any("clock starts again in cycling.csv" in remark for remark in told)


def test_dates_put_files_in_order_where_all_have_them() -> None:
    late = cell(fading([8.0, 7.9]), path="a.csv", date_s=2e9, seed=1)
    early = cell(fading([9.0, 8.5]), path="b.csv", date_s=1e9, seed=2)
    assert charges(joined(late, early), "delithiation_charge") == pytest.approx([9.0, 8.5, 8.0, 7.9])
    undated = replace(early, columns={k: v for k, v in early.columns.items() if k != "unix_time_s"})
    assert charges(joined(late, undated), "delithiation_charge") == pytest.approx([8.0, 7.9, 9.0, 8.5])


@pytest.mark.parametrize("restart", [False, True])
@pytest.mark.parametrize("row", [20, 60, 100, 150])
def test_a_half_cycle_split_between_files_is_one(row: int, restart: bool) -> None:
    trace = cell(fading([9.0, 8.0, 7.0]), seed=3)
    whole, split = alone(trace), joined(*cut(trace, row, restart=restart))
    assert of(split, "cycle_count").value == 3.0
    for quantity in ("lithiation_charge", "delithiation_charge"):
        # a clock that starts again does not say how long the one interval at the cut took: 1/39 of a half-cycle
        tolerance = 1e-9 if not restart else 9.2 / 39 / 7
        assert charges(split, quantity) == pytest.approx(charges(whole, quantity), rel=tolerance)


def test_a_gap_makes_up_no_charge() -> None:
    trace = cell(fading([9.0, 8.0]), seed=4, date_s=1.7e9)
    first, second = cut(trace, 20)
    for name in ("time_s", "unix_time_s"):
        second = replace(second, columns={**second.columns, name: second[name] + 3 * 86_400.0})
    got = joined(first, second)
    lost = 1.01 * 9.0 / 39  # the one interval at the cut
    assert charges(got, "lithiation_charge")[0] == pytest.approx(1.01 * 9.0 - lost, rel=1e-9)
    assert any("a gap of 3 d between a.csv and b.csv: no charge" in r for r in of(got, "cycle_count").remarks)


def test_overlapping_dates_are_doubted() -> None:
    first = cell(fading([9.0]), path="a.csv", date_s=1e9, seed=1)
    second = cell(fading([8.0]), path="b.csv", date_s=1e9 + 3600.0, seed=2)
    count = of(joined(first, second), "cycle_count")
    assert count.status == "warned"
    assert any("b.csv begins" in remark and "before a.csv ends" in remark for remark in count.remarks)


def test_a_copy_counts_once() -> None:
    trace = cell(fading([9.0, 8.0]), seed=5)
    got = joined(trace, replace(trace, source=replace(trace.source, path="copy.csv")))
    assert of(got, "cycle_count").value == 2.0
    assert any("copy.csv is the same test as cell.csv: counted once" in r for r in of(got, "cycle_count").remarks)


def test_of_a_file_and_an_earlier_copy_the_longer_counts() -> None:
    trace = cell(fading([9.0, 8.0, 7.0]), seed=6)
    part = Trace({n: np.round(v[:150], 6) for n, v in trace.columns.items()}, cells.named("part.csv"))
    for order in ((trace, part), (part, trace)):
        got = joined(*order)
        assert charges(got, "delithiation_charge") == pytest.approx([9.0, 8.0, 7.0])
        assert any(r.startswith("part.csv is the same test as cell.csv") for r in of(got, "cycle_count").remarks)


def test_one_file_alone_is_as_analysed_alone() -> None:
    trace = cell(fading([9.0, 8.0, 7.0]), seed=7)
    assert joined(trace, mass=1e-6) == alone(trace, mass=1e-6)


def test_a_counter_in_one_file_only() -> None:
    first, second = cell(fading([9.0]), path="a.csv", seed=1), cell(fading([8.0]), path="b.csv", seed=2)
    moved = np.abs(second["current_a"]) * np.diff(second["time_s"], prepend=0.0)
    up = np.cumsum(np.where(second["current_a"] > 0, moved, 0.0))
    down = np.cumsum(np.where(second["current_a"] < 0, moved, 0.0))
    counted = replace(second, columns={**second.columns, "charge_capacity_c": up, "discharge_capacity_c": down})
    got = joined(first, counted)
    assert charges(got, "delithiation_charge") == pytest.approx([9.0, 8.0], rel=1e-9)
    assert "did not count here" in of(got, "delithiation_charge", cycle=1).remarks[0]
    assert of(got, "delithiation_charge", cycle=2).status == "ok"


def test_cycle_numbers_that_start_again_are_counted_through() -> None:
    first, second = cell(fading([9.0, 8.5]), path="a.csv", seed=1), cell(fading([8.0, 7.5]), path="b.csv", seed=2)
    numbered = [
        replace(t, columns={**t.columns, "cycle_index": np.repeat([1.0, 2.0], [87, len(t) - 87])})
        for t in (first, second)
    ]
    got = of(joined(*numbered), "cycle_count")
    assert got.value == 4.0
    assert any("cycles are counted through" in remark for remark in got.remarks)
    assert not any("the tester numbers" in remark for remark in got.remarks)


def test_every_bad_file_is_told_at_once() -> None:
    good = cell(fading([9.0]), path="good.csv")
    other = cell(fading([8.0]), seed=9)
    text = Trace({**other.columns, "current_a": np.full(len(other), "a")}, cells.named("text.csv"))
    bare = Trace({"time_s": good["time_s"]}, cells.named("bare.csv"))
    with pytest.raises(AnalysisError) as fault:
        join([good, text, bare])
    assert {problem.where for problem in fault.value.problems} == {"text.csv", "bare.csv"}


class TestRealFiles:
    def test_a_file_cut_in_two_gives_what_the_whole_gives(self, shared_data: Path) -> None:
        (trace,) = read_file(shared_data / "cycler_arbin_res" / "20160805_test001_45_cc_01.res")
        whole = alone(trace)
        for row in (3000, 5111, 8000):
            split = joined(*cut(trace, row))
            assert of(split, "cycle_count").value == of(whole, "cycle_count").value
            for quantity in ("lithiation_charge", "delithiation_charge"):
                assert charges(split, quantity) == pytest.approx(charges(whole, quantity), rel=1e-6)

    def test_one_test_in_two_formats_counts_once(self, shared_data: Path) -> None:
        (original,) = read_file(shared_data / "cycler_arbin_res" / "navani_arbin_example.res")
        (export,) = read_file(shared_data / "cycler_bdf" / "datalab_arbin_example.bdf.csv")
        got = of(joined(original, export), "cycle_count")
        assert got.value == of(alone(original), "cycle_count").value
        assert any("same test" in remark for remark in got.remarks)


@pytest.mark.parametrize("dated", [False, True])
def test_rows_that_two_exports_of_one_test_share_are_counted_once(dated: bool) -> None:
    whole = cell(fading([9.0, 8.5, 8.0, 7.5, 7.0, 6.5]), seed=3, date_s=1e9 if dated else None)
    first = Trace({n: v[:300] for n, v in whole.columns.items()}, cells.named("a.csv"))
    second = Trace({n: v[180:] for n, v in whole.columns.items()}, cells.named("b.csv"))
    got = joined(first, second)
    assert charges(got, "delithiation_charge") == pytest.approx([9.0, 8.5, 8.0, 7.5, 7.0, 6.5], rel=1e-9)
    assert "the first 120 rows of b.csv are the last of a.csv: counted once" in of(got, "cycle_count").remarks
    assert of(got, "cycle_count").status == "ok"


def test_files_in_the_wrong_order_are_doubted() -> None:
    early = cell(fading([9.0, 8.5]), path="early.csv", seed=1)
    late = cell(fading([8.0, 7.5]), path="late.csv", seed=2)
    early, late = (
        replace(one, columns={**one.columns, "cycle_index": first + np.arange(len(one)) * 2 // len(one)})
        for one, first in ((early, 1.0), (late, 3.0))
    )
    assert of(joined(early, late), "cycle_count").status == "ok"
    split = replace(early, columns={**early.columns, "cycle_index": early["cycle_index"] + 1})  # shares a cycle
    assert of(joined(late, split), "cycle_count").status == "warned"
    assert of(joined(early, early, late), "cycle_count").value == 4.0
    wrong = of(joined(late, early), "cycle_count")
    assert wrong.status == "warned"
    assert any("in the order they were run" in remark for remark in wrong.remarks)
