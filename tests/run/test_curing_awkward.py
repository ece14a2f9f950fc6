"""Cures of studies that are not the usual ones: printed ranges, masses below nothing, crosslinkers that tie nothing."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.run.test_curing import GLASS, MASSES, STUDY, claim, one
from tests.run.test_curing import study as written

from byssus.cli import main
from byssus.run import curing
from byssus.run.curing_known import Numbers

pytestmark = pytest.mark.skipif(find_spec("rdkit") is None, reason="RDKit is not installed")

study = written  # the fixture


def test_without_a_network_at_one_end_no_multiplier_is_the_most(study: Callable[[str], Any]) -> None:
    """Where some samples do not gel, nothing bounds what their modulus would have to be multiplied with."""
    text = (
        STUDY + claim("plain", "number_average_molar_mass", "3", "kDa") + claim("tied", "rubbery_modulus", "5", "MPa")
    )
    findings, rows, _ = curing.curing_findings(study(text), "tied")
    assert rows[0]["networks"][0]["phantom_pa"][1] == 0
    assert one(findings, "modulus_multiplier", "tied").interval[1] == np.inf


def test_a_printed_range_counts_at_its_middle(study: Callable[[str], Any]) -> None:
    """Limits of equal likelihood, as the electrode model takes them: breadth over sqrt 12, the digits' own with it."""
    text = STUDY + claim("plain", "number_average_molar_mass", "40-60", "kDa")
    known = Numbers(study(text)).of("plain", "number_average_molar_mass")
    assert known is not None
    assert known.value == pytest.approx(50.0)
    assert 20 / np.sqrt(12) <= known.uncertainty <= 22 / np.sqrt(12)
    assert one(curing.curing_findings(study(text), "tied")[0], "gel_fraction", "tied", of="chains alone").value > 0
    bound = STUDY + claim("plain", "number_average_molar_mass", ">40", "kDa")
    assert Numbers(study(bound)).of("plain", "number_average_molar_mass") is None


def test_a_molar_mass_below_nothing_costs_the_network_and_not_the_cure(study: Callable[[str], Any]) -> None:
    text = STUDY + claim("plain", "number_average_molar_mass", "-40", "kDa")
    findings, _, _ = curing.curing_findings(study(text), "tied")
    assert one(findings, "ring_closure", "tied").status == "ok"
    assert "-40 kg/mol" in one(findings, "gel_point_conversion", "tied").remarks[0]


def test_where_the_glass_transition_rose_nothing_that_softens_is_a_rival(study: Callable[[str], Any]) -> None:
    findings, rows, _ = curing.curing_findings(study(STUDY + MASSES + GLASS.replace("382.2", "430.0")), "tied")
    assert rows[0]["rivals"] == []
    assert not [f for f in findings if f.quantity == "required_share"]


def test_a_printed_degree_of_imidisation_is_not_said_to_be_wanting(study: Callable[[str], Any]) -> None:
    told = claim("tied", "imidisation_degree", "93", "%")
    for text, words in ((told, "93 % closed are printed"), ("", "no degree of imidisation is printed")):
        _, rows, _ = curing.curing_findings(study(STUDY + MASSES + GLASS + text), "tied")
        assert words in next(r["sentence"] for r in rows[0]["rivals"] if r["component"] == "amic acid units")


def test_a_cure_that_fails_is_told_by_the_command(
    study: Callable[[str], Any], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from byssus.run import curing_binder

    def fails(*_: Any) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(curing_binder, "of_subject", fails)
    study(STUDY + MASSES)
    assert main(["cure", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "tied: ring closure is not simulated" in out
    assert "poly(amic acid)" not in out


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('poss = "0.2 %"', 'poss = "0.0 %"', "binder tied: octa(3-glycidoxypropyl) POSS: a recipe needs amounts"),
        ("octa(3-glycidoxypropyl) POSS", "ODA", "binder tied: the crosslinker 'ODA' has no oxirane"),
    ],
)
def test_a_crosslinker_that_ties_nothing_says_where_and_why(
    study: Callable[[str], Any], old: str, new: str, words: str
) -> None:
    findings, _, _ = curing.curing_findings(study(STUDY.replace(old, new)), "tied")
    (said,) = one(findings, "ring_closure", "tied").remarks
    assert said.startswith(words)
    assert "name the crosslinker" not in said  # it is named
