"""Thermo OMNIC .spa: a list of sections at byte 304, 16 bytes each: key, offset, size.

Section 2 is the header of the spectrum (number of points, kind of abscissa and ordinate, first and last abscissa),
section 3 its ordinates as 32-bit floats.
"""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

from byssus.read.infrared import even_axis, spectrum_table
from byssus.read.problems import refuse
from byssus.read.table import Table
from byssus.trace import REHEARSED_MARK

__all__ = ["MAGIC", "read_spa"]

MAGIC = b"Spectral Data File"
LIST, ENTRY, MAX_SECTIONS = 304, 16, 200
HEADER, ORDINATES = 2, 3
_ABSCISSAE = {1: "1/cm", 3: "nm", 4: "um", 32: "Raman shift"}
_KINDS = {
    11: "% reflectance", 12: "log(1/R)", 16: "% transmittance", 17: "absorbance", 20: "Kubelka-Munk",
    22: "detector signal", 26: "photoacoustic", 31: "Raman intensity",
}  # fmt: skip


def read_spa(path: Path, where: str) -> Table:
    """The spectrum of a .spa file; :class:`ReadError` where it is cut or lacks one of its sections."""
    raw = path.read_bytes()
    places: dict[int, tuple[int, int]] = {}
    for k in range(MAX_SECTIONS):
        at = LIST + ENTRY * k
        if at + ENTRY > len(raw) or raw[at] in (0, 1):
            break
        places.setdefault(raw[at], struct.unpack_from("<II", raw, at + 2))
    if not {HEADER, ORDINATES} <= set(places):
        got = f"sections {', '.join(map(str, sorted(places)))}" if places else "no section"
        refuse("no spectrum in this .spa file", where, got=got, mend="Save the spectrum again in OMNIC.")
    header, (offset, size) = places[HEADER][0], places[ORDINATES]
    if header + 24 > len(raw) or offset + size > len(raw) or size < 8:
        refuse(
            "the .spa file is cut", where, got=f"{len(raw)} bytes", expected=f"{offset + size}", mend="Copy it again."
        )
    (n,) = struct.unpack_from("<I", raw, header + 4)
    first, last = struct.unpack_from("<ff", raw, header + 16)
    if n != size // 4:
        refuse("header and data of the spectrum disagree", where, got=f"{size // 4} ordinates", expected=f"{n}")
    with np.errstate(invalid="ignore"):  # a damaged float is no number, and is told as such
        values = np.frombuffer(raw, dtype="<f4", count=n, offset=offset).astype(np.float64)
    abscissa, kind = (table.get(raw[header + k], "") for table, k in ((_ABSCISSAE, 8), (_KINDS, 12)))
    title = raw[30:286].split(b"\0")[0].decode("latin-1").strip()
    return spectrum_table(
        "omnic", (even_axis(first, last, n, where), abscissa or f"code {raw[header + 8]}"), (values, kind), where,
        preamble={"title": title}, rehearsed=REHEARSED_MARK.encode() in raw,
    )  # fmt: skip
