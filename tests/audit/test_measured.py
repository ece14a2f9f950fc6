"""Printed numbers against measured ones: which is meant, and how sharp it must be; and a study's own equations."""

from __future__ import annotations

import pytest

from byssus.audit import audit
from byssus.audit.row import Row
from byssus.findings import Finding
from byssus.study.model import Claim, OwnRelation

MEASURED = "measured in this study"


def claim(quantity: str, value: str, unit: str = "1", **at: object) -> Claim:
    return Claim(binder="X", quantity=quantity, value=value, unit=unit, at=at)


def finding(quantity: str, unit: str, low: float, high: float, technique: str = "", **at: object) -> Finding:
    return Finding(
        quantity, (low + high) / 2, unit, at=at, interval=(low, high), n=3, binder="X", technique=technique or None
    )


def row(printed: Claim, *findings: Finding) -> Row:
    (found,) = (r for r in audit([printed], findings=findings) if r.relation == MEASURED)
    return found


@pytest.mark.parametrize(
    ("printed", "verdict", "said"),
    [
        ("99.8", "unverifiable", "3 measured numbers fit what is printed equally well, and 1 of them reproduces it"),
        ("98", "disagrees", "do not reproduce"),
    ],
)
def test_a_claim_without_its_cycle_is_not_held_against_the_first_alone(printed: str, verdict: str, said: str) -> None:
    cycles = [
        finding("coulombic_efficiency", "1", middle - 0.0005, middle + 0.0005, cycle=number)
        for number, middle in ((1, 0.85), (2, 0.99), (50, 0.998))
    ]
    found = row(claim("coulombic_efficiency", printed, "%"), *cycles)
    assert found.verdict == verdict
    assert said in " ".join(found.remarks)


def test_a_claim_is_held_against_its_own_technique() -> None:
    printed = claim("glass_transition_temperature", "250", "°C", technique="DMA")
    by_dsc = finding("glass_transition_temperature", "K", 498.0, 502.0, "dsc")
    by_dma = finding("glass_transition_temperature", "K", 521.0, 525.0, "dma")
    assert row(printed, by_dsc, by_dma).verdict == row(printed, by_dma, by_dsc).verdict == "agrees"


@pytest.mark.parametrize(
    ("half_width_k", "printed", "verdict"),
    # measured 82 °C; a quarter of 355.15 K is 89 K, which would let nearly every polymer pass
    [(63.0, "127", "unverifiable"), (63.0, "83", "agrees"), (9.0, "90", "agrees"), (9.0, "95", "disagrees")],
)
def test_a_temperature_decides_by_kelvins_not_by_a_share_of_them(
    half_width_k: float, printed: str, verdict: str
) -> None:
    measured = finding("glass_transition_temperature", "K", 355.15 - half_width_k, 355.15 + half_width_k)
    assert row(claim("glass_transition_temperature", printed, "°C"), measured).verdict == verdict


@pytest.mark.parametrize(
    ("equation", "printed", "verdict"),
    [
        # strength is 40 to 60 MPa: the square about 50 MPa runs from 0 to (10 MPa)^2, corners alone see its end only
        ("(tensile_strength - 5e7) ** 2 / 2e7", "3", "agrees"),
        ("(tensile_strength - 5e7) ** 2 / 2e7", "6", "disagrees"),
        # what is divided by passes through zero: nothing bounds the quotient
        ("1e13 / (tensile_strength - 5e7)", "400", "unverifiable"),
    ],
)
def test_an_own_equation_may_turn_within_the_intervals(equation: str, printed: str, verdict: str) -> None:
    claims = [claim("toughness", printed, "MJ/m^3"), claim("tensile_strength", "50 ± 9.5", "MPa")]
    own = [OwnRelation(name="own", of="toughness", equation=equation)]
    (found,) = (r for r in audit(claims, own=own) if r.relation == "own")
    assert found.verdict == verdict


def test_a_share_of_nothing_is_not_bounded() -> None:
    """0 ± 0.5 % swelling: the recovered share may be anything, which neither confirms nor contradicts."""
    claims = [
        claim("expansion_after_lithiation", "0", "%"),
        claim("expansion_after_delithiation", "2", "%"),
        claim("thickness_recovery", "-900", "%"),
    ]
    (found,) = (r for r in audit(claims) if r.relation == "recovered share of the swelling")
    assert found.verdict == "unverifiable"
