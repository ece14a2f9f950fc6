"""Relaxation with the final method itself: Kohn-Sham gradients by PySCF.

A gradient on a coarse grid is noise of the size of the limit, so the field is converged more tightly, on a finer grid,
than for a single point. The energy told is that of a single point at the geometry found.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byssus.compute.contacts import same_bonds
from byssus.compute.field import field as field_of
from byssus.compute.field import mole, one_thread_if_told
from byssus.compute.molecule import Geometry
from byssus.compute.relax import TIGHT, follow
from byssus.compute.single_point import Method, PointEnergy, basis_functions, refuse_memory, single_point
from byssus.errors import ComputeError, Problem

__all__ = ["MOST_ATOMS", "RelaxedPoint", "relax_point", "too_large"]

MOST_ATOMS = 36  # a gradient costs two energies and a relaxation some thirty: more would take hours on a core
MOST_STEPS = 120
GRID, CONVERGED_HARTREE, CONVERGED_GRADIENT = 2, 1e-8, 1e-4


@dataclass(frozen=True)
class RelaxedPoint:
    """A geometry at rest with the final method, its energy, and the largest force left in eV per angstrom."""

    geometry: Geometry
    point: PointEnergy
    force_ev_per_angstrom: float
    steps: int

    def to_json(self) -> dict[str, Any]:
        return {**vars(self), "geometry": self.geometry.to_json(), "point": self.point.to_json()}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> RelaxedPoint:
        geometry, point = Geometry.from_json(document["geometry"]), PointEnergy.from_json(document["point"])
        return cls(**{**document, "geometry": geometry, "point": point})


def too_large(geometry: Geometry) -> str:
    """Why a geometry is not relaxed with the final method; nothing where it may be."""
    n = len(geometry)
    return f"{n} atoms, and no more than {MOST_ATOMS} are relaxed with the final method" if n > MOST_ATOMS else ""


def relax_point(
    geometry: Geometry, method: Method, split: int, *, memory_mb: float = 2000.0, engine: str = "pyscf"
) -> RelaxedPoint:
    """The geometry at rest that is nearest; ``split`` is how many atoms the first of two molecules has.

    Raises :class:`ComputeError`: too many atoms, the field or the geometry does not converge, or what comes to rest is
    other molecules than went in.
    """
    if reason := too_large(geometry):
        raise ComputeError(Problem("too many atoms", got=reason, mend="The ledger on GFN2-xTB geometries stands."))
    if len(geometry) == 1:
        return RelaxedPoint(geometry, single_point(geometry, method, memory_mb=memory_mb, engine=engine), 0.0, 0)
    refuse_memory(basis_functions(geometry, method), memory_mb)
    with one_thread_if_told():
        found = follow(geometry, _Gradient(geometry, method, memory_mb, engine), TIGHT, MOST_STEPS)
    if not same_bonds(found.geometry, geometry, split):
        mend = "The ledger on GFN2-xTB geometries stands."
        raise ComputeError(Problem(f"relaxed with {method.name}, these became other molecules", mend=mend))
    point = single_point(found.geometry, method, memory_mb=memory_mb, engine=engine)
    return RelaxedPoint(found.geometry, point, found.force_ev_per_angstrom, found.steps)


class _Gradient:
    """Energy and gradient of one set of atoms; each field begins with the density of the one before."""

    def __init__(self, geometry: Geometry, method: Method, memory_mb: float, engine: str) -> None:
        self.geometry, self.method, self.memory_mb, self.engine = geometry, method, memory_mb, engine
        self.density: Any = None

    def __call__(self, positions_bohr: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        mol = mole(self.geometry.moved(positions_bohr), self.method, (), self.memory_mb)
        made = field_of(mol, self.method, self.engine)
        made.grids.level, made.conv_tol, made.conv_tol_grad = GRID, CONVERGED_HARTREE, CONVERGED_GRADIENT
        energy = float(made.kernel(dm0=self.density))
        if not made.converged:
            mend = "Look at the geometry and its charge; such a geometry is never reported."
            raise ComputeError(Problem("the field did not converge in a relaxation", got=self.method.name, mend=mend))
        self.density = made.make_rdm1()
        gradient = made.nuc_grad_method().kernel()
        on_gpu = not isinstance(gradient, np.ndarray)
        return energy, np.asarray(gradient.get() if on_gpu else gradient).reshape(-1, 3)
