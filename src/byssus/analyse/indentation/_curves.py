"""What is drawn: load on depth with the laws of unloading, modulus and hardness along the depth, calibrations."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.indentation._calibration import AreaCalibration, FrameCalibration
from byssus.analyse.indentation._contact import Unloading
from byssus.analyse.indentation._curve import window
from byssus.analyse.indentation._indent import IndentationResult
from byssus.figure import Series, decimate
from byssus.laws.indentation import BERKOVICH_AREA

__all__ = ["area_series", "frame_series", "indent_series"]

Floats = NDArray[np.float64]

CONTACT_SHARE = 0.005  # of peak load and depth: what a drawing begins and ends with
STEP = 1 / 250  # of load and depth: what the eye tells apart in a drawing
LAW_POINTS, LINE_POINTS = 24, 200
MOST_DOTS = 500  # more in one drawing hide each other
RECORDED, FITTED, LEFT_OUT = "recorded", "fitted", "shallower, not fitted"


def indent_series(result: IndentationResult) -> tuple[Series, ...]:
    """Load against corrected depth, the fitted law over its window, and modulus and hardness along the depth."""
    rows = _in_contact(result)
    seen = _visible(result.depth_m[rows], result.load_n[rows])
    out = [Series("load_depth", *seen, kind="line", at={"part": RECORDED})]
    laws = [_law(result, each) for each in result.unloadings if each.law is not None]
    if laws:  # one curve with gaps, so that an indent of many unloadings stays two curves
        depth, load = (np.concatenate([np.append(law[k], np.nan) for law in laws])[:-1] for k in (0, 1))
        out.append(Series("load_depth", depth, load, kind="line", at={"part": _window_words(result)}))
    along = result.continuous
    if along is not None and along.rows > 1:
        out.append(Series("modulus_depth", *decimate(along.depth_m, along.reduced_pa)))
        out.append(Series("hardness_depth", *decimate(along.depth_m, along.hardness_pa)))
    return tuple(out)


def _window_words(result: IndentationResult) -> str:
    return f"power law fitted, {result.settings.upper:.0%} to {result.settings.lower:.0%} of the load"


def _law(result: IndentationResult, one: Unloading) -> tuple[Floats, Floats]:
    """The law over the depths of its window."""
    rows = window(result.load_n, one.cycle, result.settings.upper, result.settings.lower)
    depth = result.depth_m[rows]
    along = np.linspace(float(np.max(depth)), float(np.min(depth)), LAW_POINTS)
    return along, one.law.loads(along) if one.law is not None else along


def _visible(depth_m: Floats, load_n: Floats) -> tuple[Floats, Floats]:
    """The rows that lie a visible step from the last one kept: holds have most rows, and show least."""
    x = (depth_m / (float(np.ptp(depth_m)) or 1.0)).tolist()
    y = (load_n / (float(np.ptp(load_n)) or 1.0)).tolist()
    keep = [0]
    for k in range(1, len(x) - 1):
        if abs(x[k] - x[keep[-1]]) + abs(y[k] - y[keep[-1]]) >= STEP:
            keep.append(k)
    if len(x) > 1:
        keep.append(len(x) - 1)
    return decimate(depth_m[keep], load_n[keep])


def _in_contact(result: IndentationResult) -> slice:
    """The rows from the last before contact to the first after it, without approach and withdrawal."""
    load, last = result.load_n, result.unloadings[-1].cycle
    low = CONTACT_SHARE * last.peak_n
    first = result.unloadings[0].cycle.start
    before = np.flatnonzero((load[:first] <= low) & (result.depth_m[:first] <= CONTACT_SHARE * last.depth_m))
    after = np.flatnonzero((load[last.start :] <= low) | (result.depth_m[last.start :] < 0))
    return slice(int(before[-1]) if len(before) else 0, last.start + int(after[0]) if len(after) else len(load))


def frame_series(c: FrameCalibration) -> tuple[Series, ...]:
    """1/S against 1/√A, with the line whose intercept is the frame."""
    taken = c.taken_m_per_n
    root = 1 / np.sqrt(c.settings.area(c.all_contacts.contact_depth(c.frame.compliance_m_per_n - taken)))
    total = 1 / c.all_contacts.stiffness_n_per_m + taken
    deep = c.all_contacts.depth_m >= c.from_m
    along = np.linspace(0, float(np.nanmax(root)), LINE_POINTS)
    line = c.frame.compliance_m_per_n + c.frame.slope * along
    out = [
        Series("frame_line", *_dots(root[deep], total[deep]), kind="points", at={"part": FITTED}),
        Series("frame_line", along, line, kind="line", at={"part": FITTED}),
    ]
    if not deep.all():
        out.append(Series("frame_line", *_dots(root[~deep], total[~deep]), kind="points", at={"part": LEFT_OUT}))
    return tuple(out)


def area_series(c: AreaCalibration) -> tuple[Series, ...]:
    """The areas that the reference implies over those of an ideal tip, with the function through them."""
    reference = c.settings.reference_pa or math.nan
    depth = c.contact_depth_m
    implied = math.pi / 4 * (c.contacts.stiffness_n_per_m / (c.settings.beta * reference)) ** 2
    along = np.geomspace(c.depth_m[0], c.depth_m[-1], LINE_POINTS)
    dots = _dots(depth, implied / (BERKOVICH_AREA * depth**2))
    return (
        Series("tip_area", *dots, kind="points", at={"part": "contacts"}),
        Series("tip_area", along, c.area(along) / (BERKOVICH_AREA * along**2), kind="line", at={"part": FITTED}),
    )


def _dots(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Dots at even steps: lowest and highest alone would look like two bands."""
    every = max(math.ceil(len(x) / MOST_DOTS), 1)
    return x[::every], y[::every]
