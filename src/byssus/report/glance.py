"""The study at a glance: quantities down, binders across, each basis apart."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from byssus.findings import BASES
from byssus.report.rows import Number
from byssus.report.words import conditions, pretty_unit, quantity_of, unit_of
from byssus.vocabulary import quantities

__all__ = ["GlanceRow", "best_of", "by_binder", "glance"]

RANKED = ("published", "measured")  # never rehearsed: a rehearsal repeats what it was told
OF_MODELS = ("computed", "simulated")  # they have chapters of their own
RUNNING = ("block", "c_rate", "cycle", "cycles")  # conditions that go on within a row of a chapter's table
MOST_CONDITIONS = 2  # besides those and the specimen: a number with more is a detail of its chapter
ROUNDING = 1e-9  # of binary fractions, at the decimal edges of printed intervals
LEAST_SPECIMENS = 2  # a spread among specimens needs as many


@dataclass
class GlanceRow:
    """One quantity at one set of conditions; ``cells`` holds numbers by binder, ``best`` their indices."""

    quantity: str
    at: Mapping[str, Any]
    unit: str
    cells: dict[str, list[Number]] = field(default_factory=dict)
    best: frozenset[int] = frozenset()

    @property
    def label(self) -> str:
        return quantity_of(self.quantity).label

    @property
    def symbol(self) -> str:
        return quantity_of(self.quantity).symbol

    @property
    def shown_unit(self) -> str:
        return pretty_unit(self.unit)

    @property
    def conditions(self) -> str:
        """What the numbers are of, then how they go on: ``"SEI, cycle 10"``."""
        order = sorted(self.at, key=lambda name: name in RUNNING)
        return conditions({name: self.at[name] for name in order}, without=("specimen",))

    @property
    def same_n(self) -> int | None:
        """How many specimens each number of the row rests on, where that is one and the same."""
        told = {one.row.get("n") for one in self.numbers if one.value is not None}
        return told.pop() if len(told) == 1 else None

    @property
    def same_basis(self) -> str:
        """What all numbers of the row rest on; empty where they differ."""
        told = {one.basis for one in self.numbers}
        return told.pop() if len(told) == 1 else ""

    @property
    def numbers(self) -> list[Number]:
        return [one for cell in self.cells.values() for one in cell]


def glance(numbers: Sequence[Number], key_quantities: Iterable[str]) -> tuple[list[GlanceRow], list[GlanceRow]]:
    """The rows that compare binders, and the rows of what else was printed.

    A number belongs to the printed row whose conditions it fulfils (conditions absent from a claim match any),
    where only one of its binder and basis does, or only one fulfils them with none of its own beside; else it has
    its own row.
    """
    keys = set(key_quantities)
    rows: dict[Any, GlanceRow] = {}
    for one in numbers:
        if one.basis == "published":
            _row(rows, one, one.at)
    own = [one for one in numbers if one.basis != "published"]
    ends = _last_cycles(own)
    for one, at in _placed(own, list(rows.values())):
        if at is not None:
            _row(rows, one, at)
        elif (
            one.basis not in OF_MODELS
            and (not keys or one.quantity in keys)
            and one.at.get("cycle") == ends.get(_run(one))
            and _plain(one)
        ):
            _row(rows, one, {k: v for k, v in one.at.items() if k != "specimen"})
    # a row in which nobody has a number says nothing at a glance; its section says why
    ordered = [
        row for row in sorted(rows.values(), key=_order) if any(n.value is not None or n.printed for n in row.numbers)
    ]
    for row in ordered:
        _finish(row)
    main = [r for r in ordered if _compares(r, keys)]
    return main, [r for r in ordered if not _compares(r, keys)]


def by_binder(numbers: Iterable[Number]) -> list[GlanceRow]:
    """Rows as :func:`glance` has them, of exactly these numbers and their own conditions."""
    rows: dict[Any, GlanceRow] = {}
    for one in numbers:
        _row(rows, one, {k: v for k, v in one.at.items() if k != "specimen"})
    order = {name: place for place, name in enumerate(dict.fromkeys(row.quantity for row in rows.values()))}
    place = _as_met(rows.values())
    ordered = sorted(rows.values(), key=lambda row: (order[row.quantity], _nothing(row), place(row)))
    for row in ordered:
        _finish(row)
    return ordered


def _nothing(row: GlanceRow) -> bool:
    """Whether nobody has a number in it: such rows come last of their quantity."""
    return all(one.value is None and not one.printed for one in row.numbers)


def _as_met(rows: Iterable[GlanceRow]) -> Callable[[GlanceRow], tuple[Any, ...]]:
    """A sort key: what a number is of (a process, a sweep) before how it goes on (rate, cycle); words as first met."""
    met: dict[tuple[str, str], int] = {}
    names: set[str] = set()
    for row in rows:
        for name, value in row.at.items():
            names.add(name)
            met.setdefault((name, str(value)), len(met))
    keys = [*sorted(names - set(RUNNING)), *(name for name in RUNNING if name in names)]

    def place(name: str, value: Any) -> tuple[int, float]:
        if value is None:
            return (0, 0.0)
        return (1, float(value)) if isinstance(value, (int, float)) else (2, met[name, str(value)])

    def key(row: GlanceRow) -> tuple[Any, ...]:
        return tuple(place(name, row.at.get(name)) for name in keys)

    return key


def _plain(one: Number) -> bool:
    """Whether a number belongs at a glance: of no second model, no row of a list of bands, and not a detail."""
    return not {"model", "band"} & set(one.at) and len(set(one.at) - {*RUNNING, "specimen"}) <= MOST_CONDITIONS


def _finish(row: GlanceRow) -> None:
    """Bases in their order within each cell, and the best marked."""
    row.best = best_of(row)
    for cell in row.cells.values():
        cell.sort(key=lambda n: BASES.index(n.basis) if n.basis in BASES else len(BASES))


def best_of(row: GlanceRow) -> frozenset[int]:
    """The best number of each ranked basis: first by a margin that its uncertainty and the next one's allow."""
    better = quantity_of(row.quantity).better
    best: set[int] = set()
    for basis in RANKED if better else ():
        field_ = [n for n in row.numbers if n.basis == basis and n.status in ("ok", "warned")]
        if len({n.binder for n in field_}) < 2 or not all(n.ranked for n in field_):
            continue
        if len({_frozen(n.at) for n in field_}) > 1:
            continue  # a printed row without conditions takes numbers of any; those are not one field
        first, second, *_ = sorted(field_, key=lambda n: n.value or 0.0, reverse=better == "high")
        if _apart(first, second):
            best.add(first.index)
    return frozenset(best)


