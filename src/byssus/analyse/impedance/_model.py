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
    settle,
    weighted,
)

__all__ = ["Choices", "Model", "model_of"]

Array = NDArray[np.float64]
Form = tuple[tuple[int, ...], bool]  # which terms, and whether gamma has a negative part

CLOSED = (RESISTANCE, INDUCTANCE)
OPEN_FORMS = ((*CLOSED, CAPACITANCE), (*CLOSED, CAPACITANCE, WARBURG))
OPEN_SHARE = 0.1  # of -Im Z at the lowest frequencies to the change of Re Z: beyond, the spectrum does not end there
BETTER = 3.0  # gain in ln evidence that a form with more parts must show ("strong", doi:10.1080/01621459.1995.10476572)
CHANCE = 0.01  # of taking one of the points of a clean spectrum for a stray one, or clean noise for structured
TAILS = 4.0  # degrees of freedom of the Student t distribution of noise with stray points
REWEIGHTINGS, REWEIGHTED = 12, 0.02
STRAY = 20.0  # squared residual over the noise variance: by chance one point in 20 000
LAW_DEVIATIONS = 3.0  # of the slope of ln residual against ln |Z|, for another law than noise proportional to |Z|
LEAST_FOR_LAW = 20  # points
STRUCTURED = 4.0  # standard deviations of the correlation of neighbouring residuals
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
        """gamma at the nodes (then its negative part), and the terms."""
        shapes = self.data.blocks * self.nodes
        found = self.posterior.start.point.copy()
        found[:shapes] = np.exp(found[:shapes])
        return found

    @cached_property
    def fitted(self) -> NDArray[np.complex128]:
        n, shapes = self.nodes, self.data.blocks * self.nodes
        net = self.coefficients[:n] - self.coefficients[n:shapes] if self.data.blocks == 2 else self.coefficients[:n]
        rows = self.kernel.matrix @ net + self.kernel.terms[:, self.form[0]] @ self.coefficients[shapes:]
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

    @property
    def structured(self) -> bool:
        """Whether neighbouring residuals hang together as noise does not (Bartlett 1946, doi:10.2307/2983611)."""
        if self.posterior.start.noise_variance <= FLOOR**2:
            return False  # what is left is rounding
        even = (self.impedance - self.fitted) / self.noise * np.sqrt(self.trust)
        products = np.real(even[1:] * np.conj(even[:-1]))
        total = float(np.sum(np.abs(even) ** 2))
        return bool(np.sum(products) > STRUCTURED * total / np.sqrt(2 * len(products)))


def model_of(
    omega: Array, impedance: NDArray[np.complex128], choices: Choices, warm: dict[Form, Start] | None = None
) -> Model:
    """The model of a spectrum, shape ``(N,)`` each, impedance near one.

    ``warm`` holds where models of a similar spectrum ended, by form; it is renewed in place.
    """
    grid = kernel(omega)
    starts = {} if warm is None else warm
    model = _solved(grid, impedance, (CLOSED, False), 1.0, np.ones(len(omega)), starts)
    if choices.robust:
        model = _without_strays(model, starts)
    model = _with_law(model, starts)
    if choices.blocking or (choices.blocking is None and _open(model)):
        forms: tuple[Form, ...] = tuple((terms, False) for terms in OPEN_FORMS)
        model = _best(model, forms, starts, certain=bool(choices.blocking), robust=choices.robust)
    if choices.negative or (choices.negative is None and model.structured):
        form = (model.form[0], True)
        model = _best(model, (form,), starts, certain=bool(choices.negative), robust=choices.robust)
    if model.coefficients[model.data.blocks * model.nodes] < 0:
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
    data = weighted(grid, form[0], wanted, np.concatenate([weight, weight]), negative=form[1])
    begin = first or starts.get(form) or first_guess(grid, data)
    posterior = settle(grid, data, begin)
    if not posterior.converged and begin is starts.get(form):
        posterior = settle(grid, data, first_guess(grid, data))
    starts[form] = posterior.start
    return Model(grid, impedance, form, law, trust, data, posterior)


def _without_strays(model: Model, starts: dict[Form, Start]) -> Model:
    """Student t noise by reweighting, only where points stray farther than Gaussian noise lets any of them."""
    limit = 2 * np.log(len(model.trust) / CHANCE)
    typical = np.median(model.surprise) / (2 * np.log(2))  # robust noise variance over the one found
    if np.max(model.surprise) <= limit * min(typical, 1.0):
        return model
    surprise, trust = model.surprise / min(typical, 1.0), model.trust
    for _ in range(REWEIGHTINGS):
        before, trust = trust, (TAILS + 2) / (TAILS + surprise)
        model = _solved(
            model.kernel, model.impedance, model.form, model.law, trust, starts, np.abs(model.fitted),
            first=model.posterior.start,
        )  # fmt: skip
        surprise = model.surprise
        if np.max(np.abs(trust - before)) < REWEIGHTED:
            break
    return model


def _with_law(model: Model, starts: dict[Form, Start]) -> Model:
    """Noise as another power of |Z|, where the residuals insist: ln of an exponential variate has variance pi**2/6."""
    modulus = np.log(np.abs(model.fitted))
    spread = modulus - np.mean(modulus)
    total = float(spread @ spread)
    if len(spread) < LEAST_FOR_LAW or total < 1e-6 or model.posterior.start.noise_variance <= FLOOR**2:
        return model
    slope = float(spread @ np.log(np.maximum(model.surprise, 1e-6))) / total
    if abs(slope) < LAW_DEVIATIONS * np.sqrt(np.pi**2 / 6 / total):
        return model
    law = float(np.clip(model.law + slope / 2, 0.0, 1.5))
    return _solved(
        model.kernel, model.impedance, model.form, law, model.trust, starts, np.abs(model.fitted),
        first=model.posterior.start,
    )  # fmt: skip


def _open(model: Model) -> bool:
    low = model.impedance[-3:]
    change = float(np.median(low.real) - np.min(model.impedance.real))
    return float(np.median(-low.imag)) > OPEN_SHARE * change


def _best(model: Model, forms: tuple[Form, ...], starts: dict[Form, Start], *, certain: bool, robust: bool) -> Model:
    """The model of these forms with the most evidence, if it beats ``model`` or if the caller is ``certain``."""
    best = None if certain else model
    for form in forms:
        modulus = np.abs(model.fitted) if model.law != 1 else None
        trial = _solved(model.kernel, model.impedance, form, model.law, np.ones_like(model.trust), starts, modulus)
        if robust:
            trial = _without_strays(trial, starts)
        if best is None or _evidence(trial) > _evidence(best) + BETTER:
            best = trial
    assert best is not None
    return best


def _evidence(model: Model) -> float:
    """Ln evidence; of strays each form has judged for itself, the density of the t distribution is part of it."""
    return model.posterior.evidence + float(np.sum(np.log(model.trust)))


def _without_resistance(model: Model) -> Model:
    """The same with the resistance held at nought, since it came out negative."""
    start = model.posterior.start
    relevance = start.relevance.copy()
    relevance[0] = PINNED
    point = start.point.copy()
    point[model.data.blocks * model.nodes] = 0.0
    posterior = settle(model.kernel, model.data, replace(start, relevance=relevance, point=point))
    return Model(model.kernel, model.impedance, model.form, model.law, model.trust, model.data, posterior)
