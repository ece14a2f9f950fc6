"""The numbers and curves of one micrograph."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.swelling._cracks import NOISES, Cracks
from byssus.analyse.swelling._micrograph import TOP, Layer, MicrographResult
from byssus.analyse.swelling._shapes import outlines
from byssus.figure import Axis, Figure, Series
from byssus.findings import Finding, Status

__all__ = ["FIGURES", "picture_findings", "picture_series"]

Floats = NDArray[np.float64]
NO_PIXEL = "nothing says the pixel size: give pixel_size, or the file that the microscope wrote beside the picture"
LAYER = ("layer_thickness", "layer_thickness_spread", "top_roughness_ra", "top_roughness_rq")
CRACKS = (("cracked_area_fraction", "1"), ("crack_length_per_area", "1/m"), ("crack_width", "m"))
FOUND = (
    "between two edges found by grey and texture as paths across the picture (dynamic programming), placed at half "
    "the step of the mean profile; uncertainty from the spread over independent places along the width and half of "
    "each edge's blur; of this one place, without the microscope's error of length"
)
PLENTY = 0.2  # of the area: beyond, shadows are likelier than cracks
THINNEST = 3.0  # pixels: blur hides what is narrower, or widens it


def picture_findings(r: MicrographResult) -> tuple[Finding, ...]:
    """Thickness and roughness of a cross-section (m), or cracked area (1), length (1/m) and width (m) of a top view."""
    found = _of_cracks(r) if r.view == TOP else _of_layer(r)
    at = {"state": r.state} if r.state else {}
    return tuple(replace(f, at=at) for f in found)


def _of_layer(r: MicrographResult) -> list[Finding]:
    blank = [Finding(name, None, "m", method=_method(r, FOUND)) for name in LAYER]
    if r.layer is None:
        return [replace(f, status="not_identifiable", remarks=(r.why, *r.warnings)) for f in blank]
    if not r.pixel_m[1] > 0:
        return [replace(f, status="missing_input", remarks=(NO_PIXEL,)) for f in blank]
    layer = r.layer
    by_hand = layer.contrast is None
    way = _method(r, "between two edges given by hand" if by_hand else FOUND)
    remarks = ("edges by hand have no uncertainty of their own", *r.warnings) if by_hand else r.warnings
    status: Status = "warned" if r.warnings else "ok"
    mean = Finding(
        "layer_thickness", layer.mean_m, "m", {}, layer.standard_uncertainty, layer.interval, 1, _told(way, layer),
        "L = mean(bottom - top)", remarks=remarks, status=status,
    )  # fmt: skip
    rough = f"top edge less its straight line over {layer.x_m[-1] - layer.x_m[0]:.4g} m, no cut-off filter; {way}"
    u = None if by_hand else layer.rq_m / math.sqrt(2 * layer.points)
    return [
        mean,
        Finding("layer_thickness_spread", layer.spread_m, "m", n=1, method=f"along the width; {way}",
                equation="s = √(Σ(L - mean L)²/(n - 1))", remarks=remarks, status=status),
        Finding("top_roughness_ra", layer.ra_m, "m", n=1, method=rough, equation="mean |z|", remarks=remarks,
                status=status),
        Finding("top_roughness_rq", layer.rq_m, "m", {}, u, n=1, method=rough, equation="√(mean z²)",
                remarks=remarks, status=status),
    ]  # fmt: skip


def _told(way: str, layer: Layer) -> str:
    if layer.contrast is None:
        return way
    return (
        f"{way}; edges step {layer.contrast[0]:.2g} and {layer.contrast[1]:.2g} times as far as any other line, blur "
        f"{layer.blur_px[0]:.2g} and {layer.blur_px[1]:.2g} pixels, columns averaged over {layer.averaged_m:.2g} m, "
        f"the width worth {layer.points:.3g} independent places"
    )


def _method(r: MicrographResult, way: str) -> str:
    scale = f"pixel {r.pixel_m[0] * 1e9:.6g} nm" if r.pixel_m[0] > 0 else ""
    return "; ".join(part for part in (way, scale, *r.method) if part)


def _of_cracks(r: MicrographResult) -> list[Finding]:
    c = r.cracks
    if c is None:
        return [Finding(n, None, u, status="not_identifiable", remarks=(r.why, *r.warnings)) for n, u in CRACKS]
    pixel = float(np.sqrt(r.pixel_m[0] * r.pixel_m[1])) * _block(r, c)
    threshold = (
        f"dark lines deeper than {NOISES:g} standard deviations of the surface ({NOISES * c.noise:.3g} greys), each "
        "out to half its own depth, at least four times as long as wide"
    )
    way = _method(r, f"{threshold}; uncertainty from 16 tiles and, of the area, half a pixel of width")
    status: Status = "warned" if r.warnings else "ok"
    area = Finding(
        "cracked_area_fraction", c.area_fraction, "1", {}, c.area_u, n=1, method=way, equation="cracked pixels / all",
        remarks=r.warnings, status=status,
    )  # fmt: skip
    length = Finding(
        "crack_length_per_area", None, "1/m", method=f"length of the skeleton; {way}", equation="Σ length / area"
    )
    width = Finding(
        "crack_width", None, "m", method=f"median along the skeleton; {way}", equation="2 × distance to rim"
    )
    if not c.count:
        said = f"no crack found: none is deeper than {NOISES:g} standard deviations of the surface"
        area = replace(area, status="warned", remarks=(said, *r.warnings), standard_uncertainty=None)
        width = replace(width, status="not_identifiable", remarks=(said,))
        length = replace(length, value=0.0, n=1, status="warned", remarks=(said, *r.warnings))
        return [area, length if pixel > 0 else _without_pixel(length), width]
    if not pixel > 0:
        return [area, _without_pixel(length), _without_pixel(width)]
    thin = f"the usual crack is {c.width:.2g} pixels wide: blur hides narrower ones, or widens them"
    remarks = (thin, *r.warnings) if c.width < THINNEST else r.warnings
    if c.area_fraction > PLENTY:
        remarks = (f"{c.area_fraction:.0%} of the picture is taken for cracks: judge by the drawing", *remarks)
    status = "warned" if remarks else "ok"
    spread = f"half of the length between {c.quartiles[0] * pixel:.3g} and {c.quartiles[1] * pixel:.3g} m"
    return [
        replace(area, remarks=remarks, status=status),
        replace(length, value=c.length_per_area / pixel, standard_uncertainty=c.length_u / pixel, n=1, remarks=remarks,
                status=status),
        replace(width, value=c.width * pixel, standard_uncertainty=0.29 * pixel, n=1, remarks=remarks, status=status,
                method=f"{width.method}; {spread}, uncertainty of half a pixel"),
    ]  # fmt: skip


def _without_pixel(finding: Finding) -> Finding:
    return replace(finding, value=None, n=None, status="missing_input", remarks=(NO_PIXEL,))


def _block(r: MicrographResult, c: Cracks) -> float:
    """Pixels of the file in one that was looked through."""
    return 1.0 if r.extent_m is None else r.extent_m[0] / (c.mask.shape[1] * r.pixel_m[0])


def picture_series(r: MicrographResult) -> tuple[Series, ...]:
    """The picture with the edges or the cracks that were found on it; nothing without a scale."""
    if r.extent_m is None:
        return ()
    name = "top_view" if r.view == TOP else "cross_section"
    at = {"state": r.state} if r.state else {}
    none = np.empty(0)
    out = [Series(name, none, none, at=at, picture=r.picture, extent_m=r.extent_m)]
    if r.layer is not None:
        for label, edge in (("top edge", r.layer.top_m), ("bottom edge", r.layer.bottom_m)):
            out.append(Series(name, r.layer.x_m, edge, label=label, at=at))
    if r.cracks is not None and r.cracks.count:
        x, y = _outlines(r.cracks, r.extent_m)
        out.append(Series(name, x, y, label="cracks", at=at))
    return tuple(out)


def _outlines(cracks: Cracks, extent_m: tuple[float, float]) -> tuple[Floats, Floats]:
    """The rims of the cracks as one line broken by NaN, in m."""
    rows, columns = cracks.mask.shape
    joined = np.concatenate([np.vstack([part, [[np.nan, np.nan]]]) for part in outlines(cracks.mask)])
    return joined[:, 1] * extent_m[0] / columns, joined[:, 0] * extent_m[1] / rows


FIGURES = (
    Figure(
        "cross_section", "Cross-sections", Axis("picture_place"), Axis("picture_depth"), "picture",
        caption="Lines: the edges found, between which the thickness is taken. Whether they are the layer's, judge by "
        "eye.",
    ),
    Figure(
        "top_view", "Top views", Axis("picture_place"), Axis("picture_depth"), "picture",
        caption="Lines: the rims of the cracks found.",
    ),
)  # fmt: skip
