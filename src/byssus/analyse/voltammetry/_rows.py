"""The rows of a voltammogram that can be used."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.force_curve import sound_columns
from byssus.errors import AnalysisError, Problem
from byssus.trace import Trace

__all__ = ["whole_rows"]

Floats = NDArray[np.float64]

HIGHEST_V, HIGHEST_A = 1000.0, 1e5  # far beyond any potentiostat
MOST_BACK = 0.1  # of the rows: a clock set back at each sweep of ten rows; more often the rows are out of order


def whole_rows(trace: Trace) -> tuple[dict[str, Floats], list[str]]:
    """The sound rows of the columns that are there, without a clock that stands still, and what is to be said."""
    names = [n for n in ("voltage_v", "current_a", "time_s", "cycle_index") if n in trace or n.endswith(("_v", "_a"))]
    columns, dropped = sound_columns(trace, names)
    highest_v, highest_a = (float(np.max(np.abs(columns[n]))) for n in ("voltage_v", "current_a"))
    if highest_v > HIGHEST_V or highest_a > HIGHEST_A:
        got, expected = f"{highest_v:.3g} V, {highest_a:.3g} A", f"at most {HIGHEST_V:.0f} V and {HIGHEST_A:.0f} A"
        mend = "Check the columns and their units, and the file for damaged numbers."
        raise AnalysisError(Problem("numbers no potentiostat can read", trace.source.path, got, expected, mend))
    columns, again = _each_row_once(columns)
    warnings = [*dropped, *again]
    time = columns.get("time_s")
    if time is not None and not np.ptp(time) > 0:
        del columns["time_s"]
        warnings.append("the clock stands still: it is not used")
    elif time is not None and (back := int(np.sum(np.diff(time) < 0))):
        if back > MOST_BACK * len(time):
            got, expected = f"a clock that falls at {back} of {len(time)} rows", "rows in the order they were recorded"
            mend = "Sort the file by its time, or map time_s to the time since the start."
            raise AnalysisError(Problem("the clock runs backwards", trace.source.path, got, expected, mend))
        warnings.append(f"the clock jumps back {back} times: no charge is counted there")
    return columns, warnings


def _each_row_once(columns: dict[str, Floats]) -> tuple[dict[str, Floats], tuple[str, ...]]:
    """The columns without rows that repeat the row before, clock and all, as merged exports have them."""
    if "time_s" not in columns:
        return columns, ()
    fresh = np.ones(len(columns["time_s"]), dtype=bool)
    fresh[1:] = np.any([np.diff(values) != 0 for values in columns.values()], axis=0)
    if fresh.all() or not np.ptp(columns["time_s"]) > 0:
        return columns, ()
    said = f"{np.count_nonzero(~fresh)} of {len(fresh)} rows left out: they repeat the row before"
    return {name: values[fresh] for name, values in columns.items()}, (said,)
