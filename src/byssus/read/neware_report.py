"""Neware's layered csv report: cycle, step and record rows in one file, told apart by their leading commas."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byssus.read.delimited import read_delimited
from byssus.read.table import Kind, Table
from byssus.read.text.cells import is_number
from byssus.read.text.numbers import to_numbers
from byssus.read.text.textfile import load_text

__all__ = ["is_report", "read_report"]

_PLACES = ("Cycle Index", "Step Index", "Step Type")


def is_report(head: bytes) -> bool:
    """Whether the three heading rows of the layered report stand first."""
    rows = [line.strip().lower() for line in head.split(b"\n")[:3]]
    return (
        len(rows) == 3
        and rows[0].startswith(b"cycle index,")
        and rows[1].startswith(b",step index,")
        and rows[2].startswith(b",,datapoint,")
    )


def read_report(path: Path, where: str, mapped: Mapping[str, str]) -> Table:
    """The records of a layered report, each with the cycle and step it stands under.

    ``Total Time`` is the time; the capacity counter starts from zero in every step. Rows that are none of
    the three layers are judged with the records: a cut last row is told, others are refused.
    """
    text = load_text(path, where)
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "records.csv"
        plain.write_text("\n".join(_records(text.data.decode("utf-8").split("\n"))) + "\n", encoding="utf-8")
        inner = read_delimited(plain, where, mapped, reader="neware-csv")
        held = inner.fetch(dict(enumerate(inner.kinds)))
    return replace(
        inner,
        fetch=lambda wanted: {i: _as_kind(held[i], inner.kinds[i], kind) for i, kind in wanted.items()},
        preamble={"layout": "Neware layered report"},
        rehearsed=text.rehearsed,
        counter_scope="step",
    )


def _records(lines: Sequence[str]) -> Iterator[str]:
    """The rows of records, with cycle, step and kind of step in front; their headings first."""
    of_cycle = lines[0].count(",") + 1
    cycle = step = kind = ""
    yield ",".join((*_PLACES, _no_step_time(lines[2].rstrip("\r"))))
    for line in lines[3:]:
        bare = line.rstrip("\r")
        if bare.startswith(",,"):
            yield f"{cycle},{step},{kind},{bare[2:]}"
            continue
        fields = [field.strip(' "') for field in bare.split(",")]
        if len(fields) > 3 and not fields[0] and is_number(fields[1], "."):
            step, kind = fields[1], fields[3]
        elif len(fields) >= of_cycle and is_number(fields[0], "."):
            cycle = fields[0]
            if len(fields) > of_cycle + 2:  # the first step of a cycle stands on the cycle's own row
                step, kind = fields[of_cycle], fields[of_cycle + 2]
        elif bare.strip(", "):
            yield bare


def _no_step_time(heading_row: str) -> str:
    return heading_row[2:].replace(",Time,", ",Step Time,", 1)


def _as_kind(values: NDArray[Any], held: Kind, wanted: Kind) -> NDArray[Any]:
    """A column as another kind of cell than it was read as: words for numbers, numbers among words."""
    if wanted == held or (wanted != "text" and held != "text"):
        return values
    if wanted == "text":
        return values.astype(np.str_)
    import polars as pl

    return to_numbers(pl.Series("cells", [None] * len(values), dtype=pl.Float64), pl.Series("cells", values), ".")
