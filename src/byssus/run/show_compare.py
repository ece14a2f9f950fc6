"""Two binders beside each other, as a person sees them on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from byssus.findings import BASES
from byssus.run.show import SHOWN, at_words, console, number, table
from byssus.units import convert

if TYPE_CHECKING:
    from rich.console import Console

    from byssus.audit.compare import Comparison
    from byssus.run.comparing import Compared

__all__ = ["show_compared"]

REHEARSED = ": from virtual instruments; shows that the comparison runs, says nothing of the materials"
MOST_REMARKS = 12
LEAST_P = 1e-4  # smaller ones rest on the far tail of a distribution nobody has seen
LARGE = 2.0  # tripled: from here on people say how many times as much


def show_compared(found: Compared, everything: bool) -> None:
    """The differences as a table for each basis, how many were tested, and the remarks below."""
    screen = console()
    shown = [one for one in found.rows if everything or one.main]
    screen.print(f"{found.b} less {found.a}: {len(shown)} comparisons", style="bold")
    for basis in (basis for basis in BASES if any(one.finding.basis == basis for one in shown)):
        rows = [one for one in shown if one.finding.basis == basis]
        ends = "left open by the digits" if basis == "published" else "95 % interval"
        made = table("quantity", "at", found.a, found.b, "difference", ends, "change", "outcome")
        for one in rows:
            made.add_row(*_cells(one))
        screen.print(f"\n{basis}{REHEARSED if basis == 'rehearsed' else ''}")
        screen.print(made)
        screen.print(_tests(rows))
    _remarks(screen, shown)
    hidden = len(found.rows) - len(shown) + found.left_out
    if hidden:
        screen.print(f"{hidden} more, of other quantities, models and cycles: --all, or --quantity Q.")
    if not shown:
        screen.print("Nothing to compare: the two have no such number of one basis under the same conditions.")


def _cells(one: Comparison) -> tuple[str, ...]:
    f = one.finding
    label, unit, scale, zero = _display(f.quantity, f.unit)

    def shown(value: float | None, spread: float | None, add: float) -> str:
        return number(None if value is None else scale * value + add, None if spread is None else scale * spread)

    # without an interval the plain difference of the two values is still there to be seen
    both = one.a.value is not None and one.b.value is not None
    apart = (one.b.value or 0.0) - (one.a.value or 0.0) if both else None
    ends = "" if f.interval is None else f"{scale * f.interval[0]:.4g} to {scale * f.interval[1]:.4g}"
    return (
        f"{label} / {unit}" if unit else label,
        at_words({"at": {key: value for key, value in f.at.items() if key != "minus"}}),
        shown(one.a.value, one.a.standard_uncertainty, zero),
        shown(one.b.value, one.b.standard_uncertainty, zero),
        shown(apart, f.standard_uncertainty, 0.0),
        ends,
        "" if one.change is None else change_of(one.change),
        one.outcome + ("" if one.p is None else f" ({_chance(one.p)}, Holm {_chance(one.adjusted or 0.0)})"),
    )


def _chance(p: float) -> str:
    return f"p {p:.2g}" if p >= LEAST_P else f"p < {LEAST_P:g}"


def _display(quantity: str, unit: str) -> tuple[str, str, float, float]:
    """Label, display unit, and the scale and zero that lead there from SI."""
    from byssus.vocabulary import quantities

    known = quantities().get(quantity)
    if known is None or known.unit != unit:
        return known.label if known else quantity, "" if unit == "1" else unit, 1.0, 0.0
    shown = known.display_unit
    zero = float(convert(0.0, unit, shown))
    return known.label, "" if shown == "1" else shown, float(convert(1.0, unit, shown)) - zero, zero


def change_of(change: float) -> str:
    """``"+26.4 %"``, or ``"× 11.3"`` where percents have lost their use."""
    return f"× {1 + change:.3g}" if change >= LARGE else f"{100 * change:+.3g} %"


def _tests(rows: Sequence[Comparison]) -> str:
    tested = [one for one in rows if one.p is not None]
    if not tested:
        return "None was tested: a test needs two specimens on either side."
    alone = sum(bool(one.differs) for one in tested)
    together = sum(bool(one.differs_together) for one in tested)
    by_chance = 0.05 * len(tested)
    return (
        f"{len(tested)} of {len(rows)} tested at 5 %: {alone} differ one by one (chance alone would give about "
        f"{by_chance:.1f}), {together} also when adjusted for all {len(tested)} (Holm)."
    )


def _remarks(screen: Console, rows: Sequence[Comparison]) -> None:
    """Each remark once, with the quantities it stands with."""
    where: dict[str, dict[str, None]] = {}
    for one in rows:
        for remark in one.warnings:
            where.setdefault(remark, {})[one.finding.quantity.replace("_", " ")] = None
    for remark, names in list(where.items())[:MOST_REMARKS]:
        first = list(names)[:SHOWN]
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        screen.print(f"{', '.join(first)}{more}: {remark}", soft_wrap=True)
    if len(where) > MOST_REMARKS:
        screen.print(f"{len(where) - MOST_REMARKS} more remarks are in --json.")
