"""The study at a glance: which number stands in which printed row."""

from __future__ import annotations

from typing import Any

import pytest

from byssus.audit import published
from byssus.findings import Basis, Finding
from byssus.report.glance import glance
from byssus.report.rows import numbers_of
from byssus.study.model import Claim


def capacity(value: float, basis: Basis, **at: Any) -> Finding:
    return Finding("delithiation_capacity", value, "C/kg", at, binder="A", technique="rate", basis=basis, n=1)


def placed(*findings: Finding) -> dict[tuple[tuple[str, Any], ...], list[float | None]]:
    rows, rest = glance(numbers_of([f.to_json() for f in findings]), ["delithiation_capacity"])
    return {tuple(row.at.items()): [one.value for one in row.numbers] for row in (*rows, *rest)}


def test_of_a_block_and_its_last_cycle_the_block_stands_beside_the_printed_number() -> None:
    got = placed(
        capacity(1000.0, "published", c_rate=15),
        capacity(990.0, "rehearsed", c_rate=15.0),
        capacity(980.0, "rehearsed", c_rate=15.0, cycle=35),
    )
    assert got[(("c_rate", 15),)] == [1000.0, 990.0]


def test_of_two_that_fulfil_a_printed_row_and_say_more_neither_is_taken() -> None:
    got = placed(
        capacity(1000.0, "published", c_rate=15),
        capacity(990.0, "measured", c_rate=15, cycle=31),
        capacity(980.0, "measured", c_rate=15, cycle=35),
    )
    assert got[(("c_rate", 15),)] == [1000.0]


@pytest.mark.parametrize(
    ("one", "other", "best"),
    [("27", "28.2", ["28.2"]), ("27", "28", ["28"]), ("27", "27.3", []), ("0.50 ± 0.1", "0.55 ± 0.1", [])],
)
def test_of_printed_numbers_the_best_is_one_that_the_digits_set_apart(one: str, other: str, best: list[str]) -> None:
    claims = [Claim(binder=b, quantity="tensile_strength", value=v, unit="MPa") for b, v in (("A", one), ("B", other))]
    rows, rest = glance(numbers_of([f.to_json() for f in published(claims)]), ["tensile_strength"])
    (row,) = (*rows, *rest)
    assert [n.printed for n in row.numbers if n.index in row.best] == best
