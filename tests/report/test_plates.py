"""Which pictures a figure shows, and which lines lie on which."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from byssus.figure import Axis, Figure, Series
from byssus.report.drawing import described, draw
from byssus.report.plates import MOST_PLATES, left_words, plates
from byssus.report.section import Curve

SECTION = Figure("section", "Cross sections", Axis("layer_thickness"), Axis("layer_thickness"), "picture")
NONE = np.empty(0)
GREY = np.zeros((3, 4), dtype=np.uint8)


def picture(binder: str = "PI", specimen: str = "a", label: str = "", **at: Any) -> Curve:
    series = Series("section", NONE, NONE, label, at=at, picture=GREY, extent_m=(4e-6, 3e-6))
    return Curve(binder, "measured", series, specimen)


def line(label: str, binder: str = "PI", specimen: str = "a", **at: Any) -> Curve:
    return Curve(binder, "measured", Series("section", np.zeros(2), np.zeros(2), label, at=at), specimen)


def lines_of(curves: list[Curve]) -> dict[str, list[str]]:
    return {plate.title: [one.series.label for one in plate.lines] for plate in plates(curves)[0]}


def test_lines_lie_on_the_picture_of_their_specimen_and_conditions() -> None:
    curves = [
        line("1", state="pristine"), picture(state="pristine"), line("2", specimen="b", state="pristine"),
        picture(specimen="b", state="pristine"), line("3", state="pristine"), picture(state="lithiated"),
        line("4", state="lithiated"), line("5", "PAID", state="pristine"), picture("PAID", state="pristine"),
    ]  # fmt: skip
    expected = {"PI, pristine, a": ["1", "3"], "PI, pristine, b": ["2"], "PI, lithiated": ["4"],
                "PAID, pristine": ["5"]}  # fmt: skip
    assert lines_of(curves) == expected
    assert list(lines_of(curves)) == list(expected)
    assert lines_of([*curves[::2], *curves[1::2]]) == expected  # whatever the order they come in


def test_of_several_pictures_the_last_before_a_line_carries_it() -> None:
    curves = [picture(label="left"), line("1"), line("2"), picture(label="right"), line("3")]
    assert lines_of(curves) == {"PI, a, left": ["1", "2"], "PI, a, right": ["3"]}


def test_a_specimen_named_among_the_conditions_is_told_once() -> None:
    assert set(lines_of([picture(specimen="a", **{"specimen_": 1})])) == {"PI, specimen  1"}
    curves = [
        Curve("PI", "measured", Series("section", NONE, NONE, at={"specimen": s}, picture=GREY, extent_m=(1.0, 1.0)), s)
        for s in ("x", "y")
    ]
    assert set(lines_of(curves)) == {"PI, x", "PI, y"}


def test_binders_stand_in_the_studys_order_and_numbers_ascend() -> None:
    curves = [picture("PAID", cycle=20), picture("PI", cycle=100), picture("PI", cycle=20)]
    titles = [plate.title for plate in plates(curves, ("PI", "PAID"))[0]]
    assert titles == ["PI, cycle 20", "PI, cycle 100", "PAID, cycle 20"]


def test_of_many_every_binder_and_condition_is_shown_before_any_twice() -> None:
    many = [picture("PI", f"s{k}", state="pristine") for k in range(30)]
    few = [picture(binder, state=state) for binder in ("PAID", "POSS") for state in ("pristine", "lithiated")]
    made, left = plates([*many, *few])
    assert len(made) == MOST_PLATES == 12
    assert left == 22
    assert [p.picture.binder for p in made].count("PI") == 8
    assert [p.title for p in made[:2]] == ["PI, pristine, s0", "PI, pristine, s1"]
    assert len({p.title for p in made}) == 12


def test_what_is_left_out_is_said_in_the_drawing_and_its_words() -> None:
    curves = [picture(specimen=f"s{k}") for k in range(15)]
    assert "3 more pictures are not drawn" in draw(SECTION, curves)
    assert described(SECTION, curves).endswith("3 more pictures are not drawn.")
    assert "not drawn" not in draw(SECTION, curves[:12])
    assert left_words(1) == "1 more picture is not drawn."
    assert left_words(0) == ""


def test_a_line_without_a_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="no picture of its specimen"):
        plates([picture(), line("1", specimen="b")])
