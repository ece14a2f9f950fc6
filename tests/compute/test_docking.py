"""Pairs of two hydrogen bonds: rings of acids and amides are found, molecules stay as they are, others have none."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("rdkit", reason="the extra 'chemistry' is not installed")

from byssus.compute.conformers import conformers
from byssus.compute.contacts import hydrogen_bonds
from byssus.compute.docking import docked
from byssus.compute.molecule import Geometry, parse
from byssus.laws.atomic import ANGSTROM_PER_BOHR

ACID, AMIDE, AMINE = "O=C(O)c1ccccc1", "NC=O", "Nc1ccccc1"


def one(smiles: str) -> Geometry:
    return conformers(parse(smiles), 0)[0]


def pairs(first: str, second: str, most: int = 8, seed: int = 0) -> list[Geometry]:
    return docked(one(first), one(second), np.random.default_rng(seed), most)


@pytest.mark.parametrize("smiles", [ACID, AMIDE])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_ring_that_acids_and_amides_make_is_among_them(smiles: str, seed: int) -> None:
    """Each molecule's hydrogen before the other's carbonyl oxygen, both bonds short and straight."""
    molecule = one(smiles)
    oxygen = next(int(k) for k in np.flatnonzero(molecule.numbers == 8) if hydrogens(molecule, int(k)) == 0)
    rings = []
    for pair in pairs(smiles, smiles, seed=seed):
        bonds = hydrogen_bonds(pair, len(molecule))
        to_carbonyl = {bond.acceptor for bond in bonds} == {oxygen, oxygen + len(molecule)}
        if len(bonds) == 2 and to_carbonyl and all(bond.angle_degree > 150 for bond in bonds):
            rings.append([bond.distance_angstrom for bond in bonds])
    assert rings
    assert min(max(lengths) for lengths in rings) == pytest.approx(1.9, abs=0.15)


def hydrogens(molecule: Geometry, atom: int) -> int:
    apart = np.linalg.norm(molecule.positions_bohr - molecule.positions_bohr[atom], axis=1) * ANGSTROM_PER_BOHR
    return int(((molecule.numbers == 1) & (apart < 1.2)).sum())


def test_molecules_stay_as_they_are_and_the_first_where_it_is() -> None:
    first, second = one(ACID), one(AMINE)
    for pair in docked(first, second, np.random.default_rng(0), 8):
        assert pair.positions_bohr[: len(first)] == pytest.approx(first.positions_bohr)
        moved = pair.positions_bohr[len(first) :]
        apart, before = (
            np.linalg.norm(some[:, None] - some, axis=-1) for some in (moved, second.positions_bohr)
        )  # fmt: skip
        assert apart == pytest.approx(before, abs=1e-6)


def test_all_differ_and_none_clash() -> None:
    found, split = pairs(AMIDE, AMIDE), len(one(AMIDE))
    assert 2 <= len(found) <= 8
    assert len({pair.digest() for pair in found}) == len(found)
    for pair in found:
        gaps = np.linalg.norm(pair.positions_bohr[:split, None] - pair.positions_bohr[split:], axis=-1)
        assert gaps.min() * ANGSTROM_PER_BOHR > 1.6


def test_no_more_than_asked_for_and_the_same_each_time() -> None:
    assert len(pairs(AMIDE, AMIDE, most=2)) == 2
    again = [pair.digest() for pair in pairs(AMIDE, AMIDE, most=2)]
    assert again == [pair.digest() for pair in pairs(AMIDE, AMIDE, most=2)]


@pytest.mark.parametrize(("first", "second"), [("c1ccccc1", AMIDE), ("C", "C"), (ACID, "C[N+](C)(C)C")])
def test_molecules_that_cannot_hold_each_other_twice_have_none(first: str, second: str) -> None:
    assert pairs(first, second) == []
