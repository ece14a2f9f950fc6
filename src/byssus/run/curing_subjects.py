"""What the models of cure and network are given: amounts from structures and recipes, known numbers, doubts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from byssus.errors import ByssusError, Problem
from byssus.run.curing_known import Known, Numbers
from byssus.simulate.chains import Slices, slices_of
from byssus.study.model import Binder, Study

__all__ = ["READINGS", "Crosslinker", "Reading", "Subject", "subjects_of", "without_crosslinker"]

SITES = ("amide N-H", "acid", "aromatic amine")
READINGS = (("as printed", 1.0), ("a tenth", 0.1), ("a thousandth", 1e-3))
AMIC_ACID = "amic acid"  # the form's name in compute
AS_MEASURED = "as measured"
WHOLE = "as measured, whole distribution"
BY_AVERAGES = "as measured, averages alone"
DOUBTED = ("implausible", "disagrees")


@dataclass(frozen=True)
class Crosslinker:
    """One product that a binder's crosslinker may be; ``mass`` is (low, nominal, high), over the polymer's."""

    name: str
    arms: int
    oxirane_mol_per_kg: float
    mass: tuple[float, float, float]


@dataclass(frozen=True)
class Reading:
    """One reading of a molar mass: averages in kg/mol, and where one is measured its distribution with its files.

    With ``slices`` the averages are those of the distribution itself.
    """

    name: str
    number: Known
    weight: Known | None
    slices: Slices | None = None
    files: tuple[str, ...] = ()

    @property
    def chains(self) -> str:
        if self.slices is not None:
            return "the measured distribution"
        return "Schulz-Zimm" if self.weight else "most probable, for only Mn is known"


@dataclass(frozen=True)
class Subject:
    """One binder as the models take it, per kg of polymer; ``problems`` say what is lacking.

    ``masses`` are the readings of its molar mass; ``doubted`` whether the audit calls them in doubt.
    """

    binder: Binder
    numbers: Numbers
    sites: dict[str, float]
    unit_kg_per_mol: float
    crosslinkers: tuple[Crosslinker, ...]
    masses: tuple[Reading, ...]
    doubted: bool
    problems: tuple[Problem, ...] = ()

    @property
    def name(self) -> str:
        return self.binder.name

    @property
    def all_sites(self) -> float:
        return sum(self.sites.values())


def subjects_of(numbers: Numbers) -> list[Subject]:
    """All poly(amic acid)s among the binders; one whose structure cannot be had says why."""
    found = (_subject(numbers, one) for one in numbers.study.binder if one.monomers)
    return [one for one in found if one is not None]


def _subject(numbers: Numbers, binder: Binder) -> Subject | None:
    """One binder; none where it is another polymer, of whose cure the model knows nothing."""
    from byssus.compute.polymer import of_binder

    problems: list[Problem] = []
    sites: dict[str, float] = {}
    unit, products, masses, doubted = 0.0, tuple[Crosslinker, ...](), tuple[Reading, ...](), False
    try:
        form = of_binder(binder).open
        if form.name != AMIC_ACID:
            return None
        unit = form.molar_mass_kg_per_mol
        sites = {site: form.site_density_mol_per_kg(site) for site in SITES if form.sites.get(site)}
        if binder.crosslinker:
            products = _products(numbers.study, binder)
        masses, doubted = _masses(numbers, binder)
    except ByssusError as fault:
        problems += fault.problems
    return Subject(binder, numbers, sites, unit, products, masses, doubted, tuple(problems))


def _products(study: Study, binder: Binder) -> tuple[Crosslinker, ...]:
    from byssus.compute.monomers import crosslinkers
    from byssus.compute.polymer import of_binder
    from byssus.compute.recipe import oxirane_findings
    from byssus.compute.structure import groups_in, open_of

    fractions = {**study.electrode.mass_fractions, **binder.recipe}
    polymer = of_binder(binder)
    try:
        rows = list(oxirane_findings(polymer, binder.crosslinker, fractions))
    except ByssusError as fault:
        raise ByssusError(*(one.at(f"binder {binder.name}: {binder.crosslinker}") for one in fault.problems)) from None
    found = []
    for product in crosslinkers(binder.crosslinker):
        arms = groups_in(open_of(product.smiles)).get("oxirane", 0)
        density = arms / product.molar_mass_kg_per_mol
        per_site = next(
            (r for r in rows if r.quantity == "oxirane_per_site" and r.at.get("crosslinker") == product.name), None
        )
        if per_site is None or per_site.value is None or per_site.interval is None or arms < 2:
            continue
        site = polymer.open.site_density_mol_per_kg(str(per_site.at["site"])) / density
        low, high = per_site.interval
        found.append(Crosslinker(product.name, arms, density, (low * site, per_site.value * site, high * site)))
    if not found:
        missing = next((r.remarks[0] for r in rows if r.remarks), "the crosslinker's amount or structure is not known")
        known = "has no oxirane" not in missing and "no site" not in missing
        mend = "Give mass fractions, and name the crosslinker." if known else ""
        raise ByssusError(Problem(missing, f"binder {binder.name}", mend=mend))
    return tuple(found)


def _masses(numbers: Numbers, binder: Binder) -> tuple[tuple[Reading, ...], bool]:
    """Molar masses of the binder, or of the same polymer without crosslinker: measured, or printed in all readings."""
    for name in (binder.name, without_crosslinker(numbers.study, binder)):
        mn, mw = (numbers.of(name, f"{kind}_average_molar_mass") for kind in ("number", "weight"))
        if mn is None:
            continue
        both = mw if mw is not None and mw.basis == mn.basis else None
        if mn.basis == "measured":
            return _measured(numbers, mn, both), False
        doubted = _doubted(numbers.study, name)
        readings = READINGS if doubted else READINGS[:1]
        return tuple(Reading(said, mn.times(x), both.times(x) if both else None) for said, x in readings), doubted
    return (), False


def _measured(numbers: Numbers, mn: Known, mw: Known | None) -> tuple[Reading, ...]:
    """The distribution itself where there is one, specimens in equal parts, and beside it what its averages give."""
    parts = numbers.distribution_of(mn)
    if not parts or mw is None:
        return (Reading(AS_MEASURED, mn, mw),)
    molar_mass = np.concatenate([one.molar_mass_kg_per_mol for one in parts])
    slices = slices_of(molar_mass, np.concatenate([one.mass / one.mass.sum() for one in parts]))
    number, weight = slices.number_average_kg_per_mol, slices.weight_average_kg_per_mol
    own = (mn.times(number / mn.value), mw.times(weight / mw.value))
    files = tuple(dict.fromkeys(one.file for one in parts))
    return Reading(WHOLE, *own, slices, files), Reading(BY_AVERAGES, mn, mw)


def without_crosslinker(study: Study, binder: Binder) -> str:
    """The name of the binder of the same monomers without a crosslinker; empty where there is none."""
    made = {(m.name, m.smiles, m.formula) for m in binder.monomers}
    for other in study.binder:
        same = {(m.name, m.smiles, m.formula) for m in other.monomers} == made
        if same and not other.crosslinker and other.name != binder.name:
            return other.name
    return ""


def _doubted(study: Study, binder: str) -> bool:
    """Whether the audit doubts a printed molar mass of the binder."""
    from byssus.audit import audit

    claims = [one for one in study.claim if one.binder in ("", binder)]
    rows = audit(claims, (), (), ())
    return any("molar_mass" in row.quantity and row.verdict in DOUBTED and row.binder == binder for row in rows)
