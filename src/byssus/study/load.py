"""Loading a study or a file of claims: all of it, or one error that lists everything that is wrong."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from byssus.errors import Problem, StudyError
from byssus.study.draft import Draft, draft_of
from byssus.study.model import ClaimsFile, Measurement, Study
from byssus.study.paths import find_files
from byssus.study.problems import parse_toml, problems_of, unknown_name
from byssus.study.rules import Known, KnownParameters, problems_in
from byssus.study.specimens import SpecimenRow, read_specimens

__all__ = ["STUDY_FILE", "LoadedStudy", "load_claims", "load_study", "resolve_files"]

STUDY_FILE = "study.toml"
NUMBERS = re.compile(r"(\d+)")
NEAR_KEY = 0.75  # likeness above which an unknown table of a claims file is taken for a misprint
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class LoadedStudy:
    """A study with the folder it lies in.

    ``sha256`` is that of study.toml, ``specimens`` the rows of the specimen table by the file's path inside
    the folder, ``specimens_sha256`` that of the table (empty where there is none).
    """

    study: Study
    folder: Path
    sha256: str
    specimens: Mapping[str, SpecimenRow] = field(default_factory=dict)
    specimens_sha256: str = ""

    def parameters_for(self, path: Path) -> dict[str, str]:
        """What the specimen table says of one file: texts with units by parameter name, ``{"width": "12.7 mm"}``."""
        inside = path.relative_to(self.folder) if path.is_relative_to(self.folder) else path
        row = self.specimens.get(inside.as_posix())
        return dict(row.values) if row else {}


def load_study(
    folder: Path,
    *,
    known_techniques: Collection[str] | None = None,
    known_parameters: KnownParameters | None = None,
) -> LoadedStudy:
    """The study of a folder (or of the study.toml given).

    ``known_techniques`` and ``known_parameters`` (by technique and name: an SI unit, or a technique's
    parameter) let names and units of parameters be checked; without them they are taken as they are.

    Raises
    ------
    StudyError
        Carries every problem of study.toml, of the paths in it and of the specimen table.
    """
    path = _study_file(folder)
    data = _bytes_of(path)
    raw = parse_toml(data, path.name)
    study, problems = _validated(Study, raw)
    draft = draft_of(raw)
    problems += _elsewhere(problems, problems_in(draft, Known(known_techniques, known_parameters)))
    problems += _path_problems(path.parent, draft)
    specimens, digest = _specimens(path.parent, draft, problems, known_parameters)
    if problems or study is None:
        raise StudyError(*dict.fromkeys(problems))
    return LoadedStudy(study, path.parent, hashlib.sha256(data).hexdigest(), specimens, digest)


def load_claims(path: Path) -> ClaimsFile:
    """Claims and assertions of a file of claims, of a study.toml or of a study folder; other tables are not looked at.

    Raises
    ------
    StudyError
        Carries every problem of the claims and assertions.
    """
    path = _study_file(path) if path.exists() else path
    raw = parse_toml(_bytes_of(path), path.name)
    # other tables are not looked at, but a misspelled [[claim]] must not vanish
    strange = [k for k in raw if k not in Study.model_fields]
    near = [k for k in strange if difflib.get_close_matches(k.lower(), ClaimsFile.model_fields, n=1, cutoff=NEAR_KEY)]
    unknown = [unknown_name("key", k, ClaimsFile.model_fields, k) for k in near]
    kept = {key: value for key, value in raw.items() if key in ClaimsFile.model_fields}
    claims, problems = _validated(ClaimsFile, kept)
    problems += _elsewhere(problems, problems_in(draft_of(kept, claims_only=True), Known())) + unknown
    if problems or claims is None:
        raise StudyError(*problems)
    return claims


def resolve_files(loaded: LoadedStudy, measurement: Measurement) -> tuple[Path, ...]:
    """The files of a measurement, each once; none where its paths and globs match nothing.

    They are sorted, but parts of one specimen keep the order given, and a glob's files count numbers as numbers.

    Raises
    ------
    StudyError
        A path leads out of the study folder.
    """
    files: dict[Path, None] = {}
    problems: list[Problem] = []
    for index, pattern in enumerate(measurement.files, 1):
        found, wrong = find_files(loaded.folder, pattern, f"files[{index}]")
        files.update(dict.fromkeys(sorted(found, key=_counting)))
        problems += wrong
    if problems:
        raise StudyError(*problems)
    return tuple(files) if measurement.one_specimen else tuple(sorted(files))


def _counting(path: Path) -> list[tuple[bool, int, str]]:
    """A sort key by which "cycle 2" comes before "cycle 10"."""
    return [(word.isdecimal(), int(word) if word.isdecimal() else 0, word) for word in NUMBERS.split(path.as_posix())]


def _study_file(path: Path) -> Path:
    if path.is_file():
        if path.suffix.lower() != ".toml":
            expected = f"a study folder, or its {STUDY_FILE}"
            mend = "A raw file alone is analysed with: byssus analyse TECHNIQUE FILE"
            raise StudyError(Problem("not a study", str(path), "a file of another kind", expected, mend))
        return path
    if not path.exists():
        raise StudyError(Problem("no such folder", str(path), mend=f"Make a study there: byssus new {path}"))
    if not (path / STUDY_FILE).is_file():
        raise StudyError(Problem(f"no {STUDY_FILE} in this folder", str(path), mend="Make one: byssus new DIR"))
    return path / STUDY_FILE


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise StudyError(Problem(f"cannot be read: {fault.strerror or fault}", str(path))) from None


def _validated(model: type[M], raw: dict[str, Any]) -> tuple[M | None, list[Problem]]:
    try:
        return model.model_validate(raw), []
    except ValidationError as fault:
        return None, problems_of(fault, raw, model)


def _elsewhere(problems: list[Problem], more: list[Problem]) -> list[Problem]:
    """Those of ``more`` whose place has no problem yet: a key of the wrong type is named once."""
    places = {problem.where for problem in problems}
    return [problem for problem in more if problem.where not in places]


def _path_problems(folder: Path, draft: Draft) -> list[Problem]:
    """Links out of the folder; paths wrong by their text alone are listed already and come out once."""
    found: list[Problem] = []
    for place, measurement in draft.measurements:
        for index, pattern in enumerate(measurement.files, 1):
            found += find_files(folder, pattern, f"{place}.files[{index}]")[1]
    return found


def _specimens(
    folder: Path, draft: Draft, problems: list[Problem], parameters: KnownParameters | None
) -> tuple[Mapping[str, SpecimenRow], str]:
    """The specimen table's rows and SHA-256; what is wrong with it is added to ``problems``."""
    if draft.specimens is None:
        return {}, ""
    files, wrong = find_files(folder, draft.specimens.file, "specimens.file")
    if not files:
        missing = Problem("no such file", "specimens.file", draft.specimens.file, mend="Put it there or take it out.")
        problems += wrong or [missing]
        return {}, ""
    binders: dict[str, set[str]] = {}
    for _, measurement in draft.measurements:
        for pattern in measurement.files:
            for path in find_files(folder, pattern, "")[0]:
                binders.setdefault(path.relative_to(folder).as_posix(), set()).add(measurement.binder)
    try:
        rows = read_specimens(files[0], folder, draft.specimens.sheet, binders, draft.binder_names or (), parameters)
    except StudyError as fault:
        problems += fault.problems
        return {}, ""
    return rows, hashlib.sha256(files[0].read_bytes()).hexdigest()
