"""Coordinates of a circuit adjusted to a spectrum: weighted, bounded, robust least squares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.impedance._circuit import Circuit
from byssus.errors import AnalysisError, Problem

__all__ = ["ROBUST", "Adjusted", "Robust", "adjust"]

Floats = NDArray[np.float64]
Robust = Literal["none", "huber", "student"]
ROBUST: tuple[Robust, ...] = ("none", "huber", "student")

HUBER = 2.0  # standard deviations; of two-dimensional noise, 86 % of the points keep their full weight
STUDENT = 4.0  # degrees of freedom, the usual compromise (Lange, Little and Taylor 1989, doi:10.2307/2290063)
REWEIGHTINGS = 30
STEADY = 1e-3  # weights that move less have settled
EXACT = 1e-10  # residuals below this share of |Z| are rounding, and have no outliers
TO_SIGMA = 1.0 / 1.17741  # median of the modulus of complex noise to its standard deviation in each part
AT_BOUND = 1e-3  # exponents this near 1 are tried at 1: the solver nears a bound but never reaches it
TIGHT = 1e-15
MOST_STEPS = 100
MEND = "Leave out points that cannot have been measured."
ROUGH, ROUGH_STEPS = 1e-6, 60  # enough to compare one start, tail or number of elements with another


@dataclass(frozen=True)
class Adjusted:
    """Coordinates with what is needed to judge them.

    ``residual`` is (Z - fit)/|Z|, complex, shape ``(n,)``; ``weights`` are those of the robust fit, 1 for a point
    that is fully used. ``cost`` is the sum of squared residuals, weighted where the fit is robust. ``covariance``
    holds zeros for coordinates that are ``held`` at a bound. ``free`` counts the others.
    """

    circuit: Circuit
    coordinates: Floats
    covariance: Floats
    held: NDArray[np.bool_]
    residual: NDArray[np.complex128]
    weights: Floats
    cost: float
    sigma: float
    converged: bool

    @property
    def free(self) -> int:
        """Number of coordinates that were adjusted."""
        return int(np.sum(~self.held))

    @property
    def degrees(self) -> int:
        """Degrees of freedom: two numbers per point less the adjusted coordinates."""
        return 2 * len(self.residual) - self.free

    def criterion(self, penalty: float) -> float:
        """N ln(cost/N) + ``penalty`` per coordinate: AIC with 2, BIC with ln N."""
        numbers = 2 * len(self.residual)
        least = numbers * np.finfo(float).eps ** 2
        return float(numbers * np.log(max(self.cost, least) / numbers) + penalty * (self.free + 1))

    @property
    def bic(self) -> float:
        """Bayesian information criterion (Schwarz 1978, doi:10.1214/aos/1176344136), up to a constant."""
        return self.criterion(float(np.log(2 * len(self.residual))))

    @property
    def aic(self) -> float:
        """Akaike's information criterion (doi:10.1109/TAC.1974.1100705), up to a constant."""
        return self.criterion(2.0)


def adjust(
    circuit: Circuit,
    start: Floats,
    omega: Floats,
    impedance: NDArray[np.complex128],
    *,
    robust: Robust = "none",
    weights: Floats | None = None,
    tight: bool = True,
) -> Adjusted:
    """Least squares of (Z - circuit)/|Z| from ``start``, by a trust region within bounds.

    Branch, Coleman and Li 1999, doi:10.1137/S1064827595289108, as scipy has it. A robust fit repeats it with weights
    by the residuals, whose scale is their median; one that is not robust keeps the ``weights`` given. ``tight`` goes
    on to the rounding of the machine.
    """
    weights = np.ones(len(omega)) if weights is None else weights
    plain = robust == "none"
    coordinates, held, converged = _solve(circuit, start, omega, impedance, weights, tight and plain)
    if not plain:
        for _ in range(REWEIGHTINGS):
            residual = _residual(circuit, coordinates, omega, impedance)
            sigma = float(np.median(np.abs(residual))) * TO_SIGMA
            if sigma < EXACT:
                break
            before, weights = weights, _weights(np.abs(residual) / sigma, robust)
            if np.max(np.abs(weights - before)) < STEADY:
                break
            coordinates, held, converged = _solve(circuit, coordinates, omega, impedance, weights, False)
        coordinates, held, converged = _solve(circuit, coordinates, omega, impedance, weights, tight)
    return _judged(circuit, coordinates, held, omega, impedance, weights, robust, converged)


def _weights(distance: Floats, robust: Robust) -> Floats:
    if robust == "huber":
        return np.minimum(1.0, HUBER / np.maximum(distance, HUBER))
    return np.asarray((STUDENT + 2) / (STUDENT + distance**2), dtype=np.float64)


def _residual(
    circuit: Circuit, coordinates: Floats, omega: Floats, impedance: NDArray[np.complex128]
) -> NDArray[np.complex128]:
    return np.asarray((impedance - circuit.impedance(coordinates, omega)[0]) / np.abs(impedance))


