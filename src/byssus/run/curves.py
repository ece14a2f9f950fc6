"""Curves in the store: the series of one analysed file as one table of numbers beside a JSON document."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from byssus.findings import plain

if TYPE_CHECKING:
    import polars as pl

    from byssus.figure import Mark, Series
    from byssus.run.store import Entry

__all__ = ["pack", "unpack"]

OPTIONAL = ("y_error", "lower", "upper")  # columns that a series may lack


def pack(result: dict[str, Any]) -> tuple[dict[str, Any], pl.DataFrame | None]:
    """The result of ``analyse_step`` as a document, in which each series has a number, and the table of them.

    The table has one row a point: ``series`` (the number), ``x``, ``category`` (x that is text), ``y``,
    ``y_error``, ``lower`` and ``upper``. A picture is a row of its own: its grey values, row by row, in ``picture``.
    """
    import polars as pl

    frames: list[pl.DataFrame] = []
    specimens = []
    for specimen in result["specimens"]:
        described = []
        for one in specimen["series"]:
            described.append(
                {
                    "number": len(frames),
                    "figure": one["figure"],
                    "label": one["label"],
                    "at": plain(one["at"]),
                    "kind": one.get("kind", ""),
                    "columns": [name for name in OPTIONAL if one.get(name) is not None],
                    "marks": _marks(one.get("marks", ())),
                    **_as_picture(one),
                }
            )
            frames.append(_frame(len(frames), one))
        specimens.append({**specimen, "series": described})
    return {**result, "specimens": specimens}, pl.concat(frames) if frames else None


def _as_picture(one: dict[str, Any]) -> dict[str, Any]:
    """What makes grey values a picture again; nothing where there is none."""
    if one.get("picture") is None:
        return {}
    return {"rows": len(one["picture"]), "extent_m": [float(side) for side in one["extent_m"]]}


def _frame(number: int, one: dict[str, Any]) -> pl.DataFrame:
    import numpy as np
    import polars as pl

    n = len(one["y"])
    text = np.asarray(one["x"]).dtype.kind not in "fiub"
    missing = np.full(n, np.nan)
    points = pl.DataFrame(
        {
            "series": pl.Series(np.full(n, number, dtype=np.int32)),
            "x": pl.Series(missing if text else np.asarray(one["x"], dtype=np.float64)),
            "category": pl.Series([str(x) for x in one["x"]] if text else [None] * n, dtype=pl.String),
            "y": pl.Series(np.asarray(one["y"], dtype=np.float64)),
            **{
                name: pl.Series(missing if one.get(name) is None else np.asarray(one[name], dtype=np.float64))
                for name in OPTIONAL
            },
            "picture": pl.Series([None] * n, dtype=pl.Binary),
        }
    )
    if one.get("picture") is None:
        return points
    row = {"series": [number], "picture": [np.ascontiguousarray(one["picture"]).tobytes()]}
    picture = pl.DataFrame(row, schema_overrides={"series": pl.Int32})
    return pl.concat([picture, points], how="diagonal").select(points.columns)


def _marks(marks: Iterable[Mark]) -> list[dict[str, Any]]:
    """A mark without a finite place has nothing to point at, and JSON has no NaN."""
    return [plain(asdict(mark)) for mark in marks if math.isfinite(mark.at)]


def unpack(entry: Entry) -> list[tuple[Series, ...]]:
    """The series of each specimen of an entry that :func:`pack` made."""
    table = entry.arrays()
    specimens: Sequence[dict[str, Any]] = entry.document["specimens"]
    if table is None:
        return [() for _ in specimens]
    parts = {int(key[0]): part for key, part in table.partition_by("series", as_dict=True).items()}
    empty = table.clear()
    return [
        tuple(_series(one, parts.get(one["number"], empty)) for one in specimen["series"]) for specimen in specimens
    ]


def _series(one: dict[str, Any], part: pl.DataFrame) -> Series:
    import numpy as np

    from byssus.figure import Mark, Series

    pictures = part["picture"].drop_nulls()
    part = part.filter(part["picture"].is_null())
    text = part["category"].null_count() < len(part)
    return Series(
        figure=one["figure"],
        x=np.array(part["category"].to_list(), dtype=str) if text else part["x"].to_numpy(),
        y=part["y"].to_numpy(),
        label=one["label"],
        at=one["at"],
        kind=one["kind"],
        marks=tuple(Mark(**mark) for mark in one["marks"]),
        picture=np.frombuffer(pictures[0], dtype=np.uint8).reshape(one["rows"], -1) if len(pictures) else None,
        extent_m=tuple(one["extent_m"]) if len(pictures) else None,
        **{name: part[name].to_numpy() for name in one["columns"]},
    )
