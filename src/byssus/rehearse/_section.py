"""A rehearsed cross-section: what is above, the layer with its grains and pores, the collector; as a Thermo TIFF."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from byssus.trace import REHEARSED_MARK

__all__ = ["Scene", "section_tiff"]

Floats = NDArray[np.float64]
ROWS, COLUMNS, BAR_ROWS = 448, 640, 32
COLLECTOR = 0.14  # of the rows, at the bottom
# Greys of 255, as back-scattered electrons see it: resin, silicon with binder and carbon, copper.
ABOVE, LAYER, COPPER = 34.0, 112.0, 205.0
GRAINS, GRAIN_PX, NOISE, BLUR_PX = 24.0, 2.5, 5.0, 0.8
WAVES = 5  # sines that make an edge rough
FEI_TAG, DESCRIPTION_TAG, SOFTWARE_TAG = 34682, 270, 305


@dataclass(frozen=True)
class Scene:
    """One layer: mean thickness (m), root mean square roughness of its top edge (m), pixel (m)."""

    thickness_m: float
    roughness_m: float
    pixel_m: float


def section_tiff(scene: Scene, rng: np.random.Generator) -> bytes:
    """A picture of the scene with the data bar and the tags that a Thermo microscope writes; always the same bytes."""
    picture = _picture(scene, rng)
    whole = np.vstack([picture, _bar(scene)])
    return _tiff(whole, _ini(scene))


def _picture(scene: Scene, rng: np.random.Generator) -> NDArray[np.uint8]:
    from scipy.ndimage import gaussian_filter

    bottom = ROWS * (1 - COLLECTOR) + _edge(scene.roughness_m / scene.pixel_m / 4, rng)
    thick = scene.thickness_m / scene.pixel_m
    # the mean is the truth exactly: what the top edge lacks or has too much is taken off
    top = np.mean(bottom) - thick + _edge(scene.roughness_m / scene.pixel_m, rng)
    y = np.arange(ROWS)[:, None]
    below_top, below_bottom = (np.clip(y + 1 - edge, 0.0, 1.0) for edge in (top, bottom))
    grains = gaussian_filter(rng.standard_normal((ROWS, COLUMNS)), GRAIN_PX, mode="wrap")
    grains *= GRAINS / float(np.std(grains))
    grey = ABOVE * (1 - below_top) + (LAYER + grains) * (below_top - below_bottom) + COPPER * below_bottom
    seen = gaussian_filter(grey, BLUR_PX, mode="nearest") + NOISE * rng.standard_normal((ROWS, COLUMNS))
    return np.asarray(np.clip(np.rint(seen), 0, 255), dtype=np.uint8)


def _edge(rms_px: float, rng: np.random.Generator) -> Floats:
    """A rough edge about zero: sines of one to five waves across the picture, of equal share and chance phase."""
    x = np.arange(COLUMNS) / COLUMNS
    waves = [np.sin(2 * math.pi * (k * x + rng.random())) for k in range(1, WAVES + 1)]
    return np.asarray(rms_px * np.sqrt(2 / WAVES) * np.sum(waves, axis=0))


def _bar(scene: Scene) -> NDArray[np.uint8]:
    """The data bar: black, a white scale, and that it is rehearsed."""
    from PIL import Image, ImageDraw

    bar = Image.new("L", (COLUMNS, BAR_ROWS), 0)
    pen = ImageDraw.Draw(bar)
    length = 10 ** math.floor(math.log10(COLUMNS * scene.pixel_m / 3))
    wide = round(length / scene.pixel_m)
    pen.rectangle((COLUMNS - 20 - wide, 12, COLUMNS - 20, 18), fill=255)
    pen.text((12, 8), f"{REHEARSED_MARK}   15.00 kV   {length * 1e6:g} um", fill=255)
    return np.asarray(bar)


def _ini(scene: Scene) -> str:
    width = COLUMNS * scene.pixel_m
    lines = [
        "[System]", "Type=SEM", f"SystemType={REHEARSED_MARK}", "[Beam]", "HV=15000", "Beam=EBeam", "Scan=EScan",
        "[EBeam]", "HV=15000", f"HFW={width:.6g}", "WD=0.004", "TiltCorrectionIsOn=no", "[EScan]",
        f"PixelWidth={scene.pixel_m:.9g}", f"PixelHeight={scene.pixel_m:.9g}", f"HorFieldsize={width:.6g}",
        "[Stage]", "StageT=0", "[Image]", f"ResolutionX={COLUMNS}", f"ResolutionY={ROWS}", "[Detectors]", "Name=CBS",
        "[PrivateFei]", f"DatabarHeight={BAR_ROWS}", "",
    ]  # fmt: skip
    return "\r\n".join(lines)


def _tiff(grey: NDArray[np.uint8], ini: str) -> bytes:
    from PIL import Image
    from PIL.TiffImagePlugin import ImageFileDirectory_v2

    tags = ImageFileDirectory_v2()
    tags[DESCRIPTION_TAG] = f"{REHEARSED_MARK} virtual electron microscope"
    tags[SOFTWARE_TAG] = REHEARSED_MARK
    tags.tagtype[FEI_TAG] = 2
    tags[FEI_TAG] = ini
    out = io.BytesIO()
    Image.fromarray(grey).save(out, format="TIFF", compression="tiff_adobe_deflate", tiffinfo=tags)
    return out.getvalue()
