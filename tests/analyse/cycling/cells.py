"""Cells of known charge for the tests of cycling and rate: constant current, each half-cycle followed by a rest."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from byssus.findings import Finding
from byssus.trace import Source, Trace

SOURCE = Source("cell.csv", "0" * 64, "test", 0)


def named(path: str) -> Source:
    return Source(path, (path.encode().hex() * 8)[:64].ljust(64, "0"), "test", 0)


def cell(
    charges_c: Sequence[float],
    *,
    current_a: float | Sequence[float] = 1e-3,
    rows: int = 40,
    path: str = "cell.csv",
    begins_s: float = 0.0,
    date_s: float | None = None,
    seed: int | None = None,
) -> Trace:
    """Half-cycles of exactly these charges (sign: direction) at these currents; ``seed`` adds noise to the voltage."""
    currents = np.broadcast_to(np.asarray(current_a, dtype=float), len(charges_c))
    time, current, voltage = [begins_s], [0.0], [0.5]
    for charge, size in zip(charges_c, currents, strict=True):
        along, sign = np.linspace(0.0, abs(charge) / size, rows), float(np.sign(charge))
        time.extend(time[-1] + along)
        current.extend(np.full(rows, sign * size))
        voltage.extend(0.5 + sign * np.linspace(-0.2, 0.4, rows))
        time.extend(time[-1] + np.linspace(0.0, 60.0, 3))
        current.extend(np.zeros(3))
        voltage.extend(np.full(3, 0.5 + sign * 0.3))
    columns = {"time_s": np.array(time), "current_a": np.array(current), "voltage_v": np.array(voltage)}
    if seed is not None:
        columns["voltage_v"] = columns["voltage_v"] + 1e-3 * np.random.default_rng(seed).standard_normal(len(time))
    if date_s is not None:
        columns["unix_time_s"] = date_s + columns["time_s"] - begins_s
    return Trace(columns, named(path))


def fading(capacities_c: Sequence[float]) -> list[float]:
    """Half-cycles of a half cell whose delithiations are these, each after a lithiation 1 % larger."""
    return [signed for one in capacities_c for signed in (-1.01 * one, one)]


def of(findings: Sequence[Finding], quantity: str, **at: object) -> Finding:
    hits = [f for f in findings if f.quantity == quantity and dict(f.at) == at]
    assert len(hits) == 1, f"{quantity} {at}: {[dict(f.at) for f in findings if f.quantity == quantity]}"
    return hits[0]
