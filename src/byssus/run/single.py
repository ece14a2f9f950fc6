"""One technique on a few files, without a study: what ``byssus analyse`` does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from byssus.findings import Basis, Finding
from byssus.run.results import document, now, provenance
from byssus.run.steps import analyse_step

__all__ = ["Analysed", "analyse_files", "merge_specimens", "missing_row", "unique_names"]


@dataclass(frozen=True)
class Analysed:
    """The results document of some files, and the problems of those that could not be read at all."""

    results: dict[str, Any]
    unreadable: tuple[dict[str, Any], ...]


def unique_names(paths: Sequence[Path]) -> list[str]:
    """A short name for each file: its stem, or its name, or as much of its path as tells it from the others."""
    for names in ([p.stem for p in paths], [p.name for p in paths], [p.as_posix() for p in paths]):
        if len(set(names)) == len(names):
            return names
    return [f"{path.as_posix()} ({number})" for number, path in enumerate(paths, 1)]


def common_name(paths: Sequence[Path]) -> str:
    """What several files of one binder have in common at the beginning of their names; else the first one's name."""
    stems = [path.stem for path in paths]
    if len(stems) < 2:
        return "".join(stems)
    same = next((n for n, signs in enumerate(zip(*stems, strict=False)) if len(set(signs)) > 1), min(map(len, stems)))
    return stems[0][:same].rstrip("_-. (") or stems[0]


def merge_specimens(technique: str, specimens: Sequence[Mapping[str, Any]]) -> tuple[Finding, ...]:
    """The findings of the specimens of one condition, gathered; basis and technique stamped on.

    ``specimens`` are those of ``analyse_step``. What was rehearsed is gathered apart from what was measured.
    """
    from byssus.analyse.replicates import gather

    found: list[Finding] = []
    for rehearsed in (False, True):
        basis: Basis = "rehearsed" if rehearsed else "measured"
        group = [
            (
                str(one["name"]),
                [replace(Finding.from_json(r), technique=technique, basis=basis) for r in one["findings"]],
            )
            for one in specimens
            if bool(one["rehearsed"]) is rehearsed
        ]
        found.extend(gather(group))
    return tuple(found)


def _stamped(row: Mapping[str, Any], technique: str, basis: Basis) -> Finding:
    return replace(Finding.from_json(row), technique=technique, basis=basis)


def analyse_files(
    technique: str,
    files: Sequence[Path],
    values: Mapping[str, float | str],
    columns: Mapping[str, str],
    *,
    one_specimen: bool = False,
    references: Sequence[Path] = (),
) -> Analysed:
    """Analyse files as specimens of one condition, or as parts of one specimen in the order given.

    ``values`` are SI, ``columns`` maps names to headings; ``references`` are files of one other binder that each is
    compared with.
    """
    started = now()
    tasks: list[tuple[Path, str, tuple[tuple[str, str], ...]]]
    specimens: list[dict[str, Any]] = []
    errors: list[dict[str, Any]] = []
    unreadable: list[dict[str, Any]] = []
    tasks = [(path, name, ()) for path, name in zip(files, unique_names(files), strict=True)]
    if one_specimen:
        tasks = [(files[0], files[0].stem, tuple((str(path), str(path)) for path in files[1:]))]
    whose = common_name(references)
    other = [(str(path), str(path), whose) for path in references]
    for path, name, more in tasks:
        result = analyse_step(str(path), technique, name, values, columns, str(path), more, other)
        specimens.extend(result["specimens"])
        errors.extend(result["errors"])
        if any(not one["sources"] for one in result["specimens"]):
            unreadable.extend(result["errors"])
    findings = merge_specimens(technique, specimens)
    listed = [
        {**source, "basis": "rehearsed" if one["rehearsed"] else "measured", "warnings": one["warnings"]}
        for one in specimens
        for source in one["sources"]
    ]
    missing = [missing_row(error, technique) for error in errors if error["status"] == "missing_input"]
    failed = [error for error in errors if error["status"] != "missing_input"]
    made = provenance(started, technique=technique, parameters=dict(values), files=listed, missing=missing)
    return Analysed(document(findings, [], failed, made), tuple(unreadable))


def missing_row(error: Mapping[str, Any], blocks: str) -> dict[str, Any]:
    """A missing input as the provenance lists it: what, where, what it holds up, how to give it."""
    mend = " ".join(part for part in (error["expected"] and f"Expected: {error['expected']}.", error["mend"]) if part)
    return {"what": error["what"], "where": error["where"], "blocks": blocks, "mend": mend}
