"""BioLogic .mpr: files built byte by byte, real files against their manifest, and damaged ones."""

from __future__ import annotations

import math
import struct
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import samples_biologic as samples
from samples import small_files
from samples_impedance import arc

from byssus.errors import ReadError
from byssus.read import read_file
from byssus.trace import REHEARSED_MARK, Trace

MAH = 3.6  # coulombs
# A cell charged and discharged: flags in one byte, Ns, time s, E V, I mA, charge mAh, number of the half-cycle.
COLUMNS = [(1, "B"), (2, ""), (131, "H"), (4, "d"), (6, "f"), (8, "f"), (467, "d"), (468, "I")]
ROWS = [
    (0b0000_0110, 1, 0.0, 3.5, 2.0, 0.0, 0),
    (0b0000_0110, 1, 90.0, 3.75, 2.0, 0.05, 0),
    (0b0000_0010, 2, 100.0, 3.25, -4.0, -0.0125, 1),
    (0b0000_0010, 2, 190.0, 3.0, -4.0, -0.1125, 1),
    (0b0000_0110, 1, 200.0, 3.5, 2.0, 0.0, 2),
]


def read(folder: Path, data: bytes) -> tuple[Trace, ...]:
    path = folder / "file.mpr"
    path.write_bytes(data)
    return read_file(path)


def one(folder: Path, data: bytes) -> Trace:
    (trace,) = read(folder, data)
    return trace


def cell(version: int = 11, **settings: object) -> bytes:
    data: bytes = samples.mpr_file(samples.mpr_data(COLUMNS, ROWS, version), version, **settings)
    return data


# ---- exact truth -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [0, 2, 3, 11])
def test_columns_in_si(version: int, tmp_path: Path) -> None:
    columns = [(n, code) for n, code in COLUMNS if n < 256] if version == 0 else COLUMNS
    rows = [row[:5] for row in ROWS] if version == 0 else ROWS
    trace = one(tmp_path, samples.mpr_file(samples.mpr_data(columns, rows, version), version))
    assert (trace.source.reader, trace.source.rows, trace.warnings) == ("mpr", 5, ())
    np.testing.assert_array_equal(trace["time_s"], [0, 90, 100, 190, 200])
    np.testing.assert_array_equal(trace["voltage_v"], [3.5, 3.75, 3.25, 3.0, 3.5])
    np.testing.assert_array_equal(trace["current_a"], [2e-3, 2e-3, -4e-3, -4e-3, 2e-3])
    np.testing.assert_array_equal(trace["step_index"], [1, 1, 2, 2, 1])
    if version:
        np.testing.assert_allclose(trace["capacity_c"], np.array([0, 0.05, -0.0125, -0.1125, 0]) * MAH, rtol=1e-15)
        np.testing.assert_array_equal(trace["cycle_index"], [0, 0, 0, 0, 1])  # two half-cycles are a cycle
        assert trace.metadata["counter_scope"] == "half cycle"


def test_the_order_of_columns_does_not_matter(tmp_path: Path) -> None:
    data = samples.mpr_data([(468, "I"), *COLUMNS[:-1]], [(row[-1], *row[:-1]) for row in ROWS])
    turned, straight = one(tmp_path, samples.mpr_file(data)), one(tmp_path, cell())
    assert set(turned.columns) == set(straight.columns)
    for name in straight.columns:
        np.testing.assert_array_equal(turned[name], straight[name])


def test_flags_share_one_byte(tmp_path: Path) -> None:
    path = tmp_path / "file.mpr"
    columns = [(1, "B"), (2, ""), (3, ""), (21, ""), (31, ""), (65, ""), (4, "d"), (6, "f")]
    rows = [(0b1010_1101, 0.0, 1.0), (0b0001_0010, 1.0, 2.0)]
    path.write_bytes(samples.mpr_file(samples.mpr_data(columns, rows)))
    for heading, expected in (
        ("mode", [1, 2]), ("ox/red", [1, 0]), ("error", [1, 0]), ("control changes", [0, 1]), ("Ns changes", [1, 0]),
        ("counter inc.", [1, 0]),
    ):  # fmt: skip
        (trace,) = read_file(path, columns={"replicate": heading})
        np.testing.assert_array_equal(trace["replicate"], expected)
        np.testing.assert_array_equal(trace["voltage_v"], [1, 2])


