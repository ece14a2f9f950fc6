"""Geometries as pictures: every atom and hydrogen bond there, seen from a good side, the same bytes, small."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from byssus.report.molecule import draw_molecule, molecule_of

BOHR = 0.529177210903
SVG = "{http://www.w3.org/2000/svg}"


def water_pair(turn: np.ndarray | None = None) -> dict[str, Any]:
    """Two flat molecules in one plane, in angstrom by hand: O-H...O of 1.94 along x."""
    places = np.array(
        [[0.0, 0.0, 0.0], [0.96, 0.0, 0.0], [-0.24, 0.93, 0.0], [2.9, 0.0, 0.0], [3.4, 0.76, 0.0], [3.4, -0.76, 0.0]]
    )
    turned = places if turn is None else places @ turn.T
    return {
        "numbers": [8, 1, 1, 8, 1, 1], "positions_bohr": (turned / BOHR).tolist(), "split": 3,
        "hydrogen_bonds": [[0, 1, 3]], "held": "hydrogen-bonded",
    }  # fmt: skip


def rotation(seed: int) -> np.ndarray:
    q, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))
    return np.asarray(q * np.sign(np.linalg.det(q)))


def drawn(geometry: dict[str, Any]) -> str:
    return draw_molecule(molecule_of(geometry), "c1", "a <pair> & more")


def length_seen(svg: str) -> float:
    """Of the dashed line, in the picture's units."""
    found = re.search(r'd="M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)" stroke="currentColor"', svg)
    assert found is not None
    xa, ya, xb, yb = map(float, found.groups())
    return float(np.hypot(xb - xa, yb - ya))


def test_every_atom_bond_and_hydrogen_bond_is_drawn_once() -> None:
    root = ElementTree.fromstring(drawn(water_pair()))
    assert len(root.findall(f".//{SVG}circle")) == 6
    paths = root.findall(f".//{SVG}path")
    assert len([p for p in paths if p.get("stroke-dasharray")]) == 1
    assert len([p for p in paths if not p.get("stroke-dasharray")]) == 3 * 4  # four bonds: a rim and two halves
    assert [t.text for t in root.findall(f".//{SVG}text")] == ["1.94 Å"]


def test_it_is_told_to_those_who_cannot_see_it() -> None:
    root = ElementTree.fromstring(drawn(water_pair()))
    named = {e.get("id"): e.text for e in root.iter() if e.get("id")}
    assert root.get("role") == "img"
    assert [named[key] for key in (root.get("aria-labelledby") or "").split()] == [
        "a <pair> & more", "6 atoms as balls and sticks; dashed: H to O 1.94 Å",
    ]  # fmt: skip


def test_all_ids_begin_with_the_key_and_every_colour_is_defined() -> None:
    svg = drawn(water_pair())
    ids = set(re.findall(r'id="([^"]+)"', svg))
    assert all(name.startswith("c1-") for name in ids)
    assert set(re.findall(r"url\(#([^)]+)\)", svg)) <= ids


@pytest.mark.parametrize("seed", range(6))
def test_a_flat_pair_is_seen_face_on_however_it_lies(seed: int) -> None:
    svg = drawn(water_pair(rotation(seed)))
    # 3.64 + 1 angstrom wide fill 328 of 360 units unless 38 a unit are reached; the bond is seen at full length
    assert length_seen(svg) == pytest.approx(1.94 * 38.0, rel=0.02)


def test_a_mirror_image_stays_one() -> None:
    """Four different neighbours round a carbon: turned as it may be, left never becomes right."""
    corners = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]]) / np.sqrt(3)
    lengths = np.array([1.09, 1.35, 1.76, 1.94])
    places = np.vstack((np.zeros(3), corners * lengths[:, None]))
    from byssus.report.molecule import Molecule, _turned

    def hand(points: np.ndarray) -> float:
        return float(np.sign(np.linalg.det(points[1:4] - points[0])))

    for seed in range(5):
        for mirror in (1.0, -1.0):
            turned = (places * np.array([1.0, 1.0, mirror])) @ rotation(seed).T
            seen = _turned(Molecule((6, 1, 9, 17, 35), turned, None, ()))
            assert hand(seen) == hand(turned)


def test_the_same_geometry_gives_the_same_bytes_and_a_shift_changes_nothing() -> None:
    moved = water_pair()
    moved["positions_bohr"] = (np.array(moved["positions_bohr"]) + 7.0).tolist()
    assert drawn(water_pair()) == drawn(water_pair())
    assert drawn(moved) == drawn(water_pair())


def test_no_bond_joins_the_two_molecules_and_an_ion_is_seen_to_touch() -> None:
    places = np.array([[0.0, 0.0, 0.0], [1.85, 0.0, 0.0], [3.05, 0.0, 0.0]]) / BOHR
    ion = {"numbers": [3, 8, 6], "positions_bohr": places.tolist(), "split": 1, "hydrogen_bonds": []}
    one = molecule_of(ion)
    assert one.bonds == [(1, 2)]
    assert one.dashed == ((0, 1),)
    assert "1.85 Å" in draw_molecule(one, "c1", "Li+")


def test_a_large_one_stays_small_in_bytes() -> None:
    grid = np.array([[x, y, z] for x in range(5) for y in range(5) for z in range(3)], dtype=float) * 1.5
    geometry = {"numbers": [6] * len(grid), "positions_bohr": (grid / BOHR).tolist(), "split": None}
    assert len(draw_molecule(molecule_of(geometry), "c1", "75 atoms").encode()) < 60_000
    few = {"numbers": [6] * 40, "positions_bohr": (grid[:40] / BOHR).tolist(), "split": None}
    assert len(draw_molecule(molecule_of(few), "c1", "40 atoms").encode()) < 25_000


def test_one_atom_and_an_unknown_element_are_drawn() -> None:
    alone = {"numbers": [54], "positions_bohr": [[1.0, 2.0, 3.0]], "split": None}
    svg = draw_molecule(molecule_of(alone), "c1", "xenon")
    assert "nan" not in svg
    assert 'cx="180" cy="55"' in svg


def ion_on_a_face() -> dict[str, Any]:
    """Li+ 1.2 angstrom over a square of four oxygens, the same square again 3 angstrom below."""
    square = [[1.6, 0.0], [0.0, 1.6], [-1.6, 0.0], [0.0, -1.6]]
    places = np.array([[0.0, 0.0, 1.2], *([x, y, 0.0] for x, y in square), *([x, y, -3.0] for x, y in square)])
    return {"numbers": [3, *[8] * 8], "positions_bohr": (places / BOHR).tolist(), "split": 1, "hydrogen_bonds": []}


def test_an_ion_is_seen_and_its_four_distances_do_not_lie_on_one_another() -> None:
    svg = drawn(ion_on_a_face())
    root = ElementTree.fromstring(svg)
    assert len([p for p in root.findall(f".//{SVG}path") if p.get("stroke-dasharray")]) == 4
    assert root.findall(f".//{SVG}text") == []
    assert svg.count("Li to O 2.00 Å") == 4  # told in words instead
    centres = [(float(c.get("cx", 0)), float(c.get("cy", 0))) for c in root.findall(f".//{SVG}circle")]
    fills = [c.get("fill", "") for c in root.findall(f".//{SVG}circle")]
    (ion,) = [k for k, fill in enumerate(fills) if "Li" in fill]
    others = [centre for k, centre in enumerate(centres) if k != ion]
    assert min(np.hypot(x - centres[ion][0], y - centres[ion][1]) for x, y in others) > 20.0
