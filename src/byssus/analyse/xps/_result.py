"""The fit of the regions of one specimen: components with covariances, and atomic fractions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.xps._components import Component
from byssus.analyse.xps._fit import Fit, fit
from byssus.analyse.xps._library import sensitivity
from byssus.analyse.xps._model import Spectrum, curves
from byssus.analyse.xps._regions import Measured, net_area
from byssus.analyse.xps._setup import Freedom, Prepared, prepare

__all__ = ["DETECTED", "Atoms", "Quantification", "RegionFit", "atomic_fractions", "counts_per_atom", "fit_regions"]

Floats = NDArray[np.float64]
DETECTED = 3.0  # standard uncertainties that an area must reach: the customary limit of detection


@dataclass(frozen=True)
class RegionFit:
    """One region with its fit; ``components`` is empty where there was none, the area then that above a Shirley line.

    ``areas`` ``(k,)`` in counts eV with ``area_covariance``; ``fractions`` ``(k,)`` with ``fraction_covariance``
    ``(k, k)``; ``positions_ev`` and ``widths_ev`` ``(k,)`` with standard uncertainties, zero where fixed. All
    covariances are Fisher's, times ``scatter`` (deviance per degree of freedom) where that is above one.
    """

    region: Measured
    components: tuple[Component, ...]
    background: Floats
    lines: Floats
    areas: Floats
    area_covariance: Floats
    fractions: Floats
    fraction_covariance: Floats
    positions_ev: Floats
    position_u_ev: Floats
    widths_ev: Floats
    width_u_ev: Floats
    at_limit: tuple[str, ...]
    scatter: float
    free: tuple[str, ...]
    converged: bool
    background_kind: str = "shirley"
    warnings: tuple[str, ...] = ()

    @property
    def area(self) -> float:
        return float(np.sum(self.areas))


@dataclass(frozen=True)
class Quantification:
    """How counts become atoms: factors by core level, exponent of the escape depth, transmission divided out or not."""

    factors: Mapping[str, float] = field(default_factory=dict)
    escape_exponent: float = 0.75
    transmission: bool = True

    def factor(self, level: str) -> float | None:
        return self.factors.get(level, sensitivity(level))


@dataclass(frozen=True)
class Atoms:
    """Atomic fractions ``(e,)`` of ``elements`` with their covariance; levels in ``missing`` have no factor.

    The area of an element in ``undetected`` is below three standard uncertainties.
    """

    elements: tuple[str, ...]
    levels: tuple[str, ...]
    fractions: Floats
    covariance: Floats
    missing: tuple[str, ...]
    conditions: Mapping[str, Any]
    remarks: tuple[str, ...]
    undetected: tuple[str, ...] = ()


def counts_per_atom(region: Measured, how: Quantification) -> float | None:
    """Counts eV per atom, up to a constant: S T (hv - E)^n; None without a sensitivity factor."""
    factor = how.factor(region.level)
    if factor is None:
        return None
    if region.photon_ev is not None:
        factor *= max(region.photon_ev - float(np.mean(region.energy_ev)), 1.0) ** how.escape_exponent
    return factor * (region.transmission if how.transmission and region.transmission else 1.0)


def fit_regions(
    regions: Sequence[Measured], components: Sequence[Component], background: str, freedom: Freedom, how: Quantification
) -> tuple[RegionFit, ...]:
    """The regions of one specimen at one condition; those whose components are linked are fitted together."""
    out: dict[int, RegionFit] = {}
    for group in _linked(regions, components):
        chosen = [regions[i] for i in group]
        own = [c for c in components if c.region in {r.level for r in chosen}]
        if not own:
            for i in group:
                out[i] = _bare(regions[i])
            continue
        spectra = [Spectrum(r.level, r.energy_ev, r.counts, background) for r in chosen]
        per_atom = {r.level: f for r in chosen if (f := counts_per_atom(r, how)) is not None}
        ready = prepare(spectra, own, freedom, per_atom)
        areas = np.array(["area" in name for name in ready.layout.names])
        done = fit(spectra, ready.layout, ready.start, keep=areas)
        for place, i in enumerate(group):
            out[i] = _region(regions[i], place, spectra, own, ready, done)
    return tuple(out[i] for i in range(len(regions)))


def _linked(regions: Sequence[Measured], components: Sequence[Component]) -> list[list[int]]:
    """Indices of regions, together where a component of one is linked to one of the other; each level once."""
    parent = {r.level: r.level for r in regions}

    def root(level: str) -> str:
        while parent[level] != level:
            level = parent[level]
        return level

    for one in components:
        if one.of is not None and one.region in parent and one.of[0] in parent:
            parent[root(one.region)] = root(one.of[0])
    groups: dict[tuple[str, int], list[int]] = {}
    seen: dict[str, int] = {}
    for i, region in enumerate(regions):
        # a level measured twice is fitted by itself a second time; one of no level by itself
        seen[region.level] = seen.get(region.level, 0) + 1
        groups.setdefault((root(region.level) if region.level else f"no level {i}", seen[region.level]), []).append(i)
    return list(groups.values())


def _bare(region: Measured) -> RegionFit:
    area, u, background = net_area(region.energy_ev, region.counts)
    one, none = np.array([area]), np.empty(0)
    return RegionFit(
        region, (), background, np.empty((0, len(region.counts))), one, np.array([[u * u]]), np.ones(1),
        np.zeros((1, 1)), none, none, none, none, (), 1.0, (), True, "shirley between the ends", region.warnings,
    )  # fmt: skip


def _region(
    region: Measured,
    place: int,
    spectra: Sequence[Spectrum],
    components: Sequence[Component],
    ready: Prepared,
    done: Fit,
) -> RegionFit:
    layout, spectrum = ready.layout, spectra[place]
    regions = 3 * len(spectra)
    own = [k for k, one in enumerate(components) if one.region == region.level]
    red = done.deviance / max(done.freedom, 1)
    scatter = red if not region.counted else max(red, 1.0)
    every, covariance = layout.everything(done.free), done.covariance * scatter
    rows = np.array([[regions + 5 * ready.lines[k][0] + j for j in range(5)] for k in own])
    spread = np.zeros((len(own), len(every)))
    for i, k in enumerate(own):
        for index in ready.lines[k]:
            spread[i, regions + 5 * index] = 1.0
    to_areas = spread @ layout.ties
    areas = spread @ every
    area_cov = to_areas @ covariance @ to_areas.T
    fractions, fraction_cov = _shares(areas, area_cov)
    u = np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", layout.ties, covariance, layout.ties), 0.0))
    background, lines = curves(spectrum, layout, every, place, regions)
    indices = [m for m, at in enumerate(layout.region_of) if at == place]
    stacked = np.array([lines[[indices.index(m) for m in ready.lines[k]]].sum(axis=0) for k in own])
    limits = tuple(
        name for name, b in zip(layout.names, done.bounded, strict=True) if b and name.startswith(f"{region.level} ")
    )
    return RegionFit(
        region, tuple(components[k] for k in own), background, stacked, areas, area_cov, fractions, fraction_cov,
        every[rows[:, 1]], u[rows[:, 1]], every[rows[:, 2]], u[rows[:, 2]], limits, scatter,
        tuple(n for n in layout.names if n.startswith(f"{region.level} ")), done.converged, spectrum.background,
        region.warnings,
    )  # fmt: skip


def _shares(areas: Floats, covariance: Floats) -> tuple[Floats, Floats]:
    """Each area over their sum, and the covariance by the first derivatives; NaN where there is no area at all."""
    total = float(np.sum(areas))
    if not total > 0:
        return np.full(len(areas), np.nan), np.full((len(areas), len(areas)), np.nan)
    shares = areas / total
    slopes = (np.eye(len(areas)) - shares[:, None]) / total
    return shares, slopes @ covariance @ slopes.T


def atomic_fractions(fits: Sequence[RegionFit], how: Quantification) -> Atoms | None:
    """Fractions of the elements whose regions have a sensitivity factor; None for fewer than two elements.

    An element seen in several regions is taken from the first of them that was fitted. Regions are independent.
    """
    chosen: dict[str, RegionFit] = {}
    missing, remarks = [], []
    for one in sorted((f for f in fits if f.region.level), key=lambda f: not f.components):
        element = one.region.level.split()[0]
        if counts_per_atom(one.region, how) is None:
            missing.append(one.region.level)
        elif element not in chosen:
            chosen[element] = one
        else:
            remarks.append(f"{element} is taken from {chosen[element].region.level}, not from {one.region.level}")
    if len(chosen) < 2:
        return None
    if how.escape_exponent and any(f.region.photon_ev is None for f in chosen.values()):
        remarks.append("no photon energy in the file, and photon_energy is not given: escape depths are taken as equal")
    per_atom = np.array([counts_per_atom(f.region, how) or 1.0 for f in chosen.values()])
    numbers = np.array([max(f.area, 0.0) for f in chosen.values()]) / per_atom
    variances = np.array([np.sum(f.area_covariance) for f in chosen.values()]) / per_atom**2
    fractions, covariance = _shares(numbers, np.diag(variances))
    first = next(iter(chosen.values())).region
    return Atoms(
        tuple(chosen), tuple(f.region.level for f in chosen.values()), fractions, covariance, tuple(missing),
        dict(first.conditions), tuple(remarks),
        tuple(e for e, f in chosen.items() if not f.area > DETECTED * np.sqrt(np.sum(f.area_covariance))),
    )  # fmt: skip
