"""Grey pictures with found lines: exact greys, exact places, a bar of the right length, equal bytes."""

from __future__ import annotations

import base64
import io
import re
import xml.etree.ElementTree as ET
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from byssus.figure import Axis, Figure, Series
from byssus.report.drawing import described, draw, draw_all
from byssus.report.image import MOST_BYTES, data_uri
from byssus.report.page import render_page
from byssus.report.pictures import CASING, COLOURS, bar_of
from byssus.report.section import Curve, Section

SVG = "{http://www.w3.org/2000/svg}"
HREF = "{http://www.w3.org/1999/xlink}href"
SECTION = Figure("section", "Cross sections", Axis("layer_thickness"), Axis("layer_thickness"), "picture")
NONE = np.empty(0)
STEPS = (np.arange(60)[:, None] * 2 + np.arange(80)[None, :]).astype(np.uint8)  # 80 µm wide, 60 µm high


def picture(grey: NDArray[np.uint8] = STEPS, binder: str = "PI", basis: str = "measured", **at: Any) -> Curve:
    return Curve(binder, basis, Series("section", NONE, NONE, at=at, picture=grey, extent_m=(80e-6, 60e-6)))


def line(x_m: Any, y_m: Any, label: str = "top", binder: str = "PI", basis: str = "measured", **at: Any) -> Curve:
    return Curve(binder, basis, Series("section", np.asarray(x_m), np.asarray(y_m, dtype=float), label, at=at))


def images(svg: str) -> list[ET.Element]:
    return list(ET.fromstring(svg).iter(f"{SVG}image"))


def opened(uri: str) -> NDArray[np.uint8]:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(uri.partition("base64,")[2]))))


def box(image: ET.Element) -> NDArray[np.float64]:
    return np.array([float(image.attrib[name]) for name in ("x", "y", "width", "height")])


def drawn(svg: str, colour: str) -> list[NDArray[np.float64]]:
    """The unbroken pieces of each thing drawn in one colour, as absolute points."""
    pieces = []
    for path in ET.fromstring(svg).iter(f"{SVG}path"):
        if f"stroke: {colour}" not in path.attrib.get("style", ""):
            continue
        for piece in path.attrib["d"].split("M ")[1:]:
            numbers = np.array(re.findall(r"-?[\d.]+", piece), dtype=float).reshape(-1, 2)
            pieces.append(np.cumsum(numbers, axis=0) if " l " in piece else numbers)
    return pieces


def in_picture(piece: NDArray[np.float64], image: ET.Element) -> NDArray[np.float64]:
    """Points of the drawing in µm from the picture's upper left corner."""
    left, top, width, height = box(image)
    return np.asarray((piece - [left, top]) / [width, height] * [80.0, 60.0])


def said(svg: str) -> list[str]:
    return ["".join(t.itertext()) for t in ET.fromstring(svg).iter(f"{SVG}text")]


def test_every_grey_is_where_it_was() -> None:
    (image,) = images(draw(SECTION, [picture()]))
    np.testing.assert_array_equal(opened(image.attrib[HREF]), STEPS)
    assert image.attrib["preserveAspectRatio"] == "none"
    _, _, width, height = box(image)
    assert width / height == pytest.approx(80 / 60, rel=1e-3)


def test_a_noisy_picture_is_small_and_close() -> None:
    grey = np.random.default_rng(0).normal(128, 25, (700, 900)).clip(0, 255).astype(np.uint8)
    uri = data_uri(grey)
    assert uri.startswith("data:image/jpeg;base64,")
    assert len(uri) < 250_000
    assert len(base64.b64decode(uri.partition(",")[2])) <= MOST_BYTES
    again = opened(uri)
    assert again.shape == grey.shape
    assert abs(again.mean() - grey.mean()) < 1
    assert np.corrcoef(again.ravel(), grey.ravel())[0, 1] > 0.8
    assert data_uri(grey) == uri


def test_lines_lie_on_the_picture_with_depth_downwards_and_break_at_gaps() -> None:
    x_m = np.array([10e-6, 20e-6, np.nan, 40e-6, 50e-6, 60e-6])
    y_m = np.array([5e-6, 15e-6, 1e-6, 30e-6, np.nan, 50e-6])
    x_m[4:], y_m[4:] = [50e-6, 60e-6], [40e-6, 30e-6]
    svg = draw(SECTION, [picture(), line(x_m, y_m)])
    (image,) = images(svg)
    first, second = (in_picture(piece, image) for piece in drawn(svg, COLOURS[0])[:2])
    np.testing.assert_allclose(first, [[10, 5], [20, 15]], atol=0.02)
    np.testing.assert_allclose(second, [[40, 30], [50, 40], [60, 30]], atol=0.02)
    dark = [in_picture(piece, image) for piece in drawn(svg, CASING)[:2]]  # beneath it, for bright places
    np.testing.assert_allclose(dark[0], first, atol=0.02)