def test_settings_and_log(tmp_path: Path) -> None:
    trace = one(tmp_path, cell(technique=29, comment="cell 7, 25 °C\r\nthird run".encode("cp1252"), area_cm2=1.5))
    assert trace.metadata["technique"] == "Potentio Electrochemical Impedance Spectroscopy"
    assert trace.metadata["area_m2"] == 1.5e-4
    assert trace.metadata["started"] == "2024-03-15 12:00:00.000"
    assert trace.metadata["preamble"]["Comments"] == "cell 7, 25 °C | third run"
    untouched = one(tmp_path, cell(technique=255))
    assert {"area_m2", "technique"}.isdisjoint(untouched.metadata)  # EC-Lab's 0.001 cm² means that nobody entered any


def test_the_mark_of_a_virtual_instrument(tmp_path: Path) -> None:
    assert not one(tmp_path, cell()).rehearsed
    assert one(tmp_path, cell(comment=REHEARSED_MARK.encode())).rehearsed


@pytest.mark.parametrize(
    ("column", "charge"),
    [
        ((7, "d"), [0.0, 1e-3, -2e-3, 0.0]),
        ((23, "d"), [0.0, 1e-3, -2e-3, 0.0]),
        ((13, "d"), [5.0, 5.001, 4.999, 4.999]),
        ((435, "f"), [0.0, 3.6e-3, -7.2e-3, 0.0]),
        ((434, "f"), [0.0, 3.6e-3, -3.6e-3, -3.6e-3]),
    ],
)
def test_current_from_charge_where_there_is_none(column: tuple[int, str], charge: list[float], tmp_path: Path) -> None:
    rows = [(float(t), 3.5, q) for t, q in zip((0, 10, 30, 31), charge, strict=True)]
    trace = one(tmp_path, samples.mpr_file(samples.mpr_data([(4, "d"), (6, "f"), column], rows)))
    np.testing.assert_allclose(trace["current_a"], [np.nan, 3.6e-4, -3.6e-4, 0.0], rtol=1e-6, atol=1e-12)
    assert any("no current" in warning for warning in trace.warnings)


def test_a_measured_current_is_not_reckoned(tmp_path: Path) -> None:
    rows = [(float(n), 3.5, 1.0, 0.25) for n in range(4)]
    trace = one(tmp_path, samples.mpr_file(samples.mpr_data([(4, "d"), (6, "f"), (7, "d"), (8, "f")], rows)))
    np.testing.assert_array_equal(trace["current_a"], [2.5e-4] * 4)
    assert trace.warnings == ()


def test_a_spectrum_has_the_sign_of_its_imaginary_part(tmp_path: Path) -> None:
    traces = read(tmp_path, small_files()["eis.mpr"])
    assert [len(trace) for trace in traces] == [36, 36, 36]
    for spectrum, trace in zip((1, 3, 5), traces, strict=True):
        z = np.array([z for _, z in arc(spectrum)])
        np.testing.assert_allclose(trace["impedance_real_ohm"] + 1j * trace["impedance_imaginary_ohm"], z, rtol=1e-6)


@pytest.mark.parametrize(("starts", "lengths"), [((0, 36, 72), [36, 36, 36]), ((0, 36), [36, 72]), ((0,), [108])])
def test_loops_part_the_rows(starts: tuple[int, ...], lengths: list[int], tmp_path: Path) -> None:
    path = tmp_path / "file.mpr"
    path.write_bytes(_looped(struct.pack(f"<{len(starts) + 1}I", len(starts), *starts)))
    numbers = np.concatenate([np.full(n, k + 1.0) for k, n in enumerate(lengths)])
    seen = [trace["replicate"] for trace in read_file(path, columns={"replicate": "Loop"})]
    np.testing.assert_array_equal(np.concatenate(seen), numbers)


@pytest.mark.parametrize("body", [b"", b"\1", struct.pack("<2I", 9, 0), struct.pack("<3I", 2, 0, 108), b"\xff" * 40])
def test_loops_that_cannot_be_are_not_taken(body: bytes, tmp_path: Path) -> None:
    for trace in read(tmp_path, _looped(body)):
        assert "Loop" not in [*trace.metadata["headings"].values(), *trace.metadata["unused_headings"]]


def _looped(body: bytes) -> bytes:
    columns = [(32, "f"), (37, "f"), (38, "f"), (4, "d")]
    rows = [(f, z.real, -z.imag, 100 * n + 1 / f) for n in (1, 3, 5) for f, z in arc(n)]
    whole: bytes = samples.mpr_file(samples.mpr_data(columns, rows))
    return whole + samples.mpr_module("VMP loop", body, 0, new=True)


