"""``read_file``: whatever a lab's instrument wrote, as Traces."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from byssus.errors import ReadError
from byssus.read.problems import refuse
from byssus.trace import Trace

if TYPE_CHECKING:
    from byssus.read.table import Table

__all__ = ["FORMATS", "read_file"]

FORMATS: Mapping[str, str] = {
    "bdf": "Battery Data Format, csv or parquet: preferred labels or machine-readable names.",
    "arbin-res": "Arbin .res, the Access database of MITS, as it is or packed alone in a .zip or .gz.",
    "neware": "Neware .nda and .ndax, as they are or packed alone in a .zip or .gz.",
    "neware-csv": "Neware's layered csv report of cycles, steps and records.",
    "gamry": "Gamry .DTA: spectra, or the curves of one run.",
    "zahner": "Zahner .ism: one impedance spectrum, with potential and current where they are kept.",
    "zplot": "ZPlot and ZView text (.z).",
    "mpr": "BioLogic .mpr, the binary file of EC-Lab.",
    "eclab": "BioLogic's text export of EC-Lab and BT-Lab (.mpt, .txt).",
    "jcamp": "JCAMP-DX infrared spectra, plain and compressed; several in one file.",
    "opus": "Bruker OPUS infrared spectra (.0, .1, ...).",
    "omnic": "Thermo OMNIC .spa.",
    "spc": "Galactic .spc, the new layout.",
    "asp": "PerkinElmer .asp.",
    "trios": "TA Instruments TRIOS text and csv: every step.",
    "rheocompass": "Anton Paar RheoCompass text: every interval.",
    "ta-text": "TA Universal Analysis text (Q800 and its kin).",
    "keysight": "Agilent and Keysight indenters' workbooks (xls, xlsx): every test.",
    "hysitron": "Hysitron HighLoad .hld: one indent with its tip's area function.",
    "fischerscope": "Fischerscope's text of indents: every indent.",
    "indent-hdf5": "HDF5 of indents, as converted from Fischerscope's .hap files.",
    "zwick": "Zwick .TRA: quoted header with specimen and units, then names, units, data.",
    "empower": "Waters Empower's text export (.arw) of one channel, header in pairs or in a row of names.",
    "gpc": "Molar mass distributions (.gpc): averages in the first line, molar mass and dw/dlog M below.",
    "vamas": "VAMAS (ISO 14976) of regular and irregular abscissa, .vms and MultiPak's .npl.",
    "casaxps": "CasaXPS text: exported spectra, and its table of peaks.",
    "phi": "PHI .spe and .pro.",
    "specs": "SPECS .xml of SpecsLab and .xy of Prodigy.",
    "scienta": "Scienta SES text.",
    "lg4x": "LG4X tables of binding energy and counts.",
    "micromeritics": "Micromeritics reports as text: mercury intrusion (AutoPore) and gas isotherms (TriStar, ASAP).",
    "psi-volume": "Two columns without headings: pressure in psi, intruded volume in ml, told by their range.",
    "delimited": "Delimited text of any locale; Arbin, BaSyTec, LAND, Maccor, Novonix and EC-Lab exports by name.",
    "parquet": "Parquet tables whose headings carry units.",
    "xlsx": "Spreadsheets (xlsx, xls): every sheet with a table of known columns.",
}

# Content -> module of this room and its function: (path, where) -> tables, one a region.
SPECTROMETERS: Mapping[str, tuple[str, str]] = {
    "vamas": ("vamas", "read_vamas"),
    "phi": ("phi", "read_phi"),
    "casaxps": ("casaxps", "read_casaxps"),
    "casaxps-peaks": ("casaxps", "read_peak_table"),
    "specs-xml": ("specs", "read_specs_xml"),
    "specs-xy": ("specs", "read_specs_xy"),
    "scienta": ("scienta", "read_scienta"),
    "lg4x": ("scienta", "read_lg4x"),
}


def read_file(
    path: Path | str, *, columns: Mapping[str, str] | None = None, shown_as: str | None = None
) -> tuple[Trace, ...]:
    """The traces of one instrument file, columns named and in SI.

    Parameters
    ----------
    path : Path or str
        The file; its content says what it is, its extension does not.
    columns : mapping, optional
        Canonical column -> heading in the file (``{"force_n": "Kraft [N]"}``); a unit in brackets at the
        end overrides the file's own. ``"column 2 [N]"`` is the second column.
    shown_as : str, optional
        The path that ``Source`` and messages carry; ``path`` as given if left out.

    Returns
    -------
    tuple of Trace
        One trace; more where a workbook holds several tables or a file several spectra, each of which then
        has ``metadata["at"] = {"spectrum": k}`` (see :mod:`byssus.read.spectra`). Rows keep their order; whatever
        is odd (no number, repeated or backward times, left-out lines) stands in ``Trace.warnings``.

    Raises
    ------
    ReadError
        Missing, empty, cut or foreign file; no known column; no unit; no rows. The problem says how to mend it.
    """
    given = Path(path)
    where = shown_as if shown_as is not None else str(path)
    _check(given, where)
    try:
        return _read(given, given, where, dict(columns or {}))
    except PermissionError:
        refuse("no permission to read the file", where, mend="Change the file's permissions.")
    except FileNotFoundError:
        refuse("no such file", where, mend="Check the path.")
    except OSError as fault:
        refuse("the file cannot be read", where, got=fault.strerror or str(fault))
    except MemoryError:
        refuse("the file does not fit into memory", where, mend="Export fewer columns, or as parquet.")


def _check(path: Path, where: str) -> None:
    try:
        if path.is_dir():
            refuse("this is a folder", where, expected="a file", mend="Name the file, or a glob such as folder/*.csv.")
        if not path.exists():
            refuse("no such file", where, mend="Check the path.")
        if not path.is_file():
            refuse("this is no regular file", where, expected="a file")
    except OSError as fault:
        refuse("the path cannot be opened", where, got=fault.strerror or str(fault))


def _read(path: Path, original: Path, where: str, mapped: Mapping[str, str], depth: int = 0) -> tuple[Trace, ...]:
    from byssus.read.assemble import assemble
    from byssus.read.spectra import split_spectra

    tables = _tables(path, where, mapped)
    if isinstance(tables, str):
        return _unpacked(path, original, tables, where, mapped, depth)
    if len(tables) == 1:
        return split_spectra(assemble(tables[0], original, where, mapped))
    traces: list[Trace] = []
    faults: list[ReadError] = []
    for table in tables:
        try:
            traces += split_spectra(assemble(table, original, where, mapped))
        except ReadError as fault:
            faults.append(fault)
    if not traces:
        raise faults[0]
    return tuple(traces)


def _tables(path: Path, where: str, mapped: Mapping[str, str]) -> list[Table] | str:
    """The tables of a file, or ``"zip"`` or ``"gzip"`` where one file is packed in it."""
    from byssus.read.content import content_of, content_of_zip

    content = content_of(path, where)
    if content == "zip":
        from byssus.read.archive import members

        content = content_of_zip(members(path, where), where)
    if content in ("zip", "gzip"):
        return content
    if content in ("xlsx", "xls"):
        from byssus.read.xlsx import read_sheets

        return read_sheets(path, where, mapped, zipped=content == "xlsx")
    if content in ("nda", "ndax"):
        from byssus.read.neware import read_neware

        return [read_neware(path, where, f".{content}")]
    if content == "res":
        from byssus.read.arbin_res import read_res

        return read_res(path, where)
    if content in ("ism", "gamry", "zplot", "mpr", "eclab"):
        return [_potentiostat(content, path, where, mapped)]
    if content == "empower":
        from byssus.read.empower import read_empower

        return [read_empower(path, where)]
    if content == "micromeritics":
        from byssus.read.micromeritics import read_micromeritics

        return [read_micromeritics(path, where)]
    if content == "psi-volume":
        from byssus.read.psi_volume import read_psi_volume

        return [read_psi_volume(path, where, mapped)]
    if content == "gpc":
        from byssus.read.distribution import read_distribution

        return [read_distribution(path, where)]
    if content in ("trios", "rheocompass", "ta-text"):
        from byssus.read.stepped import read_stepped

        return read_stepped(path, where, content)
    if content in ("jcamp", "opus", "omnic", "spc", "asp"):
        return _infrared(content, path, where)
    if content == "neware-report":
        from byssus.read.neware_report import read_report

        return [read_report(path, where, mapped)]
    if content in SPECTROMETERS:
        return _spectrometer(content, path, where)
    if content in ("hysitron", "fischerscope", "hdf5"):
        return _indents(content, path, where)
    from byssus.read import bdf, zwick

    if content == "parquet":
        return [bdf.read_parquet(path, where)]
    return [zwick.read_zwick(path, where, mapped) if content == "zwick" else bdf.read_bdf_text(path, where, mapped)]


def _spectrometer(content: str, path: Path, where: str) -> list[Table]:
    """The regions of a photoelectron spectrometer's own file."""
    import importlib

    module, function = SPECTROMETERS[content]
    read: Callable[[Path, str], list[Table]] = getattr(importlib.import_module(f"byssus.read.{module}"), function)
    return read(path, where)


