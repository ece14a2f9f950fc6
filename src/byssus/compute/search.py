"""The low geometries of a molecule or a pair: many starts, GFN2-xTB, each kept once, by energy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.util import find_spec
from typing import Any

import numpy as np

from byssus.compute.conformers import conformers, shape_of
from byssus.compute.contacts import Contact, contact_of, hydrogen_bonds, same_bonds
from byssus.compute.dispersion import d3, d4
from byssus.compute.molecule import EXTRA, Geometry, Molecule, parse, rdkit_of
from byssus.compute.placements import placements
from byssus.compute.relax import LOOSE, TIGHT, Relaxed, Rest, relax, xtb_energy
from byssus.errors import ComputeError, Problem
from byssus.laws.atomic import ANGSTROM_PER_BOHR, J_PER_MOL_PER_HARTREE, JOULE_PER_KCAL

__all__ = ["Candidate", "Search", "protocol_of", "search"]

# Raised whenever the same declaration would give other geometries; that of an atom beside a molecule has its own.
PROTOCOL, PROTOCOL_OF_AN_ATOM = 4, 5
KCAL = JOULE_PER_KCAL / J_PER_MOL_PER_HARTREE  # hartree
SAME_HARTREE = 0.02 * KCAL  # relaxed geometries nearer than this in energy, and of one shape, are one
SAME_SHAPE_ANGSTROM = 0.05
# How many starts are relaxed loosely, and of these tightly. With 36 one seed of three missed the lowest ring-opened
# benzanilide, with 60 none did.
LOOSELY, TIGHTLY = {"molecule": 60, "pair": 36}, 20
# An atom beside a molecule: places round it, relaxed from where it is seen by the molecule differently.
ROUND_AN_ATOM, LOOSELY_AN_ATOM, UNLIKE_ANGSTROM = 60, 10, 0.25
LOOSELY_INSIDE, UNLIKE_INSIDE_ANGSTROM = 4, 0.1
JIGGLE_BOHR = 0.05
WINDOW_HARTREE = 5.0 * KCAL  # above the lowest, what is not followed any further


@dataclass(frozen=True)
class Search:
    """The declaration of a search: one SMILES or two, a seed, and how many geometries are relaxed to the end."""

    smiles: tuple[str, ...]
    seed: int = 0
    tightly: int = TIGHTLY
    protocol: int = PROTOCOL

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Candidate:
    """One geometry found: its GFN2 energy, whole and less B3LYP's missing dispersion (``bare``); the atoms of the
    first molecule (``split``), what holds the pair.
    """

    geometry: Geometry
    energy_hartree: float
    bare_hartree: float
    force_ev_per_angstrom: float
    split: int
    contact: Contact | None
    hydrogen_bonds: int

    def to_json(self) -> dict[str, Any]:
        return {**{k: v for k, v in vars(self).items() if k != "geometry"}, "geometry": self.geometry.to_json()}

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> Candidate:
        return cls(**{**document, "geometry": Geometry.from_json(document["geometry"])})


def protocol_of(smiles: Sequence[str]) -> int:
    """Which protocol geometries are searched by: an atom beside a molecule has its own."""
    return PROTOCOL_OF_AN_ATOM if _beside_an_atom(smiles) else PROTOCOL


def _beside_an_atom(smiles: Sequence[str]) -> bool:
    return len(smiles) == 2 and any(_size(one) == 1 for one in smiles)


def search(declared: Search) -> tuple[Candidate, ...]:
    """The relaxed geometries by rising GFN2 energy, each once.

    Raises :class:`ComputeError`: a library is lacking, SMILES that are no molecules, or nothing came to rest.
    """
    _refuse_without_dispersion()
    molecules = [parse(smiles) for smiles in declared.smiles]
    if len(molecules) not in (1, 2):
        raise ComputeError(Problem("a search is of one molecule or a pair", got=f"{len(molecules)} SMILES"))
    starts = _pairs(molecules, declared) if len(molecules) == 2 else conformers(molecules[0], declared.seed)
    split = _size(molecules[0].smiles)
    rng = np.random.default_rng(declared.seed)
    alone = _beside_an_atom(declared.smiles)
    low = _round_an_atom(starts, split, rng) if alone else _loosely(starts, declared, rng)
    tight = _distinct(_relaxed(low, TIGHT))
    sound = [one for one in tight if same_bonds(one.geometry, starts[0], split)]
    if not sound:
        raise ComputeError(_unlike_declared(len(tight), " with ".join(declared.smiles)))
    return tuple(_candidate(one, split if len(molecules) == 2 else None) for one in sound)


def _unlike_declared(at_rest: int, name: str) -> Problem:
    """Why a search has nothing to show: nothing came to rest, or all of it as other molecules."""
    if not at_rest:
        return Problem("no geometry came to rest", got=name, mend="Search again with another --seed.")
    many = f"{at_rest} geometries" if at_rest > 1 else "one geometry"
    return Problem(
        "the molecules do not stay what they are: a proton went over, or a bond opened or closed",
        got=f"{name}, {many} at rest", expected="molecules that stay as drawn in vacuum",
        mend="In vacuum a zwitterion, an ion pair or a strong acid passes its proton on: declare what is left of it.",
    )  # fmt: skip


def _loosely(starts: Sequence[Geometry], declared: Search, rng: np.random.Generator) -> list[Geometry]:
    """The geometries worth relaxing to the end, from the lowest starts relaxed a little."""
    lowest = _lowest(starts, _bare, LOOSELY["pair" if len(declared.smiles) == 2 else "molecule"])
    found = _distinct(_relaxed((_jiggled(g, rng) for g, _ in lowest), LOOSE))
    return [one.geometry for one in _promising(found, declared.tightly)]


def _round_an_atom(starts: Sequence[Geometry], split: int, rng: np.random.Generator) -> list[Geometry]:
    """Starts of an atom beside a molecule, as they are and pushed: that takes an ion out of a hollow of four oxygens.

    They are few and all relaxed to the end: half way one in the hollow looks like one that slides to an edge.
    """
    begun = _unlike(_lowest(starts, _bare, len(starts)), split)
    return [*begun, *(_jiggled(g, rng) for g in begun)]


def _refuse_without_dispersion() -> None:
    """A search without dispersion would follow other geometries, and be kept as if it had followed these."""
    lacking = [name for name in ("dftd3", "dftd4") if find_spec(name) is None]
    if lacking:
        raise ComputeError(Problem(f"a search of geometries needs {' and '.join(lacking)}", mend=EXTRA))


def _bare(geometry: Geometry) -> float:
    """The GFN2 energy of a geometry less the dispersion that B3LYP does not have.

    The paper's functional has none, and GFN2 has: by the whole of it folded conformers come first, by this the order
    is nearer to B3LYP's (correlation .77 against .28 over nine conformers of the ring-opened acetanilide).
    """
    return xtb_energy(geometry) - _dispersion(geometry)


def _less_dispersion(one: Relaxed) -> float:
    return one.energy_hartree - _dispersion(one.geometry)


def _dispersion(geometry: Geometry) -> float:
    """D3(BJ) for B3LYP; D4, which knows charges, for an ion: D3 takes Li+ for the soft neutral atom."""
    return (d4 if geometry.charge else d3)(geometry, "b3lyp") or 0.0


def _unlike(starts: Sequence[tuple[Geometry, float]], split: int) -> list[Geometry]:
    """The lowest starts whose parts are at unlike distances: over equal faces of a cage an ion is at one place.

    Inside a cage the room is small, and so are the differences.
    """
    inside = [g for g, _ in starts if contact_of(g, split) == "enclosed"]
    outside = [g for g, _ in starts if contact_of(g, split) != "enclosed"]
    beside = _apart_by(outside, split, UNLIKE_ANGSTROM)[:LOOSELY_AN_ATOM]
    return [*beside, *_apart_by(inside, split, UNLIKE_INSIDE_ANGSTROM)[:LOOSELY_INSIDE]]


def _apart_by(starts: Sequence[Geometry], split: int, angstrom: float) -> list[Geometry]:
    """Of starts those whose distances between the parts differ by more than this from all before."""
    kept: list[tuple[Geometry, np.ndarray]] = []
    for geometry in starts:
        step = geometry.positions_bohr[:split, None] - geometry.positions_bohr[split:]
        apart = np.sort(np.sqrt((step**2).sum(axis=-1)).ravel()) * ANGSTROM_PER_BOHR
        if all(float(np.sqrt(np.mean((apart - known) ** 2))) > angstrom for _, known in kept):
            kept.append((geometry, apart))
    return [geometry for geometry, _ in kept]


def _promising(loose: Sequence[Relaxed], most: int) -> list[Relaxed]:
    """Those worth relaxing to the end: low without dispersion, and the two lowest with it."""
    if not loose:
        return []
    bare = {id(one): _less_dispersion(one) for one in loose}
    floor = min(bare.values())
    near = sorted((one for one in loose if bare[id(one)] <= floor + WINDOW_HARTREE), key=lambda one: bare[id(one)])
    kept = near[: most - 2]
    return [*kept, *(one for one in loose[:2] if all(one is not other for other in kept))]


def _jiggled(geometry: Geometry, rng: np.random.Generator) -> Geometry:
    """The geometry a little off, so that none stays on a saddle for reasons of symmetry."""
    if len(geometry) == 1:
        return geometry
    return geometry.moved(geometry.positions_bohr + rng.normal(0.0, JIGGLE_BOHR, geometry.positions_bohr.shape))


@cache
def _size(smiles: str) -> int:
    """How many atoms a molecule has; 0 where the SMILES is none, which the search itself refuses."""
    try:
        return int(rdkit_of(smiles).GetNumAtoms())
    except ComputeError:
        return 0


def _pairs(molecules: Sequence[Molecule], declared: Search) -> list[Geometry]:
    """Placements of the low conformers of both."""
    atom = _beside_an_atom(declared.smiles)
    # what holds an ion is stiff: a cage turned inside out lies far above
    low = [[_at_rest(m, declared.seed)] if atom else _low_conformers(m, declared.seed)[:3] for m in molecules]
    found: list[Geometry] = []
    combinations = [(a.geometry, b.geometry) for a in low[0] for b in low[1]]
    each = max((ROUND_AN_ATOM if atom else 120) // len(combinations), 16)
    for k, (a, b) in enumerate(combinations):
        found += placements(a, b, each, declared.seed + k)
    return found


def _at_rest(molecule: Molecule, seed: int) -> Relaxed:
    """The lowest conformer of what an ion is set round, to the end and unpushed.

    Only over a cage as symmetric as it can be does an ion in a face's middle feel no pull to an edge: in GFN2 hollow
    and edges lie in one trough, and from a cage a little askew it slides.
    """
    relaxed = _relaxed((g for g, _ in _lowest(conformers(molecule, seed), _bare, 6)), TIGHT)
    if not relaxed:
        raise ComputeError(
            Problem("no geometry came to rest", got=molecule.smiles, mend="Search again with another --seed.")
        )
    return relaxed[0]


def _low_conformers(molecule: Molecule, seed: int) -> list[Relaxed]:
    rng = np.random.default_rng(seed)
    starts = [_jiggled(g, rng) for g, _ in _lowest(conformers(molecule, seed), _bare, 6)]
    return _distinct(_relaxed(starts, LOOSE))


def _lowest(starts: Sequence[Geometry], energy: Callable[[Geometry], float], most: int) -> list[tuple[Geometry, float]]:
    found = []
    for geometry in starts:
        try:
            found.append((geometry, energy(geometry)))
        except ComputeError:
            continue  # a start that clashes is no place to begin
    found.sort(key=lambda one: one[1])
    return found[:most]


def _relaxed(starts: Iterable[Geometry], rest: Rest) -> list[Relaxed]:
    found = []
    for geometry in starts:
        try:
            found.append(relax(geometry, rest))
        except ComputeError:
            continue
    return sorted(found, key=lambda one: one.energy_hartree)


def _distinct(relaxed: Sequence[Relaxed]) -> list[Relaxed]:
    """Each shape once: equal energies and equal sorted distances are one geometry, or its mirror image."""
    kept: list[Relaxed] = []
    shapes: list[np.ndarray] = []
    for one in relaxed:
        shape = shape_of(one.geometry)
        twins = (
            abs(one.energy_hartree - other.energy_hartree) < SAME_HARTREE
            and float(np.sqrt(np.mean((shape - known) ** 2))) < SAME_SHAPE_ANGSTROM
            for other, known in zip(kept, shapes, strict=True)
        )
        if not any(twins):
            kept.append(one)
            shapes.append(shape)
    return kept


def _candidate(one: Relaxed, split: int | None) -> Candidate:
    return Candidate(
        one.geometry, one.energy_hartree, _less_dispersion(one), one.force_ev_per_angstrom, split or len(one.geometry),
        contact_of(one.geometry, split) if split else None, len(hydrogen_bonds(one.geometry, split)),
    )  # fmt: skip
