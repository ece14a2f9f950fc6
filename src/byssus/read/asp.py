"""PerkinElmer .asp: number of points, first and last wavenumber (1/cm), three codes, then one ordinate a line.

Nothing in the file says what the ordinate is.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from byssus.read.infrared import even_axis, spectrum_table
from byssus.read.problems import refuse
from byssus.read.table import Table
from byssus.read.text.textfile import load_text

__all__ = ["is_asp", "read_asp"]

HEADER = 6
_WHOLE = re.compile(rb"\s*\d{1,7}\s*")
_NUMBER = re.compile(rb"\s*[+-]?\d*\.?\d+(?:[eE][+-]?\d+)?\s*")


def is_asp(head: bytes) -> bool:
    """Whether six lines of one number each, as the header has them, begin the file and numbers follow."""
    lines = head[:600].split(b"\n")
    if len(lines) < HEADER + 2 or not all(_WHOLE.fullmatch(lines[i]) for i in (0, 3, 4, 5)):
        return False
    if not all(_NUMBER.fullmatch(line) for line in lines[: HEADER + 1]):
        return False
    return int(lines[0]) > 1 and abs(float(lines[1]) - float(lines[2])) > 1.0


def read_asp(path: Path, where: str) -> Table:
    """The spectrum; a file with fewer or more ordinates than it promises is refused."""
    text = load_text(path, where)
    words = text.data.decode("utf-8", errors="replace").split()
    try:
        values = np.array(words[HEADER:], dtype=np.float64)
        n, first, last = int(words[0]), float(words[1]), float(words[2])
    except (ValueError, IndexError):
        refuse("a line that is no number", where, expected="one ordinate a line", mend="Export the file again.")
    if len(values) != n:
        refuse("the spectrum is cut", where, got=f"{len(values)} ordinates", expected=f"{n}", mend="Copy it again.")
    codes = {f"code {i}": word for i, word in enumerate(words[3:HEADER], 1)}
    return spectrum_table(
        "asp", (even_axis(first, last, n, where), "1/cm"), (values, ""), where, preamble=codes,
        rehearsed=text.rehearsed, lines=words[:5],
    )  # fmt: skip
