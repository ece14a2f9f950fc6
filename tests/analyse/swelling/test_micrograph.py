"""The technique on micrographs: thickness in metres, edges by hand, tilt, crop, cracks, states side by side."""

from __future__ import annotations

import importlib.util
import math
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from byssus.analyse.swelling import TECHNIQUE, MicrographResult
from byssus.analyse.swelling._states import across, series_across
from byssus.errors import AnalysisError, MissingInput, UnitError
from byssus.findings import Finding
from byssus.read import read_file
from byssus.trace import Source, Trace

_SPEC = importlib.util.spec_from_file_location("scenes", Path(__file__).with_name("scenes.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
scenes = sys.modules.setdefault("scenes", importlib.util.module_from_spec(_SPEC))
_SPEC.loader.exec_module(scenes)
micrograph, section, network = scenes.micrograph, scenes.section, scenes.network

PIXEL = 50e-9


def run(trace: Trace, given: Mapping[str, Any] | None = None) -> MicrographResult:
    parsed = {k: TECHNIQUE.parameter(k).parse(v) for k, v in (given or {}).items()}  # type: ignore[union-attr]
    result = TECHNIQUE.analyse(trace, TECHNIQUE.specimen("a", parsed))
    assert isinstance(result, MicrographResult)
    return result


def found(trace: Trace, given: Mapping[str, Any] | None = None) -> dict[str, Finding]:
    return {f.quantity: f for f in TECHNIQUE.findings(run(trace, given))}


SCENE = section(seed=21)
TRUE_M = float(np.mean(SCENE.bottom - SCENE.top)) * PIXEL


def test_thickness_and_roughness_in_metres() -> None:
    f = found(micrograph(SCENE.picture))
    thickness = f["layer_thickness"]
    assert thickness.value == pytest.approx(TRUE_M, abs=PIXEL)
    assert thickness.status == "ok"
    assert thickness.standard_uncertainty is not None
    assert thickness.interval is not None
    assert abs(thickness.value - TRUE_M) < 2 * thickness.standard_uncertainty
    assert thickness.interval[0] < TRUE_M < thickness.interval[1]
    # a sine of 3 pixels has an rms of 3/sqrt(2) and a mean height of 6/pi
    assert f["top_roughness_rq"].value == pytest.approx(3 / math.sqrt(2) * PIXEL, abs=0.5 * PIXEL)
    assert f["top_roughness_ra"].value == pytest.approx(6 / math.pi * PIXEL, abs=0.5 * PIXEL)
    spread = float(np.std(SCENE.bottom - SCENE.top))
    assert f["layer_thickness_spread"].value == pytest.approx(spread * PIXEL, abs=0.7 * PIXEL)


def test_pixel_size_scales_every_length_and_is_told_where_it_differs() -> None:
    one, twice = found(micrograph(SCENE.picture)), found(micrograph(SCENE.picture, 2 * PIXEL))
    for name in one:
        assert twice[name].value == pytest.approx(2 * one[name].value, rel=1e-9)
    told = found(micrograph(SCENE.picture), {"pixel_size": "100 nm"})["layer_thickness"]
    assert told.value == pytest.approx(2 * one["layer_thickness"].value, rel=1e-9)
    assert told.status == "warned"
    assert any("the file says 50 nm" in r for r in told.remarks)
    assert not found(micrograph(SCENE.picture), {"pixel_size": "50 nm"})["layer_thickness"].remarks


def test_without_pixel_size_lengths_are_missing_and_nothing_is_drawn() -> None:
    bare = micrograph(SCENE.picture, None)
    f = found(bare)
    assert {one.status for one in f.values()} == {"missing_input"}
    assert "pixel_size" in f["layer_thickness"].remarks[0]
    assert TECHNIQUE.series(run(bare)) == ()
    assert found(bare, {"pixel_size": "50 nm"})["layer_thickness"].value == pytest.approx(TRUE_M, abs=PIXEL)


def test_edges_by_hand_are_exact() -> None:
    f = found(micrograph(SCENE.picture), {"edges": "top 3.5 µm, bottom 9.25 µm"})
    assert f["layer_thickness"].value == pytest.approx(5.75e-6, rel=1e-12)
    assert f["layer_thickness"].standard_uncertainty is None
    assert f["layer_thickness_spread"].value == pytest.approx(0, abs=1e-15)
    assert f["top_roughness_rq"].value == pytest.approx(0, abs=1e-15)
    assert "by hand" in f["layer_thickness"].method
    assert found(micrograph(SCENE.picture), {"edges": "top 70 px; bottom 185 px"})["layer_thickness"].value == (
        pytest.approx(115 * PIXEL)
    )


def test_points_by_hand_between_which_lines_run() -> None:
    # from 3 to 4 µm over 8 µm of the 16, level below: 5.5 µm in the mean, across a lean of half of 1 in 8
    given = {"edges": "top (0 µm, 3 µm) (8 µm, 4 µm), bottom 9 µm"}
    layer = run(micrograph(SCENE.picture), given).layer
    assert layer is not None
    assert layer.x_m[0] > 0
    assert layer.x_m[-1] < 8e-6
    assert layer.mean_m == pytest.approx(5.5e-6 * math.cos(math.atan(1 / 16)), rel=1e-6)
    assert layer.rq_m == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"edges": "top 3 µm"}, "both top and bottom"),
        ({"edges": "left 3 µm"}, "edges is not understood"),
        ({"edges": "top 3, bottom 9"}, "edges is not understood"),
        ({"edges": "top 9 µm, bottom 3 µm"}, "leave no layer"),
        ({"edges": "top (0 µm, 3 µm) (8 µm), bottom 9 µm"}, "pairs of place and depth"),
        ({"crop": "top 100 µm"}, "crop is not understood"),
        ({"crop": "somewhere"}, "crop is not understood"),
        ({"tilt": "120°"}, "tilt makes no sense"),
        ({"pixel_size": "5 m"}, "pixel_size makes no sense"),
    ],
)
def test_what_makes_no_sense_is_refused(given: dict[str, str], says: str) -> None:
    with pytest.raises(AnalysisError, match=says):
        run(micrograph(SCENE.picture), given)


