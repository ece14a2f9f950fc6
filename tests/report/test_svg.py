"""Drawings written short, and each point where it was."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from byssus.report.svg import for_page

SVG = "{http://www.w3.org/2000/svg}"


def page(inside: str) -> str:
    return (
        f'<svg xmlns="{SVG[1:-1]}" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9"><g>{inside}</g></svg>'
    )


def drawn(svg: str) -> list[ET.Element]:
    return list(ET.fromstring(svg).iter(f"{SVG}path"))


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


def test_marks_and_long_lines_are_written_short_and_stay_where_they_were() -> None:
    uses = "".join(
        f'<use xlink:href="#m" x="{10.123 * k:.4f}" y="{3.337 * k:.4f}" style="fill: red"/>' for k in range(9)
    )
    walk = [(0.123 * k, 7.777 * np.sin(k)) for k in range(500)]
    line = "M " + " L ".join(f"{x:.6f} {y:.6f}" for x, y in walk)
    text = (
        f'<svg xmlns="{SVG[1:-1]}" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 100 100"><g>'
        f'<defs><path id="m" d="M 0 1 L 1 0"/></defs><g>{uses}</g><path d="{line}"/></g></svg>'
    )
    svg = for_page(text, key="k", title="t", description="d")
    assert len(svg) < len(text) / 1.5
    assert not list(ET.fromstring(svg).iter(f"{SVG}use"))
    stamped, drawn = (p for p in ET.fromstring(svg).iter(f"{SVG}path") if len(points(p.attrib["d"])) > 5)
    np.testing.assert_allclose(points(stamped.attrib["d"]), [(10.123 * k, 3.337 * k) for k in range(9)], atol=0.0051)
    np.testing.assert_allclose(points(drawn.attrib["d"]), walk, atol=0.0051)  # no drift over 500 steps
    (marker,) = ET.fromstring(svg).iter(f"{SVG}marker")
    assert stamped.attrib["marker-mid"] == f"url(#{marker.attrib['id']})"


@pytest.mark.parametrize("steps", [[0.0, 0.1, -0.1, 10.12, -10.5, 100.0, 0.004, -0.996, 3.0, 20.0]])
def test_every_kind_of_step_is_read_back(steps: list[float]) -> None:
    walk = np.column_stack([np.cumsum(steps), -np.cumsum(steps)])
    lines = ("M " + " L ".join(f"{x:.6f} {y:.6f}" for x, y in part) for part in (walk, walk + 5.0))
    (path,) = drawn(for_page(page(f'<path d="{" ".join(lines)}"/>'), key="k", title="t", description="d"))
    parts = path.attrib["d"].split(" M ")
    assert len(parts) == 2
    np.testing.assert_allclose(points(parts[0]), walk, atol=0.0051)
    np.testing.assert_allclose(points("M " + parts[1]), walk + 5.0, atol=0.0051)


def test_curves_and_short_lines_stay_as_they_are() -> None:
    for path in ("M 0 0 C 0 1 1 1 1 0 L 1 1 z", "M 0.00 0.00 L 1.00 1.00"):
        (again,) = drawn(for_page(page(f'<path d="{path}"/>'), key="k", title="t", description="d"))
        assert again.attrib["d"] == path
    assert "<path" in for_page(page('<path style="fill: none"/>'), key="k", title="t", description="d")


def test_closed_outlines_stay_closed() -> None:
    corners = [(np.cos(k), np.sin(k)) for k in range(12)]
    outline = "M " + " L ".join(f"{x:.4f} {y:.4f}" for x, y in corners) + " z"
    (path,) = drawn(for_page(page(f'<path d="{outline} {outline}"/>'), key="k", title="t", description="d"))
    one, two, rest = path.attrib["d"].split(" z")
    assert rest == ""
    np.testing.assert_allclose(points(one), corners, atol=0.0051)
    np.testing.assert_allclose(points(two), corners, atol=0.0051)


def test_a_few_marks_or_marks_of_several_looks_stay_marks() -> None:
    symbol = '<defs><path id="m" d="M 0 1 L 1 0"/></defs>'
    few = "".join(f'<use xlink:href="#m" x="{k}" y="{k}" style="fill: red"/>' for k in range(3))
    mixed = "".join(
        f'<use xlink:href="#m" x="{k}" y="{k}" style="fill: {"red" if k % 2 else "blue"}"/>' for k in range(9)
    )
    svg = for_page(page(f"{symbol}<g>{few}</g><g>{mixed}</g>"), key="k", title="t", description="d")
    assert len(list(ET.fromstring(svg).iter(f"{SVG}use"))) == 12
    assert svg.count("fill: red") == 1 + 4  # said once for the run, and for each of the mixed ones
