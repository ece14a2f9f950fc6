"""A blade's record made sound: forces and depth along its course, signs upright, rows that go forward."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.force_curve import NEGATIVE_SHARE, sound_columns, upright
from byssus.errors import AnalysisError, Problem
from byssus.trace import Trace

__all__ = ["COURSES", "HIGH", "Record", "record_of"]

Floats = NDArray[np.float64]
COURSES = {"displacement_m": "m", "time_s": "s"}  # the path is preferred; at constant speed time stands for it
DEEPEST_M = 5e-3  # coatings of 1 to 1000 µm are cut (Byun et al., kecs.or.kr/journal/JKES_view.php?number=749)
HIGH = 0.95  # quantile that stands for the highest force or depth, past single spikes
FIRST = 0.1  # of the rows: a blade that is deepest among them and then only rises was not cutting in
RISES = 0.05  # of the depth: less is no rise of the blade
OVER_HORIZONTAL = 3.0  # |Fv| above this many Fh would need a shear angle below 10 degrees (Merchant's least force)


@dataclass(frozen=True)
class Record:
    """Forces in N and depth in m along ``course`` (m or s, by ``course_name``), all shape ``(n,)``.

    ``vertical_n`` is ``None`` where it was not recorded; ``others`` are further courses, for a window given in them.
    """

    course: Floats
    course_name: str
    horizontal_n: Floats
    vertical_n: Floats | None
    depth_m: Floats
    others: dict[str, Floats]
    where: str
    warnings: tuple[str, ...]

    @property
    def unit(self) -> str:
        return COURSES[self.course_name]

    @property
    def high_n(self) -> float:
        return float(np.quantile(self.horizontal_n, HIGH))


def record_of(trace: Trace) -> Record:
    """The sound rows of a trace.

    Raises :class:`AnalysisError` where neither time nor displacement is there, where fewer than ten rows are sound,
    and for columns that look swapped: a force that never changes, a depth no blade reaches or that only falls.
    """
    names = [name for name in COURSES if name in trace and np.ptp(_finite(trace[name])) > 0]
    if not names:
        names = [next((name for name in COURSES if name in trace), "displacement_m")]
    wanted = ["horizontal_force_n", "depth_m", *names, *(n for n in ("vertical_force_n",) if n in trace)]
    columns, dropped = sound_columns(trace, wanted)
    course, name = columns[names[0]], names[0]
    horizontal, course, turned = upright(trace, columns["horizontal_force_n"], course, "horizontal_force_n", name)
    columns |= {"horizontal_force_n": horizontal, name: course}
    depth, risen = _downward(trace, columns["depth_m"])
    columns["depth_m"] = depth
    furthest = np.concatenate(([-np.inf], np.maximum.accumulate(course)[:-1]))
    keep = course > furthest
    back = len(keep) - int(np.sum(keep))
    said = (f"{back} rows left out: the '{name}' does not go forward",) if back else ()
    sound = {key: values[keep] for key, values in columns.items()}
    vertical = sound.get("vertical_force_n")
    _refuse_swapped(trace, sound["horizontal_force_n"], vertical)
    others = {key: sound[key] for key in names[1:] if np.all(np.diff(sound[key]) > 0)}
    warnings = (*dropped, *turned, *risen, *said)
    return Record(
        sound[name], name, sound["horizontal_force_n"], vertical, sound["depth_m"], others, trace.source.path, warnings
    )


def _finite(values: NDArray[np.generic]) -> Floats:
    numbers = np.asarray(values, dtype=np.float64)
    return numbers[np.isfinite(numbers)] if np.isfinite(numbers).any() else np.zeros(1)


def _downward(trace: Trace, depth: Floats) -> tuple[Floats, tuple[str, ...]]:
    """The depth, positive below the surface; :class:`AnalysisError` where it is none."""
    low, high = float(np.min(depth)), float(np.max(depth))
    said: tuple[str, ...] = ()
    if low < 0 and -low > NEGATIVE_SHARE * max(high, 0.0):
        depth, low, high = -depth, -high, -low
        said = ("'depth_m' is negative throughout: its sign was turned, below the surface counts as positive",)
    if high > DEEPEST_M:
        raise _wrong(trace, f"a depth of {high * 1e3:.4g} mm", f"at most {DEEPEST_M * 1e3:g} mm of coating")
    if not high > 0:
        raise _wrong(trace, f"a depth that never rises above zero ({high:.4g} m)", "a blade below the surface")
    first = max(int(FIRST * len(depth)), 1)
    tail = float(np.median(depth[-first:]))
    deepest = float(np.max(depth[:first]))
    later = float(np.quantile(depth[first:], HIGH))
    if deepest >= later and float(np.median(depth)) < (1 - RISES) * deepest and tail <= float(np.quantile(depth, 0.1)):
        raise _wrong(trace, "a 'depth_m' that only decreases", "a blade that goes down, or stays at one depth")
    return depth, said


def _refuse_swapped(trace: Trace, horizontal: Floats, vertical: Floats | None) -> None:
    if vertical is None:
        return
    loaded = horizontal > 0.5 * float(np.quantile(horizontal, HIGH))
    along, across = float(np.mean(horizontal[loaded])), float(np.mean(vertical[loaded]))
    if abs(across) > OVER_HORIZONTAL * along:
        got = f"a vertical force of {across:.4g} N beside a horizontal force of {along:.4g} N"
        raise _wrong(trace, got, f"a vertical force of at most {OVER_HORIZONTAL:g} times the horizontal one")


def _wrong(trace: Trace, got: str, expected: str) -> AnalysisError:
    mend = (
        'Map them in study.toml: columns = { horizontal_force_n = "...", vertical_force_n = "...", depth_m = "..." }.'
    )
    return AnalysisError(
        Problem("columns look swapped or mapped to the wrong headings", trace.source.path, got, expected, mend)
    )
