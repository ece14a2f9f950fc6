"""The thickness of a layer in cross-sections whose edges are known, beside the notebook's way with scikit-image.

    python benchmarks/micrograph.py [--seeds 10]

Pictures of 480 by 640 pixels: a dark mount, a layer of grains and pores, a collector below; both edges wander by a few
pixels along the width. They are blurred by one pixel and have noise. The notebook takes three classes by Otsu of the
smoothed picture and scans every column for the first and the last pixel of its class.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

import numpy as np
from contest import OURS, Call, compete, cpu_ms, rms, show

ROWS, COLUMNS = 480, 640
TOP, BOTTOM, WANDER = 150.0, 330.0, (4.0, 2.0)
# Grey of mount, layer, collector; share of the layer that is pores; noise; light falling off along the width
CASES: Mapping[str, tuple[tuple[float, float, float], float, float, float]] = {
    "clear": ((50.0, 115.0, 200.0), 0.05, 10.0, 0.0),
    "noisy": ((50.0, 115.0, 200.0), 0.05, 35.0, 0.0),
    "porous": ((50.0, 130.0, 200.0), 0.25, 10.0, 0.0),
    "uneven light": ((50.0, 115.0, 200.0), 0.05, 10.0, 0.5),
    "layer as bright as the collector": ((50.0, 150.0, 155.0), 0.10, 10.0, 0.0),
}


def edge(mean: float, wander: float, rng: np.random.Generator) -> np.ndarray:
    x = np.arange(COLUMNS) / COLUMNS
    waves = [rng.normal() * np.sin(2 * np.pi * (k * x + rng.uniform())) / k for k in range(1, 9)]
    y = np.sum(waves, axis=0)
    return np.asarray(mean + wander * (y - y.mean()) / np.std(y))


def picture(case: str, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The picture and its edges, as depths below its top in rows."""
    from scipy.ndimage import gaussian_filter

    (mount, layer, collector), pores, noise, falling = CASES[case]
    rng = np.random.default_rng(seed)
    top, bottom = edge(TOP, WANDER[0], rng), edge(BOTTOM, WANDER[1], rng)
    grain = gaussian_filter(rng.standard_normal((ROWS, COLUMNS)), 4.0)
    grain /= grain.std()
    body = layer + 12 * grain
    body[grain < np.quantile(grain, pores)] = mount + 15
    y = np.arange(ROWS)[:, None]
    above = np.clip(top - y, 0, 1)  # the share of a pixel's row that lies above the edge
    below = np.clip(y + 1 - bottom, 0, 1)
    clean = above * mount + below * collector + (1 - above - below) * body
    clean = gaussian_filter(clean * (1 - falling * np.arange(COLUMNS) / COLUMNS), 1.0)
    grey = np.clip(np.rint(clean + noise * rng.standard_normal(clean.shape)), 0, 255)
    return grey.astype(np.uint8), top, bottom


def _ours() -> Call:
    from byssus.analyse.swelling._layer import find_layer

    def edges(grey: np.ndarray) -> dict[str, Any]:
        found = find_layer(grey.astype(np.float64))
        if found is None or not found.told:
            raise ValueError("no layer is told")
        return {"top": found.top, "bottom": found.bottom}

    return edges


def _notebook() -> Call:
    from skimage.filters import gaussian, threshold_multiotsu

    def edges(grey: np.ndarray) -> dict[str, Any]:
        smooth = gaussian(grey, sigma=2.0, preserve_range=True)
        classes = np.digitize(smooth, threshold_multiotsu(smooth, classes=3))
        top = np.argmax(classes >= 1, axis=0)
        bottom = len(grey) - np.argmax((classes < 2)[::-1], axis=0)
        return {"top": top, "bottom": bottom}

    return edges


CONTESTANTS = {OURS: _ours, "scikit-image, Otsu (notebook)": _notebook}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=10)
    given = parser.parse_args()
    table = []
    for case in CASES:
        made = [picture(case, seed) for seed in range(given.seeds)]
        thickness = np.array([bottom - top for _, top, bottom in made])
        for name in CONTESTANTS:
            rows = compete("micrograph", name, [{"grey": grey} for grey, *_ in made])
            if isinstance(rows, str):
                table.append((case, name, rows, "", "", ""))
                continue
            kept = [k for k, row in enumerate(rows) if row.found is not None]
            found = np.array([np.subtract(rows[k].found["bottom"], rows[k].found["top"]) for k in kept])
            off = found.reshape(-1, COLUMNS) - thickness[kept]
            errors = (f"{rms(off.mean(axis=1)):.2f}", f"{rms(off):.2f}") if kept else ("", "")
            table.append((case, name, *errors, f"{len(rows) - len(kept)} of {len(rows)}", cpu_ms(rows)))
    headings = ("picture", "tool", "mean thickness, rms error / px", "of a column / px", "not told", "CPU ms")
    show(f"Layer of {BOTTOM - TOP:.0f} rows, {given.seeds} pictures each", headings, table)


if __name__ == "__main__":
    main()
