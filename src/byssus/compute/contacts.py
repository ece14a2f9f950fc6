"""What holds two molecules, told from the geometry alone: hydrogen bonds, stacked rings, or neither."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from byssus.compute.molecule import Geometry
from byssus.laws.atomic import ANGSTROM_PER_BOHR, COVALENT_RADIUS_ANGSTROM, VDW_RADIUS_ANGSTROM

__all__ = ["HydrogenBond", "bonded", "contact_of", "enclosed", "hydrogen_bonds", "nearest", "rings", "same_bonds"]
__all__ += ["sphere"]

# Arunan et al., doi:10.1351/PAC-REC-10-01-02: D-H...A tends to a line, above 110 degrees; H...A is shorter than the
# van der Waals distance (2.6 to 2.7 angstrom for N and O).
LONGEST_ANGSTROM, LEAST_DEGREE = 2.5, 110.0
DONORS, ACCEPTORS = (7, 8, 9, 16), (7, 8, 9, 16, 17)
# Two rings are stacked where their planes are nearly parallel, 3 to 4.2 angstrom apart, and lie over each other
# (Janiak, doi:10.1039/b003010o).
PARALLEL_DEGREE, APART_ANGSTROM, SHIFT_ANGSTROM = 30.0, (2.8, 4.2), 3.0
# An atom is enclosed where no direction from it is further than 60 degrees from that to an atom of the other molecule.
ENCLOSED_COSINE = 0.5
BOND_SLACK = 1.25  # a bond is at most this times the sum of covalent radii
NEW_BOND_SLACK = 1.15  # one that has come about at most this: the silicons of a bent Si-O-Si are nearer than 1.25

Contact = Literal["hydrogen-bonded", "stacked", "enclosed", "other"]


@dataclass(frozen=True, slots=True)
class HydrogenBond:
    """Donor, hydrogen and acceptor by index; the distance H...A in angstrom, the angle D-H...A in degrees."""

    donor: int
    hydrogen: int
    acceptor: int
    distance_angstrom: float
    angle_degree: float


def bonded(geometry: Geometry, slack: float = BOND_SLACK) -> NDArray[np.bool_]:
    """Which atoms are bonded, shape ``(n, n)``: nearer than ``slack`` times the sum of their covalent radii."""
    radius = np.array([COVALENT_RADIUS_ANGSTROM.get(int(z), 1.5) for z in geometry.numbers])
    apart = _distances(geometry)
    found = (apart < slack * (radius[:, None] + radius)) & ~np.eye(len(geometry), dtype=bool)
    return np.asarray(found)


def same_bonds(geometry: Geometry, start: Geometry, split: int) -> bool:
    """Whether the bonds within both parts are still those of the start: no proton went over, no ring opened."""
    kept, new, before = bonded(geometry), bonded(geometry, NEW_BOND_SLACK), bonded(start)
    changed = (before & ~kept) | (new & ~before)
    return not changed[:split, :split].any() and not changed[split:, split:].any()


def hydrogen_bonds(geometry: Geometry, split: int | None = None) -> tuple[HydrogenBond, ...]:
    """Hydrogen bonds; with ``split`` only those between the first ``split`` atoms and the others."""
    apart, bonds, numbers = _distances(geometry), bonded(geometry), geometry.numbers
    found = []
    for hydrogen in np.flatnonzero(numbers == 1):
        donors = [d for d in np.flatnonzero(bonds[hydrogen]) if numbers[d] in DONORS]
        if not donors:
            continue
        donor = min(donors, key=lambda d: apart[hydrogen, d])
        for acceptor in np.flatnonzero(np.isin(numbers, ACCEPTORS) & (apart[hydrogen] < LONGEST_ANGSTROM)):
            near = acceptor == donor or bonds[acceptor, donor]
            if near or (split is not None and (hydrogen < split) == (acceptor < split)):
                continue
            angle = _angle(geometry.positions_bohr, int(donor), int(hydrogen), int(acceptor))
            if angle >= LEAST_DEGREE:
                found.append(
                    HydrogenBond(int(donor), int(hydrogen), int(acceptor), float(apart[hydrogen, acceptor]), angle)
                )
    return tuple(found)


def contact_of(geometry: Geometry, split: int) -> Contact:
    """What holds the two molecules of a pair; rings that lie over each other count before hydrogen bonds."""
    if enclosed(geometry, split):
        return "enclosed"
    if _stacked(geometry, split):
        return "stacked"
    return "hydrogen-bonded" if hydrogen_bonds(geometry, split) else "other"


def nearest(geometry: Geometry, split: int) -> tuple[float, float]:
    """How near the parts come, in angstrom: between atoms, and beyond the sum of two atoms' van der Waals radii."""
    radius = np.array([VDW_RADIUS_ANGSTROM.get(int(z), 2.0) for z in geometry.numbers])
    apart = _distances(geometry)[:split, split:]
    return float(apart.min()), float((apart - radius[:split, None] - radius[split:]).min())


