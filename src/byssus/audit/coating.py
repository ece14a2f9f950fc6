"""Inputs of relations that an electrode's recipe gives: share of silicon, density without pores, loading, mass."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from byssus.audit.relation import Given
from byssus.audit.stated import Interval, Stated, best_matches, canonical
from byssus.audit.sums import OTHER_WHOLE
from byssus.laws.coating import coating_density, density_of

__all__ = [
    "active_mass",
    "coating_loading",
    "density",
    "is_pristine",
    "pristine_thickness",
    "silicon_loading",
    "silicon_share",
]

ACTIVE_WORDS = frozenset({"silicon", "si", "active", "active material", "active mass", "si nanoparticles"})
COATING_WORDS = frozenset({"coating", "electrode", "total", "solids", "layer", "composite"})
PRISTINE_WORDS = ("pristine", "initial", "before", "fresh", "as prepared", "as made", "uncycled", "uncharged")
PART_KEYS = ("component", "material", "of")
WHOLE = (0.98, 1.02)  # shares that sum to less leave a component unsaid


def silicon_share(target: Stated, claims: Sequence[Stated]) -> Given | None:
    """Mass fraction of silicon in the coating, as printed."""
    return next(
        (Given(c.interval, "silicon share", c) for c in _recipe(target, claims) if _part(c) in ACTIVE_WORDS), None
    )


def density(target: Stated, claims: Sequence[Stated]) -> Given | None:
    """Density of the coating without its pores: as printed, else from its recipe and the table of densities."""
    printed = best_matches(claims, "skeletal_density", target.binder, target.at, PART_KEYS)
    if printed:
        return Given(printed[0].interval, "skeletal density", printed[0])
    shares = {_part(c): c.nominal for c in _recipe(target, claims)}
    if not shares or not WHOLE[0] <= sum(shares.values()) <= WHOLE[1]:
        return None
    found = coating_density(shares)
    if found is None:
        return None
    listed = ", ".join(
        f"{name} {one.low / 1e3:.3g}-{one.high / 1e3:.3g}" for name in shares if (one := density_of(name))
    )
    low, high = found
    return Given(Interval(low, high), f"density from the recipe {low / 1e3:.3g} to {high / 1e3:.3g} g/cm^3 ({listed})")


def silicon_loading(target: Stated, claims: Sequence[Stated]) -> Given | None:
    """Loading of silicon per area; one that does not say of what may be it."""
    return _loading(target, claims, ACTIVE_WORDS)


def coating_loading(target: Stated, claims: Sequence[Stated]) -> Given | None:
    """Loading of the whole coating per area; one that does not say of what may be it."""
    return _loading(target, claims, COATING_WORDS)


def active_mass(target: Stated, claims: Sequence[Stated]) -> Given | None:
    """Mass of active material in the electrode."""
    own = [c for c in claims if c is not target and c.quantity == "mass" and _part(c) in ACTIVE_WORDS]
    found = best_matches(own, "mass", target.binder, {})
    return Given(found[0].interval, "mass of active material", found[0]) if found else None


def pristine_thickness(target: Stated, claims: Sequence[Stated]) -> Given | None:
    """Thickness of the coating before it is cycled."""
    own = [c for c in claims if c.quantity == "layer_thickness" and is_pristine(c.at)]
    found = best_matches(own, "layer_thickness", target.binder, {})
    return Given(found[0].interval, "layer_thickness", found[0]) if found else None


def is_pristine(at: Mapping[str, Any]) -> bool:
    """Whether conditions are those of a coating before it is cycled; ones that say nothing are."""
    state = str(canonical(at["state"])) if "state" in at else ""
    return "cycle" not in at and (not state or any(word in state for word in PRISTINE_WORDS))


def _part(claim: Stated) -> str:
    return next((str(canonical(claim.at[key])) for key in PART_KEYS[:2] if key in claim.at), "")


def _recipe(target: Stated, claims: Sequence[Stated]) -> list[Stated]:
    """Shares of the dry coating: the binder's own where it has some, else those stated for all."""
    shares = [
        c for c in claims
        if c.quantity == "mass_fraction" and _part(c) and not OTHER_WHOLE & set(_part(c).split())
        and not OTHER_WHOLE & set(str(canonical(c.at.get("of", ""))).split())
    ]  # fmt: skip
    own = [c for c in shares if c.binder == target.binder]
    found = own or [c for c in shares if not c.binder]
    return list({_part(c): c for c in reversed(found)}.values())[::-1]


def _loading(target: Stated, claims: Sequence[Stated], words: frozenset[str]) -> Given | None:
    own = [c for c in claims if c.quantity == "mass_loading" and (_part(c) in words or not _part(c))]
    found = best_matches(own, "mass_loading", target.binder, {})
    return Given(found[0].interval, "mass_loading", found[0]) if found else None
