"""The model's numbers: one table, its priors, and how vectors of a sampler become numbers of the model."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["BLOCKS", "Parameter", "held", "log_prior", "sampled", "scaled", "table", "table_of", "values"]

Floats = NDArray[np.float64]
Values = Mapping[str, Floats]
BLOCKS = ("swelling", "contact", "resistance")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number of ``parameters.toml``: see the head of that file for what the fields mean."""

    name: str
    unit: str
    value: float
    origin: Literal["literature", "assumed", "fitted"]
    source: str
    quantity: str
    symbol: str = ""
    prior: Literal["", "normal", "factor"] = ""
    spread: float = 0.0
    lower: float = -math.inf
    upper: float = math.inf
    block: str = ""
    in_sight: bool = False
    instead_of: str = ""

    def scaled(self, z: Floats) -> Floats:
        """The number ``z`` standard deviations of its prior from its centre."""
        return self.value * self.spread**z if self.prior == "factor" else self.value + self.spread * z

    @property
    def prior_text(self) -> str:
        """``"1.5e+09 Pa, within a factor of 3"``."""
        if self.prior == "factor":
            return f"{self.value:g} {self.unit}, within a factor of {self.spread:g}"
        return f"{self.value:g} ± {self.spread:g} {self.unit}" if self.prior else "held"

    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the prior, within the limits; the value itself where it is held."""
        reach = 1.959963984540054
        if self.prior == "factor":
            low, high = self.value / self.spread**reach, self.value * self.spread**reach
        else:
            low, high = self.value - reach * self.spread, self.value + reach * self.spread
        return max(low, self.lower), min(high, self.upper)


@cache
def table() -> Mapping[str, Parameter]:
    """All numbers, by name, in the file's order."""
    text = files("byssus.simulate.electrode").joinpath("parameters.toml").read_text(encoding="utf-8")
    return {name: Parameter(name=name, **row) for name, row in tomllib.loads(text).items()}


@cache
def table_of(geometry: bool) -> Mapping[str, Parameter]:
    """The table as one calibration has it: of a number and what stands in its place only the one that enters.

    ``geometry`` says whether thickness and peel width of every binder are given.
    """
    replaced = {one.instead_of for one in table().values() if one.instead_of}
    left_out = replaced if geometry else {name for name, one in table().items() if one.instead_of}
    return {name: one for name, one in table().items() if name not in left_out}


@cache
def sampled(block: str = "") -> tuple[Parameter, ...]:
    """Numbers with a prior, of one block or of all; of a number and what stands in its place only the first."""
    return tuple(one for one in table_of(geometry=False).values() if one.prior and block in ("", one.block))


@cache
def held() -> Mapping[str, Floats]:
    """Numbers without a prior."""
    return {name: np.asarray(one.value) for name, one in table().items() if not one.prior}


def scaled(standard: Floats, rows: tuple[Parameter, ...]) -> dict[str, Floats]:
    """Numbers of the model from standard ones ``(..., len(rows))``, which are 0 +- 1 under the prior.

    Each becomes an array ``(..., 1)``, so that a last axis of binders broadcasts against it. What stands in the place
    of another is read from the same standard number, for never do both enter.
    """
    found = {}
    for k, one in enumerate(rows):
        for row in (one, *_in_place_of(one.name)):
            found[row.name] = row.scaled(standard[..., k, None])
    return found


@cache
def _in_place_of(name: str) -> tuple[Parameter, ...]:
    return tuple(one for one in table().values() if one.instead_of == name)


def values(standard: Floats | None = None) -> Values:
    """All numbers; those with a prior from ``standard`` ``(..., len(sampled()))``, or at their prior's centre."""
    rows = sampled()
    z = np.zeros(len(rows)) if standard is None else np.asarray(standard, dtype=np.float64)
    return {**held(), **scaled(z, rows)}


def log_prior(standard: Floats, rows: tuple[Parameter, ...]) -> Floats:
    """Logarithm of the prior's density over ``(..., len(rows))``, less a constant; -inf outside the limits."""
    density = -0.5 * np.sum(standard**2, axis=-1)
    for k, one in enumerate(rows):
        if math.isfinite(one.lower) or math.isfinite(one.upper):
            real = one.value + one.spread * standard[..., k]
            density = np.where((real >= one.lower) & (real <= one.upper), density, -np.inf)
    return np.asarray(density)
