"""What a technique hands to the report: its figures, and the curves drawn into them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from byssus.figure import Figure, Series

__all__ = ["Curve", "Section", "drawing_key", "slug"]


@dataclass(frozen=True)
class Curve:
    """One series of one binder, with the basis of the file it was found in.

    ``specimen`` is the name that tells it from the binder's others.
    """

    binder: str
    basis: str
    series: Series
    specimen: str = ""


@dataclass(frozen=True)
class Section:
    """One technique's part of the report.

    ``key_quantities`` are names of the vocabulary that its table puts first; ``curves`` find their figure by
    ``series.figure``.
    """

    name: str
    title: str
    summary: str = ""
    key_quantities: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    curves: tuple[Curve, ...] = ()

    def of_figure(self, figure: Figure) -> tuple[Curve, ...]:
        """The curves of one figure, in the order given."""
        return tuple(curve for curve in self.curves if curve.series.figure == figure.name)


def slug(text: str) -> str:
    """``text`` as part of a file name or an id: lower-case letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "x"


def drawing_key(section: Section, figure: Figure) -> str:
    """The name of one drawing: key of the drawings, stem of its file, prefix of the ids inside it."""
    return f"{slug(section.name)}_{slug(figure.name)}"
