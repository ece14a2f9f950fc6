"""Conformers of one molecule: distance geometry (ETKDGv3, doi:10.1021/acs.jcim.0c00025), then MMFF94."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from byssus.compute.molecule import Geometry, Molecule, rdkit_of
from byssus.errors import ComputeError, Problem
from byssus.laws.atomic import ANGSTROM_PER_BOHR

if TYPE_CHECKING:
    from rdkit.Chem import Mol

__all__ = ["conformers", "enough", "shape_of"]

MOST_FIT_STEPS = 500
MOST_SEED = 2**31 - 2  # RDKit's are whole numbers of 32 bits
FEWEST, PER_TURN, MOST = 10, 30, 300  # how many are embedded: a few more for every bond that turns
SAME_KCAL, SAME_ANGSTROM = 0.1, 0.1  # force-field minima nearer than this in energy and shape are one


def enough(molecule: Molecule) -> int:
    """How many embeddings find the low conformers of a molecule: more for every bond that turns."""
    from rdkit import Chem
    from rdkit.Chem import rdMolDescriptors

    mol = rdkit_of(molecule.smiles)
    ends = len(mol.GetSubstructMatches(Chem.MolFromSmarts("[OX2H,NX3H2]")))  # they turn too, and bond by hydrogen
    turns = rdMolDescriptors.CalcNumRotatableBonds(mol) + ends
    return min(FEWEST + PER_TURN * int(turns), MOST)


def conformers(molecule: Molecule, seed: int, count: int | None = None) -> list[Geometry]:
    """Conformers by rising MMFF94 energy (the universal force field where MMFF94 lacks an atom).

    Raises :class:`ComputeError` where no embedding is found.
    """
    from rdkit.Chem import AllChem

    mol = rdkit_of(molecule.smiles)
    how = AllChem.ETKDGv3()
    how.randomSeed = seed % MOST_SEED + 1  # RDKit multiplies it by a conformer's number: 0 would give one conformer
    # RDKit's own pruning looks at heavy atoms alone: how a hydroxyl turns, which makes a hydrogen bond, was lost by it
    found = _embedded(mol, count or enough(molecule), how)
    if not found:
        how.useRandomCoords = True
        found = _embedded(mol, count or enough(molecule), how)
    if not found:
        raise ComputeError(
            Problem(
                "no three-dimensional structure is found", got=f"'{molecule.smiles}'",
                mend="Look at its rings and stereocentres: what is drawn may not fit into space.",
            )
        )  # fmt: skip
    energies = _fitted(mol, found)
    numbers = np.array([atom.GetAtomicNum() for atom in mol.GetAtoms()])
    kept: list[tuple[float, Geometry]] = []
    for energy, k in sorted((energies[k], k) for k in range(len(found))):
        places = mol.GetConformer(found[k]).GetPositions() / ANGSTROM_PER_BOHR
        one = Geometry(numbers, places, molecule.charge, molecule.multiplicity)
        if not any(_same(energy, one, *other) for other in kept):
            kept.append((energy, one))
    return [one for _, one in kept]


def _embedded(mol: Mol, count: int, how: Any) -> list[int]:
    """The conformers embedded. An interrupt, which RDKit takes for itself, is raised: cut short is not done."""
    from rdkit.Chem import AllChem

    with _hearing() as lines:
        found = list(AllChem.EmbedMultipleConfs(mol, count, how))
    if any("Interrupted" in line for line in lines):
        raise KeyboardInterrupt
    return found


def _fitted(mol: Mol, found: list[int]) -> list[float]:
    """The energies of conformers in kcal/mol, each brought to the force field's minimum, where it is left."""
    from rdkit.Chem import AllChem

    if mol.GetNumAtoms() == 1:
        return [0.0] * len(found)
    energies = []
    with _hearing():  # the universal force field names every atom that it does not know well
        known = AllChem.MMFFHasAllMoleculeParams(mol)
        how = AllChem.MMFFGetMoleculeProperties(mol) if known else None
        for k in found:  # one by one: between two a run can be interrupted
            field = (
                AllChem.MMFFGetMoleculeForceField(mol, how, confId=k) if known
                else AllChem.UFFGetMoleculeForceField(mol, confId=k)
            )  # fmt: skip
            field.Initialize()
            field.Minimize(maxIts=MOST_FIT_STEPS)
            energies.append(float(field.CalcEnergy()))
    return energies


@contextmanager
def _hearing() -> Iterator[list[str]]:
    """What RDKit says, kept off the terminal."""
    from rdkit import rdBase

    said: list[str] = []
    log = logging.getLogger("rdkit")

    def keep(record: logging.LogRecord) -> bool:
        said.append(record.getMessage())
        return False

    rdBase.LogToPythonLogger()
    log.addFilter(keep)
    try:
        yield said
    finally:
        log.removeFilter(keep)
        rdBase.LogToCppStreams()


def shape_of(geometry: Geometry) -> NDArray[np.float64]:
    """All distances between atoms in rising order, in angstrom: equal for a geometry and its mirror image."""
    places = geometry.positions_bohr * ANGSTROM_PER_BOHR
    apart = np.sqrt(((places[:, None] - places) ** 2).sum(axis=-1))
    return np.sort(apart[np.triu_indices(len(places), 1)])


def _same(energy: float, one: Geometry, known: float, other: Geometry) -> bool:
    """Whether force-field minima are one, up to how far its optimiser goes."""
    if len(one) == 1:
        return True
    return abs(energy - known) < SAME_KCAL and bool(
        np.sqrt(np.mean((shape_of(one) - shape_of(other)) ** 2)) < SAME_ANGSTROM
    )
