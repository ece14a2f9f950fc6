"""Records of a blade whose numbers are known: down through the coating, along its foil, out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from byssus.analyse.saicas import TECHNIQUE
from byssus.analyse.saicas.technique import SaicasResult
from byssus.findings import Finding
from byssus.trace import Source, Trace

Floats = NDArray[np.float64]
WIDTH, DEEP, TAU = 1e-3, 10e-6, 10e6  # at 45 degrees the blade takes 0.2 N at 10 um
GIVEN = {"blade_width": WIDTH}


def trace(**columns: Floats) -> Trace:
    return Trace(columns, Source("cut.csv", "0" * 64, "test", len(next(iter(columns.values())))))


def run(t: Trace, given: Mapping[str, Any] = GIVEN) -> SaicasResult:
    result = TECHNIQUE.analyse(t, TECHNIQUE.specimen("cut 1", given))
    assert isinstance(result, SaicasResult)
    return result


def found(t: Trace, given: Mapping[str, Any] = GIVEN) -> dict[str, Finding]:
    return {f.quantity: f for f in TECHNIQUE.findings(run(t, given))}


def blade(peel: float, *, n: int = 1000, along: float = 0.6, out: float = 0.1, noise: Floats | None = None) -> Trace:
    """A blade that goes down over 30 % of its path, peels with ``peel`` N until ``along`` more, and is off after."""
    s = np.linspace(0, 500e-6, n)
    down = (1 - along - out) * s[-1]
    depth = DEEP * np.clip(s / down, 0, 1)
    force = np.where(s < down, 2 * TAU * WIDTH * depth, peel)
    force[s > s[-1] * (1 - out)] = 0.0
    if noise is not None:
        force = force + noise
    return trace(displacement_m=s, time_s=s / 2e-6, horizontal_force_n=force, depth_m=depth)


def wandering(n: int, memory: float, rng: np.random.Generator) -> Floats:
    """Normal numbers of variance one, whose correlation falls by 1/e over ``memory`` of them."""
    kept = math.exp(-1 / memory)
    fresh = math.sqrt(1 - kept**2) * rng.standard_normal(n)
    walk, _ = lfilter([1.0], [1.0, -kept], fresh, zi=[kept * rng.standard_normal()])
    return np.asarray(walk)
