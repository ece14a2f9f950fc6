"""Inputs of relations that nobody printed: molar masses from formulas, capacities from stoichiometry, angles."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from byssus.audit.relation import Given, Provider
from byssus.audit.stated import Interval, Stated
from byssus.errors import UnitError
from byssus.laws.matter import formula_of, lithiation_capacity_c_per_kg, molar_mass_kg_per_mol
from byssus.units import parse_quantity

__all__ = ["SILICON_THEORY", "angle", "constant", "cycle", "formula_mass", "stoichiometric_capacity", "temperature"]

SUBSTANCE_KEYS = (
    "formula", "compound", "monomer", "substance", "chemical", "phase", "material", "species", "component",
    "of", "alloy",
)  # fmt: skip
# Phases whose capacity is printed as "the theoretical capacity" in silicon work, likeliest first.
KNOWN_PHASES = ("Li15Si4", "Li22Si5", "LiC6")
SILICON_THEORY = lithiation_capacity_c_per_kg("Li15Si4")
_PHASE_NAMES = {
    "si": "Li15Si4", "silicon": "Li15Si4", "graphite": "LiC6", "c": "LiC6", "carbon": "LiC6",
    "li44si": "Li22Si5", "li4.4si": "Li22Si5", "li375si": "Li15Si4", "li3.75si": "Li15Si4",
    "li": "Li", "lithium": "Li", "sn": "Li22Sn5", "tin": "Li22Sn5", "ge": "Li15Ge4", "germanium": "Li15Ge4",
}  # fmt: skip
MG = 3600.0  # C/kg in 1 mAh/g


def constant(number: float, label: str) -> Provider:
    """The same number for every target."""
    return lambda _target, _claims: Given(Interval(number, number), label)


def formula_mass(target: Stated, _claims: Sequence[Stated]) -> Given | None:
    """Molar mass of the compound that the target's conditions name."""
    for key in SUBSTANCE_KEYS:
        formula = formula_of(str(target.at[key])) if key in target.at else None
        if formula:
            mass = molar_mass_kg_per_mol(formula)
            return Given(Interval(mass, mass), f"M({formula}) = {mass * 1e3:.2f} g/mol")
    return None


def stoichiometric_capacity(target: Stated, _claims: Sequence[Stated]) -> Given | None:
    """x F / M of the phase named, or of the phase a bare "theoretical capacity" most likely means."""
    for key in SUBSTANCE_KEYS:
        if key not in target.at:
            continue
        name = str(target.at[key]).replace(" ", "")
        phase = _PHASE_NAMES.get(name.lower(), name)
        try:
            return _capacity(phase, target)
        except (UnitError, ZeroDivisionError):
            continue
    options = [_capacity(phase, target) for phase in KNOWN_PHASES]
    return next((given for given in options if given.interval.overlaps(target.interval)), options[0])


def _capacity(phase: str, target: Stated) -> Given:
    """The capacity, widened to the printed tens or hundreds: 3580 and 4200 are 3578.6 and 4198.9, rounded."""
    exact = lithiation_capacity_c_per_kg(phase)
    low = high = exact
    text = target.printed.text.strip()
    zeros = len(text) - len(text.rstrip("0")) if text.isdigit() else 0
    if zeros and target.printed.value is not None:
        step = 10.0**zeros
        rounded = target.to_si(round(target.from_si(exact) / step) * step)
        low, high = min(exact, rounded), max(exact, rounded)
    return Given(Interval(low, high), f"{phase}: {exact / MG:.1f} mAh/g")


def angle(target: Stated, claims: Sequence[Stated]) -> Given | None:
    """Peel angle from the conditions of the target or of the binder's peel claims; a bare number is degrees."""
    peels = [c for c in claims if c.binder in (target.binder, "") and c.quantity in ("peel_force", "peel_strength")]
    for one in (target, *peels):
        for key in ("angle", "peel_angle", "angle_deg"):
            if key in one.at:
                radians = _with_unit(one.at[key], "rad", "degree")
                return Given(Interval(radians, radians), f"angle {math.degrees(radians):g}°")
    return None


def temperature(target: Stated, claims: Sequence[Stated]) -> Given | None:
    """Temperature from the conditions of the target or of the claim beside it; a bare number is kelvin."""
    beside = [c for c in claims if c.binder == target.binder and c.quantity in ("rubbery_modulus", "crosslink_density")]
    for one in (target, *beside):
        for key in ("temperature", "temperature_k"):
            if key in one.at:
                kelvin = _with_unit(one.at[key], "K", "K")
                return Given(Interval(kelvin, kelvin), f"T = {kelvin:g} K")
    return None


def cycle(target: Stated, _claims: Sequence[Stated]) -> Given | None:
    """The number of the target's cycle."""
    try:
        number = float(target.at["cycle"])
    except (KeyError, TypeError, ValueError):
        return None
    return Given(Interval(number, number), f"cycle {number:g}")


def _with_unit(raw: Any, target: str, bare: str) -> float:
    text = str(raw).strip()
    try:
        float(text)
    except ValueError:
        return parse_quantity(text, target)
    return parse_quantity(f"{text} {bare}", target)
