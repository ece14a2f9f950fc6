"""What `byssus bind` prints: the method, what the formula leaves out, hydrogen bonds, and what warns of a number."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("rdkit", reason="the extra 'chemistry' is not installed")
pytest.importorskip("tblite", reason="the extra 'chemistry' is not installed")

from byssus.cli import main
from byssus.compute.ledger import Kind, Ledger
from byssus.compute.models import Contact
from byssus.compute.molecule import Geometry
from byssus.compute.search import Candidate
from byssus.compute.single_point import Method
from byssus.errors import Problem
from byssus.run import bind_command
from byssus.run.binding import Bound, BoundBy
from byssus.run.jobs import FOLDER_VARIABLE
from byssus.run.show_binding import binding_lines
from byssus.study.model import Claim

KCAL = 4184.0
TOP = Candidate(Geometry(np.array([2]), np.zeros((1, 3))), 0.0, 0.0, 0.0, 1, "hydrogen-bonded", 1)


def bound(made: Ledger, name: str = "a with b", **more: object) -> Bound:
    contact = Contact(name, made.kind, "PI", "", ("O", "O"))
    return Bound(contact, (BoundBy("hydrogen-bonded", made, TOP),), **more)  # type: ignore[arg-type]


def ledger(kind: Kind = "pair", method: Method | None = None, binding: float = -7.5, bonds: int = 2) -> Ledger:
    return Ledger(kind, method or Method(), binding * KCAL, (), bonds, "hydrogen-bonded")


def test_a_line_has_method_corrections_and_bonds() -> None:
    more: dict[str, Any] = {"counterpoise_binding": -5.4 * KCAL, "deformation": 0.06 * KCAL, "relaxed": -7.6 * KCAL}
    made = replace(ledger(), dispersion={"D3(BJ)": -0.7 * KCAL}, **more)
    (line,) = binding_lines([bound(made)])
    assert line == (
        "PI a with b: -7.50 kcal/mol by B3LYP/6-31g(d,p); counterpoise -5.40; with D3(BJ) -8.20; deformation 0.06; "
        "relaxed -7.60; 2 hydrogen bonds"
    )


def test_the_quick_level_is_marked_and_nothing_is_minus_zero() -> None:
    (line,) = binding_lines([bound(ledger(method=Method("gfn2"), binding=-0.001, bonds=1))])
    assert line == "PI a with b: 0.00 kcal/mol by GFN2-xTB, quick level; 1 hydrogen bond"


def test_a_reaction_is_called_one() -> None:
    (line,) = binding_lines([bound(ledger("ring_opening", bonds=0))])
    assert line.endswith("kcal/mol by B3LYP/6-31g(d,p), a reaction energy")


def test_warnings_stand_below_their_number_and_failures_in_line() -> None:
    made = replace(ledger(), warnings=("part 2 lies lower",), unrelaxed="40 atoms")
    failed = Bound(Contact("c", "pair", "", "", ("O", "O")), (), (Problem("no"),))
    claim = Claim(binder="PI", quantity="binding_energy", value="-11.22", unit="kcal/mol", at={"bond": "hydrogen bond"})
    lines = list(binding_lines([bound(made, outdated=("pyscf 1, here 2",)), failed], [claim]))
    assert lines[1:] == [
        "    warning: part 2 lies lower",
        "    warning: computed with other versions than are installed: pyscf 1, here 2",
        "    warning: not relaxed: 40 atoms",
        "c: failed",
        "printed for PI (hydrogen bond): -11.22 kcal/mol",
    ]


def test_how_long_all_takes_is_told_before_anything_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    words = ["bind", "--quick", "--jobs", "1", "--pair", "[Li+]", "O"]
    monkeypatch.setattr(bind_command, "LONG_S", 0.0)
    assert main(words) == 0
    assert capsys.readouterr().err.splitlines()[0].startswith("about 1 min in all")
    assert main(words) == 0
    assert capsys.readouterr().err == ""  # all is there


def test_a_study_without_a_contact_that_can_be_prints_no_empty_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = 'title = "T"\n[[binder]]\nname = "A"\n[[contact]]\nname = "x"\nbinder = "A"\nreactants = ["[CH3]", "O"]\n'
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    assert main(["bind", str(tmp_path), "--quick"]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert "contact 'x': a radical" in err


def test_a_job_that_failed_is_not_said_to_be_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    assert main(["bind", "--quick", "--jobs", "1", "--pair", "[OH3+]", "O"]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert any(line.endswith("search [OH3+] with water failed") for line in lines)
    assert any(line.endswith("search water is done") for line in lines)
