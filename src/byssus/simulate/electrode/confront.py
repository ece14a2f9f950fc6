"""The model against results: each binder left out in turn, beside baselines; coverage; a permutation test."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from byssus.errors import Problem, StudyError
from byssus.simulate.electrode.baselines import BASELINES, edge, guesses
from byssus.simulate.electrode.binders import Binders, Electrode, names_of
from byssus.simulate.electrode.calibrate import Case, Posterior, drawn, fit, moved, posterior, problems_of
from byssus.simulate.electrode.targets import Target, misfit, predict, scatter

__all__ = ["LEAST_BINDERS", "SEEN", "Confrontation", "Permutation", "Reported", "Row", "Said", "Score", "confront"]
__all__ += ["foretell", "inputs_of"]

Floats = NDArray[np.float64]
LEAST_BINDERS = 3  # two must be left when one is left out
MOST_PERMUTATIONS = 120  # all of five binders; of more, as many drawn
COVERED = 0.9
ALIKE = 0.1  # another seed of the sampler moves an error by up to a tenth
SEEN = (
    "The equations, what drives each of them and the priors were chosen by people who had seen the results of all four "
    "binders of the default study: leaving a binder out keeps its numbers out of the fit, not out of that choice."
)


@dataclass(frozen=True)
class Reported:
    """What a study knows: ``inputs`` of binders with standard uncertainties ``(binders, 4)``, and their results.

    Six inputs where thickness and peel width of every binder are given.

    ``low`` and ``high`` ``(targets, binders)`` are equal for a number, infinite at one end for a bound, NaN for none.
    """

    names: tuple[str, ...]
    electrode: Electrode
    targets: tuple[Target, ...]
    inputs: Floats
    uncertainty: Floats
    low: Floats
    high: Floats

    @property
    def telling(self) -> NDArray[np.bool_]:
        """Which binders report any result, ``(binders,)``: the others are foretold, and calibrate nothing."""
        return np.asarray((~np.isnan(self.low)).any(axis=0))

    @property
    def calibrating(self) -> tuple[str, ...]:
        """The names of those that report any."""
        return tuple(itertools.compress(self.names, self.telling))


@dataclass(frozen=True)
class Said:
    """What the model says of one result: the median, and intervals of 90 % and 95 %, scatter included."""

    value: float
    interval_90: tuple[float, float]
    interval_95: tuple[float, float]


@dataclass(frozen=True)
class Row:
    """One result of one binder: what was reported, what the model says without that binder and with it, baselines."""

    binder: str
    target: Target
    low: float
    high: float
    left_out: Said
    with_it: Said
    baselines: Mapping[str, float]

    @property
    def bounded(self) -> bool:
        """Whether a bound was reported, from below or from above."""
        return bool(edge(np.asarray(self.low), np.asarray(self.high))[1])

    @property
    def miss(self) -> float:
        """How far the model, without this binder, is from the reported interval."""
        return _miss(self.low, self.high, self.left_out.value)

    def baseline_miss(self, name: str) -> float:
        return _miss(self.low, self.high, self.baselines[name])

    @property
    def covered(self) -> bool:
        """Whether the 90 % interval meets what was reported."""
        low, high = self.left_out.interval_90
        return low <= self.high and self.low <= high


@dataclass(frozen=True)
class Score:
    """Mean absolute errors over the binders that report a target; ``covered`` of ``n`` lie in their 90 % intervals."""

    target: Target
    model: float
    baselines: Mapping[str, float]
    covered: int
    n: int

    @property
    def best_baseline(self) -> str:
        """Empty where no baseline can say anything, as of a result that no other binder reports."""
        told = {name: error for name, error in self.baselines.items() if not math.isnan(error)}
        return min(told, key=lambda name: told[name], default="")

    @property
    def verdict(self) -> str:
        """``"better"`` or ``"worse"`` than the best baseline, ``"level"`` where alike; or ``"no baseline"``."""
        if not self.best_baseline:
            return "no baseline"
        best = self.baselines[self.best_baseline]
        if abs(self.model - best) <= ALIKE * best:
            return "level"
        return "worse" if self.model > best else "better"


@dataclass(frozen=True)
class Permutation:
    """How many of ``of`` ways to give the binders' properties to their results fit as well as the true one.

    ``better`` are those that fit better than it: binders in the order whose properties each result was given.
    """

    as_good: int
    of: int
    better: tuple[tuple[str, ...], ...] = ()

    @property
    def p(self) -> float:
        return self.as_good / self.of

    @property
    def floor(self) -> float:
        """The least p there can be."""
        return 1 / self.of


@dataclass(frozen=True)
class Confrontation:
    """Everything; problem 0 of ``case`` and ``posterior`` is calibrated on all binders, k + 1 without binder k."""

    reported: Reported
    case: Case
    posterior: Posterior
    rows: tuple[Row, ...]
    scores: tuple[Score, ...]
    permutation: Permutation

    @property
    def coverage(self) -> tuple[int, int]:
        return sum(score.covered for score in self.scores), sum(score.n for score in self.scores)


def confront(reported: Reported, seed: int, **how: int) -> Confrontation:
    """Calibrate on all binders and without each; ``how`` goes to the sampler (``burn``, ``steps``).

    Raises :class:`StudyError` where fewer than ``LEAST_BINDERS`` binders report anything, or a binder's input is out of
    its range.
    """
    count = len(reported.names)
    telling = len(reported.calibrating) if reported.low.size else 0
    if telling < LEAST_BINDERS:
        mend = "Give results (expansions, capacities) of more binders, as measurements or claims."
        what = "too few binders report results to calibrate the electrode model"
        raise StudyError(Problem(what, got=str(telling), expected=f"{LEAST_BINDERS} or more", mend=mend))
    _refuse_inputs(reported)
    one = Case(
        reported.electrode, reported.targets, reported.inputs[None], reported.low[:, None], reported.high[:, None]
    )
    case = problems_of(one, [np.ones(count, bool), *(np.arange(count) != k for k in range(count))])
    found = posterior(case, reported.inputs, reported.uncertainty, seed, **how)
    rows = tuple(_rows(reported, found, seed))
    scores = tuple(_score(target, [row for row in rows if row.target == target]) for target in reported.targets)
    return Confrontation(reported, case, found, rows, tuple(s for s in scores if s.n), _permuted(reported, seed))


def _refuse_inputs(reported: Reported) -> None:
    """Every input out of its range, by binder: before anything is drawn from it, which would hold it in its range."""
    problems: list[Problem] = []
    for name, own in zip(reported.names, reported.inputs, strict=True):
        try:
            Binders.stacked(own)
        except StudyError as fault:
            problems += [one.at(f"electrode model of {name}") for one in fault.problems]
    if problems:
        raise StudyError(*problems)


def foretell(
    found: Confrontation,
    inputs: Floats,
    uncertainty: Floats,
    electrode: Electrode,
    targets: Sequence[Target],
    seed: int,
) -> list[Said]:
    """What the model, calibrated on all binders, says of another with ``inputs`` and uncertainties ``(4,)`` or 6."""
    rng = np.random.default_rng(seed)
    given = found.posterior.given(0)
    draws = len(found.posterior.drawn_inputs())
    z = rng.standard_normal((draws, len(inputs)))
    own = [moved(inputs[k], uncertainty[k], z[:, k], name)[:, None] for k, name in enumerate(names_of(inputs))]
    said = predict(targets, Binders(*own), electrode, given)[..., 0]
    noise = scatter(targets, given)[..., 0] * rng.standard_normal(said.shape)
    return [_summed(target, a, b) for target, a, b in zip(targets, said, noise, strict=True)]


def _rows(reported: Reported, found: Posterior, seed: int) -> list[Row]:
    said = [_of_problem(reported, found, k, seed) for k in range(len(found.draws))]
    rows = []
    for t, target in enumerate(reported.targets):
        for b, name in enumerate(reported.names):
            low, high = float(reported.low[t, b]), float(reported.high[t, b])
            guessed = guesses(reported.inputs, reported.low[t], reported.high[t], b)
            rows.append(Row(name, target, low, high, said[b + 1][t][b], said[0][t][b], guessed))
    return rows


def inputs_of(reported: Reported, found: Posterior, problem: int, rng: np.random.Generator) -> Floats:
    """Inputs beside the draws of a problem, ``(draws, binders, 4)``; those of the binder left out are drawn afresh."""
    inputs = found.drawn_inputs()
    if problem:
        own = slice(problem - 1, problem)
        inputs[:, own] = drawn(reported.inputs[own], reported.uncertainty[own], len(inputs), rng)
    return inputs


def _of_problem(reported: Reported, found: Posterior, problem: int, seed: int) -> list[list[Said]]:
    """What one problem's posterior says of every target and binder."""
    given = found.given(problem)
    rng = np.random.default_rng([seed, problem])
    binders = Binders.stacked(inputs_of(reported, found, problem, rng))
    said = predict(reported.targets, binders, reported.electrode, given)
    noise = scatter(reported.targets, given) * rng.standard_normal(said.shape)
    return [
        [_summed(target, said[t, :, b], noise[t, :, b]) for b in range(said.shape[-1])]
        for t, target in enumerate(reported.targets)
    ]


