"""A blade's numbers as findings, and its curves."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from byssus.analyse.force_curve import lacking
from byssus.analyse.saicas._shear import Shear, profile
from byssus.analyse.saicas._steady import FOUND_BY, Steady
from byssus.figure import Mark, Series, decimate
from byssus.findings import Finding, Status
from byssus.laws.cutting import adhesion_per_width, friction_angle, stated_angle_shear_load
from byssus.laws.statistics import interval_95

if TYPE_CHECKING:
    from byssus.analyse.saicas.technique import SaicasResult

__all__ = ["all_findings", "course_series"]

FEW_INDEPENDENT = 3.0  # an interval from fewer says nothing
SLOW = 20.0  # effective points: a force that wanders so slowly had 95 % intervals that held 80 to 90 % of truths
NO_WIDTH = "the blade's width is not given: give blade_width, e.g. blade_width = '1 mm'"
COUNTED = (
    "uncertainty from the scatter over the effective number of independent points, by autocorrelation "
    "(doi:10.2307/2983560) and by six batch means, whichever is fewer"
)
BOUND = "the same number in J/m² is work per area, which the interface's fracture energy does not exceed"


def all_findings(r: SaicasResult) -> tuple[Finding, ...]:
    out = [*_steady(r), _adhesion(r), _shear(r), _interface(r)]
    if r.rake_rad is not None:
        out.append(_friction(r, r.rake_rad))
    return tuple(out)


def _told(like: Finding, r: SaicasResult, value: float, u: float, degrees: float) -> Finding:
    """The finding with its value, uncertainty, and an interval where enough independent points carry it."""
    interval = interval_95(value, u, degrees) if degrees >= FEW_INDEPENDENT - 1 else None
    status: Status = "warned" if r.warnings else "ok"
    remarks = (*like.remarks, *r.warnings)
    return replace(like, value=value, standard_uncertainty=u, interval=interval, status=status, remarks=remarks)


def _not(like: Finding, r: SaicasResult, *reasons: str) -> Finding:
    return replace(like, n=None, status="not_identifiable", remarks=(*filter(None, reasons), *r.warnings))


def _window(r: SaicasResult, s: Steady) -> str:
    unit = r.record.unit
    where = f"from {s.start:.5g} {unit} to {s.end:.5g} {unit} at a depth of {s.depth_m * 1e6:.4g} µm"
    return f"the steady part {where}, {'stated' if r.stated else FOUND_BY}"


def _steady(r: SaicasResult) -> list[Finding]:
    s = r.steady
    blank = Finding("saicas_force", None, "N", n=1, equation="FH = ∫FH ds/(s2 - s1)")
    across = replace(blank, quantity="saicas_vertical_force", equation="FV = ∫FV ds/(s2 - s1)")
    spread = replace(blank, quantity="saicas_force_spread", unit="1", equation="s(FH)/FH")
    rows = [blank, spread, *([across] if r.record.vertical_n is not None else [])]
    if s is None:
        return [_not(replace(f, method=FOUND_BY), r, r.no_steady) for f in rows]
    method = f"mean over {_window(r, s)}; {COUNTED}; {r.mode_words}"
    slow = ("the force wanders slowly along the steady part: its interval may be too narrow",)
    drift = (f"drift over the steady part {s.drift_n / s.mean_n:+.1%} of the mean",) if s.drift_significant else ()
    out = [
        _told(
            replace(blank, method=method, remarks=(*drift, *(slow if s.independent < SLOW else ()))),
            r,
            s.mean_n,
            s.uncertainty_n,
            s.degrees,
        )
    ]
    status: Status = "warned" if r.warnings else "ok"
    words = f"standard deviation of the horizontal force over its mean, over {_window(r, s)}"
    out.append(replace(spread, value=s.deviation_n / s.mean_n, method=words, status=status, remarks=r.warnings))
    if r.record.vertical_n is not None:
        u = s.vertical_deviation_n / math.sqrt(max(s.vertical_independent - 1, 1.0))
        out.append(_told(replace(across, method=method), r, s.vertical_n, u, s.vertical_degrees))
    return out


def _adhesion(r: SaicasResult) -> Finding:
    s = r.steady
    like = Finding("adhesion_per_width", None, "N/m", n=1, equation="P = FH/w")
    if r.mode == "cut":
        return _not(like, r, f"the steady part is no peeling along the interface ({r.mode_words})")
    if s is None or r.mode == "":
        return _not(like, r, r.no_steady if s is None else r.mode_words)
    if r.width_m is None:
        return lacking(like, NO_WIDTH)
    like = replace(like, method=f"mean over {_window(r, s)}; {COUNTED}; {r.mode_words}; width taken as exact; {BOUND}")
    value, u = (adhesion_per_width(force, r.width_m) for force in (s.mean_n, s.uncertainty_n))
    return _told(like, r, value, u, s.degrees)


def _shear(r: SaicasResult) -> Finding:
    like = Finding("shear_strength", None, "Pa", n=1, equation="τ = FH/(2 w d cot φ)")
    if r.shear is None:
        return _not(like, r, r.no_cutting)
    like = replace(like, equation=r.shear.rule.equation)
    if r.width_m is None:
        return lacking(like, NO_WIDTH)
    rule = r.shear.rule
    method = (
        f"{r.shear.words}; {rule.words} (Merchant, doi:10.1063/1.1707586); sharp blade, continuous chip, width much "
        f"above depth; {COUNTED}; width and angle taken as exact"
    )
    value, u = r.shear.over(r.width_m)
    return _told(replace(like, method=method, remarks=_plain_angle(r, r.shear)), r, value, u, r.shear.degrees)


def _plain_angle(r: SaicasResult, shear: Shear) -> tuple[str, ...]:
    """What 45 degrees and the horizontal force alone would give, as papers often print it."""
    if r.width_m is None or shear.rule.weights == (0.5, 0.0):
        return ()
    if r.cutting is not None:
        horizontal = r.cutting.horizontal.slope
    elif r.steady is not None:
        horizontal = r.steady.mean_n / r.steady.depth_m
    else:
        return ()
    plain = stated_angle_shear_load(horizontal, math.pi / 4) / r.width_m
    return (f"by 45° and the horizontal force alone it would be {plain / 1e6:.4g} MPa",)


def _interface(r: SaicasResult) -> Finding:
    """Where force over depth changes its slope; else the depth at which the blade peels."""
    like = Finding("interface_depth", None, "m", n=1)
    change = r.cutting.change if r.cutting else None
    if change is not None:
        slopes = f"from {change.slope_before * 1e-3:.4g} to {change.slope_after * 1e-3:.4g} mN/µm"
        method = (
            f"depth where the slope of force on depth changes {slopes}, by two lines against one (fall of BIC above "
            "10, doi:10.1080/01621459.1995.10476572); interval by profile likelihood"
        )
        u = (change.high_m - change.low_m) / (2 * 1.959963984540054)
        found = _told(replace(like, method=method), r, change.depth_m, u, 0.0)
        return replace(found, interval=(change.low_m, change.high_m))
    s = r.steady
    if s is not None and r.mode == "peel":
        method = f"depth at which the blade peels, over {_window(r, s)}; uncertainty is its standard deviation there"
        return _told(replace(like, method=method), r, s.depth_m, s.depth_deviation_m, 0.0)
    none = "force over depth never changes its slope" if r.cutting else r.no_cutting
    return _not(like, r, f"no change from cutting to peeling is seen: {none}")


def _friction(r: SaicasResult, rake: float) -> Finding:
    like = Finding("blade_friction", None, "1", n=1, equation="μ = tan(α + arctan(FV/FH))")
    cut = r.cutting
    if cut is None or cut.vertical is None:
        return _not(like, r, r.no_cutting or "no vertical force was recorded")
    ratio = cut.vertical.slope / cut.horizontal.slope
    angle = friction_angle(cut.horizontal.slope, cut.vertical.slope, rake)
    steep = (1 + math.tan(angle) ** 2) / (1 + ratio**2)  # d mu/d ratio
    u = steep * math.hypot(cut.vertical.slope_uncertainty, ratio * cut.horizontal.slope_uncertainty)
    method = "ratio of the slopes of both forces on depth while the blade cuts (Merchant, doi:10.1063/1.1707586)"
    return _told(replace(like, method=method), r, math.tan(angle), u / cut.horizontal.slope, 0.0)


def course_series(r: SaicasResult) -> tuple[Series, ...]:
    rec, s = r.record, r.steady
    figure = "saicas_distance" if rec.course_name == "displacement_m" else "saicas_time"
    along = {"force": "horizontal"}
    marks = (Mark("steady", s.start), Mark("steady", s.end)) if s else ()
    out = [Series(figure, *decimate(rec.course, rec.horizontal_n), at=along, marks=marks)]
    if s is not None:
        level = np.array([s.mean_n, s.mean_n])
        out.append(Series(figure, np.array([s.start, s.end]), level, label="steady mean", at=along))
    out.append(_over_depth(r, rec.horizontal_n, along))
    if rec.vertical_n is not None:
        across = {"force": "vertical"}
        out.append(Series(figure, *decimate(rec.course, rec.vertical_n), at=across))
        out.append(_over_depth(r, rec.vertical_n, across))
    if r.cutting is not None and r.shear is not None and r.width_m is not None:
        depth, stress, u = profile(r.cutting, r.shear, r.width_m)
        if len(depth):
            out.append(Series("shear_profile", depth, stress, y_error=u))
    return tuple(out)


def _over_depth(r: SaicasResult, force: np.ndarray, at: dict[str, str]) -> Series:
    """A force over depth until the steady part ends, or the blade is deepest: its way out tells nothing."""
    rec = r.record
    end = int(np.searchsorted(rec.course, r.steady.end)) if r.steady else int(np.argmax(rec.depth_m)) + 1
    return Series("saicas_depth", *decimate(rec.depth_m[:end], force[:end]), at=at)
