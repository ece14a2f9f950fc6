"""Which pictures a figure shows: each with the lines found on it, named, and of many the first of each kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from byssus.report.coding import MOST_KEYS, in_order, printable
from byssus.report.section import Curve
from byssus.report.words import conditions

__all__ = ["MOST_PLATES", "Plate", "in_words", "left_words", "plates"]

MOST_PLATES = 12  # beyond them a figure is no longer seen at once


@dataclass(frozen=True)
class Plate:
    """One picture, the lines found on it, and what names it."""

    title: str
    picture: Curve
    lines: tuple[Curve, ...]

    @property
    def shape(self) -> float:
        """Height over width."""
        width, height = self.picture.series.extent_m or (1.0, 1.0)
        return height / width


def plates(curves: Sequence[Curve], binders: Sequence[str] = ()) -> tuple[tuple[Plate, ...], int]:
    """The pictures to be drawn, by binder and condition, and how many more there are.

    Of many, the first of each binder and condition come first. Raises ``ValueError`` where there is no picture, or a
    line has none to lie on.
    """
    found = _matched(curves)
    pictures = [picture for picture, _ in found]
    order = tuple(dict.fromkeys((*binders, *(c.binder for c in pictures))))
    keys = tuple(dict.fromkeys(k for c in pictures for k in c.series.at if k not in ("specimen", "replicate")))
    told = in_order(pictures, keys)
    words = [printable(conditions({k: c.series.at[k] for k in keys if k in c.series.at})) for c in pictures]
    panels = [(order.index(c.binder), told.index(w), c.basis) for c, w in zip(pictures, words, strict=True)]
    seen: Counter[Any] = Counter()
    turns = []
    for panel in panels:
        turns.append(seen[panel])
        seen[panel] += 1
    chosen = sorted(range(len(found)), key=lambda k: (turns[k], k))[:MOST_PLATES]
    mixed = len({pictures[k].basis for k in chosen}) > 1
    made = []
    for k in sorted(chosen, key=lambda k: (panels[k], k)):
        picture, lines = found[k]
        specimen = str(picture.series.at.get("specimen", picture.specimen)) if seen[panels[k]] > 1 else ""
        name = f"{picture.binder} ({picture.basis})" if mixed else picture.binder
        title = ", ".join(filter(None, (name, words[k], specimen, picture.series.label)))
        made.append(Plate(printable(title), picture, tuple(lines)))
    return tuple(made), len(found) - len(made)


def _matched(curves: Sequence[Curve]) -> list[tuple[Curve, list[Curve]]]:
    """Each picture with its lines: of the same specimen and conditions, and the last such picture before them."""
    places: dict[Any, list[tuple[int, list[Curve]]]] = {}
    found: list[tuple[Curve, list[Curve]]] = []
    for place, curve in enumerate(curves):
        if curve.series.picture is not None:
            found.append((curve, []))
            places.setdefault(_same(curve), []).append((place, found[-1][1]))
    for place, curve in enumerate(curves):
        if curve.series.picture is None:
            if not (own := places.get(_same(curve))):
                raise ValueError(f"a line of '{curve.series.figure}' has no picture of its specimen and conditions")
            next((lines for at, lines in reversed(own) if at < place), own[0][1]).append(curve)
    return found


def _same(curve: Curve) -> Any:
    return curve.binder, curve.basis, curve.specimen, tuple(sorted((k, str(v)) for k, v in curve.series.at.items()))


def left_words(left: int) -> str:
    """What a caption says of pictures that are not drawn; nothing where all are."""
    return f"{left} more picture{' is' if left == 1 else 's are'} not drawn." if left else ""


def in_words(curves: Sequence[Curve], binders: Sequence[str] = ()) -> str:
    """What the pictures show, in one sentence for people who do not see them."""
    made, left = plates(curves, binders)
    names = ", ".join(dict.fromkeys(f"{c.binder} ({c.basis})" for c in (p.picture for p in made)))
    labels = list(dict.fromkeys(line.series.label for plate in made for line in plate.lines if line.series.label))
    on = f", with found lines ({', '.join(labels[:MOST_KEYS])})" if labels else ""
    said = [f"{'Pictures' if len(made) > 1 else 'Picture'} for {names}{on}"]
    said.append(f"{len(made)} panels: {'; '.join(p.title for p in made)}" if len(made) > 1 else made[0].title)
    return "; ".join((*said, *filter(None, [left_words(left).rstrip(".")]))) + "."
