"""Micrographs: what each microscope's tags and sidecars say, the data bar, damaged and absurd files, real ones."""

from __future__ import annotations

import io
import math
import shutil
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from samples_micrographs import bitmap, section, tescan, thermo, tiff, zeiss

from byssus.errors import AnalysisError, ReadError
from byssus.read import read_file
from byssus.read.microscope import from_sidecar
from byssus.read.sidecars import sidecars, without_sidecars
from byssus.trace import REHEARSED_MARK, Trace


def read(folder: Path, data: bytes, name: str = "sem.tif", **beside: str) -> Trace:
    path = folder / name
    path.write_bytes(data)
    for ending, text in beside.items():
        path.with_suffix(f".{ending}").write_text(text, encoding="utf-8")
    (trace,) = read_file(path)
    return trace


def test_real_thermo_file(shared_data: Path) -> None:
    (trace,) = read_file(shared_data / "sem" / "thermofisher_SEM_Image-SliceImage-001.tif")
    assert trace.metadata["pixel_size_m"] == pytest.approx(385.417e-9, rel=1e-6)
    assert trace.metadata["accelerating_voltage_v"] == 15_000
    assert trace.metadata["field_width_m"] == pytest.approx(592e-6)
    assert trace.metadata["picture_shape"] == (1024, 1536)
    assert 1536 * trace.metadata["pixel_size_m"] == pytest.approx(592e-6, rel=1e-5)
    assert trace["grey"].dtype == np.uint8
    assert len(trace) == 1024 * 1536
    assert not trace.warnings
    assert not trace.rehearsed


def test_real_tescan_sidecar(shared_data: Path, tmp_path: Path) -> None:
    shutil.copy(shared_data / "sem" / "tescan_minimal.hdr", tmp_path / "slice_01.hdr")
    trace = read(tmp_path, tiff(section(), {}), "slice_01.tif")
    assert trace.metadata["pixel_size_m"] == pytest.approx(50e-9)
    assert trace.metadata["accelerating_voltage_v"] == 5000
    assert trace.metadata["microscope"] == "TESCAN SOLARIS X"
    (source,) = trace.metadata["beside"]
    assert source.path.endswith("slice_01.hdr")
    assert source.sha256 == "768417bff0319ead8d756cbbb90901539481fa4e7139159536780c1f62ea2297"
    assert not trace.warnings


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "tiff_adobe_deflate", "packbits"])
def test_thermo_of_every_packing(tmp_path: Path, compression: str) -> None:
    trace = read(tmp_path, thermo(compression))
    assert trace.metadata["pixel_size_m"] == 25e-9
    assert trace.metadata["picture_shape"] == (86, 128)  # ten rows of 96 are the data bar
    assert trace.metadata["databar_rows"] == 10
    np.testing.assert_array_equal(trace["grey"].reshape(86, 128), section()[:86])
    assert not trace.warnings


def test_zeiss(tmp_path: Path) -> None:
    trace = read(tmp_path, zeiss())
    assert trace.metadata["pixel_size_m"] == pytest.approx(12.5e-9)
    assert trace.metadata["accelerating_voltage_v"] == pytest.approx(3000)
    assert trace.metadata["working_distance_m"] == pytest.approx(5.6e-3)
    assert trace.metadata["detector"] == "InLens"
    np.testing.assert_array_equal(trace["grey"], section().reshape(-1).astype(np.uint16) * 257)


def test_zeiss_without_a_named_pixel_size_takes_the_unnamed_one(tmp_path: Path) -> None:
    text = "\r\n0\r\n0\r\n0\r\n1e-8\r\n0\r\nAP_WD\r\nWD = 5 mm\r\n"
    wide = np.tile(section(), (1, 4))  # 512 columns: half of the 1024 that the number is for
    trace = read(tmp_path, tiff(wide, {34118: text}))
    assert trace.metadata["pixel_size_m"] == pytest.approx(2e-8)


