"""Potentials along a cycle for the page: the calibrated model of every binder, run in time."""

from __future__ import annotations

import numpy as np

from byssus.figure import Series
from byssus.simulate.electrode.binders import Binders
from byssus.simulate.electrode.confront import Confrontation
from byssus.simulate.particle import Protocol
from byssus.simulate.particle.of_map import in_time, voltage_series

__all__ = ["voltages_of"]

SHOWN = (1, 10, 50)  # besides the last cycle reported
LOWER_V = 0.005  # where silicon half cells end their lithiation as a rule, above plating


def voltages_of(found: Confrontation) -> dict[str, tuple[Series, ...]]:
    """Potential against charge by binder, at every rate that was cycled at.

    Each binder with the medians of the calibration that left it out; without the intervals that the capacities have.
    """
    reported, names = found.reported, found.reported.names
    given = [found.posterior.given(k + 1) for k in range(len(names))]
    middle = {
        name: np.array([np.median(one[name]) for one in given]) if np.ndim(given[0][name]) else given[0][name]
        for name in given[0]
    }
    inputs = np.stack([np.median(found.posterior.inputs(found.case, k + 1)[:, k], axis=0) for k in range(len(names))])
    out: dict[str, tuple[Series, ...]] = dict.fromkeys(names, ())
    for target in (t for t in reported.targets if t.kind == "cycling"):
        cycles = int(target.cycle)
        protocol = Protocol(
            cycles,
            target.c_rate,
            lower_v=LOWER_V,
            upper_v=reported.electrode.upper_v,
            one_c_a_per_kg=reported.electrode.one_c_c_per_kg / 3600.0,
        )
        keep = (*(k for k in SHOWN if k < cycles), cycles)
        cells = in_time(Binders.stacked(inputs), reported.electrode, middle, protocol, keep=keep)
        for name, series in voltage_series(cells, names, target.c_rate).items():
            out[name] += series
    return out
