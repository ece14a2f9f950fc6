"""Trace: what an instrument wrote, as named columns in SI units with its source."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byssus.errors import AnalysisError, Problem

__all__ = ["REHEARSED_MARK", "Source", "Trace", "sha256_of"]

# Every file a virtual instrument writes carries this mark, in a comment, a header or a column name,
# so that what was rehearsed can never be read as measured.
REHEARSED_MARK = "byssus-rehearsed"


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as handle:
        while piece := handle.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Source:
    """Where a trace came from: the path as given, the file's SHA-256, the reader, the data rows used."""

    path: str
    sha256: str
    reader: str
    rows: int

    def to_json(self) -> dict[str, Any]:
        return {"path": self.path, "sha256": self.sha256, "reader": self.reader, "rows": self.rows}


@dataclass(frozen=True)
class Trace:
    """What one instrument file (or one run inside it) holds.

    ``columns`` maps canonical names, which end in their SI unit (``force_n``, ``time_s``; the list is
    ``vocabulary.toml``), to one-dimensional arrays of one length: float64, or ``str`` for text columns. A micrograph
    is the column ``grey``, whole numbers (uint8, uint16) row by row from the top left, beside
    ``metadata["picture_shape"]`` (rows, columns). ``metadata["beside"]`` holds the sources of files read beside it.
    ``metadata`` holds what the header said, numbers in SI under names spelled the same way.
    ``rehearsed`` is true when the file carries the mark of a virtual instrument.
    """

    columns: Mapping[str, NDArray[Any]]
    source: Source
    metadata: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    rehearsed: bool = False

    def __post_init__(self) -> None:
        lengths = {name: len(values) for name, values in self.columns.items()}
        if len(set(lengths.values())) > 1:
            raise ValueError(f"columns of unequal length: {lengths}")
        frozen = {}
        for name, values in self.columns.items():
            view = np.asarray(values).view()
            view.flags.writeable = False
            frozen[name] = view
        object.__setattr__(self, "columns", MappingProxyType(frozen))
        object.__setattr__(self, "metadata", MappingProxyType(dict(self.metadata)))

    def __reduce__(self) -> tuple[Any, ...]:
        state = (dict(self.columns), self.source, dict(self.metadata), self.warnings, self.rehearsed)
        return type(self), state

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def __contains__(self, name: object) -> bool:
        return name in self.columns

    def __getitem__(self, name: str) -> NDArray[Any]:
        """The column of that name; :class:`AnalysisError` naming what is there if it is not."""
        if name not in self.columns:
            if "grey" in self.columns:
                mend = "Give the instrument's own data file."
                raise AnalysisError(Problem("this is a picture", self.source.path, "", f"a column '{name}'", mend))
            raise AnalysisError(
                Problem(
                    what=f"no column '{name}'",
                    where=self.source.path,
                    got=", ".join(self.columns) or "no columns",
                    expected=f"a column for '{name}'",
                    mend=(
                        f'Map it in study.toml, columns = {{ {name} = "heading [unit]" }}, '
                        f"or with --columns {name}='heading [unit]'."
                    ),
                )
            )
        return self.columns[name]

    def warned(self, *warnings: str) -> Trace:
        """The same trace with more warnings."""
        return replace(self, warnings=(*self.warnings, *warnings))
