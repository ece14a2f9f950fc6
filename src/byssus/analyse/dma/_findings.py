"""What a dynamic mechanical run tells, as findings."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from byssus.analyse.dma._ramp import FEWEST, FLAT, Ramp, Summit
from byssus.analyse.dma._shift import Told
from byssus.findings import Finding, Status
from byssus.laws.viscoelastic import crosslink_density

if TYPE_CHECKING:
    from byssus.analyse.dma.technique import DmaResult

__all__ = ["all_findings"]

TAN, LOSS, ONSET = "tan delta peak", "loss modulus peak", "storage onset"
HIGHEST_RUBBER_PA = 1e8  # beyond, strands are shorter than the chains that rubber elasticity speaks of
FAR_DECADES = 0.3  # a factor of two in frequency: shifts further from a law do not follow it
SCATTER = "uncertainty from the scatter about the fit alone: calibration of the temperature is not in it"


def all_findings(r: DmaResult) -> tuple[Finding, ...]:
    """Every ramp's findings, then those of the shift."""
    out: list[Finding] = []
    several = len(r.ramps) > 1
    courses = r.ramps
    if not any(_course(ramp) for ramp in r.ramps):  # isotherms alone, or a master curve: told once
        several, courses = False, r.ramps[:1]
    for ramp in courses:
        at = {"frequency": float(f"{ramp.frequency_hz:.4g}")} if several else {}
        out += _transitions(ramp, at, r)
        out += _plateau(ramp, at, r)
    return (*out, *_shifted(r), *(_told(r.told, r) if r.told else ()))


def _course(ramp: Ramp) -> bool:
    return len(ramp.temperature_k) > 1 and float(ramp.temperature_k[-1] - ramp.temperature_k[0]) > FEWEST


def _status(r: DmaResult) -> Status:
    return "warned" if r.warnings else "ok"


def _transitions(ramp: Ramp, at: Mapping[str, Any], r: DmaResult) -> Iterator[Finding]:
    modulus = "G" if r.shear else "E"
    for name, summit, what in ((TAN, ramp.tan_delta, "tan δ"), (LOSS, ramp.loss, f"{modulus}''")):
        like = Finding(
            "glass_transition_temperature", None, "K", {"criterion": name, **at}, status=_status(r), remarks=r.warnings,
            method=f"maximum of a quartic through the top of {what}; {SCATTER}", equation=f"d({what})/dT = 0",
        )  # fmt: skip
        if summit is None:
            yield _unseen(like, _no_peak(ramp, what))
            continue
        yield replace(like, value=summit.temperature_k, standard_uncertainty=summit.u_temperature_k, n=1)
    onset = Finding(
        "glass_transition_temperature", None, "K", {"criterion": ONSET, **at}, status=_status(r), remarks=r.warnings,
        method=f"where the tangent of log {modulus}' at its steepest fall meets the glassy line, ISO 6721-11",
        equation=f"log {modulus}'(glassy) = log {modulus}'(tangent)",
    )  # fmt: skip
    if math.isfinite(ramp.onset_k):
        low, high = (k - 273.15 for k in ramp.onset_window_k)
        told = (f"glassy line fitted from {low:.1f} to {high:.1f} °C", *r.warnings)
        yield replace(onset, value=ramp.onset_k, n=1, remarks=told)
    else:
        yield _unseen(onset, "no glassy part before a fall of the storage modulus")
    yield from _peak(ramp.tan_delta, ramp, at, r)


def _unseen(like: Finding, why: str) -> Finding:
    return replace(like, status="not_identifiable", remarks=(why, *like.remarks))


def _no_peak(ramp: Ramp, what: str) -> str:
    if len(ramp.temperature_k) < 2 or float(ramp.temperature_k[-1] - ramp.temperature_k[0]) < 5.0:
        return "one temperature only"
    return f"no peak of {what} within the measured temperatures"


def _peak(summit: Summit | None, ramp: Ramp, at: Mapping[str, Any], r: DmaResult) -> Iterator[Finding]:
    height = Finding(
        "tan_delta_peak", None, "1", at, status=_status(r), remarks=r.warnings,
        method=f"height of a quartic through the top of tan δ; {SCATTER}",
        equation="tan δ = E''/E'",
    )  # fmt: skip
    width = Finding(
        "tan_delta_width", None, "K", at, status=_status(r), remarks=r.warnings,
        method="full width at half height, flanks interpolated", equation="T2 - T1 where tan δ = max/2",
    )  # fmt: skip
    if summit is None:
        yield _unseen(height, _no_peak(ramp, "tan δ"))
        return
    yield replace(height, value=summit.height, standard_uncertainty=summit.u_height, n=1)
    if math.isfinite(summit.width_k):
        yield replace(width, value=summit.width_k, n=1)
    else:
        yield _unseen(width, "a flank does not fall to half the height within the data")


