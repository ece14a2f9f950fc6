"""What every pulling test shares: sound rows, the sign of the force, columns that look swapped, the collapse."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.technique import Specimen
from byssus.errors import AnalysisError, Problem
from byssus.findings import Finding
from byssus.laws.statistics import running_median
from byssus.trace import Trace

__all__ = ["collapse_index", "lacking", "refuse_nonsense", "saturated", "sound_columns", "upright"]

MIN_POINTS = 10  # fewer rows show no course of a test
NEGATIVE_SHARE = 10.0  # pulled with reversed sign: the negative extreme outweighs the positive tenfold
BEYOND = 1e100  # a damaged number whose square is none any more
STANDING = 10  # equal readings at the top: noise and a specimen's own course leave no two alike
TIED = 0.1  # of neighbours below the top that are equal: the converter is coarse
SWAP_FALL = 0.5  # a travel that ends below half its largest value has collapsed as only a force does


def sound_columns(trace: Trace, names: Sequence[str]) -> tuple[dict[str, NDArray[np.float64]], tuple[str, ...]]:
    """The named columns as float64 without rows where one is not finite or beyond 1e100, and what is to be said.

    Raises :class:`AnalysisError` where fewer than ten rows are left.
    """
    columns = {name: np.asarray(trace[name], dtype=np.float64) for name in names}
    keep = np.ones(len(trace), dtype=bool)
    for values in columns.values():
        keep &= np.abs(values) < BEYOND
    dropped = len(keep) - int(np.sum(keep))
    if len(keep) - dropped < MIN_POINTS:
        raise AnalysisError(
            Problem(
                "too few rows to see a test in",
                trace.source.path,
                f"{len(keep) - dropped} rows with finite numbers",
                f"at least {MIN_POINTS}",
                "Check that the file is whole and that the columns are mapped rightly.",
            )
        )
    beyond = any(np.any(np.isfinite(values) & (np.abs(values) >= BEYOND)) for values in columns.values())
    said = f"{dropped} of {len(keep)} rows left out: not a finite number{', or beyond 1e100' * beyond}"
    warnings = (said,) if dropped else ()
    return {name: values[keep] for name, values in columns.items()}, warnings


def upright(
    trace: Trace, load: NDArray[np.float64], travel: NDArray[np.float64], load_name: str, travel_name: str
) -> tuple[NDArray[np.float64], NDArray[np.float64], tuple[str, ...]]:
    """Load and travel, shape ``(n,)``, with pulling positive, and what was turned.

    Raises :class:`AnalysisError` for a load that never changes, a travel that does not go forward, and for
    columns that look swapped.
    """
    warnings: list[str] = []
    low, high = float(np.min(load)), float(np.max(load))
    if not high > low:
        raise _looks_wrong(trace, f"'{load_name}' never changes ({high:.6g})", load_name, travel_name)
    if low < 0 and -low > NEGATIVE_SHARE * max(high, 0.0):
        load = -load
        warnings.append(f"'{load_name}' is negative throughout: its sign was turned, pulling counts as positive")
        if _falls(travel):
            travel = -travel
            warnings.append(f"'{travel_name}' falls as the load grows: its sign was turned too")
    if _falls(travel):
        raise _looks_wrong(trace, f"'{travel_name}' only falls", load_name, travel_name)
    if not float(np.max(travel)) > float(np.min(travel)):
        raise _looks_wrong(trace, f"'{travel_name}' never changes", load_name, travel_name)
    above = travel - travel[0]
    # a crosshead goes on when the specimen breaks; only a force drops while the other column still rises
    if np.all(np.diff(load) >= 0) and float(np.mean(above[-3:])) < SWAP_FALL * float(np.max(above)):
        raise _looks_wrong(
            trace, f"'{load_name}' only rises while '{travel_name}' rises and collapses", load_name, travel_name
        )
    return load, travel, tuple(warnings)


def _falls(travel: NDArray[np.float64]) -> bool:
    steps = np.diff(travel)
    return bool(np.all(steps <= 0) and np.any(steps < 0))


def _looks_wrong(trace: Trace, got: str, load_name: str, travel_name: str) -> AnalysisError:
    return AnalysisError(
        Problem(
            "columns look swapped or mapped to the wrong headings",
            trace.source.path,
            got,
            f"'{load_name}' that rises and '{travel_name}' that goes forward",
            f'Map both in study.toml: columns = {{ {load_name} = "...", {travel_name} = "..." }}.',
        )
    )


def collapse_index(load: NDArray[np.float64], level: float, start: int) -> tuple[int, bool]:
    """Index of the last point before ``load``, shape ``(n,)``, falls below ``level`` for good, from ``start`` on.

    A running median of five keeps a single stray point from ending or prolonging the test. The flag says
    whether it fell at all; if not, the index is the last.
    """
    smooth = running_median(load)
    held = np.flatnonzero(smooth[start:] >= level)
    last = start + (int(held[-1]) if len(held) else 0)
    if last == len(load) - 1:
        return last, False
    near = np.flatnonzero(load[start : last + 1] >= level)
    return start + int(near[-1]) if len(near) else last, True


def saturated(load: NDArray[np.float64]) -> tuple[str, ...]:
    """A warning where the load, shape ``(n,)``, stands at its very largest value as no specimen makes it stand.

    A coarse converter makes readings equal everywhere; a load cell at its limit does so at the top alone.
    """
    at_top = load == np.max(load)
    ends = np.flatnonzero(np.diff(np.r_[False, at_top, False]))
    longest = int(np.max(np.diff(ends)[::2]))
    below = ~at_top[1:] & (load[1:] > 0)
    tied = float(np.mean(np.diff(load)[below] == 0)) if below.any() else 0.0
    if longest < STANDING or tied > TIED:
        return ()
    return (f"the load stands at its largest value in {longest} readings running: was the load cell at its limit?",)


def refuse_nonsense(specimen: Specimen, upper: Mapping[str, float]) -> None:
    """Raises :class:`AnalysisError` listing every number named in ``upper`` that is not in (0, upper]."""
    problems = []
    for name, limit in upper.items():
        value = specimen.get(name)
        if value is None:
            continue
        if not isinstance(value, (int, float)) or not 0 < value <= limit or not math.isfinite(value):
            expected = "a finite value greater than zero" + (f", at most {limit:.6g}" if math.isfinite(limit) else "")
            problems.append(Problem(f"{name} makes no sense", specimen.name, repr(value), expected, "Mend it."))
    if problems:
        raise AnalysisError(*problems)


def lacking(like: Finding, *reasons: str) -> Finding:
    """The finding that says what is missing instead of a number."""
    return replace(
        like, value=None, standard_uncertainty=None, interval=None, n=None, status="missing_input", remarks=reasons
    )
