"""What the electrode model says, as findings: predictions, numbers of the model, expansions beyond their bounds."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from byssus.findings import Finding
from byssus.run.electrode_bounds import bounds_of, reported_expansion
from byssus.run.electrode_contact import contact_findings, product_remark
from byssus.simulate.electrode.binders import names_of
from byssus.simulate.electrode.confront import Confrontation, Row, Said
from byssus.simulate.electrode.identified import Calibrated, calibrated
from byssus.simulate.electrode.targets import Target
from byssus.vocabulary import quantity

__all__ = ["OTHERS", "TECHNIQUE", "count_word", "findings_of", "outside", "prediction"]

TECHNIQUE = "electrode"
ALL, OTHERS = "all binders", "the other binders"
METHOD = "reduced chemo-mechanical model, calibrated by least squares in blocks and an ensemble sampler; median"
EQUATION = {
    "expansion": "e_a - w (e_a - e_filled), w = E^m / (E^m + E_half^m)",
    "residual": "max(0, e - k H / E)",
    "first_lithiation": "Q x + Q_SEI + Q_other",
    "first_delithiation": "Q exp(-G) (x - x_end), G = E e^2 A / (4 F)",
    "cycling": "Q exp(-G - kappa c^q G' (n - 1)) (x - x_end), G' = G residual / expansion",
    "rate": "Q s (x - x_end), U(x_end) + (2RT/F) asinh(j / 2 j0) + I R = upper limit",
}
WORDS = ("three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def findings_of(found: Confrontation, origins: Sequence[Mapping[str, Any]]) -> list[Finding]:
    """All of them."""
    return [*_predictions(found), *_numbers(found), *_beyond(found, origins), *contact_findings(found, METHOD, ALL)]


def count_word(n: int) -> str:
    """``"four"``; digits beyond twelve."""
    return WORDS[n - 3] if 3 <= n < 3 + len(WORDS) else str(n)


def prediction(target: Target, said: Said, binder: str, calibration: str, remarks: Sequence[str] = ()) -> Finding:
    """One prediction with its 95 % interval; warned where there is anything to remark."""
    return Finding(
        target.quantity, said.value, target.unit, at={**target.at, "calibration": calibration},
        standard_uncertainty=(said.interval_95[1] - said.interval_95[0]) / (2 * 1.96), interval=said.interval_95,
        method=METHOD, equation=EQUATION[target.kind], binder=binder, technique=TECHNIQUE, basis="simulated",
        status="warned" if remarks else "ok", remarks=tuple(remarks),
    )  # fmt: skip


def outside(inputs: Sequence[float], known: Any) -> list[str]:
    """Which ``inputs`` lie beyond those calibrated on, ``known`` ``(binders, 4)`` or 6; force by width where known."""
    told = []
    own, others = _compared(np.asarray(inputs)), _compared(np.asarray(known))
    for name, value in own.items():
        low, high = np.min(others[name]), np.max(others[name])
        if not low <= value <= high:
            known = quantity(name)
            shown, least, most = (f"{known.display(float(x)):.3g}" for x in (value, low, high))
            unit = known.display_unit
            told.append(f"{name.replace('_', ' ')} {shown} {unit} lies outside the calibrated {least} to {most} {unit}")
    return told


def _compared(inputs: Any) -> dict[str, Any]:
    """By name; peel forces of strips of different width are not compared."""
    found = {name: inputs[..., k] for k, name in enumerate(names_of(inputs))}
    if "peel_width" in found:
        found["peel_strength"] = found.pop("peel_force") / found.pop("peel_width")
    return found


def _predictions(found: Confrontation) -> Iterator[Finding]:
    names = found.reported.names
    for row in found.rows:
        k = names.index(row.binder)
        others = [j for j in range(len(names)) if j != k and found.reported.telling[j]]
        beyond = outside(found.reported.inputs[k], found.reported.inputs[others])
        yield prediction(row.target, row.left_out, row.binder, OTHERS, [*beyond, *_wrong(row)])
        yield prediction(row.target, row.with_it, row.binder, ALL, [] if found.reported.telling[k] else beyond)


def _wrong(row: Row) -> list[str]:
    """Where the model is wrong, in words."""
    if math.isnan(row.low) or row.covered:
        return []
    return ["what was reported lies outside the 90 % interval: the model is wrong here"]


def _numbers(found: Confrontation) -> Iterator[Finding]:
    on = f"calibrated on {count_word(len(found.reported.calibrating))} binders"
    for one in calibrated(found.posterior):
        p = one.parameter
        remarks = [f"{p.origin}: {p.source}", f"prior: {p.prior_text}" if p.prior else "held"]
        remarks += ["chosen in sight of the results"] if p.in_sight else []
        remarks += product_remark(p.name)
        known = one.identified
        if not known:
            remarks.append(_unlearnt(one))
        yield Finding(
            p.quantity, one.value if known else None, p.unit, at={"parameter": p.name},
            standard_uncertainty=one.deviation if known else None, interval=one.interval if known else None,
            n=len(found.reported.calibrating) if p.prior else None, method=on if p.prior else p.origin,
            equation=p.symbol, technique=TECHNIQUE, basis="simulated",
            status="ok" if known else "not_identifiable", remarks=tuple(remarks),
        )  # fmt: skip


def _unlearnt(one: Calibrated) -> str:
    low, high = one.interval or (math.nan, math.nan)
    said = f"the results do not identify it: its posterior is {one.narrowed:.2f} as wide as its prior"
    return f"{said}, 95 % from {low:.3g} to {high:.3g} {one.parameter.unit}"


def _beyond(found: Confrontation, origins: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    """How far a reported expansion is below what its porosity allows, or above what its composition does."""
    between, _ = bounds_of(found)
    told = {row["binder"]: row for row in origins if row["quantity"] == "expansion_after_lithiation"}
    for k, (name, (low, high)) in enumerate(zip(found.reported.names, reported_expansion(found), strict=True)):
        if math.isnan(low):
            continue
        filled, affine = between.pores_filled[:, k], between.affine[:, k]
        off = np.where(high < filled, high - filled, np.where(low > affine, low - affine, 0.0))
        ends = tuple(float(q) for q in np.quantile(off, (0.025, 0.975)))
        value = float(np.median(off))
        basis = told.get(name, {}).get("basis", "published")
        remarks = [f"the {basis} expansion, against the bounds at the calibrated share of lithium"]
        if value < 0:
            remarks.append(
                "below what the porosity allows even with all pores filled: less lithium, or another porosity"
            )
        elif value > 0:
            remarks.append("above what the solids' own growth gives: new pores or cracks")
        yield Finding(
            "expansion_beyond_bounds", value, "1", interval=(ends[0], ends[1]), standard_uncertainty=float(np.std(off)),
            method="reported expansion less the nearest bound", binder=name, technique=TECHNIQUE, basis="simulated",
            equation="e - max(0, (1 - eps)(1 + e_a) - 1), or e - e_a", status="warned" if value else "ok",
            remarks=tuple(remarks),
        )  # fmt: skip
