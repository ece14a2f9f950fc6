"""Shear strength of the coating: from the descent, or at the one depth of a steady cut; and its course over depth."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.saicas._cutting import Cutting, ShearRule, depth_line, shear_rule
from byssus.analyse.saicas._record import Record
from byssus.analyse.saicas._steady import Steady
from byssus.analyse.technique import Specimen
from byssus.laws.statistics import effective_points

__all__ = ["Shear", "profile", "shear_of_descent", "shear_of_window"]

Floats = NDArray[np.float64]
BINS = 25  # of depth: each holds enough readings for a mean
FEWEST_IN_BIN = 4
SHALLOWEST = 0.1  # of the depth: below it Fh/d divides noise by nothing


@dataclass(frozen=True)
class Shear:
    """Shear load over depth in N/m (over the blade's width it is a stress), its uncertainty, degrees of freedom."""

    per_width_n_per_m: float
    uncertainty: float
    degrees: float
    rule: ShearRule
    words: str

    def over(self, width_m: float) -> tuple[float, float]:
        """Shear strength and its standard uncertainty in Pa."""
        return self.per_width_n_per_m / width_m, self.uncertainty / width_m


def shear_of_descent(cut: Cutting, specimen: Specimen) -> Shear:
    """From the slope of the shear load on depth: a wrong zero of either leaves it as it is."""
    rule = _rule(cut.horizontal.slope, cut.vertical.slope if cut.vertical else None, specimen)
    load = _load(rule, cut.horizontal_n, cut.vertical_n)
    line, degrees = depth_line(cut.depth_m, load)
    low, high = float(cut.depth_m.min()), float(cut.depth_m.max())
    words = f"slope of the shear load on depth while the blade goes down from {low * 1e6:.4g} to {high * 1e6:.4g} µm"
    return Shear(line.slope, line.slope_uncertainty, degrees, rule, words)


def shear_of_window(r: Record, steady: Steady, specimen: Specimen) -> Shear | None:
    """From the mean forces of a steady cut at one depth; ``None`` where the depth there is not above zero."""
    if not steady.depth_m > 0:
        return None
    rule = _rule(steady.mean_n, None if r.vertical_n is None else steady.vertical_n, specimen)
    inside = (r.course >= steady.start) & (r.course <= steady.end)
    load = _load(rule, r.horizontal_n, r.vertical_n)[inside]
    even = np.linspace(steady.start, steady.end, len(load))
    values = np.interp(even, r.course[inside], load)
    free, degrees = effective_points(values)
    vertical = 0.0 if r.vertical_n is None else steady.vertical_n
    mean = rule.weights[0] * steady.mean_n + rule.weights[1] * vertical
    u = float(np.std(values)) / math.sqrt(max(free - 1, 1.0))
    words = f"mean shear load over the steady part at a depth of {steady.depth_m * 1e6:.4g} µm, over that depth"
    return Shear(mean / steady.depth_m, u / steady.depth_m, degrees, rule, words)


def profile(cut: Cutting, shear: Shear, width_m: float) -> tuple[Floats, Floats, Floats]:
    """Depth (m), apparent shear strength (Pa) and its standard uncertainty, in bins of depth, each shape ``(m,)``."""
    load = _load(shear.rule, cut.horizontal_n, cut.vertical_n)
    edges = np.linspace(
        max(float(cut.depth_m.min()), SHALLOWEST * float(cut.depth_m.max())), cut.depth_m.max(), BINS + 1
    )
    rows = []
    for low, high in itertools.pairwise(edges):
        inside = (cut.depth_m >= low) & (cut.depth_m <= high)
        if low > 0 and int(np.sum(inside)) >= FEWEST_IN_BIN:
            stress = load[inside] / (width_m * cut.depth_m[inside])
            free = max(effective_points(stress)[0] - 1, 1.0)
            rows.append(
                (float(cut.depth_m[inside].mean()), float(stress.mean()), float(stress.std()) / math.sqrt(free))
            )
    table = np.array(rows).reshape(-1, 3)
    return table[:, 0], table[:, 1], table[:, 2]


def _rule(horizontal: float, vertical: float | None, specimen: Specimen) -> ShearRule:
    stated, ratio, rake = (specimen.get(name) for name in ("shear_angle", "chip_ratio", "rake_angle"))
    return shear_rule(horizontal, vertical, stated, ratio, rake)


def _load(rule: ShearRule, horizontal: Floats, vertical: Floats | None) -> Floats:
    load = rule.weights[0] * horizontal
    return load if vertical is None else load + rule.weights[1] * vertical
