"""One micrograph: the layer of a cross-section, or the cracks of a top view."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.electrode_state import state_of
from byssus.analyse.swelling._cracks import Cracks, find_cracks
from byssus.analyse.swelling._layer import LEAST_CONTRAST, find_layer
from byssus.analyse.swelling._marks import crop_of, edges_of
from byssus.analyse.technique import Specimen
from byssus.errors import AnalysisError, Problem
from byssus.figure import shrink
from byssus.laws.statistics import fit_line, independent_points, interval_95, welch_satterthwaite
from byssus.trace import Trace

__all__ = ["TOP", "VIEWS", "Layer", "MicrographResult", "analyse_micrograph"]

Floats = NDArray[np.float64]
SECTION, TOP = VIEWS = ("cross-section", "top")
MOST_PIXELS = 2_500_000  # looked through; a larger picture is averaged over whole blocks first
SAME_PIXEL = 5e-3  # relative: pixel sizes that differ less are one
TILTED = math.radians(5.0)  # a stage tilt that foreshortens by more than 0.4 %
STRETCH = (0.5, 99.5)  # percentiles of grey that become black and white in the report
ROUNDING = math.sqrt(3.0)  # limits of equal likelihood as a standard uncertainty, GUM 4.3.7


@dataclass(frozen=True)
class Layer:
    """A layer along the width: places and edges as they lie in the picture (m), thickness corrected for tilt and lean.

    ``standard_uncertainty`` and ``interval`` of the mean are ``None`` for edges by hand. ``ra_m``, ``rq_m`` are of the
    top edge about its straight line. ``averaged_m`` is the width over which columns were averaged, ``blur_px`` the
    blur of both edges, ``points`` how many independent places the width is worth.
    """

    x_m: Floats
    top_m: Floats
    bottom_m: Floats
    thickness_m: Floats
    mean_m: float
    spread_m: float
    standard_uncertainty: float | None
    interval: tuple[float, float] | None
    ra_m: float
    rq_m: float
    points: float
    averaged_m: float = 0.0
    blur_px: tuple[float, float] = (0.0, 0.0)
    contrast: tuple[float, float] | None = None


@dataclass(frozen=True)
class MicrographResult:
    """What one micrograph shows; ``why`` says why there is no layer, or no cracks can be told.

    ``pixel_m`` are a pixel's width and height, NaN where nobody says. ``picture`` is for the report.
    """

    view: str
    state: str
    pixel_m: tuple[float, float]
    picture: NDArray[np.uint8]
    extent_m: tuple[float, float] | None
    layer: Layer | None
    cracks: Cracks | None
    why: str
    method: tuple[str, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class _Seen:
    """The picture as it is looked through: greys ``(rows, columns)``, its pixel, and where it lies in the whole."""

    grey: Floats
    pixel_m: tuple[float, float]
    block: int
    offset_px: tuple[int, int]


def analyse_micrograph(trace: Trace, specimen: Specimen) -> MicrographResult:
    """Layer or cracks of one micrograph, as ``view`` says.

    Raises :class:`AnalysisError` for a parameter that makes no sense, ``MissingInput`` for lengths without pixel size.
    """
    view = str(specimen.get("view", SECTION))
    if view not in VIEWS:
        raise AnalysisError(Problem("no such view", trace.source.path, view, " or ".join(VIEWS)))
    pixel, warnings = _pixel(trace, specimen)
    word = str(specimen.get("state", ""))
    seen, method = _seen(trace, specimen, pixel)
    layer, cracks, why = None, None, ""
    if view == TOP:
        cracks = find_cracks(seen.grey)
        why = "" if cracks is not None else "the picture has one grey only"
    else:
        factor, said = _tilt(trace, specimen)
        warnings += said
        method += (f"heights divided by sin {math.degrees(math.asin(1 / factor)):.4g}°",) if factor != 1 else ()
        layer, why = _layer(seen, specimen, trace.source.path, factor)
    extent = (seen.grey.shape[1] * seen.pixel_m[0], seen.grey.shape[0] * seen.pixel_m[1])
    known = extent if all(0 < side < math.inf for side in extent) else None
    return MicrographResult(
        view, state_of(word) or word, pixel, _for_report(seen.grey), known, layer, cracks, why, method,
        (*trace.warnings, *warnings),
    )  # fmt: skip


def _pixel(trace: Trace, specimen: Specimen) -> tuple[tuple[float, float], tuple[str, ...]]:
    """A pixel's width and height in m: what was given, else what the file says, else NaN."""
    written = float(trace.metadata.get("pixel_size_m", math.nan))
    height = float(trace.metadata.get("pixel_height_m", written))
    given = specimen.get("pixel_size")
    if given is None:
        return (written, height), ()
    value = float(given)
    if not 0 < value < 1e-3:
        raise AnalysisError(Problem("pixel_size makes no sense", trace.source.path, f"{value:g} m", "such as 12.5 nm"))
    if written > 0 and abs(value / written - 1) > SAME_PIXEL:
        said = f"pixel_size is given as {value * 1e9:.6g} nm; the file says {written * 1e9:.6g} nm"
        return (value, value * height / written), (said,)
    return (value, value * (height / written if written > 0 else 1.0)), ()


