"""What a person reads on a terminal."""

from __future__ import annotations

from typing import Any

import pytest

from byssus.audit import published
from byssus.findings import Finding
from byssus.run.comparing import compare_pair
from byssus.run.results import document
from byssus.run.show import show_findings
from byssus.run.show_compare import show_compared
from byssus.run.usage import UsageError
from byssus.study.model import Claim


def test_conditions_are_said_as_on_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    at: dict[str, Any] = {"cycle": 10, "process": "process 1"}
    found = Finding("peak_resistance", 5.0, "ohm", at, technique="impedance", n=1)
    show_findings({"findings": [found.to_json() | {"basis": "measured"}]})
    said = capsys.readouterr().out
    assert "process 1" in said
    assert "process process" not in said
    assert "cycle 10" in said


def test_what_printed_digits_leave_open_is_not_called_a_95_percent_interval(capsys: pytest.CaptureFixture[str]) -> None:
    claims = [Claim(binder=b, quantity="tensile_strength", value=v, unit="MPa") for b, v in (("A", "27"), ("B", "30"))]
    study = {"binders": [{"name": "A"}, {"name": "B"}]}
    results = document(published(claims), [], [], {"study": study, "started": ""})
    show_compared(compare_pair(results, "A", "B", None, everything=False), everything=True)
    said = capsys.readouterr().out
    assert "2 to 4" in said
    assert "left open by the digits" in said
    assert "95 %" not in said


def test_a_quantity_of_the_study_s_own_can_be_compared_and_a_list_of_names_ends() -> None:
    claims = [Claim(binder=b, quantity="stickiness", value=v) for b, v in (("A", "27"), ("B", "30"))]
    claims += [Claim(binder="A", quantity=f"own_{k}", value="1") for k in range(40)]
    study = {"binders": [{"name": "A"}, {"name": "B"}]}
    results = document(published(claims), [], [], {"study": study, "started": ""})
    (row,) = compare_pair(results, "A", "B", "stickiness", everything=False).rows
    assert row.finding.value == 3.0
    with pytest.raises(UsageError, match="or one of 21 more") as caught:
        compare_pair(results, "A", "B", "stickyness", everything=False)
    assert caught.value.problems[0].mend == "Did you mean 'stickiness'?"
