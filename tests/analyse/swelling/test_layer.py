"""The layer's edges against sections whose edges are known, and pictures without any layer."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from byssus.analyse.swelling._layer import LEAST_CONTRAST, Edges, find_layer

_SPEC = importlib.util.spec_from_file_location("scenes", Path(__file__).with_name("scenes.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
scenes = sys.modules.setdefault("scenes", importlib.util.module_from_spec(_SPEC))
_SPEC.loader.exec_module(scenes)
section = scenes.section


def found(scene: scenes.Section) -> Edges:
    edges = find_layer(scene.picture)
    assert edges is not None
    assert edges.told, edges.contrast
    return edges


# Noise of one pixel over the smaller step of 0.3 between the bands: 1/15, 1/6, 1/2; grains of a third of the step.
@pytest.mark.parametrize("noise", [0.02, 0.05, 0.15])
@pytest.mark.parametrize("seed", [0, 1])
def test_mean_thickness_is_within_a_pixel(noise: float, seed: int) -> None:
    scene = section(noise=noise, seed=seed)
    edges = found(scene)
    assert np.mean(edges.bottom - edges.top) == pytest.approx(np.mean(scene.bottom - scene.top), abs=1.0)
    assert np.sqrt(np.mean((edges.top - scene.top) ** 2)) < 1.5
    assert np.sqrt(np.mean((edges.bottom - scene.bottom) ** 2)) < 1.5


def test_the_bias_over_many_pictures_is_below_half_a_pixel() -> None:
    bias = []
    for seed in range(8):
        scene = section(seed=10 + seed)
        edges = found(scene)
        bias.append(float(np.mean(edges.bottom - edges.top) - np.mean(scene.bottom - scene.top)))
    assert abs(np.mean(bias)) < 0.5


@pytest.mark.parametrize(
    "way",
    [
        {"lean": 0.1, "top": 40.0},
        {"thick": 30.0},
        {"greys": (0.8, 0.45, 0.15)},
        {"greys": (0.1, 0.5, 0.12)},
        {"amplitude": 6.0},
    ],
    ids=str,
)
def test_lean_thin_inverted_and_wavy_layers(way: dict[str, object]) -> None:
    scene = section(seed=3, **way)
    edges = found(scene)
    assert np.mean(edges.bottom - edges.top) == pytest.approx(np.mean(scene.bottom - scene.top), abs=1.0)


def test_texture_alone_tells_a_layer() -> None:
    scene = section(greys=(0.5, 0.5, 0.5), texture=0.15, noise=0.03, seed=4)
    edges = found(scene)
    assert np.mean(edges.bottom - edges.top) == pytest.approx(np.mean(scene.bottom - scene.top), abs=2.0)


def test_coarse_grains_of_half_the_step_cost_two_pixels_at_most() -> None:
    # grains some ten pixels across, half of them as dark as the background's half-way grey: the hard case, stated
    scene = section(grain=4.0, texture=0.15, rows=480, columns=640, top=120, thick=200, seed=5)
    edges = found(scene)
    assert np.mean(edges.bottom - edges.top) == pytest.approx(np.mean(scene.bottom - scene.top), abs=2.0)


def test_the_same_picture_flipped_or_rescaled_has_the_same_layer() -> None:
    scene = section(seed=6)
    edges = found(scene)
    mirrored = find_layer(scene.picture[:, ::-1])
    scaled = find_layer(1000 + 37.0 * scene.picture)
    upside_down = find_layer(scene.picture[::-1])
    assert mirrored is not None
    assert scaled is not None
    assert upside_down is not None
    mean = float(np.mean(edges.bottom - edges.top))
    assert np.mean(mirrored.bottom - mirrored.top) == pytest.approx(mean, abs=0.3)
    np.testing.assert_allclose(scaled.top, edges.top, atol=1e-6)
    assert np.mean(upside_down.bottom - upside_down.top) == pytest.approx(mean, abs=0.3)


@pytest.mark.parametrize("kind", ["noise", "grains", "ramp", "blotches"])
def test_no_layer_is_told_where_there_is_none(kind: str) -> None:
    rng = np.random.default_rng(7)
    for _ in range(4):
        noise = rng.standard_normal((160, 240))
        ramp = np.linspace(0, 1, 160)[:, None] + 0.05 * noise
        picture = {
            "noise": noise,
            "grains": gaussian_filter(noise, 4),
            "ramp": ramp,
            "blotches": 20 * gaussian_filter(noise, 20) + 0.2 * rng.standard_normal(noise.shape),
        }[kind]
        edges = find_layer(picture)
        assert edges is not None
        assert min(edges.contrast) < LEAST_CONTRAST
        assert not edges.told


def test_one_edge_alone_is_no_layer() -> None:
    scene = section(seed=8)
    cut = scene.picture[: int(scene.bottom.min()) - 5]  # the picture ends within the layer
    edges = find_layer(cut)
    assert edges is not None
    assert not edges.told


def test_blank_and_tiny_pictures() -> None:
    assert find_layer(np.full((100, 100), 3.0)) is None
    assert find_layer(np.random.default_rng(1).standard_normal((16, 16))) is None
