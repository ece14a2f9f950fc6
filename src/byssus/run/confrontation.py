"""What a study knows that the electrode model needs: measured findings first, then printed numbers, then priors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byssus.audit.stated import Stated, canonical, compatible, same_value, state
from byssus.errors import Problem, StudyError
from byssus.findings import Finding
from byssus.run.electrode_known import Known, is_by_width, known_of
from byssus.run.parameters import electrode_values
from byssus.simulate.electrode.binders import GEOMETRY, INPUTS, Electrode, silicon_volume_fraction
from byssus.simulate.electrode.confront import LEAST_BINDERS, Reported
from byssus.simulate.electrode.targets import Target
from byssus.study.amounts import amount, fractions_of
from byssus.study.load import LoadedStudy
from byssus.study.model import Binder, Study

__all__ = ["Gathered", "gather", "study_electrode"]

Json = dict[str, Any]
ROOM_K = 298.15  # where a study does not say; half cells are cycled at room temperature
FIXED = (Target("expansion"), Target("residual"), Target("first_lithiation"), Target("first_delithiation"))
GEOMETRY_MEND = {
    "layer_thickness": 'Claim or measure it (swelling) at = { state = "pristine" }, or declare a prior of the binder.',
    "peel_width": 'Claim it, give peel measurements their width, or declare priors = { peel_width = "... ± ..." }.',
}
DIFFER = "several printed numbers that differ: censored between them"
PLAIN = ("technique", "state", "specimen")  # conditions that tell none of these numbers from another


@dataclass(frozen=True)
class Gathered:
    """What was found; ``reported`` is ``None`` where it does not suffice, and ``missing`` says why.

    ``aside`` are thicknesses and peel widths that do not enter, as others of them are not known.
    """

    reported: Reported | None
    inputs: Mapping[tuple[str, str], Known] = field(default_factory=dict)
    results: Mapping[tuple[str, Target], Known] = field(default_factory=dict)
    missing: tuple[Problem, ...] = ()
    aside: Mapping[tuple[str, str], Known] = field(default_factory=dict)


def gather(loaded: LoadedStudy, findings: Sequence[Finding] = ()) -> Gathered:
    """Inputs and results of every binder. ``findings`` are the study's own; only measured ones count."""
    study = loaded.study
    measured = [f for f in findings if f.basis == "measured" and f.value is not None and "specimen" not in f.at]
    claims = [state(claim, k) for k, claim in enumerate(study.claim)]
    inputs, missing = _inputs(study.binder, measured, claims)
    names = [b.name for b in study.binder if all((b.name, name) in inputs for name in INPUTS)]
    targets = [*FIXED, *_conditions(measured, claims)]
    results = {
        (name, target): known
        for name in names
        for target in targets
        if (known := _result(name, target, measured, claims)) is not None
    }
    telling = {name for name, _ in results}
    if len(telling) < LEAST_BINDERS:
        return Gathered(None, inputs, results, (*missing, _too_few(telling)))
    cell, problems = study_electrode(study, names)
    if cell is None:
        return Gathered(None, inputs, results, (*missing, *problems))
    entering, aside = _geometry([b for b in study.binder if b.name in names], measured, claims)
    inputs |= entering
    missing += _half_known(names, aside)
    there = tuple(t for t in targets if any((name, t) in results for name in names))
    return Gathered(_reported(names, cell, there, inputs, results), inputs, results, tuple(missing), aside)


def _inputs(
    binders: Sequence[Binder], measured: Sequence[Finding], claims: Sequence[Stated]
) -> tuple[dict[tuple[str, str], Known], list[Problem]]:
    """What every binder must have, and what is missing of it."""
    inputs: dict[tuple[str, str], Known] = {}
    missing: list[Problem] = []
    for binder in binders:
        for name in INPUTS:
            known = known_of(binder, name, measured, claims)
            if known:
                inputs[binder.name, name] = known
                continue
            what = f"{name} of {binder.name} is neither measured nor printed"
            what += " otherwise than by a width that is not given" * is_by_width(binder.name, name, claims)
            mend = f'Measure it, or declare what may be assumed: priors = {{ {name} = "... ± ..." }} of the binder.'
            missing.append(Problem(what, f"electrode model of {binder.name}", mend=mend))
    return inputs, missing


