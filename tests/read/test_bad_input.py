"""Bad input: one clear error that mends, or a warning; never a traceback, nothing lost silently."""

from __future__ import annotations

import gzip
import io
import os
import random
import resource
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byssus.errors import ReadError
from byssus.read import read_file

HEAD = "Time [s],Force [N],Displacement [mm]\n"
ROWS = HEAD + "1,2,3\n2,3,4\n3,4,5\n"


def refused(path: Path, data: bytes | str | None, words: str, **options: object) -> ReadError:
    if data is not None:
        path.write_bytes(data.encode() if isinstance(data, str) else data)
    with pytest.raises(ReadError) as caught:
        read_file(path, shown_as="raw/file", **options)  # type: ignore[arg-type]
    problem = caught.value.problems[0]
    assert words in str(problem)
    assert problem.where.startswith("raw/file")
    assert caught.value.__cause__ is None
    return caught.value


def zipped(**parts: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            packed.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return held.getvalue()


NOISE = random.Random(1).randbytes(6000)
SHEET = "xl__worksheets__sheet1_dot_xml"
CASES: dict[str, tuple[bytes | str, str]] = {
    "empty": ("", "empty"),
    "blank": (" \n\n", "empty"),
    "garbage": (NOISE, "neither text"),
    "every byte": (bytes(range(256)) * 8, "neither text"),
    "pdf": (b"%PDF-1.7 rest", "PDF"),
    "png": (b"\x89PNG\r\n\x1a\n" + NOISE, "PNG"),
    "jpeg": (b"\xff\xd8\xff\xe0" + NOISE, "JPEG"),
    "html": ("<html><body>Not found</body></html>", "web page"),
    "lfs": ("version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "Git LFS"),
    "nda cut": (b"NEWARE20200325\x1d\x00" + bytes(64), "Neware"),
    "zip cut": (zipped(a=NOISE)[:3000], "cut short or damaged"),
    "parquet cut": (b"PAR1" + NOISE, "cut short or damaged"),
    "xls cut": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + NOISE, "cut short or damaged"),
    "gzip cut": (gzip.compress(NOISE)[:2000], "cut short or damaged"),
    "ndax of nonsense": (zipped(data_dot_ndc=NOISE), "Neware"),
    "xlsx of nonsense": (zipped(xl__workbook_dot_xml=b"<a>"), "cut short or damaged"),
    "two files": (zipped(a=b"1", b=b"2"), "more than one file"),
    "open document": (zipped(mimetype=b"x", content_dot_xml=b"x"), "OpenDocument"),
    "header only": (HEAD, "no rows of data"),
    "header and units only": ("Zeit;Kraft\ns;N\n", "no rows of data"),
    "ragged": (HEAD + "1,2,3\n2,3\n3,4,5\n", "line 3 has 2"),
    "ragged but even": (HEAD + "1,2,3\n2,3\n3,4,5,6\n3,4,5\n", "line 3 has 2, line 4 has 4"),
    "decimal comma in commas": ("Zeit [s],Kraft [N]\n1,5,2,5\n2,5,3,5\n", "same number of fields"),
    "unknown": ("foo,bar\n1,2\n3,4\n", "study.toml: columns = {"),
    "prose": ("Dear all,\nthe data follow.\n", "no known column"),
    "no headings": ("1,2\n3,4\n", "column 2 [N]"),
    "twice": ("Time [s],Force [N],Force [N]\n1,2,3\n2,3,4\n", "column 2 [N]"),
    "no number": (HEAD + "1,,3\n2,,4\n", "no number in the column 'Force [N]'"),
    "wide": (",".join(f"c{i}" for i in range(10_000)) + ("\n" + "1," * 9_999 + "1") * 50, "10000 columns"),
    "one line": ("1," * 400_000, "longer than"),
}


@pytest.mark.parametrize("name", CASES)
def test_refused_with_one_clear_problem(name: str, tmp_path: Path) -> None:
    data, words = CASES[name]
    assert len(refused(tmp_path / "file.csv", data, words).problems) == 1


def test_paths_that_are_no_files(tmp_path: Path) -> None:
    refused(tmp_path / "nothing.csv", None, "no such file")
    refused(tmp_path, None, "this is a folder")
    os.mkfifo(tmp_path / "pipe")
    refused(tmp_path / "pipe", None, "no regular file")
    refused(tmp_path / ("x" * 400), None, "")


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.csv"
    path.write_text(ROWS)

    def locked(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", locked)
    refused(path, None, "no permission")


def test_units_are_never_guessed_and_all_lacks_are_told(tmp_path: Path) -> None:
    fault = refused(tmp_path / "a.csv", "Time,Force,Displacement\n1,2,3\n", "has no unit")
    assert [p.mend.split('"')[1] for p in fault.problems] == ["Time [s]", "Force [N]", "Displacement [mm]"]


def test_a_unit_of_another_dimension_is_no_match(tmp_path: Path) -> None:
    refused(tmp_path / "a.csv", "Time [s],Force [mm]\n1,2\n", "no known column")


def test_unknown_layout_shows_escaped_first_lines(tmp_path: Path) -> None:
    text = "\x1b[31mred;" + "x" * 300 + "\n" + "\n".join(f"line {i}" for i in range(20))
    shown = str(refused(tmp_path / "a.csv", text, "no known column")).splitlines()
    lines = [line for line in shown if line.startswith("    ")]
    assert len(lines) == 5
    assert "\\x1b[31mred" in lines[0]
    assert max(map(len, lines)) < 115


def test_cells_without_number_are_kept_as_nan_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(HEAD + "1,nan,3\n2,inf,4\n3,,5\n4,abc,6\n5,3,7\n")
    (trace,) = read_file(path)
    np.testing.assert_array_equal(trace["force_n"], [np.nan] * 4 + [3])
    assert trace.warnings == ("4 of 5 rows have no number in force_n (rows 1, 2, 3, 4)",)


def test_thousands_that_only_come_late(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    body = "".join(f"{i};{i},5\n" for i in range(30_000)) + "30000;30.000,5\n"
    path.write_text("Zeit [s];Kraft [N]\n" + body)
    (trace,) = read_file(path)
    assert trace["force_n"][-1] == 30000.5
    assert trace.warnings == ()


def test_odd_clocks_are_told_and_left(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(HEAD + "1,2,3\n1,2,3\n0.5,3,4\n2,3,4\n")
    (trace,) = read_file(path)
    assert list(trace["time_s"]) == [1, 1, 0.5, 2]
    assert any("same time" in w and "row 2" in w for w in trace.warnings)
    assert any("before" in w and "row 3" in w for w in trace.warnings)


@pytest.mark.parametrize("end", ["3,4", "3,4\n", "3"])
def test_a_cut_last_row_is_left_out_and_told(end: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(HEAD + "1,2,3\n2,3,4\n" + end)
    (trace,) = read_file(path)
    assert len(trace) == 2
    assert trace.warnings == ("the last row (line 4 of the file) is cut short and is left out",)


def test_repeated_headings_and_comments_are_left_out_and_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(HEAD + "1,2,3\n" + HEAD + "2,3,4\n# pause\n3,4,5\n")
    (trace,) = read_file(path)
    assert list(trace["time_s"]) == [1, 2, 3]
    assert len(trace.warnings) == 2


def test_a_footer_of_words_is_left_out_and_told_but_words_between_rows_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(ROWS + "End of test\nsigned: X\n")
    (trace,) = read_file(path)
    assert len(trace) == 3
    assert trace.warnings == ("left out: 2 line(s) of words below the table",)
    refused(path, HEAD + "1,2,3\npaused\n2,3,4\n3,4,5\n", "line 3 has 1")


def test_another_table_above_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Time [s],Voltage [V]\n1,2\n2,3\n\n" + ROWS)
    (trace,) = read_file(path)
    assert len(trace) == 3
    assert trace.warnings == ("another table, from line 2 of the file on, is not read",)


def test_a_vague_heading_without_unit_stops_no_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("state;thickness_um;position\ninitial;12,5;1\nlithiated;20,1;1\n")
    (trace,) = read_file(path)
    assert list(trace["thickness_m"]) == [1.25e-5, 2.01e-5]
    assert any("'position' has no unit" in w for w in trace.warnings)


def test_a_cut_neware_file_says_so(shared_data: Path, tmp_path: Path) -> None:
    data = (shared_data / "cycler_neware/navani_test.nda").read_bytes()
    (tmp_path / "a.nda").write_bytes(data[:110_000])
    (trace,) = read_file(tmp_path / "a.nda")
    assert 0 < len(trace) < 439
    assert any("the file is cut" in w for w in trace.warnings)
    packed = (shared_data / "cycler_neware/fastnda_test_2.ndax").read_bytes()
    refused(tmp_path / "b.ndax", packed[: len(packed) // 2], "cut short or damaged")


BOMBS = {
    "ratio": zipped(**{SHEET: bytes(200_000_000)}),
    "dimension": zipped(**{SHEET: b'<worksheet><dimension ref="A1:XFD1048576"/><sheetData/></worksheet>'}),
    "far cell": zipped(**{SHEET: b'<sheetData><row r="1"><c r="A1"/></row><row r="1048576"><c r="XFD1048576"/></row>'}),
    "gzip": gzip.compress(bytes(100_000_000)),
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_refused_before_they_are_parsed(name: str, tmp_path: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    refused(tmp_path / "a.xlsx", BOMBS[name], "absurd size")
    assert time.process_time() - start < 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kB


def test_a_bomb_that_lies_about_its_size(tmp_path: Path) -> None:
    data = bytearray(zipped(**{SHEET: bytes(30_000_000)}))
    place = data.rfind(b"PK\x01\x02") + 24
    data[place : place + 4] = (1000).to_bytes(4, "little")
    refused(tmp_path / "a.xlsx", bytes(data), "")


@settings(max_examples=150, deadline=None)
@given(data=st.one_of(st.binary(max_size=400), st.text(max_size=400).map(str.encode)))
def test_no_bytes_raise_anything_but_a_read_error(data: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("any") / "a"
    path.write_bytes(data)
    with pytest.raises(ReadError):
        read_file(path)


@settings(max_examples=150, deadline=None)
@given(cut=st.integers(1, 400), swap=st.integers(0, 200), byte=st.integers(0, 255))
def test_damaged_text_never_raises_anything_else(cut: int, swap: int, byte: int, tmp_path_factory) -> None:  # type: ignore[no-untyped-def]
    data = bytearray(("Probe;A\n" + ROWS.replace(",", ";") * 1 + "4;5;6\n" * 30).encode()[:cut])
    data[min(swap, len(data) - 1)] = byte
    path = tmp_path_factory.mktemp("any") / "a"
    path.write_bytes(bytes(data))
    try:
        traces = read_file(path)
    except ReadError:
        return
    assert all(len(trace) for trace in traces)
