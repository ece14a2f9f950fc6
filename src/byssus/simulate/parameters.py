"""What the models of network and glass transition need and nobody measured here: each once, with band and reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

__all__ = ["ASSUMED", "Assumption", "draw_assumptions"]


@dataclass(frozen=True)
class Assumption:
    """A number between two ends, evenly spread; ``kind`` as in ``cure_channels.toml``."""

    label: str
    value: float
    low: float
    high: float
    unit: str
    kind: str
    source: str


_ROWS = {
    "density": Assumption("density of the binder", 1400.0, 1300.0, 1450.0, "kg/m^3", "literature",
        "aromatic polyimides, 1.3 to 1.45 g/cm^3: Polymer Data Handbook (1999); not checked against the book"),
    "unit_length": Assumption("length of a repeat unit", 1.8e-9, 1.5e-9, 2.0e-9, "m", "literature",
        "pyromellitimides of oxydianiline, by X-rays; not checked against a paper"),
    "persistence": Assumption("persistence length of the chain", 5e-9, 2e-9, 10e-9, "m", "assumption",
        "between a flexible ether chain and a rigid rod"),
    "reach": Assumption("distance of two arms' ends", 1.5e-9, 1.0e-9, 2.0e-9, "m", "assumption",
        "eight arms of about 1 nm on a cage of 0.5 nm"),
    "open_tg": Assumption("glass transition of open units", 430.0, 400.0, 460.0, "K", "assumption",
        "an amic acid closes while it softens, so that no open polymer's is known"),
    "crosslinker_tg": Assumption("glass transition of the crosslinker", 215.0, 190.0, 240.0, "K", "assumption",
        "a liquid at room temperature, of glycidyl ether arms"),
    "solvent_tg": Assumption("glass transition of the solvent", 150.0, 130.0, 170.0, "K", "assumption",
        "two thirds of the melting point of 1-methyl-2-pyrrolidinone (249 K), or less"),
    "step_ratio": Assumption("heat-capacity step, open over closed units", 2.0, 1.0, 3.0, "1", "assumption",
        "stiff chains have small steps; the ratio is not measured"),
    "crosslink_rise": Assumption("rise of Tg by crosslinks", 39.0, 26.0, 58.0, "K*kg/mol", "literature",
        "an average over rubbers and resins: Nielsen (1969), doi:10.1080/15583726908545897; the number not checked"),
    "repeat": Assumption("scatter of a glass transition between two films", 0.0, -5.0, 5.0, "K", "assumption",
        "clamping and heating of two ramps"),
}  # fmt: skip
ASSUMED: Mapping[str, Assumption] = MappingProxyType(_ROWS)


def draw_assumptions(samples: int, seed: int) -> dict[str, NDArray[np.float64]]:
    """Samples by name, shape ``(samples,)``; the first is the nominal value."""
    rng = np.random.default_rng([seed, 1])
    out = {}
    for name, one in ASSUMED.items():
        drawn = rng.uniform(one.low, one.high, samples)
        drawn[0] = one.value
        out[name] = drawn
    return out
