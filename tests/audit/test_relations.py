"""Claim sets of other work: consistent ones raise nothing, broken ones are found, whatever order or unit."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byssus.audit import RELATIONS, audit
from byssus.audit.row import Row
from byssus.findings import Finding
from byssus.laws.expression import names
from byssus.study.model import Assertion, Claim, OwnRelation
from byssus.vocabulary import quantities


def claim(quantity: str, value: str, unit: str = "1", binder: str = "X", where: str = "", **at: object) -> Claim:
    return Claim(binder=binder, quantity=quantity, value=value, unit=unit, at=at, where=where)


def alarms(*claims: Claim) -> list[Row]:
    return [r for r in audit(claims) if r.verdict in ("disagrees", "implausible")]


def verdict(quantity: str, *claims: Claim, relation: str = "") -> str:
    rows = [r for r in audit(claims) if r.quantity == quantity and relation in r.relation]
    assert rows, f"no row for {quantity}"
    return rows[0].verdict


CONSISTENT = {
    "alginate": [
        claim("first_lithiation_capacity", "3120", "mAh/g"),
        claim("first_delithiation_capacity", "2683", "mAh g-1"),
        claim("initial_coulombic_efficiency", "86.0", "%"),
        claim("delithiation_capacity", "2012", "mAh/g", cycle=100, c_rate=0.5),
        claim("capacity_retention", "75", "%", cycle=100, c_rate=0.5),
        claim("delithiation_capacity", "1204", "mAh/g", c_rate=5),
        claim("lithiation_capacity", "2017", "mAh/g", cycle=100, c_rate=0.5),
        claim("coulombic_efficiency", "99.75", "%", cycle=100),
    ],
    "full cell": [
        claim("charge_capacity", "2.503", "mAh", cycle=1),
        claim("discharge_capacity", "2.187", "mAh", cycle=1),
        claim("coulombic_efficiency", "87.4", "%", cycle=1),
        claim("discharge_capacity", "1.751", "mAh", cycle=300),
        claim("capacity_retention", "80.1", "%", cycle=300),
    ],
    "from the fifth cycle": [
        claim("first_delithiation_capacity", "3010", "mAh/g"),
        claim("delithiation_capacity", "2500", "mAh/g", cycle=5),
        claim("delithiation_capacity", "2000", "mAh/g", cycle=200),
        claim("capacity_retention", "80", "%", cycle=200, reference_cycle=5),
    ],
    "film": [
        claim("tensile_strength", "85.2", "MPa"),
        claim("elongation_at_break", "12.5", "%"),
        claim("toughness", "7.1", "MJ/m3"),
        claim("young_modulus", "1.9", "GPa"),
    ],
    "rubber": [
        claim("tensile_strength", "4.1", "MPa"),
        claim("elongation_at_break", "620", "%"),
        claim("toughness", "9.5", "MJ m-3"),
        claim("young_modulus", "0.5", "MPa"),
    ],
    "chain": [
        claim("number_average_molar_mass", "45.3", "kDa"),
        claim("weight_average_molar_mass", "92100", "g/mol"),
        claim("dispersity", "2.03"),
        claim("mass", "2.181", "g", monomer="PMDA"),
        claim("amount", "10.00", "mmol", monomer="PMDA"),
        claim("mass", "2.002", "g", monomer="ODA"),
        claim("amount", "10.00", "mmol", monomer="ODA"),
    ],
    "crosslinker": [  # 0.50/9.50 x 4.80/5.10 = 0.0495
        claim("mass_fraction", "0.50", "%", component="POSS"),
        claim("mass_fraction", "9.50", "%", component="binder"),
        claim("mass_fraction", "90.00", "%", component="silicon"),
        claim("oxirane_density", "4.80", "mmol/g"),
        claim("site_density", "5.10", "mmol/g", site="amide N-H"),
        claim("oxirane_per_site", "0.050", site="amide N-H"),
        claim("blocked_site_share", "4", "%", site="amide N-H"),
    ],
    "recipe and surface": [
        claim("mass_fraction", "80", "%", component="Si"),
        claim("mass_fraction", "10", "%", component="carbon black"),
        claim("mass_fraction", "10", "%", component="binder"),
        claim("component_fraction", "18.4", "%", region="C 1s", component="Li2CO3"),
        claim("component_fraction", "22.0", "%", region="C 1s", component="C-O"),
        claim("atomic_fraction", "41.2", "%", element="C"),
        claim("atomic_fraction", "30.1", "%", element="O"),
        claim("atomic_fraction", "28.7", "%", element="F"),
    ],
    "adhesion and pores": [
        claim("peel_force", "2.4", "N", angle=180),
        claim("specimen_width", "12", "mm"),
        claim("peel_strength", "0.20", "N/mm"),
        claim("fracture_energy", "400", "J/m2"),
        claim("bulk_density", "1.21", "g/cm3"),
        claim("skeletal_density", "1.98", "g/cm3"),
        claim("porosity", "38.9", "%"),
    ],
    "strip": [
        claim("peel_force", "2.40", "N", angle=180),
        claim("peel_width", "12.0", "mm", binder=""),
        claim("peel_strength", "0.200", "N/mm"),
    ],
    "peeling": [
        claim("peel_force", "2.40", "N", angle=180),
        claim("peel_width", "12.0", "mm"),
        claim("fracture_energy", "400", "J/m2"),
    ],
    "thickness": [
        claim("layer_thickness", "20.0", "µm", state="pristine"),
        claim("layer_thickness", "35.1", "µm", state="after lithiation"),
        claim("layer_thickness", "25.9", "µm", state="delithiated"),
        claim("expansion_after_lithiation", "75.5", "%"),
        claim("expansion_after_delithiation", "29.5", "%"),
        claim("thickness_recovery", "61", "%"),
    ],
    "theory": [
        claim("theoretical_capacity", "4200", "mAh/g"),
        claim("theoretical_capacity", "3580", "mAh/g", material="silicon"),
        claim("theoretical_capacity", "372", "mAh/g", compound="LiC6"),
    ],
    "area": [
        claim("first_delithiation_capacity", "2850", "mAh/g"),
        claim("mass_loading", "1.52", "mg/cm2"),
        claim("areal_capacity", "4.33", "mAh/cm2"),
    ],
    "network": [
        claim("rubbery_modulus", "18.2", "MPa", temperature="180 °C"),
        claim("crosslink_density", "1.61e3", "mol/m3"),
        claim("number_average_molar_mass", "45", "kDa"),
        claim("gel_fraction", "96", "%"),
    ],
    "coating": [  # 20 um x (1 - 0.50) x 1.90 g/cm3 = 1.90 mg/cm2, of it 80 % silicon
        claim("mass_fraction", "80", "%", component="silicon", binder=""),
        claim("mass_fraction", "10", "%", component="carbon black", binder=""),
        claim("mass_fraction", "10", "%", component="binder", binder=""),
        claim("skeletal_density", "1.90", "g/cm3"),
        claim("layer_thickness", "20.0", "µm", state="pristine"),
        claim("porosity", "50.0", "%"),
        claim("mass_loading", "1.52", "mg/cm2", component="silicon"),
        claim("electrode_area", "1.13", "cm2"),
        claim("mass", "1.72", "mg", component="silicon"),
        claim("specific_discharge_capacity", "2500", "mAh/g", cycle=3),
        claim("discharge_capacity", "4.30", "mAh", cycle=3),
        claim("first_delithiation_capacity", "2500", "mAh/g"),
        claim("expansion_after_lithiation", "45", "%"),
    ],
    "indent": [  # a cone without rounding: S = 2 Er sqrt(P/(pi H)), hc = sqrt(P/(24.5 H)), h = hc + 0.75 P/S
        claim("peak_load", "10.0", "mN"),
        claim("hardness", "0.200", "GPa"),
        claim("reduced_modulus", "4.00", "GPa"),
        claim("contact_stiffness", "31.92", "µN/nm"),
        claim("contact_depth", "1.429", "µm"),
        claim("indentation_depth", "1.664", "µm"),
    ],
}


@pytest.mark.parametrize("name", list(CONSISTENT))
def test_consistent_numbers_raise_nothing(name: str) -> None:
    assert [(r.quantity, r.printed, r.recomputed) for r in alarms(*CONSISTENT[name])] == []


BROKEN = [
    ("alginate", "initial_coulombic_efficiency", "86.0", "88.0"),
    ("alginate", "capacity_retention", "75", "79"),
    ("alginate", "coulombic_efficiency", "99.75", "98.75"),
    ("full cell", "capacity_retention", "80.1", "81.0"),
    ("full cell", "coulombic_efficiency", "87.4", "84.7"),
    ("from the fifth cycle", "capacity_retention", "80", "66"),
    ("film", "toughness", "7.1", "17.1"),
    ("film", "toughness", "7.1", "2.1"),
    ("film", "young_modulus", "1.9", "0.5"),
    ("chain", "dispersity", "2.03", "1.93"),
    ("chain", "amount", "10.00", "11.00"),
    ("crosslinker", "oxirane_per_site", "0.050", "0.500"),
    ("crosslinker", "blocked_site_share", "4", "14"),
    ("recipe and surface", "mass_fraction", "80", "85"),
    ("recipe and surface", "atomic_fraction", "41.2", "38.2"),
    ("adhesion and pores", "peel_strength", "0.20", "0.24"),
    ("strip", "peel_strength", "0.200", "0.240"),
    ("peeling", "fracture_energy", "400", "200"),
    ("adhesion and pores", "porosity", "38.9", "36.9"),
    ("thickness", "expansion_after_lithiation", "75.5", "175.5"),
    ("thickness", "thickness_recovery", "61", "66"),
    ("theory", "theoretical_capacity", "372", "327"),
    ("area", "areal_capacity", "4.33", "3.43"),
    ("network", "crosslink_density", "1.61e3", "4.83e3"),
    ("network", "gel_fraction", "96", "60"),
    ("coating", "porosity", "50.0", "35.0"),
    ("coating", "mass", "1.72", "1.27"),
    ("coating", "discharge_capacity", "4.30", "3.40"),
    ("coating", "expansion_after_lithiation", "45", "10"),
    ("indent", "indentation_depth", "1.664", "1.90"),
    ("indent", "indentation_depth", "1.664", "0.16"),
    ("indent", "contact_depth", "1.429", "1.529"),
    ("indent", "hardness", "0.200", "0.210"),
]


@pytest.mark.parametrize(("name", "quantity", "old", "new"), BROKEN)
def test_a_changed_number_is_found(name: str, quantity: str, old: str, new: str) -> None:
    changed = [
        c.model_copy(update={"value": new}) if (c.quantity, c.value) == (quantity, old) else c for c in CONSISTENT[name]
    ]
    assert changed != CONSISTENT[name]
    assert quantity in {r.quantity for r in alarms(*changed)}


BOUNDS = [
    [claim("weight_average_molar_mass", "40", "kDa"), claim("number_average_molar_mass", "50", "kDa")],
    [claim("coulombic_efficiency", "100.4", "%", cycle=7)],
    [claim("first_delithiation_capacity", "3700", "mAh/g")],
    [claim("first_lithiation_capacity", "4100", "mAh/g")],
    [claim("first_delithiation_capacity", "3000", "mAh/g"), claim("first_lithiation_capacity", "2900", "mAh/g")],
    [claim("dispersity", "0.9")],
    [claim("porosity", "104", "%")],
    [claim("hardness", "1.2", "GPa"), claim("reduced_modulus", "3.0", "GPa")],
    [claim("expansion_after_lithiation", "50", "%"), claim("expansion_after_delithiation", "60", "%")],
    [claim("contact_depth", "2.52", "µm"), claim("indentation_depth", "2.40", "µm")],
    [claim("hardness", "0.5", "GPa"), claim("peak_load", "10", "mN"), claim("contact_depth", "1.00", "µm")],
    [claim("peel_force", "35", "N"), claim("load_cell_capacity", "3", "kgf", binder="")],
]


@pytest.mark.parametrize("claims", BOUNDS, ids=lambda c: c[0].quantity)
def test_a_broken_bound_is_implausible(claims: list[Claim]) -> None:
    assert {r.verdict for r in alarms(*claims)} == {"implausible"}


def test_one_hundred_percent_is_no_alarm() -> None:
    assert alarms(claim("coulombic_efficiency", "100", "%"), claim("dispersity", "1.0")) == []


def test_two_places_that_differ() -> None:
    two = [claim("hardness", "0.09", "GPa", where="Table 1"), claim("hardness", "0.19", "GPa", where="Fig. 2")]
    assert verdict("hardness", *two, relation="two places") == "disagrees"
    same = [claim("hardness", "0.09", "GPa", where="Table 1"), claim("hardness", "91", "MPa", where="Fig. 2")]
    assert verdict("hardness", *same, relation="two places") == "agrees"


def test_conditions_absent_match_any_and_present_ones_must_fit() -> None:
    first = claim("first_delithiation_capacity", "2000", "mAh/g", c_rate=0.05)
    later = claim("delithiation_capacity", "1000", "mAh/g", cycle=100, c_rate=1)
    printed = claim("capacity_retention", "50", "%", cycle=100, c_rate=1)
    assert verdict("capacity_retention", first, later, printed) == "unverifiable"
    anywhere = first.model_copy(update={"at": {}})
    assert verdict("capacity_retention", anywhere, later, printed) == "agrees"


def test_a_rate_test_is_not_the_capacity_at_a_cycle() -> None:
    claims = [
        claim("first_delithiation_capacity", "2800", "mAh/g"),
        claim("delithiation_capacity", "900", "mAh/g", c_rate=5),
        claim("capacity_retention", "80", "%", cycle=100),
    ]
    assert verdict("capacity_retention", *claims) == "unverifiable"


def test_unknown_inputs_are_unverifiable_with_a_reason() -> None:
    row = audit([claim("initial_coulombic_efficiency", "80", "%")])[0]
    assert row.verdict == "unverifiable"
    assert "first_lithiation_capacity" in " ".join(row.remarks)


def test_purity_is_a_definition_not_a_verdict() -> None:
    row = next(
        r
        for r in alarms(
            claim("mass", "500", "mg", monomer="PMDA"),
            claim("purity", "90", "%", monomer="PMDA"),
            claim("amount", "2.06", "mmol", monomer="PMDA"),
        )
        if r.quantity == "amount"
    )
    assert any(m.kind == "definition" and "pure" in m.text for m in row.mends)


ORDERS = [(("A", "B"), "agrees"), (("B", "A"), "disagrees"), (("B", "C"), "unverifiable"), (("A", "Z"), "unverifiable")]


@pytest.mark.parametrize(("order", "expected"), ORDERS)
def test_orders(order: tuple[str, ...], expected: str) -> None:
    claims = [claim("hardness", v, "GPa", binder=b) for b, v in (("A", "0.1"), ("B", "0.2"), ("C", "0.2"))]
    rows = audit(claims, [Assertion(quantity="hardness", order=order)])
    assert [r.verdict for r in rows if r.printed == " < ".join(order)] == [expected]


def test_order_by_magnitude() -> None:
    claims = [claim("binding_energy", v, "kcal/mol", binder=b) for b, v in (("A", "-5.1"), ("B", "-9.3"))]
    rows = audit(claims, [Assertion(quantity="binding_energy", order=("A", "B"), by="magnitude")])
    assert [r.verdict for r in rows if r.printed == "A < B"] == ["agrees"]
    rows = audit(claims, [Assertion(quantity="binding_energy", order=("A", "B"))])
    assert [r.verdict for r in rows if r.printed == "A < B"] == ["disagrees"]


def _measured(value: float, spread: float, basis: str = "measured") -> Finding:
    return Finding(
        "tensile_strength", value, "Pa", binder="X", interval=(value - spread, value + spread), n=5, basis=basis,  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.mark.parametrize(("value", "expected"), [(165e6, "agrees"), (150e6, "disagrees")])
def test_measured_against_printed(value: float, expected: str) -> None:
    rows = audit([claim("tensile_strength", "165", "MPa")], findings=[_measured(value, 4e6)])
    assert [(r.verdict, r.relation) for r in rows] == [(expected, "measured in this study")]


@pytest.mark.parametrize("basis", ["rehearsed", "simulated", "computed", "published"])
def test_only_what_was_measured_confirms(basis: str) -> None:
    assert audit([claim("tensile_strength", "165", "MPa")], findings=[_measured(165e6, 4e6, basis)]) == ()


@settings(max_examples=60, deadline=None)
@given(
    lithiation=st.decimals("500", "3500", places=1),
    share=st.decimals("0.30", "0.99", places=4),
    places=st.integers(0, 2),
    rounding=st.sampled_from([ROUND_HALF_UP, ROUND_HALF_EVEN]),
)
def test_true_numbers_rounded_to_nearest_never_disagree(
    lithiation: Decimal, share: Decimal, places: int, rounding: str
) -> None:
    step = Decimal(1).scaleb(-places)
    delithiation = lithiation * share
    claims = [
        claim("first_lithiation_capacity", f"{lithiation.quantize(Decimal(1), rounding):f}", "mAh/g"),
        claim("first_delithiation_capacity", f"{delithiation.quantize(Decimal(1), rounding):f}", "mAh/g"),
        claim("initial_coulombic_efficiency", f"{(share * 100).quantize(step, rounding):f}", "%"),
    ]
    assert alarms(*claims) == []


@settings(max_examples=40, deadline=None)
@given(share=st.decimals("0.3060", "0.9890", places=4), places=st.integers(0, 2))
def test_a_cut_number_is_called_truncated(share: Decimal, places: int) -> None:
    percent = share * 100
    step = Decimal(1).scaleb(-places)
    cut = percent.quantize(step, ROUND_DOWN)
    if percent - cut <= step * Decimal("0.55"):
        return  # too near to rounding to be told apart
    # capacities with enough digits that only the efficiency is in doubt
    claims = [
        claim("first_lithiation_capacity", "3000.0000", "mAh/g"),
        claim("first_delithiation_capacity", f"{3000 * share:.4f}", "mAh/g"),
        claim("initial_coulombic_efficiency", f"{cut:f}", "%"),
    ]
    found = alarms(*claims)
    assert len(found) == 1
    assert any(m.kind == "rounding" and "truncated" in m.text for m in found[0].mends)


@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_order_of_claims_does_not_matter(data: st.DataObject) -> None:
    claims = [c for name in ("alginate", "film", "thickness", "recipe and surface") for c in CONSISTENT[name]]
    wrong = {"initial_coulombic_efficiency": "99.0"}
    claims = [c.model_copy(update={"value": wrong.get(c.quantity, c.value)}) for c in claims]
    shuffled = data.draw(st.permutations(claims))
    assert _outcomes(claims) == _outcomes(shuffled)


def _outcomes(claims: list[Claim]) -> set[tuple[object, ...]]:
    return {(r.binder, r.quantity, str(sorted(r.at.items())), r.relation, r.verdict) for r in audit(claims)}


def test_units_do_not_matter() -> None:
    ordinary = claim("first_lithiation_capacity", "3120", "mAh/g")
    other = claim("first_lithiation_capacity", "3.120", "Ah/g")
    rest = [claim("first_delithiation_capacity", "2683", "mAh/g"), claim("initial_coulombic_efficiency", "0.860", "1")]
    assert verdict("initial_coulombic_efficiency", ordinary, *rest) == "agrees"
    assert verdict("initial_coulombic_efficiency", other, *rest) == "agrees"


def test_every_relation_speaks_the_vocabulary() -> None:
    for relation in RELATIONS:
        assert relation.of in quantities(), relation.name
        for way in relation.ways:
            unknown = set(names(way.equation)) - set(way.take) - set(quantities())
            assert not unknown, f"{relation.name}: {unknown}"
            assert all(t.provider or t.quantity in quantities() for t in way.take.values())


def test_a_capacity_may_be_printed_per_gram_or_per_area() -> None:
    per_gram = [
        claim("charge_capacity", "3537", "mAh/g", cycle=1),
        claim("discharge_capacity", "2108", "mAh/g", cycle=1),
        claim("coulombic_efficiency", "60", "%", cycle=1),
    ]
    assert verdict("coulombic_efficiency", *per_gram) == "agrees"
    mixed = [per_gram[0], claim("discharge_capacity", "2.1", "mAh/cm2", cycle=1), per_gram[2]]
    assert verdict("coulombic_efficiency", *mixed) == "unverifiable"
    assert alarms(claim("delithiation_capacity", "5.2", "mAh", cycle=3)) == []


def test_a_relation_of_ones_own() -> None:
    own = [OwnRelation(name="thin", of="specimen_thickness", equation="specimen_width / 10", kind="at most")]
    thick = [claim("specimen_thickness", "2", "mm"), claim("specimen_width", "12.7", "mm")]
    assert [r.verdict for r in audit(thick, own=own) if r.relation == "thin"] == ["implausible"]
    thin = [claim("specimen_thickness", "50", "µm"), thick[1]]
    assert [r.verdict for r in audit(thin, own=own) if r.relation == "thin"] == ["agrees"]


def test_a_measured_energy_is_held_against_its_claim_in_any_unit_of_it() -> None:
    found = Finding("fracture_energy", 820.0, "J/m^2", binder="X", interval=(770.0, 870.0), n=3)
    for value, unit in (("520", "J/m2"), ("0.52", "N/mm")):
        rows = audit([claim("fracture_energy", value, unit)], findings=[found])
        assert [(r.verdict, r.relation) for r in rows] == [("disagrees", "measured in this study")]


def test_a_vague_measurement_confirms_nothing() -> None:
    (row,) = audit([claim("tensile_strength", "14.0", "MPa")], findings=[_measured(2e6, 12.7e6)])
    assert row.verdict == "unverifiable"
    assert "too wide" in " ".join(row.remarks)
    (near,) = audit([claim("tensile_strength", "2.0", "MPa")], findings=[_measured(2e6, 1.0e6)])
    assert near.verdict == "agrees"