def _seen(trace: Trace, specimen: Specimen, pixel: tuple[float, float]) -> tuple[_Seen, tuple[str, ...]]:
    rows, columns = (int(n) for n in trace.metadata["picture_shape"])
    grey = np.asarray(trace["grey"]).reshape(rows, columns)
    method: tuple[str, ...] = ()
    if bar := int(trace.metadata.get("databar_rows", 0)):
        method += (f"data bar of {bar} rows cut off ({trace.metadata.get('databar_from', '')})",)
    offset = (0, 0)
    if crop := str(specimen.get("crop", "")):
        left = crop_of(crop, (rows, columns), pixel, trace.source.path)
        grey, offset = grey[left], (left[0].start, left[1].start)
        method += (f"cut to rows {left[0].start} to {left[0].stop}, columns {left[1].start} to {left[1].stop}",)
    block = math.ceil(math.sqrt(grey.size / MOST_PIXELS))
    if block > 1:
        high, wide = (n - n % block for n in grey.shape)
        shape = (high // block, block, wide // block, block)
        values = grey[:high, :wide].reshape(shape).mean(axis=(1, 3), dtype=np.float64)
        method += (f"averaged over {block} x {block} pixels first",)
    else:
        values = grey.astype(np.float64)
    return _Seen(values, (pixel[0] * block, pixel[1] * block), block, offset), method


def _tilt(trace: Trace, specimen: Specimen) -> tuple[float, tuple[str, ...]]:
    """By what heights are multiplied, 1/sin(tilt) of a face at right angles to the surface; and what is odd."""
    given = specimen.get("tilt")
    corrected = trace.metadata.get("tilt_corrected") is True
    stage = abs(float(trace.metadata.get("stage_tilt_rad", 0.0)))
    if given is None:
        if corrected or stage < TILTED:
            return 1.0, ()
        said = f"the stage was tilted by {math.degrees(stage):.3g}°; heights are as in the picture unless tilt is given"
        return 1.0, (said,)
    value = float(given)
    if not 0 < value <= math.pi / 2:
        got = f"{math.degrees(value):g}°"
        raise AnalysisError(Problem("tilt makes no sense", trace.source.path, got, "above 0° and at most 90°"))
    if corrected:
        return 1.0, ("the microscope corrected for tilt already: tilt is not taken a second time",)
    return 1 / math.sin(value), ()


def _layer(seen: _Seen, specimen: Specimen, where: str, factor: float) -> tuple[Layer | None, str]:
    """The layer by hand where edges are given, else as found; or why there is none."""
    columns = seen.grey.shape[1]
    x = np.arange(columns, dtype=np.float64) + 0.5
    if words := str(specimen.get("edges", "")):
        whole = (seen.pixel_m[0] / seen.block, seen.pixel_m[1] / seen.block)
        lines = edges_of(words, whole, where)
        along = x * seen.block + seen.offset_px[1]
        top, bottom = ((line.at(along) - seen.offset_px[0]) / seen.block for line in lines)
        keep = np.isfinite(top) & np.isfinite(bottom)
        if keep.sum() < 2 or not np.all(bottom[keep] > top[keep]):
            what = "the edges by hand leave no layer"
            raise AnalysisError(Problem(what, where, f"'{words[:80]}'", "bottom below top, over places of the picture"))
        return _measured(seen, x[keep], top[keep], bottom[keep], factor), ""
    found = find_layer(seen.grey)
    if found is None:
        return None, "the picture has one grey only, or is too small"
    if not found.apart:
        return (
            None,
            "one edge only is told, where a layer has two: show collector, layer and what is above, or give edges",
        )
    if not found.told:
        return None, (
            f"no layer is told: its edges step {found.contrast[0]:.2g} and {found.contrast[1]:.2g} times as far as the "
            f"best other line across the picture, and {LEAST_CONTRAST:g} is asked; crop it to collector, layer and "
            "what is above, or give edges"
        )
    layer = _measured(seen, x, found.top, found.bottom, factor, (found.blur, found.width, found.contrast))
    return layer, ""


def _measured(
    seen: _Seen, x: Floats, top: Floats, bottom: Floats, factor: float, found: tuple[Any, int, Any] | None = None
) -> Layer:
    """Statistics along the width. Edges in pixels of what was seen; those found are uncertain by half their blur."""
    wide, high = seen.pixel_m
    scale = wide if wide > 0 else 1.0
    lean = fit_line(x * scale, (top + bottom) / 2 * (high if high > 0 else 1.0)).slope
    upright = math.cos(math.atan(lean))  # across the layer, not down the picture
    thickness = (bottom - top) * high * factor * upright
    line = fit_line(x, top)
    rest = (top - line.intercept - line.slope * x) * high * factor * upright
    mean, spread = float(np.mean(thickness)), float(np.std(thickness, ddof=1))
    points = independent_points(bottom - top)
    u: float | None = None
    interval: tuple[float, float] | None = None
    if found is not None:
        parts = [(spread / math.sqrt(points), max(points - 1, 1.0))]
        parts += [(b / 2 / ROUNDING * high * factor, math.inf) for b in found[0]]
        u = math.sqrt(sum(part**2 for part, _ in parts))
        interval = interval_95(mean, u, welch_satterthwaite(parts))
    return Layer(
        x * wide, top * high, bottom * high, thickness, mean, spread, u, interval,
        float(np.mean(np.abs(rest))), float(np.sqrt(np.mean(rest**2))), points,
        *((found[1] * wide, found[0], found[2]) if found is not None else ()),
    )  # fmt: skip


def _for_report(grey: Floats) -> NDArray[np.uint8]:
    low, high = np.percentile(grey, STRETCH)
    stretched = np.clip((grey - low) / max(float(high - low), 1e-12), 0.0, 1.0)
    return shrink(np.rint(255 * stretched).astype(np.uint8))
