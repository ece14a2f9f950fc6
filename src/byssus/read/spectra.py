"""Impedance in every form it is written in, as three columns, one Trace a spectrum.

A file is impedance where it has a frequency and either the real and an imaginary part or modulus and phase. Its
traces then hold ``frequency_hz``, ``impedance_real_ohm`` and ``impedance_imaginary_ohm`` (negative: capacitive) in
place of these, in the file's order, without the rows that are no point of a spectrum. A file of cycling with a few
spectra between (time, voltage, current and a cycle, step or charge counter; under half of the rows with a frequency)
gives the whole record first, without its impedance, and the spectra after it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byssus.read.headings import alike, is_unit, split_heading, unit_scale
from byssus.read.problems import escaped, refuse
from byssus.read.sweeps import groups
from byssus.read.table import Table
from byssus.trace import Trace

__all__ = ["split_spectra", "with_impedance_headings"]

Floats = NDArray[np.float64]
FREQUENCY, REAL, IMAGINARY = "frequency_hz", "impedance_real_ohm", "impedance_imaginary_ohm"
MINUS, MODULUS, PHASE = "minus_impedance_imaginary_ohm", "impedance_modulus_ohm", "impedance_phase_rad"
_CYCLING = frozenset(("time_s", "voltage_v", "current_a"))
_COUNTERS = frozenset(("cycle_index", "step_index", "charge_capacity_c", "discharge_capacity_c", "capacity_c"))
_LACKING = tuple(f"no number in {name}" for name in (FREQUENCY, REAL, IMAGINARY, MINUS, MODULUS, PHASE))
_HEADERLESS = ("column 1", "column 2", "column 3")
# Exports round modulus and phase to three digits or a tenth of a degree; a wrong unit or sign is far beyond this.
MODULUS_TOLERANCE, PHASE_TOLERANCE = 0.01, np.radians(1.0)
LONGEST_PHASE = 2 * np.pi  # no phase in radians goes beyond a turn; one in degrees mostly does
POSITIVE_SHARE = 0.8  # of the rows with Im > 0, before a spectrum that rises to low frequency is doubted
RISE_SHARE = 0.1  # of the median modulus, by which the real part must rise for that
FEWEST_HEADERLESS = 5  # rows, before three columns without headings are taken for a spectrum


def split_spectra(trace: Trace) -> tuple[Trace, ...]:
    """The spectra of a file, each with ``metadata["at"] = {"spectrum": k}`` (from 1) where there are several.

    Any other trace is handed back as it is. Raises :class:`ReadError` for impedance per area, a phase in
    "radians" beyond a turn with nothing to check it by, or no row with a frequency and an impedance.
    """
    if FREQUENCY not in trace or trace[FREQUENCY].dtype.kind != "f":
        return (trace,)
    if not _is_complete(frozenset(trace.columns)):
        _refuse_per_area(trace)
        return (trace,)
    columns, warnings = _cartesian(trace)
    points = columns[FREQUENCY] > 0  # not so for NaN
    for name in (REAL, IMAGINARY):
        points &= np.isfinite(columns[name])
    record = _record(columns, points)
    if not points.any():
        if record or set(columns) >= _CYCLING:
            return (_without_impedance(trace, columns),)
        refuse("no row has a frequency above zero and an impedance", trace.source.path, got=f"{len(trace)} rows")
    if record:  # that the rows of cycling have no frequency is no fault
        trace = replace(trace, warnings=tuple(w for w in trace.warnings if not w.split(" (")[0].endswith(_LACKING)))
    else:
        warnings += _left_out(columns[FREQUENCY], points)
    kept = {name: values[points] for name, values in columns.items()}
    warnings += _sign(kept, trace)
    parts, said = groups(kept[FREQUENCY], kept.get("cycle_index"), kept.get("spectrum_index"))
    whole = replace(trace, columns=columns, warnings=(*trace.warnings, *warnings, *said))
    spectra = tuple(_part(whole, kept, rows, k if len(parts) > 1 else 0) for k, rows in enumerate(parts, 1))
    return (_without_impedance(trace, columns), *spectra) if record else spectra


def _is_complete(names: frozenset[str]) -> bool:
    return names >= {REAL, IMAGINARY} or names >= {REAL, MINUS} or names >= {MODULUS, PHASE}


def _record(columns: dict[str, Any], points: NDArray[np.bool_]) -> bool:
    """Whether the file is a record of cycling with spectra between."""
    return bool(set(columns) >= _CYCLING and _COUNTERS & set(columns) and points.mean() < 0.5)


def _without_impedance(trace: Trace, columns: dict[str, Any]) -> Trace:
    return replace(trace, columns={n: v for n, v in columns.items() if n not in (FREQUENCY, REAL, IMAGINARY)})


def _left_out(frequency_hz: Floats, points: NDArray[np.bool_]) -> list[str]:
    zero = int(np.count_nonzero(~points & (frequency_hz == 0)))
    other = int(np.count_nonzero(~points)) - zero
    said = [(zero, "have frequency 0, as rows recorded at rest"), (other, "lack a frequency or an impedance")]
    return [f"{n} of {len(points)} rows are left out: they {why}" for n, why in said if n]


def _part(whole: Trace, columns: dict[str, Any], rows: NDArray[np.intp], number: int) -> Trace:
    metadata = {**whole.metadata, "at": {"spectrum": number}} if number else whole.metadata
    source = replace(whole.source, rows=len(rows))
    return replace(whole, columns={n: v[rows] for n, v in columns.items()}, source=source, metadata=metadata)


# ---- one form ---------------------------------------------------------------------------------------------------


def _cartesian(trace: Trace) -> tuple[dict[str, Any], list[str]]:
    """The columns with real and imaginary part in place of every other form, and what disagrees."""
    columns: dict[str, Any] = dict(trace.columns)
    minus, modulus, phase = (columns.pop(name, None) for name in (MINUS, MODULUS, PHASE))
    warnings: list[str] = []
    if minus is not None and IMAGINARY not in columns:
        columns[IMAGINARY] = 0.0 - minus
    elif minus is not None:
        warnings += _disagreement(columns[IMAGINARY], 0.0 - minus, trace)
    if REAL in columns and IMAGINARY in columns:
        return columns, warnings + _against_polar(columns, modulus, phase)
    if np.abs(phase[np.isfinite(phase)]).max(initial=0.0) > LONGEST_PHASE:
        heading = escaped(trace.metadata.get("headings", {}).get(PHASE, "phase"), 40)
        refuse(
            "the phase is said to be in radians, but goes beyond a whole turn",
            trace.source.path,
            got=f"{_largest(phase):.6g} rad",
            expected="radians, or degrees that are said to be degrees",
            mend=f'If these are degrees, map it: columns = {{ {PHASE} = "{heading} [deg]" }}.',
        )
    columns[REAL], columns[IMAGINARY] = modulus * np.cos(phase), modulus * np.sin(phase)
    return columns, warnings


def _largest(values: Floats) -> float:
    return float(values[np.nanargmax(np.abs(values))])


def _disagreement(imaginary: Floats, other: Floats, trace: Trace) -> list[str]:
    off = np.abs(imaginary - other) > MODULUS_TOLERANCE * np.abs(imaginary)
    if np.count_nonzero(off) <= 0.5 * len(off):
        return []
    row = int(np.argmax(off))
    names = trace.metadata.get("headings", {})
    return [
        f"'{names.get(IMAGINARY)}' and '{names.get(MINUS)}' disagree, as in row {row + 1}: Im {imaginary[row]:.6g} and "
        f"{other[row]:.6g} ohm; the first is taken"
    ]


def _against_polar(columns: dict[str, Any], modulus: Floats | None, phase: Floats | None) -> list[str]:
    """Where modulus or phase stand beside real and imaginary part: whether they say the same."""
    impedance = columns[REAL] + 1j * columns[IMAGINARY]
    points = np.flatnonzero((columns[FREQUENCY] > 0) & np.isfinite(impedance) & (impedance != 0))
    z, f, warnings = impedance[points], columns[FREQUENCY][points], []
    if len(points) and modulus is not None:
        off = np.abs(modulus[points] - np.abs(z)) / np.abs(z)
        if np.isfinite(off).any() and np.nanmedian(off) > MODULUS_TOLERANCE:
            row = int(np.nanargmax(off))
            warnings.append(
                f"the modulus disagrees with real and imaginary part, as at {f[row]:.6g} Hz: "
                f"{modulus[points][row]:.6g} and {abs(z[row]):.6g} ohm; real and imaginary part are taken"
            )
    if len(points) and phase is not None:
        warnings += _against_phase(f, np.angle(z), phase[points])
    return warnings


def _against_phase(frequency_hz: Floats, angle: Floats, phase: Floats) -> list[str]:
    def turned(value: Floats) -> Floats:
        return np.asarray(np.abs(np.angle(np.exp(1j * (value - angle)))), dtype=np.float64)

    known = np.isfinite(phase)
    if not known.any() or np.median(turned(phase)[known]) <= PHASE_TOLERANCE:
        return []
    row = int(np.flatnonzero(known)[np.argmax(turned(phase)[known])])
    words = ""
    if np.median(turned(np.radians(phase))[known]) <= PHASE_TOLERANCE:
        words = "; the column holds degrees under a heading of radians"
    elif np.median(turned(-phase)[known]) <= PHASE_TOLERANCE:
        words = "; the column holds the phase with the other sign"
    return [
        f"the phase disagrees with real and imaginary part, as at {frequency_hz[row]:.6g} Hz: {phase[row]:.6g} and "
        f"{angle[row]:.6g} rad{words}; real and imaginary part are taken"
    ]


def _sign(columns: dict[str, Any], trace: Trace) -> list[str]:
    """A doubt where the imaginary part is positive and the real part rises to low frequency, as a capacitor's.

    By the Kramers-Kronig relations Im Z follows (pi/2) dRe Z/dln f: the two have one sign.
    """
    if IMAGINARY not in trace:
        return []  # the sign is written in the heading, or is the phase's
    frequency, real, imaginary = (columns[name] for name in (FREQUENCY, REAL, IMAGINARY))
    order, tenth = np.argsort(frequency), max(len(frequency) // 10, 1)
    slow, fast = float(np.median(real[order[:tenth]])), float(np.median(real[order[-tenth:]]))
    size, positive = float(np.median(np.hypot(real, imaginary))), float(np.mean(imaginary > 0))
    if positive <= POSITIVE_SHARE or slow - fast <= RISE_SHARE * size or fast <= 0:  # below zero: a fault of the leads
        return []
    return [
        f"the imaginary part is positive in {positive:.0%} of the rows while the real part rises from {fast:.4g} to "
        f"{slow:.4g} ohm toward low frequency, as in a capacitive spectrum written as -Im; it is kept as written. If "
        f"it is -Im, map columns = {{ {MINUS} = {_quoted(trace)} }}"
    ]


def _quoted(trace: Trace) -> str:
    """The imaginary part's heading as a column map names it, with the unit that the file does not write."""
    heading = str(trace.metadata.get("headings", {}).get(IMAGINARY, IMAGINARY))
    known = any(unit_scale(unit, "ohm") for _, unit in split_heading(heading))
    named = heading if known else f"{heading} [ohm]"
    return f"'{named}'" if '"' in named else f'"{named}"'


