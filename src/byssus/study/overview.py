"""Which techniques a study has of which binder, which it lacks, and what each of those would need: for ``check``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from byssus.study.model import Claim

__all__ = ["Offered", "Overview", "overview"]

Counts = Mapping[tuple[str, str], int]
MOST_COLUMNS = 4  # of those a file may have besides; docs/techniques.md names all
NONE = "–"


@dataclass(frozen=True)
class Offered:
    """A technique as ``check`` needs to know it: its files in words, its columns, what it must be told, what it finds.

    ``needs`` gives, by parameter, what cannot be had without it.
    """

    name: str
    files: str = ""
    columns: tuple[str, ...] = ()
    optional_columns: tuple[str, ...] = ()
    needs: Mapping[str, str] | None = None
    quantities: tuple[str, ...] = ()

    def to_line(self) -> str:
        """What it would need, in one line."""
        also = self.optional_columns[:MOST_COLUMNS]
        more = ", ..." if len(self.optional_columns) > MOST_COLUMNS else ""
        some = f"{'also' if self.columns else 'some of'} {', '.join(also)}{more}" if also else ""
        columns = "; ".join(part for part in (", ".join(self.columns), some) if part)
        told = ", ".join(self.needs or ())
        parts = (
            self.files or "delimited text or a spreadsheet",
            f"columns: {columns}" if columns else "",
            f"to be told: {told}" if told else "",
        )
        return f"{self.name}: {' | '.join(part for part in parts if part)}"


@dataclass(frozen=True)
class Overview:
    """``binders`` across, ``techniques`` down.

    ``waiting`` counts, by (binder, technique), claims that no measurement of their binder speaks of.
    """

    binders: tuple[str, ...]
    techniques: tuple[Offered, ...]
    files: Counts
    rehearsed: Counts
    waiting: Counts

    @property
    def has(self) -> tuple[Offered, ...]:
        return tuple(one for one in self.techniques if any((b, one.name) in self.files for b in self.binders))

    @property
    def lacks(self) -> tuple[Offered, ...]:
        return tuple(one for one in self.techniques if one not in self.has)

    def cell(self, binder: str, technique: str) -> str:
        """``"3 files"``, ``"2 rehearsed"``, both, or a dash."""
        n, virtual = self.files.get((binder, technique)), self.rehearsed.get((binder, technique), 0)
        if n is None:
            return NONE
        said = [f"{n} file{'s' if n != 1 else ''}"] if n or not virtual else []
        return ", ".join([*said, *([f"{virtual} rehearsed"] if virtual else [])])

    def to_lines(self) -> list[str]:
        """The table, then a line for each technique that is not there and for claims that wait for one."""
        lines = []
        if self.has and self.binders:
            rows = [("", *self.binders)] + [(t.name, *(self.cell(b, t.name) for b in self.binders)) for t in self.has]
            widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
            lines += ["", *("  " + "  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)]
        if self.lacks:
            lines += ["", "Techniques this study lacks, and what each would need:"]
            lines += [f"  {one.to_line()}" for one in self.lacks]
        by_technique: dict[str, list[str]] = {}
        for (binder, technique), count in self.waiting.items():
            by_technique.setdefault(technique, []).append(f"{binder or 'no binder'} {count}")
        if by_technique:
            lines += ["", "Claims whose technique has no measurement:"]
            lines += [f"  {technique}: {', '.join(told)}" for technique, told in by_technique.items()]
        return lines

    def to_json(self) -> list[dict[str, Any]]:
        """Every technique with its binders, or with what it would need."""
        return [
            {
                "technique": one.name,
                "binders": [b for b in self.binders if (b, one.name) in self.files],
                "files": one.files,
                "columns": list(one.columns),
                "optional_columns": list(one.optional_columns),
                "parameters": dict(one.needs or {}),
                "claims_waiting": {b: n for (b, t), n in self.waiting.items() if t == one.name},
            }
            for one in self.techniques
        ]


def overview(
    binders: Sequence[str], offered: Sequence[Offered], files: Counts, rehearsed: Counts, claims: Sequence[Claim]
) -> Overview:
    """The overview of a study; techniques that nobody offered but a measurement names come last."""
    known = {one.name for one in offered}
    others = dict.fromkeys(technique for _, technique in files if technique not in known)
    techniques = (*offered, *(Offered(name) for name in others))
    finds = {one.name: set(one.quantities) for one in techniques}
    waiting: dict[tuple[str, str], int] = {}
    for claim in claims:
        by = [name for name, quantities in finds.items() if claim.quantity in quantities]
        if claim.binder and by and not any((claim.binder, name) in files for name in by):
            waiting[claim.binder, by[0]] = waiting.get((claim.binder, by[0]), 0) + 1
    return Overview(tuple(binders), techniques, files, rehearsed, waiting)
