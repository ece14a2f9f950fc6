"""SAICAS: steady force, adhesion per width, shear strength and the interface's depth, from one blade's record."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from byssus.analyse.force_curve import refuse_nonsense
from byssus.analyse.saicas._cutting import Cutting, cutting_of
from byssus.analyse.saicas._findings import all_findings, course_series
from byssus.analyse.saicas._given import PARAMETERS, stated_window
from byssus.analyse.saicas._record import Record, record_of
from byssus.analyse.saicas._shear import Shear, shear_of_descent, shear_of_window
from byssus.analyse.saicas._steady import DEPTH_SHARE, Steady, steady_window, window_mean
from byssus.analyse.technique import Specimen, Technique
from byssus.errors import AnalysisError, Problem
from byssus.figure import Axis, Figure, Series
from byssus.findings import Finding
from byssus.laws.cutting import descent_angle
from byssus.trace import Trace

__all__ = ["TECHNIQUE", "SaicasResult", "analyse", "findings", "series"]

APART = 0.2  # of the force that cutting would take: peeling is told from cutting by more than this
SURE = 3.0  # ... and by more than this many standard uncertainties
AT_INTERFACE = 0.1  # of the coating's thickness: a blade this near its bottom is at the interface
WIDEST_M = 0.1  # blades have 0.3 to 4 mm; beyond, a unit does not fit its number


@dataclass(frozen=True)
class SaicasResult:
    """The record, its steady part, the descent and what follows; ``None`` with a reason where one is not there.

    ``mode`` is what the blade does in the steady part; ``mode_words`` say how that is known.
    """

    record: Record
    steady: Steady | None
    no_steady: str
    stated: bool
    cutting: Cutting | None
    no_cutting: str
    mode: Literal["cut", "peel", ""]
    mode_words: str
    shear: Shear | None
    width_m: float | None
    rake_rad: float | None
    warnings: tuple[str, ...]


def analyse(trace: Trace, specimen: Specimen) -> SaicasResult:
    """The steady part, the mode and the shear strength, from ``horizontal_force_n`` and ``depth_m``.

    The course is ``displacement_m`` or ``time_s``; ``vertical_force_n`` is used where it is there. The steady part is
    found (:func:`steady_window`) unless ``window_from`` or ``window_to`` say it. Raises :class:`AnalysisError` for
    nonsense: columns swapped, no width, a window outside the record.
    """
    right, inf = math.pi / 2 * (1 - 1e-9), math.inf
    names = {"blade_width": WIDEST_M, "shear_angle": right, "rake_angle": right, "clearance": right}
    refuse_nonsense(specimen, names | {"chip_ratio": inf, "coating_thickness": inf})
    r = record_of(trace)
    if specimen.get("vertical_positive") == "in" and r.vertical_n is not None:
        r = replace(r, vertical_n=-r.vertical_n)
    window = stated_window(r, specimen)
    if window is None:
        steady, why = steady_window(r)
    else:
        steady, why = _at(r, *window), ""
    cutting, no_cutting = cutting_of(r, steady.start if steady else float(r.course[-1]))
    mode, words = _mode(steady, cutting, specimen)
    shear = shear_of_descent(cutting, specimen) if cutting else None
    if shear is None and mode == "cut" and steady is not None:
        shear = shear_of_window(r, steady, specimen)
    return SaicasResult(
        r, steady, why, window is not None, cutting, no_cutting, mode, words, shear, specimen.get("blade_width"),
        specimen.get("rake_angle"), (*r.warnings, *_doubts(r, steady, cutting, specimen)),
    )  # fmt: skip


def _at(r: Record, start: float, end: float) -> Steady:
    steady = window_mean(r, start, end)
    if steady is None or not steady.mean_n > 0:
        got = "fewer than 12 rows" if steady is None else f"a mean force of {steady.mean_n:.4g} N"
        raise AnalysisError(
            Problem(
                "the stated window holds no steady force", r.where, got, "a force above zero",
                "Mend window_from or window_to.",
            )
        )  # fmt: skip
    return steady


def _mode(steady: Steady | None, cutting: Cutting | None, specimen: Specimen) -> tuple[Literal["cut", "peel", ""], str]:
    """What the blade does in the steady part: as stated, by its depth in the coating, or by its force."""
    said, thickness = str(specimen.get("mode", "auto")), specimen.get("coating_thickness")
    if said == "peel":
        return "peel", "peeling, as stated"
    if said == "cut":
        return "cut", "cutting, as stated"
    if steady is None:
        return "", "there is no steady part"
    if thickness is not None:
        share = steady.depth_m / float(thickness)
        at = f"at {share:.0%} of the coating's thickness"
        return ("peel", f"peeling: the blade runs {at}") if share >= 1 - AT_INTERFACE else ("cut", f"cutting {at}")
    if cutting is None:
        return "", "whether the blade cuts or peels there cannot be told from a record without its descent: give mode"
    expected, u = cutting.at(steady.depth_m)
    apart = (steady.mean_n - expected) / expected if expected > 0 else math.inf
    sure = abs(steady.mean_n - expected) > SURE * math.hypot(u, steady.uncertainty_n)
    than = f"the force is {abs(apart):.0%} {'less' if apart < 0 else 'more'} than cutting at that depth would take"
    if apart < -APART and sure:
        return "peel", f"peeling: {than}"
    if abs(apart) <= APART:
        return "cut", f"cutting: {than}"
    return "", f"{than}: neither cutting nor peeling by that alone; give mode or coating_thickness"


def _doubts(r: Record, steady: Steady | None, cutting: Cutting | None, specimen: Specimen) -> tuple[str, ...]:
    """What stands against taking the numbers at their word."""
    said = []
    if steady is not None:
        if steady.drifts:
            said.append(f"the force drifts by {steady.drift_n / steady.mean_n:+.0%} of its mean: it is not steady")
        if abs(steady.depth_change_m) > DEPTH_SHARE * abs(steady.depth_m):
            said.append(f"the depth changes by {steady.depth_change_m * 1e6:+.3g} µm over the stated window")
        thickness = specimen.get("coating_thickness")
        if thickness is not None and steady.depth_m > (1 + AT_INTERFACE) * float(thickness):
            share = steady.depth_m / float(thickness)
            said.append(f"the blade runs at {share:.0%} of the coating's thickness: it is in the collector")
    clearance = specimen.get("clearance")
    if clearance is not None and cutting is not None and r.course_name == "displacement_m":
        travel = np.interp([cutting.depth_m[0], cutting.depth_m[-1]], *_descending(r))
        angle = descent_angle(float(cutting.depth_m[-1] - cutting.depth_m[0]), float(np.ptp(travel)))
        if angle > float(clearance):
            said.append(
                f"the blade goes down at {math.degrees(angle):.3g}°, more than its clearance of "
                f"{math.degrees(float(clearance)):.3g}°: its flank rubs, and the forces hold that too"
            )
    return tuple(said)


def _descending(r: Record) -> tuple[np.ndarray, np.ndarray]:
    deepest = int(np.argmax(r.depth_m)) + 1
    depth = np.maximum.accumulate(r.depth_m[:deepest])
    return depth, r.course[:deepest]


def findings(result: SaicasResult) -> tuple[Finding, ...]:
    """Steady forces (N) and their spread, adhesion per width (N/m), shear strength (Pa), depth of the interface (m)."""
    return all_findings(result)


def series(result: SaicasResult) -> tuple[Series, ...]:
    """Forces over the course with the steady part marked, over depth, and the shear strength over depth."""
    return course_series(result)


FORCE, DEPTH = Axis("cutting_force"), Axis("cutting_depth")
MARKED = "the level line is the mean over the steady part, its ends ticked above."
FIGURES = (
    Figure(
        "saicas_distance", "Forces along the cut", Axis("cutting_distance"), FORCE, panels="binder", vary="force",
        caption=f"Horizontal and vertical force over the distance travelled; {MARKED}",
    ),
    Figure(
        "saicas_time", "Forces along the cut", Axis("cutting_time"), FORCE, panels="binder", vary="force",
        caption=f"Horizontal and vertical force over time; {MARKED}",
    ),
    Figure(
        "saicas_depth", "Force over depth", DEPTH, FORCE, panels="binder", vary="force",
        caption="Forces over the depth of the blade: a rising line is cutting, its end the change to peeling.",
    ),
    Figure(
        "shear_profile", "Shear strength over depth", DEPTH, Axis("shear_strength", from_zero=True), "points",
        caption="Shear load over width and depth, in bins of depth; bars: standard uncertainties. A wrong zero of "
        "depth bends it near the surface, which the slope that gives the shear strength does not see.",
    ),
)  # fmt: skip

TECHNIQUE = Technique(
    name="saicas",
    title="Surface and interfacial cutting (SAICAS)",
    summary=(
        "A blade cuts into the coating and then peels it off along the interface. The steady part is found by a stated "
        "rule; adhesion is the horizontal force there over the blade's width, shear strength the slope of force on "
        "depth before it."
    ),
    columns=("horizontal_force_n", "depth_m"),
    optional_columns=("vertical_force_n", "displacement_m", "time_s"),
    files="delimited text or xlsx of horizontal force, vertical force and depth over time",
    parameters=PARAMETERS,
    analyse=analyse,
    findings=findings,
    series=series,
    figures=FIGURES,
    key_quantities=("saicas_force", "adhesion_per_width", "shear_strength"),
)
