"""The contacts of a binder that are computed, declared from its structure by rule before anything is computed.

The rule looks at the structure alone, never at a published number. Beside hydrogen-bonded pairs and ring openings it
declares what an argument about such binders rests on: the binder on a silanol of silicon's oxide before and after an
oxirane has opened on it, and Li+ on a face of the POSS cage beside Li+ on ethylene carbonate.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

from byssus.compute.cutting import RULES, Size, model_of
from byssus.compute.molecule import Molecule, parse, rdkit_of
from byssus.compute.monomers import has_oxirane
from byssus.compute.polymer import Polymer, of_binder
from byssus.compute.reactions import react
from byssus.compute.structure import composition_of, formula_text, groups_in, in_hill_order, open_of
from byssus.errors import ComputeError, Problem
from byssus.study import model
from byssus.study.model import Binder

__all__ = ["MODEL_NAMES", "Contact", "Kind", "Level", "contacts_of", "kind_of", "refuse_unbalanced"]

Kind = Literal["pair", "ring_opening", "adsorption", "ion"]
Level = Literal["default", "full"]

ARM = "COCC1CO1"  # a glycidoxy arm, cut behind its ether oxygen and capped with methyl
SILANOL = "O[SiH3]"
# A silanol on one silicon held by three bridging oxygens, as an isolated one of silica's surface is.
Q3_SILANOL = "O[Si](O[SiH3])(O[SiH3])O[SiH3]"
LITHIUM, CARBONATE = "[Li+]", "O=C1OCCO1"
CAGE = "O1[SiH]2O[SiH]3O[SiH]4O[SiH]1O[SiH]1O[SiH](O2)O[SiH](O3)O[SiH](O4)O1"  # T8H8
ARMED_CAGE = "C(COCC1CO1)C[Si]12O[SiH]3O[SiH]4O[SiH]5O[SiH](O3)O[SiH](O[SiH](O5)O[SiH](O4)O1)O2"  # one arm on T8H7

# Strongest nucleophile first (Parker & Isaacs, doi:10.1021/cr50028a006), strongest donor of a hydrogen bond first.
NUCLEOPHILES = (
    "aliphatic amine", "secondary amine", "aromatic amine", "imidazole N-H", "amide N-H", "acid", "phenol", "hydroxyl",
)  # fmt: skip
DONORS = (
    "acid", "phenol", "imidazole N-H", "hydroxyl", "amide N-H", "aromatic amine", "secondary amine", "aliphatic amine",
)  # fmt: skip
OPENED: tuple[Size, ...] = ("ring", "ring+ortho", "rings", "rings+ortho")  # the models of a site, smallest first
MODEL_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "O": "water", "N": "ammonia", "CO": "methanol", "O=CO": "formic acid", "C1CO1": "oxirane",
        "COCC1CO1": "glycidyl methyl ether", "Nc1ccccc1": "aniline", "CC(=O)Nc1ccccc1": "acetanilide",
        "O=C(Nc1ccccc1)c1ccccc1": "benzanilide", "O=C(O)c1ccccc1C(=O)Nc1ccccc1": "phthalanilic acid",
        "O=C(O)c1ccccc1": "benzoic acid", "CC(=O)Nc1ccccc1N": "2-aminoacetanilide", "NC=O": "formamide",
        "CNC(=O)c1ccccc1C(=O)O": "N-methylphthalamic acid", "c1ccc2[nH]cnc2c1": "benzimidazole",
        "Nc1ccccc1NC(=O)c1ccccc1": "N-(2-aminophenyl)benzamide", "CC(=O)O": "acetic acid", "CC(C)O": "2-propanol",
        "Nc1ccccc1NC(=O)c1ccccc1C(=O)O": "N-(2-aminophenyl)phthalamic acid", "O[SiH3]": "silanol",
        "O[Si](O[SiH3])(O[SiH3])O[SiH3]": "tris(silyloxy)silanol", "[Li+]": "Li+", "O=C1OCCO1": "ethylene carbonate",
        CAGE: "POSS cage T8H8", ARMED_CAGE: "POSS cage with one glycidoxypropyl arm",
    }
)  # fmt: skip


LEFT_OUT = ", or leave it out to have it made by the reaction of that site"


@dataclass(frozen=True)
class Contact:
    """One contact to be computed.

    ``reactants`` are SMILES; a ring opening's first is the oxirane. ``product`` is empty but for a ring opening.
    ``rule`` says in words why these molecules.
    """

    name: str
    kind: Kind
    binder: str
    site: str
    reactants: tuple[str, ...]
    product: str = ""
    level: Level = "default"
    rule: str = ""


def contacts_of(binder: Binder, level: Level = "default", own: Sequence[model.Contact] = ()) -> tuple[Contact, ...]:
    """The contacts of a binder up to a level; ``own``, a study's ``[[contact]]`` tables, replace those by rule.

    Raises :class:`ComputeError`: a structure that cannot be, or a product with other atoms than its reactants.
    """
    found = [_own(contact) for contact in own] if own else list(_by_rule(binder))
    return tuple(contact for contact in found if level == "full" or contact.level == "default")


def _by_rule(binder: Binder) -> Iterator[Contact]:
    """The one contact that the binder's number is about, at the default level; then all others, at the full one."""
    sites = _sites(of_binder(binder))
    rules = (_openings if _opens(binder) else _pairs, _adsorptions, _ions)
    seen: set[tuple[object, ...]] = set()
    for rule in (_central, *rules):
        level: Level = "default" if rule is _central else "full"
        for contact in rule(binder, sites):
            key = (contact.kind, contact.site, contact.reactants, contact.product)
            if key not in seen:
                seen.add(key)
                yield replace(contact, level=level)


