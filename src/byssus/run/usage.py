"""The error of a command that was called in a way it does not know."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from byssus.errors import ByssusError, Problem

__all__ = ["UsageError", "unknown"]


MOST_NAMES = 20  # a line of more is read by nobody


class UsageError(ByssusError):
    """A command was called in a way it does not know; its exit code is 2."""


def unknown(kind: str, name: str, known: Iterable[str], where: str = "") -> Problem:
    """The problem of a name that is none of ``known``, with the nearest one suggested."""
    names = tuple(known)
    close = get_close_matches(name, names, n=1)
    mend = f"Did you mean '{close[0]}'?" if close else ""
    listed = ", ".join(names[:MOST_NAMES]) + (
        f" or one of {len(names) - MOST_NAMES} more" if names[MOST_NAMES:] else ""
    )
    return Problem(f"no {kind} '{name}'", where, expected=listed or "none", mend=mend)
