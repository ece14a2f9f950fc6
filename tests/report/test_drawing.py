"""Drawings: display units, fixed colours, what is rehearsed said in words."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import Any

import numpy as np
import pytest

from byssus.figure import Axis, Figure, Series
from byssus.report.drawing import PALETTE, draw, draw_all
from byssus.report.section import Curve, Section, drawing_key

SVG = "{http://www.w3.org/2000/svg}"


def said(svg: str) -> list[str]:
    return ["".join(t.itertext()) for t in ET.fromstring(svg).iter(f"{SVG}text")]


def paths(svg: str, colour: str) -> list[str]:
    """The drawn lines of one colour (marks are <use>, bars are closed)."""
    return [p.attrib["d"] for p in ET.fromstring(svg).iter(f"{SVG}path")
            if f"stroke: {colour}" in p.attrib.get("style", "") and "fill: none" in p.attrib["style"]]  # fmt: skip


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("colour", PALETTE)
@pytest.mark.parametrize("page", ["#ffffff", "#14181d"])
def test_palette_reads_on_light_and_dark(colour: str, page: str) -> None:
    high, low = sorted((luminance(colour), luminance(page)), reverse=True)
    assert (high + 0.05) / (low + 0.05) >= 3.0


def test_axes_carry_vocabulary_titles_and_display_units(make: Any) -> None:
    texts = said(draw(make.CURVES, make.stress_curves("PI", "measured")))
    assert "Stress / MPa" in texts
    assert "Strain / %" in texts
    ticks = [float(t) for t in texts if re.fullmatch(r"\d+", t)]
    assert {2, 4, 6, 8, 10} <= set(ticks)  # strain 0.1 is 10 %
    assert 140 in ticks or 120 in ticks  # 2e9 * 0.1 * 0.7 Pa is 140 MPa


def test_one_legend_entry_a_binder_and_its_colour_by_the_studys_order(make: Any) -> None:
    curves = make.stress_curves("PI", "measured", 3)
    svg = draw(make.CURVES, curves, binders=("PAID", "PI"))
    assert said(svg).count("PI") == 1
    assert len(paths(svg, PALETTE[1])) >= 4  # three specimens and the legend
    assert paths(svg, PALETTE[0]) == []


def test_rehearsed_says_so(make: Any) -> None:
    told = said(draw(make.CURVES, make.stress_curves("PI", "rehearsed")))
    assert any("rehearsed" in t for t in told)
    mixed = said(draw(make.CURVES, [*make.stress_curves("PI", "rehearsed"), *make.stress_curves("PAID", "measured")]))
    assert "PI (rehearsed)" in mixed
    assert "PAID (measured)" in mixed
    assert not any("rehearsed" in t for t in said(draw(make.CURVES, make.stress_curves("PI", "measured"))))


def test_rehearsed_lines_are_dashed_and_measured_are_not(make: Any) -> None:
    assert "stroke-dasharray" in draw(make.CURVES, make.stress_curves("PI", "rehearsed"))
    assert "stroke-dasharray" not in draw(make.CURVES, make.stress_curves("PI", "measured"))


def test_log_and_descending_axes() -> None:
    figure = Figure("s", "t", Axis("frequency", "log", descending=True), Axis("tan_delta_peak"))
    x = np.logspace(-2, 5, 50)
    svg = draw(figure, [Curve("PI", "measured", Series("s", x, np.linspace(0.52, 0.58, 50)))])
    places = {t: e for e in ET.fromstring(svg).iter(f"{SVG}text") for t in e.itertext()}
    assert float(places["10²"].attrib["x"]) < float(places["10⁻¹"].attrib["x"])
    assert "100" not in places  # one axis, one way of writing
    few = draw(figure, [Curve("PI", "measured", Series("s", np.logspace(-1, 2, 9), np.linspace(0.5, 0.6, 9)))])
    assert {"0.1", "1", "10", "100"} <= set(said(few))


def test_values_no_log_axis_can_show_are_left_out() -> None:
    figure = Figure("s", "t", Axis("frequency"), Axis("storage_modulus", "log"))
    y = np.array([1e6, -1e6, 0.0, np.nan, 2e6])
    assert "<svg" in draw(figure, [Curve("PI", "measured", Series("s", np.arange(5.0), y))])


def test_bars_have_a_bar_each_and_error_bars(make: Any) -> None:
    names = np.array(["lithiated", "delithiated"])
    one = Curve("PI", "measured", Series("gain", names, np.array([1.36, 1.02]), y_error=np.array([0.1, 0.1])))
    two = Curve("PAID", "rehearsed", Series("gain", names, np.array([1.0, 0.7])))
    svg = draw(make.BARS, [one, two])
    assert {"lithiated", "delithiated"} <= set(said(svg))
    drawn = [p.attrib.get("style", "") for p in ET.fromstring(svg).iter(f"{SVG}path")]
    for colour, hatch in zip(PALETTE[:2], (0, 1), strict=True):  # two bars, the legend's patch, the hatching's pattern
        assert sum(f"stroke: {colour}" in style and "stroke-linejoin: miter" in style for style in drawn) == 3 + hatch
    (pattern,) = ET.fromstring(svg).iter(f"{SVG}pattern")
    ground, lines = pattern.find(f"{SVG}rect"), pattern.find(f"{SVG}path")
    assert ground is not None
    assert lines is not None
    assert ground.attrib["fill"] == "none"
    assert f"stroke: {PALETTE[1]}" in lines.attrib["style"]
    assert "hatched: rehearsed, not measured" in said(svg)


def test_error_bars_do_not_carry_the_zero_of_celsius() -> None:
    figure = Figure("s", "t", Axis("cycle_number"), Axis("temperature"), "points")
    y = np.array([300.0, 310.0])
    curve = Curve("PI", "measured", Series("s", np.array([1.0, 2.0]), y, y_error=np.array([1.0, 1.0])))
    ticks = [float(t.replace("−", "-")) for t in said(draw(figure, [curve])) if re.fullmatch(r"[−\d.]+", t)]
    assert max(ticks) < 60


def test_same_input_same_bytes(make: Any) -> None:
    for fmt in ("svg", "png"):
        pictures = {draw(make.CURVES, make.stress_curves("PI", "rehearsed", 2), fmt=fmt) for _ in range(2)}
        assert len(pictures) == 1
    assert pictures.pop().startswith(b"\x89PNG")


def test_ids_differ_from_drawing_to_drawing(make: Any) -> None:
    curves = tuple(make.stress_curves("PI", "measured"))
    names = np.array(["lithiated"])
    bars = tuple(Curve(b, "rehearsed", Series("gain", names, np.array([1.0]))) for b in ("PI", "PAID"))
    sections = [Section(name, name, figures=(make.CURVES, make.BARS), curves=curves + bars) for name in ("a", "b")]
    drawings = draw_all(sections)
    assert len(drawings) == 4
    ids = [set(re.findall(r'\bid="([^"]+)"', svg)) for svg in drawings.values()]
    assert all(ids)
    assert len(set().union(*ids)) == sum(map(len, ids))
    for svg in drawings.values():
        used = set(re.findall(r'(?:url\(|href=")#([^)"]+)', svg))
        assert used
        assert used <= set(re.findall(r'\bid="([^"]+)"', svg))


def test_ink_is_the_pages_own_and_names_are_text(make: Any) -> None:
    svg = draw(make.CURVES, make.stress_curves("<b>&\x07 $x^{2}$", "measured"))
    assert "#000000" not in svg
    assert "currentColor" in svg
    assert "<b>& $x^{2}$" in said(svg)
    assert "<metadata" not in svg


def test_figures_without_curves_are_not_drawn(make: Any) -> None:
    section = Section(
        "tensile", "Tensile", figures=(make.CURVES, make.BARS), curves=(*make.stress_curves("PI", "measured"),)
    )
    assert list(draw_all([section])) == [drawing_key(section, make.CURVES)]


def test_long_curves_stay_small(make: Any) -> None:
    x = np.linspace(0, 0.1, 200_000)
    noise = np.random.default_rng(3).normal(0, 1e6, len(x))
    curves = [Curve(b, "measured", Series("curves", x, 2e9 * x + noise)) for b in "ABCD" for _ in range(5)]
    assert len(draw(make.CURVES, curves)) < 250_000


def test_conditions_in_one_figure_are_told_apart() -> None:
    figure = Figure("s", "t", Axis("cycle_number"), Axis("tan_delta_peak"), "points")
    x = np.arange(1.0, 11.0)
    rates = [Curve("PI", "measured", Series("s", x, x / r, at={"c_rate": r, "cycle": 1})) for r in (0.2, 1.0)]
    svg = draw(figure, rates)
    assert {"0.2 C", "1 C"} <= set(said(svg))
    assert "opacity: 0.5" in svg
    assert "0.2 C" not in said(draw(figure, rates[:1]))


def test_flat_curves_stay_below_the_top_of_an_axis_from_zero() -> None:
    figure = Figure("s", "t", Axis("cycle_number"), Axis("tan_delta_peak", from_zero=True))
    svg = draw(figure, [Curve("PI", "measured", Series("s", np.arange(9.0), 6.0 + 1e-6 * np.arange(9.0)))])
    height = float(max(paths(svg, PALETTE[0]), key=len).split()[2])
    spines = [[float(v) for v in d.split() if v not in "ML"] for d in paths(svg, "currentColor")]
    top = min(min(d[1], d[3]) for d in spines if len(d) == 4 and d[0] == d[2])
    assert height > top + 2
