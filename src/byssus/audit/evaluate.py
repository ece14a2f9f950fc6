"""The table of relations applied to claims: each printed number against what the others make of it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from byssus.audit.expression import corners
from byssus.audit.mends import mends_for
from byssus.audit.relation import Given, Implied, Relation, Take, Way, find
from byssus.audit.row import Mend, Row, row_on
from byssus.audit.stated import Interval, Stated, compatible
from byssus.laws.expression import names
from byssus.units import convert
from byssus.vocabulary import quantities, quantity

__all__ = ["apply_relation", "implied_rows", "relation_rows"]

# Equally fitting inputs are tried together; more than this many say nothing.
MOST_COMBINATIONS = 64
CIVIL = "These printed numbers do not reproduce each other."


def relation_rows(relations: Iterable[Relation], claims: Sequence[Stated]) -> list[Row]:
    """One row for each printed number a relation speaks of."""
    rows = []
    for relation in relations:
        for target in claims:
            if target.quantity == relation.of and relation.when(target):
                row = apply_relation(relation, target, claims)
                if row is not None:
                    rows.append(row)
    return rows


def apply_relation(relation: Relation, target: Stated, claims: Sequence[Stated]) -> Row | None:
    """The verdict on one printed number; ``None`` where a bound has nothing to be held against.

    The first way whose inputs are printed is used; one of its peers serves where only that reproduces the number.
    """
    first: Row | None = None
    for way in (w for w in relation.ways if w.when(target)):
        if first is not None and not way.peer:
            break
        sets = _input_sets(way, target, claims)
        if sets:
            row = _best_row(relation, way, target, sets, claims)
            if row.verdict == "agrees":
                return row
            first = first or row
    if first is not None or relation.direct or relation.kind not in ("equals", "within"):
        return first
    return _unverifiable(relation, target, claims)


def _input_sets(way: Way, target: Stated, claims: Sequence[Stated]) -> list[dict[str, Given]]:
    """Every equally fitting choice of inputs; empty when one is not printed."""
    wanted = list(dict.fromkeys((*names(way.equation), *(names(way.upper) if way.upper else ()))))
    options = [find(way.take.get(name) or Take(name), target, claims) for name in wanted]
    if not all(options) or math.prod(len(o) for o in options) > MOST_COMBINATIONS:
        return []
    sets = [dict(zip(wanted, choice, strict=True)) for choice in itertools.product(*options)]
    return [s for s in sets if _consistent(s, target)]


def _consistent(given: Mapping[str, Given], target: Stated) -> bool:
    """Inputs of one equation never contradict one another in a condition that the equation does not fix."""
    stated = [g.stated for g in given.values() if g.stated]
    if not _ordinary(target) and (len(stated) < len(given) or any(s.si_unit != target.si_unit for s in stated)):
        return False  # a number per area is held against numbers per area only
    if len({_ordinary(s) or s.si_unit for s in stated}) > 1:  # a charge over a charge per gram is no ratio
        return False
    free = {"c_rate", "temperature", "specimen", "cell", "sample"}
    pairs = itertools.combinations(stated, 2)
    return all(compatible({k: v for k, v in a.at.items() if k in free}, b.at) for a, b in pairs)


def _ordinary(stated: Stated) -> bool:
    """Whether the number is printed in its quantity's own dimension (a capacity per gram, not per area)."""
    known = quantities().get(stated.quantity)
    return known is None or stated.si_unit == known.unit


def _best_row(
    relation: Relation, way: Way, target: Stated, sets: Sequence[Mapping[str, Given]], claims: Sequence[Stated]
) -> Row:
    """Where inputs fit equally well the printed number has the benefit of the doubt."""
    judged = [(given, _reach(relation, way, given)) for given in sets]
    fitting = [pair for pair in judged if pair[1] is not None and pair[1].overlaps(target.interval)]
    given, reached = (fitting or judged)[0]
    if reached is None:
        return _row(relation, way, target, given, None, "unverifiable", (), ("The bounds printed leave it open.",))
    wording = _wording(relation, target, claims)
    if fitting:
        all_fit = len(fitting) == len(judged)
        remarks = () if all_fit else ("Other printed inputs that fit as well would not reproduce it.",)
        return _row(relation, way, target, given, reached, "agrees", (), (*remarks, *wording))
    if relation.lenient(target, given):
        remark = "It would break the relation, but the relation's assumption need not hold here: " + relation.benign[0]
        return _row(relation, way, target, given, reached, "unverifiable", (), (remark,))
    remarks = (CIVIL,) if relation.broken == "disagrees" else ("This printed number breaks a bound.",)
    if relation.why:
        remarks = (relation.why(target, given),)
    mends = mends_for(relation, way, target, given, reached, claims)
    return _row(relation, way, target, given, reached, relation.broken, mends, (*remarks, *wording))


