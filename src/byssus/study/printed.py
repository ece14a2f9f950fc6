"""Numbers as they are printed: what interval do the digits of ``"72"``, ``">65"`` or ``"0.50 ± 0.1"`` imply?

All arithmetic is on exact fractions and becomes float at the very end, so that an edge such as 71.5 is 71.5.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from byssus.errors import Problem, StudyError

__all__ = ["Kind", "Printed", "parse_printed", "truncated"]

Kind = Literal["digits", "comparator", "range", "tolerance", "approximate"]

# Beyond these no laboratory number lies, and a float would overflow.
MAX_DIGITS = 50
MAX_EXPONENT = 250

_NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:\s*[eE][+-]?[0-9]+|\s*[×x*·]\s*10\s*(?:\^|\*\*)\s*[+-]?[0-9]+)?"
_POWER = r"(?:\s*[eE](?P<e>[+-]?[0-9]+)|\s*[×x*·]\s*10\s*(?:\^|\*\*)\s*(?P<t>[+-]?[0-9]+))?"
_PLAIN = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)"
_DIGITS = re.compile(_NUMBER)
_PARTS = re.compile(rf"(?P<mantissa>{_PLAIN}){_POWER}")
_RANGE = re.compile(rf"(?P<low>{_NUMBER})\s*(?:-|–|—|~|to|…|\.\.\.?)\s*(?P<high>{_NUMBER})")
_TOLERANCE = re.compile(rf"(?P<value>{_NUMBER})\s*(?:±|\+/-|\+-)\s*(?P<tolerance>{_NUMBER})")
_SCALED_TOLERANCE = re.compile(rf"\(\s*(?P<value>{_PLAIN})\s*(?:±|\+/-|\+-)\s*(?P<tolerance>{_PLAIN})\s*\){_POWER}")
_PARENTHESISED = re.compile(rf"(?P<value>{_PLAIN})\s*\((?P<tolerance>[0-9]+(?:\.[0-9]+)?)\){_POWER}")
_COMPARATORS = {
    ">": ">", ">=": "≥", "≥": "≥", "⩾": "≥", "<": "<", "<=": "≤", "≤": "≤", "⩽": "≤",
    "≳": ">", "≲": "<", "more than": ">", "greater than": ">", "over": ">", "above": ">", "at least": "≥",
    "less than": "<", "under": "<", "below": "<", "at most": "≤", "up to": "≤",
}  # fmt: skip
_APPROXIMATE = (
    "approximately",
    "nearly",
    "almost",
    "roughly",
    "approx.",
    "approx",
    "around",
    "about",
    "circa",
    "ca.",
    "ca",
    "c.",
    "~",
    "∼",
    "≈",
    "≃",
)
_AND_MORE = re.compile(r"[0-9.]+\+")  # "65+"
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")


@dataclass(frozen=True, slots=True)
class Printed:
    """A printed number and the interval it stands for, in the printed unit.

    ``digits`` is the decimal exponent of the last printed digit ("72" -> 0, "9.37" -> -2, "1.2e3" -> 2; of a
    range, that of its finer end). ``value`` is the nominal number, ``None`` for a comparator and a range.
    ``low_open`` and ``high_open`` tell whether the ends themselves are left out. ``ends`` are the two numbers of
    a range as they stand.
    """

    text: str
    kind: Kind
    low: float
    high: float
    digits: int
    value: float | None
    low_open: bool
    high_open: bool
    ends: tuple[float, float] | None = None

    def contains(self, value: float) -> bool:
        """Whether ``value`` lies in the interval, its ends as declared."""
        above = value > self.low if self.low_open else value >= self.low
        below = value < self.high if self.high_open else value <= self.high
        return above and below


@dataclass(frozen=True, slots=True)
class _Number:
    """One decimal number with the exponent of its last printed digit, exactly."""

    value: Fraction
    digits: int

    @property
    def unit(self) -> Fraction:
        return Fraction(10) ** self.digits


@dataclass(frozen=True, slots=True)
class _Interval:
    low: Fraction
    high: Fraction
    low_open: bool = False
    high_open: bool = False


def parse_printed(text: str) -> Printed:
    """The interval that a number, exactly as printed, stands for.

    ============================= ================================================================
    ``"72"``                      half a unit of the last digit either way: [71.5, 72.5)
    ``"-11.22"`` (any minus)      mirrored: (-11.225, -11.215]
    ``">65"`` ``"≥"`` ``"<"``     up to infinity: (65, inf)
    ``"1368-1374"`` ``"1 to 2"``  both ends widened by their own digits: [1367.5, 1374.5)
    ``"0.50 ± 0.1"`` ``0.50(3)``  the tolerance and the value's own digits: [0.395, 0.605]
    ``"~20"`` ``"ca. 20"``        one unit of the last digit that is not zero: [10, 30]
    ``"1.2e3"`` ``"1.2 × 10^3"``  [1150, 1250)
    ============================= ================================================================

    Ties are taken away from zero, so the far end is the open one. Digits grouped by spaces ("2 820") are
    joined; a comma is refused, since "2,820" may be 2820 or 2.820.

    Raises
    ------
    StudyError
        The text is not a number in any of these forms.
    """
    return _read(text, cut=False)


def truncated(printed: Printed) -> tuple[float, float]:
    """The interval if the digits were cut off instead of rounded: "72" -> (72, 73), "-1.5" -> (-1.6, -1.5).

    Comparators and approximate numbers keep the interval they have.
    """
    cut = _read(printed.text, cut=True)
    return cut.low, cut.high


def _read(text: str, *, cut: bool) -> Printed:
    plain = _plain(text)
    for form in (_as_digits, _as_comparator, _as_approximate, _as_tolerance, _as_range):
        found = form(plain, text, cut)
        if found is not None:
            return found
    raise StudyError(_refused(text))


def _plain(text: str) -> str:
    """One minus, ``^`` for superscripts, no spaces as group separators."""
    plain = text.strip().replace("−", "-").replace("‐", "-").replace("‑", "-")
    plain = re.sub(r"10([⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)", lambda m: f"10^{m[1].translate(_SUPERSCRIPTS)}", plain)
    plain = re.sub(r"^[–—](?=[0-9.])|(?<=[–—-])[–—](?=[0-9.])", "-", plain)
    grouped = r"(?<![0-9.])[0-9]{1,3}(?:[ \u00a0\u2009\u202f][0-9]{3})+(?![0-9])"
    return re.sub(grouped, lambda m: re.sub(r"\s", "", m[0]), plain)


def _as_digits(plain: str, text: str, cut: bool) -> Printed | None:
    if not _DIGITS.fullmatch(plain):
        return None
    number = _number(plain, text)
    return _printed(text, "digits", _own_digits(number, cut), number.digits, number.value)


def _as_comparator(plain: str, text: str, cut: bool) -> Printed | None:  # noqa: ARG001  (every form takes `cut`)
    if _AND_MORE.fullmatch(plain):
        plain = f"≥{plain[:-1]}"
    for word in sorted(_COMPARATORS, key=len, reverse=True):
        rest = plain[len(word) :].strip().lstrip("~∼≈").strip()
        if plain.lower().startswith(word) and _DIGITS.fullmatch(rest):
            number, sign = _number(rest, text), _COMPARATORS[word]
            edge, is_open = float(number.value), sign in "<>"
            if sign in ">≥":
                return Printed(text, "comparator", edge, math.inf, number.digits, None, is_open, True)
            return Printed(text, "comparator", -math.inf, edge, number.digits, None, True, is_open)
    return None


def _as_approximate(plain: str, text: str, cut: bool) -> Printed | None:  # noqa: ARG001  (every form takes `cut`)
    word = next((w for w in _APPROXIMATE if plain.lower().startswith(w)), None)
    if word is None or not _DIGITS.fullmatch(rest := plain[len(word) :].strip()):
        return None
    number = _number(rest, text)
    unit = number.unit
    while number.value and not (number.value / unit) % 10:
        unit *= 10
    return _printed(
        text, "approximate", _Interval(number.value - unit, number.value + unit), number.digits, number.value
    )


def _as_tolerance(plain: str, text: str, cut: bool) -> Printed | None:
    if match := _TOLERANCE.fullmatch(plain):
        if _powers(match["value"], match["tolerance"]) == [False, True]:  # 1.2 ± 0.1 × 10^3 means both
            mend = 'Write it as "(1.2 ± 0.1) × 10^3", or the tolerance in full.'
            raise StudyError(Problem("a tolerance that cannot be read in one way", got=f'"{text}"', mend=mend))
        number, tolerance = _number(match["value"], text), _number(match["tolerance"], text).value
    elif match := _SCALED_TOLERANCE.fullmatch(plain):
        power = match["e"] or match["t"] or "0"
        number = _number(f"{match['value']}e{power}", text)
        tolerance = _number(f"{match['tolerance']}e{power}", text).value
    elif match := _PARENTHESISED.fullmatch(plain):
        power = match["e"] or match["t"] or "0"
        number = _number(f"{match['value']}e{power}", text)
        last = Fraction(10) ** int(power) if "." in match["tolerance"] else number.unit
        tolerance = _number(match["tolerance"], text).value * last
    else:
        return None
    if tolerance < 0:
        raise StudyError(_refused(text))
    own = _own_digits(number, cut)
    return _printed(
        text, "tolerance", _Interval(own.low - tolerance, own.high + tolerance), number.digits, number.value
    )


def _as_range(plain: str, text: str, cut: bool) -> Printed | None:
    match = _RANGE.fullmatch(plain)
    if match is None:
        return None
    low, high = _number(match["low"], text), _number(match["high"], text)
    if low.value >= high.value or _powers(match["low"], match["high"]) == [False, True]:
        raise StudyError(
            Problem(
                what="not a range that can be read in one way",
                got=f'"{text}"',
                expected="the low end first, both ends in full",
                mend='Write it as "1368-1374", "-5 to -3" or "1.2e3-1.5e3".',
            )
        )
    first, last = _own_digits(low, cut), _own_digits(high, cut)
    interval = _Interval(first.low, last.high, first.low_open, last.high_open)
    printed = _printed(text, "range", interval, min(low.digits, high.digits), None)
    return replace(printed, ends=(float(low.value), float(high.value)))


def _powers(*numbers: str) -> list[bool]:
    """Which of them carry a power of ten of their own."""
    return [bool(re.search(r"[eE×x*·]", number)) for number in numbers]


def _number(plain: str, text: str) -> _Number:
    match = _PARTS.fullmatch(plain)
    if match is None or sum(c.isdigit() for c in plain) > MAX_DIGITS:
        raise StudyError(_refused(text))
    power = int(match["e"] or match["t"] or 0)
    digits = power - len(match["mantissa"].partition(".")[2])
    if abs(power) > MAX_EXPONENT or abs(digits) > MAX_EXPONENT:
        raise StudyError(_refused(text))
    return _Number(Fraction(match["mantissa"].rstrip(".")) * Fraction(10) ** power, digits)


def _own_digits(number: _Number, cut: bool) -> _Interval:
    """What the digits alone imply: rounded half away from zero, or (``cut``) truncated toward zero."""
    outward, inward = (number.unit, Fraction(0)) if cut else (number.unit / 2, number.unit / 2)
    if number.value == 0:
        return _Interval(-outward, outward, True, True)
    if number.value > 0:
        return _Interval(number.value - inward, number.value + outward, False, True)
    return _Interval(number.value - outward, number.value + inward, True, False)


def _printed(text: str, kind: Kind, interval: _Interval, digits: int, value: Fraction | None) -> Printed:
    nominal = None if value is None else float(value)
    return Printed(
        text, kind, float(interval.low), float(interval.high), digits, nominal, interval.low_open, interval.high_open
    )


def _refused(text: str) -> Problem:
    grouped = re.fullmatch(r"\D*([0-9]+),([0-9]+)\D*", text.strip())
    if grouped:
        whole, rest = grouped[1], grouped[2]
        mend = (
            f"Write {whole}{rest} or {whole}.{rest}." if len(rest) == 3 and whole != "0" else f"Write {whole}.{rest}."
        )
        return Problem("a comma in a printed number can be read in two ways", got=f'"{text}"', mend=mend)
    unit = re.fullmatch(rf"{_NUMBER}\s*(?P<unit>[%‰°A-Za-zµμΩ].*)", _plain(text))
    if unit:
        return Problem(
            what="a printed number carries no unit of its own",
            got=f'"{text}"',
            mend=f'Put the unit beside it: unit = "{unit["unit"]}".',
        )
    return Problem(
        what="not a printed number",
        got=f'"{text}"',
        expected='a form such as "27", "-11.22", ">65", "1368-1374", "0.50 ± 0.1", "0.50(3)", "~20", "1.2e3"',
        mend="Write the number as it is printed, in one of these forms.",
    )
