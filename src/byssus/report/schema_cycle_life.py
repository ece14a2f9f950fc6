"""What the provenance holds of the electrode model, as JSON Schema; a study without it has none of it."""

from __future__ import annotations

from typing import Any

__all__ = ["cycle_life_properties"]

TEXT = {"type": "string"}
TEXTS = {"type": "array", "items": TEXT}
YES_OR_NO = {"type": "boolean"}
NUMBER = {"type": "number"}
NUMBERS = {"type": "array", "items": NUMBER}
COUNT = {"type": "integer", "minimum": 0}
MAYBE_NUMBER = {"type": ["number", "null"]}
PAIR = {"type": "array", "items": NUMBER, "minItems": 2, "maxItems": 2}
MAYBE_PAIR = PAIR | {"type": ["array", "null"]}
THREE = {"type": "array", "items": NUMBER, "minItems": 3, "maxItems": 3}
REPORTED = {
    "type": "array",
    "description": "Low and high; equal for one number, null at the open end of a bound.",
    "items": MAYBE_NUMBER,
    "minItems": 2,
    "maxItems": 2,
}
AT = {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean", "null"]}}
BY_NAME = {"type": "object", "additionalProperties": MAYBE_NUMBER}


def cycle_life_properties() -> dict[str, Any]:
    """The property ``simulation`` of the provenance."""
    electrode = _all_of(
        "The electrode model: calibrated on the study's binders, each foretold from the others. SI.",
        calibrated_on=TEXTS,
        sentences=TEXTS | {"description": "What must be read with any of its numbers."},
        origins=_rows(_origin()),
        contact=_contact(),
        parameters=_rows(_parameter()),
        bounds=_rows(_bounds()),
        leave_one_out=_rows(_foretold()),
        scores=_rows(_score()),
        coverage=_all_of("Reported results within the intervals of that level.", covered=COUNT, of=COUNT, level=NUMBER),
        permutation=_all_of(
            "Ways to give the binders' properties to their results, and how many fit as well as the true one.",
            as_good=COUNT, of=COUNT, p=NUMBER, floor=NUMBER,
        ),
        cycling=_rows(_curve("Capacity against cycle (x), calibrated without the binder.")),
        rate=_rows(_curve("Capacity against C-rate (x) in a rate test, calibrated without the binder.")),
        voltage=_rows(_voltage()),
    )  # fmt: skip
    return {"simulation": {"type": "object", "properties": {"electrode": electrode}}}


def _all_of(description: str, /, **properties: Any) -> dict[str, Any]:
    """An object in which each of these stands; more may."""
    return {"type": "object", "description": description, "required": list(properties), "properties": properties}


def _rows(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _origin() -> dict[str, Any]:
    return _all_of(
        "Where a number comes from; basis assumed is a prior that the study declares. Role aside: it does not enter.",
        binder=TEXT, quantity=TEXT, at=AT, role={"enum": ["input", "result", "aside"]}, low=MAYBE_NUMBER,
        high=MAYBE_NUMBER, standard_uncertainty=MAYBE_NUMBER, basis=TEXT, where=TEXT, remarks=TEXTS,
    )  # fmt: skip


def _contact() -> dict[str, Any]:
    return _all_of(
        "Whether layer thickness and peel width of every binder enter as given, and which number is fitted with them.",
        thickness_and_width={"enum": ["given", "fitted"]}, fitted=TEXT, known_but_not_used=_rows(_origin()),
        sentence=TEXT,
    )  # fmt: skip


def _parameter() -> dict[str, Any]:
    return _all_of(
        "One number of the model; identified is false where its posterior is about as wide as its prior.",
        name=TEXT, symbol=TEXT, quantity=TEXT, unit=TEXT, block=TEXT, value=NUMBER, interval_95=MAYBE_PAIR, prior=TEXT,
        prior_interval_95=MAYBE_PAIR, width_by_prior=MAYBE_NUMBER, identified=YES_OR_NO,
        origin={"enum": ["literature", "assumed", "fitted"]}, source=TEXT, in_sight=YES_OR_NO,
    )  # fmt: skip


def _bounds() -> dict[str, Any]:
    band = _all_of("Median and 95 % interval.", value=NUMBERS, lower=NUMBERS, upper=NUMBERS)
    return _all_of(
        "Expansion after lithiation on all binders, when full: 2.5 %, median and 97.5 % of each bound and the model; "
        "by_share the same along the share of lithium.",
        binder=TEXT, reported=REPORTED, reported_uncertainty=MAYBE_NUMBER, lithium_share=THREE,
        affine=THREE, pores_kept=THREE, pores_filled=THREE, model=THREE,
        by_share=_all_of(
            "Curves against share, 0 to 1; lower and upper are the ends of 95 % intervals, scatter apart.",
            share=NUMBERS, affine=band, pores_kept=band, pores_filled=band, model=band,
        ),
    )  # fmt: skip


def _foretold() -> dict[str, Any]:
    said = _all_of("Median and intervals.", value=NUMBER, interval_90=PAIR, interval_95=PAIR)
    return _all_of(
        "One reported result; model is calibrated without this binder, with_it on all.",
        binder=TEXT, quantity=TEXT, name=TEXT, at=AT, unit=TEXT, reported=REPORTED, model=said, with_it=said,
        error=MAYBE_NUMBER, covered=YES_OR_NO, baselines=BY_NAME, baseline_errors=BY_NAME,
    )  # fmt: skip


def _score() -> dict[str, Any]:
    return _all_of(
        "Mean absolute errors of one result over the binders that report it.",
        quantity=TEXT, name=TEXT, at=AT, unit=TEXT, model=NUMBER, n=COUNT, covered=COUNT, baselines=BY_NAME,
        best_baseline=TEXT, against_baseline={"enum": ["better", "level", "worse", "no baseline"]},
    )  # fmt: skip


def _voltage() -> dict[str, Any]:
    return _all_of(
        "Potential against charge (x) along half a cycle, calibrated without the binder; no interval.",
        binder=TEXT, c_rate=NUMBER, cycle=COUNT, half={"enum": ["lithiation", "delithiation"]},
        x=NUMBERS, value=NUMBERS,
    )  # fmt: skip


def _curve(description: str) -> dict[str, Any]:
    return _all_of(
        f"{description} Median, and a 95 % band that holds the scatter.",
        binder=TEXT, c_rate=MAYBE_NUMBER, x=NUMBERS, value=NUMBERS, lower=NUMBERS, upper=NUMBERS,
    )  # fmt: skip
