"""Claim sets as other papers print them: conditions in many spellings, several cycles and rates, partial lists."""

from __future__ import annotations

import tomllib

import pytest

from byssus.audit import audit
from byssus.study.model import Claim

D, BEYOND = "disagrees", "implausible"


def claims(text: str) -> list[Claim]:
    """``quantity|value|unit|at`` a line; the unit may be empty."""
    out = []
    for line in text.strip().splitlines():
        quantity, value, unit, at = (*(part.strip() for part in line.split("|")), "", "")[:4]
        conditions = tomllib.loads(f"at = {{ {at} }}")["at"]
        out.append(Claim(binder="X", quantity=quantity, value=value, unit=unit or "1", at=conditions))
    return out


def alarms(text: str) -> set[tuple[str, str]]:
    return {(r.quantity, r.verdict) for r in audit(claims(text)) if r.verdict in (D, BEYOND)}


SILENT = {
    "areal capacity of the first cycle beside a later capacity": """
        first_delithiation_capacity | 2850 | mAh/g
        delithiation_capacity | 2012 | mAh/g | cycle = 100
        mass_loading | 1.52 | mg/cm2
        areal_capacity | 4.33 | mAh/cm2""",
    "a formation cycle by a word": """
        delithiation_capacity | 2641 | mAh/g | cycle = 3
        delithiation_capacity | 2187 | mAh/g | cycle = 300
        capacity_retention | 82.8 | % | cycle = 300, reference_cycle = "3rd"
        capacity_retention | 79 | % | cycle = 200, reference_cycle = "formation" """,
    "efficiency of the first cycle beside capacities of a later one": """
        charge_capacity | 1.905 | mAh | cycle = 100
        discharge_capacity | 1.900 | mAh | cycle = 100
        initial_coulombic_efficiency | 87.4 | %""",
    "a steady efficiency beside the first cycle": """
        lithiation_capacity | 3000 | mAh/g | cycle = 1
        delithiation_capacity | 2400 | mAh/g | cycle = 1
        coulombic_efficiency | 99.8 | %""",
    "retention without a cycle beside a rate test": """
        first_delithiation_capacity | 3000 | mAh/g
        delithiation_capacity | 900 | mAh/g | c_rate = 5
        capacity_retention | 80 | %""",
    "abbreviations that spell elements": """
        mass | 134 | mg | compound = "POSS"
        amount | 0.10 | mmol | compound = "POSS"
        molar_mass | 35 | kDa | material = "PI" """,
    "other hosts": """
        theoretical_capacity | 2680 | mAh/g | material = "SiO"
        theoretical_capacity | 170 | mAh/g | material = "LiFePO4"
        theoretical_capacity | 372 | mAh/g | material = "graphite"
        theoretical_capacity | 650 | mAh/g""",
    "a solvent's mass is not the monomer's": """
        amount | 10.0 | mmol | monomer = "PMDA"
        mass | 2.181 | g | compound = "pyromellitic dianhydride"
        mass | 25.0 | g | solvent = "NMP"
        concentration | 1 | mol/l | salt = "LiPF6"
        volume | 30 | ml | solvent = "NMP" """,
    "an undeclared half cell in the tester's words": """
        discharge_capacity | 3537 | mAh/g | cycle = 1
        charge_capacity | 2108 | mAh/g | cycle = 1
        discharge_capacity | 1520 | mAh/g | cycle = 100
        charge_capacity | 1518 | mAh/g | cycle = 100
        coulombic_efficiency | 59.6 | % | cycle = 1
        capacity_retention | 72.0 | % | cycle = 100""",
    "an electrolyte additive beside a recipe": """
        mass_fraction | 80 | % | component = "Si"
        mass_fraction | 10 | % | component = "Super P"
        mass_fraction | 10 | % | component = "binder"
        mass_fraction | 10 | wt.% | component = "FEC"
        mass_fraction | 25 | wt % | component = "solids" """,
    "a list of surface components that is not whole": """
        component_fraction | 51.2 | at.% | region = "C 1s", component = "C-C"
        component_fraction | 28.7 | at. % | region = "C 1s", component = "C-O"
        component_fraction | 12.4 | % | region = "C 1s", component = "C=O" """,
    "a gel that stiffens": """
        tensile_strength | 0.62 | MPa
        elongation_at_break | 1250 | %
        toughness | 2.9 | MJ/m3
        young_modulus | 30 | kPa""",
    "a transition outside another test's window": """
        temperature_window | 20-25 | °C | technique = "cycling"
        glass_transition_temperature | 128 | °C""",
    "the width of another test": """
        specimen_width | 5 | mm | technique = "tensile"
        peel_force | 2.0 | N
        peel_strength | 100 | N/m""",
    "a stiff fibre": """
        tensile_strength | 1.2 | GPa
        elongation_at_break | 3.0 | %
        young_modulus | 55 | GPa""",
    "crosslinks per mass, and a plateau in degrees": """
        rubbery_modulus | 18.2 | MPa | temperature = 180
        crosslink_density | 1.61e3 | mol/m3
        crosslink_density | 1.5 | mol/kg""",
    "rates in words": """
        first_delithiation_capacity | 2000 | mAh/g | c_rate = "C/5"
        delithiation_capacity | 1500 | mAh/gSi | cycle = 100, c_rate = 0.2
        capacity_retention | 75 | % | cycle = "100", c_rate = "0.2C" """,
}