def _apart(one: Number, other: Number) -> bool:
    gap = abs((one.value or 0.0) - (other.value or 0.0))
    ends = [n.row.get("interval") for n in (one, other)]
    if one.basis == "published":  # the digits printed must leave no common value; ends of rounding may touch
        half = [0.0 if not e or None in e else abs(e[1] - e[0]) / 2 for e in ends]
        return gap > 0 and gap >= sum(half) * (1 - ROUNDING)
    replicated = all((n.row.get("n") or 0) >= LEAST_SPECIMENS for n in (one, other))
    if not replicated or not all(e and None not in e for e in ends):
        return False  # one specimen says nothing of the next one
    half = [abs(e[1] - e[0]) / 2 for e in ends if e]
    return gap > math.hypot(*half)


def _row(rows: dict[Any, GlanceRow], one: Number, at: Mapping[str, Any]) -> None:
    key = (one.quantity, _frozen(at))
    unit = unit_of(one.quantity, str(one.row.get("unit") or "1"))
    row = rows.setdefault(key, GlanceRow(one.quantity, at, unit))
    row.cells.setdefault(one.binder, []).append(one)


def _frozen(at: Mapping[str, Any]) -> tuple[Any, ...]:
    told = ((k, float(v) if isinstance(v, (int, float)) else str(v)) for k, v in at.items() if k != "specimen")
    return tuple(sorted(told, key=str))


def _placed(own: Sequence[Number], printed: Sequence[GlanceRow]) -> list[tuple[Number, Mapping[str, Any] | None]]:
    """Each number with the conditions of the printed row it belongs to, or ``None``."""
    wanted: dict[str, list[GlanceRow]] = {}
    for row in printed:
        wanted.setdefault(row.quantity, []).append(row)
    taken: dict[Any, list[bool]] = {}  # of each that fits: whether its conditions are exactly the printed ones
    homes: list[tuple[Number, GlanceRow | None]] = []
    for one in own:
        fits = [r for r in wanted.get(one.quantity, ()) if set(_frozen(r.at)) <= set(_frozen(one.at))]
        home = max(fits, key=lambda r: len(r.at), default=None)
        homes.append((one, home))
        if home is not None:
            taken.setdefault((id(home), one.binder, one.basis), []).append(_exact(one, home))
    out: list[tuple[Number, Mapping[str, Any] | None]] = []
    for one, home in homes:
        fit = taken[id(home), one.binder, one.basis] if home is not None else []
        alone = len(fit) == 1 or (sum(fit) == 1 and home is not None and _exact(one, home))
        out.append((one, home.at if home is not None and alone else None))
    return out


def _exact(one: Number, row: GlanceRow) -> bool:
    return _frozen(one.at) == _frozen(row.at)


def _run(one: Number) -> tuple[str, str, str]:
    return one.quantity, one.binder, one.basis


def _last_cycles(own: Sequence[Number]) -> dict[tuple[str, str, str], float]:
    """Of numbers that run over cycles, the last cycle of each quantity, binder and basis."""
    ends: dict[tuple[str, str, str], float] = {}
    for one in own:
        cycle = one.at.get("cycle")
        if isinstance(cycle, (int, float)):
            ends[_run(one)] = max(cycle, ends.get(_run(one), cycle))
    return ends


def _compares(row: GlanceRow, keys: set[str]) -> bool:
    nameless = row.cells.get("", ())  # printed for the whole study, and no column beside the binders
    if any(n.basis == "published" for n in nameless):
        return False
    return (
        bool(quantity_of(row.quantity).better)
        or row.quantity in keys
        or any(n.basis != "published" for n in row.numbers)
        or len(row.cells) > 2
    )


def _order(row: GlanceRow) -> tuple[Any, ...]:
    names = list(quantities())
    place = names.index(row.quantity) if row.quantity in names else len(names)
    return (place, row.quantity, tuple((k, isinstance(v, str), v) for k, v in _frozen(row.at)))
