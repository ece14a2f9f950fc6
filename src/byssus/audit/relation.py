"""What a relation is, and where its inputs come from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from byssus.audit.row import Verdict
from byssus.audit.stated import Interval, Stated, best_matches, same_value

__all__ = ["Given", "Implied", "Provider", "Reading", "Relation", "Take", "Way", "find"]

# A capacity printed at a C-rate alone comes from a rate test; it is not the capacity at cycle 200.
CAPACITIES = frozenset({
    "delithiation_capacity", "lithiation_capacity", "charge_capacity", "discharge_capacity",
    "specific_charge_capacity", "specific_discharge_capacity",
})  # fmt: skip


@dataclass(frozen=True)
class Given:
    """One input as found: its interval in SI and what to call it; ``stated`` where it was printed."""

    interval: Interval
    label: str
    stated: Stated | None = None


Provider = Callable[[Stated, Sequence[Stated]], "Given | None"]


@dataclass(frozen=True)
class Take:
    """Which claim an input of an equation is: a quantity under fixed conditions, or a provider's number.

    ``at`` adds conditions (a tuple lists words for the same thing); ``ignoring`` drops the target's own.
    ``bound_to`` copies the target's condition of another name (cycle <- reference_cycle).
    """

    quantity: str = ""
    at: Mapping[str, Any] = field(default_factory=dict)
    ignoring: tuple[str, ...] = ()
    bound_to: Mapping[str, str] = field(default_factory=dict)
    provider: Provider | None = None


@dataclass(frozen=True)
class Way:
    """One equation for the derived quantity; names in it are quantities unless ``take`` says otherwise."""

    equation: str
    take: Mapping[str, Take] = field(default_factory=dict)
    upper: str = ""  # for kind "within": the equation of the upper end
    when: Callable[[Stated], bool] = lambda _: True


@dataclass(frozen=True)
class Reading:
    """Another meaning of the same word: if its equation gives the printed number, that is a mend."""

    equation: str
    text: str
    take: Mapping[str, Take] = field(default_factory=dict)


@dataclass(frozen=True)
class Relation:
    """One line of the table.

    ``of`` is the derived quantity the row sits on. ``ways`` are tried in order; the first whose inputs
    are all printed is used. ``kind``: the printed number equals the equation, is at least or at most it,
    or lies within (``equation``, ``upper``). ``broken`` is the verdict where it does not. ``benign`` are
    readings that need no misprint, in words; ``why`` a sentence for a broken bound. ``direct`` quantities are
    measured as such: where inputs are not printed there is nothing to say. ``lenient`` says when a
    broken relation rests on an assumption that need not hold, and is unverifiable.
    """

    name: str
    of: str
    ways: tuple[Way, ...]
    kind: Literal["equals", "at least", "at most", "within"] = "equals"
    broken: Verdict = "disagrees"
    when: Callable[[Stated], bool] = lambda _: True
    readings: tuple[Reading, ...] = ()
    benign: tuple[str, ...] = ()
    why: Callable[[Stated, Mapping[str, Given]], str] | None = None
    direct: bool = False
    lenient: Callable[[Stated, Mapping[str, Given]], bool] = lambda _target, _given: False
    source: str = ""


@dataclass(frozen=True)
class Implied:
    """A bound on a quantity that is not printed but follows from numbers that are."""

    name: str
    quantity: str
    equation: str
    at_most: float
    why: str
    benign: tuple[str, ...] = ()
    source: str = ""


def find(take: Take, target: Stated, claims: Sequence[Stated]) -> list[Given]:
    """The inputs that fit ``take`` for ``target``; more than one where they fit equally well."""
    if take.provider is not None:
        given = take.provider(target, claims)
        return [given] if given else []
    at = {k: v for k, v in target.at.items() if k not in take.ignoring}
    for key, other in take.bound_to.items():
        if other in target.at:
            at[key] = target.at[other]
            at.pop(other, None)
    pool: Iterable[Stated] = (c for c in claims if c is not target and _fits(c.at, take.at))
    if "cycle" in at and take.quantity in CAPACITIES:
        pool = [c for c in pool if "cycle" in c.at or not c.at]
    matched = best_matches(pool, take.quantity, target.binder, {**at, **_single(take.at)}, take.ignoring)
    return [Given(c.interval, c.quantity, c) for c in matched]


def _fits(at: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Conditions a take insists on must be printed, in one of its words."""
    return all(
        key in at and any(same_value(at[key], word) for word in (words if isinstance(words, tuple) else (words,)))
        for key, words in wanted.items()
    )


def _single(at: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in at.items() if not isinstance(v, tuple)}
