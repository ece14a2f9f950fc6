"""The field of a molecule by PySCF (doi:10.1063/5.0006074): built, converged, and its energy on the grids asked for.

Converged on a coarse grid with density-fitted Coulomb and exchange, then exchange and correlation are integrated once
on a fine grid: the energy's error is of second order in that of the density (doi:10.1103/PhysRev.136.B864).
A rough energy, which only ranks geometries, comes from a semi-local functional: its Coulomb term is cheap to fit, and
it needs no exact exchange.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from byssus.compute.basis import core_potentials, refuse_basis, unfitted
from byssus.compute.method import FITTING, WHOLE_FITTING, Method
from byssus.compute.molecule import EXTRA, Geometry
from byssus.errors import ComputeError, Problem
from byssus.laws.atomic import SYMBOLS

__all__ = [
    "NO_ENGINE",
    "converged",
    "field",
    "mole",
    "on_grids",
    "one_thread_if_told",
    "refuse_functional",
    "reuse_memory",
]

MOST_MOMENTUM = {"H": 1}  # of the small fitting set
ELSE_MOMENTUM = 3
COARSE = 0  # PySCF's grid level
NONLOCAL = 1  # that of a functional's own dispersion (VV10), which costs the square of the points, in its last energy
# The last energy errs by about the square of the gradient: 3e-3 leaves some 1e-5 hartree.
CONVERGED_HARTREE, CONVERGED_GRADIENT = 1e-5, 3e-3
ROUGHLY_HARTREE, ROUGHLY_GRADIENT = 1e-4, 3e-2
CYCLES = 60
NO_ENGINE = Problem(
    "the engine gpu4pyscf is not installed",
    mend="Install the extra: pip install 'byssus[gpu]', on a machine with CUDA.",
)
LEAST_BLOCK_MB = 40.0  # of a block of a grid


def mole(geometry: Geometry, method: Method, ghosts: Sequence[int], memory_mb: float) -> Any:
    try:
        from pyscf import gto
    except ImportError:
        raise ComputeError(Problem("electronic structure needs PySCF", mend=EXTRA)) from None
    refuse_basis(method.basis, geometry.numbers)
    lent = set(ghosts)
    atoms = [
        (f"{'ghost-' * (k in lent)}{SYMBOLS[z]}", tuple(place))
        for k, (z, place) in enumerate(zip(geometry.numbers, geometry.positions_bohr, strict=True))
    ]
    real = (z for k, z in enumerate(geometry.numbers) if k not in lent)
    return gto.M(
        atom=atoms, unit="Bohr", basis=method.basis, cart=method.cartesian, charge=geometry.charge,
        spin=geometry.multiplicity - 1, ecp=core_potentials(method.basis, real), verbose=0, max_memory=memory_mb,
    )  # fmt: skip


def refuse_functional(name: str) -> None:
    """Raise :class:`ComputeError`: no such functional, or one with its dispersion in its name.

    What dispersion adds is told apart from the energy, so that no energy holds it twice.
    """
    from pyscf.dft import libxc
    from pyscf.scf.dispersion import parse_dft

    expected = "a name libxc knows, e.g. pbe0 or m06-2x"
    try:
        added = parse_dft(name)[2]
    except NotImplementedError:
        added = name  # PySCF knows of it, and that a part is missing
    if added:
        mend = "Name the functional alone, e.g. b3lyp: what D3(BJ) and D4 add stands beside its energy."
        raise ComputeError(Problem("a functional with its dispersion in its name", got=f"'{name}'", mend=mend))
    try:
        (exact, *_), parts = libxc.parse_xc(name)
    except (KeyError, ValueError, NotImplementedError) as fault:
        raise ComputeError(Problem("no such functional", got=f"'{name}': {fault}", expected=expected)) from None
    if not exact and not parts:
        raise ComputeError(Problem("a functional without exchange", got=f"'{name}'", expected=expected))


def field(mol: Any, method: Method, engine: str) -> Any:
    from pyscf import dft

    refuse_functional(method.functional)
    made = dft.RKS(mol) if mol.spin == 0 else dft.UKS(mol)
    made.xc = method.functional
    if method.fitting:
        made = made.density_fit(auxbasis=_fitting(mol, method))
        made.with_df.build()  # else a functional without exact exchange makes its integrals anew in every cycle
    made.grids.level = made.nlcgrids.level = COARSE
    made.max_cycle, made.conv_check = CYCLES, False
    made.conv_tol = ROUGHLY_HARTREE if method.rough else CONVERGED_HARTREE
    made.conv_tol_grad = ROUGHLY_GRADIENT if method.rough else CONVERGED_GRADIENT
    return _on_gpu(made) if engine == "gpu4pyscf" else made


def _fitting(mol: Any, method: Method) -> Any:
    """The fitting set of each element; Weigend's where the one named lacks an element.

    Of a heavy atom with all its electrons a set made from its own functions: Weigend's miss iodine by 60 hartree.
    """
    from pyscf import df, gto
    from pyscf.lib import exceptions

    # by PySCF's name of an atom, ghosts apart: its element, in capitals or not
    elements = {one: one.split("-")[-1] for one in {mol.atom_symbol(k) for k in range(mol.natm)}}
    heavy = {one for one, element in elements.items() if unfitted(method.basis, gto.charge(element))}
    own = {one: functions for one, functions in df.aug_etb(mol).items() if one in heavy} if heavy else {}
    if method.fitting == FITTING:
        return {one: own.get(one) or _small(mol, element) for one, element in elements.items()}
    try:
        return {one: own.get(one) or gto.basis.load(method.fitting, element) for one, element in elements.items()}
    except (exceptions.BasisNotFoundError, KeyError, RuntimeError):
        return {one: own.get(one) or WHOLE_FITTING for one in elements}


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
        raise ComputeError(NO_ENGINE) from None
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


def converged(mol: Any, method: Method, engine: str) -> tuple[Any, str]:
    """The converged field, and what it needed: nothing, a level shift, or second-order steps."""
    made = field(mol, method, engine)
    made.kernel()
    if made.converged:
        return _to_cpu(made, engine), ""
    shifted = field(mol, method, engine)
    shifted.level_shift, shifted.damp, shifted.max_cycle = 0.3, 0.3, 3 * CYCLES
    shifted.kernel(dm0=made.make_rdm1())
    if shifted.converged:
        return _to_cpu(shifted, engine), "level shift"
    newton = field(mol, method, "pyscf").newton()
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


def on_grids(made: Any, levels: Sequence[int]) -> dict[int, float]:
    """The energy of the converged density, exchange and correlation integrated on the grid of each level."""
    numint = made._numint
    plain = numint.rsh_and_hybrid_coeff(made.xc, made.mol.spin)[0] == 0 and not numint.libxc.is_nlc(made.xc)
    if made.mol.spin == 0 and plain and numint._xc_type(made.xc) == "GGA":
        base = float(made.e_tot) - _integral(made, made.grids)
        return {level: base + _integral(made, _grids(made.mol, level)) for level in levels}
    found = {}
    if numint.libxc.is_nlc(made.xc):
        made.nlcgrids = _grids(made.mol, NONLOCAL)
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


@cache
def reuse_memory() -> None:
    """Let glibc keep what is freed for the next array: fresh pages cost a fifth of a single point's time."""
    trim_threshold, top_pad, mmap_threshold = -1, -2, -3  # of mallopt(3)
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return  # another C library manages as it does
    for option, size in ((mmap_threshold, 1 << 30), (trim_threshold, (1 << 31) - 1), (top_pad, 1 << 26)):
        mallopt(option, size)


@contextmanager
def one_thread_if_told() -> Iterator[None]:
    """PySCF with as many threads as the worker has; jobs fill the cores, not threads."""
    from pyscf import lib

    before = lib.num_threads()
    lib.num_threads(int(os.environ.get("OMP_NUM_THREADS", "1").split(",")[0] or 1))
    try:
        yield
    finally:
        lib.num_threads(before)
