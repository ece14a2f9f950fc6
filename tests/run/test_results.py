"""What the end of a run counts."""

from __future__ import annotations

from typing import Any

from byssus.findings import Finding
from byssus.run.results import document, summarise


def _row(status: Any, basis: Any = "measured", *remarks: str, **at: Any) -> Finding:
    value = 1.0 if status in ("ok", "warned") else None
    return Finding("toughness", value, "J/m^3", at, binder="A", technique="tensile", basis=basis, status=status,
                   remarks=remarks)  # fmt: skip


def _counted(*rows: Finding) -> dict[str, int]:
    found: dict[str, int] = summarise(document(rows, [], [], {}))["statuses"]
    return found


def test_each_number_without_a_value_counts_once_by_its_own_reason() -> None:
    rows = [
        _row("missing_input"),
        *(_row("missing_input", specimen=name) for name in "abc"),
        _row("missing_input", "rehearsed", specimen="a"),  # of another basis, so of no summary here
        _row("not_identifiable", humidity="wet"),
        _row("failed", humidity="dry"),
    ]
    assert _counted(*rows) == {"missing_input": 2, "not_identifiable": 1, "failed": 1}


def test_a_lost_specimen_counts_where_the_summary_has_a_value() -> None:
    assert _counted(_row("warned"), _row("failed", specimen="a"), _row("ok", specimen="b")) == {
        "warned": 1, "failed": 1,
    }  # fmt: skip


def test_what_is_not_computed_yet_is_no_missing_input() -> None:
    waits = _row("missing_input", "computed", "not computed yet. 'byssus bind STUDY' computes it.", of="x")
    assert _counted(waits, _row("missing_input", "computed", "no recipe is given")) == {
        "not_computed_yet": 1, "missing_input": 1,
    }  # fmt: skip
