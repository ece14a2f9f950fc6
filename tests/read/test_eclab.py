"""EC-Lab text: header, technique and scan rate, columns and their units, however the file is written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import samples_biologic as samples
from samples import small_files
from samples_impedance import arc

from byssus.errors import ReadError
from byssus.read import read_file
from byssus.trace import REHEARSED_MARK, Trace

MAH = 3.6  # coulombs
HEADINGS = ["mode", "Ns", "time/s", "Ewe/V", "<I>/mA", "Q charge/discharge/mA.h", "half cycle", "cycle number"]
ROWS = [(1, 0, 0, 3.5, 2.0, 0.0, 0, 1), (1, 0, 90, 3.75, 2.0, 0.05, 0, 1), (1, 1, 180, 3.0, -4.0, -0.1, 1, 1)]


def read(folder: Path, text: str, encoding: str = "latin-1") -> tuple[Trace, ...]:
    path = folder / "file.mpt"
    path.write_bytes(text.encode(encoding))
    return read_file(path)


def one(folder: Path, text: str, encoding: str = "latin-1") -> Trace:
    (trace,) = read(folder, text, encoding)
    return trace


def cell(*settings: str, decimal: str = ".") -> str:
    text: str = samples.mpt_file(HEADINGS, ROWS, "Modulo Bat", settings, decimal)
    return text


# ---- exact truth -------------------------------------------------------------------------------------------------


def test_columns_in_si(tmp_path: Path) -> None:
    trace = one(tmp_path, cell())
    assert (trace.source.reader, trace.source.rows, trace.warnings) == ("eclab", 3, ())
    np.testing.assert_array_equal(trace["time_s"], [0, 90, 180])
    np.testing.assert_array_equal(trace["voltage_v"], [3.5, 3.75, 3.0])
    np.testing.assert_array_equal(trace["current_a"], [2e-3, 2e-3, -4e-3])
    np.testing.assert_allclose(trace["capacity_c"], [0, 0.05 * MAH, -0.1 * MAH], rtol=1e-15)
    np.testing.assert_array_equal(trace["step_index"], [0, 0, 1])
    np.testing.assert_array_equal(trace["cycle_index"], [1, 1, 1])
    assert trace.metadata["counter_scope"] == "half cycle"
    assert trace.metadata["technique"] == "Modulo Bat"
    assert trace.metadata["started"] == "2024-03-15 12:00:00"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["latin-1", "utf-8", "utf-8-sig"])
@pytest.mark.parametrize("decimal", [".", ","])
def test_however_it_is_written(end: str, encoding: str, decimal: str, tmp_path: Path) -> None:
    plain = one(tmp_path, cell())
    other = one(tmp_path, cell(decimal=decimal).replace("\r\n", end), encoding)
    assert other.source.reader == "eclab"
    assert other.warnings == ()
    for name in plain.columns:
        np.testing.assert_array_equal(other[name], plain[name])
    assert other.metadata["preamble"]["Electrode surface area"] == "0.001 cm²"


@pytest.mark.parametrize("said", ["0", "3", "9999999999999", "60"])
def test_a_wrong_count_of_header_lines_is_told(said: str, tmp_path: Path) -> None:
    text = cell()
    wrong = one(tmp_path, text.replace("Nb header lines : 9", f"Nb header lines : {said}"))
    np.testing.assert_array_equal(wrong["time_s"], [0, 90, 180])
    assert any("the headings stand in line 9" in warning for warning in wrong.warnings)


def test_a_header_longer_than_most_files(tmp_path: Path) -> None:
    loops = [f"Loop {n} from point number {3 * n} to {3 * n + 2}" for n in range(3000)]
    trace = one(tmp_path, cell("Number of loops : 3000", *loops, f"# {REHEARSED_MARK}"))
    np.testing.assert_array_equal(trace["time_s"], [0, 90, 180])
    np.testing.assert_array_equal(trace["current_a"], [2e-3, 2e-3, -4e-3])
    assert trace.metadata["technique"] == "Modulo Bat"
    assert trace.rehearsed


def test_settings_in_columns_are_no_rows(tmp_path: Path) -> None:
    table = [f"{name:20}" + "".join(f"{n:<20}" for n in range(9)) for name in ("Ns", "Is", "ts (h:m:s)", "dQM", "nc")]
    trace = one(tmp_path, cell(*table, "\tDo not start on E overload", "\tEwe min = -3.50 V"))
    np.testing.assert_array_equal(trace["step_index"], [0, 0, 1])


def test_the_mark_of_a_virtual_instrument(tmp_path: Path) -> None:
    assert not one(tmp_path, cell()).rehearsed
    assert one(tmp_path, cell(f"Comments : {REHEARSED_MARK}")).rehearsed


@pytest.mark.parametrize(
    ("rate", "unit", "expected"),
    [
        ("100.000", "mV/s", 0.1), ("0,100", "mV/s", 1e-4), ("20.000", "V/s", 20.0), ("6.000", "mV/mn", 1e-4),
        ("-5.0", "mV/s", 5e-3), ("50.0                50.0", "mV/s                mV/s", 0.05),
    ],
)  # fmt: skip
def test_scan_rate(rate: str, unit: str, expected: float, tmp_path: Path) -> None:
    trace = one(tmp_path, cell(f"dE/dt               {rate}", f"dE/dt unit          {unit}"))
    assert trace.metadata["scan_rate_v_per_s"] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    "settings",
    [
        (), ("dE/dt               5.0",), ("dE/dt unit          mV/s",), ("dE/dt               5.0", "dE/dt unit  kg"),
        ("dE/dt               1.0    2.0", "dE/dt unit          mV/s   mV/s"), ("dE/dt  0.0", "dE/dt unit  mV/s"),
        ("dE/dt               fast", "dE/dt unit          mV/s"),
    ],
)  # fmt: skip
def test_no_scan_rate(settings: tuple[str, ...], tmp_path: Path) -> None:
    assert "scan_rate_v_per_s" not in one(tmp_path, cell(*settings)).metadata


def test_a_size_nobody_entered_is_none(tmp_path: Path) -> None:
    assert "area_m2" not in one(tmp_path, cell()).metadata
    entered = one(tmp_path, cell("Mass of active material : 7.826 mg").replace("0.001 cm", "1.13 cm"))
    assert entered.metadata["area_m2"] == pytest.approx(1.13e-4)
    assert entered.metadata["mass_kg"] == pytest.approx(7.826e-6)


@pytest.mark.parametrize(
    ("voltage", "current"), [("Ewe/V", "I/mA"), ("Ecell/V", "<I>/mA"), ("<Ewe>/V", "<I>/mA"), ("Ewe/V", "<I>/mA")]
)
def test_names_of_voltage_and_current(voltage: str, current: str, tmp_path: Path) -> None:
    headings = ["time/s", "control/V/mA", voltage, "|Ewe|/V", current, "|I|/A"]
    trace = one(tmp_path, samples.mpt_file(headings, [(n, 9, 3.5, 8, -2.0, 7) for n in range(4)], "Any"))
    np.testing.assert_array_equal(trace["voltage_v"], [3.5] * 4)
    np.testing.assert_array_equal(trace["current_a"], [-2e-3] * 4)
    assert "capacity_c" not in trace.columns


@pytest.mark.parametrize("end", [".5000", ",5000"])
def test_absolute_time_has_the_month_first(end: str, tmp_path: Path) -> None:
    text = samples.mpt_file(["Ns", "Ewe/V", "I/mA"], [(1, 3.5, 1.0)] * 3, "Any", decimal=end[0])
    head, *rows = text.split("Ns\t")[0], *text.split("\r\n")[-4:-1]
    dates = [f"04/03/2024 12:00:0{n}{end}" for n in range(3)]
    lines = ["\t".join(["time/s", "Ns", "Ewe/V", "I/mA"]), *(f"{d}\t{r}" for d, r in zip(dates, rows, strict=True)), ""]
    trace = one(tmp_path, head + "\r\n".join(lines))
    np.testing.assert_array_equal(trace["unix_time_s"] - 1712145600.5, [0, 1, 2])  # 3 April 2024, 12:00 UTC
    np.testing.assert_array_equal(trace["time_s"], [0, 1, 2])


def test_settings_are_no_data(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"settings \(\.mps\)"):
        read(tmp_path, "EC-LAB SETTING FILE\r\n\r\nNumber of linked techniques : 1\r\n")


def test_two_voltages_are_told(tmp_path: Path) -> None:
    rows = [(n, 3.5, 3.9, 1.0) for n in range(4)]
    trace = one(tmp_path, samples.mpt_file(["time/s", "Ewe/V", "Ecell/V", "I/mA"], rows, "Any"))
    np.testing.assert_array_equal(trace["voltage_v"], [3.5] * 4)
    assert any("'Ecell/V' would fit too" in warning for warning in trace.warnings)


def test_a_spectrum_has_the_sign_of_its_imaginary_part(tmp_path: Path) -> None:
    traces = read(tmp_path, small_files()["eis.mpt"].decode("latin-1"))
    assert len(traces) == 2
    for spectrum, trace in zip((1, 3), traces, strict=True):
        z = np.array([z for _, z in arc(spectrum)])
        np.testing.assert_allclose(trace["impedance_real_ohm"] + 1j * trace["impedance_imaginary_ohm"], z, rtol=1e-8)
        np.testing.assert_allclose(trace["frequency_hz"], [f for f, _ in arc()], rtol=1e-9)


def test_an_empty_heading_keeps_its_column(tmp_path: Path) -> None:
    headings = ["time/s", "Ewe/V", "I/mA", "", "step time/s", "Ns"]
    trace = one(tmp_path, samples.mpt_file(headings, [(n + 5, 3.5, 1.0, 41, n, 2) for n in range(4)], "Any"))
    np.testing.assert_array_equal(trace["step_time_s"], [0, 1, 2, 3])
    np.testing.assert_array_equal(trace["step_index"], [2] * 4)


# ---- bad input ---------------------------------------------------------------------------------------------------


def test_a_header_without_rows(tmp_path: Path) -> None:
    text = samples.mpt_file(HEADINGS, [], "Wait")
    with pytest.raises(ReadError, match="no rows of data"):
        read(tmp_path, text)
    with pytest.raises(ReadError):
        read(tmp_path, text.split("mode")[0])


@pytest.mark.parametrize("column", [0, 1, 2])
def test_quotation_marks_within_cells(column: int, tmp_path: Path) -> None:
    rows = [(n, 3.5, 1.0, 5.0, 1) for n in range(60)]
    headings = ["time/s", "Ewe/V", "<I>/mA", "Cs/µF", "cycle number"]
    lines = [line.split("\t") for line in samples.mpt_file(headings, rows, "Any").split("\r\n")]
    lines[22][3] = '7.5E+"'  # of a column that is not read
    lines[40][column] = '""E+002'
    with pytest.raises(ReadError, match="quotation marks stand within its cells"):
        read(tmp_path, "\n".join("\t".join(fields) for fields in lines))


def test_a_row_cut_at_the_end_is_left_out(tmp_path: Path) -> None:
    text = cell().removesuffix("\r\n")
    trace = one(tmp_path, text[: text.rindex("\t", 0, -20)])
    np.testing.assert_array_equal(trace["time_s"], [0, 90])
    assert any("cut short" in warning for warning in trace.warnings)


# ---- real files --------------------------------------------------------------------------------------------------


def test_a_voltammogram_with_decimal_commas(shared_data: Path) -> None:
    (trace,) = read_file(shared_data / "cv/ixdat_Pt_poly_cv.mpt")
    assert len(trace) == 4473
    numbers, counts = np.unique(trace["cycle_index"], return_counts=True)
    assert numbers.tolist() == [1, 2, 3, 4, 5]
    assert counts.tolist() == [973, 1033, 1046, 1046, 375]
    assert trace.metadata["technique"] == "Cyclic Voltammetry Advanced"
    assert trace.metadata["scan_rate_v_per_s"] == 0.1
    # the potential itself moves at that rate for most of the time
    speed = np.abs(np.diff(trace["voltage_v"])) / np.diff(trace["time_s"])
    assert np.median(speed) == pytest.approx(0.1, rel=0.02)
    assert trace["current_a"][0] == pytest.approx(2.979992132168263e-7, rel=1e-15)


def test_spectra(shared_data: Path) -> None:
    (trace,) = read_file(shared_data / "eis_biologic/impedancepy_exampleDataBioLogic.mpt")
    assert len(trace) == 43
    top = np.argmax(trace["frequency_hz"])
    z = trace["impedance_real_ohm"][top] + 1j * trace["impedance_imaginary_ohm"][top]
    assert z == pytest.approx(65.470886 - 0.38998979j, abs=1e-9)
    assert trace.metadata["technique"] == "Potentio Electrochemical Impedance Spectroscopy"
    assert [len(t) for t in read_file(shared_data / "eis_biologic/pyeis_ex1.mpt")] == [59, 59]


def test_an_export_with_an_empty_heading(shared_data: Path) -> None:
    (trace,) = read_file(shared_data / "cycler_biologic/hybriddrt_CP_SSB.txt")
    assert len(trace) == 30208
    assert np.unique(trace["step_index"]).tolist() == list(range(8))
    assert trace["step_time_s"][0] == 0
    assert trace.metadata["mass_kg"] == pytest.approx(7.826e-6)
    assert "area_m2" not in trace.metadata
    assert trace.metadata["started"] == "2024-05-17 14:09:11.952"
