"""Arbin .res: real files point by point against other readers, and small databases of which every byte is known."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import samples_access as samples

from byssus.analyse import cycling
from byssus.errors import ReadError
from byssus.read import read_file
from byssus.trace import REHEARSED_MARK, Trace

MAH = 3.6  # coulombs
PAGE = 4096
LONG = "20160805_test001_45_cc_01.res"

ROWS = [(60.0 * n, 3.0 + n / 128, 0.25 if n < 90 else -0.25, 1, 1 + (n >= 90)) for n in range(180)]
COLUMNS = [("Test_ID", 4), ("Data_Point", 4), ("Test_Time", 7), ("Current", 6), ("Voltage", 6)]


def records(rows: list[tuple[object, ...]], **tables: object) -> bytes:
    made: bytes = samples.jet_file({"Channel_Normal_Table": (COLUMNS, rows), **tables})
    return made


def written(folder: Path, data: bytes | bytearray) -> Path:
    path = folder / "cell.res"
    path.write_bytes(data)
    return path


def one(path: Path) -> Trace:
    (trace,) = read_file(path)
    return trace


def data_pages(data: bytes, owner: int) -> list[int]:
    heads = range(0, len(data), PAGE)
    return [at for at in heads if data[at] == 1 and struct.unpack_from("<I", data, at + 4)[0] == owner]


def analysed(path: Path) -> cycling.CyclingResult:
    technique = cycling.TECHNIQUE
    return cycling.analyse(one(path), technique.specimen("a", {"cell": "half"}))


# ---- exact truth -----------------------------------------------------------------------------------------------


def test_a_database_written_by_hand(tmp_path: Path) -> None:
    trace = one(written(tmp_path, samples.res_file(ROWS)))
    assert trace.source.reader == "arbin-res"
    assert trace.warnings == ()
    expected = np.array(ROWS)
    for name, values in zip(("time_s", "voltage_v", "current_a", "cycle_index", "step_index"), expected.T, strict=True):
        np.testing.assert_array_equal(trace[name], values)  # eighths are exact in single precision
    up = np.cumsum(np.maximum(expected[:, 2], 0) * 60 / 3600)
    np.testing.assert_array_equal(trace["charge_capacity_c"], up * 3600)
    # 45000 days after 1899-12-30 is 2023-03-15
    np.testing.assert_allclose(trace["unix_time_s"][[0, 100]], 1678838400 + np.array([0, 6000]), rtol=0, atol=1e-3)
    assert trace.metadata["mass_kg"] == 5e-7
    assert trace.metadata["preamble"]["start_time"] == "2023-03-15 00:00:00"
    assert trace.metadata["preamble"]["Test_Name"] == "cell A"
    assert not trace.rehearsed


def test_rows_come_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    order = np.random.default_rng(2).permutation(200)
    rows = [(1, int(n) + 1, 10.0 * n, 0.5, 3.25) for n in order]
    trace = one(written(tmp_path, records(rows)))
    np.testing.assert_array_equal(trace["time_s"], 10.0 * np.arange(200))
    assert trace.warnings == ()


def test_every_test_of_a_file_is_a_trace_of_its_own(tmp_path: Path) -> None:
    rows = [(t, n + 1, float(n), 0.5 * t, 3.0 + t) for n in range(30) for t in (1, 2)]
    about = ([("Test_ID", 4), ("MASS", 6), ("Test_Name", 10)], [(2, 0.25, "second"), (1, 0.0, "first")])
    traces = read_file(written(tmp_path, records(rows, Global_Table=about)))
    assert [len(t) for t in traces] == [30, 30]
    assert [t["voltage_v"][0] for t in traces] == [4.0, 5.0]
    assert [t.metadata["preamble"]["Test_Name"] for t in traces] == ["first", "second"]
    assert [t.metadata.get("mass_kg") for t in traces] == [None, 2.5e-4]  # a mass of zero is one not given
    assert all("2 tests" in t.warnings[0] for t in traces)


def test_rows_deleted_moved_or_null(tmp_path: Path) -> None:
    data = bytearray(records([(1, n + 1, float(n), 0.5, 3.25) for n in range(300)]))
    first, second = data_pages(data, 3)[:2]
    data[first + 14 + 2 * 4 + 1] |= 0x80  # the fifth row is deleted
    # the seventh has moved: its place points to row 1 of the next page, which only that pointer reaches
    place = struct.unpack_from("<H", data, first + 14 + 2 * 6)[0]
    struct.pack_into("<I", data, first + place, (second // PAGE) << 8 | 1)
    data[first + 14 + 2 * 6 + 1] |= 0x40
    data[second + 14 + 2 * 1 + 1] |= 0x80
    # the last byte of the first row is its null mask; bit 4 is the fifth column, the voltage
    data[first + PAGE - 1] &= ~(1 << 4)
    struct.pack_into("<I", data, 3 * PAGE + 16, 298)  # the table's own count
    trace = one(written(tmp_path, data))
    counted = struct.unpack_from("<H", data, first + 12)[0]
    expected = [float(n) for n in range(300) if n not in (4, 6)]
    assert counted > 7
    np.testing.assert_array_equal(trace["time_s"], expected)
    assert np.isnan(trace["voltage_v"][0])
    assert len(trace.warnings) == 1
    assert "1 of 298 rows have no number in voltage_v" in trace.warnings[0]


def test_a_usage_map_on_a_page_of_its_own(tmp_path: Path) -> None:
    """Large files list their pages on map pages: here bit n of one of them is page n."""
    data = bytearray(records([(1, n + 1, float(n), 0.5, 3.25) for n in range(300)]))
    own = data_pages(data, 3)
    bits = bytearray(PAGE - 4)
    for at in own:
        bits[at // PAGE // 8] |= 1 << (at // PAGE % 8)
    new = len(data) // PAGE
    place = struct.unpack_from("<H", data, PAGE + 14 + 2)[0]  # the second map of page 1 is the table's
    data[PAGE + place : PAGE + place + 69] = (b"\x01" + struct.pack("<I", new)).ljust(69, b"\0")
    trace = one(written(tmp_path, data + b"\x05\x01\0\0" + bits))
    np.testing.assert_array_equal(trace["time_s"], np.arange(300.0))
    assert trace.warnings == ()


def test_the_mark_of_a_rehearsal(tmp_path: Path) -> None:
    about = ([("Test_ID", 4), ("Comments", 10)], [(1, f"by {REHEARSED_MARK}")])
    assert one(written(tmp_path, records([(1, 1, 0.0, 0.5, 3.0)], Global_Table=about))).rehearsed


# ---- real files ------------------------------------------------------------------------------------------------


def test_the_long_file_agrees_with_cellpy_point_by_point(shared_data: Path) -> None:
    trace = one(shared_data / "cycler_arbin_res" / LONG)
    golden = pl.read_parquet(shared_data / "reference/cellpy_golden_test001_45_raw.parquet")
    assert len(trace) == len(golden) == 10261
    for name, theirs, factor in (
        ("time_s", "test_time", 1),
        ("step_time_s", "step_time", 1),
        ("voltage_v", "voltage", 1),
        ("current_a", "current", 1),
        ("charge_capacity_c", "charge_capacity", 3600),
        ("discharge_capacity_c", "discharge_capacity", 3600),
        ("cycle_index", "cycle_index", 1),
        ("step_index", "step_index", 1),
    ):
        np.testing.assert_allclose(trace[name], golden[theirs].to_numpy() * factor, rtol=1e-12, atol=0, err_msg=name)


def test_the_long_file_s_manifest_values(shared_data: Path) -> None:
    path = shared_data / "cycler_arbin_res" / LONG
    trace = one(path)
    assert trace.metadata["mass_kg"] == pytest.approx(0.85284e-6, abs=5e-12)
    assert trace["voltage_v"].min() == pytest.approx(0.0499, abs=5e-5)
    assert trace["voltage_v"].max() == pytest.approx(3.1167, abs=5e-5)
    assert len(np.unique(trace["cycle_index"])) == 18
    cycles = analysed(path).cycles
    lithiated, delithiated = cycles.charge_c[0::2] / MAH, cycles.charge_c[1::2] / MAH
    assert lithiated[0] == pytest.approx(1.7551, abs=5e-5)
    assert delithiated[0] == pytest.approx(1.6254, abs=5e-5)
    assert 100 * delithiated[0] / lithiated[0] == pytest.approx(92.61, abs=5e-3)
    # as this cell takes up less than it gives back, a reader that swapped the two would go unseen in cycle 1 only
    shares = delithiated[1:3] / lithiated[1:3]
    assert np.all((shares > 1.08) & (shares < 1.10))


def test_the_header_s_mass_is_not_used_in_silence(shared_data: Path) -> None:
    result = analysed(shared_data / "cycler_arbin_res" / LONG)
    assert result.mass_kg is None
    assert not [f for f in cycling.findings(result) if f.quantity == "lithiation_capacity" and f.value is not None]


def test_the_small_files_manifest_values(shared_data: Path) -> None:
    assert len(one(shared_data / "cycler_arbin_res/bdf_mits7-0.res.gz")) == 8
    trace = one(shared_data / "cycler_arbin_res/navani_arbin_example.res")
    assert len(trace) == 2150
    cycles = trace["cycle_index"]
    assert list(np.unique(cycles)) == [1, 2, 3, 4, 5]
    for name, expected in (("discharge_capacity_c", 0.47516), ("charge_capacity_c", 0.48351)):
        first = trace[name][cycles == 1]
        assert (first.max() - first.min()) / MAH == pytest.approx(expected, abs=5e-6)
    assert not trace["current_a"][cycles == 5].any()


def test_the_same_test_as_csv(shared_data: Path) -> None:
    trace = one(shared_data / "cycler_arbin_res/navani_arbin_example.res")
    other = one(shared_data / "cycler_bdf/datalab_arbin_example.bdf.csv")
    np.testing.assert_allclose(trace["voltage_v"], other["voltage_v"], rtol=1e-7)
    np.testing.assert_allclose(trace["time_s"], other["time_s"], rtol=1e-9)
    flowing = trace["current_a"] != 0
    np.testing.assert_allclose(other["current_a"][flowing] / trace["current_a"][flowing], 1e-3, rtol=1e-5)


# ---- bad input -------------------------------------------------------------------------------------------------


def test_a_cut_file_says_how_many_rows_are_gone(tmp_path: Path, shared_data: Path) -> None:
    data = (shared_data / "cycler_arbin_res" / LONG).read_bytes()
    trace = one(written(tmp_path, data[: len(data) // 2 + 100]))
    assert 2000 < len(trace) < 8000
    assert f"speaks of 10261 rows, {len(trace)} are read" in trace.warnings[0]
    assert "cut or damaged" in trace.warnings[0]


def test_a_page_that_is_another_table_s(tmp_path: Path) -> None:
    data = bytearray(records([(1, n + 1, float(n), 0.5, 3.25) for n in range(300)]))
    struct.pack_into("<I", data, data_pages(data, 3)[1] + 4, 77)
    trace = one(written(tmp_path, data))
    assert "speaks of 300 rows" in trace.warnings[0]
    assert len(trace) < 300


def damaged(kind: str) -> bytes:
    data = bytearray(records([(1, n + 1, float(n), 0.5, 3.25) for n in range(300)]))
    if kind == "Access 97":
        data[20] = 0
    elif kind == "not where it should be":
        data[2 * PAGE] = 0x77
    elif kind == "cut before":
        return bytes(data[: 2 * PAGE])
    elif kind == "none of Arbin's":
        return bytes(samples.jet_file({"Orders": ([("Id", 4)], [(1,)])}))
    elif kind == "no column Voltage":
        name = "Voltage".encode("utf-16-le")
        data = data.replace(name, "Vortage".encode("utf-16-le"))
    elif kind == "holds no numbers":
        columns = [(n, 10 if n == "Voltage" else t) for n, t in COLUMNS]
        return bytes(samples.jet_file({"Channel_Normal_Table": (columns, [(1, 1, 0.0, 0.5, "3.2")])}))
    elif kind == "no records":
        return records([])
    elif kind == "tests in one file":
        return records([(n, n, float(n), 0.5, 3.25) for n in range(200)])
    elif kind == "list of a table's pages":
        data[3 * PAGE + 55] = 200
    elif kind == "definition is damaged":
        struct.pack_into("<I", data, 3 * PAGE + 4, 3)  # its next page is itself
    return bytes(data)


@pytest.mark.parametrize(
    "kind",
    [
        "Access 97", "not where it should be", "cut before", "none of Arbin's", "no column Voltage", "holds no numbers",
        "no records", "tests in one file", "list of a table's pages", "definition is damaged",
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_why_and_how_to_mend(kind: str, tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=kind) as caught:
        read_file(written(tmp_path, damaged(kind)))
    (problem,) = caught.value.problems
    assert problem.mend or problem.expected
    assert problem.where.endswith("cell.res")


def test_a_date_beyond_all_numbers_is_none(tmp_path: Path) -> None:
    columns = [*COLUMNS, ("DateTime", 7)]
    rows = [(1, n, 60.0 * n, 0.25, 3.0, 1e308 if n == 4 else 45000.0) for n in range(9)]
    data = samples.jet_file({"Channel_Normal_Table": (columns, rows)})
    trace = one(written(tmp_path, data))
    np.testing.assert_array_equal(np.isnan(trace["unix_time_s"]), np.arange(9) == 4)
    assert trace.warnings == ("1 of 9 rows have no number in date_time (row 5)",)