def _summed(target: Target, said: Floats, noise: Floats) -> Said:
    least = -np.inf if target.kind in ("expansion", "residual") else 0.0
    ends = np.quantile(np.maximum(said + noise, least), (0.05, 0.95, 0.025, 0.975))
    return Said(float(np.median(said)), (float(ends[0]), float(ends[1])), (float(ends[2]), float(ends[3])))


def _score(target: Target, rows: Sequence[Row]) -> Score:
    told = [row for row in rows if not math.isnan(row.low)]
    if not told:
        return Score(target, math.nan, {}, 0, 0)
    baselines = {name: float(np.mean([row.baseline_miss(name) for row in told])) for name in BASELINES}
    model = float(np.mean([row.miss for row in told]))
    return Score(target, model, baselines, sum(row.covered for row in told), len(told))


def _miss(low: float, high: float, said: float) -> float:
    if math.isnan(said):
        return math.nan
    return abs(float(misfit(np.asarray(low), np.asarray(high), np.asarray(said))))


def _permuted(reported: Reported, seed: int) -> Permutation:
    """Least squares with the binders' properties given to results in every order; the true one is the first.

    Binders without results take no part: their properties were never said to belong to any.
    """
    names, count, known = reported.calibrating, len(reported.calibrating), reported.telling
    silicon = np.broadcast_to(reported.electrode.silicon_volume_fraction, known.shape)[known]
    if math.factorial(count) <= MOST_PERMUTATIONS:
        orders = [list(order) for order in itertools.permutations(range(count))]
    else:
        rng = np.random.default_rng(seed)
        orders = [list(range(count)), *(list(rng.permutation(count)) for _ in range(MOST_PERMUTATIONS - 1))]
    inputs = np.stack([reported.inputs[known][order] for order in orders])
    low, high = (np.repeat(ends[:, None, known], len(orders), axis=1) for ends in (reported.low, reported.high))
    cell = replace(reported.electrode, silicon_volume_fraction=silicon)
    _, cost = fit(Case(cell, reported.targets, inputs, low, high))
    better = tuple(tuple(names[k] for k in orders[j]) for j in np.argsort(cost) if cost[j] < cost[0] * (1 - 1e-9))
    return Permutation(int(np.sum(cost <= cost[0] * (1 + 1e-9))), len(orders), better)
