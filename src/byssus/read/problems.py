"""How the readers say what is wrong: one clear problem, with the first lines of the file where that helps."""

from __future__ import annotations

import re
from typing import NoReturn

from byssus.errors import Problem, ReadError

__all__ = ["escaped", "excerpt", "refuse", "unknown_layout"]

EXCERPT_LINES = 5
EXCERPT_WIDTH = 100


def refuse(what: str, where: str, *, got: str = "", expected: str = "", mend: str = "") -> NoReturn:
    """Raise :class:`ReadError` with one problem."""
    raise ReadError(Problem(what, where, got.rstrip(". "), expected, mend)) from None


def escaped(text: str, width: int = EXCERPT_WIDTH) -> str:
    """Text cut to ``width`` characters, with everything unprintable written out."""
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text[:width])
    return shown[:width] + ("..." if len(text) > width or len(shown) > width else "")


def excerpt(lines: list[str] | tuple[str, ...]) -> str:
    """The first lines, numbered and escaped: at most five of a hundred characters."""
    shown = list(lines[:EXCERPT_LINES])
    while shown and not shown[-1].strip():
        shown.pop()
    return "".join(f"\n    {i}: {escaped(line)}" for i, line in enumerate(shown, start=1))


def unknown_layout(where: str, lines: list[str] | tuple[str, ...], headings: tuple[str, ...] = ()) -> NoReturn:
    """Raise for a table whose columns nobody can name; shows the first lines and how to map them."""
    found = ", ".join(f"'{escaped(h, 40)}'" for h in headings[:12] if h)
    example = re.sub(r"[\"\\]", "", next((h for h in headings if h), "")) or "column 2 [N]"
    refuse(
        "no known column in this file",
        where,
        got=f"headings {found}" if found else "no heading row",
        expected="headings such as 'Time [s]', 'Force [N]', 'Voltage / V'",
        mend=f'Map the columns in study.toml: columns = {{ force_n = "{escaped(example, 40)}" }}, or with --columns '
        f"(voltage_v, current_a, frequency_hz, ... likewise; a unit in brackets at the end overrides; "
        f"'column 2 [N]' is the second column). "
        f"The file begins:{excerpt(lines)}",
    )