def test_the_picture_lies_beneath_its_lines() -> None:
    svg = draw(SECTION, [picture(), line([10e-6, 20e-6], [1e-6, 2e-6])])
    assert svg.index("<image") < svg.index(f"stroke: {COLOURS[0]}")


def test_many_short_cracks_all_stand_and_no_point_moves_by_a_pixel() -> None:
    rng = np.random.default_rng(2)
    starts = rng.uniform(5e-6, 55e-6, (400, 1, 2))
    walks = starts + np.cumsum(rng.normal(0, 1e-7, (400, 40, 2)), axis=1)
    walks = np.concatenate((walks, np.full((400, 1, 2), np.nan)), axis=1).reshape(-1, 2)
    svg = draw(SECTION, [picture(), line(walks[:, 0], walks[:, 1], "crack")])
    (image,) = images(svg)
    pieces = [in_picture(p, image) for p in drawn(svg, COLOURS[0])]
    pieces = [p for p in pieces if p[0, 1] > 0]  # without the legend's key
    assert len(pieces) == 400
    ends = walks.reshape(400, 41, 2)[:, [0, -2]] * 1e6
    np.testing.assert_allclose([p[[0, -1]] for p in pieces], ends, atol=0.03)
    assert sum(map(len, pieces)) < 400 * 40 / 2


def test_another_unit_of_length_gives_the_same_drawing_but_for_the_bar() -> None:
    def scaled(factor: float) -> list[Curve]:
        extent = (80e-6 * factor, 60e-6 * factor)
        base = Curve("PI", "measured", Series("section", NONE, NONE, picture=STEPS, extent_m=extent))
        return [base, line(np.array([1e-5, 2e-5]) * factor, np.array([1e-5, 3e-5]) * factor)]

    one, large = draw(SECTION, scaled(1.0)), draw(SECTION, scaled(1000.0))
    assert large == one.replace("20 µm", "20 mm")
    assert "20 µm" in one


@pytest.mark.parametrize(
    ("width_m", "length_m", "label"),
    [
        (80e-6, 20e-6, "20 µm"), (10e-6, 2e-6, "2 µm"), (3e-6, 0.5e-6, "500 nm"), (3.4e-6, 1e-6, "1 µm"),
        (4e-3, 1e-3, "1 mm"), (1.0e-3, 2e-4, "200 µm"), (40e-9, 10e-9, "10 nm"),
    ],
)  # fmt: skip
def test_the_bar_is_round_and_told_in_the_unit_people_say(width_m: float, length_m: float, label: str) -> None:
    length, told = bar_of(width_m, SECTION.x)
    assert length == pytest.approx(length_m)
    assert told == label


def test_the_bar_is_as_long_as_it_says() -> None:
    svg = draw(SECTION, [picture()])
    (image,) = images(svg)
    assert "20 µm" in said(svg)
    whites = [p.attrib["d"] for p in ET.fromstring(svg).iter(f"{SVG}path") if "#ffffff" in p.attrib.get("style", "")]
    (bar,) = [in_picture(np.array(re.findall(r"[\d.]+", d), dtype=float).reshape(-1, 2), image) for d in whites]
    assert np.ptp(bar[:, 0]) == pytest.approx(20, abs=0.05)


def test_the_bar_leaves_the_corner_where_lines_are() -> None:
    def middle(svg: str) -> float:
        (image,) = images(svg)
        left, _, width, _ = box(image)
        (bar,) = [t for t in ET.fromstring(svg).iter(f"{SVG}text") if "µm" in "".join(t.itertext())]
        return float(
            (float(re.findall(r"[\d.]+", bar.attrib.get("transform", bar.attrib.get("x", "")))[0]) - left) / width
        )

    assert middle(draw(SECTION, [picture()])) > 0.5
    assert middle(draw(SECTION, [picture(), line([60e-6, 78e-6], [58e-6, 56e-6])])) < 0.5


