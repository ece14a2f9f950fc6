"""Numbers that the models of cure and network take from a study: measured ones first, then printed ones."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from byssus.findings import Finding
from byssus.run.steps import generator
from byssus.study.model import Study
from byssus.study.printed import parse_printed

if TYPE_CHECKING:
    from byssus.run.distributions import Distribution

__all__ = ["QUANTITIES", "Known", "Numbers", "measured_of"]

QUANTITIES = (
    "number_average_molar_mass", "weight_average_molar_mass", "glass_transition_temperature", "rubbery_modulus",
)  # fmt: skip
Floats = NDArray[np.float64]
MOVED_TOGETHER = dict.fromkeys(("number_average_molar_mass", "weight_average_molar_mass"), "molar_mass")
TO_STANDARD = 1.96  # half of a 95 % interval over it is a standard uncertainty
SAID = {"measured": "measured", "published": "printed"}
PLAIN = ("technique",)  # conditions that tell none of these numbers from another


@dataclass(frozen=True)
class Known:
    """One number of a binder in SI; ``basis`` is "measured" or "published", ``at`` its conditions.

    ``uncertainty`` is its standard uncertainty, 0 where none is known. ``of`` names binder and quantity, ``files`` are
    the SHA-256 of those it was found in.
    """

    value: float
    basis: str
    at: tuple[tuple[str, Any], ...] = ()
    uncertainty: float = 0.0
    of: tuple[str, str] = ("", "")
    files: frozenset[str] = frozenset()

    def draws(self, samples: int, seed: int) -> Floats:
        """Samples of it within its uncertainty, shape ``(samples,)``, the first the number itself.

        Log-normal, for none of them can fall below zero. One number gives the same draws wherever it is used; both
        averages of a molar mass move together, as an error of their one calibration moves them.
        """
        binder, quantity = self.of
        z = generator(seed, binder, MOVED_TOGETHER.get(quantity, quantity)).standard_normal(samples)
        z[0] = 0.0
        return np.asarray(self.value * np.exp(np.sqrt(np.log1p((self.uncertainty / self.value) ** 2)) * z))

    def times(self, factor: float) -> Known:
        """The same number read in another unit."""
        return replace(self, value=self.value * factor, uncertainty=self.uncertainty * factor)

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
    """What a study prints, and what was ``measured`` of it, whole ``distributions`` of molar mass among it."""

    study: Study
    measured: tuple[Finding, ...] = ()
    distributions: tuple[Distribution, ...] = ()

    def of(self, binder: str, quantity: str) -> Known | None:
        """A binder's number, a printed range at its middle; none where all that is known is a printed bound."""
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
            Known(
                value, f.basis, tuple((k, v) for k, v in f.at.items() if k not in PLAIN), _uncertainty(f),
                (binder, quantity), frozenset(source.sha256 for source in f.inputs),
            )
            for f in (*own, *said)
            if (value := _value(f))
        ]  # fmt: skip

    def distribution_of(self, known: Known) -> tuple[Distribution, ...]:
        """The measured distributions that a measured average is of: one a specimen."""
        if known.basis != "measured":
            return ()
        return tuple(d for d in self.distributions if d.binder == known.of[0] and d.sha256 in known.files)


def _value(finding: Finding) -> float:
    """The number, or the middle of a printed range; 0 where there is neither."""
    if finding.value is not None or finding.interval is None:
        return float(finding.value or 0.0)
    return sum(finding.interval) / 2 if parse_printed(finding.printed or "").ends else 0.0


def _uncertainty(finding: Finding) -> float:
    """The standard uncertainty of a measured number, or what a printed one says after its ± ; 0 where neither does.

    What a printed ± means is seldom said; it is taken for one standard uncertainty, and a printed range for limits of
    equal likelihood (JCGM 100:2008, 4.3.7). Digits alone tell none.
    """
    if finding.interval is None and finding.standard_uncertainty is None:
        return 0.0
    low, high = finding.interval or (0.0, 0.0)
    if finding.basis == "measured":
        told = finding.standard_uncertainty
        return float((high - low) / 2 / TO_STANDARD if told is None else told)
    printed = parse_printed(finding.printed or "")
    if printed.ends:
        return float((high - low) / math.sqrt(12.0))
    if printed.kind != "tolerance":
        return 0.0
    half = (printed.high - printed.low) / 2
    share = max(half - 0.5 * 10.0**printed.digits, 0.0) / half  # of the interval, without that of the digits
    return float(share * (high - low) / 2)
