"""One technique on a few files, without a study: what ``byssus analyse`` does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from byssus.findings import Basis, Finding
from byssus.run.conditions import across, conditions_of
from byssus.run.results import document, now, provenance
from byssus.run.steps import analyse_step, find_technique

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
                [Finding.from_json({**r, "technique": technique, "basis": basis}) for r in one["findings"]],
            )
            for one in specimens
            if bool(one["rehearsed"]) is rehearsed
        ]
        found.extend(gather(group))
    return tuple(found)


def analyse_files(
    technique: str,
    files: Sequence[Path],
    values: Mapping[str, float | str],
    columns: Mapping[str, str],
    *,
    one_specimen: bool = False,
    references: Sequence[Path] = (),
) -> Analysed:
    """Analyse files as specimens of one binder, or as parts of one specimen in the order given.

    ``values`` are SI, ``columns`` maps names to headings; ``references`` are files of one other binder that each is
    compared with. Files of differing conditions (:func:`conditions_of`) are gathered apart, then held together.
    """
    started = now()
    known = find_technique(technique)
    told, said = ([{}], ()) if one_specimen else conditions_of(known, files, values)
    whose = common_name(references)
    other = [(str(path), str(path), whose) for path in references]
    done = [
        (own, analyse_step(str(path), technique, name, {**values, **own}, columns, str(path), more, other))
        for (path, name, more), own in zip(_tasks(files, one_specimen), told, strict=True)
    ]
    groups: dict[tuple[tuple[str, str], ...], list[dict[str, Any]]] = {}
    for own, result in done:
        for one in result["specimens"]:
            groups.setdefault(_conditions_in(one, own), []).append(one)
    gathered = [one for group in groups.values() for one in merge_specimens(technique, group)]
    gathered = [_remarked(one, said) if told[0].keys() & one.at.keys() else one for one in gathered]
    findings = [*gathered, *across(known, gathered)]
    listed = [
        {**source, "basis": "rehearsed" if one["rehearsed"] else "measured", "warnings": one["warnings"]}
        for _, result in done
        for one in result["specimens"]
        for source in one["sources"]
    ]
    errors = [error for _, result in done for error in result["errors"]]
    lost = [result for _, result in done if any(not one["sources"] for one in result["specimens"])]
    missing = [missing_row(error, technique) for error in errors if error["status"] == "missing_input"]
    failed = [error for error in errors if error["status"] != "missing_input"]
    made = provenance(started, technique=technique, parameters=dict(values), files=listed, missing=missing)
    return Analysed(document(findings, [], failed, made), tuple(e for result in lost for e in result["errors"]))


def _tasks(files: Sequence[Path], one_specimen: bool) -> list[tuple[Path, str, tuple[tuple[str, str], ...]]]:
    """What is analysed: a file, the specimen's name, further files of it."""
    if one_specimen:
        return [(files[0], files[0].stem, tuple((str(path), str(path)) for path in files[1:]))]
    return [(path, name, ()) for path, name in zip(files, unique_names(files), strict=True)]


def _conditions_in(specimen: Mapping[str, Any], told: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The conditions of a file that its findings carry; those of another group are no replicates of it."""
    at = [row["at"] for row in specimen["findings"]]
    return tuple((name, word) for name, word in told.items() if any(name in one for one in at))


def _remarked(finding: Finding, said: tuple[str, ...]) -> Finding:
    return finding.but(remarks=(*finding.remarks, *said))


def missing_row(error: Mapping[str, Any], blocks: str) -> dict[str, Any]:
    """A missing input as the provenance lists it: what, where, what it holds up, how to give it."""
    mend = " ".join(part for part in (error["expected"] and f"Expected: {error['expected']}.", error["mend"]) if part)
    return {"what": error["what"], "where": error["where"], "blocks": blocks, "mend": mend}
