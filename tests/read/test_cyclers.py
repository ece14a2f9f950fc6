"""Every cycler file under shared/ is read and gives what the manifest states, whoever reads it.

The expected numbers come from MANIFEST.csv itself, in the order they stand there.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from byssus.analyse import cycling
from byssus.read import FORMATS, read_file
from byssus.trace import Trace

MAH, AH = 3.6, 3600.0  # coulombs
Values = list[float]


class File:
    """A file with what is asked of it, each read once."""

    def __init__(self, path: Path, folder: Path) -> None:
        self.path, self.folder = path, folder
        self.trace: Trace = read_file(path)[0]

    def beside(self, name: str) -> Trace:
        return read_file(self.folder / name)[0]

    @property
    def result(self) -> cycling.CyclingResult:
        return cycling.analyse(self.trace, cycling.TECHNIQUE.specimen("a", {}))

    def charges(self, sign: int, unit: float = MAH) -> np.ndarray:
        cycles = self.result.cycles
        return cycles.charge_c[cycles.halves.sign == sign] / unit

    def cycles(self) -> float:
        """Whole cycles by the current, and those begun and not finished."""
        found = self.result.cycles
        return found.whole + found.odd + found.opening

    def numbered(self) -> float:
        """Cycles by the tester's own numbers."""
        return len(np.unique(self.trace["cycle_index"]))

    def counted(self, column: str, cycle: int, unit: float) -> float:
        values = self.trace[column][self.trace["cycle_index"] == cycle]
        return float(values.max() - values.min()) / unit

    @property
    def volts(self) -> Values:
        return [float(self.trace["voltage_v"].min()), float(self.trace["voltage_v"].max())]


def long_res(f: File) -> list[Values]:
    up, down = f.charges(-1)[0], f.charges(1)[0]
    return [[f.numbered()], [f.trace.metadata["mass_kg"] * 1e6], [up], [down], [100 * down / up], f.volts]


def workbook(f: File) -> list[Values]:
    up, down = f.charges(-1).sum(), f.charges(1).sum()
    return [[len(f.trace)], [up], [down], [down / up]]


def ratio(f: File) -> list[Values]:
    other = f.beside("cycler_arbin_res/navani_arbin_example.res")
    flowing = other["current_a"] != 0
    return [[len(f.trace)], [float(np.median(f.trace["current_a"][flowing] / other["current_a"][flowing]))]]


def steps(f: File) -> list[Values]:
    changed = (np.diff(f.trace["step_index"]) != 0) | (np.diff(f.trace["cycle_index"]) != 0)
    first = f.trace["cycle_index"] == 1
    ends = [f.trace["capacity_c"][first & (np.sign(f.trace["current_a"]) == s)].max() / AH for s in (1, -1)]
    return [[f.result.cycles.whole], [np.count_nonzero(changed)], [len(f.trace)], ends]


def rows(f: File) -> list[Values]:
    return [[len(f.trace)]]


