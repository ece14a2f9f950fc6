"""One energy of one geometry: Kohn-Sham theory by PySCF (doi:10.1063/5.0006074), B3LYP as Gaussian has it.

Converged on a coarse grid with density-fitted Coulomb and exchange, then exchange and correlation are integrated once
on a fine grid: the energy's error is of second order in that of the density (doi:10.1063/1.2085171).
A rough energy, which only ranks geometries, comes from a semi-local functional: its Coulomb term is cheap to fit, and
it needs no exact exchange.
"""

from __future__ import annotations

import ctypes
import math
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from typing import Any

import numpy as np

from byssus.compute.dispersion import d3, d4
from byssus.compute.molecule import EXTRA, Geometry
from byssus.errors import ComputeError, Problem
from byssus.laws.atomic import ANGSTROM_PER_BOHR, SYMBOLS

__all__ = ["Method", "PointEnergy", "basis_functions", "refuse_memory", "rough", "single_point"]

# Weigend's set for Coulomb and exchange (doi:10.1002/jcc.20702) without g functions and without those of d on hydrogen:
# a third smaller, and of E_bind it costs less than 0.01 kcal/mol in 6-31G(d,p). Whole where the basis has f functions.
WHOLE_FITTING, FITTING = "def2-universal-jkfit", "def2-universal-jkfit, small"
MOST_MOMENTUM = {"H": 1}
ELSE_MOMENTUM = 3
ROUGH_FITTING = "demon"  # Godbout et al., doi:10.1139/v92-079; where it lacks an element, FITTING is used
ROUGH_FUNCTIONAL = "blyp"  # as B3LYP it has no dispersion: its order of conformers is B3LYP's to about 0.3 kcal/mol
COARSE, ROUGH, FINE = 0, 2, 3  # PySCF's grid levels
# The last energy errs by about the square of the gradient: 3e-3 leaves some 1e-5 hartree.
CONVERGED_HARTREE, CONVERGED_GRADIENT = 1e-5, 3e-3
ROUGHLY_HARTREE, ROUGHLY_GRADIENT = 1e-4, 3e-2
CYCLES = 60
# Measured: what the libraries hold, and how many matrices stand at once; a block of a grid on top.
LIBRARIES_MB, MATRICES, LEAST_BLOCK_MB = 200.0, 60, 40.0
CLASH_ANGSTROM = 0.4  # a nucleus nearer than this to another, ghost or not, makes functions that depend on each other


@dataclass(frozen=True)
class Method:
    """What is computed: ``functional`` and ``basis`` in PySCF's words, Cartesian or spherical d functions, grids.

    ``b3lypg`` is B3LYP with the VWN3 correlation, as Gaussian's keyword B3LYP means
    (doi:10.1016/S0009-2614(97)00207-8).
    ``functional`` "gfn2" is the quick level: no basis, no grid. ``fitting`` names the functions that Coulomb and
    exchange are fitted with, nothing for none. ``rough`` energies are converged loosely, and only rank geometries.
    """

    functional: str = "b3lypg"
    basis: str = "6-31g(d,p)"
    cartesian: bool = True
    grid: int = FINE
    fitting: str = FITTING
    rough: bool = False

    @property
    def quick(self) -> bool:
        return self.functional == "gfn2"

    @property
    def name(self) -> str:
        if self.quick:
            return "GFN2-xTB"
        functional = "B3LYP" if self.functional == "b3lypg" else self.functional
        return f"{functional}/{self.basis}"

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class PointEnergy:
    """A converged energy, in hartree; on the grids in ``by_grid``; dispersion terms that are no part of it."""

    energy_hartree: float
    by_grid: Mapping[int, float] = field(default_factory=dict)
    dispersion_hartree: Mapping[str, float] = field(default_factory=dict)
    cycles: int = 0
    helped_by: str = ""

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "by_grid": {str(k): v for k, v in self.by_grid.items()}}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> PointEnergy:
        return cls(**{**document, "by_grid": {int(k): v for k, v in document["by_grid"].items()}})


def rough(method: Method) -> Method:
    """The method that ranks geometries before this one does: semi-local, in the same basis."""
    return replace(method, functional=ROUGH_FUNCTIONAL, grid=ROUGH, fitting=ROUGH_FITTING, rough=True)


