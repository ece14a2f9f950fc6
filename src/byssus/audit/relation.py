"""What a relation is, and where its inputs come from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from byssus.audit.row import Verdict
from byssus.audit.stated import Interval, Stated, best_matches, canonical, same_value
from byssus.laws.matter import formula_of

__all__ = ["SUBSTANCE_KEYS", "Given", "Implied", "Provider", "Reading", "Relation", "Take", "Way", "find", "substance"]

# Quantities that every cycle has its own of.
CAPACITIES = frozenset({
    "delithiation_capacity", "lithiation_capacity", "charge_capacity", "discharge_capacity",
    "specific_charge_capacity", "specific_discharge_capacity", "areal_lithiation_capacity",
    "areal_delithiation_capacity", "areal_capacity",
})  # fmt: skip
# Conditions that name a compound, and quantities that speak of one compound only.
SUBSTANCE_KEYS = (
    "formula", "compound", "monomer", "substance", "chemical", "phase", "material", "species", "component",
    "of", "alloy", "salt", "crosslinker", "initiator", "solvent",
)  # fmt: skip
OF_ONE_SUBSTANCE = frozenset({"amount", "mass", "molar_mass", "volume", "concentration", "purity"})


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
    ``bound_to`` copies the target's condition of another name (cycle <- reference_cycle). ``cycle`` says how
    a capacity's cycle must stand to the target's: the same, cycle 1 (or none printed), or printed at all.
    ``technique`` lists the words for the technique an input must come from, where it says one.
    """

    quantity: str = ""
    at: Mapping[str, Any] = field(default_factory=dict)
    ignoring: tuple[str, ...] = ()
    bound_to: Mapping[str, str] = field(default_factory=dict)
    provider: Provider | None = None
    cycle: Literal["same", "first", "printed"] = "same"
    technique: tuple[str, ...] = ()


@dataclass(frozen=True)
class Way:
    """One equation for the derived quantity; names in it are quantities unless ``take`` says otherwise."""

    equation: str
    take: Mapping[str, Take] = field(default_factory=dict)
    upper: str = ""  # for kind "within": the equation of the upper end
    when: Callable[[Stated], bool] = lambda _: True
    inside: int = 0  # points tried between the ends of an input's interval: for equations that may turn there
    peer: bool = False  # of equal standing with the way before it: either may reproduce the number


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
    unless: str
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
    pool: Iterable[Stated] = (
        c
        for c in claims
        if c is not target
        and _fits(c.at, take.at)
        and _of_technique(c.at, take.technique)
        and (c.quantity not in OF_ONE_SUBSTANCE or substance(c.at) == substance(target.at))
    )
    if take.quantity in CAPACITIES and not take.at:
        pool = [c for c in pool if _cycle_fits(c.at, at, take.cycle)]
    ignoring = (*take.ignoring, *take.at, *(SUBSTANCE_KEYS if take.quantity in OF_ONE_SUBSTANCE else ()))
    matched = best_matches(pool, take.quantity, target.binder, at, ignoring)
    return [Given(c.interval, c.quantity, c) for c in matched]


def substance(at: Mapping[str, Any]) -> str | None:
    """The compound that conditions name, by formula where it is known, else by its word."""
    for key in SUBSTANCE_KEYS:
        if key in at:
            return formula_of(str(at[key])) or str(canonical(at[key]))
    return None


def _fits(at: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Conditions a take insists on must be printed, as one of its words or as its test allows."""
    return all(key in at and _is_one_of(at[key], words, key) for key, words in wanted.items())


def _is_one_of(value: Any, words: Any, key: str) -> bool:
    if callable(words):
        return bool(words(value))
    return any(same_value(value, word, key) for word in (words if isinstance(words, tuple) else (words,)))


def _of_technique(at: Mapping[str, Any], words: tuple[str, ...]) -> bool:
    return not words or "technique" not in at or str(canonical(at["technique"])) in words


def _cycle_fits(at: Mapping[str, Any], wanted: Mapping[str, Any], how: str) -> bool:
    """A capacity printed at a C-rate alone comes from a rate test; it is not the capacity at cycle 200."""
    if not at:
        return True
    if how == "printed":
        at_its_rate = "cycle" not in wanted and "c_rate" in at and "c_rate" in wanted
        return "cycle" in at or at_its_rate
    if how == "first":
        return same_value(at.get("cycle", 1), 1, "cycle")
    return ("cycle" in at) == ("cycle" in wanted)
