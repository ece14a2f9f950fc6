"""Peel analysis against records whose mean is known, drift, missing parameters and bad input."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.signal import lfilter

from byssus.analyse.peel import TECHNIQUE, PeelResult
from byssus.errors import AnalysisError
from byssus.findings import Finding
from byssus.trace import Source, Trace

GIVEN = {"width": 0.02, "angle": math.pi, "plateau_from": 0.02}


def trace(s: NDArray[Any], f: NDArray[Any]) -> Trace:
    return Trace({"displacement_m": s, "force_n": f}, Source("strip.csv", "0" * 64, "test", len(s)))


def run(t: Trace, given: Mapping[str, Any] = GIVEN) -> PeelResult:
    result = TECHNIQUE.analyse(t, TECHNIQUE.specimen("strip 1", given))
    assert isinstance(result, PeelResult)
    return result


def found(t: Trace, given: Mapping[str, Any] = GIVEN) -> dict[str, Finding]:
    return {f.quantity: f for f in TECHNIQUE.findings(run(t, given))}


def ramp_then(force: float, n: int = 1201) -> tuple[NDArray[Any], NDArray[Any]]:
    """A plateau from 5 mm on; its ripple, far below what any test here sees, tells it from a load cell at its limit."""
    s = np.linspace(0, 0.06, n)
    return s, force * np.clip(s / 0.005, 0, 1) * (1 + 1e-13 * (-1.0) ** np.arange(n))


def test_constant_force() -> None:
    f = found(trace(*ramp_then(4.2)))
    assert f["peel_force"].value == pytest.approx(4.2, rel=1e-12)
    assert f["peel_strength"].value == pytest.approx(210, rel=1e-12)
    assert f["fracture_energy"].value == pytest.approx(420, rel=1e-12)
    assert f["peel_force_spread"].value == pytest.approx(0, abs=1e-9)
    assert f["peel_force"].standard_uncertainty == pytest.approx(0, abs=1e-9)
    assert {g.status for g in f.values()} == {"ok"}
    assert all(g.n == 1 and g.method and g.equation for g in f.values())


@pytest.mark.parametrize(("angle", "energy"), [(math.pi / 2, 210.0), (math.pi / 3, 105.0)])
def test_energy_by_angle(angle: float, energy: float) -> None:
    assert found(trace(*ramp_then(4.2)), {**GIVEN, "angle": angle})["fracture_energy"].value == pytest.approx(energy)


def test_sawtooth_mean_is_exact_however_it_is_sampled() -> None:
    # teeth from 3 N to 5 N over 0.999 mm, slipping back within 1 µm, sampled ten times denser on their upper half
    within = np.concatenate(([0.0], np.linspace(0.05e-3, 0.5e-3, 5), np.linspace(0.51e-3, 0.999e-3, 50)))
    s = np.concatenate([tooth * 1e-3 + within for tooth in range(60)])
    f = np.tile(3 + 2 * within / 0.999e-3, 60)
    got = found(trace(s, f), {**GIVEN, "plateau_to": 0.05})
    assert got["peel_force"].value == pytest.approx(4.0, rel=1e-9)
    assert float(np.mean(f)) > 4.3  # the plain mean of the readings would be wrong
    assert got["peel_force_spread"].value == pytest.approx(2 / math.sqrt(12) / 4, rel=1e-9)


def test_uncertainty_knows_that_neighbours_agree() -> None:
    # AR(1) with rho = 0.95: standard deviation of the mean is s sqrt((1 + rho)/(1 - rho)/n)
    rng, rho, n = np.random.default_rng(11), 0.95, 8001
    means, told = [], []
    s = np.linspace(0, 0.08, n)
    for _ in range(60):
        noise = np.empty(n)
        noise[0] = rng.standard_normal() / math.sqrt(1 - rho**2)
        shocks = rng.standard_normal(n)
        for i in range(1, n):
            noise[i] = rho * noise[i - 1] + shocks[i]
        got = found(trace(s, 4 + 0.05 * noise), {**GIVEN, "plateau_to": 0.08})["peel_force"]
        means.append(got.value)
        told.append(got.standard_uncertainty)
    assert float(np.mean(told)) == pytest.approx(float(np.std(means)), rel=0.3)
    naive = 0.05 / math.sqrt(1 - rho**2) / math.sqrt(6000)
    assert float(np.mean(told)) > 4 * naive


def _wandering(n: int, length: float, rng: np.random.Generator) -> NDArray[Any]:
    kept = math.exp(-1 / length)
    shocks = math.sqrt(1 - kept**2) * rng.standard_normal(n)
    walk, _ = lfilter([1.0], [1.0, -kept], shocks, zi=[kept * rng.standard_normal()])
    return np.asarray(walk)


def _course(kind: str, s: NDArray[Any], rng: np.random.Generator) -> NDArray[Any]:
    """A force's course about 1 along ``s`` (steps of 40 um), as a load cell or a coating makes it."""
    white, phase = 0.005 * rng.standard_normal(len(s)), rng.random()
    teeth = 0.06 * (2 * ((s / 0.001 + phase) % 1) - 1)
    return {
        "white": lambda: white,
        "autoregressive": lambda: 0.05 * _wandering(len(s), 20, rng),
        "stick-slip over 2 mm": lambda: white + teeth + 0.03 * _wandering(len(s), 50, rng),
        "stick-slip over 4 mm": lambda: white + teeth + 0.03 * _wandering(len(s), 100, rng),
    }[kind]()


