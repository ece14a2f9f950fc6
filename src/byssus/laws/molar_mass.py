"""Averages of a molar mass distribution, two model distributions, and universal calibration."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

__all__ = ["Averages", "averages", "log_normal", "schulz_zimm", "universal"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Averages:
    """Number, weight and z average of the molar mass, in the unit of the masses given."""

    number: float
    weight: float
    z: float

    @property
    def dispersity(self) -> float:
        """Weight over number average (IUPAC, doi:10.1351/PAC-REC-08-05-02)."""
        return self.weight / self.number


def averages(molar_mass: Floats, mass: Floats) -> Averages:
    """Averages over slices of the given ``mass`` (any unit), both shape ``(n,)``.

    Mn = Σm/Σ(m/M), Mw = ΣmM/Σm, Mz = ΣmM²/ΣmM. Raises ``ValueError`` where no mass is left, or a molar mass is not
    above zero. Source: ISO 16014-1:2019.
    """
    total = float(np.sum(mass))
    number = float(np.sum(mass / molar_mass)) if np.all(molar_mass > 0) else 0.0
    first = float(np.sum(mass * molar_mass))
    if not (total > 0 and number > 0 and first > 0):
        raise ValueError("a distribution needs mass above zero at molar masses above zero")
    return Averages(total / number, first / total, float(np.sum(mass * molar_mass**2)) / first)


def log_normal(molar_mass: Floats, number: float, weight: float) -> Floats:
    """dw/dlog10 M of the log-normal distribution with these averages, shape ``(n,)``; ``weight`` > ``number``.

    ln M is normal about ln √(Mn Mw) with variance ln(Mw/Mn); Mz = Mw²/Mn.
    Source: Peebles, Molecular Weight Distributions in Polymers (1971).
    """
    variance = math.log(weight / number)
    deviation = np.log(molar_mass) - 0.5 * math.log(weight * number)
    density: Floats = np.exp(-(deviation**2) / (2 * variance)) / math.sqrt(2 * math.pi * variance)
    return density * math.log(10)


def schulz_zimm(molar_mass: Floats, number: float, weight: float) -> Floats:
    """dw/dlog10 M of the Schulz-Zimm distribution with these averages, shape ``(n,)``; ``weight`` > ``number``.

    With k = Mn/(Mw - Mn): dw/dM = (k/Mn)^(k+1) M^k exp(-kM/Mn)/Γ(k+1); Mz = Mn (k+2)/k.
    Source: Zimm (1948), doi:10.1063/1.1746740.
    """
    k = number / (weight - number)
    log_density = (k + 1) * (math.log(k / number) + np.log(molar_mass)) - k * molar_mass / number - gammaln(k + 1)
    return np.asarray(np.exp(log_density) * math.log(10))


def universal(log_mass: Floats, standard: tuple[float, float], sample: tuple[float, float]) -> Floats:
    """log10 M of the sample where log10 M of the standards, both in g/mol, elutes at the same volume, shape ``(n,)``.

    ``standard`` and ``sample`` are Mark-Houwink (K, a), [η] = K M^a, K in one unit for both. Equal hydrodynamic
    volume [η]M: K1 M1^(1+a1) = K2 M2^(1+a2). Source: Grubisic, Rempp and Benoit (1967), doi:10.1002/pol.1967.110050903.
    """
    (k1, a1), (k2, a2) = standard, sample
    return (math.log10(k1 / k2) + (1 + a1) * log_mass) / (1 + a2)
