"""Tensile analysis against curves whose answers are known, a real Zwick file, and bad input."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from byssus.analyse.tensile import TECHNIQUE
from byssus.errors import AnalysisError
from byssus.findings import Finding
from byssus.read import read_file
from byssus.trace import Source, Trace

SIZE = {"width": 10e-3, "thickness": 50e-6, "gauge_length": 50e-3}
AREA, LENGTH = 0.5e-6, 50e-3


def trace(columns: Mapping[str, NDArray[Any]], **metadata: float) -> Trace:
    rows = len(next(iter(columns.values())))
    return Trace(columns, Source("film.csv", "0" * 64, "test", rows), metadata)


def found(t: Trace, given: Mapping[str, Any] = SIZE) -> dict[str, Finding]:
    result = TECHNIQUE.analyse(t, TECHNIQUE.specimen("film 1", given))
    return {f.quantity: f for f in TECHNIQUE.findings(result)}


def linear(n: int = 400, tail: int = 10) -> dict[str, NDArray[Any]]:
    """4 GPa up to 80 MPa at 2 %, then empty grips that move on."""
    strain = np.concatenate((np.linspace(0, 0.02, n), np.linspace(0.0201, 0.0203, tail)))
    stress = np.where(strain <= 0.02, 4e9 * strain, 0.0)
    return {"force_n": stress * AREA, "extensometer_m": strain * LENGTH}


def test_linear_elastic_film() -> None:
    f = found(trace(linear()))
    assert f["young_modulus"].value == pytest.approx(4e9, rel=1e-9)
    assert f["tensile_strength"].value == pytest.approx(80e6, rel=1e-12)
    assert f["elongation_at_break"].value == pytest.approx(0.02, rel=1e-12)
    assert f["toughness"].value == pytest.approx(0.8e6, rel=1e-9)
    assert f["secant_modulus"].value == pytest.approx(4e9, rel=1e-9)
    assert {g.status for g in f.values()} == {"ok"}
    assert {g.n for g in f.values()} == {1}
    assert "0.0005 <= strain <= 0.0025" in f["young_modulus"].method
    assert all(g.equation and g.method for g in f.values())


def test_saturating_film_has_the_closed_toughness() -> None:
    # sigma = (E/k)(1 - exp(-k e)): U = (E/k)(e - (1 - exp(-k e))/k)
    modulus, k, strain = 3e9, 20.0, np.linspace(0, 0.08, 4001)
    stress = modulus / k * (1 - np.exp(-k * strain))
    f = found(trace({"stress_pa": stress, "strain_1": strain}), {})
    assert f["toughness"].value == pytest.approx(modulus / k * (0.08 - (1 - math.exp(-1.6)) / k), rel=1e-6)
    assert f["tensile_strength"].value == pytest.approx(modulus / k * (1 - math.exp(-1.6)))
    assert f["young_modulus"].value == pytest.approx(modulus * math.exp(-k * 0.0015), rel=1e-3)
    assert f["elongation_at_break"].status == "warned"
    assert "without a break" in f["elongation_at_break"].remarks[0]
    assert f["tensile_strength"].status == "ok"


def test_modulus_uncertainty_covers_the_truth() -> None:
    columns = linear(4000)
    noise = 0.01 * np.random.default_rng(3).standard_normal(len(columns["force_n"]))
    got = found(trace({**columns, "force_n": columns["force_n"] + noise}))["young_modulus"]
    # u = (sd / A) / sqrt(sum of squared strain deviations), 400 even points over 0.002
    expected = (0.01 / AREA) / math.sqrt(400 * 0.002**2 / 12)
    assert got.standard_uncertainty == pytest.approx(expected, rel=0.15)
    assert abs(got.value - 4e9) < 4 * got.standard_uncertainty


@settings(max_examples=25, deadline=None)
@given(st.floats(0.1, 10), st.floats(0.1, 10))
def test_scaling(wide: float, strong: float) -> None:
    columns = linear(100)
    f = found(trace({**columns, "force_n": strong * columns["force_n"]}), {**SIZE, "width": wide * SIZE["width"]})
    assert f["tensile_strength"].value == pytest.approx(80e6 * strong / wide)
    assert f["young_modulus"].value == pytest.approx(4e9 * strong / wide)
    assert f["elongation_at_break"].value == pytest.approx(0.02)


def test_crosshead_modulus_is_warned() -> None:
    columns = linear()
    f = found(trace({"force_n": columns["force_n"], "displacement_m": columns["extensometer_m"]}))
    assert f["young_modulus"].status == "warned"
    assert "modulus from crosshead strain includes machine compliance" in f["young_modulus"].remarks
    assert f["tensile_strength"].status == "ok"


def test_extensometer_wins_over_crosshead_unless_it_stands() -> None:
    columns = linear()
    slack = {**columns, "displacement_m": 2 * columns["extensometer_m"]}
    assert found(trace(slack))["elongation_at_break"].value == pytest.approx(0.02)
    idle = found(trace({**slack, "extensometer_m": np.zeros(410)}))["elongation_at_break"]
    assert idle.value == pytest.approx(0.04)
    assert "'extensometer_m' never changes" in idle.remarks[0]


def test_an_extensometer_taken_off_is_said() -> None:
    columns = linear()
    crosshead = columns["extensometer_m"]
    off = np.minimum(crosshead, 0.01 * LENGTH)
    f = found(trace({"force_n": columns["force_n"], "extensometer_m": off, "displacement_m": crosshead}))
    assert f["young_modulus"].status == f["tensile_strength"].status == "ok"
    assert f["elongation_at_break"].status == f["toughness"].status == "warned"
    assert "stands for the last 50% of the crosshead's travel" in f["elongation_at_break"].remarks[0]


def test_window_with_few_points() -> None:
    coarse = found(trace(linear(60)))["young_modulus"]  # one point each 0.034 %
    assert coarse.status == "warned"
    assert coarse.remarks == ("only 6 points with strain in 0.0005 to 0.0025",)
    none = found(trace(linear(12)))["young_modulus"]
    assert (none.status, none.value) == ("not_identifiable", None)
    moved = found(trace(linear(12)), {**SIZE, "modulus_from": 0.0, "modulus_to": 0.019})["young_modulus"]
    assert moved.value == pytest.approx(4e9)


def test_toe_is_corrected_only_when_asked() -> None:
    columns = linear()
    strain = columns["extensometer_m"] / LENGTH
    late = np.concatenate((np.linspace(0, 0.001, 50, endpoint=False), strain + 0.001))  # slack of 0.1 %
    force = np.concatenate((np.zeros(50), columns["force_n"]))
    t = trace({"force_n": force, "extensometer_m": late * LENGTH})
    window = {**SIZE, "modulus_from": 0.0012, "modulus_to": 0.0035}
    assert found(t, window)["elongation_at_break"].value == pytest.approx(0.021)
    corrected = found(t, {**window, "toe": "corrected"})
    assert corrected["elongation_at_break"].value == pytest.approx(0.02)
    assert corrected["toughness"].value == pytest.approx(0.8e6, rel=1e-6)


def test_header_sizes_serve_and_study_wins() -> None:
    header = {"area_m2": AREA, "gauge_length_m": LENGTH}
    assert found(trace(linear(), **header), {})["tensile_strength"].value == pytest.approx(80e6)
    other = found(trace(linear(), **header), {"area": 2 * AREA})["tensile_strength"]
    assert other.value == pytest.approx(40e6)
    assert other.status == "warned"
    assert "cross-section" in other.remarks[0]
    close = found(trace(linear(), **header), {"area": 1.005 * AREA})["tensile_strength"]
    assert close.status == "ok"


def test_missing_sizes_take_only_what_needs_them() -> None:
    f = found(trace(linear()), {"gauge_length": LENGTH})
    assert f["elongation_at_break"].status == "ok"
    for name in ("tensile_strength", "young_modulus", "toughness"):
        assert (f[name].status, f[name].value) == ("missing_input", None)
        assert "give area, or width and thickness" in f[name].remarks[0]
    assert found(trace(linear()), {"area": AREA})["tensile_strength"].status == "ok"
    assert {g.status for g in found(trace(linear()), {}).values()} == {"missing_input"}
    half = found(trace(linear(), area_m2=AREA, gauge_length_m=LENGTH), {"width": 0.01})
    assert half["tensile_strength"].status == "missing_input"


def test_negative_signs_are_turned_and_said() -> None:
    columns = {k: -v for k, v in linear().items()}
    f = found(trace(columns))
    assert f["young_modulus"].value == pytest.approx(4e9, rel=1e-9)
    assert any("sign was turned" in r for r in f["tensile_strength"].remarks)


def test_rows_without_numbers_are_counted() -> None:
    columns = linear()
    force = columns["force_n"].copy()
    force[[5, 7]] = np.nan, np.inf
    f = found(trace({**columns, "force_n": force}))
    assert f["tensile_strength"].value == pytest.approx(80e6)
    assert "2 of 410 rows left out: not a finite number" in f["tensile_strength"].remarks


def test_a_spike_is_said_and_does_not_move_the_break() -> None:
    columns = linear()
    force = columns["force_n"].copy()
    force[200] = 80.0
    f = found(trace({**columns, "force_n": force}))
    assert any("single point" in r for r in f["tensile_strength"].remarks)
    assert f["elongation_at_break"].value == pytest.approx(0.02)
    stray = columns["force_n"].copy()
    stray[405] = 39.0  # after the break
    assert found(trace({**columns, "force_n": stray}))["elongation_at_break"].value == pytest.approx(0.02)


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({**linear(), "force_n": linear()["extensometer_m"], "extensometer_m": linear()["force_n"]}, "swapped"),
        ({**linear(), "force_n": np.full(410, 3.0)}, "never changes"),
        ({**linear(), "extensometer_m": linear()["extensometer_m"][::-1]}, "only falls"),
        ({**linear(), "force_n": np.where(np.arange(410) == 200, 5.0, 0.0)}, "no load was carried"),
        ({k: v[:5] for k, v in linear().items()}, "too few rows"),
        ({k: np.full(20, np.nan) for k in linear()}, "too few rows"),
        ({"force_n": linear()["force_n"]}, "no column 'displacement_m'"),
        ({"displacement_m": linear()["extensometer_m"]}, "no column 'force_n'"),
    ],
)
def test_bad_traces(columns: dict[str, NDArray[Any]], says: str) -> None:
    with pytest.raises(AnalysisError, match=says):
        found(trace(columns))


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ({"area": 0.0}, "area makes no sense"),
        ({"width": -0.01}, "width makes no sense"),
        ({"gauge_length": 50.0}, "gauge_length makes no sense"),  # 50 mm, as "50 m"
        ({"gauge_length": math.nan}, "gauge_length makes no sense"),
        ({"modulus_from": 0.003, "modulus_to": 0.001}, "window is empty"),
        ({"break_fraction": 1.5}, "break_fraction"),
        ({"toe": "sometimes"}, "toe"),
    ],
)
def test_bad_parameters(bad: dict[str, Any], says: str) -> None:
    with pytest.raises(AnalysisError, match=says):
        found(trace(linear()), {**SIZE, **bad})


def test_bad_header() -> None:
    with pytest.raises(AnalysisError, match="cross-section is not greater than zero"):
        found(trace(linear(), area_m2=0.0, gauge_length_m=LENGTH), {})


def test_drawn_curve_is_short_and_ends_at_the_break() -> None:
    (curve,) = TECHNIQUE.series(TECHNIQUE.analyse(trace(linear(5000)), TECHNIQUE.specimen("", SIZE)))
    assert len(curve.x) <= 600
    assert (curve.x[-1], curve.y[-1]) == (pytest.approx(0.02), pytest.approx(80e6))
    assert curve.figure in {figure.name for figure in TECHNIQUE.figures}


def test_zwick_invar(shared_data: Path) -> None:
    (t,) = read_file(shared_data / "tensile" / "zwick_Invar_LT_05_01.TRA")
    assert len(t) == 5336
    f = found(t, {})
    assert f["tensile_strength"].value == pytest.approx(1009.85e6, abs=0.01e6)
    assert f["young_modulus"].status == "warned"
    assert any("machine compliance" in r for r in f["young_modulus"].remarks)
    # a tenth of the largest force, 740.7 N, is last held in data row 5258: 1.43235 mm of travel over 30 mm
    assert f["elongation_at_break"].value == pytest.approx(1.43235 / 30, rel=1e-9)


def test_a_strain_column_begins_at_nothing() -> None:
    columns = linear()
    strain = columns["extensometer_m"] / LENGTH + 0.02
    f = found(trace({"force_n": columns["force_n"], "strain_1": strain}))
    assert f["elongation_at_break"].value == pytest.approx(0.02)
    assert f["young_modulus"].value == pytest.approx(4e9)


def test_a_modulus_below_its_own_secant_is_doubted() -> None:
    strain = np.linspace(0, 0.03, 600)
    stress = np.where(strain < 0.01, 2e9 * strain**2 / 0.02, 2e9 * (strain - 0.005))  # a toe of 1 %
    f = found(trace({"stress_pa": stress, "strain_1": strain}))
    assert f["young_modulus"].status == "warned"
    assert any("toe" in remark for remark in f["young_modulus"].remarks)


def test_a_load_cell_at_its_limit_is_said() -> None:
    columns = linear()
    assert found(trace(columns))["tensile_strength"].status == "ok"
    columns["force_n"] = np.minimum(columns["force_n"], 30.0)  # of 40 N
    strength = found(trace(columns))["tensile_strength"]
    assert strength.status == "warned"
    assert any("load cell at its limit" in remark for remark in strength.remarks)


def test_a_record_that_begins_under_load_is_said() -> None:
    """Cut at half the load, the elongation counted from there is half of the truth."""
    late = {name: values[200:] for name, values in linear().items()}
    f = found(trace(late))
    assert f["elongation_at_break"].value == pytest.approx(0.01, rel=0.01)
    for one in (f["elongation_at_break"], f["toughness"], f["secant_modulus"]):
        assert one.status == "warned"
        assert any("begins at 50% of its largest load" in remark for remark in one.remarks)


def test_a_window_that_outlasts_the_film_is_said() -> None:
    """A film that breaks at 2 % has no slope up to 25 %, given in per cent as 0.25 or by a slip."""
    outlasted = found(trace(linear()), {**SIZE, "modulus_to": 0.25})["young_modulus"]
    assert outlasted.status == "warned"
    assert any("the window ends at 0.25, but strain reaches 0.0198" in remark for remark in outlasted.remarks)
    assert found(trace(linear()), {**SIZE, "modulus_to": 0.019})["young_modulus"].status == "ok"
