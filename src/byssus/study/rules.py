"""What must hold in a study beyond the type of each key: every rule looks at all tables and lists all it finds."""

from __future__ import annotations

import difflib
import math
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from byssus.errors import Problem, StudyError, UnitError
from byssus.laws.expression import names
from byssus.study.amounts import (
    ParameterLike,
    cure_problems,
    electrode_problems,
    parameter_problems,
    prior_problems,
    sum_problems,
)
from byssus.study.draft import Draft
from byssus.study.model import Assertion, Claim, Contact, Electrode, Measurement, OwnRelation
from byssus.study.paths import path_problem
from byssus.study.printed import parse_printed
from byssus.study.problems import shown, unknown_name
from byssus.units import factor_to
from byssus.vocabulary import columns, quantities

__all__ = ["Known", "KnownParameters", "problems_in"]

KnownParameters = Mapping[str, Mapping[str, "str | ParameterLike"]]

NEAR_MISS = 0.85  # likeness above which an unknown quantity is taken for a misprint of a known one
OWN_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Known:
    """What other rooms know and a study may name; ``None`` leaves the names unchecked.

    ``parameters`` holds, by technique and name, either an SI unit (any sign) or a parameter (unit, positive, choices).
    """

    techniques: Collection[str] | None = None
    parameters: KnownParameters | None = None


def problems_in(draft: Draft, known: Known) -> list[Problem]:
    """Everything that is wrong in a draft, table by table."""
    found: list[Problem] = []
    found += _binder_problems(draft)
    electrode = draft.electrode or Electrode()
    found += sum_problems(electrode, draft.binders)
    found += electrode_problems(electrode)
    if draft.specimens and (problem := path_problem(draft.specimens.file, "specimens.file")):
        found.append(problem)
    for place, measurement in draft.measurements:
        found += _measurement_problems(place, measurement, draft, known)
    for place, claim in draft.claims:
        found += _binder_known(claim.binder, f"{place}.binder", draft)
        found += _claim_problems(place, claim)
    for place, row in draft.literature:
        for index, claim in enumerate(row.claim, 1):
            found += _claim_problems(f"{place}.claim[{index}]", claim)
    for place, assertion in draft.assertions:
        found += _assertion_problems(place, assertion, draft)
    for place, relation in draft.relations:
        found += _relation_problems(place, relation)
    for place, entry in draft.assumed:
        found += _binder_known(entry.binder, f"{place}.binder", draft)
        found += _technique_known(entry.technique, f"{place}.technique", known)
        found += _conditions_problems(f"{place}.at", entry.at)
    found += _contacts_named_twice(draft)
    for place, contact in draft.contacts:
        found += _binder_known(contact.binder, f"{place}.binder", draft)
        found += _contact_problems(place, contact)
    return found


def _binder_problems(draft: Draft) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for number, name in enumerate(draft.binder_names or (), 1):
        same = unicodedata.normalize("NFC", name)
        if same in first:
            mend = f"binder[{first[same]}] has it too; give each binder its own name."
            yield Problem("binder name used twice", f"binder[{number}].name", shown(name), "a name of its own", mend)
        first.setdefault(same, number)
    for place, binder in draft.binders:
        if any(unicodedata.category(c)[0] == "C" or unicodedata.category(c) in ("Zl", "Zp") for c in binder.name):
            expected = "a name on one line without control characters"
            yield Problem("binder name that cannot be printed", f"{place}.name", shown(binder.name), expected)
        yield from cure_problems(f"{place}.cure", binder.cure)
        yield from prior_problems(f"{place}.priors", binder.priors)


def _binder_known(name: str, where: str, draft: Draft) -> Iterator[Problem]:
    if name and draft.binder_names is not None and name not in draft.binder_names:
        yield unknown_name("binder", name, draft.binder_names, where)


def _technique_known(name: str, where: str, known: Known) -> Iterator[Problem]:
    if known.techniques is not None and name not in known.techniques:
        yield unknown_name("technique", name, known.techniques, where)


