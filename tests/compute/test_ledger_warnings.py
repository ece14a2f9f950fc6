"""A ledger says where a part lies lower in its complex than alone: the energies are invented."""

from __future__ import annotations

import numpy as np
import pytest

from byssus.compute.ledger import Apart, Ranked, findings, ledger
from byssus.compute.molecule import Geometry
from byssus.compute.search import Candidate
from byssus.compute.single_point import Method, PointEnergy

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