def test_words_that_no_parameter_takes() -> None:
    with pytest.raises(MissingInput, match="cross-section or top"):
        run(micrograph(SCENE.picture), {"view": "sideways"})
    with pytest.raises(UnitError):
        run(micrograph(SCENE.picture), {"pixel_size": "5 V"})
    with pytest.raises(MissingInput, match="pixel_size"):
        run(micrograph(SCENE.picture, None), {"edges": "top 3 µm, bottom 9 µm"})


def test_a_crop_moves_nothing() -> None:
    whole = run(micrograph(SCENE.picture)).layer
    cut = run(micrograph(SCENE.picture), {"crop": "top 20 px, left 1 µm"}).layer
    assert whole is not None
    assert cut is not None
    assert cut.mean_m == pytest.approx(whole.mean_m, abs=0.3 * PIXEL)
    assert len(cut.x_m) == len(whole.x_m) - 20
    by_hand = run(micrograph(SCENE.picture), {"crop": "top 20 px", "edges": "top 70 px, bottom 180 px"}).layer
    assert by_hand is not None
    assert by_hand.top_m[0] == pytest.approx(50 * PIXEL)  # in the drawing, from the cut picture's top
    assert by_hand.mean_m == pytest.approx(110 * PIXEL)


def test_tilt_stretches_heights_once() -> None:
    straight = found(micrograph(SCENE.picture))["layer_thickness"]
    tilted = found(micrograph(SCENE.picture), {"tilt": "52°"})["layer_thickness"]
    assert tilted.value == pytest.approx(straight.value / math.sin(math.radians(52)), rel=1e-9)
    assert "sin 52°" in tilted.method
    corrected = micrograph(SCENE.picture, tilt_corrected=True, stage_tilt_rad=math.radians(52))
    done = found(corrected, {"tilt": "52°"})["layer_thickness"]
    assert done.value == pytest.approx(straight.value, rel=1e-9)
    assert any("not taken a second time" in r for r in done.remarks)
    untold = found(micrograph(SCENE.picture, stage_tilt_rad=math.radians(52)))["layer_thickness"]
    assert any("tilted by 52°" in r for r in untold.remarks)


