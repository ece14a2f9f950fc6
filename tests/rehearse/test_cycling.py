"""The virtual cycler: what it writes integrates to what it was told, and says that it is rehearsed."""

from __future__ import annotations

import importlib
import io
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from byssus.analyse.cycling.technique import TECHNIQUE
from byssus.errors import MissingInput
from byssus.findings import Finding
from byssus.rehearse.cycling import INSTRUMENT
from byssus.rehearse.instrument import Truth, instruments
from byssus.trace import REHEARSED_MARK, Source, Trace

MAH_G = 3600.0  # C/kg
MASS = 5.5e-7
TRUE = {
    "first_lithiation_capacity": 3915 * MAH_G,
    "first_delithiation_capacity": 2820 * MAH_G,
    "final_capacity": 1881 * MAH_G,
    "mass": MASS,
    "cell_spread": 0.0,
}


def truth(cycles: int = 200, specimen: int = 0, binder: str = "PAID-P", **values: float) -> Truth:
    defaults = {need.name: need.default for need in INSTRUMENT.needs if need.default is not None}
    return Truth(binder, {**defaults, **TRUE, **values}, {"c_rate": 0.2, "cycles": cycles}, specimen)


def rehearsed(true: Truth, seed: int = 7) -> tuple[str, pl.DataFrame]:
    name, content = INSTRUMENT.write(true, np.random.default_rng(seed))
    return name, pl.read_csv(io.BytesIO(content))


def trace(frame: pl.DataFrame, *, counters: bool = True) -> Trace:
    names = {"Test Time / s": "time_s", "Voltage / V": "voltage_v", "Current / A": "current_a"}
    names |= {"Cycle Count / 1": "cycle_index", "Step Index / 1": "step_index"}
    columns = {name: frame[heading].to_numpy().astype(float) for heading, name in names.items()}
    if counters:
        columns["charge_capacity_c"] = frame["Charging Capacity / Ah"].to_numpy() * 3600
        columns["discharge_capacity_c"] = frame["Discharging Capacity / Ah"].to_numpy() * 3600
    return Trace(columns, Source("cell.csv", "0" * 64, "test", len(frame)))


def found(one: Trace) -> dict[tuple[str, object], Finding]:
    given = {"cell": "half", "mass": MASS, "silicon_share": 1.0, "one_c": 3579 * MAH_G}
    got = TECHNIQUE.findings(TECHNIQUE.analyse(one, TECHNIQUE.specimen("", given)))
    return {(f.quantity, f.at.get("cycle")): f for f in got}


@pytest.mark.parametrize("counters", [True, False])
def test_capacities_come_back(counters: bool) -> None:
    _, frame = rehearsed(truth())
    got = found(trace(frame, counters=counters))
    for quantity, cycle, told in (
        ("first_lithiation_capacity", None, 3915),
        ("first_delithiation_capacity", None, 2820),
        ("delithiation_capacity", 200, 1881),
    ):
        assert got[quantity, cycle].value == pytest.approx(told * MAH_G, rel=1e-3)
    assert got["initial_coulombic_efficiency", None].value == pytest.approx(2820 / 3915, rel=2e-3)
    assert got["capacity_retention", 200].value == pytest.approx(1881 / 2820, rel=2e-3)
    assert got["cycle_count", None].value == 200
    assert got["cycle_count", None].status == "ok"
    assert got["c_rate", 1].value == pytest.approx(0.2, rel=1e-3)
    assert got["coulombic_efficiency", 150].value == pytest.approx(0.995, abs=1e-3)


def test_integral_agrees_with_the_counter_and_the_hold_is_found() -> None:
    _, frame = rehearsed(truth())
    result = TECHNIQUE.analyse(trace(frame), TECHNIQUE.specimen("", {"cell": "half"}))
    np.testing.assert_allclose(result.cycles.ratio, 1.0, atol=1e-3)
    assert result.cycles.held_share[::2] == pytest.approx(0.06, rel=0.05)
    assert not result.cycles.held_share[1::2].any()


def test_capacity_fades_smoothly_and_most_at_first() -> None:
    _, frame = rehearsed(truth(cycle_noise=0.0))
    result = TECHNIQUE.analyse(trace(frame), TECHNIQUE.specimen("", {"cell": "half"}))
    lost = -np.diff(result.cycles.charge_c[1::2])
    assert (lost > 0).all()
    assert (np.diff(lost) < 0).all()


