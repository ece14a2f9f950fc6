"""Without the extra every door says which one to install, and names still lead to molar masses."""

from __future__ import annotations

import sys

import pytest

from byssus.compute.depict import picture
from byssus.compute.monomers import monomer
from byssus.compute.reactions import react
from byssus.compute.structure import open_of
from byssus.errors import ComputeError


@pytest.fixture(autouse=True)
def _no_rdkit(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [n for n in sys.modules if n.split(".")[0] == "rdkit"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "rdkit", None)


def test_structures_say_what_to_install() -> None:
    for ask in (
        lambda: open_of("CCO"), lambda: open_of("*CC*"), lambda: picture("CCOCCN"),
        lambda: react("imide", ("OC(=O)c1ccccc1C(=O)Nc1ccccc1",)),
    ):  # fmt: skip
        with pytest.raises(ComputeError, match=r"byssus\[chemistry\]"):
            ask()


def test_names_need_no_extra() -> None:
    assert monomer("PMDA").molar_mass_kg_per_mol == pytest.approx(0.21812, abs=1e-5)


def test_an_unknown_name_says_that_a_structure_needs_the_extra() -> None:
    with pytest.raises(ComputeError, match=r"byssus\[chemistry\]"):
        monomer("Nc1ccc(CCN)cc1")
