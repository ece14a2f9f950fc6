"""Curves in the store: the series of one analysed file as one table of numbers beside a JSON document."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
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

    drawn: list[dict[str, Any]] = []
    specimens = []
    for specimen in result["specimens"]:
        described = []
        for one in specimen["series"]:
            described.append(
                {
                    "number": len(drawn),
                    "figure": one["figure"],
                    "label": one["label"],
                    "at": plain(one["at"]),
                    "kind": one.get("kind", ""),
                    "columns": [name for name in OPTIONAL if one.get(name) is not None],
                    "marks": _marks(one.get("marks", ())),
                    **_as_picture(one),
                }
            )
            drawn.append(one)
        specimens.append({**specimen, "series": described})
    return {**result, "specimens": specimens}, _table(drawn) if drawn else None


def _as_picture(one: dict[str, Any]) -> dict[str, Any]:
    """What makes grey values a picture again; nothing where there is none."""
    if one.get("picture") is None:
        return {}
    return {"rows": len(one["picture"]), "extent_m": [float(side) for side in one["extent_m"]]}


def _table(drawn: Sequence[dict[str, Any]]) -> pl.DataFrame:
    """All series below one another: one table made at once, for a study has thousands of curves."""
    import numpy as np
    import polars as pl

    rows = [len(one["y"]) + (one.get("picture") is not None) for one in drawn]
    text = [np.asarray(one["x"]).dtype.kind not in "fiub" for one in drawn]

    def numbers(name: str) -> pl.Series:
        parts = [
            np.full(n, np.nan) if one.get(name) is None or (name == "x" and words) else _below(one[name], n)
            for one, n, words in zip(drawn, rows, text, strict=True)
        ]
        return pl.Series(name, np.concatenate(parts))

    def cells(name: str, kind: Any, parts: Sequence[Sequence[Any] | None]) -> pl.Series:
        if not any(part is not None for part in parts):
            return pl.Series(name, [None], dtype=kind).new_from_index(0, sum(rows))
        whole = ([None] * (n - len(part or ())) + list(part or ()) for part, n in zip(parts, rows, strict=True))
        return pl.Series(name, [cell for part in whole for cell in part], dtype=kind)

    words = [[str(x) for x in one["x"]] if is_text else None for one, is_text in zip(drawn, text, strict=True)]
    pictures = [
        None
        if one.get("picture") is None
        else [np.ascontiguousarray(one["picture"]).tobytes(), *[None] * len(one["y"])]
        for one in drawn
    ]
    return pl.DataFrame(
        [
            pl.Series("series", np.repeat(np.arange(len(drawn), dtype=np.int32), rows)),
            numbers("x"),
            cells("category", pl.String, words),
            *(numbers(name) for name in ("y", *OPTIONAL)),
            cells("picture", pl.Binary, pictures),
        ]
    )


def _below(values: Any, rows: int) -> Any:
    """Numbers at the end of that many rows: where there is a picture, its row stands first."""
    import numpy as np

    found = np.full(rows, np.nan)
    found[rows - len(values) :] = values
    return found


def _marks(marks: Iterable[Mark]) -> list[dict[str, Any]]:
    """A mark without a finite place has nothing to point at, and JSON has no NaN."""
    return [plain({name: getattr(mark, name) for name in mark.__slots__}) for mark in marks if math.isfinite(mark.at)]


def unpack(entry: Entry) -> list[tuple[Series, ...]]:
    """The series of each specimen of an entry that :func:`pack` made."""
    table = entry.arrays()
    specimens: Sequence[dict[str, Any]] = entry.document["specimens"]
    if table is None:
        return [() for _ in specimens]
    columns = {
        name: table[name].to_numpy() if table[name].dtype.is_numeric() else table[name].to_list()
        for name in table.columns
        if table[name].null_count() < len(table) or table.is_empty()
    }
    return [tuple(_series(one, columns) for one in specimen["series"]) for specimen in specimens]


def _series(one: dict[str, Any], columns: dict[str, Any]) -> Series:
    import numpy as np

    from byssus.figure import Mark, Series

    first, last = (int(np.searchsorted(columns["series"], one["number"], side)) for side in ("left", "right"))
    picture = columns["picture"][first] if "picture" in columns and first < last else None
    rows = slice(first + (picture is not None), last)
    words = columns["category"][rows] if "category" in columns else []
    text = any(word is not None for word in words)
    return Series(
        figure=one["figure"],
        x=np.array(words, dtype=str) if text else columns["x"][rows],
        y=columns["y"][rows],
        label=one["label"],
        at=one["at"],
        kind=one["kind"],
        marks=tuple(Mark(**mark) for mark in one["marks"]),
        picture=None if picture is None else np.frombuffer(picture, dtype=np.uint8).reshape(one["rows"], -1),
        extent_m=None if picture is None else tuple(one["extent_m"]),
        **{name: columns[name][rows] for name in one["columns"]},
    )
