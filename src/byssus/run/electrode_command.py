"""What ``byssus electrode`` does: the confrontation table of a study, and predictions for a binder of one's own."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from byssus.errors import ByssusError, Problem, StudyError
from byssus.run.usage import UsageError, unknown
from byssus.units import parse_quantity

if TYPE_CHECKING:
    from byssus.findings import Finding
    from byssus.run.confrontation import Gathered
    from byssus.simulate.electrode.confront import Confrontation, Reported
    from byssus.study.load import LoadedStudy
    from byssus.study.model import Study

__all__ = ["Asked", "electrode"]

RAN = 0
OWN = "own binder"
OPTIONS = {
    "reduced_modulus": "--reduced-modulus", "hardness": "--hardness", "peel_force": "--peel", "porosity": "--porosity",
}  # fmt: skip
WITH_GEOMETRY = {"layer_thickness": "--thickness", "peel_width": "--peel-width"}


@dataclass(frozen=True)
class Asked:
    """What the command was asked for: a study, one binder of it, a binder of one's own by its properties, as text."""

    study: Path
    binder: str | None = None
    own: Mapping[str, str] = field(default_factory=dict)
    c_rate: str | None = None
    cycles: str | None = None


def electrode(asked: Asked, *, as_json: bool) -> int:
    """``byssus electrode STUDY``. The exit code.

    Raises :class:`UsageError` with everything that is wrong in the command's words.
    """
    from byssus.run.comparing import measured_in
    from byssus.run.confrontation import gather
    from byssus.run.electrode_findings import findings_of
    from byssus.run.plan import load
    from byssus.run.results import now
    from byssus.simulate.electrode.confront import confront

    started = now()
    inputs, uncertainty, condition = _own(asked)
    try:
        loaded = load(asked.study)
        names = loaded.study.binder_names()
        if asked.binder is not None and asked.binder not in names:
            raise UsageError(unknown("binder", asked.binder, names, "--binder"))
        gathered = gather(loaded, measured_in(loaded))
        if gathered.reported is None:
            raise StudyError(*gathered.missing)
        _refuse_other_geometry(inputs, gathered.reported.inputs)
        if inputs is not None:
            _own_silicon(loaded.study, gathered.reported)  # before the minute that the calibration takes
        found = confront(gathered.reported, loaded.study.seed)
    except UsageError:
        raise
    except ByssusError as fault:
        from byssus.run.commands import refused

        return refused(fault, as_json)
    from byssus.run.electrode import origins_of

    origins = origins_of(gathered)
    own = _foretold(found, inputs, uncertainty, condition, loaded) if inputs is not None else []
    findings = [f for f in findings_of(found, origins) if asked.binder in (None, f.binder) or f.binder is None]
    _show([*findings, *own], own, found, gathered, asked, loaded, started, as_json, origins)
    return RAN


def _own(asked: Asked) -> tuple[Any, Any, Any]:
    """The properties of one's own binder with their uncertainties, and the condition asked for; ``None`` where not."""
    from byssus.simulate.electrode.targets import Target
    from byssus.study.amounts import PRIOR_UNITS, amount

    problems: list[Problem] = []
    values, spreads = [], []
    geometry = WITH_GEOMETRY if WITH_GEOMETRY.keys() & asked.own.keys() else {}
    for name, option in {**OPTIONS, **geometry}.items() if asked.own else ():
        text = asked.own.get(name, "")
        if not text:
            problems.append(Problem("not given", option, mend="A binder of one's own needs all of " + _listed()))
            continue
        try:
            value, spread = amount(text, PRIOR_UNITS[name], where=option)
        except ByssusError as fault:
            problems += fault.problems
            continue
        if name == "porosity" and value >= 1:
            problems.append(Problem("out of its range", option, text, "a fraction below 1, or a text in percent"))
        values.append(value)
        spreads.append(spread or 0.0)
    numbers: list[float | None] = []
    for option, given, least in (("--c-rate", asked.c_rate, 0.0), ("--cycles", asked.cycles, 1.0)):
        if given is None:
            numbers.append(None)
            continue
        number, wrong = _number(given, option, least)
        if option == "--cycles" and number is not None and not number.is_integer():
            wrong = [Problem("no whole number", option, str(given), "a number of cycles")]
        numbers.append(number)
        problems += wrong
    c_rate, cycles = numbers
    if (asked.c_rate is None) != (asked.cycles is None):
        problems.append(Problem("a cycling to foretell needs both", "--c-rate, --cycles", mend="Give the other too."))
    if asked.c_rate is not None and not asked.own:
        problems.append(Problem("--c-rate is of a binder of one's own", "--c-rate", mend="Give all of " + _listed()))
    if problems:
        raise UsageError(*problems)
    condition = Target("cycling", c_rate, cycles) if c_rate and cycles else None
    return (np.array(values), np.array(spreads), condition) if asked.own else (None, None, None)


