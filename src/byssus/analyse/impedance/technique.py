"""Impedance: validity, distribution of relaxation times, arcs, and the same process followed over the cycles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from byssus.analyse.impedance._findings import findings
from byssus.analyse.impedance._measured import Spectrum, averaged, process_names, spectra_of
from byssus.analyse.impedance._series import series
from byssus.analyse.impedance.elements import ElementFit, ZarcGuess, fit_elements
from byssus.analyse.impedance.kramers_kronig import KramersKronig, kramers_kronig
from byssus.analyse.impedance.relaxation import RelaxationTimes, relaxation_times
from byssus.analyse.impedance.tracking import Track, Tracks, track
from byssus.analyse.technique import Parameter, Specimen, Technique
from byssus.errors import AnalysisError
from byssus.figure import Axis, Figure
from byssus.trace import Trace

BEYOND = "beyond the measured range"
RISING = 1.2  # -Im Z at the lowest frequency over its least value nearby: a tail, not the noise of a closed spectrum
SMALLEST_TAIL = 0.02  # of |Z| there; less may be noise about a closed end
FLANK = 10.0  # nearer to the end of an open spectrum a peak cannot be told from the flank of its tail
NO_START = "the distribution has no peak within the measured range to start an arc from"

__all__ = ["TECHNIQUE", "ImpedanceResult", "OneSpectrum", "analyse", "together"]


@dataclass(frozen=True)
class OneSpectrum:
    """What was found in one spectrum; ``arcs`` is ``None`` where no series of arcs could be fitted.

    ``inside`` are the places of the peaks that lie within the measured range, where the spectrum does not close at
    low frequency (``is_open``) by a decade or more; the others are flanks of what does not.
    """

    spectrum: Spectrum
    validity: KramersKronig
    relaxation: RelaxationTimes
    inside: tuple[int, ...]
    is_open: bool
    arcs: ElementFit | None
    why_no_arcs: str = ""


@dataclass(frozen=True)
class ImpedanceResult:
    """The spectra of one specimen in order, and the processes followed through them.

    ``failed`` are spectra that could not be analysed, with the reason. ``electrodes`` is the number of electrodes.
    """

    spectra: tuple[OneSpectrum, ...]
    tracks: Tracks
    failed: tuple[tuple[Spectrum, AnalysisError], ...]
    electrodes: str

    def track(self, place: int, peak: int) -> Track | None:
        """The track of a peak of the spectrum at ``place``; ``None`` for one beyond the measured range."""
        inside = self.spectra[place].inside
        return self.tracks.of(place, inside.index(peak)) if peak in inside else None

    def label(self, track: Track) -> str:
        """The study's name of a process, or its number in order of time."""
        return track.name or f"process {self.tracks.tracks.index(track) + 1}"

    def process(self, place: int, peak: int) -> str:
        """What the process behind a peak is called."""
        track = self.track(place, peak)
        return self.label(track) if track else BEYOND


def analyse(trace: Trace, specimen: Specimen) -> ImpedanceResult:
    """One spectrum. Columns: frequency (Hz), real and imaginary part of the impedance (ohm).

    Raises :class:`AnalysisError`: a column is missing, there are too few points, or they are not sound.
    """
    return together((trace,), specimen)


def together(traces: Sequence[Trace], specimen: Specimen) -> ImpedanceResult:
    """The spectra of one specimen, in order, each analysed and the processes followed from one to the next.

    Raises :class:`AnalysisError` where none of them can be analysed.
    """
    found: list[OneSpectrum] = []
    failed: list[tuple[Spectrum, AnalysisError]] = []
    for spectrum in spectra_of(traces, specimen):
        try:
            found.append(_one(spectrum))
        except AnalysisError as fault:
            failed.append((spectrum, fault))
    if not found:
        raise AnalysisError(*(problem for _, fault in failed for problem in fault.problems))
    peaks = [[one.relaxation.peaks[k] for k in one.inside] for one in found]
    tracks = track(peaks, names=process_names(specimen))
    return ImpedanceResult(tuple(found), tracks, tuple(failed), str(specimen.get("electrodes", "two")))


