"""Every two binders compared, as the page and its table show it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from byssus.findings import BASES
from byssus.report.rows import Number
from byssus.report.words import conditions, number, pretty_unit, quantity_of, scale_of, unit_of, with_uncertainty

__all__ = ["MOST_PAIRS", "MOST_ROWS", "OUTCOMES", "Pair", "PairRow", "pairs_of", "picker"]

MOST_PAIRS = 28  # of eight binders; the table holds the rest
MOST_ROWS = 60  # of one pair
LARGE = 2.0  # tripled: from here on people say how many times as much
SMALL = 0.001
LEAST_P = 1e-4  # smaller ones rest on the far tail of a distribution nobody has seen
OUTCOMES = {
    "differs": "the 95 % interval leaves out zero, also when adjusted for all tests of the pair",
    "differs alone": "the 95 % interval leaves out zero, but not when adjusted for all tests of the pair",
    "not told apart": "the 95 % interval holds zero",
    "one specimen": "no test, and the interval is that of one specimen's own measurement",
    "no scatter": "no test: the specimens of both give one and the same value",
    "not identifiable": "one of the two has no uncertainty, or no value of its own",
    "printed": "the interval is what the printed digits leave open",
}


@dataclass(frozen=True)
class PairRow:
    """One difference: both numbers, what lies between them, and how sure that is."""

    row: Mapping[str, Any]
    a: Number
    b: Number
    unit: str
    difference: str
    spread: str
    interval: str
    change: str
    outcome: str

    @property
    def label(self) -> str:
        return quantity_of(self.b.quantity).label

    @property
    def conditions(self) -> str:
        return conditions(self.row.get("at"), without=("minus",))

    @property
    def basis(self) -> str:
        return str(self.row["basis"])

    @property
    def remarks(self) -> Sequence[str]:
        """What there is to say of it beside what its outcome says."""
        return self.row.get("warnings") or ()

    @property
    def numbers(self) -> str:
        """How the test came out: degrees of freedom, p, and p adjusted."""
        p, adjusted = self.row.get("p"), self.row.get("p_holm")
        if p is None or adjusted is None:
            return ""
        degrees = self.row.get("degrees")
        free = "" if degrees is None else f"{degrees:.3g} degrees of freedom, "
        return f"{free}{_chance(p)}; adjusted for {self.row.get('tests')} tests {_chance(adjusted)}"

    @property
    def warned(self) -> bool:
        """Whether a tested difference has a warning that a reader must see beside it."""
        return self.row.get("p") is not None and self.row.get("status") == "warned"


@dataclass(frozen=True)
class Pair:
    """Two binders: ``b`` less ``a``."""

    id: str
    a: str
    b: str
    rows: tuple[PairRow, ...]
    left_out: int
    tested: Sequence[tuple[str, int, int, int]]

    @property
    def title(self) -> str:
        return f"{self.b} less {self.a}"


def pairs_of(
    comparisons: Sequence[Mapping[str, Any]], numbers: Sequence[Number], order: Sequence[int], wanted: Collection[int]
) -> tuple[Pair, ...]:
    """The pairs as shown: rows whose two numbers stand at a glance, in the order they stand there.

    ``order`` are the indices of numbers in the order of the table at a glance, ``wanted`` those it shows.
    """
    known = {one.index: one for one in numbers}
    place = {index: k for k, index in enumerate(order)}
    out: list[Pair] = []
    for pair in comparisons[:MOST_PAIRS]:
        all_rows = pair.get("rows") or ()
        first = [row for row in all_rows if set(row["of"]) <= set(wanted) and set(row["of"]) <= known.keys()]
        first.sort(key=lambda row: min(place.get(index, len(place)) for index in row["of"]))
        rows = tuple(_row(row, known) for row in first[:MOST_ROWS])
        if all_rows:
            left = len(all_rows) - len(rows) + int(pair.get("left_out") or 0)
            name = f"pair-{len(out) + 1}"
            out.append(Pair(name, str(pair["a"]), str(pair["b"]), rows, left, _tested(all_rows)))
    return tuple(out)


def picker(pairs: Sequence[Pair]) -> dict[str, Any]:
    """The table to choose a pair from: columns are taken off, rows are what they are taken off from."""
    columns = list(dict.fromkeys(pair.a for pair in pairs))
    of = {(pair.b, pair.a): pair for pair in pairs}
    table = [(b, [of.get((b, a)) for a in columns]) for b in dict.fromkeys(pair.b for pair in pairs)]
    # most rows first, so that a page opens on something to read
    chosen = max(pairs, key=lambda pair: (sum(n for _, n, _, _ in pair.tested), len(pair.rows)), default=None)
    return {"pair_columns": columns, "pair_table": table, "chosen": chosen.id if chosen else ""}


def _tested(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, int, int, int]]:
    """For each basis: how many of what the techniques are for were tested, differ, and differ adjusted."""
    out = []
    for basis in BASES:
        tested = [row for row in rows if row["basis"] == basis and row["main"] and row["p"] is not None]
        if tested:
            alone, together = (sum(bool(row[key]) for row in tested) for key in ("differs", "differs_together"))
            out.append((basis, len(tested), alone, together))
    return out


def _row(row: Mapping[str, Any], known: Mapping[int, Number]) -> PairRow:
    a, b = (known[index] for index in row["of"])
    unit = str(row.get("unit") or "1")
    shown = unit_of(b.quantity, unit)
    factor = scale_of(unit, shown)[0]
    spread = row.get("standard_uncertainty")
    # without an interval the plain difference of the two values is still there to be seen
    value = row.get("value")
    if value is None and None not in (a.value, b.value):
        value = (b.value or 0.0) - (a.value or 0.0)
    wide = None if spread is None else abs(factor) * spread
    text, around = ("–", "") if value is None else with_uncertainty(factor * value, wide)
    return PairRow(
        row, a, b, pretty_unit(shown), text, around, _interval(row, factor), _change(row), str(row["outcome"])
    )


def _interval(row: Mapping[str, Any], factor: float) -> str:
    ends = row.get("interval")
    if not ends or None in ends:
        return ""
    spread = abs(factor * (ends[1] - ends[0])) / 4
    low, high = (with_uncertainty(factor * end, spread)[0] for end in ends)
    return f"{low} to {high}"


def _change(row: Mapping[str, Any]) -> str:
    """``"+26.4 %"``, or ``"× 11.3"`` where percents have lost their use."""
    change = row.get("change")
    if change is None:
        return ""
    if change >= LARGE:
        return f"× {1 + change:.3g}"
    sign = "−" if change < 0 else "+"
    if abs(change) < SMALL:
        return f"<{100 * SMALL:g} %"
    return f"{sign}{number(abs(100 * change), 0 if abs(change) >= 0.1 else 1)} %"


def _chance(p: float) -> str:
    return f"p = {p:.2g}" if p >= LEAST_P else f"p < {LEAST_P:g}"
