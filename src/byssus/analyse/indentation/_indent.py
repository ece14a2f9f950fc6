"""One indent: from its record to corrected depth and load, and what its unloadings say."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.force_curve import sound_columns
from byssus.analyse.indentation._contact import Continuous, Unloading, continuous, unload
from byssus.analyse.indentation._curve import drift_hold, find_cycles, first_contact, noise_of
from byssus.analyse.indentation._frame import Frame, frame_line
from byssus.analyse.indentation._settings import DRIFTS, LARGEST_M, ZEROS, Settings
from byssus.errors import AnalysisError, Problem
from byssus.laws.statistics import Line
from byssus.trace import Trace

__all__ = ["IndentationResult", "analyse_indent"]

Floats = NDArray[np.float64]

ZERO_SHARE = 0.03  # of the depth: a zero off by more changes hardness by over 6 %; a blunt tip alone gives less
DRIFT_SHARE = 0.01  # of the largest depth: a larger correction is told
FIT_SHARE = 3.0  # times the drift's uncertainty: a smaller one is not told from none
DEPTHS = ("depth_m", "displacement_m")
LARGEST_N = 1e4  # far beyond any indenter


@dataclass(frozen=True)
class IndentationResult:
    """One indent: corrected depth (m) and load (N), shapes ``(n,)``, and its unloadings in order.

    ``drift`` is the line of depth on time in the hold, ``None`` where there is none; ``drift_taken`` whether it
    was taken off. ``frame`` is what 1/S on 1/sqrt(A) leaves for the frame, of the deeper half of three unloadings
    or more; ``frame_of_all`` (m/N) the same of all of them.
    """

    depth_m: Floats
    load_n: Floats
    unloadings: tuple[Unloading, ...]
    continuous: Continuous | None
    drift: Line | None
    drift_taken: bool
    frame: Frame | None
    frame_of_all: float
    settings: Settings
    warnings: tuple[str, ...]


def analyse_indent(trace: Trace, settings: Settings) -> IndentationResult:
    """Unloadings of one indent from ``force_n`` and ``depth_m`` (or ``displacement_m``), with ``time_s`` for drift.

    Raises :class:`AnalysisError` where nothing is loaded and unloaded.
    """
    depth, load, time, warnings = _columns(trace)
    noise = noise_of(load), noise_of(depth)
    cycles = find_cycles(depth, load, noise)
    if not cycles:
        got = f"the largest load is {float(np.max(load)):.4g} N, the last {float(load[-1]):.4g} N"
        expected = f"a load that falls by {0.3:.0%} from its peak"
        mend = "Check which columns are load and depth, and that the record holds the unloading."
        raise AnalysisError(Problem("no unloading in this record", trace.source.path, got, expected, mend))
    raw = depth, load
    depth, load, said = _zeroed(depth, load, cycles[0].start, settings)
    warnings = [*settings.warnings, *warnings, *said]
    drift = drift_hold(time, depth, load, cycles[-1].start) if time is not None else None
    taken = drift is not None and settings.drift == DRIFTS[0]
    if taken and drift is not None and time is not None:
        shift = drift.slope * (time - time[0])
        warnings += _drift_words(drift, shift, cycles[-1].depth_m)
        depth = depth - shift
    if settings.compliance_m_per_n:
        depth = depth - settings.compliance_m_per_n * load
    if depth is not raw[0] or load is not raw[1]:
        noise = noise[0], noise_of(depth)
        cycles = find_cycles(depth, load, noise)
    found = tuple(unload(depth, load, each, noise[1], settings) for each in cycles)
    stiffness = _stiffness(trace)
    along = continuous(depth, load, stiffness, cycles[-1].start, settings) if stiffness is not None else None
    frame, of_all = frame_line(found)
    return IndentationResult(depth, load, found, along, drift, taken, frame, of_all, settings, tuple(warnings))


def _columns(trace: Trace) -> tuple[Floats, Floats, Floats | None, list[str]]:
    """Depth, load and time of the sound rows, both growing into the surface."""
    name = next((n for n in DEPTHS if n in trace), DEPTHS[0])
    names = ["force_n", name, *(n for n in ("time_s",) if n in trace)]
    columns, dropped = sound_columns(trace, names)
    load, depth, time = columns["force_n"], columns[name], columns.get("time_s")
    warnings = list(dropped)
    if -float(np.min(load)) > 2 * max(float(np.max(load)), 0.0):
        load, warnings = -load, [*warnings, "'force_n' is negative throughout: its sign was turned"]
        if abs(float(np.min(depth))) > abs(float(np.max(depth))):
            depth, warnings = -depth, [*warnings, f"'{name}' falls as the load grows: its sign was turned too"]
    biggest = float(np.max(np.abs(load))), float(np.max(np.abs(depth)))
    if not biggest[0] > 0 or not float(np.ptp(depth)) > 0 or biggest[0] > LARGEST_N or biggest[1] > LARGEST_M:
        got = f"loads to {biggest[0]:.4g} N, depths to {biggest[1]:.4g} m"
        mend = "Check the columns and their units, and the file for damaged numbers."
        raise AnalysisError(Problem("no record of an indenter", trace.source.path, got, "load and depth", mend))
    if time is not None:
        steps = np.diff(time)
        time = time + np.concatenate(([0.0], np.cumsum(np.where(steps < 0, -steps, 0.0))))
        if np.any(steps < 0):  # segments that count from their own start
            warnings.append(f"the clock jumps back {int(np.sum(steps < 0))} times: it is taken to go on there")
    return depth, load, time, warnings


def _stiffness(trace: Trace) -> Floats | None:
    """The continuously measured stiffness of the rows that :func:`_columns` keeps."""
    if "contact_stiffness_n_per_m" not in trace:
        return None
    name = next((n for n in DEPTHS if n in trace), DEPTHS[0])
    keep = np.ones(len(trace), dtype=bool)
    for column in ("force_n", name, *(n for n in ("time_s",) if n in trace)):
        keep &= np.isfinite(np.asarray(trace[column], dtype=np.float64))
    return np.asarray(trace["contact_stiffness_n_per_m"], dtype=np.float64)[keep]


def _zeroed(depth: Floats, load: Floats, top: int, settings: Settings) -> tuple[Floats, Floats, list[str]]:
    """Depth and load from the first contact where that was asked for; else a doubt where they are far from it.

    ``top`` is the row of the first peak.
    """
    at, base = first_contact(depth[: top + 1], load[: top + 1])
    if settings.zero == ZEROS[1]:
        return depth - at, load - base, []
    largest = float(depth[top])
    if abs(at) <= ZERO_SHARE * abs(largest):
        return depth, load, []
    said = (
        f"the loading curve, drawn back, begins at a depth of {at * 1e9:.4g} nm, not at zero: a blunt tip, or the zero "
        f"of depth is off; it is kept as recorded (zero = '{ZEROS[1]}' would take it from there)"
    )
    return depth, load, [said]


def _drift_words(drift: Line, shift: Floats, depth_m: float) -> list[str]:
    largest = float(np.max(np.abs(shift)))
    if not depth_m > 0 or largest <= DRIFT_SHARE * depth_m or abs(drift.slope) <= FIT_SHARE * drift.slope_uncertainty:
        return []
    return [
        f"a drift of {drift.slope * 1e9:.3g} nm/s, found in the hold at low load, moves the depth by up to "
        f"{largest / depth_m:.1%}; a polymer's recovery looks the same (drift = 'none' leaves it)"
    ]
