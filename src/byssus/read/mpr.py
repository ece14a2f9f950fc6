"""BioLogic .mpr, the binary file of EC-Lab: settings, data and log in modules one after the other.

The layout is not published by its maker. It follows cheminfo/biologic-converter (MIT) and the bytes of real files:
the length of a data module is its table's offset and a whole number of records, exactly, or the file is refused.
"""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from byssus.read._mpr_columns import COLUMNS, FLAGS, TECHNIQUES
from byssus.read._mpr_modules import Module, modules
from byssus.read.problems import escaped, refuse
from byssus.read.table import Kind, Table
from byssus.trace import REHEARSED_MARK

__all__ = ["read_mpr"]

# By version of the data module: how the number of columns and their ids are stored, and where the records begin.
_LAYOUTS: Mapping[int, tuple[str, str, int]] = {
    0: ("<B", "<u1", 100),
    2: ("<B", "<u2", 405),
    3: ("<B", "<u2", 406),
    10: ("<H", "<u2", 1007),
    11: ("<H", "<u2", 1007),
}
_WIDTHS = (1, 2, 4, 8)  # bytes that one value may take
_COMMENT, _MASS_MG, _AREA_CM2, _STARTED = 7, 0x107, 0x211, 0x249  # offsets in settings and log
_DAY_ZERO = dt.datetime(1899, 12, 30)  # dates are days since, as in OLE automation
_YEARS = (1990, 2100)
_NOT_ENTERED = 0.001  # what EC-Lab puts where nobody gave a mass or an area
_MAX_AREA_CM2 = 1e5
_AS_TEXT = "Export it from EC-Lab as text (.mpt)."
Floats = NDArray[np.float64]
Column = Callable[[], Floats]


@dataclass(frozen=True)
class _Record:
    """How one record is stored: its type, the number of rows, the place of the first, flags by heading."""

    dtype: np.dtype[Any]
    rows: int
    offset: int
    flags: Mapping[str, int]
    warnings: tuple[str, ...]


def read_mpr(path: Path, where: str) -> Table:
    """The table of an .mpr, with the headings of EC-Lab's text export.

    Positive current oxidises, which charges a cell whose working electrode is the positive one. Where the file holds
    no current it is dq/dt. Raises :class:`ReadError`: cut, damaged, of an unknown version, with unknown columns.
    """
    data = path.read_bytes()
    found, said = modules(data, where)
    record = _record(data, found["VMP data"], where)
    rows = np.frombuffer(data, record.dtype, record.rows, record.offset)
    columns, more = _columns(rows, record)
    if "freq/Hz" in columns and "cycle number" not in columns:
        columns |= _loops(data, found.get("VMP loop"), record.rows)
    headings = tuple(columns)

    def fetch(wanted: Mapping[int, Kind]) -> dict[int, NDArray[Any]]:
        return {i: columns[headings[i]]() for i in wanted}

    words, in_si = _settings(data, found.get("VMP Set"))
    started = _started(data, found.get("VMP LOG"))
    kinds: tuple[Kind, ...] = tuple("number" for _ in headings)
    return Table(
        reader="mpr",
        headings=headings,
        kinds=kinds,
        fetch=fetch,
        preamble={**words, **({"Acquisition started on": started} if started else {})},
        warnings=(*said, *record.warnings, *more),
        rehearsed=REHEARSED_MARK.encode() in data,
        header_si={**in_si, **({"started": started} if started else {})},
    )


# ---- the data module ---------------------------------------------------------------------------------------------


def _record(data: bytes, module: Module, where: str) -> _Record:
    """The record of the data module, by its version; any layout that fits exactly where the version is unknown."""
    known = module.version in _LAYOUTS
    layouts = [_LAYOUTS[module.version]] if known else list(dict.fromkeys(_LAYOUTS.values()))
    tried = [_ids(data, module, layout) for layout in layouts]
    fitted = (_fitted(module, layout[2], *held) for layout, held in zip(layouts, tried, strict=True))
    record = next((r for r in fitted if r is not None), None)
    if record is None:
        _explain(module, layouts[0][2], *tried[0], where)
    if known:
        return record
    said = f"data of version {module.version} is read like those of another version; the length fits exactly"
    return replace(record, warnings=(*record.warnings, said))


