"""From traces to regions: binding energies ascending, counts, and the net area above a Shirley line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byssus.errors import AnalysisError, MissingInput, Problem
from byssus.trace import Trace

__all__ = ["Measured", "measured", "net_area"]

Floats = NDArray[np.float64]
FEWEST_POINTS = 12  # fewer carry no line and its background
SHIRLEY_ROUNDS = 50
MOST_COUNTS = 1e15  # a detector of 1 GHz for eleven days
LEAST_COUNTS = 1e-12  # of the highest point, in whatever unit an export has: below it the numbers are damage
_ORDINAL = re.compile(r"^\d{1,4}[ ._-]+(?=[A-Z])")
_LEVEL = re.compile(r"^([A-Z][a-z]?) ?(\d[spdf])(\d/2)?")


@dataclass(frozen=True)
class Measured:
    """One region as measured: ``energy_ev`` ``(n,)`` ascending, ``counts`` ``(n,)``.

    ``counted`` is false where the file has a rate without dwell time, so that the size of the noise is not known.
    ``level`` is "C 1s" or "" where the name is of no core level; ``kinetic_ev`` and ``transmission`` are those at the
    middle of the region, None where the file says neither.
    """

    name: str
    level: str
    energy_ev: Floats
    counts: Floats
    counted: bool
    photon_ev: float | None
    transmission: float | None
    conditions: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def measured(trace: Trace, named: str = "", photon_ev: float | None = None) -> Measured:
    """The whole region of a trace; ``photon_ev`` is of the X-rays, where the file does not say.

    Raises :class:`AnalysisError`: no energies or intensities, too few points, intensities that no detector gives.
    """
    energy = _binding(trace, photon_ev)
    said = dict(trace.metadata.get("at") or {})
    name = str(named or said.pop("region", "") or trace.metadata.get("region", "") or "region")
    said.pop("region", None)
    found = _LEVEL.match(_ORDINAL.sub("", name))
    level = f"{found[1]} {found[2]}{found[3] or ''}" if found else ""
    counted = "counts" in trace
    counts = trace["counts"] if counted else trace["count_rate_per_s"]
    keep = np.isfinite(energy) & np.isfinite(counts) & (counts >= 0) & (counts <= MOST_COUNTS)
    lost = int(np.count_nonzero(~keep))
    order = np.argsort(energy[keep], kind="stable")
    x, y = energy[keep][order], counts[keep][order]
    side = trace["transmission"][keep][order] if "transmission" in trace else None
    distinct = np.concatenate(([True], np.diff(x) > 0)) if len(x) else np.zeros(0, dtype=bool)
    x, y = x[distinct], y[distinct]
    if len(x) < FEWEST_POINTS:
        raise AnalysisError(
            Problem("too few points in the region", trace.source.path, f"{len(x)} in '{name}'",
                    f"at least {FEWEST_POINTS}", "Check the energies of the file.")
        )  # fmt: skip
    if 0 < float(np.max(y)) < LEAST_COUNTS:
        raise AnalysisError(
            Problem("intensities that no detector gives", trace.source.path, f"at most {np.max(y):.3g} in '{name}'",
                    f"a highest point of {LEAST_COUNTS:g} or more", "Export the region again.")
        )  # fmt: skip
    middle = float(np.median(side[distinct])) if side is not None else None
    warnings = (f"{lost} points without number, below zero or beyond any detector are left out",) if lost else ()
    if not distinct.all():
        warnings = (*warnings, f"{int((~distinct).sum())} points repeat an energy and are left out")
    photon = trace.metadata.get("photon_energy_ev") or photon_ev
    return Measured(
        _ORDINAL.sub("", name), level, x, y, counted, float(photon) if photon else None,
        middle if middle and middle > 0 else None, said, warnings,
    )  # fmt: skip


def _binding(trace: Trace, photon_ev: float | None) -> Floats:
    if "binding_energy_ev" in trace:
        return np.asarray(trace["binding_energy_ev"])
    if "kinetic_energy_ev" in trace and photon_ev is not None:
        return np.asarray(photon_ev - trace["kinetic_energy_ev"])
    if "kinetic_energy_ev" in trace:
        raise MissingInput(
            Problem(
                "kinetic energies without the photon energy", trace.source.path, expected="binding energies",
                mend="Give photon_energy = '1486.6 eV' (Al K-alpha) or what it was, or export binding energies.",
            )
        )  # fmt: skip
    return np.asarray(trace["binding_energy_ev"])


def net_area(energy_ev: Floats, counts: Floats) -> tuple[float, float, Floats]:
    """Area in counts eV above an iterated Shirley background between the ends, its uncertainty, the background.

    Energies ascending, ``(n,)``. The uncertainty is that of the counts alone (Poisson); where the background runs is
    taken as known. Source: Proctor and Sherwood, Anal. Chem. 54 (1982) 13, 10.1021/ac00238a008.
    """
    ends = max(len(counts) // 20, 1)
    low, high = float(np.mean(counts[:ends])), float(np.mean(counts[-ends:]))
    background = np.linspace(low, high, len(counts))
    step = np.diff(energy_ev)
    for _ in range(SHIRLEY_ROUNDS):
        net = counts - background
        running = np.concatenate(([0.0], np.cumsum(0.5 * step * (net[1:] + net[:-1]))))
        if not running[-1] > 0:
            break
        again = low + (high - low) * running / running[-1]
        settled = bool(np.max(np.abs(again - background)) < 1e-6 * max(high, low, 1.0))
        background = again
        if settled:
            break
    weight = np.concatenate(([step[0] / 2], (step[1:] + step[:-1]) / 2, [step[-1] / 2]))
    area = float(np.sum(weight * (counts - background)))
    return area, float(np.sqrt(np.sum(weight**2 * np.maximum(counts, 1.0)))), background
