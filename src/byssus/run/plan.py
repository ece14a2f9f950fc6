"""The plan: from a study to what must be rehearsed, and to the samples that must be read and analysed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from byssus.analyse.technique import techniques
from byssus.errors import ByssusError, Problem, StoreError
from byssus.findings import Status
from byssus.read.sidecars import sidecars, without_sidecars
from byssus.rehearse.instrument import instruments
from byssus.run.parameters import ElectrodeValues, electrode_values, tell
from byssus.run.rehearsal import Prepared, prepare
from byssus.run.single import unique_names
from byssus.study.amounts import ParameterLike
from byssus.study.load import LoadedStudy, load_study, resolve_files
from byssus.study.model import Measurement
from byssus.study.paths import find_files
from byssus.trace import sha256_of

__all__ = ["Rehearsal", "Sample", "known_parameters", "load", "real_samples", "refuse_output", "rehearsals"]
__all__ += ["rehearsed_sample"]

# What a run writes into folders of its output; a raw file elsewhere in there is the lab's own.
OWN_FOLDERS = (".store", "figures", "rehearsed", "tables")


@dataclass(frozen=True)
class Rehearsal:
    """One measurement that a virtual instrument writes; ``folder`` is where, inside OUT."""

    measurement: Measurement
    prepared: Prepared
    folder: str
    seed: int


@dataclass(frozen=True)
class Sample:
    """One file to read and analyse, or the reason why there is none (``problems``, ``status``).

    ``shown_as`` is its path as the report shows it, ``values`` what the technique is told (SI). ``more`` are
    the further files of the same specimen, in order, each as (path, shown as); ``sha256`` is then that of all.
    ``compared_with`` names another binder; ``reference`` are then its files, each as (path, shown as,
    SHA-256).
    ``beside`` are the SHA-256 of what lies beside the files and may be read with them.
    """

    binder: str
    technique: str
    conditions: Mapping[str, Any]
    specimen: str
    rehearsed: bool = False
    path: Path | None = None
    shown_as: str = ""
    more: tuple[tuple[Path, str], ...] = ()
    compared_with: str = ""
    reference: tuple[tuple[Path, str, str], ...] = ()
    sha256: str = ""
    beside: tuple[str, ...] = ()
    values: Mapping[str, float | str] | None = None
    columns: Mapping[str, str] | None = None
    remarks: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    status: Status = "failed"

    @property
    def group(self) -> tuple[Any, ...]:
        """Specimens with the same are replicates of one another."""
        return self.binder, self.technique, tuple(sorted(self.conditions.items())), self.rehearsed


def known_parameters() -> dict[str, dict[str, str | ParameterLike]]:
    """What a measurement may be told, by technique and name: its parameters, and its instrument's needs."""
    return {
        name: {
            **{need.name: need.unit for need in (instruments()[name].needs if name in instruments() else ())},
            **{parameter.name: parameter for parameter in technique.parameters},
        }
        for name, technique in techniques().items()
    }


def load(path: Path) -> LoadedStudy:
    """The study at a path, its names checked against the techniques and instruments there are."""
    known = known_parameters()
    return load_study(path, known_techniques=known, known_parameters=known)


def rehearsals(loaded: LoadedStudy) -> tuple[list[Rehearsal], list[Sample]]:
    """What virtual instruments must write, and samples with the reasons where they cannot."""
    electrode = electrode_values(loaded.study.electrode)
    numbers = {name: value for name, value in electrode.values.items() if isinstance(value, float)}
    able: list[Rehearsal] = []
    unable: list[Sample] = []
    folders: dict[str, int] = {}
    for measurement in loaded.study.measurement:
        if not measurement.rehearse:
            continue
        instrument = instruments().get(measurement.technique)
        if instrument is None:
            where = f"{measurement.technique} on {measurement.binder}"
            problem = Problem("no virtual instrument rehearses this technique", where, mend="Give files instead.")
            unable.append(_without_file(measurement, (problem,), "missing_input", rehearsed=True))
            continue
        prepared = prepare(loaded.study, measurement, instrument, numbers)
        if prepared.missing:
            unable.append(_without_file(measurement, prepared.missing, "missing_input", rehearsed=True))
            continue
        folder = f"rehearsed/{measurement.technique}"
        folders[f"{folder}/{measurement.binder}"] = number = folders.get(f"{folder}/{measurement.binder}", 0) + 1
        able.append(
            Rehearsal(measurement, prepared, folder if number == 1 else f"{folder}/{number}", loaded.study.seed)
        )
    return able, unable


def rehearsed_sample(loaded: LoadedStudy, one: Rehearsal, number: int, path: Path, name: str, sha256: str) -> Sample:
    """The sample of a file that a virtual instrument wrote; the instrument's specimen is the technique's."""
    known = techniques()[one.measurement.technique]
    told = tell(known, one.measurement, {}, electrode_values(loaded.study.electrode), one.folder)
    names = {parameter.name for parameter in known.parameters}
    truth = {k: v for k, v in one.prepared.values.items() if k in names}
    return Sample(
        binder=one.measurement.binder,
        technique=known.name,
        conditions=one.measurement.conditions,
        specimen=str(number + 1),
        rehearsed=True,
        path=path,
        shown_as=f"{one.folder}/{name}",
        sha256=sha256,
        values={**truth, **told.values},
        compared_with=one.measurement.reference,
        columns=one.measurement.columns,
        remarks=told.remarks,
        problems=told.problems,
    )


