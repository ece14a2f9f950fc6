"""Reactions by name: which groups they need, what they give, what they set free.

A template is a reaction SMARTS of RDKit. It works on repeat units too, whose open ends are ``*``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from byssus.compute.structure import chem, groups_in, open_of
from byssus.errors import ComputeError, Problem

if TYPE_CHECKING:
    from rdkit.Chem import Mol

__all__ = ["REACTIONS", "Attack", "Product", "Reaction", "exhaust", "products", "react"]

Attack = Literal["less substituted", "more substituted"]
MOST_STEPS = 100  # closures of one structure: a template that never ends is a fault


@dataclass(frozen=True)
class Reaction:
    """One named template.

    ``needs`` are the groups, reactant by reactant, alternatives parted by ``|``; ``arranged`` says how they must stand
    to one another. ``templates`` are tried in order. ``opens`` marks an oxirane opening, whose carbon ``:1`` is
    attacked.
    """

    name: str
    needs: tuple[tuple[str, ...], ...]
    templates: tuple[str, ...]
    by_products: tuple[str, ...] = ()
    source: str = ""
    arranged: str = ""
    opens: bool = False


@dataclass(frozen=True)
class Product:
    """What a reaction at one site gives: SMILES, what is set free, the reaction, and which carbon was attacked."""

    smiles: str
    by_products: tuple[str, ...]
    reaction: str
    attack: Attack | None = None


_NO_ACYL = "!$(N[C,S]=[O,S,N])"
_AMINE = f"[NX3;H2;{_NO_ACYL}:6]"
_AMIDE = "[NX3;H1:6]-[CX3:1](=[O:2])"
# The two carbonyls of an anhydride or amic acid stand on neighbours, or on the two sides of naphthalene's peri carbon.
_BRIDGES = (("[#6:11]~[#6:12]",) * 2, ("[#6:11]~[#6;!R0;!R1:13]~[#6:12]", "[#6:11]~[#6:13]~[#6:12]"))
_OXIRANE = "[CX4;r3:1]1-[OX2;r3:2]-[CX4;r3:3]1"
_ORTHO = "the amide and the acid on neighbouring carbons"
_BOWER = "Bower & Frost, J. Polym. Sci. A 1 (1963) 3135"
_BELL = "Bell & Pezdirtz, J. Polym. Sci. B 3 (1965) 977"
_PARKER = "Parker & Isaacs (1959), doi:10.1021/cr50028a006"


def _opening(group: str, nucleophile: str, bound: str) -> Reaction:
    """Carbon 1 of the ring takes the nucleophile's atom ``:4``; the ring's oxygen takes its hydrogen."""
    template = f"{_OXIRANE}.{nucleophile}>>[O:2]-[C:3]-[C:1]-{bound}"
    return Reaction(f"oxirane + {group}", (("oxirane",), (group,)), (template,), (), _PARKER, opens=True)


_ALL = (
    Reaction(
        "amic acid", (("anhydride",), ("aromatic amine|aliphatic amine",)),
        tuple(
            f"[#6X3:1]1(=[O:2])~{across}~[#6X3:4](=[O:5])~[#8X2:3]~1.{_AMINE}"
            f">>[N:6]-[C:1](=[O:2])-{bridge}-[C:4](=[O:5])-[O:3]"
            for across, bridge in _BRIDGES
        ),
        (), _BOWER,
    ),
    Reaction(
        "imide", (("amide N-H", "acid"),),
        tuple(
            f"{_AMIDE}-{across}-[CX3:4](=[O:5])-[OX2;H1]>>[N:6]1-[C:1](=[O:2])-{bridge}-[C:4]1=[O:5]"
            for across, bridge in _BRIDGES
        ),
        ("O",), _BOWER, _ORTHO,
    ),
    Reaction(
        "benzimidazole", (("amide N-H", "aromatic amine"),),
        ("[NX3;H2:1]-[c:2]:[c:3]-[NX3;H1:4]-[CX3:5]=[OX1]>>[n:1]1:[c:2]:[c:3]:[nH:4]:[c:5]:1",),
        ("O",), _BELL, "the amine on the carbon next to the amide's nitrogen",
    ),
    Reaction(
        "pyrrolone", (("imidazole N-H", "acid"),),
        ("[nX3;H1:1]:[c:2]-[c:7]:[c:8]-[CX3:9](=[O:10])-[OX2;H1]>>[nX3;H0:1]1:[c:2]-[c:7]:[c:8]-[C:9]1=[O:10]",),
        ("O",), _BELL, "the acid on the carbon next to the one that bears the imidazole",
    ),
    Reaction(
        "pyrrolone from the imide", (("imide", "aromatic amine"),),
        ("[NX3;H2:1]-[c:2]:[c:3]-[#7X3:4]~[#6X3:5]=[OX1]>>[n:1]1:[c:2]:[c:3]:[n:4]:[c:5]:1",),
        ("O",), _BELL, "the amine on the carbon next to the imide's nitrogen",
    ),
    Reaction(
        "amide", (("acid",), ("aromatic amine|aliphatic amine",)),
        (f"[CX3:1](=[O:2])-[OX2;H1].{_AMINE}>>[C:1](=[O:2])-[N:6]",),
        ("O",), "IUPAC Gold Book, condensation reaction",
    ),
    _opening("aromatic amine", f"[NX3;H2;{_NO_ACYL};$(N-c):4]", "[N:4]"),
    _opening("aliphatic amine", f"[NX3;H2;{_NO_ACYL};$(N-[CX4]):4]", "[N:4]"),
    _opening("secondary amine", f"[NX3;H1;{_NO_ACYL};$(N(-[#6])-[#6]):4]", "[N:4]"),
    _opening("amide N-H", "[NX3;H1,H2;$(N-[CX3]=[OX1]);!$(N([CX3]=O)[CX3]=O):4]", "[N:4]"),
    _opening("imidazole N-H", "[nX3;H1:4]", "[nX3;H0:4]"),
    _opening("acid", "[OX2;H1;$(O-[CX3]=[OX1]):4]", "[O:4]"),
    _opening("hydroxyl", "[OX2;H1;$(O-[CX4]):4]", "[O:4]"),
    _opening("phenol", "[OX2;H1;$(O-c):4]", "[O:4]"),
    _opening("silanol", "[OX2;H1;$(O-[Si]):4]", "[O:4]"),
)  # fmt: skip
REACTIONS: Mapping[str, Reaction] = MappingProxyType({reaction.name: reaction for reaction in _ALL})


def react(
    name: str, reactants: Sequence[str], *, site: int | None = None, attack: Attack = "less substituted"
) -> Product:
    """The product of the reaction at one site; ``site`` counts the entries of :func:`products`.

    Raises
    ------
    ComputeError
        A group is missing or stands where the reaction cannot use it, or several sites differ and none is chosen.
    """
    found = [one for one in products(name, reactants) if one.attack in (None, attack)]
    if site is None and len(found) > 1:
        raise ComputeError(
            Problem(
                f"{len(found)} different sites for the reaction '{name}'", got=" + ".join(reactants),
                expected="one of " + "; ".join(f"site={n}: {one.smiles}" for n, one in enumerate(found)),
                mend="Say which site.",
            )
        )  # fmt: skip
    if site is not None and not 0 <= site < len(found):
        raise ComputeError(Problem("no such site", got=f"site={site}", expected=f"0 to {len(found) - 1}, for '{name}'"))
    return found[site or 0]


def products(name: str, reactants: Sequence[str]) -> tuple[Product, ...]:
    """Every different product of the reaction at one site, by SMILES; each attack on an oxirane is one.

    An oxirane with two carbons alike gives one product, attacked at the less substituted.
    """
    reaction = _known(name)
    mols = _reactants(reaction, reactants)
    found: dict[str, Product] = {}
    for template in reaction.templates:
        for (mol,) in _template(template).RunReactants(mols, maxProducts=1000):
            smiles = _sound(mol)
            attack = _attack(mol) if reaction.opens else None
            if smiles and (smiles not in found or attack == "less substituted"):
                found[smiles] = Product(smiles, reaction.by_products, name, attack)
    if not found:
        raise ComputeError(
            Problem(
                f"the groups are there, but not as the reaction '{name}' needs them", got=" + ".join(reactants),
                expected=reaction.arranged or "groups that can reach each other",
            )
        )  # fmt: skip
    return tuple(found[smiles] for smiles in sorted(found))


def exhaust(name: str, smiles: str) -> tuple[str, int]:
    """A closure within one structure, done wherever it can be: the SMILES, and how many times; 0 where nowhere."""
    reaction = _known(name)
    mol, times = open_of(smiles), 0
    while times < MOST_STEPS:
        # the lowest by SMILES, so that the same structure always closes in the same order
        tried = (_sound(one) for t in reaction.templates for (one,) in _template(t).RunReactants((mol,), 100))
        closed = sorted({one for one in tried if one})
        if not closed:
            return chem().MolToSmiles(mol), times
        mol, times = open_of(closed[0]), times + 1
    raise ComputeError(Problem(f"the reaction '{name}' does not come to an end", got=smiles))


def _known(name: str) -> Reaction:
    if name not in REACTIONS:
        raise ComputeError(Problem("unknown reaction", got=f"'{name}'", expected="one of " + ", ".join(REACTIONS)))
    return REACTIONS[name]


def _reactants(reaction: Reaction, reactants: Sequence[str]) -> tuple[Mol, ...]:
    if len(reactants) != len(reaction.needs):
        raise ComputeError(
            Problem(
                f"the reaction '{reaction.name}' takes {len(reaction.needs)} structures", got=f"{len(reactants)}",
                expected=" + ".join(" and ".join(needed) for needed in reaction.needs),
            )
        )  # fmt: skip
    mols = tuple(open_of(smiles) for smiles in reactants)
    problems = []
    for smiles, mol, needed in zip(reactants, mols, reaction.needs, strict=True):
        has = groups_in(mol)
        for group in needed:
            if not any(one in has for one in group.split("|")):
                said = group.replace("|", " or ")
                got = f"'{smiles}' with {', '.join(has) or 'no group that reacts'}"
                problems.append(Problem(f"no {said} for the reaction '{reaction.name}'", got=got))
    if problems:
        raise ComputeError(*problems)
    return mols


@cache
def _template(template: str) -> Any:
    chem()  # says so where RDKit is not there
    from rdkit.Chem import AllChem

    return AllChem.ReactionFromSmarts(template)


def _sound(mol: Mol) -> str:
    """Canonical SMILES of a product, or nothing where its valences cannot be."""
    rdkit = chem()
    if rdkit.SanitizeMol(mol, catchErrors=True):
        return ""
    return str(rdkit.MolToSmiles(mol))


def _attack(mol: Mol) -> Attack:
    """By the heavy neighbours of the two carbons: one has changed oxygen for the nucleophile, the other kept it."""
    degree = {a.GetIntProp("old_mapno"): a.GetDegree() for a in mol.GetAtoms() if a.HasProp("old_mapno")}
    return "less substituted" if degree[1] <= degree[3] else "more substituted"
