"""Molecules, conformers, pairs: what is found, the same each time, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("rdkit", reason="the extra 'chemistry' is not installed")
pytest.importorskip("tblite", reason="the extra 'chemistry' is not installed")

import byssus.compute.search as module
from byssus.compute.conformers import conformers
from byssus.compute.contacts import bonded, contact_of, hydrogen_bonds, rings
from byssus.compute.dispersion import d3
from byssus.compute.molecule import Geometry, parse
from byssus.compute.placements import placements
from byssus.compute.relax import TIGHT, relax, xtb_energy
from byssus.compute.search import Candidate, Search, search
from byssus.errors import ComputeError
from byssus.laws.atomic import ANGSTROM_PER_BOHR, J_PER_MOL_PER_HARTREE

KCAL = 4184.0 / J_PER_MOL_PER_HARTREE


@pytest.fixture(scope="module")
def dimer() -> tuple[Candidate, ...]:
    return search(Search(("NC=O", "NC=O")))


def test_formamide_forms_its_cyclic_dimer(dimer: tuple[Candidate, ...]) -> None:
    """Two equal N-H...O bonds hold the lowest dimer of formamide (doi:10.1063/1.1485722)."""
    lowest = dimer[0]
    assert (lowest.contact, lowest.hydrogen_bonds, lowest.split) == ("hydrogen-bonded", 2, 6)
    lengths = [bond.distance_angstrom for bond in hydrogen_bonds(lowest.geometry, 6)]
    assert lengths[0] == pytest.approx(lengths[1], abs=0.02)
    assert 1.6 < lengths[0] < 2.1


def test_every_geometry_found_is_at_rest_and_in_order(dimer: tuple[Candidate, ...]) -> None:
    energies = [one.energy_hartree for one in dimer]
    assert energies == sorted(energies)
    assert all(one.force_ev_per_angstrom <= TIGHT.force_ev_per_angstrom for one in dimer)
    assert xtb_energy(dimer[0].geometry) == pytest.approx(dimer[0].energy_hartree, abs=1e-7)


def test_a_candidate_travels_as_json(dimer: tuple[Candidate, ...]) -> None:
    again = Candidate.from_json(dimer[0].to_json())
    assert again.geometry.digest() == dimer[0].geometry.digest()
    assert again.to_json() == dimer[0].to_json()


def test_a_search_is_the_same_each_time() -> None:
    once, again = (search(Search(("CCO",), seed=3)) for _ in range(2))
    assert [one.to_json() for one in once] == [one.to_json() for one in again]


def test_a_search_without_dispersion_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would rank by another energy, and be kept for ever under the same key."""
    monkeypatch.setattr(module, "find_spec", lambda name: None if name == "dftd3" else object())
    with pytest.raises(ComputeError, match=r"needs dftd3. .*byssus\[chemistry\]"):
        search(Search(("CCO",)))


def test_what_has_no_dispersion_is_ranked_by_gfn2_less_d3() -> None:
    """The one energy is GFN2's, the other that less D3(BJ) of B3LYP, which is below zero."""
    (water,) = search(Search(("O",)))
    term = d3(water.geometry, "b3lyp")
    assert term is not None
    assert term < 0
    assert water.bare_hartree == pytest.approx(water.energy_hartree - term, abs=1e-12)


def test_ethanol_has_its_two_conformers() -> None:
    """Trans and the two mirror images of gauche; mirror images are one."""
    found = search(Search(("CCO",)))
    assert len(found) == 2
    assert found[1].energy_hartree - found[0].energy_hartree < 2.0 * KCAL


def test_an_atom_has_one_geometry() -> None:
    assert [len(one) for one in conformers(parse("[Li+]"), 0)] == [1]
    found = search(Search(("[Li+]",)))
    assert [(one.geometry.charge, one.hydrogen_bonds) for one in found] == [(1, 0)]


def test_conformers_differ_and_rise() -> None:
    """RDKit multiplies its seed by a conformer's number: a seed of 0 gave one conformer a hundred times."""
    found = conformers(parse("COCC(O)CN(C(C)=O)c1ccccc1"), 0)
    assert len(found) > 20
    assert len({one.digest() for one in found}) == len(found)


def test_relaxing_again_changes_nothing(dimer: tuple[Candidate, ...]) -> None:
    again = relax(dimer[0].geometry)
    assert again.energy_hartree == pytest.approx(dimer[0].energy_hartree, abs=2e-6)


def test_stacked_rings_are_told_from_hydrogen_bonds() -> None:
    benzene = conformers(parse("c1ccccc1"), 0)[0]
    flat = benzene.positions_bohr - benzene.positions_bohr.mean(axis=0)
    normal = np.linalg.svd(flat[benzene.numbers == 6])[2][2]
    above = benzene.moved(benzene.positions_bohr + normal * 3.4 / ANGSTROM_PER_BOHR)
    beyond = benzene.moved(benzene.positions_bohr + normal * 6.0 / ANGSTROM_PER_BOHR)
    assert contact_of(benzene.beside(above), 12) == "stacked"
    assert contact_of(benzene.beside(beyond), 12) == "other"
    assert [len(ring) for ring in rings(benzene)] == [6]


