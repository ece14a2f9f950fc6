"""The model of one spectrum: which terms, which points to trust, which law the noise follows; the evidence decides."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.impedance._kernel import CAPACITANCE, INDUCTANCE, RESISTANCE, WARBURG, Kernel, kernel
from byssus.analyse.impedance._posterior import (
    FLOOR,
    Posterior,
    Start,
    Weighted,
    first_guess,
    ridge,
    settle,
    weighted,
)

__all__ = ["NOWHERE", "STRAY", "Choices", "Model", "model_of"]

Array = NDArray[np.float64]
Form = tuple[tuple[int, ...], tuple[int, int]]  # which terms, and the nodes (first, last + 1) where gamma is negative

NOWHERE = (0, 0)
CLOSED = (RESISTANCE, INDUCTANCE)
OPEN_FORMS = ((*CLOSED, CAPACITANCE), (*CLOSED, WARBURG), (*CLOSED, CAPACITANCE, WARBURG))
OPEN_SHARE = 0.1  # of -Im Z at the lowest frequencies to the change of Re Z: beyond, the spectrum does not end there
NEGATIVE_RUNS = 2  # of the deepest negative dips are tried
BETTER = 3.0  # gain in ln evidence that a form with more parts must show ("strong", doi:10.1080/01621459.1995.10476572)
CHANCE = 0.01  # of taking one of the points of a clean spectrum for a stray one, or clean noise for structured
TAILS = 4.0  # degrees of freedom of the Student t distribution of noise with stray points
REWEIGHTINGS, REWEIGHTED = 12, 0.02
STRAY = 20.0  # squared residual over the noise variance: by chance one point in 20 000
LAW_DEVIATIONS = 3.0  # of the slope of ln residual against ln |Z|, for another law than noise proportional to |Z|
LEAST_FOR_LAW = 20  # points
TURN_DEVIATIONS, TURN_SHARE = 5.0, 0.005  # of Re Z, in noise and in itself, by which a loop must turn back to be one
LONGEST_RUN, LARGEST_SHARE = 2, 0.15  # of stray points; more, or more in a row, are a misfit and keep their weight
STRUCTURED = 4.0  # standard deviations of the correlation of neighbouring residuals
HINTED = 2.0  # of them are enough where the spectrum also turns back
PINNED = 1e12


@dataclass(frozen=True)
class Choices:
    """What the caller decides; ``None`` leaves it to the data."""

    robust: bool = True
    blocking: bool | None = None
    negative: bool | None = None


@dataclass(frozen=True)
class Model:
    """One spectrum (scaled to median modulus one) and the posterior of its model.

    ``law`` is p where the noise goes as |Z|**p; ``trust`` the weight of each point, shape ``(N,)``.
    """

    kernel: Kernel
    impedance: NDArray[np.complex128]
    form: Form
    law: float
    trust: Array
    data: Weighted
    posterior: Posterior

    @property
    def nodes(self) -> int:
        return len(self.kernel.ln_tau)

    @cached_property
    def coefficients(self) -> Array:
        """gamma at the nodes, with its sign, and the terms."""
        found = self.posterior.start.point.copy()
        found[: self.nodes] = self.data.sign * np.exp(found[: self.nodes])
        return found

    @cached_property
    def fitted(self) -> NDArray[np.complex128]:
        found, n = self.coefficients, self.nodes
        rows = self.kernel.matrix @ found[:n] + self.kernel.terms[:, self.form[0]] @ found[n:]
        half = len(rows) // 2
        return np.asarray(rows[:half] + 1j * rows[half:])

    @cached_property
    def noise(self) -> Array:
        """Standard deviation of the noise in each part, absolute, shape ``(N,)``."""
        deviation: Array = np.sqrt(self.posterior.start.noise_variance) * self._modulus**self.law
        return deviation

    @property
    def _modulus(self) -> Array:
        return np.abs(self.impedance) if np.all(self.trust == 1) else np.abs(self.fitted)

    @cached_property
    def surprise(self) -> Array:
        """Squared modulus of each residual over the noise variance of one part: two on average."""
        squared: Array = np.abs((self.impedance - self.fitted) / self.noise) ** 2
        return squared

    @cached_property
    def stray(self) -> NDArray[np.bool_]:
        """Which points were given little weight."""
        return (self.surprise > STRAY) & (self.trust < 1)

    @cached_property
    def metric(self) -> Array:
        """Turns a change of gamma at the nodes, shape ``(n,)``, into chi squared, the terms following; ``(n, n)``."""
        n = self.nodes
        gram = self.data.gram / self.posterior.start.noise_variance
        terms = gram[n:, n:] + np.diag(self.posterior.start.relevance + 1e-9)
        beside = gram[:n, n:]
        found: Array = gram[:n, :n] - beside @ np.linalg.solve(terms, beside.T)
        return found

    @property
    def structured(self) -> bool:
        """Whether neighbouring residuals hang together as noise does not."""
        return self.structure > STRUCTURED

    @cached_property
    def structure(self) -> float:
        """Correlation of neighbouring residuals over its deviation for noise (Bartlett 1946, doi:10.2307/2983611)."""
        if self.posterior.start.noise_variance <= FLOOR**2:
            return 0.0  # what is left is rounding
        even = (self.impedance - self.fitted) / self.noise * np.sqrt(self.trust)
        products = np.real(even[1:] * np.conj(even[:-1]))
        total = float(np.sum(np.abs(even) ** 2))
        return float(np.sum(products)) * float(np.sqrt(2 * len(products))) / max(total, 1e-300)


def model_of(
    omega: Array, impedance: NDArray[np.complex128], choices: Choices, warm: dict[Form, Start] | None = None
) -> Model:
    """The model of a spectrum, shape ``(N,)`` each, impedance near one.

    ``warm`` holds where models of a similar spectrum ended, by form; it is renewed in place.
    """
    grid = kernel(omega)
    starts = {} if warm is None else warm
    model = _solved(grid, impedance, (CLOSED, NOWHERE), 1.0, np.ones(len(omega)), starts)
    if choices.blocking or (choices.blocking is None and _open(model)):
        forms: tuple[Form, ...] = tuple((terms, NOWHERE) for terms in OPEN_FORMS)
        model = _best(model, forms, starts, certain=bool(choices.blocking))
    if choices.negative or (choices.negative is None and model.structure > HINTED and _turns_back(impedance)):
        model = _best(model, _negative_forms(model), starts, certain=bool(choices.negative))
    model = _with_law(model, starts)
    if choices.robust:
        known = model
        model = _without_strays(model, starts)
        model = model if model is known else _with_law(model, starts)
    if model.coefficients[model.nodes] < 0:
        model = _without_resistance(model)
    return model


def _solved(
    grid: Kernel,
    impedance: NDArray[np.complex128],
    form: Form,
    law: float,
    trust: Array,
    starts: dict[Form, Start],
    modulus: Array | None = None,
    first: Start | None = None,
) -> Model:
    weight = np.sqrt(trust) * (np.abs(impedance) if modulus is None else modulus) ** -law
    wanted = np.concatenate([impedance.real, impedance.imag])
    sign = None
    if form[1] != NOWHERE:
        sign = np.ones(len(grid.ln_tau))
        sign[slice(*form[1])] = -1.0
    data = weighted(grid, form[0], wanted, np.concatenate([weight, weight]), sign)
    begin = first or starts.get(form)
    posterior = settle(grid, data, begin or first_guess(grid, data), warm=begin is not None)
    if begin is not None and not posterior.converged:
        posterior = settle(grid, data, first_guess(grid, data))
    starts[form] = posterior.start
    return Model(grid, impedance, form, law, trust, data, posterior)


def _without_strays(model: Model, starts: dict[Form, Start]) -> Model:
    """Student t noise by reweighting, only where single points stray farther than Gaussian noise lets any of them."""
    limit = 2 * np.log(len(model.trust) / CHANCE)
    typical = min(
        float(np.sort(model.surprise)[len(model.trust) // 2]) / (2 * np.log(2)), 1.0
    )  # robust noise variance over the one found
    if model.structured or np.max(model.surprise) <= limit * typical:
        return model
    found, surprise, trust = model, model.surprise / typical, model.trust
    for _ in range(REWEIGHTINGS):
        before, trust = trust, (TAILS + 2) / (TAILS + surprise)
        found = _solved(
            model.kernel, model.impedance, model.form, model.law, trust, starts, np.abs(found.fitted),
            first=found.posterior.start,
        )  # fmt: skip
        surprise = found.surprise
        if np.max(np.abs(trust - before)) < REWEIGHTED:
            break
    return found if _single(found.stray) else model


def _single(stray: NDArray[np.bool_]) -> bool:
    """Whether stray points are few and stand alone."""
    run = longest = 0
    for one in stray:
        run = run + 1 if one else 0
        longest = max(longest, run)
    return longest <= LONGEST_RUN and float(np.mean(stray)) <= LARGEST_SHARE


def _with_law(model: Model, starts: dict[Form, Start]) -> Model:
    """Noise as another power of |Z|, where the residuals insist: ln of an exponential variate has variance pi**2/6."""
    if model.posterior.start.noise_variance <= FLOOR**2:
        return model
    usual = model.surprise < STRAY / 2
    modulus = np.log(np.abs(model.fitted[usual]))
    spread = modulus - np.mean(modulus)
    total = float(spread @ spread)
    if model.structured or len(spread) < LEAST_FOR_LAW or total < 1e-6:
        return model
    slope = float(spread @ np.log(np.maximum(model.surprise[usual], 1e-6))) / total
    if abs(slope) < LAW_DEVIATIONS * np.sqrt(np.pi**2 / 6 / total):
        return model
    law = float(np.clip(model.law + slope / 2, 0.0, 1.5))
    return _solved(
        model.kernel, model.impedance, model.form, law, model.trust, starts, np.abs(model.fitted),
        first=model.posterior.start,
    )  # fmt: skip


def _open(model: Model) -> bool:
    low = model.impedance[-3:]
    change = float(np.sort(low.real)[1] - np.min(model.impedance.real))
    return float(np.sort(-low.imag)[1]) > OPEN_SHARE * change


def _turns_back(impedance: NDArray[np.complex128]) -> bool:
    """Whether Re Z falls with falling frequency beyond the noise, which no positive distribution lets it do."""
    smooth = np.median(np.lib.stride_tricks.sliding_window_view(impedance.real, 3), axis=1)
    noise = np.median(np.abs(np.diff(impedance.real, n=2))) / np.sqrt(6) * 1.48  # median to standard deviation
    fall = np.maximum.accumulate(smooth) - smooth
    return bool(np.max(fall - TURN_DEVIATIONS * noise - TURN_SHARE * np.abs(smooth)) > 0)


def _best(model: Model, forms: tuple[Form, ...], starts: dict[Form, Start], *, certain: bool) -> Model:
    """The model of these forms with the most evidence, if it beats ``model`` or if the caller is ``certain``."""
    best = None if certain else model
    for form in forms:
        trial = _solved(model.kernel, model.impedance, form, model.law, model.trust, starts)
        if best is None or trial.posterior.evidence > best.posterior.evidence + BETTER:
            best = trial
    return best or model


def _negative_forms(model: Model) -> tuple[Form, ...]:
    """Where gamma may be negative: the lowest dips of a ridge regression, also taken up to either end."""
    n = model.nodes
    found = ridge(model.kernel, model.data)[:n]
    edges = np.flatnonzero(np.diff(np.concatenate([[False], found < 0, [False]]).astype(int)))
    runs = sorted(zip(edges[::2], edges[1::2], strict=True), key=lambda run: float(np.sum(found[slice(*run)])))
    windows = []
    for first, after in runs[:NEGATIVE_RUNS]:
        windows += [(int(first), int(after)), (int(first), n), (0, int(after))]
    return tuple((model.form[0], window) for window in windows)


def _without_resistance(model: Model) -> Model:
    """The same with the resistance held at nought, since it came out negative."""
    start = model.posterior.start
    relevance = start.relevance.copy()
    relevance[0] = PINNED
    point = start.point.copy()
    point[model.nodes] = 0.0
    posterior = settle(model.kernel, model.data, replace(start, relevance=relevance, point=point), warm=True)
    return Model(model.kernel, model.impedance, model.form, model.law, model.trust, model.data, posterior)