def _geometry(
    binders: Sequence[Binder], measured: Sequence[Finding], claims: Sequence[Stated]
) -> tuple[dict[tuple[str, str], Known], dict[tuple[str, str], Known]]:
    """Thickness and peel width: those that enter, for they are known of every binder, and those that do not."""
    found = {
        (binder.name, name): known
        for binder in binders
        for name in GEOMETRY
        if (known := known_of(binder, name, measured, claims)) is not None
    }
    return (found, {}) if len(found) == len(GEOMETRY) * len(binders) else ({}, found)


def _half_known(names: Sequence[str], aside: Mapping[tuple[str, str], Known]) -> list[Problem]:
    """What is wanting so that those known may enter; nothing where none is."""
    wanting = {one: [name for name in names if (name, one) not in aside] for one in GEOMETRY} if aside else {}
    fitted = "so a length squared is fitted: layer_thickness and peel_width enter for all binders or for none"
    return [
        Problem(f"{one} of {', '.join(without)} is not given, {fitted}", "electrode model", mend=GEOMETRY_MEND[one])
        for one, without in wanting.items()
        if without
    ]


def _too_few(telling: Iterable[str]) -> Problem:
    mend = "Give expansions or capacities of more binders, as measurements or claims."
    got = ", ".join(sorted(telling)) or "none"
    return Problem("too few binders with results to calibrate on", "electrode model", got, f"{LEAST_BINDERS}", mend)


def _reported(
    names: Sequence[str],
    cell: Electrode,
    targets: tuple[Target, ...],
    inputs: Mapping[tuple[str, str], Known],
    results: Mapping[tuple[str, Target], Known],
) -> Reported:
    def table(end: str) -> NDArray[np.float64]:
        rows = [[getattr(results.get((n, t)), end, np.nan) for n in names] for t in targets]
        return np.array(rows, dtype=np.float64).reshape(len(targets), len(names))

    columns = [one for one in (*INPUTS, *GEOMETRY) if (names[0], one) in inputs]
    given = [[inputs[name, one] for one in columns] for name in names]
    return Reported(
        tuple(names), cell, targets, np.array([[k.value for k in row] for row in given]),
        np.array([[k.uncertainty for k in row] for row in given]), table("low"), table("high"),
    )  # fmt: skip


def study_electrode(study: Study, names: Sequence[str]) -> tuple[Electrode | None, tuple[Problem, ...]]:
    """The electrode in SI, silicon by volume for each of ``names`` (a recipe of its own counts); or what it lacks."""
    values = electrode_values(study.electrode).values
    problems = []
    if not study.electrode.loading:
        problems.append(Problem("loading is not given", "electrode.loading", mend='As in loading = "0.5 mg/cm^2".'))
    if "one_c" not in values:
        problems.append(Problem("what 1 C means is not given", "electrode.one_c", mend='As in one_c = "3579 mAh/g".'))
    if study.electrode.cell != "half":
        what = "the electrode model is of half cells against lithium"
        problems.append(Problem(what, "electrode.cell", study.electrode.cell or "not declared", "half"))
    share = float(values.get("silicon_share", 1.0))
    if share < 1:
        what = "the electrode model is of silicon alone: its swelling and capacity are not those of a composite"
        problems.append(Problem(what, "electrode.silicon_share", f"{share:g}", "1"))
    fractions = {b.name: fractions_of(study.electrode, b) for b in study.binder}
    silicon = study.electrode.silicon_component
    own = [fractions[name] for name in names] or [fractions_of(study.electrode)]
    if not all(one.get(silicon) for one in own):
        mend = 'As in mass_fractions = { silicon = "60 %", carbon = "20 %", binder = "20 %" }.'
        problems.append(Problem("the share of silicon is not given", "electrode.mass_fractions", mend=mend))
    if problems:
        return None, tuple(problems)
    loading, _ = amount(study.electrode.loading, "kg/m^2", where="electrode.loading")
    phi = np.array([silicon_volume_fraction(one, silicon) for one in own])
    try:
        cell = Electrode(phi, loading, float(values["one_c"]), float(values.get("upper_voltage", 1.5)), ROOM_K)
    except StudyError as fault:
        return None, tuple(one.at("electrode") for one in fault.problems)
    return cell, ()


