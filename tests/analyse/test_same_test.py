"""One cell in two files: exports, copies and cuts of a test, and cells that only look alike."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from byssus.analyse.same_test import same_test
from byssus.read import read_file
from byssus.trace import Source, Trace

SOURCE = Source("cell.csv", "0" * 64, "test", 0)


def cell(seed: int = 0, rows: int = 600) -> dict[str, np.ndarray]:
    """A cell that charges and discharges between voltage limits: noise, and steps that end when it says so."""
    rng = np.random.default_rng(seed)
    time = np.cumsum(np.full(rows, 30.0) + (np.arange(rows) % 60 == 0) * rng.uniform(0, 20, rows))
    along = np.abs((np.arange(rows) % 120) - 60) / 60
    volts = 3.0 + 1.1 * along + rng.normal(0, 3e-4, rows) + rng.normal(0, 3e-3)
    current = np.where(np.arange(rows) % 120 < 60, -1e-3, 1e-3)
    return {"time_s": time, "voltage_v": volts, "current_a": current}


def trace(columns: dict[str, np.ndarray]) -> Trace:
    return Trace(columns, SOURCE)


def rounded(columns: dict[str, np.ndarray], time: int, volts: int) -> dict[str, np.ndarray]:
    return columns | {"time_s": np.round(columns["time_s"], time), "voltage_v": np.round(columns["voltage_v"], volts)}


def rows_of(columns: dict[str, np.ndarray], rows: slice | np.ndarray) -> dict[str, np.ndarray]:
    return {name: values[rows] for name, values in columns.items()}


ONE = cell()
GAPS = np.delete(np.arange(600), [3, 77, 78, 401])
SAME = {
    "itself": ONE,
    "an export of 0.1 mV and whole seconds": rounded(ONE, 0, 4),
    "an export of 1 mV and hundredths": rounded(ONE, 2, 3),
    "single precision": ONE | {"voltage_v": ONE["voltage_v"].astype(np.float32).astype(float)},
    "current a thousand times too small": ONE | {"current_a": ONE["current_a"] / 1e3},
    "current with the other sign": ONE | {"current_a": -ONE["current_a"]},
    "millivolts": ONE | {"voltage_v": ONE["voltage_v"] * 1e3},
    "minutes": ONE | {"time_s": ONE["time_s"] / 60},
    "milliseconds": ONE | {"time_s": ONE["time_s"] * 1e3},
    "a clock that begins elsewhere": ONE | {"time_s": ONE["time_s"] + 1.7e9},
    "a copy taken while it ran": rows_of(ONE, slice(0, 250)),
    "rows left out": rows_of(rounded(ONE, 1, 4), GAPS),
    "rows left out, in hours": rows_of(ONE, GAPS) | {"time_s": ONE["time_s"][GAPS] / 3600},
    "rows left out, a clock from zero": rows_of(ONE, GAPS) | {"time_s": ONE["time_s"][GAPS] - ONE["time_s"][0]},
}
OTHER = {
    "another cell of the recipe": cell(1),
    "another cell, rounded to 1 mV": rounded(cell(2), 0, 3),
    "the same voltages at other times": ONE | {"time_s": ONE["time_s"] * 1.01},
    "the same times, 1 mV higher": ONE | {"voltage_v": ONE["voltage_v"] + 1e-3},
    "voltages in another order": ONE | {"voltage_v": ONE["voltage_v"][::-1]},
    "a few rows of it": rows_of(ONE, slice(0, 15)),
    "too coarse to tell": rounded(ONE, 0, 1),
    "no voltage": {"time_s": ONE["time_s"]},
    "voltage in words": ONE | {"voltage_v": ONE["voltage_v"].astype(str)},
    "no numbers": ONE | {"voltage_v": np.full(600, np.nan)},
    "what follows it": {n: v[300:] - (v[300] if n == "time_s" else 0) for n, v in ONE.items()},
}


@pytest.mark.parametrize("name", SAME)
def test_one_test_in_two_files(name: str) -> None:
    assert same_test(trace(ONE), trace(SAME[name]))
    assert same_test(trace(SAME[name]), trace(ONE))


@pytest.mark.parametrize("name", OTHER)
def test_another_cell_or_nothing_to_tell_by(name: str) -> None:
    first = rows_of(ONE, slice(0, 300)) if name == "what follows it" else ONE
    assert not same_test(trace(first), trace(OTHER[name]))
    assert not same_test(trace(OTHER[name]), trace(first))


def test_a_rest_at_one_voltage_is_every_cell_s() -> None:
    flat = ONE | {"voltage_v": np.full(600, 3.7)}
    assert not same_test(trace(flat), trace(flat))


def test_replicates_are_never_taken_for_one() -> None:
    cells = [trace(rounded(cell(seed), 0, 4)) for seed in range(12)]
    assert not any(same_test(a, b) for a, b in combinations(cells, 2))


def test_the_real_pairs_and_no_others(shared_data: Path) -> None:
    names = (
        "cycler_arbin_res/navani_arbin_example.res",
        "cycler_bdf/datalab_arbin_example.bdf.csv",
        "cycler_arbin_csv/rovi_arbin_example.csv",
        "cycler_arbin_res/20160805_test001_45_cc_01.res",
        "cycler_biologic/hybriddrt_CP_SSB.txt",
        "cycler_biologic/hybriddrt_CP_SSB.mpr",
        "cycler_neware/navani_test.nda",
        "cycler_neware/navani_test.ndax",
        "cycler_neware/fastnda_TestFile.nda.zip",
        "cycler_novonix/pyprobe_sample_data_novonix.csv",
    )
    traces = {name: read_file(shared_data / name)[0] for name in names}
    found = [{a, b} for (a, x), (b, y) in combinations(traces.items(), 2) if same_test(x, y)]
    assert found == [set(names[:2]), set(names[4:6])]


@pytest.mark.parametrize("seed", range(10))
def test_a_rounded_export_of_a_cell_at_low_voltage(seed: int) -> None:
    """A silicon half cell spends half of its rows near 0.1 V, where a millivolt is a per cent."""
    one = cell(seed)
    one["voltage_v"] = 0.0804 + 0.8 * np.maximum((one["voltage_v"] - 3.0) / 1.1 - 0.5, 0.0)
    one["voltage_v"] += 1e-3 * np.arange(600) / 600 + np.random.default_rng(seed).normal(0, 1e-5, 600)
    other = cell(seed + 100)
    other["voltage_v"] = 0.0804 + 0.8 * np.maximum((other["voltage_v"] - 3.0) / 1.1 - 0.5, 0.0)
    assert same_test(trace(one), trace(rounded(one, 2, 3)))
    assert not same_test(trace(one), trace(other))
