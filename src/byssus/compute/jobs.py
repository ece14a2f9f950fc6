"""The jobs of chemistry as plain functions of plain arguments, which any executor can send anywhere."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from byssus.compute.conformers import FEWEST, PER_TURN, enough
from byssus.compute.molecule import Geometry, parse, rdkit_of
from byssus.compute.relax import TIGHT
from byssus.compute.relax_final import RelaxedPoint, relax_point
from byssus.compute.search import Candidate, Search, protocol_of, search
from byssus.compute.single_point import Method, PointEnergy, basis_functions, single_point
from byssus.errors import ComputeError, Problem

__all__ = ["COST_PER_S", "COST_POWER", "ROUGH_SHARE", "candidates_of", "declare_point", "declare_relaxation"]
__all__ += ["declare_search", "point_job", "point_of", "relative_cost", "relaxation_job", "relaxed_of", "search_job"]

ROUGH_SHARE = 0.35  # of a single point's cost that a rough one has
COST_POWER = 2.5  # a single point's cost grows as its basis functions to this power
RELAX_COST = 40.0  # a relaxation costs as many single points: some fifteen gradients, each with a finer field
COST_PER_S = 1.25e5  # what a core does in a second, in the units of a job's cost: 325 basis functions in 15 s
# Of a search in seconds, by its valence orbitals to this power: measured from formamide to ring-opened anilines, and
# on the POSS cage. One molecule costs less than a pair, little where nothing
# turns; none less than the second number.
SEARCH_POWER, SEARCH_S = 1.8, {"pair": (0.0075, 2.5), "turning": (0.007, 1.0), "rigid": (0.0006, 0.3)}


def declare_search(smiles: Sequence[str], seed: int) -> dict[str, Any]:
    """The declaration of a search, as JSON."""
    return {**Search(tuple(smiles), seed, protocol=protocol_of(smiles)).to_json(), "smiles": list(smiles)}


def declare_point(
    geometry: Geometry, method: Method, ghosts: Sequence[int] = (), grids: Sequence[int] = ()
) -> dict[str, Any]:
    """The declaration of a single point, as JSON: geometry, method, ghosts, further grids."""
    return {
        "geometry": geometry.to_json(), "method": method.to_json(), "ghosts": list(ghosts), "grids": list(grids),
    }  # fmt: skip


def declare_relaxation(geometry: Geometry, method: Method, split: int) -> dict[str, Any]:
    """The declaration of a relaxation with the final method, as JSON; where it ends is part of it."""
    return {
        "geometry": geometry.to_json(), "method": method.to_json(), "split": split,
        "relax_ev_per_angstrom": TIGHT.force_ev_per_angstrom, "left_hartree": TIGHT.left_hartree,
    }  # fmt: skip


def relative_cost(declaration: Mapping[str, Any]) -> float:
    """What a job costs beside others: basis functions to the 2.5 for a single point, less for a rough one."""
    if "smiles" in declaration:
        return _search_cost(declaration["smiles"])
    geometry, method = Geometry.from_json(declaration["geometry"]), Method(**declaration["method"])
    many = RELAX_COST if "relax_ev_per_angstrom" in declaration else 1.0
    share = ROUGH_SHARE if method.rough else 1.0
    try:
        return float(many * share * basis_functions(geometry, method) ** COST_POWER)
    except ComputeError:
        return 1.0  # the job itself says why it cannot be


def _search_cost(smiles: Sequence[str]) -> float:
    try:
        molecules = [parse(one) for one in smiles]
    except ComputeError:
        return 1.0  # the search itself says why it cannot be
    numbers = [atom.GetAtomicNum() for one in molecules for atom in rdkit_of(one.smiles).GetAtoms()]
    orbitals = sum(1 if z == 1 else 4 if z <= 10 else 9 for z in numbers)
    kind = "pair" if len(molecules) == 2 else "turning" if enough(molecules[0]) > FEWEST + PER_TURN else "rigid"
    factor, least = SEARCH_S[kind]
    return float(COST_PER_S * max(factor * orbitals**SEARCH_POWER, least))


def search_job(declaration: Mapping[str, Any]) -> dict[str, Any]:
    """``{"candidates": [...]}``, or ``{"problems": [...]}``."""
    declared = Search(**{**declaration, "smiles": tuple(declaration["smiles"])})
    return _done(lambda: {"candidates": [one.to_json() for one in search(declared)]})


def point_job(declaration: Mapping[str, Any], memory_mb: float, engine: str) -> dict[str, Any]:
    """``{"point": {...}}``, or ``{"problems": [...]}``."""
    return _done(
        lambda: {
            "point": single_point(
                Geometry.from_json(declaration["geometry"]), Method(**declaration["method"]),
                ghosts=declaration["ghosts"], grids=declaration["grids"], memory_mb=memory_mb, engine=engine,
            ).to_json()
        }
    )  # fmt: skip


def relaxation_job(declaration: Mapping[str, Any], memory_mb: float, engine: str) -> dict[str, Any]:
    """``{"relaxed": {...}}``, or ``{"problems": [...]}``."""
    return _done(
        lambda: {
            "relaxed": relax_point(
                Geometry.from_json(declaration["geometry"]), Method(**declaration["method"]), declaration["split"],
                memory_mb=memory_mb, engine=engine,
            ).to_json()
        }
    )  # fmt: skip


def _done(work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What the work gives, or why it could not be done: a fault costs its job alone, the other contacts go on."""
    try:
        return work()
    except ComputeError as fault:
        return {"problems": [asdict(p) for p in fault.problems]}
    except MemoryError:
        problem = Problem("a job does not fit into memory", mend="Give more with --memory, or --jobs 1.")
    except OSError as fault:
        said = fault.strerror or " ".join(str(fault).split())
        problem = Problem(
            "a job cannot write its temporary files", tempfile.gettempdir(), said,
            mend="Make room there, or name another folder in TMPDIR. What was finished is kept.",
        )  # fmt: skip
    except Exception as fault:
        said = " ".join(str(fault).split()) or "no message"
        problem = Problem(f"internal fault: {type(fault).__name__}: {said}", mend="Please report it with the SMILES.")
    return {"problems": [asdict(problem)]}


def relaxed_of(result: Mapping[str, Any]) -> RelaxedPoint:
    """The geometry and energy of a relaxation's result."""
    return RelaxedPoint.from_json(result["relaxed"])


def candidates_of(result: Mapping[str, Any]) -> tuple[Candidate, ...]:
    """The geometries of a search's result."""
    return tuple(Candidate.from_json(one) for one in result["candidates"])


def point_of(result: Mapping[str, Any]) -> PointEnergy:
    """The energy of a single point's result."""
    return PointEnergy.from_json(result["point"])
