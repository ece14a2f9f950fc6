"""A new study that runs as it is, and teaches by its comments."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from byssus.errors import Problem, StudyError

__all__ = ["scaffold"]

BINDERS = ("Example A", "Example B")


def scaffold(folder: Path, techniques: Mapping[str, object] | Iterable[str]) -> tuple[Path, ...]:
    """Write a study into ``folder`` (made if absent): study.toml, specimens.csv, README.md and raw/.

    Every technique named is rehearsed for two invented binders, so the study runs before any file is there.
    Returns the files written.

    Raises
    ------
    StudyError
        The folder holds something already, or cannot be written.
    """
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            mend = "Name a new or an empty folder; nothing was written."
            raise StudyError(Problem("not an empty folder", str(folder), mend=mend))
        (folder / "raw").mkdir(parents=True, exist_ok=True)
        templates = files("byssus.study") / "templates"
        study = (templates / "study.toml").read_text(encoding="utf-8")
        examples = tomllib.loads((templates / "examples.toml").read_text(encoding="utf-8"))
        written = {
            "study.toml": study.replace("# @measurements@\n", _measurements(techniques, examples)),
            "specimens.csv": (templates / "specimens.csv").read_text(encoding="utf-8"),
            "README.md": (templates / "README.md").read_text(encoding="utf-8"),
            "raw/README.md": "Raw instrument files go here, exactly as the instruments wrote them.\n",
        }
        for name, text in written.items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
    except OSError as fault:
        raise StudyError(Problem(f"cannot be written: {fault.strerror or fault}", str(folder))) from None
    return tuple(folder / name for name in written)


def _measurements(techniques: Iterable[str], examples: Mapping[str, Any]) -> str:
    blocks = []
    for technique in techniques:
        example = examples.get(technique, {})
        for binder in BINDERS:
            stem = binder.rsplit(" ", 1)[-1].lower()
            lines = [
                "[[measurement]]",
                f'binder = "{binder}"',
                f'technique = "{technique}"',
                f'# files = ["raw/{technique}/{stem}-*.{example.get("ending", "csv")}"]',
                *example.get("lines", ()),
                "rehearse = true",
                f"replicates = {example.get('replicates', 3)}",
            ]
            blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)
