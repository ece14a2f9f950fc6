"""A virtual tensile tester: a film pulled to its break, written as a testXpert .TRA file."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from byssus.errors import Problem, StudyError
from byssus.laws.stress_strain import SaturatingCurve, cross_section, saturating_curve
from byssus.rehearse.instrument import Instrument, Need, Truth
from byssus.rehearse.shared import file_name, scattered
from byssus.trace import REHEARSED_MARK

__all__ = ["INSTRUMENT", "curve_of", "write"]

POINTS = 1500  # rows up to the break
AFTER_BREAK = 40  # rows of empty grips after it
TEST_TIME_S = 120.0  # from the first row to the break
MM, MM2 = 1e3, 1e6

NEEDS = (
    Need("tensile_strength", "Pa", "tensile_strength"),
    Need("elongation_at_break", "1", "elongation_at_break"),
    Need("young_modulus", "Pa", "young_modulus", default=3.0e9, why="usual for aromatic polyimide films"),
    Need("width", "m", default=0.010, why="a common width of film strips (ISO 527-3 allows 10 mm to 25 mm)"),
    Need("thickness", "m", default=50e-6, why="a common thickness of cast films"),
    Need("gauge_length", "m", default=0.050, why="gauge length of film strips in ISO 527-3"),
    Need("specimen_scatter", "1", default=0.02, why="relative scatter among strips cut from one good film"),
    Need("force_noise", "N", default=0.02, why="noise of a 100 N to 500 N load cell"),
    Need("machine_compliance", "m/N", default=1e-6, why="grips and load cell give about 1 µm per newton"),
)  # fmt: skip


def curve_of(truth: Truth, rng: np.random.Generator) -> SaturatingCurve:
    """The stress-strain curve of one specimen: strength and elongation scatter, the curve keeps its shape.

    Raises :class:`StudyError` where the initial modulus is below the secant modulus, as no concave curve can be.
    """
    strength, elongation, modulus = truth["tensile_strength"], truth["elongation_at_break"], truth["young_modulus"]
    secant = strength / elongation
    if modulus < secant:
        raise StudyError(
            Problem(
                f"no concave curve of {truth.binder} has these numbers",
                "young_modulus",
                f"{modulus / 1e9:.4g} GPa",
                f"at least strength over elongation at break, {secant / 1e9:.4g} GPa",
                "Assume a larger young_modulus for this binder in [[assumed]].",
            )
        )
    sigma = scattered(strength, truth["specimen_scatter"], rng)
    epsilon = scattered(elongation, truth["specimen_scatter"], rng)
    return saturating_curve(sigma, epsilon, modulus / secant * sigma / epsilon)


def write(truth: Truth, rng: np.random.Generator) -> tuple[str, bytes]:
    """One specimen's .TRA: header, names, units, rows of time, travel, force and extensometer travel (mm, N)."""
    curve = curve_of(truth, rng)
    width = scattered(truth["width"], truth["specimen_scatter"] / 10, rng)
    thickness = scattered(truth["thickness"], truth["specimen_scatter"] / 10, rng)
    strain = np.linspace(0.0, curve.break_strain, POINTS)
    force = curve.stress_pa(strain) * cross_section(width, thickness)
    stretch = strain * truth["gauge_length"]
    time = np.linspace(0.0, TEST_TIME_S, POINTS)
    travel = stretch + force * truth["machine_compliance"]
    step = np.arange(1, AFTER_BREAK + 1)
    # after the break the crosshead runs on, the force is gone and the extensometer stands
    time = np.concatenate((time, time[-1] + step * (time[1] - time[0])))
    travel = np.concatenate((travel, travel[-1] + step * (travel[-1] - travel[-2])))
    force = np.concatenate((force, np.zeros(AFTER_BREAK)))
    stretch = np.concatenate((stretch, np.full(AFTER_BREAK, stretch[-1])))
    force = force + truth["force_noise"] * rng.standard_normal(len(force))
    return file_name(truth, "tensile", ".TRA"), _tra(truth, width, thickness, (time, travel * MM, force, stretch * MM))


def _tra(truth: Truth, width: float, thickness: float, columns: tuple[NDArray[np.float64], ...]) -> bytes:
    speed = float(columns[1][-1] - columns[1][0]) / float(columns[0][-1]) * 60
    header = (
        f'"Remark","{REHEARSED_MARK} virtual tensile tester"',
        f'"Specimen thickness",{thickness * MM:.8g},"mm"',
        f'"Specimen width",{width * MM:.8g},"mm"',
        f'"Cross-section",{width * thickness * MM2:.8g},"mm²"',
        f'"Gage length, standard travel",{truth["gauge_length"] * MM:.8g},"mm"',
        f'"v1",{speed:.6g},"mm/min"',
        '"Time","Standard travel","Standard force","Extensometer"',
        '"s","mm","N","mm"',
    )
    rows = (",".join(f"{value:.7g}" for value in row) for row in zip(*columns, strict=True))
    return ("\r\n".join((*header, *rows)) + "\r\n").encode("latin-1")


INSTRUMENT = Instrument("tensile", NEEDS, write)
