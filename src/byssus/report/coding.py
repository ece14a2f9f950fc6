"""How the curves of one figure are told apart: by binder or by condition, and by basis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from byssus.figure import Figure
from byssus.report.section import Curve
from byssus.report.words import conditions

__all__ = ["PALETTE", "RAMP", "Coding", "Look", "in_order", "printable", "ramp"]

# After Okabe and Ito (2008), darkened where needed for a contrast of 3 on white and on a dark page.
PALETTE = ("#0072b2", "#d55e00", "#00916a", "#b3569a", "#8c7000", "#5b6ee1", "#7a7a7a", "#a0522d")
# For ordered conditions: blue to orange, which no colour blindness confuses, in steps of lightness (L* 33 to 62)
# that survive a grey print; contrast 3 on white, and on a dark page with the page's brightening.
RAMP = ("#3343a2", "#7f39ab", "#bb4188", "#d55b52", "#d97e16")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
DASHES: Mapping[str, Any] = {
    "measured": "solid",
    "published": (0, (1, 1.2)),
    "computed": (0, (7, 2, 1.5, 2)),
    "simulated": (0, (2, 2)),
    "rehearsed": (0, (5, 2)),
}
SHADES = (1.0, 0.5, 0.28)  # of a binder's colour, by condition; the eye tells no more apart
UNTOLD = ("specimen", "cycle", "cycles", "half", "state", "replicate")  # unless a figure names one
MOST_PANELS = 12  # beyond them a figure is no longer seen at once, and colour tells all conditions
MOST_KEYS = 8  # conditions named in a legend; of more, some between the first and the last


@dataclass(frozen=True, slots=True)
class Look:
    """Colour, mark and strength of one curve; ``rank`` shifts its marks along the line."""

    colour: str
    marker: str
    alpha: float
    rank: int


@dataclass(frozen=True)
class Coding:
    """What tells the curves of one figure apart.

    ``told`` are the values, in words and in order, of the conditions ``varying``; ``panels`` the binders that have a
    panel of their own (none: one drawing for all), each with its values of the conditions ``apart``, which make
    panels because the figure names another one for colour. ``by_condition`` says that colour stands for the
    condition, not for the binder.
    """

    order: tuple[str, ...]
    varying: tuple[str, ...]
    apart: tuple[str, ...]
    told: tuple[str, ...]
    panels: tuple[tuple[str, str], ...]
    by_condition: bool
    mixed: bool

    @classmethod
    def of(cls, figure: Figure, curves: Sequence[Curve], order: Sequence[str]) -> Coding:
        """The coding of ``curves``, with ``order`` the binders in the study's order."""
        binders = tuple(dict.fromkeys(order))
        varying = () if figure.kind == "bars" else _varying(figure, curves)
        apart = tuple(k for k in varying if k != figure.vary) if figure.panels and figure.vary in varying else ()
        panels = _panels(curves, binders, apart)
        if len(panels) > MOST_PANELS and apart:
            apart, panels = (), _panels(curves, binders, ())
        varying = tuple(k for k in varying if k not in apart)
        told = in_order(curves, varying)
        panelled = figure.kind != "bars" and (bool(figure.panels) or len(told) > len(SHADES))
        return cls(
            order=binders,
            varying=varying,
            apart=apart,
            told=told,
            panels=panels if panelled else (),
            by_condition=panelled and len(told) > 1,
            mixed=len({c.basis for c in curves}) > 1,
        )

    def words(self, curve: Curve) -> str:
        """What tells this curve's condition; empty where nothing varies."""
        return _words(curve, self.varying)

    def panel(self, curve: Curve) -> tuple[str, str]:
        """The binder and the conditions of the panel that holds this curve."""
        return curve.binder, _words(curve, self.apart)

    def look(self, curve: Curve) -> Look:
        place = self.told.index(self.words(curve))
        if self.by_condition:
            return Look(ramp(place, len(self.told)), MARKERS[place % len(MARKERS)], 1.0, place)
        rank = self.order.index(curve.binder)
        return Look(PALETTE[rank % len(PALETTE)], MARKERS[rank % len(MARKERS)], SHADES[place], rank)

    def entry(self, curve: Curve) -> str:
        """The legend entry of a curve: its condition, or its binder, with the basis where the figure mixes bases."""
        if self.by_condition:
            return self.words(curve) or "no condition named"
        if self.panels:
            return ""
        return printable(f"{curve.binder} ({curve.basis})" if self.mixed else curve.binder)

    def named(self) -> tuple[str, ...]:
        """The conditions a legend names: all, or of many the first, the last and some between."""
        if len(self.told) <= MOST_KEYS:
            return self.told
        return tuple(self.told[k] for k in np.linspace(0, len(self.told) - 1, MOST_KEYS - 2).round().astype(int))

    def short(self, told: str) -> str:
        """``"10"`` for ``"cycle 10"`` where an entry before it said "cycle"."""
        lead = f"{self.varying[0].replace('_', ' ')} " if len(self.varying) == 1 else ""
        return told.removeprefix(lead) if told != self.told[0] else told


def ramp(place: int, count: int) -> str:
    """The colour of the condition at ``place`` (from 0) of ``count``, as ``"#rrggbb"``."""
    at = (len(RAMP) - 1) * (place / (count - 1) if count > 1 else 0.0)
    parts = [[int(colour[k : k + 2], 16) for colour in RAMP] for k in (1, 3, 5)]
    return "#" + "".join(f"{round(float(np.interp(at, range(len(RAMP)), part))):02x}" for part in parts)


def printable(text: str) -> str:
    """Without the control characters XML forbids, and never starting as matplotlib's "leave me out" does."""
    kept = "".join(ch for ch in text if ch.isprintable())
    return f"\u200b{kept}" if kept.startswith("_") else kept


def _varying(figure: Figure, curves: Sequence[Curve]) -> tuple[str, ...]:
    """The conditions that differ from curve to curve (a C-rate, an angle), and the one the figure names."""
    keys = dict.fromkeys(k for c in curves for k in c.series.at if k == figure.vary or k not in UNTOLD)
    return tuple(k for k in keys if len({str(c.series.at.get(k)) for c in curves}) > 1)


def _panels(curves: Sequence[Curve], order: Sequence[str], apart: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """The panels that hold a curve, by binder and then by condition."""
    conditions_in_order = in_order(curves, apart)
    held = {(c.binder, _words(c, apart)) for c in curves}
    return tuple((b, told) for b in order for told in conditions_in_order if (b, told) in held)


def _words(curve: Curve, varying: Sequence[str]) -> str:
    return printable(conditions({k: curve.series.at[k] for k in varying if k in curve.series.at}))


def in_order(curves: Sequence[Curve], varying: Sequence[str]) -> tuple[str, ...]:
    """Each condition once: numbers ascending, words as they come."""
    first: dict[str, tuple[Any, ...]] = {}
    for place, curve in enumerate(curves):
        values = (curve.series.at.get(k) for k in varying)
        key = tuple((0, v) if isinstance(v, (int, float, np.number)) else (1, place) for v in values)
        first.setdefault(_words(curve, varying), key)
    return tuple(sorted(first, key=lambda words: first[words]))
