"""What the report draws of the electrode model: ``simulation.electrode`` of the results document."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from byssus.figure import decimate
from byssus.run.electrode_bounds import bounds_rows
from byssus.run.electrode_contact import contact_section, contact_sentence
from byssus.run.electrode_findings import count_word
from byssus.run.electrode_voltage import voltages_of
from byssus.simulate.electrode.confront import SEEN, Confrontation, Row, Said, Score
from byssus.simulate.electrode.curves import Curve, cycling_curves, rate_curves
from byssus.simulate.electrode.identified import calibrated

__all__ = ["section_of", "sentences", "target_name"]

Json = dict[str, Any]
VOLTAGE_POINTS = 80
NAMES = {
    "expansion": "expansion after lithiation",
    "residual": "expansion after delithiation",
    "first_lithiation": "first lithiation",
    "first_delithiation": "first delithiation",
    "cycling": "delithiation",
    "rate": "delithiation",
}


def section_of(found: Confrontation, origins: Sequence[Mapping[str, Any]], seed: int) -> Json:
    """Everything in SI; ``None`` where there is no number and for the open end of a bound."""
    covered, of = found.coverage
    permutation = found.permutation
    return {
        "calibrated_on": list(found.reported.calibrating),
        "sentences": sentences(found, origins),
        "contact": contact_section(found, origins),
        "origins": [dict(row) for row in origins],
        "parameters": _parameters(found),
        "bounds": bounds_rows(found, origins),
        "leave_one_out": [_row(row) for row in found.rows if not math.isnan(row.low)],
        "scores": [_score(score) for score in found.scores],
        "coverage": {"covered": covered, "of": of, "level": 0.9},
        "permutation": {**asdict(permutation), "p": permutation.p, "floor": permutation.floor},
        "cycling": [_curve(curve) for curve in cycling_curves(found, seed)],
        "rate": [_curve(curve) for curve in rate_curves(found, seed)],
        "voltage": list(_voltages(found)),
    }


def sentences(found: Confrontation, origins: Sequence[Mapping[str, Any]]) -> list[str]:
    """What a reader must know before the table: on how many binders, what was seen, what chance would do."""
    covered, of = found.coverage
    p = found.permutation
    worse = [score for score in found.scores if score.verdict == "worse"]
    level = ", ".join(target_name(score.target) for score in found.scores if score.verdict == "level")
    lost = ", ".join(target_name(score.target) for score in worse)
    alone = ", ".join(target_name(score.target) for score in found.scores if score.verdict == "no baseline")
    return [
        f"Calibrated on {count_word(len(found.reported.calibrating))} binders.",
        SEEN,
        f"{covered} of {of} reported results lie in the model's 90 % intervals; {round(0.9 * of)} would be expected.",
        f"Of {p.of} ways to give the binders' properties to their results {p.as_good} fit as well as the true one, "
        f"itself counted: p = {p.p:.3f}, where {p.floor:.3f} is the least there can be.",
        *_confused(found),
        *_censored(found),
        f"A baseline does better than the model for {lost}." if worse else "No baseline does better than the model.",
        *([f"Model and best baseline are level, within a tenth, for {level}."] if level else []),
        *([f"No baseline can be had for {alone}: too few other binders report it."] if alone else []),
        contact_sentence(found, origins),
    ]


def _confused(found: Confrontation) -> list[str]:
    """Which binders the model would rather have swapped."""
    names = found.reported.calibrating
    swapped = [sorted(a for a, b in zip(names, order, strict=True) if a != b) for order in found.permutation.better]
    told = [" and ".join(one) for one in swapped if len(one) == 2]
    if not swapped:
        return []
    said = (
        f"it would rather have {' or '.join(told)} swapped: it cannot tell them apart" if told else "others fit better"
    )
    return [f"The true order is not the best fit; {said}."]


def _censored(found: Confrontation) -> list[str]:
    """What is scored as an interval or a bound, for an error of 0 there says little."""
    out = []
    for target in found.reported.targets:
        rows = [row for row in found.rows if row.target == target and row.low != row.high and not math.isnan(row.low)]
        bounds = [row.binder for row in rows if row.bounded]
        between = [row.binder for row in rows if not row.bounded]
        told = [f"{', '.join(bounds)} by a bound"] if bounds else []
        told += [f"{', '.join(between)} by an interval between printed numbers"] if between else []
        if told:
            said = " and ".join(told)
            out.append(f"For {target_name(target)}, {said}: the error is how far the model lies outside, 0 inside.")
    return out


def target_name(target: Any) -> str:
    """``"delithiation, 0.2 C, cycle 200"``."""
    at = target.at
    rate = f", {at['c_rate']:g} C" if "c_rate" in at else ""
    return NAMES[target.kind] + rate + (f", cycle {at['cycle']}" if "cycle" in at else "")


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _said(said: Said) -> Json:
    return {"value": said.value, "interval_90": list(said.interval_90), "interval_95": list(said.interval_95)}


def _row(row: Row) -> Json:
    target = row.target
    return {
        "binder": row.binder,
        "quantity": target.quantity,
        "name": target_name(target),
        "at": dict(target.at),
        "unit": target.unit,
        "reported": [None if row.bounded and row.low == 0 else _finite(row.low), _finite(row.high)],
        "model": _said(row.left_out),
        "with_it": _said(row.with_it),
        "error": row.miss,
        "covered": row.covered,
        "baselines": {name: _finite(value) for name, value in row.baselines.items()},
        "baseline_errors": {name: _finite(row.baseline_miss(name)) for name in row.baselines},
    }


def _score(score: Score) -> Json:
    return {
        "quantity": score.target.quantity, "name": target_name(score.target), "at": dict(score.target.at),
        "unit": score.target.unit, "model": score.model, "n": score.n, "covered": score.covered,
        "baselines": {name: _finite(value) for name, value in score.baselines.items()},
        "best_baseline": score.best_baseline, "against_baseline": score.verdict,
    }  # fmt: skip


def _parameters(found: Confrontation) -> list[Json]:
    rows = []
    for one in calibrated(found.posterior):
        p = one.parameter
        rows.append(
            {
                "name": p.name, "symbol": p.symbol, "quantity": p.quantity, "unit": p.unit, "block": p.block,
                "value": one.value, "interval_95": list(one.interval) if one.interval else None,
                "prior": p.prior_text, "prior_interval_95": list(p.interval()) if p.prior else None,
                "width_by_prior": one.narrowed, "identified": one.identified, "origin": p.origin, "source": p.source,
                "in_sight": p.in_sight,
            }
        )  # fmt: skip
    return rows


def _voltages(found: Confrontation) -> Iterator[Json]:
    """Potentials along a cycle at the slowest rate cycled at, thinned for drawing."""
    for name, series in voltages_of(found).items():
        slowest = min((one.at["c_rate"] for one in series), default=0.0)
        for one in series:
            if one.at["c_rate"] == slowest:
                x, y = decimate(one.x, one.y, VOLTAGE_POINTS)
                yield {"binder": name, **one.at, "x": x.tolist(), "value": y.tolist()}


def _curve(curve: Curve) -> Json:
    return {
        "binder": curve.binder, "c_rate": curve.c_rate, "x": curve.x.tolist(), "value": curve.value.tolist(),
        "lower": curve.lower.tolist(), "upper": curve.upper.tolist(),
    }  # fmt: skip