def _measurement_problems(place: str, measurement: Measurement, draft: Draft, known: Known) -> Iterator[Problem]:
    yield from _binder_known(measurement.binder, f"{place}.binder", draft)
    yield from _technique_known(measurement.technique, f"{place}.technique", known)
    yield from _binder_known(measurement.reference, f"{place}.reference", draft)
    if measurement.reference and measurement.reference == measurement.binder:
        yield Problem("a binder compared with itself", f"{place}.reference", shown(measurement.reference))
    for index, pattern in enumerate(measurement.files, 1):
        if problem := path_problem(pattern, f"{place}.files[{index}]"):
            yield problem
    if measurement.files and measurement.rehearse:
        mend = "Take out rehearse to read the files, or files to rehearse."
        yield Problem("files and rehearse = true in one measurement", place, expected="one of the two", mend=mend)
    for name in measurement.columns:
        if name not in columns():
            yield unknown_name("column", name, columns(), f"{place}.columns.{name}")
    parameters = (known.parameters or {}).get(measurement.technique)
    if parameters is not None:
        yield from parameter_problems(measurement.parameters, parameters, f"{place}.parameters")
    yield from _conditions_problems(f"{place}.conditions", measurement.conditions)


def _claim_problems(place: str, claim: Claim) -> Iterator[Problem]:
    yield from _quantity_problems(place, claim.quantity, claim.unit)
    try:
        parse_printed(claim.value)
    except StudyError as fault:
        yield from (problem.at(f"{place}.value") for problem in fault.problems)
    yield from _conditions_problems(f"{place}.at", claim.at)


def _quantity_problems(place: str, name: str, unit: str | None = None) -> Iterator[Problem]:
    quantity = quantities().get(name)
    if quantity is None:
        yield from _unknown_quantity(place, name, unit)
    elif unit is not None:
        try:
            quantity.si_unit_for(unit)
        except UnitError:
            expected = f"a unit that converts to {quantity.unit}"
            mend = f'{quantity.label} is mostly given in unit = "{quantity.display_unit}".'
            yield Problem(f"not a unit of {name}", f"{place}.unit", shown(unit), expected, mend)


def _unknown_quantity(place: str, name: str, unit: str | None) -> Iterator[Problem]:
    """A near miss is a misprint; any other well-formed name is a quantity of the study's own."""
    near = difflib.get_close_matches(name, quantities(), n=1, cutoff=NEAR_MISS)
    if near or not OWN_NAME.fullmatch(name):
        yield unknown_name("quantity", name, quantities(), f"{place}.quantity")
    elif unit is not None:
        try:
            factor_to(unit, unit)
        except UnitError as fault:
            yield from (problem.at(f"{place}.unit") for problem in fault.problems)


def _assertion_problems(place: str, assertion: Assertion, draft: Draft) -> Iterator[Problem]:
    yield from _quantity_problems(place, assertion.quantity)
    for index, name in enumerate(assertion.order, 1):
        yield from _binder_known(name, f"{place}.order[{index}]", draft)
    if twice := sorted(_repeated(assertion.order)):
        got, expected = ", ".join(map(shown, twice)), "each binder once, lowest first"
        yield Problem("a binder stands twice in the order", f"{place}.order", got, expected)
    yield from _conditions_problems(f"{place}.at", assertion.at)


def _relation_problems(place: str, relation: OwnRelation) -> Iterator[Problem]:
    yield from _quantity_problems(place, relation.of)
    try:
        inputs = names(relation.equation)
    except UnitError as fault:
        yield from (problem.at(f"{place}.equation") for problem in fault.problems)
        return
    for name in inputs:
        yield from _quantity_problems(f"{place}.equation", name)


def _contacts_named_twice(draft: Draft) -> Iterator[Problem]:
    """Two contacts of one binder that numbers would be told of by one name."""
    first: dict[tuple[str, str], str] = {}
    for place, contact in draft.contacts:
        before = first.setdefault((contact.binder, unicodedata.normalize("NFC", contact.name)), place)
        if before != place:
            mend = f"{before} of {shown(contact.binder)} has it too; give each contact its own name."
            yield Problem("contact name used twice", f"{place}.name", shown(contact.name), "a name of its own", mend)


def _contact_problems(place: str, contact: Contact) -> Iterator[Problem]:
    if contact.product and contact.kind != "ring_opening":
        expected = 'no product, or kind = "ring_opening"'
        yield Problem(
            "two molecules side by side make no product", f"{place}.product", shown(contact.product), expected
        )
    if contact.kind == "ring_opening" and not (contact.product or contact.site):
        mend = 'Say the group that opens the oxirane, e.g. site = "aromatic amine", or the product.'
        yield Problem("a ring opening without site or product", place, mend=mend)


def _conditions_problems(where: str, conditions: Mapping[str, object]) -> Iterator[Problem]:
    for name, value in conditions.items():
        if isinstance(value, float) and not math.isfinite(value):
            yield Problem("a condition that is no number", f"{where}.{name}", str(value), "a finite number")


def _repeated(names: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    return {name for name in names if name in seen or seen.add(name)}  # type: ignore[func-returns-value]
