"""Parquet, BDF, spreadsheets, Zwick and packed files, written here so that the truth is known."""

from __future__ import annotations

import datetime as dt
import gzip
import resource
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import xlsxwriter

from byssus.errors import ReadError
from byssus.read import FORMATS, read_file
from byssus.trace import REHEARSED_MARK, Trace

PREFERRED = {
    "Test Time / s": "time_s",
    "Unix Time / s": "unix_time_s",
    "Voltage / V": "voltage_v",
    "Current / A": "current_a",
    "Cycle Count / 1": "cycle_index",
    "Step Index / 1": "step_index",
    "Charging Capacity / Ah": "charge_capacity_c",
    "Discharging Capacity / Ah": "discharge_capacity_c",
    "Ambient Temperature / degC": "temperature_k",
}
MACHINE = dict(
    zip(
        (
            "test_time_second", "unix_time_second", "voltage_volt", "current_ampere", "cycle_count", "step_index",
            "charging_capacity_ah", "discharging_capacity_ah", "ambient_temperature_celsius",
        ),
        PREFERRED.values(),
        strict=True,
    )
)  # fmt: skip


def cells(rows: int = 50) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(3)
    out = {name: rng.normal(size=rows) for name in PREFERRED.values()}
    return {**out, "time_s": np.arange(rows) * 1.5, "cycle_index": np.repeat([1, 2], rows // 2)}


def frame(names: dict[str, str], truth: dict[str, np.ndarray]) -> pl.DataFrame:
    return pl.DataFrame({heading: truth[name] for heading, name in names.items()} | {"Voltage": [9.0] * 50})


def agrees(trace: Trace, truth: dict[str, np.ndarray]) -> None:
    for name, values in truth.items():
        factor, offset = {"charge_capacity_c": (3600, 0), "discharge_capacity_c": (3600, 0)}.get(name, (1, 0))
        offset = 273.15 if name == "temperature_k" else offset
        np.testing.assert_array_equal(trace[name], values * factor + offset)


@pytest.mark.parametrize("names", [PREFERRED, MACHINE], ids=["preferred", "machine"])
@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_bdf(names: dict[str, str], form: str, tmp_path: Path) -> None:
    truth = cells()
    path = tmp_path / "cell.bdf"
    getattr(frame(names, truth), f"write_{form}")(path)
    (trace,) = read_file(path)
    agrees(trace, truth)
    assert trace.source.reader == "bdf"
    assert trace.metadata["counter_scope"] == "test"
    assert trace.metadata["unused_headings"] == ("Voltage",)
    assert trace.warnings == ()


def test_parquet_nulls_strings_and_marks(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    data = {"Time [s]": [1.0, None, 3.0], "Force [kN]": [1, 2, 3], "Sample": ["a", "b", "c"]}
    pl.DataFrame(data).write_parquet(path)
    (trace,) = read_file(path)
    np.testing.assert_array_equal(trace["time_s"], [1, np.nan, 3])
    assert list(trace["specimen"]) == ["a", "b", "c"]
    assert list(trace["force_n"]) == [1000, 2000, 3000]
    assert not trace.rehearsed
    pl.DataFrame({**data, "Sample": ["a", REHEARSED_MARK, "c"]}).write_parquet(path)
    assert read_file(path)[0].rehearsed
    pl.DataFrame({**data, REHEARSED_MARK: [1, 1, 1]}).write_parquet(path)
    assert read_file(path)[0].rehearsed
    pl.DataFrame(data).write_parquet(path, metadata={"maker": REHEARSED_MARK})
    assert read_file(path)[0].rehearsed


def test_a_cut_parquet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    frame(PREFERRED, cells()).write_parquet(path)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(ReadError, match="cut short"):
        read_file(path)


def book(path: Path, *sheets: list[list[object]]) -> Path:
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd hh:mm:ss"}) as held:
        for rows in sheets:
            sheet = held.add_worksheet()
            for index, row in enumerate(rows):
                sheet.write_row(index, 0, row)
    return path


TABLE: list[list[object]] = [["Time [s]", "Force [N]", "Weg [mm]"], [0, 1.5, 1], [0.5, 2.5, 2], [1, "", 3]]


def test_xlsx_below_a_preamble_with_units_row_and_notes(tmp_path: Path) -> None:
    rows = [
        ["Tensile test"],
        ["Width", 10, "mm"],
        [],
        ["Zeit", "Standardkraft", "Standardweg", "Probe"],
        ["s", "N", "mm", ""],
        [0, 1.5, 1, "A"],
        [0.5, "2,5", 2, "A"],
        [],
        ["broke in the clamp"],
    ]
    (trace,) = read_file(book(tmp_path / "a.xlsx", rows))
    assert list(trace["time_s"]) == [0, 0.5]
    assert list(trace["force_n"]) == [1.5, 2.5]
    assert list(trace["displacement_m"]) == [0.001, 0.002]
    assert list(trace["specimen"]) == ["A", "A"]
    assert trace.metadata["width_m"] == 0.01
    assert trace.warnings == ("1 rows of words below the table are left out",)


def test_xlsx_sheets_dates_and_blanks(tmp_path: Path) -> None:
    start = dt.datetime(2024, 3, 1, 12)
    second = [["Date Time", "Voltage(V)", "Current(mA)"], [start, 3, 1], [start + dt.timedelta(seconds=10), 3.1, 2]]
    path = book(tmp_path / "a.xlsx", [["notes"], ["nothing here"]], TABLE, second)
    force, cell = read_file(path)
    np.testing.assert_array_equal(force["force_n"], [1.5, 2.5, np.nan])
    assert list(cell["unix_time_s"]) == [1709294400.0, 1709294410.0]
    assert list(cell["current_a"]) == [0.001, 0.002]
    assert [t.metadata["preamble"]["sheet"] for t in (force, cell)] == ["Sheet2", "Sheet3"]


def test_xlsx_mark_map_and_faults(tmp_path: Path) -> None:
    assert read_file(book(tmp_path / "a.xlsx", [[REHEARSED_MARK], *TABLE]))[0].rehearsed
    plain = book(tmp_path / "b.xlsx", [["a", "b"], [1, 2], [2, 3]])
    with pytest.raises(ReadError, match=r"study\.toml"):
        read_file(plain)
    (trace,) = read_file(plain, columns={"time_s": "a [s]", "force_n": "b [kN]"})
    assert list(trace["force_n"]) == [2000, 3000]
    with pytest.raises(ReadError, match="no sheet holds a table"):
        read_file(book(tmp_path / "c.xlsx", []))


def test_zwick_in_german(tmp_path: Path) -> None:
    header = '"Probendicke";1,5;"mm"\r\n"Probenbreite";4,89;"mm"\r\n"Prüfer";"X"\r\n"Kraftaufnehmer";""\r\n'
    data = "2,5;1190,56;0,25;103,5\r\n2,6;1190,60;0,30;104,5\r\n"
    text = header + '"Prüfzeit";"Traverse absolut";"Standardweg";"Standardkraft"\r\n"s";"mm";"mm";"N"\r\n' + data
    path = tmp_path / "a.txt"
    path.write_bytes(text.encode("cp1252"))
    (trace,) = read_file(path)
    assert trace.source.reader == "zwick"
    assert list(trace["force_n"]) == [103.5, 104.5]
    np.testing.assert_allclose(trace["displacement_m"], [0.25e-3, 0.30e-3], rtol=1e-15)
    assert (trace.metadata["thickness_m"], trace.metadata["width_m"]) == (0.0015, 0.00489)


@pytest.mark.parametrize("packing", ["zip", "gz"])
def test_one_packed_file_reads_as_if_it_were_not(packing: str, tmp_path: Path) -> None:
    text = b"Time [s],Force [N]\n1,2\n2,3\n"
    path = tmp_path / "a.dat"
    if packing == "gz":
        path.write_bytes(gzip.compress(text))
    else:
        with zipfile.ZipFile(path, "w") as held:
            held.writestr("deep/inner.csv", text)
    (trace,) = read_file(path)
    assert list(trace["force_n"]) == [2, 3]
    assert trace.source.path == str(path)


def test_formats_are_described() -> None:
    assert {"bdf", "neware", "zwick", "delimited", "xlsx"} <= set(FORMATS)
    assert all(text.endswith(".") and "\n" not in text for text in FORMATS.values())


def test_the_import_is_late() -> None:
    late = ("polars", "fastnda", "python_calamine", "pint")
    code = f"import sys, byssus.read; print([m for m in {late} if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_large_file_is_quick_and_light(form: str, tmp_path: Path) -> None:
    rows = 300_000
    rng = np.random.default_rng(5)
    truth = {name: rng.normal(size=rows) for name in PREFERRED.values()} | {"time_s": np.arange(rows) * 1.0}
    path = tmp_path / "a"
    getattr(pl.DataFrame({h: truth[n] for h, n in PREFERRED.items()}), f"write_{form}")(path)
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    (trace,) = read_file(path)
    assert time.process_time() - start < 4  # takes about 0.3 s; a row loop takes longer than 4
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400_000  # kB
    agrees(trace, truth)
