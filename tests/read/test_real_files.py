"""Every reader against real instrument files, with the values their manifest states."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from byssus.errors import AnalysisError, ReadError
from byssus.read import FORMATS, read_file
from byssus.trace import Trace

MAH = 3.6  # coulombs


def one(path: Path) -> Trace:
    (trace,) = read_file(path)
    return trace


ROWS = {
    "cycler_arbin_csv/rovi_arbin_example.csv": ("delimited (arbin)", 2142, 2),
    "cycler_arbin_xlsx/bs542_004_gr_li_50ua_50mv_1v_191020_Channel_11.xlsx": ("xlsx", 4526, 1),
    "cycler_basytec/pyprobe_sample_data_basytec.txt": ("delimited (basytec)", 74, 2),
    "cycler_bdf/datalab_arbin_example.bdf.csv": ("bdf", 2150, 4),
    "cycler_csv/rovi_p492-13-raw.csv": ("delimited", 2021, 9),
    "cycler_neware/fastnda_46_1_5_60_bts16.ndax": ("neware", 84, 1),
    "cycler_neware/fastnda_TESTCELL0001-B2-2025-M50T_NewareNDA_Investigation.ndax": ("neware", 77745, 7),
    "cycler_neware/fastnda_TestFile.nda.zip": ("neware", 6670, 3),
    "cycler_neware/fastnda_test_2.ndax": ("neware", 108563, 44),
    "cycler_neware/navani_test.nda": ("neware", 439, 1),
    "cycler_neware/navani_test.ndax": ("neware", 1464, 1),
    "cycler_neware/nw_regular_export_ife_example.csv": ("neware-csv", 9295, 20),
    "cycler_novonix/pyprobe_sample_data_novonix.csv": ("delimited (novonix)", 207, 1),
}


@pytest.mark.parametrize("name", ROWS)
def test_cycler_files(name: str, shared_data: Path) -> None:
    reader, rows, cycles = ROWS[name]
    trace = read_file(shared_data / name)[0]  # the spectra of rovi_p492-13-raw.csv come after its record
    assert (trace.source.reader, trace.source.rows, len(trace)) == (reader, rows, rows)
    # the tester's own cycle numbers; BaSyTec starts counting within the first step, BDF from zero
    assert len(np.unique(trace["cycle_index"])) >= cycles - (name.endswith("bdf.csv"))
    assert {"time_s", "voltage_v", "current_a"} <= set(trace.columns)
    assert trace.source.reader.split()[0] in FORMATS
    assert not trace.rehearsed


def test_every_hash_is_the_manifest_s(shared_data: Path) -> None:
    with (shared_data / "MANIFEST.csv").open(newline="", encoding="utf-8") as handle:
        known = {row["file"]: row["sha256"] for row in csv.DictReader(handle)}
    for name in ("cycler_neware/fastnda_TestFile.nda.zip", "tensile/zwick_Invar_LT_05_01.TRA"):
        assert one(shared_data / name).source.sha256 == known[name]


def test_zwick_strength_and_header(shared_data: Path) -> None:
    trace = one(shared_data / "tensile/zwick_Invar_LT_05_01.TRA")
    assert trace.source.reader == "zwick"
    assert len(trace) == 5336
    header = {k: trace.metadata[k] for k in ("area_m2", "gauge_length_m", "width_m", "thickness_m")}
    assert header == {"area_m2": 7.335e-6, "gauge_length_m": 0.03, "width_m": 4.89e-3, "thickness_m": 1.5e-3}
    assert trace["force_n"].max() / header["area_m2"] == pytest.approx(1009.85e6, rel=1e-5)


def test_neware_agrees_with_the_tester_s_own_export(shared_data: Path) -> None:
    trace = one(shared_data / "cycler_neware/fastnda_test_2.ndax")
    export = pl.read_parquet(shared_data / "reference/fastnda_test_2.parquet")
    # the export rounds to 0.1 mV and 1 µA, in single precision
    assert np.abs(trace["voltage_v"] - export["Voltage(mV)"].to_numpy() / 1e3).max() <= 0.0501e-3
    np.testing.assert_allclose(trace["current_a"], export["Current(uA)"].to_numpy() / 1e6, rtol=0, atol=0.501e-6)
    np.testing.assert_array_equal(trace["step_time_s"], export["Time"].to_numpy())
    assert trace.metadata["counter_scope"] == "step"


def test_neware_first_discharge_capacity(shared_data: Path) -> None:
    trace = one(shared_data / "cycler_neware/fastnda_test_2.ndax")
    first = trace["discharge_capacity_c"][trace["cycle_index"] == 1]
    assert first.max() / MAH == pytest.approx(0.10059, abs=5e-6)


@pytest.mark.parametrize(
    ("name", "charge_mah", "discharge_mah"),
    [("fastnda_46_1_5_60_bts16.ndax", 16.6815, 16.6408), ("navani_test.ndax", 0.59303, 0.62545)],
)
def test_neware_counters(name: str, charge_mah: float, discharge_mah: float, shared_data: Path) -> None:
    trace = one(shared_data / "cycler_neware" / name)
    assert trace["charge_capacity_c"].max() / MAH == pytest.approx(charge_mah, rel=2e-5)
    assert trace["discharge_capacity_c"].max() / MAH == pytest.approx(discharge_mah, rel=2e-5)
    assert trace["current_a"][np.argmax(trace["charge_capacity_c"])] > 0


def test_neware_report(shared_data: Path) -> None:
    trace = one(shared_data / "cycler_neware/nw_regular_export_ife_example.csv")
    steps = 1 + np.count_nonzero(np.diff(trace["step_index"]) + 100 * np.diff(trace["cycle_index"]))
    assert steps == 81  # 80 rows of their own, and the first step on the first cycle's row
    first = trace["cycle_index"] == 1
    for sign, expected in ((1, 0.02256), (-1, 0.33067)):
        counted = trace["capacity_c"][first & (np.sign(trace["current_a"]) == sign)].max() / 3600
        assert counted == pytest.approx(expected, abs=6e-6)


def test_arbin_xlsx_counters(shared_data: Path) -> None:
    trace = one(next((shared_data / "cycler_arbin_xlsx").glob("*.xlsx")))
    assert trace["discharge_capacity_c"].max() / MAH == pytest.approx(11.055, abs=6e-4)
    assert trace["charge_capacity_c"].max() / MAH == pytest.approx(5.703, abs=6e-4)


def test_bdf_reads_its_own_names_and_the_testers_own_counters(shared_data: Path) -> None:
    trace = one(shared_data / "cycler_bdf/datalab_arbin_example.bdf.csv")
    assert trace.metadata["headings"]["time_s"] == "Test Time / s"
    assert trace.metadata["headings"]["current_a"] == "Current / A"
    assert trace.metadata["headings"]["charge_capacity_c"] == "Charge_Capacity"
    # its converted columns are a thousand times too small; what the tester counted is not
    assert trace["discharge_capacity_c"].max() / MAH == pytest.approx(0.47516, rel=1e-4)


def test_unit_suffixes(shared_data: Path) -> None:
    trace, spectrum = read_file(shared_data / "cycler_csv/rovi_p492-13-raw.csv")
    second = trace["cycle_index"] == 2
    assert trace["charge_capacity_c"][second].max() / 3600 == pytest.approx(0.021870, abs=5e-7)
    assert trace["discharge_capacity_c"][second].max() / 3600 == pytest.approx(0.021738, abs=5e-7)
    assert 295 < np.nanmean(trace["temperature_k"]) < 310
    assert (len(spectrum), spectrum["frequency_hz"].max(), spectrum["frequency_hz"].min()) == (78, 5e5, 0.01)
    assert "frequency_hz" not in trace


def test_novonix(shared_data: Path) -> None:
    trace = one(shared_data / "cycler_novonix/pyprobe_sample_data_novonix.csv")
    assert trace["voltage_v"].min() == pytest.approx(3.84318, abs=5e-6)
    assert trace["voltage_v"].max() == pytest.approx(4.12865, abs=5e-6)


def test_ec_lab_text(shared_data: Path) -> None:
    trace = one(shared_data / "cycler_biologic/hybriddrt_CP_SSB.txt")
    assert len(trace) == 30208
    assert trace["voltage_v"][0] == 2.9231520
    assert trace["current_a"][0] == pytest.approx(-1.9306810e-8)


def test_the_name_of_a_file_decides_nothing(shared_data: Path, tmp_path: Path) -> None:
    for name, copy in (("cycler_neware/navani_test.ndax", "a.csv"), ("tensile/zwick_Invar_LT_05_01.TRA", "b.xlsx")):
        data = (shared_data / name).read_bytes()
        (tmp_path / copy).write_bytes(data)
        renamed, original = one(tmp_path / copy), one(shared_data / name)
        assert renamed.source.reader == original.source.reader
        assert renamed.source.sha256 == hashlib.sha256(data).hexdigest()
        np.testing.assert_array_equal(renamed["time_s"], original["time_s"])


def test_a_picture_where_a_cell_was_expected_says_what_it_is(shared_data: Path) -> None:
    trace = one(shared_data / "sem/thermofisher_SEM_Image-SliceImage-001.tif")
    with pytest.raises(AnalysisError, match="this is a picture"):
        trace["voltage_v"]


def test_no_shared_file_raises_anything_but_a_read_error(shared_data: Path) -> None:
    for path in sorted(p for p in shared_data.rglob("*") if p.is_file()):
        try:
            traces = read_file(path)
        except ReadError:
            continue
        assert all(len(trace) for trace in traces)
