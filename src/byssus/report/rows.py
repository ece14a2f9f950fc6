"""Findings of a results document, as the page shows them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from byssus.errors import UnitError
from byssus.report.words import (
    STATUS_WORDS,
    conditions,
    pretty_unit,
    quantity_of,
    scale_of,
    unit_of,
    with_uncertainty,
)
from byssus.units import convert

__all__ = ["Number", "binders_of", "is_round", "numbers_of", "telling"]

TO_STANDARD = 1 / (2 * 1.959964)  # half of a 95 % interval's width over the normal quantile
SAME = 1e-9
_DIGITS = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
COMPARATORS = tuple("<>≤≥~≈")


@dataclass(frozen=True)
class Number:
    """One finding, shown: ``text ± spread unit``, or the word of its status.

    ``row`` is the finding as results.json holds it; ``singles`` are the single specimens it sums up.
    """

    index: int
    row: Mapping[str, Any]
    unit: str
    text: str
    spread: str = ""
    singles: tuple[Number, ...] = ()

    @property
    def id(self) -> str:
        return f"n{self.index}"

    @property
    def quantity(self) -> str:
        return str(self.row.get("quantity") or "")

    @property
    def label(self) -> str:
        return quantity_of(self.quantity).label

    @property
    def symbol(self) -> str:
        return quantity_of(self.quantity).symbol

    @property
    def binder(self) -> str:
        return str(self.row.get("binder") or "")

    @property
    def technique(self) -> str:
        return str(self.row.get("technique") or "")

    @property
    def basis(self) -> str:
        return str(self.row.get("basis") or "measured")

    @property
    def status(self) -> str:
        return str(self.row.get("status") or "ok")

    @property
    def status_word(self) -> str:
        return STATUS_WORDS.get(self.status, self.status)

    @property
    def at(self) -> Mapping[str, Any]:
        return self.row.get("at") or {}

    @property
    def specimen(self) -> str:
        return str(self.at.get("specimen", ""))

    @property
    def conditions(self) -> str:
        return conditions(self.at, without=("specimen",))

    @property
    def value(self) -> float | None:
        found = self.row.get("value")
        return None if found is None else float(found)

    @property
    def uncertainty(self) -> float | None:
        """Standard uncertainty in SI, from the interval where only that is known."""
        given = self.row.get("standard_uncertainty")
        if given is not None:
            return float(given)
        ends = self.row.get("interval")
        return None if not ends or None in ends else abs(ends[1] - ends[0]) * TO_STANDARD

    @property
    def shown_unit(self) -> str:
        return pretty_unit(self.unit)

    @property
    def interval(self) -> str:
        ends = self.row.get("interval")
        if not ends or None in ends:
            return ""
        try:
            factor, offset = scale_of(str(self.row.get("unit") or "1"), self.unit)
        except UnitError:  # printed in a unit that nobody knows
            return ""
        spread = abs(factor * (ends[1] - ends[0])) * TO_STANDARD
        low, high = (with_uncertainty(factor * e + offset, spread)[0] for e in ends)
        return f"{low} to {high}"

    @property
    def printed(self) -> str:
        return str(self.row.get("printed") or "")

    @property
    def ranked(self) -> bool:
        """Whether it may be compared with others of its basis: a plain number, not a bound."""
        return self.value is not None and not self.printed.startswith(COMPARATORS)


def numbers_of(findings: Sequence[Mapping[str, Any]]) -> tuple[Number, ...]:
    """All findings, single specimens folded into their summary where there is one."""
    made = [(one, _place(one)) for one in map(_number, findings, range(len(findings)))]
    singles: dict[Any, list[Number]] = {}
    for one, place in made:
        if "specimen" in one.at:
            singles.setdefault(place, []).append(one)
    sums = {place for one, place in made if "specimen" not in one.at}
    out = []
    for one, place in made:
        if "specimen" not in one.at:
            out.append(replace(one, singles=tuple(singles.get(place, ()))))
        elif place not in sums:
            out.append(one)
    return tuple(out)


def _place(one: Number) -> tuple[Any, ...]:
    at = tuple(sorted((k, str(v)) for k, v in one.at.items() if k != "specimen"))
    return one.binder, one.technique, one.quantity, one.basis, at


def _number(row: Mapping[str, Any], index: int) -> Number:
    unit = str(row.get("unit") or "1")
    shown = unit_of(str(row.get("quantity") or ""), unit)
    value = row.get("value")
    blank = Number(index, row, shown, "")
    if blank.printed and (told := _printed(blank, unit, shown)):
        return replace(blank, text=told[0], unit=told[1])
    if value is None:
        return replace(blank, text="no value" if blank.status in ("ok", "warned") else blank.status_word)
    factor, offset = scale_of(unit, shown)
    spread = None if blank.basis == "published" else blank.uncertainty
    text, around = with_uncertainty(factor * float(value) + offset, None if spread is None else abs(factor) * spread)
    return Number(index, row, shown, text, around)


def _printed(one: Number, unit: str, shown: str) -> tuple[str, str] | None:
    """``(text, unit)`` of a printed number as printed; ``None`` where its unit cannot be told."""
    told = str(one.row.get("printed_unit") or "")
    text = one.printed.replace("-", "−") if one.printed.startswith("-") else one.printed
    if told:
        return text, shown if _same_unit(told, shown) else told
    return (text, shown) if one.value is None or _printed_in(one, unit, shown) else None


def _same_unit(one: str, other: str) -> bool:
    try:
        return scale_of(one, other) == (1.0, 0.0)
    except UnitError:
        return False


def _printed_in(one: Number, unit: str, shown: str) -> bool:
    """Whether the printed digits, taken in ``shown``, give the finding's value or an end of its interval."""
    found = [float(digits) for digits in _DIGITS.findall(one.printed)]
    known = [v for v in (one.value, *(one.row.get("interval") or ())) if v is not None]
    said = [float(convert(v, shown or "1", unit or "1")) for v in found]
    return any(abs(a - b) <= SAME * max(abs(a), abs(b)) for a in said for b in known)


