"""A polymer from its monomers or its repeat unit: open and ring-closed forms, the sites that react, molar masses.

What a chain of three units has more than a chain of two is what one repeat unit has, whatever its ends are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType

from byssus.compute.chains import chain_of, cut_unit, open_unit, unmarked
from byssus.compute.monomers import Monomer, carboxymethylated, monomer, of_study, substitution_of
from byssus.compute.reactions import exhaust, react
from byssus.compute.structure import composition_of, formula_text, groups_in, open_of
from byssus.errors import ComputeError, Problem
from byssus.laws.matter import ATOMIC_MASS_KG_PER_MOL, composition, molar_mass_kg_per_mol
from byssus.study.model import Binder

__all__ = ["Form", "Polymer", "carboxymethyl_cellulose", "of_binder", "polymer_of"]

LONGER, SHORTER = 3, 2  # units of the chains that are compared
WATER_KG_PER_MOL = molar_mass_kg_per_mol("H2O")
AMINES = ("aromatic amine", "aliphatic amine")
# Which groups join two monomers, and by which reaction of reactions.py.
JOINS = (("anhydride", "amic acid"), ("acid", "amide"))
# Forms a chain may close to: by which reactions, one after the other.
CLOSURES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"imide": ("imide",), "benzimidazole": ("benzimidazole",), "pyrrolone": ("benzimidazole", "pyrrolone")}
)


@dataclass(frozen=True)
class Form:
    """One form of a repeat unit.

    ``smiles`` has ``*`` at its two ends, empty where no single bond of the chain can be cut (a ladder); ``atoms`` and
    ``sites`` count elements and groups per unit; ``water`` is what it has set free per unit since the open form;
    ``chain`` is three units end to end.
    """

    name: str
    smiles: str
    atoms: Mapping[str, float]
    sites: Mapping[str, float]
    water: float = 0.0
    chain: str = ""

    @property
    def formula(self) -> str:
        return formula_text(self.atoms)

    @property
    def molar_mass_kg_per_mol(self) -> float:
        return sum(ATOMIC_MASS_KG_PER_MOL[element] * n for element, n in self.atoms.items())

    @property
    def mass_loss(self) -> float:
        """Mass set free on closing over the mass of the open form."""
        lost = self.water * WATER_KG_PER_MOL
        return lost / (self.molar_mass_kg_per_mol + lost)

    def site_density_mol_per_kg(self, site: str) -> float:
        return self.sites.get(site, 0.0) / self.molar_mass_kg_per_mol

    def neutralised(self, cation: str = "Li", share: float = 1.0) -> Form:
        """With a share of its acid hydrogens exchanged for a cation of charge 1 (its element's symbol)."""
        if cation not in ("Li", "Na", "K") or not 0 <= share <= 1:
            raise ComputeError(
                Problem("cannot be neutralised so", got=f"{cation}, share {share:g}", expected="Li, Na or K, 0 to 1")
            )
        acids = self.sites.get("acid", 0.0)
        if not acids:
            raise ComputeError(Problem("no acid to neutralise", got=self.smiles or self.name))
        atoms = {**self.atoms, "H": self.atoms["H"] - share * acids, cation: share * acids}
        sites = {**self.sites, "acid": (1 - share) * acids, "carboxylate": share * acids}
        kept = {name: n for name, n in sites.items() if n}
        return replace(self, name=f"{self.name}, {100 * share:g} % {cation}", atoms=atoms, sites=kept)


@dataclass(frozen=True)
class Polymer:
    """Its monomers (one repeat unit, or two that react) and its forms, the open one first."""

    monomers: tuple[Monomer, ...]
    forms: tuple[Form, ...]

    @property
    def open(self) -> Form:
        return self.forms[0]

    @property
    def closed(self) -> Form:
        """The form that has set most water free; the open one where nothing closes."""
        return max(self.forms, key=lambda form: form.water)

    def form(self, name: str) -> Form:
        for form in self.forms:
            if form.name == name:
                return form
        known = ", ".join(form.name for form in self.forms)
        raise ComputeError(Problem("no such form of this polymer", got=f"'{name}'", expected=f"one of {known}"))


def of_binder(binder: Binder) -> Polymer:
    """The polymer of a study's binder. Raises :class:`ComputeError`: no monomers, or a structure that cannot be."""
    where = f"binder {binder.name}"
    found = tuple(of_study(entry, where=where) for entry in binder.monomers)
    if len(found) == 1 and not binder.monomers[0].smiles:
        return polymer_of(binder.monomers[0].name, where=where)
    return _polymer(found, where)


def polymer_of(*said: str, where: str = "") -> Polymer:
    """The polymer of two monomers or one repeat unit, by name or SMILES.

    Raises :class:`ComputeError`: unknown names, or groups that do not join, saying which is missing where.
    """
    if len(said) == 1 and (substitution := substitution_of(said[0])) is not None:
        return carboxymethyl_cellulose(substitution)
    return _polymer(tuple(monomer(one, where=where) for one in said), where)


def carboxymethyl_cellulose(substitution: float, cation: str = "Na") -> Polymer:
    """Cellulose with ``substitution`` of its three hydroxyls per unit as O-CH2-COOH, and that as its salt.

    M = 162.14 + 58.04 DS of the acid, + 80.02 DS of the sodium salt, in g/mol.
    """
    unit = carboxymethylated(substitution)
    atoms = composition(unit.formula)
    sites = {"acid": substitution, "hydroxyl": 3 - substitution, "ether": 2 + substitution}
    chain = unmarked(open_of(chain_of(unit.smiles, LONGER)))
    present = {site: n for site, n in sites.items() if n}
    acid = Form(f"acid, DS {substitution:g}", unit.smiles, atoms, present, 0.0, chain)
    return Polymer((unit,), (acid, acid.neutralised(cation)))


@cache
def _polymer(found: tuple[Monomer, ...], where: str) -> Polymer:
    if len(found) == 1:
        mol = open_of(found[0].smiles, where=where)
        if sum(atom.GetAtomicNum() == 0 for atom in mol.GetAtoms()) != 2:
            raise ComputeError(
                Problem("a repeat unit has two open ends", where, f"'{found[0].smiles}'", "two '*', e.g. *CC(*)C(=O)O")
            )
        chains = chain_of(found[0].smiles, LONGER), chain_of(found[0].smiles, SHORTER)
        return Polymer(found, (_form("repeat unit", *chains, 0.0, found[0].smiles),))
    if len(found) != 2:
        got = ", ".join(one.name for one in found) or "no monomers"
        raise ComputeError(Problem("a polymer is of one repeat unit or two monomers", where, got))
    name, first, second = _joined(found, where)
    unit = open_unit(name, react(name, (first.smiles, second.smiles), site=0).smiles)
    chains = chain_of(unit, LONGER), chain_of(unit, SHORTER)
    forms = [_form(name, *chains, 0.0)]
    for closed, steps in CLOSURES.items():
        done = [_closed(steps, chain) for chain in chains]
        water = done[0][1] - done[1][1]
        if water:
            forms.append(_form(closed, done[0][0], done[1][0], float(water)))
    return Polymer((first, second), tuple(forms))


def _closed(steps: Sequence[str], chain: str) -> tuple[str, int]:
    """The chain after all steps and how much water it set free; none where a step finds nothing to close."""
    total = 0
    for step in steps:
        chain, times = exhaust(step, chain)
        if not times:
            return chain, 0
        total += times
    return chain, total


def _joined(found: Sequence[Monomer], where: str) -> tuple[str, Monomer, Monomer]:
    """How two monomers join, the one with anhydrides or acids first; else which group is missing."""
    groups = [groups_in(open_of(one.smiles, where=where)) for one in found]
    for group, name in JOINS:
        for first, second in ((0, 1), (1, 0)):
            if groups[first].get(group, 0) >= 2 and sum(groups[second].get(a, 0) for a in AMINES) >= 2:
                return name, found[first], found[second]
    problems = []
    for one, has in zip(found, groups, strict=True):
        counted = ", ".join(f"{n} {group}" for group, n in has.items()) or "no group that reacts"
        problems.append(f"{one.name} has {counted}")
    acyl = any(has.get(group, 0) >= 2 for has in groups for group, _ in JOINS)
    missing = "two amines on the other" if acyl else "two anhydrides (or two acids) on one and two amines on the other"
    raise ComputeError(
        Problem("these monomers cannot polymerise", where, "; ".join(problems), missing, "Mend a name or a SMILES.")
    )


def _form(name: str, longer: str, shorter: str, water: float, unit: str = "") -> Form:
    """What three units have more than two: so the ends of the chain do not count."""
    long, short = open_of(longer), open_of(shorter)
    atoms = _more(composition_of(long), composition_of(short))
    sites = _more(groups_in(long), groups_in(short))
    return Form(name, unit or cut_unit(long, atoms), atoms, sites, water, unmarked(long))


def _more(long: Mapping[str, int], short: Mapping[str, int]) -> Mapping[str, float]:
    return MappingProxyType({key: float(n - short.get(key, 0)) for key, n in long.items() if n != short.get(key, 0)})
