"""A series of depressed arcs fitted to a spectrum: R, tau and phi of each, with uncertainties and identifiability."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from byssus.analyse.impedance._adjust import ROBUST, Adjusted, Robust
from byssus.analyse.impedance._circuit import TAILS, Tail
from byssus.analyse.impedance._doubts import doubts, remarks_on
from byssus.analyse.impedance._search import merged, search
from byssus.analyse.impedance._spectrum import checked
from byssus.errors import AnalysisError, Problem
from byssus.laws.statistics import student_t

__all__ = ["ElementFit", "Zarc", "ZarcGuess", "fit_elements"]

EXPONENT = 0.85  # between an ideal capacitance and a porous electrode
OUTLYING = 0.1  # a robust weight below a tenth marks an outlier


class Guess(Protocol):
    """What a start needs: a peak of a distribution of relaxation times will do."""

    @property
    def tau_s(self) -> float: ...
    @property
    def resistance_ohm(self) -> float: ...


@dataclass(frozen=True, slots=True)
class ZarcGuess:
    """Where to start an element. A negative resistance asks for an inductive loop."""

    tau_s: float
    resistance_ohm: float
    exponent: float = EXPONENT


@dataclass(frozen=True)
class Zarc:
    """One element R/(1 + (j omega tau)^phi), with standard uncertainties.

    ``capacitance_f`` is the effective tau/R (Hsu and Mansfeld 2001, doi:10.5006/1.3280607). A negative resistance is
    an inductive loop (its capacitance is negative then). ``exponent_uncertainty`` is NaN where the exponent is held
    at 1 (as all are of what ran into a bound). ``remarks`` say why the element is not ``identifiable``.
    """

    tau_s: float
    resistance_ohm: float
    exponent: float
    capacitance_f: float
    tau_uncertainty_s: float
    resistance_uncertainty_ohm: float
    exponent_uncertainty: float
    capacitance_uncertainty_f: float
    identifiable: bool
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class ElementFit:
    """The fitted series, elements from short to long tau; residuals in the order of the points given.

    ``names``, ``coordinates`` and ``covariance`` are the fit's own: resistances, times and capacitances by their
    natural logarithms (``ln ...``), coordinates that stand ``held`` at a bound with zeros. ``tail_parameters`` are in
    SI under the names of the tail. ``relative_noise`` is the standard deviation of (Z - fit)/|Z| in each part.
    ``fewer_suffice`` is the number of elements that explain the data no worse by BIC, ``None`` if all are needed.
    ``aic`` and ``bic`` compare fits of one spectrum only. ``outliers`` are indices of points the robust fit rejects.
    """

    elements: tuple[Zarc, ...]
    ohmic_resistance_ohm: float
    ohmic_resistance_uncertainty_ohm: float
    inductance_h: float
    inductance_uncertainty_h: float
    tail: Tail
    tail_parameters: dict[str, float]
    tail_uncertainties: dict[str, float]
    fitted_impedance_ohm: NDArray[np.complex128]
    residual_real: NDArray[np.float64]
    residual_imaginary: NDArray[np.float64]
    relative_noise: float
    chi_squared: float
    degrees_of_freedom: int
    aic: float
    bic: float
    fewer_suffice: int | None
    outliers: tuple[int, ...]
    names: tuple[str, ...]
    coordinates: NDArray[np.float64]
    covariance: NDArray[np.float64]
    held: tuple[str, ...]
    converged: bool
    remarks: tuple[str, ...] = field(default=())

    @property
    def identifiable(self) -> bool:
        """Whether every element is."""
        return all(element.identifiable for element in self.elements)

    def interval_95(self, name: str) -> tuple[float, float]:
        """The 95 % interval of one of ``names``, by Student's t; of the quantity itself where the name has ``ln``.

        Raises ``KeyError`` for another name. Without width where the coordinate is held.
        """
        if name not in self.names:
            raise KeyError(name)
        at = self.names.index(name)
        half = student_t(self.degrees_of_freedom) * float(np.sqrt(self.covariance[at, at]))
        low, high = float(self.coordinates[at]) - half, float(self.coordinates[at]) + half
        return (float(np.exp(low)), float(np.exp(high))) if name.startswith("ln ") else (low, high)


def fit_elements(
    frequency_hz: ArrayLike,
    impedance_ohm: ArrayLike,
    start: Sequence[Guess],
    *,
    inductance: bool = True,
    tail: Tail | Literal["auto"] = "auto",
    robust: Robust = "huber",
) -> ElementFit:
    """Z = R0 + j omega L + sum R_k/(1 + (j omega tau_k)^phi_k) + tail, by least squares of (Z - fit)/|Z|.

    Parameters
    ----------
    frequency_hz, impedance_ohm : array_like, shape (n,)
        In any order; at least as many points as coordinates.
    start : sequence of ZarcGuess, or of peaks with ``tau_s`` and ``resistance_ohm``
        One per element. A poor start is mended: where the residuals of the first fit hold a course, others are tried.
    inductance : bool
        Whether the series inductance is fitted.
    tail : "auto", "none", "capacitor", "cpe", "finite_space" or "finite_length"
        What blocks or diffuses at low frequency; "auto" takes the one of least BIC, none unless it is clearly less.
    robust : "huber", "student" or "none"
        Whether outlying points lose weight, and how.

    Raises
    ------
    AnalysisError
        With all problems of the arrays, the start and the options at once.
    """
    frequency, impedance, order = _checked(frequency_hz, impedance_ohm, start, inductance, tail, robust)
    omega = 2 * np.pi * frequency
    guesses = [(g.tau_s, g.resistance_ohm, _exponent(g)) for g in start]
    best = search(omega, impedance, guesses, inductance=inductance, tail=tail, robust=robust)
    suffice, pair = merged(best, omega, impedance)
    return _result(best, suffice, pair, omega, impedance, order)


def _exponent(guess: Guess) -> float:
    """The exponent to start from; of a peak, which may have none or one that is no exponent, the usual one."""
    given = float(getattr(guess, "exponent", EXPONENT))
    return given if isinstance(guess, ZarcGuess) or 0 < given <= 1 else EXPONENT


def _checked(
    frequency_hz: ArrayLike,
    impedance_ohm: ArrayLike,
    start: Sequence[Guess],
    inductance: bool,
    tail: str,
    robust: str,
) -> tuple[NDArray[np.float64], NDArray[np.complex128], NDArray[np.intp]]:
    problems = []
    if not len(start):
        problems.append(Problem("no element to start from", "start", "none", "at least one guess of tau and R"))
    for i, guess in enumerate(start):
        if not (np.isfinite(guess.tau_s) and guess.tau_s > 0):
            problems.append(Problem("a time that makes no sense", f"start[{i}]", f"{guess.tau_s}", "tau_s above 0"))
        if not np.isfinite(guess.resistance_ohm) or guess.resistance_ohm == 0:
            got = f"{guess.resistance_ohm}"
            problems.append(Problem("a resistance that makes no sense", f"start[{i}]", got, "a number other than 0"))
        if not 0 < _exponent(guess) <= 1:
            got = f"{_exponent(guess)}"
            problems.append(Problem("an exponent that makes no sense", f"start[{i}]", got, "one in (0, 1]"))
    if tail != "auto" and tail not in TAILS:
        problems.append(Problem("no such tail", "tail", repr(tail), ", ".join(("auto", *TAILS))))
    if robust not in ROBUST:
        problems.append(Problem("no such robust fit", "robust", repr(robust), ", ".join(ROBUST)))
    try:
        least = 1 + inductance + 3 * len(start) + (0 if tail in ("none", "auto") else 2)
        spectrum = checked(frequency_hz, impedance_ohm, least=max(least, 4))
    except AnalysisError as fault:
        problems.extend(fault.problems)
    if problems:
        raise AnalysisError(*problems)
    return spectrum


def _result(
    best: Adjusted,
    suffice: int | None,
    pair: tuple[int, ...],
    omega: NDArray[np.float64],
    impedance: NDArray[np.complex128],
    order: NDArray[np.intp],
) -> ElementFit:
    circuit = best.circuit
    scale = np.ones(len(best.coordinates))
    scale[: circuit.first] = circuit.scale[: circuit.first]
    x, covariance = best.coordinates * scale, best.covariance * np.outer(scale, scale)
    error = np.where(best.held, np.nan, np.sqrt(np.diag(covariance)))
    at_tail = circuit.first + 3 * len(circuit.signs)
    tail_names = [name.removeprefix("ln ") for name in circuit.names[at_tail:]]
    logs = [name.startswith("ln ") for name in circuit.names[at_tail:]]
    tail_values = [float(np.exp(v)) if log else float(v) for v, log in zip(x[at_tail:], logs, strict=True)]
    tail_errors = [
        float(e * v) if log else float(e) for e, v, log in zip(error[at_tail:], tail_values, logs, strict=True)
    ]
    back = np.argsort(order)
    residual = best.residual[back]
    elements = tuple(_zarc(best, k, omega, pair) for k in range(len(circuit.signs)))
    return ElementFit(
        elements=elements,
        ohmic_resistance_ohm=float(x[0]) + 0.0,  # not -0.0
        ohmic_resistance_uncertainty_ohm=float(error[0]),
        inductance_h=float(x[1]) if circuit.inductance else 0.0,
        inductance_uncertainty_h=float(error[1]) if circuit.inductance else 0.0,
        tail=circuit.tail,
        tail_parameters=dict(zip(tail_names, tail_values, strict=True)),
        tail_uncertainties=dict(zip(tail_names, tail_errors, strict=True)),
        fitted_impedance_ohm=(impedance - best.residual * np.abs(impedance))[back],
        residual_real=residual.real,
        residual_imaginary=residual.imag,
        relative_noise=best.sigma,
        chi_squared=float(np.sum(np.abs(best.residual) ** 2)),
        degrees_of_freedom=best.degrees,
        aic=best.aic,
        bic=best.bic,
        fewer_suffice=suffice,
        outliers=tuple(int(i) for i in np.sort(order[best.weights < OUTLYING])),
        names=circuit.names,
        coordinates=x,
        covariance=covariance,
        held=tuple(name for name, held in zip(circuit.names, best.held, strict=True) if held),
        converged=best.converged,
        remarks=remarks_on(best, suffice, omega),
    )


def _zarc(best: Adjusted, k: int, omega: NDArray[np.float64], pair: tuple[int, ...]) -> Zarc:
    circuit = best.circuit
    at = circuit.first + 3 * k
    block = best.covariance[at : at + 2, at : at + 2]
    u_r, u_tau = np.sqrt(np.diag(block))
    u_c = float(np.sqrt(max(block[0, 0] + block[1, 1] - 2 * block[0, 1], 0.0)))  # ln C = ln tau - ln R
    r, tau = circuit.signs[k] * float(np.exp(best.coordinates[at])), float(np.exp(best.coordinates[at + 1]))
    remarks = doubts(best, k, omega, pair, float(u_r), float(u_tau))
    return Zarc(
        tau_s=tau,
        resistance_ohm=r,
        exponent=float(best.coordinates[at + 2]),
        capacitance_f=tau / r,
        tau_uncertainty_s=tau * float(u_tau),
        resistance_uncertainty_ohm=abs(r) * float(u_r),
        exponent_uncertainty=float("nan") if best.held[at + 2] else float(np.sqrt(best.covariance[at + 2, at + 2])),
        capacitance_uncertainty_f=abs(tau / r) * u_c,
        identifiable=not remarks,
        remarks=tuple(remarks),
    )
