"""A virtual photoelectron spectrometer: C 1s and F 1s of a cycled silicon anode, counted and written as VAMAS."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from byssus.errors import Problem, StudyError
from byssus.rehearse.instrument import Instrument, Need, Truth
from byssus.rehearse.shared import file_name
from byssus.trace import REHEARSED_MARK

__all__ = ["INSTRUMENT", "write"]

Floats = NDArray[np.float64]
STEP_EV = 0.1
WINDOWS = {"C 1s": (280.0, 296.0), "F 1s": (680.0, 694.0)}
# Position and width in eV; of the carbon that is no carbonate, the shares of what remains.
CARBON = (("C-C", 284.8, 1.2), ("C-O", 286.4, 1.3), ("O-C=O", 288.8, 1.3), ("Li2CO3", 290.1, 1.3))
FLUORINE = (("LiF", 685.0, 1.5), ("LixPOyFz", 687.0, 1.7))

NEEDS = (
    Need("li2co3_fraction", "1", "component_fraction", {"region": "C 1s", "component": "Li2CO3"}),
    Need("lif_fraction", "1", "component_fraction", {"region": "F 1s", "component": "LiF"}),
    Need("carbon_share", "1", default=0.55, why="C-C among the carbon that is no carbonate: the larger part"),
    Need("ether_share", "1", default=0.30, why="C-O among that carbon: ethers and alkyl carbonates of the electrolyte"),
    Need("carbon_counts", "1", default=40000.0, why="counts eV in C 1s, some ten minutes at 20 eV pass energy"),
    Need("fluorine_counts", "1", default=60000.0, why="counts eV in F 1s of a fluorinated interphase"),
    Need("background_counts", "1", default=1200.0, why="counts at a step below the lines"),
    Need("loss", "1", default=0.03, why="rise of the background per eV of line, as organic layers show"),
    Need("lorentzian_share", "1", default=0.3, why="customary for polymers and salts"),
    Need("charging", "eV", default=0.6, why="an insulating layer under a flood gun sits some tenths of an eV off"),
    Need("photon_energy", "eV", default=1486.6, why="monochromatic Al K-alpha"),
    Need("pass_energy", "eV", default=20.0, why="usual for core levels"),
    Need("dwell", "s", default=0.1, why="usual; counts are those of all sweeps"),
    Need("sweeps", "1", default=20.0, why="two seconds at each step in all"),
)  # fmt: skip


def write(truth: Truth, rng: np.random.Generator) -> tuple[str, bytes]:
    """One specimen's file: VAMAS, NORM and REGULAR, kinetic energy, whole counts.

    Raises :class:`StudyError` where shares are none.
    """
    shares = [truth[name] for name in ("li2co3_fraction", "lif_fraction", "carbon_share", "ether_share")]
    if not all(0 <= share <= 1 for share in shares) or truth["carbon_share"] + truth["ether_share"] > 1:
        got = ", ".join(f"{share:.4g}" for share in shares)
        raise StudyError(Problem("shares that are none", "xps", got, "each from 0 to 1, carbon's together at most 1"))
    rest = 1 - truth["li2co3_fraction"]
    carbon = [truth["carbon_share"] * rest, truth["ether_share"] * rest]
    carbon += [rest - sum(carbon), truth["li2co3_fraction"]]
    fluorine = [truth["lif_fraction"], 1 - truth["lif_fraction"]]
    blocks = []
    for level, lines, parts, area in (
        ("C 1s", CARBON, carbon, truth["carbon_counts"]),
        ("F 1s", FLUORINE, fluorine, truth["fluorine_counts"]),
    ):
        low, high = WINDOWS[level]
        energy = np.arange(low, high + STEP_EV / 2, STEP_EV)
        mean = _mean(energy, lines, [area * part for part in parts], truth)
        blocks.append(_block(level, energy + truth["charging"], rng.poisson(mean), truth))
    return file_name(truth, "xps", ".vms"), _file(truth, blocks)


def _mean(
    energy: Floats, lines: tuple[tuple[str, float, float], ...], areas: list[float], truth: Truth
) -> NDArray[np.float64]:
    """Expected counts: pseudo-Voigt lines on a constant plus ``loss`` times their running areas, in closed form."""
    mix, total = truth["lorentzian_share"], np.full(len(energy), truth["background_counts"])
    erf = np.vectorize(math.erf)
    for (_, position, width), area in zip(lines, areas, strict=True):
        u = 2 * (energy - position) / width
        gauss = 2 / width * math.sqrt(math.log(2) / math.pi) * np.exp(-math.log(2) * u * u)
        lorentz = 2 / (math.pi * width) / (1 + u * u)
        running = mix * (np.arctan(u) / math.pi + 0.5) + (1 - mix) * 0.5 * (1 + erf(math.sqrt(math.log(2)) * u))
        total += area * (mix * lorentz + (1 - mix) * gauss + truth["loss"] * running)
    return total


def _block(level: str, energy: Floats, counts: NDArray[np.int64], truth: Truth) -> list[str]:
    """One block of ISO 14976, in order of kinetic energy."""
    kinetic = truth["photon_energy"] - energy[::-1]
    ordinates = counts[::-1]
    unknown = "1E+37"
    return [
        level, f"{_ascii(truth.binder)} {truth.specimen + 1}", "2026", "1", "1", "0", "0", "0", "0", "1",
        f"{REHEARSED_MARK} virtual spectrometer", "XPS", "0", "Al", f"{truth['photon_energy']:.2f}",
        *[unknown] * 5, "FAT", f"{truth['pass_energy']:g}", *[unknown] * 7, *level.split(), "-1",
        "kinetic energy", "eV", f"{kinetic[0]:.2f}", f"{STEP_EV:.2f}", "1", "counts", "d", "pulse counting",
        f"{truth['dwell']:g}", f"{truth['sweeps']:g}", "0", *[unknown] * 3, "0", str(len(ordinates)),
        str(ordinates.min()), str(ordinates.max()), *(str(value) for value in ordinates),
    ]  # fmt: skip


def _file(truth: Truth, blocks: list[list[str]]) -> bytes:
    head = [
        "VAMAS Surface Chemical Analysis Standard Data Transfer Format 1988 May 4", "Not Specified",
        "virtual spectrometer", "Not Specified", _ascii(truth.binder), "1", f"{REHEARSED_MARK} virtual spectrometer",
        "NORM", "REGULAR", str(len(blocks)), "1", "Exp Variable", "d", "0", "0", "0", "0", str(len(blocks)),
    ]  # fmt: skip
    lines = [*head, *(line for block in blocks for line in block), "end of experiment"]
    return ("\r\n".join(lines) + "\r\n").encode("ascii")


def _ascii(text: str) -> str:
    return " ".join(text.encode("ascii", "replace").decode().split())


INSTRUMENT = Instrument("xps", NEEDS, write)
