"""A small spreadsheet (xlsx, or csv of any locale) as rows of cells, refused before it can fill the memory."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from byssus.errors import Problem, StudyError

__all__ = ["Sheet", "read_sheet"]

# A specimen table has a few kilobytes; xlsx packs text some 10 to 50 times.
MAX_UNPACKED = 200 * 2**20
MAX_RATIO = 200
SMALL = 2**20  # members below this may pack as well as they like
MAX_CELLS = 5_000_000
MAX_CSV = 50 * 2**20
_CELL = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
_MEND = "Save the specimen table afresh as xlsx or csv, with nothing else in it."


@dataclass(frozen=True)
class Sheet:
    """Rows that are not empty, each with its number as the spreadsheet shows it.

    ``decimal_comma`` is true where the delimiter shows that "12,7" is a number.
    """

    rows: tuple[tuple[int, tuple[Any, ...]], ...]
    decimal_comma: bool = False


def read_sheet(path: Path, sheet: str = "") -> Sheet:
    """The rows of a csv (``;``, ``,`` or tab) or xlsx file; ``sheet`` names one of several, else the first.

    Raises
    ------
    StudyError
        Neither format, no such sheet, or a file that would unpack to more than a table of specimens can be.
    """
    try:
        with path.open("rb") as handle:
            start = handle.read(8)
        if start.startswith(b"PK"):
            return _read_xlsx(path, sheet)
        if path.stat().st_size > MAX_CSV:
            raise _refused(path, "too large for a table of specimens", f"{path.stat().st_size / 2**20:.0f} MB")
        if start.startswith(b"\xd0\xcf\x11\xe0") or path.suffix.lower() in (".xlsx", ".xlsm"):
            raise _refused(path, "not an xlsx file", "an older or another format")
        return _read_csv(path)
    except OSError as fault:
        raise _refused(path, "cannot be read", str(fault.strerror or fault)) from None


def _refused(path: Path, what: str, got: str = "") -> StudyError:
    return StudyError(Problem(what, path.name, got, mend=_MEND))


def _read_csv(path: Path) -> Sheet:
    data = path.read_bytes()
    encodings = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252", "latin-1")
    text = next((t for encoding in encodings if (t := _decoded(data, encoding)) is not None), None)
    if text is None or "\0" in text:
        raise _refused(path, "not a table in text", "binary data")
    heading = next((line for line in text.splitlines() if line.strip() and not line.startswith("#")), "")
    delimiter = max(";\t,", key=heading.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[tuple[int, tuple[Any, ...]]] = []
    try:
        for cells in reader:
            if any(c.strip() for c in cells) and not cells[0].startswith("#"):
                rows.append((reader.line_num, tuple(c.strip() for c in cells)))
    except csv.Error as fault:
        raise _refused(path, "not a table in text", str(fault)) from None
    return Sheet(tuple(rows), decimal_comma=delimiter == ";")


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _read_xlsx(path: Path, sheet: str) -> Sheet:
    _guard(path)
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(path))
        names = book.sheet_names
        if sheet and sheet not in names:
            got, expected = f'"{sheet}"', "one of " + ", ".join(names)
            raise StudyError(Problem("no such sheet", path.name, got, expected, "Mend specimens.sheet in study.toml."))
        cells = book.get_sheet_by_name(sheet or names[0]).to_python(skip_empty_area=False)
    except (CalamineError, IndexError, ValueError) as fault:
        raise _refused(path, "not an xlsx file that can be read", str(fault)) from None
    rows = ((number, tuple(row)) for number, row in enumerate(cells, 1))
    return Sheet(tuple((number, row) for number, row in rows if any(str(c).strip() for c in row)))


def _guard(path: Path) -> None:
    """Refuse a bomb: by declared size and ratio, then by unpacking in pieces, which finds a size that lies."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            total = sum(m.file_size for m in members)
            worst = max((m.file_size / max(m.compress_size, 1) for m in members if m.file_size > SMALL), default=0.0)
            if total > MAX_UNPACKED or worst > MAX_RATIO:
                got = f"{total / 2**20:.0f} MB out of {path.stat().st_size / 2**20:.2g} MB"
                raise _refused(path, "unpacks to far more than a table of specimens", got)
            for member in members:
                _guard_cells(archive, member, path)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError) as fault:
        raise _refused(path, "not an xlsx file that can be read", str(fault)) from None


def _guard_cells(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path) -> None:
    """Two far-apart cells would be laid out as a full rectangle between them."""
    width = height = 0
    with archive.open(member) as handle:
        rest = b""
        while piece := handle.read(SMALL):
            if member.filename.startswith("xl/worksheets/"):
                for letters, row in _CELL.findall(rest + piece):
                    column = 0
                    for letter in letters:
                        column = 26 * column + letter - 64
                    width, height = max(width, column), max(height, int(row))
                rest = piece[-20:]
    if width * height > MAX_CELLS:
        raise _refused(path, "a sheet too wide and long for a table of specimens", f"{height} rows x {width} columns")
