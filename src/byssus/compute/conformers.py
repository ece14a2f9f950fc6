"""Conformers of one molecule: distance geometry (ETKDGv3, doi:10.1021/acs.jcim.0c00025), then MMFF94."""

from __future__ import annotations

import numpy as np

from byssus.compute.molecule import Geometry, Molecule, rdkit_of
from byssus.errors import ComputeError, Problem
from byssus.laws.atomic import ANGSTROM_PER_BOHR

__all__ = ["conformers", "enough"]

FEWEST, PER_TURN, MOST = 10, 15, 150  # how many are embedded: a few more for every bond that turns
ALIKE_ANGSTROM = 0.25  # heavy atoms that lie nearer than this are one conformer


def enough(molecule: Molecule) -> int:
    """How many embeddings find the low conformers of a molecule: more for every bond that turns."""
    from rdkit.Chem import rdMolDescriptors

    turns = rdMolDescriptors.CalcNumRotatableBonds(rdkit_of(molecule.smiles))
    return min(FEWEST + PER_TURN * int(turns), MOST)


def conformers(molecule: Molecule, seed: int, count: int | None = None) -> list[Geometry]:
    """Conformers by rising MMFF94 energy (the universal force field where MMFF94 lacks an atom).

    Raises :class:`ComputeError` where no embedding is found.
    """
    from rdkit.Chem import AllChem

    mol = rdkit_of(molecule.smiles)
    how = AllChem.ETKDGv3()
    how.randomSeed = seed + 1  # RDKit multiplies it by a conformer's number: 0 would give one conformer
    how.pruneRmsThresh = ALIKE_ANGSTROM
    found = list(AllChem.EmbedMultipleConfs(mol, count or enough(molecule), how))
    if not found:
        how.useRandomCoords = True
        found = list(AllChem.EmbedMultipleConfs(mol, count or enough(molecule), how))
    if not found:
        raise ComputeError(Problem("no three-dimensional structure is found", got=f"'{molecule.smiles}'"))
    if mol.GetNumAtoms() > 1:
        fit = AllChem.MMFFOptimizeMoleculeConfs if AllChem.MMFFHasAllMoleculeParams(mol) else None
        fit = fit or AllChem.UFFOptimizeMoleculeConfs
        energies = [energy for _, energy in fit(mol, maxIters=500)]
    else:
        energies = [0.0]
    numbers = np.array([atom.GetAtomicNum() for atom in mol.GetAtoms()])
    order = sorted(range(len(found)), key=lambda k: (energies[k], k))
    return [
        Geometry(
            numbers, mol.GetConformer(found[k]).GetPositions() / ANGSTROM_PER_BOHR, molecule.charge,
            molecule.multiplicity,
        )
        for k in order
    ]  # fmt: skip
