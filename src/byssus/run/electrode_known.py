"""Numbers that the electrode model takes of a binder: measured ones first, then printed ones, then priors."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from byssus.audit.coating import is_pristine
from byssus.audit.stated import Stated, canonical
from byssus.audit.table.mechanics import PEELED
from byssus.findings import Finding
from byssus.study.amounts import PRIOR_UNITS, amount
from byssus.study.model import Binder

__all__ = ["Known", "is_by_width", "known_of"]


@dataclass(frozen=True)
class Known:
    """One number of a binder: an interval where it is bounded or stated twice; its basis, and where it stands."""

    low: float
    high: float
    uncertainty: float
    basis: str
    where: str
    remarks: tuple[str, ...] = ()

    @property
    def value(self) -> float:
        return self.low if math.isinf(self.high) else 0.5 * (self.low + self.high)


def known_of(binder: Binder, name: str, measured: Sequence[Finding], claims: Sequence[Stated]) -> Known | None:
    """One of the model's inputs, by its name in ``INPUTS`` or ``GEOMETRY``; ``None`` where nobody says it."""
    own = [f for f in measured if f.binder == binder.name]
    if name == "layer_thickness":
        found = _known(
            [f for f in own if f.quantity == name and is_pristine(f.at)],
            _of(binder.name, [c for c in claims if c.quantity == name and is_pristine(c.at)]),
        )
    elif name == "peel_width":
        found = _width(binder.name, own, claims)
    elif name == "peel_force":
        found = _plain(binder.name, name, own, [c for c in claims if c.si_unit == "N"])
        found = found or _force(binder.name, own, claims)
    else:
        found = _plain(binder.name, name, own, claims)
    return found or _prior(next((text for key, text in binder.priors.items() if key == name), None), name)


def is_by_width(binder: str, name: str, claims: Sequence[Stated]) -> bool:
    """Whether a peel force is printed by width alone."""
    return name == "peel_force" and _by_width(binder, claims) is not None


def _plain(binder: str, quantity: str, own: Sequence[Finding], claims: Sequence[Stated]) -> Known | None:
    printed = [c for c in claims if (c.binder, c.quantity) == (binder, quantity)]
    return _known([f for f in own if f.quantity == quantity], printed)


def _known(own: Sequence[Finding], claims: Sequence[Stated]) -> Known | None:
    """A measured input, else the printed one: several printed numbers at their mean, a range at its middle."""
    sound = [f for f in own if f.value]
    if sound:
        plainest = min(sound, key=lambda f: len(f.at))
        spread = plainest.standard_uncertainty or _half(plainest.interval) / 1.96
        where = ", ".join(source.path for source in plainest.inputs)
        value = float(plainest.value or 0.0)
        return Known(value, value, spread, "measured", where)
    said = [c for c in claims if c.printed.value is not None or c.printed.ends is not None]
    if not said:
        return None
    value = float(np.mean([c.nominal for c in said]))
    # the digits of a printed number are limits of equal likelihood, JCGM 100:2008, 4.3.7
    spread = max(max((c.interval.high - c.interval.low) / math.sqrt(12.0) for c in said),
                 float(np.std([c.nominal for c in said])))  # fmt: skip
    return Known(value, value, spread, "published", "; ".join(dict.fromkeys(c.where for c in said)))


def _half(interval: tuple[float, float] | None) -> float:
    return 0.5 * (interval[1] - interval[0]) if interval else 0.0


def _of(binder: str, claims: Sequence[Stated]) -> list[Stated]:
    """The binder's own, else those printed for no binder alone: one coating and one strip as a rule serve all."""
    return [c for c in claims if c.binder == binder] or [c for c in claims if not c.binder]


def _is_width(claim: Stated) -> bool:
    if claim.quantity != "specimen_width":
        return claim.quantity == "peel_width"
    return "technique" in claim.at and str(canonical(claim.at["technique"])) in PEELED.technique


def _measured_width(own: Sequence[Finding]) -> Known | None:
    """From a peel test's force and its force by width, which took the width as exact."""
    forces = [f for f in own if f.quantity == "peel_force" and f.value]
    if not forces:
        return None
    force = min(forces, key=lambda f: len(f.at))
    by_width = next((f for f in own if f.quantity == "peel_strength" and f.value and f.at == force.at), None)
    if by_width is None:
        return None
    value = float(force.value or 0.0) / float(by_width.value or math.inf)
    where = ", ".join(source.path for source in by_width.inputs)
    return Known(value, value, 0.0, "measured", where, ("peel force over peel strength",))


def _width(binder: str, own: Sequence[Finding], claims: Sequence[Stated]) -> Known | None:
    """Measured, printed, or what a printed force and a printed force by width say together."""
    said = _measured_width(own) or _known((), _of(binder, [c for c in claims if _is_width(c)]))
    force = _plain(binder, "peel_force", (), [c for c in claims if c.si_unit == "N"])
    by_width = _by_width(binder, claims)
    if said or not (force and by_width):
        return said
    return _combined(force.value / by_width.value, force, by_width, "peel force over peel strength")


def _force(binder: str, own: Sequence[Finding], claims: Sequence[Stated]) -> Known | None:
    """A force that is printed by width alone, where the width is known."""
    by_width, width = _by_width(binder, claims), _width(binder, own, claims)
    if not (by_width and width):
        return None
    return _combined(by_width.value * width.value, by_width, width, "peel strength times peel width")


def _by_width(binder: str, claims: Sequence[Stated]) -> Known | None:
    """A printed force by width, under whichever name."""
    names = ("peel_strength", "peel_force")
    return _known((), [c for c in claims if c.binder == binder and c.quantity in names and c.si_unit == "N/m"])


def _combined(value: float, one: Known, other: Known, how: str) -> Known:
    """Relative spreads of a product or a quotient add in squares."""
    spread = abs(value) * math.hypot(*(known.uncertainty / known.value for known in (one, other)))
    where = "; ".join(dict.fromkeys((one.where, other.where)))
    return Known(value, value, spread, "published", where, (how,))


def _prior(text: str | None, name: str) -> Known | None:
    if not text:
        return None
    value, spread = amount(text, PRIOR_UNITS[name], where=name)
    return Known(value, value, spread or 0.0, "assumed", f"prior of the study: {text}")
