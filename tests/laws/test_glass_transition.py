"""Glass transitions of mixtures against numbers worked out by hand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byssus.laws.glass_transition import (
    couchman_karasz,
    crosslink_rise,
    fox,
    share_by_couchman_karasz,
    share_by_fox,
)


def test_halves_of_200_and_400_kelvin() -> None:
    assert fox([0.5, 0.5], [200.0, 400.0]) == pytest.approx(800 / 3)
    assert couchman_karasz([0.5, 0.5], [200.0, 400.0], [1.0, 1.0]) == pytest.approx(math.sqrt(80_000))
    assert couchman_karasz([0.5, 0.5], [200.0, 800.0], [2.0, 1.0]) == pytest.approx(200 * 4 ** (1 / 3))


def test_steps_that_fall_with_temperature_make_the_one_nearly_the_other() -> None:
    assert couchman_karasz([0.9, 0.1], [400.0, 380.0], [1 / 400, 1 / 380]) == pytest.approx(
        float(fox([0.9, 0.1], [400.0, 380.0])),
        abs=0.1,  # to second order
    )


def test_a_crosslink_in_39_kilograms_is_one_kelvin() -> None:
    assert crosslink_rise(1 / 39.0) == pytest.approx(1.0)


@given(st.floats(0.0, 0.9), st.floats(300, 700), st.floats(100, 290), st.floats(0.3, 4.0))
def test_shares_are_found_again(share: float, matrix: float, part: float, ratio: float) -> None:
    mixed = fox([1 - share, share], [matrix, part])
    assert share_by_fox(mixed, matrix, part) == pytest.approx(share, abs=1e-9)
    other = couchman_karasz([1 - share, share], [matrix, part], [1.0, ratio])
    assert share_by_couchman_karasz(other, matrix, part, ratio) == pytest.approx(share, abs=1e-9)