MEASURED: dict[str, Callable[[File], list[Values]]] = {
    "cycler_arbin_csv/rovi_arbin_example.csv": lambda f: [[len(f.trace)], [f.cycles()]],
    "cycler_arbin_res/20160805_test001_45_cc_01.res": long_res,
    "cycler_arbin_res/bdf_mits7-0.res.gz": rows,
    "cycler_arbin_res/navani_arbin_example.res": lambda f: [
        [len(f.trace)], [f.numbered()], [f.charges(-1)[0], f.charges(1)[0]],
    ],
    "cycler_arbin_xlsx/bs542_004_gr_li_50ua_50mv_1v_191020_Channel_11.xlsx": workbook,
    "cycler_basytec/pyprobe_sample_data_basytec.txt": rows,
    "cycler_bdf/datalab_arbin_example.bdf.csv": ratio,
    "cycler_biologic/cellpy_biol.mpr": rows,
    "cycler_biologic/hybriddrt_CP_SSB.mpr": rows,
    "cycler_biologic/hybriddrt_CP_SSB.txt": rows,  # its voltages: see the test of the pair below
    "cycler_biologic/navani_00_test_04_MB_C01.mpr": rows,
    "cycler_csv/rovi_p492-13-raw.csv": lambda f: [
        [len(f.trace)], [f.numbered()], [f.counted(c, 2, AH) for c in ("charge_capacity_c", "discharge_capacity_c")],
    ],
    "cycler_neware/fastnda_46_1_5_60_bts16.ndax": lambda f: [[len(f.trace)], [f.charges(1)[0]], [f.charges(-1)[0]]],
    "cycler_neware/fastnda_TESTCELL0001-B2-2025-M50T_NewareNDA_Investigation.ndax": lambda f: [
        [len(f.trace)], [f.numbered()], [f.cycles()], [f.charges(-1)[0]], [f.charges(-1)[-1]],
    ],
    "cycler_neware/fastnda_TestFile.nda.zip": lambda f: [
        [len(f.trace)], [f.cycles()], [f.counted("discharge_capacity_c", c, MAH) for c in (1, 2)],
    ],
    "cycler_neware/fastnda_test_2.ndax": lambda f: [
        [len(f.trace)], [f.cycles()], list(f.charges(-1)[[0, 1, 2, 5]]),
    ],
    "cycler_neware/navani_test.nda": lambda f: [[len(f.trace)], [f.cycles()]],
    "cycler_neware/navani_test.ndax": lambda f: [
        [len(f.trace)], [f.cycles()], [f.trace[c].max() / MAH for c in ("charge_capacity_c", "discharge_capacity_c")],
    ],
    "cycler_neware/nw_regular_export_ife_example.csv": steps,
    "cycler_novonix/pyprobe_sample_data_novonix.csv": lambda f: [[len(f.trace)], f.volts],
}  # fmt: skip


@cache
def manifest(folder: Path) -> dict[str, list[list[str]]]:
    """Every cycler file's expected values as printed: one list for each quantity."""
    with (folder / "MANIFEST.csv").open(newline="", encoding="utf-8") as handle:
        held = [row for row in csv.DictReader(handle) if row["file"].startswith("cycler_")]
    number = re.compile(r"\d+(?:\.\d+)?(?:e-?\d+)?")
    return {row["file"]: [number.findall(part) for part in row["expected_value"].split("|")] for row in held}


def last_place(printed: str) -> float:
    """One unit in the last place of a number as printed (some are cut there, not rounded); nothing for a count."""
    mantissa, _, power = printed.partition("e")
    digits = len(mantissa.partition(".")[2])
    return 10.0 ** (int(power or 0) - digits) if digits or power else 0.0


def pairs(expected: list[list[str]], measured: list[Values]) -> Iterator[tuple[str, float]]:
    for printed, values in zip(expected, measured, strict=False):
        yield from zip(printed, values, strict=True)


@pytest.mark.parametrize("name", MEASURED)
def test_the_manifest_s_values(name: str, shared_data: Path) -> None:
    file = File(shared_data / name, shared_data)
    assert file.trace.source.reader.split()[0] in FORMATS
    assert {"time_s", "voltage_v", "current_a"} <= set(file.trace.columns)
    assert not file.trace.rehearsed
    expected, measured = manifest(shared_data)[name], MEASURED[name](file)
    assert len(measured) == len(expected) or name.endswith("CP_SSB.txt")
    for printed, value in pairs(expected, measured):
        assert value == pytest.approx(float(printed), rel=1e-9, abs=last_place(printed)), printed


def test_no_cycler_file_is_left_out(shared_data: Path) -> None:
    there = {str(p.relative_to(shared_data)) for p in shared_data.glob("cycler_*/*") if p.is_file()}
    assert there == set(MEASURED) == set(manifest(shared_data))


def test_binary_and_text_of_one_test_differ_by_the_text_s_rounding(shared_data: Path) -> None:
    binary, text = (
        File(shared_data / f"cycler_biologic/hybriddrt_CP_SSB.{s}", shared_data).trace for s in ("mpr", "txt")
    )
    (_, (bound,)) = manifest(shared_data)["cycler_biologic/hybriddrt_CP_SSB.txt"]
    # the manifest states the largest difference as it is rounded there: 5e-8 V
    assert np.abs(binary["voltage_v"] - text["voltage_v"]).max() < float(bound) + last_place(bound) / 2
    np.testing.assert_allclose(binary["time_s"], text["time_s"], rtol=0, atol=1e-9)
