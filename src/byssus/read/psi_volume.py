"""Pressure in psi and intruded volume in ml as two columns without headings, as mercury porosimeters hand them on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from byssus.read.delimited import read_delimited
from byssus.read.table import Table

__all__ = ["is_psi_volume", "read_psi_volume"]

# Porosimeters start at about 0.5 psi and end at 30,000, 33,000 or 60,000 psi; no other two columns run so.
FIRST_PSI = (0.1, 60.0)
LAST_PSI = (15_000.0, 62_000.0)
LARGEST_ML = 20.0  # the stem of the largest penetrometer holds less
FEWEST_ROWS = 20
_ROW = re.compile(r"\s*([-+]?[\d.]+(?:[eE][-+]?\d+)?)[ \t,;]+([-+]?[\d.]+(?:[eE][-+]?\d+)?)\s*", re.ASCII)
TAKEN = (
    "there are no headings: the columns are taken for pressure in psi and intruded volume in ml, by their range; for "
    'others, map pressure_pa = "column 1 [...]" and intrusion_volume_m3 = "column 2 [...]"'
)


def is_psi_volume(head: bytes) -> bool:
    """Whether all lines are two numbers, the first rising over a porosimeter's range of psi, the second from near 0."""
    lines = head.decode("latin-1").splitlines()[:-1]  # the last may be cut
    rows = []
    for line in lines:
        if not line.strip():
            continue
        match = _ROW.fullmatch(line)
        if match is None:
            return False
        try:
            rows.append((float(match[1]), float(match[2])))
        except ValueError:
            return False
    if len(rows) < FEWEST_ROWS:
        return False
    pressure, volume = np.array(rows).T
    top = int(np.argmax(pressure))
    rises = bool(np.all(np.diff(pressure[: top + 1]) >= 0))
    inside = FIRST_PSI[0] <= pressure[0] <= FIRST_PSI[1] and LAST_PSI[0] <= pressure[top] <= LAST_PSI[1]
    return rises and inside and 0 < float(np.max(volume)) <= LARGEST_ML and abs(volume[0]) < 0.5 * float(np.max(volume))


def read_psi_volume(path: Path, where: str, mapped: Mapping[str, str]) -> Table:
    """The table of such a file, its columns named as :data:`TAKEN` warns; a user's map comes first."""
    table = read_delimited(path, where, mapped, reader="psi-volume")
    if mapped or len(table.headings) != 2:
        return table
    return Table(
        reader="psi-volume",
        headings=("Pressure [psi]", "Intrusion volume [ml]"),
        kinds=table.kinds,
        fetch=table.fetch,
        preamble=table.preamble,
        lines=table.lines,
        warnings=(*table.warnings, TAKEN),
        rehearsed=table.rehearsed,
    )
