"""Files of a study: inside its folder, or refused."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath, PureWindowsPath

from byssus.errors import Problem
from byssus.study.problems import shown

__all__ = ["find_files", "path_problem"]

_INSIDE = "Copy the file into the study folder and name it from there, as in raw/file.csv."


def path_problem(pattern: str, where: str) -> Problem | None:
    """Why a path or glob cannot lie inside the study folder by its text alone, or ``None``."""
    text = pattern.replace("\\", "/")
    absolute = PurePosixPath(text).is_absolute() or PureWindowsPath(pattern).drive or text.startswith("~")
    if absolute:
        return Problem("an absolute path", where, shown(pattern), "a path inside the study folder", _INSIDE)
    if ".." in PurePosixPath(text).parts:
        return Problem("a path that leaves the study folder", where, shown(pattern), "a path without ..", _INSIDE)
    if any(not c.isprintable() for c in pattern):
        return Problem("a path with control characters", where, shown(pattern))
    if re.search(r"\*\*[^/]|[^/]\*\*", text):
        return Problem("a glob that cannot be read", where, shown(pattern), "** between slashes", "Write raw/**/*.csv.")
    return None


def find_files(folder: Path, pattern: str, where: str) -> tuple[list[Path], list[Problem]]:
    """Files of ``folder`` that a path or glob names, sorted, and what is wrong with them.

    Folders are left out; so are hidden files and those in hidden folders, unless the pattern names them.
    A file whose real place lies outside ``folder`` (a symbolic link) is a problem. Nothing found is none.
    """
    if problem := path_problem(pattern, where):
        return [], [problem]
    text = pattern.replace("\\", "/")
    literal = folder / text
    is_literal = literal.exists() or literal.is_symlink()
    found = [literal] if is_literal else sorted(folder.glob(text)) if text.strip("./") else []
    kept, problems, root = [], [], folder.resolve()
    for path in found:
        inside = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in inside.parts)
        if hidden and not is_literal and not re.search(r"(^|/)\.", text):
            continue
        if not path.resolve().is_relative_to(root):
            got, expected = shown(str(inside)), "a file inside the study folder"
            problems.append(Problem("a link that leaves the study folder", where, got, expected, _INSIDE))
        elif path.is_file():
            kept.append(path)
        elif is_literal and path.is_dir():
            mend = f'Name its files, as in "{text.rstrip("/")}/*.csv".'
            problems.append(Problem("a folder, not a file", where, shown(pattern), "a file or a glob", mend))
    return kept, problems
