"""A study's own contacts: each mistake is told with its place and costs its own contact alone."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("rdkit", reason="the extra 'chemistry' is not installed")

from byssus.compute.models import contacts_of, refuse_unbalanced
from byssus.errors import ComputeError, StudyError
from byssus.run.checking import check_study
from byssus.run.energies import study_contacts
from byssus.study.load import load_study
from byssus.study.model import Binder, Contact

HEAD = 'title = "T"\n[[binder]]\nname = "A"\n[[binder]]\nname = "B"\n'


def table(name: str, reactants: str, more: str = "", binder: str = "A") -> str:
    return f'[[contact]]\nname = "{name}"\nbinder = "{binder}"\nreactants = {reactants}\n{more}\n'


def study(folder: Path, *tables: str) -> Path:
    (folder / "study.toml").write_text(HEAD + "".join(tables), encoding="utf-8")
    return folder


def own(kind: str, *reactants: str, site: str = "") -> Contact:
    return Contact(name="x", binder="A", kind=kind, reactants=reactants, site=site)  # type: ignore[arg-type]


def test_a_contact_that_cannot_be_leaves_the_others_of_its_binder(tmp_path: Path) -> None:
    folder = study(tmp_path, table("broken", '["C(C", "xyz"]'), table("waters", '["O", "O"]'))
    found, problems = study_contacts(load_study(folder), "full")
    assert [one.name for one in found] == ["waters"]
    assert {p.where for p in problems} == {"chemistry of A: contact 'broken'"}
    assert [p.got.split(":")[0] for p in problems] == ["'C(C'", "'xyz'"]  # both, not the first alone


def test_check_tells_what_a_run_would(tmp_path: Path) -> None:
    """A product without its reactants' atoms, a radical, a site that opens nothing, monomers of no polymer."""
    tables = (
        table("product", '["C1CO1", "N"]', 'kind = "ring_opening"\nproduct = "NCCN"'),
        table("radical", '["[CH3]", "O"]'),
        table("site", '["C1CO1", "N"]', 'kind = "ring_opening"\nsite = "foo"'),
        '[[binder]]\nname = "C"\nmonomers = [{ name = "a", smiles = "CCO" }, { name = "b", smiles = "CC" }]\n',
    )
    report, missing = check_study(study(tmp_path, *tables))
    assert report.ok
    told = {row["where"]: row for row in missing if row["blocks"] == "structures and binding energies"}
    assert list(told)[:3] == [f"chemistry of A: contact '{name}'" for name in ("product", "radical", "site")]
    assert any("cannot polymerise" in row["what"] for where, row in told.items() if "binder C" in where)
    assert all("Expected: " in row["mend"] for row in told.values())


def test_two_contacts_of_a_binder_need_two_names(tmp_path: Path) -> None:
    twice = (table("x", '["CO", "O"]'), table("x", '["O", "O"]'))
    with pytest.raises(StudyError, match=r"contact\[2\]\.name: contact name used twice") as raised:
        load_study(study(tmp_path, *twice))
    assert len(raised.value.problems) == 1
    apart = (table("x", '["CO", "O"]'), table("x", '["O", "O"]', binder="B"))
    assert len(load_study(study(tmp_path, *apart)).study.contact) == 2


@pytest.mark.parametrize(
    ("contact", "said"),
    [
        (own("ion", "CO", "O"), "an ion's contact without an ion"),
        (own("adsorption", "O[SiH3]", "[Na+]"), "a bare ion in a contact of another kind"),
        (own("ring_opening", "CN", "C1CO1", site="aliphatic amine"), "contact 'x': no oxirane"),
        (own("ring_opening", "C1CO1", "CN", site="foo"), "contact 'x': unknown reaction"),
    ],
)
def test_a_kind_must_fit_its_molecules(contact: Contact, said: str) -> None:
    """By its kind a contact is told apart: D3(BJ) would take a bare Li+ for the soft atom."""
    with pytest.raises(ComputeError, match=said):
        contacts_of(Binder(name="A"), own=(contact,))


@pytest.mark.parametrize(
    "contact", [own("ion", "[Li+]", "O"), own("ion", "CC(=O)[O-]", "O"), own("pair", "O", "[NH4+]")]
)
def test_ions_of_several_atoms_may_be_either(contact: Contact) -> None:
    (found,) = contacts_of(Binder(name="A"), own=(contact,))
    assert found.kind == contact.kind


def test_formulas_are_told_in_one_order() -> None:
    """Ethanolamine: C2H7NO, by Hill's order."""
    with pytest.raises(ComputeError, match="expected C2H7NO, got C2H8N2"):
        refuse_unbalanced(("C1CO1", "N"), "NCCN")
