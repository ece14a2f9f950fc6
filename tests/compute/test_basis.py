"""Basis sets and functionals by name: what is not what its name says is refused, and core potentials come along."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

pytest.importorskip("pyscf", reason="the extra 'chemistry' is not installed")

from byssus.compute.basis import has_cartesian_d, refuse_basis, unfitted
from byssus.compute.field import field, refuse_functional
from byssus.compute.molecule import Geometry
from byssus.compute.single_point import Method, basis_functions, single_point
from byssus.errors import ComputeError
from byssus.laws.atomic import ANGSTROM_PER_BOHR

HARTREE_KCAL = 627.509474
PLACES = np.array([[0, 0, 0], [0, 0, 1.6], [0, 0, 3.5], [0.76, 0, 4.09], [-0.76, 0, 4.09]]) / ANGSTROM_PER_BOHR
IODIDE_ON_WATER = Geometry(np.array([53, 1, 8, 1, 1]), PLACES)


def plainly(basis: str, ecp: dict[str, str], atoms: slice, ghosts: tuple[int, ...] = ()) -> float:
    """PySCF's own energy of hydrogen iodide and water, neither fitted nor on a coarse grid."""
    from pyscf import dft, gto

    names = ["I", "H", "O", "H", "H"]
    placed = [("ghost-" * (k in ghosts) + names[k], tuple(PLACES[k])) for k in range(5)][atoms]
    mol = gto.M(atom=placed, unit="Bohr", basis=basis, ecp=ecp, verbose=0)
    return float(dft.RKS(mol, xc="b3lypg").kernel())


@pytest.mark.parametrize(("basis", "ecp"), [("def2-svp", {"I": "def2-svp"}), ("sto-3g", {})])
def test_hydrogen_iodide_on_water_is_as_plain_pyscf_has_it(basis: str, ecp: dict[str, str]) -> None:
    """With its core potential where the set has one; else all its electrons, and a fitting set that holds them."""
    method = Method(basis=basis, cartesian=False)
    whole, first, second = (IODIDE_ON_WATER.part(part) for part in (slice(0, 5), slice(0, 2), slice(2, 5)))
    ours = [single_point(one, method).energy_hartree for one in (whole, first, second)]
    plain = [plainly(basis, ecp, slice(0, 5)), plainly(basis, ecp, slice(0, 2)), plainly(basis, {}, slice(2, 5))]
    bound = [(e[0] - e[1] - e[2]) * HARTREE_KCAL for e in (ours, plain)]
    assert bound[0] == pytest.approx(bound[1], abs=0.1)
    assert -12 < bound[1] < -4


def test_a_ghost_has_no_core_potential() -> None:
    """Water among the functions of hydrogen iodide keeps its ten electrons, as in plain PySCF."""
    ours = single_point(IODIDE_ON_WATER, Method(basis="def2-svp", cartesian=False), ghosts=(0, 1)).energy_hartree
    assert ours == pytest.approx(plainly("def2-svp", {}, slice(0, 5), ghosts=(0, 1)), abs=3e-4)


@pytest.mark.parametrize(
    ("basis", "cartesian"),
    [
        ("6-31g(d,p)", True), ("6-31G**", True), (" 6-31++G(d,p)", True), ("3-21g", True), ("6-311g(d,p)", False),
        ("def2-svp", False), ("cc-pvtz", False), ("sto-3g", False), ("", False),
    ],
)  # fmt: skip
def test_only_the_kin_of_6_31g_have_cartesian_d(basis: str, cartesian: bool) -> None:
    """As Gaussian takes them (gaussian.com/basissets)."""
    assert has_cartesian_d(basis) is cartesian


def test_the_command_takes_the_d_functions_that_belong_to_a_basis() -> None:
    """cc-pVTZ of water has 58 functions, 30 on oxygen and 14 on each hydrogen (Dunning, doi:10.1063/1.456153)."""
    from byssus.run.bind_command import settings_of

    given: dict[str, Any] = {
        "quick": False, "functional": None, "energies": "default", "seed": 0, "memory": 4.0, "engine": "pyscf",
        "jobs": None, "scheduler": None,
    }  # fmt: skip
    water = IODIDE_ON_WATER.part(slice(2, 5))
    triple = settings_of(SimpleNamespace(**given, basis="cc-pvtz")).method
    assert basis_functions(water, triple) == 30 + 2 * 14
    usual = settings_of(SimpleNamespace(**given, basis="6-31g(d,p)")).method
    assert usual == Method()


@pytest.mark.parametrize(
    ("basis", "numbers", "said"),
    [
        ("6-31g(d,p)", (6, 1, 53), "no functions for I"),
        ("cc-pvtz", (6, 1, 19, 53), "no functions for K, I"),
        ("nonsense", (8, 1), "no such basis set"),
        ("", (8, 1), "no such basis set"),
        ("gth-dzvp", (8, 1), "core potential of O"),
    ],
)
def test_a_basis_that_does_not_fit_is_refused(basis: str, numbers: tuple[int, ...], said: str) -> None:
    with pytest.raises(ComputeError, match=said) as raised:
        refuse_basis(basis, numbers)
    assert all(problem.got == f"'{basis}'" and problem.expected for problem in raised.value.problems)


def test_a_file_is_no_basis(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept under the name of a set would change with the file."""
    (tmp_path / "own.nw").write_text("H S\n 1.0 1.0\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ComputeError, match="no such basis set"):
        refuse_basis("own.nw", (1,))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nonsense", "no such functional"), ("", "without exchange"), (" , ", "without exchange"),
        ("b2plyp", "no such functional"), ("b3lyp-d3bj", "dispersion in its name"), ("pbe0-d4", "dispersion"),
        ("wb97x-d", "dispersion"), ("wb97x-d3bj", "dispersion"), ("b97-3c", "dispersion"), ("r2scan-3c", "dispersion"),
    ],
)  # fmt: skip
def test_a_functional_that_is_not_what_it_says_is_refused(name: str, said: str) -> None:
    with pytest.raises(ComputeError, match=said):
        refuse_functional(name)


@pytest.mark.parametrize("name", ["b3lypg", "hf", "pbe0", "m06-2x", "wb97x-v", "CAM-B3LYP", "0.5*HF+0.5*B88,LYP"])
def test_functionals_that_are_known(name: str) -> None:
    refuse_functional(name)


def test_heavy_atoms_with_all_electrons_have_a_fitting_set_of_their_own() -> None:
    assert [unfitted("sto-3g", 53), unfitted("def2-svp", 53), unfitted("6-31g(d,p)", 19)] == [True, False, False]


def test_a_functional_with_its_own_nonlocal_dispersion_is_as_plain_pyscf_has_it() -> None:
    """VV10 costs the square of its grid's points: PySCF's own grid would take minutes for two waters."""
    from pyscf import dft, gto

    method = Method("wb97x-v", basis="6-31g", cartesian=False)
    mol = gto.M(atom="He 0 0 0; He 0 0 3", basis="6-31g", verbose=0)
    helium = Geometry(np.array([2, 2]), np.array([[0, 0, 0], [0, 0, 3 / ANGSTROM_PER_BOHR]]))
    plain = float(dft.RKS(mol, xc="wb97x-v").kernel())
    assert single_point(helium, method).energy_hartree == pytest.approx(plain, abs=1.6e-4)
    assert field(mol, method, "pyscf").nlcgrids.level == 0
