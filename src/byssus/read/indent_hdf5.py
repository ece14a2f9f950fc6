"""HDF5 of indents: groups ``test_1``, ``test_2``, ... each with ``data/displacement``, ``data/force``, ``data/time``.

The layout of converted Fischerscope .hap files (micromechanics, hap2hdf); each data set names its unit.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np

from byssus.read.guarded import guarded
from byssus.read.headings import unit_scale
from byssus.read.indents import Indent, to_table
from byssus.read.problems import refuse
from byssus.read.table import Table
from byssus.trace import REHEARSED_MARK

__all__ = ["indents_of", "read_indent_hdf5"]

_TEST = re.compile(r"^test_(\d{1,6})$")
_SETS = {"displacement": ("depth_m", "m"), "force": ("force_n", "N"), "time": ("time_s", "s")}
MOST_ROWS = 10_000_000
MOST_TESTS = 10_000
MEND = "Export the indents as text, with time, depth and load."


def read_indent_hdf5(path: Path, where: str) -> list[Table]:
    """One table an indent, in the order of the tests' numbers; read in a guarded process.

    Raises :class:`ReadError`: no HDF5 of this layout, a damaged file, a data set without a known unit.
    """
    found: list[Indent] = guarded(__name__, "indents_of", path, where, what="HDF5", mend=MEND)
    rehearsed = any(REHEARSED_MARK in value for value in found[0].preamble.values())
    return [to_table("indent-hdf5", indent, rehearsed=rehearsed) for indent in found]


def indents_of(path: Path, where: str) -> list[Indent]:
    """The indents of a file; HDF5 itself may hang on a damaged one, or end the process."""
    import h5py

    try:
        with h5py.File(path, "r") as file:
            names = sorted((int(m[1]), key) for key in file if (m := _TEST.match(key)))
            if not names or len(names) > MOST_TESTS:
                refuse(
                    "this HDF5 file holds no indents", where, got=", ".join(list(file)[:8]),
                    expected="groups test_1, test_2, ... with data/displacement and data/force", mend=MEND,
                )  # fmt: skip
            head = {str(k)[:60]: str(v)[:200] for k, v in list(file.attrs.items())[:40]}
            return [_indent(file[key], key, head, where) for _, key in names]
    except (OSError, KeyError, RuntimeError, ValueError, TypeError, AttributeError, UnicodeError) as fault:
        refuse("the HDF5 file is cut short or damaged", where, got=" ".join(str(fault).split())[:100], mend=MEND)


def _indent(group: Any, key: str, head: dict[str, str], where: str) -> Indent:
    columns: dict[str, np.ndarray] = {}
    for name, (column, target) in _SETS.items():
        if name not in group["data"]:
            continue
        data = group["data"][name]
        unit = data.attrs.get("unit", data.attrs.get("units", ""))
        scale = unit_scale(unit.decode("utf-8", "replace") if isinstance(unit, bytes) else str(unit), target)
        if scale is None or data.ndim != 1 or data.dtype.kind not in "fiu" or data.shape[0] > MOST_ROWS:
            refuse(
                f"{key}/data/{name} cannot be read", where, got=f"unit '{unit}', shape {data.shape}, {data.dtype}",
                expected=f"one column of numbers in a unit of {target}", mend=MEND,
            )  # fmt: skip
        with np.errstate(all="ignore"):  # damaged numbers may be anything
            columns[column] = np.asarray(data[()], dtype=np.float64) * scale[0]
    if not {"depth_m", "force_n"} <= set(columns) or len({len(v) for v in columns.values()}) != 1:
        got = ", ".join(f"{n} ({len(v)})" for n, v in columns.items())
        refuse(f"{key} has no depth and load of one length", where, got=got, mend=MEND)
    return Indent(columns, {"test": key, **head})
