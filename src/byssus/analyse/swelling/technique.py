"""Electrode swelling: layer thickness from readings or micrographs, expansions by state, cracks of a top view."""

from __future__ import annotations

from byssus.analyse.electrode_state import state_in
from byssus.analyse.swelling import _readings as readings
from byssus.analyse.swelling._micrograph import SECTION, VIEWS, MicrographResult, analyse_micrograph
from byssus.analyse.swelling._picture_findings import FIGURES, picture_findings, picture_series
from byssus.analyse.swelling._readings import SwellingResult
from byssus.analyse.swelling._states import across, series_across
from byssus.analyse.technique import Parameter, Specimen, Technique
from byssus.figure import Series
from byssus.findings import Finding
from byssus.trace import Trace

__all__ = ["TECHNIQUE", "analyse", "findings", "series"]

Result = SwellingResult | MicrographResult


def analyse(trace: Trace, specimen: Specimen) -> Result:
    """Readings (columns ``thickness_m``, ``state``) by state, or one micrograph (``grey``).

    Raises :class:`AnalysisError` for no reading, no known state, or a parameter that makes no sense.
    """
    return analyse_micrograph(trace, specimen) if "grey" in trace else readings.analyse(trace, specimen)


def findings(result: Result) -> tuple[Finding, ...]:
    """Thickness (m) and expansions (1) of readings; thickness and roughness, or cracks, of a micrograph."""
    return picture_findings(result) if isinstance(result, MicrographResult) else readings.findings(result)


def series(result: Result) -> tuple[Series, ...]:
    """Bars by state of readings; the picture of a micrograph with what was found on it."""
    return picture_series(result) if isinstance(result, MicrographResult) else readings.series(result)


PARAMETERS = (
    Parameter("collector_thickness", "m", "Taken off every reading; needed where readings include the collector."),
    Parameter("view", "text", "What a micrograph shows.", default=SECTION, choices=VIEWS),
    Parameter(
        "state", "text",
        "State of the electrode in a micrograph: pristine, lithiated, delithiated; where the conditions do not say it. "
        "Without a study one word for each file, or the files' names: `state=pristine,lithiated`.",
    ),
    Parameter("pixel_size", "m", "Width of a micrograph's pixel, where the file says none or another."),
    Parameter(
        "tilt", "rad",
        "Angle between beam and surface normal in a cross-section cut at right angles to the surface (52° in many a "
        "focused-ion-beam microscope): heights are divided by its sine. None for a face seen straight on.",
    ),
    Parameter(
        "edges", "text",
        "The layer's edges by hand, as depths below the picture's top: `top 12.3 µm, bottom 45.6 µm`, or points "
        "`top (0 µm, 12.3 µm) (20 µm, 12.9 µm), bottom 400 px`.",
    ),
    Parameter("crop", "text", "What is cut off a micrograph's sides first: `top 10 px, right 2 µm`."),
)  # fmt: skip

TECHNIQUE = Technique(
    name="swelling",
    title="Electrode swelling",
    summary="Expansion of an electrode layer after lithiation and delithiation, and the recovered share; from "
    "thickness readings or from cross-sections in which the layer is found. Cracks from top views.",
    columns=(),
    optional_columns=("thickness_m", "state", "specimen", "replicate", "grey"),
    parameters=PARAMETERS,
    analyse=analyse,
    findings=findings,
    series=series,
    figures=(*readings.FIGURES, *FIGURES),
    files="micrographs (TIFF, PNG, JPEG, BMP with their scale), or a table (csv or xlsx) of thickness and state",
    key_quantities=("expansion_after_lithiation", "expansion_after_delithiation", "thickness_recovery"),
    across=across,
    conditions={"state": state_in},
    series_across=series_across,
)