def _solve(
    circuit: Circuit, start: Floats, omega: Floats, impedance: NDArray[np.complex128], weights: Floats, tight: bool
) -> tuple[Floats, NDArray[np.bool_], bool]:
    low, high = circuit.bounds(omega)
    held = np.zeros(len(start), dtype=bool)
    coordinates, cost, converged = _trust_region(circuit, start, held, omega, impedance, weights, tight)
    for bound in (low, high):
        near = ~held & np.isfinite(bound) & (np.abs(coordinates - bound) < AT_BOUND)
        if np.any(near):
            trial = np.where(near, bound, coordinates)
            again, other, ok = _trust_region(circuit, trial, held | near, omega, impedance, weights, tight)
            if other <= cost * (1 + 1e-9) + TIGHT:
                coordinates, cost, converged, held = again, other, ok, held | near
    return coordinates, held, converged


def _trust_region(
    circuit: Circuit,
    start: Floats,
    held: NDArray[np.bool_],
    omega: Floats,
    impedance: NDArray[np.complex128],
    weights: Floats,
    tight: bool,
) -> tuple[Floats, float, bool]:
    from scipy.optimize import least_squares  # late: slow to import

    full, free = start.copy(), ~held
    factor = np.sqrt(weights) / np.abs(impedance)
    low, high = (bound[free] for bound in circuit.bounds(omega))
    known: dict[bytes, Any] = {}

    def evaluated(x: Floats) -> Any:
        if x.tobytes() not in known:
            known.clear()
            full[free] = x
            z, derivatives = circuit.impedance(full, omega)
            left = (z - impedance) * factor
            slopes = derivatives[:, free] * factor[:, np.newaxis]
            known[x.tobytes()] = (
                np.concatenate([left.real, left.imag]),
                np.concatenate([slopes.real, slopes.imag]),
            )
        return known[x.tobytes()]

    tolerance = TIGHT if tight else ROUGH
    inside = np.clip(start[free], low + 1e-9, high - 1e-9)
    try:
        found = least_squares(
            lambda x: evaluated(x)[0], inside, jac=lambda x: evaluated(x)[1], bounds=(low, high), x_scale="jac",
            ftol=tolerance, xtol=tolerance, gtol=TIGHT, max_nfev=MOST_STEPS if tight else ROUGH_STEPS,
        )  # fmt: skip
    except (ValueError, np.linalg.LinAlgError) as fault:  # points of sizes so unlike that rounding rules the steps
        raise AnalysisError(Problem("no series of arcs could be fitted", got=str(fault), mend=MEND)) from fault
    full[free] = found.x
    return full.copy(), 2 * float(found.cost), bool(found.status > 0)


def _judged(
    circuit: Circuit,
    coordinates: Floats,
    held: NDArray[np.bool_],
    omega: Floats,
    impedance: NDArray[np.complex128],
    weights: Floats,
    robust: Robust,
    converged: bool,
) -> Adjusted:
    z, derivatives = circuit.impedance(coordinates, omega)
    residual = (impedance - z) / np.abs(impedance)
    slopes = derivatives[:, ~held] / np.abs(impedance)[:, np.newaxis]
    jacobian = np.concatenate([slopes.real, slopes.imag])
    cost = float(np.sum(weights * np.abs(residual) ** 2))
    degrees = max(2 * len(omega) - int(np.sum(~held)), 1)
    variance = cost / degrees if robust == "none" else _robust_variance(residual, weights, robust, degrees)
    covariance = np.zeros((len(coordinates), len(coordinates)))
    covariance[np.ix_(~held, ~held)] = variance * _inverse(jacobian)
    return Adjusted(
        circuit, coordinates, covariance, held, residual, weights, cost, float(np.sqrt(variance)), converged
    )


def _inverse(jacobian: Floats) -> Floats:
    """(J' J)^-1 by singular values, columns scaled first; directions the data do not see become very large."""
    norms = np.linalg.norm(jacobian, axis=0)
    norms[norms == 0] = 1.0
    _, singular, rows = np.linalg.svd(jacobian / norms, full_matrices=False)
    seen = np.maximum(singular, np.finfo(float).eps * singular[0])
    half = rows.T / seen
    return np.asarray((half @ half.T) / np.outer(norms, norms), dtype=np.float64)


def _robust_variance(residual: NDArray[np.complex128], weights: Floats, robust: Robust, degrees: int) -> float:
    """Variance that scales (J' J)^-1 for an M-estimator: mean psi^2 over the squared mean of psi's derivative.

    Huber 1981, doi:10.1002/0471725250, chapter 7, with psi = w r of the complex residual r.
    """
    square = np.abs(residual) ** 2
    sigma_squared = (float(np.median(np.abs(residual))) * TO_SIGMA) ** 2
    if sigma_squared < EXACT**2:
        return float(np.sum(weights * square)) / degrees
    if robust == "huber":
        radial = np.where(weights < 1, 0.0, 1.0)
    else:
        t = square / sigma_squared
        radial = (STUDENT + 2) * (STUDENT - t) / (STUDENT + t) ** 2
    slope = float(np.mean((radial + weights) / 2))
    return float(np.sum(weights**2 * square)) / degrees / slope**2
