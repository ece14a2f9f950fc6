"""Binding energies on a terminal: a line a contact, with what the formula leaves out beside its number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from byssus.compute.ledger import NOT_RELAXED_YET, Ledger
from byssus.laws.atomic import JOULE_PER_KCAL
from byssus.run.binding import Bound
from byssus.study.model import Claim

__all__ = ["binding_lines"]


def binding_lines(found: Sequence[Bound], claims: Sequence[Claim] = ()) -> Iterator[str]:
    """Every contact in kcal/mol with its method, what warns of it below; then what is printed of binding energies."""
    for one in found:
        name = " ".join(filter(None, (one.contact.binder, one.contact.name)))
        if not one.ledgers:
            yield f"{name}: failed" if one.problems else f"{name}: not computed"
        for place, by in enumerate(one.ledgers):
            held = f" ({by.held})" if by.held and place else ""
            yield f"{name}{held}: {_told(by.ledger)}"
            said = [*by.ledger.warnings]
            if not place:
                said += [f"computed with other versions than are installed: {line}" for line in one.outdated]
                unrelaxed = by.ledger.unrelaxed
                said += [f"not relaxed: {unrelaxed}"] if unrelaxed not in ("", NOT_RELAXED_YET) else []
            yield from (f"    warning: {line}" for line in said)
    for claim in claims:
        if claim.quantity == "binding_energy":
            kind = f" ({', '.join(map(str, claim.at.values()))})" if claim.at else ""
            yield f"printed for {claim.binder}{kind}: {claim.value} {claim.unit}"


def _told(made: Ledger) -> str:
    level = ", quick level" if made.method.quick else ""
    what = ", a reaction energy" if made.kind == "ring_opening" else ""
    beside = [
        ("counterpoise", made.counterpoise_binding),
        *((f"with {term}", made.binding + value) for term, value in made.dispersion.items()),
        ("deformation", made.deformation),
        ("relaxed", made.relaxed),
    ]
    said = [f"{made.binding / JOULE_PER_KCAL:z.2f} kcal/mol by {made.method.name}{level}{what}"]
    said += [f"{name} {value / JOULE_PER_KCAL:z.2f}" for name, value in beside if value is not None]
    if made.kind in ("pair", "adsorption"):
        said.append(f"{made.hydrogen_bonds} hydrogen bond{'s' * (made.hydrogen_bonds != 1)}")
    return "; ".join(said)
