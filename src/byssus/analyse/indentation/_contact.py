"""From an unloading to contact depth, area, modulus and hardness, with Monte Carlo uncertainty (JCGM 101:2008)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.indentation._curve import Cycle, window
from byssus.analyse.indentation._settings import Settings
from byssus.analyse.indentation._unloading import PowerLaw, fit_power_law, slope_near
from byssus.laws.indentation import (
    BERKOVICH_AREA,
    EPSILON,
    contact_depth_m,
    epsilon_of_exponent,
    plane_strain_modulus_pa,
    reduced_modulus_pa,
)

__all__ = ["Continuous", "Unloading", "continuous", "unload"]

Floats = NDArray[np.float64]

DRAWS = 1000  # a standard uncertainty to 2 %
TOLD = (
    "contact_stiffness", "unloading_exponent", "contact_depth", "reduced_modulus", "hardness", "plane_strain_modulus",
)  # fmt: skip
SEED = 20240131  # the same draws for every indent: a number must not change from run to run
OTHER_WINDOWS = ((0.98, 0.2), (0.98, 0.4), (0.95, 0.4), (0.9, 0.2), (0.9, 0.4))
EXPONENTS = (1.05, 2.5)  # a flat punch has 1, a cone 2; metals give 1.2 to 1.6 (doi:10.1557/JMR.1992.1564)
SHARP = 0.8  # of the ideal Berkovich area, which a blunt tip exceeds: less is another tip, or no area function
FEW_POINTS = 20  # three parameters through fewer rest on single readings


@dataclass(frozen=True)
class Unloading:
    """One unloading and what it says, in SI; ``law`` is ``None`` (and the numbers NaN) where there is no fit.

    ``uncertainty`` holds standard uncertainties and ``interval`` 95 % intervals by name of the number.
    """

    cycle: Cycle
    law: PowerLaw | None
    epsilon: float = np.nan
    contact_depth: float = np.nan
    area: float = np.nan
    reduced_modulus: float = np.nan
    hardness: float = np.nan
    plane_strain_modulus: float = np.nan
    window_spread: float = np.nan
    uncertainty: Mapping[str, float] = field(default_factory=dict)
    interval: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Continuous:
    """Modulus and hardness (Pa) at every depth (m) of a continuously measured stiffness, shapes ``(n,)``.

    ``inside`` marks the rows in ``range_m`` that means are over; the others begin at half the range's lower end.
    """

    depth_m: Floats
    reduced_pa: Floats
    hardness_pa: Floats
    stiffness_n_per_m: Floats
    area_m2: Floats
    range_m: tuple[float, float]
    inside: NDArray[np.bool_]

    @property
    def rows(self) -> int:
        return int(np.count_nonzero(self.inside))


def _numbers(
    law: tuple[Floats | float, Floats | float, Floats | float],
    load: Floats | float,
    depth: Floats | float,
    s: Settings,
    area_factor: Floats | float = 1.0,
) -> dict[str, Floats]:
    """All numbers from the law's parameters, one set or many at once."""
    amplitude, length, exponent = law
    stiffness = np.asarray(exponent) * amplitude / length
    epsilon = epsilon_of_exponent(exponent) if s.epsilon is None else np.asarray(s.epsilon)
    hc = contact_depth_m(depth, load, stiffness, epsilon)
    area = s.area(hc) * area_factor
    with np.errstate(all="ignore"):
        reduced = reduced_modulus_pa(stiffness, np.where(area > 0, area, np.nan), s.beta)
        sample = plane_strain_modulus_pa(reduced, s.tip_pa, s.tip_poisson)
        hard = np.asarray(load) / np.where(area > 0, area, np.nan)
    return {
        "contact_stiffness": stiffness,
        "unloading_exponent": np.asarray(exponent),
        "epsilon": epsilon,
        "contact_depth": hc,
        "area": area,
        "reduced_modulus": reduced,
        "hardness": hard,
        "plane_strain_modulus": np.where(sample > 0, sample, np.nan),
    }


