"""A molecule or a pair of them as a still picture: balls and sticks by depth, hydrogen bonds dashed with their length.

Colours are Jmol's; gradients and outlines stand on a light and on a dark page. The same geometry gives the same bytes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byssus.laws.atomic import ANGSTROM_PER_BOHR, COVALENT_RADIUS_ANGSTROM, SYMBOLS, VDW_RADIUS_ANGSTROM

__all__ = ["Molecule", "draw_molecule", "molecule_of"]

Places = NDArray[np.float64]
# http://jmol.sourceforge.net/jscolors/
JMOL: Mapping[int, str] = MappingProxyType(
    {
        1: "#ffffff", 3: "#cc80ff", 5: "#ffb5b5", 6: "#909090", 7: "#3050f8", 8: "#ff0d0d", 9: "#90e050",
        11: "#ab5cf2", 12: "#8aff00", 13: "#bfa6a6", 14: "#f0c8a0", 15: "#ff8000", 16: "#ffff30", 17: "#1ff01f",
        19: "#8f40d4", 20: "#3dff00", 35: "#a62929", 53: "#940094",
    }
)  # fmt: skip
OTHER, RIM = "#ff1493", "#5b6168"
BOND_SLACK = 1.25  # a bond is at most this times the sum of covalent radii
TOUCH_ANGSTROM = 2.6  # an ion this near to another molecule's atom is drawn as touching it
BALL, STICK = 0.21, 0.17  # of the van der Waals radius; of an angstrom
WIDTH, MARGIN = 360.0, 16.0
LOWEST, HIGHEST = 110.0, 250.0  # a picture is as high as its molecule needs, between these
LARGEST = 38.0  # of the picture's units per angstrom
NEARER = 0.016  # how much larger an atom is drawn for each angstrom it is nearer
VIEWS = 240  # directions tried for the one that hides least
HIDDEN_ANGSTROM, OF_HYDROGEN, OF_ION, FORESHORTENED = 1.15, 0.35, 12.0, 4.0
MOST_LABELS = 3
CHARGED = (3, 11, 12, 19, 20)


@dataclass(frozen=True)
class Molecule:
    """Atoms in angstrom; ``split`` is how many belong to the first of two molecules.

    ``dashed`` are pairs of atoms held without a bond: hydrogen and acceptor, or an ion and what it touches.
    """

    numbers: tuple[int, ...]
    places: Places
    split: int | None
    dashed: tuple[tuple[int, int], ...]

    def length(self, a: int, b: int) -> float:
        return float(np.linalg.norm(self.places[a] - self.places[b]))

    @property
    def bonds(self) -> list[tuple[int, int]]:
        """Pairs of atoms nearer than their covalent radii allow; never from one molecule to the other."""
        radius = np.array([COVALENT_RADIUS_ANGSTROM.get(z, 1.5) for z in self.numbers])
        apart = np.linalg.norm(self.places[:, None] - self.places, axis=-1)
        near = np.argwhere(np.triu(apart < BOND_SLACK * (radius[:, None] + radius), 1))
        return [(int(a), int(b)) for a, b in near if self.split is None or (a < self.split) == (b < self.split)]


def molecule_of(geometry: Mapping[str, Any]) -> Molecule:
    """One geometry of a contact, as ``provenance["contacts"]`` holds it."""
    numbers = tuple(int(z) for z in geometry["numbers"])
    places = np.array(geometry["positions_bohr"], dtype=float).reshape(len(numbers), 3) * ANGSTROM_PER_BOHR
    split = geometry.get("split")
    dashed = [(int(h), int(a)) for _, h, a in geometry.get("hydrogen_bonds") or ()]
    bare = Molecule(numbers, places, None if split is None else int(split), ())
    return Molecule(numbers, places, bare.split, tuple(dict.fromkeys((*dashed, *_touching(bare)))))


def _touching(one: Molecule) -> Iterator[tuple[int, int]]:
    """What an ion of one molecule touches of the other."""
    for a, z in enumerate(one.numbers):
        if z in CHARGED and one.split is not None:
            others = [b for b in range(len(one.numbers)) if (b < one.split) != (a < one.split) and one.numbers[b] != 1]
            yield from ((a, b) for b in others if one.length(a, b) < TOUCH_ANGSTROM)


def draw_molecule(one: Molecule, key: str, title: str, words: str = "") -> str:
    """The picture as ``<svg>``; ``key`` begins its ids, ``title`` and ``words`` are for screen readers."""
    turned = _turned(one)
    scale, height = _size(turned)
    seen = _placed(turned, scale, height)
    depth = seen[:, 2]
    parts: list[tuple[float, int, str]] = []
    for a, b in one.bonds:
        parts.append((min(depth[a], depth[b]), 1, _stick(one, seen, scale, a, b)))
    for a, b in one.dashed:
        parts.append((min(depth[a], depth[b]), 2, _dashes(seen, a, b)))
    for k, z in enumerate(one.numbers):
        radius = BALL * VDW_RADIUS_ANGSTROM.get(z, 1.7) * scale * (1 + NEARER * depth[k])
        ball = f'<circle cx="{_n(seen[k, 0])}" cy="{_n(seen[k, 1])}" r="{_n(radius)}" fill="url(#{key}-{SYMBOLS[z]})"/>'
        parts.append((depth[k], 0, ball))
    drawn = "".join(text for _, _, text in sorted(parts, key=lambda part: (round(part[0], 4), part[1])))
    told = one.dashed if len(one.dashed) <= MOST_LABELS else ()  # round an ion they would lie on one another
    labels = "".join(_label(one, seen, a, b, height / 2) for a, b in told)
    shades = "".join(_shade(key, z) for z in sorted(set(one.numbers)))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(WIDTH)} {_n(height)}" role="img" '
        f'aria-labelledby="{key}-t {key}-d"><title id="{key}-t">{escape(title)}</title>'
        f'<desc id="{key}-d">{escape(words or _words(one))}</desc><defs>{shades}</defs>'
        f'<g stroke="{RIM}" stroke-width="0.9" stroke-linecap="round">{drawn}</g>{labels}</svg>'
    )


def _words(one: Molecule) -> str:
    told = [f"{SYMBOLS[one.numbers[a]]} to {SYMBOLS[one.numbers[b]]} {one.length(a, b):.2f} Å" for a, b in one.dashed]
    return f"{len(one.numbers)} atoms as balls and sticks; " + ("dashed: " + ", ".join(told) if told else "none dashed")


def _turned(one: Molecule) -> Places:
    """The atoms as they are looked at: along the direction that hides least, the longest extent across."""
    centred = np.round(one.places - one.places.mean(axis=0), 6) + 0.0  # a shift's rounding turns nothing round
    frames = [_frame(centred, axis) for axis in _directions(centred)]
    costs = [round(_hidden(one, centred @ frame.T), 6) for frame in frames]
    seen = centred @ frames[int(np.argmin(costs))].T
    first = slice(0, one.split) if one.split is not None else slice(0, max(len(seen) // 2, 1))
    # turned half round in the plane, not mirrored: a mirror image would be another molecule
    return np.asarray(seen if seen[first, 0].mean() <= 1e-9 else seen * np.array([-1.0, -1.0, 1.0]))


def _directions(centred: Places) -> Places:
    """The principal axes, then directions spread evenly over half a sphere (Fibonacci lattice)."""
    axes = np.linalg.svd(np.vstack((centred, np.eye(3) * 1e-6)))[2][::-1]
    k = np.arange(VIEWS) + 0.5
    z, turn = k / VIEWS, k * math.pi * (3 - math.sqrt(5))
    flat = np.sqrt(1 - z**2)
    return np.vstack((axes, np.stack((flat * np.cos(turn), flat * np.sin(turn), z), axis=1)))


def _frame(centred: Places, towards: Places) -> Places:
    """A right-handed frame: its third axis ``towards`` the eye, its first along the longest extent seen from there."""
    towards = towards / np.linalg.norm(towards)
    helper = np.eye(3)[int(np.argmin(np.abs(towards)))]
    x = np.cross(helper, towards)
    x /= np.linalg.norm(x)
    y = np.cross(towards, x)
    flat = centred @ np.stack((x, y), axis=1)
    angle = 0.5 * math.atan2(2 * float(flat[:, 0] @ flat[:, 1]), float((flat**2).sum(axis=0) @ (1.0, -1.0)))
    across = math.cos(angle) * x + math.sin(angle) * y
    return np.stack((across, np.cross(towards, across), towards))


def _hidden(one: Molecule, seen: Places) -> float:
    """How much a view hides: atoms behind one another, and dashed lines that are seen along their length."""
    weight = np.where(np.array(one.numbers) == 1, OF_HYDROGEN, 1.0)
    weight[[z in CHARGED and one.split is not None for z in one.numbers]] = OF_ION
    apart = np.linalg.norm(seen[:, None, :2] - seen[None, :, :2], axis=-1)
    over = np.triu(np.clip(HIDDEN_ANGSTROM - apart, 0.0, None) ** 2 * weight[:, None] * weight, 1).sum()
    for a, b in one.dashed:
        over += FORESHORTENED * (1 - float(apart[a, b]) / max(one.length(a, b), 1e-9))
    return float(over)


def _size(turned: Places) -> tuple[float, float]:
    """The picture's units per angstrom, and its height."""
    wide, high = np.ptp(turned[:, :2], axis=0) + 1.0  # half an angstrom round every atom
    scale = float(min(LARGEST, (WIDTH - 2 * MARGIN) / wide, (HIGHEST - 2 * MARGIN) / high))
    return scale, max(LOWEST, float(np.ceil(high * scale + 2 * MARGIN)))


