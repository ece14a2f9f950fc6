"""The specimen table: a spreadsheet with one row a file, as labs keep them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from byssus.errors import Problem, StudyError, UnitError
from byssus.study.amounts import ParameterLike, Size, parameter_problems
from byssus.study.paths import find_files
from byssus.study.problems import did_you_mean, shown, unknown_name
from byssus.study.sheet import Sheet, read_sheet
from byssus.units import factor_to

if TYPE_CHECKING:
    from byssus.study.rules import KnownParameters

__all__ = ["SpecimenRow", "read_specimens"]

# English, German and French headings, matched without case, spaces and underscores.
_HEADINGS = {
    "file": ("file", "file name", "path", "raw file", "Datei", "Dateiname", "Fichier", "Nom de fichier"),
    "binder": ("binder", "Bindemittel", "Binder", "Liant"),
    "width": ("width", "specimen width", "sample width", "Breite", "Probenbreite", "Streifenbreite", "Largeur"),
    "thickness": (
        "thickness", "specimen thickness", "sample thickness", "Dicke", "Probendicke", "Épaisseur", "Epaisseur",
    ),
    "mass": ("mass", "weight", "active mass", "active material mass", "Masse", "Aktivmasse", "Gewicht", "Masse active"),
    "gauge_length": (
        "gauge length", "gage length", "L0", "l₀", "Messlänge", "Anfangsmesslänge", "Einspannlänge",
        "Longueur de référence", "Longueur utile", "Longueur initiale",
    ),
    "area": ("area", "cross-section", "Fläche", "Querschnitt", "Querschnittsfläche", "Aire", "Surface", "Section"),
}  # fmt: skip
_SIZES = {name: Size(unit) for name, unit in (("width", "m"), ("thickness", "m"), ("mass", "kg"))}
_SIZES |= {"gauge_length": Size("m"), "area": Size("m^2")}
_HEADING = re.compile(
    r"^(?P<name>.*?)\s*(?:\[(?P<a>[^\]]*)\]|\((?P<b>[^)]*)\)|/\s*(?P<c>\S.*)|,\s*(?P<d>\S+))?\s*$", re.S
)
_COMMA = re.compile(r"^([+-]?[0-9]+),([0-9]+)(.*)$", re.S)


@dataclass(frozen=True)
class SpecimenRow:
    """One row: the file inside the study folder, its binder ("" where not said), values with units by parameter."""

    file: str
    binder: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    where: str = ""


@dataclass(frozen=True)
class _Column:
    index: int
    heading: str
    name: str
    unit: str
    parameter: str | ParameterLike


def read_specimens(
    path: Path,
    folder: Path,
    sheet: str = "",
    binders: Mapping[str, Collection[str]] | None = None,
    binder_names: Collection[str] = (),
    known_parameters: KnownParameters | None = None,
) -> dict[str, SpecimenRow]:
    """The rows of a specimen table by file (its path inside ``folder``).

    ``binders`` tells which binders the study measures in a file. Columns without a unit that name nothing
    known (remarks, dates) are left alone; empty cells mean "not given".

    Raises
    ------
    StudyError
        Carries every problem: unknown or repeated file, wrong binder, unknown unit, a cell that is no
        number or not greater than zero; each with its row and heading.
    """
    table = read_sheet(path, sheet)
    if len(table.rows) < 2:
        raise StudyError(Problem("no rows of specimens", path.name, mend="Give a row of headings and a row a file."))
    problems: list[Problem] = []
    headings = [str(cell).strip() for cell in table.rows[0][1]]
    columns = _columns(headings, path.name, known_parameters, problems)
    at = {_canonical(heading): index for index, heading in reversed(list(enumerate(headings)))}
    if "file" not in at:
        expected = 'a heading "file" (Datei, fichier)'
        raise StudyError(*problems, Problem("no column of files", path.name, ", ".join(headings), expected))
    reader = _Reader(path.name, folder, table, binders or {}, tuple(binder_names), columns, at)
    rows: dict[str, SpecimenRow] = {}
    for number, cells in table.rows[1:]:
        row, wrong = reader.row(number, cells)
        problems += wrong
        if row and row.file in rows:
            mend = f"It stands in {rows[row.file].where} too; keep one."
            problems.append(Problem("file listed twice", row.where, shown(row.file), mend=mend))
        elif row:
            rows[row.file] = row
    if problems:
        raise StudyError(*problems)
    return rows


def _canonical(heading: str) -> str:
    """``"Breite (mm)"`` -> ``"width"``; an unknown heading in the spelling of a parameter, ``"peel_angle"``."""
    match = _HEADING.match(heading)
    name = match["name"] if match else heading
    plain = _squeezed(name)
    known = (n for n, spellings in _HEADINGS.items() if plain in {_squeezed(s) for s in (n, *spellings)})
    return next(known, re.sub(r"\W+", "_", name.strip().lower()).strip("_"))


def _squeezed(text: str) -> str:
    return re.sub(r"[\s_]+", "", text).casefold()


def _columns(
    headings: Iterable[str], where: str, known: KnownParameters | None, problems: list[Problem]
) -> tuple[_Column, ...]:
    """Columns that hold parameters; a heading that cannot be understood is a problem."""
    parameters: dict[str, str | ParameterLike] = {}
    for technique in (known or {}).values():
        parameters.update(technique)
    parameters.update(_SIZES)
    columns: dict[str, _Column] = {}
    for index, heading in enumerate(headings):
        match, name, place = _HEADING.match(heading), _canonical(heading), f"{where} heading {shown(heading)}"
        unit = next((u.strip() for u in match.groups()[1:] if u is not None), "") if match else ""
        if name in ("file", "binder"):
            continue
        if name in columns:
            got = shown(columns[name].heading)
            problems.append(Problem(f"two columns of {name}", place, got, mend="Keep one of them."))
        elif name in parameters:
            problems += _unit_problems(unit, parameters[name], place)
            columns[name] = _Column(index, heading, name, unit, parameters[name])
        elif unit and known is not None:
            expected = "a parameter of a technique, as in " + ", ".join(f'"{n} [unit]"' for n in _SIZES)
            mend = did_you_mean(name, parameters) or "Rename the column, or take its unit away if it is a remark."
            problems.append(Problem("unknown parameter", place, shown(name), expected, mend))
        elif unit:
            problems += _unit_problems(unit, unit, place)
            columns[name] = _Column(index, heading, name, unit, unit)
        elif (mend := did_you_mean(name, parameters)).startswith("Did"):
            problems.append(Problem("unknown heading", place, shown(heading), mend=mend))
    return tuple(columns.values())


def _unit_problems(unit: str, parameter: str | ParameterLike, where: str) -> list[Problem]:
    target = parameter if isinstance(parameter, str) else parameter.unit
    if not unit or target == "text":
        return []
    try:
        factor_to(unit, target)
    except UnitError as fault:
        return [problem.at(where) for problem in fault.problems]
    return []


@dataclass(frozen=True)
class _Reader:
    """Reads rows, knowing the study's files and binders."""

    table_name: str
    folder: Path
    table: Sheet
    binders: Mapping[str, Collection[str]]
    binder_names: tuple[str, ...]
    columns: tuple[_Column, ...]
    at: Mapping[str, int]

    def row(self, number: int, cells: tuple[Any, ...]) -> tuple[SpecimenRow | None, list[Problem]]:
        where = f"{self.table_name} row {number}"
        file, problems = self.file(_text(cells, self.at["file"]), f'{where} "file"')
        binder = _text(cells, self.at["binder"]) if "binder" in self.at else ""
        measured = self.binders.get(file, ())
        if binder and self.binder_names and binder not in self.binder_names:
            problems.append(unknown_name("binder", binder, self.binder_names, f'{where} "binder"'))
        elif binder and measured and binder not in measured:
            expected = " or ".join(shown(name) for name in sorted(measured))
            mend = "study.toml measures this file for that binder; mend one of the two."
            problems.append(
                Problem("binder is not the measurement's", f'{where} "binder"', shown(binder), expected, mend)
            )
        values: dict[str, str] = {}
        for column in self.columns:
            text, wrong = self.value(column, _text(cells, column.index), f"{where} {shown(column.heading)}")
            problems += wrong
            if text and not wrong:
                values[column.name] = text
        return (SpecimenRow(file, binder, values, where) if file else None), problems

    def file(self, name: str, where: str) -> tuple[str, list[Problem]]:
        """The file a row means: its path inside the folder, or the name of one that the study measures."""
        if not name:
            return "", [Problem("no file", where, mend="Name the raw file of this row.")]
        found, problems = find_files(self.folder, name, where)
        if problems:
            return "", problems
        if len(found) == 1:
            return found[0].relative_to(self.folder).as_posix(), []
        same = [file for file in self.binders if file.rsplit("/", 1)[-1] == name]
        if len(same) == 1:
            return same[0], []
        if same:
            mend = "Write the path inside the study folder."
            return "", [Problem("several files of this name", where, ", ".join(same), "one file", mend)]
        return "", [unknown_name("file", name, self.binders, where)]

    def value(self, column: _Column, text: str, where: str) -> tuple[str, list[Problem]]:
        """A cell as a text with its unit."""
        if not text:
            return "", []
        target = column.parameter if isinstance(column.parameter, str) else column.parameter.unit
        if target != "text":
            comma = _COMMA.match(text)
            if comma and not self.table.decimal_comma and len(comma[2]) == 3 and comma[1].strip("+-0"):
                mend = f"Write {comma[1]}{comma[2]} or {comma[1]}.{comma[2]}."
                return "", [Problem("a number that can be read in two ways", where, shown(text), mend=mend)]
            text = f"{comma[1]}.{comma[2]}{comma[3]}" if comma else text
            text = f"{text} {column.unit}".strip() if re.fullmatch(r"[0-9.eE+−-]+", text) else text
        found = parameter_problems({column.name: text}, {column.name: column.parameter}, "")
        return text, [Problem(p.what, where, p.got, p.expected, p.mend) for p in found]


def _text(cells: tuple[Any, ...], index: int) -> str:
    cell = cells[index] if index < len(cells) else ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
