"""A virtual mercury porosimeter: log-normal pores in a coated foil; written as a psi and ml table with a header."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import ndtr

from byssus.errors import Problem, StudyError
from byssus.laws.pores import pore_diameter
from byssus.rehearse.instrument import Instrument, Need, Truth
from byssus.rehearse.shared import file_name, scattered
from byssus.trace import REHEARSED_MARK

__all__ = ["INSTRUMENT", "write"]

PSI = 6894.757293168361  # Pa
FIRST_PSI, LAST_PSI = 0.5, 60_000.0
READINGS = 220
ML = 1e-6  # m^3

NEEDS = (
    Need("porosity", "1", "porosity"),
    Need("bulk_volume", "m^3", why="volume of the specimen with its foil"),
    Need("foil_volume", "m^3", why="volume of the foil within it"),
    Need("sample_mass", "kg", why="mass of the specimen with its foil"),
    Need("median_diameter", "m", default=200e-9, why="between particles of a silicon electrode with carbon black"),
    Need("pore_spread", "1", default=0.7, why="standard deviation of ln D, of a broad single mode"),
    Need("contact_angle", "rad", default=math.radians(130.0), why="as instruments are set from the factory"),
    Need("surface_tension", "N/m", default=0.485, why="mercury at 25 °C"),
    Need("volume_noise", "1", default=0.0005, why="of the total volume, from the capacitance of the stem"),
    Need("specimen_scatter", "1", default=0.02, why="relative scatter of the pore volume from sheet to sheet"),
)  # fmt: skip


def write(truth: Truth, rng: np.random.Generator) -> tuple[str, bytes]:
    """One run's file: ``Pressure [psi],Intrusion volume [ml]``.

    The volume at the end is porosity times the layer's volume, up to scatter, noise and pores that 60,000 psi do not
    reach. Raises :class:`StudyError` where the foil leaves no layer, or porosity is no share.
    """
    layer = truth["bulk_volume"] - truth["foil_volume"]
    if not (layer > 0 and 0 < truth["porosity"] < 1):
        raise StudyError(
            Problem(
                "no layer with these pores",
                "porosity",
                f"{truth['porosity']:.4g} of {layer:.4g} m³ beside the foil",
                "a share between 0 and 1 of a volume above zero",
            )
        )
    pressure = np.geomspace(FIRST_PSI, LAST_PSI, READINGS)
    diameter = pore_diameter(pressure * PSI, truth["surface_tension"], truth["contact_angle"])
    total = scattered(truth["porosity"] * layer, truth["specimen_scatter"], rng)
    filled = ndtr(np.log(truth["median_diameter"] / diameter) / truth["pore_spread"])
    volume = total * (filled + truth["volume_noise"] * rng.standard_normal(READINGS))
    binder = " ".join(truth.binder.encode("ascii", "replace").decode().replace(",", " ").split())
    head = (
        f"Sample: {binder} No. {truth.specimen + 1}",
        f"Remark: {REHEARSED_MARK} virtual mercury porosimeter",
        "",
        "Pressure [psi],Intrusion volume [ml]",
    )
    rows = (f"{p:.6g},{v / ML:.7g}" for p, v in zip(pressure, volume, strict=True))
    return file_name(truth, "porosimetry", ".csv"), ("\r\n".join((*head, *rows)) + "\r\n").encode()


INSTRUMENT = Instrument("porosimetry", NEEDS, write)
