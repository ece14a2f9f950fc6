"""Ring closure and ring opening side by side: what a cure makes of sites, acids, amines and oxirane rings.

What is integrated is how far each reaction has gone, in mol per kg of film; every amount follows from that by
stoichiometry, so that nothing is lost. Whether an acid, or an amine, is still free beside an amide is taken as
independent of the amide. No reaction is slowed by diffusion, so that in a glass the conversions are upper ends.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from byssus.errors import AnalysisError, Problem, StudyError
from byssus.simulate.cure_channels import Constants
from byssus.simulate.programme import Programme

__all__ = ["CHANNELS", "OXIRANE_CHANNELS", "Cured", "Mixture", "cure"]

Floats = NDArray[np.float64]

# The reactions, in the order of the extents. Sites are fast or slow to close; the rest is one of each.
REACTIONS = (
    "imide, fast", "imide, slow", "benzimidazole, fast", "benzimidazole, slow", "amide, fast", "amide, slow",
    "primary amine", "secondary amine", "acid", "hydroxyl", "hydrolysis, fast", "hydrolysis, slow", "water lost",
)  # fmt: skip
CHANNELS: Mapping[str, tuple[int, ...]] = {
    "imide": (0, 1), "benzimidazole": (2, 3), "amide N-H": (4, 5), "aromatic amine": (6,), "secondary amine": (7,),
    "acid": (8,), "hydroxyl": (9,), "hydrolysis": (10, 11), "water lost": (12,),
}  # fmt: skip
OXIRANE_CHANNELS = ("amide N-H", "aromatic amine", "secondary amine", "acid", "hydroxyl")
POINTS = 160  # of the curves
RELATIVE, ABSOLUTE_MOL_PER_KG = 1e-8, 1e-11
MEND = "Rates that differ by very many orders of magnitude cannot be followed together."
MOST_CALLS = 100_000  # of the rates; a cure takes some thousand


@dataclass(frozen=True)
class Mixture:
    """What a film starts with, in mol per kg: amic acid sites (an amide N-H and an acid each), free aromatic amines
    beside an amide, oxirane rings, water."""

    sites: float
    amines: float = 0.0
    oxirane: float = 0.0
    water: float = 0.0

    def __post_init__(self) -> None:
        problems = [
            Problem("no such amount", name, f"{value:g} mol/kg", "0 or more")
            for name, value in vars(self).items()
            if not 0 <= value < np.inf
        ]
        if self.amines > self.sites:
            got = f"{self.amines:g} beside {self.sites:g} mol/kg"
            problems.append(Problem("more amines than amides that they stand beside", "amines", got))
        if problems:
            raise StudyError(*problems)


@dataclass(frozen=True)
class Cured:
    """A cure against time: ``extents`` are shape ``(times, samples, reactions)``; the first sample is nominal.

    All properties have shape ``(times, samples)``.
    """

    mixture: Mixture
    times_s: Floats
    temperature_k: Floats
    extents: Floats
    slow_share: Floats

    def gone(self, channel: str) -> Floats:
        """How far a channel of ``CHANNELS`` has gone, mol/kg."""
        return np.asarray(self.extents[..., CHANNELS[channel]].sum(axis=-1))

    @property
    def rings(self) -> Floats:
        """Imide and benzimidazole rings, mol/kg."""
        return self.gone("imide") - self.gone("hydrolysis") + self.gone("benzimidazole")

    @property
    def ring_closure(self) -> Floats:
        """Rings over the sites there were."""
        return self.rings / self.mixture.sites if self.mixture.sites else np.zeros_like(self.rings)

    @property
    def oxirane(self) -> Floats:
        """Oxirane rings left, mol/kg."""
        return self.mixture.oxirane - sum((self.gone(name) for name in OXIRANE_CHANNELS), np.zeros_like(self.rings))

    @property
    def epoxide_conversion(self) -> Floats:
        """Oxirane rings opened over those there were; 0 where there were none."""
        start = self.mixture.oxirane
        return 1 - self.oxirane / start if start else np.zeros_like(self.oxirane)

    @property
    def amide(self) -> Floats:
        """Amide N-H left, mol/kg."""
        return self.mixture.sites - self.rings - self.gone("amide N-H")

    @property
    def acid(self) -> Floats:
        """Acid left, mol/kg."""
        return self.mixture.sites - self.gone("imide") + self.gone("hydrolysis") - self.gone("acid")

    @property
    def hydroxyl(self) -> Floats:
        """Hydroxyls of opened rings, mol/kg; one that opens a ring leaves another."""
        return self.mixture.oxirane - self.oxirane - self.gone("hydroxyl")

    @property
    def water(self) -> Floats:
        """Water in the film, mol/kg."""
        return self.mixture.water + self.rings - self.gone("water lost")

    def share_of_oxirane(self, channel: str) -> Floats:
        """The share of all oxirane rings that a channel has opened."""
        start = self.mixture.oxirane
        return self.gone(channel) / start if start else np.zeros_like(self.oxirane)

    @property
    def tied(self) -> Floats:
        """The share of oxirane rings that tie the crosslinker to a chain: all channels but the hydroxyl's."""
        return self.epoxide_conversion - self.share_of_oxirane("hydroxyl")

    @property
    def blocked(self) -> Floats:
        """The share of sites that an oxirane keeps open: at the amide, or at its acid, each counted once.

        An acid that took an oxirane beside a benzimidazole keeps nothing open.
        """
        start = self.mixture.sites
        if not start:
            return np.zeros_like(self.oxirane)
        amide, acid = self.gone("amide N-H"), self.gone("acid")
        not_imide = start - self.gone("imide") + self.gone("hydrolysis")
        still_open = np.maximum(start - self.rings - amide, 0.0)
        return np.asarray((amide + still_open * np.minimum(_share(acid, not_imide), 1.0)) / start)