def _opens(binder: Binder) -> bool:
    """Whether a crosslinker binds the chains by its oxiranes; no other reaction of one is declared by rule."""
    return bool(binder.crosslinker) and has_oxirane(binder.crosslinker)


@dataclass(frozen=True)
class _Site:
    """A group that reacts, what the site is called, and the structure its models are cut from."""

    group: str
    label: str
    structure: str

    @property
    def at_end(self) -> bool:
        """Whether the group stands at a chain's end alone."""
        return "chain end" in self.label

    def cut(self, size: Size) -> str:
        return model_of(self.structure, self.group, size)


def _sites(polymer: Polymer) -> tuple[_Site, ...]:
    """Every nucleophile, strongest first: of the open form before a closed one, and the amine at a chain's end."""
    found: dict[str, _Site] = {}
    for form in polymer.forms:
        for group in form.sites:
            if group in NUCLEOPHILES:
                found.setdefault(group, _Site(group, group, form.chain))
    if len(polymer.monomers) == 2:
        ends = groups_in(open_of(polymer.monomers[1].smiles))
        for group in ("aromatic amine", "aliphatic amine"):
            if group in ends and group not in found:
                found[group] = _Site(group, f"{group}, chain end", polymer.monomers[1].smiles)
    return tuple(found[group] for group in NUCLEOPHILES if group in found)


def _central(binder: Binder, sites: Sequence[_Site]) -> Iterator[Contact]:
    """What holds the chains: the oxirane opened at the repeat unit's strongest nucleophile where a crosslinker has
    one, else the strongest donor of a hydrogen bond with that nucleophile.
    """
    chain = [site for site in sites if not site.at_end]
    if chain and _opens(binder):
        rule = f"the strongest nucleophile of the repeat unit; {RULES['ring']}; oxirane: one arm, capped"
        yield _opened(binder, chain[0], ARM, chain[0].cut("ring"), "default", rule)
    elif chain:
        donor = min(chain, key=lambda site: DONORS.index(site.group))
        rule = f"the strongest donor of the repeat unit with its strongest nucleophile; {RULES['ring']}"
        yield _pair(binder, (donor, chain[0]), "ring", "default", rule)