def test_tescan_tag(tmp_path: Path) -> None:
    trace = read(tmp_path, tescan())
    assert trace.metadata["pixel_size_m"] == pytest.approx(50e-9)
    assert trace.metadata["databar_rows"] == 8
    assert trace.metadata["microscope"] == "MIRA3"


JEOL = (
    "$CM_FORMAT JEOL-SEM\n$CM_MAG 2000\n$CM_ACCEL_VOLT 15.00\n$CM_FULL_SIZE 128 90\n"
    "$$SM_MICRON_BAR 50\n$$SM_MICRON_MARKER 10um\n$$SM_WD 8.1\n"
)
HITACHI = (
    "[SemImageFile]\nInstructName=SU8000\nPixelSize=49.6\n"
    "AcceleratingVoltage=15000 Volt\nDataSize=128x96\nWorkingDistance=8100 um\n"
)


def test_jeol_sidecar(tmp_path: Path) -> None:
    trace = read(tmp_path, tiff(section(), {}), txt=JEOL)
    assert trace.metadata["pixel_size_m"] == pytest.approx(10e-6 / 50)
    assert trace.metadata["magnification"] == 2000
    assert trace.metadata["accelerating_voltage_v"] == 15_000
    assert trace.metadata["working_distance_m"] == pytest.approx(8.1e-3)
    assert trace.metadata["databar_rows"] == 6  # the scan has 90 of 96 rows
    assert [Path(s.path).name for s in trace.metadata["beside"]] == ["sem.txt"]


def test_hitachi_sidecar_and_a_scan_of_another_width(tmp_path: Path) -> None:
    assert read(tmp_path, tiff(section(), {}), txt=HITACHI).metadata["pixel_size_m"] == pytest.approx(49.6e-9)
    half = read(tmp_path, tiff(section(), {}), txt=HITACHI.replace("128x96", "256x192"))
    assert half.metadata["pixel_size_m"] == pytest.approx(2 * 49.6e-9)
    assert any("the scan had 256" in w for w in half.warnings)


