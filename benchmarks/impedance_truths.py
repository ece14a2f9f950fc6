"""Spectra with known distributions of relaxation times, and how a distribution found is scored."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

FREQUENCY = np.logspace(6, -3, 91)
LN_TAU = np.linspace(np.log(1e-6), np.log(1e2), 4001)
NOISES = (0.001, 0.005)
SEEN = 0.05  # of the highest gamma: bands are judged where gamma exceeds this


@dataclass(frozen=True)
class Truth:
    """R0 + sum of R/(1 + (j omega tau)**phi): ``elements`` holds (R, tau, phi)."""

    name: str
    ohmic_ohm: float
    elements: tuple[tuple[float, float, float], ...]

    def impedance(self, frequency_hz: np.ndarray, noise: float = 0.0, seed: int = 0) -> np.ndarray:
        s = 2j * np.pi * frequency_hz
        clean = self.ohmic_ohm + sum(r / (1 + (s * tau) ** phi) for r, tau, phi in self.elements)
        if not noise:
            return clean
        rng = np.random.default_rng(seed)
        real, imaginary = rng.standard_normal(len(clean)), rng.standard_normal(len(clean))
        return clean + noise * np.abs(clean) * (real + 1j * imaginary)

    def gamma(self, ln_tau: np.ndarray) -> np.ndarray:
        total = np.zeros_like(ln_tau)
        for r, tau, phi in self.elements:
            theta = (1 - phi) * np.pi
            total += r / (2 * np.pi) * np.sin(theta) / (np.cosh(phi * (ln_tau - np.log(tau))) - np.cos(theta))
        return total


TRUTHS = (
    Truth("Z1", 10.0, ((50.0, 1e-2, 0.8),)),
    Truth("Z2", 10.0, ((50.0, 1e-3, 0.8), (50.0, 1e-2, 0.8))),
    Truth("Z4", 5.0, ((8.0, 1e-5, 0.9), (20.0, 1e-3, 0.85), (40.0, 3e-2, 0.8), (15.0, 3.0, 0.75))),
)


def relative_error(truth: Truth, tau_s: np.ndarray, gamma_ohm: np.ndarray) -> float:
    """Relative L2 distance in ln tau over 1 us to 100 s; nought where the tool gives nothing."""
    wanted = truth.gamma(LN_TAU)
    order = np.argsort(tau_s)
    found = np.interp(LN_TAU, np.log(tau_s)[order], gamma_ohm[order], left=0.0, right=0.0)
    return float(np.linalg.norm(found - wanted) / np.linalg.norm(wanted))


def covered(truth: Truth, tau_s: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> tuple[float, float]:
    """Share of places where the band holds the truth, and its median width there relative to the truth."""
    ln_tau = np.log(tau_s)
    wanted = truth.gamma(ln_tau)
    seen = (wanted > SEEN * np.max(wanted)) & (ln_tau >= LN_TAU[0]) & (ln_tau <= LN_TAU[-1])
    holds = (lower <= wanted) & (wanted <= upper)
    return float(np.mean(holds[seen])), float(np.median(((upper - lower) / wanted)[seen]))


def peak_errors(truth: Truth, peaks: list[tuple[float, float]]) -> tuple[float, float] | None:
    """Largest error in position (decades) and in area (relative); ``None`` where the number of peaks is wrong."""
    if len(peaks) != len(truth.elements):
        return None
    pairs = list(zip(sorted(peaks), sorted((tau, r) for r, tau, _ in truth.elements), strict=True))
    position = max(abs(np.log10(found[0] / wanted[0])) for found, wanted in pairs)
    return position, max(abs(found[1] / wanted[1] - 1) for found, wanted in pairs)
