"""Starting places of a pair: two hydrogen bonds at once, each molecule as the donor of one, and any way at contact."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from byssus.compute.contacts import ACCEPTORS, DONORS, bonded, sphere
from byssus.compute.molecule import Geometry
from byssus.laws.atomic import ANGSTROM_PER_BOHR, VDW_RADIUS_ANGSTROM

__all__ = ["over_faces", "placements"]

BOND_ANGSTROM = 1.9  # H...A of a strong hydrogen bond
CLASH = 0.62  # atoms nearer than this share of their van der Waals distance are pushed apart
TURNS = 4  # ways round a hydrogen bond's axis
STEP_ANGSTROM = 0.25
FLAT_BOHR, SAME_SIDE = 0.4, 0.98  # of a face's corners from its plane; the cosine of directions that are one
OFF_MIDDLE, OFF_ANGSTROM = 3, 0.8  # places off a cage's middle
FAR_BOHR = 8.0  # further out than any two atoms touch


def placements(first: Geometry, second: Geometry, count: int, seed: int) -> list[Geometry]:
    """About ``count`` pairs that do not clash: those of two hydrogen bonds, half of the others led by one either way,
    the rest turned at random.

    An atom is set round the other from every side, and inside it where there is room.
    """
    if len(first) == 1 or len(second) == 1:
        return _around(first, second, count)
    from byssus.compute.docking import docked  # its optimiser is slow to load, and needless where all is there

    rng = np.random.default_rng(seed)
    led = [*_led(first, second, rng), *(_swapped(pair, len(second)) for pair in _led(second, first, rng))]
    rng.shuffle(led)
    doubly = docked(first, second, rng, count // 4)
    left = count - len(doubly)
    wanted = led[: (left + 1) // 2]
    free = [_free(first, second, rng) for _ in range(left - len(wanted))]
    return [*doubly, *wanted, *free]


def _around(first: Geometry, second: Geometry, count: int) -> list[Geometry]:
    """The atom in the other molecule's middle and off it, where there is room; then over each face, and from directions
    spread evenly over a sphere.
    """
    around, atom = (second, first) if len(first) == 1 else (first, second)
    middle = around.positions_bohr.mean(axis=0)
    reach = float(np.sqrt(((around.positions_bohr - middle) ** 2).sum(axis=1)).max()) + FAR_BOHR
    near = _nearest(around, atom)
    places = []
    if near(middle) >= 1.0 and len(around) > 1:
        # the middle is a saddle where two sides hold an ion better than all: it must begin off it to leave it
        places = [middle, *(middle + OFF_ANGSTROM / ANGSTROM_PER_BOHR * side for side in sphere(OFF_MIDDLE))]
    faces = over_faces(around)
    for side in [*faces, *sphere(count - len(places) - len(faces))]:
        steps = np.arange(reach, 0.0, -STEP_ANGSTROM / ANGSTROM_PER_BOHR)
        clash = next((k for k, step in enumerate(steps) if near(middle + step * side) < 1.0), len(steps))
        places.append(middle + steps[max(clash - 1, 0)] * side)
    pairs = [(atom.moved(place[None]), around) for place in places]
    return [a.beside(b) if len(first) == 1 else b.beside(a) for a, b in pairs]


def over_faces(around: Geometry) -> list[NDArray[np.float64]]:
    """Directions from a cage's middle to its acceptors' faces: an ion that they share sits over the middle of one.

    None where the acceptors lie in a plane or are too few. From any other side an ion slides to an edge.
    """
    from scipy.spatial import ConvexHull, QhullError

    acceptors = around.positions_bohr[np.isin(around.numbers, ACCEPTORS)]
    try:
        hull = ConvexHull(acceptors)
    except (QhullError, ValueError):
        return []
    middle = around.positions_bohr.mean(axis=0)
    found: list[NDArray[np.float64]] = []
    for plane in np.unique(hull.equations.round(2), axis=0):
        on = np.abs(acceptors @ plane[:3] + plane[3]) < FLAT_BOHR
        side = _unit(acceptors[on].mean(axis=0) - middle)
        if all(side @ other < SAME_SIDE for other in found):
            found.append(side)
    return found


def _nearest(around: Geometry, atom: Geometry) -> Callable[[NDArray[np.float64]], float]:
    """How near an atom at a place comes to a molecule; it clashes below 1."""
    radius = np.array([VDW_RADIUS_ANGSTROM.get(int(z), 1.8) for z in (*around.numbers, *atom.numbers)])
    limit = CLASH * (radius[:-1] + radius[-1]) / ANGSTROM_PER_BOHR
    return lambda place: float((np.sqrt(((around.positions_bohr - place) ** 2).sum(axis=1)) / limit).min())


def _swapped(pair: Geometry, split: int) -> Geometry:
    """The pair with its second molecule first."""
    order = [*range(split, len(pair)), *range(split)]
    return Geometry(pair.numbers[order], pair.positions_bohr[order], pair.charge)


def _led(donor: Geometry, acceptor: Geometry, rng: np.random.Generator) -> list[Geometry]:
    """Each donating hydrogen before each acceptor, on the acceptor's free side, in several turns."""
    found = []
    bonds = bonded(donor)
    for hydrogen in np.flatnonzero(donor.numbers == 1):
        heavy = [int(k) for k in np.flatnonzero(bonds[hydrogen]) if donor.numbers[k] in DONORS]
        if not heavy:
            continue
        axis = _unit(donor.positions_bohr[hydrogen] - donor.positions_bohr[heavy[0]])
        target = donor.positions_bohr[hydrogen] + axis * BOND_ANGSTROM / ANGSTROM_PER_BOHR
        for site in np.flatnonzero(np.isin(acceptor.numbers, ACCEPTORS)):
            side = _free_side(acceptor, int(site), rng)
            for _ in range(TURNS):
                turned = (acceptor.positions_bohr - acceptor.positions_bohr[site]) @ _turn(side, -axis, rng).T
                found.append(_apart(donor, acceptor.moved(turned + target), axis))
    return found


