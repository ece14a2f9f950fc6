"""An ion's contacts beside each other: which molecule holds it more strongly, as far as the numbers tell."""

from __future__ import annotations

from collections.abc import Sequence

from byssus.compute.sensitivity import kcal
from byssus.findings import Finding
from byssus.laws.atomic import JOULE_PER_KCAL

__all__ = ["ALIKE_J_PER_MOL", "ions"]

# Two ligands of an ion nearer than this are alike: basis and geometry err so, and so does a search, one of which found
# an ion on a face of a cage 2.9 kcal/mol lower than another did.
ALIKE_J_PER_MOL = 3.0 * JOULE_PER_KCAL
ERR = kcal(ALIKE_J_PER_MOL)
PLAIN, CORRECTED = "binding_energy", "binding_energy_counterpoise"


def ions(kept: Sequence[Finding]) -> list[tuple[str, tuple[str, ...]]]:
    """A sentence for each ion on several molecules, and its contacts; once, however many binders share them.

    ``kept`` are findings of basis computed, J/mol. The geometry meant counts alone, not what is held otherwise.
    """
    energies: dict[str, dict[str, dict[str, float]]] = {}
    for one in kept:
        ion, _, ligand = str(one.at.get("contact", "")).partition(" on ")
        own = one.at.get("kind") == "ion" and "held" not in one.at and one.quantity in (PLAIN, CORRECTED)
        if own and ligand and one.value is not None:
            energies.setdefault(ion, {}).setdefault(ligand, {}).setdefault(one.quantity, float(one.value))
    out = []
    for ion, all_ligands in energies.items():
        ligands = sorted(
            ((name, values) for name, values in all_ligands.items() if PLAIN in values), key=lambda row: row[1][PLAIN]
        )
        if len(ligands) > 1:
            told = "; ".join(f"{name} {kcal(values[PLAIN])}{_corrected(values)}" for name, values in ligands)
            sentence = (
                f"{ion} in vacuum: {told} kcal/mol. {_compared(*ligands[:2])}; in an electrolyte "
                "several molecules of the solvent hold each ion at once, which is not computed."
            )
            out.append((sentence, tuple(f"{ion} on {name}" for name, _ in ligands)))
    return out


def _corrected(values: dict[str, float]) -> str:
    return f" ({kcal(values[CORRECTED])} counterpoise-corrected)" if CORRECTED in values else ""


def _compared(first: tuple[str, dict[str, float]], second: tuple[str, dict[str, float]]) -> str:
    """The two strongest, by both numbers where there are both; the second is the weaker one without correction."""
    (a, best), (b, next_) = first, second
    apart = [next_[name] - best[name] for name in (PLAIN, CORRECTED) if name in best and name in next_]
    by = f"{kcal(apart[0])}" + "".join(f", {kcal(one)} counterpoise-corrected" for one in apart[1:])
    name = f"{a[:1].upper()}{a[1:]}"
    if all(abs(one) < ALIKE_J_PER_MOL for one in apart):
        return f"{name} and {b} hold it alike, one against one ({by}, where such numbers err by {ERR})"
    if min(apart) >= ALIKE_J_PER_MOL:
        return f"{name} holds it more strongly than {b}, one against one (by {by})"
    return f"Whether {a} holds it more strongly than {b}, one against one, hangs on the correction (by {by})"
