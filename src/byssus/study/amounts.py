"""Amounts that a study states with their units, and what is wrong with them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from byssus.errors import Problem, StudyError, UnitError
from byssus.study.model import Binder, CureStep, Electrode
from byssus.study.problems import did_you_mean, path_of, shown
from byssus.units import parse_quantity, split_number

__all__ = ["ParameterLike", "amount", "cure_problems", "electrode_problems", "fraction", "fractions_of", "sum_problems"]
__all__ += ["PRIOR_UNITS", "Size", "parameter_problems", "prior_problems"]

# Fractions printed to three places sum to 1 within this (3 x 0.333); 60 + 20 + 19 percent do not.
SUM_TOLERANCE = 0.005
_TOLERANCE = re.compile(
    r"^\(?\s*(?P<value>[^±+()]+?)\s*(?:±|\+/-|\+-)\s*(?P<tolerance>[0-9.]+(?:[eE][+-]?[0-9]+)?)\s*\)?(?P<unit>.*)$"
)


class ParameterLike(Protocol):
    """What is asked of a technique's parameter: ``byssus.analyse.technique.Parameter`` is one."""

    @property
    def unit(self) -> str: ...
    @property
    def positive(self) -> bool: ...
    @property
    def choices(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Size:
    """An amount that is greater than zero wherever it is given: a width, a mass."""

    unit: str
    positive: bool = True
    choices: tuple[str, ...] = ()


def amount(text: str, unit: str, *, where: str = "", positive: bool = True) -> tuple[float, float | None]:
    """``"0.50 ± 0.1 mg/cm^2"`` as (value, tolerance) in ``unit``; the tolerance is ``None`` where none is stated.

    Raises
    ------
    StudyError
        No number, no unit, another dimension, not finite, or not greater than zero (``positive``).
    """
    match = _TOLERANCE.match(text)
    # the unit once, however often it is written: "23 % ± 5 %"
    own = match["unit"].strip() if match else ""
    plain = f"{match['value'].removesuffix(own)} {own}" if match else text
    try:
        value = parse_quantity(plain, unit, where=where)
        tolerance = abs(_difference(f"{match['tolerance']} {match['unit']}", unit)) if match else None
    except (UnitError, ValueError) as fault:
        problems = fault.problems if isinstance(fault, UnitError) else (Problem("not a quantity", where, shown(text)),)
        problems = tuple(replace(p, got=shown(text)) for p in problems) if match else problems
        raise StudyError(*problems) from None
    if not math.isfinite(value) or (positive and value <= 0):
        raise StudyError(Problem("must be greater than zero", where, shown(text), f"a positive amount in {unit}"))
    return value, tolerance


def _difference(text: str, unit: str) -> float:
    """A difference in ``unit``: 5 °C are 5 K, not 278.15 K."""
    zero = parse_quantity(f"0 {parts[1]}", unit) if (parts := split_number(text)) else 0.0
    return parse_quantity(text, unit) - zero


def fraction(value: float | str, *, where: str = "") -> float:
    """A mass fraction, 0 to 1, given as a number or as ``"60 %"``.

    Raises
    ------
    StudyError
        Not a number, or outside 0 to 1.
    """
    expected = 'mass fraction (0 to 1, or a text such as "60 %")'
    try:
        number = parse_quantity(value, "1")
    except UnitError:
        comma = isinstance(value, str) and re.fullmatch(r"\s*([0-9]*),([0-9]+)\s*(%?)\s*", value)
        mend = f"Write {comma[1] or 0}.{comma[2]}{' ' + comma[3] if comma[3] else ''}." if comma else ""
        raise StudyError(Problem("not a number that can be read", where, shown(value), expected, mend)) from None
    if not 0 <= number <= 1:
        mend = (
            f'Write "{value:g} %" if percent is meant.' if isinstance(value, (int, float)) and 1 < value <= 100 else ""
        )
        raise StudyError(Problem("outside 0 to 1", where, shown(value), expected, mend))
    return number


def fractions_of(electrode: Electrode, binder: Binder | None = None) -> dict[str, float]:
    """The mass fractions of an electrode made with this binder: its own recipe over the electrode's."""
    return {name: fraction(v) for name, v in {**electrode.mass_fractions, **(binder.recipe if binder else {})}.items()}


def sum_problems(electrode: Electrode, binders: tuple[tuple[str, Binder], ...]) -> Iterator[Problem]:
    """Fractions that cannot be read, and recipes that do not sum to 1."""
    broken = False
    for table, fractions in [("electrode.mass_fractions", electrode.mass_fractions)] + [
        (f"{place}.recipe", binder.recipe) for place, binder in binders
    ]:
        for name, value in fractions.items():
            for problem in _of(fraction, value, where=f"{table}.{path_of((name,))}"):
                broken = True
                yield problem
    if broken:
        return
    if electrode.mass_fractions and (not binders or any(not binder.recipe for _, binder in binders)):
        own = list(_sum_problem("electrode.mass_fractions", fractions_of(electrode), whole=True))
        yield from own
        if own:  # every recipe rests on it
            return
    for place, binder in binders:
        if binder.recipe:
            whole = bool(electrode.mass_fractions)
            yield from _sum_problem(f"{place}.recipe", fractions_of(electrode, binder), whole=whole)


def _sum_problem(where: str, fractions: Mapping[str, float], *, whole: bool) -> Iterator[Problem]:
    total = math.fsum(fractions.values())
    if total > 1 + SUM_TOLERANCE or (whole and total < 1 - SUM_TOLERANCE):
        said = " + ".join(f"{name} {value:g}" for name, value in fractions.items())
        mend = "A binder's recipe replaces the electrode's fractions of the same name; mend the one that is off."
        yield Problem("mass fractions do not sum to 1", where, f"{said} = {total:.6g}", "a sum of 1", mend)


def electrode_problems(electrode: Electrode) -> Iterator[Problem]:
    """What is wrong with loading, area, window, 1 C, silicon share and drying."""
    for name, text, unit in (
        ("loading", electrode.loading, "kg/m^2"),
        ("area", electrode.area, "m^2"),
        ("one_c", electrode.one_c, "C/kg"),
    ):
        if text:
            yield from _of(amount, text, unit, where=f"electrode.{name}")
    if electrode.silicon_share is not None:
        yield from _of(fraction, electrode.silicon_share, where="electrode.silicon_share")
    named = "silicon_component" in electrode.model_fields_set
    if named and electrode.mass_fractions and electrode.silicon_component not in electrode.mass_fractions:
        mend = did_you_mean(electrode.silicon_component, electrode.mass_fractions)
        got = shown(electrode.silicon_component)
        yield Problem("not a component of mass_fractions", "electrode.silicon_component", got, mend=mend)
    if electrode.window:
        yield from _window_problems(electrode.window)
    yield from cure_problems("electrode.drying", electrode.drying)


def _window_problems(window: tuple[str, str]) -> Iterator[Problem]:
    ends = []
    for index, text in enumerate(window, 1):
        try:
            ends.append(amount(text, "V", where=f"electrode.window[{index}]", positive=False)[0])
        except StudyError as fault:
            yield from fault.problems
    if len(ends) == 2 and not ends[0] < ends[1]:
        got = f"{window[0]} to {window[1]}"
        yield Problem("the window's low end is not below its high end", "electrode.window", got, "low, high")


def cure_problems(where: str, steps: tuple[CureStep, ...]) -> Iterator[Problem]:
    """What is wrong with steps of drying or curing: units, times, absolute temperatures and ramps not above zero."""
    for index, step in enumerate(steps, 1):
        yield from _of(amount, step.temperature, "K", where=f"{where}[{index}].temperature")
        yield from _of(amount, step.time, "s", where=f"{where}[{index}].time")
        if step.ramp:
            yield from _of(amount, step.ramp, "K/s", where=f"{where}[{index}].ramp")


# What the electrode model takes of a binder, and in which unit.
PRIOR_UNITS = {"reduced_modulus": "Pa", "hardness": "Pa", "peel_force": "N", "porosity": "1"}
PRIOR_UNITS |= {"layer_thickness": "m", "peel_width": "m"}


def prior_problems(where: str, priors: Mapping[Any, str]) -> Iterator[Problem]:
    """Priors that cannot be read, say no spread, or of a porosity beyond 1."""
    for name, text in priors.items():
        place = f"{where}.{name}"
        try:
            value, spread = amount(text, PRIOR_UNITS[name], where=place)
        except StudyError as fault:
            yield from fault.problems
            continue
        if not spread:
            mend = f"Write it as '{text} ± ...'."
            yield Problem("a prior without its spread", place, shown(text), "value ± one standard deviation", mend)
        if PRIOR_UNITS[name] == "1" and value >= 1:
            yield Problem("out of its range", place, shown(text), "a fraction below 1, or a text in percent")


def parameter_problems(
    given: Mapping[str, str | float | int], known: Mapping[str, str | ParameterLike], where: str
) -> Iterator[Problem]:
    """Parameters that the technique does not know, or whose value it cannot take; a bare unit allows any sign."""
    for name, value in given.items():
        place = f"{where}.{name}"
        if name not in known:
            yield Problem("unknown parameter", place, shown(name), mend=did_you_mean(name, known))
            continue
        parameter = known[name]
        unit = parameter if isinstance(parameter, str) else parameter.unit
        positive = not isinstance(parameter, str) and parameter.positive
        choices = () if isinstance(parameter, str) else parameter.choices
        if unit != "text":
            yield from _of(amount, str(value), unit, where=place, positive=positive)
        elif choices and str(value) not in choices:
            yield Problem("not one of the words this takes", place, shown(value), " or ".join(choices))


def _of(read: object, *args: object, **kwargs: object) -> Iterator[Problem]:
    """The problems of reading one amount."""
    try:
        read(*args, **kwargs)  # type: ignore[operator]
    except StudyError as fault:
        yield from fault.problems
