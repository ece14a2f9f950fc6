"""London dispersion beside a functional: D3(BJ) (doi:10.1002/jcc.21759) and D4 (doi:10.1063/1.5090222)."""

from __future__ import annotations

from byssus.compute.molecule import Geometry

__all__ = ["d3", "d4"]


def d3(geometry: Geometry, functional: str) -> float | None:
    """The D3(BJ) term in hartree; ``None`` where its parameters or the library are not there."""
    try:
        from dftd3.interface import DispersionModel, RationalDampingParam

        model = DispersionModel(geometry.numbers, geometry.positions_bohr)
        return float(model.get_dispersion(RationalDampingParam(method=_named(functional)), grad=False)["energy"])
    except (ImportError, RuntimeError, ValueError):
        return None


def d4(geometry: Geometry, functional: str) -> float | None:
    """The D4 term in hartree; ``None`` where its parameters or the library are not there."""
    try:
        from dftd4.interface import DampingParam, DispersionModel

        model = DispersionModel(geometry.numbers, geometry.positions_bohr, charge=float(geometry.charge))
        return float(model.get_dispersion(DampingParam(method=_named(functional)), grad=False)["energy"])
    except (ImportError, RuntimeError, ValueError):
        return None


def _named(functional: str) -> str:
    return "b3lyp" if functional == "b3lypg" else functional