def test_legend_titles_and_words() -> None:
    curves = [
        picture(state="pristine"), line([0, 1e-6], [0, 1e-6], "top of the layer", state="pristine"),
        picture(binder="PAID", basis="rehearsed", state="lithiated"),
    ]  # fmt: skip
    svg = draw(SECTION, curves)
    texts = said(svg)
    assert {"PI (measured), pristine", "PAID (rehearsed), lithiated", "top of the layer"} <= set(texts)
    assert "some are rehearsed, not measured" in texts
    assert "rehearsed, not measured" in said(draw(SECTION, curves[2:]))
    assert not any("rehearsed" in text for text in said(draw(SECTION, curves[:2])))
    told = described(SECTION, curves)
    assert told.startswith("Pictures for PI (measured), PAID (rehearsed), with found lines (top of the layer)")
    assert described(SECTION, [picture()]).startswith("Picture for PI (measured)")
    assert told in "".join(ET.fromstring(svg).itertext())


@pytest.mark.parametrize("fmt", ["svg", "png"])
def test_same_input_same_bytes(fmt: Any) -> None:
    curves = [picture(state="pristine"), line([0, 1e-6], [0, 1e-6], state="pristine"), picture(state="lithiated")]
    assert draw(SECTION, curves, fmt=fmt) == draw(SECTION, curves, fmt=fmt)


def test_a_png_shows_the_greys() -> None:
    half = np.zeros((60, 80), dtype=np.uint8)
    half[:30] = 200
    shot = np.asarray(Image.open(io.BytesIO(draw(SECTION, [picture(half)], fmt="png"))).convert("L"))
    middle = shot[:, shot.shape[1] // 2]
    assert np.sum(middle == 200) == pytest.approx(np.sum(middle == 0), rel=0.03)
    assert np.flatnonzero(middle == 200).max() < np.flatnonzero(middle == 0).max()  # row 0 is at the top


def test_large_pictures_and_many_are_shrunk() -> None:
    large = np.zeros((1200, 1800), dtype=np.uint8)
    (image,) = images(draw(SECTION, [picture(large)]))
    assert opened(image.attrib[HREF]).shape == (600, 900)
    several = images(draw(SECTION, [picture(large, state=f"s{k}") for k in range(6)]))
    assert {opened(one.attrib[HREF]).shape for one in several} == {(427, 640)}


def test_panels_do_not_overlap_and_keep_their_shape() -> None:
    shapes = [(80e-6, 60e-6), (80e-6, 20e-6), (30e-6, 60e-6), (80e-6, 80e-6), (50e-6, 50e-6)]
    curves = [
        Curve("PI", "measured", Series("section", NONE, NONE, at={"state": str(k)}, picture=STEPS, extent_m=extent))
        for k, extent in enumerate(shapes)
    ]
    boxes = [box(image) for image in images(draw(SECTION, curves))]
    assert len(boxes) == 5
    for (_, _, width, height), (wide, high) in zip(boxes, shapes, strict=True):
        assert width / height == pytest.approx(wide / high, rel=0.01)
    for k, (x, y, width, height) in enumerate(boxes):
        for a, b, wide, high in boxes[k + 1 :]:
            assert x + width <= a or a + wide <= x or y + height <= b or b + high <= y


def test_bad_figures_are_refused() -> None:
    with pytest.raises(ValueError, match="'section' has no picture to draw"):
        draw(SECTION, [])
    with pytest.raises(ValueError, match="a line of 'section' has no picture of its specimen and conditions"):
        draw(SECTION, [picture(state="pristine"), line([0], [0], state="lithiated")])


def test_lines_without_a_point_and_hostile_names_are_drawn(make: Any) -> None:
    curves = [
        picture(binder=make.BAD, state=make.BAD), line(NONE, NONE, make.BAD, make.BAD, state=make.BAD),
        line([np.nan, 1e-6], [np.nan, 1e-6], "_lone", make.BAD, state=make.BAD),
    ]  # fmt: skip
    svg = draw(SECTION, curves)
    assert "<script" not in svg
    assert len(images(svg)) == 1


def test_the_page_holds_pictures_and_leaves_their_greys_alone(results: Any) -> None:
    curves = tuple(picture(state=f"s{k}") for k in range(14))
    sections = [Section("tensile", "Tensile test", figures=(SECTION,), curves=curves)]
    page = render_page(results, sections, draw_all(sections))
    assert page.count("<image ") == 12
    assert 'class="panels tall picture"' in page
    assert "2 more pictures are not drawn." in page
    assert "figure.picture svg { filter: none; }" in page
    assert not re.search(r'(?:href|src)="(?!#|data:|tables/|results)[a-z]+:(?!//doi\.org)', page)