def _openings(binder: Binder, sites: Sequence[_Site]) -> Iterator[Contact]:
    """The oxirane at every site, with every model of it; the cage's arm at the strongest nucleophile."""
    for size in OPENED:
        for site in sites:
            yield _opened(binder, site, ARM, site.cut(size), "full", f"{RULES[size]}; oxirane: one arm, capped")
    chain = [site for site in sites if not site.at_end]
    if chain and "poss" in binder.crosslinker.lower():
        rule = (
            "the strongest nucleophile of the repeat unit, with its ring; oxirane: the cage with one arm, H elsewhere"
        )
        yield _opened(binder, chain[0], ARMED_CAGE, chain[0].cut("ring"), "full", rule)


def _opened(binder: Binder, site: _Site, oxirane: str, model_: str, level: Level, rule: str) -> Contact:
    product = react(f"oxirane + {site.group}", (oxirane, model_)).smiles
    name = f"{_called(oxirane)} + {_called(model_)}, at {site.label}"
    return Contact(name, "ring_opening", binder.name, site.label, (oxirane, model_), product, level, rule)


def _pairs(binder: Binder, sites: Sequence[_Site]) -> Iterator[Contact]:
    """Every two sites, each with its ring; two amides alone, and with every ring."""
    chain = sorted((s for s in sites if not s.at_end), key=lambda s: DONORS.index(s.group))
    for k, site in enumerate(chain):
        for other in chain[k:]:
            yield _pair(binder, (site, other), "ring", "full", f"every two sites; {RULES['ring']}")
    sizes: tuple[Size, ...] = ("group", "rings+ortho")
    for size, site in ((size, site) for size in sizes for site in chain if site.group == "amide N-H"):
        yield _pair(binder, (site, site), size, "full", RULES[size])


def _pair(binder: Binder, pair: tuple[_Site, _Site], size: Size, level: Level, rule: str) -> Contact:
    reactants = tuple(site.cut(size) for site in pair)
    name = " with ".join(_called(one) for one in reactants)
    return Contact(name, "pair", binder.name, " with ".join(s.label for s in pair), reactants, "", level, rule)


def _adsorptions(binder: Binder, sites: Sequence[_Site]) -> Iterator[Contact]:
    """The strongest nucleophile and the strongest donor of the repeat unit on a silanol, before and after opening."""
    chain = [site for site in sites if not site.at_end]
    if not chain:
        return
    donor = min(chain, key=lambda site: DONORS.index(site.group))
    levels: tuple[tuple[Level, str], ...] = (("default", SILANOL), ("full", Q3_SILANOL))
    for level, silanol in levels:
        rule = f"{RULES['ring']}; silicon's oxide skin: {_called(silanol)}"
        for site in chain if level == "full" else dict.fromkeys((chain[0], donor)):
            yield _adsorbed(binder, site, site.label, site.cut("ring"), silanol, level, rule)
        if _opens(binder):
            opened = _opened(binder, chain[0], ARM, site_model := chain[0].cut("ring"), "default", "").product
            label = f"hydroxyl, oxirane opened at {chain[0].label} of {_called(site_model)}"
            yield _adsorbed(binder, chain[0], label, opened, silanol, level, rule)


def _adsorbed(binder: Binder, site: _Site, label: str, smiles: str, silanol: str, level: Level, rule: str) -> Contact:
    called = _called(smiles) if label == site.label else f"ring-opened {_called(site.cut('ring'))}"
    name = f"{called} on {_called(silanol)}"
    return Contact(name, "adsorption", binder.name, label, (smiles, silanol), "", level, rule)