def cure(mixture: Mixture, programme: Programme, constants: Constants) -> Cured:
    """Integrate the cure for all samples together, piece by piece of the programme.

    Raises :class:`AnalysisError` where the integrator gives up.
    """
    grid = _grid(programme)
    size, width = constants.samples, len(REACTIONS)
    state, calls = np.zeros(size * width), itertools.count()
    found = [state.reshape(1, size, width)]
    for k, vacuum in enumerate(programme.vacuum):
        start, end = programme.times_s[k : k + 2]
        times = grid[(grid > start) & (grid <= end)]

        def slopes(time_s: float, flat: Floats, vacuum: bool = vacuum) -> Floats:
            if next(calls) > MOST_CALLS:
                raise AnalysisError(Problem("the cure could not be integrated", got=f"{MOST_CALLS} steps", mend=MEND))
            rates = constants.at(programme.at(time_s))
            return _rates(mixture, constants, rates, flat.reshape(size, width), vacuum).ravel()

        done = solve_ivp(
            slopes, (start, end), state, "LSODA", times, rtol=RELATIVE, atol=ABSOLUTE_MOL_PER_KG,
            lband=width - 1, uband=width - 1, first_step=min(1.0, 1e-3 * (end - start)),
        )  # fmt: skip
        if not done.success:
            raise AnalysisError(Problem("the cure could not be integrated", f"piece {k + 1}", str(done.message)))
        state = done.y[:, -1]
        found.append(done.y.T.reshape(len(times), size, width))
    temperature = np.interp(grid, programme.times_s, programme.temperature_k)
    return Cured(mixture, grid, temperature, np.concatenate(found), constants.slow_share)


def _grid(programme: Programme) -> Floats:
    evenly = np.linspace(programme.times_s[0], programme.times_s[-1], POINTS)
    return np.unique(np.concatenate([evenly, programme.times_s]))


def _rates(mixture: Mixture, constants: Constants, k: Mapping[str, Floats], x: Floats, vacuum: bool) -> Floats:
    """The rate of each reaction, shape ``(samples, reactions)``, mol/(kg s)."""
    slow = constants.slow_share
    imide = x[:, 0] + x[:, 1] - x[:, 10] - x[:, 11]
    benzimidazole = x[:, 2] + x[:, 3]
    fast_sites = np.maximum((1 - slow) * mixture.sites - x[:, 0] - x[:, 2] - x[:, 4] + x[:, 10], 0.0)
    slow_sites = np.maximum(slow * mixture.sites - x[:, 1] - x[:, 3] - x[:, 5] + x[:, 11], 0.0)
    acid = np.maximum(mixture.sites - imide - x[:, 8], 0.0)
    primary = np.maximum(mixture.amines - x[:, 6] - benzimidazole, 0.0)
    secondary = np.maximum(x[:, 6] - x[:, 7], 0.0)
    oxirane = np.maximum(mixture.oxirane - x[:, 4:10].sum(axis=1), 0.0)
    hydroxyl = x[:, 4:9].sum(axis=1)
    water = mixture.water + imide + benzimidazole - x[:, 12]
    free_acid = _share(acid, acid + x[:, 8])
    free_amine = _share(primary, mixture.sites - benzimidazole)  # an amide need not have an amine beside it
    retarded = _share(k["imidisation_slow"], k["imidisation_fast"])
    wet = np.maximum(water, 0.0)
    loss = k["water_loss_vacuum"] * water if vacuum else k["water_loss_air"] * (water - constants.air_water)
    rates = (
        k["imidisation_fast"] * fast_sites * free_acid,
        k["imidisation_slow"] * slow_sites * free_acid,
        k["benzimidazole"] * fast_sites * free_amine,
        k["benzimidazole"] * retarded * slow_sites * free_amine,
        k["amide_oxirane"] * fast_sites * oxirane,
        k["amide_oxirane"] * slow_sites * oxirane,
        k["primary_amine_oxirane"] * primary * oxirane,
        k["primary_amine_oxirane"] * k["secondary_amine_ratio"] * secondary * oxirane,
        k["acid_oxirane"] * acid * oxirane,
        k["hydroxyl_oxirane"] * hydroxyl * oxirane,
        k["hydrolysis"] * np.maximum(x[:, 0] - x[:, 10], 0.0) * wet,
        k["hydrolysis"] * np.maximum(x[:, 1] - x[:, 11], 0.0) * wet,
        loss,
    )
    return np.stack(rates, axis=1)


def _share(part: Floats, whole: Floats) -> Floats:
    """``part / whole``, 0 where there is nothing."""
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
