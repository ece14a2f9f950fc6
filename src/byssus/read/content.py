"""What a file is, by its first bytes and lines; its name decides nothing."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Literal

from byssus.read.problems import refuse

__all__ = ["Content", "content_of", "content_of_zip"]

Content = Literal[
    "text",
    "gamry",
    "zplot",
    "eclab",
    "mpr",
    "ism",
    "res",
    "zwick",
    "neware-report",
    "nda",
    "ndax",
    "parquet",
    "xlsx",
    "xls",
    "zip",
    "gzip",
]
HEAD = 64 * 1024

# Files people hand in that are read by nobody here: what they are, and what to do.
_FOREIGN: tuple[tuple[int, bytes, str, str], ...] = (
    (0, b"%PDF", "a PDF document", "Give the instrument's own data file."),
    (0, b"\x89PNG", "a PNG image", "Give the instrument's own data file."),
    (0, b"\xff\xd8\xff", "a JPEG image", "Give the instrument's own data file."),
    (0, b"GIF8", "a GIF image", "Give the instrument's own data file."),
    (0, b"II*\x00", "a TIFF image", "Give the instrument's own data file."),
    (0, b"MM\x00*", "a TIFF image", "Give the instrument's own data file."),
    (0, b"\x89HDF", "an HDF5 file", "Export it as csv."),
    (4, b"Standard ACE DB", "an Access database", "Export it as csv."),
    (0, b"EC-LAB SETTING FILE", "EC-Lab's settings (.mps)", "Give the data beside it, .mpr or .mpt."),
    (0, b"7z\xbc\xaf", "a 7z archive", "Unpack it first."),
    (0, b"Rar!", "a RAR archive", "Unpack it first."),
    (0, b"SQLite format 3", "an SQLite database", "Export it as csv."),
    (0, b"<!DOCTYPE", "a web page", "Give the instrument's own data file."),
    (0, b"<html", "a web page", "Give the instrument's own data file."),
    (0, b"version https://git-lfs", "a Git LFS pointer", "Fetch the file itself with git lfs pull."),
)


def content_of(path: Path, where: str) -> Content:
    """The kind of content; :class:`ReadError` for an empty file and for formats known to be something else."""
    from byssus.read.zahner import is_ism

    with path.open("rb") as handle:
        head = handle.read(HEAD)
    if not head:
        refuse("the file is empty", where, got="0 bytes", expected="headings and rows of data", mend="Export it again.")
    for offset, magic, what, mend in _FOREIGN:
        if head[offset:].startswith(magic):
            refuse(f"this is {what}", where, expected="an instrument's data file", mend=mend)
    if head.startswith(b"NEWARE"):
        return "nda"
    if head.startswith(b"BIO-LOGIC MODULAR FILE"):
        return "mpr"
    if head[4:].startswith(b"Standard Jet DB"):
        return "res"
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return "zip"
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if is_ism(head):
        return "ism"
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "xls"
    return _text(head)


def _text(head: bytes) -> Content:
    from byssus.read.eclab import is_eclab
    from byssus.read.gamry import is_gamry
    from byssus.read.neware_report import is_report
    from byssus.read.zplot import is_zplot
    from byssus.read.zwick import is_zwick

    if is_gamry(head):
        return "gamry"
    if is_zplot(head):
        return "zplot"
    if is_eclab(head):
        return "eclab"
    if is_zwick(head):
        return "zwick"
    return "neware-report" if is_report(head) else "text"


def content_of_zip(infos: list[zipfile.ZipInfo], where: str) -> Content:
    """What a zip is: a workbook, a Neware .ndax, or a packed file (``"zip"``)."""
    names = [info.filename for info in infos]
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    if any(name.lower().endswith(".ndc") for name in names):
        return "ndax"
    if "mimetype" in names and "content.xml" in names:
        refuse("this is an OpenDocument file", where, expected="xlsx or csv", mend="Save the sheet as xlsx or csv.")
    if any(name.startswith(("word/", "ppt/")) for name in names):
        refuse("this is an Office document", where, expected="an instrument's data file", mend="Save the data as csv.")
    if len([name for name in names if not name.startswith("__MACOSX/")]) != 1:
        listed = ", ".join(names[:5]) + (", ..." if len(names) > 5 else "")
        refuse(
            "an archive of more than one file", where, got=listed or "nothing", expected="one file", mend="Unpack it."
        )
    return "zip"
