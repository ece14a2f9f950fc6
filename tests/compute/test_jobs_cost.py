"""What jobs are thought to cost: in the order that was measured, and never a reason to fail."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("rdkit", reason="the extra 'chemistry' is not installed")
pytest.importorskip("tblite", reason="the extra 'chemistry' is not installed")

import byssus.compute.jobs as jobs
from byssus.compute.jobs import COST_PER_S, declare_point, declare_search, relative_cost
from byssus.compute.method import Method
from byssus.compute.models import CAGE
from byssus.compute.molecule import Geometry


@pytest.mark.parametrize(
    ("smiles", "measured_s"),
    [  # of one core, with 24 starts followed loosely and 10 to the end
        (("NC=O", "NC=O"), 5.4), (("O=C(O)c1ccccc1", "O[SiH3]"), 19.6), (("CC(=O)Nc1ccccc1", "O=C(O)c1ccccc1"), 39.5),
        (("COCC(O)CNc1ccccc1", "O[SiH3]"), 37.5), (("COCC(O)CNc1ccccc1",), 13.2), (("CC(=O)Nc1ccccc1",), 0.7),
        (("O", "O"), 4.0), ((CAGE,), 2.9), (("[Li+]", CAGE), 35.0),
    ],
)  # fmt: skip
def test_searches_cost_what_was_measured(smiles: tuple[str, ...], measured_s: float) -> None:
    assert measured_s / 3 < relative_cost(declare_search(smiles, 0)) / COST_PER_S < measured_s * 3


def test_too_little_memory_costs_its_job_alone_and_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def greedy(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(jobs, "single_point", greedy)
    helium = Geometry(np.array([2]), np.zeros((1, 3)))
    (problem,) = jobs.point_job(declare_point(helium, Method()), 1000.0, "pyscf")["problems"]
    assert problem["what"] == "a job does not fit into memory"
    assert "--memory" in problem["mend"]


def test_what_is_no_molecule_costs_nothing_to_refuse() -> None:
    assert relative_cost(declare_search(("C1CC",), 0)) == 1.0
