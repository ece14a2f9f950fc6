"""Errors, traces, findings, figures and the vocabulary: the nouns every room shares."""

from __future__ import annotations

import json
import math
import pickle
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from byssus.errors import AnalysisError, ByssusError, Problem, ReadError
from byssus.figure import Series, decimate, shrink, thinning
from byssus.findings import KEYS, Finding, sort_findings
from byssus.trace import Source, Trace, sha256_of
from byssus.units import factor_to
from byssus.vocabulary import columns, quantities, quantity

SOURCE = Source("a.csv", "0" * 64, "delimited", 3)


def test_a_problem_says_what_where_got_expected_and_how_to_mend() -> None:
    problem = Problem("not a width", "specimens.csv row 2", "'-3 mm'", "a positive length", "Write 3 mm.")
    assert str(problem) == "specimens.csv row 2: not a width, expected a positive length, got '-3 mm'. Write 3 mm."
    assert str(problem.at("study")).startswith("study: specimens.csv row 2:")


def test_errors_travel_between_processes() -> None:
    error = pickle.loads(pickle.dumps(ReadError(Problem("cut", "x"), "plain")))
    assert isinstance(error, ReadError)
    assert [p.what for p in error.problems] == ["cut", "plain"]
    assert isinstance(error, ByssusError)


def test_a_trace_is_frozen_and_travels() -> None:
    trace = Trace({"force_n": np.array([1.0, 2.0, 3.0])}, SOURCE, {"width_m": 0.01}, rehearsed=True)
    with pytest.raises(ValueError, match="read-only"):
        trace["force_n"][0] = 5.0
    again = pickle.loads(pickle.dumps(trace))
    assert again.rehearsed
    assert again.metadata["width_m"] == 0.01
    assert len(again) == 3
    with pytest.raises(AnalysisError, match="displacement_m"):
        trace["displacement_m"]
    with pytest.raises(ValueError, match="unequal"):
        Trace({"a": np.zeros(2), "b": np.zeros(3)}, SOURCE)


def test_sha256(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"abc")
    assert sha256_of(tmp_path / "x") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_finding_has_every_key_and_no_nan() -> None:
    finding = Finding("hardness", math.nan, "Pa", {"n": np.int64(3)}, interval=(1.0, math.inf), inputs=(SOURCE,))
    row = finding.to_json()
    assert tuple(row) == KEYS
    assert row["value"] is None
    assert row["interval"] == [1.0, None]
    assert json.loads(json.dumps(row))["at"] == {"n": 3}
    whole = Finding("hardness", 2.0, "Pa", inputs=(SOURCE,), interval=(1.0, 3.0), remarks=("a",))
    assert Finding.from_json(whole.to_json()) == whole
    assert tuple(row["inputs"][0]) == tuple(f.name for f in fields(Source))


def test_a_changed_finding_leaves_the_first_alone() -> None:
    first = Finding("hardness", 2.0, "Pa", {"cycle": 1}, inputs=(SOURCE,))
    changed = first.but(at={"specimen": "a"}, n=3)
    assert changed == replace(first, at={"specimen": "a"}, n=3)
    assert (first.at, first.n) == ({"cycle": 1}, None)


def test_findings_have_one_order() -> None:
    rows = [Finding("hardness", 1.0, "Pa", {"cycle": c}, binder=b) for c in (10, 2, 1) for b in ("B", "A")]
    ordered = [(f.binder, f.at["cycle"]) for f in sort_findings(rows)]
    assert ordered == [("A", 1), ("A", 2), ("A", 10), ("B", 1), ("B", 2), ("B", 10)]


def test_decimation_keeps_ends_and_extremes() -> None:
    x = np.arange(100_000, dtype=float)
    y = np.sin(x / 500)
    y[54_321] = 9.0
    thin_x, thin_y = decimate(x, y, 600)
    assert len(thin_x) <= 600 + 2
    assert (thin_x[0], thin_x[-1]) == (x[0], x[-1])
    assert thin_y.max() == 9.0
    assert np.all(np.diff(thin_x) > 0)


def test_thinning_keeps_the_order_of_a_loop_and_its_turning_points() -> None:
    angle = np.linspace(0.0, 2 * np.pi, 40_001)
    potential_v, current_a = np.cos(angle), np.sin(angle)  # x turns at 0 and pi, far from the extremes of y
    index = thinning(potential_v, current_a, 80)
    assert len(index) <= 82
    assert np.all(np.diff(index) > 0)
    assert {0, 10_000, 20_000, 30_000, 40_000} <= set(index.tolist())


def test_thinning_leaves_a_gap_where_there_is_no_number() -> None:
    y = np.ones(10_000)
    y[4_000:6_000] = np.nan
    _, thin = decimate(np.arange(10_000.0), y, 100)
    inside = np.flatnonzero(np.isnan(thin))
    assert len(inside)
    assert np.all(np.diff(inside) == 1)  # one gap, not connected across
    few = np.array([1.0, np.nan, 2.0])
    np.testing.assert_array_equal(thinning(few, few, 2)[[0, -1]], [0, 2])


