"""What a person says of a picture: edges drawn by hand, and what is to be cut off."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from byssus.errors import AnalysisError, MissingInput, Problem

__all__ = ["Line", "crop_of", "edges_of"]

Floats = NDArray[np.float64]
UNITS = {"px": 0.0, "pixel": 0.0, "pixels": 0.0, "nm": 1e-9, "um": 1e-6, "µm": 1e-6, "μm": 1e-6, "mm": 1e-3}
_LENGTH = re.compile(r"([-+]?\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?)\s*(px|pixels?|nm|um|µm|μm|mm)(?![A-Za-z])")
EDGES = 'such as "top 12.3 µm, bottom 45.6 µm", or with points "top (0 µm, 12.3 µm) (20 µm, 12.9 µm), bottom 400 px"'
CROP = 'such as "top 10 px, right 2 µm, bottom 40 px"'


@dataclass(frozen=True)
class Line:
    """An edge by hand: depths ``y`` at the places ``x``, both in pixels; one point is a level line."""

    x: Floats
    y: Floats

    def at(self, x: Floats) -> Floats:
        """The depth at places ``x``; NaN beside the first and the last point."""
        if len(self.x) == 1:
            return np.full(len(x), self.y[0])
        return np.asarray(np.interp(x, self.x, self.y, left=np.nan, right=np.nan))


def edges_of(text: str, pixel_m: tuple[float, float], where: str) -> tuple[Line, Line]:
    """Top and bottom edge from words; ``pixel_m`` are a pixel's width and height.

    Raises :class:`AnalysisError` where a part is not understood, :class:`MissingInput` for a length without pixel size.
    """
    lines = {}
    for name, part in _parts(text, ("top", "bottom"), where, "edges", EDGES).items():
        numbers = _lengths(part, where, "edges", EDGES)
        if len(numbers) == 1:
            lines[name] = Line(np.zeros(1), np.array([_pixels(numbers[0], pixel_m[1], where)]))
            continue
        x = np.array([_pixels(n, pixel_m[0], where) for n in numbers[::2]])
        y = np.array([_pixels(n, pixel_m[1], where) for n in numbers[1::2]])
        if len(x) != len(y) or np.any(np.diff(x) <= 0):
            _refuse(where, "edges", part.strip(), f"pairs of place and depth, places rising, {EDGES}")
        lines[name] = Line(x, y)
    if set(lines) != {"top", "bottom"}:
        _refuse(where, "edges", text, f"both top and bottom, {EDGES}")
    return lines["top"], lines["bottom"]


def crop_of(text: str, shape: tuple[int, int], pixel_m: tuple[float, float], where: str) -> tuple[slice, slice]:
    """Rows and columns that are left when so much is cut off each side.

    Raises :class:`AnalysisError` where a part is not understood, or nothing is left.
    """
    cut = dict.fromkeys(("top", "bottom", "left", "right"), 0)
    for name, part in _parts(text, tuple(cut), where, "crop", CROP).items():
        numbers = _lengths(part, where, "crop", CROP)
        if len(numbers) != 1 or numbers[0][0] < 0:
            _refuse(where, "crop", part.strip(), f"one length a side, {CROP}")
        cut[name] = round(_pixels(numbers[0], pixel_m[name in ("top", "bottom")], where))
    rows = slice(cut["top"], max(shape[0] - cut["bottom"], 0))
    columns = slice(cut["left"], max(shape[1] - cut["right"], 0))
    if rows.stop - rows.start < 1 or columns.stop - columns.start < 1:
        _refuse(where, "crop", text, f"less than the picture's {shape[0]} rows and {shape[1]} columns")
    return rows, columns


def _parts(text: str, names: tuple[str, ...], where: str, parameter: str, example: str) -> dict[str, str]:
    pieces = re.split(rf"\b({'|'.join(names)})\b", text, flags=re.IGNORECASE)
    if len(pieces) < 3 or pieces[0].strip():
        _refuse(where, parameter, text, example)
    return {name.lower(): part for name, part in zip(pieces[1::2], pieces[2::2], strict=True)}


def _lengths(part: str, where: str, parameter: str, example: str) -> list[tuple[float, str]]:
    found = [(float(number.replace(",", ".")), unit) for number, unit in _LENGTH.findall(part)]
    if not found or re.sub(r"[\s:=,;()]+", "", _LENGTH.sub("", part)) or not all(math.isfinite(v) for v, _ in found):
        _refuse(where, parameter, part.strip(), example)
    return found


def _pixels(length: tuple[float, str], pixel_m: float, where: str) -> float:
    value, unit = length
    if not UNITS[unit]:
        return value
    if not pixel_m > 0:
        raise MissingInput(Problem("'pixel_size' is not given", where, expected=f"it, to place {value:g} {unit}"))
    return value * UNITS[unit] / pixel_m


def _refuse(where: str, parameter: str, got: str, expected: str) -> NoReturn:
    raise AnalysisError(Problem(f"{parameter} is not understood", where, f"'{got[:80]}'", expected))