def test_frequencies_of_zero_are_no_spectrum(tmp_path: Path) -> None:
    columns = [*COLUMNS, (32, "f"), (36, "f"), (35, "f")]
    trace = one(tmp_path, samples.mpr_file(samples.mpr_data(columns, [(*row, 0.0, 0.0, 0.0) for row in ROWS])))
    assert not {"frequency_hz", "impedance_modulus_ohm"} & set(trace.columns)


def test_one_column_of_an_unknown_kind_is_left_out(tmp_path: Path) -> None:
    for code, width in (("B", 1), ("H", 2), ("f", 4), ("d", 8)):
        columns = [*COLUMNS[:3], (999, code), *COLUMNS[3:]]
        rows = [(*row[:2], 7, *row[2:]) for row in ROWS]
        trace = one(tmp_path, samples.mpr_file(samples.mpr_data(columns, rows)))
        assert width == struct.calcsize(code)
        assert trace.warnings == ("column 999 of the file is of an unknown kind and left out",)
        np.testing.assert_array_equal(trace["time_s"], [0, 90, 100, 190, 200])
        np.testing.assert_array_equal(trace["voltage_v"], [3.5, 3.75, 3.25, 3.0, 3.5])


def test_a_later_version_of_the_same_layout_is_read_with_a_warning(tmp_path: Path) -> None:
    data = samples.mpr_file(samples.mpr_data(COLUMNS, ROWS), 12)
    trace = one(tmp_path, data)
    assert trace.warnings == ("data of version 12 is read like those of another version; the length fits exactly",)
    np.testing.assert_array_equal(trace["time_s"], [0, 90, 100, 190, 200])


# ---- bad input ---------------------------------------------------------------------------------------------------


def test_two_columns_of_unknown_kinds_are_named(tmp_path: Path) -> None:
    columns = [*COLUMNS, (998, "f"), (999, "d")]
    data = samples.mpr_file(samples.mpr_data(columns, [(*row, 1.0, 2.0) for row in ROWS]))
    with pytest.raises(ReadError, match=r"unknown kind.*column ids 998, 999.*\.mpt"):
        read(tmp_path, data)


def test_every_cut_is_refused_or_told(tmp_path: Path) -> None:
    data = cell()
    end_of_data = data.index(b"MODULEVMP LOG")
    outcomes = set()
    for size in range(1, len(data), 7):
        if size < end_of_data:
            with pytest.raises(ReadError) as refused:
                one(tmp_path, data[:size])
            assert len(refused.value.problems) == 1
            continue
        trace = one(tmp_path, data[:size])
        np.testing.assert_array_equal(trace["time_s"], [0, 90, 100, 190, 200])
        outcomes.add("told" if trace.warnings else "whole")
        assert bool(trace.warnings) == (end_of_data < size < len(data))
    assert "told" in outcomes


@pytest.mark.parametrize("rows", [0xFFFFFFFF, 6, 4, 1])
def test_a_count_that_is_not_that_of_the_rows(rows: int, tmp_path: Path) -> None:
    data = bytearray(cell())
    body = data.index(b"MODULEVMP data") + 65
    struct.pack_into("<I", data, body, rows)
    with pytest.raises(ReadError, match="does not hold what its head says"):
        read(tmp_path, bytes(data))


@pytest.mark.parametrize(("at", "code", "value"), [(4, "<H", 0xFFFF), (4, "<H", 0), (-20, "<I", 0xFFFFFFF0)])
def test_absurd_numbers_in_the_head(at: int, code: str, value: int, tmp_path: Path) -> None:
    data = bytearray(cell())
    struct.pack_into(code, data, data.index(b"MODULEVMP data") + 65 + at, value)
    with pytest.raises(ReadError):
        read(tmp_path, bytes(data))


def test_no_rows(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="no rows of data"):
        read(tmp_path, samples.mpr_file(samples.mpr_data(COLUMNS, [])))


def test_modules_missing_twice_or_in_another_order(tmp_path: Path) -> None:
    whole = cell()
    first, data, log = (whole.index(b"MODULEVMP " + name) for name in (b"Set", b"data", b"LOG"))
    turned = one(tmp_path, whole[:first] + whole[log:] + whole[data:log] + whole[first:data])
    assert dict(turned.metadata) == dict(one(tmp_path, whole).metadata)
    bare = one(tmp_path, whole[:first] + whole[data:log])
    assert {"started", "technique"}.isdisjoint(bare.metadata)
    np.testing.assert_array_equal(bare["time_s"], turned["time_s"])
    with pytest.raises(ReadError, match="without data"):
        read(tmp_path, whole[:data] + whole[log:])
    with pytest.raises(ReadError, match="two data modules"):
        read(tmp_path, whole[:log] + whole[data:])


