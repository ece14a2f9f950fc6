"""One row of the audit: a printed number, what the others make of it, and how they could be reconciled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

from byssus.audit.stated import Interval, Stated
from byssus.findings import plain

__all__ = ["VERDICTS", "Mend", "Row", "Verdict", "row_on", "sort_rows"]

Verdict = Literal["disagrees", "implausible", "unverifiable", "agrees"]
VERDICTS: tuple[str, ...] = get_args(Verdict)

MendKind = Literal["benign", "definition", "rounding", "unit", "copied", "number"]


@dataclass(frozen=True, slots=True)
class Mend:
    """One way to reconcile a row, likeliest first; ``benign`` and ``definition`` need no misprint."""

    kind: MendKind
    text: str

    def to_json(self) -> dict[str, str]:
        return {"kind": self.kind, "text": self.text}


@dataclass(frozen=True)
class Row:
    """One verdict; it sits on the derived quantity.

    ``recomputed`` is (low, high) in the printed unit, either end ``None`` where unbounded, or the whole
    ``None`` where nothing could be computed. ``inputs`` are the printed numbers it was computed from.
    """

    binder: str | None
    quantity: str
    at: Mapping[str, Any]
    printed: str | None
    unit: str
    recomputed: tuple[float | None, float | None] | None
    verdict: Verdict
    relation: str
    equation: str = ""
    inputs: tuple[Mapping[str, Any], ...] = ()
    mends: tuple[Mend, ...] = ()
    remarks: tuple[str, ...] = ()
    where: str = ""
    source: str = field(default="")

    def of_nobody(self, quantity: str) -> Row:
        """The same row on a quantity of the whole work, not of one binder."""
        return replace(self, binder=None, quantity=quantity, unit="")

    def to_json(self) -> dict[str, Any]:
        """All keys, always, in a fixed order."""
        return {
            "binder": self.binder,
            "quantity": self.quantity,
            "at": plain(dict(self.at)),
            "printed": self.printed,
            "unit": self.unit,
            "recomputed": plain(self.recomputed),
            "verdict": self.verdict,
            "relation": self.relation,
            "equation": self.equation,
            "inputs": plain(self.inputs),
            "mends": [mend.to_json() for mend in self.mends],
            "remarks": list(self.remarks),
            "where": self.where,
            "source": self.source,
        }


def row_on(
    target: Stated,
    reached: Interval | None,
    verdict: Verdict,
    relation: str,
    inputs: Iterable[Stated] = (),
    **said: Any,
) -> Row:
    """A row that sits on a printed number; ``reached`` (SI) is what the relation makes of it."""
    return Row(
        binder=target.binder or None,
        quantity=target.quantity,
        at=said.pop("at", target.at),
        printed=said.pop("printed", target.printed.text),
        unit=target.unit,
        recomputed=None if reached is None else target.printed_range(reached),
        verdict=verdict,
        relation=relation,
        inputs=tuple(one.to_input() for one in inputs),
        where=target.where,
        **said,
    )


def sort_rows(rows: list[Row]) -> tuple[Row, ...]:
    """Disagreements first, then as the claims came."""
    return tuple(sorted(rows, key=lambda row: VERDICTS.index(row.verdict)))
