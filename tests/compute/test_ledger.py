"""The ledger of a binding energy on invented energies whose sums are known."""

from __future__ import annotations

import numpy as np
import pytest

from byssus.compute.ledger import Apart, Ranked, findings, ledger
from byssus.compute.molecule import Geometry
from byssus.compute.search import Candidate
from byssus.compute.single_point import Method, PointEnergy
from byssus.errors import ComputeError
from byssus.laws.atomic import J_PER_MOL_PER_HARTREE

ATOM = Geometry(np.array([2]), np.zeros((1, 3)))


def ranked(energy: float, contact: str | None = None, **more: object) -> Ranked:
    candidate = Candidate(ATOM, energy, energy, 0.0, 1, contact, 1)  # type: ignore[arg-type]
    return Ranked(candidate, PointEnergy(energy, **more))  # type: ignore[arg-type]


PARTS = ((ranked(-1.00, by_grid={2: -1.001, 3: -1.00}), ranked(-0.99)), (ranked(-2.0, by_grid={2: -2.0, 3: -2.0}),))
WHOLE = (
    ranked(-3.01, "hydrogen-bonded"),
    ranked(-3.02, "hydrogen-bonded", by_grid={2: -3.022, 3: -3.02}, dispersion_hartree={"D4": -0.005}),
)


def hartree(value: float | None) -> float:
    assert value is not None
    return value / J_PER_MOL_PER_HARTREE


def test_the_formula_takes_the_lowest_of_each() -> None:
    made = ledger("pair", Method(), PARTS, WHOLE)
    assert hartree(made.binding) == pytest.approx(-0.02, abs=1e-12)
    assert [hartree(e) for e in made.conformers] == pytest.approx([-0.01], abs=1e-12)
    assert {g: round(hartree(e), 12) for g, e in made.by_grid.items()} == {2: -0.021, 3: -0.02}
    assert made.dispersion == {}  # the parts have no such term: a difference of one side would be made up


def test_interaction_deformation_and_counterpoise_add_up() -> None:
    apart = Apart((PointEnergy(-0.998), PointEnergy(-1.995)), (PointEnergy(-1.0), PointEnergy(-1.997)))
    made = ledger("pair", Method(), PARTS, WHOLE, apart)
    assert hartree(made.interaction) == pytest.approx(-0.027, abs=1e-12)
    assert hartree(made.deformation) == pytest.approx(0.007, abs=1e-12)
    assert hartree(made.interaction) + hartree(made.deformation) == pytest.approx(hartree(made.binding), abs=1e-12)
    assert hartree(made.counterpoise_interaction) == pytest.approx(-0.023, abs=1e-12)
    assert hartree(made.counterpoise_binding) == pytest.approx(-0.016, abs=1e-12)


def test_every_line_is_a_finding_of_its_own() -> None:
    apart = Apart((PointEnergy(-0.998), PointEnergy(-1.995)), (PointEnergy(-1.0), PointEnergy(-1.997)))
    rows = findings(ledger("pair", Method(), PARTS, WHOLE, apart), {"contact": "x"}, "PI")
    quantities = [row.quantity for row in rows]
    assert len(set(quantities)) == len(quantities)
    assert {"binding_energy", "binding_energy_counterpoise", "deformation_energy", "interaction_energy"} <= set(
        quantities
    )
    assert all(row.basis == "computed" and row.binder == "PI" for row in rows)


def test_a_product_has_no_counterpoise_and_says_so() -> None:
    rows = findings(ledger("ring_opening", Method(), PARTS, WHOLE), {"contact": "x"})
    lacking = [row for row in rows if row.quantity == "binding_energy_counterpoise"]
    assert [(row.status, row.value) for row in lacking] == [("not_identifiable", None)]
    assert any("reaction energy" in remark for remark in rows[0].remarks)


def test_the_quick_level_is_marked() -> None:
    row = findings(ledger("pair", Method("gfn2"), PARTS, WHOLE), {})[0]
    assert row.status == "warned"
    assert any("GFN2-xTB alone" in remark for remark in row.remarks)


def test_without_an_energy_there_is_no_ledger() -> None:
    with pytest.raises(ComputeError, match="two parts and a whole"):
        ledger("pair", Method(), PARTS, ())


def test_parts_in_the_searchs_own_lowest_geometry_make_a_contact_look_stronger() -> None:
    """A part whose search puts a geometry first that lies 0.01 hartree above the lowest by the final method."""
    first = Candidate(ATOM, -9.0, -9.0, 0.0, 1, None, 0)
    other = Candidate(ATOM, -8.0, -8.0, 0.0, 1, None, 0)
    part = (Ranked(first, PointEnergy(-0.99)), Ranked(other, PointEnergy(-1.0)))
    made = ledger("pair", Method(), (part, PARTS[1]), WHOLE)
    assert hartree(made.binding) == pytest.approx(-0.02, abs=1e-12)
    assert hartree(made.parts_by_search) == pytest.approx(-0.03, abs=1e-12)
    spread = next(row for row in findings(made, {}) if row.quantity == "binding_energy_conformer_spread")
    assert any("-78.8 kJ/mol with each part in GFN2-xTB's own lowest geometry" in remark for remark in spread.remarks)
