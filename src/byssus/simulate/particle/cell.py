"""What a batch of half cells is, how they are cycled, what damage they bear; and the checks of all three."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from byssus.errors import Problem, StudyError

__all__ = ["Cells", "Damage", "Protocol"]

Floats = NDArray[np.float64]
Given = Floats | float


@dataclass(frozen=True)
class Cells:
    """Silicon half cells against lithium; every field a number or an array of shape ``(cells,)``.

    ``capacity_c_per_kg`` is that of Li15Si4 where 3579 mAh/g; currents are per kilogram of silicon. The particle keeps
    its unswollen radius, and diffusivity does not depend on lithium. ``branch_share`` is the share of lithium whose
    passage brings the hysteresis e-fold nearer to the branch of the current: Wycisk et al.,
    doi:10.1016/j.est.2022.105016. An infinite ``counter_exchange_a_per_m2`` leaves the lithium electrode unpolarised.
    """

    radius_m: Given
    diffusivity_m2_per_s: Given
    exchange_at_half_a_per_m2: Given
    loading_kg_per_m2: Given
    resistance_ohm_m2: Given = 0.0
    capacity_c_per_kg: Given = 3579.0 * 3600.0
    density_kg_per_m3: Given = 2330.0  # silicon
    counter_exchange_a_per_m2: Given = np.inf
    branch_share: Given = 0.02
    temperature_k: Given = 298.15

    def __post_init__(self) -> None:
        infinite = {"counter_exchange_a_per_m2"}
        problems = [
            problem
            for field in fields(self)
            for problem in _wrong(
                f"cells.{field.name}",
                getattr(self, field.name),
                zero=field.name == "resistance_ohm_m2",
                infinite=field.name in infinite,
            )
        ]
        shapes = {np.shape(getattr(self, field.name)) for field in fields(self)} - {()}
        if len(shapes) > 1 or any(len(shape) != 1 for shape in shapes):
            problems.append(
                Problem("fields do not fit", "cells", _listed(shapes), "numbers, or arrays (cells,) of one length")
            )
        if problems:
            raise StudyError(*problems)

    @property
    def count(self) -> int:
        return int(max(np.size(getattr(self, field.name)) for field in fields(self)))

    @property
    def diffusion_time_s(self) -> Floats:
        """R^2 / D."""
        return np.asarray(np.asarray(self.radius_m) ** 2 / self.diffusivity_m2_per_s)

    @property
    def surface_m2_per_kg(self) -> Floats:
        """Surface of spheres by mass of silicon, 3 / (rho R)."""
        return np.asarray(3.0 / (np.asarray(self.density_kg_per_m3) * self.radius_m))


@dataclass(frozen=True)
class Protocol:
    """Lithiation to ``lower_v``, delithiation to ``upper_v``, at ``c_rate`` times ``one_c_a_per_kg``.

    ``hold_until_c_rate`` holds ``lower_v`` until the current has fallen to that rate (CC-CV); ``None``: no hold.
    Rates are numbers, or arrays that broadcast to ``(cycles, cells)``.
    """

    cycles: int
    c_rate: Given
    delithiation_c_rate: Given | None = None
    lower_v: float = 0.005
    upper_v: float = 1.5
    hold_until_c_rate: Given | None = None
    one_c_a_per_kg: float = 3579.0

    def __post_init__(self) -> None:
        problems = _wrong("protocol.c_rate", self.c_rate) + _wrong("protocol.one_c_a_per_kg", self.one_c_a_per_kg)
        for name in ("delithiation_c_rate", "hold_until_c_rate"):
            if getattr(self, name) is not None:
                problems += _wrong(f"protocol.{name}", getattr(self, name))
        if not (isinstance(self.cycles, int) and self.cycles >= 1):
            problems.append(Problem("nothing to cycle", "protocol.cycles", str(self.cycles), "a whole number from 1"))
        if not -1.0 < self.lower_v < self.upper_v < 5.0:
            problems.append(
                Problem(
                    "limits do not enclose a window",
                    "protocol.lower_v, protocol.upper_v",
                    f"{self.lower_v:g} and {self.upper_v:g} V",
                    "lower below upper, within -1 and 5 V against lithium",
                    "Give the lower limit (end of lithiation) as lower_v.",
                )
            )
        held = self.hold_until_c_rate
        if not problems and held is not None and not np.all(np.asarray(held) < np.asarray(self.c_rate)):
            problems.append(
                Problem(
                    "the hold ends above the current", "protocol.hold_until_c_rate", f"{np.max(held):g}", "below c_rate"
                )
            )
        if problems:
            raise StudyError(*problems)


@dataclass(frozen=True)
class Damage:
    """What a cell bears in each cycle; fields broadcast to ``(cycles, cells)``.

    ``connected_share`` of the silicon takes part in each delithiation and in the lithiation after it (all of it in the
    first lithiation): silicon is cut off when full, and keeps its lithium. ``resistance_ohm_m2`` comes on top of the
    cell's own, ``side_share`` of the lithiation's charge goes into side
    reactions (SEI, carbon, binder) and not into silicon.
    """

    connected_share: Given = 1.0
    resistance_ohm_m2: Given = 0.0
    side_share: Given = 0.0

    def __post_init__(self) -> None:
        problems = _wrong("damage.connected_share", self.connected_share, most=1.0)
        problems += _wrong("damage.resistance_ohm_m2", self.resistance_ohm_m2, zero=True)
        problems += _wrong("damage.side_share", self.side_share, zero=True, most=1.0, below=True)
        share = np.asarray(self.connected_share, dtype=np.float64)
        if not problems and share.ndim == 2 and (np.diff(share, axis=0) > 0).any():
            problems.append(Problem("silicon reconnects", "damage.connected_share", "", "never to grow with the cycle"))
        if problems:
            raise StudyError(*problems)


def broadcast(name: str, value: Given, cycles: int, cells: int) -> Floats:
    """``value`` as an array ``(cycles, cells)``; a vector of length ``cycles`` must be a column."""
    try:
        return np.broadcast_to(np.asarray(value, dtype=np.float64), (cycles, cells))
    except ValueError:
        got = "x".join(map(str, np.shape(value)))
        problem = Problem(
            "shape does not fit",
            name,
            got,
            f"a number, {cells} values, or {cycles}x1 or {cycles}x{cells} (cycles x cells)",
        )
        raise StudyError(problem) from None


def _wrong(
    where: str,
    value: Given,
    *,
    zero: bool = False,
    infinite: bool = False,
    most: float = np.inf,
    below: bool = False,
) -> list[Problem]:
    """What is wrong with numbers that must be positive (or zero, where allowed) and at most (or below) ``most``."""
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        return [Problem("no number", where, repr(value)[:60], "a number or an array of numbers")]
    if not array.size:
        return [Problem("no number", where, "an empty array", "one number or more")]
    low = array >= 0 if zero else array > 0
    high = array < most if below and most < np.inf else array <= most
    fine = low & high & (np.isfinite(array) | (infinite & (array == np.inf)))
    if fine.all():
        return []
    first = array[~fine].flat[0]
    expected = "0 or more" if zero else "more than 0"
    if most < np.inf:
        expected += f" and {'below' if below else 'at most'} {most:g}"
    count = f" ({int((~fine).sum())} of {array.size})" if array.size > 1 else ""
    return [Problem("out of its range", where, f"{first:g}{count}", expected)]


def _listed(shapes: set[tuple[int, ...]]) -> str:
    return " and ".join(sorted("x".join(map(str, shape)) for shape in shapes))