def unload(depth_m: Floats, load_n: Floats, cycle: Cycle, noise_m: float, s: Settings) -> Unloading:
    """The unloading of one cycle: fit, numbers, influence of the window; uncertainty of fit and of the depth."""
    rows = window(load_n, cycle, s.upper, s.lower)
    law = fit_power_law(depth_m[rows], load_n[rows], cycle.depth_m)
    if law is None:
        said = f"no power law fits the unloading from {s.upper:.0%} to {s.lower:.0%} of the load"
        return Unloading(cycle, None, remarks=(said,))
    one = _numbers((law.load_n, law.length_m, law.exponent), cycle.load_n, cycle.depth_m, s)
    others = [slope_near(depth_m[at], load_n[at], law) for at in (window(load_n, cycle, *w) for w in OTHER_WINDOWS)]
    slopes = np.array([law.stiffness_n_per_m, *(each for each in others if np.isfinite(each))])
    spread = float(np.ptp(slopes)) / law.stiffness_n_per_m if len(slopes) > 1 else np.nan
    few: tuple[str, ...] = (f"only {law.n} points of unloading in the window",) if law.n < FEW_POINTS else ()
    if not EXPONENTS[0] < law.exponent < EXPONENTS[1]:
        few += (f"the exponent of unloading, {law.exponent:.3g}, is that of no contact: creep or the frame shapes it",)
    ideal = BERKOVICH_AREA * float(one["contact_depth"]) ** 2
    if float(one["area"]) < SHARP * ideal:
        few += (
            f"the area function gives {float(one['area']) / ideal:.0%} of an ideal Berkovich tip's area at this depth: "
            "no Berkovich tip is sharper; it may not hold here",
        )
    uncertainty, interval = _monte_carlo(law, cycle, noise_m, s)
    return Unloading(
        cycle,
        law,
        float(one["epsilon"]),
        float(one["contact_depth"]),
        float(one["area"]),
        float(one["reduced_modulus"]),
        float(one["hardness"]),
        float(one["plane_strain_modulus"]),
        spread,
        uncertainty,
        interval,
        few,
    )


def _monte_carlo(
    law: PowerLaw, cycle: Cycle, noise_m: float, s: Settings
) -> tuple[dict[str, float], dict[str, tuple[float, float]]]:
    """Standard uncertainties and 95 % intervals from fit, noise of load and depth, and those of frame and area."""
    draws = _draws()
    size = np.sqrt(np.diag(law.covariance))
    if not np.all(size > 0):
        return {}, {}
    # scaled, for the parameters' units are far apart
    root = np.linalg.cholesky(law.covariance / np.outer(size, size) + 1e-12 * np.eye(3))
    mean = np.array([law.load_n, law.length_m, law.exponent])
    load, length, exponent = mean[:, None] + size[:, None] * (root @ draws[:3])
    exponent = np.maximum(exponent, 1.0)
    top = cycle.load_n + law.noise_n * draws[3]
    frame = s.compliance_u * draws[5]
    length = np.maximum(length - frame * exponent * load, 0.01 * law.length_m)  # 1/S = L/(m P) less the frame
    depth = cycle.depth_m + noise_m * draws[4] - frame * top
    found = _numbers((load, length, exponent), top, depth, s, 1 + s.area_u * draws[6])
    names = [name for name in TOLD if found[name].ndim and np.isfinite(found[name]).all()]
    if not names:
        return {}, {}
    values = np.array([found[name] for name in names])
    spread = np.std(values, axis=1, ddof=1)
    ends = round(0.025 * DRAWS), round(0.975 * DRAWS) - 1
    low, high = np.partition(values, ends, axis=1)[:, ends].T
    uncertainty = {name: float(u) for name, u in zip(names, spread, strict=True)}
    return uncertainty, {name: (float(a), float(b)) for name, a, b in zip(names, low, high, strict=True)}


@cache
def _draws() -> Floats:
    """Standard normal numbers, shape (7, ``DRAWS``): the law's three parameters, load, depth, frame and area."""
    return np.random.default_rng(SEED).standard_normal((7, DRAWS))


def continuous(depth_m: Floats, load_n: Floats, stiffness_n_per_m: Floats, end: int, s: Settings) -> Continuous | None:
    """Modulus and hardness along loading, to row ``end``, from the stiffness an oscillation measures.

    Means are over ``s.continuous_m``; ``None`` where no row lies in it. Epsilon is 3/4 where it would follow from
    the exponent of unloading.
    """
    if s.continuous_m is None:
        return None
    low, high = s.continuous_m
    epsilon = EPSILON if s.epsilon is None else s.epsilon
    h, p, k = depth_m[: end + 1], load_n[: end + 1], stiffness_n_per_m[: end + 1]
    rows = np.isfinite(k) & (k > 0) & (p > 0) & (h >= low / 2)
    if not np.any(rows & (h >= low) & (h <= high)):
        return None
    stiffness = k[rows]
    if s.compliance_m_per_n:
        stiffness = 1 / (1 / stiffness - s.compliance_m_per_n)
    area = s.area(contact_depth_m(h[rows], p[rows], stiffness, epsilon))
    sound = area > 0
    area, stiffness, depth = area[sound], stiffness[sound], h[rows][sound]
    inside = (depth >= low) & (depth <= high)
    if not inside.any():
        return None
    modulus, hard = reduced_modulus_pa(stiffness, area, s.beta), p[rows][sound] / area
    return Continuous(depth, modulus, hard, stiffness, area, (low, high), inside)
