"""How much of a printed glass transition a mechanism can explain, and what else could have done it.

The mechanism asked: a crosslinker keeps rings from closing, and open units soften the chain. Its rivals: more amic acid
left by an incomplete cure, solvent left, the crosslinker as a diluent. All are reckoned on the printed glass transition
of the same polymer without crosslinker.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from byssus.laws.glass_transition import couchman_karasz, crosslink_rise, fox, share_by_couchman_karasz, share_by_fox

__all__ = ["Explained", "Softening", "explain", "explain_modulus", "needed_shares", "predict"]

Floats = NDArray[np.float64]
Word = Literal["explained", "explained only with a multiplier", "not explained"]

ENDS = (2.5, 97.5)


@dataclass(frozen=True)
class Softening:
    """What a crosslinked film is, beside the same film without crosslinker; sampled arrays of shape ``(samples,)``.

    ``reference_k`` is the other film's glass transition (one number, or sampled too), ``blocked`` the share of rings
    kept open (taken as a mass share of the chains: open and closed units differ by a tenth in mass), ``diluent`` the
    mass share of the film that is crosslinker counted as a soft part (0 where it is not), ``tied_mol_per_kg`` its arms
    tied to chains.
    """

    reference_k: float | Floats
    blocked: Floats
    diluent: Floats
    tied_mol_per_kg: Floats


@dataclass(frozen=True)
class Explained:
    """A verdict on one printed glass transition by one equation.

    ``predicted_k`` and ``multiplier`` are (value, low, high); the multiplier is **fitted**: how many rings each blocked
    ring would have to stand for, so that the prediction is the printed number. At ``most`` every ring would be open.
    ``in_part`` where fewer open rings than those blocked would do: the multiplier lies between 0 and 1.
    """

    equation: str
    predicted_k: tuple[float, float, float]
    multiplier: tuple[float, float, float]
    most: float
    word: Word
    in_part: bool = False


def predict(film: Softening, assumed: Mapping[str, Floats], equation: str) -> Floats:
    """The glass transition (K) of the crosslinked film, shape ``(samples,)``, by "Fox" or "Couchman-Karasz"."""
    chains = 1 - film.diluent
    shares = np.stack(np.broadcast_arrays(chains * (1 - film.blocked), chains * film.blocked, film.diluent))
    temperatures = np.stack(np.broadcast_arrays(film.reference_k, assumed["open_tg"], assumed["crosslinker_tg"]))
    if equation == "Fox":
        mixed = fox(shares, temperatures)
    else:
        ones = np.ones_like(assumed["step_ratio"])
        mixed = couchman_karasz(shares, temperatures, np.stack([ones, assumed["step_ratio"], assumed["step_ratio"]]))
    return mixed + crosslink_rise(film.tied_mol_per_kg, assumed["crosslink_rise"]) + assumed["repeat"]


def explain(film: Softening, printed_k: float | Floats, assumed: Mapping[str, Floats], equation: str) -> Explained:
    """The verdict on a printed glass transition, sampled where it is uncertain; the first sample is the nominal one.

    Explained where the 95 % band of predicted less printed holds zero, or where a part of the blocked rings would do:
    ``film.blocked`` is as many as there can be.
    """
    predicted = predict(film, assumed, equation)
    needed = _needed_blocking(film, printed_k, assumed, equation)
    with np.errstate(divide="ignore", invalid="ignore"):
        multiplier = np.where(film.blocked > 0, needed / film.blocked, np.inf)
        most = float(1 / film.blocked[0]) if film.blocked[0] > 0 else np.inf
    low, high = np.percentile(predicted - printed_k, ENDS)
    in_part = bool(not low <= 0 <= high and 0 <= multiplier[0] <= 1)
    if low <= 0 <= high or in_part:
        word: Word = "explained"
    elif 0 <= multiplier[0] <= most < np.inf:
        word = "explained only with a multiplier"
    else:
        word = "not explained"
    return Explained(equation, _three(predicted), _three(multiplier), most, word, in_part)


def explain_modulus(
    phantom_pa: tuple[float, float, float], affine_pa: tuple[float, float, float], found_pa: tuple[float, float, float]
) -> tuple[Word, float]:
    """The verdict on a rubbery modulus that phantom and affine networks bound, (value, low, high) each.

    Explained where its own band reaches theirs. The second number is what the nearer nominal bound must be multiplied
    with; infinite where there is no network.
    """
    value, low, high = found_pa
    if phantom_pa[1] <= high and low <= affine_pa[2]:
        return "explained", 1.0
    nearer = affine_pa[0] if value > affine_pa[2] else phantom_pa[0]
    return ("explained only with a multiplier", value / nearer) if nearer > 0 else ("not explained", float("inf"))


def _needed_blocking(
    film: Softening, printed_k: float | Floats, assumed: Mapping[str, Floats], equation: str
) -> Floats:
    """The share of the chains' units to be open so that the prediction is the printed number: linear in both."""
    target = printed_k - crosslink_rise(film.tied_mol_per_kg, assumed["crosslink_rise"]) - assumed["repeat"]
    soft = assumed["crosslinker_tg"]
    if equation == "Fox":
        # the diluent's share of the fall comes first; open units must bring the rest
        base = 1 / film.reference_k
        left = (1 / target - film.diluent / soft) / (1 - film.diluent) - base
        return np.asarray(left / (1 / assumed["open_tg"] - base))
    ratio = assumed["step_ratio"]
    up = np.log(film.reference_k) - np.log(target)
    left = up - film.diluent / (1 - film.diluent) * ratio * (np.log(target) - np.log(soft))
    return np.asarray(left / (ratio * (np.log(target) - np.log(assumed["open_tg"])) + up))


def needed_shares(
    reference_k: float | Floats, printed_k: float | Floats, assumed: Mapping[str, Floats]
) -> dict[str, tuple[float, float, float]]:
    """The mass share of each rival that alone would bring the reference to the printed number: (value, low, high)."""
    target = printed_k - assumed["repeat"]
    parts = {
        "amic acid units": assumed["open_tg"],
        "solvent": assumed["solvent_tg"],
        "crosslinker as a diluent": assumed["crosslinker_tg"],
    }
    found = {}
    for name, part in parts.items():
        by_fox = share_by_fox(target, reference_k, part)
        other = share_by_couchman_karasz(target, reference_k, part, assumed["step_ratio"])
        value, low, high = _three(by_fox)
        found[name] = (value, min(low, _three(other)[1]), max(high, _three(other)[2]))
    return found


def _three(values: Floats) -> tuple[float, float, float]:
    finite = values[np.isfinite(values)]
    if not len(finite):
        return (float("inf"),) * 3
    low, high = np.percentile(finite, ENDS)
    return float(values[0]), float(low), float(high)
