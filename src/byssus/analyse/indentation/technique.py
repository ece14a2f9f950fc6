"""Indentation: contact stiffness, modulus and hardness from unloading (Oliver and Pharr, doi:10.1557/JMR.2004.0002).

Depth is corrected for thermal drift (from a hold at low load) and for the frame; each unloading is fitted by
P = a (h - hf)^m in a stated window. Each indent of a file is a specimen of its own; those of a reference material
together calibrate the tip or the frame, where that is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence

from byssus.analyse.indentation._calibration import AreaCalibration, FrameCalibration, calibrated
from byssus.analyse.indentation._curves import area_series, frame_series, indent_series
from byssus.analyse.indentation._findings import across, all_findings
from byssus.analyse.indentation._indent import IndentationResult, analyse_indent
from byssus.analyse.indentation._settings import (
    BY_EXPONENT,
    CALIBRATES,
    DRIFTS,
    WINDOW,
    ZEROS,
    calibrates,
    settings_of,
)
from byssus.analyse.indentation._told import area_findings, frame_findings
from byssus.analyse.technique import Parameter, Specimen, Technique
from byssus.errors import AnalysisError, Problem
from byssus.figure import Axis, Figure, Series
from byssus.findings import Finding
from byssus.laws.indentation import DIAMOND
from byssus.trace import Trace

__all__ = ["TECHNIQUE", "IndentationResult", "analyse", "findings", "series", "together"]

Result = IndentationResult | FrameCalibration | AreaCalibration


def analyse(trace: Trace, specimen: Specimen) -> Result:
    """Unloadings of one indent from ``force_n`` and ``depth_m`` (or ``displacement_m``), with ``time_s`` for drift.

    Where ``calibrate`` asks for it, what this indent calibrates instead. Raises :class:`AnalysisError` where nothing
    is loaded and unloaded or a setting makes no sense.
    """
    settings = settings_of(trace, specimen)
    if settings.calibrate != CALIBRATES[0]:
        return calibrated([trace], settings)
    return analyse_indent(trace, settings)


def together(traces: Sequence[Trace], specimen: Specimen) -> Result:
    """What all indents of a reference material calibrate; indents of a sample stay specimens of their own."""
    if not joins(specimen):
        got = f"{len(traces)} indents that calibrate nothing"
        mend = f"Leave them apart, or give calibrate = '{CALIBRATES[1]}' or '{CALIBRATES[2]}'."
        raise AnalysisError(Problem("each indent is a specimen of its own", specimen.name, got, mend=mend))
    return calibrated(traces, settings_of(traces[0], specimen))


def joins(specimen: Specimen) -> bool:
    """Whether the indents of a file make one result: those of a reference do."""
    return calibrates(specimen) != CALIBRATES[0]


def findings(result: Result) -> tuple[Finding, ...]:
    """Load, depth, stiffness, modulus and hardness of every unloading; or what was calibrated. SI units."""
    if isinstance(result, FrameCalibration):
        return frame_findings(result)
    if isinstance(result, AreaCalibration):
        return area_findings(result)
    return all_findings(result)


def series(result: Result) -> tuple[Series, ...]:
    """Load against corrected depth, the fitted law over its window, and modulus and hardness along the depth."""
    if isinstance(result, FrameCalibration):
        return frame_series(result)
    if isinstance(result, AreaCalibration):
        return area_series(result)
    return indent_series(result)


PARAMETERS = (
    Parameter("poisson_ratio", "1", "Poisson's ratio of the sample; else the file's header.", positive=False),
    Parameter(
        "area_function", "text", "Area of the tip: C0, C1, C2, ... of A = C0 hc^2 + C1 hc + C2 hc^(1/2) + ... in nm "
        "and nm^2; else the file's header, else the ideal Berkovich tip.",
    ),
    Parameter("cone_angle", "rad", "Half-angle of an ideal cone, instead of an area function."),
    Parameter(
        "epsilon", "text", f"The factor of hc = h - epsilon P/S: a number, or '{BY_EXPONENT}' of unloading.",
        BY_EXPONENT, source="doi:10.1557/JMR.2002.0386",
    ),
    Parameter("beta", "1", "Factor of a tip that is not round.", 1.0, source="convention; 1.034 is usual too"),
    Parameter(
        "unloading_from", "1", "Share of the load at which the fit of unloading begins.", WINDOW[0],
        source="convention: what comes before still creeps",
    ),
    Parameter("unloading_to", "1", "Share of the load at which the fit ends.", WINDOW[1], source="convention"),
    Parameter("zero", "text", "Where depth and load count from.", ZEROS[0], ZEROS),
    Parameter("drift", "text", "Whether the drift found in a hold at low load is taken off.", DRIFTS[0], DRIFTS),
    Parameter(
        "frame_compliance", "m/N", "Compliance of the frame that the data still hold; may be negative.",
        positive=False,
    ),
    Parameter("tip_modulus", "Pa", "Young's modulus of the tip.", DIAMOND[0], source="doi:10.1557/JMR.1992.1564"),
    Parameter(
        "tip_poisson", "1", "Poisson's ratio of the tip.", DIAMOND[1], positive=False,
        source="doi:10.1557/JMR.1992.1564",
    ),
    Parameter("coating_thickness", "m", "Thickness of a coating; beyond a tenth of it the substrate speaks."),
    Parameter(
        "frame_compliance_uncertainty", "m/N", "Its standard uncertainty, taken into that of every number.",
    ),
    Parameter("area_uncertainty", "1", "Relative standard uncertainty of the area function, taken in likewise."),
    Parameter(
        "calibrate", "text", "What the indents of a reference material, all of a file together, calibrate for reuse.",
        CALIBRATES[0], CALIBRATES,
    ),
    Parameter(
        "reference_modulus", "Pa", "Known reduced modulus of the reference, for an area function (69.6 GPa for fused "
        "silica); given alone, it asks for one.",
    ),
    Parameter(
        "calibrate_from", "m", "Depth from which contacts calibrate; else half the deepest for the frame, a twentieth "
        "for the tip.",
    ),
    Parameter("continuous_from", "m", "Depth from which continuous stiffness is averaged; else the file's header."),
    Parameter("continuous_to", "m", "Depth to which it is averaged; else the file's header."),
)  # fmt: skip
DEPTH = Axis("contact_displacement")
FIGURES = (
    Figure(
        "load_depth", "Load against depth", DEPTH, Axis("contact_load", from_zero=True), panels="binder", vary="part",
        caption="Load against depth, corrected for drift and frame; one curve an indent, and over the window of "
        "unloading the power law fitted to it.",
    ),
    Figure(
        "modulus_depth", "Reduced modulus along the depth", DEPTH, Axis("reduced_modulus", from_zero=True),
        caption="From the stiffness that an oscillation measures while loading.",
    ),
    Figure(
        "hardness_depth", "Hardness along the depth", DEPTH, Axis("hardness", from_zero=True),
        caption="From the stiffness that an oscillation measures while loading.",
    ),
    Figure(
        "frame_line", "Compliance of contact and frame", Axis("inverse_root_area", from_zero=True),
        Axis("contact_compliance"), kind="points", panels="binder", vary="part",
        caption="Contacts of a reference material; where the line meets an infinite contact, the frame is left.",
    ),
    Figure(
        "tip_area", "Area of the tip over that of an ideal Berkovich tip", Axis("contact_depth", scale="log"),
        Axis("tip_area_ratio"), kind="points", panels="binder", vary="part",
        caption="Areas that the known modulus of a reference material implies, and the function through them.",
    ),
)  # fmt: skip
TECHNIQUE = Technique(
    name="indentation",
    title="Indentation",
    summary=(
        "Contact stiffness, reduced modulus and hardness by Oliver and Pharr. The power law of unloading is fitted in "
        f"{WINDOW[0]:.0%} to {WINDOW[1]:.0%} of the load; how much other windows would change the stiffness stands "
        "beside it. Uncertainties of one indent are those of fit and noise; tip and zero are not in them."
    ),
    columns=("force_n",),  # depth_m or displacement_m besides; `analyse` says so
    optional_columns=("depth_m", "displacement_m", "time_s", "contact_stiffness_n_per_m"),
    parameters=PARAMETERS,
    analyse=analyse,
    findings=findings,
    series=series,
    figures=FIGURES,
    files="Keysight xls(x), Hysitron .hld, Fischerscope text, HDF5, delimited text",
    key_quantities=("reduced_modulus", "hardness", "contact_stiffness", "indentation_depth"),
    together=together,
    joins=joins,
    across=across,
)
