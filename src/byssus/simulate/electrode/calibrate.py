"""Calibration: least squares block by block, then all numbers together by an ensemble sampler."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from byssus.simulate.electrode.binders import INPUTS, Binders, Electrode
from byssus.simulate.electrode.least_squares import minimise
from byssus.simulate.electrode.parameters import BLOCKS, Values, log_prior, sampled, values
from byssus.simulate.electrode.sampler import sample
from byssus.simulate.electrode.targets import SCATTER, Target, log_likelihood, misfit, predict, scatter

__all__ = ["Case", "Posterior", "fit", "inputs_at", "moved", "posterior", "problems_of"]

Floats = NDArray[np.float64]
LEAST_UNCERTAIN = 0.01  # an input known better than this, relatively, is taken as it is
WALKERS, BURN, STEPS, THIN = 64, 1500, 3000, 10
SPREAD = 0.3  # of the first walkers about the least squares, in prior standard deviations


@dataclass(frozen=True)
class Case:
    """What is calibrated on what, for several problems at once.

    ``inputs`` ``(problems, binders, 4)`` in the order of ``INPUTS`` with ``uncertainty`` ``(binders, 4)``; ``low`` and
    ``high`` ``(targets, problems, binders)`` are reported results: equal for a number, apart for an interval, NaN for
    what was not reported or is left out.
    """

    electrode: Electrode
    targets: tuple[Target, ...]
    inputs: Floats
    uncertainty: Floats
    low: Floats
    high: Floats

    @property
    def uncertain(self) -> tuple[tuple[int, int], ...]:
        """Places (binder, input) of inputs that are sampled with the model's numbers."""
        relative = self.uncertainty / np.abs(self.inputs[0])
        return tuple((int(b), int(k)) for b, k in np.argwhere(relative > LEAST_UNCERTAIN))


@dataclass(frozen=True)
class Posterior:
    """Draws ``(problems, draws, dimensions)`` in prior standard deviations: the model's, then uncertain inputs."""

    draws: Floats
    accepted: Floats
    least_squares: Floats

    def given(self, problem: int) -> Values:
        """The model's numbers, each ``(draws, 1)``."""
        return values(self.draws[problem][:, : len(sampled())])

    def inputs(self, case: Case, problem: int) -> Floats:
        """Inputs of all binders, ``(draws, binders, 4)``."""
        z = self.draws[:, :, len(sampled()) :]
        return np.asarray(inputs_at(case, z)[problem])


def inputs_at(case: Case, z: Floats) -> Floats:
    """Inputs ``(problems, points, binders, 4)`` at standard values ``z`` ``(problems, points, uncertain)``."""
    count = max(z.shape[1], 1)
    out = np.repeat(case.inputs[:, None], count, axis=1)
    for k, (b, name) in enumerate(case.uncertain):
        out[:, :, b, name] = moved(case.inputs[:, None, b, name], case.uncertainty[b, name], z[..., k], INPUTS[name])
    return out


def moved(centre: Floats, uncertainty: Floats, z: Floats, name: str) -> Floats:
    """An input ``z`` standard uncertainties from its value; a porosity stays a fraction, the others positive."""
    if name == "porosity":
        return np.asarray(np.clip(centre + uncertainty * z, 0.0, 0.99))
    return np.asarray(centre * np.exp(uncertainty / centre * z))


def _said(case: Case, given: Values, z_inputs: Floats) -> Floats:
    binders = Binders.stacked(inputs_at(case, z_inputs))
    return predict(case.targets, binders, case.electrode, given)


def fit(case: Case) -> tuple[Floats, Floats]:
    """Least squares block by block, each holding those before: ``(problems, sampled)`` and cost ``(problems,)``.

    Scatter stays at the centre of its prior; the prior of each number is one residual.
    """
    rows = sampled()
    problems = len(case.inputs)
    at, total = np.zeros((problems, len(rows))), np.zeros(problems)
    none = np.zeros((problems, 1, len(case.uncertain)))
    for block in BLOCKS:
        own = [k for k, one in enumerate(rows) if one.block == block and one.name not in SCATTER.values()]
        wanted = [k for k, target in enumerate(case.targets) if target.block == block]
        part = Case(case.electrode, tuple(case.targets[k] for k in wanted), case.inputs, case.uncertainty,
                    case.low[wanted], case.high[wanted])  # fmt: skip

        def residuals(z: Floats, own: list[int] = own, part: Case = part) -> Floats:
            whole = np.repeat(at[:, None], z.shape[1], axis=1)
            whole[..., own] = z
            if not part.targets:
                return z
            given = _bounded(whole)
            said = _said(part, given, np.repeat(none, z.shape[1], axis=1))
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


def posterior(case: Case, seed: int, *, burn: int = BURN, steps: int = STEPS) -> Posterior:
    """Sample the model's numbers and the uncertain inputs, for all problems of ``case`` at once."""
    rows = sampled()
    count = len(rows)
    rng = np.random.default_rng(seed)
    best, _ = fit(case)
    dimensions = count + len(case.uncertain)
    walkers = max(WALKERS, 2 * (dimensions + dimensions % 2))
    centre = np.concatenate([best, np.zeros((len(best), len(case.uncertain)))], axis=1)
    start = centre[:, None] + SPREAD * rng.standard_normal((walkers, dimensions))
    low, high = case.low[:, :, None], case.high[:, :, None]

    def log_density(z: Floats) -> Floats:
        prior = log_prior(z[..., :count], rows) - 0.5 * np.sum(z[..., count:] ** 2, axis=-1)
        given = _bounded(z[..., :count])
        likelihood = log_likelihood(low, high, _said(case, given, z[..., count:]), scatter(case.targets, given))
        return np.where(np.isfinite(prior), prior + likelihood, -np.inf)

    start[..., :count] = _inside(start[..., :count])
    kept, accepted = sample(log_density, start, steps, rng, burn=burn, thin=THIN)
    draws = np.moveaxis(kept, 0, 1).reshape(len(best), -1, dimensions)
    return Posterior(draws, accepted, best)


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
    inputs = np.repeat(case.inputs[:1], len(masks), axis=0)
    return Case(case.electrode, case.targets, inputs, case.uncertainty, low, high)
