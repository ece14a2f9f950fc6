"""Rows of the report's structures: formulas and molar masses worked out by hand, each structure once."""

from __future__ import annotations

import pytest

pytest.importorskip("rdkit", reason="chemistry is an extra: pip install 'byssus[chemistry]'")

from byssus.run.structures import structures_of
from byssus.study.model import Binder, Monomer


def test_a_mean_unit_is_weighed_as_it_is_and_drawn_as_an_example() -> None:
    """Carboxymethyl cellulose of 0.7: C6H10O5 and 0.7 times C2H2O2, 162.14 + 0.7 x 58.04 g/mol."""
    rows, drawings, problems = structures_of([Binder(name="B", monomers=(Monomer(name="CMC, DS 0.7"),))], [])
    assert problems == []
    (unit,) = [row for row in rows if row["role"] == "monomer"]
    assert (unit["name"], unit["formula"]) == ("CMC, DS 0.7", "C7.4H11.4O6.4")
    assert unit["molar_mass_kg_per_mol"] * 1e3 == pytest.approx(202.77, abs=0.01)
    assert unit["sites"] == pytest.approx({"acid": 0.7, "hydroxyl": 2.3})
    salt = next(row for row in rows if row["name"].endswith("% Na"))
    assert salt["molar_mass_kg_per_mol"] * 1e3 == pytest.approx(218.15, abs=0.01)
    assert set(drawings) == {row["drawing"] for row in rows}


def test_what_two_binders_share_is_one_row() -> None:
    paa = (Monomer(name="PAA"),)
    rows, _, problems = structures_of([Binder(name="A", monomers=paa), Binder(name="B", monomers=paa)], [])
    assert problems == []
    assert [(row["role"], row["binders"]) for row in rows] == [("monomer", ["A", "B"]), ("repeat unit", ["A", "B"])]


def test_a_structure_nobody_knows_is_told_and_leaves_the_others() -> None:
    binders = [Binder(name="A", monomers=(Monomer(name="mystery"),)), Binder(name="B", monomers=(Monomer(name="PAA"),))]
    rows, _, problems = structures_of(binders, [])
    assert {name for row in rows for name in row["binders"]} == {"B"}
    assert [problem.where for problem in problems] == ["chemistry of A: binder A"]