@pytest.mark.parametrize("kind", ["white", "autoregressive", "stick-slip over 2 mm", "stick-slip over 4 mm"])
def test_the_interval_holds_the_mean_as_often_as_it_says(kind: str) -> None:
    """300 strips with 60 mm of plateau and a mean of 4 N each.

    Inside the 95 % interval: white noise 94 %, autoregressive 96 %, stick-slip over patches of 2 mm 94 %, of 4 mm
    93 %. By autocorrelation alone (without batch means) 89, 93, 71 and 64 %.
    """
    s = np.arange(0, 0.080, 4e-5)
    inside, told = 0, 0
    for seed in range(300):
        course = _course(kind, s, np.random.default_rng([9, seed]))
        got = found(trace(s, 4 * (1 + course)), {**GIVEN, "plateau_to": 0.08})["peel_force"]
        if got.interval is not None:
            told += 1
            inside += got.interval[0] <= 4 <= got.interval[1]
    assert told == 300
    assert 0.91 <= inside / told <= 0.985


def test_the_end_of_the_strip_is_left_out() -> None:
    s, f = ramp_then(4.2)
    f = np.where(s > 0.05, 0.01, f)
    result = run(trace(s, f))
    assert result.plateau is not None
    assert result.plateau.end_m == pytest.approx(0.05, abs=1e-4)
    assert result.plateau.mean_n == pytest.approx(4.2, rel=1e-9)


def test_drift_is_warned() -> None:
    s, f = ramp_then(4.0)
    got = found(trace(s, f * (1 + 5 * np.clip(s - 0.02, 0, None))))["peel_force"]  # 20 % over the plateau
    assert got.status == "warned"
    assert any("drifts by +18%" in r for r in got.remarks)
    assert got.value == pytest.approx(4.4, rel=1e-3)


@settings(max_examples=25, deadline=None)
@given(st.floats(0.01, 100), st.floats(0.1, 10))
def test_scaling(strong: float, wide: float) -> None:
    s, f = ramp_then(1.0, 301)
    f = f * (1 + 0.1 * np.sin(s * 4000))
    one, other = found(trace(s, f)), found(trace(s, strong * f), {**GIVEN, "width": wide * 0.02})
    assert other["fracture_energy"].value == pytest.approx(one["fracture_energy"].value * strong / wide)
    assert other["peel_force"].standard_uncertainty == pytest.approx(one["peel_force"].standard_uncertainty * strong)
    assert other["peel_force_spread"].value == pytest.approx(one["peel_force_spread"].value)


def test_nothing_is_assumed() -> None:
    t = trace(*ramp_then(4.2))
    nothing = found(t, {})
    assert {f.status for f in nothing.values()} == {"missing_input"}
    assert "plateau_from = '20 mm'" in nothing["peel_force"].remarks[0]
    assert len(nothing["fracture_energy"].remarks) == 3
    no_angle = found(t, {"width": 0.02, "plateau_from": 0.02})
    assert no_angle["peel_strength"].value == pytest.approx(210)
    assert no_angle["fracture_energy"].status == "missing_input"
    assert "give angle" in no_angle["fracture_energy"].remarks[0]
    no_width = found(t, {"angle": math.pi, "plateau_from": 0.02})
    assert no_width["peel_force"].value == pytest.approx(4.2)
    assert no_width["peel_strength"].status == no_width["fracture_energy"].status == "missing_input"


