"""Cracks in a top view: dark, thin, connected lines; their area, length and width.

1. Depth is how much darker a pixel is than the surface about it: the mean over a tenth of the picture, in which what
   is dark does not count (normalised convolution: Knutsson and Westin 1993, doi:10.1109/CVPR.1993.341081).
2. Pixels deeper than five times the noise are seeds; each crack goes out from its seeds to half of its own depth
   (hysteresis: Canny 1986, doi:10.1109/TPAMI.1986.4767851), so that blur widens none.
3. What is not at least four times as long as wide, shorter than a hundredth of the picture or anywhere wider than a
   tenth is a pore or a shadow, no crack.
4. Length: the skeleton's, by 0.980 straight + 1.406 diagonal - 0.091 corner steps (Vossepoel and Smeulders 1982,
   doi:10.1016/0146-664X(82)90034-X), and at each free end the half width that thinning takes off.
5. Width: twice the distance from the skeleton to the crack's rim.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.swelling._shapes import filled, hysteresis, labelled, thinned

__all__ = ["NOISES", "Cracks", "find_cracks"]

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

NOISES = 5.0  # a seed is deeper than so many standard deviations of what is no crack
RIM = 0.5  # of a crack's depth, where its rim is
SHALLOWEST = 0.5  # of the usual crack's depth: seeds shallower than that are texture
SLENDER, SHORTEST = 4.0, 0.01  # length over width; share of the shorter side
BROADEST = 0.05  # of the shorter side: what is anywhere wider than twice that is a shadow or a hole
EVEN = 0.1  # of the shorter side, within which the surface is one; what is dark and wider is uneven light
LEAST_SURFACE = 0.3  # of the picture, to tell the surface by
DARK = 2.0  # standard deviations: what is darker does not count for the surface
SMOOTHING = 0.7  # pixels
TILES = 4  # along each side
RIM_U = 0.29  # pixels: a width is placed within half a pixel, in equal likelihood (GUM 4.3.7)
NOISE_OF_MEDIAN = 1.4826  # standard deviation over median absolute deviation, normal noise


@dataclass(frozen=True)
class Cracks:
    """What was found, in pixels. ``mask`` and ``skeleton`` have the picture's shape.

    ``area_fraction`` and ``length_per_area`` (1/pixel) with standard uncertainties from tiles; ``width`` is the
    median along the skeleton with its quartiles, NaN without cracks. ``depth`` and ``noise`` are in greys.
    """

    mask: Mask
    skeleton: Mask
    area_fraction: float
    area_u: float
    length_per_area: float
    length_u: float
    width: float
    quartiles: tuple[float, float]
    count: int
    depth: float
    noise: float


def find_cracks(picture: Floats) -> Cracks | None:
    """The cracks of a grey picture, shape ``(rows, columns)``; ``None`` where it has one grey only."""
    from scipy.ndimage import gaussian_filter

    if not float(np.std(picture)) > 0:
        return None
    side = min(picture.shape)
    smooth = gaussian_filter(picture, SMOOTHING, mode="nearest")
    depth, noise = _depth(smooth, EVEN * side)
    mask = filled(_deep(depth, noise), 9)
    mask = _slender(mask, max(SHORTEST * side, 8.0), BROADEST * side)
    skeleton = _pruned(thinned(mask), mask)
    return _measured(mask, skeleton, float(np.median(depth[skeleton])) if skeleton.any() else np.nan, noise)


def _depth(smooth: Floats, reach: float) -> tuple[Floats, float]:
    """How much darker than the surface within ``reach``, and the standard deviation of that surface."""
    from scipy.ndimage import binary_dilation

    bright = np.ones(smooth.shape)
    depth, noise = np.zeros(smooth.shape), 0.0
    for _ in range(3):
        depth = _surface(smooth, bright, reach) - smooth
        noise = NOISE_OF_MEDIAN * float(np.median(np.abs(depth - np.median(depth))))
        bright = 1.0 - binary_dilation(depth > DARK * noise, iterations=2)
        if bright.mean() < LEAST_SURFACE:
            bright = (depth <= DARK * noise).astype(np.float64)
    return depth, max(noise, 1e-3 * float(np.std(smooth)))


def _surface(smooth: Floats, bright: Floats, reach: float) -> Floats:
    """The mean of what is bright within ``reach``; on blocks of an eighth of it, which changes nothing but the time."""
    from scipy.ndimage import gaussian_filter, map_coordinates

    block = max(int(reach / 8), 1)
    starts = [np.arange(0, n, block) for n in smooth.shape]
    sums = [np.add.reduceat(np.add.reduceat(v, starts[0], 0), starts[1], 1) for v in (smooth * bright, bright)]
    above, below = (gaussian_filter(v, reach / block, mode="nearest") for v in sums)
    small = above / np.maximum(below, 1e-3 * float(below.max()))
    if block == 1:
        return np.asarray(small)
    places = [(np.arange(n) + 0.5) / block - 0.5 for n in smooth.shape]
    grid = np.meshgrid(*places, indexing="ij")
    return np.asarray(map_coordinates(small, grid, order=1, mode="nearest"))


def _deep(depth: Floats, noise: float) -> Mask:
    """Seeds and what goes out from each to half of its own depth."""

    seeds = depth > NOISES * noise
    if not seeds.any():
        return np.zeros(depth.shape, dtype=bool)
    usual = float(np.quantile(depth[seeds], 0.9))
    seeds &= depth > SHALLOWEST * usual
    wide = hysteresis(depth, RIM * SHALLOWEST * usual, SHALLOWEST * usual) | seeds
    parts = labelled(wide)
    deepest = _by_label(parts, np.where(seeds, depth, np.nan))
    return np.asarray(wide & (depth > RIM * deepest[parts]))


def _by_label(parts: NDArray[np.int64], values: Floats) -> Floats:
    """The upper quartile of the values that are numbers, by label; infinite for the background."""
    found = np.full(int(parts.max()) + 1, np.inf)
    known = np.isfinite(values) & (parts > 0)
    labels, numbers = parts[known], values[known]
    order = np.argsort(labels, kind="stable")
    names, starts = np.unique(labels[order], return_index=True)
    for name, part in zip(names, np.split(numbers[order], starts[1:]), strict=True):
        found[name] = float(np.quantile(part, 0.75))
    return found


def _slender(mask: Mask, shortest: float, broadest: float) -> Mask:
    """The parts that are long beside their width: area = length width, so length / width = length^2 / area."""
    from scipy.ndimage import distance_transform_edt

    parts = labelled(mask)
    count = int(parts.max()) + 1
    area = np.bincount(parts.reshape(-1), minlength=count)
    length = np.bincount(parts.reshape(-1), _lengths(thinned(mask), np.zeros(mask.shape)).reshape(-1), count)
    half = np.zeros(count)
    np.maximum.at(half, parts.reshape(-1), np.asarray(distance_transform_edt(mask)).reshape(-1))
    keep = (length >= shortest) & (length**2 >= SLENDER * area) & (half <= broadest)
    keep[0] = False
    return np.asarray(keep[parts])


def _neighbours(skeleton: Mask) -> NDArray[np.int64]:
    from scipy.ndimage import convolve

    return np.asarray(convolve(skeleton.astype(np.int64), np.ones((3, 3), dtype=np.int64), mode="constant") - skeleton)


def _pruned(skeleton: Mask, mask: Mask) -> Mask:
    """The skeleton without twigs: branches with a free end that are shorter than the crack is wide there."""
    from scipy.ndimage import binary_dilation, distance_transform_edt, maximum_filter

    if not skeleton.any():
        return skeleton
    around = _neighbours(skeleton)
    forks = binary_dilation(skeleton & (around > 2), np.ones((3, 3), dtype=bool)) & skeleton
    branches = labelled(skeleton & ~forks)
    count = int(branches.max()) + 1
    size = np.bincount(branches.reshape(-1), minlength=count)
    free = np.bincount(branches[skeleton & (around == 1)], minlength=count) > 0
    touch = np.bincount(branches[binary_dilation(forks, np.ones((3, 3), dtype=bool))], minlength=count) > 0
    half = maximum_filter(np.asarray(distance_transform_edt(mask)), 3)
    widest = np.zeros(count)
    np.maximum.at(widest, branches.reshape(-1), half.reshape(-1))
    twig = free & touch & (size <= widest)
    twig[0] = False
    return np.asarray(thinned(skeleton & ~twig[branches]))


def _lengths(skeleton: Mask, half: Floats) -> Floats:
    """The length that each skeleton pixel stands for, in pixels: half of each of its steps, and its free end."""
    s = np.pad(skeleton, 1)
    middle = s[1:-1, 1:-1]
    up, down, left, right = s[:-2, 1:-1], s[2:, 1:-1], s[1:-1, :-2], s[1:-1, 2:]
    straight = up.astype(int) + down + left + right
    # a diagonal step counts only where no straight way round it is there
    diagonal = sum(
        (corner & ~one & ~other).astype(int)
        for corner, one, other in (
            (s[:-2, :-2], up, left), (s[:-2, 2:], up, right), (s[2:, :-2], down, left), (s[2:, 2:], down, right),
        )
    )  # fmt: skip
    steps = 0.980 * straight / 2 + 1.406 * diagonal / 2 - 0.091 * ((straight == 1) & (diagonal == 1))
    ends = (straight + diagonal == 1) & ~_border(skeleton.shape)
    return np.where(middle, steps + np.where(ends, half, 0.0), 0.0)


def _border(shape: tuple[int, ...]) -> Mask:
    rim = np.ones(shape, dtype=bool)
    rim[1:-1, 1:-1] = False
    return rim


def _measured(mask: Mask, skeleton: Mask, depth: float, noise: float) -> Cracks:
    from scipy.ndimage import distance_transform_edt

    # distances between the middles of pixels: the rim lies half a pixel nearer, and the middle of a line of an even
    # number of pixels up to half a pixel off the skeleton; a quarter in the mean
    padded = np.pad(mask, 1, mode="edge")
    half = np.maximum(np.asarray(distance_transform_edt(padded))[1:-1, 1:-1] - 0.25, 0.0)
    lengths = _lengths(skeleton, half)
    widths = 2 * half[skeleton]
    quartiles = np.quantile(widths, [0.25, 0.5, 0.75]) if len(widths) else np.full(3, np.nan)
    areas = _tiles(mask.astype(np.float64))
    per_area = _tiles(lengths)
    n = len(areas)
    return Cracks(
        mask, skeleton, float(mask.mean()),
        float(np.hypot(np.std(areas, ddof=1) / np.sqrt(n), RIM_U * lengths.sum() / mask.size)),
        float(lengths.sum() / mask.size), float(np.std(per_area, ddof=1) / np.sqrt(n)), float(quartiles[1]),
        (float(quartiles[0]), float(quartiles[2])), int(labelled(mask).max()), depth, noise,
    )  # fmt: skip


def _tiles(values: Floats) -> Floats:
    """The mean of each of 16 tiles."""
    return np.array([float(t.mean()) for row in np.array_split(values, TILES) for t in np.array_split(row, TILES, 1)])
