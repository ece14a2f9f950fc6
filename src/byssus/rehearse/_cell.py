"""What the virtual cyclers share: the steps of a cell's test, and the file they are written to.

The file has the Battery Data Format's columns, as :mod:`byssus.read` knows them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from byssus.rehearse.instrument import Truth
from byssus.trace import REHEARSED_MARK

__all__ = ["AH", "DELITHIATE", "LITHIATE", "REST_AFTER", "REST_END", "Rows", "cell_csv", "file_stem", "hold", "rest"]

Floats = NDArray[np.float64]

AH = 3600.0  # C
HOLD_POINTS = 10  # rows of the constant-voltage step
HOLD_DECAY = np.log(20.0)  # the hold ends at a twentieth of the current, the usual cut-off
REST_S = 600.0
TIME_DECIMALS = 3  # s; what common cyclers log
LITHIATE, HOLD, REST_AFTER, DELITHIATE, REST_END = 1, 2, 3, 4, 5


@dataclass(frozen=True)
class Rows:
    """Rows of one step, from its own start: time (s), current (A), voltage (V) and charge passed (C)."""

    time_s: Floats
    current_a: Floats
    voltage_v: Floats
    charge_c: Floats
    step: int


def hold(held_c: float, current_a: float, lower_v: float) -> Rows:
    """Constant voltage: an exponentially falling current whose trapezoids add up to ``held_c`` exactly."""
    phase = np.linspace(0.0, HOLD_DECAY, HOLD_POINTS)
    decay = np.exp(-phase)
    passed = np.r_[0.0, np.cumsum(0.5 * (decay[1:] + decay[:-1]) * np.diff(phase))]
    scale_s = held_c / (current_a * passed[-1])
    return Rows(phase * scale_s, -current_a * decay, np.full(HOLD_POINTS, lower_v), passed * scale_s * current_a, HOLD)


def rest(voltage_v: float, step: int) -> Rows:
    """Ten minutes without current at one voltage."""
    return Rows(np.array([1.0, REST_S]), np.zeros(2), np.full(2, voltage_v), np.zeros(2), step)


def cell_csv(steps: Sequence[tuple[int, Rows]], truth: Truth, current_a: float, rng: np.random.Generator) -> bytes:
    """All steps (each with its cycle) one after another, with noise on current and voltage, as csv.

    ``truth`` gives ``current_noise`` (relative) and ``voltage_noise`` (V); ``current_a`` is the smallest current
    of the test, to seven digits of which the file is written.
    """
    import polars as pl

    start_s = np.r_[0.0, np.cumsum([rows.time_s[-1] for _, rows in steps])]
    time_s = np.concatenate([begin + rows.time_s for begin, (_, rows) in zip(start_s, steps, strict=False)])
    current = np.concatenate([rows.current_a for _, rows in steps])
    current = current * (1.0 + truth["current_noise"] * rng.standard_normal(len(current)))
    voltage = np.concatenate([rows.voltage_v for _, rows in steps])
    voltage = voltage + truth["voltage_noise"] * rng.standard_normal(len(voltage))
    lengths = [len(rows.time_s) for _, rows in steps]
    digits = 6 - int(np.floor(np.log10(current_a)))
    frame = pl.DataFrame(
        {
            "Test Time / s": np.round(time_s, TIME_DECIMALS),
            "Voltage / V": np.round(voltage, 6),
            "Current / A": np.round(current, digits) + 0.0,
            "Cycle Count / 1": np.repeat([cycle for cycle, _ in steps], lengths),
            "Step Index / 1": np.repeat([rows.step for _, rows in steps], lengths),
            "Charging Capacity / Ah": np.round(_counter(steps, (DELITHIATE,)) / AH, digits + 3),
            "Discharging Capacity / Ah": np.round(_counter(steps, (LITHIATE, HOLD)) / AH, digits + 3),
            REHEARSED_MARK: np.ones(len(time_s), dtype=np.int64),
        }
    )
    return frame.write_csv().encode()


def _counter(steps: Sequence[tuple[int, Rows]], counted: tuple[int, ...]) -> Floats:
    """A tester's counter (C) of the given steps, which restarts with every cycle."""
    pieces, passed, cycle = [], 0.0, 0
    for number, rows in steps:
        passed = passed if number == cycle else 0.0
        cycle = number
        pieces.append(passed + rows.charge_c * (rows.step in counted))
        passed = float(pieces[-1][-1])
    return np.concatenate(pieces)


def file_stem(*said: str) -> str:
    """Words of a file's name, joined, without what cannot stand in one."""
    return "_".join(re.sub(r"[^A-Za-z0-9.+-]+", "-", part).strip("-.") or "cell" for part in said)
