"""Checking a study: what is there, what is missing and what is wrong, all of it at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from byssus.errors import Problem, StudyError
from byssus.study.load import LoadedStudy, load_study, resolve_files
from byssus.study.model import Electrode, Measurement, Study
from byssus.study.overview import Offered, Overview, overview
from byssus.study.paths import find_files
from byssus.study.rules import KnownParameters

__all__ = ["CheckReport", "Missing", "Required", "check"]

# By technique: what must be given, by name, and what cannot be had without it.
Required = Mapping[str, Mapping[str, str]]
# What the electrode says for cycling, and what cannot be had without it.
_ELECTRODE = {
    "cell": ("lithiation and delithiation as such; the tester's own charge and discharge are reported", "half"),
    "mass_fractions": ("capacities per gram of silicon", None),
    "loading": ("capacities per gram (unless a specimen's mass is given)", "0.50 ± 0.1 mg/cm^2"),
    "area": ("areal capacities, and the mass of active material", "1.1 cm^2"),
    "window": ("the check of the voltage limits", None),
    "one_c": ("C-rates from currents", "3579 mAh/g"),
}
_BY_ELECTRODE = {"cell": ("cell",), "area": ("area",), "one_c": ("one_c",), "silicon_share": ("silicon_share",)}
_NUMBERED = re.compile(r"([^\[\]]+)\[(\d+)\](.*)")
_CYCLING = ("cycling", "rate")


@dataclass(frozen=True, slots=True)
class Missing:
    """An input that nobody gave: where it belongs, what cannot be had without it, how to give it."""

    where: str
    what: str
    blocks: str
    mend: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}. Without it: {self.blocks}. {self.mend}"


def gathered(missing: Sequence[Missing]) -> list[Missing]:
    """What is missing alike at several places once, with all of them, in the order of the first."""
    alike: dict[tuple[str, str, str], list[str]] = {}
    for one in missing:
        alike.setdefault((one.what, one.blocks, one.mend), []).append(one.where)
    return [Missing(places_of(where), *said) for said, where in alike.items()]


def places_of(paths: Sequence[str]) -> str:
    """``measurement[6].parameters``, ``measurement[7].parameters`` -> ``measurement[6, 7].parameters``; runs as 6-9."""
    numbers: dict[tuple[str, str], list[int]] = {}
    for path in dict.fromkeys(paths):
        match = _NUMBERED.fullmatch(path)
        numbers.setdefault((match[1], match[3]) if match else (path, ""), []).append(int(match[2]) if match else 0)
    out = []
    for (head, tail), found in numbers.items():
        runs: list[list[int]] = []
        for n in sorted(found):
            if runs and n == runs[-1][-1] + 1:
                runs[-1].append(n)
            else:
                runs.append([n])
        said = ", ".join(f"{r[0]}-{r[-1]}" if len(r) > 2 else ", ".join(map(str, r)) for r in runs)
        out.append(f"{head}[{said}]{tail}" if found[0] else head)
    return ", ".join(out)


@dataclass(frozen=True)
class CheckReport:
    """What ``check`` found.

    ``files`` counts files by (binder, technique), ``rehearsed`` the specimens to be rehearsed; ``techniques`` says
    which there are. ``title`` and the counts are those of a study that could be loaded; with ``problems`` they may be
    empty.
    """

    folder: Path
    problems: tuple[Problem, ...] = ()
    missing: tuple[Missing, ...] = ()
    title: str = ""
    binders: tuple[str, ...] = ()
    files: Mapping[tuple[str, str], int] | None = None
    rehearsed: Mapping[tuple[str, str], int] | None = None
    claims: int = 0
    assertions: int = 0
    specimens: int = 0
    techniques: Overview | None = None

    @property
    def ok(self) -> bool:
        """Whether the study can be run; missing inputs do not hinder that."""
        return not self.problems

    def to_text(self) -> str:
        """The report in plain lines: what is there, what is wrong, what is missing."""
        lines = [f"{self.title or 'Study'} ({self.folder})"]
        if self.ok:
            lines += self._there()
        lines += ["", f"Wrong: {len(self.problems) or 'nothing'}", *(f"  {p}" for p in self.problems)]
        alike = gathered(self.missing)
        places = f", at {len(self.missing)} places" if len(alike) < len(self.missing) else ""
        lines += ["", f"Missing inputs: {len(alike) or 'none'}{places}", *(f"  {m}" for m in alike)]
        return "\n".join(lines) + "\n"

    def _there(self) -> list[str]:
        return [
            f"  binders: {', '.join(self.binders) or 'none'}",
            f"  claims: {self.claims}, assertions: {self.assertions}, specimen rows: {self.specimens}",
            *(self.techniques.to_lines() if self.techniques else ()),
        ]


def check(
    folder: Path,
    *,
    known_techniques: Collection[str] | None = None,
    known_parameters: KnownParameters | None = None,
    required: Required | Callable[[str], Mapping[str, str]] | None = None,
    answered: Mapping[str, Collection[str]] | None = None,
    offered: Sequence[Offered] = (),
) -> CheckReport:
    """Everything there is to say of a study; never raises for what is wrong in it.

    ``required`` tells, for a technique, the parameters it must be given and what each blocks
    (``{"peel": {"width": "force per width and fracture energy"}}``), as a mapping or a callable;
    ``answered``, by technique, those that a rehearsal answers by itself. ``offered`` are the techniques there are.
    """
    try:
        loaded = load_study(folder, known_techniques=known_techniques, known_parameters=known_parameters)
    except StudyError as fault:
        return CheckReport(folder, fault.problems)
    study = loaded.study
    files: dict[tuple[str, str], int] = {}
    rehearsed: dict[tuple[str, str], int] = {}
    for measurement in study.measurement:
        key = (measurement.binder, measurement.technique)
        files[key] = files.get(key, 0) + len(resolve_files(loaded, measurement))
        rehearsed[key] = rehearsed.get(key, 0) + (measurement.replicates if measurement.rehearse else 0)
    missing = [
        *_missing_files(loaded),
        *_missing_parameters(loaded, required, answered or {}),
        *_missing_electrode(study),
    ]
    missing += [*_missing_tables(study), *_missing_references(study)]
    return CheckReport(
        folder, (), tuple(missing), study.title, study.binder_names(), files, rehearsed,
        len(study.claim) + sum(len(row.claim) for row in study.literature), len(study.assertion), len(loaded.specimens),
        overview(study.binder_names(), offered, files, rehearsed, study.claim),
    )  # fmt: skip


def _missing_files(loaded: LoadedStudy) -> list[Missing]:
    found = []
    for number, measurement in enumerate(loaded.study.measurement, 1):
        if measurement.rehearse:
            continue
        # each by itself: a part that is not there is missing beside others that are
        empty = [p for k, p in enumerate(measurement.files, 1) if not find_files(loaded.folder, p, f"files[{k}]")[0]]
        if measurement.files and not empty:
            continue
        what = f"no file matches {', '.join(empty)}" if empty else "no files"
        blocks = f"{measurement.technique} of {measurement.binder}"
        mend = 'Put the files there, name them with files = ["raw/..."], or set rehearse = true.'
        found.append(Missing(f"measurement[{number}]", what, blocks, mend))
    return found


def _missing_parameters(
    loaded: LoadedStudy,
    required: Required | Callable[[str], Mapping[str, str]] | None,
    answered: Mapping[str, Collection[str]],
) -> list[Missing]:
    found = []
    for number, measurement in enumerate(loaded.study.measurement, 1):
        needs = required(measurement.technique) if callable(required) else (required or {}).get(measurement.technique)
        by_itself = answered.get(measurement.technique, ()) if measurement.rehearse and not measurement.files else ()
        for name, blocks in (needs or {}).items():
            if name not in by_itself and not _given(loaded, measurement, name):
                mend = f'Give parameters = {{ {name} = "..." }} or a column "{name} [unit]" of the specimen table.'
                found.append(Missing(f"measurement[{number}].parameters", f"'{name}' is not given", blocks, mend))
    return found


def _given(loaded: LoadedStudy, measurement: Measurement, name: str) -> bool:
    if name in measurement.parameters:
        return True
    electrode = loaded.study.electrode
    if name == "mass" and electrode.loading and electrode.area:
        return True
    if any(getattr(electrode, key) for key in _BY_ELECTRODE.get(name, ())):
        return True
    files = resolve_files(loaded, measurement)
    return bool(files) and all(name in loaded.parameters_for(path) for path in files)


def _missing_electrode(study: Study) -> list[Missing]:
    if not any(m.technique in _CYCLING for m in study.measurement):
        return []
    electrode: Electrode = study.electrode
    found = []
    for name, (blocks, example) in _ELECTRODE.items():
        if not getattr(electrode, name):
            mend = f'Give {name} = "{example}" in [electrode].' if example else f"Give {name} in [electrode]."
            found.append(Missing(f"electrode.{name}", "not given", blocks, mend))
    if electrode.mass_fractions and electrode.silicon_component not in electrode.mass_fractions:
        mend = "Name the component that is silicon: silicon_component = ..."
        what = f"no component '{electrode.silicon_component}' in mass_fractions"
        found.append(Missing("electrode.silicon_component", what, "capacities per gram of silicon", mend))
    return found


def _missing_references(study: Study) -> list[Missing]:
    """Measurements compared with a binder of which nothing of that technique is there."""
    there = {(m.binder, m.technique) for m in study.measurement if m.files or m.rehearse}
    mend = "Add a [[measurement]] of it, or take out reference."
    return [
        Missing(f"measurement[{n}].reference", f"no {m.technique} of {m.reference}", "the comparison of both", mend)
        for n, m in enumerate(study.measurement, 1)
        if m.reference and (m.reference, m.technique) not in there
    ]


def _missing_tables(study: Study) -> list[Missing]:
    found = []
    if not study.binder:
        found.append(Missing("binder", "no binders", "any result", 'Add [[binder]] with name = "...".'))
    if not study.claim:
        blocks = "the audit, and any rehearsal"
        found.append(Missing("claim", "no printed numbers", blocks, "Add a [[claim]] for each number you print."))
    measured = {m.binder for m in study.measurement}
    claimed = {c.binder for c in study.claim}
    for number, binder in enumerate(study.binder, 1):
        if binder.name not in measured | claimed:
            mend = "Add a [[measurement]] or a [[claim]] of it."
            found.append(Missing(f"binder[{number}]", "neither measured nor claimed", "any number of it", mend))
    for number, measurement in enumerate(study.measurement, 1):
        if measurement.rehearse and measurement.binder not in claimed:
            mend = f'Add the [[claim]]s of binder = "{measurement.binder}" that its curve starts from.'
            blocks = f"rehearsing {measurement.technique}"
            found.append(Missing(f"measurement[{number}]", "rehearsed, but its binder has no claim", blocks, mend))
    return found
