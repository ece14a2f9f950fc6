"""Relaxation of geometries with GFN2-xTB (doi:10.1021/acs.jctc.8b01176), in translation-rotation internal coordinates.

Energies and forces are tblite's; the steps are geomeTRIC's (doi:10.1063/1.4952956), whose coordinates let two
molecules turn about each other, so that flat pair potentials finish.
"""

from __future__ import annotations

import contextlib
import logging
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byssus.compute.molecule import EXTRA, Geometry
from byssus.errors import ComputeError, Problem
from byssus.laws.atomic import ANGSTROM_PER_BOHR, EV_PER_HARTREE, SYMBOLS

__all__ = ["LOOSE", "TIGHT", "Relaxed", "follow", "relax", "xtb_energy"]

# The largest force on an atom at which a geometry counts as relaxed, in eV per angstrom.
TIGHT, LOOSE = 0.015, 0.15
MOST_STEPS = 300
# Positions in bohr to the energy in hartree and its gradient ``(n, 3)`` in hartree per bohr.
Forces = Callable[[NDArray[np.float64]], tuple[float, NDArray[np.float64]]]


@dataclass(frozen=True)
class Relaxed:
    """A geometry at rest: its GFN2 energy, and the largest force left on an atom in eV per angstrom."""

    geometry: Geometry
    energy_hartree: float
    force_ev_per_angstrom: float
    steps: int


class _Calculator:
    """GFN2-xTB of one set of atoms; raises :class:`ComputeError` where its charges do not converge."""

    def __init__(self, geometry: Geometry) -> None:
        # a molecule of this size does not fill a second thread; it must be said before the library is loaded
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        try:
            from tblite.interface import Calculator
        except ImportError:
            raise ComputeError(Problem("GFN2-xTB needs tblite", mend=EXTRA)) from None
        try:
            self._calculator: Any = Calculator(
                "GFN2-xTB", geometry.numbers, geometry.positions_bohr, charge=float(geometry.charge),
                uhf=geometry.multiplicity - 1,
            )  # fmt: skip
            self._calculator.set("verbosity", 0)
        except (RuntimeError, ValueError) as fault:
            raise ComputeError(Problem("GFN2-xTB cannot take these atoms", got=str(fault))) from None

    def __call__(self, positions_bohr: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """Energy in hartree and gradient ``(n, 3)`` in hartree per bohr."""
        try:
            self._calculator.update(positions_bohr)
            result = self._calculator.singlepoint()
        except (RuntimeError, ValueError) as fault:
            raise ComputeError(Problem("GFN2-xTB did not converge", got=" ".join(str(fault).split()))) from None
        return float(result.get("energy")), np.asarray(result.get("gradient"))


def xtb_energy(geometry: Geometry) -> float:
    """The GFN2-xTB energy of a geometry as it is, in hartree."""
    return _Calculator(geometry)(geometry.positions_bohr)[0]


def relax(geometry: Geometry, force_ev_per_angstrom: float = TIGHT) -> Relaxed:
    """The nearest geometry at rest.

    Raises :class:`ComputeError` where the largest force is above the limit after ``MOST_STEPS`` steps: what has not
    come to rest is never given.
    """
    calculator = _Calculator(geometry)
    if len(geometry) == 1:
        return Relaxed(geometry, calculator(geometry.positions_bohr)[0], 0.0, 0)
    return follow(geometry, calculator, force_ev_per_angstrom, MOST_STEPS)


def follow(geometry: Geometry, forces: Forces, force_ev_per_angstrom: float, most_steps: int) -> Relaxed:
    """The nearest geometry at rest by the energies and gradients that ``forces`` gives; raises as :func:`relax`."""
    limit = force_ev_per_angstrom / EV_PER_HARTREE * ANGSTROM_PER_BOHR
    seen = _steps(geometry, forces, limit, most_steps)
    best = min(seen, key=lambda one: one[2])
    largest = best[2] / ANGSTROM_PER_BOHR * EV_PER_HARTREE
    if not largest <= force_ev_per_angstrom:
        raise ComputeError(
            Problem(
                "a geometry did not come to rest", got=f"a force of {largest:.3g} eV/Å after {len(seen)} steps",
                expected=f"at most {force_ev_per_angstrom:g} eV/Å", mend="Search again with another seed.",
            )
        )  # fmt: skip
    return Relaxed(geometry.moved(best[0]), best[1], largest, len(seen))


def _steps(
    geometry: Geometry, forces: Forces, limit: float, most: int
) -> list[tuple[NDArray[np.float64], float, float]]:
    """Every point of the way: positions, energy, largest force."""
    import geometric.engine
    import geometric.errors
    import geometric.molecule
    import geometric.optimize

    seen: list[tuple[NDArray[np.float64], float, float]] = []

    class Engine(geometric.engine.Engine):  # type: ignore[misc]
        def calc_new(self, coords: NDArray[np.float64], dirname: str) -> dict[str, Any]:  # noqa: ARG002
            positions = np.array(coords).reshape(-1, 3)
            energy, gradient = forces(positions)
            seen.append((positions, energy, float(np.sqrt((gradient**2).sum(axis=1)).max())))
            return {"energy": energy, "gradient": gradient.ravel()}

    start = geometric.molecule.Molecule()
    start.elem = [SYMBOLS[z] for z in geometry.numbers]
    start.xyzs = [geometry.positions_bohr * ANGSTROM_PER_BOHR]
    with _quiet() as folder:
        try:
            geometric.optimize.run_optimizer(
                customengine=Engine(start), input=str(folder / "relax"), check=0, coordsys="tric", maxiter=most,
                convergence_set="GAU_VERYTIGHT", convergence_gmax=limit, convergence_grms=limit,
                convergence_energy=1e-4, convergence_dmax=1.0, convergence_drms=1.0,
            )  # fmt: skip
        except (geometric.errors.Error, np.linalg.LinAlgError) as fault:
            if not seen:
                raise ComputeError(Problem("a geometry cannot be relaxed", got=str(fault))) from None
    return seen


@contextlib.contextmanager
def _quiet() -> Iterator[Path]:
    """A folder for geomeTRIC's files, and no line of its log."""
    logger = logging.getLogger("geometric")
    disabled = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with tempfile.TemporaryDirectory() as folder:
            yield Path(folder)
    finally:
        logging.disable(disabled)
        for handler in list(logger.handlers):
            handler.close()
            logger.removeHandler(handler)
