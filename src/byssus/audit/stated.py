"""A claim made ready for arithmetic: its interval in SI, and which claims speak of the same thing."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from byssus.study.model import Claim
from byssus.study.printed import Printed, parse_printed
from byssus.units import factor_to
from byssus.vocabulary import quantities

__all__ = ["Interval", "Stated", "best_matches", "canonical", "compatible", "conditions_key", "same_value", "state"]

# Edges of printed intervals are decimal; this absorbs their binary rounding and nothing else.
EDGE = 1e-9
RATE_KEYS = ("c_rate", "rate")
CYCLE_KEYS = ("cycle", "reference_cycle")
_RATE = re.compile(r"(?:(?P<times>\d*\.?\d+)\s*c?|c\s*/\s*(?P<over>\d*\.?\d+))")
_ORDINAL = re.compile(r"(\d+)\s*(?:st|nd|rd|th)?(?:\s*cycle)?")


@dataclass(frozen=True, slots=True)
class Interval:
    """``[low, high]`` in SI; an open end excludes its edge (">65" excludes 65)."""

    low: float
    high: float
    low_open: bool = False
    high_open: bool = False

    def overlaps(self, other: Interval) -> bool:
        """Whether some value lies in both. Rounding ends touch: half up and half even both count."""
        return _below(self.low, other.high, self.low_open or other.high_open) and _below(
            other.low, self.high, other.low_open or self.high_open
        )

    @property
    def is_positive(self) -> bool:
        """Whether it lies above zero and has both ends: what can be divided by and reasoned from."""
        return self.low > 0 and self.high < math.inf

    def scaled(self, factor: float) -> Interval:
        ends = sorted((self.low * factor, self.high * factor))
        return Interval(ends[0], ends[1], self.low_open, self.high_open)


def _below(low: float, high: float, strict: bool) -> bool:
    if math.isinf(low) or math.isinf(high):
        return low < high
    slack = EDGE * max(abs(low), abs(high))
    return low < high - slack if strict else low <= high + slack


@dataclass(frozen=True)
class Stated:
    """One claim: what was printed, and the interval its digits imply, in the quantity's SI unit."""

    binder: str
    quantity: str
    at: Mapping[str, Any]
    printed: Printed
    unit: str
    si_unit: str
    interval: Interval
    where: str = ""
    wording: str = ""
    order: int = field(default=0, compare=False)

    def to_input(self) -> dict[str, Any]:
        """As an audit row lists it."""
        return {
            "binder": self.binder or None,
            "quantity": self.quantity,
            "at": dict(self.at),
            "printed": self.printed.text,
            "unit": self.unit,
            "where": self.where,
        }

    def to_si(self, value: float) -> float:
        factor, offset = factor_to(self.unit, self.si_unit)
        return value * factor + offset

    def from_si(self, value: float) -> float:
        factor, offset = factor_to(self.unit, self.si_unit)
        return (value - offset) / factor

    def in_si(self, low: float, high: float) -> Interval:
        """An interval of printed numbers, closed, in SI."""
        ends = sorted((self.to_si(low), self.to_si(high)))
        return Interval(ends[0], ends[1])

    def printed_range(self, interval: Interval) -> tuple[float | None, float | None]:
        """An SI interval in the printed unit, six significant digits, ``None`` for an infinite end."""
        low, high = sorted(self.from_si(end) for end in (interval.low, interval.high))
        return _six_digits(low), _six_digits(high)

    @property
    def nominal(self) -> float:
        """The printed number itself in SI, or the middle of what it bounds."""
        if self.printed.value is not None:
            return self.to_si(self.printed.value)
        low, high = self.interval.low, self.interval.high
        if math.isinf(low) or math.isinf(high):
            return high if math.isinf(low) else low
        return (low + high) / 2


def _six_digits(value: float) -> float | None:
    return float(f"{value:.6g}") if math.isfinite(value) else None


def state(claim: Claim, order: int = 0) -> Stated:
    """A claim of study.toml with its numbers in SI. Raises ``UnitError`` where the unit does not fit."""
    known = quantities().get(claim.quantity)
    si_unit = known.si_unit_for(claim.unit) if known else claim.unit
    printed = parse_printed(claim.value)
    factor, offset = factor_to(claim.unit, si_unit)
    # a strict comparator (">65") excludes its own edge; the edges of rounding are left to touch
    strict = printed.kind == "comparator"
    interval = Interval(
        printed.low * factor + offset,
        printed.high * factor + offset,
        low_open=strict and printed.low_open,
        high_open=strict and printed.high_open,
    )
    return Stated(
        binder=claim.binder,
        quantity=claim.quantity,
        at=dict(claim.at),
        printed=printed,
        unit=claim.unit,
        si_unit=si_unit,
        interval=interval,
        where=claim.where,
        wording=claim.wording,
        order=order,
    )


def canonical(value: Any, key: str = "") -> float | str:
    """A condition in one spelling: numbers by value, C-rates ("1C", "C/5", 0.2) as numbers, words without case."""
    text = str(value).strip().casefold()
    if key in RATE_KEYS and (rate := _RATE.fullmatch(text)) and float(rate["over"] or 1):
        return 1.0 / float(rate["over"]) if rate["over"] else float(rate["times"])
    if key in CYCLE_KEYS and (ordinal := _ORDINAL.fullmatch(text)):
        return float(ordinal[1])
    try:
        return float(f"{float(text):.9g}")
    except ValueError:
        return " ".join(re.sub(r"[_\-]", " ", text).split())


def conditions_key(at: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Conditions as a key that equal conditions share, however they are spelled."""
    return tuple(sorted((k, str(canonical(v, k))) for k, v in at.items()))


def same_value(one: Any, other: Any, key: str = "") -> bool:
    """Whether two values of a condition are the same."""
    return canonical(one, key) == canonical(other, key)


def compatible(one: Mapping[str, Any], other: Mapping[str, Any], ignoring: Iterable[str] = ()) -> bool:
    """Conditions absent from a claim match any; those present in both must be the same."""
    return all(same_value(one[key], other[key], key) for key in one.keys() & other.keys() - set(ignoring))


# What is stated once for all binders of a work; a capacity or a strength without a binder is no particular one's.
FOR_ALL = frozenset({
    "load_cell_capacity", "specimen_width", "peel_width", "specimen_thickness", "specimen_length", "mass_loading",
    "electrode_area", "mass", "amount", "molar_mass", "volume", "purity", "theoretical_capacity", "peak_load",
    "potential_window", "temperature_window", "frequency_window", "c_rate_window", "skeletal_density",
})  # fmt: skip


def _of_binder(claim: Stated, binder: str) -> bool:
    return claim.binder == binder or (claim.binder == "" and claim.quantity in FOR_ALL)


def best_matches(
    claims: Iterable[Stated], quantity: str, binder: str, at: Mapping[str, Any], ignoring: Iterable[str] = ()
) -> list[Stated]:
    """Claims of ``quantity`` that speak of ``binder`` under conditions that fit ``at``, the closest only.

    Closest: the binder's own before general ones, then most conditions in common, then fewest besides.
    """
    fits = [c for c in claims if c.quantity == quantity and _of_binder(c, binder) and compatible(c.at, at, ignoring)]
    if not fits:
        return []

    def rank(c: Stated) -> tuple[int, int, int]:
        shared = len(c.at.keys() & at.keys() - set(ignoring))
        return (c.binder == binder, shared, -len(c.at.keys() - at.keys()))

    best = max(rank(c) for c in fits)
    return [c for c in fits if rank(c) == best]
