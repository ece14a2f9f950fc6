"""Lines with gaps, simplified: what is straight goes, nothing moves further than allowed."""

from __future__ import annotations

import numpy as np
import pytest

from byssus.report.polylines import simplified


def test_straight_pieces_keep_their_ends_and_corners() -> None:
    x = np.array([np.nan, 0, 1, 2, 3, 3, 3, np.nan, np.nan, 7, np.nan, 5, 6, 8])
    y = np.array([np.nan, 0, 0, 0, 0, 1, 2, np.nan, np.nan, 7, np.nan, 5, 6, 8])
    ((thin_x, thin_y),) = simplified([(x, y)], 1e-9, 100)
    np.testing.assert_array_equal(thin_x, [0, 3, 3, np.nan, 5, 8, np.nan])  # (7, 7) alone is no line
    np.testing.assert_array_equal(thin_y, [0, 0, 2, np.nan, 5, 8, np.nan])


def test_a_line_that_turns_back_or_closes_keeps_how_far_it_went() -> None:
    back = (np.array([0.0, 5.0, 1.0]), np.zeros(3))
    ring = (np.cos(np.linspace(0, 2 * np.pi, 400)), np.sin(np.linspace(0, 2 * np.pi, 400)))
    (x, _), (round_x, round_y) = simplified([back, ring], 0.01, 1000)
    np.testing.assert_array_equal(x[:-1], [0, 5, 1])
    assert 12 < len(round_x) < 60
    np.testing.assert_allclose(np.hypot(round_x, round_y)[:-1], 1.0)


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e6])
def test_no_point_lies_further_off_than_allowed_whatever_the_unit(scale: float) -> None:
    x = np.arange(500.0)
    y = np.cumsum(np.random.default_rng(5).normal(size=500))
    ((thin_x, thin_y),) = simplified([(x * scale, y * scale)], 2.0 * scale, 10_000)
    assert 2 < len(thin_x) < 250
    across = np.interp(x, thin_x[:-1] / scale, thin_y[:-1] / scale)
    slopes = np.diff(thin_y[:-1]) / np.diff(thin_x[:-1])
    assert np.max(np.abs(across - y)) <= 2.0 * np.sqrt(1 + np.max(slopes**2)) * (1 + 1e-9)


def test_too_many_points_make_it_coarser_and_no_piece_is_lost() -> None:
    rng = np.random.default_rng(6)
    x, y = np.cumsum(rng.normal(size=(2, 300, 50)), axis=2)
    x[:, -1] = y[:, -1] = np.nan
    lines = [(x.ravel(), y.ravel())]
    ((fine, _),), ((coarse, _),) = simplified(lines, 0.2, 10**6), simplified(lines, 0.2, 3000)
    assert len(coarse) < 3400 < len(fine)
    assert np.isnan(coarse).sum() == np.isnan(fine).sum() == 300


def test_a_line_of_nothing_stays_nothing() -> None:
    none, gap = np.empty(0), np.full(3, np.nan)
    for x, y in simplified([(none, none), (gap, gap), (np.ones(1), np.ones(1))], 1.0, 10):
        assert len(x) == len(y) == 0
