"""Peel test (ISO 8510-2): mean force over the steady part, force per width, fracture energy, stick-slip."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.force_curve import collapse_index, lacking, refuse_nonsense, saturated, sound_columns, upright
from byssus.analyse.specimen_size import SAME_SIZE
from byssus.analyse.technique import Parameter, Specimen, Technique
from byssus.errors import AnalysisError, Problem
from byssus.figure import Axis, Figure, Series, decimate
from byssus.findings import Finding
from byssus.laws.peeling import fracture_energy, path_deviation, path_mean, peel_strength
from byssus.laws.statistics import effective_points, fit_line, interval_95, student_t
from byssus.trace import Trace

__all__ = ["TECHNIQUE", "PeelResult", "Plateau", "analyse", "findings", "series"]

COLLAPSE_FRACTION = 0.5  # stick-slip comes back above half of its high forces, a strip that has come off does not
HIGH_FORCE = 0.9  # quantile that stands for "high forces" also where much of the record is an empty tail
DRIFT_LIMIT = 0.05  # a plateau that climbs or sinks by more than this share of its mean is not steady
LEAST_POINTS = 10  # fewer cannot show how fast the force forgets itself
PER_WIDTH = "peel strength and fracture energy"
WIDEST_M = 2.0  # no clamp is wider; a unit does not fit its number
FEW_INDEPENDENT = 3.0  # an interval from fewer says nothing


@dataclass(frozen=True, slots=True)
class Plateau:
    """The steady part: bounds in m, mean and deviation in N, n_eff with its degrees of freedom, drift in N.

    ``drift_significant`` says whether the drift's 95 % interval leaves out zero.
    """

    start_m: float
    end_m: float
    mean_n: float
    deviation_n: float
    independent: float
    degrees: float
    drift_n: float
    drift_significant: bool


@dataclass(frozen=True)
class PeelResult:
    """The whole record (shapes ``(n,)``) and its plateau; ``plateau`` is ``None`` where its start was not given."""

    displacement_m: NDArray[np.float64]
    force_n: NDArray[np.float64]
    plateau: Plateau | None
    width_m: float | None
    angle_rad: float | None
    warnings: tuple[str, ...]


def analyse(trace: Trace, specimen: Specimen) -> PeelResult:
    """Mean force over the plateau of one strip, from ``force_n`` and ``displacement_m``.

    ``plateau_from`` (m, displacement as recorded) has no default; ``plateau_to`` ends where the force
    collapses unless given. Raises :class:`AnalysisError` for nonsense (columns swapped, zero width, no rows
    inside the plateau).
    """
    refuse_nonsense(
        specimen, {"width": WIDEST_M, "angle": math.pi * (1 + 1e-9), "plateau_from": math.inf, "plateau_to": math.inf}
    )
    columns, dropped = sound_columns(trace, ("force_n", "displacement_m"))
    force, travel, turned = upright(trace, columns["force_n"], columns["displacement_m"], "force_n", "displacement_m")
    start = specimen.get("plateau_from")
    plateau = None
    remarks: tuple[str, ...] = ()
    if start is not None:
        plateau, remarks = _plateau(trace, force, travel, float(start), specimen.get("plateau_to"))
    width, said = _width(trace, specimen)
    return PeelResult(
        travel, force, plateau, width, specimen.get("angle"), (*dropped, *turned, *saturated(force), *said, *remarks)
    )


def _width(trace: Trace, specimen: Specimen) -> tuple[float | None, tuple[str, ...]]:
    """The peeled width that the study says, else the file's header; a remark where the two differ."""
    stated, header = specimen.get("width"), trace.metadata.get("width_m")
    if not isinstance(header, float) or not 0 < header < math.inf:
        return stated, ()
    if stated is None:
        return header, ()
    if abs(header - stated) <= SAME_SIZE * stated:
        return stated, ()
    return stated, (f"width: the study says {stated:.6g} m, the file's header {header:.6g} m; the study's was taken",)


