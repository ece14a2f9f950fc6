"""The constants of the cure from their one table, at any temperature, and sampled within their bands."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from byssus.errors import Problem, StudyError
from byssus.laws.matter import GAS_CONSTANT_J_PER_MOL_K as R

__all__ = ["CHECKED", "REFERENCE_K", "Constant", "Constants", "constants_table", "sample_constants"]

Floats = NDArray[np.float64]

REFERENCE_K = 473.15
CHECKED = {
    "abstract": "checked against its abstract",
    "record": "its numbers not checked against the paper",
    "no": "not checked against the paper",
    "none": "",
}
TO_STANDARD = 1.959964  # half of a 95 % band over it is a standard deviation
# Shares and amounts that no rate law holds: value and the ends of their band, evenly spread.
SLOW_SHARE = (0.30, 0.10, 0.50)  # of closable sites whose conformation does not fit; assumption
AIR_WATER_MOL_PER_KG = (0.05, 0.01, 0.10)  # water that a film keeps in air; assumption


@dataclass(frozen=True)
class Constant:
    """One constant: ``value`` at 200 °C in ``unit``, known to a ``factor`` (95 %), and its activation energy."""

    name: str
    label: str
    value: float
    unit: str
    factor: float
    kind: str
    energy: float
    energy_band: float
    energy_kind: str
    source: str
    checked: str
    note: str = ""

    @property
    def said(self) -> str:
        """The source, and how far it was looked up."""
        return "; ".join(filter(None, (self.source, CHECKED[self.checked])))


@dataclass(frozen=True)
class Constants:
    """Samples of all constants by name, shape ``(samples,)``; the first is the nominal one."""

    value: Mapping[str, Floats]
    energy: Mapping[str, Floats]
    slow_share: Floats
    air_water: Floats

    @property
    def samples(self) -> int:
        return len(self.slow_share)

    def at(self, temperature_k: float) -> dict[str, Floats]:
        """k(T) = k(Tr) exp(-E/R (1/T - 1/Tr)), Tr = 200 °C; by name, shape ``(samples,)``."""
        inverse = (1 / temperature_k - 1 / REFERENCE_K) / R
        return {name: self.value[name] * np.exp(-self.energy[name] * inverse) for name in self.value}


@cache
def constants_table() -> Mapping[str, Constant]:
    """All of ``cure_channels.toml``, by name."""
    text = files("byssus.simulate").joinpath("cure_channels.toml").read_text(encoding="utf-8")
    return MappingProxyType({name: Constant(name, **row) for name, row in tomllib.loads(text).items()})


def sample_constants(samples: int, seed: int, known: Mapping[str, Constant] | None = None) -> Constants:
    """The nominal constants and ``samples - 1`` drawn within their bands: log-normal values, normal energies.

    Raises :class:`StudyError` where a constant is not above zero or its band makes no sense, all at once.
    """
    table = constants_table() if known is None else known
    problems = [
        Problem(
            "no such rate", name, f"{one.value:g} {one.unit}, factor {one.factor:g}", "a rate above 0, a factor from 1"
        )
        for name, one in table.items()
        if not (0 < one.value < np.inf and one.factor >= 1 and one.energy >= 0 and one.energy_band >= 0)
    ]
    if samples < 1:
        problems.append(Problem("no such number of samples", got=f"{samples}", expected="1 or more"))
    if problems:
        raise StudyError(*problems)
    rng = np.random.default_rng(seed)
    value, energy = {}, {}
    for name, one in table.items():
        z, y = rng.standard_normal((2, samples))
        z[0] = y[0] = 0.0
        value[name] = one.value * one.factor ** (z / TO_STANDARD)
        energy[name] = np.maximum(one.energy + one.energy_band * y / TO_STANDARD, 0.0)
    slow, water = (_evenly(rng, samples, *band) for band in (SLOW_SHARE, AIR_WATER_MOL_PER_KG))
    return Constants(value, energy, slow, water)


def _evenly(rng: np.random.Generator, samples: int, nominal: float, low: float, high: float) -> Floats:
    drawn = rng.uniform(low, high, samples)
    drawn[0] = nominal
    return drawn
