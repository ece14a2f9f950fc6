"""What a technique is, and the registry that finds every one in this folder."""

from __future__ import annotations

import importlib
import math
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from byssus.errors import MissingInput, Problem
from byssus.figure import Figure, Series
from byssus.findings import Finding
from byssus.trace import Trace
from byssus.units import parse_quantity

__all__ = ["Parameter", "Specimen", "Technique", "technique", "techniques"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing a technique must or may be told.

    ``unit`` is SI, ``"1"`` for a pure number, ``"text"`` for a word (then ``choices`` may list the words).
    ``default`` is in SI; ``None`` means there is no default and the analysis says what it lacks.
    ``source`` gives the origin of the default. ``blocks`` says what cannot be had where nobody gives it;
    ``byssus check`` then lists it as missing.
    """

    name: str
    unit: str
    description: str
    default: float | str | None = None
    choices: tuple[str, ...] = ()
    positive: bool = True
    source: str = ""
    blocks: str = ""

    def parse(self, raw: Any, *, where: str = "") -> float | str:
        """A person's value (``"12.7 mm"``, ``"half"``) as SI number or word.

        Raises :class:`MissingInput` or ``UnitError`` saying what was expected.
        """
        place = where or self.name
        if self.unit == "text":
            word = str(raw).strip()
            word = next((one for one in self.choices if one.casefold() == word.casefold()), word)
            if self.choices and word not in self.choices:
                raise MissingInput(
                    Problem("not one of the words this takes", place, f"'{word}'", " or ".join(self.choices))
                )
            return word
        value = parse_quantity(raw, self.unit, where=place)
        if not math.isfinite(value):
            raise MissingInput(
                Problem(f"{self.name} is beyond all numbers", place, f"'{raw}'", f"a finite value in {self.unit}")
            )
        if self.positive and not value > 0:
            raise MissingInput(
                Problem(
                    f"{self.name} must be greater than zero",
                    place,
                    f"'{raw}'",
                    f"a positive value in {self.unit}",
                )
            )
        return value


@dataclass(frozen=True)
class Specimen:
    """What is known of one specimen: its name and its parameters, in SI, by name."""

    name: str = ""
    values: Mapping[str, float | str] = field(default_factory=dict)

    def get(self, name: str, default: Any = None) -> Any:
        return self.values.get(name, default)

    def require(self, name: str, *, why: str, mend: str = "") -> Any:
        """The value, or :class:`MissingInput` saying why it is needed and how to give it."""
        if name not in self.values:
            raise MissingInput(
                Problem(
                    what=f"'{name}' is not given",
                    where=self.name,
                    expected=why,
                    mend=mend or f"Give {name} in study.toml, in the specimen table, or with --set {name}=...",
                )
            )
        return self.values[name]


@dataclass(frozen=True)
class Technique:
    """One technique, as the rest of the house sees it.

    ``columns`` must be in the trace; ``optional_columns`` are used where they are there. ``analyse`` is
    the one verb: ``analyse(trace, specimen) -> Result`` (a frozen dataclass; pure, no I/O).
    ``findings(result)`` are its numbers, without binder, basis and inputs, which ``run`` stamps on.
    ``series(result)`` are its curves for ``figures``. ``key_quantities`` are those the report puts first. ``files``
    says in words which files it takes, for those who have none yet.

    ``together(traces, specimen) -> Result`` is there where several traces of one specimen make one result: the
    files of one cell in order, the spectra of one file. Without it each trace is a specimen of its own.
    Where ``compares`` is true, a trace marked with ``metadata["reference"]`` (whose it is) may come before them: what
    the specimen's own are held against.
    ``joins(specimen)`` says that all traces of a file are one specimen because of what was given (a calibration).
    ``across(findings)`` makes findings that need several conditions of one binder (a binder's current beside an
    electrode's) out of that binder's gathered findings; they carry their own ``at``, ``method`` and ``equation``.
    ``conditions`` tell what a file's name says of a parameter, by the parameter's name: for files without a study.
    ``series_across(findings)`` are curves of the same findings, which no single file has.
    """

    name: str
    title: str
    summary: str
    columns: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    analyse: Callable[[Trace, Specimen], Any]
    findings: Callable[[Any], tuple[Finding, ...]]
    series: Callable[[Any], tuple[Series, ...]]
    figures: tuple[Figure, ...]
    key_quantities: tuple[str, ...]
    optional_columns: tuple[str, ...] = ()
    together: Callable[[Sequence[Trace], Specimen], Any] | None = None
    joins: Callable[[Specimen], bool] | None = None
    across: Callable[[Sequence[Finding]], tuple[Finding, ...]] | None = None
    conditions: Mapping[str, Callable[[str], str | None]] = field(default_factory=dict)
    files: str = ""
    compares: bool = False
    series_across: Callable[[Sequence[Finding]], tuple[Series, ...]] | None = None

    def parameter(self, name: str) -> Parameter | None:
        return next((p for p in self.parameters if p.name == name), None)

    def specimen(self, name: str, given: Mapping[str, float | str]) -> Specimen:
        """A specimen with this technique's defaults beneath what is given (already SI)."""
        defaults = {p.name: p.default for p in self.parameters if p.default is not None}
        return Specimen(name, {**defaults, **given})


@cache
def techniques() -> Mapping[str, Technique]:
    """Every technique of this folder, by name."""
    found = {}
    package = importlib.import_module("byssus.analyse")
    for module in sorted(info.name for info in pkgutil.iter_modules(package.__path__)):
        loaded = importlib.import_module(f"byssus.analyse.{module}")
        one = getattr(loaded, "TECHNIQUE", None)
        if isinstance(one, Technique):
            found[one.name] = one
    return found


def technique(name: str) -> Technique:
    """The technique of that name; ``KeyError`` if there is none."""
    return techniques()[name]
