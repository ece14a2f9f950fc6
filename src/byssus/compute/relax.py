"""Relaxation of geometries with GFN2-xTB (doi:10.1021/acs.jctc.8b01176): energies and forces are tblite's."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from byssus.compute.molecule import EXTRA, Geometry
from byssus.errors import ComputeError, Problem
from byssus.laws.atomic import ANGSTROM_PER_BOHR, EV_PER_HARTREE

if TYPE_CHECKING:
    from byssus.compute.descent import Forces

__all__ = ["LOOSE", "TIGHT", "Relaxed", "Rest", "follow", "relax", "xtb_energy"]


@dataclass(frozen=True)
class Rest:
    """What counts as relaxed: the largest force on an atom, and the energy that may still be left to gain.

    On a flat slope small forces end far above the minimum: what is left is asked for beside them.
    """

    force_ev_per_angstrom: float
    left_hartree: float


TIGHT, LOOSE = Rest(0.015, 1e-5), Rest(0.15, 2e-4)
MOST_STEPS = 300


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
        self._last: Any = None  # the charges of the step before are a good start

    def __call__(self, positions_bohr: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """Energy in hartree and gradient ``(n, 3)`` in hartree per bohr."""
        try:
            self._calculator.update(positions_bohr)
            result = self._last = self._calculator.singlepoint(self._last)
        except (RuntimeError, ValueError) as fault:
            self._last = None
            raise ComputeError(Problem("GFN2-xTB did not converge", got=" ".join(str(fault).split()))) from None
        return float(result.get("energy")), np.asarray(result.get("gradient"))


def xtb_energy(geometry: Geometry) -> float:
    """The GFN2-xTB energy of a geometry as it is, in hartree."""
    return _Calculator(geometry)(geometry.positions_bohr)[0]


def relax(geometry: Geometry, rest: Rest = TIGHT) -> Relaxed:
    """The nearest geometry at rest.

    Raises :class:`ComputeError` where it is not at rest after ``MOST_STEPS`` steps: what has not come to rest is never
    given.
    """
    calculator = _Calculator(geometry)
    if len(geometry) == 1:
        return Relaxed(geometry, calculator(geometry.positions_bohr)[0], 0.0, 0)
    return follow(geometry, calculator, rest, MOST_STEPS)


def follow(geometry: Geometry, forces: Forces, rest: Rest, most_steps: int) -> Relaxed:
    """The nearest geometry at rest by the energies and gradients that ``forces`` gives; raises as :func:`relax`."""
    from byssus.compute.descent import descend  # what it loads is needless where all is there

    limit = rest.force_ev_per_angstrom / EV_PER_HARTREE * ANGSTROM_PER_BOHR
    end = descend(geometry, forces, limit, rest.left_hartree, most_steps)
    force = end.force_hartree_per_bohr / ANGSTROM_PER_BOHR * EV_PER_HARTREE
    if end.force_hartree_per_bohr > limit or end.left_hartree > rest.left_hartree:
        raise ComputeError(
            Problem(
                "a geometry did not come to rest",
                got=f"a force of {force:.3g} eV/Å and {end.left_hartree:.2g} hartree to go after {end.steps} steps",
                expected=f"at most {rest.force_ev_per_angstrom:g} eV/Å and {rest.left_hartree:g} hartree",
                mend="Search again with another --seed.",
            )
        )
    return Relaxed(geometry.moved(end.positions_bohr), end.energy_hartree, force, end.steps)
