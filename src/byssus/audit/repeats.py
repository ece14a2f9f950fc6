"""The same number printed twice: do both places say the same?"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from byssus.audit.evaluate import CIVIL
from byssus.audit.relation import SUBSTANCE_KEYS
from byssus.audit.row import Mend, Row, row_on
from byssus.audit.stated import Stated, conditions_key, same_value

__all__ = ["repeat_rows"]


def repeat_rows(claims: Sequence[Stated]) -> list[Row]:
    """One row for each pair of claims of the same binder, quantity and conditions, printed in two places."""
    groups: dict[tuple[object, ...], list[Stated]] = {}
    for claim in claims:
        quantity, at = _same_thing(claim)
        groups.setdefault((claim.binder, quantity, claim.si_unit, conditions_key(at)), []).append(claim)
    pairs = (pair for group in groups.values() for pair in itertools.combinations(group, 2))
    return [_row(first, again) for first, again in pairs if not _is_list(first, again)]


def _is_list(first: Stated, again: Stated) -> bool:
    """Two numbers in one place (two bands, two windows) are a list, not a repetition."""
    one_place = bool(first.where) and first.where == again.where
    return one_place or (first.quantity in MANY and not WHICH & first.at.keys())


def _same_thing(claim: Stated) -> tuple[str, Mapping[str, Any]]:
    """The quantity and conditions under which a number may be printed again: cycle 1 is the first cycle."""
    alias = FIRST_CYCLE.get(claim.quantity)
    if alias and same_value(claim.at.get("cycle", 0), 1, "cycle"):
        return alias, {k: v for k, v in claim.at.items() if k != "cycle"}
    return claim.quantity, claim.at


FIRST_CYCLE = {
    "lithiation_capacity": "first_lithiation_capacity",
    "delithiation_capacity": "first_delithiation_capacity",
    "coulombic_efficiency": "initial_coulombic_efficiency",
}
# Conditions that say which of many a number is.
WHICH = frozenset({"component", "element", "band", "peak", "technique", "region", *SUBSTANCE_KEYS})
# A spectrum has several bands and lines, a study several windows; without a condition they are not one number.
MANY = frozenset({
    "band_wavenumber", "core_level_energy", "peak_potential", "peak_current", "peak_time_constant", "peak_resistance",
    "potential_window", "temperature_window", "frequency_window", "c_rate_window", "temperature", "duration",
    "mass", "amount", "volume", "molar_mass", "purity", "mass_fraction", "component_fraction", "atomic_fraction",
    "concentration", "volume_ratio",
})  # fmt: skip


def _said(one: Stated) -> str:
    return one.printed.text if one.unit == "1" else f"{one.printed.text} {one.unit}"


def _row(first: Stated, again: Stated) -> Row:
    agrees = first.interval.overlaps(again.interval)
    mends: tuple[Mend, ...] = ()
    if not agrees:
        mends = (
            Mend("benign", "The two places may speak of different cells or specimens, or one of a mean."),
            Mend("number", f"One of the two is a misprint: {_said(first)}, or {_said(again)}."),
        )
    return row_on(
        again,
        first.interval,
        "agrees" if agrees else "disagrees",
        "the same number in two places",
        (first,),
        equation=f"{again.quantity} = {first.quantity}",
        mends=mends,
        remarks=() if agrees else (CIVIL,),
    )
