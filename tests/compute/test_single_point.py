"""Single points against PySCF's own plain way, literature and refusals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytest.importorskip("pyscf", reason="the extra 'chemistry' is not installed")

from byssus.compute.molecule import Geometry
from byssus.compute.single_point import Method, PointEnergy, basis_functions, rough, single_point
from byssus.errors import ComputeError
from byssus.laws.atomic import ANGSTROM_PER_BOHR

SMALL = Method(basis="sto-3g")
BOHR = 1.0 / ANGSTROM_PER_BOHR


def water(apart_angstrom: float = 0.0) -> Geometry:
    """Water, its oxygen at the origin, moved along z."""
    places = np.array([[0, 0, 0.1173], [0, 0.7572, -0.4692], [0, -0.7572, -0.4692]])
    places[:, 2] += apart_angstrom
    return Geometry(np.array([8, 1, 1]), places * BOHR)


def two_waters() -> Geometry:
    return water().beside(water(2.9))


def plainly(geometry: Geometry, basis: str, charge: int = 0) -> float:
    """The energy as PySCF gives it by its defaults, without fitting and on one grid."""
    from pyscf import dft, gto

    atoms = list(zip(geometry.numbers.tolist(), geometry.positions_bohr.tolist(), strict=True))
    mol = gto.M(atom=atoms, unit="Bohr", basis=basis, cart=True, charge=charge, verbose=0)
    field = dft.RKS(mol, xc="b3lypg")
    return float(field.kernel())


def test_a_binding_energy_is_that_of_plain_pyscf() -> None:
    """Coarse grid, fitting and one fine evaluation lose less than 0.02 kcal/mol of a hydrogen bond's energy.

    Of a whole energy the small fitting set loses up to 0.1 kcal/mol, the same in the parts as in the whole.
    """
    ours = [single_point(one).energy_hartree for one in (water(), two_waters())]
    plain = [plainly(one, "6-31g(d,p)") for one in (water(), two_waters())]
    assert ours[1] - 2 * ours[0] == pytest.approx(plain[1] - 2 * plain[0], abs=3e-5)
    assert ours == pytest.approx(plain, abs=1.6e-4)


def test_a_rough_energy_is_of_a_semi_local_functional_and_costs_no_exact_exchange() -> None:
    """Rough energies only rank: their differences follow B3LYP's, their method is a declaration of its own."""
    method = rough(Method())
    assert (method.functional, method.rough, method.basis) == ("blyp", True, "6-31g(d,p)")
    near, far = (single_point(water().beside(water(z)), method) for z in (2.9, 3.4))
    finely = [single_point(water().beside(water(z))).energy_hartree for z in (2.9, 3.4)]
    assert far.energy_hartree - near.energy_hartree == pytest.approx(finely[1] - finely[0], abs=8e-4)
    assert near.dispersion_hartree == {}


def test_a_basis_with_f_functions_has_the_whole_fitting_set() -> None:
    """cc-pVTZ of water: against plain PySCF the whole energy is met to 0.02 kcal/mol."""
    method = Method(basis="cc-pvtz", cartesian=False)
    from pyscf import dft, gto

    atoms = list(zip(water().numbers.tolist(), water().positions_bohr.tolist(), strict=True))
    mol = gto.M(atom=atoms, unit="Bohr", basis="cc-pvtz", verbose=0)
    plain = float(dft.RKS(mol, xc="b3lypg").kernel())
    assert single_point(water(), method).energy_hartree == pytest.approx(plain, abs=4e-5)


def test_water_is_as_the_literature_has_it() -> None:
    """B3LYP (VWN3) of water in 6-31G(d,p) near its geometry lies at about -76.4197 hartree (NIST CCCBDB)."""
    assert single_point(water()).energy_hartree == pytest.approx(-76.4197, abs=5e-4)


def test_moving_and_turning_a_molecule_changes_nothing() -> None:
    turn, _ = np.linalg.qr(np.random.default_rng(1).standard_normal((3, 3)))
    turned = water().moved(water().positions_bohr @ turn.T + [1.0, -2.0, 3.0])
    assert single_point(turned).energy_hartree == pytest.approx(single_point(water()).energy_hartree, abs=2e-5)


def test_far_apart_two_molecules_have_the_sum_of_their_energies() -> None:
    far = water().beside(water(60.0))
    assert single_point(far, SMALL).energy_hartree == pytest.approx(
        2 * single_point(water(), SMALL).energy_hartree, abs=2e-5
    )


def test_ghosts_lower_the_energy_of_a_part() -> None:
    pair = two_waters()
    alone = single_point(pair.part(slice(0, 3)), SMALL).energy_hartree
    among = single_point(pair, SMALL, ghosts=(3, 4, 5)).energy_hartree
    assert among < alone - 1e-5


def test_grids_and_dispersion_stand_beside_the_energy() -> None:
    point = single_point(water(), grids=(2,))
    assert set(point.by_grid) == {2, 3}
    assert point.energy_hartree == point.by_grid[3] != point.by_grid[2]
    assert -1e-3 < point.dispersion_hartree["D3(BJ)"] < 0
    assert -1e-3 < point.dispersion_hartree["D4"] < 0