def test_no_layer_is_not_identifiable_never_a_guess() -> None:
    noise = 0.5 + 0.1 * np.random.default_rng(1).standard_normal((200, 300))
    for picture in (noise, np.full((200, 300), 0.4), SCENE.picture[: int(SCENE.bottom.min()) - 8]):
        f = found(micrograph(picture))
        assert {one.status for one in f.values()} == {"not_identifiable"}
        assert {one.value for one in f.values()} == {None}
        assert all(one.remarks for one in f.values())
    assert found(micrograph(noise[:20, :20]))["layer_thickness"].status == "not_identifiable"


def test_real_picture_of_a_pillar_has_no_layer(shared_data: Path) -> None:
    (trace,) = read_file(shared_data / "sem" / "thermofisher_SEM_Image-SliceImage-001.tif")
    f = found(trace)
    assert {one.status for one in f.values()} == {"not_identifiable"}
    by_hand = found(trace, {"edges": "top 100 px, bottom 300 px", "tilt": "52°"})["layer_thickness"]
    assert by_hand.value == pytest.approx(200 * 385.417e-9 / math.sin(math.radians(52)), rel=1e-6)


def test_a_large_picture_is_averaged_first() -> None:
    big = np.kron(SCENE.picture, np.ones((8, 8)))  # 4.9 million pixels
    f = found(micrograph(big, PIXEL / 8))["layer_thickness"]
    assert f.value == pytest.approx(TRUE_M, abs=PIXEL)
    assert "averaged over 2 x 2 pixels" in f.method


def test_cracks_of_a_top_view() -> None:
    true = network(seed=22)
    result = run(micrograph(true.picture, PIXEL), {"view": "top", "state": "after delithiation"})
    f = {one.quantity: one for one in TECHNIQUE.findings(result)}
    assert {tuple(one.at.items()) for one in f.values()} == {(("state", "delithiated"),)}
    assert f["cracked_area_fraction"].value == pytest.approx(true.area_fraction, rel=0.1)
    per_area = true.length * PIXEL / (true.picture.size * PIXEL**2)
    assert f["crack_length_per_area"].value == pytest.approx(per_area, rel=0.03)
    assert f["crack_width"].value == pytest.approx(5 * PIXEL, abs=PIXEL)
    assert all(one.standard_uncertainty and one.status == "ok" for one in f.values())
    picture, line = TECHNIQUE.series(result)
    assert picture.picture is not None
    assert line.label == "cracks"
    assert np.isnan(line.y).sum() == 12
    assert np.nanmax(line.x) <= picture.extent_m[0]  # type: ignore[index]


def test_an_uncracked_top_view_has_none_and_says_down_to_what() -> None:
    smooth = 0.6 + 0.05 * np.random.default_rng(2).standard_normal((200, 300))
    f = found(micrograph(smooth), {"view": "top"})
    assert (f["cracked_area_fraction"].value, f["crack_length_per_area"].value) == (0.0, 0.0)
    assert "none is deeper" in f["cracked_area_fraction"].remarks[0]
    assert f["crack_width"].status == "not_identifiable"
    blank = found(micrograph(np.full((200, 300), 0.5)), {"view": "top"})
    assert {one.status for one in blank.values()} == {"not_identifiable"}
    bare = found(micrograph(network(seed=23).picture, None), {"view": "top"})
    assert bare["cracked_area_fraction"].value is not None
    assert bare["crack_width"].status == bare["crack_length_per_area"].status == "missing_input"


def test_the_drawing_shows_both_edges_on_the_picture() -> None:
    picture, top, bottom = TECHNIQUE.series(run(micrograph(SCENE.picture)))
    assert picture.extent_m == pytest.approx((320 * PIXEL, 240 * PIXEL))
    assert (top.label, bottom.label) == ("top edge", "bottom edge")
    assert np.all(bottom.y > top.y)
    assert picture.figure == top.figure == "cross_section"


