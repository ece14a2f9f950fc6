"""Calibrations of frame and tip on contacts whose frame and tip are known, and on real reference materials."""

from __future__ import annotations

import math
import re
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from byssus.analyse.indentation import TECHNIQUE as INDENTATION
from byssus.errors import AnalysisError, MissingInput
from byssus.findings import Finding
from byssus.laws.indentation import AreaFunction
from byssus.read import read_file
from byssus.run.steps import analyse_step
from byssus.trace import Source, Trace

Floats = NDArray[np.float64]
SOURCE = Source("made", "0" * 64, "test", 0)
ALPHA = math.radians(70.3)
FOLDER = "nanoindentation"
TUNGSTEN = "keysight_Tungsten_FrameStiffness.xlsx"
SILICA = "agilent_FS_Calibration.xls"
SILICA_REDUCED = 69.6e9  # E 72 GPa, nu 0.17, diamond: doi:10.1557/JMR.1992.1564


def _cones(modulus: float | Floats, frame: float, depths_m: tuple[float, ...]) -> Trace:
    """Sneddon's cone pressed to several depths behind a frame; one modulus, or one for each depth."""
    parts = [np.r_[np.linspace(0, d, 150), np.linspace(d, 0, 150)[1:]] for d in depths_m]
    h = np.concatenate(parts)
    each = np.repeat(np.broadcast_to(modulus, len(depths_m)), len(parts[0]))
    load = 2 / math.pi * each * math.tan(ALPHA) * h**2
    return Trace({"depth_m": h + frame * load, "force_n": load}, SOURCE, {})


def _blunt(area: AreaFunction, modulus: float, hardness: float, depth_m: float) -> Trace:
    """An unloading by (h - hf)^1.5, whose epsilon is 3/4, of a tip of this area."""
    contact = float(area(depth_m))
    top, slope = hardness * contact, 2 * modulus * math.sqrt(contact / math.pi)
    h, length = depth_m + 0.75 * top / slope, 1.5 * top / slope
    up, down = np.linspace(0, h, 60)[:-1], np.linspace(h, h - length, 200)
    load = np.concatenate((top * (up / h) ** 2, top * (np.maximum(down - h + length, 0) / length) ** 1.5))
    return Trace({"depth_m": np.concatenate((up, down)), "force_n": load}, SOURCE, {})


def _together(traces: list[Trace], **given: float | str) -> dict[str, Finding]:
    assert INDENTATION.together is not None
    result = INDENTATION.together(traces, INDENTATION.specimen("made", given))
    return {f.quantity: f for f in INDENTATION.findings(result)}


def _pasted(finding: Finding) -> dict[str, str]:
    """The parameters that a calibration tells for reuse, as a person would paste them."""
    return dict(re.findall(r'(\w+) = "([^"]*)"', " ".join(finding.remarks)))


def _given(words: dict[str, str]) -> dict[str, float | str]:
    found = {}
    for name, text in words.items():
        parameter = INDENTATION.parameter(name)
        assert parameter is not None
        found[name] = parameter.parse(text)
    return found


@pytest.mark.parametrize("frame", [3e-6, -1e-6])
def test_the_frame_behind_cones_to_a_millionth(frame: float) -> None:
    traces = [_cones(10e9, frame, (2e-7 * k, 4e-7 * k, 6e-7 * k, 8e-7 * k)) for k in (1.0, 1.1, 1.2)]
    found = _together(traces, calibrate="frame compliance", cone_angle=ALPHA, poisson_ratio=0.3)
    assert found["frame_compliance"].value == pytest.approx(frame, rel=1e-6)
    assert found["reduced_modulus"].value == pytest.approx(10e9, rel=1e-6)
    sample = 0.91 / (1 / 10e9 - (1 - 0.07**2) / 1141e9)
    assert found["indentation_modulus"].value == pytest.approx(sample, rel=1e-6)
    again = _given(_pasted(found["frame_compliance"]))
    one = INDENTATION.analyse(traces[0], INDENTATION.specimen("made", {**again, "cone_angle": ALPHA}))
    assert [u.reduced_modulus for u in one.unloadings] == pytest.approx([10e9] * 4, rel=1e-4)  # five printed digits


def test_a_frame_given_before_is_counted_in() -> None:
    trace = _cones(10e9, 3e-6, (2e-7, 5e-7, 7e-7, 8e-7))
    found = _together([trace], calibrate="frame compliance", cone_angle=ALPHA, frame_compliance=1e-6)
    assert found["frame_compliance"].value == pytest.approx(3e-6, rel=1e-6)


def test_scatter_of_the_frame_is_as_stated() -> None:
    """Contacts with noise of 1 % in the modulus: the stated uncertainty is that of repeats."""
    rng = np.random.default_rng(5)
    values, stated = [], []
    for _ in range(25):
        moduli = 10e9 * (1 + 0.01 * rng.standard_normal((8, 3)))
        traces = [_cones(one, 3e-6, (5e-7, 7e-7, 9e-7)) for one in moduli]
        found = _together(traces, calibrate="frame compliance", cone_angle=ALPHA)["frame_compliance"]
        values.append(found.value)
        stated.append(found.standard_uncertainty)
    assert np.std(np.array(values, dtype=float)) / np.median(stated) == pytest.approx(1, abs=0.4)


