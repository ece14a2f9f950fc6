"""A virtual peel tester: a ramp, a stick-slip plateau, the end of the strip; written as a German lab's text export."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from byssus.errors import Problem, StudyError
from byssus.rehearse.instrument import Instrument, Need, Truth
from byssus.rehearse.shared import file_name, scattered
from byssus.trace import REHEARSED_MARK

__all__ = ["INSTRUMENT", "write"]

STEP_M = 20e-6  # a reading every 20 µm
TAIL_M = 1e-3  # the crosshead runs on after the strip has come off

NEEDS = (
    Need("peel_force", "N", "peel_force"),
    Need("plateau_from", "m", default=0.020, why="where the steady part is read from, unless said otherwise"),
    Need("plateau_length", "m", default=0.040, why="a strip a little longer than the start that is left out"),
    Need("ramp_length", "m", default=0.006, why="slack and bending of the arm before the crack moves"),
    Need("stick_slip_amplitude", "1", default=0.06, why="relative height of the sawtooth, moderate for a coated foil"),
    Need("stick_slip_period", "m", default=0.001, why="distance from slip to slip, about the size of a flaw"),
    Need("specimen_scatter", "1", default=0.03, why="relative scatter among strips of one coating"),
    Need("force_noise", "1", default=0.005, why="relative noise of a load cell far below its capacity"),
)  # fmt: skip


def write(truth: Truth, rng: np.random.Generator) -> tuple[str, bytes]:
    """One strip's file: preamble, ``Weg [mm];Kraft [N]``, decimal commas, latin-1.

    The mean from ``plateau_from`` to the end of the strip is the truth, up to specimen scatter and noise.
    Raises :class:`StudyError` where the ramp is not over before the plateau.
    """
    if not truth["ramp_length"] < truth["plateau_from"]:
        raise StudyError(
            Problem(
                "the ramp runs into the plateau",
                "ramp_length",
                f"{truth['ramp_length']:.4g} m",
                f"less than plateau_from, {truth['plateau_from']:.4g} m",
                "Assume a shorter ramp_length.",
            )
        )
    mean = scattered(truth["peel_force"], truth["specimen_scatter"], rng)
    period = truth["stick_slip_period"]
    # whole teeth, so that they average out exactly
    length = max(round(truth["plateau_length"] / period), 1) * period
    end = truth["plateau_from"] + length
    travel = np.arange(0.0, end + TAIL_M, STEP_M)
    force = mean * np.clip(travel / truth["ramp_length"], 0.0, 1.0)
    force += mean * truth["stick_slip_amplitude"] * _sawtooth(travel, truth) * (travel >= truth["ramp_length"])
    force[travel > end + STEP_M / 2] = 0.0
    force += mean * truth["force_noise"] * rng.standard_normal(len(force))
    return file_name(truth, "peel", ".csv"), _text(truth, travel, force)


def _sawtooth(travel: NDArray[np.float64], truth: Truth) -> NDArray[np.float64]:
    """Rises from -1 to 1 over a period and slips back; a tooth begins where the plateau begins."""
    # a reading stands for the middle of its step, so that the readings of a tooth sum to zero
    phase = (travel - truth["plateau_from"] + STEP_M / 2) / truth["stick_slip_period"]
    return 2 * (phase - np.floor(phase)) - 1


def _text(truth: Truth, travel: NDArray[np.float64], force: NDArray[np.float64]) -> bytes:
    binder = " ".join(truth.binder.encode("ascii", "replace").decode().replace(";", ",").split())
    head = (
        "Prüfprotokoll;Schälversuch",
        f"Bemerkung;{REHEARSED_MARK} virtual peel tester",
        f"Probe;{binder} Nr. {truth.specimen + 1}",
        "",
        "Weg [mm];Kraft [N]",
    )
    rows = (f"{s * 1e3:.3f};{f:.5f}".replace(".", ",") for s, f in zip(travel, force, strict=True))
    return ("\r\n".join((*head, *rows)) + "\r\n").encode("latin-1")


INSTRUMENT = Instrument("peel", NEEDS, write)
