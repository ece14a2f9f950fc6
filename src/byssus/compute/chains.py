"""Chains of repeat units as structures: joined end to end, marked unit by unit, and cut to one unit again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from byssus.compute.structure import chem, composition_of, open_of
from byssus.errors import ComputeError, Problem

if TYPE_CHECKING:
    from rdkit.Chem import Mol

__all__ = ["chain_of", "cut_unit", "open_unit", "unmarked"]

MARK = 1000  # above the number of atoms of any unit
# Where a repeat unit is cut, by preference: before a diamine's ring, beside any ring, anywhere along the chain.
CUTS = ("c-[#7X3]", "c-c", "[!#0]-[!#0]")
# The ends of the adduct of one of each: an anhydride (or acid) and an amine left, opened so that they meet.
_ENDS = {
    "amic acid": (
        "[#6X3:1]1(=[O:2])~[#6:11]~[#6:12]~[#6X3:4](=[O:5])~[#8X2:3]~1>>*-[C:1](=[O:2])-[#6:11]~[#6:12]-[C:4](=[O:5])-[O:3]",
        "[#6X3:1]1(=[O:2])~[#6:11]~[#6:13]~[#6:12]~[#6X3:4](=[O:5])~[#8X2:3]~1"
        ">>*-[C:1](=[O:2])-[#6:11]~[#6:13]~[#6:12]-[C:4](=[O:5])-[O:3]",
    ),
    "amide": ("[CX3:1](=[O:2])-[OX2;H1]>>*-[C:1](=[O:2])",),
}
# An amine beside the amide just made would give no chain but a ring; it is taken only where there is no other.
_AMINE_ENDS = (
    "[NX3;H2;!$(N[C,S]=[O,S,N]);!$(N-c:c-N-C=O):1]>>[N:1]-*",
    "[NX3;H2;!$(N[C,S]=[O,S,N]):1]>>[N:1]-*",
)


def open_unit(name: str, adduct: str) -> str:
    """The adduct with an end of each kind; of several isomers the first by SMILES."""
    return _first(_AMINE_ENDS, _first(_ENDS[name], adduct))


def _first(templates: Sequence[str], smiles: str) -> str:
    from rdkit.Chem import AllChem

    rdkit = chem()
    for template in templates:
        made = AllChem.ReactionFromSmarts(template).RunReactants((open_of(smiles),), 100)
        found = sorted(rdkit.MolToSmiles(one) for (one,) in made if not rdkit.SanitizeMol(one, catchErrors=True))
        if found:
            return str(found[0])
    raise ComputeError(Problem("no end to grow from", got=smiles))


def chain_of(unit: str, units: int) -> str:
    """Units end to end; every atom carries its unit and its place in it, as 1000 u + i, where an isotope would stand.

    Reactions and SMILES keep the mark, so an atom's image in the next unit is known whatever has closed.
    """
    rdkit = chem()
    mol = open_of(unit)
    ends = [atom.GetIdx() for atom in mol.GetAtoms() if atom.GetAtomicNum() == 0]
    start, stop = (mol.GetAtomWithIdx(end).GetNeighbors()[0].GetIdx() for end in ends)
    many = mol
    for _ in range(units - 1):
        many = rdkit.CombineMols(many, mol)
    grown, size = rdkit.RWMol(many), mol.GetNumAtoms()
    for atom in grown.GetAtoms():
        unit_number, place = divmod(atom.GetIdx(), size)
        if atom.GetAtomicNum():
            atom.SetIsotope(MARK * (unit_number + 1) + place)
    for k in range(units - 1):
        grown.AddBond(k * size + stop, (k + 1) * size + start, rdkit.BondType.SINGLE)
    spare = [k * size + ends[1] for k in range(units - 1)] + [(k + 1) * size + ends[0] for k in range(units - 1)]
    for end in sorted(spare, reverse=True):
        grown.RemoveAtom(end)
    rdkit.SanitizeMol(grown)
    return str(rdkit.MolToSmiles(grown))


def unmarked(mol: Mol) -> str:
    for atom in mol.GetAtoms():
        atom.SetIsotope(0)
    return str(chem().MolToSmiles(mol))


def cut_unit(mol: Mol, atoms: Mapping[str, float]) -> str:
    """The repeat unit: the chain cut at a bond and at the same bond of the next unit; empty for a ladder."""
    rdkit = chem()
    place = {atom.GetIsotope(): atom.GetIdx() for atom in mol.GetAtoms() if atom.GetIsotope()}
    for smarts in CUTS:
        units = set()
        for match in mol.GetSubstructMatches(rdkit.MolFromSmarts(smarts), maxMatches=10_000):
            marks = [mol.GetAtomWithIdx(i).GetIsotope() for i in match]
            image = [place.get(mark + MARK) for mark in marks]
            if not all(marks) or None in image:
                continue
            bonds = [mol.GetBondBetweenAtoms(*match), mol.GetBondBetweenAtoms(*image)]
            if None in bonds or any(b.IsInRing() or b.GetBondType() != rdkit.BondType.SINGLE for b in bonds):
                continue
            cut = rdkit.FragmentOnBonds(mol, [bond.GetIdx() for bond in bonds], dummyLabels=[(0, 0)] * 2)
            parts = (part for part in rdkit.GetMolFrags(cut, asMols=True) if composition_of(part) == atoms)
            units |= {unmarked(part) for part in parts if sum(not a.GetAtomicNum() for a in part.GetAtoms()) == 2}
        if units:
            return min(units)
    return ""
