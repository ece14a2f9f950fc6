"""SAICAS against records whose force, strength and interface are known, and against bad input."""

from __future__ import annotations

import importlib.util
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byssus.analyse.saicas import TECHNIQUE
from byssus.errors import AnalysisError

_SPEC = importlib.util.spec_from_file_location("records", Path(__file__).with_name("records.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
records = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(records)
DEEP, GIVEN, TAU, WIDTH = records.DEEP, records.GIVEN, records.TAU, records.WIDTH
blade, found, run, trace, wandering = records.blade, records.found, records.run, records.trace, records.wandering


def test_cut_and_peel() -> None:
    f = found(blade(0.12))
    assert f["saicas_force"].value == pytest.approx(0.12, rel=1e-12)
    assert f["saicas_force"].standard_uncertainty == pytest.approx(0, abs=1e-12)
    assert f["adhesion_per_width"].value == pytest.approx(120, rel=1e-12)
    assert f["shear_strength"].value == pytest.approx(TAU, rel=1e-9)
    assert f["interface_depth"].value == pytest.approx(DEEP, rel=1e-9)
    assert f["saicas_force_spread"].value == pytest.approx(0, abs=1e-9)
    assert {g.status for g in f.values()} == {"ok"}
    assert "saicas_vertical_force" not in f
    assert "peeling: the force is 40% less than cutting at that depth would take" in f["saicas_force"].method
    assert "45° assumed" in f["shear_strength"].method


def test_the_window_is_the_plateau_and_is_said() -> None:
    result = run(blade(0.12))
    assert result.steady is not None
    # blocks are 5 um long: neither end lies further from the plateau's than two, and none lies outside
    assert 150e-6 <= result.steady.start <= 160e-6
    assert 440e-6 <= result.steady.end <= 450e-6
    method = found(blade(0.12))["saicas_force"].method
    assert f"from {result.steady.start:.5g} m to {result.steady.end:.5g} m" in method
    assert "doi:10.1177/003754979706900601" in method


@pytest.mark.parametrize("degrees", [25, 40, 45, 55])
def test_shear_angle_from_both_forces(degrees: float) -> None:
    # Fh = 2 tau w d cot(phi), Fv = Fh cot(2 phi): what Merchant's least force takes for 10 MPa
    phi = math.radians(degrees)
    s = np.linspace(0, 100e-6, 500)
    depth = 0.1 * s
    horizontal = 2 * TAU * WIDTH * depth / math.tan(phi)
    t = trace(
        displacement_m=s, depth_m=depth, horizontal_force_n=horizontal, vertical_force_n=horizontal / math.tan(2 * phi)
    )
    f = found(t, {**GIVEN, "rake_angle": math.radians(20)})
    assert f["shear_strength"].value == pytest.approx(TAU, rel=1e-9)
    assert f"shear angle {degrees}°" in f["shear_strength"].method
    assert f["blade_friction"].value == pytest.approx(math.tan(math.radians(20 + 90 - 2 * degrees)), rel=1e-9)
    told = found(t, {**GIVEN, "shear_angle": phi})["shear_strength"]
    assert told.value == pytest.approx(TAU, rel=1e-9)
    assert "as stated" in told.method
    # from the chip: tan(phi) = r cos(a)/(1 - r sin(a)) turned round
    rake = math.radians(20)
    ratio = math.tan(phi) / (math.cos(rake) + math.tan(phi) * math.sin(rake))
    chip = found(t, {**GIVEN, "rake_angle": rake, "chip_ratio": ratio})["shear_strength"]
    assert chip.value == pytest.approx(TAU, rel=1e-9)
    assert "from the chip" in chip.method


def test_a_vertical_force_that_counts_the_other_way() -> None:
    t = blade(0.12)
    columns = {**dict(t.columns), "vertical_force_n": 0.2 * t["horizontal_force_n"]}
    out = found(trace(**columns))
    turned = found(
        trace(**{**columns, "vertical_force_n": -columns["vertical_force_n"]}), {**GIVEN, "vertical_positive": "in"}
    )
    assert turned["shear_strength"].value == pytest.approx(out["shear_strength"].value, rel=1e-12)
    assert turned["saicas_vertical_force"].value == pytest.approx(0.024, rel=1e-9)
    # (sqrt(1 + 0.04) - 0.2) of what 45 degrees would give
    assert out["shear_strength"].value == pytest.approx(TAU * (math.sqrt(1.04) - 0.2), rel=1e-9)


def test_a_stated_angle_with_the_horizontal_force_alone() -> None:
    f = found(blade(0.12), {**GIVEN, "shear_angle": math.radians(30)})["shear_strength"]
    # the slope is 2 tau w at 45 degrees; read at 30 degrees it means tau tan(30)
    assert f.value == pytest.approx(TAU / math.sqrt(3), rel=1e-9)
    assert "by 45° and the horizontal force alone it would be 10 MPa" in f.remarks


def test_oblique_cut_alone_has_no_steady_force() -> None:
    s = np.linspace(0, 100e-6, 800)
    f = found(trace(displacement_m=s, depth_m=0.1 * s, horizontal_force_n=2 * TAU * WIDTH * 0.1 * s))
    assert f["saicas_force"].status == "not_identifiable"
    assert "the depth rests nowhere" in f["saicas_force"].remarks[0]
    assert f["adhesion_per_width"].status == "not_identifiable"
    assert f["shear_strength"].value == pytest.approx(TAU, rel=1e-9)
    assert f["interface_depth"].status == "not_identifiable"


def test_a_wrong_zero_of_depth_leaves_the_strength() -> None:
    t = blade(0.12)
    moved = trace(
        **{**dict(t.columns), "depth_m": t["depth_m"] + 1e-6, "horizontal_force_n": t["horizontal_force_n"] + 0.01}
    )
    assert found(moved)["shear_strength"].value == pytest.approx(TAU, rel=1e-9)


def test_cutting_at_one_depth() -> None:
    # down, then along within the coating: the force there is what cutting takes
    f = found(blade(0.2))
    assert f["saicas_force"].value == pytest.approx(0.2, rel=1e-12)
    assert "cutting: the force is 0%" in f["saicas_force"].method
    assert f["adhesion_per_width"].status == "not_identifiable"
    # without its descent the record cannot tell, unless someone says so
    s = np.linspace(0, 100e-6, 400)
    level = trace(
        displacement_m=s,
        depth_m=np.full(400, DEEP),
        horizontal_force_n=np.full(400, 0.2) * (1 + 1e-4 * np.sin(s * 1e6)),
    )
    unsaid = found(level)
    assert unsaid["saicas_force"].value == pytest.approx(0.2, rel=1e-4)
    assert unsaid["adhesion_per_width"].status == unsaid["shear_strength"].status == "not_identifiable"
    assert "give mode" in unsaid["adhesion_per_width"].remarks[0]
    assert found(level, {**GIVEN, "mode": "cut"})["shear_strength"].value == pytest.approx(TAU, rel=1e-4)
    assert found(level, {**GIVEN, "mode": "peel"})["adhesion_per_width"].value == pytest.approx(200, rel=1e-4)
    assert found(level, {**GIVEN, "coating_thickness": DEEP})["adhesion_per_width"].value == pytest.approx(
        200, rel=1e-4
    )
    assert found(level, {**GIVEN, "coating_thickness": 2 * DEEP})["shear_strength"].value == pytest.approx(
        TAU, rel=1e-4
    )


def test_the_interface_where_the_slope_changes() -> None:
    # the coating parts ahead of a blade that still goes down: the force stops at 6 um
    rng = np.random.default_rng(3)
    s = np.linspace(0, 100e-6, 2000)
    depth = 0.1 * s
    force = 2 * TAU * WIDTH * np.minimum(depth, 6e-6) + 1e-3 * rng.standard_normal(2000)
    f = found(trace(displacement_m=s, depth_m=depth, horizontal_force_n=force))
    low, high = f["interface_depth"].interval
    assert low <= 6e-6 <= high
    assert high - low < 0.5e-6
    assert f["interface_depth"].value == pytest.approx(6e-6, abs=0.2e-6)
    assert f["shear_strength"].value == pytest.approx(TAU, rel=0.01)
    straight = 2 * TAU * WIDTH * depth + 1e-3 * rng.standard_normal(2000)
    assert (
        found(trace(displacement_m=s, depth_m=depth, horizontal_force_n=straight))["interface_depth"].status
        == "not_identifiable"
    )


def test_break_interval_covers_the_truth() -> None:
    s = np.linspace(0, 100e-6, 400)
    depth, inside = 0.1 * s, 0
    for seed in range(100):
        noise = 4e-3 * np.random.default_rng(seed).standard_normal(400)
        force = 2 * TAU * WIDTH * np.where(depth < 6e-6, depth, 4e-6) + noise
        low, high = found(trace(displacement_m=s, depth_m=depth, horizontal_force_n=force))["interface_depth"].interval
        inside += low <= 6e-6 <= high
    assert inside >= 90


@settings(max_examples=20, deadline=None)
@given(st.floats(0.01, 100), st.floats(0.2, 5), st.floats(-1e-3, 1e-3))
def test_scaling_and_shift(strong: float, wide: float, moved: float) -> None:
    noise = 1e-3 * np.random.default_rng(1).standard_normal(1000)
    one = blade(0.12, noise=noise)
    columns = dict(one.columns)
    columns["horizontal_force_n"] = strong * columns["horizontal_force_n"]
    columns["displacement_m"] = columns["displacement_m"] + moved
    a, b = found(one), found(trace(**columns), {"blade_width": wide * WIDTH})
    for name, power in (("saicas_force", 0), ("adhesion_per_width", 1), ("shear_strength", 1)):
        factor = strong / wide**power
        assert b[name].value == pytest.approx(a[name].value * factor, rel=1e-6)
        assert b[name].standard_uncertainty == pytest.approx(a[name].standard_uncertainty * factor, rel=1e-5)
    assert b["interface_depth"].value == pytest.approx(a["interface_depth"].value, rel=1e-6)


def test_time_stands_for_distance_at_one_speed() -> None:
    noise = 1e-3 * np.random.default_rng(1).standard_normal(1000)
    t = blade(0.12, noise=noise)
    by_time = trace(**{k: v for k, v in t.columns.items() if k != "displacement_m"})
    a, b = found(t), found(by_time)
    assert b["saicas_force"].value == pytest.approx(a["saicas_force"].value, rel=1e-9)
    assert " s to " in b["saicas_force"].method
    assert {s.figure for s in TECHNIQUE.series(run(by_time))} == {"saicas_time", "saicas_depth", "shear_profile"}


def test_rows_in_any_doubling_and_gaps() -> None:
    t = blade(0.12, noise=1e-3 * np.random.default_rng(1).standard_normal(1000))
    twice = trace(**{k: np.repeat(v, 2) for k, v in t.columns.items()})
    assert found(twice)["saicas_force"].value == pytest.approx(found(t)["saicas_force"].value, rel=1e-9)
    assert any("1000 rows left out" in r for r in found(twice)["saicas_force"].remarks)
    holed = {k: v.copy() for k, v in t.columns.items()}
    holed["horizontal_force_n"][500:510] = np.nan
    assert any("10 of 1000 rows left out" in r for r in found(trace(**holed))["saicas_force"].remarks)


def test_signs_are_turned_and_said() -> None:
    t = blade(0.12)
    f = found(trace(**{**dict(t.columns), "depth_m": -t["depth_m"], "horizontal_force_n": -t["horizontal_force_n"]}))
    assert f["saicas_force"].value == pytest.approx(0.12, rel=1e-12)
    assert f["shear_strength"].value == pytest.approx(TAU, rel=1e-9)
    assert sum("sign was turned" in r for r in f["saicas_force"].remarks) == 2


def test_a_stated_window() -> None:
    t = blade(0.12)
    columns = dict(t.columns)
    columns["horizontal_force_n"] = np.where(t["displacement_m"] > 300e-6, 0.16, t["horizontal_force_n"])
    for window in (
        {"window_from": "310 um", "window_to": "440 µm"},
        {"window_from": "155 s", "window_to": "220 s"},  # 2 um/s
    ):
        f = found(trace(**columns), {**GIVEN, **window, "mode": "peel"})
        assert f["saicas_force"].value == pytest.approx(0.16, rel=1e-9)
        assert "0.00031 m to 0.00044 m" in f["saicas_force"].method
        assert ", stated" in f["saicas_force"].method


def test_doubts_are_said() -> None:
    t = blade(0.12)
    deep = found(t, {**GIVEN, "coating_thickness": 5e-6})["saicas_force"]
    assert any("in the collector" in r for r in deep.remarks)
    rubbing = found(t, {**GIVEN, "clearance": math.radians(2)})["saicas_force"]  # it goes down 10 um in 150 um: 3.8°
    assert any("goes down at 3.81°" in r for r in rubbing.remarks)
    assert found(t, {**GIVEN, "clearance": math.radians(6)})["saicas_force"].status == "ok"
    drifting = found(t, {**GIVEN, "window_from": "20 um", "window_to": "140 um"})["saicas_force"]
    assert drifting.status == "warned"
    assert any("drifts" in r for r in drifting.remarks)
    assert any("depth changes" in r for r in drifting.remarks)


def test_nothing_is_assumed() -> None:
    f = found(blade(0.12), {})
    assert f["saicas_force"].value == pytest.approx(0.12)
    assert f["adhesion_per_width"].status == f["shear_strength"].status == "missing_input"
    assert "give blade_width" in f["adhesion_per_width"].remarks[0]


def test_force_above_cutting_is_left_open() -> None:
    f = found(blade(0.3))
    assert f["saicas_force"].value == pytest.approx(0.3)
    assert f["adhesion_per_width"].status == "not_identifiable"
    assert "50% more than cutting" in f["adhesion_per_width"].remarks[0]
    assert found(blade(0.3), {**GIVEN, "mode": "peel"})["adhesion_per_width"].value == pytest.approx(300)


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ({"blade_width": 0.0}, "blade_width makes no sense"),
        ({"blade_width": -1e-3}, "blade_width makes no sense"),
        ({"blade_width": 1.0}, "blade_width makes no sense"),  # 1 mm, as "1 m"
        ({"shear_angle": 45.0}, "shear_angle makes no sense"),
        ({"coating_thickness": math.inf}, "coating_thickness makes no sense"),
        ({"window_from": "80"}, "neither a distance nor a time"),
        ({"window_from": "80 N"}, "neither a distance nor a time"),
        ({"window_from": "2 mm"}, "outside the record"),
        ({"window_from": "200 um", "window_to": "100 um"}, "outside the record"),
        ({"window_from": "200 um", "window_to": "201 um"}, "no steady force"),
        ({"window_from": "460 um"}, "no steady force"),
    ],
)
def test_bad_parameters(bad: dict[str, Any], says: str) -> None:
    with pytest.raises(AnalysisError, match=says):
        found(blade(0.12), {**GIVEN, **bad})


