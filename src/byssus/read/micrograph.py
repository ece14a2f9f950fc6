"""Micrographs: TIFF, PNG, JPEG and BMP as one grey picture with its pixel size, its data bar taken off."""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from byssus.read.microscope import Microscope, from_sidecar, from_tags
from byssus.read.problems import escaped, refuse
from byssus.read.sidecars import sidecars
from byssus.trace import REHEARSED_MARK, Source, Trace, sha256_of

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["read_micrograph"]

Grey = NDArray[Any]  # uint8 or uint16, (rows, columns)
MAX_PIXELS = 100_000_000  # 10,000 x 10,000: beyond every single scan; a stitched mosaic is larger
MAX_DEEP_PIXELS = 40_000_000  # of four bytes and more
MAX_BYTES = 512 << 20
LEAST_SIDE = 16  # pixels: less shows no edge
# A drawn data bar is flat: in each of its rows two levels of grey fill nearly everything, which no specimen does.
DRAWN = "flat rows with writing"
BAR_TALLEST, BAR_LEAST_ROWS = 0.25, 8
BAR_FLAT, SPECIMEN_FLAT = 0.6, 0.35  # share of a row that the commonest level fills: in a bar, and at most above it
BAR_CONTRAST, BAR_DRAWN = 80, 0.005  # levels between fill and writing, and the share of writing (of 256 levels)


@dataclass(frozen=True)
class _Picture:
    grey: Grey
    tags: Mapping[int, object]
    warnings: tuple[str, ...]


def read_micrograph(path: Path, original: Path, where: str) -> Trace:
    """A micrograph as the column ``grey``, row by row from the top left, with ``metadata["picture_shape"]``.

    ``pixel_size_m`` (and ``pixel_height_m``) come from the microscope's tags or from the file beside ``original``,
    which then stands in ``metadata["beside"]``. Without either, a warning says so. The data bar is cut off.

    Raises :class:`ReadError`: damaged, without pixels, or too large.
    """
    if path.stat().st_size > MAX_BYTES:
        _too_large(where, f"{path.stat().st_size / 1e6:.0f} MB")
    raw = path.read_bytes()
    picture = _decoded(raw, where)
    rehearsed = REHEARSED_MARK.encode() in raw
    del raw
    rows, columns = picture.grey.shape
    known = from_tags(picture.tags, columns)
    beside: tuple[Source, ...] = ()
    told = list(picture.warnings)
    if known is None or math.isnan(known.pixel_m):
        known, beside, marked = _beside(original, where, known)
        rehearsed = rehearsed or marked
    bar, why = _bar_rows(picture.grey, known)
    if bar and why == DRAWN:
        told.append(f"the lowest {bar} of {rows} rows are taken for the data bar and cut off ({why})")
    grey = picture.grey[: rows - bar]
    metadata, more = _metadata(known, grey.shape)
    return Trace(
        {"grey": np.ascontiguousarray(grey).reshape(-1)},
        Source(where, sha256_of(original), "micrograph", len(grey)),
        {**metadata, "databar_rows": bar, "databar_from": why, "beside": beside},
        (*told, *more),
        rehearsed,
    )


def _decoded(raw: bytes, where: str) -> _Picture:
    """The first page as whole grey numbers. Every fault of the decoder is damage to the file."""
    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            image = Image.open(io.BytesIO(raw), formats=("TIFF", "PNG", "JPEG", "BMP"))
            size, mode = image.size, image.mode
        except MemoryError:
            raise
        except Image.DecompressionBombError:
            _too_large(where, "more than 178 million pixels")
        except Exception as fault:
            _damaged(where, fault)
        deep = mode not in ("1", "L", "P", "I;16", "I;16L", "I;16B")
        if size[0] * size[1] > (MAX_DEEP_PIXELS if deep else MAX_PIXELS):
            _too_large(where, f"{size[0]:,} x {size[1]:,} pixels")
        if min(size) < LEAST_SIDE:
            refuse("the picture is too small", where, got=f"{size[0]} x {size[1]} pixels", expected="at least 16 x 16")
        try:
            pages = int(getattr(image, "n_frames", 1)) if image.format == "TIFF" else 1
            image.seek(0)
            tags = {int(k): v for k, v in dict(getattr(image, "tag_v2", {})).items()}
            grey, told = _grey(image)
        except MemoryError:
            raise
        except Exception as fault:
            _damaged(where, fault)
    if pages > 1:
        told.append(f"the file holds {pages} pictures; the first is read")
    if image.format == "JPEG":
        told.append("JPEG keeps no exact greys: fine texture and the edges are smoothed")
    return _Picture(grey, tags, tuple(told))


def _grey(image: Image) -> tuple[Grey, list[str]]:
    if image.mode in ("1", "P"):
        image = image.convert("L" if image.mode == "1" else "RGB")
    if image.mode == "L":
        return np.asarray(image), []
    if image.mode.startswith("I;16"):
        return np.asarray(image).astype(np.uint16), []
    if image.mode in ("I", "F"):
        return _whole(np.asarray(image))
    if image.mode in ("LA", "La"):
        return np.asarray(image.getchannel(0)), []
    if image.mode != "RGB":
        image = image.convert("RGB")
    bands = image.split()
    first = np.asarray(bands[0])
    if all(np.array_equal(first, np.asarray(band)) for band in bands[1:]):
        return first, []
    return np.asarray(image.convert("L")), ["the picture is in colour; its brightness is read (ITU-R BT.601)"]


