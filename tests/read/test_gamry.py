"""Gamry .DTA: real files by their manifest's values, and what their tables may look like."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from byssus.errors import ReadError
from byssus.read import read_file
from byssus.trace import REHEARSED_MARK, Trace

HEADER = "EXPLAIN\nTAG\tEISPOT\nTITLE\tLABEL\tA-1\tTest &Identifier\nDATE\tLABEL\t3/6/2019\tDate\n"
NAMES = "\tPt\tTime\tFreq\tZreal\tZimag\tZsig\tIdc\tVdc\tIERange\n"
UNITS = "\t#\ts\tHz\tohm\tohm\tV\tA\tV\t#\n"
ROWS = "".join(f"\t{n}\t{n + 1}\t{10 ** (4 - n)}\t{20 + n}\t-{n + 1}.5\t1\t1E-6\t0.5\t9\n" for n in range(6))
SPECTRUM = f"{HEADER}ZCURVE\tTABLE\n{NAMES}{UNITS}{ROWS}"


def traces(tmp_path: Path, text: str, encoding: str = "latin-1", **columns: str) -> tuple[Trace, ...]:
    path = tmp_path / "a.DTA"
    path.write_bytes(text.encode(encoding))
    return read_file(path, columns=columns)


@pytest.mark.parametrize(
    ("name", "rows", "first"),
    [
        ("bayesdrt_550C.0.5V.DTA", 61, None),
        ("gamryparser_eispot_data.dta", 10, 224.6075 - 3.767681j),
        ("impedancepy_exampleDataGamry.DTA", 72, 825.8584 - 1367.239j),
    ],
)
def test_real_spectra(name: str, rows: int, first: complex | None, shared_data: Path) -> None:
    (trace,) = read_file(shared_data / "eis_gamry" / name)
    assert (trace.source.reader, trace.source.rows, len(trace)) == ("gamry", rows, rows)
    top = int(np.argmax(trace["frequency_hz"]))
    if first is not None:
        assert complex(trace["impedance_real_ohm"][top], trace["impedance_imaginary_ohm"][top]) == first
    assert trace.warnings == ()
    assert {"time_s", "voltage_v", "current_a"} <= set(trace.columns)


def test_real_curves_are_the_cycles_of_one_run(shared_data: Path) -> None:
    (trace,) = read_file(shared_data / "cv/gamryparser_cv_data.dta")
    assert list(np.unique(trace["cycle_index"], return_counts=True)[1]) == [10] * 5
    assert trace.metadata["scan_rate_v_per_s"] == 1.23456e-3
    assert (trace["voltage_v"][1], trace["current_a"][1]) == (4.98267e-1, 5.33521e-9)
    assert trace["time_s"][-1] == 601.1
    assert trace.warnings == ()


def test_the_same_numbers_with_decimal_commas_or_without_units(tmp_path: Path) -> None:
    (whole,) = traces(tmp_path, SPECTRUM)
    assert len(whole) == 6
    for text in (SPECTRUM.replace(".", ","), SPECTRUM.replace(UNITS, ""), SPECTRUM.replace("\n", "\r\n")):
        (trace,) = traces(tmp_path, text)
        for name, values in whole.columns.items():
            np.testing.assert_array_equal(trace[name], values)
    (trace,) = traces(tmp_path, SPECTRUM, encoding="utf-8-sig")
    np.testing.assert_array_equal(trace["impedance_imaginary_ohm"], [-1.5, -2.5, -3.5, -4.5, -5.5, -6.5])


def test_several_spectra_of_one_file_and_the_rest_before(tmp_path: Path) -> None:
    rest = "OCVCURVE\tTABLE\t2\n\tPt\tT\tVf\n\t#\ts\tV vs. Ref.\n\t0\t1\t0.5\n\t1\t2\t0.6\n"
    text = f"{HEADER}{rest}ZCURVE\tTABLE\n{NAMES}{UNITS}{ROWS}ZCURVE\tTABLE\n{NAMES}{UNITS}{ROWS}"
    found = traces(tmp_path, text)
    assert [(len(t), t.metadata["at"]["spectrum"]) for t in found] == [(6, 1), (6, 2)]
    assert found[0].warnings == ()
    (alone,) = traces(tmp_path, HEADER + rest)
    assert list(alone["voltage_v"]) == [0.5, 0.6]
    assert list(alone["time_s"]) == [1, 2]
    with_curve = (
        f"{HEADER}CURVE\tTABLE\t1\n\tPt\tT\tVf\tIm\n\t#\ts\tV\tA\n\t0\t1\t2\t3\nZCURVE\tTABLE\n{NAMES}{UNITS}{ROWS}"
    )
    assert any("CURVE, is not read" in w for w in traces(tmp_path, with_curve)[0].warnings)


def test_the_header_and_the_mark_are_kept(tmp_path: Path) -> None:
    (trace,) = traces(tmp_path, SPECTRUM.replace("A-1", REHEARSED_MARK))
    assert trace.rehearsed
    assert trace.metadata["preamble"]["TITLE (Test Identifier)"] == REHEARSED_MARK
    assert not traces(tmp_path, SPECTRUM)[0].rehearsed


def test_a_column_can_be_mapped(tmp_path: Path) -> None:
    (trace,) = traces(tmp_path, SPECTRUM, current_a="Zsig [mA]")
    assert list(trace["current_a"]) == [1e-3] * 6


def test_a_cut_row_is_left_out_and_told(tmp_path: Path) -> None:
    (trace,) = traces(tmp_path, SPECTRUM[:-20])
    assert len(trace) == 5
    assert any("is cut and is left out" in w for w in trace.warnings)
    promised = SPECTRUM.replace("ZCURVE\tTABLE", "ZCURVE\tTABLE\t999999999")
    assert any("lists 999999999 rows and has 6" in w for w in traces(tmp_path, promised)[0].warnings)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (HEADER, "no data table in this Gamry file"),
        (HEADER + "ZCURVE\tTABLE\n", "has no rows"),
        (HEADER + "ZCURVE\tTABLE\n" + NAMES + UNITS, "has no rows"),
        (HEADER + "ZCURVE\tTABLE\t5\n" + NAMES + "\t0\t1\n" + ROWS, "rows of another width"),
        (SPECTRUM.replace("\tohm\tohm\tV", "\tkohm\tohm\tV"), "not in the units of the format"),
    ],
)
def test_bad_files_are_refused_with_one_problem(text: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=words) as caught:
        traces(tmp_path, text)
    assert len(caught.value.problems) == 1
