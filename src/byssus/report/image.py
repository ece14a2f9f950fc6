"""A grey picture as a few bytes that a page can hold: exact where that is small, else JPEG."""

from __future__ import annotations

import base64
import io

import numpy as np
from numpy.typing import NDArray

__all__ = ["MOST_BYTES", "data_uri"]

MOST_BYTES = 180_000  # 240 kB in the page, where three bytes take four letters
QUALITIES = (85, 75, 65, 50, 35)  # of JPEG, the first that is small enough
WORTH = 2.0  # times smaller than the exact picture: what a JPEG must be to stand in its place


def data_uri(picture: NDArray[np.uint8]) -> str:
    """The picture as a ``data:`` address; the same picture gives the same text."""
    exact = _encoded(picture, format="PNG", optimize=True)
    for quality in QUALITIES:
        lossy = _encoded(picture, format="JPEG", quality=quality, optimize=True)
        if len(lossy) <= MOST_BYTES:
            break
    if len(exact) <= min(MOST_BYTES, WORTH * len(lossy)):
        return f"data:image/png;base64,{base64.b64encode(exact).decode()}"
    return f"data:image/jpeg;base64,{base64.b64encode(lossy).decode()}"


def _encoded(picture: NDArray[np.uint8], **how: object) -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.fromarray(picture).save(out, **how)  # type: ignore[arg-type]
    return out.getvalue()