def _conditions(measured: Sequence[Finding], claims: Sequence[Stated]) -> list[Target]:
    """The longest cycling at each rate, and every rate of a rate test."""
    last: dict[float, float] = {}
    rates: set[float] = set()
    told = [*((f.quantity, f.at) for f in measured), *((c.quantity, c.at) for c in claims)]
    for quantity, at in told:
        if quantity not in ("delithiation_capacity", "capacity_retention"):
            continue
        rate, cycle = _number(at.get("c_rate")), _number(at.get("cycle"))
        if rate and cycle and cycle > 1:
            last[rate] = max(cycle, last.get(rate, 0.0))
        elif rate and "cycle" not in at and quantity == "delithiation_capacity":
            rates.add(rate)
    cycling = [Target("cycling", rate, cycle) for rate, cycle in sorted(last.items())]
    return [*cycling, *(Target("rate", rate) for rate in sorted(rates))]


def _number(value: Any) -> float | None:
    found = canonical(value, "c_rate") if value is not None else None
    return found if isinstance(found, float) and found > 0 else None


def _result(binder: str, target: Target, measured: Sequence[Finding], claims: Sequence[Stated]) -> Known | None:
    """A result: measured, else printed; of a capacity after cycling, retention counts beside it at the first's rate."""
    own = [f for f in measured if f.binder == binder and f.quantity == target.quantity and _meets(f.at, target)]
    if own:
        value = float(own[0].value or 0.0)
        where = ", ".join(source.path for source in own[0].inputs)
        return Known(value, value, own[0].standard_uncertainty or 0.0, "measured", where)
    said = [c for c in claims if c.binder == binder and c.quantity == target.quantity and _meets(c.at, target)]
    direct = [(_ends(c), c.where) for c in said]
    kept = _retained(binder, target, claims) if target.kind == "cycling" else []
    return _merged([*direct, *kept])


def _meets(at: Mapping[str, Any], target: Target) -> bool:
    """Whether conditions are those of a target: its own, and no others that would tell them apart."""
    if not all(key in at and same_value(at[key], value, key) for key, value in target.at.items()):
        return False
    return compatible(at, target.at) and not (set(at) - set(target.at) - set(PLAIN) - {"half"})


def _ends(claim: Stated) -> tuple[float, float]:
    """A number as it stands; a bound or a range as the interval it is."""
    if claim.printed.value is not None:
        return claim.nominal, claim.nominal
    return claim.interval.low, claim.interval.high


def _retained(binder: str, target: Target, claims: Sequence[Stated]) -> list[tuple[tuple[float, float], str]]:
    """Capacities from retention: of the first delithiation, where no slower cycling shows that the first was slower."""
    rates = [_number(c.at.get("c_rate")) for c in claims if c.quantity == "capacity_retention"]
    first = [c for c in claims if (c.binder, c.quantity) == (binder, "first_delithiation_capacity")]
    if not first or target.c_rate > min(rate for rate in rates or [target.c_rate] if rate):
        return []
    said = [c for c in claims if (c.binder, c.quantity) == (binder, "capacity_retention") and _meets(c.at, target)]
    return [((_ends(c)[0] * first[0].nominal, _ends(c)[1] * first[0].nominal), c.where) for c in said]


def _merged(said: Sequence[tuple[tuple[float, float], str]]) -> Known | None:
    """One number, or the interval that several different ones span; bounds count only where no number is printed."""
    if not said:
        return None
    where = "; ".join(dict.fromkeys(place for _, place in said))
    numbers = [ends for ends, _ in said if ends[0] == ends[1]]
    if not numbers:
        low, high = max(ends[0] for ends, _ in said), min(ends[1] for ends, _ in said)
        if low > high:  # bounds that exclude one another are numbers that differ
            return Known(high, low, 0.0, "published", where, (DIFFER,))
        return Known(max(low, 0.0), high, 0.0, "published", where, ("printed as a bound: censored",))
    low, high = min(ends[0] for ends in numbers), max(ends[1] for ends in numbers)
    remarks = (DIFFER,) if low < high else ()
    return Known(low, high, 0.0, "published", where, remarks)
