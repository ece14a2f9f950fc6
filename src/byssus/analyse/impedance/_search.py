"""Which start, which tail, how many elements: the search around the adjustment of a circuit."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.impedance._adjust import EXACT, Adjusted, Robust, adjust
from byssus.analyse.impedance._circuit import TAILS, Circuit, Tail

__all__ = ["merged", "search"]

Floats = NDArray[np.float64]
Complex = NDArray[np.complex128]
Guesses = Sequence[tuple[float, float, float]]  # tau_s, resistance_ohm, exponent

EVIDENCE = 10.0  # a fall of BIC by ten is very strong evidence (Kass and Raftery, doi:10.1080/01621459.1995.10476572)
NO_EVIDENCE = 2.0  # "not worth more than a bare mention" (the same): the simpler tail stands first
COURSE = 3.3  # standard deviations of the autocorrelation of noise: one spectrum in two thousand
PER_DECADE = 8  # times per decade of the non-negative distribution that a start is taken from
BROAD = 0.8
SAME = 1e-3  # two starts that end this near in cost have found the same, and likely the best, minimum


def search(
    omega: Floats,
    impedance: Complex,
    guesses: Guesses,
    *,
    inductance: bool,
    tail: Tail | Literal["auto"],
    robust: Robust,
) -> Adjusted:
    """The best fit over the tails allowed and over as many starts as it takes; elements from short to long tau.

    Fits are compared by plain least squares, whose costs are of one kind; the best is then made robust.
    """
    best = _best_start(omega, impedance, guesses, inductance, "none" if tail == "auto" else tail)
    unseen = _beyond(best, omega)
    if tail == "auto" and (unseen or holds_course(best.residual)) and impedance[-1].imag < 0:
        # a tail shows as an element beyond the range; it then stands in the tail's place
        inside = [g for g in guesses if g[0] < 1 / np.min(omega)] or list(guesses)
        if 1 + inductance + 3 * len(inside) + 2 <= len(omega):
            others = [_best_start(omega, impedance, inside, inductance, one) for one in TAILS if one != "none"]
            least = min(fit.bic for fit in others)
            other = next(fit for fit in others if fit.bic <= least + NO_EVIDENCE)
            best = other if other.bic < best.bic - (0.0 if unseen else EVIDENCE) else best
    final = adjust(best.circuit, best.coordinates, omega, impedance, robust=robust)
    if final.held[0]:  # more than over-compensated leads: a fast process is cut off, and R0 is somewhere above zero
        passive = replace(final.circuit, smallest=0.0)
        final = adjust(passive, final.coordinates, omega, impedance, robust=robust)
    return _sorted(final)


def merged(best: Adjusted, omega: Floats, impedance: Complex) -> tuple[int | None, tuple[int, ...]]:
    """How many elements suffice by BIC, and which two (or which one) the first step of merging takes.

    Neighbours are merged into one element of their common resistance, or an element is left out; the points keep the
    weights they have.
    """
    now = best
    first: tuple[int, ...] = ()
    while len(now.circuit.signs) > 1:
        trials = [(_adjusted_without(now, which, omega, impedance), which) for which in _reductions(now)]
        fewer, which = min(trials, key=lambda trial: trial[0].bic)
        if fewer.bic >= now.bic:
            break
        first = first or which
        now = _sorted(fewer)
    count = len(now.circuit.signs)
    return (count, first) if count < len(best.circuit.signs) else (None, ())


def holds_course(residual: Complex) -> bool:
    """Whether neighbouring residuals correlate more than noise does; exact fits do not count."""
    total = float(np.sum(np.abs(residual) ** 2))
    if total <= len(residual) * EXACT**2:
        return False
    together = float(np.sum(np.real(residual[1:] * np.conj(residual[:-1]))))
    return together / total * math.sqrt(2 * (len(residual) - 1)) > COURSE


def _beyond(fit: Adjusted, omega: Floats) -> bool:
    """Whether the slowest element peaks below the lowest frequency."""
    count = len(fit.circuit.signs)
    ln_tau = fit.coordinates[fit.circuit.first + 1 : fit.circuit.first + 3 * count : 3]
    return bool(np.max(ln_tau) > -np.log(np.min(omega)))


def _best_start(omega: Floats, impedance: Complex, guesses: Guesses, inductance: bool, tail: Tail) -> Adjusted:
    trials: list[Adjusted] = []
    for start in _starts(omega, impedance, guesses):
        circuit, coordinates = _begin(omega, impedance, start, inductance, tail)
        trials.append(adjust(circuit, coordinates, omega, impedance, tight=False))
        costs = sorted(trial.cost for trial in trials)
        if not holds_course(trials[-1].residual) or (len(costs) > 1 and costs[1] < costs[0] * (1 + SAME)):
            break
    return min(trials, key=lambda trial: trial.cost)


def _starts(omega: Floats, impedance: Complex, guesses: Guesses) -> list[Guesses]:
    """The start given; then what a non-negative distribution says; then the given one moved a decade."""
    span = np.log(np.max(omega) / np.min(omega))
    evenly = np.exp(-np.log(np.max(omega)) + span * (np.arange(len(guesses)) + 0.5) / len(guesses))
    size = float(np.ptp(impedance.real)) / len(guesses) or 1.0
    signs = [1 if r > 0 else -1 for _, r, _ in sorted(guesses)]
    starts = [list(guesses)]
    starts.append(
        [(t, s * r, BROAD) for (t, r), s in zip(_clusters(omega, impedance, len(guesses)), signs, strict=True)]
    )
    starts.append([(float(t), s * size, BROAD) for t, s in zip(evenly, signs, strict=True)])
    for factor in (0.1, 10.0):
        starts.append([(t * factor, r, p) for t, r, p in guesses])
    for k in range(len(guesses)):
        starts.extend([(t * f if i == k else t, r, p) for i, (t, r, p) in enumerate(guesses)] for f in (0.1, 10.0))
    return [s for s in starts if len(s) == len(guesses)]


def _clusters(omega: Floats, impedance: Complex, count: int) -> list[tuple[float, float]]:
    """Times and resistances of ``count`` groups of a non-negative distribution of RC elements."""
    from scipy.optimize import nnls  # late: slow to import

    decades = math.log10(np.max(omega) / np.min(omega))
    tau = np.geomspace(1 / np.max(omega), 1 / np.min(omega), max(count + 2, round(PER_DECADE * decades)))
    s = 1j * omega
    columns = np.column_stack([np.ones_like(s), s / np.max(omega), np.min(omega) / s, 1 / (1 + s[:, np.newaxis] * tau)])
    columns /= np.abs(impedance)[:, np.newaxis]
    wanted = impedance / np.abs(impedance)
    try:
        found = nnls(np.concatenate([columns.real, columns.imag]), np.concatenate([wanted.real, wanted.imag]))[0][3:]
    except RuntimeError:  # nnls gave up: the other starts remain
        found = np.ones(len(tau))
    groups = [(float(np.log(t)), float(r)) for t, r in zip(tau, found, strict=True) if r > 0]
    while len(groups) > count:
        # merging the pair that loses least: like Ward's method, by resistance and distance in ln tau
        loss = [a[1] * b[1] / (a[1] + b[1]) * (b[0] - a[0]) ** 2 for a, b in itertools.pairwise(groups)]
        i = int(np.argmin(loss))
        (t1, r1), (t2, r2) = groups[i], groups[i + 1]
        groups[i : i + 2] = [((t1 * r1 + t2 * r2) / (r1 + r2), r1 + r2)]
    while groups and len(groups) < count:
        i = int(np.argmax([r for _, r in groups]))
        t, r = groups[i]
        groups[i : i + 1] = [(t - 1, r / 2), (t + 1, r / 2)]
    return [(math.exp(t), r) for t, r in groups] if groups else [(float(np.median(tau)), 1.0)] * count


def _begin(omega: Floats, impedance: Complex, guesses: Guesses, inductance: bool, tail: Tail) -> tuple[Circuit, Floats]:
    size = float(np.median(np.abs(impedance)))
    signs = tuple(1 if r > 0 else -1 for _, r, _ in guesses)
    smallest = float(np.min(np.abs(impedance))) / size
    circuit = Circuit(signs, inductance, tail, (size, size / float(np.max(omega))), smallest)
    low, high = circuit.bounds(omega)
    arcs = [value for tau, r, phi in guesses for value in (math.log(abs(r)), math.log(tau), phi)]
    slowest, top = float(np.min(omega)), max(-float(impedance[-1].imag), 1e-3 * size)
    tails: dict[Tail, list[float]] = {
        "none": [],
        "capacitor": [-math.log(slowest * top)],
        "cpe": [-0.7 * math.log(slowest) - math.log(top), 0.7],
        "finite_space": [math.log(top), -math.log(slowest)],
        "finite_length": [math.log(2 * top), math.log(2 / slowest)],
    }
    coordinates = np.array([0.0] * circuit.first + arcs + tails[tail])
    rest, derivatives = circuit.impedance(np.clip(coordinates, low, high), omega)
    weighted = derivatives[:, : circuit.first] / np.abs(impedance)[:, np.newaxis]
    left = (impedance - rest) / np.abs(impedance)
    series = np.linalg.lstsq(
        np.concatenate([weighted.real, weighted.imag]), np.concatenate([left.real, left.imag]), rcond=None
    )[0]
    coordinates[: circuit.first] = np.maximum(series, 0.0)
    return circuit, coordinates


def _reductions(fit: Adjusted) -> list[tuple[int, ...]]:
    count = len(fit.circuit.signs)
    signs = fit.circuit.signs
    pairs = [(k, k + 1) for k in range(count - 1) if signs[k] == signs[k + 1]]
    return [*pairs, *((k,) for k in range(count))]


def _adjusted_without(fit: Adjusted, which: tuple[int, ...], omega: Floats, impedance: Complex) -> Adjusted:
    circuit, x = fit.circuit, fit.coordinates
    arcs = x[circuit.first : circuit.first + 3 * len(circuit.signs)].reshape(-1, 3).copy()
    if len(which) == 2:
        resistances = np.exp(arcs[list(which), 0])
        share = resistances / np.sum(resistances)
        arcs[which[0]] = [np.log(np.sum(resistances)), *(share @ arcs[list(which), 1:])]
    gone = which[-1]
    signs = tuple(s for k, s in enumerate(circuit.signs) if k != gone)
    tail = x[circuit.first + arcs.size :]
    start = np.concatenate([x[: circuit.first], np.delete(arcs, gone, axis=0).ravel(), tail])
    return adjust(replace(circuit, signs=signs), start, omega, impedance, weights=fit.weights, tight=False)


def _sorted(fit: Adjusted) -> Adjusted:
    """The same fit with its elements from short to long tau."""
    circuit, count = fit.circuit, len(fit.circuit.signs)
    order = np.argsort(fit.coordinates[circuit.first + 1 : circuit.first + 3 * count : 3], kind="stable")
    arcs = (circuit.first + 3 * order[:, np.newaxis] + np.arange(3)).ravel()
    every = np.concatenate([np.arange(circuit.first), arcs, np.arange(circuit.first + 3 * count, len(fit.coordinates))])
    return replace(
        fit,
        circuit=replace(circuit, signs=tuple(circuit.signs[k] for k in order)),
        coordinates=fit.coordinates[every],
        covariance=fit.covariance[np.ix_(every, every)],
        held=fit.held[every],
    )
