"""Files of an indenter that hold several indents, each a table of its own with columns already in SI."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from byssus.read.table import Kind, Table

__all__ = ["Indent", "number", "to_table"]

Floats = NDArray[np.float64]

NOT_COMPUTED = 1e300  # instruments fill cells without a value with the largest number there is


@dataclass(frozen=True)
class Indent:
    """One indent: canonical columns in SI, the header as words, the header's numbers in SI by canonical name."""

    columns: Mapping[str, Floats]
    preamble: Mapping[str, str] = field(default_factory=dict)
    header_si: Mapping[str, float | str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def to_table(reader: str, indent: Indent, lines: Sequence[str] = (), *, rehearsed: bool = False) -> Table:
    """The table of one indent; values that the instrument left open are not a number."""
    names = tuple(indent.columns)
    held = {name: np.where(np.abs(v) < NOT_COMPUTED, v, np.nan) for name, v in indent.columns.items()}

    def fetch(wanted: Mapping[int, Kind]) -> dict[int, Floats]:
        return {i: held[names[i]] for i in wanted}

    kinds: tuple[Kind, ...] = tuple("number" for _ in names)
    return Table(
        reader=reader, headings=names, kinds=kinds, fetch=fetch, preamble=dict(indent.preamble),
        lines=tuple(lines), warnings=indent.warnings, rehearsed=rehearsed, header_si=dict(indent.header_si),
    )  # fmt: skip


def number(text: str) -> float:
    """A number with point or comma as decimal sign; NaN where it is none, infinite or absurdly long."""
    bare = text.strip()
    if len(bare) > 40 or "_" in bare:
        return float("nan")
    try:
        value = float(bare.replace(",", ".") if bare.count(",") == 1 and "." not in bare else bare)
    except ValueError:
        return float("nan")
    return value if np.isfinite(value) else float("nan")
