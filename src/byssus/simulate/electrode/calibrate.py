"""Calibration: least squares block by block, then all numbers together by an ensemble sampler."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from byssus.simulate.electrode.binders import Binders, Electrode, names_of
from byssus.simulate.electrode.least_squares import minimise
from byssus.simulate.electrode.parameters import BLOCKS, Values, log_prior, sampled, values
from byssus.simulate.electrode.sampler import sample
from byssus.simulate.electrode.targets import SCATTER, Target, log_likelihood, misfit, predict, scatter

__all__ = ["Case", "Posterior", "fit", "moved", "posterior", "problems_of"]

Floats = NDArray[np.float64]
IMPUTATIONS = 5  # ensembles of each problem, each with inputs drawn from their own uncertainty
WALKERS, BURN, STEPS, THIN = 40, 1000, 3000, 10
SPREAD = 0.3  # of the first walkers about the least squares, in prior standard deviations


@dataclass(frozen=True)
class Case:
    """What is calibrated on what, for several problems at once.

    ``inputs`` ``(problems, binders, 4)`` in the order of ``INPUTS`` (6 with ``GEOMETRY``); ``low`` and ``high``
    ``(targets, problems, binders)`` are reported results: equal for a number, apart for an interval, NaN for what is
    left out or unknown.
    """

    electrode: Electrode
    targets: tuple[Target, ...]
    inputs: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True)
class Posterior:
    """Draws ``(problems, imputations, draws, dimensions)`` in prior standard deviations, and the inputs of each
    imputation ``(imputations, binders, 4)``: drawn from their uncertainty alone, so that no result moves them.
    """

    draws: Floats
    imputed: Floats
    accepted: Floats

    def given(self, problem: int) -> Values:
        """The model's numbers, each ``(all draws, 1)``."""
        return values(self.draws[problem].reshape(-1, self.draws.shape[-1]))

    def drawn_inputs(self) -> Floats:
        """Inputs of all binders beside those draws, ``(all draws, binders, 4)``."""
        return np.repeat(self.imputed, self.draws.shape[2], axis=0)

    def inputs(self, case: Case, problem: int) -> Floats:
        """The same for a problem of ``case``, whose own inputs stand where nothing is uncertain."""
        uncertain = np.ptp(self.imputed, axis=0) > 0
        return np.where(uncertain, self.drawn_inputs(), case.inputs[problem])

    def chain_error(self, problem: int) -> Floats:
        """Of the mean of each number, in prior standard deviations: from how far the ensembles lie apart.

        It holds what uncertain inputs change as well, so it is an upper bound of the sampler's own error.
        """
        means = self.draws[problem].mean(axis=1)
        return np.asarray(means.std(axis=0, ddof=1) / np.sqrt(len(means)))


def moved(centre: Floats, uncertainty: Floats, z: Floats, name: str) -> Floats:
    """An input ``z`` standard uncertainties from its value; a porosity stays a fraction, the others positive."""
    if name == "porosity":
        return np.asarray(np.clip(centre + uncertainty * z, 0.0, 0.99))
    return np.asarray(centre * np.exp(uncertainty / centre * z))


def drawn(inputs: Floats, uncertainty: Floats, count: int, rng: np.random.Generator) -> Floats:
    """``inputs`` ``(binders, 4)`` drawn ``count`` times from their uncertainty, ``(count, binders, 4)``.

    Stratified, so that few draws cover a prior evenly: McKay et al., doi:10.2307/1268522.
    """
    order = rng.permuted(np.broadcast_to(np.arange(count)[:, None, None], (count, *inputs.shape)), axis=0)
    z = ndtri((order + rng.random(order.shape)) / count)
    columns = [moved(inputs[:, k], uncertainty[:, k], z[..., k], name) for k, name in enumerate(names_of(inputs))]
    return np.stack(columns, axis=-1)


def _said(case: Case, given: Values) -> Floats:
    return predict(case.targets, Binders.stacked(case.inputs[:, None]), case.electrode, given)


