"""Molecules as SMILES say them, and the geometries they take."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from byssus.errors import ComputeError, Problem
from byssus.laws.atomic import ANGSTROM_PER_BOHR, SYMBOLS
from byssus.laws.matter import ATOMIC_MASS_KG_PER_MOL

if TYPE_CHECKING:
    from rdkit.Chem import Mol

__all__ = ["Geometry", "Molecule", "parse", "rdkit_of"]

EXTRA = "Install the extra: pip install 'byssus[chemistry]'."
TRIPLETS = ("O=O", "O=S", "S=S")
D_SHELLS = (range(21, 31), range(39, 49))  # scandium to zinc, yttrium to cadmium
DIGITS = 8  # decimals of a bohr that a geometry is kept with: 1e-8 bohr moves no energy


@dataclass(frozen=True, slots=True)
class Molecule:
    """A closed structure: canonical SMILES, charge in elementary charges, multiplicity 2S + 1."""

    smiles: str
    charge: int = 0
    multiplicity: int = 1


@dataclass(frozen=True)
class Geometry:
    """Where the atoms are: atomic numbers ``(n,)`` and positions ``(n, 3)`` in bohr; frozen, both."""

    numbers: NDArray[np.int64]
    positions_bohr: NDArray[np.float64]
    charge: int = 0
    multiplicity: int = 1

    def __post_init__(self) -> None:
        numbers = np.array(self.numbers, dtype=np.int64)
        positions = np.round(np.array(self.positions_bohr, dtype=np.float64), DIGITS) + 0.0  # no negative zero
        if positions.shape != (len(numbers), 3) or not np.isfinite(positions).all():
            raise ValueError(f"{len(numbers)} atoms beside positions of shape {positions.shape}, or one not finite")
        for name, value in (("numbers", numbers), ("positions_bohr", positions)):
            value.flags.writeable = False
            object.__setattr__(self, name, value)

    def __len__(self) -> int:
        return len(self.numbers)

    def part(self, atoms: slice | Sequence[int], charge: int = 0, multiplicity: int = 1) -> Geometry:
        """Some of the atoms, where they are."""
        return Geometry(self.numbers[atoms], self.positions_bohr[atoms], charge, multiplicity)

    def moved(self, positions_bohr: NDArray[np.float64]) -> Geometry:
        """The same atoms elsewhere."""
        return Geometry(self.numbers, positions_bohr, self.charge, self.multiplicity)

    def beside(self, other: Geometry) -> Geometry:
        """Both as one system; two closed shells stay one."""
        if self.multiplicity != 1 or other.multiplicity != 1:
            raise ComputeError(Problem("two open shells have no one multiplicity together", expected="closed shells"))
        return Geometry(
            np.concatenate((self.numbers, other.numbers)),
            np.concatenate((self.positions_bohr, other.positions_bohr)),
            self.charge + other.charge,
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "numbers": self.numbers.tolist(),
            "positions_bohr": self.positions_bohr.tolist(),
            "charge": self.charge,
            "multiplicity": self.multiplicity,
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Geometry:
        return cls(
            np.array(document["numbers"]), np.array(document["positions_bohr"]), document["charge"],
            document["multiplicity"],
        )  # fmt: skip

    def digest(self) -> str:
        """SHA-256 of the atoms, their places, charge and multiplicity."""
        return hashlib.sha256(json.dumps(self.to_json(), sort_keys=True).encode()).hexdigest()

    def xyz(self, comment: str = "") -> str:
        """The geometry as an .xyz file, in angstrom."""
        rows = (
            f"{SYMBOLS[z]:<2} {x:14.8f} {y:14.8f} {w:14.8f}"
            for z, (x, y, w) in zip(self.numbers, self.positions_bohr * ANGSTROM_PER_BOHR, strict=True)
        )
        return "\n".join((str(len(self)), " ".join(comment.split()), *rows)) + "\n"


def parse(smiles: str, *, where: str = "", multiplicity: int = 1) -> Molecule:
    """The molecule a SMILES string says.

    Raises :class:`ComputeError`: no SMILES, a valence that cannot be, unpaired electrons that the multiplicity does
    not fit, an element beyond xenon, several molecules in one string, or RDKit not installed.
    """
    mol = rdkit_of(smiles, where=where)
    unpaired = sum(atom.GetNumRadicalElectrons() for atom in mol.GetAtoms())
    electrons = sum(atom.GetAtomicNum() for atom in mol.GetAtoms()) - _charge(mol)
    if unpaired and multiplicity == 1:
        raise ComputeError(
            Problem(
                "a radical", where, f"'{smiles}' with {unpaired} unpaired electron{'s' * (unpaired > 1)}",
                "a closed shell", "Add the missing hydrogens or charges to the SMILES.",
            )
        )  # fmt: skip
    if multiplicity == 1:
        _refuse_open_shell(mol, smiles, where)
    if electrons < 1:
        raise ComputeError(Problem("a molecule without electrons", where, f"'{smiles}'", "at least one electron"))
    if multiplicity < 1 or (electrons - (multiplicity - 1)) % 2 or electrons < multiplicity - 1:
        raise ComputeError(
            Problem(
                "charge and multiplicity do not fit", where,
                f"{electrons} electrons, charge {_charge(mol):+d}, multiplicity {multiplicity}",
                "an even number of electrons for an odd multiplicity, an odd one for an even multiplicity",
                "Mend the charges in the SMILES or the multiplicity.",
            )
        )  # fmt: skip
    from rdkit import Chem, rdBase

    with rdBase.BlockLogs():  # a lone hydride is kept, which RDKit would tell
        return Molecule(Chem.MolToSmiles(Chem.RemoveHs(mol)), _charge(mol), multiplicity)


def _refuse_open_shell(mol: Mol, smiles: str, where: str) -> None:
    """Raise :class:`ComputeError` for what SMILES write as a closed shell and nature does not have so.

    A bare ion with one to nine d electrons, and the triplets of oxygen's group.
    """
    from rdkit import Chem

    what = "a ground state with unpaired electrons"
    if Chem.MolToSmiles(mol) in TRIPLETS:
        raise ComputeError(Problem(what, where, f"'{smiles}', a triplet", "a closed shell"))
    if mol.GetNumAtoms() == 1:
        atom = mol.GetAtomWithIdx(0)
        shell = next((shell for shell in D_SHELLS if atom.GetAtomicNum() in shell), None)
        electrons = 0 if shell is None else atom.GetAtomicNum() - shell.start + 3 - atom.GetFormalCharge()
        if shell is not None and 0 < electrons < 10:
            got = f"'{smiles}' with {electrons} electron{'s' * (electrons > 1)} in its d shell"
            raise ComputeError(Problem(what, where, got, "a closed shell, e.g. [Cu+] or [Zn+2]"))


def rdkit_of(smiles: str, *, where: str = "") -> Mol:
    """RDKit's molecule with all hydrogens; one connected structure. Raises as :func:`parse` does."""
    try:
        from rdkit import Chem, rdBase
    except ImportError:
        raise ComputeError(Problem("chemistry needs RDKit", where, mend=EXTRA)) from None
    text = smiles.strip() if isinstance(smiles, str) else ""
    with rdBase.BlockLogs():
        found = Chem.MolFromSmiles(text, sanitize=False) if text else None
        if found is not None and found.GetNumAtoms():
            faults = [p.Message() for p in Chem.DetectChemistryProblems(found)]
            if not faults:
                Chem.SanitizeMol(found)
        else:
            found, faults = None, ["it cannot be parsed"]
    if found is None or faults:
        raise ComputeError(
            Problem(
                "not a molecule in SMILES notation", where, f"'{smiles}': {'; '.join(faults)}",
                "e.g. COCC1CO1", "Mend the SMILES.",
            )
        )  # fmt: skip
    if "." in Chem.MolToSmiles(found):
        raise ComputeError(
            Problem("several molecules in one SMILES", where, f"'{smiles}'", "one connected structure",
                    "Give each molecule its own SMILES.")
        )  # fmt: skip
    if any(atom.GetAtomicNum() == 0 for atom in found.GetAtoms()):
        raise ComputeError(Problem("open ends", where, f"'{smiles}'", "a molecule without '*'", "Cap the ends."))
    known = set(SYMBOLS) & set(ATOMIC_MASS_KG_PER_MOL)
    strange = sorted({a.GetSymbol() for a in found.GetAtoms()} - known)
    if strange:
        raise ComputeError(
            Problem("an element beyond those computed here", where, f"{', '.join(strange)} in '{smiles}'",
                    f"{SYMBOLS[1]} to {SYMBOLS[-1]}, but technetium")
        )  # fmt: skip
    return Chem.AddHs(found)


def _charge(mol: Mol) -> int:
    return int(sum(atom.GetFormalCharge() for atom in mol.GetAtoms()))
