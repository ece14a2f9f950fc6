"""Orders the text asserts: do the printed numbers rise as it says, and are they all printed?"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from byssus.audit.expression import corners
from byssus.audit.relation import Take, Way, find
from byssus.audit.row import VERDICTS, Mend, Row, Verdict
from byssus.audit.stated import Interval, Stated, best_matches, compatible, conditions_key
from byssus.audit.table import RELATIONS
from byssus.laws.expression import names
from byssus.study.model import Assertion

__all__ = ["order_rows"]

# Conditions under which numbers of two binders must be the same to be compared.
COMPARABLE = ("cycle", "c_rate", "temperature", "state", "region", "component")


def order_rows(assertions: Sequence[Assertion], claims: Sequence[Stated]) -> list[Row]:
    """One row for each asserted order."""
    return [_over_all(assertion, claims) for assertion in assertions]


def _over_all(assertion: Assertion, claims: Sequence[Stated]) -> Row:
    """The order at every set of conditions that all its binders have numbers at; where it stands at some, neither."""
    shared = _shared_conditions(assertion, claims)
    rows = [_row(assertion, claims, at) for at in shared] or [_row(assertion, claims, None)]
    worst = min(rows, key=lambda row: VERDICTS.index(row.verdict))
    if all(row.verdict == worst.verdict for row in rows):
        return worst
    told: dict[str, list[str]] = {}
    for at, row in zip(shared, rows, strict=True):
        told.setdefault(row.verdict, []).append(", ".join(f"{k} {v}" for k, v in at.items()) or "no condition")
    words = {"agrees": "It holds at", "disagrees": "It does not at", "unverifiable": "It is left open at"}
    remarks = [f"{words[verdict]} {'; '.join(told[verdict])}." for verdict in words if verdict in told]
    return replace(worst, verdict="unverifiable", mends=(), remarks=(*remarks, *worst.remarks))


def _row(assertion: Assertion, claims: Sequence[Stated], shared: Mapping[str, Any] | None) -> Row:
    found = [_value(assertion, binder, claims, shared) for binder in assertion.order]
    inputs = [stated for stated, _ in found if stated]
    missing = [b for b, (_, interval) in zip(assertion.order, found, strict=True) if interval is None]
    known = [(b, i) for b, (_, i) in zip(assertion.order, found, strict=True) if i is not None]
    if assertion.by == "magnitude":
        known = [(b, _magnitude(i)) for b, i in known]
    falling = [(a, b) for (a, x), (b, y) in itertools.combinations(known, 2) if not _may_rise(x, y)]
    unsure = [(a, b) for (a, x), (b, y) in itertools.pairwise(known) if _may_rise(x, y) and not _rises(x, y)]
    mixed = shared is None and _mixed([stated for stated, _ in found if stated])
    if mixed:
        falling, unsure = [], [(a, b) for (a, _), (b, _) in itertools.pairwise(known)]
    verdict: Verdict = "disagrees" if falling else "unverifiable" if missing or unsure or len(known) < 2 else "agrees"
    remarks = [f"{a} is not below {b}." for a, b in falling]
    remarks += [f"{a} and {b} cannot be told apart by what is printed." for a, b in unsure]
    if missing:
        remarks.append(f"Not printed for {', '.join(missing)}: the comparison lacks it.")
    derived = [b for b, (stated, i) in zip(assertion.order, found, strict=True) if stated is None and i is not None]
    if derived:
        remarks.append(f"Computed from other printed numbers for {', '.join(derived)}.")
    unit = inputs[0].unit if inputs else ""
    return Row(
        binder=None,
        quantity=assertion.quantity,
        at=assertion.at,
        printed=" < ".join(assertion.order),
        unit=unit,
        recomputed=_steps(known, inputs),
        verdict=verdict,
        relation="an order the text asserts",
        equation="each is below the next" + (" in magnitude" if assertion.by == "magnitude" else ""),
        inputs=tuple(s.to_input() for s in inputs),
        mends=(Mend("benign", "The order may be meant of another quantity, or at another condition."),)
        if falling
        else (),
        remarks=tuple(remarks),
        where=assertion.where,
    )


def _shared_conditions(assertion: Assertion, claims: Sequence[Stated]) -> list[Mapping[str, Any]]:
    """Every set of conditions under which all binders of the order have a number."""
    fits = [
        c
        for c in claims
        if c.quantity == assertion.quantity and c.binder in assertion.order and compatible(c.at, assertion.at)
    ]
    having: dict[tuple[tuple[str, str], ...], dict[str, Stated]] = {}
    for claim in fits:
        having.setdefault(conditions_key(claim.at), {})[claim.binder] = claim
    return [next(iter(own.values())).at for own in having.values() if set(own) == set(assertion.order)]


def _mixed(inputs: Sequence[Stated]) -> bool:
    """Whether numbers of different cycles or rates would be compared."""
    told = [{k: v for k, v in one.at.items() if k in COMPARABLE} for one in inputs]
    return not all(compatible(a, b) for a, b in itertools.combinations(told, 2))


def _value(
    assertion: Assertion, binder: str, claims: Sequence[Stated], shared: Mapping[str, Any] | None
) -> tuple[Stated | None, Interval | None]:
    """The printed number of one binder; where it is not printed, what the table's relations make of it."""
    own = [c for c in claims if c.binder == binder]
    matches = best_matches(own, assertion.quantity, binder, assertion.at if shared is None else shared)
    if matches:
        exact = [c for c in matches if c.printed.kind != "comparator"] or matches
        return exact[0], exact[0].interval
    return None, _derived(assertion, binder, claims)