def fit(case: Case) -> tuple[Floats, Floats]:
    """Least squares block by block, each holding those before: ``(problems, sampled)`` and cost ``(problems,)``.

    Scatter stays at the centre of its prior; the prior of each number is one residual.
    """
    rows = sampled()
    problems = len(case.inputs)
    at, total = np.zeros((problems, len(rows))), np.zeros(problems)
    for block in BLOCKS:
        own = [k for k, one in enumerate(rows) if one.block == block and one.name not in SCATTER.values()]
        wanted = [k for k, target in enumerate(case.targets) if target.block == block]
        targets = tuple(case.targets[k] for k in wanted)
        part = Case(case.electrode, targets, case.inputs, case.low[wanted], case.high[wanted])

        def residuals(z: Floats, own: list[int] = own, part: Case = part) -> Floats:
            whole = np.repeat(at[:, None], z.shape[1], axis=1)
            whole[..., own] = z
            if not part.targets:
                return z
            given = _bounded(whole)
            said = _said(part, given)
            off = misfit(part.low[:, :, None], part.high[:, :, None], said) / scatter(part.targets, given)
            return np.concatenate([np.moveaxis(off, 0, -1).reshape(*z.shape[:2], -1), z], axis=-1)

        starts = [minimise(residuals, np.full((problems, len(own)), s)) for s in (0.0, -0.7, 0.7)]
        best = np.argmin([cost for _, cost in starts], axis=0)
        at[:, own] = np.stack([found for found, _ in starts])[best, np.arange(problems)]
        total += np.stack([cost for _, cost in starts])[best, np.arange(problems)]
    return at, total


def _bounded(z: Floats) -> Values:
    """Numbers of the model, held inside their limits."""
    given = dict(values(z))
    for one in sampled():
        if np.isfinite(one.lower) or np.isfinite(one.upper):
            given[one.name] = np.clip(given[one.name], max(one.lower, 1e-9), one.upper)
    return given


def posterior(
    case: Case, inputs: Floats, uncertainty: Floats, seed: int, *, burn: int = BURN, steps: int = STEPS
) -> Posterior:
    """Sample the model's numbers, for all problems of ``case`` at once, each with ``IMPUTATIONS`` draws of its inputs.

    ``inputs`` and their standard ``uncertainty`` are ``(binders, 4)``; those of ``case`` are not used.
    """
    rows = sampled()
    rng = np.random.default_rng(seed)
    imputed = drawn(inputs, uncertainty, IMPUTATIONS, rng)
    problems = case.low.shape[1]
    whole = Case(
        case.electrode,
        case.targets,
        np.tile(imputed, (problems, 1, 1)),
        np.repeat(case.low, IMPUTATIONS, axis=1),
        np.repeat(case.high, IMPUTATIONS, axis=1),
    )
    best, _ = fit(whole)
    walkers = max(WALKERS, 2 * (len(rows) + len(rows) % 2))
    start = _inside(best[:, None] + SPREAD * rng.standard_normal((walkers, len(rows))))
    low, high = whole.low[:, :, None], whole.high[:, :, None]

    def log_density(z: Floats) -> Floats:
        given = _bounded(z)
        likelihood = log_likelihood(low, high, _said(whole, given), scatter(whole.targets, given))
        return np.asarray(log_prior(z, rows) + likelihood)

    kept, accepted = sample(log_density, start, steps, rng, burn=burn, thin=THIN)
    draws = np.moveaxis(kept, 0, 1).reshape(problems, IMPUTATIONS, -1, len(rows))
    return Posterior(draws, imputed, accepted.reshape(problems, IMPUTATIONS))


def _inside(z: Floats) -> Floats:
    """First walkers within the limits of the numbers."""
    for k, one in enumerate(sampled()):
        if one.prior == "normal":
            z[..., k] = np.clip(
                z[..., k], (one.lower - one.value) / one.spread + 1e-3, (one.upper - one.value) / one.spread - 1e-3
            )
    return z


def problems_of(case: Case, masks: Sequence[Floats]) -> Case:
    """The same inputs several times, each time with only the binders of a mask reported."""
    low, high = (
        np.stack([np.where(mask, one[:, 0], np.nan) for mask in masks], axis=1) for one in (case.low, case.high)
    )
    return Case(case.electrode, case.targets, np.repeat(case.inputs[:1], len(masks), axis=0), low, high)
