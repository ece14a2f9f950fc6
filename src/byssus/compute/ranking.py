"""Which of the geometries found are worth an energy by the final method, and which a rough one first.

GFN2's order of conformers has little to do with B3LYP's (correlation .2 to .3), nor has it always less the dispersion
that B3LYP lacks (.2 to .8). That of a semi-local functional in the same basis has (.99 over the conformers of glycidyl
methyl ether), at a third of the cost. So many geometries get a rough energy, and a few of these the final one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from byssus.compute.search import Candidate
from byssus.laws.atomic import J_PER_MOL_PER_HARTREE, JOULE_PER_KCAL

__all__ = ["MOST_APART", "MOST_FINAL", "MOST_ROUGH", "lowest_by_search", "to_finish", "to_rank"]

KCAL = JOULE_PER_KCAL / J_PER_MOL_PER_HARTREE  # hartree
WINDOW_HARTREE = 4.0 * KCAL  # above the lowest without dispersion; lowest conformers by B3LYP lay up to 2.1 above it
MOST_ROUGH = {"molecule": 12, "pair": 6}
MOST_FINAL = {"molecule": 3, "pair": 3}
# Rough energies differ from final ones by up to 0.4 kcal/mol either way.
NEAR_HARTREE = 1.0 * KCAL
FEWEST_FINAL = 2  # so that a spread over conformers can be told
APART, MOST_APART = ("stacked", "enclosed"), 1  # told beside what holds a pair first


def to_rank(found: Sequence[Candidate]) -> list[Candidate]:
    """The geometries that may be the lowest, by rising GFN2 energy less dispersion.

    Of a molecule those within 4 kcal/mol and GFN2's own lowest. Of a pair the hydrogen-bonded ones, or the others
    where there are none; then the stacked ones and an ion inside a cage.
    """
    if found[0].contact is None:
        return _low(found, MOST_ROUGH["molecule"])
    bonded = [c for c in found if c.contact == "hydrogen-bonded"] or [c for c in found if c.contact == "other"]
    apart = ([c for c in found if c.contact == held] for held in APART)
    return [
        *(_low(bonded, MOST_ROUGH["pair"]) if bonded else ()),
        *(one for some in apart if some for one in _low(some, 1 + MOST_APART)),
    ]


def _low(found: Sequence[Candidate], most: int) -> list[Candidate]:
    bare = sorted(found, key=lambda c: c.bare_hartree)
    near = [c for c in bare if c.bare_hartree - bare[0].bare_hartree < WINDOW_HARTREE][:most]
    top = min(found, key=lambda c: c.energy_hartree)
    return near if any(top is c for c in near) else [*near[: most - 1], top]


def to_finish(ranked: Sequence[Candidate], rough_hartree: Mapping[int, float]) -> list[int]:
    """Which of ``ranked`` get a final energy, by position; ``rough_hartree`` are rough energies by position.

    Those within 1 kcal/mol of the roughly lowest, at least two, no more than three (of what is told apart one). Where
    nothing has a rough energy all are kept: there are so few of them.
    """
    if not rough_hartree:
        return list(range(len(ranked)))
    kept: list[int] = []
    for held in dict.fromkeys(one.contact for one in ranked):
        mine = sorted((k for k in rough_hartree if ranked[k].contact == held), key=lambda k: rough_hartree[k])
        near = [k for k in mine if rough_hartree[k] - rough_hartree[mine[0]] <= NEAR_HARTREE]
        most = MOST_APART if held in APART else MOST_FINAL["molecule" if held is None else "pair"]
        kept += (near if len(near) >= FEWEST_FINAL else mine[:FEWEST_FINAL])[:most]
    return sorted(kept)


def lowest_by_search(ranked: Sequence[Candidate]) -> int | None:
    """The place of GFN2's own lowest geometry of a molecule: a final energy of it tells what its order is worth."""
    if ranked[0].contact is not None:
        return None
    return min(range(len(ranked)), key=lambda k: ranked[k].energy_hartree)