def _plateau(ramp: Ramp, at: Mapping[str, Any], r: DmaResult) -> Iterator[Finding]:
    symbol, factor = ("G'", "") if r.shear else ("E'", "3 ")
    modulus = Finding(
        "rubbery_modulus", None, "Pa", at, status=_status(r), remarks=r.warnings,
        method=f"mean of {symbol} in the flattest window of 20 K, 15 K or more above the peak of tan δ; uncertainty "
        "from the scatter in it and the choice among windows as flat",
        equation=f"{symbol}r = mean {symbol}",
    )  # fmt: skip
    density = Finding(
        "crosslink_density", None, "mol/m^3", at, status=_status(r), remarks=r.warnings,
        method="affine network, from the plateau at its own temperature", equation=f"ν = {symbol}r/({factor}R T)",
    )  # fmt: skip
    found = ramp.plateau
    if found is None or abs(found.slope_per_k) > FLAT:
        reached = "the data end before a plateau could be seen"
        slope = f"log {symbol} still changes by {found.slope_per_k:.3g} a kelvin" if found else reached
        yield _unseen(modulus, slope)
        yield _unseen(density, slope)
        return
    told = (
        f"about {found.temperature_k - 273.15:.0f} °C, where log {symbol} changes by {found.slope_per_k:.2g} a kelvin",
    )
    yield replace(
        modulus, value=found.modulus_pa, standard_uncertainty=found.u_modulus_pa, n=1, remarks=(*told, *r.warnings)
    )
    value = crosslink_density(found.modulus_pa, found.temperature_k, shear=r.shear)
    valid = "entanglements carry too: of an uncrosslinked polymer this is no crosslink density"
    status: Status = _status(r)
    if found.modulus_pa > HIGHEST_RUBBER_PA:
        status = "warned"
        beyond = f"above {HIGHEST_RUBBER_PA / 1e6:.0f} MPa strands are too short for rubber elasticity: compare only"
        valid = f"{beyond}; {valid}"
    u = found.u_ratio * value
    yield replace(density, value=value, standard_uncertainty=u, n=1, status=status, remarks=(valid, *r.warnings))


def _shifted(r: DmaResult) -> Iterator[Finding]:
    if r.shift is None:
        if r.curves:
            like = Finding("shift_factor", None, "1", method="isotherms moved onto their neighbours")
            yield _unseen(like, "neighbouring isotherms share too little of their modulus")
        return
    s = r.shift
    at = {"reference_temperature": round(s.reference_k, 2)}
    span = (
        f"{s.temperature_k[0] - 273.15:.1f} to {s.temperature_k[-1] - 273.15:.1f} °C, {len(s.temperature_k)} isotherms"
    )
    moved = f"isotherms moved along log f onto their neighbours, splines, least squares in the log modulus; {span}"
    wlf_at = f"{moved}; law fitted from {r.wlf_from_k - 273.15:.1f} °C, the lowest loss peak" if r.wlf_from_k else moved
    for name, unit in (("wlf_c1", "1"), ("wlf_c2", "K")):
        like = Finding(name, None, unit, at, method=wlf_at, equation="log aT = -C1 (T - Tr)/(C2 + T - Tr)")
        if r.wlf is None:
            yield _unseen(like, "fewer than three isotherms above the glass transition, or no law fits them")
            continue
        value, u = (r.wlf.c1, r.wlf.u_c1) if name == "wlf_c1" else (r.wlf.c2_k, r.wlf.u_c2_k)
        if not u < value:
            yield _unseen(like, f"the shifts do not tell it: {value:.3g} with a standard uncertainty of {u:.3g}")
        else:
            yield _of_law(replace(like, value=value, standard_uncertainty=u, n=1), r.wlf.rms, r)
    if r.arrhenius is not None:
        like = Finding(
            "activation_energy", r.arrhenius.energy_j_per_mol, "J/mol", at, r.arrhenius.u_energy, n=1, method=moved,
            equation="log aT = Ea/(R ln 10) (1/T - 1/Tr)",
        )  # fmt: skip
        yield _of_law(like, r.arrhenius.rms, r)


def _told(told: Told, r: DmaResult) -> Iterator[Finding]:
    """The constants that the file of a master curve states, and those that least squares find in its shifts."""
    at = {"reference_temperature": round(told.shift.reference_k, 2)}
    equation = "log aT = -C1 (T - Tr)/(C2 + T - Tr)"
    law, n = told.law, len(told.shift.temperature_k)
    for name, unit, stated in (("wlf_c1", "1", told.c1), ("wlf_c2", "K", told.c2_k)):
        if stated is not None:
            method = "as the file states it, by a rule it does not name; no fit of byssus"
            far = f"rms of the file's {n} log aT about the law with it: {told.stated_rms:.3g}"
            yield Finding(name, stated, unit, {**at, "constants": "stated"}, n=1, method=method, equation=equation,
                          remarks=(far, *r.warnings), status=_status(r))  # fmt: skip
        method = f"least squares of the {n} log aT that the file lists, as the instrument shifted them"
        like = Finding(name, None, unit, {**at, "constants": "fitted"}, method=method, equation=equation)
        if law is None:
            yield _unseen(like, "no law fits the listed shifts")
            continue
        value, u = (law.c1, law.u_c1) if name == "wlf_c1" else (law.c2_k, law.u_c2_k)
        yield _of_law(replace(like, value=value, standard_uncertainty=u, n=1), law.rms, r)


def _of_law(like: Finding, rms: float, r: DmaResult) -> Finding:
    """The constant of a law, warned where the shifts lie far from it."""
    told = f"rms of log aT about the law: {rms:.3g}"
    if rms > FAR_DECADES:
        return replace(like, status="warned", remarks=(f"{told}: the shifts do not follow it", *r.warnings))
    return replace(like, status=_status(r), remarks=(told, *r.warnings))