def single_point(
    geometry: Geometry,
    method: Method = Method(),
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
    _reuse_memory()
    with _one_thread_if_told():
        mol = _mole(geometry, method, ghosts, memory_mb)
        field_, helped = _converged(mol, method, engine)
        energies = _on_grids(field_, tuple(dict.fromkeys((method.grid, *grids))))
    terms = {} if ghosts or method.rough else _dispersion(geometry, method)
    return PointEnergy(energies[method.grid], energies, terms, int(field_.cycles), helped)


@cache
def _reuse_memory() -> None:
    """Let glibc keep what is freed for the next array: fresh pages cost a fifth of a single point's time."""
    trim_threshold, top_pad, mmap_threshold = -1, -2, -3  # of mallopt(3)
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return  # another C library manages as it does
    for option, size in ((mmap_threshold, 1 << 30), (trim_threshold, (1 << 31) - 1), (top_pad, 1 << 26)):
        mallopt(option, size)


def basis_functions(geometry: Geometry, method: Method = Method()) -> int:
    """How many basis functions there are; the cost grows as their number to the 2.5."""
    if method.quick:
        return len(geometry)
    # charge and spin add no functions; a part among ghosts has the charge of the part alone
    even = Geometry(geometry.numbers, geometry.positions_bohr, int(geometry.numbers.sum()) % 2)
    return int(_mole(even, method, (), 100.0).nao)


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


def _mole(geometry: Geometry, method: Method, ghosts: Sequence[int], memory_mb: float) -> Any:
    try:
        from pyscf import gto
        from pyscf.lib import exceptions
    except ImportError:
        raise ComputeError(Problem("electronic structure needs PySCF", mend=EXTRA)) from None
    lent = set(ghosts)
    atoms = [
        (f"{'ghost-' * (k in lent)}{SYMBOLS[z]}", tuple(place))
        for k, (z, place) in enumerate(zip(geometry.numbers, geometry.positions_bohr, strict=True))
    ]
    try:
        return gto.M(
            atom=atoms, unit="Bohr", basis=method.basis, cart=method.cartesian, charge=geometry.charge,
            spin=geometry.multiplicity - 1, verbose=0, max_memory=memory_mb,
        )  # fmt: skip
    except (exceptions.BasisNotFoundError, KeyError, RuntimeError) as fault:
        raise ComputeError(
            Problem("no such basis set for these atoms", got=f"'{method.basis}': {fault}", expected="e.g. 6-31g(d,p)")
        ) from None


def _field(mol: Any, method: Method, engine: str) -> Any:
    from pyscf import dft

    try:
        made = dft.RKS(mol) if mol.spin == 0 else dft.UKS(mol)
        made.xc = method.functional
        made._numint.libxc.parse_xc(method.functional)
    except (KeyError, ValueError, NotImplementedError) as fault:
        raise ComputeError(
            Problem("no such functional", got=f"'{method.functional}': {fault}", expected="a name libxc knows")
        ) from None
    if method.fitting:
        made = made.density_fit(auxbasis=_fitting(mol, method.fitting))
        made.with_df.build()  # else a functional without exact exchange makes its integrals anew in every cycle
    made.grids.level = COARSE
    made.max_cycle, made.conv_check = CYCLES, False
    made.conv_tol = ROUGHLY_HARTREE if method.rough else CONVERGED_HARTREE
    made.conv_tol_grad = ROUGHLY_GRADIENT if method.rough else CONVERGED_GRADIENT
    return _on_gpu(made) if engine == "gpu4pyscf" else made


def _fitting(mol: Any, named: str) -> Any:
    """The fitting set of each element; Weigend's where the one named lacks an element."""
    from pyscf import gto
    from pyscf.lib import exceptions

    # by PySCF's name of an atom, ghosts apart: its element, in capitals or not
    elements = {one: one.split("-")[-1] for one in {mol.atom_symbol(k) for k in range(mol.natm)}}
    if named == FITTING:
        return {one: _small(mol, element) for one, element in elements.items()}
    try:
        return {one: gto.basis.load(named, element) for one, element in elements.items()}
    except (exceptions.BasisNotFoundError, KeyError, RuntimeError):
        return WHOLE_FITTING


def _small(mol: Any, symbol: str) -> list[Any]:
    from pyscf import gto

    functions: list[Any] = gto.basis.load(WHOLE_FITTING, symbol)
    if max(mol.bas_angular(k) for k in range(mol.nbas)) > 2:
        return functions
    return [one for one in functions if one[0] <= MOST_MOMENTUM.get(symbol.capitalize(), ELSE_MOMENTUM)]


def _on_gpu(made: Any) -> Any:
    """The field on the GPU: ``to_gpu`` takes basis, fitting, grid and thresholds along (gpu4pyscf, lib/utils.py)."""
    try:
        import gpu4pyscf  # noqa: F401
    except ImportError:
        mend = "Install the extra: pip install 'byssus[gpu]', on a machine with CUDA."
        raise ComputeError(Problem("the engine gpu4pyscf is not installed", mend=mend)) from None
    except Exception as fault:
        raise _no_gpu(fault) from None
    try:
        return made.to_gpu()
    except Exception as fault:
        raise _no_gpu(fault) from None


def _no_gpu(fault: Exception) -> ComputeError:
    """CuPy has errors of its own (no device, a driver that is too old), which say it well."""
    said = " ".join(str(fault).split()) or type(fault).__name__
    mend = "Use --engine pyscf, or a machine with CUDA."
    return ComputeError(Problem("the engine gpu4pyscf finds no GPU it can use", got=said, mend=mend))


def _converged(mol: Any, method: Method, engine: str) -> tuple[Any, str]:
    """The converged field, and what it needed: nothing, a level shift, or second-order steps."""
    made = _field(mol, method, engine)
    made.kernel()
    if made.converged:
        return _to_cpu(made, engine), ""
    shifted = _field(mol, method, engine)
    shifted.level_shift, shifted.damp, shifted.max_cycle = 0.3, 0.3, 3 * CYCLES
    shifted.kernel(dm0=made.make_rdm1())
    if shifted.converged:
        return _to_cpu(shifted, engine), "level shift"
    newton = _field(mol, method, "pyscf").newton()
    newton.max_cycle = CYCLES
    newton.kernel(dm0=_to_cpu(shifted, engine).make_rdm1())
    if newton.converged:
        newton.cycles = 0
        return newton, "second-order steps"
    raise ComputeError(
        Problem(
            "the field did not converge, nor with a level shift, nor by second-order steps",
            got=f"{method.name}, {mol.nelectron} electrons, charge {mol.charge:+d}, multiplicity {mol.spin + 1}",
            mend="Look at the geometry and its charge; such an energy is never reported.",
        )
    )


def _to_cpu(made: Any, engine: str) -> Any:
    return made.to_cpu() if engine == "gpu4pyscf" else made


def _on_grids(made: Any, levels: Sequence[int]) -> dict[int, float]:
    """The energy of the converged density, exchange and correlation integrated on the grid of each level."""
    numint = made._numint
    plain = numint.rsh_and_hybrid_coeff(made.xc, made.mol.spin)[0] == 0 and not numint.libxc.is_nlc(made.xc)
    if made.mol.spin == 0 and plain and numint._xc_type(made.xc) == "GGA":
        base = float(made.e_tot) - _integral(made, made.grids)
        return {level: base + _integral(made, _grids(made.mol, level)) for level in levels}
    found = {}
    for level in levels:
        made.grids = _grids(made.mol, level)
        found[level] = float(made.energy_tot(made.make_rdm1()))
    return found


def _grids(mol: Any, level: int) -> Any:
    from pyscf import dft

    grids = dft.gen_grid.Grids(mol)
    grids.level = level
    return grids.build(with_non0tab=True)


def _integral(made: Any, grids: Any) -> float:
    """Exchange and correlation of a closed shell from its occupied orbitals alone: no potential is made."""
    numint, mol, integral = made._numint, made.mol, 0.0
    for values, mask, weights, _ in numint.block_loop(mol, grids, mol.nao, 1, _left_mb(mol)):
        rho = numint.eval_rho2(mol, values, made.mo_coeff, made.mo_occ, mask, "GGA")
        per_electron = numint.eval_xc_eff(made.xc, rho, deriv=0)[0]
        integral += float((rho[0] * weights) @ per_electron)
    return integral


def _left_mb(mol: Any) -> float:
    """What is left of the memory given; PySCF's loop over a grid would take 2 GB unless told."""
    from pyscf import lib

    return float(max(mol.max_memory - lib.current_memory()[0], LEAST_BLOCK_MB))


def _dispersion(geometry: Geometry, method: Method) -> dict[str, float]:
    """What D3(BJ) and D4 would add, where they know the functional; no term is made up."""
    terms = {"D3(BJ)": d3(geometry, method.functional), "D4": d4(geometry, method.functional)}
    return {name: value for name, value in terms.items() if value is not None}


@contextmanager
def _one_thread_if_told() -> Iterator[None]:
    """PySCF with as many threads as the worker has; jobs fill the cores, not threads."""
    from pyscf import lib

    before = lib.num_threads()
    lib.num_threads(int(os.environ.get("OMP_NUM_THREADS", "1").split(",")[0] or 1))
    try:
        yield
    finally:
        lib.num_threads(before)