def _one(spectrum: Spectrum) -> OneSpectrum:
    validity = kramers_kronig(spectrum.frequency_hz, spectrum.impedance_ohm)
    relaxation = relaxation_times(spectrum.frequency_hz, spectrum.impedance_ohm)
    low, high = 0.5 / (np.pi * spectrum.frequency_hz.max()), 0.5 / (np.pi * spectrum.frequency_hz.min())
    is_open = _is_open(spectrum)
    high /= FLANK if is_open else 1.0
    inside = tuple(k for k, peak in enumerate(relaxation.peaks) if low <= peak.tau_s <= high)
    start = [ZarcGuess(relaxation.peaks[k].tau_s, relaxation.peaks[k].resistance_ohm) for k in inside]
    if not start:
        return OneSpectrum(spectrum, validity, relaxation, inside, is_open, None, NO_START)
    try:
        few = averaged(spectrum)
        arcs = fit_elements(few.frequency_hz, few.impedance_ohm, start)
    except AnalysisError as fault:
        why = "; ".join(problem.what for problem in fault.problems)
        return OneSpectrum(spectrum, validity, relaxation, inside, is_open, None, why)
    return OneSpectrum(spectrum, validity, relaxation, inside, is_open, arcs)


def _is_open(spectrum: Spectrum) -> bool:
    """Whether -Im Z rises again toward the lowest frequency: diffusion or a capacitance goes on below it."""
    frequency, minus = spectrum.frequency_hz, -spectrum.impedance_ohm.imag
    slow = frequency <= frequency.min() * 10**0.2  # the last points, whose median noise does not move
    least = max(float(minus[frequency <= frequency.min() * 100].min()), 0.0)
    end, size = float(np.median(minus[slow])), float(np.median(np.abs(spectrum.impedance_ohm[slow])))
    return end > max(RISING * least, SMALLEST_TAIL * size)


PARAMETERS = (
    Parameter("after_cycles", "text", "the cycles after which the spectra were taken, in order, such as 1, 10, 20"),
    Parameter("processes", "text", "names of the processes from short to long time constants, such as contact; SEI"),
    Parameter(
        "electrodes",
        "text",
        "two: both electrodes are in every spectrum; three: against a reference electrode; symmetric: two alike",
        default="two",
        choices=("two", "three", "symmetric"),
        source="a coin cell has two",
    ),
    Parameter("lowest_frequency", "Hz", "points below are left out"),
    Parameter("highest_frequency", "Hz", "points above are left out"),
)

FIGURES = (
    Figure(
        "nyquist",
        "Nyquist plot",
        Axis("impedance_real"),
        Axis("minus_impedance_imaginary"),
        "points",
        caption="Points as measured; lines are what the distribution of relaxation times reproduces.",
        panels="binder",
        vary="cycle",
        equal=True,
    ),
    Figure(
        "relaxation_times",
        "Distribution of relaxation times",
        Axis("relaxation_time", "log"),
        Axis("relaxation_density", from_zero=True),
        caption="Shaded: pointwise 95 % bands. An area under the curve is a resistance.",
        panels="binder",
        vary="cycle",
    ),
    Figure(
        "resistance_by_cycle",
        "Resistance of each process",
        Axis("cycle_number"),
        Axis("peak_resistance", from_zero=True),
        "points",
        caption="Areas of the peaks of the distribution; bars are standard uncertainties.",
        panels="binder",
        vary="process",
    ),
    Figure(
        "kramers_kronig",
        "Kramers-Kronig residuals",
        Axis("frequency", "log"),
        Axis("kramers_kronig_residual"),
        "points",
        caption="Deviation from a Kramers-Kronig consistent fit over |Z|: noise about zero where the cell held still.",
        panels="binder",
        vary="part",
    ),
)

TECHNIQUE = Technique(
    name="impedance",
    title="Impedance and relaxation times",
    summary=(
        "Each spectrum is tested for Kramers-Kronig consistency, then inverted to a distribution of relaxation times "
        "whose smoothness the data decide; peaks are processes, followed from cycle to cycle, and a series of "
        "arcs is fitted from them."
    ),
    columns=("frequency_hz", "impedance_real_ohm", "impedance_imaginary_ohm"),
    parameters=PARAMETERS,
    analyse=analyse,
    findings=findings,
    series=series,
    figures=FIGURES,
    files="BioLogic .mpr/.mpt, Gamry .DTA, Zahner .ism, ZPlot .z, csv",
    key_quantities=(
        "ohmic_resistance",
        "polarisation_resistance",
        "peak_resistance",
        "peak_time_constant",
        "peak_capacitance",
        "kramers_kronig_residual",
    ),
    together=together,
)