def test_a_point_travels_as_json() -> None:
    point = single_point(water(), SMALL, grids=(2,))
    assert PointEnergy.from_json(point.to_json()) == point


def test_a_cation_is_of_higher_energy() -> None:
    ion = Geometry(water().numbers, water().positions_bohr, charge=1, multiplicity=2)
    ionisation = single_point(ion, SMALL).energy_hartree - single_point(water(), SMALL).energy_hartree
    assert 0.2 < ionisation < 0.6  # 12.6 eV by experiment, less in so small a basis


def test_a_range_separated_functional_is_evaluated_as_pyscf_does() -> None:
    from pyscf import dft, gto

    geometry = water()
    atoms = list(zip(geometry.numbers.tolist(), geometry.positions_bohr.tolist(), strict=True))
    mol = gto.M(atom=atoms, unit="Bohr", basis="6-31g(d,p)", cart=True, verbose=0)
    ours = single_point(geometry, Method(functional="camb3lyp")).energy_hartree
    assert ours == pytest.approx(float(dft.RKS(mol, xc="camb3lyp").kernel()), abs=1e-4)


def test_basis_functions_are_cartesian() -> None:
    """Oxygen: 3s 2p 1d in 6-31G(d): 3 + 6 + 6; each hydrogen 2s 1p: 2 + 3."""
    assert basis_functions(water()) == 15 + 2 * 5


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"charge": 1}, "charge and multiplicity"),
        ({"multiplicity": 2}, "charge and multiplicity"),
        ({"charge": 11}, "charge and multiplicity"),
    ],
)
def test_charge_and_multiplicity_must_fit(change: dict[str, Any], said: str) -> None:
    wrong = Geometry(water().numbers, water().positions_bohr, **change)
    with pytest.raises(ComputeError, match=said):
        single_point(wrong, SMALL)


def test_clashing_ghosts_are_refused() -> None:
    clash = water().beside(water(0.05))
    with pytest.raises(ComputeError, match=r"ghost .* Å apart"):
        single_point(clash, SMALL, ghosts=(3, 4, 5))


@pytest.mark.parametrize(
    ("method", "said"),
    [
        (Method(basis="no-such"), "no such basis set"),
        (Method(functional="no-such"), "no such functional"),
        (Method("gfn2"), "no ghost atoms"),
    ],
)
def test_what_is_not_known_is_refused(method: Method, said: str) -> None:
    with pytest.raises(ComputeError, match=said):
        single_point(two_waters(), method, ghosts=(3, 4, 5))


@pytest.mark.parametrize(("cycles", "helped"), [(4, "level shift"), (2, "second-order steps")])
def test_what_needs_help_to_converge_gets_it_and_says_so(
    monkeypatch: pytest.MonkeyPatch, cycles: int, helped: str
) -> None:
    """Too few cycles for the plain way, then for the shifted one: the energy is the same."""
    import byssus.compute.field as module

    plain = single_point(water())
    assert plain.helped_by == ""
    monkeypatch.setattr(module, "CYCLES", cycles)
    found = single_point(water())
    assert found.helped_by == helped
    assert found.energy_hartree == pytest.approx(plain.energy_hartree, abs=2e-5)


def test_without_fitting_the_energy_is_plain_pyscfs() -> None:
    """What the small fitting set loses of a whole energy is what this does not; the grid is PySCF's own."""
    exact = single_point(water(), Method(fitting="")).energy_hartree
    assert exact == pytest.approx(plainly(water(), "6-31g(d,p)"), abs=2e-5)


def test_counterpoise_is_that_of_plain_pyscf() -> None:
    """Boys and Bernardi's correction of two waters, both parts among the other's ghosts: met to 0.01 kcal/mol."""
    from pyscf import dft, gto

    pair, corrections = two_waters(), []
    for part, ghosts in ((slice(0, 3), (3, 4, 5)), (slice(3, 6), (0, 1, 2))):
        names = [f"{'ghost-' * (k in ghosts)}{'OHH'[k % 3]}" for k in range(6)]
        atoms = list(zip(names, pair.positions_bohr.tolist(), strict=True))
        mol = gto.M(atom=atoms, unit="Bohr", basis="6-31g(d,p)", cart=True, verbose=0)
        among = float(dft.RKS(mol, xc="b3lypg").kernel())
        alone = plainly(pair.part(part), "6-31g(d,p)")
        ours = single_point(pair, ghosts=ghosts).energy_hartree - single_point(pair.part(part)).energy_hartree
        corrections.append((ours, among - alone))
    assert sum(ours for ours, _ in corrections) == pytest.approx(sum(plain for _, plain in corrections), abs=1.6e-5)
    assert all(ours < -1e-4 for ours, _ in corrections)


def test_what_does_not_converge_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    import byssus.compute.field as module

    monkeypatch.setattr(module, "CYCLES", 1)
    monkeypatch.setattr(module, "CONVERGED_HARTREE", 1e-14)
    monkeypatch.setattr(module, "CONVERGED_GRADIENT", 1e-14)
    with pytest.raises(ComputeError, match="did not converge"):
        single_point(two_waters(), SMALL)