def _ids(data: bytes, module: Module, layout: tuple[str, str, int]) -> tuple[int, list[int]]:
    """The number of rows, and the ids of the columns; none where they run into the records."""
    count_code, id_code, offset = layout
    head = 4 + struct.calcsize(count_code)
    if module.length < offset:
        return 0, []
    (rows,) = struct.unpack_from("<I", data, module.start)
    (count,) = struct.unpack_from(count_code, data, module.start + 4)
    if not count or head + count * np.dtype(id_code).itemsize > offset:
        return rows, []
    return rows, [int(n) for n in np.frombuffer(data, id_code, count, module.start + head)]


def _fitted(module: Module, offset: int, rows: int, ids: list[int]) -> _Record | None:
    """The record whose rows fill the module to its last byte; ``None`` where there is none."""
    space = module.length - offset
    unknown = [n for n in ids if n not in COLUMNS and n not in FLAGS]
    if not ids or len(unknown) > 1 or (rows and space % rows) or (not rows and (space or unknown)):
        return None
    width = space // rows if rows else 0
    own = sum(int(COLUMNS[n][1][2:]) for n in ids if n in COLUMNS) + any(n in FLAGS for n in ids)
    rest = width - own
    if unknown and rest not in _WIDTHS:
        return None
    if not unknown and rows and rest:
        return None
    said = tuple(f"column {n} of the file is of an unknown kind and left out" for n in unknown)
    dtype, flags = _dtype(ids, dict.fromkeys(unknown, rest), own + (rest if unknown else 0))
    return _Record(dtype, rows, module.start + offset, flags, said)


def _dtype(ids: list[int], skipped: Mapping[int, int], width: int) -> tuple[np.dtype[Any], dict[str, int]]:
    names: list[str] = []
    formats: list[str] = []
    offsets: list[int] = []
    flags: dict[str, int] = {}
    at = 0
    for number in ids:
        if number in FLAGS:
            if not flags:
                names.append("flags")
                formats.append("u1")
                offsets.append(at)
                at += 1
            flags.setdefault(*FLAGS[number])
            continue
        if number in skipped:
            at += skipped[number]
            continue
        heading, code = COLUMNS[number]
        again = sum(name == heading or name.startswith(f"{heading} #") for name in names)
        names.append(f"{heading} #{again + 1}" if again else heading)
        formats.append(code)
        offsets.append(at)
        at += int(code[2:])
    return np.dtype({"names": names, "formats": formats, "offsets": offsets, "itemsize": max(width, 1)}), flags


def _explain(module: Module, offset: int, rows: int, ids: list[int], where: str) -> NoReturn:
    """Refuse a data module whose length is not that of its records."""
    if module.version not in _LAYOUTS:
        got = f"version {module.version}"
        refuse("data of an unknown version", where, got=got, expected="version 2, 3 or 11", mend=_AS_TEXT)
    unknown = [n for n in ids if n not in COLUMNS and n not in FLAGS]
    if unknown:
        listed = ", ".join(map(str, unknown[:8])) + (", ..." if len(unknown) > 8 else "")
        refuse("columns of an unknown kind", where, got=f"column ids {listed}", expected="known ids", mend=_AS_TEXT)
    refuse(
        "the data module does not hold what its head says: the file is cut or damaged",
        where,
        got=f"{rows} rows of {len(ids)} columns in {max(module.length - offset, 0)} bytes",
        expected="records that fill the module",
        mend=f"Copy it again from the instrument's computer. {_AS_TEXT}",
    )


# ---- columns -----------------------------------------------------------------------------------------------------


def _columns(rows: NDArray[Any], record: _Record) -> tuple[dict[str, Column], tuple[str, ...]]:
    """The columns by heading, read when asked for: flags, values, and what EC-Lab's export reckons from them."""

    def flag(mask: int) -> Column:
        shift = (mask & -mask).bit_length() - 1
        return lambda: ((rows["flags"] & mask) >> shift).astype(np.float64)

    def value(name: str) -> Column:
        def read() -> Floats:
            with np.errstate(invalid="ignore"):
                values = rows[name].astype(np.float64)
            values[np.isnan(values)] = np.nan  # a signalling one, of a damaged file, would warn later
            return values

        return read

    names = [name for name in rows.dtype.names or () if name != "flags"]
    if "freq/Hz" in names and len(rows) and not (rows["freq/Hz"] != 0).any():
        names = [name for name in names if name not in _SPECTRUM]  # reserved in every file of Modulo Bat, used in few
    columns: dict[str, Column] = {heading: flag(mask) for heading, mask in record.flags.items()}
    columns |= {name: value(name) for name in names}
    if "half cycle" in columns and "cycle number" not in columns:
        half = columns["half cycle"]
        columns["cycle number"] = lambda: half() // 2  # as the export counts, charge and discharge alternating
    if "time/s" not in columns or {"I/mA", "<I>/mA"} & set(columns):
        return columns, ()
    charge = next((name for name in (*_STEPS, *_SUMS) if name in columns), None)
    if charge is None:
        return columns, ()
    said = f"the file holds no current; it is reckoned row by row from '{charge}' and the time"
    return {**columns, "I/mA": lambda: _current_ma(columns, charge)}, (said,)