def _placed(turned: Places, scale: float, height: float) -> Places:
    """In the picture's units, y downwards; the third column stays the depth in angstrom."""
    middle = (turned[:, :2].max(axis=0) + turned[:, :2].min(axis=0)) / 2
    flat = (turned[:, :2] - middle) * np.array([scale, -scale]) + np.array([WIDTH / 2, height / 2])
    return np.column_stack((flat, turned[:, 2]))


def _stick(one: Molecule, seen: Places, scale: float, a: int, b: int) -> str:
    """A bond: its rim, then each half in its atom's colour."""
    (xa, ya), (xb, yb) = seen[a, :2], seen[b, :2]
    middle = f"{_n((xa + xb) / 2)} {_n((ya + yb) / 2)}"
    ends = f"{_n(xa)} {_n(ya)}", f"{_n(xb)} {_n(yb)}"
    wide = STICK * scale
    rim = f'<path d="M{ends[0]}L{ends[1]}" stroke-width="{_n(wide + 1.6)}"/>'
    colours = [_darker(JMOL.get(one.numbers[k], OTHER), 0.9) for k in (a, b)]
    halves = "".join(
        f'<path d="M{end}L{middle}" stroke="{colour}" stroke-width="{_n(wide)}"/>'
        for colour, end in zip(colours, ends, strict=True)
    )
    return rim + halves


