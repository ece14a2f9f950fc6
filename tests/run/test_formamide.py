"""The cyclic dimer of formamide at the full level: searched, B3LYP/6-31G(d,p), with counterpoise, nothing stored."""

from __future__ import annotations

import pytest

pytest.importorskip("rdkit", reason="the extra 'chemistry' is not installed")
pytest.importorskip("tblite", reason="the extra 'chemistry' is not installed")
pytest.importorskip("pyscf", reason="the extra 'chemistry' is not installed")
pytest.importorskip("dftd3", reason="the extra 'chemistry' is not installed")
pytest.importorskip("dftd4", reason="the extra 'chemistry' is not installed")

from byssus.compute.ledger import Ledger
from byssus.compute.models import Contact
from byssus.laws.atomic import JOULE_PER_KCAL
from byssus.run.bench import Bench
from byssus.run.binding import How, bind
from byssus.run.executors import InlineExecutor
from byssus.run.jobs import JobStore
from byssus.run.progress import Progress

DIMER = Contact("formamide with formamide", "pair", "", "", ("NC=O", "NC=O"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    bench = Bench(JobStore(tmp_path_factory.mktemp("energies")), lambda _calls: InlineExecutor(), Progress(quiet=True))
    (found,) = bind([DIMER], How(counterpoise="everywhere"), bench)
    assert found.problems == ()
    assert set(found.origins) == {"computed"}
    return found.ledgers[0].ledger


def test_the_dimer_is_held_as_known(made: Ledger) -> None:
    """Known by the same method on GFN2 geometries: -16.9, counterpoise -12.6, interaction with it -14.0 kcal/mol."""
    assert made.hydrogen_bonds == 2
    assert made.binding / JOULE_PER_KCAL == pytest.approx(-16.9, abs=0.5)
    assert made.counterpoise_binding is not None
    assert made.counterpoise_binding / JOULE_PER_KCAL == pytest.approx(-12.6, abs=0.5)
    assert made.counterpoise_interaction is not None
    assert made.counterpoise_interaction / JOULE_PER_KCAL == pytest.approx(-14.0, abs=0.5)


def test_the_lines_of_the_ledger_agree_with_each_other(made: Ledger) -> None:
    assert made.interaction is not None
    assert made.deformation is not None
    assert made.binding == pytest.approx(made.interaction + made.deformation, abs=1e-6)
    assert made.deformation > 0
    assert all(value < 0 for value in made.dispersion.values())
    assert set(made.dispersion) == {"D3(BJ)", "D4"}