_SPECTRUM = ("freq/Hz", "|Z|/Ohm", "Phase(Z)/deg", "Re(Z)/Ohm", "-Im(Z)/Ohm")
_STEPS = ("dq/mA.h", "dQ/mA.h", "dQ/C")  # charge passed since the row before
_SUMS = ("(Q-Qo)/mA.h", "(Q-Qo)/C")


def _current_ma(columns: Mapping[str, Column], charge: str) -> Floats:
    """Charge passed since the row before over the time since: NaN in the first row and where no time has passed."""
    with np.errstate(invalid="ignore", over="ignore"):  # what is no number here is told as such later
        passed = np.diff(columns[charge](), prepend=np.nan) if charge in _SUMS else columns[charge]()
        duration_s = np.diff(columns["time/s"](), prepend=np.nan)
        duration_s[~(duration_s > 0)] = np.nan
        return passed / duration_s * (3600.0 if charge.endswith("mA.h") else 1000.0)


def _loops(data: bytes, module: Module | None, rows: int) -> dict[str, Column]:
    """The number of the loop each row belongs to, from the rows that loops begin at; empty where none are told."""
    count = int.from_bytes(data[module.start : module.start + 4], "little") if module else 0
    if module is None or not 0 < count <= (module.length - 4) // 4:
        return {}
    starts = np.frombuffer(data, "<u4", count, module.start + 4).astype(np.int64)
    if starts[0] != 0 or (np.diff(starts) <= 0).any() or starts[-1] >= rows:
        return {}
    return {"Loop": lambda: np.searchsorted(starts, np.arange(rows), side="right").astype(np.float64)}


# ---- settings and log --------------------------------------------------------------------------------------------


def _settings(data: bytes, module: Module | None) -> tuple[dict[str, str], dict[str, float | str]]:
    """Technique, comment, mass and area as text, and in SI what is sure."""
    words: dict[str, str] = {}
    in_si: dict[str, float | str] = {}
    if module is None or module.length <= _AREA_CM2 + 4:
        return words, in_si
    technique = TECHNIQUES.get(data[module.start])
    if technique:
        words["technique"] = in_si["technique"] = technique
    size = data[module.start + _COMMENT]
    comment = data[module.start + _COMMENT + 1 : module.start + _COMMENT + 1 + size].decode("cp1252", "replace")
    if comment.strip():
        words["Comments"] = escaped(" | ".join(comment.split("\r\n")), 255)
    (mass,) = struct.unpack_from("<f", data, module.start + _MASS_MG)
    if np.isfinite(mass) and mass > 0 and abs(mass - _NOT_ENTERED) > 1e-9:
        words["Mass of active material"] = f"{mass:.7g} (mg, unless EC-Lab was set to another unit)"
    (area,) = struct.unpack_from("<f", data, module.start + _AREA_CM2)
    if 0 < area < _MAX_AREA_CM2 and abs(area - _NOT_ENTERED) > 1e-9:
        words["Electrode surface area"] = f"{area:.7g} cm²"
        in_si["area_m2"] = float(f"{area * 1e-4:.7g}")
    return words, in_si


def _started(data: bytes, module: Module | None) -> str:
    """When the acquisition began, by the local clock of the computer; empty where the log does not say."""
    if module is None or module.length < _STARTED + 8:
        return ""
    (days,) = struct.unpack_from("<d", data, module.start + _STARTED)
    if not np.isfinite(days) or not _YEARS[0] <= 1900 + days / 365.25 <= _YEARS[1]:
        return ""
    return (_DAY_ZERO + dt.timedelta(days=days)).isoformat(sep=" ", timespec="milliseconds")
