"""What cannot be computed, or not be kept, costs a run its own lines alone: the rest of the report stands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("rdkit", reason="the extra 'chemistry' is not installed")
pytest.importorskip("tblite", reason="the extra 'chemistry' is not installed")
pytest.importorskip("pyscf", reason="the extra 'chemistry' is not installed")

from byssus.cli import main
from byssus.run.jobs import FOLDER_VARIABLE

IODIDE = '[[contact]]\nname = "iodide"\nbinder = "A"\nreactants = ["CI", "O"]\n'
LITHIUM = '[[contact]]\nname = "lithium"\nbinder = "A"\nkind = "ion"\nreactants = ["[Li+]", "O"]\n'


def study(folder: Path, contacts: str) -> Path:
    folder.mkdir()
    text = 'title = "T"\n[[binder]]\nname = "A"\n'
    (folder / "study.toml").write_text(text + contacts, encoding="utf-8")
    return folder


def results(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "out" / "results.json").read_text(encoding="utf-8"))
    return found


def test_an_element_that_the_basis_lacks_costs_its_contact_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """6-31G(d,p) has no iodine here: neither the run nor the other contact may stop at that."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "jobs"))
    here = study(tmp_path / "study", IODIDE + LITHIUM)
    assert main(["run", str(here), "--jobs", "1"]) == 0
    found = results(here)
    status = {row["at"]["contact"]: row["status"] for row in found["findings"] if row["quantity"] == "binding_energy"}
    assert status["iodide"] == "failed"
    assert status["lithium"] in ("ok", "warned")
    (error,) = found["errors"]
    assert error["what"] == "the basis set has no functions for I"
    assert "--basis" in error["mend"]


def test_a_store_that_cannot_be_written_costs_the_energies_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And where it has been made writable, the next run computes them."""
    blocked = tmp_path / "jobs"
    blocked.write_text("a file", encoding="utf-8")
    monkeypatch.setenv(FOLDER_VARIABLE, str(blocked))
    here = study(tmp_path / "study", LITHIUM)
    assert main(["run", str(here), "--energies", "quick", "--jobs", "1"]) == 0
    (row,) = [row for row in results(here)["provenance"]["missing"] if row["blocks"] == "chemistry"]
    assert "cannot be kept" in row["mend"]
    assert str(blocked) in row["mend"]
    blocked.unlink()
    assert main(["run", str(here), "--energies", "quick", "--jobs", "1"]) == 0
    energies = [row["value"] for row in results(here)["findings"] if row["quantity"] == "binding_energy"]
    assert len(energies) == 1
    assert energies[0] < 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--pair", "CI", "O"), "no functions for I"),
        (("--pair", "O", "O", "--functional", "nonsense"), "no such functional"),
        (("--pair", "O", "O", "--functional", "b3lyp-d3bj"), "dispersion in its name"),
        (("--pair", "O", "O", "--basis", "cc-pvqq"), "no such basis set"),
        (("--pair", "C" * 70, "O", "--memory", "0.5"), "does not fit into memory"),
        (("--reactant", "C1CO1", "--reactant", "I", "--product", "OCCI"), "no functions for I"),
    ],
)
def test_what_can_have_no_energy_is_not_searched_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: tuple[str, ...],
    said: str,
) -> None:  # fmt: skip
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    assert main(["bind", *words, "--jobs", "1"]) == 1
    err = capsys.readouterr().err
    assert "searching" not in err
    assert said in err
    assert "internal" not in err
    assert not list(tmp_path.rglob("*.json"))
