"""Loops against a chain whose sum can be done by hand."""

from __future__ import annotations

import math

import pytest
from scipy.special import zeta

from byssus.errors import StudyError
from byssus.simulate.loops import loop_share


def test_a_flexible_chain_is_a_zeta_function() -> None:
    """With P << spacing, <r^2> = 2 P j b: c_in = 2 (3/(4 pi P b))^(3/2) zeta(3/2), of an infinite sum."""
    spacing, persistence = 1e-9, 1e-13
    inside = 2 * (3 / (4 * math.pi * persistence * spacing)) ** 1.5 * zeta(1.5)
    share = loop_share(spacing, persistence, 1e-14, 1e28)
    assert share / (1 - share) * 1e28 == pytest.approx(inside, rel=0.02)


def test_the_share_knows_no_unit_of_length() -> None:
    one = loop_share(1e-9, 5e-9, 1.5e-9, 4e27)
    assert loop_share(1.0, 5.0, 1.5, 4.0) == pytest.approx(one, rel=1e-12)
    assert 0 < one < 1
    assert loop_share(1e-9, 5e-9, 1.5e-9, 4e28) < one


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(StudyError) as fault:
        loop_share(-1.0, 0.0, math.nan, 1.0)
    assert len(fault.value.problems) == 3
