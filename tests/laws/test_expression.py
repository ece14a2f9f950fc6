"""Equations as text: arithmetic only, and inverted by number."""

from __future__ import annotations

import math

import pytest

from byssus.errors import UnitError
from byssus.laws.expression import names, solve, value


def test_value_and_names() -> None:
    assert names("force * (1 - cos(angle)) / width") == ("force", "angle", "width")
    assert value("force * (1 - cos(angle)) / width", {"force": 2.0, "angle": math.pi, "width": 0.01}) == 400.0
    assert math.isnan(value("a / b", {"a": 1.0, "b": 0.0}))


def test_solve_finds_the_input() -> None:
    assert solve("1 - b / a", {"a": 56.0, "b": 26.0}, "b", 0.5) == pytest.approx(28.0)
    assert solve("a / b", {"a": 1.0, "b": 1.0}, "a", -1.0) is None


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "a +",
        "__import__('os')",
        "a.b",
        "a[0]",
        "a if b else c",
        "'a' * 9",
        "lambda: 1",
        "exec(a)",
        "(" * 500,
        "True",
        "cos * a",
        "cos(sqrt)",
        "sqrt()",
        "cos(a, b)",
        "min(3)",
    ],
)
def test_only_arithmetic(bad: str) -> None:
    with pytest.raises(UnitError, match="not an equation"):
        names(bad)


def test_whole_numbers_of_any_size_come_to_an_end() -> None:
    assert math.isnan(value("a * 9**9**9", {"a": 1.0}))
    assert value("a * 10**-3", {"a": 2.0}) == pytest.approx(0.002)


def test_names_stand_in_order_however_they_are_spelled() -> None:
    assert names("abc / x / b") == ("abc", "x", "b")
    assert names("\u00b5 * 2") == ("\u03bc",)  # the micro sign is the Greek letter to Python
