"""Units as labs write them, against factors worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byssus import units
from byssus.errors import UnitError
from byssus.units import convert, factor_to, parse_quantity, split_number

SPELLINGS = [
    ("mAh/g", "C/kg", 3600.0), ("mA h g⁻¹", "C/kg", 3600.0), ("mAh g-1", "C/kg", 3600.0), ("mAh g−1", "C/kg", 3600.0),
    ("mAh/gSi", "C/kg", 3600.0), ("mAh g_Si-1", "C/kg", 3600.0), ("Ah", "C", 3600.0), ("mAh cm−2", "C/m^2", 36000.0),
    ("kDa", "kg/mol", 1.0), ("Da", "kg/mol", 1e-3), ("g mol-1", "kg/mol", 1e-3), ("MJ/m3", "J/m^3", 1e6),
    ("cm-1", "m^-1", 100.0), ("kcal/mol", "J/mol", 4184.0), ("µm", "m", 1e-6), ("μm", "m", 1e-6), ("um", "m", 1e-6),
    ("mg cm-2", "kg/m^2", 0.01), ("N/mm²", "Pa", 1e6), ("N/cm", "N/m", 100.0), ("N/25 mm", "N/m", 40.0),
    ("%", "1", 0.01), ("wt. %", "1", 0.01), ("at.%", "1", 0.01), ("% per cycle", "1", 0.01), ("ppm", "1", 1e-6),
    ("kgf", "N", 9.80665), ("gf", "N", 9.80665e-3), ("lbf", "N", 4.4482216152605), ("psi", "Pa", 6894.757293168),
    ("°C/min", "K/s", 1 / 60), ("min", "s", 60.0), ("h", "s", 3600.0), ("mol/L", "mol/m^3", 1000.0), ("Ω", "ohm", 1.0),
    ("Ω cm2", "ohm*m^2", 1e-4), ("ml", "m^3", 1e-6), ("m2/g", "m^2/kg", 1000.0), ("in", "m", 0.0254),
    ("Ohm", "ohm", 1.0),
    ("ohms", "ohm", 1.0),
    ("\u03a9", "ohm", 1.0),
    ("\u2126", "ohm", 1.0),
    ("mΩ", "ohm", 1e-3),
    ("kOhm", "ohm", 1e3),
    ("MOhm", "ohm", 1e6),
]  # fmt: skip


@pytest.mark.parametrize(("unit", "target", "factor"), SPELLINGS)
def test_spellings(unit: str, target: str, factor: float) -> None:
    found, offset = factor_to(unit, target)
    assert found == pytest.approx(factor, rel=1e-12)
    assert offset == 0.0


@pytest.mark.parametrize("unit", ["°C", "℃", "oC", "ºC", "degC"])
def test_celsius(unit: str) -> None:
    assert convert(80.0, unit, "K") == pytest.approx(353.15)


@pytest.mark.parametrize(
    ("unit", "target"), [("furlong", "Pa"), ("zorch", "m"), ("9**9**9", "m"), ("m" * 200, "m"), ("N", "m")]
)
def test_what_does_not_fit_is_refused(unit: str, target: str) -> None:
    with pytest.raises(UnitError, match="cannot be read"):
        factor_to(unit, target)


def test_quantities_of_people() -> None:
    assert parse_quantity("12.7 mm", "m") == pytest.approx(0.0127)
    assert parse_quantity("0.55mg", "kg") == pytest.approx(5.5e-7)
    assert parse_quantity("0.05 %", "1") == pytest.approx(5e-4)
    assert parse_quantity(0.6, "1") == 0.6


@pytest.mark.parametrize(("text", "target"), [("12.7", "m"), ("wide", "m"), ("", "kg"), ("12,7 mm", "m"), ("3 s", "m")])
def test_no_silent_unit(text: str, target: str) -> None:
    with pytest.raises(UnitError):
        parse_quantity(text, target, where="width")


@pytest.mark.parametrize(
    ("text", "target", "mend"),
    [
        ("2 820 mAh/g", "C/kg", "Write 2820 mAh/g."),
        ("1 000", "1", "Write 1000."),
        ("1’234.5 mm", "m", "Write 1234.5 mm."),
        ("1,234.5 mm", "m", ""),
        ("0.50(3) mg/cm^2", "kg/m^2", ""),
        ("12.7 mm 3", "m", ""),
        ("60 %, 2", "1", ""),
        ("5 % %", "1", ""),
    ],
)
def test_a_second_number_is_not_multiplied_in(text: str, target: str, mend: str) -> None:
    with pytest.raises(UnitError, match="more than one number") as caught:
        parse_quantity(text, target)
    assert caught.value.problems[0].mend == mend


@pytest.mark.parametrize(("text", "target", "si"), [("1000 1/cm", "m^-1", 1e5), ("0.5 N/25 mm", "N/m", 20.0)])
def test_a_number_that_belongs_to_the_unit_stays(text: str, target: str, si: float) -> None:
    assert parse_quantity(text, target) == pytest.approx(si)


@given(st.floats(-1e6, 1e6), st.sampled_from(["mm", "µm", "in"]))
def test_there_and_back(value: float, unit: str) -> None:
    assert convert(convert(value, unit, "m"), "m", unit) == pytest.approx(value, rel=1e-12, abs=1e-12)


def test_split_number() -> None:
    assert split_number("−3.5e2 N") == (-350.0, "N")
    assert split_number("N 3") is None


def test_common_units_are_what_pint_says(monkeypatch: pytest.MonkeyPatch) -> None:
    known, words = dict(units.COMMON), sorted(units.NO_UNITS | units.OWN_ENDS)
    monkeypatch.setattr(units, "COMMON", {})
    monkeypatch.setattr(units, "NO_UNITS", frozenset())
    monkeypatch.setattr(units, "OWN_ENDS", frozenset())
    for (unit, target), factor in known.items():
        assert units._scale.__wrapped__(unit, target) == (factor, units.OFFSETS.get((unit, target), 0.0)), unit
    for word in (*words, *(word.capitalize() for word in words if word not in units.OWN_ENDS or word == "per_m")):
        for target in ("1", "s", "V", "A", "C", "K", "N", "m", "Pa", "ohm", "Hz"):
            with pytest.raises(UnitError):
                units._scale.__wrapped__(word, target)
