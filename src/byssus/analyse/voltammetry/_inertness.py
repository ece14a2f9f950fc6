"""How much of an electrode's charge and current its binder can carry: two electrodes beside each other.

One holds binder and carbon on the collector and no silicon (``electrode = "binder"``), the other is the silicon
electrode (``electrode = "silicon"``). Both are the study's conditions.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from byssus.findings import Finding, Status
from byssus.trace import Source

__all__ = ["BINDER", "CONDITION", "SILICON", "across"]

CONDITION, BINDER, SILICON = "electrode", "binder", "silicon"
SEEN = 2.0  # standard uncertainties: a smaller signal is not told from none
BOUND = 1.645  # one-sided 95 %, JCGM 100:2008, G.1.3
ALIKE = 0.05  # of the silicon electrode's scan rate and window
LOADING = (
    "the electrodes as made: it is the binder's share inside the silicon electrode only where both carry as much "
    "binder and carbon"
)
NO_AREA = "compared as measured, because not both areas are given: electrodes of different size give another share"
# what is shared, of what, per area where both have it
CHARGES = (
    ("anodic", "areal_anodic_charge", "anodic_charge"),
    ("cathodic", "areal_cathodic_charge", "cathodic_charge"),
)

Key = tuple[tuple[str, Any], ...]


def across(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """``binder_charge_share`` and ``binder_current_share`` of every cycle that both electrodes have.

    ``findings`` are the gathered ones of one binder, with ``at["electrode"]``; empty where one electrode lacks.
    Where the binder's signal is not told from noise the share is ``not_identifiable``, with its upper bound.
    """
    both = {kind: _of(findings, kind) for kind in (BINDER, SILICON)}
    if not all(both.values()):
        return ()
    doubts = _doubts(both[BINDER], both[SILICON])
    return (*_charge_shares(both, doubts), *_current_shares(both, doubts))


def _of(findings: Sequence[Finding], kind: str) -> dict[tuple[str, Key], Finding]:
    """Findings of one electrode by quantity and the other conditions."""
    return {
        (f.quantity, _key({k: v for k, v in f.at.items() if k != CONDITION})): f
        for f in findings
        if f.at.get(CONDITION) == kind and "specimen" not in f.at
    }


def _key(at: Mapping[str, Any]) -> Key:
    return tuple(sorted(at.items(), key=lambda pair: pair[0]))


def _doubts(binder: Mapping[tuple[str, Key], Finding], silicon: Mapping[tuple[str, Key], Finding]) -> tuple[str, ...]:
    """Remarks where the two were not swept alike."""
    told = {
        name: [_only(group, name) for group in (binder, silicon)]
        for name in ("scan_rate", "lower_potential_limit", "upper_potential_limit")
    }
    said = []
    rates = told["scan_rate"]
    if None not in rates and abs(rates[0] - rates[1]) > ALIKE * rates[1]:
        said.append(f"scan rates differ: binder {rates[0] * 1e3:.4g} mV/s, silicon {rates[1] * 1e3:.4g} mV/s")
    if None in rates:
        said.append("the scan rates of the two electrodes cannot be compared: one is not known")
    low, high = told["lower_potential_limit"], told["upper_potential_limit"]
    if None not in (*low, *high):
        window = high[1] - low[1]
        if max(abs(low[0] - low[1]), abs(high[0] - high[1])) > ALIKE * window:
            said.append(
                f"windows differ: binder {low[0]:.3g} to {high[0]:.3g} V, silicon {low[1]:.3g} to {high[1]:.3g} V"
            )
    return tuple(said)


def _only(group: Mapping[tuple[str, Key], Finding], name: str) -> Any:
    return next((f.value for (quantity, _), f in group.items() if quantity == name and f.value is not None), None)


def _charge_shares(both: Mapping[str, Mapping[tuple[str, Key], Finding]], doubts: tuple[str, ...]) -> Iterator[Finding]:
    for half, areal, plain in CHARGES:
        for name, key in both[SILICON]:
            if name != plain:
                continue
            pairs = [(both[BINDER].get((q, key)), both[SILICON].get((q, key))) for q in (areal, plain)]
            per_area = all(one is not None and one.value is not None for one in pairs[0])
            mine, whole = pairs[0 if per_area else 1]
            if mine is not None and whole is not None:
                said = doubts if per_area else (*doubts, NO_AREA)
                equation = "Q(binder) / Q(silicon electrode)" + (", both per area" if per_area else "")
                yield _share("binder_charge_share", mine, whole, {**dict(key), "half": half}, equation, said)


def _current_shares(
    both: Mapping[str, Mapping[tuple[str, Key], Finding]], doubts: tuple[str, ...]
) -> Iterator[Finding]:
    areas = [_area(both[kind]) for kind in (BINDER, SILICON)]
    for name, key in both[SILICON]:
        mine, whole = both[BINDER].get((name, key)), both[SILICON][name, key]
        if name == "largest_current" and mine is not None:
            scale = areas[1] / areas[0] if all(areas) else 1.0
            said = doubts if all(areas) else (*doubts, NO_AREA)
            equation = "max|I|(binder) / max|I|(silicon electrode)" + (", both per area" if all(areas) else "")
            yield _share("binder_current_share", mine, whole, dict(key), equation, said, scale)


def _area(group: Mapping[tuple[str, Key], Finding]) -> float:
    """The electrode's area as its charges tell it; 0 where they do not."""
    for (name, key), one in group.items():
        areal = group.get((f"areal_{name}", key))
        if areal is not None and areal.value and one.value:
            return one.value / areal.value
    return 0.0


def _share(
    name: str, mine: Finding, whole: Finding, at: dict[str, Any], equation: str, doubts: tuple[str, ...],
    scale: float = 1.0,
) -> Finding:  # fmt: skip
    """One share with its uncertainty, or its upper bound where the binder's signal is lost in noise."""
    like: dict[str, Any] = {
        "at": at, "equation": equation, "technique": "voltammetry", "binder": whole.binder, "basis": whole.basis,
        "inputs": _inputs(mine, whole),
        "method": "electrode of binder and carbon beside the silicon electrode, same cycle; with both uncertainties",
    }  # fmt: skip
    if mine.value is None or whole.value is None or not whole.value > 0:
        lost = mine if mine.value is None else whole
        status: Status = "not_identifiable" if lost.value is not None else lost.status
        remarks = lost.remarks or ("the silicon electrode passes none",)
        return Finding(name, None, "1", status=status, remarks=remarks, **like)
    u_mine, u_whole = mine.standard_uncertainty or 0.0, whole.standard_uncertainty or 0.0
    value, u = scale * mine.value / whole.value, scale * u_mine / whole.value
    if mine.value <= SEEN * u_mine:
        bound = max(value, 0.0) + BOUND * u
        said = f"the binder's signal is not told from noise: its share is at most {bound:.2g} (95 %)"
        return Finding(name, None, "1", status="not_identifiable", remarks=(said, *doubts, LOADING), **like)
    u = math.hypot(u, value * u_whole / whole.value)
    warned = doubts or "warned" in (mine.status, whole.status)
    carried = tuple(f"{kind}: {r}" for kind, f in ((BINDER, mine), (SILICON, whole)) if f.status == "warned"
                    for r in f.remarks)  # fmt: skip
    return Finding(
        name, value, "1", standard_uncertainty=u or None, n=min(mine.n or 1, whole.n or 1),
        status="warned" if warned else "ok", remarks=(*doubts, *carried, LOADING), **like,
    )  # fmt: skip


def _inputs(*findings: Finding) -> tuple[Source, ...]:
    return tuple(dict.fromkeys(source for f in findings for source in f.inputs))
