"""What is drawn of the model: capacity against cycle and against rate, with bands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from byssus.simulate.electrode.binders import Binders
from byssus.simulate.electrode.confront import Confrontation, inputs_of
from byssus.simulate.electrode.cycle_map import states
from byssus.simulate.electrode.parameters import held
from byssus.simulate.electrode.targets import RATE_TEST_LOSS, SCATTER, Target

__all__ = ["Curve", "cycling_curves", "rate_curves"]

Floats = NDArray[np.float64]
MOST_DRAWS = 600  # a band's edge to about a hundredth of its width
POINTS = 41


@dataclass(frozen=True)
class Curve:
    """One binder's curve, calibrated without it: median, and a 95 % band that holds the scatter too."""

    binder: str
    c_rate: float | None
    x: Floats
    value: Floats
    lower: Floats
    upper: Floats


def cycling_curves(found: Confrontation, seed: int) -> list[Curve]:
    """Delithiation capacity against cycle at every rate that was cycled at, to the last cycle reported."""
    curves = []
    for target in (t for t in found.reported.targets if t.kind == "cycling"):
        cycle = np.unique(np.round(np.linspace(1.0, target.cycle, POINTS)))
        curves += [_curve(found, b, target, cycle, np.full(len(cycle), target.c_rate), seed) for b in _all(found)]
    return curves


def rate_curves(found: Confrontation, seed: int) -> list[Curve]:
    """Delithiation capacity against C-rate in a rate test, from 0.1 C to the fastest reported."""
    fastest = max((t.c_rate for t in found.reported.targets if t.kind == "rate"), default=None)
    if fastest is None:
        return []
    c_rate = np.geomspace(min(0.1, fastest / 2), fastest, POINTS)
    cycle = np.full(POINTS, float(held()["rate_test_cycle"]))
    return [_curve(found, b, Target("rate", fastest), cycle, c_rate, seed) for b in _all(found)]


def _all(found: Confrontation) -> range:
    return range(len(found.reported.names))


def _curve(found: Confrontation, binder: int, target: Target, cycle: Floats, c_rate: Floats, seed: int) -> Curve:
    problem = binder + 1
    every = max(1, len(found.posterior.drawn_inputs()) // MOST_DRAWS)
    given = {k: v[::every] if np.ndim(v) else v for k, v in found.posterior.given(problem).items()}
    rng = np.random.default_rng([seed, problem])
    inputs = inputs_of(found.reported, found.posterior, problem, rng)[::every]
    loss = np.full(len(cycle), RATE_TEST_LOSS) if target.kind == "rate" else c_rate
    said = states(Binders.stacked(inputs), found.reported.electrode, given, cycle, c_rate, loss)
    capacity = said.delithiation_c_per_kg[..., binder]
    noise = given[SCATTER[target.kind]][:, 0] * rng.standard_normal(capacity.shape[1])
    lower, upper = np.quantile(np.maximum(capacity + noise, 0.0), (0.025, 0.975), axis=1)
    x = c_rate if target.kind == "rate" else cycle
    rate = None if target.kind == "rate" else target.c_rate
    return Curve(found.reported.names[binder], rate, x, np.median(capacity, axis=1), lower, upper)