def enclosed(geometry: Geometry, split: int) -> bool:
    """Whether one part is an atom inside the other: atoms of the other stand on every side of it."""
    alone, around = (slice(0, 1), slice(1, None)) if split == 1 else (slice(split, None), slice(0, split))
    if len(geometry.numbers[alone]) != 1:
        return False
    ways = geometry.positions_bohr[around] - geometry.positions_bohr[alone]
    ways = ways / np.linalg.norm(ways, axis=1)[:, None]
    # every half space through the atom holds some of the others, no matter which way it is turned
    return bool((ways @ sphere(200).T).max(axis=0).min() > ENCLOSED_COSINE)


def sphere(count: int) -> NDArray[np.float64]:
    """Directions spread evenly over a sphere, shape ``(count, 3)`` (Fibonacci lattice)."""
    k = np.arange(count) + 0.5
    z, turn = 1 - 2 * k / count, k * np.pi * (3 - np.sqrt(5))
    return np.stack((np.sqrt(1 - z**2) * np.cos(turn), np.sqrt(1 - z**2) * np.sin(turn), z), axis=1)


def rings(geometry: Geometry) -> list[tuple[int, ...]]:
    """Flat rings of five and six atoms, by index."""
    bonds = bonded(geometry)
    neighbours = [tuple(int(j) for j in np.flatnonzero(row)) for row in bonds]
    found: dict[frozenset[int], tuple[int, ...]] = {}
    for start in range(len(geometry)):
        paths: list[tuple[int, ...]] = [(start,)]
        for _ in range(6):
            grown: list[tuple[int, ...]] = []
            for path in paths:
                for other in neighbours[path[-1]]:
                    if other == start and len(path) in (5, 6):
                        found.setdefault(frozenset(path), path)
                    elif other not in path and other > start:
                        grown.append((*path, other))
            paths = grown
    return [ring for ring in found.values() if _flat(geometry.positions_bohr[list(ring)])]


def _flat(points: NDArray[np.float64]) -> bool:
    centred = points - points.mean(axis=0)
    return float(np.linalg.svd(centred, compute_uv=False)[2]) * ANGSTROM_PER_BOHR < 0.25


def _stacked(geometry: Geometry, split: int) -> bool:
    found = rings(geometry)
    first = [_plane(geometry, ring) for ring in found if max(ring) < split]
    second = [_plane(geometry, ring) for ring in found if min(ring) >= split]
    for centre, normal in first:
        for other, other_normal in second:
            step = (other - centre) * ANGSTROM_PER_BOHR
            tilt = np.degrees(np.arccos(min(abs(float(normal @ other_normal)), 1.0)))
            height = abs(float(step @ normal))
            shift = float(np.sqrt(max(float(step @ step) - height**2, 0.0)))
            if tilt < PARALLEL_DEGREE and APART_ANGSTROM[0] < height < APART_ANGSTROM[1] and shift < SHIFT_ANGSTROM:
                return True
    return False


def _plane(geometry: Geometry, ring: tuple[int, ...]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    points = geometry.positions_bohr[list(ring)]
    centre = points.mean(axis=0)
    return centre, np.linalg.svd(points - centre)[2][2]


def _distances(geometry: Geometry) -> NDArray[np.float64]:
    step = geometry.positions_bohr[:, None] - geometry.positions_bohr
    return np.asarray(np.sqrt((step**2).sum(axis=-1)) * ANGSTROM_PER_BOHR)


def _angle(positions: NDArray[np.float64], a: int, b: int, c: int) -> float:
    u, v = positions[a] - positions[b], positions[c] - positions[b]
    return float(np.degrees(np.arccos(np.clip(u @ v / np.linalg.norm(u) / np.linalg.norm(v), -1.0, 1.0))))
