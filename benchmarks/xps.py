"""Five carbon components with Poisson noise: fractions and CPU time, beside lmfit with lmfitxps in the same run.

    python benchmarks/xps.py [--seeds 20] [--regions 200]

The truth: 280 to 296 eV in steps of 0.1, pseudo-Voigt lines of mixing 0.15 on 300 + 0.04 times their running area.
Both tools get the same starts and the same free parameters: level and loss of the background, area and width of each
line, and its position in the first case. The bound is that of Cramer and Rao for these parameters, from the truth's own
derivatives by differences. PEER_PYTHON names the interpreter of an environment with lmfit and lmfitxps.
"""

from __future__ import annotations

import argparse
import math
from typing import Any

import numpy as np
from contest import OURS, Call, compete, cpu_ms, fault_of, rms, show
from numpy.typing import NDArray

Floats = NDArray[np.float64]
ENERGY = np.round(280 + 0.1 * np.arange(161), 10)
LINES = ((284.8, 1.2, 4000.0), (286.4, 1.3, 2500.0), (288.7, 1.3, 1200.0), (290.1, 1.2, 1800.0), (292.0, 1.3, 500.0))
FRACTIONS = np.array([0.40, 0.25, 0.12, 0.18, 0.05])
MIXING, WITHIN, START_WIDTH = 0.15, 0.6, 1.3
CASES = {"positions free": True, "positions fixed": False}


def truth(parameters: Floats) -> Floats:
    """Expected counts of (level, loss, then area, width, position of each line), in closed form."""
    erf = np.vectorize(math.erf)
    total = np.full(len(ENERGY), parameters[0])
    for area, width, position in parameters[2:].reshape(-1, 3):
        u = 2 * (ENERGY - position) / width
        gauss = 2 / width * math.sqrt(math.log(2) / math.pi) * np.exp(-math.log(2) * u * u)
        lorentz = 2 / (math.pi * width) / (1 + u * u)
        running = MIXING * (np.arctan(u) / math.pi + 0.5) + (1 - MIXING) / 2 * (1 + erf(math.sqrt(math.log(2)) * u))
        total += area * (MIXING * lorentz + (1 - MIXING) * gauss + parameters[1] * running)
    return total


TRUE = np.array([300.0, 0.04, *(value for at, width, area in LINES for value in (area, width, at))])


def bound(free_positions: bool) -> float:
    """Root mean square over the five fractions of their Cramer-Rao bound."""
    free = [j for j in range(len(TRUE)) if free_positions or j < 2 or (j - 2) % 3 != 2]
    slopes = []
    for j in free:
        step = np.zeros(len(TRUE))
        step[j] = 1e-5 * max(abs(TRUE[j]), 1e-2)
        slopes.append((truth(TRUE + step) - truth(TRUE - step)) / (2 * step[j]))
    jacobian = np.column_stack(slopes)
    covariance = np.linalg.inv(jacobian.T @ (jacobian / truth(TRUE)[:, None]))
    areas = [free.index(2 + 3 * k) for k in range(5)]
    turn = (np.eye(5) - FRACTIONS[:, None]) / sum(area for *_, area in LINES)
    return float(np.sqrt(np.mean(np.diag(turn @ covariance[np.ix_(areas, areas)] @ turn.T))))


def _ours() -> Call:
    from byssus.analyse.xps._components import parse_components
    from byssus.analyse.xps._regions import Measured
    from byssus.analyse.xps._result import Quantification, fit_regions
    from byssus.analyse.xps._setup import Freedom

    text = "; ".join(f"{k} at={at} within={WITHIN} fwhm={START_WIDTH}" for k, (at, _, _) in enumerate(LINES))

    def fractions(counts: Floats, free: bool) -> dict[str, Any]:
        freedom = Freedom("free" if free else "fixed", mixing=MIXING)
        components = parse_components(f"C 1s: {text}", ["C 1s"])
        region = Measured("C 1s", "C 1s", ENERGY, counts, True, 1486.6, None)
        (found,) = fit_regions([region], components, "shirley", freedom, Quantification())
        return {"fractions": found.fractions, "free": len(found.free)}

    return fractions


def _lmfit() -> Call:
    from lmfit.models import PseudoVoigtModel
    from lmfitxps.models import ShirleyBG

    model = ShirleyBG(independent_vars=["y"], prefix="s_")
    for k in range(len(LINES)):
        model = model + PseudoVoigtModel(prefix=f"p{k}_")

    def fractions(counts: Floats, free: bool) -> dict[str, Any]:
        x, y = ENERGY[::-1], counts[::-1]
        values = model.make_params()
        values["s_k"].set(value=0.003, min=0.0)
        values["s_const"].set(value=float(y[-8:].mean()), min=0.0)
        for k, (at, *_) in enumerate(LINES):
            values[f"p{k}_center"].set(value=at, min=at - WITHIN, max=at + WITHIN, vary=free)
            values[f"p{k}_amplitude"].set(value=2000.0, min=0.0)
            values[f"p{k}_sigma"].set(value=START_WIDTH / 2, min=0.2, max=1.75)
            values[f"p{k}_fraction"].set(value=MIXING, vary=False)
        out = model.fit(y, values, y=y, x=x, weights=1 / np.sqrt(np.maximum(y, 1.0)))
        areas = np.array([out.params[f"p{k}_amplitude"].value for k in range(len(LINES))])
        return {"fractions": areas / areas.sum(), "free": out.nvarys}

    return fractions


CONTESTANTS = {OURS: _ours, "lmfit, lmfitxps": _lmfit}


def _noisy(first: int, count: int) -> list[Floats]:
    return [np.random.default_rng(seed).poisson(truth(TRUE)).astype(float) for seed in range(first, first + count)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--regions", type=int, default=200)
    given = parser.parse_args()
    noisy = _noisy(0, given.seeds)
    table = []
    for case, free in CASES.items():
        least = bound(free)
        for tool in CONTESTANTS:
            rows = compete("xps", tool, [{"counts": counts, "free": free} for counts in noisy])
            if why := fault_of(rows):
                table.append((case, tool, why, *[""] * 5))
                continue
            error = np.array([row.found["fractions"] for row in rows]) - FRACTIONS
            bias = float(np.max(np.abs(error.mean(axis=0))))
            told = (f"{100 * rms(error):.3f}", f"{100 * least:.3f}", f"{rms(error) / least:.2f}", f"{100 * bias:.2f}")
            table.append((case, tool, str(rows[0].found["free"]), *told, cpu_ms(rows)))
    headings = ("case", "tool", "free", "rms / points", "bound", "ratio", "largest bias", "CPU ms a region")
    show(f"Five carbon components, {given.seeds} seeds", headings, table)
    many = compete("xps", OURS, [{"counts": counts, "free": True} for counts in _noisy(1000, given.regions)])
    print(f"\n{given.regions} regions, one after the other: {sum(row.cpu_s for row in many):.2f} s of CPU")


if __name__ == "__main__":
    main()