def _plateau(
    trace: Trace, force: NDArray[np.float64], travel: NDArray[np.float64], start: float, end: float | None
) -> tuple[Plateau, tuple[str, ...]]:
    s, f, repeated = _forward(travel, force)
    first = int(np.searchsorted(s, start))
    if len(s) - first < LEAST_POINTS or (end is not None and not end > start):
        raise _empty(trace, s, start, end)
    warnings = [f"{repeated} rows left out of the plateau: the displacement does not go forward"] if repeated else []
    if start < s[0]:
        warnings.append(f"the record begins at {s[0]:.6g} m, after plateau_from ({start:.6g} m)")
    if end is None:
        level = COLLAPSE_FRACTION * float(np.quantile(f[first:], HIGH_FORCE))
        end = float(s[collapse_index(f, level, first)[0]])
    elif end > s[-1]:
        warnings.append(f"the record ends at {s[-1]:.6g} m, before plateau_to ({end:.6g} m)")
    s, f = _cut(s, f, max(start, float(s[0])), min(end, float(s[-1])))
    if len(s) < LEAST_POINTS:
        raise _empty(trace, s, start, end)
    mean = path_mean(s, f)
    if not mean > 0:
        raise AnalysisError(
            Problem("the mean force over the plateau is not greater than zero", trace.source.path, f"{mean:.6g} N")
        )
    even = np.linspace(s[0], s[-1], len(s))
    values = np.interp(even, s, f)
    line = fit_line(even, values)
    course, degrees = effective_points(values - line.intercept - line.slope * even)
    # the line's own uncertainty takes every point for independent; they are worth `course` of them
    uncertainty = line.slope_uncertainty * math.sqrt(len(s) / course)
    significant = abs(line.slope) > student_t(max(degrees - 1, 1.0)) * uncertainty
    drift = line.slope * float(s[-1] - s[0])
    whole = Plateau(
        float(s[0]), float(s[-1]), mean, path_deviation(s, f), *effective_points(values), drift, significant
    )
    if significant and abs(drift) > DRIFT_LIMIT * mean:
        warnings.append(f"the force drifts by {drift / mean:+.0%} of its mean over the plateau: it is not steady")
    return whole, tuple(warnings)


def _forward(
    travel: NDArray[np.float64], force: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], int]:
    """The rows that go further than all before them, and how many do not."""
    furthest = np.concatenate(([-np.inf], np.maximum.accumulate(travel)[:-1]))
    keep = travel > furthest
    return travel[keep], force[keep], len(keep) - int(np.sum(keep))


