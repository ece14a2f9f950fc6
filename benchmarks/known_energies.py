"""Known binding energies, each found again by our own search: B3LYP/6-31G(d,p) on GFN2 geometries, no counterpoise.

    .venv/bin/python benchmarks/known_energies.py                       # all nine, on all cores
    .venv/bin/python benchmarks/known_energies.py --only formamide --store /tmp/energies

Met means within 0.5 kcal/mol. Jobs are kept in --store (a folder that goes at the end unless given): what is there
costs nothing, so CPU times are those of a fresh folder, where a later entry takes what it shares with an earlier one.

Beside our number, for which every part lies in its lowest geometry by B3LYP, stands the one with each part in GFN2's
lowest geometry: a ring opening looks stronger by as much as that lies above the other.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
from dataclasses import dataclass
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"

from byssus.compute.models import Contact
from byssus.compute.single_point import Method
from byssus.run.binding import Bound
from byssus.run.energies import Settings, bound
from byssus.run.progress import Progress

KCAL, MET = 4184.0, 0.5
OXIRANE, ACID, ANILIDE = "COCC1CO1", "O=C(O)c1ccccc1", "CC(=O)Nc1ccccc1"


@dataclass(frozen=True)
class Known:
    """An entry: kcal/mol; ``parts`` gives counterpoise with deformation, and the interaction alone, where known."""

    name: str
    value: float
    reactants: tuple[str, str]
    product: str = ""
    next_ones: tuple[float, ...] = ()
    parts: tuple[float, float] | None = None

    @property
    def contact(self) -> Contact:
        kind = "ring_opening" if self.product else "pair"
        return Contact(self.name, kind, "", "", self.reactants, self.product)


KNOWN = (
    Known("formamide, cyclic dimer", -16.9, ("NC=O", "NC=O"), parts=(-12.6, -14.0)),
    Known("oxirane + aniline", -31.4, (OXIRANE, "Nc1ccccc1"), "COCC(O)CNc1ccccc1"),
    Known("benzoic acid, dimer", -20.1, (ACID, ACID)),
    Known("benzoic acid with acetanilide", -9.4, (ACID, ANILIDE)),
    Known("oxirane + benzoic acid", -30.2, (OXIRANE, ACID), "COCC(O)COC(=O)c1ccccc1"),
    Known(
        "oxirane + acetanilide", -28.4, (OXIRANE, ANILIDE), "COCC(O)CN(C(C)=O)c1ccccc1", next_ones=(-26.4, -26.1, -24.1)
    ),
    Known("oxirane + 2-aminoacetanilide", -30.8, (OXIRANE, "CC(=O)Nc1ccccc1N"), "COCC(O)CNc1ccccc1NC(C)=O"),
    Known(
        "oxirane + benzanilide", -25.1, (OXIRANE, "O=C(Nc1ccccc1)c1ccccc1"), "COCC(O)CN(C(=O)c1ccccc1)c1ccccc1",
        next_ones=(-21.3,),
    ),
    Known(
        "oxirane + phthalanilic acid, amide", -24.3, (OXIRANE, "O=C(O)c1ccccc1C(=O)Nc1ccccc1"),
        "COCC(O)CN(C(=O)c1ccccc1C(=O)O)c1ccccc1",
    ),
)  # fmt: skip


def cpu_s() -> float:
    """CPU time of this process and of its ended workers."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def row(known: Known, found: Bound, spent_s: float) -> str:
    """One line of the table."""
    if not found.ledgers:
        return f"| {known.name} | {known.value} | {'; '.join(p.what for p in found.problems)} | | | | | {spent_s:.0f} |"
    made = found.ledgers[0].ledger
    ours = made.binding / KCAL
    by_gfn2 = f"{made.parts_by_search / KCAL:.2f}" if made.parts_by_search is not None else ""
    following = ", ".join(f"{e / KCAL:.1f}" for e in made.conformers[:4])
    verdict = "met" if abs(ours - known.value) <= MET else "missed"
    text = f"| {known.name} | {known.value} | {ours:.2f} | {ours - known.value:+.2f} | {verdict} | {by_gfn2} "
    return f"{text}| {following} | {spent_s:.0f} |"


def parts(known: Known, found: Bound) -> str:
    made = found.ledgers[0].ledger
    told = [(made.counterpoise_binding or 0.0) / KCAL, (made.interaction or 0.0) / KCAL]
    told.append((made.counterpoise_interaction or 0.0) / KCAL)
    return "  counterpoise {:.2f}, interaction {:.2f}, with counterpoise {:.2f}; known {} and {}".format(
        *told, *(known.parts or ())
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="entries whose name holds this word")
    parser.add_argument("--store", type=Path, help="where jobs are kept; a folder of its own unless given")
    parser.add_argument("--spherical", action="store_true", help="five d functions a shell instead of Cartesian six")
    parser.add_argument("--jobs", type=int, help="how many processes; all cores unless given")
    given = parser.parse_args()
    head = "| contact | known | ours | deviation | | parts by GFN2 | next conformers | CPU s |"
    print(f"{head}\n|---|---|---|---|---|---|---|---|", flush=True)
    met, wanted = 0, [one for one in KNOWN if given.only in one.name]
    with tempfile.TemporaryDirectory() as folder, Progress() as progress:
        for known in wanted:
            begun = cpu_s()
            settings = Settings(
                Method(cartesian=not given.spherical), jobs=given.jobs, store=given.store or Path(folder)
            )
            (found,) = bound([known.contact], settings, progress)
            print(row(known, found, cpu_s() - begun), flush=True)
            if known.parts and found.ledgers:
                print(parts(known, found), flush=True)
            met += bool(found.ledgers) and abs(found.ledgers[0].ledger.binding / KCAL - known.value) <= MET
    print(f"\n{met} of {len(wanted)} within {MET} kcal/mol of what is known")


if __name__ == "__main__":
    main()
