"""Zwick .TRA: quoted ``"name",value,"unit"`` lines, then a row of names, a row of units, and the data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from byssus.read.delimited import read_delimited
from byssus.read.table import Table

__all__ = ["is_zwick", "read_zwick"]

# A header line: a quoted name, a number or quoted text, a quoted unit or nothing.
_HEADER = re.compile(rb'^"[^"\r\n]+"[;,\t](?:"[^"\r\n]*"|[-+\d.,eE]+)?(?:[;,\t]"[^"\r\n]*")?\s*$')
_NAMES = re.compile(rb'^"[^"\r\n]+"(?:[;,\t]"[^"\r\n]+")+\s*$')
_UNITS = re.compile(rb'^"[^"\r\n]{0,12}"(?:[;,\t]"[^"\r\n]{0,12}")+\s*$')
_ROW = re.compile(rb'^[^"\r\n]')  # quoted numbers are another machine's
HEADER_LINES = 400  # how far down the names row may stand


def is_zwick(head: bytes) -> bool:
    """Whether the first lines are a Zwick header, with names and units rows below it."""
    lines = head.split(b"\n")[:HEADER_LINES]
    for place in range(len(lines) - 2):
        names, units, data = lines[place : place + 3]
        if place >= 2 and _NAMES.match(names) and _UNITS.match(units) and _ROW.match(data):
            return True
        if not _HEADER.match(names):
            return False
    return False


def read_zwick(path: Path, where: str, mapped: Mapping[str, str]) -> Table:
    """The table of a .TRA file; area, gauge length, width and thickness of the header come in SI."""
    return read_delimited(path, where, mapped, reader="zwick")
