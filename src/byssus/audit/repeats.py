"""The same number printed twice: do both places say the same?"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from byssus.audit.evaluate import CIVIL
from byssus.audit.row import Mend, Row, row_on
from byssus.audit.stated import Stated

__all__ = ["repeat_rows"]


def repeat_rows(claims: Sequence[Stated]) -> list[Row]:
    """One row for each pair of claims of the same binder, quantity and conditions, printed in two places."""
    groups: dict[tuple[object, ...], list[Stated]] = {}
    for claim in claims:
        at = tuple(sorted((k, str(v).casefold()) for k, v in claim.at.items()))
        groups.setdefault((claim.binder, claim.quantity, at), []).append(claim)
    pairs = (pair for group in groups.values() for pair in itertools.combinations(group, 2))
    return [_row(first, again) for first, again in pairs if not _is_list(first, again)]


def _is_list(first: Stated, again: Stated) -> bool:
    """Two numbers in one place (two bands, two windows) are a list, not a repetition."""
    return (bool(first.where) and first.where == again.where) or first.quantity in MANY


# A spectrum has several bands and lines, a study several windows; without a condition they are not one number.
MANY = frozenset({
    "band_wavenumber", "core_level_energy", "peak_potential", "peak_current", "peak_time_constant", "peak_resistance",
    "potential_window", "temperature_window", "frequency_window", "c_rate_window", "temperature", "duration",
    "mass", "amount", "volume", "molar_mass", "purity", "mass_fraction", "component_fraction", "atomic_fraction",
    "concentration", "volume_ratio",
})  # fmt: skip


def _row(first: Stated, again: Stated) -> Row:
    agrees = first.interval.overlaps(again.interval)
    mends: tuple[Mend, ...] = ()
    if not agrees:
        mends = (
            Mend("benign", "The two places may speak of different cells or specimens, or one of a mean."),
            Mend("number", f"One of {first.printed.text} {first.unit} and {again.printed.text} {again.unit}."),
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
