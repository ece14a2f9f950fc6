"""How a broken row could be reconciled: benign readings first, then rounding, units, copies, single numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from byssus.audit.expression import corners
from byssus.audit.relation import Given, Relation, Take, Way, find
from byssus.audit.row import Mend
from byssus.audit.stated import Interval, Stated
from byssus.errors import ByssusError
from byssus.laws.expression import names, solve, value
from byssus.study.printed import parse_printed, truncated

__all__ = ["mends_for", "reprint"]

FAR = 20  # a number that far from what is printed is no misprint of it
UNIT_SLIPS = (1e3, 1e-3)
NEAR_BOUND = 50.0  # a slip that leaves a number far below its bound explains nothing
PERCENT_SLIPS = (1e2, 1e-2)


def reprint(stated: Stated, si_value: float) -> str:
    """A number in the printed unit with the printed number of decimals."""
    number = stated.from_si(si_value)
    if not math.isfinite(number):
        return "nan"
    step = Decimal(1).scaleb(stated.printed.digits)
    text = Decimal(repr(number)).quantize(step, rounding=ROUND_HALF_UP) if abs(number) < 1e15 else Decimal(repr(number))
    return f"{text:f}"


def mends_for(
    relation: Relation,
    way: Way,
    target: Stated,
    given: Mapping[str, Given],
    recomputed: Interval,
    claims: Sequence[Stated],
) -> tuple[Mend, ...]:
    """Every way found, likeliest first."""
    found = [Mend("benign", text) for text in relation.benign]
    found += _definitions(relation, target, claims)
    found += _rounding(way, target, given, recomputed)
    found += _copied(target, recomputed, claims)
    if relation.kind in ("equals", "within"):
        found += _units(way, target, given, recomputed)
        found += _numbers(way, target, given, recomputed)
    elif relation.kind == "at most" and recomputed.high > 0:
        found += _thousandth(target, recomputed)
    return tuple(found)


def _definitions(relation: Relation, target: Stated, claims: Sequence[Stated]) -> list[Mend]:
    """Other meanings of the word that give the printed number."""
    found = []
    for reading in relation.readings:
        options = {n: find(reading.take.get(n) or Take(n), target, claims) for n in names(reading.equation)}
        if not all(options.values()):
            continue
        reached = corners(reading.equation, {n: got[0].interval for n, got in options.items()})
        if reached is not None and reached.overlaps(target.interval):
            found.append(Mend("definition", f"Another definition reproduces it: {reading.text} ({reading.equation})."))
    return found


def _rounding(way: Way, target: Stated, given: Mapping[str, Given], recomputed: Interval) -> list[Mend]:
    """Cut off, or rounded up, instead of rounded to nearest: of the result, or of the inputs."""
    if target.printed.kind != "digits" or target.printed.value is None:
        return []
    unit = 10.0**target.printed.digits
    cut = target.in_si(*truncated(target.printed))
    towards = math.copysign(unit, target.printed.value)
    raised = target.in_si(target.printed.value - towards, target.printed.value)
    middle = reprint(target, (recomputed.low + recomputed.high) / 2) if _finite(recomputed) else ""
    nearest = f" (rounded to nearest: {middle} {target.unit})" if middle else ""
    if cut.overlaps(recomputed):
        return [Mend("rounding", f"The digits may have been truncated instead of rounded{nearest}.")]
    if raised.overlaps(recomputed):
        return [Mend("rounding", f"The number may have been rounded up instead of to nearest{nearest}.")]
    inputs = {
        name: s.in_si(*truncated(s.printed)) if (s := one.stated) and s.printed.kind == "digits" else one.interval
        for name, one in given.items()
    }
    reached = corners(way.equation, inputs, way.inside)
    if reached is not None and not way.upper and reached.overlaps(target.interval):
        return [Mend("rounding", "The inputs may have been truncated instead of rounded.")]
    return []


def _units(way: Way, target: Stated, given: Mapping[str, Given], recomputed: Interval) -> list[Mend]:
    """A slip of 10^3 (or of a percent sign) in the result or in one input."""
    if target.printed.kind == "comparator":
        return []
    slips = UNIT_SLIPS + (PERCENT_SLIPS if target.si_unit == "1" else ())
    found = [
        Mend("unit", f"A unit slip: {target.quantity} read as {_times(slip)} what is printed would fit.")
        for slip in slips
        if target.interval.scaled(slip).overlaps(recomputed)
    ]
    for name, one in given.items():
        if one.stated is None or way.upper:
            continue
        for slip in UNIT_SLIPS:
            reached = corners(way.equation, {**_intervals(given), name: one.interval.scaled(slip)}, way.inside)
            if reached is not None and reached.overlaps(target.interval):
                called = one.stated.quantity
                found.append(Mend("unit", f"A unit slip: {called} read as {_times(slip)} what is printed would fit."))
    return found


def _thousandth(target: Stated, recomputed: Interval) -> list[Mend]:
    """A number above a bound that would lie just below it, had its unit been a thousandth."""
    small = target.interval.scaled(1e-3)
    if recomputed.high / NEAR_BOUND <= small.high and small.low <= recomputed.high:
        return [Mend("unit", f"A unit slip: {target.quantity} read as a thousandth of what is printed would fit.")]
    return []


def _times(slip: float) -> str:
    return {1e3: "a thousand times", 1e-3: "a thousandth of", 1e2: "a hundred times", 1e-2: "a hundredth of"}[slip]


def _copied(target: Stated, recomputed: Interval, claims: Sequence[Stated]) -> list[Mend]:
    """The same digits stand at another binder or condition: a value may have been carried over."""
    twins = [
        c
        for c in claims
        if c is not target and c.quantity == target.quantity and c.printed.text == target.printed.text
        and c.unit == target.unit and (c.binder, dict(c.at)) != (target.binder, dict(target.at))
        and not c.interval.overlaps(recomputed)
    ]  # fmt: skip
    return [
        Mend("copied", f"The same number is printed for {c.binder or 'another entry'}; it may have been carried over.")
        for c in twins[:1]
    ]


def _numbers(way: Way, target: Stated, given: Mapping[str, Given], recomputed: Interval) -> list[Mend]:
    """Which single printed number, changed to what, would reconcile the row; likely misprints first."""
    found: list[tuple[int, Mend]] = []
    if _finite(recomputed) and target.printed.kind == "digits":
        new = reprint(target, (recomputed.low + recomputed.high) / 2)
        found.append((_distance(target.printed.text, new), _change(target, new)))
    middle = {name: _middle(one) for name, one in given.items()}
    wanted = target.nominal
    for name, one in given.items():
        if one.stated is None or not all(math.isfinite(v) for v in middle.values()):
            continue
        other = _solved(way, middle, name, one.stated, target, wanted)
        if other is not None:
            found.append((_distance(one.stated.printed.text, other), _change(one.stated, other)))
    return [mend for distance, mend in sorted(found, key=lambda pair: pair[0]) if distance < FAR]


def _solved(
    way: Way, middle: Mapping[str, float], name: str, stated: Stated, target: Stated, wanted: float
) -> str | None:
    """The printed form of the input at which the equation gives the printed result, if rounding leaves it so.

    Among the numbers that would do, the one that differs in fewest digits from what is printed is told.
    """
    if way.upper or stated.printed.kind != "digits":
        return None
    edges = [
        solve(way.equation, middle, name, w)
        for w in (target.interval.low, wanted, target.interval.high)
        if math.isfinite(w)
    ]
    known = [e for e in edges if e is not None]
    if len(known) < 2:
        return None
    low, high = min(known), max(known)
    # in their order, not a set's, which another process has otherwise: of two equally near the lower is told
    options = dict.fromkeys(reprint(stated, low + (high - low) * k / 400) for k in range(401))
    fitting = [o for o in options if _fits(way, middle, name, stated, target, o)]
    if not fitting:
        return None
    centre = (low + high) / 2
    return min(fitting, key=lambda o: (_distance(stated.printed.text, o), abs(stated.to_si(float(o)) - centre)))


def _fits(way: Way, middle: Mapping[str, float], name: str, stated: Stated, target: Stated, option: str) -> bool:
    try:
        parse_printed(option)
    except ByssusError:
        return False
    reached = value(way.equation, {**middle, name: stated.to_si(float(option))})
    return math.isfinite(reached) and Interval(reached, reached).overlaps(target.interval)


def _change(stated: Stated, new: str) -> Mend:
    of = f" of {stated.binder}" if stated.binder else ""
    at = ", ".join(f"{k} {v}" for k, v in stated.at.items())
    name = f"{stated.quantity}{of} ({at})" if at else f"{stated.quantity}{of}"
    unit = "" if stated.unit == "1" else stated.unit
    text = f"{name} {new} instead of {stated.printed.text} {unit}".strip()
    hint = {0: "", 1: " - one digit"}.get(_distance(stated.printed.text, new), "")
    return Mend("number", f"{text}{hint}.")


def _distance(old: str, new: str) -> int:
    """How many digits differ (1 also for two neighbours exchanged); more for another length, to ``FAR``."""
    if len(old) != len(new):
        return FAR - 1 if abs(len(old) - len(new)) == 1 else FAR
    differ = [i for i, (a, b) in enumerate(zip(old, new, strict=True)) if a != b]
    if (
        len(differ) == 2
        and differ[1] == differ[0] + 1
        and old[differ[0]] == new[differ[1]]
        and old[differ[1]] == new[differ[0]]
    ):
        return 1
    return len(differ)


def _intervals(given: Mapping[str, Given]) -> dict[str, Interval]:
    return {name: one.interval for name, one in given.items()}


def _middle(one: Given) -> float:
    return one.stated.nominal if one.stated else one.interval.low


def _finite(interval: Interval) -> bool:
    return math.isfinite(interval.low) and math.isfinite(interval.high)
