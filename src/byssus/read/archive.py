"""Zip and gzip, opened with care: what is inside, whether it is whole, and never more than is sane."""

from __future__ import annotations

import gzip
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn, Protocol

from byssus.errors import ReadError
from byssus.read.problems import refuse

__all__ = ["guard_sheets", "members", "unpack_gzip", "unpack_zip"]

MAX_UNPACKED = 1 << 30  # 1 GiB: ten times the largest cycler file met
MAX_RATIO = 200  # deflate of real instrument files stays below 40; a bomb is near 1000
RATIO_FROM = 16 << 20  # below 16 MiB unpacked, a high ratio does no harm
MAX_SHEET_CELLS = 30_000_000  # rows times columns of one sheet; the reader lays them out densely
PIECE = 1 << 20
_DIMENSION = re.compile(rb'<dimension[^>]*ref="[A-Z]{1,3}\d{1,7}:([A-Z]{1,3})(\d{1,7})"')
_ROW = re.compile(rb'<row[^>]*? r="(\d{5,})"')
_CELL = re.compile(rb'<c[^>]*? r="(?:([A-Z]{2,4})(\d+)|[A-Z](\d{5,}))"')


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def members(path: Path, where: str) -> list[zipfile.ZipInfo]:
    """What a zip holds; :class:`ReadError` where it is cut, encrypted or would unpack to absurd size."""
    with _opening(where), zipfile.ZipFile(path) as held:
        infos = [info for info in held.infolist() if not info.is_dir()]
    total = sum(info.file_size for info in infos)
    packed = max(sum(info.compress_size for info in infos), 1)
    if total > MAX_UNPACKED or (total > RATIO_FROM and total > MAX_RATIO * packed):
        _absurd(where, f"{total / 1e6:.0f} MB packed into {packed / 1e6:.2f} MB")
    if any(info.flag_bits & 1 for info in infos):
        refuse("the file is protected by a password", where, mend="Save it without a password.")
    return infos


@contextmanager
def _opening(where: str) -> Iterator[None]:
    """Whatever goes wrong inside is damage to the packed file, save what was already told apart.

    fastnda puts isal in zlib's place, so that even the errors of inflating have more than one name.
    """
    try:
        yield
    except (ReadError, MemoryError, PermissionError, FileNotFoundError):
        raise
    except Exception as fault:
        _damaged(where, fault)


def unpack_zip(path: Path, name: str, into: Path, where: str) -> None:
    """One member of a zip, written to ``into``."""
    with _opening(where), zipfile.ZipFile(path) as held, held.open(name) as source:
        _copy(source, into, where)


def unpack_gzip(path: Path, into: Path, where: str) -> None:
    """A gzip, written to ``into``."""
    with _opening(where), gzip.open(path) as source:
        _copy(source, into, where, packed=path.stat().st_size)


def _copy(source: _Readable, into: Path, where: str, packed: int = 0) -> None:
    done = 0
    with into.open("wb") as target:
        while piece := source.read(PIECE):
            done += len(piece)
            if done > MAX_UNPACKED or (packed and done > RATIO_FROM and done > MAX_RATIO * packed):
                _absurd(where, f"more than {done / 1e6:.0f} MB unpacked")
            target.write(piece)


def guard_sheets(path: Path, infos: list[zipfile.ZipInfo], where: str) -> bool:
    """Refuse a workbook whose parts are damaged, or whose sheets claim or hold cells without end.

    Streams every part once, before any parser sees it; the return says whether the rehearsed mark is inside.
    """
    from byssus.trace import REHEARSED_MARK

    marked = False
    with _opening(where), zipfile.ZipFile(path) as held:
        for info in infos:
            rows = columns = done = 0
            before = b""
            with held.open(info) as part:
                while piece := part.read(PIECE):
                    done += len(piece)
                    if done > MAX_UNPACKED:
                        _absurd(where, f"more than {done / 1e6:.0f} MB unpacked")
                    text = before + piece
                    marked = marked or REHEARSED_MARK.encode() in text
                    if "worksheets/" in info.filename:
                        rows, columns = _extent(text, rows, columns)
                        if rows * columns > MAX_SHEET_CELLS:
                            _absurd(where, f"{rows} rows by {columns} columns in {info.filename}")
                    before = piece[-200:]
    return marked


def _extent(text: bytes, rows: int, columns: int) -> tuple[int, int]:
    for letters, digits, *alone in (*_DIMENSION.findall(text), *_CELL.findall(text)):
        rows, columns = max(rows, int(digits or alone[0])), max(columns, _column(letters))
    rows = max([rows, *(int(r) for r in _ROW.findall(text))])
    return rows, max(columns, 26)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _damaged(where: str, fault: BaseException) -> NoReturn:
    refuse(
        "the packed file cannot be opened: it is cut short or damaged",
        where,
        got=str(fault)[:100],
        mend="Copy or export the file again.",
    )


def _absurd(where: str, got: str) -> NoReturn:
    refuse(
        "the file unpacks to an absurd size and is not opened",
        where,
        got=got,
        expected=f"at most {MAX_UNPACKED >> 20} MiB unpacked and {MAX_SHEET_CELLS:,} cells a sheet",
        mend="If it is real, save the measurement alone, as csv.",
    )