def _dashes(seen: Places, a: int, b: int) -> str:
    (xa, ya), (xb, yb) = seen[a, :2], seen[b, :2]
    return (
        f'<path d="M{_n(xa)} {_n(ya)}L{_n(xb)} {_n(yb)}" stroke="currentColor" stroke-width="1.8" '
        'stroke-dasharray="4.5 4" stroke-linecap="butt"/>'
    )


def _label(one: Molecule, seen: Places, a: int, b: int, middle_y: float) -> str:
    """The length beside a dashed line, on the side away from the middle of the picture."""
    way = seen[b, :2] - seen[a, :2]
    across = np.array([-way[1], way[0]]) / max(float(np.linalg.norm(way)), 1e-9)
    middle = (seen[a, :2] + seen[b, :2]) / 2
    if across @ (middle - np.array([WIDTH / 2, middle_y])) < -1e-6:
        across = -across
    x, y = middle + across * np.array([21.0, 12.0])
    return (
        f'<text x="{_n(x)}" y="{_n(y + 4)}" text-anchor="middle" font-size="12" fill="currentColor" '
        'stroke="var(--paper,#fff)" stroke-width="3" paint-order="stroke" stroke-linejoin="round">'
        f"{one.length(a, b):.2f} Å</text>"
    )


def _shade(key: str, z: int) -> str:
    colour = JMOL.get(z, OTHER)
    return (
        f'<radialGradient id="{key}-{SYMBOLS[z]}" cx=".36" cy=".3" r=".75">'
        f'<stop stop-color="{_lighter(colour, 0.65)}"/>'
        f'<stop offset=".45" stop-color="{colour}"/><stop offset="1" stop-color="{_darker(colour, 0.62)}"/>'
        "</radialGradient>"
    )


def _darker(colour: str, share: float) -> str:
    return "#" + "".join(f"{round(int(colour[k : k + 2], 16) * share):02x}" for k in (1, 3, 5))


def _lighter(colour: str, share: float) -> str:
    return "#" + "".join(f"{round(255 - (255 - int(colour[k : k + 2], 16)) * (1 - share)):02x}" for k in (1, 3, 5))


def _n(value: float) -> str:
    return f"{round(float(value), 1) + 0.0:g}"
