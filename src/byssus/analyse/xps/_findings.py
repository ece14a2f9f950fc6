"""The numbers and curves of fitted core levels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from byssus.analyse.xps._library import LIBRARY, SENSITIVITY_SOURCE
from byssus.analyse.xps._result import DETECTED
from byssus.figure import Axis, Figure, Mark, Series, decimate
from byssus.findings import Finding

if TYPE_CHECKING:
    from byssus.analyse.xps._result import Atoms, RegionFit
    from byssus.analyse.xps.technique import XpsResult

__all__ = ["BAD_FIT", "FIGURES", "findings", "series"]

BAD_FIT = 2.0  # deviance per degree of freedom beyond which the model, not the noise, is at fault
NORMAL_95 = 1.959964
NO_COMPONENTS = "no components are given for this region: say which, as components = 'C 1s: C-C; C-O; Li2CO3'"


def _name(level: str) -> str:
    return f"core_level_{level.lower().replace(' ', '_').replace('/', '_')}"


def _figures(level: str, title: str) -> tuple[Figure, Figure]:
    energy = Axis("core_level_energy", descending=True)
    return (
        Figure(
            _name(level), title, energy, Axis("photoelectron_counts"), panels="binder", vary="component",
            caption="Counts (points), each component upon the background, the background, and their sum; ticks are "
            "the components' positions.",
        ),
        Figure(
            f"{_name(level)}_residuals", f"{title}: what the fit leaves", energy, Axis("counting_residual"), "points",
            panels="binder", caption="Counts less the fit over the square root of the fit: of a true model, noise "
            "of size 1 without a trend.",
        ),
    )  # fmt: skip


# one figure a core level, so that each has its own axis of energy; the rest share one
_LEVELS = tuple(dict.fromkeys(known.region for known in LIBRARY))
FIGURES = (
    *(figure for level in _LEVELS for figure in _figures(level, f"{level} with its components")),
    *_figures("other", "Other core levels"),
)


def findings(result: XpsResult) -> tuple[Finding, ...]:
    """Component fractions, binding energies and atomic fractions, with their uncertainties."""
    return tuple(
        replace(one, remarks=tuple(dict.fromkeys((*one.remarks, *result.warnings)))) if one.status != "ok" else one
        for one in _all(result)
    )


def _all(result: XpsResult) -> Iterator[Finding]:
    for region in result.regions:
        if region.components:
            yield from _components(result, region)
        else:
            like = Finding("component_fraction", None, "1", at=_at(region), status="missing_input")
            yield replace(like, remarks=(NO_COMPONENTS, *region.warnings))
    for atoms in result.atoms:
        yield from _atoms(result, atoms)
    for table in result.tables:
        for name, component, position, share in table.rows:
            at = {"region": name, "component": component}
            method = f"as {table.program}'s table of peaks has it, not fitted again"
            yield Finding("component_fraction", share, "1", at=at, n=1, method=method)
            yield Finding("core_level_energy", position, "eV", at=at, n=1, method=method)


def _at(region: RegionFit, component: str = "") -> dict[str, Any]:
    named = {"region": region.region.level or region.region.name}
    return {**region.region.conditions, **named, **({"component": component} if component else {})}


def _method(result: XpsResult, region: RegionFit) -> str:
    low, high = region.region.energy_ev[0], region.region.energy_ev[-1]
    free = ", ".join(name.removeprefix(f"{region.region.level} ") for name in region.free)
    noise = "Poisson likelihood" if region.region.counted else "Poisson likelihood up to a factor that the fit gives"
    mixing = "" if result.freedom.mix != "fixed" else f"; mixing fixed at {result.freedom.mixing:.3g}"
    return (
        f"{len(region.components)} components on an active background ({region.background_kind}), {low:.1f} to "
        f"{high:.1f} eV, {noise}; {len(region.free)} free parameters: {free}{mixing}; covariance from the information, "
        f"times {region.scatter:.3g}"
    )


def _components(result: XpsResult, region: RegionFit) -> Iterator[Finding]:
    method = _method(result, region)
    common = list(region.warnings)
    if region.scatter > BAD_FIT and region.region.counted:
        common.append(f"deviance {region.scatter:.3g} per degree of freedom: the model lacks something")
    if not region.region.counted:
        common.append("the file has no counts: the size of the noise is taken from the fit")
    if not region.converged:
        common.append("the fit did not settle")
    for k, one in enumerate(region.components):
        at = _at(region, one.name)
        u_area = float(np.sqrt(region.area_covariance[k, k]))
        seen = region.areas[k] > DETECTED * u_area
        remarks = list(common)
        if not seen:
            remarks.append(f"its area is below {DETECTED:g} standard uncertainties: it is not detected")
        prefix = f"{one.region} {one.name} "
        limits = [n.removeprefix(prefix) for n in region.at_limit if n.startswith(prefix)]
        remarks += [f"its {what} is at the limit of its range" for what in limits if what != "area"]
        yield _fraction(region, k, at, method, remarks)
        yield _energy(result, region, k, at, method, remarks, seen)


def _fraction(region: RegionFit, k: int, at: dict[str, Any], method: str, remarks: list[str]) -> Finding:
    value = float(region.fractions[k])
    like = Finding("component_fraction", None, "1", at=at, method=method, equation="f_k = A_k / ΣA", n=1)
    if not np.isfinite(value):
        return replace(like, n=None, status="not_identifiable", remarks=("no line was found in the region", *remarks))
    u = float(np.sqrt(max(region.fraction_covariance[k, k], 0.0)))
    return replace(
        like, value=value, standard_uncertainty=u, interval=(value - NORMAL_95 * u, value + NORMAL_95 * u),
        status="warned" if remarks else "ok", remarks=tuple(remarks),
    )  # fmt: skip


def _energy(
    result: XpsResult, region: RegionFit, k: int, at: dict[str, Any], method: str, remarks: list[str], seen: bool
) -> Finding:
    one = region.components[k]
    started = "" if one.of and one.shift_ev is not None else f", sought within {one.within_ev:g} eV of {one.at_ev:g} eV"
    method = f"{method}{started} ({one.source})"
    like = Finding("core_level_energy", None, "eV", at=at, method=method, equation="", n=1)
    if not seen:
        return replace(like, n=None, status="not_identifiable", remarks=tuple(remarks))
    said, u = list(remarks), float(region.position_u_ev[k])
    if result.reference.replace(" ", "") == f"{one.region}:{one.name}".replace(" ", ""):
        like, u = replace(like, method=f"set: the energy scale is referred to this component; {method}"), 0.0
    elif u == 0 and not any("position is at the limit" in remark for remark in said):
        like = replace(like, method=f"fixed, not fitted; {method}")
    elif not result.reference:
        said.append("on the energy scale of the file: no charge reference is set")
    value = float(region.positions_ev[k])
    interval = (value - NORMAL_95 * u, value + NORMAL_95 * u) if u > 0 else None
    return replace(
        like, value=value, standard_uncertainty=u or None, interval=interval, status="warned" if said else "ok",
        remarks=tuple(said),
    )  # fmt: skip


def _atoms(result: XpsResult, atoms: Atoms) -> Iterator[Finding]:
    how = result.how
    levels = ", ".join(f"{level} {how.factor(level):.4g}" for level in atoms.levels)
    own = f" and {len(how.factors)} given" if how.factors else ""
    method = (
        f"areas over sensitivity factor ({levels}; {SENSITIVITY_SOURCE}{own}), kinetic energy to the power "
        f"{how.escape_exponent:g}" + (" and the file's transmission" if how.transmission else "")
        + "; no correction for the angle between source and analyser"
        + "; uncertainty of the areas alone, a homogeneous sample"
    )  # fmt: skip
    remarks = list(atoms.remarks)
    if atoms.missing:
        names = ", ".join(dict.fromkeys(atoms.missing))
        remarks.append(f"no sensitivity factor for {names}: give it, as sensitivity = 'Mo 3d: 9.5'")
    lacking = [level for level in atoms.missing if level.split()[0] not in atoms.elements]
    for k, element in enumerate(atoms.elements):
        value, u = float(atoms.fractions[k]), float(np.sqrt(max(atoms.covariance[k, k], 0.0)))
        like = Finding(
            "atomic_fraction", value, "1", at={**atoms.conditions, "element": element}, method=method,
            equation="x_i = (A_i/S_i) / Σ(A_j/S_j)", n=1,
        )  # fmt: skip
        if lacking:  # shares of some of the elements are no atomic fractions
            yield replace(like, value=None, n=None, status="missing_input", remarks=tuple(remarks))
            continue
        if not np.isfinite(value) or u == 0:
            yield replace(like, value=None, n=None, status="not_identifiable", remarks=("no area", *remarks))
            continue
        weak = element in atoms.undetected
        said = (*remarks, *((f"its area is below {DETECTED:g} standard uncertainties: not detected",) if weak else ()))
        yield replace(
            like, standard_uncertainty=u, interval=(value - NORMAL_95 * u, value + NORMAL_95 * u),
            status="warned" if said else "ok", remarks=said,
        )  # fmt: skip


def series(result: XpsResult) -> tuple[Series, ...]:
    """Counts, each component upon the background, the background, the sum and the residuals, of every region."""
    out = []
    for region in result.regions:
        x = region.region.energy_ev
        level = region.region.level
        name = _name(level if level in _LEVELS else "other")
        at = _at(region)
        out.append(Series(name, *decimate(x, region.region.counts), at={**at, "component": "counts"}, kind="points"))
        if not region.components:
            continue
        out.append(Series(name, *decimate(x, region.background), at={**at, "component": "background"}))
        for one, curve in zip(region.components, region.lines, strict=True):
            out.append(Series(name, *decimate(x, region.background + curve), at={**at, "component": one.name}))
        whole = region.background + region.lines.sum(axis=0)
        pairs = zip(region.components, region.positions_ev, strict=True)
        marks = tuple(Mark(one.name, float(place)) for one, place in pairs)
        out.append(Series(name, *decimate(x, whole), at={**at, "component": "sum"}, marks=marks))
        left = (region.region.counts - whole) / np.sqrt(np.maximum(whole, 1.0))
        out.append(Series(f"{name}_residuals", *decimate(x, left), at=at))
    return tuple(out)
