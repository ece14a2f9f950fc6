"""A virtual dynamic mechanical analyser: a temperature ramp of a film at one frequency, as TRIOS exports it.

The film is a fractional Zener solid whose time constant follows Williams-Landel-Ferry above the glass transition and
goes on along its tangent below.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from byssus.errors import MissingInput, Problem
from byssus.laws.viscoelastic import fractional_zener, wlf
from byssus.rehearse.instrument import Instrument, Need, Truth
from byssus.rehearse.shared import file_name, scattered
from byssus.trace import REHEARSED_MARK

__all__ = ["INSTRUMENT", "write"]

Floats = NDArray[np.float64]
SAMPLING_S = 12.0  # a point a kelvin at 5 K/min
KELVIN = 273.15

NEEDS = (
    Need("glass_transition", "K", "glass_transition_temperature", at={"technique": "dma"}),
    Need("glassy_modulus", "Pa", default=2.5e9, why="no modulus is printed; usual for aromatic polyimide films"),
    Need("rubbery_modulus", "Pa", default=4e7, why="no modulus is printed; two decades below the glassy one"),
    Need("exponent", "1", default=0.35, why="breadth of the relaxation; a peak of tan δ some 40 K wide"),
    Need("c1", "1", default=17.44, why="universal constant of Williams, Landel and Ferry, doi:10.1021/ja01619a008"),
    Need("c2", "K", default=51.6, why="universal constant of Williams, Landel and Ferry, doi:10.1021/ja01619a008"),
    Need("frequency", "Hz", default=1.0, why="printed for all binders, 1.0 Hz"),
    Need("heating_rate", "K/s", default=5 / 60, why="printed for all binders, 5 K/min"),
    Need("first_temperature", "K", default=30 + KELVIN, why="printed for all binders, 30-500 °C"),
    Need("last_temperature", "K", default=500 + KELVIN, why="printed for all binders, 30-500 °C"),
    Need("noise", "1", default=2e-3, why="relative, of both moduli"),
    Need("specimen_scatter", "1", default=0.002, why="relative scatter of the absolute glass transition among films"),
)  # fmt: skip


def write(truth: Truth, rng: np.random.Generator) -> tuple[str, bytes]:
    """One file and its name. Raises :class:`MissingInput` for a film or a ramp that cannot be."""
    _refuse(truth)
    step = truth["heating_rate"] * SAMPLING_S
    t = np.arange(truth["first_temperature"], truth["last_temperature"], step)
    glass = scattered(truth["glass_transition"], truth["specimen_scatter"], rng)
    modulus = fractional_zener(
        omega_tau(truth, t, glass), truth["rubbery_modulus"], truth["glassy_modulus"], truth["exponent"]
    )
    storage, loss = (part * (1 + truth["noise"] * rng.standard_normal(len(t))) for part in (modulus.real, modulus.imag))
    return file_name(truth, "dma", ".txt"), _text(truth, t, storage, loss)


def omega_tau(truth: Truth, temperature_k: Floats, glass_k: float) -> Floats:
    """Angular frequency times time constant, shape ``(n,)``: tan delta is highest at ``glass_k``."""
    above = wlf(np.maximum(temperature_k, glass_k), glass_k, truth["c1"], truth["c2"])
    log_a = np.where(temperature_k >= glass_k, above, -truth["c1"] / truth["c2"] * (temperature_k - glass_k))
    at_peak = math.sqrt(truth["rubbery_modulus"] / truth["glassy_modulus"]) ** (1 / truth["exponent"])
    return np.asarray(at_peak * 10.0 ** np.clip(log_a, -60, 60))


def _refuse(truth: Truth) -> None:
    where = f"dma on {truth.binder}"
    problems = []
    if not 0 < truth["first_temperature"] < truth["glass_transition"] < truth["last_temperature"] < 5000:
        names = ("first_temperature", "glass_transition", "last_temperature")
        got = ", ".join(f"{truth[n]:.5g} K" for n in names)
        problems.append(Problem("the ramp does not pass the glass transition", where, got, " < ".join(names)))
    if not 0 < truth["rubbery_modulus"] < truth["glassy_modulus"] < 1e13:
        got = f"{truth['rubbery_modulus']:.3g} and {truth['glassy_modulus']:.3g} Pa"
        problems.append(Problem("the moduli make no sense", where, got, "rubbery below glassy"))
    if not (0.05 < truth["exponent"] < 1 and 1e-4 < truth["heating_rate"] < 10 and 0 <= truth["noise"] < 0.3):
        problems.append(Problem("exponent, heating rate or noise make no sense", where))
    if problems:
        raise MissingInput(*problems)


def _text(truth: Truth, t: Floats, storage: Floats, loss: Floats) -> bytes:
    binder = " ".join(truth.binder.encode("ascii", "replace").decode().split())
    lines = [
        f"Filename\t{binder} film {truth.specimen + 1}", f"Operator\t{REHEARSED_MARK} virtual analyser",
        "Geometry name\tTension clamp", "proceduresegments\tTemperature ramp", "[File Parameters]",
        "Trios version\t5.1.1", "", "[step]", "Temperature ramp - 1",
        "Time\tTemperature\tFrequency\tStorage modulus\tLoss modulus\tTan(delta)", "s\t°C\tHz\tMPa\tMPa\t",
    ]  # fmt: skip
    lines += [
        f"{SAMPLING_S * k:.1f}\t{one - KELVIN:.4f}\t{truth['frequency']:.6g}\t{e / 1e6:.6f}\t{p / 1e6:.6f}\t{p / e:.7f}"
        for k, (one, e, p) in enumerate(zip(t, storage, loss, strict=True))
    ]
    return ("\r\n".join(lines) + "\r\n").encode("utf-8")


INSTRUMENT = Instrument("dma", NEEDS, write)