def _ions(binder: Binder, _sites: Sequence[_Site]) -> Iterator[Contact]:
    """Where the crosslinker is POSS: Li+ on a face of the cage, beside Li+ on the electrolyte's carbonate."""
    if "poss" in binder.crosslinker.lower():
        for ligand, rule in ((CARBONATE, "the electrolyte's carbonate"), (CAGE, "the cage, its arms capped with H")):
            name = f"Li+ on {_called(ligand)}"
            yield Contact(name, "ion", binder.name, _called(ligand), (LITHIUM, ligand), "", "default", rule)


def _called(smiles: str) -> str:
    return MODEL_NAMES.get(smiles, smiles)


def _own(given: model.Contact) -> Contact:
    """A study's own contact, its structures held against each other."""
    where = f"contact '{given.name}'"
    *parts, product = _parsed([*given.reactants, given.product], where)
    reactants = tuple(one.smiles for one in parts if one is not None)
    if given.kind == "ring_opening" and product is None:
        try:
            product = Molecule(react(f"oxirane + {given.site}", reactants).smiles)
        except ComputeError as fault:
            raise ComputeError(*(problem.at(where) for problem in fault.problems)) from None
    if product is not None:
        refuse_unbalanced(reactants, product.smiles, where, LEFT_OUT)
    kind = kind_of(reactants) if given.kind == "pair" else given.kind
    _refuse_kind(kind, [one for one in parts if one is not None], where)
    rule, made = given.rule or "declared in the study", product.smiles if product else ""
    return Contact(given.name, kind, given.binder, given.site, reactants, made, given.level, rule)


def kind_of(reactants: Sequence[str]) -> Kind:
    """What two molecules side by side are: an ion's contact where one is a charged atom, else a pair."""
    alone = any(rdkit_of(one).GetNumAtoms() == 1 and parse(one).charge for one in reactants)
    return "ion" if alone else "pair"


def _parsed(smiles: Sequence[str], where: str) -> list[Molecule | None]:
    """The molecules, ``None`` for an empty SMILES; all that are wrong in one :class:`ComputeError`."""
    found: list[Molecule | None] = []
    faults: list[Problem] = []
    for one in smiles:
        try:
            found.append(parse(one, where=where) if one else None)
        except ComputeError as fault:
            faults += fault.problems
    if faults:
        raise ComputeError(*faults)
    return found


def _refuse_kind(kind: Kind, parts: Sequence[Molecule], where: str) -> None:
    """Raise :class:`ComputeError` for an ion without charge, and for a bare one that is not called an ion."""
    bare = [one.smiles for one in parts if kind_of((one.smiles,)) == "ion"]
    if bare and kind == "adsorption":
        got = f'{bare[0]}, kind = "{kind}"'
        raise ComputeError(Problem("a bare ion in a contact of another kind", where, got, 'kind = "ion"'))
    if kind == "ion" and not any(one.charge for one in parts):
        got = " with ".join(one.smiles for one in parts)
        raise ComputeError(
            Problem("an ion's contact without an ion", where, got, 'a charge, e.g. [Li+], or kind = "pair"')
        )


def refuse_unbalanced(reactants: Sequence[str], product: str, where: str = "", more: str = "") -> None:
    """Raise :class:`ComputeError` where a product has not the atoms and the charge of its reactants."""
    atoms: dict[str, int] = {}
    for smiles in reactants:
        for element, n in composition_of(open_of(smiles)).items():
            atoms[element] = atoms.get(element, 0) + n
    atoms, made = in_hill_order(atoms), composition_of(open_of(product))
    if atoms != made:
        raise ComputeError(
            Problem(
                "the product has not the atoms of its reactants", where, formula_text(made), formula_text(atoms),
                f"Mend the product{more}.",
            )
        )  # fmt: skip
    charges = [parse(smiles).charge for smiles in (*reactants, product)]
    if sum(charges[:-1]) != charges[-1]:
        raise ComputeError(
            Problem(
                "the product has not the charge of its reactants", where,
                f"{charges[-1]:+d}", f"{sum(charges[:-1]):+d}", "Mend the charges.",
            )
        )  # fmt: skip
