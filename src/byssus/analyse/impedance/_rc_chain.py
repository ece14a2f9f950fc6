"""The measurement model of the Kramers-Kronig test: a chain of RC elements with fixed times, fitted linearly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["FITS", "ChainFit", "Fit", "choose_chain", "fit_chain"]

Fit = Literal["complex", "real", "imaginary"]
FITS: tuple[Fit, ...] = ("complex", "real", "imaginary")

ELEMENTS_PER_DECADE = 3.0  # one RC element spans over a decade: a denser chain begins to fit what no circuit has
FEWEST_ELEMENTS = 3
SERIES = 2  # columns before those of the RC elements: resistance, inductance
EVIDENCE = 10.0  # a fall of BIC by ten is very strong evidence (Kass and Raftery, doi:10.1080/01621459.1995.10476572)
SMALLEST_SINGULAR = 1e-12  # singular values below this share of the largest are rounding
GROWTH = 1.1  # the number of elements grows by a tenth from one trial to the next, by at least one


@dataclass(frozen=True)
class ChainFit:
    """One fit of the chain to weighted impedances.

    ``residual`` is (Z - fit)/|Z|, complex, shape ``(n,)``. ``elements`` counts the RC elements; ``mu`` is
    Schoenleber's measure of over-fitting; ``bic`` compares chains fitted with the same trust.
    """

    residual: NDArray[np.complex128]
    elements: int
    capacitor: bool
    mu: float
    bic: float


def choose_chain(
    frequency: NDArray[np.float64],
    impedance: NDArray[np.complex128],
    trust: NDArray[np.float64],
    *,
    fit: Fit,
    mu_limit: float,
    extension_decades: float,
    capacitor: bool | None,
) -> tuple[ChainFit, bool]:
    """The chain with as many elements as the data need, and whether ``mu`` ever fell below ``mu_limit``.

    mu (Schoenleber et al., doi:10.1016/j.electacta.2014.01.034) says from which number on a chain over-fits. It is
    known to fall too early, where a process is slower than the range or few elements happen to fit badly, or never,
    for smooth data without noise. So the number is the one of least BIC at or above the first fall, up to
    ``ELEMENTS_PER_DECADE``; and of least BIC of all where mu never falls.
    """
    most = _most_elements(frequency, extension_decades)

    def fitted(elements: int, with_capacitor: bool) -> ChainFit:
        return fit_chain(
            frequency, impedance, trust, elements, fit=fit, extension_decades=extension_decades,
            capacitor=with_capacitor,
        )  # fmt: skip

    if capacitor is None:
        capacitor = fitted(most, True).bic < fitted(most, False).bic - EVIDENCE
    trials = [fitted(elements, capacitor) for elements in _numbers(most)]
    fallen = next((i for i, trial in enumerate(trials) if trial.mu < mu_limit), None)
    best = min(trials[fallen or 0 :], key=lambda trial: trial.bic)
    return best, fallen is not None


def fit_chain(
    frequency: NDArray[np.float64],
    impedance: NDArray[np.complex128],
    trust: NDArray[np.float64],
    elements: int,
    *,
    fit: Fit,
    extension_decades: float,
    capacitor: bool,
) -> ChainFit:
    """R + j omega L + sum R_k/(1 + j omega tau_k) [+ 1/(j omega C)], linear in R, L, R_k, 1/C, weights 1/|Z|.

    Boukamp 1995, doi:10.1149/1.2044210. Arrays have shape ``(n,)``; ``trust`` in (0, 1] multiplies the weights. Times
    are spread evenly in ln tau over the measured range and ``extension_decades`` beyond it at both ends. With ``fit``
    "real" (or "imaginary") the R_k come from that part alone and predict the other; what that part cannot see (L and
    C, or R) is then taken from the other.
    """
    weight = 1 / np.abs(impedance)
    design = _design(frequency, elements, extension_decades, capacitor) * weight[:, np.newaxis]
    wanted = impedance * weight
    coefficients = _coefficients(design * trust[:, np.newaxis], wanted * trust, elements, fit)
    residual = wanted - design @ coefficients
    chain = coefficients[SERIES : SERIES + elements]
    positive, negative = float(np.sum(chain[chain > 0])), float(-np.sum(chain[chain < 0]))
    mu = 1 - negative / positive if positive else -np.inf
    squares = np.abs(trust * residual) ** 2
    numbers = 2 * len(squares)
    least = numbers * np.finfo(float).eps ** 2
    bic = numbers * np.log(max(float(np.sum(squares)), least) / numbers) + len(coefficients) * np.log(numbers)
    return ChainFit(residual, elements, capacitor, mu, float(bic))


def _design(
    frequency: NDArray[np.float64], elements: int, extension_decades: float, capacitor: bool
) -> NDArray[np.complex128]:
    omega = 2 * np.pi * frequency
    beyond = 10**extension_decades
    tau_s = np.geomspace(1 / (beyond * np.max(omega)), beyond / np.min(omega), elements)
    design = np.empty((len(omega), SERIES + elements + capacitor), dtype=np.complex128)
    design[:, 0] = 1
    design[:, 1] = 1j * omega / np.max(omega)
    design[:, SERIES : SERIES + elements] = 1 / (1 + 1j * omega[:, np.newaxis] * tau_s)
    if capacitor:
        design[:, -1] = np.min(omega) / (1j * omega)
    return design


def _coefficients(
    design: NDArray[np.complex128], wanted: NDArray[np.complex128], elements: int, fit: Fit
) -> NDArray[np.float64]:
    if fit == "complex":
        return _least_squares(np.concatenate([design.real, design.imag]), np.concatenate([wanted.real, wanted.imag]))
    columns = np.arange(design.shape[1])
    resistive = (columns == 0) | ((columns >= SERIES) & (columns < SERIES + elements))
    seen = resistive if fit == "real" else columns != 0
    part, other = (np.real, np.imag) if fit == "real" else (np.imag, np.real)
    coefficients = np.zeros(len(columns))
    coefficients[seen] = _least_squares(part(design[:, seen]), part(wanted))
    left = other(wanted) - other(design) @ coefficients
    coefficients[~seen] = _least_squares(other(design[:, ~seen]), left)
    return coefficients


def _least_squares(matrix: NDArray[np.float64], wanted: NDArray[np.float64]) -> NDArray[np.float64]:
    scale = np.linalg.norm(matrix, axis=0)
    solution = np.linalg.lstsq(matrix / scale, wanted, rcond=SMALLEST_SINGULAR)[0]
    scaled: NDArray[np.float64] = solution / scale
    return scaled


def _most_elements(frequency: NDArray[np.float64], extension_decades: float) -> int:
    decades = float(np.log10(np.max(frequency) / np.min(frequency))) + 2 * extension_decades
    spare = len(np.unique(frequency)) - SERIES - 1  # half of the numbers measured stay free to contradict the chain
    return max(1, min(int(np.ceil(ELEMENTS_PER_DECADE * decades)), spare))


def _numbers(most: int) -> list[int]:
    numbers = [min(FEWEST_ELEMENTS, most)]
    while numbers[-1] < most:
        numbers.append(min(most, max(numbers[-1] + 1, round(GROWTH * numbers[-1]))))
    return numbers