def test_bad_traces() -> None:
    t = blade(0.12)
    columns = dict(t.columns)
    force, depth = columns["horizontal_force_n"], columns["depth_m"]

    def refused(says: str, **changed: Any) -> None:
        with pytest.raises(AnalysisError, match=says) as fault:
            found(trace(**{**columns, **changed}))
        assert fault.value.problems[0].where == "cut.csv"

    refused("a depth of 199.5 mm", horizontal_force_n=depth, depth_m=force)
    refused("only decreases", depth_m=DEEP - depth * (1 - 1e-9))
    refused("never changes", horizontal_force_n=np.zeros(1000))
    refused("never rises above zero", depth_m=np.zeros(1000))
    refused(
        "vertical force of 0.1.* N beside a horizontal force", horizontal_force_n=0.1 * force, vertical_force_n=force
    )
    refused("swapped", displacement_m=np.zeros(1000), time_s=np.zeros(1000))
    with pytest.raises(AnalysisError, match="too few rows"):
        found(trace(**{k: v[:5] for k, v in columns.items()}))
    with pytest.raises(AnalysisError, match="displacement_m"):
        found(trace(horizontal_force_n=force, depth_m=depth))
    few = found(trace(**{k: v[::60] for k, v in columns.items()}))
    assert few["saicas_force"].status == "not_identifiable"
    assert "too few" in few["saicas_force"].remarks[0]


