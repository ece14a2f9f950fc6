"""Molar mass distributions (.gpc): ``Mn=...;Mw=...;PDI=...``, maybe headings, then molar mass and dw/dlog M."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byssus.read.problems import excerpt, refuse
from byssus.read.table import Kind, Table
from byssus.read.text.textfile import load_text

__all__ = ["is_distribution", "read_distribution"]

HEADINGS = ("Molar mass [g/mol]", "dw/dlogM")  # the format's own units
_FIRST = re.compile(rb"\s*(?:\w+\s*=[^;=]*;)*\s*M[nwz]\s*=[^;=]*;(?:\s*\w+\s*=[^;=]*;?)*\s*")
_PAIR = re.compile(r"(\w+)\s*=\s*([^;=]*)")


def is_distribution(head: bytes) -> bool:
    """Whether the first line gives averages of the molar mass as ``name=value`` pairs."""
    first = re.split(rb"[\r\n]", head[:400].lstrip(b"\xef\xbb\xbf"), maxsplit=1)[0]
    return b"=" in first and _FIRST.fullmatch(first) is not None


def read_distribution(path: Path, where: str) -> Table:
    """The distribution of a .gpc file; the averages its first line states stay in the preamble, as text.

    The file does not say their unit (files in circulation have g/mol and kg/mol), so they are not taken as numbers.
    Raises :class:`ReadError` where no rows of two numbers follow.
    """
    text = load_text(path, where)
    lines = text.data.decode("utf-8", errors="replace").splitlines()
    stated = {name: value.strip() for name, value in _PAIR.findall(lines[0])}
    filled = [line.split() for line in lines[1:] if line.strip() and not line.lstrip().startswith("#")]
    start = next((i for i, row in enumerate(filled) if len(row) == 2 and all(map(np.isfinite, _numbers(row)))), None)
    if start is None:
        refuse("averages of the molar mass, but no rows of data", where, expected="rows of molar mass and dw/dlog M",
               mend=f"Export the distribution again. The file begins:{excerpt(lines)}")  # fmt: skip
    rows = filled[start:]
    odd = next((i for i, row in enumerate(rows) if len(row) != 2), None)
    if odd is not None:
        refuse("a row of the distribution is not two numbers", where, got=f"{len(rows[odd])} fields in row {odd + 1}",
               expected="molar mass and dw/dlog M", mend="Export the distribution again.")  # fmt: skip
    values = np.array([_numbers(row) for row in rows])

    def fetch(wanted: Mapping[int, Kind]) -> dict[int, NDArray[Any]]:
        return {index: values[:, index] for index in wanted}

    return Table(
        reader="gpc",
        headings=HEADINGS,
        kinds=("number", "number"),
        fetch=fetch,
        preamble={**stated, "encoding": text.encoding},
        lines=tuple(lines[:5]),
        rehearsed=text.rehearsed,
    )


def _numbers(row: list[str]) -> list[float]:
    out = []
    for cell in row:
        try:
            out.append(float(cell))
        except ValueError:
            out.append(np.nan)
    return out