def refuse_output(loaded: LoadedStudy, out: Path) -> None:
    """:class:`StoreError` where the output folder is one that holds raw files of the study."""
    place = out.resolve()
    for measurement in loaded.study.measurement:
        for path in resolve_files(loaded, measurement):
            real = path.resolve()
            if real.is_relative_to(place) and real.relative_to(place).parts[0] not in OWN_FOLDERS:
                got = path.relative_to(loaded.folder).as_posix()
                mend = "Give --out a folder of its own, or leave it away."
                raise StoreError(Problem("raw files of the study lie in here", str(out), got, "another folder", mend))


def real_samples(loaded: LoadedStudy, out: Path) -> Iterator[Sample]:
    """The files of all measurements as samples; a measurement without any is one sample with the reason."""
    electrode = electrode_values(loaded.study.electrode)
    for number, measurement in enumerate(loaded.study.measurement, 1):
        if measurement.rehearse and not measurement.files:
            continue
        where = f"measurement[{number}]"
        try:
            found = resolve_files(loaded, measurement)
        except ByssusError as fault:
            yield _without_file(measurement, fault.problems, "failed")
            continue
        ours = (out.resolve(), (loaded.folder / "out").resolve())
        files = [path for path in found if not any(path.resolve().is_relative_to(folder) for folder in ours)]
        files = without_sidecars(files)
        if not files and not measurement.rehearse:
            got = ", ".join(measurement.files) or "no files"
            what = f"no file for {measurement.technique} on {measurement.binder}"
            problem = Problem(what, where, got, "a file", "Put it there, name it under files, or set rehearse = true.")
            yield _without_file(measurement, (problem,), "missing_input")
        elif files:  # a file that is named and not there is missing beside others that are
            yield from _absent_beside(loaded, measurement, where)
        inside = [path.relative_to(loaded.folder) for path in files]
        if measurement.one_specimen and files:
            yield _one_specimen(loaded, measurement, electrode, files)
            continue
        for path, name, short in zip(files, unique_names(inside), inside, strict=True):
            yield _real(loaded, measurement, electrode, path, short.as_posix(), name)


def _real(
    loaded: LoadedStudy, measurement: Measurement, electrode: ElectrodeValues, path: Path, shown_as: str, name: str
) -> Sample:
    row = loaded.parameters_for(path)
    told = tell(techniques()[measurement.technique], measurement, row, electrode, shown_as)
    problems: Sequence[Problem] = told.problems
    digest, beside = "", tuple[str, ...]()
    try:
        digest = sha256_of(path)
        beside = tuple(f"{other.name} {sha256_of(other)}" for other in sidecars(path))
    except OSError as fault:
        problems = (*problems, Problem("the file cannot be opened", shown_as, fault.strerror or str(fault)))
    return Sample(
        binder=measurement.binder,
        technique=measurement.technique,
        conditions=measurement.conditions,
        specimen=name,
        path=path,
        shown_as=shown_as,
        sha256=digest,
        beside=beside,
        values=told.values,
        compared_with=measurement.reference,
        columns=measurement.columns,
        remarks=told.remarks,
        problems=tuple(problems),
    )


def _one_specimen(
    loaded: LoadedStudy, measurement: Measurement, electrode: ElectrodeValues, files: Sequence[Path]
) -> Sample:
    """All files of a measurement as one sample; its values are those of all their rows in the specimen table."""
    parts = [
        _real(loaded, measurement, electrode, path, path.relative_to(loaded.folder).as_posix(), path.stem)
        for path in files
    ]
    first, problems = parts[0], [problem for part in parts for problem in part.problems]
    if techniques()[first.technique].together is None:
        mend = "Take out one_specimen: each file is then a specimen of its own."
        problems.append(
            Problem(f"{first.technique} does not join the files of one specimen", first.shown_as, mend=mend)
        )
    values: dict[str, float | str] = {}
    for part in parts:
        for name, value in (part.values or {}).items():
            if values.setdefault(name, value) != value:
                where, got = f"{part.shown_as}: {name}", f"{value}, {values[name]} for {first.shown_as}"
                mend = "Make their rows of the specimen table agree."
                problems.append(Problem("parts of one specimen differ", where, got, "one value", mend))
    return replace(
        first,
        more=tuple((part.path, part.shown_as) for part in parts[1:] if part.path is not None),
        sha256=hashlib.sha256("".join(part.sha256 for part in parts).encode()).hexdigest(),
        beside=tuple(name for part in parts for name in part.beside),
        values=values,
        problems=tuple(dict.fromkeys(problems)),
    )


def _absent_beside(loaded: LoadedStudy, measurement: Measurement, where: str) -> Iterator[Sample]:
    for number, pattern in enumerate(measurement.files, 1):
        place = f"{where}.files[{number}]"
        if not find_files(loaded.folder, pattern, place)[0]:
            what = f"no file matches '{pattern}'"
            problem = Problem(what, place, mend="Put it there, or take its name out.")
            yield replace(_without_file(measurement, (problem,), "missing_input"), specimen=pattern)


def _without_file(
    measurement: Measurement, problems: Sequence[Problem], status: Status, *, rehearsed: bool = False
) -> Sample:
    return Sample(
        binder=measurement.binder,
        technique=measurement.technique,
        conditions=measurement.conditions,
        specimen="",
        rehearsed=rehearsed,
        problems=tuple(problems),
        status=status,
    )