def _wording(relation: Relation, target: Stated, claims: Sequence[Stated]) -> tuple[str, ...]:
    """Where the text words the quantity otherwise: what that wording would give. A remark, never a verdict."""
    words = set(target.wording.casefold().split())
    if not words or not relation.readings:
        return ()
    reading = max(relation.readings, key=lambda r: len(words & set(r.text.casefold().split())))
    options = {n: find(reading.take.get(n) or Take(n), target, claims) for n in names(reading.equation)}
    if not all(options.values()):
        return ()
    reached = corners(reading.equation, {n: found[0].interval for n, found in options.items()})
    if reached is None:
        return ()
    low, high = target.printed_range(reached)
    said = f'The text words it as "{target.wording}"; read so, as {reading.text}, it would be'
    return (f"{said} {low:.4g} to {high:.4g} {target.unit}.",)


def _reach(relation: Relation, way: Way, given: Mapping[str, Given]) -> Interval | None:
    """What the relation allows the printed number to be."""
    intervals = {name: one.interval for name, one in given.items()}
    low = corners(way.equation, intervals, way.inside)
    if low is None:
        return None
    if relation.kind == "at least":
        return Interval(low.low, math.inf)
    if relation.kind == "at most":
        return Interval(-math.inf, low.high)
    if relation.kind == "within":
        high = corners(way.upper, intervals)
        return None if high is None else Interval(low.low, high.high)
    return low


def _row(
    relation: Relation,
    way: Way,
    target: Stated,
    given: Mapping[str, Given],
    reached: Interval | None,
    verdict: Any,
    mends: tuple[Mend, ...],
    remarks: tuple[str, ...],
) -> Row:
    equation = f"{relation.of} {_SIGN[relation.kind]} {way.equation}" + (f" ... {way.upper}" if way.upper else "")
    constants = tuple(g.label for g in given.values() if g.stated is None)
    return row_on(
        target,
        reached,
        verdict,
        relation.name,
        (g.stated for g in given.values() if g.stated),
        equation=equation,
        mends=mends,
        remarks=(*remarks, *constants),
        source=relation.source,
    )


_SIGN = {"equals": "=", "at least": ">=", "at most": "<=", "within": "within"}


def _unverifiable(relation: Relation, target: Stated, claims: Sequence[Stated]) -> Row | None:
    """The inputs of no way are all printed: say which the first way lacks."""
    ways = [w for w in relation.ways if w.when(target)]
    if not ways:
        return None
    way = ways[0]
    lacking = [n for n in names(way.equation) if not find(way.take.get(n) or Take(n), target, claims)]
    remark = (
        f"Not printed under conditions that fit: {', '.join(lacking)}."
        if lacking
        else "Its inputs do not fit together."
    )
    return _row(relation, way, target, {}, None, "unverifiable", (), (remark,))


def implied_rows(bounds: Iterable[Implied], claims: Sequence[Stated]) -> list[Row]:
    """Bounds on quantities that follow from printed ones; a row only where one is broken."""
    rows = []
    for bound in bounds:
        wanted = names(bound.equation)
        for lead in (c for c in claims if c.quantity == wanted[0]):
            options = {wanted[0]: [Given(lead.interval, lead.quantity, lead)]}
            options |= {n: find(Take(n), lead, claims) for n in wanted[1:]}
            if not all(options.values()):
                continue
            given = {n: found[0] for n, found in options.items()}
            reached = corners(bound.equation, {n: g.interval for n, g in given.items()})
            if reached is None or _said_to_be(bound.unless, lead, claims, reached):
                continue
            if reached.low > bound.at_most:
                rows.append(_implied_row(bound, lead, given, reached))
    return rows


def _said_to_be(quantity: str, lead: Stated, claims: Sequence[Stated], reached: Interval) -> bool:
    """Whether another printed number owns up to what is implied (a stiff fibre with a stiff modulus)."""
    return any(g.interval.high >= reached.low for g in find(Take(quantity), lead, claims))


def _implied_row(bound: Implied, lead: Stated, given: Mapping[str, Given], reached: Interval) -> Row:
    known = quantity(bound.quantity)
    low, high = (float(f"{convert(v, known.unit, known.display_unit):.4g}") for v in (reached.low, reached.high))
    limit = convert(bound.at_most, known.unit, known.display_unit)
    return Row(
        binder=lead.binder or None,
        quantity=bound.quantity,
        at=lead.at,
        printed=None,
        unit=known.display_unit,
        recomputed=(low, high),
        verdict="implausible",
        relation=bound.name,
        equation=f"{bound.quantity} = {bound.equation} <= {limit:g} {known.display_unit}",
        inputs=tuple(g.stated.to_input() for g in given.values() if g.stated),
        mends=tuple(Mend("benign", text) for text in bound.benign),
        remarks=(bound.why,),
        where=lead.where,
        source=bound.source,
    )
