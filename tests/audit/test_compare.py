"""Two binders compared: what is matched, what is tested, what is carried along, and what is never mixed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import jsonschema
import pytest

from byssus.audit.compare import compare, compare_all
from byssus.findings import Finding
from byssus.report.schema import results_schema
from byssus.run.results import document


def of(binder: str, quantity: str, value: float | None, u: float | None = None, n: int | None = 5, **more: Any) -> Any:
    unit = more.pop("unit", "N")
    return Finding(
        quantity,
        value,
        unit,
        binder=binder,
        technique=more.pop("technique", "peel"),
        standard_uncertainty=u,
        n=n,
        **more,
    )


PEEL = [of("A", "peel_force", 2.0, 0.1), of("B", "peel_force", 3.0, 0.1)]


def test_a_difference_is_a_finding_and_keeps_the_schema() -> None:
    (one,), left = compare(PEEL, "A", "B")
    assert left == 0
    said = one.finding
    assert (said.binder, said.at, said.value, said.n, said.status) == ("B", {"minus": "A"}, 1.0, 10, "ok")
    assert said.standard_uncertainty == pytest.approx(0.1 * 2**0.5)
    assert said.interval == pytest.approx((1 - 2.306 * 0.141421, 1 + 2.306 * 0.141421), abs=1e-4)  # t(8)
    assert one.change == pytest.approx(0.5)
    assert one.of == (0, 1)
    jsonschema.validate(document([said], [], [], {}), results_schema())


def test_the_other_way_round_is_the_same_with_the_other_sign() -> None:
    (there,), _ = compare(PEEL, "A", "B")
    (back,), _ = compare(PEEL, "B", "A")
    assert back.finding.value == -(there.finding.value or 0)
    assert back.p == there.p
    assert back.finding.at == {"minus": "B"}


def test_bases_techniques_units_and_conditions_are_never_mixed() -> None:
    other = PEEL[1]
    for change in (
        {"basis": "rehearsed"}, {"technique": "saicas"}, {"unit": "1"}, {"at": {"cycle": 3}}, {"binder": None},
        {"at": {"specimen": "b-1"}},
    ):  # fmt: skip
        assert compare([PEEL[0], replace(other, **change)], "A", "B") == ([], 0)


def test_a_condition_may_be_spelled_in_two_ways() -> None:
    rows, _ = compare([replace(PEEL[0], at={"c_rate": "C/5"}), replace(PEEL[1], at={"c_rate": 0.2})], "A", "B")
    assert len(rows) == 1


def test_without_an_uncertainty_there_is_no_interval() -> None:
    (one,), _ = compare([PEEL[0], replace(PEEL[1], standard_uncertainty=None, n=1)], "A", "B")
    assert (one.finding.status, one.finding.value, one.finding.interval, one.p) == (
        "not_identifiable",
        None,
        None,
        None,
    )
    assert "no uncertainty is known of B" in one.finding.remarks[0]
    assert "differ by 1 N" in one.finding.remarks[0]


def test_one_specimen_has_an_interval_but_no_test() -> None:
    single = replace(PEEL[1], n=1, interval=(3 - 0.196, 3 + 0.196))
    (one,), _ = compare([PEEL[0], single], "A", "B")
    assert one.finding.status == "warned"
    assert one.finding.interval is not None
    assert one.differs is None
    assert one.differs_together is None
    assert "one specimen" in one.finding.remarks[0]
    assert (one.outcome, one.warnings) == ("one specimen", ())


def test_specimens_that_do_not_scatter_are_not_tested() -> None:
    (one,), _ = compare([replace(f, standard_uncertainty=0.0) for f in PEEL], "A", "B")
    assert (one.p, one.outcome, one.finding.value) == (None, "no scatter", 1.0)


def test_a_missing_value_is_said() -> None:
    lost = replace(PEEL[1], value=None, status="failed", remarks=("the film slipped",))
    (one,), _ = compare([PEEL[0], lost], "A", "B")
    assert one.finding.status == "failed"
    assert one.finding.remarks == ("B has no value: the film slipped",)
    bound = replace(PEEL[1], value=None, printed=">65")
    (one,), _ = compare([PEEL[0], bound], "A", "B")
    assert (one.finding.status, one.finding.remarks) == ("not_identifiable", ("B has no value: printed as >65",))
    both = [replace(PEEL[0], value=None, status="failed"), lost]
    assert compare(both, "A", "B") == ([], 0)


def test_printed_numbers_have_the_interval_of_their_digits() -> None:
    printed = [
        of(b, "tensile_strength", v, None, None, unit="Pa", interval=(v - 5e5, v + 5e5), basis="published")
        for b, v in (("A", 165e6), ("B", 144e6))
    ]
    (one,), _ = compare(printed, "A", "B")
    assert one.finding.value == pytest.approx(-21e6)
    assert one.finding.interval == pytest.approx((-22e6, -20e6))
    assert one.p is None
    assert one.change == pytest.approx(144 / 165 - 1)
    assert one.outcome == "printed"


def test_warnings_are_carried_and_tests_set_otherwise_are_told() -> None:
    both = [
        of("A", "hardness", 30e6, 1e6, unit="Pa", technique="indentation"),
        of("B", "hardness", 90e6, 1e6, unit="Pa", technique="indentation", status="warned", remarks=("thin film",)),
    ]
    loads = [of(b, "peak_load", v, 1e-5, technique="indentation") for b, v in (("A", 13e-3), ("B", 9e-3))]
    row = next(r for r in compare([*both, *loads], "A", "B")[0] if r.finding.quantity == "hardness")
    assert row.finding.status == "warned"
    assert row.finding.remarks == ("peak load differs: A 13 mN, B 9 mN", "B: thin film")
    alike = [replace(loads[1], value=12.5e-3), loads[0]]
    row = next(r for r in compare([*both, *alike], "A", "B")[0] if r.finding.quantity == "hardness")
    assert row.finding.remarks == ("B: thin film",)


def test_no_percentage_where_zero_is_a_convention() -> None:
    heat = [
        of(b, "glass_transition_temperature", v, 1.0, unit="K", technique="dma") for b, v in (("A", 600), ("B", 660))
    ]
    assert compare(heat, "A", "B")[0][0].change is None
    signed = [of("A", "peel_force", -1.0, 0.1), PEEL[1]]
    assert compare(signed, "A", "B")[0][0].change is None


def test_holm_over_what_the_techniques_are_for() -> None:
    names = ("peel_force", "peel_strength", "fracture_energy")
    a = [of("A", name, 1.0, 0.1) for name in names]
    b = [of("B", name, v, 0.1) for name, v in zip(names, (2.0, 1.4, 1.05), strict=True)]
    model = [of(x, "peel_force", 1.0, 0.1, at={"model": "other"}) for x in ("A", "B")]
    rows, _ = compare([*a, *b, *model], "A", "B", main=("peel_force", "peel_strength"))
    by_name = {(r.finding.quantity, r.main): r for r in rows}
    assert by_name["peel_force", True].tests == by_name["peel_strength", True].tests == 2
    assert by_name["fracture_energy", False].tests == by_name["peel_force", False].tests == 2
    strong, weak = by_name["peel_force", True], by_name["peel_strength", True]
    assert strong.adjusted == pytest.approx(2 * (strong.p or 0))
    assert weak.adjusted == pytest.approx(weak.p)  # the last of Holm's steps
    assert strong.differs_together
    assert (strong.outcome, weak.outcome) == ("differs", "differs")
    assert by_name["fracture_energy", False].outcome == "not told apart"


def test_what_differs_by_itself_may_not_differ_among_many() -> None:
    names = ("young_modulus", "secant_modulus", "yield_stress", "tensile_strength", "toughness")
    a = [of("A", name, 1.0, 0.1) for name in names]
    b = [of("B", name, 1.0 if k else 1.35, 0.1) for k, name in enumerate(names)]
    rows, _ = compare([*a, *b], "A", "B")
    first = next(r for r in rows if r.finding.quantity == "young_modulus")
    assert first.p == pytest.approx(0.0382, abs=2e-3)  # t = 2.475, 8 degrees of freedom
    assert first.outcome == "differs alone"


def test_of_many_cycles_the_telling_ones() -> None:
    run = [
        of(b, "capacity_retention", 1 - c / 500, 0.01, unit="1", at={"cycle": c}) for b in "AB" for c in range(1, 101)
    ]
    printed = replace(of("A", "capacity_retention", 0.9, None, None, unit="1"), basis="published", at={"cycle": 50})
    rows, left = compare([*run, printed], "A", "B")
    assert [r.finding.at["cycle"] for r in rows] == [1, 50, 100]
    assert left == 97
    assert rows[0].tests == 3
    assert len(compare([*run, printed], "A", "B", every_cycle=True)[0]) == 100
    assert compare(run, "A", "B", quantity="peel_force") == ([], 0)


def test_every_two_in_the_order_given() -> None:
    third = replace(PEEL[1], binder="C")
    pairs = compare_all([*PEEL, third], ("A", "B", "C"))
    assert [(a, b, len(rows)) for a, b, rows, _ in pairs] == [("A", "B", 1), ("A", "C", 1), ("B", "C", 1)]
    assert pairs[0][2] == compare(PEEL, "A", "B")[0]


def test_the_order_of_the_findings_does_not_matter() -> None:
    many = [*PEEL, *(of(b, "peel_strength", v, 0.1, unit="N/m") for b, v in (("A", 5.0), ("B", 5.1)))]
    there, back = compare(many, "A", "B")[0], compare(many[::-1], "A", "B")[0]
    assert [(r.finding, r.p, r.adjusted) for r in there] == [(r.finding, r.p, r.adjusted) for r in back]
