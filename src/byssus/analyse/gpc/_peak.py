"""The peak of a chromatogram: its summits, its baseline and its limits."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from byssus.errors import AnalysisError, Problem
from byssus.laws.statistics import fit_line, rounding_noise, running_median, white_noise

__all__ = ["Peak", "found_peak", "noise_of", "stated_peak", "summit_of"]

Floats = NDArray[np.float64]
# Half the standards' range before the largest standard: nothing elutes there, and it shows the baseline.
BEFORE = 0.5
EDGE = 0.001  # of the height: a log-normal peak of dispersity 3 keeps 0.4 % of its Mw beyond it
NOISES = 3.0  # a signal within three standard deviations of the noise is not told from the baseline
LEAST_HEIGHT = 10.0  # noises: the limit of quantification
PROMINENT = 0.02  # of the height: a smaller summit is a shoulder's ripple
CUT = 0.5  # of the height: a signal above that where the standards end has its peak cut there
DOWNWARD = 0.8  # of the height of what was found: a peak turned over has two shoulders as high as itself
QUIET = 10  # readings before the peak that fix a line
ANCHOR = 2  # readings to each side of a stated limit, whose median is the baseline there


@dataclass(frozen=True)
class Peak:
    """Readings ``first`` to ``last`` (inclusive) are the peak; the baseline is the line ``(x, y)`` to ``(x, y)``.

    ``summits`` are the retentions of its maxima, ``rule`` says in words how limits and baseline were had,
    ``stated`` whether a person gave the limits, ``bounds`` how far these could lie (readings). ``before`` is
    the straight line of the quiet stretch before the peak, extended: another baseline that could be drawn.
    ``doubt`` says what is wrong with the limits.
    """

    first: int
    last: int
    baseline: tuple[tuple[float, float], tuple[float, float]]
    summits: tuple[float, ...]
    rule: str
    stated: bool
    bounds: tuple[int, int]
    doubt: str = ""
    before: tuple[tuple[float, float], tuple[float, float]] | None = None

    def height(self, x: Floats, y: Floats) -> Floats:
        """Signal over the baseline within the limits, shape ``(last - first + 1,)``."""
        inside = slice(self.first, self.last + 1)
        return np.asarray(y[inside] - _line(self.baseline, x[inside]))


def _line(ends: tuple[tuple[float, float], tuple[float, float]], x: Floats) -> Floats:
    (x0, y0), (x1, y1) = ends
    return np.asarray(y0 + (y1 - y0) * (x - x0) / (x1 - x0))


def noise_of(y: Floats) -> float:
    """Standard deviation of a signal's noise, and of its rounding where that is coarser."""
    return max(white_noise(y), rounding_noise(y))


def summit_of(x: Floats, y: Floats, where: str) -> float:
    """Retention of the most prominent maximum, by a parabola through its three readings.

    Raises :class:`AnalysisError` where the signal has no maximum, as that of a wrong channel.
    """
    from scipy.signal import find_peaks

    places, found = find_peaks(y, prominence=0.0)
    if not len(places):
        raise _no_peak(where, "a signal without a maximum")
    return _vertex(x, y, int(places[int(np.argmax(found["prominences"]))]))


def _vertex(x: Floats, y: Floats, top: int) -> float:
    if not 0 < top < len(y) - 1:
        return float(x[top])
    left, mid, right = (float(v) for v in y[top - 1 : top + 2])
    bend = left - 2 * mid + right
    if bend >= 0:
        return float(x[top])
    return float(x[top] + 0.5 * (left - right) / bend * 0.5 * (x[top + 1] - x[top - 1]))


def found_peak(x: Floats, y: Floats, span: tuple[float, float], where: str) -> Peak:
    """The peak in the range that standards cover: a line touching the signal from below on both sides is its baseline.

    ``x`` rises, shapes ``(n,)``. Raises :class:`AnalysisError` where nothing stands out of the noise there, or
    where the signal is still high at the smallest standard.
    """
    start = int(np.searchsorted(x, span[0] - BEFORE * (span[1] - span[0])))
    end = int(np.searchsorted(x, span[1], side="right"))
    if end - start < 2 * ANCHOR + 3:
        raise _no_peak(where, "no readings in the range of the standards")
    smooth = running_median(y[start:end])
    window = x[start:end]
    touch = _touching(window, smooth)
    ends = ((float(window[touch[0]]), float(smooth[touch[0]])), (float(window[touch[1]]), float(smooth[touch[1]])))
    above = smooth - _line(ends, window)
    noise = noise_of(y[start:end])
    top = touch[0] + int(np.argmax(above[touch[0] : touch[1] + 1]))
    height = float(above[top])
    if not height > LEAST_HEIGHT * noise:
        raise _no_peak(where, f"a height of {height:.3g} over a noise of {noise:.3g}")
    doubt = _cut_off(smooth)
    if doubt and _downward(window, smooth) > DOWNWARD * height:
        raise _no_peak(where, "the largest peak in the range of the standards points down", "Set response = 'down'")
    low = above < max(EDGE * height, NOISES * noise)
    before, after = np.flatnonzero(low[:top]), np.flatnonzero(low[top:])
    first = start + (int(before[-1]) if len(before) else 0)
    last = start + top + (int(after[0]) if len(after) else len(above) - top - 1)
    rule = (
        f"limits where the signal falls below {EDGE:.1%} of its height or {NOISES:g} noises; baseline a straight line "
        "touching the signal before and behind the peak, within the standards' range and half of it before"
    )
    bounds = (start + touch[0], start + touch[1])
    summits, quiet = _summits(x, y, first, last, height, noise), _quiet(window, smooth, first - start)
    return Peak(first, last, ends, summits, rule, False, bounds, doubt, quiet)


