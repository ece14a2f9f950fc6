"""What a person sees on a terminal: findings as a table, verdicts of an audit, the end of a run."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from byssus.run.results import VERDICTS

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

__all__ = ["SHOWN", "at_words", "console", "number", "show_audit", "show_findings", "show_run", "table"]

# Of a list longer than this (a value per cycle), this many are shown at each end.
LONG, SHOWN = 8, 3
WIDTH_IN_A_PIPE = 160
Json = Mapping[str, Any]


def console() -> Console:
    from rich.console import Console

    width = None if sys.stdout.isatty() else WIDTH_IN_A_PIPE
    return Console(width=width, markup=False, highlight=False, emoji=False)


def table(*heads: str) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in heads:
        table.add_column(head, overflow="fold")
    return table


def number(value: float | None, uncertainty: float | None = None) -> str:
    """``12.35 ± 0.12``: the uncertainty to two digits, the value to the same place; else five digits."""
    from math import floor, isfinite, log10

    if value is None:
        return "–"
    if not uncertainty or not isfinite(uncertainty):
        return f"{value:.5g}"
    place = max(0, 1 - floor(log10(abs(uncertainty))))
    if place > 8 or abs(value) >= 1e7:
        return f"{value:.5g} ± {uncertainty:.2g}"
    return f"{value:.{place}f} ± {uncertainty:.{place}f}"


def _shown(row: Json) -> tuple[str, str, str]:
    """Label, value with uncertainty, and unit of a finding, in the display unit."""
    from byssus.units import convert
    from byssus.vocabulary import quantities

    known = quantities().get(row["quantity"])
    value, spread = row["value"], row["standard_uncertainty"]
    if known is None:
        return row["quantity"], number(value, spread), row["unit"]
    if value is not None:
        shown = float(convert(value, known.unit, known.display_unit))
        # a difference, so that the offset of °C does not enter
        wide = None if spread is None else float(convert(value + spread, known.unit, known.display_unit)) - shown
        return known.label, number(shown, wide), "" if known.display_unit == "1" else known.display_unit
    return known.label, "–", "" if known.display_unit == "1" else known.display_unit


def at_words(row: Json) -> str:
    from byssus.report.words import conditions

    return conditions(row["at"])


def _shortened(rows: Sequence[Json], everything: bool) -> Iterator[Json | int]:
    """Rows with the middle of long runs of one quantity replaced by how many were left out."""
    start = 0
    while start < len(rows):
        end = start
        key = (rows[start]["quantity"], rows[start]["at"].get("specimen"))
        while end < len(rows) and (rows[end]["quantity"], rows[end]["at"].get("specimen")) == key:
            end += 1
        if everything or end - start <= LONG:
            yield from rows[start:end]
        else:
            yield from rows[start : start + SHOWN]
            yield end - start - 2 * SHOWN
            yield from rows[end - SHOWN : end]
        start = end


def show_findings(results: Json, everything: bool = False) -> None:
    """Findings as a table, remarks below it, each once."""
    screen, made = console(), table("quantity", "at", "value", "unit", "n", "status")
    rows = sorted(results["findings"], key=lambda row: (str(row["at"].get("specimen", "")), row["quantity"]))
    left = 0
    for row in _shortened(rows, everything):
        if isinstance(row, int):
            left += row
            made.add_row("", f"… {row} more", "", "", "", "")
            continue
        label, value, unit = _shown(row)
        status = row["status"] if row["basis"] == "measured" else f"{row['status']}, {row['basis']}"
        made.add_row(label, at_words(row), value, unit, str(row["n"] or ""), status.replace("_", " "))
    screen.print(made)
    remarks: dict[str, list[str]] = {}
    for row in results["findings"]:
        for remark in row["remarks"]:
            remarks.setdefault(remark, []).append(row["quantity"])
    for remark, where in remarks.items():
        names = list(dict.fromkeys(where))
        said = ", ".join(names[:SHOWN]) + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")
        screen.print(f"{said.replace('_', ' ')}: {remark}", soft_wrap=True)
    if left:
        screen.print(f"{left} rows are left out: --all shows them, --json gives everything.")


def _ends(row: Json) -> str:
    recomputed = row["recomputed"]
    if recomputed is None:
        return "–"
    low, high = ("" if end is None else f"{end:.5g}" for end in recomputed)
    if not low or not high:
        return f"at most {high}" if high else f"at least {low}" if low else "unbounded"
    return low if low == high else f"{low} to {high}"


def _counts(rows: Sequence[Json]) -> str:
    counts = Counter(row["verdict"] for row in rows)
    return ", ".join(f"{counts[verdict]} {verdict}" for verdict in VERDICTS)


def show_audit(rows: Sequence[Json], claims: int, assertions: int) -> None:
    """Counts of verdicts, then every row that does not agree, with what would mend it."""
    screen = console()
    screen.print(f"{claims} printed numbers, {assertions} assertions: {_counts(rows)}")
    screen.print("Only printed numbers are compared here; 'byssus run' compares them with a study's measurements too.")
    for row in rows:
        if row["verdict"] == "agrees":
            continue
        place = ", ".join(part for part in (row["binder"] or "", at_words(row)) if part)
        ends = "nothing" if row["recomputed"] is None else f"{_ends(row)} {'' if row['unit'] == '1' else row['unit']}"
        said = f"printed {row['printed'] or '–'}, recomputed {ends}"
        screen.print(f"\n{row['verdict']}: {row['quantity']}{f' ({place})' if place else ''}", style="bold")
        screen.print(f"  {said.rstrip()}   [{row['relation']}]", soft_wrap=True)
        for mend in row["mends"]:
            text = mend["text"] if isinstance(mend, Mapping) else str(mend)
            screen.print(f"  - {text}", soft_wrap=True)
        for remark in row.get("remarks", ()):
            screen.print(f"  {remark}", soft_wrap=True)


def show_run(summary: Mapping[str, Any], page: Path) -> None:
    """How many numbers rest on what, the verdicts, what failed or is missing, and where the report is."""
    bases, poor, verdicts = summary["bases"], dict(summary["statuses"]), summary["verdicts"]
    warned = poor.pop("warned", 0)
    numbers = ", ".join(f"{n} {basis}" for basis, n in bases.items()) or "none"
    print(f"numbers: {numbers}" + (f"; {warned} of them with a warning" if warned else ""))
    if poor:
        print("without a value: " + ", ".join(f"{n} {status.replace('_', ' ')}" for status, n in poor.items()))
    print("audit: " + ", ".join(f"{verdicts.get(verdict, 0)} {verdict}" for verdict in VERDICTS))
    for name, count, lines in (
        ("failed", summary["errors"], summary["said"]["failed"]),
        ("missing", summary["missing"], summary["said"]["missing"]),
    ):
        for line in lines:
            print(f"{name}: {line}")
        if count > len(lines):
            print(f"{name}: {count - len(lines)} more, listed in the report")
    print(page)
