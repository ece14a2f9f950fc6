"""From components to parameters: which are free, which are tied, where they start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.xps._components import Component
from byssus.analyse.xps._lines import line
from byssus.analyse.xps._model import Layout, Spectrum
from byssus.errors import AnalysisError, Problem

__all__ = ["Freedom", "Prepared", "prepare"]

Floats = NDArray[np.float64]
WIDTHS_EV = (0.4, 3.5)  # no core level of these samples is narrower, or wider without being two
START_WIDTH_EV = 1.3
MOST_LOSS = 1.0  # of a Shirley background, per eV: ten times what metals show
END_SHARE = 0.05  # of a window, whose mean counts stand for its end


@dataclass(frozen=True)
class Freedom:
    """What of the lines is free: positions ("free", "fixed"), widths ("each", "one a region"), mixing ("fixed", "one
    a region"); ``mixing`` is the value fixed or started from."""

    positions: str = "free"
    widths: str = "each"
    mix: str = "fixed"
    mixing: float = 0.3


@dataclass(frozen=True)
class Prepared:
    """A layout, its start, and for each component the indices of its lines (main line first)."""

    layout: Layout
    start: Floats
    lines: tuple[tuple[int, ...], ...]


class _Builder:
    """Free parameters as they are named, and every parameter as a free one, scaled and moved, or a constant."""

    def __init__(self) -> None:
        self.rows: list[tuple[int | None, float, float]] = []
        self.names: list[str] = []
        self.start: list[float] = []
        self.bounds: list[tuple[float, float]] = []

    def free(self, name: str, start: float, low: float, high: float) -> tuple[int, float, float]:
        self.names.append(name)
        self.start.append(min(max(start, low), high))
        self.bounds.append((low, high))
        return len(self.names) - 1, 1.0, 0.0

    def layout(self, region_of: Sequence[int], asymmetric: Sequence[bool]) -> Layout:
        ties = np.zeros((len(self.rows), len(self.names)))
        for row, (at, factor, _) in enumerate(self.rows):
            if at is not None:
                ties[row, at] = factor
        return Layout(
            tuple(region_of), tuple(asymmetric), np.array([offset for *_, offset in self.rows]), ties,
            np.array([b[0] for b in self.bounds]), np.array([b[1] for b in self.bounds]), tuple(self.names),
        )  # fmt: skip


Tie = tuple[int | None, float, float]


def _scaled(tie: Tie, factor: float, offset: float = 0.0) -> Tie:
    return tie[0], tie[1] * factor, tie[2] * factor + offset


def prepare(
    spectra: Sequence[Spectrum], components: Sequence[Component], freedom: Freedom, atoms_factor: Mapping[str, float]
) -> Prepared:
    """The parameters of these regions with their components; ``atoms_factor`` has counts per atom for each region.

    Raises :class:`AnalysisError` for links in a circle, or by atoms without a sensitivity factor.
    """
    builder = _Builder()
    for spectrum in spectra:
        builder.rows += _background(builder, spectrum)
    ties = _shapes(builder, components, freedom, atoms_factor)
    region_of, asymmetric, lines = list[int](), list[bool](), list[tuple[int, ...]]()
    places = {spectrum.name: r for r, spectrum in enumerate(spectra)}
    for one in components:
        area, position, width, mix, tail = ties[one.key]
        own = []
        for factor, distance in ((1.0, 0.0), *(((one.ratio, one.split_ev),) if one.ratio else ())):
            own.append(len(region_of))
            region_of.append(places[one.region])
            asymmetric.append(one.tail is not None)
            builder.rows += [_scaled(area, factor), _scaled(position, 1.0, distance), width, mix, tail]
        lines.append(tuple(own))
    layout = builder.layout(region_of, asymmetric)
    return Prepared(layout, _with_areas(spectra, layout, np.array(builder.start)), tuple(lines))


def _background(builder: _Builder, spectrum: Spectrum) -> list[Tie]:
    name, kind = spectrum.name, spectrum.background
    ends = max(int(END_SHARE * len(spectrum.counts)), 1)
    low = float(np.mean(spectrum.counts[:ends]))
    rows: list[Tie] = [builder.free(f"{name} level", low, 0.0, np.inf)]
    rows.append(builder.free(f"{name} slope", 0.0, -np.inf, np.inf) if "linear" in kind else (None, 0.0, 0.0))
    most = MOST_LOSS if "shirley" in kind else np.inf
    rows.append((None, 0.0, 0.0) if kind == "linear" else builder.free(f"{name} loss", 0.01, 0.0, most))
    return rows


def _shapes(
    builder: _Builder, components: Sequence[Component], freedom: Freedom,
    atoms_factor: Mapping[str, float],
) -> dict[tuple[str, str], tuple[Tie, ...]]:  # fmt: skip
    """Area, position, width, mixing and asymmetry of each component, masters before what is linked to them."""
    found: dict[tuple[str, str], tuple[Tie, ...]] = {}
    shared: dict[tuple[str, str], Tie] = {}
    waiting = list(components)
    while waiting:
        ready = [one for one in waiting if one.of is None or one.of in found]
        if not ready:
            names = ", ".join(one.name for one in waiting)
            raise AnalysisError(Problem("components linked in a circle", "components", names))
        for one in ready:
            master = found[one.of] if one.of else None
            found[one.key] = (
                _area(builder, one, master, atoms_factor),
                _position(builder, one, master, freedom),
                _width(builder, one, master, freedom, shared),
                _mixing(builder, one, freedom, shared),
                (None, 0.0, one.tail or 0.0),
            )
        waiting = [one for one in waiting if one.key not in found]
    return found


def _area(builder: _Builder, one: Component, master: tuple[Tie, ...] | None, factor: Mapping[str, float]) -> Tie:
    if master is not None and one.of is not None and one.area is not None:
        return _scaled(master[0], one.area)
    if master is not None and one.of is not None and one.atoms is not None:
        if one.region not in factor or one.of[0] not in factor:
            raise AnalysisError(
                Problem(
                    "no sensitivity factor for a link by atoms", "components", one.name, "sensitivity = 'Mo 3d: 9.5'"
                )
            )
        return _scaled(master[0], one.atoms * factor[one.region] / factor[one.of[0]])
    return builder.free(f"{one.region} {one.name} area", 1.0, 0.0, np.inf)


def _position(builder: _Builder, one: Component, master: tuple[Tie, ...] | None, freedom: Freedom) -> Tie:
    if master is not None and one.shift_ev is not None:
        return _scaled(master[1], 1.0, one.shift_ev)
    if freedom.positions == "fixed" or one.within_ev == 0:
        return None, 0.0, one.at_ev
    low, high = one.at_ev - one.within_ev, one.at_ev + one.within_ev
    return builder.free(f"{one.region} {one.name} position", one.at_ev, low, high)


def _width(
    builder: _Builder,
    one: Component,
    master: tuple[Tie, ...] | None,
    freedom: Freedom,
    shared: dict[tuple[str, str], Tie],
) -> Tie:
    if master is not None and one.same_width:
        return master[2]
    start = one.fwhm_ev or START_WIDTH_EV
    if freedom.widths == "one a region":
        key = (one.region, "width")
        if key not in shared:
            shared[key] = builder.free(f"{one.region} width", start, *WIDTHS_EV)
        return shared[key]
    return builder.free(f"{one.region} {one.name} width", start, *WIDTHS_EV)


def _mixing(builder: _Builder, one: Component, freedom: Freedom, shared: dict[tuple[str, str], Tie]) -> Tie:
    if one.mixing is not None:
        return None, 0.0, one.mixing
    if freedom.mix == "fixed":
        return None, 0.0, freedom.mixing
    key = (one.region, "mixing")
    if key not in shared:
        shared[key] = builder.free(f"{one.region} mixing", freedom.mixing, 0.0, 1.0)
    return shared[key]


def _with_areas(spectra: Sequence[Spectrum], layout: Layout, start: Floats) -> Floats:
    """Areas by linear least squares upon a line through the window's ends, at the lines' first positions and widths."""
    out = start.copy()
    every = layout.everything(start)
    regions = 3 * len(spectra)
    for r, spectrum in enumerate(spectra):
        ends = max(int(END_SHARE * len(spectrum.counts)), 1)
        low, high = float(np.mean(spectrum.counts[:ends])), float(np.mean(spectrum.counts[-ends:]))
        net = spectrum.counts - np.linspace(low, high, len(spectrum.counts))
        columns: dict[int, Floats] = {}
        for k in (k for k, place in enumerate(layout.region_of) if place == r):
            row = regions + 5 * k
            shape = line(spectrum.energy_ev, every[row + 1 : row + 5], layout.asymmetric[k])[0]
            for j in np.flatnonzero(layout.ties[row]).tolist():
                columns[j] = columns.get(j, 0.0) + layout.ties[row, j] * shape
        if not columns:
            continue
        solved = np.linalg.lstsq(np.column_stack(list(columns.values())), net, rcond=1e-6)[0]
        total = max(float(np.trapezoid(net, spectrum.energy_ev)), 1.0)
        for index, area in zip(columns, solved, strict=True):
            out[index] = max(float(area), 1e-3 * total)
        if "shirley" in spectrum.background:
            place = layout.names.index(f"{spectrum.name} loss")
            out[place] = min(max((high - low) / max(sum(out[j] for j in columns), 1.0), 1e-4), MOST_LOSS)
    return out
