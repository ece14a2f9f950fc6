"""What a file is, by its first bytes and lines; its name decides nothing."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
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
    (0, b"\x89PNG", "a PNG image", "Give the instrument's own data file."),
    (0, b"\xff\xd8\xff", "a JPEG image", "Give the instrument's own data file."),
    (0, b"GIF8", "a GIF image", "Give the instrument's own data file."),
    (0, b"II*\x00", "a TIFF image", "Give the instrument's own data file."),
    (0, b"MM\x00*", "a TIFF image", "Give the instrument's own data file."),
    (4, b"Standard ACE DB", "an Access database", "Export it as csv."),
    (0, b"EC-LAB SETTING FILE", "EC-Lab's settings (.mps)", "Give the data beside it, .mpr or .mpt."),
    (0, b"7z\xbc\xaf", "a 7z archive", "Unpack it first."),
    (0, b"Rar!", "a RAR archive", "Unpack it first."),
    (0, b"SQLite format 3", "an SQLite database", "Export it as csv."),
    (0, b"<!DOCTYPE", "a web page", "Give the instrument's own data file."),
    (0, b"<html", "a web page", "Give the instrument's own data file."),
    (0, b"version https://git-lfs", "a Git LFS pointer", "Fetch the file itself with git lfs pull."),
)

_MAGIC: tuple[tuple[bytes, Content], ...] = ((b"\x0a\x0a\xfe\xfe", "opus"), (b"Spectral Data File", "omnic"))


def content_of(path: Path, where: str) -> Content:
    """The kind of content; :class:`ReadError` for an empty file and for formats known to be something else."""
    from byssus.read.spc import is_spc
    from byssus.read.phi import is_phi
    from byssus.read.zahner import is_ism

    with path.open("rb") as handle:
        head = handle.read(HEAD)
    if not head:
        refuse("the file is empty", where, got="0 bytes", expected="headings and rows of data", mend="Export it again.")
    for offset, magic, what, mend in _FOREIGN:
        if head[offset:].startswith(magic):
            refuse(f"this is {what}", where, expected="an instrument's data file", mend=mend)
    if is_phi(head):
        return "phi"
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
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head.startswith(b"\x89HDF"):
        return "hdf5"
    if is_ism(head):
        return "ism"
    if is_spc(head):
        return "spc"
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "xls"
    return _text(head)


def _text(head: bytes) -> Content:
    from byssus.read.asp import is_asp
    from byssus.read.distribution import is_distribution
    from byssus.read.eclab import is_eclab
    from byssus.read.empower import is_empower
    from byssus.read.fischerscope import is_fischerscope
    from byssus.read.gamry import is_gamry
    from byssus.read.hysitron import is_hld
    from byssus.read.jcamp import is_jcamp
    from byssus.read.micromeritics import is_micromeritics
    from byssus.read.neware_report import is_report
    from byssus.read.psi_volume import is_psi_volume
    from byssus.read.stepped import is_stepped
    from byssus.read.zplot import is_zplot
    from byssus.read.zwick import is_zwick

    if is_hld(head):
        return "hysitron"
    if is_fischerscope(head):
        return "fischerscope"
    if is_gamry(head):
        return "gamry"
    if is_jcamp(head):
        return "jcamp"
    if is_asp(head):
        return "asp"
    if kind := is_stepped(head):
        return kind
    if is_zplot(head):
        return "zplot"
    if is_eclab(head):
        return "eclab"
    if is_empower(head):
        return "empower"
    if is_distribution(head):
        return "gpc"
    if is_micromeritics(head):
        return "micromeritics"
    if is_psi_volume(head):
        return "psi-volume"
    if is_zwick(head):
        return "zwick"
    return "neware-report" if is_report(head) else _surface(head)


def _surface(head: bytes) -> Content:
    """A photoelectron spectrometer's text, or any text."""
    from byssus.read.casaxps import is_casaxps, is_peak_table
    from byssus.read.scienta import is_lg4x, is_scienta
    from byssus.read.specs import is_specs_xml, is_specs_xy
    from byssus.read.vamas import is_vamas

    known: tuple[tuple[Content, Callable[[bytes], bool]], ...] = (
        ("vamas", is_vamas),
        ("casaxps", is_casaxps),
        ("scienta", is_scienta),
        ("lg4x", is_lg4x),
        ("specs-xml", is_specs_xml),
        ("specs-xy", is_specs_xy),
        ("casaxps-peaks", is_peak_table),
    )
    return next((name for name, fits in known if fits(head)), "text")


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
