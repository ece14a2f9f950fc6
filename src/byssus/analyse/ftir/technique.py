"""Infrared spectroscopy: bands over a baseline, assigned against a table; a ratio of bands; two spectra compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.ftir._bands import Band, assigned, own_bands
from byssus.analyse.ftir._baseline import BASELINES, baseline_of
from byssus.analyse.ftir._compare import Change, Corrected, changes, scale_between
from byssus.analyse.ftir._films import Films, mean_of
from byssus.analyse.ftir._findings import all_findings
from byssus.analyse.ftir._peaks import NOISE_TIMES, Peak, find_bands
from byssus.analyse.ftir._spectrum import ORDINATES, Absorbance, absorbance_of
from byssus.analyse.technique import Parameter, Specimen, Technique
from byssus.errors import AnalysisError, Problem
from byssus.figure import Axis, Figure, Mark, Series
from byssus.findings import Finding
from byssus.trace import Trace

__all__ = ["TECHNIQUE", "Comparison", "FtirResult", "OneSpectrum", "analyse", "findings", "series", "together"]

LEAST_SHARE = 0.01  # of the highest band: what is smaller is not listed
BASELINE_WIDTH = 1e5  # 1000 1/cm in 1/m: broader than any band but O-H, which is not read
IMIDE, REFERENCE = (136_000.0, 138_500.0), (148_500.0, 151_800.0)  # C-N-C of the imide over the ring near 1500 1/cm
COMPARE = ("no", "first")
LEAST_CHANGE = 0.05  # of a band's height: what baselines and the flanks of neighbours leave of it
DRAWN_PIECES = 290  # two points of each are what a drawing can show
MOST_MARKS = 5  # names that a panel has room for: the study's own bands, then the highest


@dataclass(frozen=True)
class OneSpectrum:
    """One spectrum, its baseline (shape ``(n,)``), bands, their assignment and the ratio imide over reference band.

    ``ratio`` and its standard uncertainty are ``None`` where one of both bands is not there.
    """

    number: int
    spectrum: Absorbance
    baseline: NDArray[np.float64]
    peaks: tuple[Peak, ...]
    assigned: tuple[tuple[Band, Peak, tuple[Band, ...]], ...]
    ratio: tuple[float, float] | None
    warnings: tuple[str, ...]

    @property
    def corrected(self) -> Corrected:
        above = self.spectrum.absorbance - self.baseline
        return Corrected(self.spectrum.wavenumber_per_m, above, self.spectrum.noise, self.peaks)


@dataclass(frozen=True)
class Comparison:
    """``one`` held against ``first``, which is multiplied by ``scale`` (``how`` says why that).

    ``whose`` names the binder or file ``first`` is of; "" where it is the specimen's own first spectrum. ``films``
    are there where ``first`` is the mean of several films.
    """

    first: OneSpectrum
    one: OneSpectrum
    whose: str
    scale: float
    how: str
    changes: tuple[Change, ...]
    films: Films | None = None


@dataclass(frozen=True)
class FtirResult:
    """The spectra of a specimen in order; ``compared`` are they with a reference, or with the first of them."""

    spectra: tuple[OneSpectrum, ...]
    own: tuple[Band, ...]
    method: str
    full_ratio: float | None
    compared: tuple[Comparison, ...]
    warnings: tuple[str, ...]


def analyse(trace: Trace, specimen: Specimen) -> FtirResult:
    """One spectrum. Columns: ``wavenumber_per_m`` and absorbance, transmittance, reflectance or a named ordinate.

    Raises :class:`AnalysisError` for too few points, ``MissingInput`` where nothing says what the ordinate is.
    """
    return together((trace,), specimen)


def together(traces: Sequence[Trace], specimen: Specimen) -> FtirResult:
    """Several spectra of one specimen, in order.

    Where traces are marked as a reference (another binder's), each is held against that, or the mean of those; with
    ``compare`` "first" against the first of them.
    """
    _refuse(specimen)
    own = own_bands(str(specimen.get("bands", "")), specimen.name)
    others = [trace for trace in traces if "reference" in trace.metadata]
    traces = [trace for trace in traces if "reference" not in trace.metadata]
    single = len(traces) == 1
    spectra = tuple(_one(trace, specimen, own, 0 if single else k) for k, trace in enumerate(traces, 1))
    asked = specimen.get("compare", COMPARE[0]) == "first"
    lonely = asked and single and not others
    warnings = ("one spectrum only: there is nothing to compare it with",) if lonely else ()
    compared: tuple[Comparison, ...] = ()
    if others:
        reference, films = _reference(others, specimen, own)
        whose = str(others[0].metadata["reference"])
        compared = tuple(_against(reference, one, whose, specimen, films) for one in spectra)
    if asked:
        compared += tuple(_against(spectra[0], one, "", specimen) for one in spectra[1:])
    method = str(specimen.get("baseline", BASELINES[0]))
    full = specimen.get("full_ratio")
    return FtirResult(spectra, own, method, float(full) if full is not None else None, compared, warnings)


def _one(trace: Trace, specimen: Specimen, own: Sequence[Band], number: int) -> OneSpectrum:
    spectrum = absorbance_of(trace, specimen)
    method, width = str(specimen.get("baseline", BASELINES[0])), float(specimen.get("baseline_width", BASELINE_WIDTH))
    baseline, said = baseline_of(spectrum, method, width)
    above = spectrum.absorbance - baseline
    share = float(specimen.get("least_band", LEAST_SHARE))
    peaks = find_bands(spectrum.wavenumber_per_m, above, spectrum.noise, share)
    warnings = (*spectrum.warnings, *said, *(() if peaks else ("no band stands out from the noise",)))
    return OneSpectrum(number, spectrum, baseline, peaks, assigned(peaks, own), _ratio(peaks), warnings)


def _ratio(peaks: Sequence[Peak]) -> tuple[float, float] | None:
    """Height of the imide's C-N-C band over that of the ring near 1500 1/cm, with its standard uncertainty."""
    found = []
    for low, high in (IMIDE, REFERENCE):
        inside = [p for p in peaks if low <= p.position_per_m <= high]
        if not inside:
            return None
        found.append(max(inside, key=lambda p: p.height))
    imide, reference = found
    ratio = imide.height / reference.height
    return ratio, abs(ratio) * float(np.hypot(imide.u_height / imide.height, reference.u_height / reference.height))


def _reference(traces: Sequence[Trace], specimen: Specimen, own: Sequence[Band]) -> tuple[OneSpectrum, Films | None]:
    """The spectrum of the one film, or the mean of several with how they differ."""
    spectra = [_one(trace, specimen, own, 0) for trace in traces]
    if len(spectra) == 1:
        return spectra[0], None
    films = mean_of([s.corrected for s in spectra], float(specimen.get("least_band", LEAST_SHARE)), *REFERENCE)
    mean = films.mean
    spectrum = replace(
        spectra[0].spectrum, wavenumber_per_m=mean.wavenumber_per_m, absorbance=mean.absorbance, noise=mean.noise
    )
    warnings = tuple(dict.fromkeys(w for s in spectra for w in s.warnings))
    flat = np.zeros_like(mean.absorbance)
    return OneSpectrum(0, spectrum, flat, mean.peaks, assigned(mean.peaks, own), _ratio(mean.peaks), warnings), films


def _against(
    first: OneSpectrum, one: OneSpectrum, whose: str, specimen: Specimen, films: Films | None = None
) -> Comparison:
    scale, u, how = scale_between(first.corrected, one.corrected, *REFERENCE)
    least = float(specimen.get("least_change", LEAST_CHANGE))
    found = changes(first.corrected, one.corrected, scale, u, least, films)
    return Comparison(first, one, whose, scale, f"{how}, by {scale:.4g}", found, films)


def _refuse(specimen: Specimen) -> None:
    problems = []
    for name, words in (("baseline", BASELINES), ("ordinate", ORDINATES), ("compare", COMPARE)):
        if specimen.get(name, words[0]) not in words:
            got = repr(specimen.get(name))
            problems.append(Problem(f"{name} is not one of its words", specimen.name, got, " or ".join(words)))
    for name, limit in (("least_band", 1.0), ("least_change", 1.0), ("baseline_width", np.inf), ("full_ratio", np.inf)):
        value = specimen.get(name)
        if value is not None and not (isinstance(value, (int, float)) and 0 < value < limit):
            problems.append(Problem(f"{name} makes no sense", specimen.name, repr(value), "a finite value above zero"))
    if problems:
        raise AnalysisError(*problems)


def findings(result: FtirResult) -> tuple[Finding, ...]:
    """Bands (position, height, width, area), the ratio of bands, degree of imidisation, changes; SI units."""
    return all_findings(result)


def series(result: FtirResult) -> tuple[Series, ...]:
    """Each spectrum over its baseline with its named bands, and as measured with the baseline."""
    out = []
    for one in result.spectra:
        x = one.spectrum.wavenumber_per_m
        at = {"spectrum": one.number} if one.number else {}
        label = f"spectrum {one.number}" if one.number else ""
        named = sorted(one.assigned, key=lambda found: (found[0] not in result.own, -found[1].height))[:MOST_MARKS]
        marks = tuple(Mark(band.name, peak.position_per_m) for band, peak, _ in named)
        above = one.corrected.absorbance
        kept = _kept(above)
        out.append(Series("spectrum", x[kept], above[kept], label, at=at, marks=marks))
        for curve, y in (("as measured", one.spectrum.absorbance), ("baseline", one.baseline)):
            out.append(Series("baseline", x[kept], y[kept], label, at={**at, "curve": curve}))
    return (*out, *(curve for pair in result.compared for curve in _beside(pair)))


def _beside(pair: Comparison) -> tuple[Series, ...]:
    """The spectrum, the scaled reference on its abscissa, and their difference with the greatest changes named."""
    x, y = pair.one.corrected.wavenumber_per_m, pair.one.corrected.absorbance
    first = pair.first.corrected
    inside = (x >= first.wavenumber_per_m[0]) & (x <= first.wavenumber_per_m[-1])
    if not inside.any():
        return ()
    x, y = x[inside], y[inside]
    scaled = pair.scale * np.interp(x, first.wavenumber_per_m, first.absorbance)
    greatest = sorted((c for c in pair.changes if c.kind != "shifted"), key=lambda c: -abs(c.height))[:MOST_MARKS]
    marks = tuple(Mark(f"{c.kind} {c.position_per_m / 100:.0f}", c.position_per_m) for c in greatest)
    at = {"spectrum": pair.one.number} if pair.one.number else {}
    out = []
    for name, curve, named in (
        (f"{pair.whose or 'first spectrum'}, scaled", scaled, ()),
        ("this spectrum", y, ()),
        ("difference", y - scaled, marks),
    ):
        kept = _kept(curve)
        out.append(Series("comparison", x[kept], curve[kept], at={**at, "curve": name}, marks=named))
    return tuple(out)


def _kept(y: NDArray[np.float64]) -> NDArray[np.int64]:
    """Indices of the lowest and highest ordinate of each of 290 pieces, and both ends: what a drawing shows."""
    width = -(-len(y) // DRAWN_PIECES)
    padded = np.pad(y, (0, -len(y) % width), mode="edge").reshape(-1, width)
    starts = np.arange(len(padded)) * width
    ends = np.array([0, len(y) - 1])
    index = np.concatenate([starts + padded.argmin(axis=1), starts + padded.argmax(axis=1), ends])
    return np.unique(np.minimum(index, len(y) - 1))


PARAMETERS = (
    Parameter(
        "ordinate", "text", "What the ordinate is, where the file does not say.", choices=ORDINATES,
    ),
    Parameter(
        "baseline", "text", "Method of pybaselines; none takes none off.", BASELINES[0], BASELINES,
        source="arpls: doi:10.1039/C4AN01061B",
    ),
    Parameter(
        "baseline_width", "m^-1", "The baseline follows only what is broader than this.", BASELINE_WIDTH,
        source="convention of this analysis: broader than a band",
    ),
    Parameter(
        "least_band", "1", "Share of the highest band below which a band is not listed.", LEAST_SHARE,
        source="convention of this analysis",
    ),
    Parameter("bands", "text", "The study's own bands, in 1/cm: \"imide C=O: 1705-1730; Si-O-Si: 1010-1083\"."),
    Parameter(
        "full_ratio", "1", "Height of the imide C-N-C band over the aromatic ring near 1500 1/cm when fully imidised.",
        blocks="degree of imidisation",
    ),
    Parameter(
        "compare", "text", "first: every spectrum is held against the first one of its specimen.", COMPARE[0], COMPARE,
        source="convention of this analysis",
    ),
    Parameter(
        "least_change", "1", "Share of a band's height by which it must differ to have grown or shrunk.", LEAST_CHANGE,
        source="convention of this analysis: the baseline and neighbours' flanks leave about as much",
    ),
)  # fmt: skip
WAVENUMBER = Axis("wavenumber", descending=True)
FIGURES = (
    Figure(
        "spectrum", "Infrared spectra", WAVENUMBER, Axis("absorbance"), panels="binder", vary="spectrum",
        caption="Absorbance over the baseline; ticks are the study's own bands, then the highest named ones.",
    ),
    Figure(
        "baseline", "Spectra and their baselines", WAVENUMBER, Axis("absorbance"), panels="binder", vary="curve",
        caption="Absorbance as measured and the baseline taken off.",
    ),
    Figure(
        "comparison", "Spectra compared", WAVENUMBER, Axis("absorbance"), panels="binder", vary="curve",
        caption="The spectrum, the one it is held against, scaled to its reference band, and their difference; "
        "ticks are the greatest differences that stand out from the noise, in 1/cm.",
    ),
)  # fmt: skip
TECHNIQUE = Technique(
    name="ftir",
    title="Infrared spectroscopy",
    summary=(
        f"Bands stand out from the baseline by more than {NOISE_TIMES:.0f} times the noise; each is measured "
        "(position, height, width, area) and named from a table of ranges with sources, or from the study's own."
    ),
    columns=("wavenumber_per_m",),
    optional_columns=("absorbance", "transmittance_1", "reflectance_1", "kubelka_munk", "spectrum_ordinate"),
    parameters=PARAMETERS,
    analyse=analyse,
    findings=findings,
    series=series,
    figures=FIGURES,
    files="JCAMP-DX, OPUS .0, OMNIC .spa, .spc, .asp, csv",
    key_quantities=("band_wavenumber", "imidisation_degree", "band_ratio", "band_height_change", "band_shift"),
    together=together,
    compares=True,
)
