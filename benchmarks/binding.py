"""Binding energies from the same geometries: byssus beside plain PySCF with its defaults, one after the other.

    make benchmark-binding                                  # three contacts, some ten minutes
    .venv/bin/python benchmarks/binding.py --only formamide

CPU time is that of the single points alone, imports done, one thread each. Geometries are those that the default study
ships, or are searched first.
"""

from __future__ import annotations

import argparse
import os
import time

os.environ["OMP_NUM_THREADS"] = "1"

from pathlib import Path

from byssus.compute.jobs import candidates_of, declare_search
from byssus.compute.molecule import Geometry, parse
from byssus.compute.search import Search, search
from byssus.compute.single_point import Method, basis_functions, single_point
from byssus.run.jobs import Job, JobStore

KCAL_PER_HARTREE = 627.509474
CONTACTS = {
    "formamide dimer": (("NC=O",), ("NC=O",), ("NC=O", "NC=O")),
    "glycidyl methyl ether + aniline": (("COCC1CO1",), ("Nc1ccccc1",), ("COCC(O)CNc1ccccc1",)),
    "benzoic acid dimer": (("OC(=O)c1ccccc1",), ("OC(=O)c1ccccc1",), ("OC(=O)c1ccccc1", "OC(=O)c1ccccc1")),
}


SHIPPED = Path(__file__).parents[1] / "studies" / "poss-polyimide" / "computed"


def lowest(smiles: tuple[str, ...]) -> Geometry:
    """The geometry that a search puts lowest."""
    own = tuple(parse(one).smiles for one in smiles)
    kept = JobStore(Path("/nonexistent"), (SHIPPED,)).get(Job("search", declare_search(own, 0)))
    return (candidates_of(kept.result) if kept is not None else search(Search(own)))[0].geometry


def plain(geometry: Geometry) -> float:
    """PySCF as its manual has it: direct Coulomb and exchange, its default grid and guess."""
    from pyscf import dft, gto, lib

    lib.num_threads(1)
    atoms = list(zip(geometry.numbers.tolist(), geometry.positions_bohr.tolist(), strict=True))
    mol = gto.M(atom=atoms, unit="Bohr", basis="6-31g(d,p)", cart=True, charge=geometry.charge, verbose=0)
    return float(dft.RKS(mol, xc="b3lypg").kernel())


def timed(energy: object, geometries: list[Geometry]) -> tuple[float, float]:
    """E_bind in kcal/mol and CPU seconds of the three single points."""
    begun = time.process_time()
    a, b, whole = (energy(one) for one in geometries)  # type: ignore[operator]
    return (whole - a - b) * KCAL_PER_HARTREE, time.process_time() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="contacts whose name holds this word")
    only = parser.parse_args().only
    print("| contact | functions | byssus / kcal/mol | plain PySCF | difference | CPU s | CPU s, plain | ratio |")
    print("|---|---|---|---|---|---|---|---|")
    single_point(search(Search(("O",)))[0].geometry)  # imports, before any clock runs
    for name, species in CONTACTS.items():
        if only not in name:
            continue
        geometries = [lowest(smiles) for smiles in species]
        ours, mine = timed(lambda one: single_point(one).energy_hartree, geometries)
        theirs, peer = timed(plain, geometries)
        size = basis_functions(geometries[2], Method())
        line = f"| {name} | {size} | {ours:.3f} | {theirs:.3f} | {ours - theirs:+.4f} | {mine:.1f} | {peer:.1f} |"
        print(f"{line} {peer / mine:.1f} |", flush=True)


if __name__ == "__main__":
    main()
