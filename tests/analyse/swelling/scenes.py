"""Pictures whose truth is known: sections with sine edges, networks of straight cracks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from byssus.trace import Source, Trace

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Section:
    """Greys of 0 to 1 and the true depths of both edges in pixels, one for each column."""

    picture: Floats
    top: Floats
    bottom: Floats


def section(
    *, rows: int = 240, columns: int = 320, top: float = 70.0, thick: float = 110.0, amplitude: float = 3.0,
    lean: float = 0.0, noise: float = 0.05, texture: float = 0.1, grain: float = 1.5,
    greys: tuple[float, float, float] = (0.15, 0.45, 0.8), seed: int = 0,
) -> Section:  # fmt: skip
    """Even background, grainy layer, even collector; pixels on an edge hold each part's share; blur of 0.8 pixels."""
    rng = np.random.default_rng(seed)
    x = np.arange(columns) + 0.5
    upper = top + amplitude * np.sin(2 * np.pi * x / 90) + lean * x
    lower = top + thick + amplitude / 2 * np.sin(2 * np.pi * x / 130 + 1) + lean * x
    y = np.arange(rows)[:, None]
    in_layer, in_collector = np.clip(y + 1 - upper, 0, 1), np.clip(y + 1 - lower, 0, 1)
    grains = gaussian_filter(rng.standard_normal((rows, columns)), grain)
    grains *= texture / np.std(grains)
    grey = greys[0] * (1 - in_layer) + (greys[1] + grains) * (in_layer - in_collector) + greys[2] * in_collector
    return Section(gaussian_filter(grey, 0.8) + noise * rng.standard_normal((rows, columns)), upper, lower)


@dataclass(frozen=True)
class Network:
    """Greys of 0 to 1; the true area, total length (pixels) and width (pixels) of its straight cracks."""

    picture: Floats
    area_fraction: float
    length: float
    width: float


def network(
    *, rows: int = 300, columns: int = 400, width: float = 5.0, depth: float = 0.5, noise: float = 0.05,
    texture: float = 0.03, seed: int = 0,
) -> Network:  # fmt: skip
    """Twelve cracks of 60 to 85 pixels at any angle that do not meet; each pixel holds the crack's share of it."""
    rng = np.random.default_rng(seed)
    fine = 4
    y, x = ((np.mgrid[0 : rows * fine, 0 : columns * fine] + 0.5) / fine).astype(np.float64)
    cover = np.zeros((rows * fine, columns * fine), dtype=bool)
    total = 0.0
    for k in range(12):
        length, angle = rng.uniform(60, 85), rng.uniform(0, np.pi)
        dx, dy = x - (k % 4 + 0.5) * columns / 4, y - (k // 4 + 0.5) * rows / 3
        along, across = dx * np.cos(angle) + dy * np.sin(angle), dy * np.cos(angle) - dx * np.sin(angle)
        cover |= (np.abs(along) <= length / 2) & (np.abs(across) <= width / 2)
        total += length
    share = cover.reshape(rows, fine, columns, fine).mean(axis=(1, 3))
    grains = gaussian_filter(rng.standard_normal((rows, columns)), 3)
    grains *= texture / np.std(grains)
    seen = gaussian_filter(0.7 + grains - depth * share, 0.7) + noise * rng.standard_normal((rows, columns))
    return Network(seen, float(share.mean()), total, width)


def micrograph(picture: Floats, pixel_m: float | None = 50e-9, **metadata: Any) -> Trace:
    """A trace as the reader gives it: 16-bit greys; ``picture`` from 0 to 1."""
    grey = np.rint(np.clip(picture, 0, 1) * 65535).astype(np.uint16)
    scale = {} if pixel_m is None else {"pixel_size_m": pixel_m, "pixel_height_m": pixel_m}
    said = {"picture_shape": grey.shape, **scale, **metadata}
    return Trace({"grey": grey.reshape(-1)}, Source("sem.tif", "0" * 64, "micrograph", len(grey)), said)
