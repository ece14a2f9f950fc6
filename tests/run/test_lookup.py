"""What a run finds of binding energies where nothing is stored: what would compute them, and how long it takes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("rdkit", reason="the extra 'chemistry' is not installed")

from byssus.compute.models import Contact
from byssus.run import lookup
from byssus.run.executors import InlineExecutor
from byssus.run.lookup import Energies, Means, bounds_of, settings_for
from byssus.run.progress import Progress
from byssus.run.store import Store
from byssus.run.work import Work

AMIDES = Contact("formamide dimer", "pair", "A", "", ("NC=O", "NC=O"))
LARGER = Contact("acetamide dimer", "pair", "A", "", ("CC(N)=O", "CC(N)=O"), level="full")


def found(tmp_path: Path, energies: Energies, **means: Any) -> tuple[list[str], int, str]:
    """The problems of both contacts, how many jobs are left, what would do them."""
    work = Work(Store(tmp_path / "store"), lambda _calls: InlineExecutor(), Progress(quiet=True))
    settings = replace(settings_for(energies), store=tmp_path / "jobs", jobs=1)
    bounds, left, why = bounds_of([AMIDES, LARGER], settings, (), Means(work, 1, None, **means))
    return [" ".join(p.what for p in one.problems) for one in bounds], len(left), why


def test_without_the_libraries_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "lacking", lambda _energies: ["pyscf"])
    problems, left, why = found(tmp_path, "default")
    assert problems == ["not computed yet"] * 2
    assert left == 4  # each molecule and each pair is to be searched
    assert why == f"{lookup.EXTRA} Then 'byssus bind STUDY' computes it."


@pytest.mark.parametrize(
    ("energies", "command"),
    [
        ("default", "'byssus bind STUDY'"),
        ("quick", "'byssus bind STUDY --quick'"),
        ("full", "'byssus bind STUDY --energies full'"),
    ],
)
def test_the_command_is_of_the_level_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, energies: Energies, command: str
) -> None:
    monkeypatch.setattr(lookup, "MOST_S", 0.0)
    monkeypatch.setattr(lookup, "lacking", lambda _energies: [])
    assert found(tmp_path, energies)[2].startswith(f"{command} computes it, about ")


def test_what_failed_before_is_not_tried_and_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "lacking", lambda _energies: [])
    failed = {"A: formamide dimer": [{"what": "the field did not converge"}]}
    problems, _, _ = found(tmp_path, "default", failed=failed)
    assert problems == ["the field did not converge", "not computed yet"]
