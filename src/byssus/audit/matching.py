"""Which findings of two binders may be compared, and at which cycles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from byssus.audit.beside import SETTINGS
from byssus.audit.stated import conditions_key
from byssus.findings import Finding

__all__ = ["Key", "Placed", "Table", "printed_cycles", "settings_of", "tabulated", "telling", "test_of"]

Placed = tuple[int, Finding]
Key = tuple[Any, ...]
Table = Mapping[str, Mapping[Key, Sequence[Placed]]]

OF_MODELS = ("computed", "simulated")


def tabulated(findings: Sequence[Finding]) -> Table:
    """Summary findings by binder, then by what must be the same for two to be compared.

    Computed and simulated ones are passed over: what a model says of two binders is no two samples of one population.
    """
    table: dict[str, dict[Key, list[Placed]]] = {}
    for place, one in enumerate(findings):
        if one.binder and one.basis not in OF_MODELS and "specimen" not in one.at:
            key = (one.technique, one.quantity, one.basis, one.unit, conditions_key(one.at))
            table.setdefault(one.binder, {}).setdefault(key, []).append((place, one))
    return table


def test_of(one: Finding) -> tuple[Any, ...]:
    return one.technique, one.basis


def settings_of(own: Mapping[Key, Sequence[Placed]]) -> dict[tuple[Any, ...], dict[str, list[Finding]]]:
    """What each test of a binder was set to, as its own files say."""
    out: dict[tuple[Any, ...], dict[str, list[Finding]]] = {}
    for key, placed in own.items():
        if key[1] in SETTINGS:
            out.setdefault(test_of(placed[0][1]), {}).setdefault(key[1], []).extend(one for _, one in placed)
    return out


def printed_cycles(findings: Iterable[Finding]) -> dict[str, set[float]]:
    out: dict[str, set[float]] = {}
    for one in findings:
        if one.basis == "published" and isinstance(one.at.get("cycle"), (int, float)):
            out.setdefault(one.quantity, set()).add(float(one.at["cycle"]))
    return out


def telling(keys: Sequence[Key], ours: Mapping[Key, Sequence[Placed]], printed: Mapping[str, set[float]]) -> list[Key]:
    """Of runs over cycles, the first, the last and printed ones."""
    cycles: dict[Key, float] = {}
    runs: dict[Key, list[float]] = {}
    homes: dict[Key, Key] = {}
    for key in keys:
        one = ours[key][0][1]
        cycle = one.at.get("cycle")
        if isinstance(cycle, (int, float)) and not isinstance(cycle, bool) and one.basis != "published":
            homes[key] = (*key[:4], tuple(pair for pair in key[4] if pair[0] != "cycle"))
            cycles[key] = float(cycle)
            runs.setdefault(homes[key], []).append(float(cycle))
    ends = {home: (min(run), max(run)) for home, run in runs.items()}
    return [
        key
        for key in keys
        if key not in cycles or cycles[key] in ends[homes[key]] or cycles[key] in printed.get(key[1], ())
    ]
