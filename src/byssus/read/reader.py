"""``read_file``: whatever a lab's instrument wrote, as Traces."""

from __future__ import annotations

import importlib
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from byssus.errors import ReadError
from byssus.read.problems import refuse
from byssus.trace import Trace, sha256_of

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
    "avantage": "Avantage workbooks (xlsx) of photoelectron spectra: the measured spectrum of every region.",
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
    "micrograph": "Micrographs (TIFF, PNG, JPEG, BMP), scale by FEI/Thermo, Zeiss, TESCAN, JEOL, Hitachi, ImageJ.",
    "specimens": "Testing machines' text of several specimens, beside or below one another (Trapezium, Bluehill).",
    "delimited": "Delimited text of any locale; Arbin, BaSyTec, LAND, Maccor, Novonix and EC-Lab exports by name.",
    "parquet": "Parquet tables whose headings carry units.",
    "xlsx": "Spreadsheets (xlsx, xls): every sheet with a table of known columns.",
}


# Content -> module of this room and its function, which gives one table or several. It takes (path, where), and
# what ``takes`` says: the user's map of columns, or the content where it reads several.
@dataclass(frozen=True)
class _Reader:
    module: str
    function: str
    takes: Literal["", "map", "content"] = ""


READERS: Mapping[str, _Reader] = {
    "res": _Reader("arbin_res", "read_res"),
    "ism": _Reader("zahner", "read_ism"),
    "gamry": _Reader("gamry", "read_gamry"),
    "zplot": _Reader("zplot", "read_zplot", "map"),
    "mpr": _Reader("mpr", "read_mpr"),
    "eclab": _Reader("eclab", "read_eclab", "map"),
    "empower": _Reader("empower", "read_empower"),
    "micromeritics": _Reader("micromeritics", "read_micromeritics"),
    "psi-volume": _Reader("psi_volume", "read_psi_volume", "map"),
    "gpc": _Reader("distribution", "read_distribution"),
    "trios": _Reader("stepped", "read_stepped", "content"),
    "rheocompass": _Reader("stepped", "read_stepped", "content"),
    "ta-text": _Reader("stepped", "read_stepped", "content"),
    "jcamp": _Reader("jcamp", "read_jcamp"),
    "opus": _Reader("opus", "read_opus"),
    "omnic": _Reader("omnic", "read_spa"),
    "spc": _Reader("spc", "read_spc"),
    "asp": _Reader("asp", "read_asp"),
    "neware-report": _Reader("neware_report", "read_report", "map"),
    "vamas": _Reader("vamas", "read_vamas"),
    "phi": _Reader("phi", "read_phi"),
    "casaxps": _Reader("casaxps", "read_casaxps"),
    "casaxps-peaks": _Reader("casaxps", "read_peak_table"),
    "specs-xml": _Reader("specs", "read_specs_xml"),
    "specs-xy": _Reader("specs", "read_specs_xy"),
    "scienta": _Reader("scienta", "read_scienta"),
    "lg4x": _Reader("scienta", "read_lg4x"),
    "hysitron": _Reader("hysitron", "read_hld"),
    "fischerscope": _Reader("fischerscope", "read_fischerscope"),
    "hdf5": _Reader("indent_hdf5", "read_indent_hdf5"),
    "parquet": _Reader("bdf", "read_parquet"),
    "zwick": _Reader("zwick", "read_zwick", "map"),
    "text": _Reader("bdf", "read_bdf_text", "map"),
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
    if tables == "picture":
        from byssus.read.micrograph import read_micrograph

        return (read_micrograph(path, original, where),)
    if isinstance(tables, str):
        return _unpacked(path, original, tables, where, mapped, depth)
    sha256 = sha256_of(original)
    if len(tables) == 1:
        return split_spectra(assemble(tables[0], sha256, where, mapped))
    traces: list[Trace] = []
    faults: list[ReadError] = []
    lost: list[str] = []
    for table in tables:
        try:
            traces += split_spectra(assemble(table, sha256, where, mapped))
        except ReadError as fault:
            faults.append(fault)
            if "specimen" in table.header_si:
                lost.append(f"the specimen '{table.header_si['specimen']}' of this file cannot be read: {fault}"[:300])
    if not traces:
        raise faults[0]
    return tuple(trace.warned(*lost) for trace in traces)


def _tables(path: Path, where: str, mapped: Mapping[str, str]) -> list[Table] | str:
    """The tables of a file; ``"zip"`` or ``"gzip"`` where one file is packed in it, ``"picture"`` where it is one."""
    from byssus.read.content import content_of, content_of_zip

    content = content_of(path, where)
    if content == "zip":
        from byssus.read.archive import members

        content = content_of_zip(members(path, where), where)
    if content in ("zip", "gzip", "picture"):
        return content
    if content in ("xlsx", "xls"):
        from byssus.read.xlsx import read_sheets

        return read_sheets(path, where, mapped, zipped=content == "xlsx")
    if content in ("nda", "ndax"):
        from byssus.read.neware import read_neware

        return [read_neware(path, where, f".{content}")]
    reader = READERS[content]
    read = getattr(importlib.import_module(f"byssus.read.{reader.module}"), reader.function)
    more = {"": (), "map": (mapped,), "content": (content,)}[reader.takes]
    found: Table | list[Table] = read(path, where, *more)
    return found if isinstance(found, list) else [found]


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
