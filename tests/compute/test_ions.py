"""An ion beside a molecule: where it is set, what holds it, and the signs and charges of its ledger."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("rdkit", reason="the extra 'chemistry' is not installed")
pytest.importorskip("tblite", reason="the extra 'chemistry' is not installed")

from byssus.compute.conformers import conformers
from byssus.compute.contacts import bonded, contact_of, enclosed, sphere
from byssus.compute.ledger import findings
from byssus.compute.models import CAGE, Contact
from byssus.compute.molecule import Geometry, parse
from byssus.compute.placements import over_faces, placements
from byssus.compute.relax import relax
from byssus.compute.search import Search, _at_rest, protocol_of, search
from byssus.compute.single_point import Method
from byssus.laws.atomic import ANGSTROM_PER_BOHR
from byssus.run.bench import Bench
from byssus.run.binding import Bound, How, bind
from byssus.run.executors import InlineExecutor
from byssus.run.jobs import JobStore
from byssus.run.progress import Progress

LITHIUM = Geometry(np.array([3]), np.zeros((1, 3)), 1)
IN_WATER = Contact("Li+ on water", "ion", "", "", ("[Li+]", "O"))


def bound(folder: Path, method: Method) -> Bound:
    bench = Bench(JobStore(folder), lambda _calls: InlineExecutor(), Progress(quiet=True))
    (found,) = bind([IN_WATER], How(method), bench)
    assert found.problems == ()
    return found


@pytest.fixture(scope="module")
def cage() -> Geometry:
    return conformers(parse(CAGE), 0)[0]


def test_an_ion_is_set_in_a_cage_and_on_every_face(cage: Geometry) -> None:
    pairs = placements(LITHIUM, cage, 60, seed=0)
    assert len(pairs) == 60
    assert {pair.charge for pair in pairs} == {1}
    assert [enclosed(pair, 1) for pair in pairs] == [*[True] * 4, *[False] * 56]
    apart = [np.linalg.norm(pair.positions_bohr[1:] - pair.positions_bohr[0], axis=1) for pair in pairs]
    assert min(row.min() for row in apart) * ANGSTROM_PER_BOHR > 1.7  # in the cage Li+ touches nothing either
    oxygens = cage.numbers == 8
    nearest = {tuple(np.sort(np.argsort(row[oxygens])[:4])) for row in apart}
    rings = _faces(cage)
    assert rings <= nearest  # each of the six faces has a place over it


def _faces(cage: Geometry) -> set[tuple[int, ...]]:
    """The four oxygens of each ring of four silicons, by their order among the oxygens."""
    bonds, oxygens = bonded(cage), np.flatnonzero(cage.numbers == 8)
    silicon = np.flatnonzero(cage.numbers == 14)
    bridge = {frozenset(np.flatnonzero(bonds[o] & (cage.numbers == 14))): k for k, o in enumerate(oxygens)}
    found = set()
    for a in silicon:
        for b, d in ((b, d) for b in silicon for d in silicon if b < d):
            for c in silicon:
                edges = [frozenset(edge) for edge in ((a, b), (b, c), (c, d), (d, a))]
                if c != a and all(edge in bridge for edge in edges):
                    found.add(tuple(sorted(bridge[edge] for edge in edges)))
    assert len(found) == 6
    return found


def test_enclosed_is_told_from_beside() -> None:
    corners = np.array([[x, y, z] for x in (-3.0, 3.0) for y in (-3.0, 3.0) for z in (-3.0, 3.0)])
    cube = Geometry(np.full(8, 8), corners)
    assert contact_of(LITHIUM.beside(cube), 1) == "enclosed"
    assert contact_of(cube.beside(LITHIUM), 8) == "enclosed"
    over = LITHIUM.moved(np.array([[0.0, 0.0, 5.0]]))
    assert contact_of(over.beside(cube), 1) == "other"


def test_directions_are_spread_evenly() -> None:
    ways = sphere(200)
    assert np.allclose(np.linalg.norm(ways, axis=1), 1.0)
    assert np.abs(ways.mean(axis=0)).max() < 0.01
    assert np.allclose(ways.T @ ways / 200, np.eye(3) / 3, atol=0.01)


def test_lithium_sits_on_the_oxygen_of_water() -> None:
    """In the gas phase the complex is planar, Li-O about 1.85 angstrom (GFN2 is somewhat short)."""
    lowest = search(Search(("[Li+]", "O")))[0]
    places = lowest.geometry.positions_bohr * ANGSTROM_PER_BOHR
    assert (lowest.geometry.charge, lowest.split, lowest.contact) == (1, 1, "other")
    assert 1.6 < np.linalg.norm(places[0] - places[1]) < 1.95
    normal = np.cross(places[2] - places[1], places[3] - places[1])
    assert abs(normal @ (places[0] - places[1])) / np.linalg.norm(normal) < 0.1


def test_lithium_on_water_at_the_quick_level(tmp_path: Path) -> None:
    """Measured: 34 kcal/mol (Dzidic & Kebarle, doi:10.1021/j100702a013)."""
    made = bound(tmp_path, Method("gfn2")).ledgers[0].ledger
    assert -45 < made.binding / 4184 < -28
    assert made.deformation is not None
    assert made.deformation >= 0


def test_counterpoise_of_an_ion(tmp_path: Path) -> None:
    """Ghost functions lower each part's energy: corrected, the pair is held less, for the ion as for the molecule."""
    pytest.importorskip("pyscf", reason="the extra 'chemistry' is not installed")
    made = bound(tmp_path, Method(basis="6-31g")).ledgers[0].ledger
    assert made.interaction is not None
    assert made.counterpoise_interaction is not None
    assert made.interaction < made.counterpoise_interaction < -25 * 4184
    assert "D3(BJ)" not in made.dispersion
    told = {f.quantity: f for f in findings(made, {}) if f.value is not None}
    assert any("no solvent" in remark for remark in told["binding_energy"].remarks)