def _quiet(x: Floats, smooth: Floats, n: int) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """The line through the first ``n`` readings, at both ends of the window; ``None`` where they are too few."""
    if n < QUIET:
        return None
    line = fit_line(x[:n], smooth[:n])
    first, last = float(x[0]), float(x[-1])
    return (first, line.intercept + line.slope * first), (last, line.intercept + line.slope * last)


def _cut_off(smooth: Floats) -> str:
    level = float((smooth[-1] - np.min(smooth)) / np.ptp(smooth))
    if level < CUT:
        return ""
    return f"at the smallest standard the signal is still at {level:.0%} of its height: give the limits of the peak"


def _touching(x: Floats, y: Floats) -> tuple[int, int]:
    """Ends of that edge of the signal's lower convex hull over which it rises highest."""
    hull: list[int] = []
    for i in range(len(x)):
        while len(hull) > 1 and _turns(x, y, hull[-2], hull[-1], i):
            hull.pop()
        hull.append(i)
    heights = []
    for a, b in itertools.pairwise(hull):
        ends = ((float(x[a]), float(y[a])), (float(x[b]), float(y[b])))
        heights.append(float(np.max(y[a : b + 1] - _line(ends, x[a : b + 1]))))
    best = int(np.argmax(heights))
    return hull[best], hull[best + 1]


def _turns(x: Floats, y: Floats, a: int, b: int, c: int) -> bool:
    return bool((y[b] - y[a]) * (x[c] - x[a]) >= (y[c] - y[a]) * (x[b] - x[a]))


def stated_peak(x: Floats, y: Floats, limits: tuple[float, float], baseline: str, where: str) -> Peak:
    """The peak between stated limits; its baseline joins the signal at both, or is zero.

    Raises :class:`AnalysisError` where fewer than five readings lie between them or none is above the baseline.
    """
    first = int(np.searchsorted(x, limits[0]))
    last = int(np.searchsorted(x, limits[1], side="right")) - 1
    if last - first < 2 * ANCHOR:
        got = f"{max(last - first + 1, 0)} readings between {limits[0]:.6g} and {limits[1]:.6g}"
        raise _no_peak(where, got)
    level = (0.0, 0.0)
    if baseline == "linear":
        level = tuple(float(np.median(y[max(i - ANCHOR, 0) : i + ANCHOR + 1])) for i in (first, last))  # type: ignore[assignment]
    ends = ((float(x[first]), level[0]), (float(x[last]), level[1]))
    above = y[first : last + 1] - _line(ends, x[first : last + 1])
    noise, height = noise_of(y[first : last + 1]), float(np.max(above))
    if not height > 0:
        raise _no_peak(where, "no signal above the baseline between the limits")
    rule = "limits as stated; baseline " + (
        "a straight line through the signal at both" if baseline == "linear" else "zero"
    )
    summits = _summits(x, y, first, last, height, noise)
    return Peak(first, last, ends, summits, rule, True, (0, len(x) - 1))


def _summits(x: Floats, y: Floats, first: int, last: int, height: float, noise: float) -> tuple[float, ...]:
    from scipy.signal import find_peaks

    smooth = running_median(y[first : last + 1])
    least = max(PROMINENT * height, NOISES * noise)
    places, _ = find_peaks(smooth, prominence=least)
    tops = [int(first + max(p - ANCHOR, 0) + np.argmax(y[first + max(p - ANCHOR, 0) : first + p + ANCHOR + 1]))
            for p in places]  # fmt: skip
    return tuple(dict.fromkeys(_vertex(x, y, top) for top in tops)) or (
        _vertex(x, y, first + int(np.argmax(y[first : last + 1]))),
    )


def _downward(x: Floats, smooth: Floats) -> float:
    """How far the signal falls below a line touching it from above."""
    a, b = _touching(x, -smooth)
    ends = ((float(x[a]), float(-smooth[a])), (float(x[b]), float(-smooth[b])))
    return float(np.max(-smooth[a : b + 1] - _line(ends, x[a : b + 1])))


def _no_peak(where: str, got: str, first: str = "") -> AnalysisError:
    mend = "Give peak_from and peak_to, or check the channel and the standards."
    mend = f"{first}, or g{mend[1:]}" if first else mend
    return AnalysisError(Problem("no peak to take molar masses from", where, got, "a peak over its baseline", mend))
