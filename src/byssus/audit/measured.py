"""A printed number against the study's own measured finding. What was rehearsed confirms nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from byssus.audit.row import Mend, Row, row_on
from byssus.audit.stated import Interval, Stated, compatible, same_value
from byssus.findings import Finding
from byssus.units import factor_to
from byssus.vocabulary import quantities

__all__ = ["measured_rows"]

NEAR = 0.1
DECISIVE = 0.25  # half-width of an interval over its value: wider, it would confirm nearly anything
# The same where zero is a convention, by the unit it is read in: a quarter of 82 °C has no meaning.
DECISIVE_APART = {"°C": 10.0, "V": 0.1, "eV": 0.5}
# Conditions that tell a claim from a finding apart only when both have them.
IGNORED = ("technique",)


def measured_rows(claims: Sequence[Stated], findings: Sequence[Finding]) -> list[Row]:
    """One row for each claim that a measured summary finding speaks of."""
    usable = [
        f
        for f in findings
        if f.basis == "measured" and f.status in ("ok", "warned") and f.value is not None and "specimen" not in f.at
    ]
    rows = []
    for claim in claims:
        fits = [f for f in usable if _speaks_of(f, claim)]
        if fits:
            closest = max(_closeness(f, claim) for f in fits)
            rows.append(_together([_row(claim, f) for f in fits if _closeness(f, claim) == closest]))
    return rows


def _closeness(finding: Finding, claim: Stated) -> tuple[bool, int, int]:
    """The claim's own technique before others, then most conditions in common, then fewest besides."""
    named = "technique" in claim.at and same_value(claim.at["technique"], finding.technique or "")
    return named, len(finding.at.keys() & claim.at.keys()), -len(finding.at.keys() - claim.at.keys())


def _together(rows: Sequence[Row]) -> Row:
    """One verdict of all findings that fit equally well: where they differ, the claim leaves open which is meant."""
    said = Counter(row.verdict for row in rows)
    if len(said) == 1:
        return rows[0]
    row = next((row for row in rows if row.verdict == "agrees"), rows[0])
    remark = (
        f"{len(rows)} measured numbers fit what is printed equally well, and {said['agrees']} of them "
        f"reproduce{'s' if said['agrees'] == 1 else ''} it: which is meant is not printed."
    )
    return replace(row, verdict="unverifiable", mends=(), remarks=(remark,))


def _speaks_of(finding: Finding, claim: Stated) -> bool:
    if finding.quantity != claim.quantity or (finding.binder or "") != claim.binder:
        return False
    # a claim at a cycle is met only by a finding at that cycle
    needed = {"cycle", "state", "component", "region", "peak"}
    if any(k in claim.at and k not in finding.at for k in needed):
        return False
    return finding.unit == claim.si_unit and compatible(finding.at, claim.at, IGNORED)


def _row(claim: Stated, finding: Finding) -> Row:
    value = float(finding.value or 0.0)
    reach = _reach(finding, value)
    agrees = reach.overlaps(claim.interval)
    decisive = _decisive(finding, value)
    vague = agrees and (reach.high - reach.low) / 2 > decisive and not _near(claim, value, decisive * NEAR / DECISIVE)
    remarks: list[str] = []
    if reach.low == reach.high:
        remarks.append("The finding has no stated uncertainty; only its value is compared.")
    if vague:
        half = claim.from_si(reach.high) - claim.from_si(value)
        said = f"Measured {claim.from_si(value):.4g} ± {half:.2g} {claim.unit} (95 %)"
        remarks.append(f"{said}: too wide an interval to decide.")
    if not agrees:
        remarks.append("The printed number and the study's own measurement do not reproduce each other.")
    row = row_on(
        claim,
        reach,
        "unverifiable" if vague else "agrees" if agrees else "disagrees",
        "measured in this study",
        equation=finding.equation,
        mends=() if agrees else (Mend("benign", "The measurement may be of another specimen, cell or condition."),),
        remarks=tuple(remarks),
    )
    return replace(row, inputs=tuple(_input(finding, source.path) for source in finding.inputs))


def _decisive(finding: Finding, value: float) -> float:
    """The half-width up to which an interval decides."""
    known = quantities().get(finding.quantity)
    if known is not None and known.scale == "interval" and known.display_unit in DECISIVE_APART:
        factor, _ = factor_to(known.display_unit, known.unit)
        return DECISIVE_APART[known.display_unit] * factor
    return DECISIVE * abs(value)


def _near(claim: Stated, value: float, within: float) -> bool:
    """Whether the measured value itself rounds to about what is printed."""
    return claim.interval.overlaps(Interval(value - within, value + within))


def _input(finding: Finding, path: str) -> dict[str, Any]:
    return {
        "binder": finding.binder,
        "quantity": finding.quantity,
        "at": dict(finding.at),
        "printed": None,
        "unit": finding.unit,
        "where": path,
    }


def _reach(finding: Finding, value: float) -> Interval:
    if finding.interval is not None:
        return Interval(*finding.interval)
    spread = 2.0 * (finding.standard_uncertainty or 0.0)
    return Interval(value - spread, value + spread)
