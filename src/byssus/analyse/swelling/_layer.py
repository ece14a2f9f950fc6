"""The electrode layer of a cross-section: its two edges, column by column, by texture and intensity.

1. Three bands, one above the other, part the rows best (least squares on the rows' mean grey and mean texture).
2. Between two bands the direction of grey and texture that tells them apart best (Fisher 1936,
   doi:10.1111/j.1469-1809.1936.tb02137.x) makes one number of each pixel. Where it steps, from a window above to one
   below, the edge is likely; the path across the picture that gathers most of it, bending little, is the edge
   (dynamic programming: Amini, Weymouth and Jain 1990, doi:10.1109/34.57681).
3. The path is moved to where pixels above it look like the band above and pixels below like the band below, each
   column as likely as can be (change point: Page 1955, doi:10.1093/biomet/42.3-4.523), again bending little.
4. The mean profile across the edge, all columns laid one on another, must cross half its step at the edge; the
   rest is taken off, so that blur and the layer's roughness leave no bias.

A layer is told where both edges step at least twice as far as the best path of the same kind elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["LEAST_CONTRAST", "Edges", "find_layer"]

Floats = NDArray[np.float64]

LEAST_CONTRAST = 2.0  # 42 pictures of noise, ramps, blotches or even texture alone gave at most 1.65
COARSE = 384  # rows and columns at least, at which edges are first looked for, on the means of blocks
THINNEST = 0.03  # of the rows: a thinner band is not looked for
MARGIN = 0.02  # of the rows, at top and bottom: an edge of the picture is no edge in it
STEEPEST = 2  # rows a column: an edge steeper than 63 degrees is none of a layer
BEND = 0.15  # of the mean step: what one row of bending costs
BEND_FINE = 3.0  # in nats, for the fine path: noise of one pixel does not move it
LIKE = 4.0  # nats at most that one pixel says: a pore or a stray grain is not the band's end
CLEAR, WIDEST = 6.0, 1 / 16  # standard deviations that two bands' greys are to differ by; share of the width averaged
APART = 1.0  # standard deviations from which on grey alone places the edge
LEAST_WINDOW, WINDOW_SHARE, LARGEST_WINDOW = 4, 0.33, 0.05  # rows; of the thinnest band; of all rows


@dataclass(frozen=True)
class Edges:
    """Two edges as depths below the picture's top in rows, shape ``(columns,)``, and how sure they are.

    ``contrast`` is each edge's mean step over that of the best other path; ``blur`` the rows over which the mean
    profile goes from a tenth to nine tenths of its step, ``width`` the columns averaged to tell the bands apart;
    ``apart`` whether both are two edges and not one found twice; ``told`` whether that and the contrast suffice.
    """

    top: Floats
    bottom: Floats
    contrast: tuple[float, float]
    blur: tuple[float, float]
    width: int
    apart: bool

    @property
    def told(self) -> bool:
        return min(self.contrast) >= LEAST_CONTRAST and self.apart


def find_layer(picture: Floats) -> Edges | None:
    """The layer's edges in a grey picture, shape ``(rows, columns)``; ``None`` where nothing parts it at all."""
    rows, columns = picture.shape
    spread = float(np.std(picture))
    if not spread > 0 or rows < 8 * LEAST_WINDOW or columns < 2 * LEAST_WINDOW:
        return None
    picture = (picture - float(np.mean(picture))) / spread
    block = max(1, rows // COARSE, columns // COARSE)
    high, wide = rows // block, columns // block
    coarse = picture[: high * block, : wide * block].reshape(high, block, wide, block).mean(axis=(1, 3))
    top, bottom, contrast, window = _bands(coarse)
    column = np.minimum(np.arange(columns) // block, wide - 1)
    texture = _texture(picture, max(2, rows // 100))
    one, other = (_placed(picture, texture, (edge * block)[column], window * block) for edge in (top, bottom))
    apart = float(np.mean(other.edge - one.edge)) >= max(THINNEST * rows, LEAST_WINDOW)
    blurs, width = (one.blur, other.blur), max(one.width, other.width)
    return Edges(one.edge, np.maximum(other.edge, one.edge), contrast, blurs, width, apart)


def _bands(picture: Floats) -> tuple[Floats, Floats, tuple[float, float], int]:
    """Both edges as paths of most step, their contrasts, and the rows over which steps were taken."""
    rows, columns = picture.shape
    texture = _texture(picture, max(2, rows // 100))
    upper, lower = _three_bands(picture, texture)
    top, bottom = np.full(columns, float(upper)), np.full(columns, float(lower))
    window = _window(rows, top, bottom)
    for _ in range(2):  # the second time along the edges found, which may lean or bow
        middle = (top + bottom) / 2
        maps = _step_maps(picture, texture, top, bottom, window)
        first = _path(maps[0], _between(rows, np.zeros(columns), middle))
        second = _path(maps[1], _between(rows, middle, np.full(columns, float(rows))))
        top, bottom = first.astype(np.float64), second.astype(np.float64)
    one, other = (_contrast(m, edge, top, bottom, window) for m, edge in zip(maps, (top, bottom), strict=True))
    return top, bottom, (one, other), window


def _texture(picture: Floats, radius: int) -> Floats:
    """Logarithm of the local standard deviation, window ``2 radius + 1``."""
    from scipy.ndimage import uniform_filter

    size = 2 * radius + 1
    mean = uniform_filter(picture, size, mode="nearest")
    variance = uniform_filter(picture**2, size, mode="nearest") - mean**2
    return np.asarray(0.5 * np.log(np.maximum(variance, 1e-6)))


def _three_bands(picture: Floats, texture: Floats) -> tuple[int, int]:
    """The two rows that part the rows into three bands with the least sum of squares within."""
    rows = len(picture)
    least = max(round(THINNEST * rows), LEAST_WINDOW)
    cost = np.zeros((rows + 1, rows + 1))
    for profile in (picture.mean(axis=1), texture.mean(axis=1)):
        scale = float(np.std(profile))
        if scale > 0:
            cost += _within(profile / scale)
    first, second = np.arange(rows + 1)[:, None], np.arange(rows + 1)[None, :]
    allowed = (first >= least) & (second - first >= least) & (rows - second >= least)
    total = np.where(allowed, cost[0][:, None] + cost + cost[:, rows][None, :], np.inf)
    upper, lower = np.unravel_index(int(np.argmin(total)), total.shape)
    return int(upper), int(lower)


def _within(values: Floats) -> Floats:
    """Sum of squares about the mean of ``values[i:j]``, for every i < j, shape ``(n + 1, n + 1)``."""
    n = len(values)
    s, q = np.concatenate([[0.0], np.cumsum(values)]), np.concatenate([[0.0], np.cumsum(values**2)])
    count = np.maximum(np.arange(n + 1)[None, :] - np.arange(n + 1)[:, None], 1)
    return np.asarray((q[None, :] - q[:, None]) - (s[None, :] - s[:, None]) ** 2 / count)


def _window(rows: int, top: Floats, bottom: Floats) -> int:
    thinnest = min(float(np.mean(top)), float(np.mean(bottom - top)), rows - float(np.mean(bottom)))
    return int(np.clip(WINDOW_SHARE * thinnest, LEAST_WINDOW, max(LARGEST_WINDOW * rows, LEAST_WINDOW)))


def _between(rows: int, low: Floats, high: Floats) -> NDArray[np.bool_]:
    """Which rows ``(rows + 1, columns)`` lie between two curves, off the picture's own border."""
    margin = max(MARGIN * rows, 2.0)
    y = np.arange(rows + 1)[:, None]
    return np.asarray((y > low) & (y < high) & (y >= margin) & (y <= rows - margin))


def _step_maps(picture: Floats, texture: Floats, top: Floats, bottom: Floats, window: int) -> tuple[Floats, Floats]:
    """How far the telling number steps at each depth, for the top and the bottom edge, ``(rows + 1, columns)``."""
    rows = len(picture)
    y = np.arange(rows)[:, None] + 0.5
    reach = 6 * window
    above = (y < top - window / 2) & (y > top - reach)
    below = (y > bottom + window / 2) & (y < bottom + reach)
    inside = (y > top + window / 2) & (y < bottom - window / 2)
    upper, lower = inside & (y < top + reach), inside & (y > bottom - reach)
    maps = []
    for one, other in ((above, upper), (lower, below)):
        if not one.any() or not other.any():
            maps.append(np.zeros((rows + 1, picture.shape[1])))
            continue
        telling = _telling(picture, texture, one, other)
        maps.append(_steps(telling, window))
    return maps[0], maps[1]


def _telling(picture: Floats, texture: Floats, one: NDArray[np.bool_], other: NDArray[np.bool_]) -> Floats:
    """Fisher's direction of grey and texture from ``one`` band to the ``other``, as one number a pixel."""
    a = np.stack([picture[one], texture[one]])
    b = np.stack([picture[other], texture[other]])
    within = (np.cov(a) + np.cov(b)) / 2 + 1e-6 * np.eye(2)
    direction = np.linalg.solve(within, b.mean(axis=1) - a.mean(axis=1))
    length = float(np.sqrt(direction @ within @ direction))
    if not length > 0:
        return np.zeros_like(picture)
    direction /= length
    return np.asarray(direction[0] * picture + direction[1] * texture)


def _steps(values: Floats, window: int) -> Floats:
    """Mean of ``window`` rows below less that above each row's top, smoothed along the width by the window."""
    from scipy.ndimage import uniform_filter1d

    rows, columns = values.shape
    sums = np.concatenate([np.zeros((1, columns)), np.cumsum(values, axis=0)])
    steps = np.zeros((rows + 1, columns))
    inner = slice(window, rows + 1 - window)
    steps[inner] = (sums[2 * window :] - 2 * sums[inner] + sums[: rows + 1 - 2 * window]) / window
    return np.asarray(uniform_filter1d(steps, window | 1, axis=1, mode="nearest"))


def _path(gain: Floats, allowed: NDArray[np.bool_], bend: float | None = None) -> NDArray[np.int64]:
    """The row of each column along the path of most gain; bending by a row costs ``bend``."""
    height, columns = gain.shape
    if bend is None:
        bend = BEND * max(float(np.mean(np.max(np.where(allowed, gain, -np.inf), axis=0, initial=0.0))), 1e-12)
    score = np.where(allowed, gain, -1e12)
    best = score[:, 0]
    back = np.zeros((columns, height), dtype=np.int8)
    shifts = range(-STEEPEST, STEEPEST + 1)
    for x in range(1, columns):
        padded = np.pad(best, STEEPEST, constant_values=-1e18)
        options = np.stack([padded[STEEPEST + s : STEEPEST + s + height] - bend * abs(s) for s in shifts])
        chosen = np.argmax(options, axis=0)
        back[x] = chosen - STEEPEST
        best = options[chosen, np.arange(height)] + score[:, x]
    path = np.zeros(columns, dtype=np.int64)
    path[-1] = int(np.argmax(best))
    for x in range(columns - 1, 0, -1):
        path[x - 1] = path[x] + back[x, path[x]]
    return path


def _contrast(gain: Floats, edge: Floats, top: Floats, bottom: Floats, window: int) -> float:
    """Mean step along an edge over the mean step of the best path that keeps off both edges, of either sign."""
    rows, columns = gain.shape[0] - 1, gain.shape[1]
    own = _along(gain, edge)
    keep = 2.0 * window
    bounds = (
        (np.zeros(columns), top - keep),
        (top + keep, bottom - keep),
        (bottom + keep, np.full(columns, 1.0 * rows)),
    )
    others = []
    for low, high in bounds:
        allowed = _between(rows, low, high)
        if allowed.any(axis=0).all():
            others += [_along(sign * gain, _path(sign * gain, allowed)) for sign in (1.0, -1.0)]
    return own / max(others) if others and max(others) > 0 else 0.0


def _along(gain: Floats, path: Floats | NDArray[np.int64]) -> float:
    return float(np.mean(gain[np.asarray(path, dtype=np.int64), np.arange(gain.shape[1])]))


@dataclass(frozen=True)
class _Placed:
    """An edge in rows, shape ``(columns,)``, the blur across it, and the columns that were averaged for it."""

    edge: Floats
    blur: float
    width: int


def _placed(picture: Floats, texture: Floats, edge: Floats, window: int) -> _Placed:
    """The edge where each column's pixels change from one band to the other.

    Columns are averaged along the edge, as few as tell the bands apart: a dark grain at the layer's rim is no edge.
    """
    width, found = 1, _Placed(edge, 0.0, 1)
    for _ in range(2):  # once along the coarse path, once along the better one
        strip = _aligned(picture, found.edge, 2 * window)
        width, apart = _least_width(strip, window)
        if apart < APART:  # by grey alone nobody tells them; half the step of the variance stands at the edge
            return _crossed(_aligned(np.exp(2 * texture), edge, 2 * window), edge, 1)
        gain = _gain(_averaged(strip, width), window) / width
        path = _path(gain, np.abs(np.arange(4 * window + 1)[:, None] - 2 * window) <= window, BEND_FINE)
        moved = np.asarray(np.rint(found.edge) + path - 2 * window, dtype=np.float64)
        found = _crossed(_aligned(picture, moved, window), moved, width)
    return found


def _aligned(values: Floats, edge: Floats, half: int) -> Floats:
    """``half`` rows above and below the edge, each column shifted by its own: ``(2 half, columns)``."""
    rows, columns = values.shape
    index = np.rint(edge).astype(np.int64)[None, :] + np.arange(-half, half)[:, None]
    return np.asarray(values[np.clip(index, 0, rows - 1), np.arange(columns)[None, :]])


def _averaged(strip: Floats, width: int) -> Floats:
    from scipy.ndimage import uniform_filter1d

    return np.asarray(uniform_filter1d(strip, width, axis=1, mode="nearest")) if width > 1 else strip


def _least_width(strip: Floats, window: int) -> tuple[int, float]:
    """The fewest columns whose mean tells the bands apart, and by how many standard deviations it does."""
    most = max(int(WIDEST * strip.shape[1]), 1)
    width = 1
    while True:
        mean = _averaged(strip, width)
        apart = _apart(mean[:window], mean[-window:])
        if apart >= CLEAR or width >= most:
            return width, apart
        width = min(2 * width + 1, most)


def _apart(near: Floats, far: Floats) -> float:
    noise = float(np.sqrt((near.var() + far.var()) / 2))
    return abs(float(far.mean() - near.mean())) / max(noise, 1e-9)


def _gain(mean: Floats, window: int) -> Floats:
    """Logarithm of likelihood, per edge depth, that what is above is like the near band and what is below the far."""
    near, far = mean[:window], mean[-window:]
    step, middle = float(far.mean() - near.mean()), float(far.mean() + near.mean()) / 2
    variance = max(float(near.var() + far.var()) / 2, 1e-9)
    like = np.clip((mean - middle) * step / variance, -LIKE, LIKE)
    return np.concatenate([np.cumsum(like[::-1], axis=0)[::-1], np.zeros((1, like.shape[1]))])


def _crossed(strip: Floats, edge: Floats, width: int) -> _Placed:
    """The edge moved to half the step of the mean profile across it, and that profile's rise from 0.1 to 0.9."""
    half = len(strip) // 2
    profile, quarter = strip.mean(axis=1), max(len(strip) // 4, 1)
    before, after = float(profile[:quarter].mean()), float(profile[-quarter:].mean())
    if before == after:
        return _Placed(edge, float(half), width)
    risen = np.maximum.accumulate((profile - before) / (after - before))
    centres = np.arange(-half, half) + 0.5
    low, middle, high = (float(np.interp(level, risen, centres)) for level in (0.1, 0.5, 0.9))
    return _Placed(np.rint(edge) + middle, max(high - low, 0.0), width)
