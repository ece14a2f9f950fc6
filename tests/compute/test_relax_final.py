"""Relaxation with the final method: at rest by a gradient of our own, lower than the start, refused where it fails."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("rdkit", reason="the extra 'chemistry' is not installed")
pytest.importorskip("tblite", reason="the extra 'chemistry' is not installed")
pytest.importorskip("pyscf", reason="the extra 'chemistry' is not installed")

import byssus.compute.relax_final as module
import byssus.run.relaxing as relaxing
from byssus.compute.ledger import findings
from byssus.compute.models import Contact
from byssus.compute.molecule import Geometry
from byssus.compute.relax import TIGHT
from byssus.compute.relax_final import RelaxedPoint, relax_point, too_large
from byssus.compute.single_point import Method, single_point
from byssus.errors import ComputeError
from byssus.laws.atomic import ANGSTROM_PER_BOHR, EV_PER_HARTREE
from byssus.run.bench import Bench
from byssus.run.binding import How, bind
from byssus.run.executors import InlineExecutor
from byssus.run.jobs import JobStore
from byssus.run.progress import Progress

SMALL = Method(basis="6-31g")
WATER = Geometry(
    np.array([8, 1, 1]), np.array([[0, 0, 0.1173], [0, 0.80, -0.45], [0, -0.70, -0.50]]) / ANGSTROM_PER_BOHR
)
ON_WATER = Contact("Li+ on water", "ion", "", "", ("[Li+]", "O"))


@pytest.fixture(scope="module")
def water() -> RelaxedPoint:
    return relax_point(WATER, SMALL, 3)


def largest_force(geometry: Geometry) -> float:
    """By PySCF's plain way: no fitting, a fine grid; in eV per angstrom."""
    from pyscf import dft, gto

    atoms = list(zip(geometry.numbers.tolist(), geometry.positions_bohr.tolist(), strict=True))
    field = dft.RKS(gto.M(atom=atoms, unit="Bohr", basis="6-31g", cart=True, verbose=0), xc="b3lypg")
    field.grids.level, field.conv_tol = 4, 1e-10
    field.kernel()
    gradient = field.nuc_grad_method().kernel()
    return float(np.linalg.norm(gradient, axis=1).max()) * EV_PER_HARTREE / ANGSTROM_PER_BOHR


def test_what_is_relaxed_is_at_rest_and_lower(water: RelaxedPoint) -> None:
    assert largest_force(WATER) > 1.0
    assert (
        largest_force(water.geometry) < TIGHT.force_ev_per_angstrom + 0.01
    )  # fitting and grid move a gradient by less
    assert water.force_ev_per_angstrom <= TIGHT.force_ev_per_angstrom
    assert water.point.energy_hartree < single_point(WATER, SMALL).energy_hartree - 1e-3


def test_water_has_its_two_equal_bonds(water: RelaxedPoint) -> None:
    """The basis opens the angle to about 109 degrees and makes the bonds about 0.98 angstrom long."""
    arms = (water.geometry.positions_bohr[1:] - water.geometry.positions_bohr[0]) * ANGSTROM_PER_BOHR
    lengths = np.linalg.norm(arms, axis=1)
    assert lengths[0] == pytest.approx(lengths[1], abs=0.005)
    assert lengths[0] == pytest.approx(0.975, abs=0.015)
    assert np.degrees(np.arccos(arms[0] @ arms[1] / lengths.prod())) == pytest.approx(108.5, abs=2.5)


def test_a_relaxed_point_travels_as_json(water: RelaxedPoint) -> None:
    again = RelaxedPoint.from_json(water.to_json())
    assert again.geometry.digest() == water.geometry.digest()
    assert again.to_json() == water.to_json()


def test_an_atom_is_at_rest() -> None:
    lithium = Geometry(np.array([3]), np.zeros((1, 3)), 1)
    found = relax_point(lithium, SMALL, 1)
    assert (found.steps, found.geometry.digest()) == (0, lithium.digest())


def test_too_many_atoms_are_refused() -> None:
    many = Geometry(np.full(37, 2), 5.0 * np.arange(111).reshape(37, 3))
    assert "no more than 36" in too_large(many)
    with pytest.raises(ComputeError, match="too many atoms"):
        relax_point(many, SMALL, 37)


def test_what_does_not_come_to_rest_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_STEPS", 1)
    with pytest.raises(ComputeError, match="did not come to rest"):
        relax_point(WATER, SMALL, 3)


def test_a_field_that_does_not_converge_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CONVERGED_HARTREE", 1e-30)
    monkeypatch.setattr(module, "CONVERGED_GRADIENT", 1e-30)
    with pytest.raises(ComputeError, match="did not converge in a relaxation"):
        relax_point(WATER, SMALL, 3)


def test_what_became_other_molecules_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "same_bonds", lambda *_: False)
    with pytest.raises(ComputeError, match="became other molecules"):
        relax_point(WATER, SMALL, 3)


def test_the_relaxed_line_is_kept_and_stands_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    how = How(SMALL, counterpoise="none")

    def bench(*, may: bool = True) -> Bench:
        return Bench(JobStore(tmp_path), lambda _calls: InlineExecutor(), Progress(quiet=True), may=may)

    found = bind([ON_WATER], how, bench())
    (waiting,) = relaxing.relaxed(found, how, bench(may=False))
    assert told(waiting.ledgers[0].ledger)[1:] == ("missing_input", None)
    (made,) = relaxing.relaxed(found, how, bench())
    (again,) = relaxing.relaxed(found, how, bench(may=False))
    ledger = made.ledgers[0].ledger
    assert again.ledgers[0].ledger == ledger
    assert ledger.relaxed is not None
    assert ledger.binding == found[0].ledgers[0].ledger.binding
    # GFN2 has lithium too near the oxygen: relaxed, the pair gains more than its parts do
    assert -8.0 < (ledger.relaxed - ledger.binding) / 4184 < 0.0
    assert told(ledger)[1:] == ("ok", ledger.relaxed)
    monkeypatch.setattr(module, "MOST_ATOMS", 2)
    (refused,) = relaxing.relaxed(found, how, bench())
    assert told(refused.ledgers[0].ledger)[1:] == ("not_identifiable", None)


def told(ledger: object) -> tuple[object, ...]:
    (one,) = [f for f in findings(ledger, {}) if f.quantity == "binding_energy_relaxed"]  # type: ignore[arg-type]
    return one.equation, one.status, one.value
