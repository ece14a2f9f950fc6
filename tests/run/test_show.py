"""What a person reads on a terminal."""

from __future__ import annotations

from typing import Any

import pytest

from byssus.findings import Finding
from byssus.run.show import show_findings


def test_conditions_are_said_as_on_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    at: dict[str, Any] = {"cycle": 10, "process": "process 1"}
    found = Finding("peak_resistance", 5.0, "ohm", at, technique="impedance", n=1)
    show_findings({"findings": [found.to_json() | {"basis": "measured"}]})
    said = capsys.readouterr().out
    assert "process 1" in said
    assert "process process" not in said
    assert "cycle 10" in said
