"""The distribution of relaxation times of an impedance spectrum.

Z(omega) = R0 + j omega L + integral of gamma(ln tau)/(1 + j omega tau) d ln tau [+ 1/(j omega C) + A/sqrt(j omega)].

gamma = exp(u) is positive without constraint; u has a smoothness prior whose strength, like the noise, is found from
the marginal likelihood (Laplace approximation), with no number to tune. Where the residuals demand it, gamma gets a
negative part (inductive loops), noise gets long tails (stray points) or another dependence on |Z|.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from byssus.analyse.impedance._bands import bands
from byssus.analyse.impedance._kernel import CAPACITANCE, INDUCTANCE, WARBURG
from byssus.analyse.impedance._model import NOWHERE, Choices, Model, model_of
from byssus.analyse.impedance._peaks import FITTED, RelaxationPeak, fine_shape, peaks_of
from byssus.analyse.impedance._posterior import FLOOR
from byssus.analyse.impedance._spectrum import checked
from byssus.errors import AnalysisError, Problem

__all__ = ["RelaxationPeak", "RelaxationTimes", "relaxation_series", "relaxation_times"]

Array = NDArray[np.float64]

LEAST_POINTS = 6  # fewer complex points than this cannot contradict a smooth distribution
FEW_POINTS = 15


@dataclass(frozen=True)
class RelaxationTimes:
    """A distribution of relaxation times and what goes with it; SI units.

    Attributes
    ----------
    tau_s : array, shape (m,)
        Times, even in ln tau, one decade beyond the measured range at both ends.
    gamma_ohm : array, shape (m,)
        gamma(ln tau), nonparametric: its integral over ln tau is a resistance. Negative where a loop is inductive.
    lower_ohm, upper_ohm : array, shape (m,)
        Pointwise 95 % credible bands.
    ohmic_resistance_ohm, inductance_h : float
        R0 and L, with ``ohmic_resistance_uncertainty_ohm`` and ``inductance_uncertainty_h`` (standard).
    blocking_capacitance_f, warburg_ohm_per_root_s : float or None
        C and A of the low-frequency terms 1/(j omega C) and A/sqrt(j omega), with their standard uncertainties;
        ``None`` where the spectrum closes or the evidence does without.
    peaks : tuple of RelaxationPeak
        From short to long times. See there how gamma is parted.
    fitted_impedance_ohm, residual : complex array, shape (n,)
        Model and (Z - model)/|Z|, in the order of the points given.
    noise : float
        Standard deviation of the noise in each part, relative to |Z| (root mean square over the points).
    outlier : bool array, shape (n,)
        Points that stray and were given little weight.
    converged : bool
        Whether the iteration settled.
    remarks : tuple of str
        What a reader must know, in words.
    """

    tau_s: Array
    gamma_ohm: Array
    lower_ohm: Array
    upper_ohm: Array
    ohmic_resistance_ohm: float
    ohmic_resistance_uncertainty_ohm: float
    inductance_h: float
    inductance_uncertainty_h: float
    blocking_capacitance_f: float | None
    blocking_capacitance_uncertainty_f: float | None
    warburg_ohm_per_root_s: float | None
    warburg_uncertainty_ohm_per_root_s: float | None
    peaks: tuple[RelaxationPeak, ...]
    fitted_impedance_ohm: NDArray[np.complex128]
    residual: NDArray[np.complex128]
    noise: float
    outlier: NDArray[np.bool_]
    converged: bool
    remarks: tuple[str, ...]

    @property
    def polarisation_resistance_ohm(self) -> float:
        """Integral of gamma over ln tau."""
        return float(np.trapezoid(self.gamma_ohm, np.log(self.tau_s)))


def relaxation_times(
    frequency_hz: ArrayLike,
    impedance_ohm: ArrayLike,
    *,
    robust: bool = True,
    blocking: bool | None = None,
    negative: bool | None = None,
) -> RelaxationTimes:
    """The distribution of relaxation times of one spectrum, in any order of frequency.

    Parameters
    ----------
    frequency_hz, impedance_ohm : array_like, shape (n,)
        At least six different frequencies above zero; complex impedance with the sign Z = Z' + j Z''.
    robust : bool
        Whether points that stray are given less weight (Student t noise).
    blocking, negative : bool or None
        Whether low-frequency terms (a series capacitance, a Warburg element) and a negative part of gamma belong to the
        model; ``None`` lets the data and the evidence say.

    Raises
    ------
    AnalysisError
        With all problems of the arrays at once.
    """
    frequency, impedance, order = checked(frequency_hz, impedance_ohm, least=LEAST_POINTS)
    return _one(frequency, impedance, order, Choices(robust, blocking, negative), {})


def relaxation_series(
    frequency_hz: ArrayLike,
    impedance_ohm_2d: ArrayLike,
    *,
    robust: bool = True,
    blocking: bool | None = None,
    negative: bool | None = None,
) -> tuple[RelaxationTimes, ...]:
    """The distributions of a series of spectra at the same frequencies; each starts from where the last one ended.

    ``frequency_hz`` has shape ``(n,)``, ``impedance_ohm_2d`` shape ``(spectra, n)``; options and errors as for
    :func:`relaxation_times`. A start changes the number of steps, not what is found, to the tolerance of the iteration.
    """
    rows = np.asarray(impedance_ohm_2d)
    if rows.ndim != 2:
        got = f"shape {rows.shape}"
        raise AnalysisError(Problem("not a table of spectra", "impedance_ohm_2d", got, "shape (spectra, n)"))
    spectra = []
    problems: list[Problem] = []
    for i, row in enumerate(rows):
        try:
            spectra.append(checked(frequency_hz, row, least=LEAST_POINTS, where=f"spectrum {i}"))
        except AnalysisError as error:
            problems.extend(error.problems)
    if problems:
        raise AnalysisError(*problems)
    choices, warm = Choices(robust, blocking, negative), dict[Any, Any]()
    return tuple(_one(*spectrum, choices, warm) for spectrum in spectra)


def _one(
    frequency: Array, impedance: NDArray[np.complex128], order: NDArray[np.intp], choices: Choices, warm: dict[Any, Any]
) -> RelaxationTimes:
    omega = 2 * np.pi * frequency
    scale = float(np.median(np.abs(impedance)))
    model = model_of(omega, impedance / scale, choices, warm)
    ln_tau, shape, sign = fine_shape(model)
    gamma = scale * np.exp(shape)
    outer, inner = bands(model, ln_tau)
    peaks, notes = peaks_of(model, omega, scale, ln_tau, shape, sign)
    back = np.empty_like(order)
    back[order] = np.arange(len(order))
    return RelaxationTimes(
        tau_s=np.exp(ln_tau),
        gamma_ohm=sign * gamma,
        lower_ohm=np.where(sign > 0, gamma / inner, -gamma * outer),
        upper_ohm=np.where(sign > 0, gamma * outer, -gamma / inner),
        **_terms(model, omega, scale),
        peaks=peaks,
        fitted_impedance_ohm=scale * model.fitted[back],
        residual=((model.impedance - model.fitted) / np.abs(model.impedance))[back],
        noise=float(np.sqrt(np.mean((model.noise / np.abs(model.fitted)) ** 2))),
        outlier=model.stray[back],
        converged=model.posterior.converged,
        remarks=(*_remarks(model, model.stray, peaks), *notes),
    )


def _terms(model: Model, omega: Array, scale: float) -> dict[str, Any]:
    first = model.nodes
    values = model.posterior.start.point[first:]
    deviations = np.sqrt(model.posterior.variances()[first:])
    found = {term: (float(values[i]), float(deviations[i])) for i, term in enumerate(model.form[0])}
    resistance, resistance_deviation = found[0]
    inductance, inductance_deviation = found[INDUCTANCE]
    to_henry = scale / float(np.max(omega))
    elastance, elastance_deviation = found.get(CAPACITANCE, (0.0, 0.0))
    warburg, warburg_deviation = found.get(WARBURG, (0.0, 0.0))
    lowest = float(np.min(omega))
    # A term of less than one standard deviation is not there: its relevance was switched off by the evidence.
    blocks, diffuses = elastance > elastance_deviation, warburg > warburg_deviation
    return {
        "ohmic_resistance_ohm": scale * resistance,
        "ohmic_resistance_uncertainty_ohm": scale * resistance_deviation,
        "inductance_h": to_henry * inductance,
        "inductance_uncertainty_h": to_henry * inductance_deviation,
        "blocking_capacitance_f": 1 / (scale * lowest * elastance) if blocks else None,
        "blocking_capacitance_uncertainty_f": (
            elastance_deviation / (scale * lowest * elastance**2) if blocks else None
        ),
        "warburg_ohm_per_root_s": scale * lowest**0.5 * warburg if diffuses else None,
        "warburg_uncertainty_ohm_per_root_s": scale * lowest**0.5 * warburg_deviation if diffuses else None,
    }


def _remarks(model: Model, outlier: NDArray[np.bool_], peaks: tuple[RelaxationPeak, ...]) -> list[str]:
    remarks = []
    first = model.nodes
    if not model.posterior.converged:
        remarks.append(f"the iteration did not settle in {model.posterior.steps} steps")
    if np.any(outlier):
        remarks.append(f"{int(np.sum(outlier))} of {len(outlier)} points stray and have little weight")
    if model.law != 1:
        remarks.append(f"the noise goes as |Z| to the power {model.law:.2g}, not as |Z|")
    if model.posterior.start.noise_variance <= FLOOR**2:
        remarks.append("the noise is at or below the floor of 1e-4 of |Z| that the bands assume")
    if model.posterior.start.relevance[0] > 0:
        remarks.append("the ohmic resistance came out negative and was held at zero")
    if model.posterior.start.point[first + 1] < 0 and model.posterior.start.relevance[1] < 1e8:
        remarks.append("the inductance is negative: a stray capacitance, or an error of the cell's connection")
    if model.form[1] != NOWHERE:
        remarks.append("gamma has a negative part: the spectrum holds an inductive loop")
    direct = any(peak.shape == FITTED for peak in peaks)
    if direct:
        why = "a peak is narrower than gamma resolves" if model.form[1] == NOWHERE else "gamma changes its sign"
        remarks.append(f"{why}: the peaks are of a fit to the measured impedance")
    if model.structured and not (direct and model.form[1] == NOWHERE):
        remarks.append(
            "residuals of neighbouring points hang together: the model does not describe all of the spectrum"
        )
    if len(outlier) < FEW_POINTS:
        remarks.append(f"only {len(outlier)} points: the bands rest on the prior as much as on the data")
    return remarks
