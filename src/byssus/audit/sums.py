"""Fractions of one whole: do the printed shares sum to 100 %?"""

from __future__ import annotations

import math
from collections.abc import Sequence

from byssus.audit.evaluate import CIVIL
from byssus.audit.mends import reprint
from byssus.audit.row import Mend, Row, row_on
from byssus.audit.stated import Interval, Stated, canonical, conditions_key

__all__ = ["sum_rows"]

# Which quantities are shares of one whole, and the condition that tells the shares apart.
WHOLES = {
    "mass_fraction": ("component", "material", "compound", "monomer", "substance", "species", "of"),
    "component_fraction": ("component", "species", "bond", "assignment"),
    "atomic_fraction": ("element", "atom", "component", "species"),
}
# A list of fewer shares, or one that leaves more than this unsaid, is taken for a part of the whole.
LEAST_SHARES = 3
LEAST_SUM = {"mass_fraction": 0.9, "component_fraction": 0.945, "atomic_fraction": 0.945}
# Not of the dry coating: shares of these are given over another whole.
OTHER_WHOLE = frozenset({
    "solid", "solvent", "electrolyte", "additive", "fec", "vc", "nmp", "dmf", "water", "lipf6", "lino3", "ec", "emc",
})  # fmt: skip


def sum_rows(claims: Sequence[Stated]) -> list[Row]:
    """One row for each list of shares that is whole, or more than whole."""
    rows = []
    for quantity, parts in WHOLES.items():
        groups: dict[tuple[object, ...], dict[str, Stated]] = {}
        for claim in (c for c in claims if c.quantity == quantity):
            part = next((k for k in parts if k in claim.at), None)
            if part is None:
                continue
            if quantity == "mass_fraction" and _of_another_whole(str(claim.at[part])):
                continue
            rest = conditions_key({k: v for k, v in claim.at.items() if k != part})
            group = groups.setdefault((claim.binder, part, rest), {})
            group.setdefault(str(canonical(claim.at[part])), claim)
        rows += [_row(part, list(g.values())) for (_, part, _), g in groups.items() if _judged(list(g.values()))]
    return rows


def _of_another_whole(component: str) -> bool:
    words = str(canonical(component)).split()
    return any(word in OTHER_WHOLE or word.rstrip("s") in OTHER_WHOLE for word in words)


def _judged(shares: list[Stated]) -> bool:
    if len(shares) < 2 or any(not math.isfinite(c.interval.high) for c in shares):
        return False
    return _least(shares) > 1.0 or (
        len(shares) >= LEAST_SHARES and sum(c.interval.high for c in shares) >= LEAST_SUM[shares[0].quantity]
    )


def _least(shares: Sequence[Stated]) -> float:
    """A share printed as "<1 %" counts from nothing: no share lies below."""
    return sum(max(c.interval.low, 0.0) for c in shares)


def _row(part: object, shares: list[Stated]) -> Row:
    total = Interval(_least(shares), sum(c.interval.high for c in shares))
    holds = total.overlaps(Interval(1.0, 1.0))
    lead = shares[0]
    mends: tuple[Mend, ...] = ()
    if not holds:
        gap = 1.0 - (total.low + total.high) / 2
        benign = (
            "A component may be left out of the list, or be below the least printed digit."
            if gap > 0
            else "One share may be given over another whole (of the solids, of the polymer) than the rest."
        )
        told = [c for c in shares if math.isfinite(c.interval.low)]
        changes = [(c, reprint(c, c.nominal + gap)) for c in told if c.nominal + gap > 0]
        mends = (
            Mend("benign", benign),
            *(Mend("number", f"{c.at[str(part)]} {new} instead of {c.printed.text} {c.unit}.") for c, new in changes),
        )
    return row_on(
        lead,
        total,
        "agrees" if holds else "disagrees",
        "shares of one whole sum to 100 %",
        shares,
        at={k: v for k, v in lead.at.items() if k != part},
        printed=" + ".join(c.printed.text for c in shares),
        equation=f"sum over {part} of {lead.quantity} = 100 %",
        mends=mends,
        remarks=() if holds else (CIVIL,),
    )
