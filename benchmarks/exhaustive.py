"""Whether searches miss lower conformers: very many starts of a molecule, all relaxed, beside what a search keeps.

    .venv/bin/python benchmarks/exhaustive.py                                # glycidyl methyl ether and four products
    .venv/bin/python benchmarks/exhaustive.py --smiles "COCC(O)CNc1ccccc1"   # another molecule; up to half an hour

1500 embeddings instead of at most 300, with another seed; every force-field minimum is relaxed by GFN2-xTB, not the 60
lowest; those within 4 kcal/mol without dispersion (at most 60) and GFN2's 15 lowest get a rough energy, not 12; the
eight roughly lowest the final one, not three. One process; energies in kcal/mol over the search's own lowest.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"

from byssus.compute.conformers import conformers
from byssus.compute.dispersion import d3
from byssus.compute.models import Contact
from byssus.compute.molecule import parse
from byssus.compute.relax import LOOSE, Relaxed, relax
from byssus.compute.single_point import B3LYP, Method, rough, single_point
from byssus.errors import ComputeError
from byssus.run.energies import Settings, bound
from byssus.run.progress import Progress

KCAL = 627.5094740631  # per hartree
EMBEDDINGS, SEED = 1500, 12345
WINDOW_KCAL, MOST_ROUGH, MOST_BY_GFN2, MOST_FINAL = 4.0, 60, 15, 8
MOLECULES = (
    "COCC1CO1", "COCC(O)COC(=O)c1ccccc1", "COCC(O)CNc1ccccc1NC(C)=O", "COCC(O)CN(C(C)=O)c1ccccc1",
    "COCC(O)CN(C(=O)c1ccccc1)c1ccccc1",
)  # fmt: skip


def all_relaxed(smiles: str) -> list[Relaxed]:
    found = []
    for start in conformers(parse(smiles), SEED, EMBEDDINGS):
        try:
            found.append(relax(start, LOOSE))
        except ComputeError:
            continue
    return found


def final_kcal(found: list[Relaxed]) -> list[float]:
    """The final energies of the roughly lowest, from the lowest up."""
    bare = [one.energy_hartree - (d3(one.geometry, "b3lyp") or 0.0) for one in found]
    by_bare = sorted(range(len(found)), key=lambda k: bare[k])
    ranked = [k for k in by_bare if (bare[k] - bare[by_bare[0]]) * KCAL < WINDOW_KCAL][:MOST_ROUGH]
    by_gfn2 = sorted(range(len(found)), key=lambda k: found[k].energy_hartree)[:MOST_BY_GFN2]
    places = dict.fromkeys([*ranked, *by_gfn2])
    roughly = {k: single_point(found[k].geometry, rough(B3LYP)).energy_hartree for k in places}
    best = sorted(places, key=lambda k: roughly[k])[:MOST_FINAL]
    print(f"  {len(found)} relaxed, {len(places)} ranked", flush=True)
    return sorted(single_point(relax(found[k].geometry).geometry).energy_hartree * KCAL for k in best)


def own_kcal(smiles: str, store: Path) -> float:
    """The final energy of the lowest conformer that the search of byssus keeps: of a reaction that changes nothing."""
    nothing = Contact("itself", "ring_opening", "", "", ("O", smiles), smiles)
    with Progress(quiet=True) as progress:
        (found,) = bound([nothing], Settings(Method(), store=store, jobs=1), progress)
    return single_point(found.ledgers[0].top.geometry).energy_hartree * KCAL


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smiles", nargs="+", default=MOLECULES)
    parser.add_argument("--store", type=Path, help="where jobs are kept; a folder of its own unless given")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for smiles in given.smiles:
            print(smiles, flush=True)
            own = own_kcal(smiles, given.store or Path(folder))
            over = ", ".join(f"{energy - own:+.2f}" for energy in final_kcal(all_relaxed(smiles)))
            print(f"  over the search's own lowest: {over}", flush=True)


if __name__ == "__main__":
    main()
