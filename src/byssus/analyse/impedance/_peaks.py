"""The peaks of a distribution of relaxation times: time, resistance and capacitance of each, with uncertainties."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.impedance._direct import exact, too_narrow
from byssus.analyse.impedance._maxima import Maximum, Surface, maxima, rises
from byssus.analyse.impedance._model import Model
from byssus.analyse.impedance._processes import Bumps, bump_gamma, likely_logit, part

__all__ = ["FITTED", "RelaxationPeak", "fine_shape", "peaks_of"]

Array = NDArray[np.float64]

ELSEWHERE = 40.0  # where gamma has the other sign, u is lowered by so much
FINER = 5  # points for each step of the nodes
BAD_PART = (
    2.0  # standard deviations of chi squared for gamma's degrees of freedom, above which bumps only share gamma out
)
MOST_SHARE = (
    5.0  # of a bump to the area between the valleys; a bump that large or that small is no longer that maximum's
)
FITTED, SHARED = "data", "may hold two processes"
ROUNDING = 1 / FINER / 12**0.5  # steps of the nodes: what the place of a maximum on the fine grid is rounded to
FLANK = 0.2  # of the peak of the other sign: gamma cannot run below it, and makes up for that beside it
BESIDE = "may be a flank of the peak of the other sign"
UNCERTAIN = 0.5  # relative standard uncertainty of a resistance that is no longer worth its name
NEAREST = np.arange(-2.0, 4.0)  # nodes, counted from the one before the place
# Lagrange's polynomials of those nodes at the places between the nodes 0 and 1, shape (FINER, 6).
SIX_POINTS = np.array(
    [
        [np.prod([(place - other) / (node - other) for other in NEAREST if other != node]) for node in NEAREST]
        for place in np.arange(FINER) / FINER
    ]
)


@dataclass(frozen=True, slots=True)
class RelaxationPeak:
    """One process: its time, resistance and capacitance C = tau/R, each with its standard uncertainty.

    Overlapping processes are parted by bumps of constant-phase elements, one for each maximum, fitted together to the
    impedance of gamma. Where those describe gamma within the noise (``shape`` "constant_phase"), time and resistance
    are theirs; elsewhere ("maximum") the time is that of the maximum, and the resistance the integral of gamma shared
    out in proportion to the bumps; where the bumps wander off ("valleys"), it is the integral between the valleys of
    gamma. Where a peak is narrower than the grid of gamma resolves, as that of an ideal capacitor beside a resistor,
    or gamma changes its sign, and bumps describe the measured impedance as well as gamma does, they are fitted to that
    instead ("data"); an exponent of one is taken for exact where the data do not speak against it. A negative peak
    (inductive) has negative resistance and capacitance. ``identifiable`` is false where the peak lies beyond the
    measured range, is a small one beside one of the other sign, holds a second process that the data hint at but do
    not part, or has an uncertain resistance; ``remarks`` say which.
    """

    tau_s: float
    tau_uncertainty_s: float
    resistance_ohm: float
    resistance_uncertainty_ohm: float
    capacitance_f: float
    capacitance_uncertainty_f: float
    height_ohm: float
    identifiable: bool
    shape: str
    remarks: tuple[str, ...] = ()


def fine_shape(model: Model) -> tuple[Array, Array, Array]:
    """Fine ln tau; u = ln |gamma| and its sign there; shape ``(m,)`` each, in scaled units.

    Between nodes u is the polynomial through the nearest six; beyond the ends it goes on straight.
    """
    n, nodes, u = model.nodes, model.kernel.ln_tau, model.posterior.start.point
    before, after = u[0] + (u[0] - u[1]) * np.array([2.0, 1.0]), u[n - 1] + (u[n - 1] - u[n - 2]) * np.array([1.0, 2.0])
    padded = np.concatenate([before, u[:n], after])
    inner = np.lib.stride_tricks.sliding_window_view(padded, len(NEAREST)) @ SIX_POINTS.T
    fine = nodes[0] + np.arange(FINER * (n - 1) + 1) * (model.kernel.step / FINER)
    sign = model.data.sign[(np.arange(len(fine)) + FINER // 2) // FINER]
    return fine, np.append(inner.reshape(-1), u[n - 1]), sign


def peaks_of(
    model: Model, omega: Array, scale: float, ln_tau: Array, shape: Array, sign: Array
) -> tuple[tuple[RelaxationPeak, ...], list[str]]:
    """The peaks of the positive and the negative part, from short to long times, and remarks."""
    parts = []
    for one in np.unique(sign):
        surface = _surface(model, ln_tau, np.where(sign == one, shape, shape - ELSEWHERE))
        tops = maxima(surface)
        if tops:
            parts.append(_part(model, omega, float(one), surface, tops))
    found = _direct(model, omega, scale, parts) if parts else []
    if found is None:
        found = _flanks([peak for one in parts for peak in _parted(model, omega, scale, one)])
    notes = [
        f"the peak at {peak.tau_s:.3g} s may hold two processes that the data do not part"
        for peak in found
        if SHARED in peak.remarks
    ]
    return tuple(sorted(found, key=lambda peak: peak.tau_s)), notes


def _surface(model: Model, ln_tau: Array, shape: Array) -> Surface:
    n = model.nodes
    return Surface(ln_tau, shape, model.kernel.ln_tau, model.posterior.root[:n], model.metric)


@dataclass(frozen=True)
class _Part:
    """The maxima of one sign: between their valleys (ln tau, shape ``(K, 2)``) the ``weights`` at the nodes, shape
    ``(K, n)``, add up to ``areas``; ``bumps`` are fitted to the impedance of gamma."""

    sign: float
    surface: Surface
    tops: tuple[Maximum, ...]
    valleys: Array
    weights: Array
    areas: Array
    bumps: Bumps


def _part(model: Model, omega: Array, sign: float, surface: Surface, tops: tuple[Maximum, ...]) -> _Part:
    valleys = surface.ln_tau[[[top.left, top.right] for top in tops]]
    # At the nodes, by the rule that turned gamma into impedance: the resistance of a narrow peak is right there alone.
    between = (surface.nodes >= valleys[:, :1]) & (surface.nodes < valleys[:, 1:])
    weights = np.where(between, np.exp(_at_nodes(surface)), 0.0) * model.kernel.step
    areas = np.maximum(np.sum(weights, axis=1), 1e-12)
    return _Part(sign, surface, tops, valleys, weights, areas, _bumps(model, omega, surface, tops, areas))


def _direct(model: Model, omega: Array, scale: float, parts: list[_Part]) -> list[RelaxationPeak] | None:
    """The peaks of both signs from bumps fitted to the data, where gamma cannot follow these and they suffice."""
    signs = np.concatenate([np.full(len(one.tops), one.sign) for one in parts])
    areas = np.concatenate([one.areas for one in parts])
    found = exact(model, omega, np.concatenate([one.bumps.point for one in parts]), signs, areas)
    valleys = np.concatenate([one.valleys for one in parts])
    if found is None or np.any(_astray(found.point, areas[found.kept], valleys[found.kept])):
        return None
    tops = [(top, one.surface) for one in parts for top in one.tops]
    peaks = []
    for k, value, covariance, narrow in zip(
        found.kept, _values(found.point), _blocks(found.covariance), found.narrow, strict=True
    ):
        top, surface = tops[k]
        height = float(np.exp(surface.shape[top.index]))
        sure = replace(top, shared=top.shared and not narrow)
        peaks.append(_peak(omega, scale * signs[k], sure, value, covariance, height, FITTED))
    return peaks


def _parted(model: Model, omega: Array, scale: float, one: _Part) -> list[RelaxationPeak]:
    surface, tops, areas, bumps = one.surface, one.tops, one.areas, one.bumps
    gamma = np.exp(_at_nodes(surface))
    free = max(model.posterior.freedom, 1.0)
    if np.any(_astray(bumps.point, areas, one.valleys)):
        covariances = [_valley_covariance(surface, near, top) for near, top in zip(one.weights, tops, strict=True)]
        values = [(area, _vertex(surface, top)) for area, top in zip(areas, tops, strict=True)]
        shape = "valleys"
    else:
        covariances = _blocks(bumps.covariance * max(1.0, bumps.misfit / free))
        values, shape = _values(bumps.point), "constant_phase"
        if bumps.misfit > free + BAD_PART * np.sqrt(2 * free):
            heights = bump_gamma(surface.nodes, bumps.point)
            shares = heights / np.maximum(np.sum(heights, axis=0), 1e-300)
            shared = shares @ (gamma * _within(surface, tops)[::FINER]) * model.kernel.step
            values = [(area, _vertex(surface, top)) for area, top in zip(shared, tops, strict=True)]
            shape = "maximum"
    for covariance, narrow in zip(covariances, too_narrow(model, bumps.point), strict=True):
        if narrow or shape != "constant_phase":
            covariance[1, 1] += (ROUNDING * model.kernel.step) ** 2
    return [
        _peak(omega, scale * one.sign, top, value, covariance, float(np.exp(surface.shape[top.index])), shape)
        for top, value, covariance in zip(tops, values, covariances, strict=True)
    ]


def _flanks(peaks: list[RelaxationPeak]) -> list[RelaxationPeak]:
    """The same, where small peaks beside one of the other sign are said to be perhaps no more than its flank."""
    found = []
    for peak in peaks:
        others = [other for other in peaks if other.resistance_ohm * peak.resistance_ohm < 0]
        nearest = min(others, key=lambda other: abs(np.log(other.tau_s / peak.tau_s)), default=peak)
        alike = max(abs(one.resistance_ohm) for one in peaks if one not in others)
        flank = abs(peak.resistance_ohm) < min(FLANK * abs(nearest.resistance_ohm), alike)
        found.append(replace(peak, identifiable=False, remarks=(*peak.remarks, BESIDE)) if flank else peak)
    return found


def _astray(point: Array, areas: Array, valleys: Array) -> NDArray[np.bool_]:
    """Which bumps are no longer those of their maximum."""
    ratio = np.exp(point[:, 0]) / areas
    found: NDArray[np.bool_] = (point[:, 1] < valleys[:, 0]) | (point[:, 1] > valleys[:, 1])
    return found | (ratio > MOST_SHARE) | (ratio < 1 / MOST_SHARE)


def _values(point: Array) -> list[tuple[float, float]]:
    return [(float(np.exp(one[0])), float(one[1])) for one in point]


def _blocks(covariance: Array) -> list[Array]:
    """Of ln R and ln tau of each bump."""
    return [covariance[k : k + 2, k : k + 2].copy() for k in range(0, len(covariance), 3)]


def _vertex(surface: Surface, top: Maximum) -> float:
    """ln tau of the vertex of the parabola through the highest point of u and its neighbours."""
    left, middle, right = surface.shape[top.index - 1 : top.index + 2]
    bend = min(float(left - 2 * middle + right), -1e-12)
    apart = float(surface.ln_tau[1] - surface.ln_tau[0])
    return top.ln_tau + apart * float(np.clip(0.5 * float(left - right) / bend, -0.5, 0.5))


def _valley_covariance(surface: Surface, weights: Array, top: Maximum) -> Array:
    """Covariance of ln R and ln tau where R is the integral between valleys; tau is as sure as the top is sharp."""
    spread = weights @ surface.root / np.sum(weights)
    near = surface.shape[max(top.index - FINER, 0) : top.index + FINER + 1]
    curvature = max(float(2 * np.max(near) - near[0] - near[-1]) / (surface.nodes[1] - surface.nodes[0]) ** 2, 1e-3)
    node = int(np.argmin(np.abs(surface.nodes - top.ln_tau)))
    beside = surface.root[min(node + 1, len(surface.nodes) - 1)] - surface.root[max(node - 1, 0)]
    slope = float(np.sqrt(beside @ beside)) / (2 * (surface.nodes[1] - surface.nodes[0]))
    return np.diag([float(spread @ spread), (slope / curvature) ** 2])


def _within(surface: Surface, tops: tuple[Maximum, ...]) -> Array:
    """One where gamma belongs to the peaks; nought beyond the outer valleys where it surely rises again (a tail)."""
    inside = np.ones(len(surface.ln_tau))
    for valley, beyond in ((tops[0].left, slice(0, tops[0].left)), (tops[-1].right, slice(tops[-1].right + 1, None))):
        if rises(surface, valley, beyond):
            inside[beyond] = 0.0
    return inside


def _bumps(model: Model, omega: Array, surface: Surface, tops: tuple[Maximum, ...], areas: Array) -> Bumps:
    heights = np.exp(surface.shape[[top.index for top in tops]])
    places = surface.ln_tau[[top.index for top in tops]]
    start = np.stack([np.log(areas), places, likely_logit(areas, heights)], axis=1)
    weight = np.sqrt(model.trust) / model.noise
    rows = np.concatenate([weight, weight])
    inside = _within(surface, tops)[::FINER]
    columns = [
        i for i, precision in zip(model.form[0], model.posterior.start.relevance, strict=True) if precision < 1e6
    ]
    projector, _ = np.linalg.qr(model.kernel.terms[:, columns] * rows[:, np.newaxis])
    wanted = rows * (model.kernel.matrix @ (inside * np.exp(_at_nodes(surface))))
    wanted -= projector @ (projector.T @ wanted)
    return part(np.log(omega), rows, projector, wanted, start)


def _at_nodes(surface: Surface) -> Array:
    nodes: Array = surface.shape[::FINER]
    return nodes


def _peak(
    omega: Array,
    scale: float,
    top: Maximum,
    value: tuple[float, float],
    covariance: Array,
    height: float,
    shape: str,
) -> RelaxationPeak:
    resistance, time = scale * value[0], float(np.exp(value[1]))
    relative_r, relative_tau = np.sqrt(np.diag(covariance))
    relative_c = np.sqrt(max(covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1], 0.0))
    remarks = []
    if not 1 / np.max(omega) <= time <= 1 / np.min(omega):
        remarks.append("beyond the measured range")
    if top.shared:
        remarks.append(SHARED)
    if relative_r > UNCERTAIN:
        remarks.append("the resistance is uncertain by more than half")
    return RelaxationPeak(
        tau_s=time,
        tau_uncertainty_s=float(time * relative_tau),
        resistance_ohm=float(resistance),
        resistance_uncertainty_ohm=float(abs(resistance) * relative_r),
        capacitance_f=float(time / resistance),
        capacitance_uncertainty_f=float(abs(time / resistance) * relative_c),
        height_ohm=float(scale * height),
        identifiable=not remarks,
        shape=shape,
        remarks=tuple(remarks),
    )
