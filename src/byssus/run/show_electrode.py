"""The electrode model on the terminal: the confrontation table, scores, numbers of the model, predictions."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from byssus.findings import Finding
from byssus.run.electrode_findings import OTHERS
from byssus.run.electrode_section import sentences, target_name
from byssus.simulate.electrode.baselines import BASELINES
from byssus.simulate.electrode.confront import Confrontation
from byssus.simulate.electrode.identified import calibrated
from byssus.simulate.electrode.targets import Target
from byssus.units import convert
from byssus.vocabulary import quantity

__all__ = ["own_lines", "parameter_lines", "score_lines", "table_lines"]

AGAINST = {"level": "level with the best baseline", "no baseline": "no baseline to compare with"}
SHORT = {BASELINES[0]: "mean", BASELINES[1]: "log peel", BASELINES[2]: "modulus"}


def table_lines(found: Confrontation, binder: str | None) -> Iterator[str]:
    """Each result beside what the model says without that binder, and what each baseline does."""
    if binder is not None and binder not in found.reported.calibrating:
        return
    yield "Each binder foretold from the others (90 % intervals):"
    yield f"  {'':40} {'binder':10} {'reported':>13} {'model':>7} {'interval':>15}   " + "".join(
        f"{name:>10}" for name in SHORT.values()
    )
    for row in found.rows:
        if math.isnan(row.low) or binder not in (None, row.binder):
            continue
        low, high = (_shown(row.target, end) for end in row.left_out.interval_90)
        guessed = "".join(f"{_shown(row.target, row.baselines[name]):>10}" for name in SHORT)
        told, said = _reported(row.target, row.low, row.high), _shown(row.target, row.left_out.value)
        mark = "" if row.covered else "  outside"
        head = f"  {_named(row.target):40} {row.binder:10} {told:>13} {said:>7}"
        yield f"{head} {low + ' to ' + high:>15}   {guessed}{mark}"


def foretold_lines(findings: Sequence[Finding], found: Confrontation, binder: str | None) -> Iterator[str]:
    """Binders of the study that report no result: what the others foretell, and what to be warned of."""
    silent = [name for name in found.reported.names if name not in found.reported.calibrating]
    for name in silent:
        own = [f for f in findings if f.binder == name and f.at.get("calibration") == OTHERS and f.value is not None]
        if own and binder in (None, name):
            yield f"{name}, of which no result is known, foretold (95 % intervals):"
            yield from _said_lines(own)


def score_lines(found: Confrontation, origins: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Mean absolute errors, wins and losses alike, and the sentences that go with them."""
    yield "Mean absolute errors:"
    yield f"  {'':40} {'model':>7}" + "".join(f"{name:>10}" for name in SHORT.values()) + "   90 % intervals"
    for score in found.scores:
        errors = "".join(f"{_shown(score.target, score.baselines[name]):>10}" for name in SHORT)
        verdict = AGAINST.get(score.verdict, f"{score.verdict} than the best baseline")
        told = f"{score.covered} of {score.n}   {verdict}"
        yield f"  {_named(score.target):40} {_shown(score.target, score.model):>7}{errors}   {told}"
    yield ""
    yield from sentences(found, origins)


def parameter_lines(found: Confrontation) -> Iterator[str]:
    """Every number of the model: value, 95 % interval, where it comes from."""
    yield "Numbers of the model (SI, 95 % intervals):"
    for one in calibrated(found.posterior):
        p = one.parameter
        ends = f"{one.interval[0]:.3g} to {one.interval[1]:.3g}" if one.interval else ""
        said = p.origin if one.identified else f"{p.origin}, not identifiable ({one.narrowed:.2f} of its prior's width)"
        yield f"  {p.name:26} {one.value:>10.4g} {p.unit:8} {ends:24} {said}"


def own_lines(own: Sequence[Finding]) -> Iterator[str]:
    """Predictions for a binder of one's own, and what to be warned of."""
    yield "Foretold for your binder (95 % intervals):"
    yield from _said_lines(own)


def _said_lines(own: Sequence[Finding]) -> Iterator[str]:
    for one in own:
        known = quantity(one.quantity)
        ends = " to ".join(f"{known.display(end):.0f}" for end in one.interval or ())
        at = ", ".join(f"{key.replace('_', '-')} {value}" for key, value in one.at.items() if key != "calibration")
        name = f"{known.label} ({at})" if at else known.label
        yield f"  {name:50} {known.display(one.value or 0.0):7.0f} {known.display_unit}  {ends}"
    for remark in dict.fromkeys(remark for one in own for remark in one.remarks):
        yield f"  warning: {remark}"


def _named(target: Target) -> str:
    return f"{target_name(target)} / {'%' if target.unit == '1' else 'mAh/g'}"


def _shown(target: Target, value: float) -> str:
    if math.isnan(value):
        return "-"
    return f"{convert(value, target.unit, '%' if target.unit == '1' else 'mAh/g'):.0f}"


def _reported(target: Target, low: float, high: float) -> str:
    if math.isinf(high):
        return f">{_shown(target, low)}"
    if low == 0 < high:
        return f"<{_shown(target, high)}"
    return _shown(target, low) if low == high else f"{_shown(target, low)} to {_shown(target, high)}"
