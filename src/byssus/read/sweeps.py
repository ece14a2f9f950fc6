"""Where one frequency sweep of a file ends and the next begins."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["FEWEST_ROWS", "groups"]

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]
FEWEST_ROWS = 5  # of the middle part: fewer, and what was split was no sweep but frequencies in no order
RESTART_SHARE = 0.5  # of the sweep so far (in decades), that one step back to its beginning must cover
SMALLEST_RESTART = 0.5  # decades; a step back within a sweep (a point measured again) is smaller
RETURN_SHARE = 0.8  # of the sweep, that it must come back for the way back to be a spectrum of its own


def groups(
    frequency_hz: Floats, cycle_index: Floats | None = None, spectrum_index: Floats | None = None
) -> tuple[list[Rows], list[str]]:
    """The rows of each spectrum, in order, and what was odd.

    A spectrum index that parts the rows decides. Otherwise a sweep ends where the frequency jumps back over half of
    it or more, or where the cycle changes and the frequency does not go on in its direction. A sweep that comes
    back over its whole range step by step is two spectra, measured at two times; one that begins in the middle, goes
    to one end and turns (as Zahner's do) is one. Frequencies in no order are one spectrum, with a warning.

    ``frequency_hz`` (n,) positive; the indices (n,) or ``None``.
    """
    every = np.arange(len(frequency_hz))
    if spectrum_index is not None:
        labels, first, inverse = np.unique(spectrum_index, return_index=True, return_inverse=True)
        if len(labels) > 1 and np.median(np.bincount(inverse)) >= FEWEST_ROWS:
            return [np.flatnonzero(inverse == k) for k in np.argsort(first)], []
    decades = np.log10(frequency_hz)
    starts = _restarts(decades, cycle_index)
    ends = [*starts[1:], len(decades)]
    for start, end in zip(tuple(starts), ends, strict=True):
        starts += [start + turn for turn in _turns(decades[start:end])]
    parts = np.split(every, sorted(starts)[1:])
    if len(parts) > 1 and np.median([len(part) for part in parts]) < FEWEST_ROWS:
        said = "the frequencies stand in no order of a sweep; all rows are taken for one spectrum"
        return [every], [said]
    return parts, []


def _restarts(decades: Floats, cycle_index: Floats | None) -> list[int]:
    """First rows of the sweeps that begin by a jump back."""
    starts, low, high = [0], decades[0], decades[0]
    changed = np.zeros(len(decades), dtype=bool)
    if cycle_index is not None:
        changed[1:] = cycle_index[1:] != cycle_index[:-1]
    for row in range(1, len(decades)):
        step, trend = decades[row] - decades[row - 1], decades[row - 1] - decades[starts[-1]]
        far = max(RESTART_SHARE * (high - low), SMALLEST_RESTART)
        if (step * trend < 0 and abs(step) >= far) or (changed[row] and step * trend <= 0 and high > low):
            starts.append(row)
            low = high = decades[row]
        low, high = min(low, decades[row]), max(high, decades[row])
    return starts


def _turns(decades: Floats) -> list[int]:
    """First rows of the ways back within one sweep, each over nearly all of its range."""
    span = float(np.ptp(decades))
    if span < SMALLEST_RESTART:
        return []
    enough, turns = RETURN_SHARE * span, list[int]()
    low = high = way = 0
    for row, here in enumerate(decades):
        if way >= 0 and here >= decades[high]:
            high = row
        if way <= 0 and here <= decades[low]:
            low = row
        if way >= 0 and decades[high] - here >= enough:
            turns += [_after(decades, high)] if way else []
            way, low = -1, row
        elif way <= 0 and here - decades[low] >= enough:
            turns += [_after(decades, low)] if way else []
            way, high = 1, row
    return turns


def _after(decades: Floats, turn: int) -> int:
    """The first row behind a turn: of points measured there again, half are the way back's."""
    first = turn
    while first and decades[first - 1] == decades[turn]:
        first -= 1
    return (first + turn) // 2 + 1
