"""Conditions in words of the text's own: they may say nothing, and end no audit."""

from __future__ import annotations

import pytest

from byssus.audit import audit
from byssus.audit.row import Row
from byssus.study.model import Claim


def claim(quantity: str, value: str, unit: str, **at: object) -> Claim:
    return Claim(binder="X", quantity=quantity, value=value, unit=unit, at=at)


def rows(quantity: str, *claims: Claim) -> list[Row]:
    return [row for row in audit(claims) if row.quantity == quantity]


# E = 3 nu R T: 16 MPa at 298.15 K are 2151.5 mol/m^3
@pytest.mark.parametrize(
    ("temperature", "verdict"),
    [
        ("25 °C", "agrees"),
        (298.15, "agrees"),
        ("room temperature", "unverifiable"),
        ("RT", "unverifiable"),
        ("25 furlong", "unverifiable"),
    ],
)
def test_a_temperature_in_words_leaves_the_crosslink_density_unverified(temperature: object, verdict: str) -> None:
    density = claim("crosslink_density", "2151.5", "mol/m^3", temperature=temperature)
    (row,) = rows("crosslink_density", density, claim("rubbery_modulus", "16.000", "MPa"))
    assert row.verdict == verdict


def test_an_angle_in_words_is_no_angle() -> None:
    strength = claim("peel_strength", "80", "N/m")
    assert rows("fracture_energy", claim("fracture_energy", "160", "J/m^2", angle="T-peel"), strength) == []
    (row,) = rows("fracture_energy", claim("fracture_energy", "160", "J/m^2", angle="180°"), strength)
    assert row.verdict == "agrees"


# F / (6.94 g/mol) = 96485.33 / 6.94 / 3.6 = 3861.9 mAh/g
@pytest.mark.parametrize(
    ("material", "capacity", "verdict"),
    [("lithium", "3862", "agrees"), ("Li", "3862", "agrees"), ("Li", "3579", "disagrees")],
)
def test_lithium_itself_has_a_capacity_per_its_own_mass(material: str, capacity: str, verdict: str) -> None:
    (row,) = rows("theoretical_capacity", claim("theoretical_capacity", capacity, "mAh/g", material=material))
    assert row.verdict == verdict


def test_a_family_of_alloys_is_no_formula() -> None:
    """Li-Si is not LiSi, whose 954 mAh/g every silicon anode passes."""
    found = rows("first_delithiation_capacity", claim("first_delithiation_capacity", "3000", "mAh/g", material="Li-Si"))
    assert [row.verdict for row in found] == ["agrees"]


def test_a_rate_over_nothing_is_a_word() -> None:
    claims = [claim("delithiation_capacity", "1500", "mAh/g", c_rate=rate) for rate in ("C/0", "C/5", 0.2)]
    agreed = [dict(row.at) for row in rows("delithiation_capacity", *claims) if "two places" in row.relation]
    assert agreed == [{"c_rate": 0.2}]  # C/5 and 0.2 are one rate, C/0 is none


@pytest.mark.parametrize("mass", ["0", "<3", ">5", "≥0"])
def test_bounds_and_zeros_of_masses_say_nothing_of_a_chain(mass: str) -> None:
    weighed = [
        claim("mass", mass, "g", compound="C10H2O6"),
        claim("mass", "2.00", "g", compound="C12H12N2O"),
        claim("number_average_molar_mass", "900", "kg/mol"),
    ]
    assert not [row for row in audit(weighed) if "Carothers" in row.relation]


@pytest.mark.parametrize("modulus", ["≥0", "0", ">3"])
def test_bounds_of_a_modulus_say_nothing_of_the_load(modulus: str) -> None:
    claims = [
        Claim(binder=binder, quantity=quantity, value=value, unit=unit)
        for binder in "XY"
        for quantity, value, unit in (
            ("indentation_depth", "1.0" if binder == "X" else "9.0", "µm"),
            ("hardness", "0.30", "GPa"),
            ("reduced_modulus", modulus, "GPa"),
        )
    ]
    assert not [row for row in audit(claims) if row.relation == "indentations to one load"]
