"""Drawings of the electrode model: capacity against cycle and rate, and swelling between its bounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from byssus.figure import Axis, Figure, Series
from byssus.report.cycle_life_numbers import basis_of
from byssus.report.drawing import draw_all
from byssus.report.section import Curve, Section, drawing_key
from byssus.report.swelling_bounds import draw_bounds

__all__ = ["FIGURES", "cycle_life_drawings", "cycle_life_sections"]

NAME, TITLE = "electrode", "From binder to cycle life"
CYCLES = Figure(
    "capacity_by_cycle", "Capacity against cycle", Axis("cycle_number"), Axis("delithiation_capacity", from_zero=True),
    caption="Lines: the model, calibrated without the binder shown, with 95 % bands that hold its scatter. Points: "
    "what was reported of it. Upright lines: between two reported values that differ, or from a stated bound up to "
    "the first delithiation.",
    panels="binder", vary="c_rate",
)  # fmt: skip
RATES = Figure(
    "capacity_by_rate", "Capacity in a rate test", Axis("c_rate", "log"), Axis("delithiation_capacity", from_zero=True),
    caption="Line: the model, calibrated without the binder shown, with its 95 % band. Points: what was reported.",
    panels="binder",
)  # fmt: skip
VOLTAGES = Figure(
    "simulated_voltage", "Potential along a cycle", Axis("specific_capacity", from_zero=True),
    Axis("electrode_potential"),
    caption="One particle a cell, at the slowest rate reported, calibrated without the binder shown, no interval. The "
    "potential is that of amorphous silicon: the plateau of crystalline silicon in the first lithiation is not in it. "
    "Lithiation ends at the lower limit, against cycle at a fitted share, so capacities differ from those there.",
    panels="binder", vary="cycle",
)  # fmt: skip
BARE = Section(NAME, TITLE, figures=(CYCLES, RATES, VOLTAGES))
BOUNDS_KEY = f"{NAME}_swelling-bounds"
BOUNDS_TITLE = "Expansion against lithium, between its bounds"
BOUNDS_CAPTION = (
    "Grey: from all pores filled to the growth of the solids alone (affine), at each binder’s porosity, paler to the "
    "ends of their 95 % intervals. Coloured: the model on all binders, without its scatter. Diamond: what was "
    "reported, where the electrode is full; upright its standard uncertainty, where one is known. One outside the grey "
    "is a finding, not a parameter."
)
# Key of the drawing, its title, what stands beneath it, and whether each binder has a panel.
FIGURES = (
    (BOUNDS_KEY, BOUNDS_TITLE, BOUNDS_CAPTION, True),
    *((drawing_key(BARE, one), one.title, one.caption, True) for one in BARE.figures),
)


def cycle_life_sections(results: Mapping[str, Any]) -> tuple[Section, ...]:
    """The declared figures with their curves; none for a study without an electrode model."""
    found = _section(results)
    curves = (*_cycling(found), *_rates(found), *_voltages(found))
    return (Section(NAME, TITLE, figures=BARE.figures, curves=curves),) if curves else ()


def cycle_life_drawings(results: Mapping[str, Any], binders: Sequence[str]) -> dict[str, str]:
    """All drawings, SVG by key; ``binders`` is the study's order, which fixes their colours."""
    out = draw_all(cycle_life_sections(results), binders=binders)
    rows = _section(results).get("bounds") or ()
    if rows:
        out[BOUNDS_KEY] = draw_bounds(rows, binders, BOUNDS_KEY, BOUNDS_TITLE)
    return out


def _section(results: Mapping[str, Any]) -> Mapping[str, Any]:
    found = ((results.get("provenance") or {}).get("simulation") or {}).get("electrode") or {}
    return found if isinstance(found, Mapping) else {}


def _cycling(section: Mapping[str, Any]) -> Iterator[Curve]:
    for row in section.get("cycling") or ():
        yield _simulated(row, CYCLES.name, {"c_rate": row["c_rate"]})
    origins = section.get("origins") or ()
    ceilings = {
        row["binder"]: row["reported"][1]
        for row in section.get("leave_one_out") or ()
        if row["quantity"] == "first_delithiation_capacity" and row["reported"][1] is not None
    }
    for row in section.get("leave_one_out") or ():
        at = row["at"]
        if "cycle" in at and "c_rate" in at:
            basis, told = basis_of(row, origins) or "published", {"c_rate": at["c_rate"]}
            for series in _reported(row, CYCLES.name, float(at["cycle"]), told, ceilings.get(row["binder"])):
                yield Curve(str(row["binder"]), basis, series)


def _rates(section: Mapping[str, Any]) -> Iterator[Curve]:
    for row in section.get("rate") or ():
        yield _simulated(row, RATES.name, {})
    origins = section.get("origins") or ()
    for row in section.get("leave_one_out") or ():
        at = row["at"]
        if "cycle" not in at and "c_rate" in at:
            for series in _reported(row, RATES.name, float(at["c_rate"]), {}, None):
                yield Curve(str(row["binder"]), basis_of(row, origins) or "published", series)


def _voltages(section: Mapping[str, Any]) -> Iterator[Curve]:
    for row in section.get("voltage") or ():
        x, y = (np.asarray(row[name], dtype=np.float64) for name in ("x", "value"))
        at = {name: row[name] for name in ("cycle", "half", "c_rate")}
        yield Curve(str(row["binder"]), "simulated", Series(VOLTAGES.name, x, y, at=at))


def _simulated(row: Mapping[str, Any], figure: str, at: Mapping[str, Any]) -> Curve:
    x, y, lower, upper = (np.asarray(row[name], dtype=np.float64) for name in ("x", "value", "lower", "upper"))
    return Curve(str(row["binder"]), "simulated", Series(figure, x, y, at=at, lower=lower, upper=upper))


def _reported(
    row: Mapping[str, Any], figure: str, x: float, at: Mapping[str, Any], ceiling: float | None
) -> Iterator[Series]:
    """A point for a number, points joined by a line for two that differ, a line up to the ceiling for a bound."""
    low, high = row["reported"]
    ends = [end for end in dict.fromkeys((low, high)) if end is not None]
    if len(ends) == 2 or low == high:
        yield Series(figure, np.full(len(ends), x), np.array(ends, dtype=np.float64), at=at, kind="points")
    foot, head = (0.0 if low is None else low), (ceiling if high is None else high)
    if low != high and head is not None and head > foot:
        yield Series(figure, np.full(2, x), np.array([foot, head], dtype=np.float64), at=at, kind="line")
