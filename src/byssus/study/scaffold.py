"""A new study that runs as it is, and teaches by its comments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path

from byssus.errors import Problem, StudyError

__all__ = ["scaffold"]

BINDERS = ("Example A", "Example B")
# File endings that a technique's raw files often have, for the commented-out example.
_ENDINGS = {"tensile": "TRA", "cycling": "ndax", "rate": "ndax"}


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
        written = {
            "study.toml": study.replace("# @measurements@\n", _measurements(techniques)),
            "specimens.csv": (templates / "specimens.csv").read_text(encoding="utf-8"),
            "README.md": (templates / "README.md").read_text(encoding="utf-8"),
            "raw/README.md": "Raw instrument files go here, exactly as the instruments wrote them.\n",
        }
        for name, text in written.items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
    except OSError as fault:
        raise StudyError(Problem(f"cannot be written: {fault.strerror or fault}", str(folder))) from None
    return tuple(folder / name for name in written)


def _measurements(techniques: Iterable[str]) -> str:
    blocks = []
    for technique in techniques:
        for binder in BINDERS:
            stem = binder.rsplit(" ", 1)[-1].lower()
            ending = _ENDINGS.get(technique, "csv")
            blocks.append(
                f'[[measurement]]\nbinder = "{binder}"\ntechnique = "{technique}"\n'
                f'# files = ["raw/{technique}/{stem}-*.{ending}"]\n'
                f"rehearse = true\nreplicates = {1 if technique in ('cycling', 'rate') else 3}\n"
            )
    return "\n".join(blocks)
