"""Basis sets by name: whether their d functions are Cartesian, the core potentials that belong to them, their lacks."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from byssus.compute.molecule import EXTRA
from byssus.errors import ComputeError, Problem
from byssus.laws.atomic import SYMBOLS

__all__ = ["core_potentials", "has_cartesian_d", "refuse_basis", "unfitted"]

# The sets whose d functions Gaussian takes as Cartesian; of all others they are pure (gaussian.com/basissets). None of
# their elements has f functions, which would be pure in either.
CARTESIAN = re.compile(r"(3-21|4-31|6-21|6-31)(\+{0,2})g", re.IGNORECASE)
# The tightest function of a set for all electrons has more than this times Z^2 as its exponent: 2.2 times Z^2 is what
# three Gaussians for a 1s function of hydrogen need (doi:10.1063/1.1672392), Slater's screening takes a little off.
LEAST_EXPONENT = 1.2
COMMON = ("H", "C", "Br")  # a set that has none of them is no set
LAST_FITTED = 36  # beyond krypton Weigend's fitting sets are made for core potentials (doi:10.1002/jcc.20702)


def has_cartesian_d(basis: str) -> bool:
    """Whether a basis set is one of those that are defined with Cartesian d functions: 6-31G(d,p) and its kin."""
    return CARTESIAN.match(basis.strip()) is not None


def core_potentials(basis: str, numbers: Iterable[int]) -> dict[str, Any]:
    """The core potentials that belong to a basis set, by element, as PySCF takes them; of light elements none."""
    found = {SYMBOLS[z]: _potential(basis, SYMBOLS[z]) for z in set(map(int, numbers))}
    return {symbol: potential for symbol, potential in found.items() if potential}


def refuse_basis(basis: str, numbers: Iterable[int]) -> None:
    """Raise :class:`ComputeError`: no such basis set, one that lacks an element, or one that is not for all electrons.

    A set made for a core potential that is not there would give an energy of no meaning.
    """
    wanted = [SYMBOLS[z] for z in sorted(set(map(int, numbers)))]
    # PySCF would read a file of that name: what is kept by the name of a set must not change with a file
    unnamed = not basis.strip() or "\n" in basis or Path(basis).exists()
    if unnamed or all(_functions(basis, symbol) is None for symbol in (*wanted, *COMMON)):
        raise ComputeError(Problem("no such basis set", got=f"'{basis}'", expected="one PySCF has, e.g. 6-31g(d,p)"))
    if lacking := [symbol for symbol in wanted if _functions(basis, symbol) is None]:
        raise ComputeError(
            Problem(
                f"the basis set has no functions for {', '.join(lacking)}", got=f"'{basis}'",
                expected="a basis set for all elements of the molecules",
                mend="Give another with 'byssus bind --basis', e.g. def2-svp, which has core potentials to xenon.",
            )
        )  # fmt: skip
    if hollow := [symbol for symbol in wanted if _is_hollow(basis, symbol)]:
        raise ComputeError(
            Problem(
                f"the basis set is made for a core potential of {', '.join(hollow)}, which is not there",
                got=f"'{basis}'", expected="a basis set for all electrons, or one whose core potential PySCF has",
                mend="Give another with --basis, e.g. def2-svp.",
            )
        )  # fmt: skip


def unfitted(basis: str, number: int) -> bool:
    """Whether the fitting sets do not hold an element's core: a heavy one in a set for all electrons."""
    return number > LAST_FITTED and not _potential(basis, SYMBOLS[number])


@cache
def _functions(basis: str, symbol: str) -> tuple[Any, ...] | None:
    try:
        from pyscf import gto
        from pyscf.lib import exceptions
    except ImportError:
        raise ComputeError(Problem("electronic structure needs PySCF", mend=EXTRA)) from None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where else sets may be had
        try:
            return tuple(gto.basis.load(basis, symbol)) or None
        except (exceptions.BasisNotFoundError, KeyError, RuntimeError, ValueError, OSError):
            return None


@cache
def _potential(basis: str, symbol: str) -> Any:
    from pyscf import gto
    from pyscf.lib import exceptions

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return gto.basis.load_ecp(basis, symbol) or None
        except (exceptions.BasisNotFoundError, KeyError, RuntimeError, ValueError, OSError):
            return None


def _is_hollow(basis: str, symbol: str) -> bool:
    """Whether a set without a core potential has no functions for the innermost electrons."""
    if _potential(basis, symbol):
        return False
    functions = _functions(basis, symbol) or ()
    tightest = max((row[0] for shell in functions for row in shell[1:] if isinstance(row, list | tuple)), default=0.0)
    return bool(tightest < LEAST_EXPONENT * SYMBOLS.index(symbol) ** 2)
