"""What a virtual instrument takes for true: what is printed first, then what is assumed and said to be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from byssus.errors import ByssusError, Problem
from byssus.rehearse.instrument import Instrument, Need
from byssus.study.model import Assumed, Claim, Measurement, Study
from byssus.study.printed import parse_printed
from byssus.units import convert, parse_quantity

__all__ = ["Prepared", "prepare"]

# A printed bound or range says where a number lies, not what was read; an instrument needs the reading.
DIRECT_KINDS = ("digits", "tolerance", "approximate")


@dataclass(frozen=True)
class Prepared:
    """The truth of one rehearsed measurement.

    ``values`` are SI, by need name. ``assumed`` lists everything the source does not print, with its reason,
    as results.json shows it. ``missing`` says which needs nobody answers.
    """

    values: Mapping[str, Any]
    assumed: tuple[dict[str, Any], ...]
    missing: tuple[Problem, ...]


def prepare(study: Study, measurement: Measurement, instrument: Instrument, electrode: Mapping[str, float]) -> Prepared:
    """Answer every need of the instrument for one measurement, or say which cannot be answered.

    ``electrode`` holds what the study's electrode says, in SI, under the names instruments use. In this
    order: the measurement's own parameters and conditions, claims, the electrode, ``[[assumed]]``, defaults.
    """
    case = _Case(study, measurement, instrument, electrode)
    values: dict[str, Any] = {}
    notes: dict[str, dict[str, Any]] = {}
    missing: list[Problem] = []
    # Needs no claim can answer come first: the number of cycles tells which claim the last capacity is.
    for need in sorted(instrument.needs, key=lambda need: bool(need.quantity)):
        if any(values.get(name) != value for name, value in (need.only or {}).items()):
            continue
        try:
            answer = _answer(case, need, values)
        except ByssusError as fault:
            missing.extend(fault.problems)
            continue
        if answer is None:
            missing.append(_unanswered(case, need))
            continue
        values[need.name], note = answer
        if note is not None:
            notes[need.name] = note
    order = [need.name for need in instrument.needs]
    return Prepared(values, tuple(notes[name] for name in order if name in notes), tuple(missing))


@dataclass(frozen=True)
class _Case:
    study: Study
    measurement: Measurement
    instrument: Instrument
    electrode: Mapping[str, float]

    @property
    def where(self) -> str:
        return f"{self.measurement.technique} on {self.measurement.binder}"


def _answer(case: _Case, need: Need, known: Mapping[str, Any]) -> tuple[Any, dict[str, Any] | None] | None:
    """The value of a need and, where it is not printed, the note that says so."""
    measurement = case.measurement
    if need.name in measurement.parameters:
        value = _si(measurement.parameters[need.name], need, case.where)
        return value, _note(measurement, need, value, "given with the measurement", "measurement")
    if need.name in measurement.conditions:
        return _si(measurement.conditions[need.name], need, case.where), None
    for claim in _claims(case.study.claim, measurement, need, known):
        printed = parse_printed(claim.value)
        if printed.kind in DIRECT_KINDS and printed.value is not None:
            return float(convert(printed.value, claim.unit, need.unit)), None
    if need.name in case.electrode:
        return case.electrode[need.name], None
    for assumed in _assumed(case.study.assumed, measurement, case.instrument, need):
        value = _si(assumed.value, need, f"[[assumed]] for {case.where}")
        return value, _note(measurement, need, value, assumed.why, "study")
    if need.default is not None:
        return need.default, _note(measurement, need, need.default, need.why, "instrument")
    return None


def _si(raw: str | float | bool, need: Need, where: str) -> Any:
    if need.unit == "text":
        return str(raw)
    return parse_quantity(raw, need.unit, where=f"{where}: {need.name}")


def _claims(claims: Sequence[Claim], measurement: Measurement, need: Need, known: Mapping[str, Any]) -> Iterator[Claim]:
    """Claims that answer a need, those that share most conditions first."""
    wanted: dict[str, Any] = {**measurement.conditions, **(need.at or {})}
    for name, value in known.items():
        # "cycles = 200" is what "at cycle 200" asks for
        wanted.setdefault(name.removesuffix("s"), value)
    fitting = [
        claim
        for claim in claims
        if need.quantity
        and claim.quantity == need.quantity
        and claim.binder == measurement.binder
        and all(key in wanted and wanted[key] == value for key, value in claim.at.items())
    ]
    yield from sorted(fitting, key=lambda claim: -len(claim.at))


def _assumed(
    rows: Sequence[Assumed], measurement: Measurement, instrument: Instrument, need: Need
) -> Iterator[Assumed]:
    """Assumptions that answer a need: this binder's before every binder's, more conditions before fewer."""
    fitting = [
        row
        for row in rows
        if row.technique == instrument.name
        and row.parameter == need.name
        and row.binder in ("", measurement.binder)
        and all(measurement.conditions.get(key) == value for key, value in row.at.items())
    ]
    yield from sorted(fitting, key=lambda row: (row.binder == "", -len(row.at)))


def _note(measurement: Measurement, need: Need, value: Any, why: str, by: str) -> dict[str, Any]:
    return {
        "binder": measurement.binder,
        "technique": measurement.technique,
        "at": dict(measurement.conditions),
        "parameter": need.name,
        "value": value,
        "unit": need.unit,
        "why": why,
        "by": by,
    }


def _unanswered(case: _Case, need: Need) -> Problem:
    claim = f"a printed claim of {need.quantity} that fits the measurement's conditions, or " if need.quantity else ""
    kind = "a pure number" if need.unit == "1" else f"a text with a unit of {need.unit}"
    return Problem(
        what=f"nothing says what '{need.name}' is, so it cannot be rehearsed",
        where=case.where,
        expected=f'{claim}an [[assumed]] entry with parameter = "{need.name}" as {kind}',
    )
