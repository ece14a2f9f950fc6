"""One energy of one geometry: Kohn-Sham theory by PySCF, B3LYP as Gaussian has it, or GFN2-xTB at the quick level."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

import numpy as np

from byssus.compute.dispersion import d3, d4
from byssus.compute.field import converged, mole, on_grids, one_thread_if_told, reuse_memory
from byssus.compute.method import B3LYP, Method, PointEnergy, rough
from byssus.compute.molecule import Geometry
from byssus.errors import ComputeError, Problem
from byssus.laws.atomic import ANGSTROM_PER_BOHR, SYMBOLS

__all__ = ["B3LYP", "Method", "PointEnergy", "basis_functions", "refuse_memory", "rough", "single_point"]

LIBRARIES_MB, MATRICES = 200.0, 60  # measured: what the libraries hold, and how many matrices stand at once
CLASH_ANGSTROM = 0.4  # a nucleus nearer than this to another, ghost or not, makes functions that depend on each other


def single_point(
    geometry: Geometry,
    method: Method = B3LYP,
    *,
    ghosts: Sequence[int] = (),
    grids: Sequence[int] = (),
    memory_mb: float = 2000.0,
    engine: str = "pyscf",
) -> PointEnergy:
    """The energy of a geometry.

    ``ghosts`` are atoms that lend their functions only (counterpoise, doi:10.1080/00268977000101561). ``grids`` are
    further grid levels the same density is evaluated on. ``memory_mb`` bounds what PySCF keeps.

    Raises :class:`ComputeError`: charge and multiplicity that do not fit, clashing atoms, an unknown basis or
    functional, or no convergence after level shift and second order. What has not converged is never given.
    """
    _refuse(geometry, ghosts)
    if method.quick:
        return _quick(geometry, ghosts)
    refuse_memory(basis_functions(geometry, method), memory_mb)
    reuse_memory()
    with one_thread_if_told():
        mol = mole(geometry, method, ghosts, memory_mb)
        found, helped = converged(mol, method, engine)
        energies = on_grids(found, tuple(dict.fromkeys((method.grid, *grids))))
    terms = {} if ghosts or method.rough else _dispersion(geometry, method)
    return PointEnergy(energies[method.grid], energies, terms, int(found.cycles), helped)


def basis_functions(geometry: Geometry, method: Method = B3LYP) -> int:
    """How many basis functions there are; the cost grows as their number to the 2.5."""
    if method.quick:
        return len(geometry)
    return sum(_functions(int(z), method.basis, method.cartesian) for z in geometry.numbers)


@cache
def _functions(number: int, basis: str, cartesian: bool) -> int:
    """The basis functions of one atom; charge and spin add none."""
    alone = Geometry(np.array([number]), np.zeros((1, 3)), number % 2)
    return int(mole(alone, Method(basis=basis, cartesian=cartesian), (), 100.0).nao)


def _refuse(geometry: Geometry, ghosts: Sequence[int]) -> None:
    real = [k for k in range(len(geometry)) if k not in set(ghosts)]
    electrons = int(geometry.numbers[real].sum()) - geometry.charge
    if electrons < geometry.multiplicity - 1 or (electrons - geometry.multiplicity + 1) % 2 or not real:
        raise ComputeError(
            Problem(
                "charge and multiplicity do not fit",
                got=f"{electrons} electrons, charge {geometry.charge:+d}, multiplicity {geometry.multiplicity}",
                expected="an even number of electrons for an odd multiplicity, an odd one for an even multiplicity",
                mend="Mend the charge or the multiplicity.",
            )
        )
    places = geometry.positions_bohr * ANGSTROM_PER_BOHR
    apart = np.sqrt(((places[:, None] - places) ** 2).sum(axis=-1)) + 10.0 * np.eye(len(geometry))
    if apart.min() < CLASH_ANGSTROM:
        a, b = (int(k) for k in np.unravel_index(int(apart.argmin()), apart.shape))
        names = [f"{'ghost ' * (k in set(ghosts))}{SYMBOLS[geometry.numbers[k]]} {k + 1}" for k in (a, b)]
        raise ComputeError(
            Problem(
                "two atoms clash", got=f"{names[0]} and {names[1]} are {apart.min():.3f} Å apart",
                expected=f"at least {CLASH_ANGSTROM} Å", mend="Mend the geometry.",
            )
        )  # fmt: skip


def refuse_memory(functions: int, memory_mb: float) -> None:
    """Raise :class:`ComputeError` where not even the matrices fit; fitted integrals go to disk where they must."""
    least = 100.0 * math.ceil((LIBRARIES_MB + MATRICES * functions**2 * 8e-6) / 100.0)
    if memory_mb < least:
        raise ComputeError(
            Problem(
                "a single point does not fit into memory", got=f"{memory_mb:.0f} MB for one process",
                expected=f"at least {least:.0f} MB",
                mend="Give more with --memory, or --jobs 1.",
            )
        )  # fmt: skip


def _quick(geometry: Geometry, ghosts: Sequence[int]) -> PointEnergy:
    from byssus.compute.relax import xtb_energy

    if ghosts:
        raise ComputeError(Problem("GFN2-xTB has no ghost atoms", mend="Counterpoise needs a basis set."))
    return PointEnergy(xtb_energy(geometry))


def _dispersion(geometry: Geometry, method: Method) -> dict[str, float]:
    """What D3(BJ) and D4 would add, where they know the functional; no term is made up."""
    terms = {"D3(BJ)": d3(geometry, method.functional), "D4": d4(geometry, method.functional)}
    return {name: value for name, value in terms.items() if value is not None}
