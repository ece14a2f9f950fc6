"""Relations between techniques: what swelling, recipe, pores and charge, or gel and strands, say of one another."""

from __future__ import annotations

import math

import pytest

from byssus.audit import audit
from byssus.audit.row import Row
from byssus.audit.table.network import FLOOR, NETWORK_SHARE
from byssus.laws.expression import value
from byssus.study.model import Claim


def claim(quantity: str, value: str, unit: str = "1", binder: str = "X", **at: object) -> Claim:
    return Claim(binder=binder, quantity=quantity, value=value, unit=unit, at=at)


def verdict(relation: str, *claims: Claim) -> str:
    (row,) = (r for r in audit(claims) if relation in r.relation)
    return row.verdict


SLURRY = [
    claim("mass_fraction", share, "%", component=name, binder="")
    for name, share in (("Si", "60"), ("Super P", "20"), ("polyimide", "20"))
]


def swelling(expansion: str, *more: Claim) -> Row:
    claims = [*SLURRY, *more, claim("first_delithiation_capacity", "3000", "mAh/g"), claim("porosity", "20.0", "%")]
    rows = audit([*claims, claim("expansion_after_lithiation", expansion, "%")])
    return next(r for r in rows if "pores cannot take" in r.relation)


def test_a_coating_swells_at_least_by_what_its_pores_cannot_take() -> None:
    # 0.6 x 1.08e7 C/kg x 8.9e-6/96485 m3/C = 5.98e-4 m3/kg; the recipe's volume is 1/1.95 to 1/2.05 of it
    low = 0.8 * (1 + 5.977e-4 / (0.6 / 2320 + 0.2 / 1800 + 0.2 / 1350)) - 1
    row = swelling("90")
    assert row.verdict == "agrees"
    assert row.recomputed is not None
    assert row.recomputed[0] == pytest.approx(100 * low, abs=2.0)  # the digits of the claims widen it
    assert any("silicon 2.32" in remark or "si 2.32" in remark for remark in row.remarks)
    assert swelling("50").verdict == "disagrees"
    assert "closed pores" in swelling("50").mends[0].text
    # with a third of that density there is so much less silicon in it that 50 % are enough
    assert swelling("50", claim("skeletal_density", "0.70", "g/cm3")).verdict == "agrees"


def test_without_a_whole_recipe_or_a_known_component_the_density_is_not_known() -> None:
    rest = [claim("porosity", "20.0", "%"), claim("first_delithiation_capacity", "3000", "mAh/g")]
    small = claim("expansion_after_lithiation", "1", "%")
    unknown = [*SLURRY[:2], claim("mass_fraction", "20", "%", component="unobtainium", binder="")]
    for recipe in (SLURRY[:2], unknown):
        assert [r for r in audit([*recipe, *rest, small]) if "pores cannot take" in r.relation] == []


def test_a_gel_of_few_strands_is_left_open() -> None:
    few = [claim("crosslink_density", "50", "mol/m3"), claim("number_average_molar_mass", "20", "kDa")]
    assert verdict("tied at random", *few, claim("gel_fraction", "30", "%")) == "unverifiable"
    many = [claim("crosslink_density", "900", "mol/m3"), claim("number_average_molar_mass", "20", "kDa")]
    assert verdict("tied at random", *many, claim("gel_fraction", "30", "%")) == "disagrees"


@pytest.mark.parametrize("units", [2.0, 3.0, 6.0, 20.0])
def test_the_floor_of_the_gel_holds_for_chains_of_one_length_and_of_the_most_probable(units: float) -> None:
    """Sol of both distributions, solved here by iteration from Flory's s = sum of w exp(-x g u/u_n)."""
    one = probable = 0.01
    for _ in range(2000):
        one = math.exp(-units * (1 - one))
        probable = 1 / (1 + units * (1 - probable)) ** 2
    assert probable + math.sqrt(probable) == pytest.approx(1 / units)  # Charlesby's form of the second
    floor = value(FLOOR, {"density": 1.0, "crosslink_density": units, "number_average_molar_mass": 1.0}) / NETWORK_SHARE
    assert 1 - one >= floor
    assert 1 - probable >= floor
