"""Model compounds cut from a chain: a functional group, its rings or not, capped; five sizes by one rule.

A cut goes through the single bonds that leave the group or its rings. A bond of a kept ring is capped with hydrogen; a
carbon on the group itself whose ring is not kept stays as methyl, so that an amide stays an amide of its kind. A
carbonyl keeps what makes it a urethane or a urea; the group alone is an amide's or an acid's.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, get_args

from byssus.compute.structure import GROUPS, chem, matches, open_of
from byssus.errors import ComputeError, Problem

if TYPE_CHECKING:
    from rdkit.Chem import Mol

__all__ = ["RULES", "SIZES", "Size", "model_of"]

Size = Literal["group", "ring", "ring+ortho", "rings", "rings+ortho"]
SIZES: tuple[Size, ...] = get_args(Size)
RULES = MappingProxyType(
    {
        "group": "the group alone, capped with hydrogen",
        "ring": "the group with the ring its reacting atom stands on; a ring on its other side becomes methyl",
        "ring+ortho": "the group with that ring and the groups beside it on the ring; rings beyond become methyl",
        "rings": "the group with every ring it stands on",
        "rings+ortho": "the group with every ring it stands on and the groups beside it on those, with their rings",
    }
)


@cache
def model_of(chain: str, site: str, size: Size) -> str:
    """The model compound of a site of a structure, as SMILES; of several the largest, then the first by SMILES.

    Raises :class:`ComputeError`: the structure has no such site.
    """
    if site not in GROUPS or size not in SIZES:
        raise ComputeError(
            Problem("no such model", got=f"{site}, {size}", expected=f"{', '.join(GROUPS)}; {', '.join(SIZES)}")
        )
    mol = open_of(chain)
    found = {_cut(mol, match, size) for match in matches(mol, site)}
    if not found:
        raise ComputeError(Problem(f"no {site} to cut a model for", got=f"'{chain}'"))
    return min(found, key=lambda smiles: (-open_of(smiles).GetNumAtoms(), smiles))


def _cut(mol: Mol, match: tuple[int, ...], size: Size) -> str:
    """The model around one match, whose first atom is the one that reacts."""
    core = {i for i in match if not mol.GetAtomWithIdx(i).GetIsAromatic()}
    if size == "group" and core:
        return _capped(mol, core, set())
    if not core:  # the reacting atom is in a ring: an imidazole
        return _capped(mol, _system(mol, match[0]), set())
    core |= _on_carbonyl(mol, core)
    kept = set(core)
    own = _rings_on(mol, {match[0]}, core) or _rings_on(mol, core, core)
    on_group = own if size in ("ring", "ring+ortho") else _rings_on(mol, core, core)
    kept |= on_group
    if size.endswith("+ortho"):
        for group in _ortho_groups(mol, core, on_group):
            kept |= group | (_rings_on(mol, group, group | on_group) if size == "rings+ortho" else set())
    bare = {i for i in kept if i not in on_group and not mol.GetAtomWithIdx(i).GetIsAromatic()}
    return _capped(mol, kept, _neighbours(mol, bare) - kept)


def _on_carbonyl(mol: Mol, core: set[int]) -> set[int]:
    """The oxygen or nitrogen on a carbonyl of the group that is not of the group: of a urethane, of a urea."""
    carbonyls = {i for match in mol.GetSubstructMatches(_carbonyl()) for i in match[:1] if i in core}
    found = {n for i in carbonyls for n in _neighbours_all(mol, i)}
    return {i for i in found if mol.GetAtomWithIdx(i).GetAtomicNum() in (7, 8)}


@cache
def _carbonyl() -> Mol:
    return chem().MolFromSmarts("[CX3]=[OX1]")


def _neighbours(mol: Mol, atoms: Iterable[int]) -> set[int]:
    """Carbons bonded to any of the atoms; an open end is none."""
    found = {n.GetIdx() for i in atoms for n in mol.GetAtomWithIdx(i).GetNeighbors()}
    return {i for i in found if mol.GetAtomWithIdx(i).GetAtomicNum() == 6}


def _rings_on(mol: Mol, atoms: set[int], but: set[int]) -> set[int]:
    """The aromatic ring systems bonded to any of the atoms."""
    first = [i for i in _neighbours(mol, atoms) - but if mol.GetAtomWithIdx(i).GetIsAromatic()]
    return set().union(*(_system(mol, i) for i in first))


def _system(mol: Mol, atom: int) -> set[int]:
    """The aromatic rings of an atom and those fused to them."""
    rings = [set(ring) for ring in mol.GetRingInfo().AtomRings()]
    aromatic = [ring for ring in rings if all(mol.GetAtomWithIdx(i).GetIsAromatic() for i in ring)]
    found = {atom}
    while True:
        more = found.union(*(ring for ring in aromatic if len(ring & found) >= (1 if len(found) == 1 else 2)))
        if more == found:
            return found
        found = more


def _ortho_groups(mol: Mol, core: set[int], ring: set[int]) -> list[set[int]]:
    """Amides, amines, acids and phenols on ring atoms next to the one that bears the group."""
    bearing = {i for i in ring if _neighbours_all(mol, i) & core}
    beside = {n for i in bearing for n in _neighbours_all(mol, i) & ring} - bearing
    groups = []
    for site in ("amide N-H", "aromatic amine", "acid", "phenol"):
        for match in matches(mol, site):
            atoms = {i for i in match if not mol.GetAtomWithIdx(i).GetIsAromatic()}
            if not atoms & core and any(_neighbours_all(mol, i) & beside for i in atoms):
                groups.append(atoms)
    return groups


def _neighbours_all(mol: Mol, atom: int) -> set[int]:
    return {n.GetIdx() for n in mol.GetAtomWithIdx(atom).GetNeighbors()}


def _capped(mol: Mol, kept: set[int], methyl: set[int]) -> str:
    """The kept atoms, the ``methyl`` ones as CH3, hydrogen where a bond was cut."""
    rdkit = chem()
    cut = rdkit.RWMol(mol)
    for i in methyl:
        cut.ReplaceAtom(i, rdkit.Atom(6))
        for bond in cut.GetAtomWithIdx(i).GetBonds():
            bond.SetIsAromatic(False)
            bond.SetBondType(rdkit.BondType.SINGLE)
    for i in kept:
        atom = cut.GetAtomWithIdx(i)
        lost = _neighbours_all(mol, i) - kept - methyl
        if lost and atom.GetIsAromatic() and atom.GetAtomicNum() == 7:
            atom.SetNumExplicitHs(1)
    # two methyls may have been one ring's neighbours: no bond stays between them
    for bond in [b for b in mol.GetBonds() if {b.GetBeginAtomIdx(), b.GetEndAtomIdx()} <= methyl]:
        cut.RemoveBond(bond.GetBeginAtomIdx(), bond.GetEndAtomIdx())
    for i in sorted(set(range(mol.GetNumAtoms())) - kept - methyl, reverse=True):
        cut.RemoveAtom(i)
    rdkit.SanitizeMol(cut)
    return str(rdkit.MolToSmiles(cut))
