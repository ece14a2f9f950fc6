"""Times of day and dates in text, to seconds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import polars as pl

__all__ = ["clock_seconds", "unix_seconds"]

_DAYS = r"^(\d+) ?d? +"
_DAY_FIRST, _MONTH_FIRST = "%d{0}%m{0}%Y", "%m{0}%d{0}%Y"


def clock_seconds(cells: pl.Series) -> NDArray[np.float64]:
    """``hh:mm:ss`` (hours may pass 24, seconds may have decimals) as seconds; NaN where it is no time.

    Days may stand before them: ``1d 02:03:04.5`` or ``1 02:03:04``.
    """
    import polars as pl

    text = cells.str.strip_chars().str.replace(",", ".", literal=True)
    days = text.str.extract(_DAYS, 1).cast(pl.Float64, strict=False).fill_null(0.0)
    parts = text.str.replace(_DAYS, "").str.split_exact(":", 2).struct.unnest()
    hours, minutes, seconds = (parts.to_series(i).cast(pl.Float64, strict=False) for i in range(3))
    return (days * 86400 + hours * 3600 + minutes * 60 + seconds).fill_null(float("nan")).to_numpy()


def unix_seconds(cells: pl.Series) -> NDArray[np.float64]:
    """Dates as seconds since 1970, taken as UTC where no zone is written.

    Dots mean day first, as in German; with slashes or hyphens the order must show in the values
    (a 25 cannot be a month), otherwise all are NaN: nothing is guessed.
    """
    import polars as pl

    text = cells.str.strip_chars().str.replace("T", " ", literal=True).str.replace(",", ".", literal=True)
    layout = _layout_of([c for c in text.head(100_000).to_list() if c])
    if layout is None:
        return np.full(len(cells), np.nan)
    for suffix in (" %H:%M:%S%.f", " %H:%M", " %I:%M:%S %p", ""):
        dates = text.str.to_datetime(layout + suffix, strict=False, time_unit="us")
        if dates.null_count() < len(dates):
            return (dates.cast(pl.Int64).cast(pl.Float64) / 1e6).fill_null(float("nan")).to_numpy()
    return np.full(len(cells), np.nan)


def _layout_of(cells: list[str]) -> str | None:
    """The date part as a format, or ``None`` where day and month cannot be told."""
    if not cells:
        return None
    if first := re.match(r"\d{4}([-/.])", cells[0]):
        return f"%Y{first[1]}%m{first[1]}%d"
    if named := re.match(r"\d{1,2}([-/.])[A-Z][a-z]{2}[-/.](\d{4}|\d{2})\b", cells[0]):
        return f"%d{named[1]}%b{named[1]}{'%Y' if len(named[2]) == 4 else '%y'}"
    parts = [re.match(r"(\d{1,2})([-/.])(\d{1,2})[-/.](\d{2,4})", c) for c in cells]
    known = [p for p in parts if p]
    if not known:
        return None
    sign = known[0][2]
    year = "%Y" if len(known[0][4]) == 4 else "%y"
    day_first = sign == "." or any(int(p[1]) > 12 for p in known)
    month_first = sign != "." and any(int(p[3]) > 12 for p in known)
    if day_first == month_first:
        return None
    return (_DAY_FIRST if day_first else _MONTH_FIRST).format(sign).replace("%Y", year)