@pytest.mark.parametrize("name", list(SILENT))
def test_nothing_is_raised(name: str) -> None:
    assert alarms(SILENT[name]) == set()


FOUND = {
    "retention of a tester's word from a reference": (
        """
        discharge_capacity | 2.58 | mAh | cycle = 3
        discharge_capacity | 2.20 | mAh | cycle = 200
        capacity_retention | 95.3 | % | cycle = 200, reference_cycle = 3""",
        {("capacity_retention", D)},
    ),
    "areal retention": (
        """
        areal_capacity | 4.10 | mAh/cm2 | cycle = 1
        areal_capacity | 3.05 | mAh/cm2 | cycle = 100
        capacity_retention | 84.4 | % | cycle = 100""",
        {("capacity_retention", D)},
    ),
    "rates in words": (
        """
        first_delithiation_capacity | 2000 | mAh/g
        delithiation_capacity | 1500 | mAh/g | cycle = 100, c_rate = "1C"
        capacity_retention | 57 | % | cycle = 100, c_rate = 1.0""",
        {("capacity_retention", D)},
    ),
    "retention at a rate": (
        """
        first_delithiation_capacity | 2000 | mAh/g
        delithiation_capacity | 900 | mAh/g | c_rate = 5
        capacity_retention | 54 | % | c_rate = "5C" """,
        {("capacity_retention", D)},
    ),
    "a state in other words": (
        """
        layer_thickness | 20.0 | µm | state = "as-prepared", cycle = 0
        layer_thickness | 35.1 | µm | state = "fully lithiated", cycle = 1
        expansion_after_lithiation | 57.5 | % | cycle = 1""",
        {("expansion_after_lithiation", D)},
    ),
    "amount of one of two monomers": (
        """
        mass | 2.181 | g | compound = "PMDA"
        mass | 2.002 | g | compound = "ODA"
        amount | 9.18 | mmol | monomer = "pyromellitic dianhydride" """,
        {("amount", D)},
    ),
    "one number in two places": (
        """
        component_fraction | 43.2 | % | region = "F 1s", component = "LiF"
        component_fraction | 34.2 | % | region = "F 1s", component = "LiF" """,
        {("component_fraction", D)},
    ),
    "the first cycle by another name": (
        """
        first_delithiation_capacity | 2820 | mAh/g
        delithiation_capacity | 2280 | mAh/g | cycle = 1""",
        {("delithiation_capacity", D)},
    ),
    "a gel tougher than its rectangle": (
        """
        tensile_strength | 0.62 | MPa
        elongation_at_break | 1250 | %
        toughness | 31 | MJ/m3""",
        {("toughness", D)},
    ),
    "chains of monomers called compounds": (
        """
        mass | 500 | mg | compound = "PMDA"
        mass | 459 | mg | compound = "ODA"
        number_average_molar_mass | 4526 | kDa""",
        {("number_average_molar_mass", BEYOND)},
    ),
    "areal capacities the wrong way round": (
        """
        first_lithiation_capacity | 3.5 | mAh/cm2
        first_delithiation_capacity | 4.1 | mAh/cm2""",
        {("first_delithiation_capacity", BEYOND)},
    ),
    "graphite above its theory": (
        "delithiation_capacity | 420 | mAh/g | material = 'graphite', cycle = 2",
        {("delithiation_capacity", BEYOND)},
    ),
    "a capacity a thousandfold": (
        "delithiation_capacity | 2201 | Ah/g | cycle = 100",
        {("delithiation_capacity", BEYOND)},
    ),
}


