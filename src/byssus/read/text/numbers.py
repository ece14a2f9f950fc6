"""Cells that are no plain numbers: thousands in groups, typographic minus, blanks around, quotes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import polars as pl

__all__ = ["to_numbers"]

_GROUPS = {".": r"[,'’\u00a0\u202f ]", ",": r"[.'’\u00a0\u202f ]"}
_WHOLE = {
    ".": r"^[+\-]?\d{1,3}(?:[,'’\u00a0\u202f ]\d{3})+(?:\.\d*)?(?:[eE][+\-]?\d+)?$",
    ",": r"^[+\-]?\d{1,3}(?:[.'’\u00a0\u202f ]\d{3})+(?:,\d*)?(?:[eE][+\-]?\d+)?$",
}


def to_numbers(parsed: pl.Series, cells: pl.Series, decimal: str) -> NDArray[np.float64]:
    """float64, shape (n,): what ``parsed`` lacks is read again from ``cells``; NaN where there is no number."""
    import polars as pl

    name = cells.name
    text = pl.col(name).str.strip_chars(" \t\r\"'").str.replace("−", "-", literal=True)
    grouped = text.str.contains(_WHOLE[decimal])
    bare = pl.when(grouped).then(text.str.replace_all(_GROUPS[decimal], "")).otherwise(text)
    if decimal == ",":
        bare = bare.str.replace(",", ".", literal=True)
    again = cells.to_frame().select(bare.cast(pl.Float64, strict=False)).to_series()
    return parsed.fill_null(again).fill_null(float("nan")).to_numpy()
