"""What is said of a whole voltammogram: its scan rate, the electrode's size, and what contradicts either."""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.technique import Specimen
from byssus.analyse.voltammetry._sweeps import Sweep, noise_of
from byssus.trace import Trace

__all__ = ["against", "courses", "limits", "scan_rate", "sizes", "tester_cycles", "uneven"]

Floats = NDArray[np.float64]

RATE_TOLERANCE = 0.05  # between two statements of one scan rate; clocks and potentials are far better
BOW_LIMIT = 0.02  # of a sweep's span between the potential and a straight line
LIMIT_SHARE = 0.05  # of the window: limits further apart were set, not overshot
COMMON_PART = (0.05, 0.95)  # of the window two sweeps share: away from the turns
APART_NOISE = 5.0  # in standard deviations of a mean: sweeps that noise sets apart lie neither above nor below
PLACEHOLDERS = {"area_m2": 1e-7, "mass_kg": 1e-6}  # 0.001 cm^2 and 0.001 g: what EC-Lab writes when nobody says


def scan_rate(
    sweeps: tuple[Sweep, ...], trace: Trace, specimen: Specimen, *, timed: bool
) -> tuple[float, float, str, tuple[str, ...]]:
    """Scan rate, its standard uncertainty, where it is from, and what contradicts it."""
    stated = {"the study": specimen.get("scan_rate"), "the file's header": trace.metadata.get("scan_rate_v_per_s")}
    known = {who: float(v) for who, v in stated.items() if isinstance(v, (int, float)) and v > 0}
    rates = np.array([abs(s.rate_v_per_s) for s in sweeps if np.isfinite(s.rate_v_per_s) and not s.early_end])
    rates = rates if len(rates) else np.array([abs(s.rate_v_per_s) for s in sweeps if np.isfinite(s.rate_v_per_s)])
    if not timed or not len(rates):
        for who, value in known.items():
            return value, float("nan"), f"as {who} says; the data have no clock", ()
        return float("nan"), float("nan"), "", ()
    rate = float(np.median(rates))
    fitted = float(np.median([s.rate_uncertainty for s in sweeps if np.isfinite(s.rate_uncertainty)]))
    # the median of m equal rates is known to about 1.25 s / sqrt(m)
    spread = 1.2533 * float(np.std(rates, ddof=1)) / np.sqrt(len(rates)) if len(rates) > 1 else 0.0
    said = [
        f"scan rate: the data say {rate * 1e3:.5g} mV/s, {who} {value * 1e3:.5g} mV/s; that of the data is used"
        for who, value in known.items()
        if abs(value - rate) > RATE_TOLERANCE * rate
    ]
    if np.ptp(rates) > RATE_TOLERANCE * rate:
        low, high = 1e3 * np.min(rates), 1e3 * np.max(rates)
        said.append(f"the sweeps have scan rates from {low:.4g} to {high:.4g} mV/s; each peak's charge uses its own")
    words = f"median over {len(rates)} sweeps of the slope of potential on time between 10 % and 90 % of the span"
    return rate, float(np.hypot(fitted, spread)), words, tuple(said)


def uneven(sweeps: tuple[Sweep, ...]) -> tuple[str, ...]:
    held = [s for s in sweeps if s.held_s > 0]
    bowed = [s for s in sweeps if np.isfinite(s.bow) and s.bow > BOW_LIMIT]
    said = []
    if held:
        time = sum(s.held_s for s in held)
        said.append(f"the potential was held {len(held)} times, {time:.4g} s in all: that charge is left out")
    if bowed:
        said.append(f"{len(bowed)} of {len(sweeps)} sweeps are no straight line in time: held or uneven inside")
    return tuple(said)


