"""A temperature programme: holds and the ramps between them, in air or under vacuum."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from byssus.errors import Problem, StudyError
from byssus.study.amounts import amount
from byssus.study.model import CureStep

__all__ = ["RAMP_K_PER_S", "ROOM_K", "Programme", "programme_of"]

Floats = NDArray[np.float64]

ROOM_K = 298.15
RAMP_K_PER_S = 5.0 / 60.0  # assumed where a study says no ramp: a usual oven's


@dataclass(frozen=True)
class Programme:
    """Temperature (K) at times (s) that rise, both shape ``(n,)``, straight in between; ``vacuum`` of each piece.

    Raises :class:`StudyError` with all that is wrong: times that go back, temperatures not above absolute zero.
    """

    times_s: Floats
    temperature_k: Floats
    vacuum: tuple[bool, ...]

    def __post_init__(self) -> None:
        times, temperature = np.asarray(self.times_s, float), np.asarray(self.temperature_k, float)
        object.__setattr__(self, "times_s", times)
        object.__setattr__(self, "temperature_k", temperature)
        problems = []
        if times.ndim != 1 or times.shape != temperature.shape or len(times) != len(self.vacuum) + 1 or len(times) < 2:
            got = f"{times.size} times, {temperature.size} temperatures, {len(self.vacuum)} pieces"
            problems.append(Problem("a programme needs pieces", got=got, expected="as many temperatures as times"))
            raise StudyError(*problems)
        for k in range(len(times) - 1):
            if not times[k + 1] > times[k]:
                got = f"{times[k + 1]:g} s after {times[k]:g} s"
                mend = "Put the steps in order."
                problems.append(Problem("the programme goes back in time", f"piece {k + 1}", got, "a later time", mend))
        problems += [
            Problem("no such temperature", f"point {k + 1}", f"{value:g} K", "above 0 K")
            for k, value in enumerate(temperature)
            if not 0 < value < math.inf
        ]
        if problems:
            raise StudyError(*problems)

    @property
    def duration_s(self) -> float:
        return float(self.times_s[-1] - self.times_s[0])

    def at(self, time_s: float) -> float:
        """The temperature (K) at a time."""
        return float(np.interp(time_s, self.times_s, self.temperature_k))


def programme_of(steps: Sequence[CureStep], *, where: str = "cure") -> Programme:
    """The programme of a binder's steps, from room temperature, each after its ramp (5 K/min unless it says).

    Raises :class:`StudyError` with everything that is wrong in any step.
    """
    if not steps:
        raise StudyError(Problem("no step of curing is given", where, mend="Declare cure = [{ temperature, time }]."))
    problems: list[Problem] = []
    times, temperatures, vacuum = [0.0], [ROOM_K], list[bool]()
    for index, step in enumerate(steps, 1):
        read = _read(step, f"{where}[{index}]", problems)
        if read is None:
            continue
        temperature, hold, ramp = read
        under = "vacuum" in step.atmosphere.lower()
        if temperature != temperatures[-1]:
            times.append(times[-1] + abs(temperature - temperatures[-1]) / ramp)
            temperatures.append(temperature)
            vacuum.append(under)
        times.append(times[-1] + hold)
        temperatures.append(temperature)
        vacuum.append(under)
    if problems:
        raise StudyError(*problems)
    return Programme(np.array(times), np.array(temperatures), tuple(vacuum))


def _read(step: CureStep, where: str, problems: list[Problem]) -> tuple[float, float, float] | None:
    """Temperature (K), time (s) and ramp (K/s) of a step; what is wrong goes to ``problems``."""
    found = []
    for name, text, unit in (
        ("temperature", step.temperature, "K"),
        ("time", step.time, "s"),
        ("ramp", step.ramp, "K/s"),
    ):
        if name == "ramp" and not text:
            found.append(RAMP_K_PER_S)
            continue
        try:
            found.append(amount(text, unit, where=f"{where}.{name}")[0])
        except StudyError as fault:
            problems += fault.problems
    return (found[0], found[1], found[2]) if len(found) == 3 else None
