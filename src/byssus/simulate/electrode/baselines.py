"""What anybody would guess without a model: the mean of the others, or a line in one property of the binder."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from byssus.simulate.electrode.binders import names_of

__all__ = ["BASELINES", "edge", "guesses"]

Floats = NDArray[np.float64]
BASELINES = ("mean of the others", "linear in log peel force", "linear in reduced modulus")


def edge(low: Floats, high: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """The edge of a reported bound, and where there is one: open above, or from nothing (0) up to what was printed."""
    above = np.isinf(high)
    return np.where(above, low, high), np.asarray(above | ((low == 0) & (high > 0)))


def guesses(inputs: Floats, low: Floats, high: Floats, left_out: int) -> dict[str, float]:
    """Each baseline's guess for the binder left out, from ``inputs`` ``(binders, 4)`` and results ``(binders,)``.

    An interval counts as its middle, a bound as its edge. NaN where the others report too little: a line needs two
    binders that differ. Where peel widths are given, the line is in force by width.
    """
    value, bounded = edge(low, high)
    middle = np.where(bounded, value, 0.5 * (low + np.where(bounded, low, high)))
    others = (np.arange(len(low)) != left_out) & ~np.isnan(low)
    y = middle[others]
    own = dict(zip(names_of(inputs), inputs.T, strict=True))
    x_of = (np.log(own["peel_force"] / own.get("peel_width", 1.0)), own["reduced_modulus"])
    found = {BASELINES[0]: float(np.mean(y)) if len(y) else np.nan}
    for name, x in zip(BASELINES[1:], x_of, strict=True):
        found[name] = _line(x[others], y, float(x[left_out]))
    return found


def _line(x: Floats, y: Floats, at: float) -> float:
    if len(x) < 2 or np.ptp(x) == 0:
        return float("nan")
    slope = np.sum((x - x.mean()) * (y - y.mean())) / np.sum((x - x.mean()) ** 2)
    return float(y.mean() + slope * (at - x.mean()))
