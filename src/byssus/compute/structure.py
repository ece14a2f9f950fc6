"""Structures with open ends: parsed, weighed, and searched for the groups that react."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from byssus.compute.molecule import EXTRA, rdkit_of
from byssus.errors import ComputeError, Problem
from byssus.laws.matter import ATOMIC_MASS_KG_PER_MOL

if TYPE_CHECKING:
    from rdkit.Chem import Mol

__all__ = [
    "GROUPS",
    "chem",
    "composition_of",
    "formula_text",
    "groups_in",
    "in_hill_order",
    "mass_of",
    "matches",
    "open_of",
]

# Groups by name, as SMARTS. Nitrogen beside one carbonyl is an amide's, beside two an imide's, beside none an amine's.
# RDKit calls the rings of some anhydrides and imides aromatic, so these name their atoms by number.
_NO_ACYL = "!$(N[C,S]=[O,S,N])"
GROUPS: Mapping[str, str] = MappingProxyType(
    {
        "anhydride": "[#6]~[#6X3;R](=[OX1])~[#8X2;R]~[#6X3;R](=[OX1])~[#6]",
        "aromatic amine": f"[NX3;H2;{_NO_ACYL}]-c",
        "aliphatic amine": f"[NX3;H2;{_NO_ACYL}]-[CX4]",
        "secondary amine": f"[NX3;H1;{_NO_ACYL}](-[#6])-[#6]",
        "amide N-H": "[NX3;H1,H2;!$(N([CX3]=O)[CX3]=O)]-[CX3]=[OX1]",
        "imide": "[#7X3](~[#6X3]=[OX1])~[#6X3]=[OX1]",
        "imidazole N-H": "[nX3;H1]1:c:n:c:c:1",
        "acid": "[OX2;H1]-[CX3]=[OX1]",
        "hydroxyl": "[OX2;H1]-[CX4]",
        "phenol": "[OX2;H1]-c",
        "silanol": "[OX2;H1]-[Si]",
        "oxirane": "[CX4;r3]1[OX2;r3][CX4;r3]1",
        "ester": "[OX2;H0;!$(O(C=O)C=O)](-[#6])-[CX3;!r5]=[OX1]",
        "ether": "[OX2;H0;!r3](-[#6;!$(C=O)])-[#6;!$(C=O)]",
    }
)


def chem() -> Any:
    """RDKit's ``Chem``; raises :class:`ComputeError` naming the extra where RDKit is not installed."""
    try:
        from rdkit import Chem
    except ImportError:
        raise ComputeError(Problem("chemistry needs RDKit", mend=EXTRA)) from None
    return Chem


def open_of(smiles: str, *, where: str = "") -> Mol:
    """RDKit's molecule without explicit hydrogens; ``*`` may stand for an open end. Raises as :func:`rdkit_of`."""
    rdkit = chem()
    if not isinstance(smiles, str) or "*" not in smiles:
        return rdkit.RemoveHs(rdkit_of(smiles, where=where))
    from rdkit import rdBase

    with rdBase.BlockLogs():
        found = rdkit.MolFromSmiles(smiles.strip())
    return rdkit_of(smiles, where=where) if found is None or "." in smiles else found


def composition_of(mol: Mol) -> dict[str, int]:
    """Atoms by element, hydrogens counted, open ends left out; in Hill order."""
    found: dict[str, int] = {}
    for atom in mol.GetAtoms():
        if atom.GetAtomicNum():
            found[atom.GetSymbol()] = found.get(atom.GetSymbol(), 0) + 1
        if hydrogens := atom.GetTotalNumHs():
            found["H"] = found.get("H", 0) + hydrogens
    return in_hill_order(found)


def in_hill_order(atoms: Mapping[str, int]) -> dict[str, int]:
    """Carbon and hydrogen first where there is carbon, then by the alphabet (doi:10.1021/ja02046a005)."""
    first = [e for e in ("C", "H") if e in atoms] if "C" in atoms else []
    return {element: atoms[element] for element in (*first, *sorted(set(atoms) - set(first)))}


def formula_text(composition: Mapping[str, float]) -> str:
    """``{"C": 22, "H": 10}`` as ``"C22H10"``."""
    return "".join(f"{element}{n:g}" if n != 1 else element for element, n in composition.items() if n)


def mass_of(mol: Mol) -> float:
    """Molar mass in kg/mol, of what is drawn: an open end weighs nothing."""
    return sum(ATOMIC_MASS_KG_PER_MOL[element] * n for element, n in composition_of(mol).items())


@cache
def _query(group: str) -> Any:
    return chem().MolFromSmarts(GROUPS[group])


def matches(mol: Mol, group: str) -> tuple[tuple[int, ...], ...]:
    """Where the group stands, by atom index; the first is the atom that reacts (one match for each such atom)."""
    found: dict[int, tuple[int, ...]] = {}
    for match in mol.GetSubstructMatches(_query(group), uniquify=True, maxMatches=10_000):
        found.setdefault(match[0] if group not in ("anhydride", "oxirane") else min(match), match)
    return tuple(found.values())


def groups_in(mol: Mol) -> dict[str, int]:
    """How many of each named group a structure has; those it lacks are left out."""
    counts = {group: len(matches(mol, group)) for group in GROUPS}
    return {group: n for group, n in counts.items() if n}
