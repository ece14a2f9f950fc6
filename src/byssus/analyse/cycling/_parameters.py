"""What the cycling of a cell may be told, and what of it makes sense."""

from __future__ import annotations

from byssus.analyse.technique import Parameter, Specimen
from byssus.errors import AnalysisError, MissingInput, Problem

__all__ = ["PARAMETERS", "share_of_life", "whole_number", "window"]

END_OF_LIFE = 0.8
STEP_V, WIDTH_V = 0.005, 0.02
SMALLEST_STEP_V = 1e-4  # finer than any cycler's voltage

PARAMETERS = (
    Parameter(
        "cell",
        "text",
        "half: against lithium, positive current delithiates; full: against a cathode",
        choices=("half", "full"),
    ),
    Parameter("mass", "kg", "mass of active material in the electrode; without it there is no specific capacity"),
    Parameter("mass_uncertainty", "kg", "standard uncertainty of that mass"),
    Parameter("silicon_share", "1", "mass fraction of silicon in the active material; capacities are then per silicon"),
    Parameter("area", "m^2", "geometric area of the electrode"),
    Parameter("one_c", "C/kg", "the specific capacity that 1 C means, per the same mass as the capacities"),
    Parameter(
        "reference_cycle", "1", "cycle that retention refers to", default=1.0, source="convention: the first cycle"
    ),
    Parameter(
        "formation_cycles",
        "1",
        "how many cycles are formation; found from a clearly lower current unless given, 0 for none",
        positive=False,
    ),
    Parameter(
        "end_of_life",
        "1",
        "share of the reference cycle's capacity below which the cell's life ends",
        default=END_OF_LIFE,
        source="convention: 80 %",
    ),
    Parameter(
        "voltage_step",
        "V",
        "grid on which the differential capacity is computed",
        default=STEP_V,
        source="of the order of a cycler's voltage accuracy",
    ),
    Parameter(
        "smoothing",
        "V",
        "window over which the differential capacity is smoothed",
        default=WIDTH_V,
        source="below the width of the peaks of silicon and graphite, above usual voltage noise",
    ),
)


def whole_number(specimen: Specimen, name: str, default: int, least: int) -> int:
    """A parameter that counts; :class:`MissingInput` where it is no whole number or below ``least``."""
    number = specimen.get(name, default)
    if number != int(number) or number < least:
        what = "a cycle's number" if least else "a number of cycles"
        raise MissingInput(Problem(f"{name} is not {what}", specimen.name, f"{number:g}", f"{least}, {least + 1}, ..."))
    return int(number)


def share_of_life(specimen: Specimen) -> float:
    """The share of the capacity at which a cell's life ends; :class:`AnalysisError` unless between 0 and 1."""
    share = float(specimen.get("end_of_life", END_OF_LIFE))
    if not 0 < share < 1:
        mend = f"Write {share / 100:g} or '{share:g} %'." if 1 <= share < 100 else ""
        raise AnalysisError(Problem("end_of_life is not a share", specimen.name, f"{share:g}", "0 to 1", mend))
    return share


def window(specimen: Specimen) -> tuple[float, float]:
    """Grid and window of the differential capacity, in V."""
    step_v, width_v = (float(specimen.get(name, v)) for name, v in (("voltage_step", STEP_V), ("smoothing", WIDTH_V)))
    if not SMALLEST_STEP_V <= step_v <= width_v:
        mend = "Give a smoothing of two steps or more, and a step of 0.1 mV or more."
        got = f"a step of {step_v * 1e3:g} mV, a smoothing of {width_v * 1e3:g} mV"
        raise AnalysisError(Problem("voltage_step and smoothing do not fit", specimen.name, got, mend=mend))
    return step_v, width_v
