"""Figures of electrochemistry: panels, conditions by colour, fits, bands, marks, equal scales."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from byssus.figure import Axis, Figure, Mark, Series
from byssus.report.coding import PALETTE, Coding, ramp
from byssus.report.drawing import described, draw
from byssus.report.section import Curve
from byssus.report.strokes import means

SVG = "{http://www.w3.org/2000/svg}"
BINDERS = ("PI", "PAID", "POSS", "CMC")
PLANE = Figure(
    "z", "t", Axis("impedance_real"), Axis("minus_impedance_imaginary"), "points",
    panels="binder", vary="cycle", equal=True,
)  # fmt: skip
TIMES = Figure("g", "t", Axis("relaxation_time", "log"), Axis("relaxation_density"), panels="binder", vary="cycle")
CYCLES = Figure("c", "t", Axis("cycle_number"), Axis("coulombic_efficiency"), "points")


def root(svg: str) -> ET.Element:
    return ET.fromstring(svg)


def said(svg: str) -> list[str]:
    return ["".join(t.itertext()) for t in root(svg).iter(f"{SVG}text")]


def places(svg: str) -> dict[str, tuple[float, float]]:
    return {"".join(t.itertext()): (float(t.attrib["x"]), float(t.attrib["y"])) for t in root(svg).iter(f"{SVG}text")
            if "x" in t.attrib}  # fmt: skip


def styles(svg: str, *parts: str) -> list[ET.Element]:
    return [p for p in root(svg).iter(f"{SVG}path") if all(part in p.attrib.get("style", "") for part in parts)]


def points(path: str) -> list[tuple[float, float]]:
    """The corners of a path of straight pieces, absolute or as steps."""
    out: list[tuple[float, float]] = []
    step = False
    words = iter(path.split())
    for word in words:
        if word in "MLlz":
            step = word == "l"
            continue
        x, y = float(word), float(next(words))
        out.append((out[-1][0] + x, out[-1][1] + y) if step else (x, y))
    return out


def bands(svg: str, colour: str, opacity: str) -> list[list[tuple[float, float]]]:
    """The outlines of shaded bands; matplotlib defines each and then uses it."""
    page = root(svg)
    outlines = {p.attrib["id"]: p.attrib["d"] for p in page.iter(f"{SVG}path") if "id" in p.attrib}
    used = [
        u.attrib for u in page.iter(f"{SVG}use") if f"fill: {colour}; fill-opacity: {opacity}" in u.get("style", "")
    ]
    return [
        [
            (x + float(u["x"]), y + float(u["y"]))
            for x, y in points(outlines[u["{http://www.w3.org/1999/xlink}href"][1:]])
        ]
        for u in used
    ]


def spectra(basis: str = "measured", cycles: Sequence[int] = (1, 10, 20), fit: bool = True) -> list[Curve]:
    angle = np.linspace(0.0, np.pi, 40)
    out = []
    for binder in BINDERS:
        for cycle in cycles:
            x, y = 50 - (10 + cycle) * np.cos(angle), (10 + cycle) * np.sin(angle)
            out.append(Curve(binder, basis, Series("z", x, y, at={"cycle": cycle})))
            if fit:
                out.append(Curve(binder, basis, Series("z", x, y, "fit", at={"cycle": cycle}, kind="line")))
    return out


def peaks(cycle: int = 1, binder: str = "PI", basis: str = "measured", **more: Any) -> Curve:
    tau_s = np.logspace(-6, 2, 400)
    y = np.exp(-(np.log10(tau_s / 1e-3) ** 2)) + 0.5 * np.exp(-(np.log10(tau_s / 1e-1) ** 2))
    return Curve(binder, basis, Series("g", tau_s, y, at={"cycle": cycle}, **more))


def test_a_panel_a_binder_and_one_key_for_the_cycles() -> None:
    svg = draw(PLANE, spectra(), binders=BINDERS)
    texts = said(svg)
    assert [texts.count(b) for b in BINDERS] == [1, 1, 1, 1]
    assert texts.count("cycle 1") == 1
    assert texts.count("Re Z / Ω") == texts.count("−Im Z / Ω") == 1  # shared axes say their title once
    at = places(svg)
    assert at["PI"][1] == at["PAID"][1] < at["POSS"][1] == at["CMC"][1]
    assert at["PI"][0] == at["POSS"][0] < at["PAID"][0] == at["CMC"][0]
    assert at["cycle 1"][1] < at["PI"][1]


def test_colour_is_the_cycle_in_every_panel() -> None:
    svg = draw(PLANE, spectra())
    for place in range(3):
        lines = styles(svg, f"stroke: {ramp(place, 3)}", "fill: none", "stroke-width: 1.1")
        assert len(lines) == 4 + 1  # a fit in each panel, and the key
    assert not any(f"stroke: {colour}" in svg for colour in PALETTE)


def test_panels_with_nothing_that_varies_keep_the_binders_colours() -> None:
    svg = draw(PLANE, spectra(cycles=(1,)))
    for colour in PALETTE[:4]:
        assert f"stroke: {colour}" in svg


def test_more_conditions_than_shades_get_panels_or_a_scale() -> None:
    figure = Figure("z", "t", PLANE.x, PLANE.y)
    angle = np.linspace(0, 1, 20)
    rates = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
    for binders in (BINDERS, BINDERS[:1]):
        curves = [Curve(b, "measured", Series("z", angle, angle * r, at={"c_rate": r})) for r in rates for b in binders]
        svg = draw(figure, curves)
        used = {colour for colour in (ramp(k, 6) for k in range(6)) if f"stroke: {colour}" in svg}
        assert len(used) == 6
        assert {"0.2 C", "10 C"} <= set(said(svg))
        assert set(binders) <= set(said(svg))


def test_the_named_condition_has_the_colours_and_others_their_own_panels() -> None:
    x = np.linspace(0, 1, 20)
    curves = [
        Curve(b, "measured", Series("z", x, x, at={"c_rate": r, "cycle": c}))
        for b in BINDERS[:2] for r in (1.0, 0.2) for c in (1, 10)
    ]  # fmt: skip
    coding = Coding.of(PLANE, curves, BINDERS)
    assert coding.told == ("cycle 1", "cycle 10")
    assert coding.panels == (("PI", "0.2 C"), ("PI", "1 C"), ("PAID", "0.2 C"), ("PAID", "1 C"))
    assert {"PI, 0.2 C", "PI, 1 C", "PAID, 0.2 C", "PAID, 1 C"} <= set(said(draw(PLANE, curves)))
    assert "4 panels: PI, 0.2 C; PI, 1 C; PAID, 0.2 C; PAID, 1 C" in described(PLANE, curves)
    many = [Curve(c.binder, c.basis, Series("z", x, x, at={**c.series.at, "soc": k})) for c in curves for k in range(4)]
    assert Coding.of(PLANE, many, BINDERS).panels == (("PI", ""), ("PAID", ""))  # 16 would be too many


def test_three_panels_leave_no_axis_without_numbers() -> None:
    svg = draw(PLANE, [c for c in spectra() if c.binder != "CMC"])
    rows = [float(t.attrib["y"]) for t in root(svg).iter(f"{SVG}text") if "".join(t.itertext()) == "60"]
    assert len(rows) == 2  # along x, beneath the lower panel and the upper one that has none beneath it
    assert rows[0] != rows[1]


def test_equal_scales_are_equal() -> None:
    for curves in (spectra(), spectra()[:6]):
        svg = draw(PLANE, curves)
        (line, *_) = styles(svg, f"stroke: {ramp(2, 3)}", "fill: none", "stroke-width: 1.1")
        drawn = np.array(points(line.attrib["d"]))
        width, height = np.ptp(drawn[:, 0]), np.ptp(drawn[:, 1])
        assert width / height == pytest.approx(2.0, rel=0.01)  # a half circle


def test_long_low_panels_stand_in_one_column_and_have_ticks_on_both_axes() -> None:
    low = [replace(c, series=replace(c.series, y=0.6 * c.series.y)) for c in spectra()]
    for curves, columns in ((low, 1), (spectra(), 2)):
        titles = [place for text, place in places(draw(PLANE, curves)).items() if text in BINDERS]
        assert len({round(x) for x, _ in titles}) == columns
    up = [t for t in root(draw(PLANE, low)).iter(f"{SVG}text") if "text-anchor: end" in t.attrib.get("style", "")]
    assert len(up) >= 2 * len(BINDERS)  # two names at least along the upright axis of each


def test_a_very_long_axis_has_powers_of_ten_at_its_ticks_and_no_common_factor() -> None:
    far = [replace(c, series=replace(c.series, x=1e6 * c.series.x, y=1e6 * c.series.y)) for c in spectra()]
    texts = said(draw(PLANE, far))
    assert {"2×10⁷", "4×10⁷"} <= set(texts)
    assert "1e7" not in texts


def test_panels_of_very_unlike_size_have_scales_of_their_own_and_say_so() -> None:
    curves = spectra(fit=False)
    far = [replace(c, series=replace(c.series, x=50 * c.series.x, y=50 * c.series.y)) for c in curves[:3]]
    svg = draw(PLANE, [*far, *curves[3:]])
    assert "each panel has a scale of its own" in said(svg)
    assert {"2000", "40"} <= set(said(svg))
    assert not any("of its own" in t for t in said(draw(PLANE, curves)))
    extents = [np.ptp(points(p.attrib["d"]), axis=0) for p in root(svg).iter(f"{SVG}path") if "marker-mid" in p.attrib]
    assert len(extents) == 12
    for width, height in extents:
        assert width / height == pytest.approx(2.0, rel=0.02)  # still half circles
        assert height > 10  # each can be seen


def test_a_closed_loop_is_drawn_in_its_order() -> None:
    angle = np.linspace(0.0, 2 * np.pi, 5_000)
    figure = Figure("l", "t", Axis("cell_voltage"), Axis("current"), equal=True)
    svg = draw(figure, [Curve("PI", "measured", Series("l", np.cos(angle), 1e-3 * np.sin(angle)))])
    line = max(styles(svg, f"stroke: {PALETTE[0]}", "fill: none"), key=lambda p: len(p.attrib["d"]))
    drawn = np.array(points(line.attrib["d"]))
    centre = (drawn.max(axis=0) + drawn.min(axis=0)) / 2
    turned = np.unwrap(np.arctan2(*(drawn - centre).T))
    assert abs(turned[-1] - turned[0]) == pytest.approx(2 * np.pi, abs=0.1)
    assert np.all(np.diff(turned) >= 0) or np.all(np.diff(turned) <= 0)


def test_a_fit_has_the_points_colour_and_no_entry_of_its_own() -> None:
    figure = Figure("z", "t", PLANE.x, PLANE.y, "points")
    curves = [c for c in spectra(cycles=(1,)) if c.binder == "PI"]
    svg = draw(figure, curves)
    assert said(svg).count("PI") == 1
    assert len(styles(svg, f"stroke: {PALETTE[0]}", "fill: none")) == 2  # the fit, and the key's piece of line
    assert described(figure, curves).startswith("Points and lines:")


def test_bands_are_pale_and_lie_where_they_were_found() -> None:
    y = peaks().series.y
    svg = draw(TIMES, [peaks(lower=y - 0.1, upper=y + 0.1)])
    (band,) = bands(svg, PALETTE[0], "0.17")
    corners = np.array(band)
    (line,) = (p for p in styles(svg, f"stroke: {PALETTE[0]}", "fill: none") if len(points(p.attrib["d"])) > 20)
    drawn = np.array(points(line.attrib["d"]))
    ticks = {t: y for t, (x, y) in places(svg).items() if re.fullmatch(r"\d\.\d", t)}
    per_ohm = (ticks["0.0"] - ticks["1.0"]) / 1.0
    top = drawn[:, 1].min()
    assert top - corners[:, 1].min() == pytest.approx(0.1 * per_ohm, abs=0.05)
    rehearsed = draw(TIMES, [peaks(basis="rehearsed", lower=y - 0.1, upper=y + 0.1)])
    assert len(bands(rehearsed, PALETTE[0], "0.09")) == 1
    assert "with 95 % bands" in described(TIMES, [peaks(lower=y, upper=y)])


def test_a_band_that_nothing_holds_does_not_flatten_the_curves() -> None:
    y = peaks().series.y
    upper = np.where(peaks().series.x > 10, 1e4, y + 0.1)
    ticks = [float(t) for t in said(draw(TIMES, [peaks(lower=y - 0.1, upper=upper)])) if re.fullmatch(r"[\d.]+", t)]
    assert max(ticks) < 3


def test_one_condition_far_beyond_the_others_is_cut_and_said_so() -> None:
    x = np.linspace(0, 1, 50)
    heights = {1: -40.0, 2: -3.0, 10: -2.0}
    curves = [Curve("PI", "measured", Series("d", x, h * np.exp(-(x**2)), at={"cycle": c})) for c, h in heights.items()]
    for cut in (True, False):
        figure = Figure("d", "t", Axis("cell_voltage"), Axis("coulombic_efficiency", cut=cut), "line", vary="cycle",
                        panels="binder")  # fmt: skip
        texts = said(draw(figure, curves))
        lowest = min(float(t.replace("−", "-")) for t in texts if re.fullmatch(r"−?[\d.]+", t))
        assert (lowest >= -390) == cut  # in per cent: 1.3 times the second lowest
        assert ("cut: cycle 1 reaches −4000" in texts) == cut
    assert "cut" not in " ".join(said(draw(figure, curves[1:])))


def test_names_of_peaks_stand_apart_above_the_curves() -> None:
    marks = (Mark("tau1", 1e-3), Mark("tau2 SEI", 1.5e-3), Mark("tau3", 1e-1))
    svg = draw(TIMES, [peaks(marks=marks), peaks(10, marks=marks)])
    texts = said(svg)
    assert [texts.count(t) for t in ("τ₁", "τ₂ SEI", "τ₃")] == [1, 1, 1]
    at = places(svg)
    assert at["τ₁"][1] != at["τ₂ SEI"][1]  # too near for one row
    assert at["τ₁"][1] == at["τ₃"][1]
    highest = min(min(y for _, y in points(p.attrib["d"])) for p in styles(svg, "fill: none", "stroke-width: 1.1")
                  if len(points(p.attrib["d"])) > 20)  # fmt: skip
    assert max(at[name][1] for name in ("τ₁", "τ₂ SEI", "τ₃")) < highest


def test_references_are_drawn_for_every_panel() -> None:
    marks = (Mark("80 %", 0.8, axis="y"), Mark("formation", 1, 3))
    figure = Figure("c", "t", CYCLES.x, CYCLES.y, "points", panels="binder", marks=marks)
    n = np.arange(1.0, 30.0)
    curves = [Curve(b, "measured", Series("c", n, 1 - n / 100)) for b in BINDERS]
    texts = said(draw(figure, curves))
    assert texts.count("80 %") == texts.count("formation") == 4


def replicates(count: int, ends: int = 50) -> list[Curve]:
    n = np.arange(1.0, 51.0)
    cells = [n[:ends] if k == 0 else n for k in range(count)]
    return [Curve("PI", "measured", Series("c", x, 0.9 + 0.01 * k + 0 * x, f"cell {k}")) for k, x in enumerate(cells)]


def test_three_replicates_give_a_mean_and_its_spread() -> None:
    ((group, mean),) = means(CYCLES, replicates(3, ends=45))
    assert len(group) == 3
    assert list(mean.x) == list(range(1, 46))  # where all three have a value
    np.testing.assert_allclose(mean.y, 0.91)
    assert mean.upper is not None
    np.testing.assert_allclose(mean.upper, 0.92)  # s of 0.90, 0.91, 0.92 is 0.01
    svg = draw(CYCLES, replicates(3))
    assert "marks: mean ± s of 3" in said(svg)
    assert len(bands(svg, PALETTE[0], "0.17")) == 1


def test_a_panel_names_its_basis_where_they_differ() -> None:
    curves = [c for c in spectra() if c.binder == "PI"]
    curves += [c for c in spectra("rehearsed") if c.binder == "PAID"]
    texts = said(draw(PLANE, curves))
    assert {"PI (measured)", "PAID (rehearsed)", "dashed, open marks: rehearsed, not measured"} <= set(texts)
    assert "rehearsed, not measured" in said(draw(PLANE, spectra("rehearsed")))
    assert not any("rehearsed" in t for t in said(draw(PLANE, spectra())))


def test_panels_are_the_same_bytes_and_stay_small() -> None:
    curves = [Curve(c.binder, c.basis, Series("z", np.repeat(c.series.x, 50), np.repeat(c.series.y, 50), at=c.series.at,
              kind=c.series.kind)) for c in spectra(cycles=(1, 2, 10, 50, 100, 200))]  # fmt: skip
    first = draw(PLANE, curves)
    assert first == draw(PLANE, curves)
    assert len(first) < 120_000
