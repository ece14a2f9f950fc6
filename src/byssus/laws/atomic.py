"""Constants of atoms: element symbols, covalent and van der Waals radii, atomic units.

Atomic units and the thermochemical calorie: CODATA 2018 (doi:10.1063/5.0064853). Covalent radii: Cordero et al.,
doi:10.1039/b801115j. Van der Waals radii: Bondi, doi:10.1021/j100785a001, with Mantina et al.,
doi:10.1021/jp8111556, for the main-group elements he lacks.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = [
    "ANGSTROM_PER_BOHR",
    "COVALENT_RADIUS_ANGSTROM",
    "EV_PER_HARTREE",
    "JOULE_PER_KCAL",
    "J_PER_MOL_PER_HARTREE",
    "SYMBOLS",
    "VDW_RADIUS_ANGSTROM",
]

ANGSTROM_PER_BOHR = 0.529177210903
EV_PER_HARTREE = 27.211386245988
J_PER_MOL_PER_HARTREE = 4.3597447222071e-18 * 6.02214076e23
JOULE_PER_KCAL = 4184.0

_ELEMENTS = """X H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr
Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe"""
SYMBOLS: tuple[str, ...] = tuple(_ELEMENTS.split())  # by atomic number

_COVALENT = """H .31 Li 1.28 B .84 C .76 N .71 O .66 F .57 Na 1.66 Mg 1.41 Al 1.21 Si 1.11 P 1.07 S 1.05 Cl 1.02
Br 1.20 I 1.39"""
_VDW = """H 1.10 Li 1.82 B 1.92 C 1.70 N 1.55 O 1.52 F 1.47 Na 2.27 Mg 1.73 Al 1.84 Si 2.10 P 1.80 S 1.80 Cl 1.75
Br 1.85 I 1.98"""


def _by_number(text: str) -> Mapping[int, float]:
    words = text.split()
    return MappingProxyType({SYMBOLS.index(s): float(r) for s, r in zip(words[::2], words[1::2], strict=True)})


COVALENT_RADIUS_ANGSTROM: Mapping[int, float] = _by_number(_COVALENT)
VDW_RADIUS_ANGSTROM: Mapping[int, float] = _by_number(_VDW)
