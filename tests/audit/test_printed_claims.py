"""The audit on the default study: every place, and no other, where its printed numbers fail each other."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from byssus.audit import Row, audit
from byssus.study.model import Study

ROOT = Path(__file__).resolve().parents[2]
STUDY = ROOT / "studies" / "poss-polyimide" / "study.toml"
PUBLISHED = ROOT.parent / "shared" / "seed" / "published.toml"

# (binder, quantity, conditions): least and largest value worked out by hand from the printed digits.
DISAGREES = {
    ("PAID", "initial_coulombic_efficiency", ()): (2549.5 / 3465.5, 2550.5 / 3464.5),
    ("PI-P", "initial_coulombic_efficiency", ()): (2647.5 / 3878.5, 2648.5 / 3877.5),
    ("PI", "capacity_retention", (("c_rate", 0.2), ("cycle", 200))): (165.5 / 2108.5, 166.5 / 2107.5),
    ("PAID-P", "capacity_retention", (("c_rate", 0.2), ("cycle", 200))): (1880.5 / 2820.5, 1881.5 / 2819.5),
    ("PAID", "capacity_retention", (("c_rate", 1), ("cycle", 150))): (1148.5 / 2550.5, 1149.5 / 2549.5),
    ("PI-P", "capacity_retention", (("c_rate", 1), ("cycle", 150))): (1455.5 / 2648.5, 1456.5 / 2647.5),
    ("PAID-P", "thickness_recovery", ()): (1 - 26.5 / 55.5, 1 - 25.5 / 56.5),
}
WINDOWS = {(None, "potential_window", (("technique", "voltammetry"),)), (None, "c_rate_window", ())}
IMPLAUSIBLE = {
    ("PI", "number_average_molar_mass"),
    ("PAID", "number_average_molar_mass"),
    ("PI-P", "first_lithiation_capacity"),
    ("PAID-P", "first_lithiation_capacity"),
    ("PAID-P", "secant_modulus"),
}


@pytest.fixture(scope="module")
def study() -> Study:
    return Study.model_validate(tomllib.loads(STUDY.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def rows(study: Study) -> tuple[Row, ...]:
    return audit(study.claim, study.assertion)


def _key(row: Row) -> tuple[object, ...]:
    return (row.binder, row.quantity, tuple(sorted(row.at.items())))


def test_every_disagreement_and_no_other(rows: tuple[Row, ...]) -> None:
    assert {_key(r) for r in rows if r.verdict == "disagrees"} == set(DISAGREES) | WINDOWS


@pytest.mark.parametrize("key", list(DISAGREES))
def test_recomputed_is_what_the_digits_allow(rows: tuple[Row, ...], key: tuple[object, ...]) -> None:
    row = next(r for r in rows if _key(r) == key and r.verdict == "disagrees")
    low, high = DISAGREES[key]  # type: ignore[index]
    assert row.recomputed == pytest.approx((100 * low, 100 * high), rel=1e-5)


def test_broken_bounds(rows: tuple[Row, ...]) -> None:
    assert {(r.binder, r.quantity) for r in rows if r.verdict == "implausible"} == IMPLAUSIBLE


def test_truncation_is_told_from_rounding(rows: tuple[Row, ...]) -> None:
    row = next(r for r in rows if r.verdict == "disagrees" and r.binder == "PAID-P" and r.printed == "66")
    assert any(m.kind == "rounding" and "truncated" in m.text and "67" in m.text for m in row.mends)


def test_a_thousandfold_slip_is_named_for_the_molar_mass(rows: tuple[Row, ...]) -> None:
    row = next(r for r in rows if r.verdict == "implausible" and r.binder == "PI")
    assert any(m.kind == "unit" and "thousandth" in m.text for m in row.mends)
    assert "9.2e-05" in " ".join(row.remarks)  # 2 / (4525500/209.18 + 1)


def test_side_capacity_is_stated(rows: tuple[Row, ...]) -> None:
    row = next(r for r in rows if r.quantity == "first_lithiation_capacity" and r.binder == "PAID-P" and r.mends)
    assert "336 mAh/g" in " ".join(row.remarks)  # 3915 - 3578.6


def test_benign_readings_come_first(rows: tuple[Row, ...]) -> None:
    for row in rows:
        kinds = [m.kind for m in row.mends]
        assert kinds == sorted(kinds, key=["benign", "definition", "rounding", "copied", "unit", "number"].index)
        assert not kinds or kinds[0] == "benign"


def test_one_digit_reconciles_the_recovery(rows: tuple[Row, ...]) -> None:
    row = next(r for r in rows if r.verdict == "disagrees" and r.quantity == "thickness_recovery")
    assert any("24 instead of 26" in m.text for m in row.mends)  # (56 - 24)/56 = 57.1 %


def test_another_wording_is_a_remark(rows: tuple[Row, ...]) -> None:
    found = [r for r in rows if r.quantity == "thickness_recovery" and r.relation.startswith("recovered share of")]
    assert len(found) == 4
    assert all("ratio of the thickness" in " ".join(r.remarks) for r in found)


def test_missing_controls_are_unverifiable(rows: tuple[Row, ...]) -> None:
    lacking = {r.printed for r in rows if r.verdict == "unverifiable" and r.relation == "an order the text asserts"}
    assert lacking == {"PAID < PAID-P", "PI-P < PI", "PAID-P < PAID"}


def test_assertions_that_hold(rows: tuple[Row, ...]) -> None:
    holds = {r.quantity for r in rows if r.verdict == "agrees" and r.relation == "an order the text asserts"}
    assert {"binding_energy", "peel_force", "saicas_force", "reduced_modulus", "hardness", "toughness"} <= holds


def test_every_number_of_the_paper_is_a_claim(study: Study) -> None:
    if not PUBLISHED.is_file():
        pytest.skip("the paper's numbers (shared/seed beside the project) are not on this machine")
    printed = {c.value for c in study.claim} | {c.value.lstrip(">") for c in study.claim}
    for one in list(printed):
        printed |= set(one.replace("±", "-").replace(" ", "").split("-"))
    numbers = {float(p) for p in printed if p.replace(".", "", 1).replace("−", "-").lstrip("-").isdigit()}
    numbers |= {-n for n in numbers}
    for path, value in _numbers(tomllib.loads(PUBLISHED.read_text(encoding="utf-8"))):
        assert value in numbers, f"{path}: {value} is no claim of the default study"


def _numbers(node: object, path: str = "") -> list[tuple[str, float]]:
    if isinstance(node, dict):
        return [leaf for key, value in node.items() for leaf in _numbers(value, f"{path}.{key}")]
    if isinstance(node, list):
        return [leaf for i, value in enumerate(node) for leaf in _numbers(value, f"{path}[{i}]")]
    if isinstance(node, (int, float)) and not isinstance(node, bool) and node == node:
        return [(path, float(node))]
    return []