def _free_side(geometry: Geometry, site: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Away from what an atom is bonded to; sixty degrees off that, where its lone pairs are, half of the times."""
    bonds = bonded(geometry)[site]
    if not bonds.any():
        return _unit(rng.standard_normal(3))
    away = _unit(geometry.positions_bohr[site] - geometry.positions_bohr[bonds].mean(axis=0) + 1e-9)
    if rng.random() < 0.5:
        return away
    across = _unit(np.cross(away, rng.standard_normal(3)))
    return _unit(0.5 * away + 0.87 * across)


def _free(first: Geometry, second: Geometry, rng: np.random.Generator) -> Geometry:
    """The second molecule turned at random, brought up from a random side."""
    side = _unit(rng.standard_normal(3))
    turned = second.positions_bohr - second.positions_bohr.mean(axis=0)
    turned = turned @ _turn(_unit(rng.standard_normal(3)), _unit(rng.standard_normal(3)), rng).T
    return _apart(first, second.moved(turned + first.positions_bohr.mean(axis=0)), side)


def _apart(first: Geometry, second: Geometry, direction: NDArray[np.float64]) -> Geometry:
    """Both as one, the second moved along ``direction`` until no atoms clash."""
    radius = [np.array([VDW_RADIUS_ANGSTROM.get(int(z), 1.8) for z in g.numbers]) for g in (first, second)]
    limit = CLASH * (radius[0][:, None] + radius[1]) / ANGSTROM_PER_BOHR
    places = second.positions_bohr.copy()
    for _ in range(200):
        gap = np.sqrt(((first.positions_bohr[:, None] - places) ** 2).sum(axis=-1))
        if (gap >= limit).all():
            break
        places = places + direction * STEP_ANGSTROM / ANGSTROM_PER_BOHR
    return first.beside(second.moved(places))


def _unit(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(vector / np.linalg.norm(vector))


def _turn(a: NDArray[np.float64], b: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """A rotation that takes unit vector ``a`` to ``b``, with a random turn about it."""
    angle = rng.uniform(0.0, 2.0 * np.pi)
    frames = []
    for axis, phase in ((a, 0.0), (b, angle)):
        helper = np.eye(3)[int(np.argmin(np.abs(axis)))]
        u = _unit(np.cross(axis, helper))
        v = np.cross(axis, u)
        frames.append(np.stack((axis, np.cos(phase) * u + np.sin(phase) * v, -np.sin(phase) * u + np.cos(phase) * v)))
    return np.asarray(frames[1].T @ frames[0])
