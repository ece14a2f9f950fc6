"""The virtual rate test: what it is told is what its file gives back."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from byssus.analyse.rate.technique import TECHNIQUE
from byssus.errors import MissingInput
from byssus.findings import Finding
from byssus.read import read_file
from byssus.rehearse.instrument import Truth, instruments
from byssus.rehearse.rate import INSTRUMENT
from byssus.trace import REHEARSED_MARK, Trace

MAH_G = 3600.0  # C/kg


def truth(**values: float) -> Truth:
    given = {need.name: need.default for need in INSTRUMENT.needs if need.default is not None}
    given |= {
        "first_lithiation_capacity": 3915 * MAH_G,
        "first_delithiation_capacity": 2820 * MAH_G,
        "fast_capacity": 1074 * MAH_G,
        "mass": 0.55e-6,
        "cell_spread": 0.0,
        **values,
    }
    return Truth("PAID-P", given, {})


def analysed(told: Truth, folder: Path, seed: int = 1) -> tuple[Trace, tuple[Finding, ...]]:
    name, content = INSTRUMENT.write(told, np.random.default_rng(seed))
    (folder / name).write_bytes(content)
    (trace,) = read_file(folder / name)
    known = {"cell": "half", **{k: told[k] for k in ("mass", "silicon_share", "one_c")}}
    return trace, TECHNIQUE.findings(TECHNIQUE.analyse(trace, TECHNIQUE.specimen("c", known)))


def value(findings: tuple[Finding, ...], quantity: str, **at: object) -> float:
    (hit,) = [f for f in findings if f.quantity == quantity and dict(f.at) == at]
    assert hit.value is not None
    return hit.value


@pytest.mark.parametrize("fast", [21.0, 702.0, 1074.0])
def test_what_is_printed_comes_back_through_reader_and_analysis(tmp_path: Path, fast: float) -> None:
    trace, got = analysed(truth(fast_capacity=fast * MAH_G), tmp_path)
    assert trace.rehearsed
    assert value(got, "delithiation_capacity", c_rate=15.0) == pytest.approx(fast * MAH_G, rel=3e-3)
    assert value(got, "rate_recovery", c_rate=0.2) == pytest.approx(0.95, rel=2e-3)
    means = [f for f in got if f.quantity == "delithiation_capacity" and "cycle" not in f.at and "block" not in f.at]
    assert [f.at["c_rate"] for f in means] == [0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0]
    assert (np.diff([f.value for f in means if f.value is not None]) < 0).all()
    assert value(got, "cycle_count") == 40.0


def test_the_first_cycle_is_the_printed_one(tmp_path: Path) -> None:
    told = truth(cycle_noise=0.0, current_noise=0.0, cycles_per_rate=1.0)
    _, got = analysed(told, tmp_path)
    assert value(got, "delithiation_capacity", c_rate=0.2) == pytest.approx(2820 * MAH_G, rel=1e-3)
    assert value(got, "lithiation_capacity", c_rate=0.2) == pytest.approx(3915 * MAH_G, rel=1e-3)


def test_each_block_runs_at_its_rate_and_counter_and_integral_agree(tmp_path: Path) -> None:
    _, got = analysed(truth(), tmp_path)
    rates = {f.at["block"]: f.value for f in got if f.quantity == "c_rate" and f.at["half"] == "delithiation"}
    assert rates == pytest.approx(dict(enumerate((0.2, 0.5, 1, 2, 5, 10, 15, 0.2), 1)), rel=1e-3)
    assert value(got, "counter_ratio") == pytest.approx(1.0, abs=1e-3)


def test_another_highest_rate_and_another_recovery(tmp_path: Path) -> None:
    _, got = analysed(truth(c_rate=5.0, recovery=0.8, cycles_per_rate=3.0), tmp_path)
    assert value(got, "delithiation_capacity", c_rate=5.0) == pytest.approx(1074 * MAH_G, rel=3e-3)
    assert value(got, "rate_recovery", c_rate=0.2) == pytest.approx(0.8, rel=3e-3)


def test_the_file_is_marked_small_and_the_same_every_time() -> None:
    name, content = INSTRUMENT.write(truth(), np.random.default_rng(7))
    assert name == "PAID-P_rate-to-15C_cell-1.bdf.csv"
    assert (name, content) == INSTRUMENT.write(truth(), np.random.default_rng(7))
    frame = pl.read_csv(io.BytesIO(content))
    assert (frame[REHEARSED_MARK] == 1).all()
    assert len(frame) < 8000
    assert 0.0 < frame["Voltage / V"].min() < 0.01
    assert 1.49 < frame["Voltage / V"].max() < 1.51


def test_faster_is_more_polarised() -> None:
    _, content = INSTRUMENT.write(truth(), np.random.default_rng(7))
    frame = pl.read_csv(io.BytesIO(content)).filter(pl.col("Step Index / 1") == 4)
    slow, fast = (frame.filter(pl.col("Cycle Count / 1") == cycle)["Voltage / V"].median() for cycle in (5, 33))
    assert fast > slow + 0.05


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"c_rate": 0.1}, "make no rate test"),
        ({"cycles_per_rate": 0.2}, "make no rate test"),
        ({"fast_capacity": 3000 * MAH_G}, "no law of capacity against rate"),
        ({"fast_capacity": 0.1 * MAH_G}, "no law of capacity against rate.*rate_exponent"),
    ],
)
def test_a_truth_that_makes_no_rate_test(values: dict[str, float], message: str) -> None:
    with pytest.raises(MissingInput, match=message):
        INSTRUMENT.write(truth(**values), np.random.default_rng(1))


def test_needs_are_direct_and_every_default_has_a_reason() -> None:
    assert instruments()["rate"] is INSTRUMENT
    needs = {need.name: need for need in INSTRUMENT.needs}
    assert all(need.why for need in needs.values() if need.default is not None)
    assert needs["fast_capacity"].default is None
    assert not {need.quantity for need in needs.values()} & {"rate_recovery", "rate_retention"}
