"""The rows of a cycler's trace that can be used: numbers, whole, on a clock that does not run backwards."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from byssus.errors import AnalysisError, Problem
from byssus.trace import Trace

__all__ = ["refuse_swapped", "whole_rows"]

Floats = NDArray[np.float64]

MAX_CLOCK_JUMPS = 5  # a clock set back by hand or by summer time; more often it is another clock
SWAPPED_SHARE = 0.1  # of the rows on either side of zero, before a "voltage" is taken for a current
TEXT_ROWS = 5  # how many row numbers a warning spells out
NEEDED = ("time_s", "voltage_v", "current_a")
EXTRA = ("charge_capacity_c", "discharge_capacity_c", "capacity_c", "cycle_index", "step_index", "step_time_s")


def whole_rows(trace: Trace) -> tuple[dict[str, Floats], list[str]]:
    """Numeric columns without rows that lack time, voltage or current, with warnings of what is odd about them.

    Raises :class:`AnalysisError`: a column is missing or holds text, no row is whole, the clock runs backwards
    too often.
    """
    columns = {name: _numbers(trace, name) for name in NEEDED}
    columns |= {name: _numbers(trace, name) for name in EXTRA if name in trace}
    whole = np.isfinite(columns["time_s"])
    for name in NEEDED[1:]:
        whole &= np.isfinite(columns[name])
    warnings: list[str] = []
    dropped = len(whole) - int(whole.sum())
    if dropped == len(whole):
        raise AnalysisError(
            Problem("no row has time, voltage and current", trace.source.path, f"{dropped} rows without", "numbers")
        )
    rows: NDArray[np.int64] | None = None
    if dropped:
        warnings.append(f"{dropped} of {len(whole)} rows left out: time, voltage or current is not a finite number")
        rows = np.flatnonzero(whole)
        columns = {name: values[rows] for name, values in columns.items()}
    back = np.flatnonzero(columns["time_s"][1:] < columns["time_s"][:-1]) + 1
    if len(back):
        warnings.append(_clock(trace, back if rows is None else rows[back], len(columns["time_s"])))
    return columns, warnings


def _numbers(trace: Trace, name: str) -> Floats:
    values = trace[name]
    if values.dtype.kind not in "fiub":
        raise AnalysisError(
            Problem(
                f"column '{name}' holds text",
                trace.source.path,
                f"'{values[0]}'" if len(values) else "nothing",
                "numbers",
                f'Map it in study.toml: columns = {{ {name} = "heading [unit]" }}.',
            )
        )
    return np.asarray(values, dtype=np.float64)


def _clock(trace: Trace, back: NDArray[np.int64], rows: int) -> str:
    spelled = ", ".join(str(int(row) + 1) for row in back[:TEXT_ROWS]) + (", ..." if len(back) > TEXT_ROWS else "")
    if len(back) > MAX_CLOCK_JUMPS:
        raise AnalysisError(
            Problem(
                f"the clock runs backwards {len(back)} times in {rows} rows (at data rows {spelled})",
                trace.source.path,
                "a time that restarts, such as the step's",
                "the time since the start of the test, never falling",
                'Map it in study.toml: columns = { time_s = "heading of the total time [unit]" }.',
            )
        )
    return f"the clock runs backwards at data row {spelled}: taken as no time passing there"


def refuse_swapped(path: str, direction: NDArray[np.int8], voltage_v: Floats) -> None:
    """:class:`AnalysisError` where the current keeps one sign and the voltage, shapes ``(n,)``, does not."""
    below, above = float((voltage_v < 0).mean()), float((voltage_v > 0).mean())
    if ((direction < 0).any() and (direction > 0).any()) or min(below, above) < SWAPPED_SHARE:
        return
    raise AnalysisError(
        Problem(
            "voltage and current look swapped",
            path,
            f"a current that keeps one sign and a voltage that is negative in {below:.0%} of the rows",
            "a current that changes sign",
            'Map them in study.toml: columns = { current_a = "heading [unit]", voltage_v = "heading [unit]" }.',
        )
    )
