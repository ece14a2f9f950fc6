"""The numbers of the spectra of one specimen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from byssus.analyse.impedance._measured import BIN_DECADES, MOST_POINTS
from byssus.findings import Finding, Status
from byssus.vocabulary import quantity

if TYPE_CHECKING:
    from byssus.analyse.impedance.technique import ImpedanceResult, OneSpectrum

__all__ = ["findings"]

GAMMA = "Z = R0 + jωL + ∫ γ(ln τ) / (1 + jωτ) d ln τ"
DRT_METHOD = "distribution of relaxation times, its smoothness by the evidence of the data"
PEAK_METHOD = f"peak of the {DRT_METHOD}"
ARC_METHOD = "series of arcs fitted to the spectrum from the peaks of the distribution"
ARC = "Z = R0 + jωL + Σ R / (1 + (jωτ)^φ)"
KK_METHOD = "linear Kronig-Kramers test, a chain of {} RC elements by the mu criterion"
COUNTER_ELECTRODE = "two electrodes: the counter electrode's own impedance is inside every peak"
INVALID = "the spectrum is not Kramers-Kronig consistent: {}"


def findings(result: ImpedanceResult) -> tuple[Finding, ...]:
    """Validity, resistances, peaks by process and fitted arcs of every spectrum, and what cannot be told apart."""
    out: list[Finding] = []
    for place, one in enumerate(result.spectra):
        out.extend(_whole(one, result.tracks.remarks))
        out.extend(_peaks(result, place))
        out.extend(_arcs(one))
    out.extend(_unresolved(result))
    for spectrum, fault in result.failed:
        reasons = tuple(str(problem) for problem in fault.problems)
        for name in ("ohmic_resistance", "polarisation_resistance"):
            out.append(_finding(name, None, spectrum.at, status="failed", remarks=reasons))
    return tuple(out)


def _whole(one: OneSpectrum, followed: tuple[str, ...]) -> Iterator[Finding]:
    """What a spectrum says as a whole."""
    validity, relaxation, at = one.validity, one.relaxation, one.spectrum.at
    method = KK_METHOD.format(validity.elements)
    yield _finding(
        "kramers_kronig_residual",
        validity.rms_residual,
        at,
        method=method,
        equation="sqrt(mean of |Z - fit|² / (2 |Z|²))",
        status="ok" if validity.valid else "warned",
        remarks=validity.remarks,
    )
    said = {"method": DRT_METHOD, "equation": GAMMA, **_standing(one, relaxation.remarks)}
    yield _finding(
        "ohmic_resistance",
        relaxation.ohmic_resistance_ohm,
        at,
        uncertainty=relaxation.ohmic_resistance_uncertainty_ohm,
        **said,
    )
    yield _finding(
        "series_inductance", relaxation.inductance_h, at, uncertainty=relaxation.inductance_uncertainty_h, **said
    )
    yield from _polarisation(one, {**said, "remarks": (*said["remarks"], *followed)})


def _polarisation(one: OneSpectrum, said: dict[str, Any]) -> Iterator[Finding]:
    """The resistance of all processes that end within the measured range."""
    relaxation, at = one.relaxation, one.spectrum.at
    inside = [relaxation.peaks[k] for k in one.inside]
    outside = len(relaxation.peaks) - len(inside)
    said = said | {"method": f"sum of the peaks within the measured range; {DRT_METHOD}", "equation": "Σ R"}
    if one.is_open or outside or relaxation.blocking_capacitance_f or relaxation.warburg_ohm_per_root_s:
        tail = "the spectrum does not close at low frequency: what is slower than it is not in this sum"
        said["remarks"] = (*said["remarks"], tail)
    variance = sum(peak.resistance_uncertainty_ohm**2 for peak in inside)
    total = sum(peak.resistance_ohm for peak in inside)
    if not inside:
        said |= {"status": "not_identifiable", "remarks": (*said["remarks"], "no process ends within the range")}
    yield _finding("polarisation_resistance", total if inside else None, at, uncertainty=variance**0.5, **said)


def _peaks(result: ImpedanceResult, place: int) -> Iterator[Finding]:
    one = result.spectra[place]
    for number in one.inside:
        peak, track = one.relaxation.peaks[number], result.track(place, number)
        followed = track.points[place] if track else None
        at = {**one.spectrum.at, "process": result.process(place, number)}
        doubts = [*peak.remarks, *(track.remarks if track else ())]
        if followed is not None and followed.reason:
            doubts.append(followed.reason)
        remarks = (*doubts, *((COUNTER_ELECTRODE,) if result.electrodes == "two" else ()))
        said = {"method": PEAK_METHOD, **_standing(one, remarks, doubted=bool(doubts))}
        if not peak.identifiable or followed is None or followed.status != "ok":
            said["status"] = "not_identifiable"
        numbers = (
            ("peak_time_constant", peak.tau_s, peak.tau_uncertainty_s, GAMMA),
            ("peak_resistance", peak.resistance_ohm, peak.resistance_uncertainty_ohm, "∫ γ d ln τ over the peak"),
            ("peak_capacitance", peak.capacitance_f, peak.capacitance_uncertainty_f, "C = τ / R"),
        )
        for name, value, spread, equation in numbers:
            known = None if said["status"] == "not_identifiable" else value
            yield _finding(name, known, at, uncertainty=spread, equation=equation, **said)


def _unresolved(result: ImpedanceResult) -> Iterator[Finding]:
    """Processes without a peak in some spectrum, and names that no process could be given."""
    for track in result.tracks.tracks:
        for point in track.points:
            if point.peak is None:
                at = {**result.spectra[point.spectrum].spectrum.at, "process": result.label(track)}
                yield _finding("peak_resistance", None, at, status="not_identifiable", remarks=(point.reason,))
    for name, reason in result.tracks.unassigned:
        yield _finding("peak_resistance", None, {"process": name}, status="not_identifiable", remarks=(reason,))


def _arcs(one: OneSpectrum) -> Iterator[Finding]:
    """The fitted arcs, told from the peaks by ``at.model``."""
    at = {**one.spectrum.at, "model": "arcs"}
    if one.arcs is None:
        yield _finding("peak_resistance", None, at, status="not_identifiable", remarks=(one.why_no_arcs,))
        return
    common = list(one.arcs.remarks)
    if len(one.spectrum.frequency_hz) > MOST_POINTS:
        common.append(f"fitted to means over {BIN_DECADES:g} decade of the {len(one.spectrum.frequency_hz)} points")
    if one.arcs.fewer_suffice is not None:
        common.append(f"{one.arcs.fewer_suffice} arcs explain the spectrum no worse (BIC)")
    for number, arc in enumerate(one.arcs.elements, 1):
        here = {**at, "arc": number}
        said = {"method": ARC_METHOD, "equation": ARC, **_standing(one, (*arc.remarks, *common), bool(arc.remarks))}
        numbers = (
            ("peak_time_constant", arc.tau_s, arc.tau_uncertainty_s),
            ("peak_resistance", arc.resistance_ohm, arc.resistance_uncertainty_ohm),
            ("peak_capacitance", arc.capacitance_f, arc.capacitance_uncertainty_f),
            ("arc_exponent", arc.exponent, arc.exponent_uncertainty),
        )
        for name, value, spread in numbers:
            if not arc.identifiable:
                said["status"] = "not_identifiable"
            known = None if said["status"] == "not_identifiable" else value
            yield _finding(name, known, here, uncertainty=spread, **said)


def _standing(one: OneSpectrum, remarks: tuple[str, ...], doubted: bool = False) -> dict[str, Any]:
    """Status and remarks: nothing of a spectrum that is not Kramers-Kronig consistent is without warning."""
    if one.validity.valid and not doubted:
        return {"status": "ok", "remarks": remarks}
    if one.validity.valid:
        return {"status": "warned", "remarks": remarks}
    return {"status": "warned", "remarks": (*remarks, INVALID.format(one.validity.verdict.replace("_", " ")))}


def _finding(
    name: str,
    value: float | None,
    at: Any,
    *,
    uncertainty: float | None = None,
    status: Status = "ok",
    remarks: tuple[str, ...] = (),
    **said: Any,
) -> Finding:
    """A finding in the vocabulary's unit, with its 95 % interval."""
    known = value is not None and uncertainty is not None and uncertainty == uncertainty and uncertainty > 0
    spread = uncertainty if known else None
    return Finding(
        name,
        value,
        quantity(name).unit,
        dict(at),
        standard_uncertainty=spread,
        interval=(value - 1.96 * spread, value + 1.96 * spread) if value is not None and spread is not None else None,
        n=None if value is None else 1,
        technique="impedance",
        status=status,
        remarks=tuple(dict.fromkeys(remarks)),
        **said,
    )
