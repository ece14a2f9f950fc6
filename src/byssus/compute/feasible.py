"""What can be told of an energy before anything is searched: hours of searching are not to end in a refusal."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec

import numpy as np

from byssus.compute.basis import refuse_basis
from byssus.compute.field import NO_ENGINE, refuse_functional
from byssus.compute.method import Method
from byssus.compute.molecule import Geometry, rdkit_of
from byssus.compute.single_point import basis_functions, refuse_memory
from byssus.errors import ComputeError

__all__ = ["refuse_beforehand", "size_of"]

APART_BOHR = 3.0  # atoms in a row: only their number and kind count


def size_of(smiles: Sequence[str], method: Method) -> int:
    """The basis functions of molecules side by side. Raises :class:`ComputeError` where there are none for them."""
    atoms = [atom for one in smiles for atom in rdkit_of(one).GetAtoms()]
    places = np.zeros((len(atoms), 3))
    places[:, 0] = APART_BOHR * np.arange(len(atoms))
    charge = sum(atom.GetFormalCharge() for atom in atoms)
    numbers = np.array([atom.GetAtomicNum() for atom in atoms])
    return basis_functions(Geometry(numbers, places, charge), method)


def refuse_beforehand(smiles: Sequence[str], method: Method, memory_mb: float, engine: str = "pyscf") -> None:
    """Raise :class:`ComputeError` where the molecules, side by side, cannot have an energy by this method here.

    Their structures, the basis set for their elements, the functional, the engine, and the memory of one process.
    """
    if method.quick:
        return
    if engine != "pyscf" and find_spec(engine) is None:
        raise ComputeError(NO_ENGINE)
    refuse_basis(method.basis, (atom.GetAtomicNum() for one in smiles for atom in rdkit_of(one).GetAtoms()))
    refuse_functional(method.functional)
    refuse_memory(size_of(smiles, method), memory_mb)
