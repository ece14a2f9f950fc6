"""Relaxations with GFN2-xTB beside geomeTRIC's, the same starts and the same energies in one run: CPU time and depth.

    python -m venv peers
    peers/bin/pip install tblite geometric
    PEER_PYTHON=peers/bin/python make benchmark-relaxation

Starts are those of our own searches: placed pairs and conformers, every third of the lowest. Both end at the same
largest force on an atom; ours also asks what is left to gain. Energies and forces of both are tblite's, each step
beginning with the charges of the last. Without PEER_PYTHON ours stands alone.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np

SPECIES = (
    ("O=C(O)c1ccccc1", "CC(=O)Nc1ccccc1"),
    ("O=C(O)c1ccccc1", "Nc1ccccc1"),
    ("COCC(O)CN(C(C)=O)c1ccccc1",),
    ("COCC(O)CNc1ccccc1",),
)
FORCES_EV_PER_ANGSTROM = {"loose": 0.15, "tight": 0.015}
STARTS, EVERY = 10, 3
KCAL_PER_HARTREE, BOHR, EV = 627.5094740631, 0.529177210903, 27.211386245988


def starts_of(smiles: tuple[str, ...]) -> list[Any]:
    """Where our own search begins, a little off each, as it is there."""
    from byssus.compute import search
    from byssus.compute.conformers import conformers
    from byssus.compute.molecule import parse

    molecules = [parse(one) for one in smiles]
    pair = len(molecules) == 2
    places = search._pairs(molecules, search.Search(smiles)) if pair else conformers(molecules[0], 0)
    low = [geometry for geometry, _ in search._lowest(places, search._bare, EVERY * STARTS)][::EVERY]
    rng = np.random.default_rng(0)
    return [search._jiggled(geometry, rng) for geometry in low]


def ours(starts: list[Any], end: str) -> dict[str, Any]:
    from byssus.compute import relax
    from byssus.errors import ComputeError

    rest = {"loose": relax.LOOSE, "tight": relax.TIGHT}[end]
    energies, steps, begun = [], 0, time.process_time()
    for geometry in starts:
        try:
            found = relax.relax(geometry, rest)
            energies.append(found.energy_hartree)
            steps += found.steps
        except ComputeError:
            energies.append(None)
    return {"energies": energies, "steps": steps, "cpu_s": time.process_time() - begun}


def peer() -> None:
    """Run by the peers' interpreter: starts as JSON in, energies, steps and CPU time out. Nothing of byssus here."""
    import logging
    import tempfile

    import geometric.engine
    import geometric.molecule
    import geometric.optimize
    from tblite.interface import Calculator

    logging.disable(logging.CRITICAL)
    asked = json.load(sys.stdin)
    limit = FORCES_EV_PER_ANGSTROM[asked["end"]] / EV * BOHR

    class Engine(geometric.engine.Engine):  # type: ignore[misc]
        def __init__(self, molecule: Any, numbers: Any, places: Any) -> None:
            super().__init__(molecule)
            self.calculator, self.last, self.seen = Calculator("GFN2-xTB", numbers, places), None, []
            self.calculator.set("verbosity", 0)

        def calc_new(self, coords: Any, dirname: str) -> dict[str, Any]:  # noqa: ARG002
            self.calculator.update(np.array(coords).reshape(-1, 3))
            self.last = self.calculator.singlepoint(self.last)
            energy, gradient = float(self.last.get("energy")), np.asarray(self.last.get("gradient"))
            self.seen.append((energy, float(np.sqrt((gradient**2).sum(axis=1)).max())))
            return {"energy": energy, "gradient": gradient.ravel()}

    energies, steps, begun = [], 0, time.process_time()
    for start in asked["starts"]:
        numbers, places = np.array(start["numbers"]), np.array(start["positions_bohr"])
        molecule = geometric.molecule.Molecule()
        molecule.elem = [geometric.molecule.Elements[z] for z in numbers]
        molecule.xyzs = [places * BOHR]
        engine = Engine(molecule, numbers, places)
        with tempfile.TemporaryDirectory() as folder:
            try:
                geometric.optimize.run_optimizer(
                    customengine=engine, input=str(Path(folder) / "relax"), check=0, coordsys="tric", maxiter=300,
                    convergence_set="GAU_VERYTIGHT", convergence_gmax=limit, convergence_grms=limit,
                    convergence_energy=1e-4, convergence_dmax=1.0, convergence_drms=1.0,
                )  # fmt: skip
            except Exception:
                engine.seen.append((np.inf, np.inf))
        steps += len(engine.seen)
        energy, force = min(engine.seen, key=lambda one: one[1])
        energies.append(energy if force <= limit else None)
    print(json.dumps({"energies": energies, "steps": steps, "cpu_s": time.process_time() - begun}))


def asked_of_peer(python: str, starts: list[Any], end: str) -> dict[str, Any]:
    asked = json.dumps({"end": end, "starts": [one.to_json() for one in starts]})
    done = subprocess.run([python, __file__, "--peer"], input=asked, capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def main() -> None:
    python = os.environ.get("PEER_PYTHON")
    print(
        "| species | end | steps | CPU s | geomeTRIC: steps | CPU s | ratio | ours lower by, kcal/mol | not at rest |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for smiles in SPECIES:
        starts = starts_of(smiles)
        for end in FORCES_EV_PER_ANGSTROM:
            mine = ours(starts, end)
            row = f"| {' with '.join(smiles)} | {end} | {mine['steps']} | {mine['cpu_s']:.1f} "
            lost = sum(one is None for one in mine["energies"])
            if not python:
                print(f"{row}| | | | | {lost} |", flush=True)
                continue
            theirs = asked_of_peer(python, starts, end)
            both = zip(theirs["energies"], mine["energies"], strict=True)
            deeper = [(b - a) * KCAL_PER_HARTREE for b, a in both if a is not None and b is not None]
            spread = f"{float(np.median(deeper)):.2f} ({min(deeper):.2f} to {max(deeper):.2f})"
            lost_there = sum(one is None for one in theirs["energies"])
            print(
                f"{row}| {theirs['steps']} | {theirs['cpu_s']:.1f} | {theirs['cpu_s'] / mine['cpu_s']:.1f} "
                f"| {spread} | {lost}, {lost_there} |",
                flush=True,
            )


if __name__ == "__main__":
    peer() if "--peer" in sys.argv else main()
