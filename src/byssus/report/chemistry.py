"""The chapter on chemistry: structures, pictures of contacts, ledgers, and what they say of printed numbers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from byssus.findings import plain
from byssus.report.glance import GlanceRow, by_binder
from byssus.report.ledger import COLUMNS, Ledger, ledgers_of
from byssus.report.molecule import draw_molecule, molecule_of
from byssus.report.rows import Number
from byssus.report.words import number

__all__ = ["TECHNIQUES", "ChemistryChapter", "Picture", "Shown", "chemistry_of", "pictures_of"]

TECHNIQUES = ("binding", "recipe")  # whose numbers this chapter shows
MOST_ROWS = 120  # of the recipe's table; the CSV holds all
ROLES = (
    ("monomer", "Monomers"),
    ("repeat unit", "Repeat units, open and closed"),
    ("crosslinker", "Crosslinkers that the words may mean"),
    ("model compound", "Model compounds of the contacts"),
)
HEADS = {"claim": "Printed binding energies", "order": "Asserted orders", "sensitivity": "What the energies depend on"}


@dataclass(frozen=True)
class Shown:
    """One structure: its drawing, what it is, and its reactive sites with the tint they have in the drawing."""

    name: str
    binders: str
    formula: str
    molar_mass: str
    svg: str
    sites: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Picture:
    """One contact's lowest geometry; ``names`` are the contacts it stands for."""

    key: str
    svg: str
    title: str
    caption: str


@dataclass(frozen=True)
class ChemistryChapter:
    """What the page shows of a study's chemistry."""

    structures: tuple[tuple[str, tuple[Shown, ...]], ...]
    pictures: tuple[Picture, ...]
    ledgers: tuple[tuple[str, tuple[Ledger, ...]], ...]
    columns: tuple[tuple[str, str], ...]
    same_method: str
    same_origin: str
    verdicts: tuple[tuple[str, tuple[Mapping[str, Any], ...]], ...]
    notes: tuple[str, ...]
    waiting: tuple[tuple[str, tuple[Ledger, ...]], ...]
    why_waiting: str
    failed: tuple[Ledger, ...]
    recipe: tuple[GlanceRow, ...]
    recipe_numbers: tuple[Number, ...]
    left_out: int

    @property
    def told(self) -> set[str]:
        """The ids of numbers that are opened in this chapter."""
        own = {one.id for _, ledgers in self.ledgers for ledger in ledgers for one in ledger.numbers}
        return own | {one.id for one in self.recipe_numbers}


def chemistry_of(
    results: Mapping[str, Any], numbers: Sequence[Number], drawings: Mapping[str, str]
) -> ChemistryChapter | None:
    """The chapter, or ``None`` for a study without chemistry."""
    provenance = results.get("provenance") or {}
    contacts, verdicts = provenance.get("contacts") or (), provenance.get("verdicts") or ()
    structures = tuple(_structures(provenance.get("structures") or (), drawings))
    binding = [one for one in numbers if one.technique == "binding" and one.basis == "computed"]
    recipe = [one for one in numbers if one.technique == "recipe" and one.basis == "computed"]
    if not (structures or contacts or binding or recipe):
        return None
    ledgers = ledgers_of(binding, contacts, verdicts)
    there = [one for one in ledgers if one.has_value]
    rows = tuple(by_binder(recipe))[:MOST_ROWS]
    shown = tuple(one for row in rows for one in row.numbers)
    return ChemistryChapter(
        structures=structures,
        pictures=tuple(_pictures(contacts, drawings)),
        ledgers=tuple(_by(there)),
        same_method=_same(one.method for one in there),
        same_origin=_same(one.origin.split(":")[0] for one in there),
        columns=tuple(c for c in COLUMNS if any(c[0] in one.cells for one in there)),
        verdicts=tuple(_verdicts(verdicts)),
        notes=tuple(str(row.get("sentence") or "") for row in verdicts if row.get("about") == "note"),
        waiting=tuple(_by(one for one in ledgers if one.waits)),
        why_waiting=" ".join(dict.fromkeys(one.reason for one in ledgers if one.waits)),
        failed=tuple(one for one in ledgers if not one.has_value and not one.waits),
        recipe=rows,
        recipe_numbers=shown,
        left_out=len(recipe) - len(shown),
    )


def _same(words: Iterable[str]) -> str:
    """What all say alike; nothing where they differ."""
    told = set(words)
    return told.pop() if len(told) == 1 else ""


def pictures_of(results: Mapping[str, Any]) -> dict[str, str]:
    """The pictures of the contacts' lowest geometries, SVG by drawing key; equal geometries once."""
    out: dict[str, str] = {}
    for row in (results.get("provenance") or {}).get("contacts") or ():
        key, geometry = _key(row), _geometry(row)
        if key and geometry and key not in out:
            out[key] = draw_molecule(molecule_of(geometry), key, _title(row))
    return out