# ---- headings -----------------------------------------------------------------------------------------------------


def _refuse_per_area(trace: Trace) -> None:
    """Raise where the impedance of a file is per area: it would be taken for ohms otherwise."""
    for heading in trace.metadata.get("unused_headings", ()):
        if not any(alike(base) & {REAL, IMAGINARY, MINUS, MODULUS} for base, _ in split_heading(heading)):
            continue
        unit = next((u for _, u in split_heading(heading) if u and is_unit(u) and unit_scale(u, "ohm*m^2")), "")
        if unit:
            refuse(
                "the impedance is per area",
                trace.source.path,
                got=f"'{escaped(heading, 40)}'",
                expected="ohm",
                mend="Export the impedance in ohm, or divide these columns by the electrode's area.",
            )


def with_impedance_headings(table: Table, mapped: Collection[str] = ()) -> Table:
    """Three columns of numbers under no headings, named as a spectrum where they can be nothing else.

    The first is taken for a frequency in hertz where it is positive, runs one way over a decade or more and is
    spaced by equal ratios rather than by equal steps, as no time or displacement is; the others then are real
    and imaginary part in ohm. What is taken is said in a warning. A map of other columns rules it out.
    """
    if not set(mapped) <= {FREQUENCY, REAL, IMAGINARY, MINUS} or table.headings != _HEADERLESS or table.units:
        return table
    if set(table.kinds) != {"number"}:
        return table
    read = table.fetch({0: "number", 1: "number", 2: "number"})
    if not _is_frequency(np.asarray(read[0], dtype=np.float64)):
        return table
    maps = f'{FREQUENCY} = "column 1 [Hz]", {REAL} = "column 2 [ohm]", {IMAGINARY} = "column 3 [ohm]"'
    said = (
        "there are no headings: the columns are taken for frequency in Hz, real and imaginary part in ohm; if they are "
        f"something else, map each of them: columns = {{ {maps} }}"
    )
    return replace(table, headings=(FREQUENCY, REAL, IMAGINARY), warnings=(*table.warnings, said))


def _is_frequency(values: Floats) -> bool:
    if len(values) < FEWEST_HEADERLESS or not np.all((values > 1e-9) & (values < 1e12)):
        return False
    steps, ratios = np.diff(values), np.diff(np.log10(values))
    one_way = max(np.mean(steps > 0), np.mean(steps < 0))
    if one_way < 0.9 or abs(float(np.sum(ratios))) < 1.0:
        return False
    return _spread(ratios) < 0.5 * _spread(steps)


def _spread(steps: Floats) -> float:
    """Spread of the steps over their middle: zero where all are equal."""
    low, middle, high = np.percentile(np.abs(steps), (10, 50, 90))
    return float((high - low) / middle) if middle > 0 else float("inf")
