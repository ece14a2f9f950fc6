"""Which maxima of gamma the posterior vouches for."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

__all__ = ["Maximum", "Surface", "maxima", "rises"]

Array = NDArray[np.float64]

# The dip between two maxima of ln gamma, over its posterior standard deviation, above which they are two processes:
# one-sided 95 %.
CERTAIN_DIP = 1.645
HINTED_DIP = 1.0  # below the one and above the other the maximum that stays is said to hold a second process
# Chi squared lost where a maximum is cut off at the level of its surroundings: far beyond chance for the three numbers
# of a peak (p = 1e-5), since many places could have made one.
CERTAIN_HEIGHT = 25.0


@dataclass(frozen=True)
class Surface:
    """ln gamma on a fine grid and what is known of it at the nodes.

    ``ln_tau`` and ``shape`` (u = ln gamma) have shape ``(m,)``; ``nodes`` have shape ``(n,)``; ``root @ root.T``
    is the covariance of u there, ``metric`` (``(n, n)``) turns a change of gamma at the nodes into chi squared.
    """

    ln_tau: Array
    shape: Array
    nodes: Array
    root: Array
    metric: Array


@dataclass(frozen=True)
class Maximum:
    """A maximum: index on the fine grid, ln tau, the indices of the valleys beside it, whether a second hides in it."""

    index: int
    ln_tau: float
    left: int
    right: int
    shared: bool = False


def maxima(surface: Surface) -> tuple[Maximum, ...]:
    """The maxima that stand, from short to long times."""
    u = surface.shape
    tops = [int(i) for i in np.flatnonzero((u[1:-1] > u[:-2]) & (u[1:-1] >= u[2:])) + 1]
    shared: set[int] = set()
    tops = _without_shallow(surface, tops, shared)
    while tops:
        found = [_between(surface, tops, k, shared) for k in range(len(tops))]
        heights = [_chi_squared(surface, one) for one in found]
        weakest = int(np.argmin(heights))
        if heights[weakest] >= CERTAIN_HEIGHT:
            return tuple(found)
        del tops[weakest]
    return ()


def _without_shallow(surface: Surface, tops: list[int], shared: set[int]) -> list[int]:
    u = surface.shape
    tops = list(tops)
    while len(tops) > 1:
        dips = [_dip(surface, a, b) for a, b in pairwise(tops)]
        shallow = int(np.argmin(dips))
        if dips[shallow] >= CERTAIN_DIP:
            break
        lower, higher = sorted(tops[shallow : shallow + 2], key=lambda i: u[i])
        if dips[shallow] > HINTED_DIP or lower in shared:
            shared.add(higher)
        tops.remove(lower)
    return tops


def _dip(surface: Surface, first: int, second: int) -> float:
    """Depth of the valley below the lower of two maxima, in standard deviations."""
    u = surface.shape
    valley = first + int(np.argmin(u[first : second + 1]))
    lower = first if u[first] < u[second] else second
    spread = (_weights(surface, lower) - _weights(surface, valley)) @ surface.root
    variance = float(spread @ spread)
    return float(u[lower] - u[valley]) / float(np.sqrt(max(variance, 1e-12)))


def rises(surface: Surface, valley: int, beyond: slice) -> bool:
    """Whether gamma surely rises beyond an outer valley, by as much as would make a maximum stand."""
    outside = range(len(surface.shape))[beyond]
    if not outside:
        return False
    top = outside[int(np.argmax(surface.shape[beyond]))]
    spread = (_weights(surface, top) - _weights(surface, valley)) @ surface.root
    sure = float(surface.shape[top] - surface.shape[valley]) > CERTAIN_DIP * float(spread @ spread) ** 0.5
    edges = surface.ln_tau[[outside[0], outside[-1]]]
    inside = (surface.nodes >= edges[0]) & (surface.nodes <= edges[1])
    gamma = np.where(inside, np.exp(np.interp(surface.nodes, surface.ln_tau, surface.shape)), 0.0)
    return sure and float(gamma @ surface.metric @ gamma) > CERTAIN_HEIGHT


def _weights(surface: Surface, index: int) -> Array:
    nodes = surface.nodes
    place = (surface.ln_tau[index] - nodes[0]) / (nodes[1] - nodes[0])
    weights: Array = np.maximum(0.0, 1.0 - np.abs(np.arange(len(nodes)) - place))
    return weights


def _between(surface: Surface, tops: list[int], k: int, shared: set[int]) -> Maximum:
    u = surface.shape
    left = tops[k - 1] + int(np.argmin(u[tops[k - 1] : tops[k]])) if k else 0
    right = tops[k] + int(np.argmin(u[tops[k] : tops[k + 1]])) if k + 1 < len(tops) else len(u) - 1
    if not k:
        left = int(np.argmin(u[: tops[0] + 1]))
    if k + 1 == len(tops):
        right = tops[-1] + int(np.argmin(u[tops[-1] :]))
    return Maximum(tops[k], float(surface.ln_tau[tops[k]]), left, right, tops[k] in shared)


def _chi_squared(surface: Surface, one: Maximum) -> float:
    """What the fit loses where the peak is cut off along the chord between its valleys."""
    ends = [one.left, one.right]
    chord = np.interp(surface.nodes, surface.ln_tau[ends], surface.shape[ends])
    inside = (surface.nodes > surface.ln_tau[one.left]) & (surface.nodes < surface.ln_tau[one.right])
    height = np.interp(surface.nodes, surface.ln_tau, surface.shape)
    cut = np.where(inside, np.exp(height) - np.exp(np.minimum(chord, height)), 0.0)
    return float(cut @ surface.metric @ cut)
