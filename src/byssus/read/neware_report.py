"""Neware's layered csv report: cycle, step and record rows in one file, told apart by their leading commas."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byssus.read.delimited import read_delimited
from byssus.read.table import Kind, Table
from byssus.read.textfile import load_text

__all__ = ["is_report", "read_report"]

_STEP_PLACES = {"cycle": "Cycle Index", "step": "Step Index", "kind": "Step Type"}


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

    ``Total Time`` is the time; the capacity counter starts from zero in every step.
    """
    text = load_text(path, where)
    lines = text.data.decode("utf-8").splitlines()
    cycle = step = np.nan
    kind = ""
    cycles: list[float] = []
    steps: list[float] = []
    kinds: list[str] = []
    records = [_no_step_time(lines[2])]
    for line in lines[3:]:
        if line.startswith(",,"):
            records.append(line[2:])
            cycles.append(cycle)
            steps.append(step)
            kinds.append(kind)
        elif line.startswith(","):
            fields = line.split(",")
            step, kind = float(fields[1] or "nan"), fields[3]
        elif line:
            fields = line.split(",")
            cycle = float(fields[0] or "nan")
            if len(fields) > 11:  # the first step of a cycle stands on the cycle's own row
                step, kind = float(fields[8] or "nan"), fields[10]
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "records.csv"
        plain.write_text("\n".join(records) + "\n", encoding="utf-8")
        inner = read_delimited(plain, where, mapped, reader="neware-csv")
        everything = inner.fetch(dict(enumerate(inner.kinds)))
    extra: dict[str, NDArray[Any]] = {
        "Cycle Index": np.array(cycles), "Step Index": np.array(steps), "Step Type": np.array(kinds, dtype=np.str_)
    }  # fmt: skip
    return _joined(inner, everything, extra, text.rehearsed)


def _no_step_time(heading_row: str) -> str:
    return heading_row[2:].replace(",Time,", ",Step Time,", 1)


def _joined(inner: Table, held: dict[int, NDArray[Any]], extra: dict[str, NDArray[Any]], rehearsed: bool) -> Table:
    columns = {**held, **{len(inner.headings) + i: values for i, values in enumerate(extra.values())}}

    def fetch(wanted: Mapping[int, Kind]) -> dict[int, NDArray[Any]]:
        return {i: columns[i] for i in wanted}

    return Table(
        reader="neware-csv",
        headings=(*inner.headings, *extra),
        kinds=(*inner.kinds, "number", "number", "text"),
        fetch=fetch,
        preamble={"layout": "Neware layered report"},
        lines=inner.lines,
        warnings=inner.warnings,
        rehearsed=rehearsed,
        counter_scope="step",
    )
