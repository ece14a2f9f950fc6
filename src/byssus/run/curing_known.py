"""Numbers that the models of cure and network take from a study: measured ones first, then printed ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from byssus.findings import Finding
from byssus.study.model import Study

__all__ = ["QUANTITIES", "Known", "Numbers", "measured_of"]

QUANTITIES = (
    "number_average_molar_mass", "weight_average_molar_mass", "glass_transition_temperature", "rubbery_modulus",
)  # fmt: skip
SAID = {"measured": "measured", "published": "printed"}
PLAIN = ("technique",)  # conditions that tell none of these numbers from another


@dataclass(frozen=True)
class Known:
    """One number of a binder in SI; ``basis`` is "measured" or "published", ``at`` its conditions."""

    value: float
    basis: str
    at: tuple[tuple[str, Any], ...] = ()

    @property
    def word(self) -> str:
        return SAID[self.basis]

    @property
    def how(self) -> tuple[str, Any, str]:
        """Two numbers that have the same were found alike."""
        return self.basis, dict(self.at).get("criterion"), str(dict(self.at).get("frequency", ""))


def measured_of(findings: Sequence[Finding]) -> list[Finding]:
    """The measured findings that the models can use; what is rehearsed never counts."""
    return [
        one for one in findings
        if one.basis == "measured" and one.quantity in QUANTITIES and one.value and "specimen" not in one.at
    ]  # fmt: skip


@dataclass(frozen=True)
class Numbers:
    """What a study prints, and what was ``measured`` of it."""

    study: Study
    measured: tuple[Finding, ...] = ()

    def of(self, binder: str, quantity: str) -> Known | None:
        """A binder's number; none where it is neither measured nor printed, or printed only as a bound."""
        return next(iter(self._all(binder, quantity)), None)

    def alike(self, binder: str, other: str, quantity: str) -> tuple[Known, Known] | None:
        """The numbers of two binders, found in the same way, so that their difference means something."""
        theirs = self._all(other, quantity)
        pairs = ((a, b) for a in self._all(binder, quantity) for b in theirs if a.how == b.how)
        return next(pairs, None)

    def _all(self, binder: str, quantity: str) -> list[Known]:
        from byssus.audit import published

        if not binder:
            return []
        own = [f for f in self.measured if (f.binder, f.quantity) == (binder, quantity)]
        own.sort(key=lambda f: ("tan" not in str(f.at.get("criterion", "tan")), len(f.at)))
        said = [f for f in published([c for c in self.study.claim if c.binder == binder]) if f.quantity == quantity]
        return [
            Known(float(f.value), f.basis, tuple((k, v) for k, v in f.at.items() if k not in PLAIN))
            for f in (*own, *said)
            if f.value
        ]
