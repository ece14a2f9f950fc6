"""Numbers, units and conditions as people read them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byssus.report.words import axis_title, conditions, linked, named, number, pretty_unit, with_uncertainty


@pytest.mark.parametrize(
    ("value", "uncertainty", "text", "spread"),
    [
        (165.345, 2.04, "165.3", "2.0"),
        (165.345, 5.3, "165", "5"),
        (1234.5, 120.0, "1230", "120"),
        (0.098765, 0.00123, "0.0988", "0.0012"),
        (-17.72, 0.5, "−17.7", "0.5"),
        (3537.4, None, "3537", ""),
        (8.1, None, "8.1", ""),
        (1.0, 0.0, "1", ""),
        (0.0, None, "0", ""),
        (2.5e-9, 1e-10, "2.50×10⁻⁹", "0.10×10⁻⁹"),
        (4.2e12, None, "4.2×10¹²", ""),
        (123456.0, None, "123456", ""),
        (59.5985298287, 1.1e-9, "59.599", "<0.001"),
        (1685.27, 0.14, "1685.3", "0.1"),
        (2.5e-9, 1e-18, "2.5000×10⁻⁹", "<0.0001×10⁻⁹"),
    ],
)
def test_digits_follow_the_uncertainty(value: float, uncertainty: float | None, text: str, spread: str) -> None:
    assert with_uncertainty(value, uncertainty) == (text, spread)


@given(st.floats(-1e4, 1e4), st.floats(2.0, 1e4))
def test_what_is_shown_is_within_half_a_unit_of_its_last_digit(value: float, uncertainty: float) -> None:
    text, spread = with_uncertainty(value, uncertainty)
    shown, around = (float(t.replace("−", "-")) for t in (text, spread))
    assert abs(shown - value) <= 0.18 * uncertainty
    assert math.isclose(around, uncertainty, rel_tol=0.16)


@given(st.floats(1e-30, 1e30))
def test_bare_numbers_keep_four_digits(value: float) -> None:
    text = number(value).replace("−", "-")
    if "×10" in text:
        mantissa, power = text.split("×10")
        text = f"{mantissa}e{power.translate(str.maketrans('⁰¹²³⁴⁵⁶⁷⁸⁹⁻', '0123456789-'))}"
    assert math.isclose(float(text), value, rel_tol=6e-4)


def test_units_and_titles() -> None:
    assert pretty_unit("MJ/m^3") == "MJ/m³"
    assert pretty_unit("cm^-1") == "cm⁻¹"
    assert pretty_unit("1") == ""
    assert axis_title("tensile_strength") == "Tensile strength / MPa"
    assert axis_title("specific_capacity") == "Specific capacity / (mAh/g)"
    assert axis_title("cycle_number") == "Cycle"


def test_conditions() -> None:
    assert conditions({"cycle": 200, "c_rate": 0.2, "specimen": "a"}, without=("specimen",)) == "cycle 200, 0.2 C"
    assert conditions({"region": "C 1s", "reference_cycle": 3}) == "C 1s, reference cycle 3"
    assert conditions(None) == ""


def test_dois_become_links_and_nothing_else_does() -> None:
    assert linked("doi:10.1039/D6TA00020G.") == (
        '<a href="https://doi.org/10.1039/D6TA00020G" rel="noreferrer">doi:10.1039/D6TA00020G</a>.'
    )
    assert linked('<b> 10.1/x "') == "&lt;b&gt; 10.1/x &#34;"
    assert '"' not in linked('10.1039/a"onclick=x').split('rel="noreferrer">')[1]


def test_names_of_the_vocabulary_are_said_in_words() -> None:
    assert named("first_delithiation_capacity of PAID") == "first delithiation capacity of PAID"
    assert named("initial_coulombic_efficiency, young_modulus, saicas_force, no_such_name") == (
        "initial Coulombic efficiency, Young's modulus, SAICAS force, no_such_name"
    )
