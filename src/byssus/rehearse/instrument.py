"""What a virtual instrument is, and the registry that finds every one in this folder."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

__all__ = ["Instrument", "Need", "Truth", "instruments"]


@dataclass(frozen=True, slots=True)
class Need:
    """One thing an instrument needs to know.

    ``name`` is what the instrument calls it. It is looked for, in this order: among the study's claims
    (``quantity`` with conditions ``at``, direct readings only), among the study's ``[[assumed]]`` entries
    (``parameter == name``), then ``default`` (SI), which is then itself listed as assumed, with ``why``.
    Where none is there the rehearsal is ``missing_input``. ``unit`` is SI, or ``"text"`` for words.
    ``only`` names what earlier needs must have been answered for this one to be asked.
    """

    name: str
    unit: str
    quantity: str = ""
    at: Mapping[str, Any] | None = None
    default: float | str | None = None
    why: str = ""
    only: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Truth:
    """What one rehearsal takes for true: SI values by need name, the measurement's conditions and seed.

    ``specimen`` is the number of the replicate, from 0; ``values`` lacks what nobody said.
    """

    binder: str
    values: Mapping[str, Any]
    conditions: Mapping[str, Any]
    specimen: int = 0

    def __getitem__(self, name: str) -> float:
        value: float = self.values[name]
        return value

    def words(self, name: str) -> str:
        """The value of a need whose unit is "text"."""
        return str(self.values[name])


@dataclass(frozen=True)
class Instrument:
    """One virtual instrument.

    ``write(truth, rng)`` returns ``(file name, bytes)``: a file as a lab would have it, carrying
    ``byssus.trace.REHEARSED_MARK``. The same truth and generator state give the same bytes.
    """

    name: str
    needs: tuple[Need, ...]
    write: Callable[[Truth, np.random.Generator], tuple[str, bytes]]


@cache
def instruments() -> Mapping[str, Instrument]:
    """Every instrument of this folder, by technique name."""
    found = {}
    package = importlib.import_module("byssus.rehearse")
    for module in sorted(info.name for info in pkgutil.iter_modules(package.__path__)):
        one = getattr(importlib.import_module(f"byssus.rehearse.{module}"), "INSTRUMENT", None)
        if isinstance(one, Instrument):
            found[one.name] = one
    return found