def _geometry(row: Mapping[str, Any]) -> Mapping[str, Any] | None:
    found = row.get("geometries") or ()
    return found[0] if found and found[0].get("numbers") else None


def _key(row: Mapping[str, Any]) -> str:
    geometry = _geometry(row)
    if geometry is None:
        return ""
    told = f"{geometry['numbers']} {geometry['positions_bohr']} {geometry.get('split')} {_title(row)}"
    return f"contact_{hashlib.sha256(told.encode()).hexdigest()[:12]}"


def _title(row: Mapping[str, Any]) -> str:
    return str(row.get("name") or "contact")


def _pictures(contacts: Sequence[Mapping[str, Any]], drawings: Mapping[str, str]) -> Iterator[Picture]:
    """Each drawn contact once, with all binders it was declared for."""
    binders: dict[str, list[str]] = {}
    for row in contacts:
        if key := _key(row):
            binders.setdefault(key, []).append(str(row.get("binder") or ""))
    for row in contacts:
        key = _key(row)
        if key in binders and key in drawings:
            names = ", ".join(filter(None, dict.fromkeys(binders.pop(key))))
            yield Picture(key, drawings[key], _title(row), f"{names}: {_kind(row)}" if names else _kind(row))


def _kind(row: Mapping[str, Any]) -> str:
    geometry = _geometry(row) or {}
    count = len(geometry.get("hydrogen_bonds") or ())
    if row.get("kind") == "ring_opening":
        return "the ring-opened product" + (f", {_bonds(count)} inside it" if count else "")
    held = geometry.get("held")
    if row.get("kind") == "ion" and geometry:
        seen = molecule_of(geometry)
        lengths = sorted(seen.length(a, b) for a, b in seen.dashed)
        far = f", {lengths[0]:.2f} to {lengths[-1]:.2f} Å away" if len(lengths) > 1 else ""
        return f"the ion touches {len(lengths)} atom{'s' * (len(lengths) != 1)}{far}"
    if held == "hydrogen-bonded" and count:
        return _bonds(count)
    return "no hydrogen bond" if held == "other" else str(held or row.get("kind") or "")


def _bonds(count: int) -> str:
    return f"{count} hydrogen bond{'s' * (count != 1)}"


def _structures(
    rows: Sequence[Mapping[str, Any]], drawings: Mapping[str, str]
) -> Iterator[tuple[str, tuple[Shown, ...]]]:
    known = dict(ROLES)
    for role in dict.fromkeys((*known, *(str(row.get("role") or "") for row in rows))):
        found = tuple(_shown(row, drawings) for row in rows if str(row.get("role") or "") == role)
        if found:
            yield known.get(role, role.capitalize()), found


def _shown(row: Mapping[str, Any], drawings: Mapping[str, str]) -> Shown:
    mass, tints = plain(row.get("molar_mass_kg_per_mol")), row.get("tints") or {}
    counted = row.get("sites") or {}
    sites = tuple(
        (str(site), f"{counted[site]:g}" if isinstance(counted.get(site), (int, float)) else "", str(tint))
        for site, tint in tints.items()
    )
    sites += tuple((str(s), f"{n:g}", "") for s, n in counted.items() if s not in tints and isinstance(n, (int, float)))
    return Shown(
        str(row.get("name") or ""),
        ", ".join(map(str, row.get("binders") or ())),
        str(row.get("formula") or ""),
        f"{number(1000.0 * mass)} g/mol" if isinstance(mass, (int, float)) else "",
        drawings.get(str(row.get("drawing") or ""), ""),
        sites,
    )


def _by(ledgers: Iterable[Ledger]) -> Iterator[tuple[str, tuple[Ledger, ...]]]:
    found: dict[str, list[Ledger]] = {}
    for one in ledgers:
        found.setdefault(one.binder, []).append(one)
    return ((binder, tuple(rows)) for binder, rows in found.items())


def _verdicts(rows: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, tuple[Mapping[str, Any], ...]]]:
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        about = str(row.get("about") or "")
        group = groups.setdefault("order" if about == "pair of an order" else about, [])
        twin = next((k for k, one in enumerate(group) if about == "sensitivity" and _alike(one, row)), None)
        if twin is None:
            group.append(row)
        else:  # binders with the same contacts depend on the same
            group[twin] = {**group[twin], "binder": f"{group[twin].get('binder')}, {row.get('binder')}"}
    return ((head, tuple(groups[about])) for about, head in HEADS.items() if about in groups)


def _alike(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return bool(one.get("binder") and other.get("binder")) and one.get("sentence") == other.get("sentence")
