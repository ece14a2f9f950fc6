"""Tables: complete, in both units, harmless to spreadsheets."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from byssus.audit import published
from byssus.report.tables import table_texts, write_tables
from byssus.study.model import Claim


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_one_table_a_technique_and_the_whole(results: Any) -> None:
    texts = table_texts(results)
    assert list(texts) == ["findings", "claims", "audit", "tensile", "cycling"]
    assert len(rows(texts["findings"])) == len(results["findings"])
    assert len(rows(texts["claims"])) == 3
    assert len(rows(texts["cycling"])) == 200
    assert [r["verdict"] for r in rows(texts["audit"])] == ["agrees", "unverifiable", "implausible", "disagrees"]


def test_si_and_display_units_stand_side_by_side(results: Any) -> None:
    row = rows(table_texts(results)["tensile"])[0]
    assert (float(row["value"]), row["unit"]) == (160e6, "Pa")
    assert (float(row["display_value"]), row["display_unit"]) == (160.0, "MPa")
    assert float(row["display_standard_uncertainty"]) == 2.0
    assert (float(row["display_low"]), float(row["display_high"])) == (156.0, 164.0)
    assert row["files"] == "raw/PI-measured.csv"
    assert row["sha256"] == "0123456789abcdef" * 4


def test_temperatures_shift_but_their_uncertainties_do_not(make: Any) -> None:
    one = make.finding("glass_transition_temperature", 673.15, "K", standard_uncertainty=2.0, technique="dma")
    row = rows(table_texts({"findings": [one]})["dma"])[0]
    assert float(row["display_value"]) == pytest.approx(400.0)
    assert float(row["display_standard_uncertainty"]) == 2.0


def test_conditions_have_columns_of_their_own(results: Any) -> None:
    row = rows(table_texts(results)["cycling"])[9]
    assert (row["at.cycle"], row["at.c_rate"]) == ("10", "0.2")


@pytest.mark.parametrize("start", ["=1+1", "+cmd", "-cmd|x", "@SUM(A1)", "\t=1", "\r=1"])
def test_formulas_are_made_harmless(make: Any, start: str) -> None:
    one = make.finding("toughness", 1.0, "J/m^3", binder=start, technique="tensile", remarks=(start,), at={"k": 1})
    row = rows(table_texts({"findings": [one]})["tensile"])[0]
    told = start.replace("\r", "\n")
    assert row["binder"] == f"'{told}"
    assert row["remarks"] == f"'{told}"


def test_negative_numbers_stay_numbers(make: Any) -> None:
    one = make.published("PI", "binding_energy", "-11.22", "kcal/mol", -46944.48, "J/mol")
    row = rows(table_texts({"findings": [one]})["claims"])[0]
    assert row["printed"] == "-11.22"
    assert float(row["value"]) == -46944.48
    assert float(row["display_value"]) == pytest.approx(-11.22)


def test_names_never_leave_the_folder(make: Any, tmp_path: Path) -> None:
    findings = [make.finding("toughness", 1.0, "J/m^3", technique=name) for name in ("../up", "audit", "/x")]
    written = write_tables({"findings": findings}, tmp_path / "tables")
    assert {p.parent for p in written} == {tmp_path / "tables"}
    assert len(set(written)) == 6
    assert sorted(tmp_path.iterdir()) == [tmp_path / "tables"]


def test_same_results_same_bytes(results: Any) -> None:
    assert table_texts(results) == table_texts(results)


def test_the_claims_table_keeps_where_and_note_of_a_claim() -> None:
    claims = [Claim(quantity="porosity", value="50", unit="%", where="Table 1: films", note="By eye."),
              Claim(quantity="porosity", value="51", unit="%")]  # fmt: skip
    found = rows(table_texts({"findings": [f.to_json() for f in published(claims)]})["claims"])
    assert [(row["where"], row["remarks"]) for row in found] == [("Table 1: films", "By eye."), ("", "")]
