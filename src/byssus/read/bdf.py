"""Battery Data Format, csv and parquet, and any other parquet table with clear headings.

Names: https://w3id.org/battery-data-alliance/ontology/battery-data-format. Positive current charges.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from byssus.read.dialects import BDF, dialect_of
from byssus.read.guarded import guarded
from byssus.read.pages import counts_agree
from byssus.read.problems import refuse
from byssus.read.specimens import specimens_of
from byssus.read.spectra import with_impedance_headings
from byssus.read.table import Kind, Table
from byssus.read.text.textfile import load_text
from byssus.trace import REHEARSED_MARK

__all__ = ["read_bdf_text", "read_parquet"]

MAX_COLUMNS = 2_000
MEND = "Copy or export the file again."


def read_bdf_text(path: Path, where: str, mapped: Mapping[str, str]) -> list[Table]:
    """Delimited text, one table a specimen; the reader is called bdf where the headings are the format's."""
    return [
        _named(with_impedance_headings(table, mapped))
        for table in specimens_of(load_text(path, where), mapped, path, where)
    ]


def _named(table: Table) -> Table:
    found = dialect_of(table.headings)
    if found is None:
        return table
    return table.called("bdf" if found is BDF else f"delimited ({found.name})")


def read_parquet(path: Path, where: str) -> Table:
    """The table of a parquet file; only the columns asked for are read, by polars in a guarded process.

    Raises :class:`ReadError` where the file is cut or is none.
    """
    if not counts_agree(path):
        _damaged(where, ValueError("pages whose numbers of values are not the footer's"))

    def ask(function: str, *more: Any) -> Any:
        return guarded(__name__, function, path, where, *more, what="parquet", mend=MEND)

    headings, kinds, described, marked = ask("describe_parquet")

    def fetch(wanted: Mapping[int, Kind]) -> dict[int, NDArray[Any]]:
        values: list[NDArray[Any]] = ask("parquet_columns", [(headings[i], kind) for i, kind in wanted.items()])
        return dict(zip(wanted, values, strict=True))

    found = dialect_of(headings)
    metadata = {k: v for k, v in described.items() if k != "ARROW:schema" and len(v) < 300}
    name = "bdf" if found is BDF else "parquet"
    return Table(name, headings, kinds, fetch, preamble=metadata, lines=(", ".join(headings),), rehearsed=marked)


def describe_parquet(path: Path, where: str) -> tuple[tuple[str, ...], tuple[Kind, ...], dict[str, str], bool]:
    """Headings, kinds of column, metadata, and whether the file carries the mark of a virtual instrument."""
    import polars as pl

    try:
        schema = pl.read_parquet_schema(path)
        described = pl.read_parquet_metadata(path)
        headings = tuple(schema)
        if len(headings) > MAX_COLUMNS:
            refuse("too many columns", where, got=f"{len(headings)} columns", expected=f"at most {MAX_COLUMNS}")
        kinds = tuple(_kind(dtype) for dtype in schema.values())
        words = " ".join((*headings, *described, *described.values()))
        return headings, kinds, described, REHEARSED_MARK in words or _marked_cells(path, headings, kinds)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError) as fault:
        _damaged(where, fault)


def parquet_columns(path: Path, where: str, wanted: Sequence[tuple[str, Kind]]) -> list[NDArray[Any]]:
    """The columns of these headings, each read as that kind."""
    import polars as pl

    try:
        frame = pl.read_parquet(path, columns=[heading for heading, _ in wanted], glob=False)
        return [_values(frame[heading], kind) for heading, kind in wanted]
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError) as fault:
        _damaged(where, fault)


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
        mend=MEND,
    )
