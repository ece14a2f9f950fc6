"""What a fit of elements cannot tell, in words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.impedance._adjust import Adjusted

__all__ = ["doubts", "remarks_on"]

CORRELATED, UNCERTAIN = 0.99, 0.25  # so correlated with another, and uncertain by a quarter: it may be either


def doubts(
    best: Adjusted, k: int, omega: NDArray[np.float64], pair: tuple[int, ...], u_r: float, u_tau: float
) -> list[str]:
    """Why element ``k`` is not identifiable; nothing where it is.

    ``pair`` are the elements that merge best, ``u_r`` and ``u_tau`` standard uncertainties of ln R and ln tau.
    """
    circuit = best.circuit
    found = []
    if u_r > 1 or u_tau > 1:
        found.append("its uncertainty exceeds its value")
    at = circuit.first + 3 * k
    tau = float(np.exp(best.coordinates[at + 1]))
    if not 1 / np.max(omega) <= tau <= 1 / np.min(omega):
        found.append(f"its time, {tau:.3g} s, lies outside the measured range: only a flank of it is seen")
    if best.held[at + 1] or (best.held[at + 2] and best.coordinates[at + 2] < 1):
        found.append("it ran into a bound of the fit")
    error = np.sqrt(np.diag(best.covariance))
    for other in range(len(circuit.signs)):
        there = circuit.first + 3 * other
        size = np.outer(error[at : at + 2], error[there : there + 2])
        both = np.abs(best.covariance[at : at + 2, there : there + 2]) / np.where(size > 0, size, 1.0)
        if other != k and max(u_r, u_tau) > UNCERTAIN and np.max(both) > CORRELATED:
            found.append(f"it cannot be told from element {other + 1} (correlation {np.max(both):.3f})")
    if pair == (k,):
        found.append("without it the data are explained no worse (BIC)")
    elif k in pair:
        others = " and ".join(str(i + 1) for i in pair)
        found.append(f"one element in place of elements {others} explains the data no worse (BIC)")
    return found


def remarks_on(best: Adjusted, suffice: int | None, omega: NDArray[np.float64]) -> tuple[str, ...]:
    """What is to be said of the whole fit."""
    remarks = []
    if not best.converged:
        remarks.append("the fit did not converge")
    if suffice is not None:
        remarks.append(f"{suffice} elements explain the data no worse than {len(best.circuit.signs)} (BIC)")
    error = np.sqrt(np.diag(best.covariance))
    for i, name in enumerate(best.circuit.names[: best.circuit.first]):
        what = name.rsplit("_", 1)[0]
        if best.held[i]:
            remarks.append(f"the {what} cannot be told: it ran into its bound, as where a fast process is cut off")
        elif best.coordinates[i] < -2 * error[i]:
            remarks.append(f"the {what} is below zero: leads over-compensated, or a fast process cut off")
    at = best.circuit.first + 1
    fastest = float(np.min(best.coordinates[at : at + 3 * len(best.circuit.signs) - 2 : 3]))
    if fastest < -np.log(np.max(omega)):
        remarks.append("the fastest element peaks above the measured range: part of it may be ohmic resistance")
    if best.circuit.tail != "none":
        remarks.append(f"the low-frequency tail is fitted as {best.circuit.tail.replace('_', ' ')}")
    return tuple(remarks)
