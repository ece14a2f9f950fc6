"""What a study has, lacks and would need: the table, the lines below it, and the same as data."""

from __future__ import annotations

from byssus.study.model import Claim
from byssus.study.overview import Offered, Overview, overview

PEEL = Offered("peel", "csv", ("force_n", "displacement_m"), (), {"width": "force per width"}, ("peel_force",))
FILM = Offered("tensile", "", (), ("a", "b", "c", "d", "e"), {}, ("tensile_strength", "toughness"))
RATE = Offered("rate", quantities=("delithiation_capacity",))
CYCLING = Offered("cycling", quantities=("delithiation_capacity",))


def claimed(binder: str, quantity: str) -> Claim:
    return Claim(binder=binder, quantity=quantity, value="1")


def shown(*claims: Claim) -> Overview:
    files = {("A", "peel"): 3, ("B", "peel"): 1, ("A", "tensile"): 0, ("B", "cycling"): 2}
    virtual = {("A", "peel"): 0, ("B", "peel"): 2, ("A", "tensile"): 5, ("B", "cycling"): 0}
    return overview(("A", "B"), (PEEL, FILM, RATE, CYCLING), files, virtual, claims)


def test_a_row_a_technique_a_column_a_binder() -> None:
    lines = [line.split("  ") for line in shown().to_lines()]
    cells = {row[1]: [cell.strip() for cell in row[2:] if cell.strip()] for row in lines if len(row) > 2}
    assert cells["peel"] == ["3 files", "1 file, 2 rehearsed"]
    assert cells["tensile"] == ["5 rehearsed", "–"]
    assert cells["cycling"] == ["–", "2 files"]
    assert "rate" not in cells


def test_what_is_lacking_says_what_it_needs_in_one_line() -> None:
    assert [one.name for one in shown().lacks] == ["rate"]
    assert PEEL.to_line() == "peel: csv | columns: force_n, displacement_m | to be told: width"
    assert FILM.to_line() == "tensile: delimited text or a spreadsheet | columns: some of a, b, c, d, ..."
    assert "  rate: delimited text or a spreadsheet" in shown().to_lines()


def test_claims_that_wait_for_a_measurement() -> None:
    found = shown(
        claimed("B", "toughness"), claimed("B", "tensile_strength"), claimed("A", "peel_force"),
        claimed("B", "delithiation_capacity"), claimed("A", "delithiation_capacity"), claimed("A", "yield"),
    )  # fmt: skip
    # B has cycling, which finds capacities as well as a rate test would; nobody finds a yield
    assert found.waiting == {("B", "tensile"): 2, ("A", "rate"): 1}
    assert "  tensile: B 2" in found.to_lines()


def test_a_technique_that_nobody_offers_is_still_listed() -> None:
    found = overview(("A",), (PEEL,), {("A", "own"): 1}, {}, ())
    assert [one.name for one in found.has] == ["own"]


def test_the_same_as_data() -> None:
    rows = {row["technique"]: row for row in shown(claimed("B", "toughness")).to_json()}
    assert rows["peel"]["binders"] == ["A", "B"]
    assert rows["peel"]["parameters"] == {"width": "force per width"}
    assert rows["tensile"]["claims_waiting"] == {"B": 1}
    assert rows["rate"]["binders"] == []
