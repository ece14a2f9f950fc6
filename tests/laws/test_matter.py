"""Molar masses, stoichiometric capacities and chain lengths against values worked out by hand."""

from __future__ import annotations

import pytest

from byssus.errors import UnitError
from byssus.laws.atomic import SYMBOLS
from byssus.laws.matter import (
    ATOMIC_MASS_KG_PER_MOL,
    carothers_degree,
    composition,
    formula_of,
    imbalance_for,
    lithiation_capacity_c_per_kg,
    molar_mass_kg_per_mol,
)


@pytest.mark.parametrize(
    ("formula", "g_per_mol"),
    [("H2O", 18.015), ("C10H2O6", 218.12), ("C12H12N2O", 200.24), ("C12H14N4", 214.27), ("(C2H4O)3", 132.159)],
)
def test_molar_mass(formula: str, g_per_mol: float) -> None:
    assert molar_mass_kg_per_mol(formula) * 1e3 == pytest.approx(g_per_mol, abs=0.01)


def test_every_element_to_xenon_has_a_weight_and_they_rise() -> None:
    """But technetium, which has no standard one; out of order by weight are argon, cobalt and tellurium alone."""
    masses = [ATOMIC_MASS_KG_PER_MOL[symbol] for symbol in SYMBOLS[1:] if symbol != "Tc"]
    symbols = [symbol for symbol in SYMBOLS[1:] if symbol != "Tc"]
    assert len(masses) == 53
    falls = [a for a, one, after in zip(symbols, masses, masses[1:], strict=False) if after < one]
    assert falls == ["Ar", "Co", "Te"]
    assert molar_mass_kg_per_mol("CdSe") * 1e3 == pytest.approx(191.38, abs=0.01)


def test_capacities_of_silicon_and_graphite() -> None:
    # 3.75 x 96485.33 / 3.6 / 28.085 and 96485.33 / 3.6 / 72.066
    assert lithiation_capacity_c_per_kg("Li15Si4") / 3600 == pytest.approx(3578.62, abs=0.01)
    assert lithiation_capacity_c_per_kg("LiC6") / 3600 == pytest.approx(371.90, abs=0.01)


@pytest.mark.parametrize("name", ["PMDA", "pyromellitic dianhydride", "Pyromellitic Dianhydride", "C10H2O6"])
def test_names_lead_to_formulas(name: str) -> None:
    assert formula_of(name) == "C10H2O6"


def test_primes_may_be_missing() -> None:
    assert formula_of("3,3'-diaminobenzidine") == formula_of("3,3′-Diaminobenzidine") == "C12H14N4"
    assert formula_of("a polymer") is None


@pytest.mark.parametrize("bad", ["", "Xx2", "C6H6)", "(C6H6", "water!", "h2o"])
def test_no_formula(bad: str) -> None:
    with pytest.raises(UnitError, match="formula"):
        composition(bad)


def test_carothers_and_its_inverse() -> None:
    assert carothers_degree(0.99) == pytest.approx(199.0)
    assert carothers_degree(1.0, 0.99) == pytest.approx(100.0)
    assert imbalance_for(carothers_degree(0.999)) == pytest.approx(1e-3)
