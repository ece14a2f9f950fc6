"""Small micrographs of a dark, a grainy and a bright band, as Thermo, Zeiss and TESCAN write them, and as others do."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray

__all__ = ["bitmap", "section", "tescan", "thermo", "tiff", "zeiss"]

ROWS, COLUMNS = 96, 128


def section(rows: int = ROWS, columns: int = COLUMNS, seed: int = 1) -> NDArray[np.uint8]:
    """Background above row ``rows / 4``, layer down to ``3 rows / 4``, collector below."""
    rng = np.random.default_rng(seed)
    grey = np.full((rows, columns), 40.0)
    grey[rows // 4 : 3 * rows // 4] = 110.0 + 25.0 * rng.standard_normal((3 * rows // 4 - rows // 4, columns))
    grey[3 * rows // 4 :] = 210.0
    return np.clip(np.rint(grey + 4.0 * rng.standard_normal((rows, columns))), 0, 255).astype(np.uint8)


def tiff(grey: NDArray[np.uint8] | NDArray[np.uint16], tags: dict[int, str | bytes], compression: str = "raw") -> bytes:
    """A TIFF with private tags: text as ASCII (type 2), bytes as undefined (type 7)."""
    from PIL import Image
    from PIL.TiffImagePlugin import ImageFileDirectory_v2

    held = ImageFileDirectory_v2()
    for tag, value in tags.items():
        held.tagtype[tag] = 2 if isinstance(value, str) else 7
        held[tag] = value
    out = io.BytesIO()
    kept = None if compression == "raw" else compression
    Image.fromarray(grey).save(out, format="TIFF", compression=kept, tiffinfo=held)
    return out.getvalue()


def thermo(compression: str = "raw") -> bytes:
    text = (
        "[System]\r\nSystemType=Helios\r\n[Beam]\r\nHV=5000\r\nBeam=EBeam\r\nScan=EScan\r\n[EBeam]\r\n"
        f"HV=5000\r\nHFW={COLUMNS * 25e-9}\r\nWD=0.004\r\nTiltCorrectionIsOn=no\r\n[EScan]\r\nPixelWidth=2.5e-008\r\n"
        f"PixelHeight=2.5e-008\r\n[Stage]\r\nStageT=0\r\n[Image]\r\nResolutionX={COLUMNS}\r\nResolutionY={ROWS - 10}\n"
    )
    return tiff(section(), {34682: text}, compression)


def zeiss() -> bytes:
    """Sixteen bits, LZW; numbers without a name first, then names, each with a line "what = value unit"."""
    text = (
        "\r\n0\r\n0\r\n0\r\n2e-7\r\n0\r\nAP_WD\r\nWD = 5.6 mm\r\nAP_ACTUALKV\r\nEHT = 3.00 kV\r\nAP_WIDTH\r\n"
        "Width = 1.600 µm\r\nAP_PIXEL_SIZE\r\nPixel Size = 1.563 nm\r\n"
        "AP_IMAGE_PIXEL_SIZE\r\nImage Pixel Size = 12.5 nm\r\n"
        "AP_STAGE_AT_T\r\nStage at T = 0.0 °\r\nDP_DETECTOR_CHANNEL\r\nDetector = InLens\r\n"
    )
    return tiff(section().astype(np.uint16) * 257, {34118: text.encode("latin-1")}, "tiff_lzw")


def tescan() -> bytes:
    """Text among other bytes; deflated."""
    said = (
        "[MAIN]",
        "Device=MIRA3",
        "ImageStripSize=8",
        "PixelSizeX=5e-08",
        "PixelSizeY=5e-08",
        "[SEM]",
        "HV=20000.0",
        "",
    )
    text = b"\x01\x02" + "\r\n".join(said).encode()
    return tiff(section(), {50431: text}, "tiff_adobe_deflate")


def bitmap(kind: str) -> bytes:
    """PNG, JPEG or BMP without any metadata; PNG in colour."""
    from PIL import Image

    image = Image.fromarray(section())
    out = io.BytesIO()
    (image.convert("RGB") if kind == "PNG" else image).save(out, format=kind)
    return out.getvalue()
