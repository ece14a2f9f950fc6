"""Results that studies report, what the model says of them, and how far it is from what was reported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from byssus.simulate.electrode.binders import Binders, Electrode
from byssus.simulate.electrode.cycle_map import LI15SI4_C_PER_KG, states
from byssus.simulate.electrode.parameters import Values
from byssus.simulate.electrode.resistance import sei_charge_c_per_kg, sei_thickness_m

__all__ = ["FIRST_RATE", "Target", "log_likelihood", "misfit", "predict", "scatter"]

Floats = NDArray[np.float64]
Kind = Literal["expansion", "residual", "first_lithiation", "first_delithiation", "cycling", "rate"]
QUANTITY = {
    "expansion": "expansion_after_lithiation",
    "residual": "expansion_after_delithiation",
    "first_lithiation": "first_lithiation_capacity",
    "first_delithiation": "first_delithiation_capacity",
    "cycling": "delithiation_capacity",
    "rate": "delithiation_capacity",
}
SCATTER = {
    "expansion": "expansion_scatter", "residual": "expansion_scatter", "first_lithiation": "first_scatter",
    "first_delithiation": "first_scatter", "cycling": "cycling_scatter", "rate": "rate_scatter",
}  # fmt: skip
BLOCK = {
    "expansion": "swelling", "residual": "swelling", "first_lithiation": "contact", "first_delithiation": "contact",
    "cycling": "contact", "rate": "resistance",
}  # fmt: skip
FIRST_RATE = 0.2  # C; assumed of a first cycle, whose loss it does not change
RATE_TEST_LOSS = 1.0  # C; loss of a rate test's cycles is counted as at this rate
SMALLEST = 1e-300


@dataclass(frozen=True, slots=True)
class Target:
    """One kind of result: ``cycle`` and ``c_rate`` where it has them; a rate test has a rate alone."""

    kind: Kind
    c_rate: float = FIRST_RATE
    cycle: float = 1.0

    @property
    def quantity(self) -> str:
        return QUANTITY[self.kind]

    @property
    def block(self) -> str:
        return BLOCK[self.kind]

    @property
    def at(self) -> Mapping[str, Any]:
        """Its conditions, as findings have them."""
        if self.kind == "cycling":
            return {"cycle": int(self.cycle), "c_rate": self.c_rate}
        return {"c_rate": self.c_rate} if self.kind == "rate" else {}

    @property
    def unit(self) -> str:
        return "1" if self.block == "swelling" else "C/kg"


def predict(targets: Sequence[Target], binders: Binders, electrode: Electrode, given: Values) -> Floats:
    """What the model says: ``(targets, ...)``, with the axes of ``given`` and ``binders`` broadcast behind."""
    cycle = np.array([given["rate_test_cycle"] if t.kind == "rate" else t.cycle for t in targets], dtype=np.float64)
    c_rate = np.array([t.c_rate for t in targets])
    loss = np.array([RATE_TEST_LOSS if t.kind == "rate" else t.c_rate for t in targets])
    found = states(binders, electrode, given, cycle, c_rate, loss)
    out = np.array(found.delithiation_c_per_kg)
    for k, target in enumerate(targets):
        if target.kind == "expansion":
            out[k] = found.expansion
        elif target.kind == "residual":
            out[k] = found.residual
        elif target.kind == "first_lithiation":
            film = sei_charge_c_per_kg(sei_thickness_m(np.asarray(1.0), given), given)
            out[k] = LI15SI4_C_PER_KG * given["lithium_share"] + film + given["other_side_capacity"]
    return out


def scatter(targets: Sequence[Target], given: Values) -> Floats:
    """One standard deviation of what the model leaves unsaid, ``(targets, ...)``."""
    return np.stack([np.asarray(given[SCATTER[t.kind]]) for t in targets])


def misfit(low: Floats, high: Floats, said: Floats) -> Floats:
    """How far ``said`` is from a reported interval: 0 inside, signed outside, 0 where nothing was reported (NaN)."""
    outside = np.where(said < low, said - low, np.where(said > high, said - high, 0.0))
    return np.asarray(np.where(np.isnan(low), 0.0, outside))


def log_likelihood(low: Floats, high: Floats, said: Floats, spread: Floats) -> Floats:
    """Logarithm of the likelihood of what was reported, summed over targets (first axis) and binders (last).

    A number counts with the normal density; an interval or a bound (``high`` infinite) with the probability of lying
    there: it is censored, not guessed.
    """
    z_low, z_high = (low - said) / spread, (high - said) / spread
    density = -0.5 * z_low**2 - np.log(spread) - 0.5 * np.log(2 * np.pi)
    censored = np.nonzero(np.any(high > low, axis=tuple(range(1, low.ndim))))[0]
    for k in censored:
        # both tails are taken from the side where they are small, so that nothing cancels
        flipped = z_low[k] > 0
        a, b = np.where(flipped, -z_high[k], z_low[k]), np.where(flipped, -z_low[k], z_high[k])
        inside = np.log(np.maximum(ndtr(b) - ndtr(a), SMALLEST))
        density[k] = np.where(high[k] > low[k], inside, density[k])
    return np.asarray(np.sum(np.where(np.isnan(low), 0.0, density), axis=(0, -1)))
