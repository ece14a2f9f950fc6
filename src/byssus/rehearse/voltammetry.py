"""A virtual potentiostat: cyclic voltammograms of a silicon electrode, or of binder and carbon without silicon.

It writes an EC-Lab text export. The electrode is the measurement's condition ``electrode``: "silicon" or "binder".
The silicon electrode holds the same binder and carbon, so its current is silicon's plus theirs.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from byssus.errors import MissingInput, Problem
from byssus.laws.voltammetry import SECH2_AREA, sech2_peak
from byssus.rehearse.instrument import Instrument, Need, Truth
from byssus.rehearse.shared import file_name, scattered
from byssus.trace import REHEARSED_MARK

__all__ = ["INSTRUMENT", "write"]

Floats = NDArray[np.float64]

ELECTRODES = ("silicon", "binder")
STEP_V = 5e-3  # a reading every 5 mV: 16 or more over the width of the narrowest peak
# Silicon against lithium: delithiation near 0.33 and 0.50 V, lithiation near 0.19 V and towards 0 V; crystalline
# silicon has no 0.19 V step in its first lithiation. doi:10.1149/1.1652421, doi:10.1149/1.2402112
DELITHIATION = ((0.33, 0.12, 0.65), (0.50, 0.10, 1.0))  # position (V), width (V), height over the highest
LITHIATION_FIRST = ((0.03, 0.12, 1.0),)
LITHIATION_LATER = ((0.19, 0.09, 0.45), (0.03, 0.12, 1.0))
INTERPHASE = (0.90, 0.50)  # fluoroethylene and ethylene carbonate, in one broad wave
CARBON = ((0.05, 0.15), (0.20, 0.15))  # lithium into and out of carbon black: cathodic, anodic
CARBONYL = ((2.20, 0.25), (2.40, 0.25))  # imide carbonyls: cathodic, anodic

NEEDS = (
    Need("area", "m^2", default=1e-4, why="1 cm^2, a usual disc in a coin cell"),
    Need("scan_rate", "V/s", default=1e-4, why="0.1 mV/s, the usual rate for silicon anodes"),
    Need("lower_limit", "V", default=0.05, why="low enough for silicon to take up lithium, above where lithium plates"),
    Need("upper_limit", "V", default=3.5, why="as far as binders are usually swept; silicon's peaks lie below 1 V"),
    Need("open_circuit", "V", default=2.8, why="a fresh cell against lithium rests near 3 V"),
    Need("cycles", "1", default=3.0, why="three are usual: the first and two that show where it settles"),
    Need("silicon_peak", "A/m^2", default=9.0, why="0.9 mA/cm^2 at 0.50 V: 1.1 Ah per gram of 0.5 mg/cm^2 silicon"),
    Need("first_activation", "1", default=0.6, why="crystalline silicon takes part only by and by: peaks grow"),
    Need("second_activation", "1", default=0.85, why="crystalline silicon takes part only by and by: peaks grow"),
    Need("first_return", "1", default=0.75, why="share of the first cycle's charge given back; the rest is interphase"),
    Need("later_return", "1", default=0.98, why="share of a later cycle's charge given back"),
    Need("binder_capacitance", "F/m^2", default=10.0, why="0.17 mg/cm^2 of carbon black, 62 m^2/g at 10 µF/cm^2"),
    Need("carbon_peak", "A/m^2", default=0.10, why="10 µA/cm^2: carbon black takes up some 150 mAh/g of lithium"),
    Need("carbonyl_peak", "A/m^2", default=0.03, why="3 µA/cm^2: few imide carbonyls take part"),
    Need("binder_interphase", "A/m^2", default=0.06, why="6 µA/cm^2 near 0.9 V in the first cycle, on the carbon"),
    Need("specimen_scatter", "1", default=0.03, why="relative scatter among electrodes, from their loading"),
    Need("current_noise", "1", default=1e-4, why="of the current range; ten times an instrument's resolution"),
    Need("potential_noise", "V", default=1e-4, why="of a 5 V channel of 16 bits, one step"),
)  # fmt: skip


def write(truth: Truth, rng: np.random.Generator) -> tuple[str, bytes]:
    """One electrode's file, EC-Lab text, and its name.

    Cathodic first, from open circuit. Raises :class:`MissingInput` where the electrode, the window or the
    number of cycles makes no sense.
    """
    electrode = str(truth.conditions.get("electrode", ""))
    _refuse(truth, electrode)
    loading = scattered(1.0, truth["specimen_scatter"], rng)
    pieces, start = [], truth["open_circuit"]
    for cycle in range(1, round(truth["cycles"]) + 1):
        for direction, end in ((-1, truth["lower_limit"]), (1, truth["upper_limit"])):
            e = _sweep(start, end)
            density = _silicon(truth, e, direction, cycle) if electrode == "silicon" else np.zeros_like(e)
            density = density + _binder(truth, e, direction, cycle)
            one = np.ones_like(e)
            pieces.append((e, loading * truth["area"] * density, cycle * one, direction * one))
            start = end
    potential, current, number, way = (np.concatenate([p[k] for p in pieces]) for k in range(4))
    time = np.concatenate([[0.0], np.cumsum(np.abs(np.diff(potential)))]) / truth["scan_rate"]
    full_scale = 10.0 ** math.ceil(math.log10(float(np.max(np.abs(current)))))
    current = current + truth["current_noise"] * full_scale * rng.standard_normal(len(current))
    measured = potential + truth["potential_noise"] * rng.standard_normal(len(potential))
    rows = (time, potential, measured, current, number, way)
    return file_name(truth, "voltammetry", ".mpt"), _text(truth, rows, full_scale)


def _refuse(truth: Truth, electrode: str) -> None:
    where = f"voltammetry on {truth.binder}"
    problems = []
    if electrode not in ELECTRODES:
        mend = 'Give it with the measurement: conditions = { electrode = "binder" }.'
        got = f"'{electrode}'" if electrode else "nothing"
        problems.append(Problem("which electrode is not said", where, got, " or ".join(ELECTRODES), mend))
    low, high, start = truth["lower_limit"], truth["upper_limit"], truth["open_circuit"]
    if not low + 10 * STEP_V < start <= high:
        got = f"{low:g} V, {start:g} V, {high:g} V"
        problems.append(Problem("the window makes no sense", where, got, "lower_limit < open_circuit <= upper_limit"))
    for name in ("cycles", "scan_rate", "area", "first_return", "later_return"):
        if not (math.isfinite(truth[name]) and truth[name] > 0):
            problems.append(Problem(f"{name} makes no sense", where, f"{truth[name]:g}", "a number above zero"))
    if problems:
        raise MissingInput(*problems)


def _sweep(start: float, end: float) -> Floats:
    """Readings of one sweep; the first is a step away from where it starts, which the last sweep has read."""
    n = max(round(abs(end - start) / STEP_V), 2)
    return np.linspace(start, end, n + 1)[1:]


def _silicon(truth: Truth, e: Floats, direction: int, cycle: int) -> Floats:
    """Current density (A/m^2) of silicon and of the interphase that grows on it."""
    active = {1: truth["first_activation"], 2: truth["second_activation"]}.get(cycle, 1.0)
    height = truth["silicon_peak"] * active
    if direction > 0:
        return _peaks(e, DELITHIATION, height)
    # what is taken up inside the window is what is given back there
    wide = np.arange(truth["lower_limit"], truth["upper_limit"], 1e-3)
    back = float(np.trapezoid(_peaks(wide, DELITHIATION, height), wide))
    shape = LITHIATION_FIRST if cycle == 1 else LITHIATION_LATER
    taken = _peaks(e, shape, back / float(np.trapezoid(_peaks(wide, shape, 1.0), wide)))
    kept = truth["first_return"] if cycle == 1 else truth["later_return"]
    lost = back * (1.0 / kept - 1.0) / (SECH2_AREA * INTERPHASE[1])
    return -(taken + lost * sech2_peak(e, *INTERPHASE))


def _peaks(e: Floats, peaks: tuple[tuple[float, float, float], ...], height: float) -> Floats:
    return np.asarray(sum(height * h * sech2_peak(e, position, width) for position, width, h in peaks))


def _binder(truth: Truth, e: Floats, direction: int, cycle: int) -> Floats:
    """Current density (A/m^2) of binder and carbon: capacitive, a little lithium, carbonyls, interphase."""
    way = 0 if direction < 0 else 1
    density = truth["binder_capacitance"] * truth["scan_rate"]
    out = density + truth["carbon_peak"] * sech2_peak(e, *CARBON[way])
    out = out + truth["carbonyl_peak"] * sech2_peak(e, *CARBONYL[way])
    if direction < 0 and cycle == 1:
        out = out + truth["binder_interphase"] * sech2_peak(e, *INTERPHASE)
    return np.asarray(direction * out)


COLUMNS = (
    "mode", "ox/red", "error", "control changes", "Ns changes", "counter inc.", "time/s", "control/V", "Ewe/V",
    "<I>/mA", "cycle number", "(Q-Qo)/C", "I Range", "P/W",
)  # fmt: skip


def _text(truth: Truth, rows: tuple[Floats, ...], full_scale: float) -> bytes:
    """The file: a header that says how long it is, then tab-separated columns."""
    binder = " ".join(truth.binder.encode("ascii", "replace").decode().split())
    mv_per_s, repeats = truth["scan_rate"] * 1e3, round(truth["cycles"]) - 1
    limits = (truth["open_circuit"], truth["lower_limit"], truth["upper_limit"])
    said = (
        "", "Cyclic Voltammetry", "", "Run on channel : 1 (virtual)", "Electrode connection : standard",
        f"Electrode material : {truth.conditions['electrode']}, {binder} no. {truth.specimen + 1}",
        "Initial state : ", "Electrolyte : ", f"Comments : {REHEARSED_MARK} virtual potentiostat", "Cable : standard",
        f"Electrode surface area : {truth['area'] * 1e4:.3f} cm²", "Mode : Standard", "Time format : Elapsed",
        f"{'Ei (V)':<20}{limits[0]:<20.3f}", f"{'vs.':<20}{'Ref':<20}", f"{'dE/dt':<20}{mv_per_s:<20.3f}",
        f"{'dE/dt unit':<20}{'mV/s':<20}", f"{'E1 (V)':<20}{limits[1]:<20.3f}", f"{'vs.':<20}{'Ref':<20}",
        f"{'E2 (V)':<20}{limits[2]:<20.3f}", f"{'vs.':<20}{'Ref':<20}", f"{'nc cycles':<20}{repeats:<20d}",
        f"{'I Range':<20}{full_scale * 1e3:g} mA", "",
    )  # fmt: skip
    head = ("EC-Lab ASCII FILE", f"Nb header lines : {len(said) + 3}", *said, "\t".join(COLUMNS))
    time, control, potential, current, number, direction = rows
    passed = np.concatenate([[0.0], np.cumsum(0.5 * (current[1:] + current[:-1]) * np.diff(time))])
    lines = (
        f"2\t{int(d > 0)}\t0\t0\t0\t0\t{t:.6f}\t{c:.6f}\t{e:.6f}\t{1e3 * i:.9E}\t{n:.6E}\t{q:.7E}\t37\t{e * i:.6E}"
        for t, c, e, i, n, q, d in zip(time, control, potential, current, number, passed, direction, strict=True)
    )
    return ("\r\n".join((*head, *lines)) + "\r\n").encode("cp1252")


INSTRUMENT = Instrument("voltammetry", NEEDS, write)
