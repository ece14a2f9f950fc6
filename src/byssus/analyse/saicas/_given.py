"""What a person says of a SAICAS test: the blade, the coating, and the window where the force is steady."""

from __future__ import annotations

from byssus.analyse.saicas._record import COURSES, Record
from byssus.analyse.technique import Parameter, Specimen
from byssus.errors import AnalysisError, Problem, UnitError
from byssus.units import parse_quantity

__all__ = ["PARAMETERS", "stated_window"]

PARAMETERS = (
    Parameter(
        "blade_width", "m", "Width of the cut, as wide as the blade.", blocks="adhesion per width, shear strength"
    ),
    Parameter(
        "mode", "text",
        "What the blade does where the force is steady; auto tells by the depth in the coating or by the force.",
        "auto", ("auto", "cut", "peel"),
        source="cutting would take a force that rises with depth by Merchant, doi:10.1063/1.1707586",
    ),
    Parameter(
        "shear_angle", "rad",
        "Angle of the shear plane, e.g. '45 °'; else from the chip, else by least force from both forces.",
    ),
    Parameter(
        "vertical_positive", "text",
        "Which way the recorded vertical force counts as positive: out where the layer pushes the blade out, in where "
        "it draws it in.",
        "out", ("out", "in"), source="the sign of Merchant's thrust, doi:10.1063/1.1707586",
    ),
    Parameter("chip_ratio", "1", "Depth of cut over thickness of the chip; with rake_angle it gives the shear angle."),
    Parameter("rake_angle", "rad", "Rake angle of the blade, e.g. '20 °'; with it the friction on the blade is told."),
    Parameter("clearance", "rad", "Clearance angle of the blade; a steeper descent is warned of, its flank rubs."),
    Parameter("coating_thickness", "m", "Thickness of the coating; a blade at that depth peels."),
    Parameter("window_from", "text", "Where the steady part begins, as recorded: '80 um' or '40 s'; else it is found."),
    Parameter("window_to", "text", "Where the steady part ends, as recorded: '180 um' or '90 s'; else it is found."),
)  # fmt: skip


def stated_window(r: Record, specimen: Specimen) -> tuple[float, float] | None:
    """The window as stated, on the record's course; an end left open is the record's. ``None`` where none is stated.

    Raises :class:`AnalysisError` for a text that is neither a distance nor a time, for one the record does not have,
    and for a window outside the record.
    """
    if specimen.get("window_from") is None and specimen.get("window_to") is None:
        return None
    ends = [float(r.course[0]), float(r.course[-1])]
    for k, name in enumerate(("window_from", "window_to")):
        text = specimen.get(name)
        if text is not None:
            ends[k] = _place(r, str(text), f"{specimen.name}: {name}".removeprefix(": "))
    start, end = max(ends[0], float(r.course[0])), min(ends[1], float(r.course[-1]))
    if not start < end:
        got = (
            f"{ends[0]:.6g} to {ends[1]:.6g} {r.unit} in a record from {r.course[0]:.6g} to {r.course[-1]:.6g} {r.unit}"
        )
        mend = "Mend window_from or window_to."
        raise AnalysisError(Problem("the stated window lies outside the record", r.where, got, "a part of it", mend))
    return start, end


def _place(r: Record, text: str, where: str) -> float:
    import numpy as np

    courses = {r.course_name: r.course, **r.others}
    for name, unit in COURSES.items():
        try:
            value = parse_quantity(text, unit, where=where)
        except UnitError:
            continue
        if name not in courses:
            has = " and ".join(COURSES[known] for known in courses)
            raise AnalysisError(
                Problem(f"the record has no '{name}' to find the window by", where, f"'{text}'", f"a value in {has}")
            )
        return float(np.interp(value, courses[name], r.course, left=-np.inf, right=np.inf))
    raise AnalysisError(
        Problem("neither a distance nor a time", where, f"'{text}'", "a number with its unit: '80 um', '40 s'")
    )
