"""Which geometries get a rough energy and which a final one: invented energies whose order is known by hand."""

from __future__ import annotations

import numpy as np
import pytest

from byssus.compute.molecule import Geometry
from byssus.compute.ranking import MOST_FINAL, MOST_ROUGH, lowest_by_search, to_finish, to_rank
from byssus.compute.search import Candidate
from byssus.laws.atomic import J_PER_MOL_PER_HARTREE

KCAL = 4184.0 / J_PER_MOL_PER_HARTREE
ATOM = Geometry(np.array([2]), np.zeros((1, 3)))


def found(*energies: tuple[float, float], contact: str | None = None) -> list[Candidate]:
    """Candidates of these energies in kcal/mol: GFN2's, and GFN2's less dispersion."""
    return [
        Candidate(ATOM, e * KCAL, bare * KCAL, 0.0, 1, contact, 0)  # type: ignore[arg-type]
        for e, bare in energies
    ]


def bare(some: list[Candidate]) -> list[float]:
    return [round(one.bare_hartree / KCAL, 6) for one in some]


def rough(*energies: float) -> dict[int, float]:
    return {k: e * KCAL for k, e in enumerate(energies)}


def test_geometries_are_ranked_from_the_lowest_without_dispersion_up_to_four_kcal() -> None:
    some = found((0.0, 3.0), (1.0, 0.0), (2.0, 3.9), (3.0, 4.1))
    assert bare(to_rank(some)) == [0.0, 3.0, 3.9]


def test_the_searchs_own_lowest_is_always_ranked() -> None:
    assert bare(to_rank(found((0.0, 9.0), (1.0, 0.0), (2.0, 1.0)))) == [0.0, 1.0, 9.0]
    crowd = found((0.0, 3.9), *((1.0 + k / 100, k / 100) for k in range(30)))
    kept = to_rank(crowd)
    assert len(kept) == MOST_ROUGH["molecule"]
    assert kept[-1] is crowd[0]


def test_a_pairs_hydrogen_bonded_geometries_come_first_and_stacked_ones_are_kept_apart() -> None:
    some = [
        *found((0.0, 0.0), (1.0, 1.0), contact="stacked"),
        *found((2.0, 2.0), (8.0, 8.0), contact="hydrogen-bonded"),
        *found((0.5, 0.5), contact="other"),
    ]
    assert [(one.contact, value) for one, value in zip(to_rank(some), bare(to_rank(some)), strict=True)] == [
        ("hydrogen-bonded", 2.0), ("stacked", 0.0), ("stacked", 1.0),
    ]  # fmt: skip
    assert [one.contact for one in to_rank(found((1.0, 1.0), contact="other"))] == ["other"]
    assert [one.contact for one in to_rank(found((1.0, 1.0), contact="stacked"))] == ["stacked"]


def test_the_roughly_lowest_within_one_kcal_are_finished() -> None:
    some = found(*((float(k), float(k)) for k in range(5)))
    assert to_finish(some, rough(1.0, 0.9, 0.0, 1.1, 3.0)) == [0, 1, 2]


def test_two_are_finished_though_they_lie_far_apart_and_three_though_more_are_near() -> None:
    some = found(*((float(k), float(k)) for k in range(6)))
    assert to_finish(some, rough(0.0, 5.0, 6.0, 7.0, 8.0, 9.0)) == [0, 1]
    near = to_finish(some, rough(0.5, 0.4, 0.3, 0.2, 0.1, 0.0))
    assert near == [3, 4, 5]
    assert len(near) == MOST_FINAL["molecule"]


def test_the_searchs_lowest_is_told_of_molecules() -> None:
    some = ((3.0, 0.0), (2.0, 0.5), (0.0, 1.0), (1.0, 1.5))
    assert lowest_by_search(found(*some)) == 2
    assert lowest_by_search(found(*some, contact="hydrogen-bonded")) is None
    assert to_finish(found(*some), rough(0.0, 0.2, 5.0, 6.0)) == [0, 1]


def test_of_a_pair_three_hydrogen_bonded_and_one_stacked_are_finished() -> None:
    bonded = found(*((float(k), float(k)) for k in range(4)), contact="hydrogen-bonded")
    stacked = found((5.0, 5.0), (6.0, 6.0), contact="stacked")
    assert to_finish([*bonded, *stacked], rough(0.3, 0.2, 0.1, 0.0, -4.0, -5.0)) == [1, 2, 3, 5]


def test_what_has_no_rough_energy_is_left_out_unless_nothing_has() -> None:
    some = found((0.0, 0.0), (1.0, 1.0), (2.0, 2.0))
    assert to_finish(some, {1: 0.1 * KCAL, 2: 0.0}) == [1, 2]
    assert to_finish(some, {}) == [0, 1, 2]


@pytest.mark.parametrize("shift", [-1000.0, 0.0, 17.5])
def test_only_differences_of_energies_count(shift: float) -> None:
    some = found(*((k + shift, k / 2 + shift) for k in range(6)))
    assert bare([moved(one, shift) for one in to_rank(some)]) == [0.0, 0.5, 1.0, 1.5, 2.0, 2.5]
    assert to_finish(some, rough(*(shift + e for e in (0.9, 0.0, 2.0, 3.0, 4.0, 0.95)))) == [0, 1, 5]


def moved(one: Candidate, shift: float) -> Candidate:
    return Candidate(ATOM, one.energy_hartree, one.bare_hartree - shift * KCAL, 0.0, 1, None, 0)
