"""A ledger says where a part lies lower in its complex than alone: the energies are invented."""

from __future__ import annotations

import numpy as np
import pytest

from byssus.compute.ledger import Apart, Ranked, findings, ledger
from byssus.compute.molecule import Geometry
from byssus.compute.search import Candidate
from byssus.compute.single_point import Method, PointEnergy
from byssus.errors import ComputeError
from byssus.laws.atomic import ANGSTROM_PER_BOHR

HARTREE = 2625.4996394798  # kJ/mol
ATOM = Geometry(np.array([2]), np.zeros((1, 3)))


def ranked(energy_hartree: float) -> list[Ranked]:
    candidate = Candidate(ATOM, 0.0, 0.0, 0.0, 1, "hydrogen-bonded", 1)
    return [Ranked(candidate, PointEnergy(energy_hartree))]


@pytest.mark.parametrize(("lower_kj", "warned"), [(-2.0, False), (0.0, False), (0.3, False), (0.6, True)])
def test_a_part_that_lies_lower_in_the_complex_than_alone_warns(lower_kj: float, warned: bool) -> None:
    apart = Apart((PointEnergy(-1.0), PointEnergy(-2.0 - lower_kj / HARTREE)))
    made = ledger("pair", Method(), (ranked(-1.0), ranked(-2.0)), ranked(-3.01), apart)
    assert bool(made.warnings) is warned
    assert {one.status for one in findings(made, {})} == ({"warned"} if warned else {"ok"})
    if warned:
        assert made.warnings[0].startswith("part 2, as it stands in the complex, lies 0.60 kJ/mol below")


def pair(apart_angstrom: float) -> list[Ranked]:
    """Two lithium ions beside each other."""
    places = np.array([[0.0, 0.0, 0.0], [0.0, 0.0, apart_angstrom / ANGSTROM_PER_BOHR]])
    candidate = Candidate(Geometry(np.array([3, 3]), places, 2), 0.0, 0.0, 0.0, 1, "other", 0)
    return [Ranked(candidate, PointEnergy(-3.01))]


def test_two_that_fly_apart_have_no_binding_energy() -> None:
    """Where a descent stops on a slope that never ends is no number of the contact."""
    with pytest.raises(ComputeError, match=r"nothing holds the two, got nearest atoms 58\.9 Å apart"):
        ledger("ion", Method(), (ranked(-1.0), ranked(-2.0)), pair(58.9))
    assert ledger("ion", Method(), (ranked(-1.0), ranked(-2.0)), pair(4.5)).warnings == ()


@pytest.mark.parametrize(
    ("charge", "functional", "warned"), [(1, "gfn2", False), (2, "gfn2", True), (2, "b3lyp", False)]
)
def test_bare_ions_of_several_charges_at_the_quick_level_warn(charge: int, functional: str, warned: bool) -> None:
    """Mg2+ on water: -384 kcal/mol by GFN2-xTB, -87 by B3LYP/6-31G(d,p), about -80 by better methods."""
    ion = Ranked(Candidate(Geometry(np.array([12]), np.zeros((1, 3)), charge), 0, 0, 0, 1, None, 0), PointEnergy(-1.0))
    made = ledger("ion", Method(functional), ([ion], ranked(-2.0)), ranked(-3.01))
    assert any("bare ions" in one for one in made.warnings) is warned
