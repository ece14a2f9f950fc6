"""Dispersion against its formula worked out by hand, and what an ion shows of D3 and D4."""

from __future__ import annotations

import math

import numpy as np
import pytest

pytest.importorskip("dftd3", reason="the extra 'chemistry' is not installed")
pytest.importorskip("dftd4", reason="the extra 'chemistry' is not installed")

from byssus.compute.dispersion import d3, d4
from byssus.compute.molecule import Geometry

# Argon: C6 of two atoms and the root of <r4>/<r2> that C8 follows from (doi:10.1063/1.3382344), in atomic units;
# B3LYP with BJ damping: s8, a1, a2 (doi:10.1002/jcc.21759).
C6, ROOT = 64.6462, 3.44677275
S8, A1, A2 = 1.9889, 0.3981, 4.4211


def argon(*places: tuple[float, float, float]) -> Geometry:
    return Geometry(np.full(len(places), 18), np.array(places))


def by_hand(apart_bohr: float) -> float:
    c8 = 3.0 * C6 * ROOT**2
    damped = A1 * math.sqrt(c8 / C6) + A2
    return -C6 / (apart_bohr**6 + damped**6) - S8 * c8 / (apart_bohr**8 + damped**8)


@pytest.mark.parametrize("apart_bohr", [5.0, 7.5, 12.0])
@pytest.mark.parametrize("functional", ["b3lypg", "b3lyp"])
def test_d3_of_two_argons_is_the_published_formula(apart_bohr: float, functional: str) -> None:
    found = d3(argon((0.0, 0.0, 0.0), (0.0, 0.0, apart_bohr)), functional)
    assert found == pytest.approx(by_hand(apart_bohr), rel=1e-5)


def test_d3_is_of_pairs_alone() -> None:
    """Of three atoms at equal distances it is that of three pairs: no three-body term."""
    height = 7.5 * math.sqrt(3.0) / 2.0
    three = argon((0.0, 0.0, 0.0), (7.5, 0.0, 0.0), (3.75, height, 0.0))
    assert d3(three, "b3lyp") == pytest.approx(3.0 * by_hand(7.5), rel=1e-5)


def test_d4_falls_off_with_argons_coefficient() -> None:
    """-E R^6 = C6 + s8 C8/R^2 far out; C6 by measured oscillator strengths is 64.3 (Can. J. Chem. 63 (1985) 1616)."""
    far = [d4(argon((0.0, 0.0, 0.0), (0.0, 0.0, r)), "b3lypg") for r in (40.0, 60.0)]
    near, further = (-(e or 0.0) * r**6 for e, r in zip(far, (40.0, 60.0), strict=True))
    assert (further * 60.0**2 - near * 40.0**2) / (60.0**2 - 40.0**2) == pytest.approx(64.3, rel=0.02)


def test_only_d4_sees_that_an_ion_is_hard() -> None:
    """Li+ on water's oxygen: D3 gives it the coefficients of the neutral atom, so an ion has no term of it."""
    places = np.array([[0.0, 0.0, 3.5], [0.0, 0.0, 0.0], [0.0, 1.43, -1.11], [0.0, -1.43, -1.11]])
    pair = Geometry(np.array([3, 8, 1, 1]), places, charge=1)
    water = pair.part([1, 2, 3])
    gained = [(term(pair, "b3lyp") or 0.0) - (term(water, "b3lyp") or 0.0) for term in (d3, d4)]
    assert gained[0] < gained[1] < 0.0
    assert gained[1] / gained[0] < 0.6


def test_a_functional_nobody_has_fitted_has_no_term() -> None:
    two = argon((0.0, 0.0, 0.0), (0.0, 0.0, 7.5))
    assert d3(two, "no such") is None
    assert d4(two, "no such") is None
