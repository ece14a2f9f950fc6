"""What computed contacts say of printed binding energies and of the order a text asserts.

Pure: claims, assertions and computed findings in, sentences with their numbers out. Computed numbers support a printed
one or do not; they never confirm it as a measurement would, and the audit does not see them.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from types import MappingProxyType
from typing import Any, Literal

from byssus.compute.ions import ions
from byssus.compute.sensitivity import Energy, between, energies_of, kcal, sensitivities
from byssus.findings import Finding, plain
from byssus.laws.atomic import EV_PER_HARTREE, J_PER_MOL_PER_HARTREE, JOULE_PER_KCAL
from byssus.study.model import Assertion, Claim
from byssus.study.printed import parse_printed
from byssus.units import convert
from byssus.vocabulary import quantity

__all__ = ["AGREED_J_PER_MOL", "DIFFERENT", "Verdict", "Word", "claim_verdict", "order_verdict", "verdicts_of"]

Word = Literal["supported", "depends on the model", "not supported", "contradicted", "not computed", ""]
# One method repeated by others meets a number to about this: another search, another optimiser, another grid.
AGREED_J_PER_MOL = 0.5 * JOULE_PER_KCAL
# What a claim's condition "bond" means among the kinds of contacts; others are matched by their own words.
BONDS: Mapping[str, tuple[str, ...]] = {
    "hydrogen bond": ("pair",),
    "hydrogen": ("pair",),
    "noncovalent": ("pair",),
    "covalent": ("ring opening",),
    "covalent bond": ("ring opening",),
}
BETWEEN_CHAINS = ("pair", "ring opening")  # what a printed number without conditions may mean
DIFFERENT = (
    "A hydrogen-bond energy is what two closed molecules gain side by side; the energy of a ring opening is that of a "
    "reaction, in which bonds break and form and which strained rings drive. They are different things, and one axis "
    "that ranks both compares neither the strength of bonds nor how well chains hold together."
)
QUICK = (
    "Computed at the quick level, GFN2-xTB alone: good for geometries and a first look. What it says of a number that "
    "a density functional gave is provisional."
)


@dataclass(frozen=True)
class Verdict:
    """One sentence with what it rests on; energies in J/mol.

    ``about`` is "claim", "order", "pair of an order", "sensitivity" or "note". ``deviation`` is the printed number
    minus the nearest computed one; ``outside`` how far it lies beyond the range of all, 0 where inside.
    """

    about: str
    verdict: Word
    sentence: str
    binder: str = ""
    printed: str = ""
    unit: str = ""
    contacts: tuple[str, ...] = ()
    range_j_per_mol: tuple[float, float] | None = None
    nearest: str = ""
    nearest_j_per_mol: float | None = None
    deviation_j_per_mol: float | None = None
    outside_j_per_mol: float | None = None

    def to_json(self) -> dict[str, Any]:
        found: dict[str, Any] = plain(asdict(self))
        return found


def verdicts_of(
    claims: Sequence[Claim], assertions: Sequence[Assertion], findings: Iterable[Finding]
) -> tuple[Verdict, ...]:
    """Every verdict: printed numbers, orders, sensitivities, notes. Nothing where no contact has an energy."""
    kept = [one for one in findings if one.basis == "computed" and one.technique == "binding"]
    energies = energies_of(kept)
    if not energies:
        return ()
    printed = [one for one in claims if one.quantity == "binding_energy"]
    orders = [one for one in assertions if one.quantity == "binding_energy"]
    waiting = energies_of(replace(one, value=math.nan) for one in kept if one.value is None)
    out = [claim_verdict(one, energies, waiting) for one in printed]
    for one in orders:
        out += order_verdict(one, printed, energies)
    told = [
        Verdict("sensitivity", "", said.sentence, said.binder, contacts=said.contacts) for said in sensitivities(kept)
    ]
    ranked = [{e.kind for binder in one.order for e in _meant(binder, printed, energies)} for one in orders]
    ranked.append({e.kind for claim in printed for e in _matching(claim, energies)})
    if any({"pair", "ring opening"} <= kinds for kinds in ranked):
        told.append(Verdict("note", "", DIFFERENT))
    told += [Verdict("note", "", sentence, contacts=names) for sentence, names in ions(kept)]
    if any(remark.startswith("quick level") for one in kept for remark in one.remarks):
        told.append(Verdict("note", "", QUICK))
    return (*out, *told)


def claim_verdict(claim: Claim, energies: Sequence[Energy], waiting: Sequence[Energy] = ()) -> Verdict:
    """Whether one printed binding energy is met by a declared contact of its binder, or by none of those computed.

    ``waiting`` are contacts without an energy, which are only counted.
    """
    found = _matching(claim, energies)
    like = Verdict("claim", "not computed", "", claim.binder, claim.value, claim.unit)
    about = f"{claim.binder or 'The study'}: {_minus(claim.value)} {claim.unit} printed{_conditions(claim)}"
    if not found:
        return replace(like, sentence=f"{about}; no contact of this kind has been computed.")
    low, high = _printed_range(claim)
    reach = min(one.low for one in found), max(one.high for one in found)
    nearest = min(found, key=lambda one: (_beyond(low, high, one.low, one.high), abs(_nominal(claim) - one.value)))
    near, outside = _beyond(low, high, nearest.low, nearest.high), _beyond(low, high, *reach)
    deviation = _nominal(claim) - nearest.value
    count, every = (len({one.contact for one in some}) for some in (found, [*found, *_matching(claim, waiting)]))
    of = f" of {every}" if every > count else ""
    over = f"{count}{of} contact{'s' * (every != 1)} computed, {between(reach)} kcal/mol"
    close = f"{nearest.contact} is nearest at {kcal(nearest.value)}, {kcal(abs(deviation))} kcal/mol away"
    verdict: Word
    if near <= AGREED_J_PER_MOL:
        verdict, how = "supported", "within the spread of a contact computed"
        how = how if not near else f"{kcal(near)} kcal/mol from the spread of a contact computed"
    elif outside <= AGREED_J_PER_MOL:
        verdict, how = "depends on the model", "within the range of those computed, but in the spread of none"
    else:
        verdict, how = "not supported", f"outside the range of those computed by {kcal(outside)} kcal/mol"
    return replace(
        like, verdict=verdict, sentence=f"{about}: {verdict}, {how} ({over}; {close}).", contacts=_names(found),
        range_j_per_mol=reach, nearest=nearest.contact, nearest_j_per_mol=nearest.value,
        deviation_j_per_mol=deviation, outside_j_per_mol=outside,
    )  # fmt: skip


def order_verdict(assertion: Assertion, printed: Sequence[Claim], energies: Sequence[Energy]) -> list[Verdict]:
    """An asserted order by every combination of declared contacts, pair by pair; the whole first.

    Two energies that are nearer than a method repeats itself decide nothing.
    """
    by = " in magnitude" if assertion.by == "magnitude" else ""
    values = {binder: _meant(binder, printed, energies, assertion.at) for binder in assertion.order}
    steps: list[Verdict] = []
    for first, second in itertools.combinations(assertion.order, 2):
        a, b = values[first], values[second]
        rises = [abs(y.value) - abs(x.value) if by else y.value - x.value for x in a for y in b]
        word, sentence = _by_combination(rises)
        sentence = sentence or f"not computed for {first if not a else second}"
        sentence = f"{first} below {second}{by}: {sentence}."
        steps.append(Verdict("pair of an order", word, sentence, contacts=_names((*a, *b))))
    words = [one.verdict for one in steps]
    whole: Word = (
        "contradicted" if "contradicted" in words
        else "not computed" if "not computed" in words
        else "depends on the model" if "depends on the model" in words
        else "supported"
    )  # fmt: skip
    order = " < ".join(assertion.order)
    count = f"{words.count('supported')} of {len(words)} pairs hold in every combination of the contacts computed"
    return [Verdict("order", whole, f"{order}{by}: {whole}; {count}.", printed=order), *steps]


def _by_combination(rises: Sequence[float]) -> tuple[Word, str]:
    """A pair of an order by how far the second lies above the first, in each combination of their contacts; J/mol."""
    if not rises:
        return "not computed", ""
    held, against = (sum(sign * rise > AGREED_J_PER_MOL for rise in rises) for sign in (1, -1))
    word: Word = (
        "supported" if held == len(rises) else "contradicted" if against == len(rises) else "depends on the model"
    )
    near = len(rises) - held - against
    said = f"{word}, in {held} of {len(rises)} combinations of their contacts"
    return word, said + (f"; in {near} they lie within {kcal(AGREED_J_PER_MOL)} kcal/mol" if near else "")


def _meant(
    binder: str, printed: Sequence[Claim], energies: Sequence[Energy], at: Mapping[str, Any] = MappingProxyType({})
) -> list[Energy]:
    """The contacts a binder's printed numbers speak of; those between chains where none is printed.

    ``at`` are the conditions of an assertion, which count before those of the numbers. Each contact is taken once.
    """
    claims = [one for one in printed if one.binder == binder] or [
        Claim(binder=binder, quantity="binding_energy", value="0")
    ]
    meant = (claim.model_copy(update={"at": {**claim.at, **at}}) for claim in claims)
    found = {(e.kind, e.contact, e.site, e.held): e for claim in meant for e in _matching(claim, energies)}
    return list(found.values())


def _matching(claim: Claim, energies: Sequence[Energy]) -> list[Energy]:
    """The energies of the claim's binder at its conditions; conditions absent from the claim match any.

    But how a contact is held otherwise (stacked, inside a cage) is no model of its own: it counts only where the claim
    says so in ``at.held``.
    """
    at = {key: str(value).strip().lower() for key, value in claim.at.items()}
    kinds = BONDS.get(at.get("bond", ""), () if "bond" in at else BETWEEN_CHAINS)
    if "bond" in at and not kinds:
        kinds = (at["bond"].replace("_", " "),)
    if "kind" in at:
        kinds = (at["kind"].replace("_", " "),)
    return [
        one
        for one in energies
        if one.binder == claim.binder and one.kind in kinds and one.held == at.get("held", "")
        and all(at.get(key, own.lower()) == own.lower() for key, own in (("contact", one.contact), ("site", one.site)))
    ]  # fmt: skip


def _molar(value: float, unit: str) -> float:
    """An energy in J/mol, also where it is printed per pair of molecules (eV)."""
    si = quantity("binding_energy").si_unit_for(unit)
    return float(convert(value, unit, si)) * (J_PER_MOL_PER_HARTREE / EV_PER_HARTREE if si == "eV" else 1.0)


def _printed_range(claim: Claim) -> tuple[float, float]:
    """What the digits imply, in J/mol."""
    printed = parse_printed(claim.value)
    low, high = sorted(_molar(end, claim.unit) for end in (printed.low, printed.high))
    return low, high


def _nominal(claim: Claim) -> float:
    printed = parse_printed(claim.value)
    if printed.value is not None:
        return _molar(printed.value, claim.unit)
    ends = [end for end in _printed_range(claim) if math.isfinite(end)]
    return sum(ends) / len(ends)


def _beyond(low: float, high: float, least: float, most: float) -> float:
    """How far one interval lies from another; 0 where they meet."""
    return max(least - high, low - most, 0.0)


def _conditions(claim: Claim) -> str:
    return f" ({', '.join(map(str, claim.at.values()))})" if claim.at else ""


def _names(found: Iterable[Energy]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.contact for one in found))


def _minus(text: str) -> str:
    return f"−{text[1:]}" if text.startswith("-") else text
