"""Which heading of a table becomes which canonical column, and in which unit."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from byssus.errors import Problem, ReadError
from byssus.read.dialects import CLOCK, COUNTERS, Dialect, tester_behind
from byssus.read.headings import Match, matches, needs_unit, plain, split_heading, unit_scale
from byssus.read.problems import escaped
from byssus.read.table import Table
from byssus.vocabulary import Column, columns

__all__ = ["PRIMARY", "Choice", "choose", "is_measured"]

# Without these a technique has nothing to work on, so a missing unit or number in them is an error;
# any other column is left out with a warning.
PRIMARY = frozenset(
    ("time_s", "voltage_v", "current_a", "force_n", "displacement_m", "thickness_m", "stress_pa", "strain_1")
)
_NOT_MEASURED = frozenset(
    ["time_s", "step_time_s", "unix_time_s", "date_time", "cycle_index", "step_index", "replicate", "state", "specimen"]
)
_POSITION = re.compile(r"column\s*(\d+)", re.I)
_IMAGINARY = ("impedance_imaginary_ohm", "minus_impedance_imaginary_ohm")
# Instruments and fitting programs write impedance in ohms over hertz and often do not say so; a phase they do not say
# may be in degrees or in radians.
_USUAL_UNITS = ("frequency_hz", "impedance_real_ohm", *_IMAGINARY, "impedance_modulus_ohm")
# Over an infrared spectrum, wavenumbers are in 1/cm; no spectrometer writes them per metre.
_ORDINATES = ("absorbance", "transmittance_1", "reflectance_1", "kubelka_munk")
_PER_CM = 100.0
# Words that often head something else, such as the number of a place: alone they stop no file.
_VAGUE = frozenset(("position", "distance", "charge", "tension", "course", "last"))
SHORTEST_CLEAR_HEADING = 3  # "E", "F", "t" alone may mean anything


@dataclass(frozen=True)
class Choice:
    """The columns taken, by canonical name, what to warn of, and what makes the file unreadable."""

    taken: Mapping[str, Match]
    warnings: tuple[str, ...]
    problems: tuple[Problem, ...]


def is_measured(name: str) -> bool:
    """Whether a column holds something measured, not only time, counters or names."""
    return name not in _NOT_MEASURED


def choose(table: Table, dialect: Dialect | None, mapped: Mapping[str, str], where: str) -> Choice:
    """Settle the columns: the user's map first, then the dialect, then the vocabulary's headings.

    Raises :class:`ReadError` listing every fault of the map at once.
    """
    taken = _by_map(table, mapped, where)
    used = {match.index for match in taken.values()}
    if dialect is not None:
        found = _by_dialect(table, dialect)
        if (tester := tester_behind(dialect, table.headings)) is not None:
            # converted from the current's own column, a counter could not check it; the tester's can
            found |= {n: m for n, m in _by_dialect(table, tester).items() if n in COUNTERS}
        for name, match in found.items():
            if name not in taken and match.index not in used:
                taken[name] = match
        used = {match.index for match in taken.values()}
        if dialect.closed:
            return Choice(taken, (), ())
    return _by_vocabulary(table, taken, used, where)


def _by_vocabulary(table: Table, taken: dict[str, Match], used: set[int], where: str) -> Choice:
    warnings: list[str] = []
    problems: list[Problem] = []
    assumed: list[Match] = []
    rivals: dict[str, list[Match]] = {}
    for match in matches(table.headings, table.units):
        fitting = _fit_kind(match, table)
        if fitting is not None and fitting.column.name not in taken and fitting.index not in used:
            rivals.setdefault(fitting.column.name, []).append(fitting)
    for name, found in sorted(rivals.items(), key=lambda item: _rank(item[1])):
        free = sorted((m for m in found if m.index not in used), key=lambda m: (m.scale is None, m.preference, m.index))
        if not free:
            continue
        best, others = free[0], free[1:]
        usual = _usual(name, {*rivals, *taken}) if best.scale is None else None
        if best.scale is None and needs_unit(best.column) and usual is None:
            if name != "impedance_phase_rad" or not _is_cartesian({*rivals, *taken}):
                _unitless(best, table, warnings, problems, where)
            continue
        if any(plain(o.heading) == plain(best.heading) and (o.scale is None) == (best.scale is None) for o in others):
            problems.append(_twice(best, where))
            continue
        taken[name] = best if usual is None else replace(best, unit=best.column.unit, scale=(usual, 0.0))
        used.add(best.index)
        if usual is not None:
            assumed.append(best)
        rest = [o.heading for o in others if o.scale is not None or not needs_unit(o.column)]
        if rest:
            listed = ", ".join(f"'{escaped(h, 40)}'" for h in rest)
            warnings.append(f"{name} is read from '{escaped(best.heading, 40)}'; {listed} would fit too")
    if assumed:
        listed = ", ".join(f"'{escaped(m.heading, 40)}'" for m in sorted(assumed, key=lambda m: m.index))
        units = "1/cm is" if "wavenumber_per_m" in {m.column.name for m in assumed} else "hertz and ohm are"
        warnings.append(f"no unit is written over {listed}: {units} taken; for others, map the columns")
    return Choice(taken, tuple(warnings), tuple(problems))


def _usual(name: str, names: set[str]) -> float | None:
    """What a column that says no unit is multiplied by, where all who write such files mean the same."""
    if name in _USUAL_UNITS and _is_impedance(names):
        return 1.0
    return _PER_CM if name == "wavenumber_per_m" and any(one in names for one in _ORDINATES) else None


def _is_impedance(names: set[str]) -> bool:
    """Whether these columns are an impedance over frequency, so that their headings say what they are."""
    polar = {"impedance_modulus_ohm", "impedance_phase_rad"} <= names
    return "frequency_hz" in names and (polar or _is_cartesian(names))


def _is_cartesian(names: set[str]) -> bool:
    return "impedance_real_ohm" in names and any(name in names for name in _IMAGINARY)


def _rank(found: list[Match]) -> tuple[bool, int]:
    return all(m.scale is None and needs_unit(m.column) for m in found), min(m.preference for m in found)


def _fit_kind(match: Match, table: Table) -> Match | None:
    """The match as its cells allow: clock times are seconds, dates are dates, words are no numbers."""
    kind, column = table.kinds[match.index], match.column
    if kind == "clock" and column.unit == "s":
        return replace(match, unit="hh:mm:ss", scale=(1.0, 0.0))
    if kind == "date":
        if column.name in ("date_time", "time_s", "unix_time_s"):
            date = columns()["date_time"]
            return replace(match, column=date, unit="", scale=None)
        return None
    if kind == "text":
        return match if column.unit == "text" else None
    return match if column.unit != "text" or column.name == "specimen" else None


def _unitless(best: Match, table: Table, warnings: list[str], problems: list[Problem], where: str) -> None:
    heading = escaped(best.heading, 40)
    written = table.units[best.index] if best.index < len(table.units) else ""
    mend = f'{best.column.name} = "{heading} [{_example(best.column)}]"'
    clear = len(plain(best.heading)) >= SHORTEST_CLEAR_HEADING and plain(best.heading) not in _VAGUE
    if best.column.name in PRIMARY and clear:
        problems.append(
            Problem(
                f"the column '{heading}' has no unit",
                where,
                got=f"'{escaped(written, 20)}'" if written.strip() else "a heading without a unit",
                expected=f"a unit that converts to {best.column.unit}, in the heading or a row below it",
                mend=f"Give it in study.toml, columns = {{ {mend} }}, or with --columns.",
            )
        )
    else:
        warnings.append(f"'{heading}' has no unit and is left out; to use it, map {mend}")


def _example(column: Column) -> str:
    usual = {"m": "mm", "K": "°C", "Pa": "MPa", "C": "mAh", "1": "%", "rad": "deg"}
    return usual.get(column.unit, column.unit)


def _twice(best: Match, where: str) -> Problem:
    return Problem(
        f"the heading '{escaped(best.heading, 40)}' stands over more than one column",
        where,
        expected=f"one column for {best.column.name}",
        mend=f"Say which in study.toml by its place: columns = {{ {best.column.name} = "
        f'"column {best.index + 1} [{best.unit or _example(best.column)}]" }}.',
    )


def _by_dialect(table: Table, dialect: Dialect) -> dict[str, Match]:
    places: dict[str, int] = {}
    for index, heading in enumerate(table.headings):
        places.setdefault(plain(heading), index)
    found = {}
    for name, candidates in dialect.columns.items():
        column = columns()[name]
        for preference, (heading, unit) in enumerate(candidates):
            at = places.get(plain(heading))
            if at is not None and (unit != CLOCK or table.kinds[at] == "clock"):
                scale = unit_scale(unit, column.unit) or (1.0, 0.0)
                found[name] = Match(at, table.headings[at], column, preference, unit, scale)
                break
    return found


def _by_map(table: Table, mapped: Mapping[str, str], where: str) -> dict[str, Match]:
    taken: dict[str, Match] = {}
    problems: list[Problem] = []
    for name, value in mapped.items():
        place = f"{where}: columns.{name}"
        column = columns().get(name)
        if column is None:
            near = difflib.get_close_matches(name, list(columns()), 3) or list(columns())
            problems.append(Problem("no such column", place, f"'{name}'", "one of " + ", ".join(near)))
            continue
        match = _mapped(table, column, value)
        if isinstance(match, Match):
            taken[name] = match
        else:
            problems.append(replace(match, where=place))
    if problems:
        raise ReadError(*problems)
    return taken


def _mapped(table: Table, column: Column, value: str) -> Match | Problem:
    """The file's column a map's value names: the heading in full, or its name with a unit that overrides."""
    bracket = re.fullmatch(r"(?P<base>.*?)\s*\[(?P<unit>[^\[\]]*)\]\s*", value)
    index, unit = _find(table, value), ""
    if index is None and bracket:
        index, unit = _find(table, bracket["base"]), bracket["unit"]
    if index is None:
        listed = ", ".join(f"'{escaped(h, 40)}'" for h in table.headings if h.strip()) or "none"
        return Problem("no such heading in the file", "", f"'{value}'", f"one of the headings: {listed}")
    heading = table.headings[index]
    if not needs_unit(column) or (table.kinds[index] == "clock" and column.unit == "s"):
        return Match(index, heading, column, 0, "", (1.0, 0.0))
    row_unit = table.units[index] if index < len(table.units) else ""
    written = (unit,) if unit else (*(own for _, own in split_heading(heading)[:-1]), row_unit)
    for candidate in written:
        scale = unit_scale(candidate, column.unit)
        if scale is not None:
            return Match(index, heading, column, 0, candidate, scale)
    return Problem(
        "no unit for this column",
        "",
        f"'{unit or value}'",
        f"a unit that converts to {column.unit}",
        f'Write it behind the heading: "{escaped(heading, 40)} [{_example(column)}]".',
    )


def _find(table: Table, wanted: str) -> int | None:
    """The one column of that heading, else of that name without its unit, else of that place."""
    by_heading = [i for i, h in enumerate(table.headings) if plain(h) == plain(wanted)]
    if len(by_heading) == 1:
        return by_heading[0]
    by_name = [
        i for i, h in enumerate(table.headings) if plain(wanted) in {plain(base) for base, _ in split_heading(h)}
    ]
    if not by_heading and len(by_name) == 1:
        return by_name[0]
    place = _POSITION.fullmatch(wanted.strip())
    if place and 1 <= int(place[1]) <= len(table.headings):
        return int(place[1]) - 1
    return None
