"""Battery Data Format, csv and parquet, and any other parquet table with clear headings.

Names: https://w3id.org/battery-data-alliance/ontology/battery-data-format. Positive current charges.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from byssus.read.delimited import read_delimited
from byssus.read.dialects import BDF, dialect_of
from byssus.read.pages import counts_agree
from byssus.read.problems import refuse
from byssus.read.spectra import with_impedance_headings
from byssus.read.table import Kind, Table
from byssus.trace import REHEARSED_MARK

__all__ = ["read_bdf_text", "read_parquet"]

MAX_COLUMNS = 2_000


def read_bdf_text(path: Path, where: str, mapped: Mapping[str, str]) -> Table:
    """Delimited text; the reader is called bdf where the headings are the format's."""
    table = with_impedance_headings(read_delimited(path, where, mapped), mapped)
    found = dialect_of(table.headings)
    if found is None:
        return table
    return table.called("bdf" if found is BDF else f"delimited ({found.name})")


def read_parquet(path: Path, where: str) -> Table:
    """The table of a parquet file; only the columns asked for are read.

    Raises :class:`ReadError` where the file is cut or is none.
    """
    import polars as pl

    faults = (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError)
    if not counts_agree(path):
        _damaged(where, ValueError("pages whose numbers of values are not the footer's"))
    try:
        schema = pl.read_parquet_schema(path)
        described = pl.read_parquet_metadata(path)
    except faults as fault:
        _damaged(where, fault)
    headings = tuple(schema)
    if len(headings) > MAX_COLUMNS:
        refuse("too many columns", where, got=f"{len(headings)} columns", expected=f"at most {MAX_COLUMNS}")

    def fetch(wanted: Mapping[int, Kind]) -> dict[int, NDArray[Any]]:
        try:
            frame = pl.read_parquet(path, columns=[headings[i] for i in wanted], glob=False)
        except faults as fault:
            _damaged(where, fault)
        return {i: _values(frame[headings[i]], kind) for i, kind in wanted.items()}

    kinds = tuple(_kind(dtype) for dtype in schema.values())
    words = " ".join((*headings, *described, *described.values()))
    try:
        marked = REHEARSED_MARK in words or _marked_cells(path, headings, kinds)
    except faults as fault:
        _damaged(where, fault)
    found = dialect_of(headings)
    metadata = {k: v for k, v in described.items() if k != "ARROW:schema" and len(v) < 300}
    name = "bdf" if found is BDF else "parquet"
    return Table(name, headings, kinds, fetch, preamble=metadata, lines=(", ".join(headings),), rehearsed=marked)


def _kind(dtype: Any) -> Kind:
    import polars as pl

    if dtype.is_numeric() or dtype in (pl.Boolean, pl.Null):
        return "number"
    if dtype in (pl.Time, pl.Duration):
        return "clock"
    return "date" if dtype.is_temporal() else "text"


def _values(series: Any, kind: Kind) -> NDArray[Any]:
    import polars as pl

    if series.dtype.is_nested() or series.dtype in (pl.Binary, pl.Object):
        series = pl.Series([None] * len(series), dtype=pl.String)  # no cell of it is one number or one word
    if kind == "text":
        return np.asarray(series.cast(pl.String).fill_null("").to_list(), dtype=np.str_)
    if kind == "date":
        series = series.cast(pl.Datetime("us")).cast(pl.Int64).cast(pl.Float64) / 1e6
    elif kind == "clock":
        as_time = series.dtype == pl.Time
        series = series.cast(pl.Int64).cast(pl.Float64) / 1e9 if as_time else series.dt.total_microseconds() / 1e6
    elif series.dtype.is_temporal():
        series = pl.Series([None] * len(series), dtype=pl.Float64)  # a date is no number
    elif not series.dtype.is_numeric() and series.dtype not in (pl.Boolean, pl.Null):
        series = series.cast(pl.String)  # categories, of words or of numbers
    numbers = series.cast(pl.Float64, strict=False)
    return np.asarray((numbers.fill_null(float("nan")) if numbers.null_count() else numbers).to_numpy())


def _marked_cells(path: Path, headings: tuple[str, ...], kinds: tuple[Kind, ...]) -> bool:
    """Whether a text column of the file carries the mark of a virtual instrument."""
    import polars as pl

    words = [h for h, kind in zip(headings, kinds, strict=True) if kind == "text"]
    if not words:
        return False
    frame = pl.read_parquet(path, columns=words, glob=False)
    texts = frame.select(pl.col(pl.String, pl.Categorical).cast(pl.String))
    return any(bool(s.str.contains(REHEARSED_MARK, literal=True).any()) for s in texts)


def _damaged(where: str, fault: BaseException) -> NoReturn:
    refuse(
        "the parquet file cannot be read: it is cut short or damaged",
        where,
        got=str(fault).splitlines()[0][:100],
        mend="Copy or export the file again.",
    )
