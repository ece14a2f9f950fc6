"""A virtual gel permeation chromatograph: a log-normal peak, the solvent's dip, noise and drift; written as Empower."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from byssus.errors import Problem, StudyError
from byssus.laws.molar_mass import log_normal
from byssus.rehearse.instrument import Instrument, Need, Truth
from byssus.rehearse.shared import file_name, scattered
from byssus.trace import REHEARSED_MARK

__all__ = ["INSTRUMENT", "write"]

MINUTE = 60.0
STEP_S = 0.5  # two readings a second
DIP_AT, DIP_WIDTH, DIP_DEPTH = 13.0, 0.15, 1.5  # min, min, heights of the peak: as refractive index detectors show it
KILO = 1e3  # g/mol in a kg/mol
PEAK_MV = 10.0  # height of the peak

NEEDS = (
    Need("number_average_molar_mass", "kg/mol", "number_average_molar_mass"),
    Need("weight_average_molar_mass", "kg/mol", "weight_average_molar_mass"),
    Need("calibration_intercept", "1", default=11.2, why="log10 M at no retention; 20 MDa elute at 6.5 min"),
    Need("calibration_slope", "1", default=0.6, why="decades of molar mass a minute, as of three mixed-bed columns"),
    Need("run_time", "s", default=900.0, why="until the solvent's own signal has passed"),
    Need("noise", "1", default=0.0003, why="relative to the peak, of a refractive index detector at a usual load"),
    Need("drift", "1", default=0.01, why="of the baseline over the run, relative to the peak"),
    Need("specimen_scatter", "1", default=0.03, why="relative scatter of molar mass from injection to injection"),
)  # fmt: skip


def write(truth: Truth, rng: np.random.Generator) -> tuple[str, bytes]:
    """One injection's file. The averages of its peak are the truth, up to scatter and noise.

    Raises :class:`StudyError` where the weight average is not above the number average.
    """
    number, weight = truth["number_average_molar_mass"], truth["weight_average_molar_mass"]
    if not weight > number > 0:
        raise StudyError(
            Problem(
                "no distribution has these averages",
                "weight_average_molar_mass",
                f"{weight:.6g} kg/mol with a number average of {number:.6g} kg/mol",
                "a weight average above the number average",
            )
        )
    ratio = scattered(1.0, truth["specimen_scatter"], rng)
    time = np.arange(STEP_S, truth["run_time"] + STEP_S / 2, STEP_S) / MINUTE
    mass = 10 ** (truth["calibration_intercept"] - truth["calibration_slope"] * time) / KILO
    peak = log_normal(mass, number * ratio, weight * ratio)
    signal = peak / float(np.max(peak))
    signal -= DIP_DEPTH * np.exp(-0.5 * ((time - DIP_AT) / DIP_WIDTH) ** 2)
    signal += truth["drift"] * time / time[-1] + truth["noise"] * rng.standard_normal(len(time))
    return file_name(truth, "gpc", ".arw"), _text(truth, time, PEAK_MV * signal)


def _text(truth: Truth, time_min: NDArray[np.float64], signal_mv: NDArray[np.float64]) -> bytes:
    binder = " ".join(truth.binder.encode("ascii", "replace").decode().replace('"', "'").split())
    head = (
        f'"SampleName"\t"{binder} No. {truth.specimen + 1}"',
        '"System Name"\t"virtual"',
        f'"Sample Set Name"\t"{REHEARSED_MARK} virtual chromatograph"',
        f'"Injection"\t{truth.specimen + 1}',
        '"Channel"\t"RI"',
    )
    rows = (f"{t:.7g}\t{s:.6g}" for t, s in zip(time_min, signal_mv, strict=True))
    return ("\r\n".join((*head, *rows)) + "\r\n").encode("latin-1")


INSTRUMENT = Instrument("gpc", NEEDS, write)
