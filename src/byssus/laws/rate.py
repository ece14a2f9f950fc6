"""Capacity against the rate at which it is drawn, and the polarisation a rate brings, for virtual cells."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["capacity_at_rate", "charging_polarised", "discharging_polarised"]

Floats = NDArray[np.float64]

CHARGING_SCALE_V, DISCHARGING_SCALE_V = 1.0, 0.1  # how far a half cell of silicon is from its limits, as a rule


def capacity_at_rate(
    rate: Floats, *, slow: float, slow_rate: float, fast: float, fast_rate: float, exponent: float
) -> Floats:
    """Capacity at each ``rate``, any shape, through ``slow`` at ``slow_rate`` and ``fast`` at ``fast_rate``.

    The generalised Peukert equation, Q = Q_m / (1 + (R / R_0)^n); Q_m and R_0 follow from the two points.
    Capacities in one unit, rates in another. Raises ``ValueError`` where no such curve runs through the points:
    the fast capacity must be below the slow one, and above slow (slow_rate / fast_rate)^n.
    Source: Yazvinskaya et al., doi:10.3390/en14165009.
    """
    a, b = slow_rate**exponent, fast_rate**exponent
    if not 0 < slow * a / b < fast < slow:
        raise ValueError(f"no curve of exponent {exponent:g} from {slow:g} down to {fast:g}")
    inverse = (slow - fast) / (fast * b - slow * a)  # R_0^-n
    return np.asarray(slow * (1 + a * inverse) / (1 + np.asarray(rate, dtype=np.float64) ** exponent * inverse))


def charging_polarised(voltage_v: Floats, upper_v: float, overvoltage_v: float) -> Floats:
    """A charging curve (V) raised towards its upper limit, where it still ends."""
    return np.asarray(upper_v - (upper_v - voltage_v) * CHARGING_SCALE_V / (CHARGING_SCALE_V + overvoltage_v))


def discharging_polarised(voltage_v: Floats, lower_v: float, overvoltage_v: float) -> Floats:
    """A discharging curve (V) lowered towards its lower limit, where it still ends."""
    return np.asarray(lower_v + (voltage_v - lower_v) * DISCHARGING_SCALE_V / (DISCHARGING_SCALE_V + overvoltage_v))