def _whole(values: NDArray[Any]) -> tuple[Grey, list[str]]:
    """Numbers of more than 16 bits as 16-bit greys: as they are where they fit, else spread over the range."""
    finite = np.isfinite(values)
    if not finite.any():
        raise ValueError("no finite pixel")
    low, high = float(values[finite].min()), float(values[finite].max())
    with np.errstate(invalid="ignore", over="ignore"):
        if low >= 0 and high <= 65535 and high > 1 and finite.all() and np.array_equal(values, np.rint(values)):
            return values.astype(np.uint16), []
        spread = high - low
        if not 0 < spread < 1e30:
            return np.zeros(values.shape, np.uint16), ["the picture has one grey only"]
        scaled = np.where(finite, (values.astype(np.float64) - low) / spread, 0.0) * 65535
    return np.rint(scaled).astype(np.uint16), [f"greys from {low:.6g} to {high:.6g} are spread over 16 bits"]


def _beside(path: Path, where: str, known: Microscope | None) -> tuple[Microscope | None, tuple[Source, ...], bool]:
    """What the first sidecar with a pixel size says; else what was known. Whether it carries the rehearsed mark."""
    for other in sidecars(path):
        raw = other.read_bytes()
        found = from_sidecar(raw, other.name)
        if found is not None and (known is None or not math.isnan(found.pixel_m)):
            shown = (Path(where).parent / other.name).as_posix()
            rows = raw.count(b"\n")
            return found, (Source(shown, sha256_of(other), "sidecar", rows),), REHEARSED_MARK.encode() in raw
    return known, (), False


def _bar_rows(grey: Grey, known: Microscope | None) -> tuple[int, str]:
    """Rows of the data bar at the bottom, and who says so: the microscope, or the rows themselves."""
    rows, columns = grey.shape
    if known is not None:
        if known.rows and known.columns == columns and 0 < rows - known.rows <= BAR_TALLEST * rows:
            return rows - known.rows, f"{known.maker}: the scan has {known.rows} rows"
        if known.rows and known.columns == columns and known.rows == rows:
            return 0, ""
        if 0 < known.bar_rows <= BAR_TALLEST * rows:
            return known.bar_rows, f"{known.maker} says its height"
    found = _drawn_bar(grey)
    return (found, DRAWN) if found else (0, "")


def _drawn_bar(grey: Grey) -> int:
    """Rows at the bottom that are drawn and not seen: flat to the level, with writing of another; 0 where none are."""
    rows, columns = grey.shape
    tallest = int(BAR_TALLEST * rows)
    levels = (grey[rows - tallest - BAR_LEAST_ROWS :] >> (8 if grey.dtype == np.uint16 else 0)).astype(np.int64)
    count = np.zeros((len(levels), 256), dtype=np.int64)
    np.add.at(count, (np.repeat(np.arange(len(levels)), columns), levels.reshape(-1)), 1)
    flat = count.max(axis=1) / columns >= BAR_FLAT
    height = int(np.argmin(flat[::-1])) if not flat.all() else len(flat)
    if not BAR_LEAST_ROWS <= height <= tallest:
        return 0
    above = count[len(levels) - height - BAR_LEAST_ROWS : len(levels) - height].max(axis=1) / columns
    inside = count[len(levels) - height :].sum(axis=0)
    fill = int(np.argmax(inside))
    written = np.abs(np.arange(256) - fill) >= BAR_CONTRAST
    drawn = float(inside[written].sum()) / float(inside.sum())
    return height if drawn >= BAR_DRAWN and float(np.median(above)) <= SPECIMEN_FLAT else 0


def _metadata(known: Microscope | None, shape: tuple[int, ...]) -> tuple[dict[str, Any], list[str]]:
    found: dict[str, Any] = {"picture_shape": (int(shape[0]), int(shape[1])), "headings": {}, "preamble": {}}
    if known is None or math.isnan(known.pixel_m):
        why = "no microscope's metadata" if known is None else f"{escaped(known.maker, 20)} metadata without one"
        more = {**known.said, "maker": known.maker} if known is not None else {}
        return {**found, **more}, [f"nothing says the pixel size ({why}): give pixel_size"]
    pixel = known.pixel_m
    height = known.pixel_height_m if known.pixel_height_m == known.pixel_height_m else pixel
    told = list(known.warnings)
    if known.columns and known.columns != shape[1]:
        factor = known.columns / shape[1]
        pixel, height = pixel * factor, height * factor
        told.append(
            f"the picture has {shape[1]} columns, the scan had {known.columns}: "
            f"the pixel size is taken as {pixel * 1e9:.6g} nm"
        )
    width = known.said.get("field_width_m")
    if isinstance(width, float) and width > 0 and abs(pixel * shape[1] / width - 1) > 0.01:
        told.append(f"the field of view is said to be {width * 1e6:.4g} µm, {shape[1]} pixels give "
                    f"{pixel * shape[1] * 1e6:.4g} µm")  # fmt: skip
    return {
        **found, **known.said, "maker": known.maker, "pixel_size_m": pixel, "pixel_height_m": height,
        "pixel_size_from": known.place,
    }, told  # fmt: skip


def _damaged(where: str, fault: Exception) -> NoReturn:
    refuse(
        "the picture is cut short or damaged",
        where,
        got=escaped(" ".join(str(fault).split()), 80) or type(fault).__name__,
        expected="a whole TIFF, PNG, JPEG or BMP",
        mend="Copy it again from the microscope's computer.",
    )


def _too_large(where: str, got: str) -> NoReturn:
    refuse(
        "the picture is too large",
        where,
        got=got,
        expected=f"at most {MAX_PIXELS // 1_000_000} million pixels ({MAX_DEEP_PIXELS // 1_000_000} in colour)",
        mend="Cut out the part to measure, at full resolution.",
    )
