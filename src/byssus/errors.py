"""The tree of errors, and the problem every one of them carries.

    ByssusError
    ├── StudyError      a study (or a claims file) cannot be taken as one
    ├── ReadError       a file cannot be read
    ├── AnalysisError   a technique cannot find its numbers in a trace
    │   └── MissingInput    ... because a parameter was not given
    ├── ComputeError    a structure or its energy cannot be computed
    ├── UnitError       a value and a unit do not fit
    └── StoreError      the store of results cannot be used

Each holds one or more problems: what, where, got, expected, how to mend.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

__all__ = [
    "AnalysisError",
    "ByssusError",
    "ComputeError",
    "MissingInput",
    "Problem",
    "ReadError",
    "StoreError",
    "StudyError",
    "UnitError",
]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    ``where`` is a path inside a file (``binder[2].recipe.poss``) or a file's own path; ``got`` and
    ``expected`` are short phrases; ``mend`` says what to do about it. Empty parts are left unsaid.
    """

    what: str
    where: str = ""
    got: str = ""
    expected: str = ""
    mend: str = ""

    def __str__(self) -> str:
        parts = [f"{self.where}: {self.what}" if self.where else self.what]
        if self.expected:
            parts.append(f"expected {self.expected}")
        if self.got:
            parts.append(f"got {self.got}")
        line = ", ".join(parts)
        return f"{line}. {self.mend}" if self.mend else line

    def at(self, where: str) -> Problem:
        """The same problem with ``where`` put in front of its own place."""
        return replace(self, where=f"{where}: {self.where}" if self.where else where)


class ByssusError(Exception):
    """Base of all errors a user may meet; ``problems`` lists everything that is wrong at once."""

    def __init__(self, *problems: Problem | str) -> None:
        self.problems: tuple[Problem, ...] = tuple(p if isinstance(p, Problem) else Problem(p) for p in problems)
        super().__init__(*self.problems)

    @classmethod
    def of(cls, problems: Iterable[Problem]) -> ByssusError:
        return cls(*problems)

    def __str__(self) -> str:
        return "\n".join(str(p) for p in self.problems)

    def __reduce__(self) -> tuple[type[ByssusError], tuple[Problem, ...]]:
        return type(self), self.problems


class StudyError(ByssusError):
    """A study or a file of claims cannot be taken as one."""


class ReadError(ByssusError):
    """A file cannot be read as any known format."""


class AnalysisError(ByssusError):
    """A technique cannot find its numbers in what was read."""


class MissingInput(AnalysisError):
    """A technique needs a parameter that nobody gave; there is no silent default."""


class ComputeError(ByssusError):
    """A structure cannot be built, or its energy cannot be computed."""


class UnitError(ByssusError):
    """A value and a unit do not fit."""


class StoreError(ByssusError):
    """The store of results cannot be used."""
