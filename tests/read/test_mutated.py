"""Seeded damage to small files of every format and to the smallest real ones: read, or refused with a ReadError."""

from __future__ import annotations

import gzip
import io
import threading
import zipfile
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from exercise import DEEP_TURN, PARAMETERS, exercise
from mutations import mutate
from samples import small_files

from byssus.analyse.technique import techniques
from byssus.errors import ReadError
from byssus.read import FORMATS, read_file
from byssus.trace import Trace

MUTATIONS = 50  # a reader; benchmarks/fuzz.py does more
SMALLEST_REAL = (
    "cycler_neware/fastnda_46_1_5_60_bts16.ndax",
    "cycler_neware/navani_test.ndax",
    "cycler_neware/navani_test.nda",
)
BY_READER = {
    "bdf": ("bdf.csv", "bdf.parquet"),
    "neware": SMALLEST_REAL,
    "neware-csv": ("report.csv",),
    "zwick": ("pull.TRA",),
    "mpr": ("cell.mpr", "eis.mpr"),
    "eclab": ("eis.mpt", "cv.mpt"),
    "gamry": ("eis.DTA", "cv.DTA"),
    "zahner": ("eis.ism",),
    "zplot": ("eis.z",),
    "keysight": ("indents.xlsx",),
    "hysitron": ("indent.hld",),
    "fischerscope": ("indents.txt",),
    "indent-hdf5": ("indents.hdf5",),
    "trios": ("ramp.trios.txt",),
    "rheocompass": ("ramp.rheo.csv",),
    "ta-text": ("ramp.ta.txt",),
    "jcamp": ("film.jdx", "films.jdx"),
    "opus": ("film.0",),
    "omnic": ("film.spa",),
    "spc": ("film.spc",),
    "asp": ("film.asp",),
    "micrograph": ("thermo.tif", "zeiss.tif", "tescan.tif", "view.png", "view.jpg", "view.bmp"),
    "delimited": (
        "english.csv", "german.csv", "thousands.csv", "tabs.txt", "blanks.txt", "units.csv", "quoted.csv", "dates.csv",
        "swelling.csv", "land.csv", "blade.csv", "maccor.txt", "eis.csv", "eis.txt", "pull.csv.gz", "pull.csv.zip",
        "raw.csv", "dion.txt",
    ),
    "specimens": ("beside.csv", "below.csv", "bluehill.csv", "indents.ap.txt"),
    "parquet": ("pull.parquet",),
    "xlsx": ("book.xlsx",),
    "arbin-res": ("cell.res",),
    "empower": ("pairs.arw", "names.arw"),
    "gpc": ("mass.gpc",),
    "micromeritics": ("pores.txt",),
    "psi-volume": ("psi.txt",),
    "vamas": ("c1s.vms", "irregular.vms"),
    "casaxps": ("c1s_casa.txt", "peaks_casa.csv"),
    "phi": ("c1s.spe",),
    "specs": ("c1s_specs.xml", "c1s_specs.xy"),
    "scienta": ("c1s_ses.txt",),
    "lg4x": ("c1s_lg4x.csv",),
    "avantage": ("c1s_avantage.xlsx",),
}  # fmt: skip


@cache
def samples() -> dict[str, bytes]:
    return small_files()


def one(folder: Path, data: bytes | str) -> Trace:
    path = folder / "file"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    (trace,) = read_file(path)
    return trace


def test_every_format_is_damaged_and_every_technique_told_something() -> None:
    assert set(BY_READER) == set(FORMATS)
    assert set(PARAMETERS) == set(techniques())
    for name, one in techniques().items():
        assert set(PARAMETERS[name]) <= {parameter.name for parameter in one.parameters}


@pytest.mark.parametrize("reader", [r for r in BY_READER if r != "neware"])
def test_whole_samples_are_read_by_their_reader(reader: str, tmp_path: Path) -> None:
    for name in BY_READER[reader]:
        (tmp_path / name).write_bytes(samples()[name])
        traces = read_file(tmp_path / name)
        assert traces[0].source.reader.split()[0] == reader
        assert not any(trace.warnings for trace in traces) or name in (
            "dates.csv",
            "eis.txt",
            "psi.txt",
            "maccor.txt",
            "film.asp",
            "c1s_avantage.xlsx",
            "view.png",
            "view.jpg",
            "view.bmp",
        )
        assert exercise(tmp_path / name) == "read"


