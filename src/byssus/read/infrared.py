"""What every reader of infrared spectra makes of its file: wavenumbers and an ordinate that the file itself names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byssus.read.problems import escaped, refuse
from byssus.read.table import Kind, Table

__all__ = ["MAX_POINTS", "WAVENUMBER", "even_axis", "spectrum_table"]

Floats = NDArray[np.float64]
WAVENUMBER, UNSAID = "wavenumber_per_m", "spectrum_ordinate"
MAX_POINTS = 5_000_000  # no spectrum has more; a damaged count does
# How files call their abscissa, without case, blanks and signs, and what it is in metres (or 1 over metres).
_WAVENUMBERS = frozenset(("1/cm", "cm1", "wn", "wavenumber", "wavenumbers", "wavenumber(cm1)", "wavenumbers(cm1)"))
_LENGTHS = {
    "micrometers": 1e-6,
    "micrometer": 1e-6,
    "um": 1e-6,
    "mi": 1e-6,
    "microns": 1e-6,
    "nanometers": 1e-9,
    "nm": 1e-9,
}
# No 100 % line drifts to 200 %: a transmittance or reflectance beyond is written in percent.
HIGHEST_FRACTION = 2.0


def spectrum_table(
    reader: str,
    axis: tuple[Floats, str],
    ordinate: tuple[Floats, str],
    where: str,
    *,
    preamble: Mapping[str, Any] | None = None,
    warnings: Sequence[str] = (),
    rehearsed: bool = False,
    number: int = 0,
    lines: Sequence[str] = (),
) -> Table:
    """The table of one spectrum.

    ``axis`` and ``ordinate`` are values, shape ``(n,)``, and the words the file has for them: ``"1/CM"``,
    ``"% TRANSMITTANCE"``. An ordinate of another kind, or of none, becomes ``spectrum_ordinate``, for the study to
    name. ``number`` from 1 where a file holds several. Raises :class:`ReadError` for an abscissa that is no
    wavenumber and no wavelength, or a spectrum without points.
    """
    wavenumber = _per_metre(*axis, where)
    name, values, said = _named(*ordinate)
    if not len(values) or len(values) != len(wavenumber):
        refuse("a spectrum without points", where, got=f"{len(wavenumber)} wavenumbers, {len(values)} ordinates")
    columns: list[NDArray[Any]] = [wavenumber, values]

    def fetch(wanted: Mapping[int, Kind]) -> dict[int, NDArray[Any]]:
        return {i: columns[i].astype(np.str_) if kind == "text" else columns[i] for i, kind in wanted.items()}

    written = {"abscissa": axis[1], "ordinate": ordinate[1]}
    return Table(
        reader, (WAVENUMBER, name), ("number", "number"), fetch, preamble={**written, **(preamble or {})},
        lines=tuple(lines[:5]), warnings=(*warnings, *said), rehearsed=rehearsed,
        header_si={"at": {"spectrum": number}} if number else {},
    )  # fmt: skip


def even_axis(first: float, last: float, n: int, where: str) -> Floats:
    """``n`` evenly spaced values; :class:`ReadError` where the header's ends are none."""
    if not (np.isfinite([first, last]).all() and 0 < n <= MAX_POINTS and (n == 1 or first != last)):
        refuse("the header gives no axis", where, got=f"{n} points from {first:.6g} to {last:.6g}")
    if max(abs(first), abs(last)) > 1e9:
        refuse("the header gives no axis", where, got=f"from {first:.6g} to {last:.6g}", mend="Export the file again.")
    return np.linspace(first, last, n)


def _per_metre(values: Floats, unit: str, where: str) -> Floats:
    word = "".join(c for c in unit.casefold() if c not in " ^-_*⁻").replace("¹", "1").replace("²", "2")
    if word not in _WAVENUMBERS and word not in _LENGTHS:
        refuse(
            "the abscissa is no wavenumber and no wavelength",
            where,
            got=f"'{escaped(unit, 40)}'" if unit else "nothing said",
            expected="1/cm, micrometres or nanometres",
            mend="Give an infrared spectrum; a Raman shift is none.",
        )
    if word in _WAVENUMBERS:
        return np.asarray(values * 100.0, dtype=np.float64)
    if not np.all(values > 0):
        refuse("a wavelength that is not above zero", where, got=f"{float(np.min(values)):.6g}")
    return np.asarray(1.0 / (values * _LENGTHS[word]), dtype=np.float64)


def _named(values: Floats, words: str) -> tuple[str, Floats, list[str]]:
    """Canonical column, values as fraction or absorbance, and what is to be said."""
    text = words.casefold()
    percent = "%" in text or "percent" in text
    for key, column in (("transmi", "transmittance_1"), ("reflect", "reflectance_1")):
        if key not in text or "log" in text:
            continue
        largest = float(np.nanmax(np.abs(values), initial=0.0))
        if percent:
            return column, values / 100.0, []
        if largest > HIGHEST_FRACTION:
            said = f"'{escaped(words, 40)}' reaches {largest:.4g}, which no fraction does: it is read as percent"
            return column, values / 100.0, [said]
        return column, values, []
    if "absorb" in text or text.strip() in ("log(1/r)", "ab"):
        return "absorbance", values, []
    if "kubelka" in text:
        return "kubelka_munk", values, []
    kind = f"is '{escaped(words, 40)}'" if words.strip() else "is not named"
    return UNSAID, values, [f"the ordinate {kind} in this file: say what it is with the parameter ordinate"]
