"""The ledger of one contact as a row of a table: each line in kcal/mol with kJ/mol beside, and the printed number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from byssus.laws.atomic import JOULE_PER_KCAL
from byssus.report.rows import Number

__all__ = ["COLUMNS", "Cell", "Ledger", "ledgers_of"]

# Name of the column, its head; in the order of the table.
COLUMNS: tuple[tuple[str, str], ...] = (
    ("binding_energy", "Formula"),
    ("binding_energy_counterpoise", "Counter­poise"),
    ("interaction_energy", "Inter­action"),
    ("interaction_energy_counterpoise", "Inter­action, counter­poise"),
    ("deformation_energy", "Defor­mation"),
    ("binding_energy_relaxed", "Relaxed, final level"),
    ("D3(BJ)", "with D3(BJ)"),
    ("D4", "with D4"),
    ("binding_energy_conformer_spread", "Con­former spread"),
    ("binding_energy_grid_spread", "Grid spread"),
    ("hydrogen_bond_count", "H bonds"),
)
ORIGINS = {
    "shipped": "shipped with the study",
    "stored": "stored on this machine",
    "computed": "computed in this run",
    "failed": "failed",
}


@dataclass(frozen=True)
class Cell:
    """One number of a ledger: kcal/mol, and kJ/mol beside; a count has only the first."""

    number: Number
    kcal: str
    kj: str


@dataclass(frozen=True)
class Ledger:
    """All numbers of one contact of one binder, with what stands behind them.

    ``printed`` are the printed numbers it stands beside, each with how far it lies from the formula's.
    """

    binder: str
    contact: str
    kind: str
    site: str
    held: str
    rule: str
    cells: Mapping[str, Cell]
    numbers: tuple[Number, ...]
    printed: tuple[tuple[str, str], ...]
    origin: str

    @property
    def has_value(self) -> bool:
        return any(one.value is not None for one in self.numbers)

    @property
    def waits(self) -> bool:
        """Whether nobody has computed it yet."""
        return not self.has_value and all(one.status == "missing_input" for one in self.numbers)

    @property
    def words(self) -> str:
        """Kind, where, and what holds it."""
        told = [self.kind, f"at {self.site}" if self.site and self.site not in self.contact else "", self.held]
        return ", ".join(filter(None, told))

    @property
    def formula(self) -> Number | None:
        """The number that the formula gives."""
        found = self.cells.get("binding_energy")
        return found.number if found else None

    @property
    def method(self) -> str:
        """What computed it, in short: ``"B3LYP/6-31g(d,p)"``."""
        return str(self.formula.row.get("method") or "").split(" on ")[0] if self.formula else ""

    @property
    def quick(self) -> bool:
        """Whether its one warning is that of the quick level, which the chapter says once."""
        return any(remark.startswith("quick level") for remark in self.shared)

    @property
    def reason(self) -> str:
        """Why it has no number."""
        return next((str(r) for one in self.numbers for r in one.row.get("remarks") or ()), "")

    @property
    def warned(self) -> bool:
        """Whether its number is warned of by more than its level, which is told of all quick ones at once."""
        if self.formula is None or self.formula.status == "ok":
            return False
        return not self.quick or any(not one.startswith(("quick level", "shipped")) for one in self.shared)

    @property
    def shared(self) -> list[str]:
        """Remarks that every number of the ledger has."""
        lists = [[str(r) for r in one.row.get("remarks") or ()] for one in self.numbers if one.value is not None]
        return [r for r in lists[0] if all(r in other for other in lists)] if lists else []

    def own(self, one: Number) -> list[str]:
        """Remarks of one number alone."""
        return [str(r) for r in one.row.get("remarks") or () if str(r) not in self.shared]


def ledgers_of(
    numbers: Sequence[Number], contacts: Sequence[Mapping[str, Any]], verdicts: Sequence[Mapping[str, Any]]
) -> list[Ledger]:
    """The ledgers, binders and contacts in the order they were declared, then any the declarations do not know."""
    groups: dict[tuple[str, ...], list[Number]] = {}
    for one in numbers:
        groups.setdefault(_place(one.binder, one.at), []).append(one)
    rows = {_place(str(row.get("binder") or ""), _at(row)): row for row in contacts}
    order = {place: k for k, place in enumerate(rows)}
    places = sorted(groups, key=lambda place: (order.get((*place[:4], ""), len(order)), place[4]))
    return [_ledger(place, groups[place], rows.get((*place[:4], ""), {}), verdicts) for place in places]


def _at(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"contact": row.get("name"), "kind": str(row.get("kind") or "").replace("_", " "), "site": row.get("site")}


def _place(binder: str, at: Mapping[str, Any]) -> tuple[str, ...]:
    return (binder, *(str(at.get(key) or "") for key in ("contact", "kind", "site", "held")))


def _ledger(
    place: tuple[str, ...], numbers: Sequence[Number], row: Mapping[str, Any], verdicts: Sequence[Mapping[str, Any]]
) -> Ledger:
    binder, contact, kind, site, held = place
    cells = {_column(one): _cell(one) for one in numbers if one.value is not None}
    order = [name for name, _ in COLUMNS]
    ordered = sorted(numbers, key=lambda n: order.index(_column(n)) if _column(n) in order else len(order))
    formula = cells.get("binding_energy")
    printed = _printed(binder, contact, formula.number.value, verdicts) if formula and not held else ()
    return Ledger(
        binder, contact, kind, site, held, str(row.get("rule") or ""), cells, tuple(ordered), printed, _origin(row)
    )


def _column(one: Number) -> str:
    return str(one.at.get("dispersion") or one.quantity)


def _cell(one: Number) -> Cell:
    value = one.value or 0.0
    if one.row.get("unit") != "J/mol":
        return Cell(one, one.text, "")
    return Cell(one, _text(value / JOULE_PER_KCAL, 2), _text(value / 1000.0, 1))


def _printed(
    binder: str, contact: str, value: float | None, verdicts: Sequence[Mapping[str, Any]]
) -> tuple[tuple[str, str], ...]:
    """Printed numbers whose claim was held against this contact: as printed, and the deviation in kcal/mol."""
    out = []
    for one in verdicts:
        ends = one.get("nearest_j_per_mol"), one.get("deviation_j_per_mol")
        if one.get("about") == "claim" and one.get("binder") == binder and contact in (one.get("contacts") or ()):
            nominal = None if None in ends or value is None else float(ends[0]) + float(ends[1]) - value  # type: ignore[arg-type]
            said = f"{one.get('printed')} {one.get('unit')}"
            text = f"−{said[1:]}" if said.startswith("-") else said
            out.append((text, "" if nominal is None else _signed(nominal / JOULE_PER_KCAL)))
    return tuple(out)


def _origin(row: Mapping[str, Any]) -> str:
    """Where its jobs came from, and the versions they rest on."""
    counted = row.get("origins") or {}
    from_ = " and ".join(ORIGINS.get(str(name), str(name)) for name in counted)
    versions = ", ".join(f"{name} {version}" for name, version in (row.get("versions") or {}).items())
    return f"{from_}: {versions}" if from_ and versions else from_


def _text(value: float, places: int) -> str:
    return f"{round(value, places) + 0.0:.{places}f}".replace("-", "−")


def _signed(value: float) -> str:
    text = _text(value, 2)
    return text if text.startswith("−") or text == "0.00" else f"+{text}"
