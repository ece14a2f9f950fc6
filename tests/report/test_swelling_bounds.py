"""Swelling between its bounds as a drawing: places on the axis, words for people who do not see it."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from tests.report.electrode_section import section

from byssus.report.swelling_bounds import draw_bounds

SVG = "{http://www.w3.org/2000/svg}"


def drawn(rows: Any = None) -> ET.Element:
    return ET.fromstring(draw_bounds(rows or section()["bounds"], ("PI", "PAID"), "key", "Swelling <of> binders"))


def ticks(svg: ET.Element) -> dict[float, float]:
    """Places of the numbers along the axis."""
    found = [
        t for t in svg.iter(f"{SVG}text") if t.get("text-anchor") == "middle" and re.fullmatch(r"\d+", t.text or "")
    ]
    return {float(t.text or ""): float(t.get("x") or "") for t in found}


def diamonds(svg: ET.Element) -> list[float]:
    """Where reported numbers stand; the last in the legend left out."""
    ways = [p.get("d") or "" for p in svg.iter(f"{SVG}path")]
    return [float(re.match(r"M([\d.]+)", way)[1]) for way in ways if "l5 5" in way][1:]  # type: ignore[index]


def test_every_number_stands_at_its_place_on_the_axis() -> None:
    svg = drawn()
    at = ticks(svg)
    per_percent = (at[100] - at[0]) / 100
    assert diamonds(svg) == pytest.approx([at[0] + 120 * per_percent, at[0] + 40 * per_percent], abs=0.11)
    rings = [float(c.get("cx") or "") for c in svg.iter(f"{SVG}circle")][1:]
    assert rings == pytest.approx([at[0] + 100 * per_percent, at[0] + 70 * per_percent], abs=0.11)
    boxes = [(float(r.get("x") or ""), float(r.get("width") or "")) for r in svg.iter(f"{SVG}rect")][1:]
    assert boxes[1][0] == pytest.approx(at[0] + 60 * per_percent, abs=0.11)
    assert boxes[1][1] == pytest.approx(50 * per_percent, abs=0.11)
    assert boxes[0][1] == pytest.approx(70 * per_percent, abs=0.11)  # to the ends of the bounds' intervals


def test_the_axis_holds_everything_and_has_few_ticks() -> None:
    rows = section()["bounds"]
    rows[0]["reported"] = [3.9, 3.9]
    at = ticks(drawn(rows))
    assert max(at) >= 390
    assert 3 <= len(at) <= 8


def test_a_bound_is_an_open_line_and_no_report_is_no_diamond() -> None:
    rows = section()["bounds"]
    rows[0]["reported"], rows[1]["reported"] = [0.8, None], [None, None]
    svg = drawn(rows)
    assert len(diamonds(svg)) == 1
    assert sum(p.get("stroke-dasharray") == "1.5 2" for p in svg.iter(f"{SVG}path")) == 1


def test_words_say_what_is_seen_and_hostile_ones_are_escaped() -> None:
    rows = section()["bounds"]
    rows[0]["binder"] = "<b>&PI"
    svg = drawn(rows)
    assert svg.findtext(f"{SVG}title") == "Swelling <of> binders"
    told = svg.findtext(f"{SVG}desc") or ""
    assert "<b>&PI: bounds 60 to 110 %, model 100 %, reported 120 %." in told
    assert "PAID: bounds 60 to 110 %, model 70 %, reported 40 %." in told