def test_an_unknown_version_that_does_not_fit(tmp_path: Path) -> None:
    data = samples.mpr_file(samples.mpr_data(COLUMNS, ROWS) + b"\0", 40)
    with pytest.raises(ReadError, match=r"unknown version.*version 40"):
        read(tmp_path, data)


def test_values_nobody_measures_and_no_numbers(tmp_path: Path) -> None:
    rows = [(0.0, 3.5, 1.0), (1.0, math.nan, 1.0), (2.0, 3.5, math.inf), (3.0, 3.5, 1.0)]
    trace = one(tmp_path, samples.mpr_file(samples.mpr_data([(4, "d"), (6, "f"), (8, "f")], rows)))
    np.testing.assert_array_equal(trace["voltage_v"], [3.5, np.nan, 3.5, 3.5])
    np.testing.assert_array_equal(trace["current_a"], [1e-3, 1e-3, np.nan, 1e-3])


# ---- real files --------------------------------------------------------------------------------------------------


def test_modulo_bat_against_another_reader_row_by_row(shared_data: Path) -> None:
    trace = read_file(shared_data / "cycler_biologic/cellpy_biol.mpr")[0]
    other = pl.read_parquet(shared_data / "reference/cellpy_golden_biol_mpr_raw.parquet")
    assert len(trace) == other.height == 23561
    np.testing.assert_array_equal(trace["time_s"], other["test_time"].to_numpy())
    np.testing.assert_array_equal(trace["voltage_v"], other["voltage"].to_numpy())
    np.testing.assert_allclose(trace["current_a"], other["current"].to_numpy() / 1e3, rtol=1e-6)
    np.testing.assert_allclose(trace["capacity_c"], other["QChargeDischarge"].to_numpy() * MAH, rtol=1e-14)
    np.testing.assert_array_equal(trace["step_index"], other["Ns"].to_numpy())
    assert trace.metadata["technique"] == "Modulo Bat"
    assert trace.metadata["started"].startswith("2017-03-15")


def test_binary_against_the_text_export_of_the_same_test(shared_data: Path) -> None:
    (binary,) = read_file(shared_data / "cycler_biologic/hybriddrt_CP_SSB.mpr")
    (text,) = read_file(shared_data / "cycler_biologic/hybriddrt_CP_SSB.txt")
    assert len(binary) == len(text) == 30208
    assert np.abs(binary["voltage_v"] - text["voltage_v"]).max() <= 5.01e-8  # the text has eight digits
    assert np.abs(binary["time_s"] - text["time_s"]).max() < 1e-14
    np.testing.assert_allclose(binary["current_a"], text["current_a"], rtol=1e-7, atol=5e-13)
    np.testing.assert_array_equal(binary["step_index"], text["step_index"])
    for key in ("technique", "started"):
        assert binary.metadata[key] == text.metadata[key]


def test_a_short_cycling_file(shared_data: Path) -> None:
    (trace,) = read_file(shared_data / "cycler_biologic/navani_00_test_04_MB_C01.mpr")
    assert len(trace) == 1501
    assert {"time_s", "voltage_v", "current_a", "capacity_c"} <= set(trace.columns)
    # the counter is the integral of the current the file holds beside it
    charge = np.sum(0.5 * (trace["current_a"][1:] + trace["current_a"][:-1]) * np.diff(trace["time_s"]))
    assert trace["capacity_c"][-1] == pytest.approx(charge, rel=0.01)


def test_spectra_of_the_manifest(shared_data: Path) -> None:
    (trace,) = read_file(shared_data / "eis_biologic/PEIS_SSB.mpr")
    assert len(trace) == 89
    assert trace["impedance_real_ohm"][np.argmax(trace["frequency_hz"])] == pytest.approx(49.00869, abs=1e-5)
    assert trace["impedance_real_ohm"][np.argmin(trace["frequency_hz"])] == pytest.approx(2416.7048, abs=1e-4)
    traces = read_file(shared_data / "eis_biologic/aurora_PEIS.mpr")
    assert [len(trace) for trace in traces] == [61] * 4
    at_10_khz = [trace["impedance_real_ohm"][np.argmin(np.abs(trace["frequency_hz"] - 1e4))] for trace in traces]
    assert at_10_khz == pytest.approx([5.4893, 7.6160, 8.4927, 8.8458], abs=1e-4)
    assert traces[0].metadata["area_m2"] == pytest.approx(1.539e-4)
