"""A virtual indenter: load, hold, unload, hold at a tenth for the drift; written as a text of time, depth and load."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from byssus.errors import Problem, StudyError
from byssus.laws.indentation import BERKOVICH_AREA, epsilon_of_exponent
from byssus.rehearse.instrument import Instrument, Need, Truth
from byssus.rehearse.shared import file_name, scattered
from byssus.trace import REHEARSED_MARK

__all__ = ["INSTRUMENT", "write"]

Floats = NDArray[np.float64]

RATE_HZ = 20.0
LOADING_S, HOLD_S, UNLOADING_S, DRIFT_S = 15.0, 5.0, 15.0, 30.0
DRIFT_LOAD = 0.1  # of the peak load, where drift is watched

NEEDS = (
    Need("indentation_depth", "m", "indentation_depth"),
    Need("reduced_modulus", "Pa", "reduced_modulus"),
    Need("hardness", "Pa", "hardness"),
    Need("unloading_exponent", "1", default=1.5, why="a paraboloid; metals and polymers give 1.2 to 2"),
    Need("thermal_drift", "m/s", default=0.05e-9, why="what instruments allow before a test (0.05 nm/s)"),
    Need("depth_noise", "m", default=0.5e-9, why="noise of a common indenter's displacement"),
    Need("load_noise", "1", default=2e-4, why="noise of the load relative to its peak"),
    Need("specimen_scatter", "1", default=0.05, why="relative scatter from place to place of a porous electrode"),
)  # fmt: skip


def write(truth: Truth, rng: np.random.Generator) -> tuple[str, bytes]:
    """One indent's file: preamble, ``Time [s]``, ``Depth [nm]``, ``Load [mN]``, tab-separated.

    An ideal Berkovich tip; depth, modulus and hardness are the truth, up to scatter among places, noise and drift.
    Raises :class:`StudyError` where no unloading has these numbers.
    """
    scatter = truth["specimen_scatter"]
    modulus = scattered(truth["reduced_modulus"], scatter, rng)
    hardness = scattered(truth["hardness"], scatter, rng)
    m, depth = truth["unloading_exponent"], truth["indentation_depth"]
    ratio = math.sqrt(math.pi * BERKOVICH_AREA) / 2 * hardness / modulus  # (P/S)/hc
    contact = depth / (1 + float(epsilon_of_exponent(m)) * ratio)
    length = m * ratio * contact
    if not (m >= 1 and length <= depth):
        raise StudyError(
            Problem(
                f"no unloading of {truth.binder} has these numbers",
                "hardness",
                f"{hardness / modulus:.3g} of the reduced modulus, exponent {m:.3g}",
                "a final depth not below zero, exponent at least 1",
                "Check hardness and reduced modulus, or assume a smaller unloading_exponent.",
            )
        )
    peak = hardness * BERKOVICH_AREA * contact**2
    time, load, true_depth = _course(depth, length, m, peak)
    seen = true_depth + truth["thermal_drift"] * time + truth["depth_noise"] * rng.standard_normal(len(time))
    load = load + truth["load_noise"] * peak * rng.standard_normal(len(time))
    return file_name(truth, "indentation", ".txt"), _text(truth, time, seen, load)


def _course(depth_m: float, length_m: float, m: float, peak_n: float) -> tuple[Floats, Floats, Floats]:
    """Time (s), load (N) and depth (m): loading at a constant rate of depth, unloading at one of load."""
    spans = (LOADING_S, HOLD_S, UNLOADING_S, DRIFT_S)
    up, held, down, watched = (np.arange(1, round(s * RATE_HZ) + 1) / (s * RATE_HZ) for s in spans)
    share = 1 - (1 - DRIFT_LOAD) * down
    low = depth_m - length_m * (1 - DRIFT_LOAD ** (1 / m))
    load = np.concatenate(([0.0], up**2, np.ones_like(held), share, np.full_like(watched, DRIFT_LOAD)))
    unloading = depth_m - length_m * (1 - share ** (1 / m))
    depth = np.concatenate(([0.0], depth_m * up, np.full_like(held, depth_m), unloading, np.full_like(watched, low)))
    return np.arange(len(load)) / RATE_HZ, peak_n * load, depth


def _text(truth: Truth, time: Floats, depth: Floats, load: Floats) -> bytes:
    binder = " ".join(truth.binder.encode("ascii", "replace").decode().split())
    head = (
        f"Remark: {REHEARSED_MARK} virtual indenter",
        f"Sample: {binder}, indent {truth.specimen + 1}",
        "Tip: ideal Berkovich, A = 24.5 hc^2",
        "",
        "Time [s]\tDepth [nm]\tLoad [mN]",
    )
    rows = (f"{t:.2f}\t{h * 1e9:.4f}\t{p * 1e3:.7f}" for t, h, p in zip(time, depth, load, strict=True))
    return ("\r\n".join((*head, *rows)) + "\r\n").encode("ascii")


INSTRUMENT = Instrument("indentation", NEEDS, write)
