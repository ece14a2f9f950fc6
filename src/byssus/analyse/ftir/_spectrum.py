"""A spectrum as absorbance over ascending wavenumber, with the noise of each point."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.technique import Specimen
from byssus.errors import AnalysisError, MissingInput, Problem
from byssus.laws.statistics import rounding_noise
from byssus.trace import Trace

__all__ = ["ORDINATES", "Absorbance", "absorbance_of", "noise_of"]

Floats = NDArray[np.float64]
PER_CM = 100.0  # 1/cm in 1/m
# Columns a trace may have, and the word that names each where a file does not.
COLUMNS = {
    "absorbance": "absorbance", "transmittance_1": "transmittance", "reflectance_1": "reflectance",
    "kubelka_munk": "Kubelka-Munk",
}  # fmt: skip
ORDINATES = ("absorbance", "transmittance", "percent transmittance", "reflectance", "Kubelka-Munk")
WINDOW = 40  # points a cubic is taken off before noise is read: some 40 to 80 1/cm, wider than zero filling correlates
QUIET = 0.25  # the quartile of windows taken for free of bands
FEWEST = 2 * WINDOW
LOWEST_TRANSMITTANCE = 1e-4  # an absorbance beyond 4 is stray light and detector noise
ABSURD = 10.0  # one in 1e10 of the light; whatever is in arbitrary units keeps its ratios, what is in % is upside down
HIGHEST = 1e3  # no absorbance; a damaged number


@dataclass(frozen=True)
class Absorbance:
    """``wavenumber_per_m`` ascending, ``absorbance`` and its standard uncertainty ``noise``, shapes ``(n,)``.

    ``origin`` says in words what the file holds. ``spacing_per_m`` is the median step.
    """

    wavenumber_per_m: Floats
    absorbance: Floats
    noise: Floats
    origin: str
    warnings: tuple[str, ...]

    @property
    def spacing_per_m(self) -> float:
        return float(np.median(np.diff(self.wavenumber_per_m)))


def absorbance_of(trace: Trace, specimen: Specimen) -> Absorbance:
    """The absorbance -log10 of a transmittance (or of a reflectance, said so); absorbance as it is.

    Raises :class:`MissingInput` where neither the file nor ``ordinate`` says what the ordinate is, and
    :class:`AnalysisError` for fewer than 80 points or numbers that are no spectrum.
    """
    name, kind, values = _ordinate(trace, specimen)
    wavenumber = np.asarray(trace["wavenumber_per_m"], dtype=np.float64)
    keep = np.isfinite(wavenumber) & np.isfinite(values) & (wavenumber > 0) & (np.abs(values) < HIGHEST)
    warnings = []
    if not keep.all():
        warnings.append(f"{int((~keep).sum())} of {len(keep)} points left out: no number, or none a spectrum has")
    wavenumber, values = wavenumber[keep], values[keep]
    wavenumber, first = np.unique(wavenumber, return_index=True)
    values = values[first]
    if len(values) < FEWEST or not np.ptp(values) > 0:
        what = "too few points for a spectrum" if len(values) < FEWEST else "the ordinate never changes"
        raise AnalysisError(Problem(what, trace.source.path, f"{len(values)} points", f"at least {FEWEST} that differ"))
    if len(first) < int(keep.sum()):
        warnings.append("a wavenumber stands twice: its first ordinate is taken")
    noise = noise_of(values)
    if kind in ("transmittance", "reflectance"):
        return _logarithm(wavenumber, values, noise, kind, warnings, trace)
    if kind == "absorbance" and float(np.max(values)) > ABSURD:
        told = (
            f"absorbances up to {np.max(values):.3g}: no spectrometer reads above {ABSURD:g}; is it transmittance in %?"
        )
        warnings.append(told)
    if kind == "Kubelka-Munk":
        warnings.append("Kubelka-Munk units stand for absorbance: ratios of bands hold, absorbances do not")
    return Absorbance(wavenumber, values, np.full(len(values), noise), f"{kind} ({name})", tuple(warnings))


def _ordinate(trace: Trace, specimen: Specimen) -> tuple[str, str, Floats]:
    """Column, kind and values; the file's own word goes before the parameter."""
    said = str(specimen.get("ordinate", ""))
    for column, kind in COLUMNS.items():
        if column in trace:
            return "as the file says", kind, np.asarray(trace[column], dtype=np.float64)
    if "spectrum_ordinate" not in trace:
        raise AnalysisError(
            Problem(
                "no ordinate of a spectrum", trace.source.path, ", ".join(trace.columns),
                "absorbance, transmittance or reflectance",
                'Map it with its unit: columns = { transmittance_1 = "heading [%]" }, or { absorbance = "heading" }.'
                + _unread(trace),
            )
        )  # fmt: skip
    if not said:
        raise MissingInput(
            Problem(
                "the file does not say what its ordinate is", trace.source.path, expected=" or ".join(ORDINATES),
                mend='Give it: parameters = { ordinate = "absorbance" }, or --set ordinate=absorbance.',
            )
        )  # fmt: skip
    values = np.asarray(trace["spectrum_ordinate"], dtype=np.float64)
    if said == "percent transmittance":
        return "as the study says", "transmittance", values / 100.0
    return "as the study says", said, values


def _unread(trace: Trace) -> str:
    headings = [str(heading) for heading in trace.metadata.get("unused_headings", ())][:8]
    return f" Not understood: {', '.join(headings)}." if headings else ""


def _logarithm(
    wavenumber: Floats, values: Floats, noise: float, kind: str, warnings: list[str], trace: Trace
) -> Absorbance:
    keep = values > LOWEST_TRANSMITTANCE
    if int(keep.sum()) < FEWEST:
        got = f"{int(keep.sum())} points with a {kind} above {LOWEST_TRANSMITTANCE:g}"
        raise AnalysisError(Problem("no light comes through", trace.source.path, got, f"at least {FEWEST}"))
    if not keep.all():
        lost = int((~keep).sum())
        warnings.append(
            f"{lost} of {len(keep)} points left out: {kind} at most {LOWEST_TRANSMITTANCE:g}, no light left"
        )
    if kind == "reflectance":
        warnings.append("absorbance is log10(1/R) of a reflectance: bands keep their places, heights are apparent")
    part = values[keep]
    return Absorbance(
        wavenumber[keep], -np.log10(part), noise / (part * np.log(10.0)), f"-log10 of the {kind}", tuple(warnings)
    )


def noise_of(values: Floats) -> float:
    """Standard deviation of the noise of evenly spaced ordinates, shape ``(n,)``.

    The root mean square about a cubic in windows of 40 points, at the lower quartile of the windows, so that bands
    do not count, divided by that quartile of the chi distribution.
    """
    from scipy.special import chdtri

    windows = values[: len(values) // WINDOW * WINDOW].reshape(-1, WINDOW)
    basis, _ = np.linalg.qr(np.vander(np.linspace(-1, 1, WINDOW), 4))
    centred = windows - windows.mean(axis=1, keepdims=True)
    rest = centred - (centred @ basis) @ basis.T
    freedom = WINDOW - 4
    rms = np.sqrt(np.sum(rest**2, axis=1) / freedom)
    white = float(np.quantile(rms, QUIET) / np.sqrt(chdtri(freedom, 1 - QUIET) / freedom))
    return max(white, rounding_noise(values))
