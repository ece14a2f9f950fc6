"""ZPlot and ZView text (.z): a long header, the headings, a line ``End Comments`` or ``End Header``, and the data."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from byssus.read.delimited import read_delimited
from byssus.read.table import Table

__all__ = ["is_zplot", "read_zplot"]

_HEADINGS = (b"freq(hz)", b"z'(a)", b"z''(b)")


def is_zplot(head: bytes) -> bool:
    """Whether the headings of ZPlot stand on one of the first lines, over tabs and numbers."""
    low = head.lower()
    return _HEADINGS[0] in low and any(all(name in line for name in _HEADINGS) for line in low.split(b"\n"))


def read_zplot(path: Path, where: str, mapped: Mapping[str, str]) -> Table:
    """The table of a .z file: Z'(a) and Z''(b) in ohm, frequency in Hz, time in s."""
    return read_delimited(path, where, mapped, reader="zplot")
