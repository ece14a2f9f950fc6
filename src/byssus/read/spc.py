"""Galactic (Thermo GRAMS) .spc, the new layout: a header of 512 bytes, then subfiles, each with 32 bytes of its own.

Ordinates are 32-bit floats where the exponent is -128, else integers times a power of two.
"""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from byssus.read.infrared import MAX_POINTS, even_axis, spectrum_table
from byssus.read.problems import refuse
from byssus.read.table import Table
from byssus.trace import REHEARSED_MARK

__all__ = ["is_spc", "read_spc"]

Floats = NDArray[np.float64]
HEADER, SUBHEADER, MAX_SPECTRA = 512, 32, 20_000
SHORT, PAIRS, OWN_X = 1, 64, 128  # flags: 16-bit ordinates; an abscissa for each subfile; an abscissa once
FLOATS = -128
_ABSCISSAE = {1: "1/cm", 2: "um", 3: "nm", 13: "Raman shift"}
_KINDS = {2: "absorbance", 3: "Kubelka-Munk", 10: "log(1/R)", 128: "transmittance", 129: "reflectance"}
_LAYOUTS = {0x4C: "new layout with high bytes first", 0x4D: "old layout"}


def is_spc(head: bytes) -> bool:
    """Whether the version byte is one of the format's and the header beneath makes sense."""
    if len(head) < HEADER or head[1] not in (0x4B, *_LAYOUTS):
        return False
    if head[1] == 0x4D:
        return 0 < struct.unpack_from("<f", head, 4)[0] <= MAX_POINTS and b"\0" in head[:HEADER]
    n, first, last, spectra = struct.unpack_from("<iddi" if head[1] == 0x4B else ">iddi", head, 4)
    return 0 <= n <= MAX_POINTS and 0 < spectra <= MAX_SPECTRA and bool(np.isfinite([first, last]).all())


def read_spc(path: Path, where: str) -> list[Table]:
    """A table for every subfile.

    Raises :class:`ReadError` for the old layout, a cut file, and spectra that are not infrared.
    """
    raw = path.read_bytes()
    if raw[1] in _LAYOUTS:
        mend = "Save it in the new layout, or as JCAMP-DX."
        refuse("an .spc file of a layout that is not read", where, got=_LAYOUTS[raw[1]], mend=mend)
    flags, exponent = raw[0], struct.unpack_from("<b", raw, 3)[0]
    n, first, last, spectra = struct.unpack_from("<iddi", raw, 4)
    abscissa, kind = _ABSCISSAE.get(raw[28], f"code {raw[28]}"), _KINDS.get(raw[29], "")
    place, shared = HEADER, None
    if flags & OWN_X and not flags & PAIRS:
        shared, place = _numbers(raw, place, n, "<f4", where), place + 4 * n
    tables = []
    comment = raw[88:218].split(b"\0")[0].decode("latin-1").strip()
    for number in range(1, spectra + 1):
        if place + SUBHEADER > len(raw):
            _cut(where, len(raw))
        own_exponent, own = struct.unpack_from("<b", raw, place + 1)[0], struct.unpack_from("<I", raw, place + 16)[0]
        place += SUBHEADER
        points = own if flags & PAIRS else n
        x = shared if shared is not None else None
        if flags & PAIRS:
            x, place = _numbers(raw, place, points, "<f4", where), place + 4 * points
        y, place = _ordinates(raw, place, points, own_exponent if spectra > 1 else exponent, flags, where)
        axis = x if x is not None else even_axis(first, last, points, where)
        tables.append(
            spectrum_table(
                "spc", (axis, abscissa), (y, kind), where, preamble={"comment": comment},
                rehearsed=REHEARSED_MARK.encode() in raw, number=number if spectra > 1 else 0,
            )
        )  # fmt: skip
    return tables


def _ordinates(raw: bytes, place: int, n: int, exponent: int, flags: int, where: str) -> tuple[Floats, int]:
    if exponent == FLOATS:
        return _numbers(raw, place, n, "<f4", where), place + 4 * n
    kind, bits = ("<i2", 16) if flags & SHORT else ("<i4", 32)
    return _numbers(raw, place, n, kind, where) * 2.0 ** (exponent - bits), place + bits // 8 * n


def _numbers(raw: bytes, place: int, n: int, kind: str, where: str) -> Floats:
    if not 0 < n <= MAX_POINTS or place + np.dtype(kind).itemsize * n > len(raw):
        _cut(where, len(raw))
    with np.errstate(invalid="ignore"):
        return np.frombuffer(raw, dtype=kind, count=n, offset=place).astype(np.float64)


def _cut(where: str, size: int) -> None:
    refuse("the .spc file is cut or damaged", where, got=f"{size} bytes", mend="Copy or export the file again.")
