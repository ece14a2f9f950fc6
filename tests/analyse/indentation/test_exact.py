"""Indentation against contacts whose answer is known in closed form, and against the Cramer-Rao bound."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from byssus.analyse.indentation import TECHNIQUE as INDENTATION
from byssus.analyse.indentation._unloading import fit_power_law
from byssus.errors import AnalysisError
from byssus.findings import Finding
from byssus.laws.indentation import AreaFunction, epsilon_of_exponent, plane_strain_modulus_pa
from byssus.trace import Source, Trace

SOURCE = Source("made", "0" * 64, "test", 0)
Floats = NDArray[np.float64]


def _trace(depth_m: Floats, load_n: Floats, time_s: Floats | None = None, **metadata: object) -> Trace:
    columns = {"depth_m": depth_m, "force_n": load_n}
    return Trace(columns if time_s is None else {**columns, "time_s": time_s}, SOURCE, metadata)


def _found(trace: Trace, **given: float | str) -> dict[str, Finding]:
    result = INDENTATION.analyse(trace, INDENTATION.specimen("made", given))
    return {f.quantity: f for f in INDENTATION.findings(result) if "cycle" not in f.at}


def _value(found: dict[str, Finding], name: str) -> float:
    value = found[name].value
    assert value is not None, found[name]
    return value


def _power_law(points: int = 400) -> tuple[Floats, Floats]:
    """The issue of textbooks: P = .012 (h - 250)^1.35 uN, h in nm to 1000; loaded along a parabola."""
    up, down = np.linspace(0, 1000, points), np.linspace(1000, 250, points)[1:]
    top = 0.012 * 750**1.35
    load = np.concatenate((top * (up / 1000) ** 2, 0.012 * (down - 250) ** 1.35))
    return np.concatenate((up, down)) * 1e-9, load * 1e-6


def test_power_law_to_a_millionth() -> None:
    found = _found(_trace(*_power_law()), epsilon="0.75", beta=1.0)
    assert _value(found, "contact_stiffness") == pytest.approx(164.35634, rel=1e-6)  # uN/nm = 1000 N/m
    assert _value(found, "contact_depth") == pytest.approx(583.3333333e-9, rel=1e-6)
    assert _value(found, "reduced_modulus") == pytest.approx(50.446561e6, rel=1e-6)
    assert _value(found, "hardness") == pytest.approx(10.952526e6, rel=1e-6)
    assert _value(found, "unloading_exponent") == pytest.approx(1.35, rel=1e-6)


@pytest.mark.parametrize("epsilon", ["from the exponent", str(2 * (math.pi - 2) / math.pi)])
def test_cone_of_sneddon_to_a_millionth(epsilon: str) -> None:
    modulus, alpha = 10e9, math.radians(70.3)
    h = np.concatenate((np.linspace(0, 500e-9, 300), np.linspace(500e-9, 0, 300)[1:]))
    found = _found(_trace(h, 2 / math.pi * modulus * math.tan(alpha) * h**2), epsilon=epsilon, cone_angle=alpha)
    assert _value(found, "reduced_modulus") / modulus == pytest.approx(1, rel=1e-6)
    assert _value(found, "hardness") == pytest.approx(1.790259e9, rel=1e-6)


def test_epsilon_of_the_three_punches() -> None:
    """Flat punch, paraboloid, cone: doi:10.1557/JMR.1992.1564, table 1."""
    assert epsilon_of_exponent(np.array([1.0, 1.5, 2.0])) == pytest.approx([1, 0.75, 2 * (math.pi - 2) / math.pi])


@pytest.mark.parametrize("noise", [1e-3, 5e-3, 2e-2])
def test_stiffness_scatters_as_the_cramer_rao_bound_allows(noise: float) -> None:
    """The bound is computed here from the truth by differences, not by the code under test."""
    h = np.linspace(1000.0, 400.0, 120)
    truth = np.array([0.012, 250.0, 1.35])

    def law(p: Floats) -> Floats:
        return np.asarray(p[0] * (h - p[1]) ** p[2])

    def slope(p: Floats) -> float:
        return float(p[0] * p[2] * (1000.0 - p[1]) ** (p[2] - 1))

    sigma = noise * float(law(truth)[0])
    steps = truth * 1e-6
    jacobian = np.column_stack([(law(truth + s) - law(truth - s)) / (2 * s.sum()) for s in np.diag(steps)])
    gradient = np.array([(slope(truth + s) - slope(truth - s)) / (2 * s.sum()) for s in np.diag(steps)])
    bound = math.sqrt(gradient @ np.linalg.inv(jacobian.T @ jacobian) @ gradient) * sigma
    rng = np.random.default_rng(11)
    fits = [fit_power_law(h, law(truth) + sigma * rng.standard_normal(len(h)), 1000.0) for _ in range(400)]
    slopes = np.array([f.stiffness_n_per_m for f in fits if f is not None])
    assert len(slopes) == 400
    assert np.sqrt(np.mean((slopes - slope(truth)) ** 2)) / bound < 1.15
    stated = np.median([f.stiffness_uncertainty for f in fits if f is not None])
    assert stated == pytest.approx(bound, rel=0.1)


def test_whole_analysis_scatters_within_the_bound() -> None:
    """From the record on: a window found in noisy data costs nothing that can be told."""
    depth, load = _power_law(300)
    rng = np.random.default_rng(3)
    values, stated = [], []
    for _ in range(60):
        found = _found(_trace(depth, load + 2e-3 * load.max() * rng.standard_normal(len(load))))
        values.append(_value(found, "contact_stiffness"))
        stated.append(found["contact_stiffness"].standard_uncertainty)
    assert np.std(values) / np.median(stated) < 1.3  # a scatter of 60 is known to 9 %
    assert abs(np.mean(values) / 164.35634 - 1) < 5e-3


def test_drift_and_frame_are_taken_off() -> None:
    depth, load = _power_law()
    keep = load > 0.1 * load.max()
    keep[: len(keep) // 2] = True
    depth, load = depth[keep], load[keep]
    hold = 200
    depth = np.concatenate((depth, np.full(hold, depth[-1])))
    load = np.concatenate((load, np.full(hold, load[-1])))
    time = np.arange(len(load)) * 0.1
    plain = _found(_trace(depth, load, time))
    shifted = _found(_trace(depth + 0.3e-9 * time + 2e-4 * load, load, time), frame_compliance=2e-4)
    assert _value(shifted, "thermal_drift") == pytest.approx(0.3e-9, rel=1e-9)
    assert _value(plain, "thermal_drift") == pytest.approx(0, abs=1e-20)
    for name in ("contact_stiffness", "hardness", "reduced_modulus"):
        assert _value(shifted, name) == pytest.approx(_value(plain, name), rel=1e-6)
    left = _found(_trace(depth + 0.3e-9 * time, load, time), drift="none")
    assert abs(_value(left, "contact_stiffness") / _value(plain, "contact_stiffness") - 1) > 1e-3


def test_frame_compliance_from_several_unloadings() -> None:
    """Cone-like contacts of one modulus behind a frame: the intercept of 1/S gives the frame back."""
    modulus, alpha, frame = 10e9, math.radians(70.3), 3e-6
    h = np.concatenate([np.r_[np.linspace(0, d, 100), np.linspace(d, 0, 100)] for d in (2e-7, 4e-7, 6e-7, 8e-7)])
    load = 2 / math.pi * modulus * math.tan(alpha) * h**2
    trace = _trace(h + frame * load, load)
    result = INDENTATION.analyse(trace, INDENTATION.specimen("made", {"cone_angle": alpha, "frame_compliance": frame}))
    line = next(f for f in INDENTATION.findings(result) if f.quantity == "frame_compliance")
    assert line.value == pytest.approx(0, abs=1e-12)
    assert len(result.unloadings) == 4


def test_the_tip_and_poisson_give_the_sample() -> None:
    found = _found(_trace(*_power_law()), poisson_ratio=0.3)
    er = _value(found, "reduced_modulus")
    sample = (1 - 0.3**2) / (1 / er - (1 - 0.07**2) / 1141e9)
    assert _value(found, "indentation_modulus") == pytest.approx(sample, rel=1e-12)
    assert plane_strain_modulus_pa(er, 1141e9, 0.07) == pytest.approx(sample / 0.91)
    assert _found(_trace(*_power_law()))["indentation_modulus"].status == "missing_input"


def test_what_is_doubtful_is_said() -> None:
    trace = _trace(*_power_law())
    found = _found(trace, coating_thickness=2e-6)
    remarks = " ".join(found["hardness"].remarks)
    assert found["hardness"].status == "warned"
    assert "substrate" in remarks
    assert "ideal Berkovich" in remarks
    assert "95% to 20% of the load" in found["hardness"].method
    assert found["unloading_window_spread"].value == pytest.approx(0, abs=1e-6)  # one law in every window
    assert "substrate" not in " ".join(_found(trace, coating_thickness=2e-5)["hardness"].remarks)


def test_units_scale_through() -> None:
    depth, load = _power_law()
    one, other = _found(_trace(depth, load)), _found(_trace(depth * 10, load * 1000))
    for name, factor in (("contact_stiffness", 100), ("reduced_modulus", 10), ("hardness", 10), ("contact_depth", 10)):
        assert _value(other, name) == pytest.approx(factor * _value(one, name), rel=1e-9)


def test_an_area_function_calibrated_on_a_reference_is_told_and_holds() -> None:
    area = AreaFunction.from_nanometres((24.5, 600.0))
    er = 69.6e9
    tops = np.linspace(100e-9, 1000e-9, 9)
    parts = []
    for hc in tops:  # unloading by (h - hf)^1.5, so that epsilon is 3/4
        a, slope = float(area(hc)), 2 * er * math.sqrt(float(area(hc)) / math.pi)
        top = 9e9 * a
        h, length = hc + 0.75 * top / slope, 1.5 * top / slope
        down = np.linspace(h, h - length, 120)
        parts.append((np.linspace(0, h, 50)[:-1], top * (np.linspace(0, h, 50)[:-1] / h) ** 2))
        parts.append((down, top * (np.maximum(down - h + length, 0) / length) ** 1.5))
    trace = _trace(np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts]))
    result = INDENTATION.analyse(trace, INDENTATION.specimen("made", {"reference_modulus": er}))
    said = next(r for f in INDENTATION.findings(result) for r in f.remarks if "area_function" in r)
    words = said.split('"')[1]
    again = INDENTATION.analyse(trace, INDENTATION.specimen("made", {"area_function": words}))
    assert len(again.unloadings) == 9
    assert [u.reduced_modulus for u in again.unloadings] == pytest.approx([er] * 9, rel=1e-3)


@pytest.mark.parametrize(
    "given",
    [{"epsilon": "half"}, {"area_function": "24.5, x"}, {"zero": "maybe"}, {"poisson_ratio": 0.7},
     {"unloading_from": 0.2, "unloading_to": 0.5}, {"tip_poisson": 0.9}],
)  # fmt: skip
def test_nonsense_is_refused(given: dict[str, float | str]) -> None:
    with pytest.raises(AnalysisError):
        _found(_trace(*_power_law()), **given)


def test_a_record_without_unloading_is_refused() -> None:
    depth = np.linspace(0, 1e-6, 100)
    with pytest.raises(AnalysisError, match="no unloading"):
        _found(_trace(depth, depth * 1e3))
    with pytest.raises(AnalysisError):
        _found(_trace(depth, np.zeros(100)))


def test_peak_loads_apart_are_told_across_specimens() -> None:
    assert INDENTATION.across is not None
    one = Finding("peak_load", 1e-3, "N", standard_uncertainty=1e-4, n=4)
    (spread,) = INDENTATION.across([one])
    assert spread.value == pytest.approx(0.2)
    assert spread.status == "warned"
    (alike,) = INDENTATION.across([replace(one, standard_uncertainty=1e-6)])
    assert alike.status == "ok"


def test_a_depth_that_stands_still_below_the_start_has_no_power_law() -> None:
    assert fit_power_law(np.full(60, 1e-6), np.linspace(1e-2, 1e-3, 60), 2e-6) is None