def binders_of(results: Mapping[str, Any]) -> tuple[str, ...]:
    """The study's binders in its order, then those only the findings know."""
    study = (results.get("provenance") or {}).get("study") or {}
    declared = [b if isinstance(b, str) else str(b.get("name", "")) for b in study.get("binders") or ()]
    seen = [str(row["binder"]) for row in results.get("findings") or () if row.get("binder")]
    return tuple(dict.fromkeys((*declared, *seen)))


def is_round(cycle: float) -> bool:
    """1, 2, 5, 10, 50, 100, 500, ..."""
    return cycle == 2 or f"{cycle:.15g}".rstrip("0") in ("1", "5")


def telling(
    numbers: Iterable[Number], printed: Mapping[str, set[float]], full: Iterable[str] = ()
) -> tuple[tuple[Number, ...], int]:
    """Of numbers that run over many cycles, the telling ones; and how many were left out.

    First and last of each run, those of a cycle ``printed`` for the quantity, and, of the quantities in ``full``
    (empty: all), the round ones.
    """
    rows, wanted = list(numbers), set(full)
    runs: dict[Any, list[float]] = {}
    for one in rows:
        if (cycle := _cycle(one)) is not None:
            runs.setdefault(_run(one), []).append(cycle)
    ends = {key: (min(run), max(run)) for key, run in runs.items()}

    def told(one: Number) -> bool:
        cycle = _cycle(one)
        if cycle is None or cycle in ends[_run(one)] or cycle in printed.get(one.quantity, ()):
            return True
        return is_round(cycle) and (not wanted or one.quantity in wanted)

    kept = tuple(one for one in rows if told(one))
    return kept, len(rows) - len(kept)


def _run(one: Number) -> tuple[str, ...]:
    return one.quantity, one.binder, one.basis, str(one.at.get("c_rate", ""))


def _cycle(one: Number) -> float | None:
    cycle = one.at.get("cycle")
    return float(cycle) if isinstance(cycle, (int, float)) and not isinstance(cycle, bool) else None