def _indents(content: str, path: Path, where: str) -> list[Table]:
    """The tables of an indenter's own file, one an indent."""
    if content == "hysitron":
        from byssus.read.hysitron import read_hld

        return [read_hld(path, where)]
    if content == "fischerscope":
        from byssus.read.fischerscope import read_fischerscope

        return read_fischerscope(path, where)
    from byssus.read.indent_hdf5 import read_indent_hdf5

    return read_indent_hdf5(path, where)


def _potentiostat(content: str, path: Path, where: str, mapped: Mapping[str, str]) -> Table:
    """The table of a potentiostat's or impedance analyser's own file."""
    if content == "ism":
        from byssus.read.zahner import read_ism

        return read_ism(path, where)
    if content == "gamry":
        from byssus.read.gamry import read_gamry

        return read_gamry(path, where)
    if content == "mpr":
        from byssus.read.mpr import read_mpr

        return read_mpr(path, where)
    if content == "eclab":
        from byssus.read.eclab import read_eclab

        return read_eclab(path, where, mapped)
    from byssus.read.zplot import read_zplot

    return read_zplot(path, where, mapped)


def _infrared(content: str, path: Path, where: str) -> list[Table]:
    """The spectra of an infrared spectrometer's own file."""
    if content == "jcamp":
        from byssus.read.jcamp import read_jcamp

        return read_jcamp(path, where)
    if content == "spc":
        from byssus.read.spc import read_spc

        return read_spc(path, where)
    if content == "opus":
        from byssus.read.opus import read_opus

        return [read_opus(path, where)]
    if content == "omnic":
        from byssus.read.omnic import read_spa

        return [read_spa(path, where)]
    from byssus.read.asp import read_asp

    return [read_asp(path, where)]


def _unpacked(
    path: Path, original: Path, packing: str, where: str, mapped: Mapping[str, str], depth: int
) -> tuple[Trace, ...]:
    from byssus.read.archive import members, unpack_gzip, unpack_zip

    if depth:
        refuse("an archive within an archive", where, expected="one packed file", mend="Unpack it.")
    with tempfile.TemporaryDirectory() as folder:
        inner = Path(folder) / "packed"
        if packing == "gzip":
            unpack_gzip(path, inner, where)
        else:
            names = [i.filename for i in members(path, where) if not i.filename.startswith("__MACOSX/")]
            unpack_zip(path, names[0], inner, where)
        return _read(inner, original, where, mapped, depth + 1)