def test_signs_and_steps_back_are_said() -> None:
    s, f = ramp_then(4.2)
    turned = found(trace(-s, -f))["peel_force"]
    assert turned.value == pytest.approx(4.2)
    assert any("sign was turned" in r for r in turned.remarks)
    s = s.copy()
    s[700] = s[690]
    back = found(trace(s, f))["peel_force"]
    assert back.value == pytest.approx(4.2)
    assert any("1 rows left out" in r for r in back.remarks)


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ({"width": -0.02}, "width makes no sense"),
        ({"width": 0.0}, "width makes no sense"),
        ({"width": 20.0}, "width makes no sense"),  # 20 mm, as "20 m"
        ({"angle": 180.0}, "angle makes no sense"),
        ({"plateau_from": 0.08}, "plateau inside the record"),
        ({"plateau_to": 0.01}, "plateau inside the record"),
    ],
)
def test_bad_parameters(bad: dict[str, Any], says: str) -> None:
    with pytest.raises(AnalysisError, match=says):
        found(trace(*ramp_then(4.2)), {**GIVEN, **bad})


def test_bad_traces() -> None:
    s, f = ramp_then(4.2)
    fallen = np.where(s > 0.05, 0.0, f)
    with pytest.raises(AnalysisError, match="swapped"):
        found(trace(fallen, s))
    with pytest.raises(AnalysisError, match="never changes"):
        found(trace(s, np.zeros_like(s)))
    with pytest.raises(AnalysisError, match="too few rows"):
        found(trace(s[:4], f[:4]))


def test_drawn_curve_has_its_plateau() -> None:
    curve, level = TECHNIQUE.series(run(trace(*ramp_then(4.2, 5000))))
    assert len(curve.x) <= 602
    assert list(level.y) == pytest.approx([4.2, 4.2])
    assert level.x[0] == pytest.approx(0.02)
    assert {curve.figure, level.figure} == {figure.name for figure in TECHNIQUE.figures}


def test_the_width_may_stand_in_the_files_header() -> None:
    bare = trace(*ramp_then(4.2))
    headed = replace(bare, metadata={"width_m": 0.01})
    unsaid = {key: value for key, value in GIVEN.items() if key != "width"}
    assert found(bare, unsaid)["peel_strength"].status == "missing_input"
    assert found(headed, unsaid)["peel_strength"].value == pytest.approx(420, rel=1e-12)
    assert found(headed, unsaid)["fracture_energy"].value == pytest.approx(840, rel=1e-12)
    both = found(headed, GIVEN)["peel_strength"]
    assert both.value == pytest.approx(210, rel=1e-12)
    assert both.status == "warned"
    assert "the file's header 0.01 m" in both.remarks[0]


def test_a_load_cell_at_its_limit_is_said() -> None:
    """At the limit every reading is the same, and the scatter about the mean says nothing of the force."""
    rng = np.random.default_rng(2)
    s = np.linspace(0, 0.06, 1201)
    force = 2.0 * np.clip(s / 0.005, 0, 1) + 0.05 * rng.standard_normal(1201)
    assert found(trace(s, force))["peel_force"].status == "ok"
    coarse = np.round(force / 0.02) * 0.02  # steps of the converter are equal at many levels, not at the top alone
    assert found(trace(s, coarse))["peel_force"].status == "ok"
    for quantity, one in found(trace(s, np.minimum(force, 1.5))).items():
        assert one.status == "warned", quantity
        assert any("load cell at its limit" in remark for remark in one.remarks)


def test_a_number_that_nothing_measures_is_left_out_and_told() -> None:
    s, f = ramp_then(2.0)
    damaged = f.copy()
    damaged[800] = 1e300
    clean, made = found(trace(s, f)), found(trace(s, damaged))
    assert made["peel_force"].value == pytest.approx(clean["peel_force"].value, rel=1e-9)
    assert any(
        "1 of 1201 rows left out: not a finite number, or beyond 1e100" in said
        for said in run(trace(s, damaged)).warnings
    )
