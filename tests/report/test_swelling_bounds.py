"""Swelling between its bounds as a drawing: places on the axes, panels alike, words for people who do not see it."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from tests.report.electrode_section import section, swelling_row

from byssus.report.coding import PALETTE
from byssus.report.swelling_bounds import draw_bounds

SVG = "{http://www.w3.org/2000/svg}"
PI, PAID = PALETTE[:2]


def drawn(rows: Any = None, binders: Any = ("PI", "PAID")) -> ET.Element:
    return ET.fromstring(draw_bounds(rows or section()["bounds"], binders, "key", "Swelling <of> binders"))


def points(path: ET.Element) -> list[tuple[float, float]]:
    found = re.findall(r"(-?[\d.]+) (-?[\d.]+)", (path.get("d") or "").replace("l", "L"))
    return [(float(x), float(y)) for x, y in found]


def texts(svg: ET.Element, anchor: str) -> list[tuple[float, float, float]]:
    """Numbers along an axis: value, x, y; upright ones end at their axis, the others stand in the middle."""
    return [
        (float(t.text or ""), float(t.get("x") or ""), float(t.get("y") or ""))
        for t in svg.iter(f"{SVG}text")
        if t.get("text-anchor") == anchor and re.fullmatch(r"[\d.]+", t.text or "")
    ]


def paths(svg: ET.Element, **wanted: str) -> list[ET.Element]:
    return [
        p
        for p in svg.iter(f"{SVG}path")
        if all(p.get(name.replace("_", "-")) == value for name, value in wanted.items())
    ]


class Scale:
    """Where shares and percents of the panels stand, from the numbers written along the axes alone."""

    def __init__(self, svg: ET.Element) -> None:
        self.panels = [(at, svg) for value, at, _ in texts(svg, "middle") if value == 0]
        ends = [at for value, at, _ in texts(svg, "middle") if value == 1]
        self.lefts, self.wide = [at for at, _ in self.panels], ends[0] - self.panels[0][0]
        level = {value: y - 3.5 for value, _, y in texts(svg, "end")}
        self.zero, self.per = level[0], (level[100] - level[0]) / 100

    def at(self, panel: int, share: float, percent: float) -> tuple[float, float]:
        return self.lefts[panel] + share * self.wide, self.zero + percent * self.per


def test_the_models_line_and_what_was_reported_stand_at_their_places() -> None:
    svg = drawn()
    on = Scale(svg)
    for panel, (colour, along, reported) in enumerate(((PI, (0, 50, 125), 120), (PAID, (0, 25, 87.5), 40))):
        (line,) = paths(svg, stroke=colour, stroke_width="1.8")
        expected = [on.at(panel, x, y) for x, y in zip((0, 0.5, 1), along, strict=True)]
        assert points(line) == [pytest.approx(one, abs=0.11) for one in expected]
        (bar,) = paths(svg, stroke=colour, **{"class": "full"})
        assert points(bar) == [pytest.approx(on.at(panel, x, reported), abs=0.11) for x in (0.75, 0.9)]
        (diamond,) = paths(svg, fill=colour, stroke="var(--paper,#fff)")
        x, y = on.at(panel, 0.8, reported)
        assert points(diamond)[0] == pytest.approx((x, y - 5), abs=0.11)


def test_all_three_bounds_are_drawn_in_every_panel() -> None:
    svg = drawn()
    on = Scale(svg)
    # a straight curve is drawn from end to end: affine and pores kept; that of filled pores bends
    solid = [points(p) for p in paths(svg, stroke="currentColor", stroke_width="1", fill="none")]
    kept = [points(p) for p in paths(svg, stroke_dasharray="2.5 2")][1:]
    for panel in (0, 1):
        ends = {name: [on.at(panel, 0, 0), on.at(panel, 1, top)] for name, top in (("affine", 125), ("kept", 100))}
        assert any(one == [pytest.approx(end, abs=0.11) for end in ends["affine"]] for one in solid if len(one) == 2)
        assert kept[panel] == [pytest.approx(end, abs=0.11) for end in ends["kept"]]
        bent = [on.at(panel, 0, 0), on.at(panel, 0.5, 12.5), on.at(panel, 1, 87.5)]
        assert any(one == [pytest.approx(end, abs=0.11) for end in bent] for one in solid if len(one) == 3)


def test_panels_have_the_same_axes_and_colours_of_the_study() -> None:
    rows = [swelling_row(name, 0.5, [0.6, 0.7, 0.8], (0.0, 0.25, 0.5)) for name in ("c", "a", "b")]
    svg = drawn(rows, ("a", "b", "c"))
    on = Scale(svg)
    assert len(on.lefts) == 3
    assert on.lefts[0] == on.lefts[2] < on.lefts[1]
    names = [t.text for t in svg.iter(f"{SVG}text") if t.get("font-weight") == "bold"]
    assert names == ["c", "a", "b"]
    lines = [p.get("stroke") for p in paths(svg, stroke_width="1.8") if (p.get("stroke") or "").startswith("#")]
    assert lines == [PALETTE[2], PALETTE[0], PALETTE[1]]
    values = [value for value, *_ in texts(svg, "end")]
    assert values == sorted(values[: len(values) // 2]) * 2  # two rows of panels, numbered at the left alike


def test_the_axis_holds_everything_and_has_few_ticks() -> None:
    rows = section()["bounds"]
    rows[0]["reported"], rows[0]["reported_uncertainty"] = [3.9, 3.9], 0.3
    values = [value for value, *_ in texts(drawn(rows), "end")]
    assert max(values) >= 420
    assert 3 <= len(values) <= 8


def test_a_reported_uncertainty_is_drawn_and_none_is_not() -> None:
    rows = section()["bounds"]
    rows[0]["reported_uncertainty"] = 0.1
    svg = drawn(rows)
    on = Scale(svg)
    upright, *caps = (points(p) for p in paths(svg, **{"class": "spread"}))
    assert upright == [pytest.approx(on.at(0, 0.8, percent), abs=0.11) for percent in (110, 130)]
    assert len(caps) == 2
    assert not paths(drawn(), **{"class": "spread"})


def test_a_bound_is_an_open_line_and_no_report_is_no_diamond() -> None:
    rows = section()["bounds"]
    rows[0]["reported"], rows[1]["reported"] = [0.8, None], [None, None]
    svg = drawn(rows)
    assert len(paths(svg, stroke="var(--paper,#fff)")) == 2  # the legend's and one
    (line,) = paths(svg, stroke_dasharray="1.5 2")
    foot, head = points(line)
    assert head[1] < foot[1]  # open upwards


def test_words_say_what_is_seen_and_hostile_ones_are_escaped() -> None:
    rows = section()["bounds"]
    rows[0]["binder"] = "<b>&PI"
    svg = drawn(rows)
    assert svg.findtext(f"{SVG}title") == "Swelling <of> binders"
    told = svg.findtext(f"{SVG}desc") or ""
    assert (
        "<b>&PI, full at a lithium share of 0.80: bounds 60 to 110 %, pores kept 80 %, model 100 %, reported 120 %."
        in told
    )
    assert "model 70 %, reported 40 %." in told
    assert draw_bounds(rows, ("PI",), "k", "t") == draw_bounds(rows, ("PI",), "k", "t")
