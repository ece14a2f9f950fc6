"""What headings mean: names and units however they are written."""

from __future__ import annotations

import pytest

from byssus.read.headings import is_unit, matches, unit_scale
from byssus.vocabulary import columns

KNOWN = [
    ("Force [N]", "force_n", 1.0),
    ("Force (kN)", "force_n", 1e3),
    ("Force / mN", "force_n", 1e-3),
    ("FORCE/N", "force_n", 1.0),
    ("force_n", "force_n", 1.0),
    ("force_kn", "force_n", 1e3),
    ("Kraft in N", "force_n", 1.0),
    ("Prüfkraft, N", "force_n", 1.0),
    ("Charge [N]", "force_n", 1.0),
    ("Horizontal force [mN]", "horizontal_force_n", 1e-3),
    ("Vertikalkraft [N]", "vertical_force_n", 1.0),
    ("水平力[N]", "horizontal_force_n", 1.0),
    ("FV (N)", "vertical_force_n", 1.0),
    ("垂直変位[μm]", "depth_m", 1e-6),
    ("水平変位[μm]", "displacement_m", 1e-6),
    ("Schnitttiefe in µm", "depth_m", 1e-6),
    ("時間[s]", "time_s", 1.0),
    ("Current_A", "current_a", 1.0),
    ("I/mA", "current_a", 1e-3),
    ("<I>/mA", "current_a", 1e-3),
    ("Ewe/V", "voltage_v", 1.0),
    ("U[V]", "voltage_v", 1.0),
    ("Spannung [V]", "voltage_v", 1.0),
    ("Spannung [MPa]", "stress_pa", 1e6),
    ("Spannung (Zug) [N/mm²]", "stress_pa", 1e6),
    ("Charge_Capacity_Ah", "charge_capacity_c", 3600.0),
    ("Charge_Capacity(Ah)", "charge_capacity_c", 3600.0),
    ("DChg. Cap.(mAh)", "discharge_capacity_c", 3.6),
    ("~Time[s]", "time_s", 1.0),
    ("Total Time(h:min:s.ms)", "time_s", 1.0),
    ("Zeit [min]", "time_s", 60.0),
    ("Dehnung [%]", "strain_1", 0.01),
    ("Weg [µm]", "displacement_m", 1e-6),
    ("Elongation [mm]", "displacement_m", 1e-3),
    ("Elongation [%]", "strain_1", 0.01),
    ("Épaisseur (µm)", "thickness_m", 1e-6),
    ("Cell_Temperature_C", "temperature_k", 1.0),
    ("freq/Hz", "frequency_hz", 1.0),
    ("FREQ (KHZ)", "frequency_hz", 1e3),
    ("Re(Z)/Ohm", "impedance_real_ohm", 1.0),
    ("Zre (ohms)", "impedance_real_ohm", 1.0),
    ("Z' [mΩ]", "impedance_real_ohm", 1e-3),
    ("Z'' (kOhm)", "impedance_imaginary_ohm", 1e3),
    ('Z"/ohm', "impedance_imaginary_ohm", 1.0),
    ("-Im(Z)/Ohm", "minus_impedance_imaginary_ohm", 1.0),
    ("-Z'' (Ω)", "minus_impedance_imaginary_ohm", 1.0),
    ("|Z|/Ohm", "impedance_modulus_ohm", 1.0),
    ("Phase(Z)/deg", "impedance_phase_rad", 0.0174532925199433),
    ("Phase [rad]", "impedance_phase_rad", 1.0),
]


@pytest.mark.parametrize(("heading", "name", "factor"), KNOWN)
def test_known_headings(heading: str, name: str, factor: float) -> None:
    found = {m.column.name: m.scale for m in matches((heading,)) if m.scale}
    assert set(found) == {name}
    assert found[name] is not None
    assert found[name][0] == pytest.approx(factor, rel=1e-14)


@pytest.mark.parametrize(
    "heading", ["F dyn.", "Energy [Wh]", "Charge [mAh]", "dV/dt(V/s)", "Strain stat", "Z' [ohm cm2]", ""]
)
def test_headings_that_are_something_else(heading: str) -> None:
    assert matches((heading,)) == []


def test_a_units_row_gives_the_unit_and_wins_over_a_lookalike() -> None:
    assert [(m.column.name, m.scale) for m in matches(("Kraft",), ("kN",))] == [("force_n", (1000.0, 0.0))]
    assert matches(("Kraft",), ("mm",)) == []
    assert [m.column.name for m in matches(("Spannung",), ("MPa",))] == ["stress_pa"]


@pytest.mark.parametrize("name", list(columns()))
def test_every_heading_of_the_vocabulary_leads_to_its_column(name: str) -> None:
    column = columns()[name]
    for heading in (*column.headings, name):
        row = "" if column.unit in ("1", "text") else column.unit
        assert name in {m.column.name for m in matches((heading,), (row,))} or "(" in heading


@pytest.mark.parametrize(
    ("unit", "target", "expected"),
    [
        ("°C", "K", (1.0, 273.15)),
        ("C", "K", (1.0, 273.15)),
        ("\ufffdC", "K", (1.0, 273.15)),
        ("C", "C", (1.0, 0.0)),
        ("mA.h", "C", (3.6, 0.0)),
        ("ampere_hour", "C", (3600.0, 0.0)),
        ("mm/mm", "1", (1.0, 0.0)),
        ("N/mm^2", "Pa", (1e6, 0.0)),
        ("furlong per fortnight", "N", None),
        ("mm", "N", None),
        ("", "N", None),
        ("mpa", "Pa", None),
    ],
)
def test_units(unit: str, target: str, expected: tuple[float, float] | None) -> None:
    assert unit_scale(unit, target) == (pytest.approx(expected) if expected else None)


def test_units_rows_hold_only_units() -> None:
    assert all(is_unit(cell) for cell in ("s", "N", "[mm]", "(MPa)", "°C", "%", "-", "", "mAh/g", "N/mm²"))
    assert not any(is_unit(cell) for cell in ("Kraft", "Zeit", "12", "1,5", "initial"))
