"""The audit's rows, as the page shows them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from byssus.errors import StudyError
from byssus.report.words import conditions, number, pretty_unit, quantity_of
from byssus.study.printed import parse_printed

__all__ = ["SAYINGS", "VERDICTS", "Verdict", "verdicts_of"]

VERDICTS = ("disagrees", "implausible", "unverifiable", "agrees")
SAYINGS = {
    "disagrees": "These printed numbers do not reproduce each other.",
    "implausible": "This number is hard to reconcile with a known bound.",
    "unverifiable": "What was printed does not suffice to recompute this number.",
    "agrees": "These printed numbers reproduce each other.",
}
# Readings that need no misprint come first, as long as the audit did not order them itself.
MEND_ORDER = ("benign", "definition", "rounding", "unit", "copied", "number")
# A share of 100 °C is a share of nothing: its zero is a convention.
OFFSET_UNITS = ("°C", "℃", "degC", "°F")
_SUM = re.compile(r"[^+a-zA-Z]*\d[^+a-zA-Z]*(?:\+[^+a-zA-Z]*\d[^+a-zA-Z]*)+")  # of shares: 60 + 20 + ~19


@dataclass(frozen=True)
class Verdict:
    """One row of the audit."""

    index: int
    row: Mapping[str, Any]

    @property
    def verdict(self) -> str:
        return str(self.row.get("verdict") or "unverifiable")

    @property
    def binder(self) -> str:
        return str(self.row.get("binder") or "")

    @property
    def label(self) -> str:
        return quantity_of(str(self.row.get("quantity") or "")).label

    @property
    def conditions(self) -> str:
        return conditions(self.row.get("at"))

    @property
    def unit(self) -> str:
        return pretty_unit(str(self.row.get("unit") or ""))

    @property
    def printed(self) -> str:
        """What was printed, with its unit where it is a number (an order of binders has none)."""
        said = str(self.row.get("printed") or "")
        if not said:
            return "not printed"
        text = f"−{said[1:]}" if said.startswith("-") else said
        return f"{text} {self.unit}".strip() if _number_in(said) or _SUM.fullmatch(said) else text

    @property
    def remarks(self) -> list[str]:
        """Remarks beyond the verdict's own words."""
        return [str(r) for r in self.row.get("remarks") or () if r != SAYINGS.get(self.verdict)]

    @property
    def recomputed(self) -> str:
        """The recomputed bounds in words; either may be open."""
        low, high = self._bounds
        if low is None and high is None:
            return "not computable"
        if low is None or high is None:
            return f"at most {_bound(high, low)}" if low is None else f"at least {_bound(low, high)}"
        low_text, high_text = _bound(low, high), _bound(high, low)
        return low_text if low_text == high_text else f"{low_text} to {high_text}"

    @property
    def gap(self) -> str:
        """How far the printed digits lie outside the recomputed bounds; empty where they lie inside."""
        said = _number_in(str(self.row.get("printed") or ""))
        low, high = self._bounds
        if said is None:  # an order of binders, or a sum of shares
            return ""
        below = low - said[1] if low is not None else 0.0
        above = said[0] - high if high is not None else 0.0
        away, nominal = max((below, said[1]), (above, said[0]))
        if away <= 0:
            return ""
        unit = "percentage points" if self.unit == "%" else self.unit
        told = f"{number(float(f'{away:.2g}'))} {unit}".strip()
        if not nominal or self.unit in OFFSET_UNITS:
            return told
        return f"{told} ({number(float(f'{100 * away / abs(nominal):.2g}'))} % of the printed value)"

    @property
    def mends(self) -> list[Mapping[str, Any]]:
        made = [m if isinstance(m, Mapping) else {"kind": "", "text": str(m)} for m in self.row.get("mends") or ()]
        return sorted(made, key=lambda m: MEND_ORDER.index(m["kind"]) if m.get("kind") in MEND_ORDER else 1)

    @property
    def inputs(self) -> list[dict[str, str]]:
        """What it was recomputed from, each as texts."""
        return [
            {
                "binder": str(one.get("binder") or ""),
                "label": quantity_of(str(one.get("quantity") or "")).label,
                "conditions": conditions(one.get("at")),
                "printed": str(one.get("printed") or ""),
                "unit": pretty_unit(str(one.get("unit") or "")),
                "where": str(one.get("where") or ""),
            }
            for one in self.row.get("inputs") or ()
        ]

    @property
    def _bounds(self) -> tuple[float | None, float | None]:
        low, high = self.row.get("recomputed") or (None, None)
        return low, high


def _number_in(printed: str) -> tuple[float, float] | None:
    """The number as printed, or both ends of a range; ``None`` where it is no number (an order, a sum of shares)."""
    try:
        found = parse_printed(printed)
    except StudyError:
        return None
    if found.value is not None:
        return found.value, found.value
    ends = found.ends or [end for end in (found.low, found.high) if math.isfinite(end)]
    return ends[0], ends[-1]


def _bound(value: float | None, other: float | None) -> str:
    """A bound with the digits that tell it from the other: six significant at most."""
    if value is None:
        return "unbounded"
    if other is None or other == value:
        return number(value)
    width = abs(value - other)
    least = min((abs(v) for v in (value, other) if v), default=width)
    places = min(6, max(_places(width), _places(least)))
    return number(value, places) if abs(value) < 1e6 else number(value)


def _places(width: float) -> int:
    """Decimals that show two digits of ``width``."""
    return next((n for n in range(7) if width * 10**n >= 10), 6)


def verdicts_of(audit: Sequence[Mapping[str, Any]]) -> dict[str, list[Verdict]]:
    """Rows by verdict, disagreements first, in the audit's own order within each."""
    out: dict[str, list[Verdict]] = {verdict: [] for verdict in VERDICTS}
    for index, row in enumerate(audit):
        one = Verdict(index, row)
        out.setdefault(one.verdict, []).append(one)
    return out
