"""Voltammograms made here, and what the analysis finds in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.voltammetry.technique import TECHNIQUE, VoltammetryResult
from byssus.findings import Finding
from byssus.trace import Source, Trace

Floats = NDArray[np.float64]
RATE = 0.01
LOW, HIGH, STEP = -0.2, 1.2, 1e-3


def trace(e: Floats, i: Floats, t: Floats | None = None, **more: Any) -> Trace:
    columns = {"voltage_v": e, "current_a": i} | ({} if t is None else {"time_s": t})
    metadata = more.pop("metadata", {})
    return Trace({**columns, **more}, Source("cv.mpt", "0" * 64, "test", len(e)), metadata)


def triangle(cycles: int = 2, low: float = LOW, high: float = HIGH, step: float = STEP) -> tuple[Floats, Floats]:
    """Potential and direction of sweeps from ``low`` up and down again; turning points are read once."""
    n = round((high - low) / step)
    up, down = np.linspace(low, high, n + 1)[1:], np.linspace(high, low, n + 1)[1:]
    e = np.concatenate([[low], *([up, down] * cycles)])
    return e, np.concatenate([[1.0], *([np.ones(n), -np.ones(n)] * cycles)])


def clock(e: Floats, rate: float = RATE) -> Floats:
    return np.concatenate([[0.0], np.cumsum(np.abs(np.diff(e)))]) / rate


def run(one: Trace, given: Mapping[str, Any] | None = None) -> VoltammetryResult:
    result = TECHNIQUE.analyse(one, TECHNIQUE.specimen("cell 1", given or {}))
    assert isinstance(result, VoltammetryResult)
    return result


def found(one: Trace, given: Mapping[str, Any] | None = None) -> dict[tuple[Any, ...], Finding]:
    """Findings by quantity and conditions, (quantity, cycle, half, peak) as far as there are any."""
    got = TECHNIQUE.findings(run(one, given))
    keyed = {(f.quantity, *f.at.values()): f for f in got}
    assert len(keyed) == len(got)
    return keyed


def gaussian(e: Floats, position: float, height: float, sigma: float) -> Floats:
    return height * np.exp(-0.5 * ((e - position) / sigma) ** 2)


def two_peaks(cycles: int = 2, rate: float = RATE) -> tuple[Floats, Floats, Floats]:
    """Anodic Gaussian at 0.50 V, cathodic at 0.42 V, on a sloping capacitive background."""
    e, d = triangle(cycles)
    i = d * (20e-6 + 5e-6 * d * e) + np.where(d > 0, gaussian(e, 0.5, 1e-4, 0.03), -gaussian(e, 0.42, 8e-5, 0.03))
    return e, i, clock(e, rate)
