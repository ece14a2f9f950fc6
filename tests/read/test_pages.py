"""Parquet whose page headers claim other numbers of values than the footer."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from byssus.errors import ReadError
from byssus.read import read_file
from byssus.read.pages import counts_agree

ROWS = 120
COUNT = bytes([0x2C, 0x15, 0xF0, 0x01])  # of a page header: a structure, whose first field is 120, zigzag 240
TOTALS = bytes([0x16, 0xF0, 0x01])  # of a column in the footer: a long integer, 120; two more follow


def parquet() -> bytes:
    held = io.BytesIO()
    columns = {"Time [s]": [0.1 * n for n in range(ROWS)], "Force [N]": [0.3 * n**2 for n in range(ROWS)]}
    pl.DataFrame(columns).write_parquet(held)
    return held.getvalue()


@pytest.mark.parametrize("count", [0xF1, 0xFF, 0xEE, 0xF2], ids=["-121", "-128", "119", "121"])
@pytest.mark.parametrize("last", [False, True])
def test_a_wrong_number_of_values_is_refused_before_decoding(count: int, last: bool, tmp_path: Path) -> None:
    data = parquet()
    assert data.count(COUNT) == 2
    at = data.rfind(COUNT) if last else data.find(COUNT)
    path = tmp_path / "a.parquet"
    path.write_bytes(data[: at + 2] + bytes([count]) + data[at + 3 :])
    with pytest.raises(ReadError, match="cut short or damaged") as caught:
        read_file(path)  # one below zero would end the process
    assert len(caught.value.problems) == 1
    path.write_bytes(data)
    assert len(read_file(path)[0]) == ROWS


def refused_in_silence(path: Path, capfd: pytest.CaptureFixture[str]) -> bool:
    with pytest.raises(ReadError, match="cut short or damaged"):
        read_file(path)
    return not capfd.readouterr().err


def test_pages_encoded_in_no_known_way_are_refused_in_silence(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    data, path = parquet(), tmp_path / "a.parquet"
    at = data.find(COUNT) + len(COUNT)
    assert data[at] == 0x15  # field 2, an integer: the encoding
    for encoding in (0x14, 0x2A, 0x01):  # 10, 21, -1
        path.write_bytes(data[: at + 1] + bytes([encoding]) + data[at + 2 :])
        assert refused_in_silence(path, capfd)


def test_columns_that_reach_beyond_the_file_are_refused_in_silence(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    data, path = bytearray(parquet()), tmp_path / "a.parquet"
    at = data.find(TOTALS)
    at = data.rfind(data[at : at + 9])  # written behind the column, and again in the footer
    assert data[at + 3] == data[at + 6] == 0x16  # sizes of two bytes each: whole, then compressed
    data[at + 7 : at + 9] = b"\xfe\x7f"  # zigzag 8191
    assert len(data) < 8191
    path.write_bytes(data)
    assert refused_in_silence(path, capfd)


@pytest.mark.parametrize("compression", ["uncompressed", "zstd", "snappy", "lz4", "gzip"])
@pytest.mark.parametrize("rows", [0, 1, 5, 30_000])
def test_whole_files_of_every_kind_agree(compression: str, rows: int, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    schema = {"a": pl.Float64, "b": pl.Int64, "s": pl.String, "t": pl.Boolean, "l": pl.List(pl.Int64), "d": pl.Date}
    frame = pl.DataFrame(
        {
            "a": np.arange(rows) * 0.1,
            "b": [None if n % 3 else n for n in range(rows)],
            "s": [f"x{n % 50}" for n in range(rows)],
            "t": [bool(n % 2) for n in range(rows)],
            "l": [[n, n] for n in range(rows)],
            "d": [None] * rows,
        },
        schema=schema,
    )
    frame.write_parquet(path, compression=compression, row_group_size=max(rows // 3, 1))  # type: ignore[arg-type]
    assert counts_agree(path)


@pytest.mark.parametrize(
    "data", [b"", b"PAR1", b"PAR1" + bytes(40) + b"PAR1", b"PAR1\xff\xff\xff\x7fPAR1", b"PAR1" * 9]
)
def test_what_is_no_parquet_is_left_to_the_decoder(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(data)
    assert counts_agree(path)


def test_real_files_agree(shared_data: Path) -> None:
    found = [*shared_data.glob("*/*.parquet")]
    assert len(found) > 5
    assert all(counts_agree(path) for path in found)
