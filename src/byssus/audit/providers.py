"""Inputs of relations that nobody printed: molar masses from formulas, capacities from stoichiometry, angles."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from byssus.audit.relation import SUBSTANCE_KEYS, Given, Provider, substance
from byssus.audit.stated import Interval, Stated, canonical
from byssus.errors import UnitError
from byssus.laws.matter import (
    FARADAY_C_PER_MOL,
    composition,
    formula_of,
    lithiation_capacity_c_per_kg,
    molar_mass_kg_per_mol,
)
from byssus.units import parse_quantity

__all__ = [
    "SILICON_THEORY",
    "angle",
    "constant",
    "cycle",
    "formula_mass",
    "stoichiometric_capacity",
    "temperature",
    "theory_of_host",
]

# Phases whose capacity is printed as "the theoretical capacity" in silicon work, likeliest first.
KNOWN_PHASES = ("Li15Si4", "Li22Si5", "LiC6")
SILICON_THEORY = lithiation_capacity_c_per_kg("Li15Si4")
_PHASE_NAMES = {
    "si": "Li15Si4", "silicon": "Li15Si4", "graphite": "LiC6", "c": "LiC6", "carbon": "LiC6",
    "li44si": "Li22Si5", "li4.4si": "Li22Si5", "li375si": "Li15Si4", "li3.75si": "Li15Si4",
    "li": "Li", "lithium": "Li", "sn": "Li22Sn5", "tin": "Li22Sn5", "ge": "Li15Ge4", "germanium": "Li15Ge4",
}  # fmt: skip
MG = 3600.0  # C/kg in 1 mAh/g
NEAR = 0.1  # of a phase's capacity: how far a bare "theoretical capacity" may be off and still mean it
COLD = 273.15  # a bare temperature below this is in degrees Celsius: no rubber plateau lies below 0 degrees


def constant(number: float, label: str) -> Provider:
    """The same number for every target."""
    return lambda _target, _claims: Given(Interval(number, number), label)


def formula_mass(target: Stated, _claims: Sequence[Stated]) -> Given | None:
    """Molar mass of the compound that the target's conditions name."""
    named = substance(target.at)
    formula = formula_of(named) if named else None
    if formula is None:
        return None
    mass = molar_mass_kg_per_mol(formula)
    return Given(Interval(mass, mass), f"M({formula}) = {mass * 1e3:.2f} g/mol")


def stoichiometric_capacity(target: Stated, _claims: Sequence[Stated]) -> Given | None:
    """x F / M of the phase named; where none is, of the phase whose capacity lies near; else ``None``."""
    named = next((str(target.at[key]) for key in SUBSTANCE_KEYS if key in target.at), None)
    if named is not None:
        phase = _phase(named)
        return _capacity(phase, target) if phase else None
    options = [_capacity(phase, target) for phase in KNOWN_PHASES]
    near = [g for g in options if abs(g.interval.low / target.nominal - 1) < NEAR] if target.nominal > 0 else []
    return next((g for g in near if g.interval.overlaps(target.interval)), near[0] if near else None)


def theory_of_host(target: Stated, _claims: Sequence[Stated]) -> Given | None:
    """The capacity no delithiation can pass: of the phase the conditions name, else of silicon."""
    named = next((str(target.at[key]) for key in SUBSTANCE_KEYS if key in target.at), "silicon")
    phase = _phase(named) or "Li15Si4"
    capacity = _theory(phase)
    return Given(Interval(capacity, capacity), f"{phase}: {capacity / MG:.1f} mAh/g")


def _phase(named: str) -> str | None:
    """The fully lithiated phase of a material, or a lithium compound by its formula."""
    name = named.replace(" ", "").replace("-", "").replace("_", "")
    # "Li-Si" is a family of alloys and no formula
    phase = _PHASE_NAMES.get(name.lower(), named.replace(" ", ""))
    try:
        return phase if composition(phase).get("Li", 0.0) > 0 else None
    except UnitError:
        return None


def _theory(phase: str) -> float:
    """Per mass of the host for an alloy or graphite, per mass of the whole for an oxide, a phosphate and lithium."""
    atoms = {element for element, count in composition(phase).items() if count}
    if {"O", "S", "F"} & atoms or atoms == {"Li"}:
        return composition(phase)["Li"] * FARADAY_C_PER_MOL / molar_mass_kg_per_mol(phase)
    return lithiation_capacity_c_per_kg(phase)


def _capacity(phase: str, target: Stated) -> Given:
    """The capacity, widened to the printed tens or hundreds: 3580 and 4200 are 3578.6 and 4198.9, rounded."""
    exact = _theory(phase)
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
                if radians is None:
                    continue
                return Given(Interval(radians, radians), f"angle {math.degrees(radians):g}°")
    return None


def temperature(target: Stated, claims: Sequence[Stated]) -> Given | None:
    """Temperature from the conditions of the target or of the claim beside it; bare numbers below 273 are Celsius."""
    beside = [c for c in claims if c.binder == target.binder and c.quantity in ("rubbery_modulus", "crosslink_density")]
    for one in (target, *beside):
        for key in ("temperature", "temperature_k"):
            if key in one.at:
                kelvin = _with_unit(one.at[key], "K", "degC" if _is_cold(one.at[key]) else "K")
                if kelvin is None:
                    continue
                return Given(Interval(kelvin, kelvin), f"T = {kelvin:g} K")
    return None


def cycle(target: Stated, _claims: Sequence[Stated]) -> Given | None:
    """The number of the target's cycle."""
    try:
        number = float(target.at["cycle"])
    except (KeyError, TypeError, ValueError):
        return None
    return Given(Interval(number, number), f"cycle {number:g}")


def _is_cold(raw: Any) -> bool:
    value = canonical(raw)
    return isinstance(value, float) and value < COLD


def _with_unit(raw: Any, target: str, bare: str) -> float | None:
    """A condition in ``target``; ``None`` where its words ("room temperature", "T-peel") say no number."""
    text = str(raw).strip()
    try:
        float(text)
    except ValueError:
        bare = ""
    try:
        return parse_quantity(f"{text} {bare}", target)
    except UnitError:
        return None