def layer(state: str, value_um: float, u_um: float = 0.05, n: int = 3, **at: Any) -> Finding:
    source = Source(f"{state}.tif", "0" * 64, "micrograph", 100)
    return Finding(
        "layer_thickness", value_um * 1e-6, "m", {"state": state, **at}, u_um * 1e-6,
        ((value_um - 4.3 * u_um) * 1e-6, (value_um + 4.3 * u_um) * 1e-6), n, inputs=(source,), technique="swelling",
    )  # fmt: skip


def test_states_side_by_side_give_the_expansions() -> None:
    three = [layer("pristine", 10.0), layer("after lithiation", 23.6), layer("delithiated", 20.2)]
    f = {one.quantity: one for one in across(three)}
    assert f["expansion_after_lithiation"].value == pytest.approx(1.36)
    assert f["expansion_after_delithiation"].value == pytest.approx(1.02)
    assert f["thickness_recovery"].value == pytest.approx(0.25)
    expected = math.hypot(0.05 / 10, 23.6 * 0.05 / 100)
    assert f["expansion_after_lithiation"].standard_uncertainty == pytest.approx(expected)
    assert {s.path for s in f["expansion_after_lithiation"].inputs} == {"pristine.tif", "after lithiation.tif"}
    assert len(f["thickness_recovery"].inputs) == 3
    bars = {one.figure: one for one in series_across(three)}
    assert list(bars["thickness"].x) == ["pristine", "lithiated", "delithiated"]
    assert list(bars["expansion"].y) == pytest.approx([1.36, 1.02])


def test_states_that_lack_or_differ_in_conditions() -> None:
    f = {one.quantity: one for one in across([layer("pristine", 10.0), layer("lithiated", 23.6)])}
    assert f["expansion_after_lithiation"].value == pytest.approx(1.36)
    assert f["expansion_after_delithiation"].status == "missing_input"
    assert f["thickness_recovery"].remarks == ("no micrograph in the state delithiated",)
    assert across([layer("pristine", 10.0)]) == ()
    assert across([layer("pristine", 10.0, press="yes"), layer("lithiated", 20.0, press="no")]) == ()
    lost = replace(layer("lithiated", 1.0), value=None, status="not_identifiable", remarks=("no layer is told",))
    f = {one.quantity: one for one in across([layer("pristine", 10.0), lost])}
    assert f["expansion_after_lithiation"].status == "not_identifiable"
    assert "no layer is told" in f["expansion_after_lithiation"].remarks[0]
    same = [layer("pristine", 10.0), layer("lithiated", 10.01), layer("delithiated", 10.0)]
    assert {one.quantity: one for one in across(same)}["thickness_recovery"].status == "not_identifiable"


def test_readings_of_the_same_conditions_are_not_mixed_in() -> None:
    read = Source("readings.xlsx", "1" * 64, "xlsx", 9)
    readings = [replace(layer(s, 5.0), inputs=(read,)) for s in ("pristine", "lithiated")]
    given = Finding("expansion_after_lithiation", 0.0, "1", inputs=(read,))
    assert across([*readings, given]) == ()
    pictures = [layer("pristine", 10.0), layer("lithiated", 23.6)]
    f = across([*readings, given, *pictures])
    assert {one.at["from"] for one in f} == {"micrographs"}
    assert f[0].value == pytest.approx(1.36)


def test_a_single_picture_s_interval_keeps_its_degrees() -> None:
    # Student's t of 2 degrees is 4.303: the expansion's interval is at least as wide as its parts say
    few = [replace(layer(s, v), n=1) for s, v in (("pristine", 10.0), ("lithiated", 20.0))]
    (f, *_) = across(few)
    assert f.interval is not None
    assert f.standard_uncertainty is not None
    half = (f.interval[1] - f.interval[0]) / 2 / f.standard_uncertainty
    assert 2.5 < half < 4.4