def test_a_band_is_thinned_with_its_line() -> None:
    x = np.linspace(-3.0, 3.0, 5_000)
    y = np.exp(-(x**2))
    thin = Series("gamma", x, y, lower=y - 0.1, upper=y + 0.2).thinned(100)
    assert thin.lower is not None
    assert thin.upper is not None
    assert len(thin.y) <= 102
    np.testing.assert_allclose(thin.y, np.exp(-(thin.x**2)))
    np.testing.assert_allclose(thin.y - thin.lower, 0.1)
    np.testing.assert_allclose(thin.upper - thin.y, 0.2)


def test_a_series_of_unequal_columns_is_refused() -> None:
    three = np.zeros(3)
    with pytest.raises(ValueError, match="both lower and upper"):
        Series("gamma", three, three, lower=three)
    with pytest.raises(ValueError, match=r"3 y values beside \{'upper': 2\}"):
        Series("gamma", three, three, lower=three, upper=np.zeros(2))


def test_a_picture_needs_an_extent_and_no_curve() -> None:
    none, grey = np.empty(0), np.arange(12, dtype=np.uint8).reshape(3, 4)
    whole = Series("section", none, none, picture=grey, extent_m=(4e-6, 3e-6))
    assert whole.thinned(1) is whole
    for told in ({"picture": grey}, {"extent_m": (1.0, 1.0)}):
        with pytest.raises(ValueError, match="both picture and extent_m"):
            Series("section", none, none, **told)
    for extent in ((4e-6, 0.0), (math.nan, 1.0), (math.inf, 1.0), (1.0,)):
        with pytest.raises(ValueError, match="not a width and a height above 0"):
            Series("section", none, none, picture=grey, extent_m=extent)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("picture", "got"),
    [
        (np.zeros((3, 4)), r"float64 of shape \(3, 4\)"),
        (np.zeros((3, 4, 3), dtype=np.uint8), r"uint8 of shape \(3, 4, 3\)"),
        (np.zeros((0, 4), dtype=np.uint8), r"uint8 of shape \(0, 4\)"),
        ([[1, 2]], "list"),
    ],
)
def test_what_is_no_grey_picture_is_refused(picture: Any, got: str) -> None:
    with pytest.raises(ValueError, match=f"a picture of 'section' is {got}"):
        Series("section", np.empty(0), np.empty(0), picture=picture, extent_m=(1e-6, 1e-6))
    with pytest.raises(ValueError, match=f"a picture is {got}"):
        shrink(picture)


def test_a_shrunk_picture_holds_the_means_of_its_blocks() -> None:
    tile = np.array([[0, 10, 200, 202], [20, 30, 204, 206]], dtype=np.uint8)
    small = shrink(np.tile(tile, (2, 3)), 6)
    np.testing.assert_array_equal(small, [[15, 203, 15, 203, 15, 203]] * 2)
    assert small.dtype == np.uint8
    # 3 rows on 2 blocks: the middle row counts by half in each, (0 + 90 / 2) / 1.5 and (90 / 2 + 240) / 1.5.
    np.testing.assert_array_equal(shrink(np.array([[0], [90], [240]], dtype=np.uint8), 2)[:, 0], [30, 190])


def test_a_picture_shrinks_alike_however_it_lies_and_keeps_its_mean() -> None:
    picture = np.random.default_rng(1).integers(0, 256, (700, 1000), dtype=np.uint8)
    small = shrink(picture, 300)
    assert small.shape == (210, 300)
    assert abs(small.mean() - picture.mean()) < 0.1
    np.testing.assert_array_equal(shrink(picture.T, 300).T, small)
    np.testing.assert_array_equal(shrink(picture[:, ::-1], 300)[:, ::-1], small)
    assert shrink(picture, 1000) is picture
    assert shrink(picture[:1], 30).shape == (1, 30)
    with pytest.raises(ValueError, match="cannot shrink to 0 pixels"):
        shrink(picture, 0)


def test_the_vocabulary_is_sound() -> None:
    for name, known in quantities().items():
        assert known.definition.endswith("."), name
        factor_to(known.display_unit, known.unit)
        assert known.better in ("", "high", "low"), name
    assert all(
        column.unit in ("text", "arbitrary") or factor_to(column.unit, column.unit) for column in columns().values()
    )
    assert quantity("tensile_strength").display(165e6) == pytest.approx(165.0)
    assert quantity("tensile_strength").axis_title == "Tensile strength / MPa"


HOUSE = """
number_average_molar_mass weight_average_molar_mass dispersity amount mass molar_mass mass_fraction
band_wavenumber imidisation_degree young_modulus tensile_strength elongation_at_break toughness
glass_transition_temperature tan_delta_peak rubbery_modulus crosslink_density peel_force peel_strength
fracture_energy saicas_force contact_stiffness reduced_modulus hardness indentation_depth
first_lithiation_capacity first_delithiation_capacity initial_coulombic_efficiency lithiation_capacity
delithiation_capacity coulombic_efficiency charge_capacity discharge_capacity capacity_retention
theoretical_capacity peak_current peak_potential ohmic_resistance polarisation_resistance peak_time_constant
peak_resistance binding_energy core_level_energy component_fraction atomic_fraction porosity total_pore_area
median_pore_diameter expansion_after_lithiation expansion_after_delithiation thickness_recovery
layer_thickness epoxide_conversion ring_closure gel_fraction gel_point_conversion
"""


@pytest.mark.parametrize("name", HOUSE.split())
def test_every_shared_name_is_there(name: str) -> None:
    assert name in quantities()
