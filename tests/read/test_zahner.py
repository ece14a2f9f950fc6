"""Zahner .ism: real files by their manifest's values, and files written here byte by byte."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from byssus.errors import ReadError
from byssus.read import read_file
from byssus.trace import REHEARSED_MARK, Trace

MAGIC = b"\x00\x00\xff\xff\xff\xfe"
F, RE, IM = "frequency_hz", "impedance_real_ohm", "impedance_imaginary_ohm"


def ism(frequency: list[float], tracks: bool = True, comment: bytes = b"hELLO", count: int | None = None) -> bytes:
    """A file whose modulus is 2 f, phase -0.5, stamp falls behind 1980 by a second a point, potential 0.1 n."""
    n = len(frequency)
    out = MAGIC + ((n if count is None else count) - 1).to_bytes(6, "big", signed=True)
    for column in (frequency, [2 * f for f in frequency], [-0.5] * n, [1e9 + k for k in range(n)]):
        out += struct.pack(f">{n}d", *column)
    out += struct.pack(f">{n}h", *[1000] * n)
    for text in (b"310124", b"", b"0.1v", b"", b"25c", b"", comment, b"", b"", b"", b"", b""):
        out += struct.pack(">h", len(text)) + text
    out += struct.pack(">h", 864 if tracks else 0) + struct.pack(">32d", *[0.0] * 27, 32944.0, *[0.0] * 4)
    return out + (struct.pack(f">{2 * n}d", *(v for k in range(n) for v in (0.1 * k, 1e-3))) if tracks else b"")


def read(tmp_path: Path, data: bytes) -> Trace:
    path = tmp_path / "a.ism"
    path.write_bytes(data)
    (trace,) = read_file(path)
    return trace


SWEEP: list[float] = [10.0**n for n in range(6)]


@pytest.mark.parametrize(
    ("name", "rows", "left_out"),
    [
        ("zahner_000_mvdc.ism", 38, 0),
        ("zahner_100_mvdc.ism", 38, 0),
        ("zahner_500uR_measurement_pro.ism", 160, 90),
        ("zahner_rc-data.ism", 55, 20),
        ("zahner_short_circuit_measurement_pro.ism", 212, 120),
    ],
)
def test_real_files(name: str, rows: int, left_out: int, shared_data: Path) -> None:
    (trace,) = read_file(shared_data / "eis_zahner" / name)
    assert (trace.source.reader, len(trace), trace.source.rows) == ("zahner", rows, rows)
    assert np.all(np.diff(trace[F]) > 0) or np.all(np.diff(trace[F]) < 0)  # no frequency twice
    assert {"time_s", "voltage_v", "current_a"} <= set(trace.columns)
    said = [w for w in trace.warnings if "before the sweep's turn" in w]
    assert said == ([f"{left_out} of {rows + left_out} points, {said[0].split('points, ')[1]}"] if left_out else [])
    assert len(trace.warnings) == len(said)


def test_the_resistance_of_a_known_resistor(shared_data: Path) -> None:
    (trace,) = read_file(shared_data / "eis_zahner/zahner_500uR_measurement_pro.ism")
    at_1_hz = int(np.argmin(np.abs(trace[F] - 1)))
    assert trace[F][at_1_hz] == pytest.approx(1.0, abs=1e-9)
    assert trace[RE][at_1_hz] == pytest.approx(0.5118e-3, abs=5e-8)


def test_potential_and_texts_agree(shared_data: Path) -> None:
    (trace,) = read_file(shared_data / "eis_zahner/zahner_100_mvdc.ism")
    texts = trace.metadata["preamble"]  # what Thales wrote beside the numbers
    assert float(texts["Potential"].split("V")[0]) == pytest.approx(np.mean(trace["voltage_v"]), abs=5e-4)
    assert texts["Current"].upper() == "70.678UA"
    assert np.mean(trace["current_a"]) == pytest.approx(70.678e-6, rel=1e-2)
    assert texts["Time"] == "07:18:46 - 07:19:44"
    assert trace["time_s"][-1] == pytest.approx(58, abs=3)


def test_numbers_made_here(tmp_path: Path) -> None:
    trace = read(tmp_path, ism(SWEEP))
    np.testing.assert_array_equal(trace[F], SWEEP)
    np.testing.assert_allclose(trace[RE], 2 * np.array(SWEEP) * np.cos(0.5), rtol=1e-15)
    np.testing.assert_allclose(trace[IM], -2 * np.array(SWEEP) * np.sin(0.5), rtol=1e-15)
    np.testing.assert_array_equal(trace["time_s"], np.arange(6.0))
    np.testing.assert_allclose(trace["voltage_v"], 0.1 * np.arange(6), rtol=1e-15)
    np.testing.assert_array_equal(trace["current_a"], [1e-3] * 6)
    assert trace.metadata["preamble"]["Comment 1"] == "Hello"
    assert trace.warnings == ()
    assert "voltage_v" not in read(tmp_path, ism(SWEEP, tracks=False)).columns


@pytest.mark.parametrize(
    ("frequency", "kept"),
    [
        ([1e3, 1e4, 1e5, 1e4, 1e3, 1e2], [1e5, 1e4, 1e3, 1e2]),
        ([1e3, 1e2, 1e1, 1e2, 1e3, 1e4], [1e1, 1e2, 1e3, 1e4]),
        ([1e3], [1e3]),
    ],
)
def test_the_part_between_the_ends_is_kept(frequency: list[float], kept: list[float], tmp_path: Path) -> None:
    trace = read(tmp_path, ism(frequency))
    np.testing.assert_array_equal(trace[F], kept)
    first = len(frequency) - len(kept)
    np.testing.assert_allclose(trace["voltage_v"], 0.1 * np.arange(first, len(frequency)), rtol=1e-15)
    assert [w.split(",")[0] for w in trace.warnings] == ([f"{first} of {len(frequency)} points"] if first else [])


def test_a_file_cut_behind_its_spectrum_is_read_with_a_warning(tmp_path: Path) -> None:
    whole: NDArray[np.float64] = read(tmp_path, ism(SWEEP))[RE]
    spectrum_ends = 12 + 34 * len(SWEEP)
    for end in (spectrum_ends, spectrum_ends + 5, spectrum_ends + 100, len(ism(SWEEP)) - 1):
        trace = read(tmp_path, ism(SWEEP)[:end])
        np.testing.assert_array_equal(trace[RE], whole)
        assert any("cut behind the spectrum" in w for w in trace.warnings)


@pytest.mark.parametrize(
    "data",
    [
        ism(SWEEP)[: 12 + 34 * 6 - 1],
        ism(SWEEP)[:12],
        ism(SWEEP, count=2**40),
        ism(SWEEP, count=0),
        ism(SWEEP, count=-5),
        ism([1.0, float("nan"), 3.0]),
        ism([1.0, 1e300, 3.0]),
        ism([1.0, -2.0, 3.0]),
    ],
    ids=["cut", "header only", "absurd count", "no point", "negative", "nan", "huge", "below zero"],
)
def test_damaged_files_are_refused_with_one_problem(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="cut short or damaged") as caught:
        read(tmp_path, data)
    assert len(caught.value.problems) == 1


def test_the_rehearsed_mark_is_seen(tmp_path: Path) -> None:
    assert read(tmp_path, ism(SWEEP, comment=REHEARSED_MARK.encode())).rehearsed
    assert not read(tmp_path, ism(SWEEP)).rehearsed


def test_a_stamp_without_end_is_no_time(tmp_path: Path) -> None:
    data = bytearray(ism(SWEEP))
    struct.pack_into(">d", data, len(MAGIC) + 6 + 24 * len(SWEEP), np.inf)  # of the first point: time counts from it
    with pytest.raises(ReadError, match="no number in the column 'Time"):
        read(tmp_path, bytes(data))
