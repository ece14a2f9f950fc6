"""Swelling against exact numbers, words of three languages, missing states and bad input."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byssus.analyse.electrode_state import state_of
from byssus.analyse.swelling import TECHNIQUE, SwellingResult
from byssus.errors import AnalysisError
from byssus.findings import Finding
from byssus.trace import Source, Trace

UM = 1e-6


def trace(rows: Sequence[tuple[str, float]], specimens: Sequence[str] | None = None) -> Trace:
    columns: dict[str, Any] = {
        "state": np.array([state for state, _ in rows]),
        "thickness_m": np.array([value * UM for _, value in rows]),
    }
    if specimens is not None:
        columns["specimen"] = np.array(list(specimens))
    return Trace(columns, Source("sem.xlsx", "0" * 64, "test", len(rows)))


def run(t: Trace, given: Mapping[str, Any] | None = None) -> SwellingResult:
    result = TECHNIQUE.analyse(t, TECHNIQUE.specimen("cell", given or {}))
    assert isinstance(result, SwellingResult)
    return result


def found(t: Trace, given: Mapping[str, Any] | None = None) -> dict[str, Finding]:
    return {f.quantity + "".join(f.at.values()): f for f in TECHNIQUE.findings(run(t, given))}


def spread(state: str, mean: float, half: float) -> list[tuple[str, float]]:
    return [(state, mean - half), (state, mean), (state, mean + half)]


PUBLISHED = [*spread("pristine", 10, 0.1), *spread("lithiated", 23.6, 0.2), *spread("delithiated", 20.2, 0.2)]


def test_published_numbers() -> None:
    f = found(trace(PUBLISHED))
    assert f["expansion_after_lithiation"].value == pytest.approx(1.36)
    assert f["expansion_after_delithiation"].value == pytest.approx(1.02)
    assert f["thickness_recovery"].value == pytest.approx(0.25)
    thickness = f["layer_thicknesspristine"]
    assert thickness.value == pytest.approx(10 * UM)
    assert thickness.standard_uncertainty == pytest.approx(0.1 * UM / math.sqrt(3))
    assert thickness.interval == pytest.approx(((10 - 4.3027 * 0.1 / 3**0.5) * UM, (10 + 4.3027 * 0.1 / 3**0.5) * UM))
    # u(a) = hypot(uL / d0, dL u0 / d0^2) with u0 = 0.1/sqrt(3), uL = 0.2/sqrt(3)
    expected = math.hypot(0.2 / 10, 23.6 * 0.1 / 100) / math.sqrt(3)
    assert f["expansion_after_lithiation"].standard_uncertainty == pytest.approx(expected)
    assert {g.status for g in f.values()} == {"ok"}
    assert all(g.n == 1 and g.equation and "as read" in g.method for g in f.values())


def test_collector_is_taken_off() -> None:
    with_foil = [(state, value + 12) for state, value in PUBLISHED]
    f = found(trace(with_foil), {"collector_thickness": 12 * UM})
    assert f["expansion_after_lithiation"].value == pytest.approx(1.36)
    assert "less the collector's 1.2e-05 m" in f["layer_thicknesslithiated"].method
    assert found(trace(with_foil))["expansion_after_lithiation"].value == pytest.approx(13.6 / 22)


@settings(max_examples=25, deadline=None)
@given(st.permutations(PUBLISHED), st.sampled_from([1e-3, 0.5, 1000.0]))
def test_order_and_unit_do_not_matter(rows: list[tuple[str, float]], factor: float) -> None:
    one = found(trace(PUBLISHED))
    other = found(trace([(state, value * factor) for state, value in rows]))
    for name in ("expansion_after_lithiation", "thickness_recovery"):
        assert other[name].value == pytest.approx(one[name].value)
        assert other[name].interval == pytest.approx(one[name].interval)


def test_specimens_count_not_their_readings() -> None:
    # two electrodes of 9 and 11 µm, ten readings each: the spread that counts is between electrodes
    rows = [("pristine", 9.0)] * 10 + [("pristine", 11.0)] * 10 + [("lithiated", 20.0)] * 3
    f = found(trace(rows, ["a"] * 10 + ["b"] * 10 + ["a"] * 3))
    assert f["layer_thicknesspristine"].standard_uncertainty == pytest.approx(1.0 * UM)
    assert f["layer_thicknesspristine"].n == 2
    assert f["layer_thicknesslithiated"].standard_uncertainty == 0.0


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("Pristine", "pristine"), ("before cycling", "pristine"), ("Ausgangszustand", "pristine"),
        ("État initial", "pristine"), ("avant cyclage", "pristine"),
        ("after lithiation", "lithiated"), ("After_initial-lithiation", "lithiated"),
        ("nach der Lithiierung", "lithiated"), ("lithié", "lithiated"), ("après lithiation", "lithiated"),
        ("De-lithiated", "delithiated"), ("after delithiation", "delithiated"), ("after 1st cycle", "delithiated"),
        ("nach Delithiierung", "delithiated"), ("délithiée", "delithiated"), ("nach 1. Zyklus", "delithiated"),
        ("charged", None), ("after 50 cycles", None), ("", None),
    ],
)  # fmt: skip
def test_words(word: str, state: str | None) -> None:
    assert state_of(word) == state


def test_other_states_stand_by_themselves() -> None:
    f = found(trace([*PUBLISHED, ("after 50 cycles", 25.0), ("after 50 cycles", 26.0), ("charged", 30.0)]))
    assert f["layer_thicknessafter 50 cycles"].value == pytest.approx(25.5 * UM)
    assert f["thickness_recovery"].value == pytest.approx(0.25)
    assert f["thickness_recovery"].status == "warned"
    assert any("'charged' is lithiated in one kind of cell" in r for r in f["thickness_recovery"].remarks)


def test_missing_states_are_said() -> None:
    f = found(trace(PUBLISHED[:6]))
    assert f["expansion_after_lithiation"].value == pytest.approx(1.36)
    assert f["expansion_after_delithiation"].status == "missing_input"
    assert f["thickness_recovery"].remarks == ("no reading in the state delithiated",)
    assert found(trace(PUBLISHED[3:]))["expansion_after_lithiation"].status == "missing_input"


def test_single_readings_have_no_uncertainty() -> None:
    f = found(trace([("pristine", 10.0), ("lithiated", 23.6), ("delithiated", 20.2)]))
    recovery = f["thickness_recovery"]
    assert recovery.value == pytest.approx(0.25)
    assert recovery.standard_uncertainty is recovery.interval is None
    assert recovery.status == "warned"


def test_recovery_of_no_expansion_is_not_identifiable() -> None:
    f = found(trace([*spread("pristine", 10, 0.5), *spread("lithiated", 10.1, 0.5), *spread("delithiated", 10, 0.5)]))
    assert (f["thickness_recovery"].status, f["thickness_recovery"].value) == ("not_identifiable", None)
    assert "not told from zero" in f["thickness_recovery"].remarks[0]
    same = found(trace([("pristine", 10.0), ("lithiated", 10.0), ("delithiated", 10.0)]))
    assert same["thickness_recovery"].status == "not_identifiable"


def test_rows_without_number_or_state_are_counted() -> None:
    f = found(trace([*PUBLISHED, ("lithiated", math.nan), ("", 5.0)]))
    assert "2 of 11 readings left out: no thickness or no state" in f["expansion_after_lithiation"].remarks
    assert f["expansion_after_lithiation"].value == pytest.approx(1.36)


@pytest.mark.parametrize(
    ("rows", "given", "says"),
    [
        ([("charged", 10.0)], {}, "no reading in a known state"),
        ([("pristine", math.nan)], {}, "no reading in a known state"),
        ([("pristine", -1.0)], {}, "leave no layer"),
        ([("pristine", 10.0)], {"collector_thickness": 12 * UM}, "reading or collector_thickness"),
        ([("pristine", 10.0)], {"collector_thickness": -1.0}, "collector_thickness makes no sense"),
    ],
)
def test_bad_input(rows: list[tuple[str, float]], given: dict[str, Any], says: str) -> None:
    with pytest.raises(AnalysisError, match=says):
        found(trace(rows), given)


def test_bars() -> None:
    thickness, expansion = sorted(TECHNIQUE.series(run(trace(PUBLISHED))), key=lambda s: s.figure, reverse=True)
    assert list(thickness.x) == ["pristine", "lithiated", "delithiated"]
    assert list(expansion.x) == ["lithiated", "delithiated"]
    assert list(expansion.y) == pytest.approx([1.36, 1.02])
    assert expansion.y_error is not None
    assert {thickness.figure, expansion.figure} < {figure.name for figure in TECHNIQUE.figures}
