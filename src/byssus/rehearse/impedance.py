"""A virtual impedance analyser: spectra of one cell after several cycles, in one EC-Lab text file (.mpt).

The cell is a series of four arcs (contact, interphase, two of charge transfer), the diffusion of lithium in silicon,
leads and electrolyte. The resistances of interphase and charge transfer follow R(n) = R(1) n^growth over the cycles n;
contact, electrolyte and diffusion stay. None of these numbers is printed in the source of the default study, so all
of them are assumed and listed as such.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from byssus.errors import MissingInput, Problem
from byssus.laws.circuit import finite_space_diffusion, inductor, zarc
from byssus.rehearse.instrument import Instrument, Need, Truth
from byssus.rehearse.shared import file_name, scattered
from byssus.trace import REHEARSED_MARK

__all__ = ["INSTRUMENT", "PROCESSES", "impedance_of", "write"]

# name, resistance (ohm), time constant (s), exponent: a coin cell of about 1 cm^2
PROCESSES = (
    ("contact", 5.0, 2e-5, 0.92),
    ("sei", 22.0, 8e-4, 0.88),
    ("charge_transfer_1", 30.0, 2.5e-2, 0.88),
    ("charge_transfer_2", 26.0, 0.7, 0.86),
)
WHY_ARC = "a usual size in coin cells of silicon against lithium; not printed"
PERIODS = 2.0  # measured at each frequency, after one that is waited for
OPEN_VOLTAGE_V = 0.35
PAUSE_S = 60.0  # between the loops of the file; the clock does not run while the cell is cycled

NEEDS = (
    Need("after_cycles", "text", default="1, 10, 20", why="the cycles after which the source shows spectra"),
    Need("highest_frequency", "Hz", default=1e6, why="the range the source states"),
    Need("lowest_frequency", "Hz", default=1e-3, why="the range the source states"),
    Need("points_per_decade", "1", default=10.0, why="a usual sweep"),
    Need("electrolyte_resistance", "ohm", default=4.0, why=WHY_ARC),
    Need("lead_inductance", "henry", default=4e-7, why="half a metre of leads"),
    *(
        need
        for name, ohm, tau_s, phi in PROCESSES
        for need in (
            Need(f"{name}_resistance", "ohm", default=ohm, why=WHY_ARC),
            Need(f"{name}_time_constant", "s", default=tau_s, why=WHY_ARC),
            Need(f"{name}_exponent", "1", default=phi, why="arcs of porous electrodes are depressed"),
        )
    ),
    Need("diffusion_resistance", "ohm", default=60.0, why=WHY_ARC),
    Need("diffusion_time_constant", "s", default=4e3, why="particles of 100 nm, diffusion at 2.5e-18 m2/s"),
    Need("growth", "1", default=0.0, why="no change with cycling unless the study says so"),
    Need("cell_spread", "1", default=0.01, why="relative spread among cells"),
    Need("impedance_noise", "1", default=1e-3, why="relative accuracy of a good potentiostat in mid range"),
)


def write(truth: Truth, rng: np.random.Generator) -> tuple[str, bytes]:
    """One cell's spectra as EC-Lab text: one sweep from high to low frequency for each of ``after_cycles``.

    Raises :class:`MissingInput` where ``after_cycles`` are no numbers of cycles.
    """
    cycles = _cycles(truth)
    decades = np.log10(truth["highest_frequency"] / truth["lowest_frequency"])
    points = max(round(decades * truth["points_per_decade"]) + 1, 2)
    frequency = np.geomspace(truth["highest_frequency"], truth["lowest_frequency"], points)
    size = scattered(1.0, truth["cell_spread"], rng)
    spectra = []
    for cycle in cycles:
        exact = size * impedance_of(truth, frequency, cycle)
        noise = rng.standard_normal(points) + 1j * rng.standard_normal(points)
        spectra.append(exact + truth["impedance_noise"] * np.abs(exact) * noise)
    return file_name(truth, "eis", ".mpt"), _mpt(frequency, spectra, cycles)


def impedance_of(truth: Truth, frequency_hz: NDArray[np.float64], cycle: int) -> NDArray[np.complex128]:
    """The impedance (ohm) of the assumed cell after a cycle, shape of ``frequency_hz``."""
    omega = 2.0 * np.pi * frequency_hz
    grown = {name: 1.0 if name == "contact" else cycle ** truth["growth"] for name, *_ in PROCESSES}
    arcs = [
        zarc(omega, factor * truth[f"{name}_resistance"], truth[f"{name}_time_constant"], truth[f"{name}_exponent"])
        for name, factor in grown.items()
    ]
    diffusion = finite_space_diffusion(omega, truth["diffusion_resistance"], truth["diffusion_time_constant"])
    leads = inductor(omega, truth["lead_inductance"])
    return np.asarray(truth["electrolyte_resistance"] + leads + np.sum(arcs, axis=0) + diffusion)


def _cycles(truth: Truth) -> list[int]:
    said = truth.words("after_cycles")
    words = [word for word in re.split(r"[,;\s]+", said) if word]
    if not words or not all(word.isdecimal() and int(word) > 0 for word in words):
        raise MissingInput(
            Problem("these are no numbers of cycles", f"impedance on {truth.binder}: after_cycles", said, "1, 10, 20")
        )
    return [int(word) for word in words]


def _mpt(frequency: NDArray[np.float64], spectra: list[NDArray[np.complex128]], cycles: list[int]) -> bytes:
    header = [
        "EC-Lab ASCII FILE",
        "Nb header lines : {count}",
        "",
        "Potentio Electrochemical Impedance Spectroscopy",
        "",
        f"Comments : {REHEARSED_MARK} virtual impedance analyser",
        f"Comments : one loop for each spectrum, after cycles {', '.join(map(str, cycles))}",
        "",
        "\t".join(
            ("freq/Hz", "Re(Z)/Ohm", "-Im(Z)/Ohm", "|Z|/Ohm", "Phase(Z)/deg", "time/s", "<Ewe>/V", "<I>/mA",
             "cycle number")
        ),
    ]  # fmt: skip
    header[1] = header[1].format(count=len(header))
    rows = []
    sweep_s = np.cumsum((1.0 + PERIODS) / frequency)
    for loop, spectrum in enumerate(spectra, 1):
        time = sweep_s + (loop - 1) * (sweep_s[-1] + PAUSE_S)
        parts = (frequency, spectrum.real, -spectrum.imag, np.abs(spectrum), np.angle(spectrum, deg=True))
        for *values, second in zip(*parts, time, strict=True):
            measured = [f"{value:.7E}" for value in values]
            rows.append("\t".join([*measured, f"{second:.6f}", f"{OPEN_VOLTAGE_V:.4f}", "0.0000", str(loop)]))
    return "\r\n".join([*header, *rows, ""]).encode("latin-1")


INSTRUMENT = Instrument("impedance", NEEDS, write)