@pytest.mark.parametrize("reader", BY_READER)
def test_damaged_copies_are_read_or_refused(reader: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    names = BY_READER[reader]
    if reader == "neware":
        shared = request.getfixturevalue("shared_data")
        files = {Path(name).name: (shared / name).read_bytes() for name in names}
    else:
        files = {name: samples()[name] for name in names}
    outcomes = set()
    for number in range(MUTATIONS):
        name = list(files)[number % len(files)]
        path = tmp_path / name
        path.write_bytes(mutate(files[name], f"test {name} {number}"))
        outcomes.add(exercise(path, given=number % 3 != 0, deep=number // len(files) % DEEP_TURN == 0))
    assert outcomes == {"read", "refused"}


def test_the_same_key_does_the_same_damage() -> None:
    data = samples()["english.csv"]
    copies = [mutate(data, str(n)) for n in range(40)]
    assert copies == [mutate(data, str(n)) for n in range(40)]
    assert len(set(copies)) > 35


# ---- faults that damaged copies found ------------------------------------------------------------------------


def test_a_stray_carriage_return_in_quoted_text(tmp_path: Path) -> None:
    text = samples()["pull.TRA"].decode("cp1252")
    trace = one(tmp_path, text.replace('width",5.0', 'width",5.0\r').replace("\r\n0.5,", '\r\n# "note"\r\n0.5\r,'))
    assert trace.metadata["width_m"] == 5e-3
    assert len(trace) == 120
    assert trace["time_s"][5] == 0.5


def test_a_quotation_mark_that_is_never_closed(tmp_path: Path) -> None:
    text = samples()["quoted.csv"].decode()
    long = text + text.split("\n", 1)[1].replace('"', "") * 60 + '"' + "1,2,3\n" * 30_000
    with pytest.raises(ReadError, match="quotation mark is not closed"):
        one(tmp_path, long)


@pytest.mark.parametrize("pack", ["gzip", "zip"])
def test_damaged_packing_after_fastnda_put_isal_in_zlib_s_place(pack: str, tmp_path: Path) -> None:
    pytest.importorskip("fastnda.ndax")
    noise = np.random.default_rng(1).integers(32, 120, 60_000, dtype=np.uint8).tobytes()
    if pack == "gzip":
        data = bytearray(gzip.compress(noise, mtime=0))
    else:
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("a.csv", noise)
        data = bytearray(held.getvalue())
    for place in range(100, len(data) - 300, 97):
        data[place] ^= 0x5A
    with pytest.raises(ReadError, match="cut short or damaged"):
        one(tmp_path, bytes(data))


def test_the_members_of_an_ndax_are_read_by_one_thread(shared_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ndax = pytest.importorskip("fastnda.ndax")
    seen: list[int] = []
    original = ndax._extract_andbytes_to_df

    def noted(*arguments: object) -> object:
        seen.append(threading.get_ident())
        return original(*arguments)

    monkeypatch.setattr(ndax, "_extract_andbytes_to_df", noted)
    read_file(shared_data / "cycler_neware/navani_test.ndax")
    assert len(seen) > 1
    assert len(set(seen)) == 1


REPORT = (
    "Cycle Index,Chg. Cap.(mAh),DChg. Cap.(mAh)\n,Step Index,Step Number,Step Type,Step Time\n"
    ",,DataPoint,Time,Total Time,Current(A),Voltage(V)\n"
    "1,0,0\n,1,1,CC DChg,00:01:00\n,,1,00:00:00,00:00:00,-0.1,3.1\n{odd},,2,00:00:30,00:00:30,-0.1,3.0\n"
    "2,0,0\n,2,2,CC Chg,00:01:00\n,,3,00:00:00,00:00:30,0.1,3.0\n,,4,00:00:30,00:01:00,0.1,3.1\n{end}"
)


def test_cycle_and_step_of_a_report_stay_with_their_records(tmp_path: Path) -> None:
    for odd, rows in (("", 4), ("\n\n", 4), (",,1,00:00:00,00:00:00,-0.1,3.1\r\n", 5)):
        trace = one(tmp_path, REPORT.format(odd=odd, end=",,5,00:0"))
        assert len(trace) == rows
        assert list(trace["cycle_index"]) == [1] * (rows - 2) + [2, 2]
        assert list(trace["step_index"]) == [1] * (rows - 2) + [2, 2]
        assert list(trace["voltage_v"][-2:]) == [3.0, 3.1]
        assert any("cut short" in w for w in trace.warnings)


def test_a_row_of_a_report_that_is_no_layer_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="another width"):
        one(tmp_path, REPORT.format(odd="garbled row\n", end=""))


def _bdf(tmp_path: Path, **columns: object) -> Path:
    whole = {"Test Time / s": [0.0, 1.0, 2.0], "Voltage / V": [3.0, 3.1, 3.2], "Current / A": [0.1, 0.1, 0.1]}
    path = tmp_path / "a.parquet"
    pl.DataFrame({**whole, **columns}).write_parquet(path)
    return path


VOLTAGE = "Voltage / V"


def test_numbers_kept_as_other_kinds_in_parquet(tmp_path: Path) -> None:
    words = pl.Series(["3.0", "3.1", "x"])
    for series in (words, words.cast(pl.Categorical), words.cast(pl.Enum(["3.0", "3.1", "x"]))):
        (trace,) = read_file(_bdf(tmp_path, **{VOLTAGE: series}))
        np.testing.assert_array_equal(trace["voltage_v"], [3.0, 3.1, np.nan])
        assert trace.warnings == ("1 of 3 rows have no number in voltage_v (row 3)",)
    clock = pl.Series([0, 1_500, 3_000])
    times = (clock.cast(pl.Duration("ms")), (clock * 1_000_000).cast(pl.Time))
    for series in times:
        (trace,) = read_file(_bdf(tmp_path, **{"Test Time / s": series}))
        assert list(trace["time_s"]) == [0.0, 1.5, 3.0]


@pytest.mark.parametrize(
    "series",
    [
        pl.Series([[1.0], [2.0], [3.0]]),
        pl.Series([{"a": 1}, {"a": 2}, {"a": 3}]),
        pl.Series([b"1", b"2", b"3"]),
        pl.Series([1, 2, 3]).cast(pl.Date),
        pl.Series([1, 2, 3]).cast(pl.Time),
        pl.Series([None, None, None]),
        pl.Series([1e308, -1e308, 1e-320]),
    ],
    ids=lambda series: str(series.dtype),
)
def test_what_is_no_number_in_parquet_is_refused(series: pl.Series, tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"no number in the column 'Voltage / V'|no known column"):
        read_file(_bdf(tmp_path, **{VOLTAGE: series}))


def test_a_column_of_words_or_clock_times_mapped_to_numbers_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("note,when,Time [s]\nfoo,00:00:01,1\nbar,00:00:02,2\n")
    for heading in ("note", "when"):
        with pytest.raises(ReadError, match="no number in the column"):
            read_file(path, columns={"force_n": f"{heading} [N]", "time_s": "Time [s]"})


def test_sizes_nobody_measures_are_no_numbers(tmp_path: Path) -> None:
    trace = one(tmp_path, "Time [s],Force [N]\n0,1\n1,1e308\n2,-1e200\n3,1e-320\n4,0\n")
    np.testing.assert_array_equal(trace["force_n"], [1, np.nan, np.nan, np.nan, 0])
    assert trace.warnings == ("3 of 5 rows have no number in force_n (rows 2, 3, 4)",)


def test_absurd_sizes_of_a_header_are_not_taken(tmp_path: Path) -> None:
    text = samples()["pull.TRA"].decode("cp1252")
    assert one(tmp_path, text).metadata["area_m2"] == 2.5e-7
    for size in ("0", "1e-320", "9" * 400, "-1"):
        trace = one(tmp_path, text.replace('section",0.25', f'section",{size}'))
        assert "area_m2" not in trace.metadata
        assert trace.metadata["width_m"] == 5e-3


def test_a_size_that_only_its_unit_makes_infinite(tmp_path: Path) -> None:
    trace = one(tmp_path, "Time [h],Force [kN]\n0,1\n1,1e307\n2,2\n")
    np.testing.assert_array_equal(trace["force_n"], [1000, np.nan, 2000])


def test_a_byte_order_mark_before_what_is_no_utf_8(tmp_path: Path) -> None:
    rows = "".join(f"{n},{n},caf\u00e9\n" for n in range(5)) + "5,5\n6,6,x\n"
    ragged = b"\xef\xbb\xbf" + ("Time [s],Force [N],note\n" + rows).encode("cp1252")
    with pytest.raises(ReadError, match="another width"):
        one(tmp_path, ragged)
    whole = b"\xef\xbb\xbf" + ("Time [s],Force [N],state\n" + rows[: rows.index("5,5")]).encode("cp1252")
    assert list(one(tmp_path, whole)["state"]) == ["caf\u00e9"] * 5


def test_a_size_no_specimen_has_is_said(tmp_path: Path) -> None:
    path = tmp_path / "film.csv"
    path.write_text("Width: -10 mm\nThickness: 50 µm\n\nForce [N],Strain [%]\n1,0.1\n2,0.2\n3,0.3\n", encoding="utf-8")
    (trace,) = read_file(path)
    assert "width_m" not in trace.metadata
    assert trace.metadata["thickness_m"] == pytest.approx(50e-6)
    assert any("Width" in warning and "-10 mm" in warning for warning in trace.warnings)


def test_a_signalling_nan_is_no_number(tmp_path: Path) -> None:
    values = np.arange(4) + 1.0
    values.view(np.uint64)[2] = 0x7FF0000000000001  # the processor tells of it when it is first reckoned with
    path = tmp_path / "a.parquet"
    pl.DataFrame({"Force [N]": [1.0, 2.0, 3.0, 4.0], "Displacement [mm]": values}).write_parquet(path)
    (trace,) = read_file(path)
    np.testing.assert_array_equal(trace["displacement_m"], [1e-3, 2e-3, np.nan, 4e-3])
