"""Chains with many reactive sites, as the recursive theory of gelation sees them: what is left when sites are tied.

The theory needs a distribution of chains only by means of exp(-rate N) over the number of sites N of a chain: by mass,
by site and by number. ``rate`` is -ln of the chance that a site leads to no more than a finite part.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from byssus.errors import Problem, StudyError
from byssus.laws.molar_mass import averages

__all__ = ["Chains", "Ensemble", "SchulzZimm", "Slices", "chains_of_masses", "slices_of"]

Floats = NDArray[np.float64]
MOST_SLICES = 400  # over four decades a slice is then 2 % wide, which costs Mw less than 1e-4 of its value


class Ensemble(Protocol):
    """A distribution of chains. ``exact`` says whether each site is tied or not, rather than few of very many."""

    @property
    def exact(self) -> bool: ...

    @property
    def sites(self) -> float:
        """Mean number of sites of a chain, by number of chains."""
        ...

    @property
    def others(self) -> float:
        """Mean number of other sites on the chain of a site met at random."""
        ...

    def by_mass(self, rate: float) -> float:
        """Mean of exp(-rate N) over mass."""
        ...

    def by_site(self, rate: float) -> tuple[float, float]:
        """Mean of exp(-rate (N - 1)) over sites, and its slope in the rate."""
        ...

    def by_number(self, rate: float) -> float:
        """Mean of exp(-rate N) over chains."""
        ...


@dataclass(frozen=True)
class Chains:
    """A discrete distribution: site numbers (at least 1) and mass of each kind of chain, both shape ``(n,)``.

    Mass is proportional to the number of sites unless ``unit_mass`` (mass of a chain) says otherwise.
    """

    site_numbers: Floats
    mass: Floats
    unit_mass: Floats | None = None

    def __post_init__(self) -> None:
        numbers, mass = np.asarray(self.site_numbers, float), np.asarray(self.mass, float)
        problems = []
        if numbers.ndim != 1 or not numbers.size or not np.all(np.isfinite(numbers)) or np.any(numbers < 1):
            problems.append(Problem("a chain needs sites", "site numbers", _least(numbers), "1 or more of each chain"))
        if mass.shape != numbers.shape or not np.all(np.isfinite(mass)) or np.any(mass < 0) or not mass.sum() > 0:
            problems.append(Problem("no such masses of chains", "mass", _least(mass), "0 or more, and some mass"))
        if problems:
            raise StudyError(*problems)
        each = numbers if self.unit_mass is None else np.asarray(self.unit_mass, float)
        count = mass / each
        object.__setattr__(self, "site_numbers", numbers)
        object.__setattr__(self, "mass", mass / mass.sum())
        object.__setattr__(self, "unit_mass", each)
        object.__setattr__(self, "_share", count / count.sum())
        object.__setattr__(self, "_met", count * numbers / (count * numbers).sum())

    @classmethod
    def uniform(cls, sites: float) -> Chains:
        """Chains that all have as many sites."""
        return cls(np.array([sites]), np.array([1.0]))

    @property
    def exact(self) -> bool:
        return True

    @property
    def sites(self) -> float:
        return float(self._share @ self.site_numbers)  # type: ignore[attr-defined]

    @property
    def others(self) -> float:
        return float(self._met @ (self.site_numbers - 1))  # type: ignore[attr-defined]

    def by_mass(self, rate: float) -> float:
        return float(self.mass @ np.exp(-rate * self.site_numbers))

    def by_site(self, rate: float) -> tuple[float, float]:
        others = self.site_numbers - 1
        # A power, as 0**0 is 1: where every site leads into the gel (infinite rate), a chain of one site still ends.
        left = self._met * math.exp(-rate) ** others  # type: ignore[attr-defined]
        return float(left.sum()), -float(left @ others)

    def by_number(self, rate: float) -> float:
        return float(self._share @ np.exp(-rate * self.site_numbers))  # type: ignore[attr-defined]


@dataclass(frozen=True)
class SchulzZimm:
    """Schulz-Zimm chains with very many sites, few of them tied: the closed form of the theory.

    ``sites`` are those of a number-average chain, ``k`` = Mn / (Mw - Mn). Source: Zimm (1948), doi:10.1063/1.1746740.
    """

    sites: float
    k: float

    def __post_init__(self) -> None:
        problems = [
            Problem("no such chains", name, f"{value:g}", "a finite number above 0")
            for name, value in (("sites", self.sites), ("k", self.k))
            if not 0 < value < math.inf
        ]
        if problems:
            raise StudyError(*problems)

    @property
    def exact(self) -> bool:
        return False

    @property
    def others(self) -> float:
        return self.sites * (self.k + 1) / self.k

    def by_mass(self, rate: float) -> float:
        return float((1 + rate * self.sites / self.k) ** -(self.k + 1))

    def by_site(self, rate: float) -> tuple[float, float]:
        base = 1 + rate * self.sites / self.k
        left = base ** -(self.k + 1)
        return left, -left / base * self.sites * (self.k + 1) / self.k

    def by_number(self, rate: float) -> float:
        return float((1 + rate * self.sites / self.k) ** -self.k)


def chains_of_masses(molar_mass_kg_per_mol: Floats, mass: Floats, sites_per_kg: float) -> Chains:
    """Chains of measured molar masses, shape ``(n,)`` both, with so many moles of sites per kg; each has 1 at least.

    A chain shorter than one site's share is given one site: it can be tied, but leads nowhere.
    """
    numbers = np.maximum(np.asarray(molar_mass_kg_per_mol, float) * sites_per_kg, 1.0)
    return Chains(numbers, mass, np.asarray(molar_mass_kg_per_mol, float))


@dataclass(frozen=True)
class Slices:
    """A measured distribution: molar masses (rising) and the share of mass at each, both shape ``(n,)``."""

    molar_mass_kg_per_mol: Floats
    mass: Floats

    @property
    def number_average_kg_per_mol(self) -> float:
        return averages(self.molar_mass_kg_per_mol, self.mass).number

    @property
    def weight_average_kg_per_mol(self) -> float:
        return averages(self.molar_mass_kg_per_mol, self.mass).weight


def slices_of(molar_mass_kg_per_mol: Floats, mass: Floats, most: int = MOST_SLICES) -> Slices:
    """Slices ``(n,)`` in any order gathered into at most ``most`` of equal width in log M; mass and Mn are kept.

    Noise below the baseline is no mass: a gathered slice without mass is left out. Raises :class:`StudyError` where
    no mass is left or a molar mass is not above zero.
    """
    molar, amount = np.asarray(molar_mass_kg_per_mol, float), np.asarray(mass, float)
    if not (
        molar.size and np.all(np.isfinite(molar) & (molar > 0)) and np.all(np.isfinite(amount)) and amount.sum() > 0
    ):
        raise StudyError(Problem("no such distribution", "molar mass", _least(molar), "masses above 0 at each above 0"))
    log = np.log(molar)
    edges = np.linspace(log.min(), log.max(), most + 1)
    place = np.clip(np.searchsorted(edges, log, "right") - 1, 0, most - 1)
    weight, number = (np.bincount(place, one, most) for one in (amount, amount / molar))
    kept = (weight > 0) & (number > 0)
    return Slices(weight[kept] / number[kept], weight[kept] / weight[kept].sum())


def _least(values: Floats) -> str:
    return f"{np.min(values):g} at the least" if values.size and np.all(np.isfinite(values)) else "no finite numbers"
