"""Densities of coatings from their recipe, and the volume lithium adds to silicon."""

from __future__ import annotations

import pytest

from byssus.laws.coating import DENSITIES, LITHIUM_M3_PER_C, coating_density, density_of
from byssus.laws.matter import FARADAY_C_PER_MOL


def test_a_recipe_by_hand() -> None:
    found = coating_density({"silicon": 0.5, "polyimide": 0.5})
    assert found is not None
    assert found == pytest.approx((1 / (0.5 / 2320 + 0.5 / 1350), 1 / (0.5 / 2340 + 0.5 / 1450)))
    assert coating_density({"silicon": 50, "polyimide": 50}) == pytest.approx(found)
    assert coating_density({"silicon": 1.0}) == pytest.approx((2320.0, 2340.0))


def test_an_unknown_component_has_no_density() -> None:
    assert coating_density({"silicon": 0.5, "unobtainium": 0.5}) is None
    assert coating_density({}) is None
    assert density_of("silicon oxide") is None  # not silicon
    assert density_of("graphite oxide") is None


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [("Super P", 1800, 2100), ("super_p", 1800, 2100), ("C65", 1800, 2100), ("Si", 2320, 2340), ("PVDF", 1740, 1800)],
)
def test_names_as_people_write_them(name: str, low: float, high: float) -> None:
    found = density_of(name)
    assert found is not None
    assert (found.low, found.high) == (low, high)


def test_every_density_has_a_source() -> None:
    assert all(one.source and 0 < one.low < one.high for one in DENSITIES)


def test_lithium_adds_what_the_crystal_of_li15si4_says() -> None:
    # Li15Si4: cubic, a = 10.687 angstrom with 60 Li and 16 Si (doi:10.1149/1.1652421); silicon: 12.06 ml/mol
    per_silicon = 6.02214076e23 * (10.687e-10) ** 3 / 16
    per_lithium = (per_silicon - 12.06e-6) / 3.75
    assert pytest.approx(per_lithium, rel=0.02) == LITHIUM_M3_PER_C * FARADAY_C_PER_MOL
