"""What a technique is told about one specimen, and where each value comes from.

Strongest first: the specimen's row of the table, the measurement, the electrode, the technique's defaults
(which lie beneath, in ``Technique.specimen``). What a file's header says is used inside the analysis.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from byssus.analyse.technique import Technique
from byssus.errors import ByssusError, Problem
from byssus.study.amounts import amount
from byssus.study.model import Electrode, Measurement

__all__ = ["ElectrodeValues", "Told", "electrode_values", "tell"]

# Only a technique on cells asks for one of these; then "area" means the electrode's, not a cross-section.
OF_A_CELL = frozenset({"cell", "mass", "silicon_share", "one_c"})


@dataclass(frozen=True)
class ElectrodeValues:
    """What the electrode table says, in SI by parameter name, with the remarks on what was derived."""

    values: Mapping[str, float | str]
    remarks: Mapping[str, str]
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Told:
    """The values of one specimen (SI), remarks on derived ones, and what could not be taken."""

    values: Mapping[str, float | str]
    remarks: tuple[str, ...]
    problems: tuple[Problem, ...]


def electrode_values(electrode: Electrode) -> ElectrodeValues:
    """Cell, silicon share, area, what 1 C means, voltage limits; the mass as loading times area."""
    values: dict[str, float | str] = {}
    remarks: dict[str, str] = {}
    problems: list[Problem] = []
    stated: list[tuple[str, Any, str, str]] = [
        ("silicon_share", electrode.silicon_share, "1", "silicon_share"),
        ("one_c", electrode.one_c, "C/kg", "one_c"),
        ("area", electrode.area, "m^2", "area"),
    ]
    if electrode.window:
        names = ("lower_voltage", "upper_voltage")
        stated += [(name, text, "V", "window") for name, text in zip(names, electrode.window, strict=True)]
    for name, raw, unit, field in stated:
        if raw is None or raw == "":
            continue
        try:
            values[name], _ = amount(str(raw), unit, where=f"electrode.{field}", positive=unit != "V")
        except ByssusError as fault:
            problems.extend(fault.problems)
    if electrode.cell:
        values["cell"] = electrode.cell
    area = values.get("area")
    if electrode.loading and isinstance(area, float):
        _take_mass(electrode, area, values, remarks, problems)
    return ElectrodeValues(values, remarks, tuple(problems))


def _take_mass(
    electrode: Electrode, area: float, values: dict[str, float | str], remarks: dict[str, str], problems: list[Problem]
) -> None:
    try:
        loading, tolerance = amount(electrode.loading, "kg/m^2", where="electrode.loading")
    except ByssusError as fault:
        problems.extend(fault.problems)
        return
    values["mass"] = loading * area
    said = f"mass = loading × area = {electrode.loading} × {electrode.area}"
    if tolerance:
        # a stated ± without a level is taken as limits, JCGM 100:2008, 4.3.7
        values["mass_uncertainty"] = tolerance * area / math.sqrt(3.0)
        said += ", the ± taken as limits of equal likelihood"
    remarks["mass"] = said


def tell(
    known: Technique, measurement: Measurement, row: Mapping[str, Any], electrode: ElectrodeValues, where: str
) -> Told:
    """The values of one specimen of a measurement. ``row`` is its row of the specimen table, raw or empty."""
    values: dict[str, float | str] = {}
    problems: list[Problem] = []
    raw = {**measurement.parameters, **{k: v for k, v in row.items() if v is not None and v != ""}}
    for name, given in raw.items():
        parameter = known.parameter(name)
        if parameter is None:
            continue
        try:
            values[name] = parameter.parse(given, where=f"{where}: {name}")
        except ByssusError as fault:
            problems.extend(fault.problems)
    names = {p.name for p in known.parameters}
    remarks: list[str] = []
    if names & OF_A_CELL:
        own_mass = "mass" in values
        for name, value in electrode.values.items():
            if name not in names or name in values or (name == "mass_uncertainty" and own_mass):
                continue
            values[name] = value
            remarks.extend([electrode.remarks[name]] if name in electrode.remarks else [])
    return Told(values, tuple(remarks), tuple(problems))
