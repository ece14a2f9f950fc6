"""Records that cannot be taken as they are: a gap in them, more charge than any matter holds."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from byssus.analyse.cycling.technique import TECHNIQUE
from byssus.findings import Finding
from byssus.trace import Trace

_SPEC = importlib.util.spec_from_file_location("cells", Path(__file__).with_name("cells.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
made_here = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(made_here)
cell, of = made_here.cell, made_here.of


def found(one: Trace) -> tuple[Finding, ...]:
    return TECHNIQUE.findings(TECHNIQUE.analyse(one, TECHNIQUE.specimen("a", {"cell": "half", "mass": 1e-6})))


def test_a_pause_between_two_rows_is_told_of_the_charge_it_makes() -> None:
    """A tester paused for 5 h in a lithiation of 2.8 h, without a row of rest: the integral cannot know."""
    plain = cell([-10, 10, -10, 10], rows=200)
    time_s = plain["time_s"].copy()
    time_s[100:] += 5 * 3600
    paused = Trace({**plain.columns, "time_s": time_s}, plain.source)
    for one, said in ((plain, False), (paused, True)):
        made = found(one)
        first, second = (of(made, "lithiation_capacity", cycle=n) for n in (1, 2))
        assert any("5.01 h pass between two rows" in remark for remark in first.remarks) is said
        assert (first.status, second.status) == ("warned" if said else "ok", "ok")
        assert (of(made, "coulombic_efficiency", cycle=1).status == "warned") is said
    passed = np.cumsum(np.r_[0.0, np.diff(plain["time_s"])] * np.abs(plain["current_a"]))
    sign = plain["current_a"] > 0
    up = np.cumsum(np.where(sign, np.diff(passed, prepend=0.0), 0.0))
    counted = Trace({**paused.columns, "charge_capacity_c": up, "discharge_capacity_c": passed - up}, plain.source)
    made = found(counted)
    assert not any("pass between" in r for r in of(made, "lithiation_capacity", cycle=1).remarks)
    assert of(made, "lithiation_capacity", cycle=1).value == pytest.approx(10 / 1e-6, rel=0.01)


def test_more_than_silicon_can_hold_is_said() -> None:
    """Li22Si5 gives back 4.4 x 96485 C/mol over 28.0855 g/mol, 4199 mAh/g: 15.116 C from a milligram, no more."""
    below, above = (of(found(cell([-1.02 * q, q] * 2)), "delithiation_capacity", cycle=1) for q in (15.10, 15.13))
    assert below.status == "ok"
    assert above.status == "warned"
    assert any("Li22Si5" in remark for remark in above.remarks)
    # what a first lithiation takes up beside it goes into the interphase
    assert of(found(cell([-15.5, 15.10] * 2)), "lithiation_capacity", cycle=1).status == "ok"
    assert of(found(cell([-15.5, 15.10] * 2)), "delithiation_capacity", cycle=1).status == "ok"
