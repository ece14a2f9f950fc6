"""Arbin .res: the Access database that MITS writes, a table of rows for every record and one for the test.

Units are those of MITS: seconds, volts, amperes, ampere-hours; mass in grams; dates are days since 1899-12-30 in the
tester's local time. Positive current charges.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byssus.read.jet import JetDatabase, JetError, JetTable
from byssus.read.problems import escaped, refuse
from byssus.read.table import Kind, Table
from byssus.trace import REHEARSED_MARK

__all__ = ["read_res"]

RECORDS, TESTS = "Channel_Normal_Table", "Global_Table"
_NEEDED = ("Test_ID", "Data_Point", "Test_Time", "Current", "Voltage")
_MORE = ("Step_Time", "DateTime", "Step_Index", "Cycle_Index", "Charge_Capacity", "Discharge_Capacity")
_UNITS = {
    "Test_Time": "s", "Step_Time": "s", "Current": "A", "Voltage": "V", "Charge_Capacity": "Ah",
    "Discharge_Capacity": "Ah",
}  # fmt: skip
_TEXTS = ("Test_Name", "Creator", "Comments", "Schedule_File_Name", "Serial_Number", "Software_Version")
_NUMBERS = ("Channel_Index", "Start_DateTime", "MASS")
DAY_S = 86_400.0
UNIX_DAYS = 25_569  # from 1899-12-30 to 1970-01-01
MAX_TESTS = 100  # of one file: a channel's repeats; more are garbled numbers
LIGHTEST_KG, HEAVIEST_KG = 1e-12, 1e3  # no electrode or cell is beyond these
NOTE = "mass as entered in the tester's schedule"
Columns = dict[str, NDArray[np.float64]]


def read_res(path: Path, where: str) -> list[Table]:
    """A table for every test in the file, its rows in order of their number.

    :class:`ReadError` where the database is cut, damaged, encrypted or of another version, holds no table of
    Arbin's, or no records.
    """
    try:
        base = JetDatabase(path)
        if RECORDS not in base:
            _foreign(base, where)
        records = base.table(RECORDS)
        lacking = [n for n in _NEEDED if n not in records.columns]
        if lacking:
            raise JetError(f"its table of records has no column {', '.join(lacking)}")
        columns, _, lost = base.read(records, (*_NEEDED, *(n for n in _MORE if n in records.columns)))
        tests = _tests(base)
        marked = base.holds(REHEARSED_MARK)
    except JetError as fault:
        refuse(
            "the Arbin .res cannot be read",
            where,
            got=str(fault),
            expected="a whole database of Access 2000-2003 (Jet 4), as MITS writes it",
            mend="Copy it again from the tester, or export it from MITS or Data Watcher as csv or xlsx.",
        )
    return _by_test(columns, tests, _missing(base, records, columns, lost), marked, where)


def _foreign(base: JetDatabase, where: str) -> None:
    listed = ", ".join(escaped(n, 30) for n in list(base.tables)[:6] if not n.startswith("MSys"))
    refuse(
        "this is an Access database, but none of Arbin's",
        where,
        got=f"tables {listed}" if listed else "no tables",
        expected=f"a table {RECORDS}",
        mend="Export the table with the data as csv.",
    )


def _missing(base: JetDatabase, records: JetTable, columns: Columns, lost: int) -> tuple[str, ...]:
    """Warnings where the file holds fewer rows than its own definition says, or pages that cannot be read."""
    found = len(columns["Test_Time"])
    reasons = []
    if base.odd_bytes or records.lost_pages:
        reasons.append("the file is cut or damaged")
    if lost:
        reasons.append(f"{lost} rows or pages cannot be read")
    if not reasons and found == records.rows:
        return ()
    counted = f"the database speaks of {records.rows} rows, {found} are read"
    return ("; ".join([counted, *reasons]),)


def _tests(base: JetDatabase) -> dict[int, dict[str, Any]]:
    """What the file says of each test, by its Test_ID; empty where that table cannot be read."""
    if TESTS not in base:
        return {}
    try:
        table = base.table(TESTS)
        held = [n for n in _NUMBERS if n in table.columns]
        named = [n for n in _TEXTS if n in table.columns]
        numbers, texts, _ = base.read(table, ("Test_ID", *held), named)
    except (JetError, KeyError):
        return {}
    out: dict[int, dict[str, Any]] = {}
    for row, number in enumerate(numbers["Test_ID"].tolist()):
        if number == number:
            said = {n: texts[n][row][:300] for n in named if texts[n][row]}
            out[int(number)] = said | {n: float(numbers[n][row]) for n in held}
    return out


def _by_test(
    columns: Columns, tests: Mapping[int, dict[str, Any]], warnings: tuple[str, ...], marked: bool, where: str
) -> list[Table]:
    numbers = columns["Test_ID"]
    known = np.unique(numbers[np.isfinite(numbers)])
    if not len(known):
        refuse("the Arbin .res holds no records", where, expected="at least one row of data", mend="Copy it again.")
    if len(known) > MAX_TESTS:
        refuse("the Arbin .res is damaged", where, got=f"{len(known)} tests in one file", mend="Copy it again.")
    order = np.lexsort((columns["Data_Point"], numbers))  # a database keeps rows in no order of its own
    if not np.array_equal(order, np.arange(len(order))):
        columns = {name: values[order] for name, values in columns.items()}
    rows = columns["Test_ID"]
    tables = []
    for number in known.tolist():
        own = columns if len(known) == 1 and len(rows) == np.count_nonzero(rows == number) else {
            name: values[rows == number] for name, values in columns.items()
        }  # fmt: skip
        tables.append(_one(own, tests.get(int(number), {}), warnings, marked, len(known)))
    return tables


def _one(columns: Columns, said: Mapping[str, Any], warnings: tuple[str, ...], marked: bool, tests: int) -> Table:
    headings = tuple(n for n in columns if n not in ("Test_ID", "Data_Point"))
    with np.errstate(over="ignore", invalid="ignore"):  # what is no date is told as such later
        held = {n: (columns[n] - UNIX_DAYS) * DAY_S if n == "DateTime" else columns[n] for n in headings}

    def fetch(wanted: Mapping[int, Kind]) -> dict[int, NDArray[Any]]:
        return {i: held[headings[i]] for i in wanted}

    number = int(columns["Test_ID"][0])
    preamble = {n: said[n] for n in _TEXTS if n in said} | {"Test_ID": number, **_start(said)}
    size = _mass(said)
    more = (f"the file holds {tests} tests; this is the one numbered {number}",) if tests > 1 else ()
    return Table(
        reader="arbin-res",
        headings=headings,
        kinds=tuple("date" if n == "DateTime" else "number" for n in headings),
        fetch=fetch,
        units=tuple(_UNITS.get(n, "") for n in headings),
        preamble=preamble | ({"mass_note": NOTE} if size else {}),
        lines=(", ".join(headings),),
        warnings=(*warnings, *more),
        rehearsed=marked,
        header_si=size,
    )


def _mass(said: Mapping[str, Any]) -> dict[str, float]:
    """The mass of the schedule, in kg, at the precision of the single float it is stored in."""
    grams = float(str(np.float32(said.get("MASS", 0.0))))
    return {"mass_kg": float(f"{grams / 1e3:.9g}")} if LIGHTEST_KG < grams / 1e3 < HEAVIEST_KG else {}


def _start(said: Mapping[str, Any]) -> dict[str, Any]:
    """The tester's channel and the time the test began."""
    out: dict[str, Any] = {}
    channel, days = said.get("Channel_Index", np.nan), said.get("Start_DateTime", np.nan)
    if 0 <= channel < 10_000:
        out["channel"] = int(channel)
    if UNIX_DAYS < days < 2 * UNIX_DAYS + 20_000:  # from 1970 to the year 2094
        began = dt.datetime(1899, 12, 30) + dt.timedelta(seconds=round(days * DAY_S))
        out["start_time"] = began.isoformat(sep=" ")
    return out
