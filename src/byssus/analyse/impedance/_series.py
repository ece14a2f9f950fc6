"""The curves of the spectra of one specimen: impedance plane, distribution, residuals, resistances by cycle."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from byssus.figure import Mark, Series

if TYPE_CHECKING:
    from byssus.analyse.impedance.technique import ImpedanceResult, OneSpectrum

__all__ = ["series"]


def series(result: ImpedanceResult) -> tuple[Series, ...]:
    """All curves, spectra in order."""
    out: list[Series] = []
    for place, one in enumerate(result.spectra):
        out.extend(_plane(one))
        out.append(_distribution(result, place))
        out.extend(_residuals(one))
    out.extend(_resistances(result))
    return tuple(out)


def _plane(one: OneSpectrum) -> Iterator[Series]:
    """Measured points, and the line of what the distribution reproduces."""
    order = np.argsort(one.spectrum.frequency_hz)[::-1]
    measured, fitted = one.spectrum.impedance_ohm[order], one.relaxation.fitted_impedance_ohm[order]
    yield Series("nyquist", measured.real, -measured.imag, at=one.spectrum.at)
    yield Series("nyquist", fitted.real, -fitted.imag, at=one.spectrum.at, kind="line")


def _distribution(result: ImpedanceResult, place: int) -> Series:
    """gamma with its band over the measured range, the peaks marked by their names."""
    one = result.spectra[place]
    found, frequency = one.relaxation, one.spectrum.frequency_hz
    within = (found.tau_s >= 1 / (2 * np.pi * frequency.max())) & (found.tau_s <= 1 / (2 * np.pi * frequency.min()))
    marks = tuple(
        Mark(_short(result.process(place, number)), peak.tau_s)
        for number, peak in enumerate(found.peaks)
        if peak.identifiable and number in one.inside
    )
    columns = (found.tau_s, found.gamma_ohm, found.lower_ohm, found.upper_ohm)
    tau, gamma, lower, upper = (column[within] for column in columns)
    return Series("relaxation_times", tau, gamma, at=one.spectrum.at, lower=lower, upper=upper, marks=marks)


def _short(name: str) -> str:
    """``"τ2"`` of ``"τ2 SEI"``: the symbol where a name begins with one, else the whole name."""
    first = name.split(" ")[0]
    return first if any(sign.isdigit() for sign in first) else name


def _residuals(one: OneSpectrum) -> Iterator[Series]:
    order = np.argsort(one.spectrum.frequency_hz)
    parts = {"real": one.validity.residual_real, "imaginary": one.validity.residual_imaginary}
    for part, residual in parts.items():
        at = {**one.spectrum.at, "part": part}
        yield Series("kramers_kronig", one.spectrum.frequency_hz[order], residual[order], at=at)


def _resistances(result: ImpedanceResult) -> Iterator[Series]:
    """Resistance against cycle of each process that was followed over more than one spectrum with a cycle."""
    points: dict[str, list[tuple[float, float, float]]] = {}
    for place, one in enumerate(result.spectra):
        cycle = one.spectrum.at.get("cycle")
        if cycle is None:
            return
        for number, peak in enumerate(one.relaxation.peaks):
            if peak.identifiable:
                found = (float(cycle), peak.resistance_ohm, peak.resistance_uncertainty_ohm)
                points.setdefault(result.process(place, number), []).append(found)
    for process, rows in points.items():
        if len(rows) > 1:
            cycle_number, ohm, spread = np.array(sorted(rows)).T
            yield Series("resistance_by_cycle", cycle_number, ohm, y_error=spread, at={"process": process})
