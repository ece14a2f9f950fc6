"""What an energy is computed with, and what comes out: a method and a converged energy, as JSON and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

__all__ = ["B3LYP", "FINE", "FITTING", "ROUGH", "WHOLE_FITTING", "Method", "PointEnergy", "rough"]

# Weigend's set for Coulomb and exchange (doi:10.1002/jcc.20702) without g functions and without those of d on hydrogen:
# a third smaller, and of E_bind it costs less than 0.01 kcal/mol in 6-31G(d,p). Whole where the basis has f functions.
WHOLE_FITTING, FITTING = "def2-universal-jkfit", "def2-universal-jkfit, small"
ROUGH_FITTING = "demon"  # Godbout et al., doi:10.1139/v92-079; where it lacks an element, FITTING is used
ROUGH_FUNCTIONAL = "blyp"  # as B3LYP it has no dispersion: its order of conformers is B3LYP's to about 0.3 kcal/mol
ROUGH, FINE = 1, 3  # PySCF's grid levels; the rough one moves conformers by 0.05 kcal/mol


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


B3LYP = Method()


def rough(method: Method) -> Method:
    """The method that ranks geometries before this one does: semi-local, in the same basis."""
    return replace(method, functional=ROUGH_FUNCTIONAL, grid=ROUGH, fitting=ROUGH_FITTING, rough=True)
