"""What tells files apart that are analysed without a study: a list of one word a file, or the files' own names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from byssus.errors import Problem
from byssus.run.usage import UsageError

if TYPE_CHECKING:
    from byssus.analyse.technique import Technique
    from byssus.findings import Finding

__all__ = ["FROM_NAMES", "across", "conditions_of"]

FROM_NAMES = "the {name} of each file is taken from its name; --set {name}=... says another"
Told = Mapping[str, str]


def conditions_of(
    known: Technique, files: Sequence[Path], values: Mapping[str, float | str]
) -> tuple[list[Told], tuple[str, ...]]:
    """By file, the parameters that differ from file to file, and a remark on those that names told.

    ``--set state=pristine,lithiated`` gives one word a file; where nothing is given, names count if every file's tells
    a word and they are not all the same. Raises :class:`UsageError` for another number of words than files.
    """
    told: list[dict[str, str]] = [{} for _ in files]
    said: list[str] = []
    for name, word_in in known.conditions.items():
        if name in values:
            words: list[str | None] = [word.strip() for word in str(values[name]).split(",")]
            if len(words) == 1:
                continue
            if len(words) != len(files):
                expected = f"one word for all, or one for each of the {len(files)} files"
                raise UsageError(
                    Problem(f"{len(words)} words for {len(files)} files", f"--set {name}", expected=expected)
                )
        else:
            words = [word_in(path.stem) or word_in(path.parent.name) for path in files]
            if None in words or len(set(words)) < 2:
                continue
            said.append(FROM_NAMES.format(name=name))
        for one, word in zip(told, words, strict=True):
            one[name] = str(word)
    return list(told), tuple(said)


def across(known: Technique, findings: Sequence[Finding]) -> list[Finding]:
    """What a technique finds across the conditions of one binder; never across bases."""
    if known.across is None:
        return []
    groups: dict[tuple[str | None, str], list[Finding]] = {}
    for finding in findings:
        if finding.technique == known.name and "specimen" not in finding.at:
            groups.setdefault((finding.binder, finding.basis), []).append(finding)
    return [
        replace(one, binder=binder, basis=mine[0].basis, technique=known.name)
        for (binder, _), mine in groups.items()
        for one in known.across(mine)
    ]
