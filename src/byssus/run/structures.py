"""The structures of a study's binders as rows for the report, each with its drawing: monomers, repeat units, models."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from byssus.compute.depict import TINTS, picture
from byssus.compute.models import MODEL_NAMES, NUCLEOPHILES, Contact
from byssus.compute.monomers import crosslinkers, of_study
from byssus.compute.polymer import of_binder
from byssus.compute.structure import composition_of, formula_text, groups_in, mass_of, open_of
from byssus.errors import ComputeError, Problem
from byssus.study.model import Binder

__all__ = ["structure_problems", "structures_of"]

REACTIVE = (*NUCLEOPHILES, "oxirane", "anhydride")


@dataclass(frozen=True)
class _Structure:
    """One structure of a binder; ``sites`` are the groups that its picture tints, in order."""

    role: str
    name: str
    smiles: str
    formula: str
    molar_mass_kg_per_mol: float
    sites: tuple[str, ...]
    counted: Mapping[str, float]
    binders: tuple[str, ...] = ()


def structures_of(
    binders: Sequence[Binder], contacts: Sequence[Contact]
) -> tuple[list[dict[str, Any]], dict[str, str], list[Problem]]:
    """Rows, their drawings by key (SVG), and why a binder has none; equal structures of several binders once."""
    found: dict[tuple[str, str, str], _Structure] = {}
    problems: list[Problem] = []
    for binder in binders:
        own = [one for one in contacts if one.binder == binder.name]
        try:
            mine = [*(_of_binder(binder) if binder.monomers else ()), *_models(own)]
        except ComputeError as fault:
            problems += [p.at(f"chemistry of {binder.name}") for p in fault.problems]
            mine = list(_models(own))
        for one in mine:
            key = (one.role, one.smiles, one.name)
            kept = found.get(key, one)
            sites = tuple(dict.fromkeys((*kept.sites, *one.sites)))[: len(TINTS)]
            found[key] = replace(kept, sites=sites, binders=tuple(dict.fromkeys((*kept.binders, binder.name))))
    rows, drawings = [], {}
    for one in found.values():
        row = _row(one)
        if one.smiles:
            drawings[row["drawing"]] = picture(one.smiles, one.sites, f"{one.role}: {one.name}, {one.smiles}")
        rows.append(row)
    return rows, drawings, problems


def structure_problems(binders: Sequence[Binder]) -> list[Problem]:
    """Why a binder has no structures; nothing is drawn."""
    found: list[Problem] = []
    for binder in binders:
        try:
            list(_of_binder(binder) if binder.monomers else ())
        except ComputeError as fault:
            found += [p.at(f"chemistry of {binder.name}") for p in fault.problems]
    return found


def _row(one: _Structure) -> dict[str, Any]:
    name = hashlib.sha256(f"{one.role}\0{one.smiles}\0{one.name}".encode()).hexdigest()[:12]
    return {
        "role": one.role,
        "name": one.name,
        "binders": list(one.binders),
        "smiles": one.smiles,
        "formula": one.formula,
        "molar_mass_kg_per_mol": one.molar_mass_kg_per_mol,
        "sites": {site: n for site, n in one.counted.items() if site in REACTIVE},
        "tints": {site: TINTS[k] for k, site in enumerate(one.sites)},
        "drawing": f"structure_{name}" if one.smiles else None,
    }


def _of_binder(binder: Binder) -> Iterator[_Structure]:
    polymer = of_binder(binder)
    for entry in binder.monomers:
        one = of_study(entry, where=f"binder {binder.name}")
        drawn = _drawn("monomer", entry.name, one.smiles)
        if len(polymer.monomers) == 1:  # of a mean unit, as of carboxymethyl cellulose, the drawing is but an example
            mass = one.molar_mass_kg_per_mol
            drawn = replace(drawn, formula=one.formula, molar_mass_kg_per_mol=mass, counted=polymer.open.sites)
        yield drawn
    for form in polymer.forms:
        sites = tuple(site for site in REACTIVE if form.sites.get(site))[: len(TINTS)]
        yield _Structure(
            "repeat unit", form.name, form.smiles, form.formula, form.molar_mass_kg_per_mol, sites, form.sites
        )
    for product in crosslinkers(binder.crosslinker) if binder.crosslinker else ():
        yield _drawn("crosslinker", product.name, product.smiles)


def _models(contacts: Sequence[Contact]) -> Iterator[_Structure]:
    for one in contacts:
        sites = [site.split(",")[0].strip() for site in one.site.split(" with ")]
        first = one.name.split(" on ")[0] if one.kind == "adsorption" else ""
        for k, smiles in enumerate(one.reactants):
            name = MODEL_NAMES.get(smiles) or ("" if k else first) or smiles
            yield _drawn("model compound", name, smiles, (*sites, "oxirane"))


def _drawn(role: str, name: str, smiles: str, wanted: Sequence[str] = REACTIVE) -> _Structure:
    mol = open_of(smiles)
    groups = groups_in(mol)
    sites = tuple(site for site in dict.fromkeys(wanted) if site in groups)[: len(TINTS)]
    return _Structure(role, name, smiles, formula_text(composition_of(mol)), mass_of(mol), sites, groups)