def test_tungsten_gives_its_modulus_once_the_frame_is_off(shared_data: Path) -> None:
    """410 GPa (nu 0.28): the depth counts from 60 to 75 nm before anything bears, so that zero is the first contact."""
    traces = list(read_file(shared_data / FOLDER / TUNGSTEN))
    given = {"zero": "first contact", "poisson_ratio": 0.28}
    found = _together(traces, calibrate="frame compliance", **given)
    modulus = found["indentation_modulus"]
    assert modulus.value == pytest.approx(410e9, rel=0.03)
    assert modulus.standard_uncertainty is not None
    assert abs(modulus.value - 410e9) < 2 * modulus.standard_uncertainty < 0.15 * 410e9
    again = {**given, **_given(_pasted(found["frame_compliance"]))}
    whole = [INDENTATION.analyse(t, INDENTATION.specimen("w", again)) for t in traces]
    for cycle in (4, 5, 6):  # 11, 22 and 45 mN
        each = [
            f.value
            for r in whole
            for f in INDENTATION.findings(r)
            if f.quantity == "indentation_modulus" and f.at == {"cycle": cycle} and f.value is not None
        ]
        assert np.mean(each) == pytest.approx(410e9, rel=0.05)


def test_tungsten_with_its_recorded_zero_is_doubted(shared_data: Path) -> None:
    traces = list(read_file(shared_data / FOLDER / TUNGSTEN))
    found = _together(traces, calibrate="frame compliance", poisson_ratio=0.28)
    assert found["frame_compliance"].status == "warned"
    assert "not at zero" in " ".join(found["frame_compliance"].remarks)
    assert found["indentation_modulus"].value < 350e9


@pytest.mark.parametrize("terms", [(24.5,), (24.5, 600.0), (22.0, 300.0, 5000.0)])
def test_the_area_of_a_known_tip_comes_back(terms: tuple[float, ...]) -> None:
    area = AreaFunction.from_nanometres(terms)
    traces = [_blunt(area, SILICA_REDUCED, 9e9, hc) for hc in np.linspace(100e-9, 1000e-9, 12)]
    found = _together(traces, reference_modulus=SILICA_REDUCED)["tip_area_ratio"]
    again = _given(_pasted(found))
    for trace in traces:
        one = INDENTATION.analyse(trace, INDENTATION.specimen("made", again))
        assert one.unloadings[0].reduced_modulus == pytest.approx(SILICA_REDUCED, rel=2e-3)
        assert one.unloadings[0].hardness == pytest.approx(9e9, rel=4e-3)


def test_half_of_the_silica_indents_calibrate_the_tip_for_the_others(shared_data: Path) -> None:
    traces = list(read_file(shared_data / FOLDER / SILICA))
    found = _together(traces[::2], calibrate="area function", reference_modulus=SILICA_REDUCED)["tip_area_ratio"]
    again = _given(_pasted(found))
    assert float(again["area_uncertainty"]) < 0.03
    modulus, hardness = [], []
    for trace in traces[1::2]:
        result = INDENTATION.analyse(trace, INDENTATION.specimen("fs", {**again, "poisson_ratio": 0.17}))
        rows = {f.quantity: f.value for f in INDENTATION.findings(result) if f.at}
        modulus.append(rows["indentation_modulus"])
        hardness.append(rows["hardness"])
    assert np.mean(np.array(modulus, dtype=float)) == pytest.approx(72e9, rel=0.02)
    # S^2/P, which no area enters, holds H/Er^2: the instrument printed 9.551 GPa beside 75.25 GPa (nu 0.17)
    printed = 1 / ((1 - 0.17**2) / 75.25e9 + (1 - 0.07**2) / 1141e9)
    assert np.mean(np.array(hardness, dtype=float)) == pytest.approx(
        9.551e9 * (SILICA_REDUCED / printed) ** 2, rel=0.02
    )


def test_uncertainty_of_area_and_frame_enters_the_numbers() -> None:
    """H = P/A has the area's relative uncertainty, Er half of it; and a frame's moves 1/S by as much."""
    trace = _blunt(AreaFunction((24.5,)), 10e9, 1e9, 500e-9)

    def relative(name: str, **given: float | str) -> float:
        result = INDENTATION.analyse(trace, INDENTATION.specimen("made", {"area_function": "24.5", **given}))
        one = next(f for f in INDENTATION.findings(result) if f.quantity == name)
        assert one.value is not None
        assert one.standard_uncertainty is not None
        return one.standard_uncertainty / one.value

    assert relative("hardness", area_uncertainty=0.02) == pytest.approx(0.02, rel=0.1)
    assert relative("reduced_modulus", area_uncertainty=0.02) == pytest.approx(0.01, rel=0.1)
    slope = 2 * 10e9 * math.sqrt(24.5 / math.pi) * 500e-9
    u = 0.01 / slope  # one part in a hundred of 1/S
    assert relative("contact_stiffness", frame_compliance_uncertainty=u) == pytest.approx(0.01, rel=0.1)


def test_a_file_of_a_reference_is_one_specimen(shared_data: Path) -> None:
    path = str(shared_data / FOLDER / TUNGSTEN)
    done = analyse_step(path, "indentation", "W", {"calibrate": "frame compliance"}, {}, "W.xlsx")
    assert [one["name"] for one in done["specimens"]] == ["W"]
    assert {one["figure"] for one in done["specimens"][0]["series"]} == {"frame_line"}
    assert not done["errors"]


def test_what_cannot_be_calibrated_is_refused() -> None:
    trace = _cones(10e9, 0.0, (4e-7, 8e-7))
    with pytest.raises(MissingInput, match="reference_modulus"):
        _together([trace], calibrate="area function")
    with pytest.raises(AnalysisError, match="too few contacts"):
        _together([trace], calibrate="frame compliance")
    with pytest.raises(AnalysisError, match="specimen of its own"):
        _together([trace])
    with pytest.raises(AnalysisError, match="calibrate"):
        _together([trace], calibrate="everything")
