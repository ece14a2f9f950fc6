"""What a file is, by its first bytes and lines; its name decides nothing."""

from __future__ import annotations

import importlib
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from byssus.read.problems import refuse

__all__ = ["Content", "content_of", "content_of_zip"]

Content = Literal[
    "text",
    "picture",
    "gamry",
    "zplot",
    "eclab",
    "mpr",
    "ism",
    "res",
    "zwick",
    "empower",
    "gpc",
    "micromeritics",
    "psi-volume",
    "neware-report",
    "vamas",
    "phi",
    "casaxps",
    "casaxps-peaks",
    "scienta",
    "lg4x",
    "specs-xml",
    "specs-xy",
    "jcamp",
    "opus",
    "omnic",
    "spc",
    "asp",
    "trios",
    "rheocompass",
    "ta-text",
    "hysitron",
    "fischerscope",
    "hdf5",
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
    (0, b"GIF8", "a GIF image", "Give the instrument's own data file."),
    (4, b"Standard ACE DB", "an Access database", "Export it as csv."),
    (0, b"EC-LAB SETTING FILE", "EC-Lab's settings (.mps)", "Give the data beside it, .mpr or .mpt."),
    (0, b"7z\xbc\xaf", "a 7z archive", "Unpack it first."),
    (0, b"Rar!", "a RAR archive", "Unpack it first."),
    (0, b"SQLite format 3", "an SQLite database", "Export it as csv."),
    (0, b"<!DOCTYPE", "a web page", "Give the instrument's own data file."),
    (0, b"<html", "a web page", "Give the instrument's own data file."),
    (0, b"version https://git-lfs", "a Git LFS pointer", "Fetch the file itself with git lfs pull."),
)

# Files that their first bytes name: (offset, bytes, content).
_MAGIC: tuple[tuple[int, bytes, Content], ...] = (
    (0, b"NEWARE", "nda"),
    (0, b"BIO-LOGIC MODULAR FILE", "mpr"),
    (4, b"Standard Jet DB", "res"),
    (0, b"PK\x03\x04", "zip"),
    (0, b"PK\x05\x06", "zip"),
    (0, b"\x1f\x8b", "gzip"),
    (0, b"\x0a\x0a\xfe\xfe", "opus"),
    (0, b"Spectral Data File", "omnic"),
    (0, b"\x89HDF", "hdf5"),
    (0, b"PAR1", "parquet"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls"),
)
# Files that a function of their reader knows by their beginning, in this order: (content, module, function).
_KNOWN: tuple[tuple[Content, str, str], ...] = (
    ("picture", "sidecars", "is_picture"),
    ("phi", "phi", "is_phi"),
    ("ism", "zahner", "is_ism"),
    ("spc", "spc", "is_spc"),
    ("hysitron", "hysitron", "is_hld"),
    ("fischerscope", "fischerscope", "is_fischerscope"),
    ("gamry", "gamry", "is_gamry"),
    ("jcamp", "jcamp", "is_jcamp"),
    ("asp", "asp", "is_asp"),
    ("trios", "stepped", "is_trios"),
    ("rheocompass", "stepped", "is_rheocompass"),
    ("ta-text", "stepped", "is_ta_text"),
    ("zplot", "zplot", "is_zplot"),
    ("eclab", "eclab", "is_eclab"),
    ("empower", "empower", "is_empower"),
    ("gpc", "distribution", "is_distribution"),
    ("micromeritics", "micromeritics", "is_micromeritics"),
    ("psi-volume", "psi_volume", "is_psi_volume"),
    ("zwick", "zwick", "is_zwick"),
    ("neware-report", "neware_report", "is_report"),
    ("vamas", "vamas", "is_vamas"),
    ("casaxps", "casaxps", "is_casaxps"),
    ("scienta", "scienta", "is_scienta"),
    ("lg4x", "scienta", "is_lg4x"),
    ("specs-xml", "specs", "is_specs_xml"),
    ("specs-xy", "specs", "is_specs_xy"),
    ("casaxps-peaks", "casaxps", "is_peak_table"),
)


def content_of(path: Path, where: str) -> Content:
    """The kind of content; :class:`ReadError` for an empty file and for formats known to be something else."""
    with path.open("rb") as handle:
        head = handle.read(HEAD)
    if not head:
        refuse("the file is empty", where, got="0 bytes", expected="headings and rows of data", mend="Export it again.")
    for offset, magic, what, mend in _FOREIGN:
        if head[offset:].startswith(magic):
            refuse(f"this is {what}", where, expected="an instrument's data file", mend=mend)
    for offset, magic, kind in _MAGIC:
        if head[offset:].startswith(magic):
            return kind
    return next((kind for kind, module, name in _KNOWN if _function(module, name)(head)), "text")


def _function(module: str, name: str) -> Callable[[bytes], bool]:
    found: Callable[[bytes], bool] = getattr(importlib.import_module(f"byssus.read.{module}"), name)
    return found


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
