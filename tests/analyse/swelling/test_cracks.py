"""Cracks against networks of straight lines of known length, width and area."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from byssus.analyse.swelling._cracks import Cracks, find_cracks

_SPEC = importlib.util.spec_from_file_location("scenes", Path(__file__).with_name("scenes.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
scenes = sys.modules.setdefault("scenes", importlib.util.module_from_spec(_SPEC))
_SPEC.loader.exec_module(scenes)
network = scenes.network


def cracks(picture: np.ndarray) -> Cracks:
    found = find_cracks(picture)
    assert found is not None
    return found


# Depth over the noise of one pixel: 25, 10, 5.
@pytest.mark.parametrize("noise", [0.02, 0.05, 0.1])
@pytest.mark.parametrize("width", [5.0, 8.0])
def test_length_within_3_percent_area_within_10_width_within_a_pixel(noise: float, width: float) -> None:
    true = network(width=width, noise=noise, seed=1)
    c = cracks(true.picture)
    assert c.count == 12
    assert c.length_per_area * true.picture.size == pytest.approx(true.length, rel=0.03)
    assert c.area_fraction == pytest.approx(true.area_fraction, rel=0.10)
    assert c.width == pytest.approx(width, abs=1.0)


def test_narrow_cracks_keep_their_length_but_seem_wider() -> None:
    true = network(width=3.0, seed=2)
    c = cracks(true.picture)
    assert c.length_per_area * true.picture.size == pytest.approx(true.length, rel=0.04)
    assert c.area_fraction == pytest.approx(true.area_fraction, rel=0.25)
    assert c.width == pytest.approx(3.0, abs=1.0)


def test_uneven_light_and_the_scale_of_grey_change_nothing() -> None:
    true = network(seed=3)
    c = cracks(true.picture)
    x = np.linspace(0, 1, true.picture.shape[1])
    lit = cracks(500 + 200 * (true.picture + 0.4 * x))
    mirrored = cracks(true.picture[:, ::-1])
    for other in (lit, mirrored):
        assert other.count == c.count
        assert other.length_per_area == pytest.approx(c.length_per_area, rel=0.02)
        assert other.area_fraction == pytest.approx(c.area_fraction, rel=0.03)


def test_pores_and_grains_are_no_cracks() -> None:
    rng = np.random.default_rng(4)
    y, x = np.mgrid[0:300, 0:400]
    picture = 0.7 + 0.05 * rng.standard_normal((300, 400))
    for k in range(12):
        picture[np.hypot(y - (k // 4 * 100 + 50), x - (k % 4 * 100 + 50)) < 12] -= 0.5
    assert cracks(picture).count == 0
    noise = rng.standard_normal((300, 400))
    assert cracks(noise).count == 0
    assert cracks(gaussian_filter(noise, 3)).area_fraction < 0.01


def test_a_grid_of_cracks_is_one_connected_crack() -> None:
    picture = np.full((300, 400), 0.7) + 0.03 * np.random.default_rng(5).standard_normal((300, 400))
    for k in (60, 150, 240):
        picture[k : k + 5] = 0.2
    for k in (80, 200, 320):
        picture[:, k : k + 5] = 0.2
    c = cracks(picture)
    assert c.count == 1
    assert c.area_fraction == pytest.approx((3 * 5 * 400 + 3 * 5 * 300 - 9 * 25) / 120_000, rel=0.06)
    assert c.length_per_area == pytest.approx((3 * 400 + 3 * 300) / 120_000, rel=0.04)


def test_a_blank_picture_tells_nothing() -> None:
    assert find_cracks(np.full((50, 60), 0.5)) is None
