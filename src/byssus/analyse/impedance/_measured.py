"""From traces to spectra: which columns, which cycles, which range of frequencies."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.technique import Specimen
from byssus.errors import AnalysisError, Problem
from byssus.trace import Trace

__all__ = ["Spectrum", "averaged", "process_names", "spectra_of"]

MOST_POINTS = 200  # a fit of arcs to more takes seconds, and knows no more than from their means
BIN_DECADES = 0.05  # over which an arc bends by less than 0.1 % of its resistance


@dataclass(frozen=True)
class Spectrum:
    """One spectrum: frequencies (Hz) and impedance (ohm), shape ``(n,)``, and the conditions that tell it apart."""

    frequency_hz: NDArray[np.float64]
    impedance_ohm: NDArray[np.complex128]
    at: Mapping[str, Any]
    where: str


def spectra_of(traces: Sequence[Trace], specimen: Specimen) -> tuple[Spectrum, ...]:
    """The spectra of one specimen in order, told apart by ``after_cycles`` where that is given, else by number.

    Raises :class:`AnalysisError`: a column is missing, ``after_cycles`` are not as many as the spectra, or the
    range of frequencies leaves nothing.
    """
    cycles = _cycles(specimen, len(traces))
    several = len(traces) > 1
    out = []
    for place, trace in enumerate(traces):
        at: dict[str, Any] = {"cycle": cycles[place]} if cycles else {"spectrum": place + 1} if several else {}
        frequency = np.asarray(trace["frequency_hz"], dtype=np.float64)
        impedance = trace["impedance_real_ohm"] + 1j * trace["impedance_imaginary_ohm"]
        lowest, highest = (specimen.get(name) for name in ("lowest_frequency", "highest_frequency"))
        kept = np.isfinite(frequency) & np.isfinite(impedance)
        kept &= (frequency >= (lowest or 0.0)) & (frequency <= (highest or np.inf))
        if not kept.any():
            raise AnalysisError(_nothing_left(trace, frequency))
        out.append(Spectrum(frequency[kept], impedance[kept], at, trace.source.path))
    return tuple(out)


def _nothing_left(trace: Trace, frequency_hz: NDArray[np.float64]) -> Problem:
    finite = frequency_hz[np.isfinite(frequency_hz)]
    got = f"{finite.min():g} Hz to {finite.max():g} Hz" if len(finite) else "no frequency"
    mend = "Check lowest_frequency and highest_frequency."
    return Problem("no point of the spectrum is left", trace.source.path, got, "points in the stated range", mend)


def _cycles(specimen: Specimen, count: int) -> list[int]:
    """The cycles the spectra were taken after; none where nobody said."""
    said = str(specimen.get("after_cycles", "") or "")
    words = [word for word in re.split(r"[,;\s]+", said) if word]
    if not words:
        return []
    where = f"{specimen.name}: after_cycles".lstrip(": ")
    if not all(word.isdecimal() for word in words):
        raise AnalysisError(Problem("these are no numbers of cycles", where, f"'{said}'", "such as 1, 10, 20"))
    cycles = [int(word) for word in words]
    if len(cycles) != count:
        got, expected = f"{len(cycles)} cycles for {count} spectra", "one cycle for each spectrum, in order"
        raise AnalysisError(Problem("not as many cycles as spectra", where, got, expected))
    if len(set(cycles)) < len(cycles):
        raise AnalysisError(Problem("a cycle is named twice", where, f"'{said}'", "each cycle once"))
    return cycles


def averaged(spectrum: Spectrum) -> Spectrum:
    """A spectrum of many points as the means of narrow bins of frequency; one of few as it is.

    The frequency of a bin is the geometric mean of its points'.
    """
    if len(spectrum.frequency_hz) <= MOST_POINTS:
        return spectrum
    decades = np.log10(spectrum.frequency_hz)
    _, place, count = np.unique(np.floor(decades / BIN_DECADES), return_inverse=True, return_counts=True)
    frequency = 10.0 ** (np.bincount(place, decades) / count)
    parts = (np.bincount(place, part) / count for part in (spectrum.impedance_ohm.real, spectrum.impedance_ohm.imag))
    real, imaginary = parts
    return replace(spectrum, frequency_hz=frequency, impedance_ohm=real + 1j * imaginary)


def process_names(specimen: Specimen) -> tuple[str, ...]:
    """The study's own names of the processes, from short to long time constants."""
    said = str(specimen.get("processes", "") or "")
    return tuple(name.strip() for name in re.split(r"[;,]", said) if name.strip())