def test_curves_belong_to_declared_figures() -> None:
    vertical = 0.1 * blade(0.12)["horizontal_force_n"]
    t = trace(**{**dict(blade(0.12, n=5000).columns), "vertical_force_n": np.resize(vertical, 5000)})
    series = TECHNIQUE.series(run(t))
    assert {s.figure for s in series} == {"saicas_distance", "saicas_depth", "shear_profile"}
    assert all(len(s.x) <= 602 for s in series)
    level = next(s for s in series if s.label)
    assert list(level.y) == pytest.approx([0.12, 0.12])
    profile = next(s for s in TECHNIQUE.series(run(blade(0.12))) if s.figure == "shear_profile")
    assert np.allclose(profile.y, TAU)


def test_strength_interval_covers_the_truth() -> None:
    inside = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        noise = 4e-3 * wandering(1000, 5, rng)
        low, high = found(blade(0.12, noise=noise))["shear_strength"].interval
        inside += low <= TAU <= high
    assert inside >= 180


def test_a_force_that_wanders_slowly_is_said() -> None:
    def told(memory: float, seed: int) -> bool:
        noise = 4e-3 * wandering(1500, memory, np.random.default_rng(seed))
        remarks = found(blade(0.12, n=1500, noise=noise))["saicas_force"].remarks
        return any("wanders slowly" in r for r in remarks)

    assert not any(told(1, seed) for seed in range(20))
    assert sum(told(60, seed) for seed in range(20)) >= 12


def test_kink_interval() -> None:
    """Where the force only stops rising, the change is softer: some 88 % of 95 % intervals hold it."""
    s = np.linspace(0, 100e-6, 400)
    depth, inside = 0.1 * s, 0
    for seed in range(100):
        noise = 4e-3 * np.random.default_rng(seed).standard_normal(400)
        f = found(
            trace(displacement_m=s, depth_m=depth, horizontal_force_n=2 * TAU * WIDTH * np.minimum(depth, 6e-6) + noise)
        )
        low, high = f["interface_depth"].interval
        inside += low <= 6e-6 <= high
    assert inside >= 80


def test_one_line_is_not_broken_by_noise() -> None:
    s = np.linspace(0, 100e-6, 400)
    for seed in range(100):
        noise = 8e-3 * wandering(400, 10, np.random.default_rng(seed))
        f = found(trace(displacement_m=s, depth_m=0.1 * s, horizontal_force_n=2 * TAU * WIDTH * 0.1 * s + noise))
        assert f["interface_depth"].status == "not_identifiable"