def _cut(
    s: NDArray[np.float64], f: NDArray[np.float64], start: float, end: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The curve between two displacements, its ends interpolated."""
    inside = (s > start) & (s < end)
    ends = np.interp([start, end], s, f)
    return np.concatenate(([start], s[inside], [end])), np.concatenate((ends[:1], f[inside], ends[1:]))


def _empty(trace: Trace, s: NDArray[np.float64], start: float, end: float | None) -> AnalysisError:
    upto = f"{end:.6g} m" if end is not None else "the collapse of the force"
    return AnalysisError(
        Problem(
            f"fewer than {LEAST_POINTS} rows between plateau_from and plateau_to",
            trace.source.path,
            f"{start:.6g} m to {upto} in a record from {float(s[0]):.6g} m to {float(s[-1]):.6g} m",
            "a plateau inside the record",
            "Mend plateau_from or plateau_to.",
        )
    )


def findings(result: PeelResult) -> tuple[Finding, ...]:
    """Peel force (N), its spread (1), peel strength (N/m), fracture energy (J/m^2)."""
    p = result.plateau
    where = f"from {p.start_m:.6g} m to {p.end_m:.6g} m of recorded displacement" if p else ""
    mean = f"mean over displacement of the force {where}"
    allowed = (
        "; uncertainty from the scatter over the effective number of independent points "
        "(doi:10.2307/2983560; fewer where the means of six batches wander, doi:10.1287/opre.27.5.1011)"
    )
    width_is = "; width taken as exact"
    force = Finding("peel_force", None, "N", n=1, method=mean + allowed, equation="F = ∫F ds / (s2 - s1)")
    spread = Finding(
        "peel_force_spread", None, "1", n=1, equation="s(F)/F",
        method=f"standard deviation over displacement of the force {where}, over its mean",
    )  # fmt: skip
    strength = Finding("peel_strength", None, "N/m", n=1, method=mean + allowed + width_is, equation="F/b")
    energy = Finding(
        "fracture_energy", None, "J/m^2", n=1, equation="G = F (1 - cos θ)/b",
        method=mean + allowed + width_is
        + "; inextensible, flexible backing that bends without loss (doi:10.1088/0022-3727/8/13/005)",
    )  # fmt: skip
    steady = "" if p else "the steady part must be stated: give plateau_from, e.g. plateau_from = '20 mm'"
    width = "" if result.width_m is not None else "the peeled width is not given: give width, e.g. width = '20 mm'"
    angle = "" if result.angle_rad is not None else "the peel angle is not given: give angle, e.g. angle = '180 °'"
    if p is None:
        blank = [force, spread, strength, energy]
        reasons = [(steady,), (steady,), (steady, width), (steady, width, angle)]
        return tuple(lacking(f, *filter(None, r)) for f, r in zip(blank, reasons, strict=True))
    out = [_scaled(force, result, p, 1.0), _valued(spread, result, p.deviation_n / p.mean_n)]
    out.append(
        lacking(strength, width) if width else _scaled(strength, result, p, peel_strength(1.0, result.width_m or 0))
    )
    if width or angle:
        out.append(lacking(energy, *filter(None, (width, angle))))
    else:
        out.append(_scaled(energy, result, p, fracture_energy(1.0, result.width_m or 0, result.angle_rad or 0)))
    return tuple(out)


def _valued(like: Finding, result: PeelResult, value: float) -> Finding:
    return replace(like, value=value, status="warned" if result.warnings else "ok", remarks=result.warnings)


def _scaled(like: Finding, result: PeelResult, p: Plateau, factor: float) -> Finding:
    """A number proportional to the mean force, with the mean's uncertainty."""
    # the deviation about a mean found from the same n_eff points has n_eff - 1 degrees of freedom
    u = p.deviation_n / math.sqrt(max(p.independent - 1, 1.0))
    drift = (f"drift over the plateau {p.drift_n / p.mean_n:+.1%} of the mean",) if p.drift_significant else ()
    found = _valued(like, result, p.mean_n * factor)
    few = p.independent < FEW_INDEPENDENT
    interval = None if few else interval_95(p.mean_n * factor, u * factor, p.degrees)
    return replace(found, standard_uncertainty=u * factor, interval=interval, remarks=(*found.remarks, *drift))


def series(result: PeelResult) -> tuple[Series, ...]:
    """Force against displacement, and the plateau's mean as a level line."""
    curve = Series("peel", *decimate(result.displacement_m, result.force_n))
    p = result.plateau
    if p is None:
        return (curve,)
    level = Series("peel", np.array([p.start_m, p.end_m]), np.array([p.mean_n, p.mean_n]), label="plateau mean")
    return curve, level


TECHNIQUE = Technique(
    name="peel",
    title="Peel test",
    summary="Mean peel force over the plateau, peel strength, fracture energy and stick-slip spread (ISO 8510-2).",
    columns=("force_n", "displacement_m"),
    parameters=(
        Parameter(
            "width",
            "m",
            "Peeled width; else the file's header.",
            blocks=f"{PER_WIDTH}, unless the file's header says it",
        ),
        Parameter(
            "angle",
            "rad",
            "Angle between the peeled arm and the surface ahead of it, e.g. '180 °'.",
            blocks="fracture energy",
        ),
        Parameter(
            "plateau_from",
            "m",
            "Displacement, as recorded, from which the force is steady.",
            blocks=f"peel force, {PER_WIDTH}",
        ),
        Parameter("plateau_to", "m", "Displacement where the plateau ends; else where the force collapses."),
    ),
    analyse=analyse,
    findings=findings,
    series=series,
    figures=(
        Figure(
            "peel",
            "Peel force against displacement",
            Axis("peel_displacement", from_zero=True),
            Axis("peel_force", from_zero=True),
            caption="Force along the test; the level line is the mean over the plateau.",
        ),
    ),
    files="Zwick .TRA, delimited text or xlsx",
    key_quantities=("peel_force", "peel_strength", "fracture_energy"),
)
