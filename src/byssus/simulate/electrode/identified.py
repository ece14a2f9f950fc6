"""What calibration says of each number of the model: its posterior beside its prior."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from byssus.simulate.electrode.binders import GEOMETRY, names_of
from byssus.simulate.electrode.calibrate import Posterior
from byssus.simulate.electrode.parameters import Parameter, sampled, scaled, table_of

__all__ = ["BARELY", "Calibrated", "calibrated"]

Floats = NDArray[np.float64]
BARELY = 0.75  # a posterior wider than this part of its prior has learnt next to nothing (assumed)


@dataclass(frozen=True)
class Calibrated:
    """One number: median, standard deviation and 95 % interval of its posterior; of a held one only the value.

    ``narrowed`` is the posterior's width over the prior's, in the prior's own scale; 1 where nothing was learnt.
    """

    parameter: Parameter
    value: float
    deviation: float | None = None
    interval: tuple[float, float] | None = None
    narrowed: float | None = None

    @property
    def identified(self) -> bool:
        return self.narrowed is None or self.narrowed <= BARELY


def calibrated(found: Posterior, problem: int = 0) -> Sequence[Calibrated]:
    """Every number of the table that enters, in its order, as the problem's posterior has it."""
    rows = sampled()
    place = {one.name: k for k, one in enumerate(rows)}
    geometry = set(GEOMETRY) <= set(names_of(found.imputed))
    z = found.draws[problem].reshape(-1, len(rows))
    real = {name: values[:, 0] for name, values in scaled(z, rows).items()}
    out = []
    for name, one in table_of(geometry).items():
        if name not in real:
            out.append(Calibrated(one, one.value))
            continue
        low, middle, high = (float(q) for q in np.quantile(real[name], (0.025, 0.5, 0.975)))
        width = float(np.std(z[:, place[one.instead_of or name]]))
        out.append(Calibrated(one, middle, float(np.std(real[name])), (low, high), width))
    return out
