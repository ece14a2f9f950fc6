"""What a spectrum tells, as findings."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from byssus.analyse.force_curve import lacking
from byssus.analyse.ftir._bands import BANDS, CARBONYL, IMIDE_CARBONYL, Band
from byssus.analyse.ftir._compare import SIGNIFICANT, Change
from byssus.analyse.ftir._peaks import NOISE_TIMES, Peak
from byssus.findings import Finding, Status

if TYPE_CHECKING:
    from byssus.analyse.ftir.technique import Comparison, FtirResult, OneSpectrum

__all__ = ["all_findings"]

ROUNDED = 1000.0  # an unnamed band is told by its place to 10 1/cm, so that specimens can be gathered
NOISE_ONLY = (
    "uncertainty from noise and the summit's fit alone: resolution, calibration of the abscissa and the baseline are "
    "not in it"
)


ONE_FILM = "{whose} is one film: what films of one binder differ by is not in the significance"


def all_findings(r: FtirResult) -> tuple[Finding, ...]:
    """Bands and ratios of every spectrum, then the changes."""
    out: list[Finding] = []
    for one in r.spectra:
        at = {"spectrum": one.number} if one.number else {}
        warnings = (*r.warnings, *one.warnings)
        out += _bands(r, one, at, warnings)
        out += _ratios(r, one, at, warnings)
    for pair in r.compared:
        out += [_change(pair, change, r) for change in pair.changes] or [_unchanged(pair)]
    return tuple(out)


def _status(warnings: tuple[str, ...]) -> Status:
    return "warned" if warnings else "ok"


def _bands(r: FtirResult, one: OneSpectrum, at: Mapping[str, Any], warnings: tuple[str, ...]) -> Iterator[Finding]:
    from_ = f"{one.spectrum.origin}; baseline {r.method}"
    named = {id(peak) for _, peak, _ in one.assigned}
    for band, peak, others in one.assigned:
        remarks = tuple(filter(None, (_told(band), *(f"may also be {b.name} ({b.source})" for b in others))))
        yield from _measures(peak, {"band": band.name, **at}, (*remarks, *warnings), _status(warnings), from_)
    for peak in one.peaks:
        if id(peak) not in named:
            name, remarks = _unnamed(peak.position_per_m, r)
            yield _position(peak, {"band": name, **at}, (*remarks, *warnings), _status(warnings), from_)
    found = {band.name for band, _, _ in one.assigned}
    for band in r.own:
        if band.name not in found:
            like = Finding("band_wavenumber", None, "m^-1", {"band": band.name, **at}, method=f"highest band, {from_}")
            where = f"{band.low_per_cm:g} and {band.high_per_cm:g} 1/cm"
            why = f"no band between {where} stands out by {NOISE_TIMES:g} times the noise"
            yield replace(like, status="not_identifiable", remarks=(why, *warnings))


def _unnamed(position_per_m: float, r: FtirResult) -> tuple[str, tuple[str, ...]]:
    """What a band is called that is not the highest of a range: by the range, if any, and its place."""
    place = f"near {round(position_per_m / ROUNDED) * 10}"
    holding = [band for band in (*r.own, *BANDS) if band.holds(position_per_m) and not band.needs_imide]
    if not holding:
        return f"unnamed {place}", ("no range of the table holds this band",)
    return f"{holding[0].name}, {place}", (_told(holding[0]), "a higher band of this range is told under its name")


def _told(band: Band) -> str:
    note = band.note or (CARBONYL if "C=O" in band.name and "imide" in band.name.casefold() else "")
    return "; ".join(filter(None, (f"range {band.low_per_cm:g}-{band.high_per_cm:g} 1/cm, {band.source}", note)))


def _position(peak: Peak, at: Mapping[str, Any], remarks: tuple[str, ...], status: Status, from_: str) -> Finding:
    return Finding(
        "band_wavenumber", peak.position_per_m, "m^-1", at, peak.u_position_per_m, n=1, status=status, remarks=remarks,
        method=f"vertex of a parabola through the summit, {from_}; {NOISE_ONLY}", equation="ν̃ = -b/(2a)",
    )  # fmt: skip


def _measures(
    peak: Peak, at: Mapping[str, Any], remarks: tuple[str, ...], status: Status, from_: str
) -> Iterator[Finding]:
    yield _position(peak, at, remarks, status, from_)
    yield Finding(
        "band_height", peak.height, "1", at, peak.u_height, n=1, status=status, remarks=remarks,
        method=f"height of that vertex over the baseline, {from_}; {NOISE_ONLY}", equation="A = c - b²/(4a)",
    )  # fmt: skip
    width = Finding(
        "band_width", peak.width_per_m, "m^-1", at, n=1, status=status, remarks=remarks,
        method=f"full width at half height, flanks interpolated, {from_}", equation="ν̃2 - ν̃1 where A = A(max)/2",
    )  # fmt: skip
    if not math.isfinite(peak.width_per_m):
        why = "a neighbouring band begins above half the height"
        width = replace(width, value=None, n=None, status="not_identifiable", remarks=(why, *remarks))
    yield width
    low, high = peak.low_per_m / 100, peak.high_per_m / 100
    yield Finding(
        "band_area", peak.area_per_m, "m^-1", at, peak.u_area_per_m, n=1, status=status, remarks=remarks,
        method=f"area over the baseline, {low:.1f} to {high:.1f} 1/cm, {from_}; {NOISE_ONLY}", equation="∫ A dν̃",
    )  # fmt: skip


def _ratios(r: FtirResult, one: OneSpectrum, at: Mapping[str, Any], warnings: tuple[str, ...]) -> list[Finding]:
    pair = "imide C-N-C (1360-1385 1/cm) over aromatic ring (1485-1518 1/cm)"
    ratio = Finding(
        "band_ratio", None, "1", {"bands": "1370/1500", **at}, n=1, remarks=warnings, status=_status(warnings),
        method=f"heights over the baseline, {pair}; {NOISE_ONLY}", equation="A1370/A1500",
    )  # fmt: skip
    degree = Finding(
        "imidisation_degree", None, "1", at, n=1, remarks=warnings, status=_status(warnings),
        method=f"{pair}, over the same ratio when fully imidised; Pryde, J. Polym. Sci. A 31 (1993) 1045",
        equation="(A1370/A1500) / (A1370/A1500)full",
    )  # fmt: skip
    low, high = IMIDE_CARBONYL
    if not any(low <= p.position_per_m / 100 <= high for p in one.peaks):
        return []  # no imide: nothing is asked of this spectrum
    if one.ratio is None:
        why = "one of both bands is not there"
        return [replace(f, n=None, status="not_identifiable", remarks=(why, *warnings)) for f in (ratio, degree)]
    value, u = one.ratio
    ratio = replace(ratio, value=value, standard_uncertainty=u)
    if r.full_ratio is None:
        return [ratio, lacking(degree, "full_ratio is not given: the ratio of these bands in a fully cured film")]
    full = replace(degree, value=value / r.full_ratio, standard_uncertainty=u / r.full_ratio)
    if value / r.full_ratio > 1 + SIGNIFICANT * u / r.full_ratio:
        said = "above 1: full_ratio is not that of a fully imidised film, or the bands overlap others"
        full = replace(full, status="warned", remarks=(said, *warnings))
    return [ratio, full]


def _name(change: Change, pair: Comparison, r: FtirResult) -> str:
    """The name of the nearest assigned band, of either spectrum, else its place."""
    near = [
        (abs(peak.position_per_m - change.position_per_m), band.name)
        for spectrum in (pair.one, pair.first)
        for band, peak, _ in spectrum.assigned
    ]
    distance, name = min(near, default=(math.inf, ""))
    return name if distance < 1.0 else _unnamed(change.position_per_m, r)[0]


def _compared(pair: Comparison) -> tuple[dict[str, Any], str, tuple[str, ...]]:
    """The conditions of a comparison, what it is held against in words, and what is to be said of that spectrum."""
    at: dict[str, Any] = {"spectrum": pair.one.number} if pair.one.number else {}
    if not pair.whose:
        return at, "the first spectrum", ()
    told = tuple(f"{pair.whose}: {warning}" for warning in pair.first.warnings)
    other = "the spectrum" if pair.films is None else f"the mean of {pair.films.n} films"
    return {**at, "reference": pair.whose}, f"{other} of {pair.whose}", told


def _counted(pair: Comparison) -> tuple[str, tuple[str, ...]]:
    """What the uncertainty of a change holds, and a remark where a film stands for a binder."""
    if pair.films is None:
        return NOISE_ONLY, (ONE_FILM.format(whose=pair.whose),) if pair.whose else ()
    films = pair.films
    return (
        f"uncertainty from noise, the summit's fit and the scatter among {films.n} films (standard deviations of "
        f"heights {films.relative:.1%}, of positions {films.position_per_m / 100:.2g} 1/cm, pooled over bands, or what "
        "the films show there if that is more), taken for this spectrum's film too"
    ), ()


def _change(pair: Comparison, change: Change, r: FtirResult) -> Finding:
    at, other, said = _compared(pair)
    at = {"band": _name(change, pair, r), "change": change.kind, **at}
    told = f"{change.significance:.1f} standard uncertainties, at {change.position_per_m / 100:.1f} 1/cm"
    said = (*said, *pair.one.warnings)
    holds, lone = _counted(pair)
    remarks = (told, *lone, *said)
    if change.kind == "shifted":
        return Finding(
            "band_shift", change.shift_per_m, "m^-1", at, change.u_shift_per_m, n=1, remarks=remarks,
            method=f"position less that in {other}; {holds}", equation="ν̃(k) - ν̃(1)", status=_status(said),
        )  # fmt: skip
    return Finding(
        "band_height_change", change.height, "1", at, change.u_height, n=1, remarks=remarks, status=_status(said),
        method=f"height less that in {other}, {pair.how}; {holds}", equation="A(k) - s A(1)",
    )  # fmt: skip


def _unchanged(pair: Comparison) -> Finding:
    at, other, said = _compared(pair)
    why = f"no band differs by {SIGNIFICANT:g} standard uncertainties or more from {other}, {pair.how}"
    like = Finding("band_height_change", None, "1", at, method=f"bands of both, {pair.how}")
    return replace(like, status="not_identifiable", remarks=(why, *said))
