"""Printed numbers: exact intervals worked out by hand, and a round trip over formatted decimals."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byssus.errors import StudyError
from byssus.study.printed import parse_printed, truncated

INF = math.inf


@pytest.mark.parametrize(
    ("text", "kind", "low", "high", "digits", "value"),
    [
        ("72", "digits", 71.5, 72.5, 0, 72.0),
        ("27", "digits", 26.5, 27.5, 0, 27.0),
        ("9.37", "digits", 9.365, 9.375, -2, 9.37),
        ("0.90", "digits", 0.895, 0.905, -2, 0.9),
        ("2820", "digits", 2819.5, 2820.5, 0, 2820.0),
        ("2 820", "digits", 2819.5, 2820.5, 0, 2820.0),
        ("2\u202f820", "digits", 2819.5, 2820.5, 0, 2820.0),
        ("-11.22", "digits", -11.225, -11.215, -2, -11.22),
        ("−31.04", "digits", -31.045, -31.035, -2, -31.04),
        ("–31.04", "digits", -31.045, -31.035, -2, -31.04),
        ("1.2e3", "digits", 1150.0, 1250.0, 2, 1200.0),
        ("1.2 × 10^3", "digits", 1150.0, 1250.0, 2, 1200.0),
        ("1.2×10³", "digits", 1150.0, 1250.0, 2, 1200.0),
        ("4.5 × 10⁻²", "digits", 0.0445, 0.0455, -3, 0.045),
        ("1e-3", "digits", 0.0005, 0.0015, -3, 0.001),
        ("0", "digits", -0.5, 0.5, 0, 0.0),
        (">65", "comparator", 65.0, INF, 0, None),
        ("≥ 65", "comparator", 65.0, INF, 0, None),
        (">= 65", "comparator", 65.0, INF, 0, None),
        ("more than 65", "comparator", 65.0, INF, 0, None),
        ("<0.1", "comparator", -INF, 0.1, -1, None),
        ("≤ -3", "comparator", -INF, -3.0, 0, None),
        ("1368-1374", "range", 1367.5, 1374.5, 0, None),
        ("1368–1374", "range", 1367.5, 1374.5, 0, None),
        ("1368 − 1374", "range", 1367.5, 1374.5, 0, None),
        ("1010 to 1083.5", "range", 1009.5, 1083.55, -1, None),
        ("-5--3", "range", -5.5, -2.5, 0, None),
        ("−5–−3", "range", -5.5, -2.5, 0, None),
        ("-5 to -3", "range", -5.5, -2.5, 0, None),
        ("-5-3", "range", -5.5, 3.5, 0, None),
        ("1e-3-2e-3", "range", 0.0005, 0.0025, -3, None),
        ("0.50 ± 0.1", "tolerance", 0.395, 0.605, -2, 0.5),
        ("0.50 +/- 0.1", "tolerance", 0.395, 0.605, -2, 0.5),
        ("0.50(3)", "tolerance", 0.465, 0.535, -2, 0.5),
        ("0.50 (3)", "tolerance", 0.465, 0.535, -2, 0.5),
        ("12.3(1.2)", "tolerance", 11.05, 13.55, -1, 12.3),
        ("(1.2 ± 0.1) × 10^3", "tolerance", 1050.0, 1350.0, 2, 1200.0),
        ("-5 ± 1", "tolerance", -6.5, -3.5, 0, -5.0),
        ("~20", "approximate", 10.0, 30.0, 0, 20.0),
        ("ca. 20", "approximate", 10.0, 30.0, 0, 20.0),
        ("≈ 20", "approximate", 10.0, 30.0, 0, 20.0),
        ("~3579", "approximate", 3578.0, 3580.0, 0, 3579.0),
        ("~ -0.5", "approximate", -0.6, -0.4, -1, -0.5),
        ("~0", "approximate", -1.0, 1.0, 0, 0.0),
    ],
)
def test_intervals_are_exact(text, kind, low, high, digits, value):
    printed = parse_printed(text)
    assert (printed.kind, printed.low, printed.high) == (kind, low, high)
    assert (printed.digits, printed.value, printed.text) == (digits, value, text)


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("72", [71.5, 72, 72.4999], [72.5, 71.4999]),
        ("-72", [-71.5, -72.4999], [-72.5, -71.4999]),
        ("0", [0.4999, -0.4999], [0.5, -0.5]),
        (">65", [65.0001, 1e300], [65]),
        ("≥65", [65], [64.9999]),
        ("<65", [64.9999, -1e300], [65]),
        ("≤65", [65], [65.0001]),
        ("1368-1374", [1367.5, 1374.4999], [1374.5]),
        ("0.50 ± 0.1", [0.395, 0.605], [0.3949, 0.6051]),
    ],
)
def test_ends_are_open_and_closed_as_rounding_has_them(text, inside, outside):
    printed = parse_printed(text)
    assert all(printed.contains(x) for x in inside)
    assert not any(printed.contains(x) for x in outside)


@pytest.mark.parametrize(
    ("text", "interval"),
    [
        ("72", (72.0, 73.0)),
        ("-1.5", (-1.6, -1.5)),
        ("0", (-1.0, 1.0)),
        ("9.37", (9.37, 9.38)),
        ("1368-1374", (1368.0, 1375.0)),
        ("0.50 ± 0.1", (0.4, 0.61)),
        (">65", (65.0, INF)),
        ("~20", (10.0, 30.0)),
    ],
)
def test_truncated_digits(text, interval):
    assert truncated(parse_printed(text)) == interval


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2,820", "2820 or 2.820"),
        ("0,2", "Write 0.2"),
        ("12,5", "Write 12.5"),
        ("27 %", 'unit = "%"'),
        ("1374-1368", "low end first"),
        ("1368-74", "low end first"),
        ("1-3 × 10^3", "both ends in full"),
    ],
)
def test_ambiguous_numbers_say_how_to_write_them(text, said):
    with pytest.raises(StudyError) as fault:
        parse_printed(text)
    assert said in str(fault.value)
    assert text in str(fault.value)
    assert len(fault.value.problems) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "nan",
        "inf",
        "abc",
        "-",
        "1.2.3",
        "--5",
        "1e",
        "1e999",
        "9" * 60,
        "5 ± -1",
        "1.2 ± 0.1 × 10^3",
        "3 ± 1e4",
        "1.2 × 103",
        "٣",
        "1,234,567",
    ],
)
def test_what_is_no_number_is_refused(text):
    with pytest.raises(StudyError):
        parse_printed(text)


@given(st.integers(-(10**9), 10**9), st.integers(0, 6))
def test_round_trip_of_formatted_decimals(whole, places):
    number = Decimal(whole).scaleb(-places)
    printed = parse_printed(f"{number:f}")
    assert printed.digits == -places
    assert printed.value == float(number)
    assert printed.contains(float(number))
    assert printed.high - printed.low == pytest.approx(10.0**-places, rel=1e-6)


@given(st.floats(-1e6, 1e6), st.integers(0, 4))
def test_a_rounded_number_contains_what_it_was_rounded_from(value, places):
    printed = parse_printed(f"{value:.{places}f}")
    slack = 1e-9
    assert printed.low - slack <= value <= printed.high + slack


@given(st.integers(1, 10**6), st.integers(0, 4))
def test_a_minus_mirrors_the_interval(whole, places):
    text = f"{Decimal(whole).scaleb(-places):f}"
    plus, minus = parse_printed(text), parse_printed("−" + text)
    assert (minus.low, minus.high) == (-plus.high, -plus.low)
    assert (minus.low_open, minus.high_open) == (plus.high_open, plus.low_open)
