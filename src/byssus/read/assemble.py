"""From a table to a Trace: names, SI units, and everything odd about the rows said in warnings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byssus.errors import ReadError
from byssus.read.choose import PRIMARY, Choice, choose, is_measured
from byssus.read.dialects import Dialect, dialect_of, tester_behind
from byssus.read.headings import Match
from byssus.read.problems import escaped, refuse, unknown_layout
from byssus.read.table import Kind, Table
from byssus.trace import Source, Trace

__all__ = ["assemble"]

ROWS_NAMED = 5  # how many row numbers a warning lists
# A date column of plain numbers is taken for Unix seconds between 1990 and 2100.
UNIX_SPAN = (6.3e8, 4.1e9)
# No SI value is measured beyond these; a garbled exponent is, and its square or inverse would overflow.
SIZES = (1e-100, 1e100)
_DISCHARGES = ("dchg", "dischg", "discharge", "entlad", "décharge", "decharge", "dch", "dis", "放电")
_STEP_TYPES = (
    "step type", "command", "status", "md", "mode", "schritttyp", "step_type", "type", "state", "step-state", "状态",
    "工步状态", "工步类型", "工作模式",
)  # fmt: skip
_CODES = frozenset(("d", "ccd", "rated"))  # whole words for discharge: Maccor's D, LAND's CCD and RateD
MAX_VOLTS = 100.0  # a cell gives a few volts; a column whose median is beyond a hundred is in millivolts


def assemble(table: Table, sha256: str, shown_as: str, mapped: Mapping[str, str]) -> Trace:
    """The trace of a table: columns chosen, read, converted to SI and checked; ``sha256`` is its file's.

    Raises :class:`ReadError`: nothing known in it, no rows, a unit missing, a column without numbers.
    """
    dialect = dialect_of(table.headings)
    choice = choose(table, dialect, mapped, shown_as)
    if choice.problems:
        raise ReadError(*choice.problems)
    if not any(is_measured(name) for name in choice.taken):
        unknown_layout(shown_as, table.lines, table.headings)
    read = table.fetch(_wanted(choice, table))
    if not next((len(v) for v in read.values()), 0):
        refuse("headings, but no rows of data", shown_as, expected="at least one row", mend="Export the data again.")
    columns, warnings = _to_si(choice, read, mapped, shown_as)
    _refuse_millivolts(columns, choice, mapped, shown_as)
    columns, more = _clock(columns)
    columns, signs = _signed(columns, table, dialect)
    rows = len(next(iter(columns.values())))
    return Trace(
        columns=columns,
        source=Source(shown_as, sha256, table.reader, rows),
        metadata=_metadata(table, dialect, choice),
        warnings=(*table.warnings, *choice.warnings, *warnings, *more, *signs, *_row_order(columns)),
        rehearsed=table.rehearsed,
    )


def _wanted(choice: Choice, table: Table) -> dict[int, Kind]:
    return {m.index: _kind_for(m, table.kinds[m.index]) for m in choice.taken.values()}


def _kind_for(match: Match, kind: Kind) -> Kind:
    """How to read a column: a map or a dialect may name one whose cells are of another kind than it needs."""
    if match.column.unit == "text":
        return "text"
    is_time = match.column.unit == "s" or match.column.name == "date_time"
    return kind if kind == "number" or (is_time and kind in ("clock", "date")) else "number"


def _metadata(table: Table, dialect: Dialect | None, choice: Choice) -> dict[str, Any]:
    taken = {name: m.heading for name, m in choice.taken.items()}
    scope = table.counter_scope or (dialect.counter_scope if dialect else "unknown")
    if dialect and tester_behind(dialect, table.headings):
        scope = "unknown"
    counters = {"charge_capacity_c", "discharge_capacity_c", "capacity_c"} & set(choice.taken)
    used = {m.index for m in choice.taken.values()}
    return {
        **({"dialect": dialect.name} if dialect else {}),
        **({"counter_scope": scope} if counters else {}),
        **table.header_si,
        "headings": taken,
        "unused_headings": tuple(h for i, h in enumerate(table.headings) if i not in used and h.strip()),
        "preamble": dict(table.preamble),
    }


def _to_si(
    choice: Choice, read: Mapping[int, NDArray[Any]], mapped: Mapping[str, str], where: str
) -> tuple[dict[str, NDArray[Any]], list[str]]:
    columns: dict[str, NDArray[Any]] = {}
    warnings: list[str] = []
    for name, match in choice.taken.items():
        values = read[match.index]
        if match.column.unit == "text":
            columns[name] = values
            continue
        values = _scaled(values, match)
        size = np.abs(values)
        lacking = ~((values == 0) | ((size > SIZES[0]) & (size < SIZES[1])))
        missing = int(np.count_nonzero(lacking))
        if missing == len(values):
            if name in PRIMARY or name in mapped:
                refuse(
                    f"no number in the column '{escaped(match.heading, 40)}' ({name})",
                    where,
                    expected="at least one number",
                    mend="Check the decimal sign of the export, or map another column in study.toml.",
                )
            dates = "holds no dates that can be read, or day and month cannot be told apart;"
            lacks = f"{dates} it" if match.column.name == "date_time" else "holds no number and"
            warnings.append(f"'{escaped(match.heading, 40)}' {lacks} is left out")
            continue
        if missing:
            values = np.where(lacking, np.nan, values)
            warnings.append(f"{missing} of {len(values)} rows have no number in {name} ({_rows(lacking)})")
        columns[name] = values
    return columns, warnings


def _scaled(values: NDArray[Any], match: Match) -> NDArray[np.float64]:
    factor, offset = match.scale or (1.0, 0.0)
    numbers = np.asarray(values, dtype=np.float64)
    inverse = round(1.0 / factor) if 0 < factor < 1 else 0
    with np.errstate(over="ignore", invalid="ignore"):  # what is no number, or becomes infinite, is told as such
        if inverse and float(f"{1.0 / inverse:.15g}") == factor:
            numbers = numbers / inverse  # 12.5 µm is 1.25e-5 m: dividing by 1e6 rounds once, multiplying twice
        elif factor != 1.0:
            numbers = numbers * factor
        return numbers + offset if offset else numbers


def _rows(mask: NDArray[np.bool_]) -> str:
    found = np.flatnonzero(mask)
    listed = ", ".join(str(int(i) + 1) for i in found[:ROWS_NAMED])
    return f"row{'s' if len(found) > 1 else ''} {listed}{', ...' if len(found) > ROWS_NAMED else ''}"


def _clock(columns: dict[str, NDArray[Any]]) -> tuple[dict[str, NDArray[Any]], list[str]]:
    """Dates become ``unix_time_s``; where there is no other time, ``time_s`` counts from the first."""
    out, warnings = dict(columns), []
    dates = out.pop("date_time", None)
    if dates is not None and "unix_time_s" not in out:
        known = dates[np.isfinite(dates)]
        if len(known) and UNIX_SPAN[0] < known.min() and known.max() < UNIX_SPAN[1]:
            out["unix_time_s"] = dates
    if "time_s" not in out and "unix_time_s" in out:
        unix = out["unix_time_s"]
        out["time_s"] = unix - unix[np.isfinite(unix)][0]
        warnings.append("no column of elapsed time; time_s is counted from the first date and time")
    return out, warnings


def _refuse_millivolts(
    columns: Mapping[str, NDArray[Any]], choice: Choice, mapped: Mapping[str, str], where: str
) -> None:
    """A cell's voltage of hundreds of volts is refused, unless a map says that it is so.

    A warning would not do: energies and mean voltages would be a thousand times too large.
    """
    volts = columns.get("voltage_v")
    if volts is None or "current_a" not in columns or "voltage_v" in mapped or not np.isfinite(volts).any():
        return
    typical = float(np.nanmedian(np.abs(volts)))
    if typical > MAX_VOLTS:
        heading = escaped(choice.taken["voltage_v"].heading, 40)
        refuse(
            f"the column '{heading}' cannot be in volts",
            where,
            got=f"a median of {typical:.4g} V",
            expected=f"at most {MAX_VOLTS:g} V of a cell",
            mend=f'If it holds millivolts, map it: columns = {{ voltage_v = "{heading} [mV]" }}; '
            f'if it is a stack of cells, "{heading} [V]" confirms it.',
        )


def _signed(
    columns: dict[str, NDArray[Any]], table: Table, dialect: Dialect | None
) -> tuple[dict[str, NDArray[Any]], list[str]]:
    """Where current is written without sign beside a step type, discharging gets its minus."""
    current = columns.get("current_a")
    names = [h.strip().casefold() for h in table.headings]
    place = next((names.index(n) for n in _STEP_TYPES if n in names), None)
    if current is None or not np.isfinite(current).any() or np.nanmin(current) < 0:
        return columns, []
    if place is None or table.kinds[place] != "text":
        lost = dialect is not None and dialect.name == "maccor" and np.nanmax(current) > 0
        said = "current is written without sign and no column says which way it flows: discharging looks like charging"
        return columns, [said] if lost else []
    words, inverse = np.unique(table.fetch({place: "text"})[place], return_inverse=True)
    folded = [str(w).casefold().replace("_", " ").replace(" ", "") for w in words]
    discharging = np.array([w in _CODES or any(d in w for d in _DISCHARGES) for w in folded], dtype=bool)[inverse]
    if not np.any(discharging & (current > 0)):
        return columns, []
    signed = np.where(discharging, -current, current)
    return {**columns, "current_a": signed}, [
        f"current is written without sign; it is negative where '{escaped(table.headings[place], 40)}' says discharge"
    ]


def _row_order(columns: Mapping[str, NDArray[Any]]) -> list[str]:
    """Equal and backward times, told with their rows and left as they are."""
    time = columns.get("time_s")
    if time is None or len(time) < 2:
        return []
    step = np.diff(time)
    same = step == 0
    if "step_index" in columns:  # testers close one step and open the next at one instant
        same &= np.diff(columns["step_index"]) == 0
    back = step < 0
    if "spectrum_index" in columns:  # some count the time of each spectrum from its own start
        back &= np.diff(columns["spectrum_index"]) == 0
    warnings = []
    for mask, what in ((same, "the same time as the row before"), (back, "a time before that of the row before")):
        count = int(np.count_nonzero(mask))
        if count:
            warnings.append(
                f"{count} of {len(time)} rows {'has' if count == 1 else 'have'} {what} "
                f"({_rows(np.concatenate(([False], mask)))}); kept as they are"
            )
    return warnings
