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
    cycle = step = kind = ""
    records = [",".join((*_PLACES, _no_step_time(lines[2])))]
    for line in lines[3:]:
        if line.startswith(",,"):
            records.append(f"{cycle},{step},{kind},{line[2:]}")
            continue
        fields = [field.strip(' "') for field in line.split(",")]
        if not fields[0] and len(fields) > STEP_FIELDS:
            step, kind = fields[1], fields[3]
        elif len(fields) > CYCLE_FIELDS:  # the first step of a cycle may stand on the cycle's own row
            cycle = fields[0]
            step, kind = (fields[8], fields[10]) if len(fields) > BOTH_FIELDS else (step, kind)
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "records.csv"
        plain.write_text("\n".join(records) + "\n", encoding="utf-8")
        inner = read_delimited(plain, where, mapped, reader="neware-csv")
        held = inner.fetch(dict(enumerate(inner.kinds)))
        words = inner.fetch(dict.fromkeys(range(len(inner.headings)), "text"))
    return _kept(inner, held, words, text.rehearsed)
