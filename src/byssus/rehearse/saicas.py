"""A virtual SAICAS: a blade cuts down to the foil, peels the coating off and leaves; written as a Japanese lab's csv.

No file of such an instrument is public: headings and Shift-JIS are what a Japanese lab would have, the layout is ours.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from byssus.errors import Problem, StudyError
from byssus.rehearse.instrument import Instrument, Need, Truth
from byssus.rehearse.shared import file_name, scattered
from byssus.trace import REHEARSED_MARK

__all__ = ["INSTRUMENT", "write"]

STEP_S = 0.1  # ten readings a second
ABOVE_S = 5.0  # the blade is in the air before it touches, and again after it has left

NEEDS = (
    Need("saicas_force", "N", "saicas_force"),
    Need("coating_thickness", "m", default=10e-6, why="what half a milligram of porous silicon electrode per cm² has"),
    Need("cutting_ratio", "1", default=1.6, why="to cut at the foil over to peel there: below one, no foil is bared"),
    Need("vertical_ratio", "1", default=0.1, why="of the horizontal: a sharp blade of 20° rake, some friction"),
    Need("horizontal_speed", "m/s", default=2e-6, why="slow, as a brittle coating asks for"),
    Need("vertical_speed", "m/s", default=0.2e-6, why="a tenth of the horizontal, flatter than a blade's clearance"),
    Need("peel_length", "m", default=400e-6, why="long against the flaws that make the force uneven"),
    Need("stick_slip_amplitude", "1", default=0.06, why="relative height of the sawtooth, as in the peel test"),
    Need("stick_slip_period", "m", default=20e-6, why="distance from slip to slip, a few coating thicknesses"),
    Need("patch_deviation", "1", default=0.03, why="relative scatter of adhesion from place to place of a composite"),
    Need("patch_length", "m", default=10e-6, why="over which adhesion forgets itself, about the coating's thickness"),
    Need("specimen_scatter", "1", default=0.04, why="relative scatter of force and of thickness among cuts"),
    Need("force_noise", "1", default=0.01, why="noise of the load cell over the force that peels"),
    Need("depth_noise", "m", default=5e-9, why="resolution of a displacement sensor of a few micrometres' range"),
)  # fmt: skip


def write(truth: Truth, rng: np.random.Generator) -> tuple[str, bytes]:
    """One cut: time, horizontal and vertical force, vertical and horizontal displacement, in Shift-JIS.

    The horizontal force while the blade runs along the foil is the truth on average, up to specimen scatter: adhesion
    differs from place to place, so that a longer path tells it better.
    Raises :class:`StudyError` for a length, a speed or a thickness that is not above zero.
    """
    _refuse_nonsense(truth)
    mean = scattered(truth["saicas_force"], truth["specimen_scatter"], rng)
    thickness = scattered(truth["coating_thickness"], truth["specimen_scatter"], rng)
    speed = truth["horizontal_speed"]
    down = thickness / truth["vertical_speed"]
    # whole teeth, so that they average out exactly
    period = truth["stick_slip_period"]
    length = max(round(truth["peel_length"] / period), 1) * period
    time = np.arange(0.0, 2 * ABOVE_S + down + length / speed, STEP_S)
    into, along = time - ABOVE_S, time - ABOVE_S - down
    peeled = along * speed
    depth = np.minimum(truth["vertical_speed"] * into, thickness)
    cutting, peeling = (into >= 0) & (along < 0), (along >= 0) & (peeled < length)
    lifted = peeled >= length
    depth[lifted] = thickness * np.clip(1 - (peeled[lifted] - length) / (speed * ABOVE_S), 0.0, 1.0)
    shape = cutting * truth["cutting_ratio"] * depth / thickness
    uneven = truth["stick_slip_amplitude"] * _sawtooth(peeled, speed, period) + _patches(truth, len(time), rng)
    shape += peeling * (1 + uneven)
    horizontal = mean * (shape + truth["force_noise"] * rng.standard_normal(len(time)))
    vertical = mean * (truth["vertical_ratio"] * shape + truth["force_noise"] * rng.standard_normal(len(time)))
    depth += truth["depth_noise"] * rng.standard_normal(len(time))
    columns = time, horizontal, vertical, depth * 1e6, speed * time * 1e6
    return file_name(truth, "saicas", ".csv"), _text(truth, columns)


def _sawtooth(peeled: NDArray[np.float64], speed: float, period: float) -> NDArray[np.float64]:
    """Rises from -1 to 1 over a period and slips back; a tooth begins where the peeling begins."""
    # a reading stands for the middle of its step, so that the readings of a tooth sum to zero
    phase = (peeled + speed * STEP_S / 2) / period
    return 2 * (phase - np.floor(phase)) - 1


def _patches(truth: Truth, n: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Adhesion along the path, less its mean, over that mean: normal, its correlation falling off exponentially."""
    kept = math.exp(-truth["horizontal_speed"] * STEP_S / truth["patch_length"])
    start = rng.standard_normal()
    fresh = math.sqrt(1 - kept**2) * rng.standard_normal(n)
    from scipy.signal import lfilter  # late: slow to import

    walk, _ = lfilter([1.0], [1.0, -kept], fresh, zi=[kept * start])
    return np.asarray(truth["patch_deviation"] * walk)


def _refuse_nonsense(truth: Truth) -> None:
    names = (
        "coating_thickness",
        "horizontal_speed",
        "vertical_speed",
        "peel_length",
        "stick_slip_period",
        "patch_length",
    )
    problems = [
        Problem("a blade cannot be rehearsed with this", name, f"{truth[name]:.4g}", "above zero")
        for name in names
        if not truth[name] > 0
    ]
    if problems:
        raise StudyError(*problems)


def _text(truth: Truth, columns: tuple[NDArray[np.float64], ...]) -> bytes:
    binder = " ".join(truth.binder.encode("ascii", "replace").decode().replace(",", ";").split())
    head = (
        "SAICAS,測定データ",
        f"コメント,{REHEARSED_MARK} virtual SAICAS",
        f"試料名,{binder} No. {truth.specimen + 1}",
        "",
        "時間[s],水平力[N],垂直力[N],垂直変位[μm],水平変位[μm]",
    )
    rows = (f"{t:.1f},{h:.6f},{v:.6f},{d:.4f},{s:.2f}" for t, h, v, d, s in zip(*columns, strict=True))
    return ("\r\n".join((*head, *rows)) + "\r\n").encode("shift_jis")


INSTRUMENT = Instrument("saicas", NEEDS, write)