@pytest.mark.parametrize("name", list(FOUND))
def test_what_is_wrong_is_found_and_nothing_else(name: str) -> None:
    text, expected = FOUND[name]
    assert alarms(text) == expected


def test_a_thousandfold_capacity_is_called_a_unit_slip() -> None:
    (row,) = [r for r in audit(claims("delithiation_capacity | 2201 | Ah/g | cycle = 100")) if r.verdict == BEYOND]
    assert any(m.kind == "unit" for m in row.mends)


def test_no_misprint_is_offered_that_is_none() -> None:
    text = "weight_average_molar_mass|5.4|kg/mol\nnumber_average_molar_mass|2.9|kg/mol\ndispersity|2.03|"
    (row,) = [r for r in audit(claims(text)) if r.verdict == D]
    assert not any(" 1." in m.text[-3:] for m in row.mends)
    assert all("e+" not in m.text for m in row.mends)


def test_monomers_out_of_balance_cannot_make_long_chains() -> None:
    text = """
        mass | 2.181 | g | monomer = "PMDA"
        mass | 1.802 | g | monomer = "ODA"
        number_average_molar_mass | 45.3 | kDa"""
    assert alarms(text) == {("number_average_molar_mass", BEYOND)}
    # 10.0 mmol and 9.0 mmol: Xn = 1.9/0.1 = 19 units of 209 g/mol
    assert alarms(text.replace("45.3", "4.0")) == set()


def test_a_number_without_a_binder_is_nobodys() -> None:
    shared = [c.model_copy(update={"binder": ""}) for c in claims("first_delithiation_capacity | 2400 | mAh/g")]
    own = claims("first_lithiation_capacity | 3000 | mAh/g\ninitial_coulombic_efficiency | 85 | %")
    assert [r for r in audit([*shared, *own]) if r.verdict in (D, BEYOND)] == []


def _indents(*sets: tuple[str, str, str]) -> list[Claim]:
    text = "indentation_depth | {} | µm\nhardness | {} | GPa\nreduced_modulus | {} | GPa"
    return [
        c.model_copy(update={"binder": f"binder {k}"})
        for k, values in enumerate(sets)
        for c in claims(text.format(*values))
    ]


def test_indentations_that_no_one_load_gives_are_told_without_alarm() -> None:
    apart = [
        r for r in audit(_indents(("4.44", "0.022", "0.983"), ("4.18", "0.034", "1.58"))) if "one load" in r.relation
    ]
    assert [(r.verdict, r.quantity, r.binder) for r in apart] == [("unverifiable", "peak_load", None)]
    # 24.5 x 22 MPa x (4.44 um / 1.0737)^2 and 24.5 x 34 MPa x (4.18 um / 1.0708)^2
    assert "9.2 mN" in apart[0].remarks[0]
    assert "12.7 mN" in apart[0].remarks[0]
    same = audit(_indents(("4.44", "0.022", "0.983"), ("4.44", "0.022", "0.983")))
    assert not [r for r in same if "one load" in r.relation]