def test_bonds_of_a_molecule_are_its_bonds() -> None:
    ethanol = conformers(parse("CCO"), 0)[0]
    assert int(bonded(ethanol).sum()) // 2 == 8


def test_placements_do_not_clash_and_keep_the_molecules() -> None:
    formamide = conformers(parse("NC=O"), 0)[0]
    pairs = placements(formamide, formamide, 24, seed=1)
    assert len(pairs) == 24
    for pair in pairs:
        assert not bonded(pair)[:6, 6:].any()
        assert np.linalg.norm(pair.positions_bohr[0] - pair.positions_bohr[1]) == pytest.approx(
            float(np.linalg.norm(formamide.positions_bohr[0] - formamide.positions_bohr[1]))
        )


def test_half_the_placements_begin_with_a_hydrogen_bond() -> None:
    formamide = conformers(parse("NC=O"), 0)[0]
    pairs = placements(formamide, formamide, 24, seed=1)
    assert sum(bool(hydrogen_bonds(pair, 6)) for pair in pairs) >= 8


@pytest.mark.parametrize(
    ("smiles", "said"),
    [
        ("C1CC", "not a molecule"),
        ("", "not a molecule"),
        ("C(C)(C)(C)(C)C", "not a molecule"),
        ("[CH3]", "a radical"),
        ("[O]", "a radical"),
        ("CCO.O", "several molecules"),
        ("*CC*", "open ends"),
        ("Xx", "not a molecule"),
        ("[Au+]", "beyond those computed"),
        ("O=[Tc](=O)(=O)O", "technetium"),
    ],
)
def test_what_is_no_molecule_is_refused(smiles: str, said: str) -> None:
    with pytest.raises(ComputeError, match=said):
        parse(smiles, where="--pair")


def test_charge_and_multiplicity() -> None:
    assert parse("[Li+]").charge == 1
    assert parse("CC(=O)[O-]").charge == -1
    assert parse("[O][O]", multiplicity=3).multiplicity == 3
    with pytest.raises(ComputeError, match="multiplicity"):
        parse("CCO", multiplicity=2)


def test_a_geometry_is_frozen_and_checked() -> None:
    one = Geometry(np.array([1, 1]), np.array([[0, 0, 0], [0, 0, 1.4]]))
    with pytest.raises(ValueError, match="read-only"):
        one.positions_bohr[0, 0] = 1.0
    with pytest.raises(ValueError, match="atoms beside positions"):
        Geometry(np.array([1]), np.array([[0.0, 0.0, np.nan]]))
    assert one.xyz().splitlines()[0] == "2"
    assert float(one.xyz().splitlines()[3].split()[3]) == pytest.approx(1.4 * ANGSTROM_PER_BOHR, abs=1e-7)


def test_open_shells_have_no_one_multiplicity_together() -> None:
    oxygen = Geometry(np.array([8, 8]), np.array([[0, 0, 0], [0, 0, 2.3]]), multiplicity=3)
    with pytest.raises(ComputeError, match="open shells"):
        oxygen.beside(oxygen)


@pytest.mark.parametrize("pair", [("[NH4+]", "CC(=O)[O-]"), ("[OH3+]", "O")])
def test_molecules_that_pass_a_proton_on_are_told_as_that(pair: tuple[str, str]) -> None:
    """In vacuum ammonium acetate is ammonia beside acetic acid; no other seed would help."""
    with pytest.raises(ComputeError, match="a proton went over") as raised:
        search(Search(pair, tightly=3))
    assert "seed" not in raised.value.problems[0].mend


@pytest.mark.parametrize("seed", [2**31 - 1, 99_999_999_999])
def test_any_seed_will_do(seed: int) -> None:
    assert conformers(parse("CCO"), seed)


@pytest.mark.parametrize(
    ("smiles", "said"),
    [
        ("[Fe+2]", "6 electrons in its d shell"), ("[Ni+2]", "8 electrons"), ("[Ti+3]", "unpaired"), ("O=O", "triplet"),
        ("[CH3]", "closed shell, got"),
    ],
)  # fmt: skip
def test_what_has_unpaired_electrons_is_refused(smiles: str, said: str) -> None:
    with pytest.raises(ComputeError, match=said):
        parse(smiles)


@pytest.mark.parametrize("smiles", ["[Zn+2]", "[Cu+]", "[Ag+]", "[Ti+4]", "[Sc+3]", "[Ca+2]", "O=S=O", "O=C=O"])
def test_closed_shells_are_not(smiles: str) -> None:
    assert parse(smiles).multiplicity == 1