def test_voltage_stays_in_the_window_and_looks_like_silicon() -> None:
    _, frame = rehearsed(truth(cycles=3))
    voltage = frame["Voltage / V"].to_numpy()
    assert 0.003 < voltage.min() < 0.007
    assert 1.49 < voltage.max() < 1.51
    first = frame.filter((pl.col("Cycle Count / 1") == 1) & (pl.col("Step Index / 1") == 1))["Voltage / V"]
    later = frame.filter((pl.col("Cycle Count / 1") == 3) & (pl.col("Step Index / 1") == 1))["Voltage / V"]
    back = frame.filter((pl.col("Cycle Count / 1") == 3) & (pl.col("Step Index / 1") == 4))["Voltage / V"]
    assert 0.09 < first.median() < 0.12
    assert later.median() > first.median()
    assert 0.3 < back.median() < 0.5


def test_the_file_is_small_marked_and_the_same_every_time() -> None:
    name, frame = rehearsed(truth())
    assert len(frame) < 12_000
    assert (frame[REHEARSED_MARK] == 1).all()
    assert name == "PAID-P_0.2C_cell-1.bdf.csv"
    assert INSTRUMENT.write(truth(), np.random.default_rng(7)) == INSTRUMENT.write(truth(), np.random.default_rng(7))
    assert not rehearsed(truth(cycles=2), 8)[1].equals(rehearsed(truth(cycles=2), 9)[1])


def test_a_binders_name_cannot_leave_the_folder() -> None:
    name, _ = rehearsed(truth(cycles=1, binder="../../<b>", specimen=2))
    assert "/" not in name
    assert not name.startswith(".")


def test_cells_differ_by_the_stated_spread() -> None:
    first = [
        TECHNIQUE.analyse(
            trace(rehearsed(truth(cycles=1, cell_spread=0.02), seed)[1]), TECHNIQUE.specimen("", {"cell": "half"})
        ).cycles.charge_c[0]
        for seed in range(40)
    ]
    assert np.std(first, ddof=1) / np.mean(first) == pytest.approx(0.02, rel=0.4)


def test_dead_cell_and_single_cycle() -> None:
    got = found(trace(rehearsed(truth(cycles=150, final_capacity=21 * MAH_G))[1]))
    assert got["delithiation_capacity", 150].value == pytest.approx(21 * MAH_G, rel=2e-3)
    one = found(trace(rehearsed(truth(cycles=1))[1]))
    assert one["delithiation_capacity", 1].value == pytest.approx(2820 * MAH_G, rel=1e-3)


@pytest.mark.parametrize("cycles", [0, -5, "many", None])
def test_conditions_that_make_no_sense(cycles: object) -> None:
    told = truth()
    with pytest.raises(MissingInput, match=r"'cycles' is not a positive number.*conditions ="):
        INSTRUMENT.write(Truth("PI", told.values, {"c_rate": 0.2, "cycles": cycles}), np.random.default_rng(1))


def test_needs_are_direct_and_every_default_has_a_reason() -> None:
    assert instruments()["cycling"] is INSTRUMENT
    needs = {need.name: need for need in INSTRUMENT.needs}
    asked = {need.quantity for need in INSTRUMENT.needs}
    assert not asked & {"initial_coulombic_efficiency", "capacity_retention"}
    assert all(need.why for need in INSTRUMENT.needs if need.default is not None)
    assert needs["final_capacity"].default is None
    assert needs["mass"].default is None
    assert not needs["mass"].quantity  # a claimed mass is a reagent's


def test_through_the_reader(tmp_path: Path) -> None:
    read_file = getattr(importlib.import_module("byssus.read"), "read_file", None)
    assert read_file is not None
    name, content = INSTRUMENT.write(truth(), np.random.default_rng(3))
    (tmp_path / name).write_bytes(content)
    (one,) = read_file(tmp_path / name)
    assert one.rehearsed
    got = found(one)
    assert got["first_lithiation_capacity", None].value == pytest.approx(3915 * MAH_G, rel=1e-3)
    assert got["capacity_retention", 200].value == pytest.approx(1881 / 2820, rel=2e-3)
