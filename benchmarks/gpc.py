"""Molar mass averages of chromatograms known in closed form, through a calibration with narrow standards.

    python benchmarks/gpc.py [--seeds 40]

Ten standards on a cubic log10 M(t); a sample of 60 kg/mol (Mw) whose mass per decade is log-normal or Schulz-Zimm, on
a sloping baseline, 1200 readings as an Empower file has them, noise as a share of the height. No package on PyPI takes
averages from a chromatogram; polykin takes moments of a distribution and gets the notebook's. Every tool finds its own
limits. CPU time of byssus includes the order by leave-one-out and both uncertainties.
"""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np
from contest import OURS, Call, compete, cpu_ms, fault_of, rms, show

T = np.linspace(0.0, 20.0, 1200)  # min
CUBIC = (10.9, -1.05, 0.062, -0.0022)  # log10 of M in g/mol by powers of t
STANDARDS = (459e3, 217e3, 88.5e3, 41.4e3, 22.8e3, 12.8e3, 5.72e3, 1.93e3, 1.1e3, 0.5e3)
WEIGHT = 60e3
CASES = {"log-normal": 2.0, "Schulz-Zimm": 2.0, "narrow log-normal": 1.1}  # dispersity
NOISES = (0.0, 1e-3)


def log_mass(t: np.ndarray) -> np.ndarray:
    return np.polynomial.polynomial.polyval(t, CUBIC)


def retention(mass: float) -> float:
    """Where a narrow standard elutes: the cubic falls throughout, so by bisection on a fine grid."""
    t = np.linspace(0.0, 25.0, 2_500_001)
    return float(np.interp(-np.log10(mass), -log_mass(t), t))


def per_decade(kind: str, mass: np.ndarray, dispersity: float) -> np.ndarray:
    """dw/dlog10 M, up to a constant; Mz = Mw D (log-normal) or Mw (2 D - 1) / D (Schulz-Zimm)."""
    number = WEIGHT / dispersity
    if kind == "Schulz-Zimm":
        k = 1 / (dispersity - 1)
        return np.asarray((mass / WEIGHT) ** (k + 1) * np.exp(-k * mass / number))
    return np.asarray(np.exp(-(np.log(mass / np.sqrt(number * WEIGHT)) ** 2) / (2 * np.log(dispersity))))


def averages(kind: str, dispersity: float) -> np.ndarray:
    z = WEIGHT * ((2 * dispersity - 1) / dispersity if kind == "Schulz-Zimm" else dispersity)
    return np.array([WEIGHT / dispersity, WEIGHT, z])


def chromatogram(kind: str, noise: float, seed: int) -> np.ndarray:
    slope = np.polynomial.polynomial.polyval(T, np.polynomial.polynomial.polyder(CUBIC))
    y = per_decade(kind, 10 ** log_mass(T), CASES[kind]) * np.abs(slope)
    rng = np.random.default_rng(seed)
    return np.asarray(50 * y / y.max() + 3 + 0.02 * T + 50 * noise * rng.standard_normal(len(T)))


def _ours() -> Call:
    from byssus.analyse.technique import technique
    from byssus.trace import Source, Trace

    gpc = technique("gpc")

    def moments(t: np.ndarray, y: np.ndarray, at: np.ndarray, mass: np.ndarray) -> dict[str, Any]:
        text = "; ".join(f"{m:.8g} g/mol at {x:.8g} min" for m, x in zip(mass, at, strict=True))
        trace = Trace({"time_s": 60 * t, "detector_signal": y}, Source("made", "0" * 64, "made", len(t)))
        found = gpc.analyse(trace, gpc.specimen("sample", {"standards": text})).averages
        return {"averages": [1e3 * found.number, 1e3 * found.weight, 1e3 * found.z]}

    return moments


def _slices(t: np.ndarray, y: np.ndarray, at: np.ndarray, mass: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The notebook's way: a cubic by polyfit, the ends' line taken off, what is above 0.5 % of the height."""
    cubic = np.polyfit(at, np.log10(mass), 3)
    ends = np.r_[0:100, len(t) - 100 : len(t)]
    above = y - np.polyval(np.polyfit(t[ends], y[ends], 1), t)
    top = int(np.argmax(above))
    low = above < 0.005 * above[top]
    first, last = int(np.flatnonzero(low[:top])[-1]) + 1, top + int(np.flatnonzero(low[top:])[0])
    return 10 ** np.polyval(cubic, t[first:last]), above[first:last]


def _notebook() -> Call:
    def moments(t: np.ndarray, y: np.ndarray, at: np.ndarray, mass: np.ndarray) -> dict[str, Any]:
        m, w = _slices(t, y, at, mass)
        return {"averages": [w.sum() / (w / m).sum(), (w * m).sum() / w.sum(), (w * m * m).sum() / (w * m).sum()]}

    return moments


def _polykin() -> Call:
    from polykin.distributions import DataDistribution

    def moments(t: np.ndarray, y: np.ndarray, at: np.ndarray, mass: np.ndarray) -> dict[str, Any]:
        m, w = _slices(t, y, at, mass)
        slope = np.abs(np.gradient(np.log10(m), t[: len(m)]))
        found = DataDistribution(m[::-1], (w / slope)[::-1], kind="gpc", sizeasmass=True, M0=1.0)
        return {"averages": [found.Mn, found.Mw, found.Mz]}

    return moments


CONTESTANTS = {OURS: _ours, "numpy (notebook)": _notebook, "polykin": _polykin}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=40)
    given = parser.parse_args()
    at = np.array([retention(mass) for mass in STANDARDS])
    table = []
    for kind, dispersity in CASES.items():
        for noise in NOISES:
            seeds = range(given.seeds if noise else 1)
            cases = [{"t": T, "y": chromatogram(kind, noise, s), "at": at, "mass": STANDARDS} for s in seeds]
            for name in CONTESTANTS:
                rows = compete("gpc", name, cases)
                label = (f"{kind}, D = {dispersity:g}", f"{noise:.1%}", name)
                if why := fault_of(rows):
                    table.append((*label, why, "", "", ""))
                    continue
                found = np.array([row.found["averages"] for row in rows])
                off = found / averages(kind, dispersity) - 1
                table.append((*label, *(f"{rms(off[:, k]):.3%}" for k in range(3)), cpu_ms(rows)))
    show("Averages: rms errors", ("distribution", "noise", "tool", "Mn", "Mw", "Mz", "CPU ms"), table)


if __name__ == "__main__":
    main()
