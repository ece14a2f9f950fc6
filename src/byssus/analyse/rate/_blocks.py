"""Blocks of a rate test: consecutive cycles at one current, with the C-rate that current is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.cycling.technique import CyclingResult, Way

__all__ = ["Block", "blocks_of", "c_rate", "nominal"]

Floats = NDArray[np.float64]

SAME_CURRENT = 0.1  # relative; steps of rate tests are a third or more, a set-point holds to a per cent
NOMINAL_WITHIN = 0.1  # of a customary C-rate: mass and set-point agree to some per cent
# so that replicate cells, whose masses differ, have one name for one rate
CUSTOMARY = (
    0.02, 0.05, 0.1, 0.2, 0.25, 0.33, 0.4, 0.5, 0.75, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 15.0,
    20.0, 25.0, 30.0, 40.0, 50.0, 100.0,
)  # fmt: skip
LABEL_DIGITS = 3


@dataclass(frozen=True)
class Block:
    """Consecutive whole cycles, ``first`` to ``last`` by number, at one current (A) in each half: ``up_a``, ``back_a``.

    ``number`` counts the blocks from 1; ``at`` tells the block apart as findings do.
    """

    number: int
    first: int
    last: int
    up_a: float
    back_a: float
    at: dict[str, Any]

    @property
    def cycles(self) -> str:
        return f"{self.first}-{self.last}" if self.last > self.first else str(self.first)

    def as_fast_as(self, other: Block) -> bool:
        """Whether both run at the same two currents."""
        return _same(self.up_a, other.up_a) and _same(self.back_a, other.back_a)


def _same(one_a: float, other_a: float) -> bool:
    return abs(one_a - other_a) <= SAME_CURRENT * max(one_a, other_a)


def c_rate(current_a: float, result: CyclingResult) -> float | None:
    """Current over the current of 1 C, I * 1 h / (q(1 C) m); ``None`` without mass or definition of 1 C."""
    if result.mass_kg is None or result.one_c_c_per_kg is None:
        return None
    return current_a * 3600 / (result.one_c_c_per_kg * result.mass_kg)


def nominal(rate: float) -> float:
    """The customary C-rate within ``NOMINAL_WITHIN``, a label only; else the rate in three digits."""
    nearest = min(CUSTOMARY, key=lambda one: abs(np.log(one / rate)))
    return nearest if abs(rate / nearest - 1) <= NOMINAL_WITHIN else float(f"{rate:.{LABEL_DIGITS}g}")


def blocks_of(result: CyclingResult) -> tuple[Block, ...]:
    """The finished whole cycles as blocks, in the order run; other currents than the block's begin a new one."""
    up, back = (result.cycles.current_a[result.paired(way)][: result.cycles.finished] for way in result.ways)
    starts: list[int] = []
    for k in range(len(up)):
        if not starts or not (_same(up[k], _middle(up, starts, k)) and _same(back[k], _middle(back, starts, k))):
            starts.append(k)
    ends = [*starts[1:], len(up)] if starts else []
    out: list[Block] = []
    for begin, end in zip(starts, ends, strict=True):
        currents = float(np.median(up[begin:end])), float(np.median(back[begin:end]))
        at = _told(result, *currents)
        if any(one.at == at for one in out):
            at = {**at, "block": len(out) + 1}
        out.append(Block(len(out) + 1, result.first + begin, result.first + end - 1, *currents, at))
    return tuple(out)


def _middle(current_a: Floats, starts: list[int], k: int) -> float:
    return float(np.median(current_a[starts[-1] : k]))


def _told(result: CyclingResult, up_a: float, back_a: float) -> dict[str, Any]:
    """How a block's findings tell it apart: by C-rate where that is known, else by current.

    The rate is that of the half-cycle that gives the charge back; the other's is added where it differs.
    """
    up: Way = result.ways[0]
    rates = c_rate(up_a, result), c_rate(back_a, result)
    if rates[0] is not None and rates[1] is not None:
        at: dict[str, Any] = {"c_rate": nominal(rates[1])}
        other: dict[str, Any] = {f"{up.word}_c_rate": nominal(rates[0])}
    else:
        at, other = {"current": f"{back_a * 1e3:.3g} mA"}, {f"{up.word}_current": f"{up_a * 1e3:.3g} mA"}
    return at if _same(up_a, back_a) else {**at, **other}