def _refuse_other_geometry(inputs: Any, known: Any) -> None:
    """One's own binder has thickness and peel width exactly where the study's binders have."""
    if inputs is None or len(inputs) == known.shape[-1]:
        return
    where = ", ".join(WITH_GEOMETRY.values())
    if len(inputs) < known.shape[-1]:
        mend = "The study gives thickness and peel width of every binder: give those of yours."
        raise UsageError(Problem("not given", where, mend=mend))
    mend = "The study does not give both of every binder, so a length squared is fitted in their place: leave them out."
    raise UsageError(Problem("of no use here", where, mend=mend))


def _listed() -> str:
    return ", ".join(OPTIONS.values()) + "."


def _number(text: str, option: str, least: float) -> tuple[float | None, list[Problem]]:
    expected = "1 or more" if least else "more than zero"
    try:
        value = parse_quantity(text, "1", where=option)
    except ByssusError:
        return None, [Problem("no number", option, f"'{text}'", expected)]
    fine = np.isfinite(value) and (value >= 1 if least else value > 0)
    return (value, []) if fine else (None, [Problem("out of its range", option, text, expected)])


def _foretold(
    found: Confrontation, inputs: Any, uncertainty: Any, condition: Any, loaded: LoadedStudy
) -> list[Finding]:
    """Predictions for a binder of one's own in the study's electrode, warned where it lies outside the calibration."""
    from byssus.run.electrode_findings import ALL, outside, prediction
    from byssus.simulate.electrode.confront import foretell

    study = loaded.study
    cell = replace(found.reported.electrode, silicon_volume_fraction=_own_silicon(study, found.reported))
    targets = [*found.reported.targets, *([condition] if condition else [])]
    beyond = outside(inputs, found.reported.inputs[found.reported.telling])
    if not np.any(uncertainty):
        beyond.append("no uncertainty was given for its properties: the intervals hold the model's alone")
    said = foretell(found, inputs, uncertainty, cell, targets, study.seed)
    return [prediction(t, one, OWN, ALL, beyond) for t, one in zip(targets, said, strict=True)]


def _own_silicon(study: Study, reported: Reported) -> float:
    """Silicon by volume beside a binder of one's own: the electrode's recipe, or the one that all binders share.

    Raises :class:`StudyError` where each binder has its own and the electrode none.
    """
    from byssus.simulate.electrode.binders import silicon_volume_fraction
    from byssus.study.amounts import fractions_of

    common = fractions_of(study.electrode)
    if common.get(study.electrode.silicon_component):
        return silicon_volume_fraction(common, study.electrode.silicon_component)
    known = np.ravel(reported.electrode.silicon_volume_fraction)
    if np.ptp(known) > 1e-9:
        mend = "Give the mass fractions of the electrode that yours would be: the binders' recipes differ."
        raise StudyError(Problem("the share of silicon is not given", "electrode.mass_fractions", mend=mend))
    return float(known[0])


def _show(
    findings: Sequence[Finding],
    own: Sequence[Finding],
    found: Confrontation,
    gathered: Gathered,
    asked: Asked,
    loaded: LoadedStudy,
    started: str,
    as_json: bool,
    origins: Any,
) -> None:
    from byssus.run.commands import complain, print_json
    from byssus.run.electrode_section import section_of
    from byssus.run.results import document, provenance
    from byssus.run.steps import problem_json

    if as_json:
        section = section_of(found, origins, loaded.study.seed)
        missing = [problem_json(p) for p in gathered.missing]
        made = provenance(started, simulation={"electrode": section}, missing=missing)
        print_json(document(findings, [], [], made))
        return
    from byssus.run.show_electrode import foretold_lines, own_lines, parameter_lines, score_lines, table_lines

    blocks = [own_lines(own)] if own else []
    blocks += [table_lines(found, asked.binder), foretold_lines(findings, found, asked.binder)]
    blocks += [] if asked.binder or own else [score_lines(found, origins), parameter_lines(found)]
    sys.stdout.write("\n".join(filter(None, map(_joined, blocks))))
    complain(gathered.missing)


def _joined(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