def courses(sweeps: tuple[Sweep, ...], potential_v: Floats) -> tuple[str, ...]:
    """What first and last sweep say of how the test was started and stopped."""
    first, last = sweeps[0], sweeps[-1]
    said = []
    if first.cycle == 0:
        said.append("the opening sweep leads from open circuit to a limit and belongs to no cycle")
    elif first.late_start:
        said.append(f"the first sweep begins inside the window, at {potential_v[first.first]:.4g} V")
    if last.early_end:
        said.append(f"the last sweep ends inside the window, at {potential_v[last.last]:.4g} V")
    return tuple(said)


def limits(sweeps: tuple[Sweep, ...], potential_v: Floats) -> tuple[str, ...]:
    """What is to be said where the window changes from cycle to cycle; sweeps begun or ended inside it aside."""
    inner = [s for s in sweeps if s.cycle > 0]
    said = []
    for name, direction in (("lower", -1), ("upper", 1)):
        ends = [potential_v[s.last] for s in inner if s.direction == direction and not s.early_end]
        ends += [potential_v[s.first] for s in inner if s.direction == -direction and not s.late_start]
        if ends and np.ptp(ends) > LIMIT_SHARE * float(np.ptp(potential_v)):
            low, high = min(ends), max(ends)
            said.append(f"the {name} limit changes from cycle to cycle, from {low:.4g} to {high:.4g} V")
    return tuple(said)


def against(sweeps: tuple[Sweep, ...], potential_v: Floats, current_a: Floats) -> tuple[str, ...]:
    """A warning where most sweeps up pass less current than those down: a passive cell takes up work, gives none."""
    more = less = 0
    for one, next_one in itertools.pairwise(sweeps):
        curves = []
        for s in (one, next_one):
            order = np.argsort(potential_v[s.rows], kind="stable")
            curves.append((s.direction, potential_v[s.rows][order], current_a[s.rows][order]))
        low, high = max(c[1][0] for c in curves), min(c[1][-1] for c in curves)
        if one.direction == next_one.direction or not high > low:
            continue
        common = low + (high - low) * np.linspace(*COMMON_PART, 201)
        apart = sum(float(direction * np.mean(np.interp(common, e, i))) for direction, e, i in curves)
        unsure = APART_NOISE * noise_of(current_a[one.rows]) / np.sqrt(len(common))
        more, less = more + (apart > unsure), less + (apart < -unsure)
    if less <= more:
        return ()
    said = (
        "the current of the upward sweeps lies below that of the downward ones: is reduction counted as positive in "
        "this file (convention = US)?"
    )
    return (said,)


def tester_cycles(numbers: Floats | None, sweeps: tuple[Sweep, ...]) -> tuple[str, ...]:
    """A warning where the tester's cycle numbers cannot mean the cycles of the potential."""
    if numbers is None:
        return ()
    told, most = len(np.unique(numbers)), max(s.cycle for s in sweeps)
    fewest = most - sweeps[-1].early_end - (sweeps[-1].half == sweeps[0].half)
    most += sweeps[0].cycle == 0
    if fewest <= told <= max(most, 1):
        return ()
    return (f"the tester counts {told} cycles, the potential goes through {most}; the potential's are used",)


def sizes(trace: Trace, specimen: Specimen) -> tuple[tuple[float | None, float | None], tuple[str, ...]]:
    """Mass and area: the study's, else the header's unless that is a vendor's placeholder."""
    out: list[float | None] = []
    notes = []
    for name, key in (("mass", "mass_kg"), ("area", "area_m2")):
        value, header = specimen.get(name), trace.metadata.get(key)
        if value is None and isinstance(header, (int, float)) and header > 0:
            if abs(header / PLACEHOLDERS[key] - 1) < 1e-6:
                notes.append(f"the header's {name} is the vendor's placeholder: not used")
            else:
                value = float(header)
                notes.append(f"{name} as the file's header says, {value:.6g} {'kg' if name == 'mass' else 'm^2'}")
        out.append(None if value is None else float(value))
    return (out[0], out[1]), tuple(notes)