def test_an_ion_is_set_over_the_middle_of_each_face_of_a_cage() -> None:
    """Eight oxygens at the corners of a cube: six faces, one along each axis either way."""
    corners = np.array(list(itertools.product((-2.5, 2.5), repeat=3)))
    cube = Geometry(np.full(8, 8), corners)
    found = {tuple(np.round(side, 6) + 0.0) for side in over_faces(cube)}
    assert found == {tuple(sign * axis + 0.0) for axis in np.eye(3) for sign in (-1.0, 1.0)}


def test_acceptors_in_a_plane_have_no_faces() -> None:
    flat = Geometry(np.full(4, 8), np.array([[0.0, 0, 0], [4, 0, 0], [0, 4, 0], [4, 4, 0]]))
    assert over_faces(flat) == []
    assert over_faces(Geometry(np.array([8, 8]), np.array([[0.0, 0, 0], [4, 0, 0]]))) == []


def _to_oxygens(pair: Geometry) -> np.ndarray:
    apart = np.linalg.norm(pair.positions_bohr[1:] - pair.positions_bohr[0], axis=1) * ANGSTROM_PER_BOHR
    return np.sort(apart[pair.numbers[1:] == 8])


def test_an_ion_over_a_face_rests_in_the_hollow_of_four_oxygens() -> None:
    """The cage is as symmetric as a cube, so nothing draws the ion to one of the four edges."""
    rested = _at_rest(parse(CAGE), 1).geometry
    starts = [pair for pair in placements(LITHIUM, rested, 20, seed=0) if not enclosed(pair, 1)]
    over = min(starts, key=lambda pair: float(np.ptp(_to_oxygens(pair)[:4])))
    near = _to_oxygens(relax(over).geometry)
    assert np.ptp(near[:4]) < 0.02
    assert near[4] > near[3] + 1.5


def test_off_the_middle_of_a_cage_an_ion_finds_what_holds_it_better() -> None:
    rested = _at_rest(parse(CAGE), 0).geometry
    middle, off, *_ = (relax(pair) for pair in placements(LITHIUM, rested, 4, seed=0)[:2])
    assert np.ptp(_to_oxygens(middle.geometry)) < 0.05
    assert enclosed(off.geometry, 1)
    assert off.energy_hartree < middle.energy_hartree - 0.005


@pytest.mark.parametrize(
    ("smiles", "atom"),
    [(("[Li+]", "O"), True), (("O", "[7Li+]"), True), (("[Mg+2]", "O"), True), (("[NH4+]", "O"), False),
     (("O", "O"), False), (("[Li+]",), False), (("[O-]C=O", "[NH4+]"), False)],
)  # fmt: skip
def test_an_atom_beside_a_molecule_is_searched_by_its_own_protocol(smiles: tuple[str, ...], atom: bool) -> None:
    assert (protocol_of(smiles) != protocol_of(("O", "O"))) is atom