def test_imagej(tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.fromarray(section()).save(
        out, format="TIFF", description="ImageJ=1.53t\nunit=micron\n", x_resolution=20.0, y_resolution=20.0
    )
    assert read(tmp_path, out.getvalue()).metadata["pixel_size_m"] == pytest.approx(50e-9)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP"])
def test_pictures_without_scale_are_read_and_say_so(tmp_path: Path, kind: str) -> None:
    trace = read(tmp_path, bitmap(kind), "view.any")
    assert "pixel_size_m" not in trace.metadata
    assert any("nothing says the pixel size" in w for w in trace.warnings)
    difference = np.abs(trace["grey"].reshape(96, 128).astype(float) - section())
    assert difference.max() == 0 if kind != "JPEG" else difference.mean() < 10
    with pytest.raises(AnalysisError, match="this is a picture"):
        trace["force_n"]


def test_colour_pages_and_bits(tmp_path: Path) -> None:
    red = np.zeros((40, 50, 3), dtype=np.uint8)
    red[..., 0] = 200
    out = io.BytesIO()
    Image.fromarray(red).save(out, format="TIFF")
    trace = read(tmp_path, out.getvalue())
    assert set(trace["grey"]) == {60}  # 0.299 x 200
    assert any("in colour" in w for w in trace.warnings)
    out = io.BytesIO()
    first, second = (Image.fromarray(np.full((40, 50), v, dtype=np.uint8)) for v in (10, 20))
    first.save(out, format="TIFF", save_all=True, append_images=[second])
    trace = read(tmp_path, out.getvalue())
    assert set(trace["grey"]) == {10}
    assert any("2 pictures; the first is read" in w for w in trace.warnings)
    out = io.BytesIO()
    Image.fromarray(np.linspace(-1, 1, 2000, dtype=np.float32).reshape(40, 50)).save(out, format="TIFF")
    trace = read(tmp_path, out.getvalue())
    assert (trace["grey"].min(), trace["grey"].max()) == (0, 65535)


def bar(picture: np.ndarray, rows: int = 12) -> np.ndarray:
    """The picture over a black data bar with white writing."""
    drawn = np.zeros((rows, picture.shape[1]), dtype=np.uint8)
    drawn[4:8, 10:40] = 255
    return np.vstack([picture, drawn])


def test_a_drawn_data_bar_is_cut_off_and_said(tmp_path: Path) -> None:
    trace = read(tmp_path, tiff(bar(section()), {}))
    assert trace.metadata["picture_shape"] == (96, 128)
    assert any("the lowest 12 of 108 rows are taken for the data bar" in w for w in trace.warnings)


def test_a_dark_lower_side_is_no_data_bar(tmp_path: Path) -> None:
    dark = section()
    dark[-15:] = 0
    assert read(tmp_path, tiff(dark, {})).metadata["databar_rows"] == 0
    assert read(tmp_path, tiff(np.full((96, 128), 7, np.uint8), {})).metadata["databar_rows"] == 0


def test_the_mark_of_rehearsal_in_the_file_or_beside_it(tmp_path: Path) -> None:
    assert read(tmp_path, tiff(section(), {270: f"{REHEARSED_MARK} x"})).rehearsed
    assert read(tmp_path, tiff(section(), {}), txt=JEOL + f"$CM_TITLE {REHEARSED_MARK}\n").rehearsed


def test_names_of_sidecars(tmp_path: Path) -> None:
    (tmp_path / "a.tif").write_bytes(tiff(section(), {}))
    for name in ("a-tif.hdr", "a.TXT", "b.hdr", "a.csv"):
        (tmp_path / name).write_text("x")
    beside = sidecars(tmp_path / "a.tif")
    assert [p.name for p in beside] == ["a-tif.hdr", "a.TXT"]
    assert sidecars(tmp_path / "a.csv") == ()
    left = without_sidecars(sorted(tmp_path.iterdir()))
    assert [p.name for p in left] == ["a.csv", "a.tif", "b.hdr"]


def test_a_sidecar_that_says_nothing_is_passed_over(tmp_path: Path) -> None:
    trace = read(tmp_path, tiff(section(), {}), txt="notes of mine = 5\n", hdr="[MAIN]\nPixelSizeX=0.00000005\n")
    assert trace.metadata["pixel_size_m"] == pytest.approx(50e-9)
    trace = read(tmp_path, tiff(section(), {}), txt="notes\n", hdr="[MAIN]\nPixelSizeX=5000\n")
    assert "pixel_size_m" not in trace.metadata


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200), st.sampled_from([JEOL, HITACHI, "[MAIN]\nPixelSizeX=5e-8\n"]), st.integers(0, 200))
def test_no_sidecar_breaks_the_reader(noise: bytes, text: str, place: int) -> None:
    raw = text.encode()
    found = from_sidecar(raw[:place] + noise + raw[place:], "a.txt")
    assert found is None or math.isnan(found.pixel_m) or 1e-12 <= found.pixel_m <= 1e-4


def test_what_is_no_whole_picture_is_refused(tmp_path: Path) -> None:
    whole = thermo("tiff_lzw")
    for data, says in (
        (whole[: len(whole) // 3], "cut short or damaged"),
        (b"II*\x00" + bytes(40), "cut short or damaged"),
        (tiff(section()[:10], {}), "too small"),
    ):
        with pytest.raises(ReadError, match=says):
            read(tmp_path, data)


def test_a_picture_of_absurd_size_is_not_decoded(tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.fromarray(section()).save(out, format="BMP")
    data = bytearray(out.getvalue())
    struct.pack_into("<ii", data, 18, 60_000, 60_000)
    with pytest.raises(ReadError, match="too large"):
        read(tmp_path, bytes(data), "huge.bmp")