def _derived(assertion: Assertion, binder: str, claims: Sequence[Stated]) -> Interval | None:
    """The quantity from a relation of the table, where all inputs are printed for this binder."""
    own = [c for c in claims if c.binder == binder and compatible(c.at, assertion.at)]
    for relation in (r for r in RELATIONS if r.of == assertion.quantity and r.kind != "at most"):
        for way in relation.ways:
            given = _given(way, own, claims)
            low = corners(way.equation, given) if given else None
            high = corners(way.upper, given) if given and way.upper else low
            if low is not None and high is not None:
                return Interval(low.low, math.inf if relation.kind == "at least" else high.high)
    return None


def _given(way: Way, own: Sequence[Stated], claims: Sequence[Stated]) -> dict[str, Interval] | None:
    """The inputs of an equation for one binder, the first printed one fixing the conditions of the others."""
    wanted = names(way.equation)
    anchor = next((c for c in own if c.quantity in wanted), None)
    if anchor is None:
        return None
    given = {anchor.quantity: anchor.interval}
    for name in wanted:
        found = [] if name in given else find(way.take.get(name) or Take(name), anchor, claims)
        if found:
            given[name] = found[0].interval
    return given if len(given) == len(wanted) else None


def _magnitude(interval: Interval) -> Interval:
    if interval.low >= 0:
        return interval
    if interval.high <= 0:
        return Interval(-interval.high, -interval.low)
    return Interval(0.0, max(-interval.low, interval.high))


def _rises(low: Interval, high: Interval) -> bool:
    return low.high <= high.low and low.low < high.high and (low.high < math.inf)


def _may_rise(low: Interval, high: Interval) -> bool:
    return low.low < high.high


def _steps(known: list[tuple[str, Interval]], inputs: list[Stated]) -> tuple[float | None, float | None] | None:
    """The least rise from one to the next, as its range in the printed unit."""
    if len(known) < 2 or not inputs:
        return None
    scale = abs(inputs[0].to_si(1.0) - inputs[0].to_si(0.0))
    steps = [(b.low - a.high, b.high - a.low) for (_, a), (_, b) in itertools.pairwise(known)]
    low, high = min(s[0] for s in steps) / scale, min(s[1] for s in steps) / scale
    return tuple(float(f"{v:.6g}") if math.isfinite(v) else None for v in (low, high))  # type: ignore[return-value]
