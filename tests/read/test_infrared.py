"""Infrared spectra: JCAMP-DX in all its forms, .asp, OPUS, OMNIC, .spc, and tables."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from samples_infrared import asp, jcamp, opus, spa, spc, spectrum

from byssus.errors import ReadError
from byssus.read import read_file
from byssus.read.jcamp import _decoded
from byssus.trace import REHEARSED_MARK, Trace

HEAD = "##TITLE= t\n##JCAMP-DX= 4.24\n##DATA TYPE= INFRARED SPECTRUM\n##XUNITS= 1/CM\n##YUNITS= ABSORBANCE\n"
TWELVE = [1, 2, 3, 3, 2, 1, 0, -1, -2, -3, -30, -31]


def block(rows: str, *, first: float = 400, last: float = 411, n: int = 12, more: str = "") -> str:
    ends = f"##FIRSTX= {first}\n##LASTX= {last}\n##NPOINTS= {n}\n##XFACTOR= 1\n##YFACTOR= 0.5\n{more}"
    return f"{HEAD}{ends}##XYDATA= (X++(Y..Y))\n{rows}\n##END=\n"


def read(folder: Path, data: str | bytes) -> tuple[Trace, ...]:
    path = folder / "file"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return read_file(path)


# ---- real files ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "reader", "n", "ends", "column", "low", "high"),
    [
        ("jcamp_jtpolys.jdx", "jcamp", 1844, (447.484259, 4002.28378), "transmittance_1", 0.3428528714, 1.022816066),
        (
            "openspecy_fitr_nitrocellulose.jdx",
            "jcamp",
            7154,
            (7498.994, 599.91952),
            "reflectance_1",
            0.010624,
            0.698860,
        ),
        ("openspecy_ftir_ldpe_soil.asp", "asp", 1798, (3999.433, 650.420), "spectrum_ordinate", 0.00096, 0.51816),
    ],
)
def test_real_files(
    name: str, reader: str, n: int, ends: tuple[float, float], column: str, low: float, high: float, shared_data: Path
) -> None:
    (trace,) = read_file(shared_data / "ftir" / name)
    assert (trace.source.reader, len(trace)) == (reader, n)
    x, y = trace["wavenumber_per_m"] / 100, trace[column]
    np.testing.assert_allclose((x[0], x[-1]), ends, atol=6e-4)
    np.testing.assert_allclose((y.min(), y.max()), (low, high), atol=5e-6)
    assert bool(trace.warnings) is (column == "spectrum_ordinate")


def test_the_first_ordinate_of_the_polystyrene(shared_data: Path) -> None:
    (trace,) = read_file(shared_data / "ftir" / "jcamp_jtpolys.jdx")
    assert trace["transmittance_1"][0] == pytest.approx(9.816334969e-01, rel=1e-8)


def test_a_table_without_headings(shared_data: Path) -> None:
    mapped = {"wavenumber_per_m": "column 1 [cm^-1]", "absorbance": "column 2"}
    (trace,) = read_file(shared_data / "ftir" / "openspecy_ftir_pva_without_header.csv", columns=mapped)
    x = trace["wavenumber_per_m"] / 100
    assert (len(trace), round(x[0], 2), round(x[-1], 2)) == (863, 674.99, 3999.81)


# ---- JCAMP-DX --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rows",
    [
        "400 1 2 3 3 2 1\n406 0 -1 -2 -3 -30 -31",  # AFFN
        "400+1+2+3+3+2+1\n406+0-1-2-3-30-31",  # PAC
        "400ABCCBA\n406@abcc0c1",  # SQZ
        "400ABCTBA\n406@abcc0c1",  # SQZ with duplicates
        "400AJJ%jj\n405Ajjjjk7j\n411c1",  # DIF, each line checked by the next
        "400AJT%jT $$ a comment\n405AjVk7j\n411c1",  # DIF with duplicates
    ],
)
def test_every_form_says_the_same(rows: str, tmp_path: Path) -> None:
    (trace,) = read(tmp_path, block(rows))
    np.testing.assert_array_equal(trace["absorbance"], 0.5 * np.array(TWELVE))
    np.testing.assert_allclose(trace["wavenumber_per_m"], 100.0 * np.arange(400, 412), rtol=1e-14)
    assert (trace.source.reader, trace.warnings) == ("jcamp", ())


@pytest.mark.parametrize(
    "rows", ["400.0 100 -20.5 .3\n403.0 4.", "400.0+100-20.5+.3\n403.0 4.0", "400 1E+2 -205E-1 .3\n403 4"]
)
def test_numbers_run_together_are_those_with_blanks_between(rows: str) -> None:
    starts, counts, ordinates = _decoded(rows.split("\n"), "a.jdx")
    assert (starts.tolist(), counts.tolist()) == ([400.0, 403.0], [3, 1])
    assert ordinates.tolist() == [100.0, -20.5, 0.3, 4.0]


def test_a_line_that_fails_its_check_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="does not go on where the one before ended"):
        read(tmp_path, block("400AJJ%jj\n405Bjjjjk7j\n411c1"))


def test_pairs_and_wavelengths(tmp_path: Path) -> None:
    text = HEAD.replace("1/CM", "MICROMETERS").replace("ABSORBANCE", "% TRANSMITTANCE")
    (trace,) = read(tmp_path, f"{text}##NPOINTS= 3\n##XYPOINTS= (XY..XY)\n2.5, 90; 5, 80\n10, 70\n##END=\n")
    np.testing.assert_allclose(trace["wavenumber_per_m"], [4e5, 2e5, 1e5], rtol=1e-14)
    np.testing.assert_allclose(trace["transmittance_1"], [0.9, 0.8, 0.7], rtol=1e-14)


def test_what_the_header_says_is_checked(tmp_path: Path) -> None:
    rows = "400 1 2 3 3 2 1\n406 0 -1 -2 -3 -30 -31"
    (trace,) = read(tmp_path, block(rows, n=13, more="##MINY= -14\n##MAXY= 1.5\n"))
    assert len(trace.warnings) == 2
    assert "promises 13 points" in trace.warnings[0]
    assert "MINY" in trace.warnings[1]


@pytest.mark.parametrize(
    ("word", "column", "factor"),
    [
        ("ABSORBANCE", "absorbance", 1),
        ("TRANSMITTANCE", "transmittance_1", 1),
        ("% Transmittance", "transmittance_1", 0.01),
        ("PERCENT REFLECTANCE", "reflectance_1", 0.01),
        ("KUBELKA-MUNK", "kubelka_munk", 1),
        ("ARBITRARY UNITS", "spectrum_ordinate", 1),
    ],
)
def test_the_ordinate_is_what_the_file_calls_it(word: str, column: str, factor: float, tmp_path: Path) -> None:
    text = block("400 1 2 3 3 2 1\n406 0 1 2 3 3 1").replace("ABSORBANCE", word)
    (trace,) = read(tmp_path, text)
    assert trace[column][1] == pytest.approx(factor * 1.0)
    assert bool(trace.warnings) is (column == "spectrum_ordinate")


@pytest.mark.parametrize(
    ("old", "new", "match"),
    [
        ("INFRARED SPECTRUM", "NMR SPECTRUM", "no infrared spectrum"),
        ("1/CM", "HZ", "no wavenumber and no wavelength"),
        ("(X++(Y..Y))", "(X++(R..R))", "form of data that is not read"),
        ("##XYDATA= (X++(Y..Y))", "##NOTHING=", "no spectrum in this JCAMP-DX file"),
        ("400 1 2", "##X= ", "no ordinates"),
    ],
)
def test_what_is_no_infrared_spectrum_is_refused(old: str, new: str, match: str, tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=match) as caught:
        read(tmp_path, block("400 1 2 3 3 2 1 0 -1 -2 -3 -30 -31").replace(old, new))
    assert len(caught.value.problems) == 1


# ---- the others, on files written here to their layout ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "reader", "column", "factor"),
    [
        (jcamp().encode(), "jcamp", "absorbance", 1),
        (asp().encode(), "asp", "spectrum_ordinate", 1),
        (opus(), "opus", "absorbance", 1),
        (opus(5), "opus", "transmittance_1", 1),
        (spa(), "omnic", "absorbance", 1),
        (spa(16), "omnic", "transmittance_1", 0.01),
        (spc(), "spc", "absorbance", 1),
        (spc(integers=True), "spc", "absorbance", 1),
    ],
)
def test_each_layout(data: bytes, reader: str, column: str, factor: float, tmp_path: Path) -> None:
    (trace,) = read(tmp_path, data)
    assert trace.source.reader == reader
    np.testing.assert_allclose(trace["wavenumber_per_m"], np.linspace(4e5, 4e4, 451), rtol=1e-12)
    np.testing.assert_allclose(trace[column], factor * np.array(spectrum()), atol=1e-6)


@pytest.mark.parametrize("data", [jcamp(3).encode(), spc(3)])
def test_several_spectra_stay_several(data: bytes, tmp_path: Path) -> None:
    traces = read(tmp_path, data)
    assert [t.metadata["at"] for t in traces] == [{"spectrum": 1}, {"spectrum": 2}, {"spectrum": 3}]
    np.testing.assert_allclose(traces[2]["absorbance"], spectrum(0.2), atol=1e-6)


def test_an_opus_file_with_interferograms_alone(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="interferogram"):
        read(tmp_path, opus(2))


def test_the_old_layout_of_spc_is_named(tmp_path: Path) -> None:
    data = bytearray(spc())
    data[1] = 0x4C
    struct.pack_into(">iddi", data, 4, 451, 4000.0, 400.0, 1)
    with pytest.raises(ReadError, match="high bytes first"):
        read(tmp_path, bytes(data))


@pytest.mark.parametrize("data", [opus(), spa(), spc(), asp().encode()])
def test_cut_files_are_refused(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(ReadError) as caught:
        read(tmp_path, data[: len(data) * 2 // 3])
    assert len(caught.value.problems) == 1


def test_the_mark_of_a_virtual_instrument_is_seen(tmp_path: Path) -> None:
    (trace,) = read(tmp_path, jcamp().replace("film", REHEARSED_MARK))
    assert trace.rehearsed


@pytest.mark.parametrize(
    ("heads", "column", "factor"), [("cm-1,A", "absorbance", 1), ("cm-1,%T", "transmittance_1", 0.01)]
)
def test_tables_as_programs_export_them(heads: str, column: str, factor: float, tmp_path: Path) -> None:
    (trace,) = read(tmp_path, heads + "\n" + "".join(f"{4000 - k},{50 + k % 7}.5\n" for k in range(100)))
    assert trace["wavenumber_per_m"][1] == pytest.approx(399_900)
    assert trace[column][1] == pytest.approx(51.5 * factor)


def test_words_for_columns(tmp_path: Path) -> None:
    rows = "".join(f"{4000 - k};{50 + k % 7},5\n" for k in range(100))
    (trace,) = read(tmp_path, "Wellenzahl [cm-1];Transmission [%]\n" + rows)
    assert (trace["wavenumber_per_m"][0], trace["transmittance_1"][0]) == pytest.approx((4e5, 0.505))
