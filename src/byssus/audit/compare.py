"""Two binders side by side: for every quantity and condition both have, the difference with its interval.

Findings of one basis are compared with findings of the same basis only. A test of significance needs a spread among
specimens, so at least two of them on either side; the tests of one pair are adjusted for one another (Holm).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from byssus.audit.beside import doubts
from byssus.audit.matching import Table, printed_cycles, settings_of, tabulated, telling, test_of
from byssus.findings import Finding, plain, sort_findings
from byssus.laws.comparison import LEVEL, Difference, difference, holm, implied_degrees, relative_change
from byssus.laws.thickness import Mean
from byssus.vocabulary import quantities

__all__ = ["MINUS", "Comparison", "compare", "compare_all"]

MINUS = "minus"  # the condition of a difference that names the binder taken off
LEAST_SPECIMENS = 2  # a spread among specimens needs as many
EQUATION = "Δ = x(B) − x(A), u² = u(A)² + u(B)²"
SINGLE = "the interval is that of one specimen's own measurement; the spread among specimens is not known"
PRINTED = "the interval is what the printed digits leave open; the spread among specimens is not printed"


@dataclass(frozen=True)
class Comparison:
    """One difference ``b - a``: ``finding`` says it as any number is said, with ``at["minus"]`` naming ``a``.

    ``of`` are the places of the two findings in the sequence that was given. ``p`` is there where the difference was
    tested, ``adjusted`` is Holm's over the ``tests`` of its family (the same pair, basis and ``main``).
    ``change`` is b/a - 1 with its interval, of quantities that have a true zero.
    """

    finding: Finding
    a: Finding
    b: Finding
    of: tuple[int, int]
    main: bool
    degrees: float | None = None
    p: float | None = None
    change: float | None = None
    change_interval: tuple[float, float] | None = None
    tests: int = 0
    adjusted: float | None = None

    @property
    def differs(self) -> bool | None:
        """Whether the 95 % interval leaves out zero; ``None`` where there was no test."""
        return None if self.p is None else self.p < LEVEL

    @property
    def differs_together(self) -> bool | None:
        """Whether it still does, adjusted for all tests of its family."""
        return None if self.adjusted is None else self.adjusted < LEVEL

    @property
    def outcome(self) -> str:
        """In few words: how the test came out, or why there was none."""
        if self.differs_together:
            return "differs"
        if self.differs is not None:
            return "differs alone" if self.differs else "not told apart"
        if self.finding.value is None:
            return self.finding.status.replace("_", " ")
        if self.finding.basis == "published":
            return "printed"
        return "no scatter" if _several(self.a, self.b) else "one specimen"

    @property
    def warnings(self) -> tuple[str, ...]:
        """The remarks beside what the outcome says already."""
        return tuple(remark for remark in self.finding.remarks if remark not in (SINGLE, PRINTED))

    def to_json(self) -> dict[str, Any]:
        """What a difference has beside the keys of a finding; all keys, always, in a fixed order."""
        return {
            "a": self.a.binder,
            "b": self.b.binder,
            "technique": self.finding.technique,
            "quantity": self.finding.quantity,
            "at": plain({k: v for k, v in self.finding.at.items() if k != MINUS}),
            "basis": self.finding.basis,
            "values": plain([self.a.value, self.b.value]),
            "n": [self.a.n, self.b.n],
            "degrees": plain(self.degrees),
            "change": plain(self.change),
            "change_interval": plain(self.change_interval),
            "p": self.p,
            "tests": self.tests,
            "p_holm": self.adjusted,
            "outcome": self.outcome,
            "warnings": list(self.warnings),
            "differs": self.differs,
            "differs_together": self.differs_together,
            "main": self.main,
            "of": list(self.of),
        }


def compare(
    findings: Sequence[Finding],
    a: str,
    b: str,
    *,
    main: Collection[str] = (),
    quantity: str | None = None,
    every_cycle: bool = False,
) -> tuple[list[Comparison], int]:
    """The differences ``b - a``, in the order of findings, and how many were left out.

    Parameters
    ----------
    findings
        A study's own and printed ones; single specimens of several are passed over.
    main
        Quantities whose tests make one family; those of all others, and of second models, make another. Empty: all
        are one.
    quantity
        Only this one.
    every_cycle
        Whether to compare at every cycle. Otherwise, of a run of cycles both have, at the first, the last and those
        at which a number is printed; a test per cycle would drown the others.
    """
    return _compare(tabulated(findings), findings, a, b, main, quantity, every_cycle)


def compare_all(
    findings: Sequence[Finding], binders: Sequence[str], *, main: Collection[str] = ()
) -> list[tuple[str, str, list[Comparison], int]]:
    """:func:`compare` for every two of ``binders``: the later less the earlier."""
    table = tabulated(findings)
    pairs = itertools.combinations(binders, 2)
    return [(a, b, *_compare(table, findings, a, b, main, None, False)) for a, b in pairs]


def _compare(
    table: Table,
    findings: Sequence[Finding],
    a: str,
    b: str,
    main: Collection[str],
    quantity: str | None,
    every_cycle: bool,
) -> tuple[list[Comparison], int]:
    ours, theirs = table.get(a, {}), table.get(b, {})
    common = [key for key in ours if key in theirs and (quantity is None or key[1] == quantity)]
    single = [key for key in common if len(ours[key]) == len(theirs[key]) == 1]  # two of one key are no one number
    kept = single if every_cycle else telling(single, ours, printed_cycles(findings))
    settings = {name: settings_of(table.get(name, {})) for name in (a, b)}
    made = []
    for key in kept:
        (place_a, one), (place_b, other) = ours[key][0], theirs[key][0]
        if one.value is None and other.value is None:
            continue
        apart = doubts(one, other, settings[a].get(test_of(one), {}), settings[b].get(test_of(other), {}))
        made.append(_compared(one, other, (place_a, place_b), _is_main(one, main), apart))
    return _ordered(_adjusted(made)), len(common) - len(kept)


def _is_main(one: Finding, main: Collection[str]) -> bool:
    """Whether a number is what its technique is for, and of no second model of the same data."""
    return not main or (one.quantity in main and "model" not in one.at)


def _compared(a: Finding, b: Finding, of: tuple[int, int], main: bool, apart: tuple[str, ...]) -> Comparison:
    """The difference of two findings, whatever it is that one of them may lack."""
    if a.value is None or b.value is None:
        lacking = a if a.value is None else b
        bound = f"printed as {lacking.printed}" if lacking.printed else ""
        why = "; ".join(lacking.remarks) or bound or "no reason was given"
        status = "not_identifiable" if lacking.status in ("ok", "warned") else lacking.status
        said = replace(_blank(a, b), status=status, remarks=(f"{lacking.binder} has no value: {why}",))
        return Comparison(said, a, b, of, main)
    if a.basis == "published":
        return Comparison(_of_print(a, b), a, b, of, main, change=_change(a, b))
    if a.standard_uncertainty is None or b.standard_uncertainty is None:
        lacking_names = [str(f.binder) for f in (a, b) if f.standard_uncertainty is None]
        why = f"no uncertainty is known of {' and '.join(lacking_names)}, so the difference has no interval"
        values = f"the two values differ by {b.value - a.value:.4g} {a.unit if a.unit != '1' else ''}".rstrip()
        said = replace(_blank(a, b), status="not_identifiable", remarks=(f"{why}; {values}", *apart))
        return Comparison(said, a, b, of, main)
    return _of_means(a, b, of, main, apart)


def _blank(a: Finding, b: Finding) -> Finding:
    return Finding(
        quantity=b.quantity,
        value=None,
        unit=b.unit,
        at={**b.at, MINUS: a.binder},
        method=f"{b.binder} less {a.binder}",
        equation=EQUATION,
        binder=b.binder,
        technique=b.technique,
        inputs=tuple(dict.fromkeys((*a.inputs, *b.inputs))),
        basis=b.basis,
    )


def _of_print(a: Finding, b: Finding) -> Finding:
    """Of two printed numbers: between the furthest ends that their digits imply."""
    value = None if a.value is None or b.value is None else b.value - a.value
    ends = None
    if a.interval is not None and b.interval is not None:
        ends = (b.interval[0] - a.interval[1], b.interval[1] - a.interval[0])
    return replace(_blank(a, b), value=value, interval=ends, equation="Δ = x(B) − x(A)", remarks=(PRINTED,))


def _of_means(a: Finding, b: Finding, of: tuple[int, int], main: bool, apart: tuple[str, ...]) -> Comparison:
    means = _mean(a), _mean(b)
    found = difference(*means)
    several = _several(a, b)
    remarks = apart if several else (SINGLE, *apart)
    warned = bool(remarks) or "warned" in (a.status, b.status)
    told = f" (Welch-Satterthwaite, {found.degrees:.3g} degrees of freedom)" if math.isfinite(found.degrees) else ""
    said = replace(
        _blank(a, b),
        value=found.value,
        standard_uncertainty=found.standard_uncertainty,
        interval=found.interval_95,
        n=(a.n or 1) + (b.n or 1),
        method=f"{b.binder} less {a.binder}{told}",
        status="warned" if warned else "ok",
        remarks=(*remarks, *_carried(a), *_carried(b)),
    )
    change = _ratio(a, means)
    return Comparison(
        said, a, b, of, main, found.degrees, found.p if several else None,
        None if change is None else change.value, None if change is None else change.interval_95,
    )  # fmt: skip


def _several(*findings: Finding) -> bool:
    return all((one.n or 1) >= LEAST_SPECIMENS for one in findings)


def _mean(one: Finding) -> Mean:
    """Value, uncertainty and degrees of freedom: n - 1 of several specimens, else what the interval implies."""
    u = one.standard_uncertainty or 0.0
    if (one.n or 1) >= LEAST_SPECIMENS:
        return Mean(one.value or 0.0, u, float((one.n or 1) - 1))
    half = None if one.interval is None else (one.interval[1] - one.interval[0]) / 2
    return Mean(one.value or 0.0, u, math.inf if half is None else implied_degrees(half, u))


def _ratio(a: Finding, means: tuple[Mean, Mean]) -> Difference | None:
    if not _has_zero(a) or not all(mean.value > 0 for mean in means):
        return None
    return relative_change(*means)


def _change(a: Finding, b: Finding) -> float | None:
    if not _has_zero(a) or not (a.value or 0) > 0 or not (b.value or 0) > 0:
        return None
    return (b.value or 0.0) / (a.value or 1.0) - 1


def _has_zero(one: Finding) -> bool:
    known = quantities().get(one.quantity)
    return known is not None and known.scale == "ratio"


def _carried(one: Finding) -> tuple[str, ...]:
    return tuple(f"{one.binder}: {remark}" for remark in one.remarks)


def _adjusted(made: Sequence[Comparison]) -> list[Comparison]:
    """Holm's adjustment within each family."""
    out = list(made)
    families: dict[tuple[Any, ...], list[int]] = {}
    for place, one in enumerate(made):
        if one.p is not None:
            families.setdefault((one.finding.basis, one.main), []).append(place)
    for places in families.values():
        found = holm([made[place].p or 0.0 for place in places])
        for place, p in zip(places, found, strict=True):
            out[place] = replace(out[place], adjusted=p, tests=len(places))
    return out


def _ordered(made: Iterable[Comparison]) -> list[Comparison]:
    by_finding = {id(one.finding): one for one in made}
    return [by_finding[id(finding)] for finding in sort_findings(one.finding for one in by_finding.values())]
