"""The audit's rows in words: how far a printed number lies outside, in numbers worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest

from byssus.report.verdicts import Verdict


@pytest.mark.parametrize(
    ("printed", "recomputed", "unit", "gap"),
    [
        ("27", (7.84, 7.91), "%", "19 percentage points (71 % of the printed value)"),
        ("2 820", (2900, 3000), "mAh/g", "80 mAh/g (2.8 % of the printed value)"),
        ("1.2 × 10^3", (1300, 1400), "MPa", "100 MPa (8.3 % of the printed value)"),
        ("1368-1374", (1380, 1390), "cm^-1", "6 cm⁻¹ (0.44 % of the printed value)"),
        ("1368-1374", (1300, 1360), "cm^-1", "8 cm⁻¹ (0.58 % of the printed value)"),
        (">65", (None, 60.0), "%", "5 percentage points (7.7 % of the printed value)"),
        ("-5", (-4.0, -3.0), "V", "1 V (20 % of the printed value)"),
        ("100", (110.0, 120.0), "°C", "10 °C"),  # a tenth of 100 °C is no temperature difference
        ("150", (110.0, 160.0), "°C", ""),
        ("60 + 20 + 30", (109.0, 111.0), "%", ""),  # the sum is what was recomputed, not what bounds its first share
        ("3D-PAA < B", (-2.0, 0.0), "MPa", ""),
    ],
)
def test_the_gap_is_that_of_the_printed_number(printed: str, recomputed: Any, unit: str, gap: str) -> None:
    row = {"printed": printed, "recomputed": recomputed, "unit": unit, "verdict": "disagrees"}
    assert Verdict(0, row).gap == gap


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("-11.22", "−11.22 MPa"),
        ("60 + ~20 + 30", "60 + ~20 + 30 MPa"),
        ("3D-PAA < B", "3D-PAA < B"),
        ("3D-PAA + 4x < B", "3D-PAA + 4x < B"),
        ("", "not printed"),
    ],
)
def test_a_number_has_its_unit_and_an_order_has_none(printed: str, shown: str) -> None:
    assert Verdict(0, {"printed": printed, "unit": "MPa"}).printed == shown
