"""The network that a cured binder is: its arms and sites in numbers per mass, and what follows, sampled."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from byssus.simulate.chains import Ensemble, SchulzZimm, Slices, chains_of_masses
from byssus.simulate.gelation import gel_point, network
from byssus.simulate.loops import loop_share

__all__ = ["Binder", "Grown", "gel_curve", "grow", "loops_of"]

Floats = NDArray[np.float64]

CURVE_POINTS = 101


@dataclass(frozen=True)
class Binder:
    """A binder with its crosslinker, per kg of polymer, and its chains.

    ``sites_mol_per_kg`` counts every site that can open an oxirane, ``sites_per_unit`` those of one repeat unit;
    ``crosslinker_mass`` is the crosslinker's mass over the polymer's, ``oxirane_mol_per_kg`` its rings per its own kg.
    ``slices`` are its measured distribution, of which the averages then are.
    """

    arms: int
    sites_mol_per_kg: float
    sites_per_unit: float
    crosslinker_mass: float
    oxirane_mol_per_kg: float
    number_average_kg_per_mol: float
    weight_average_kg_per_mol: float | None
    slices: Slices | None = None

    def chains(self, mn: float, mw: float | None) -> Ensemble:
        """The chains, were their averages (kg/mol) these.

        Measured ones keep their shape: an error of calibration moves all molar masses alike. Else Schulz-Zimm chains;
        most probable ones where only Mn is known.
        """
        if self.slices is not None:
            scale = mn / self.number_average_kg_per_mol
            molar_mass = scale * self.slices.molar_mass_kg_per_mol
            return chains_of_masses(molar_mass, self.slices.mass, self.sites_mol_per_kg)
        k = 1.0 if mw is None else mn / max(mw - mn, 1e-3 * mn)
        return SchulzZimm(self.sites_mol_per_kg * mn, k)

    @property
    def arms_per_site(self) -> float:
        return self.crosslinker_mass * self.oxirane_mol_per_kg / self.sites_mol_per_kg


@dataclass(frozen=True)
class Grown:
    """Sampled results, shape ``(samples,)``: mass fractions of gel (all, and of the chains), strands and cycle rank in
    mol per m^3, the conversion of the gel point (above 1: none)."""

    gel: Floats
    chain_gel: Floats
    strands_mol_per_m3: Floats
    cycle_rank_mol_per_m3: Floats
    gel_point: Floats


def loops_of(binder: Binder, length_m: Floats, persistence_m: Floats, reach_m: Floats, density: Floats) -> Floats:
    """The share of arms lost to loops, sampled; ``length_m`` is that of a repeat unit, ``density`` in kg/m^3."""
    avogadro = 6.02214076e23
    sites = binder.sites_mol_per_kg * density * avogadro / (1 + binder.crosslinker_mass)  # per volume of all
    given = np.broadcast_arrays(length_m / binder.sites_per_unit, persistence_m, reach_m, sites)
    return np.array([loop_share(*map(float, row)) for row in zip(*given, strict=True)])


def grow(
    binder: Binder, tied: Floats, loops: Floats, richness: Floats, density: Floats,
    number: Floats | None = None, weight: Floats | None = None,
) -> Grown:  # fmt: skip
    """The network at a share of arms ``tied`` to chains, of which ``loops`` return to their own chain.

    ``richness`` scales the amount of crosslinker within its printed digits. ``number`` and ``weight`` are samples of
    the chains' averages (kg/mol) where these are uncertain. Strands are per volume of all.
    """
    rows = []
    mn = np.full(len(tied), binder.number_average_kg_per_mol) if number is None else number
    mw = [binder.weight_average_kg_per_mol] * len(tied) if weight is None else weight.tolist()
    for a, lost, more, rho, n, w in zip(np.clip(tied, 0, 1), loops, richness, density, mn, mw, strict=True):
        chains = binder.chains(float(n), w)
        arms_per_site = binder.arms_per_site * more
        useful = min(a * (1 - lost), 1 / arms_per_site)  # no more arms are tied than there are sites
        share = min(useful * arms_per_site, 1.0)
        found = network(binder.arms, useful, chains, share)
        mass = binder.crosslinker_mass * more
        gel = (1 - found.chain_sol + mass * (1 - found.crosslinker_sol)) / (1 + mass)
        chains_per_m3 = rho / (1 + mass) / n
        point = gel_point(binder.arms, 1 / arms_per_site, chains) / (1 - lost)
        strands, rank = found.strands * chains_per_m3, found.cycle_rank * chains_per_m3
        rows.append((gel, 1 - found.chain_sol, strands, rank, point))
    return Grown(*(np.array(column) for column in zip(*rows, strict=True)))


def gel_curve(binder: Binder, loops: Floats, points: int = CURVE_POINTS) -> tuple[Floats, Floats]:
    """The gel fraction of all against the share of arms tied to chains, for the nominal loss to loops."""
    tied = np.linspace(0.0, 1.0, points)
    one = np.ones(points)
    return tied, grow(binder, tied, loops[0] * one, one, 1400.0 * one).gel
