"""Bruker OPUS (.0, .1, ...): a directory of blocks; each spectrum has a block of data and one of its parameters.

Header: magic, version, place and length of the directory. An entry gives a block's type, length in 32-bit words and
offset. The type's bits: 2-3 sample, reference or ratio; 4-9 kind of parameters (1: data status); 10-16 kind of data.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from byssus.read.infrared import MAX_POINTS, even_axis, spectrum_table
from byssus.read.problems import refuse
from byssus.read.table import Table
from byssus.trace import REHEARSED_MARK

__all__ = ["MAGIC", "read_opus"]

MAGIC = b"\x0a\x0a\xfe\xfe"
# Kinds of data that are spectra of a specimen, the best first; single-beam spectra (1) and interferograms are not.
_ORDINATES = {4: "absorbance", 5: "transmittance", 12: "reflectance", 6: "kubelka-munk", 15: "log(1/r)", 16: "ATR"}
_NAMES = {2: "interferogram", 1: "single-beam spectrum", 10: "Raman spectrum"}
STATUS, MAX_BLOCKS, MAX_PARAMETERS = 1, 2_000, 400
Value = float | str


@dataclass(frozen=True)
class _Entry:
    kind: int
    length: int
    offset: int

    @property
    def data(self) -> int:
        return self.kind >> 10 & 127

    @property
    def parameters(self) -> int:
        return self.kind >> 4 & 63


def read_opus(path: Path, where: str) -> Table:
    """The absorbance, else transmittance, else reflectance spectrum of an OPUS file.

    Raises :class:`ReadError`: cut, or without such a spectrum (a background or an interferogram alone).
    """
    raw = path.read_bytes()
    entries = _directory(raw, where)
    spectra = [e for e in entries if e.data in _ORDINATES and not e.parameters]
    if not spectra:
        named = sorted({_NAMES.get(e.data, f"data of kind {e.data}") for e in entries if e.data and not e.parameters})
        refuse(
            "no spectrum of a specimen in this OPUS file",
            where,
            got=", ".join(named) or "no data",
            expected=" or ".join(list(_ORDINATES.values())[:4]),
            mend="Save the ratioed spectrum in OPUS, with its data block.",
        )
    order = list(_ORDINATES)
    chosen = min(spectra, key=lambda e: (order.index(e.data), entries.index(e)))
    status = [e for e in entries if e.parameters == STATUS and e.data == chosen.data]
    if not status:
        refuse("the spectrum has no block of its own parameters", where, mend="Save the file again in OPUS.")
    said = _parameters(raw, status[0])
    n, first, last = (said.get(name, 0.0) for name in ("NPT", "FXV", "LXV"))
    if not all(isinstance(v, float) for v in (n, first, last)) or not 1 < float(n) <= MAX_POINTS:
        refuse("the spectrum's parameters are damaged", where, got=f"NPT {n}, FXV {first}, LXV {last}")
    values = _floats(raw, chosen.offset, int(float(n)), where) * float(said.get("CSF", 1.0) or 1.0)
    kept = {k: v for k, v in said.items() if k in ("DAT", "TIM", "DXU")}
    others = sorted({_ORDINATES[e.data] for e in spectra} - {_ORDINATES[chosen.data]})
    return spectrum_table(
        "opus", (even_axis(float(first), float(last), len(values), where), _axis(said)),
        (values, _ORDINATES[chosen.data]), where, preamble=kept,
        warnings=[f"the file holds {', '.join(others)} too, which is not read"] if others else [],
        rehearsed=REHEARSED_MARK.encode() in raw,
    )  # fmt: skip


def _axis(said: Mapping[str, Value]) -> str:
    return str(said.get("DXU", "WN")).strip() or "WN"


def _directory(raw: bytes, where: str) -> list[_Entry]:
    if len(raw) < 24:
        _cut(where)
    start, _, count = struct.unpack_from("<iii", raw, 12)
    if not (0 < start < len(raw) and 0 < count <= MAX_BLOCKS and start + 12 * count <= len(raw)):
        _cut(where)
    entries = [_Entry(*struct.unpack_from("<Iii", raw, start + 12 * k)) for k in range(count)]
    return [e for e in entries if e.offset > 0]


def _parameters(raw: bytes, entry: _Entry) -> dict[str, Value]:
    """Three letters, type (0 integer, 1 double, else text), length in 16-bit words, value; ended by END."""
    place, end, found = entry.offset, min(entry.offset + 4 * max(entry.length, 0), len(raw)), dict[str, Value]()
    for _ in range(MAX_PARAMETERS):
        if place + 8 > end or raw[place : place + 3] == b"END":
            break
        name = raw[place : place + 3].decode("latin-1")
        kind, words = struct.unpack_from("<HH", raw, place + 4)
        value = raw[place + 8 : min(place + 8 + 2 * words, end)]
        if kind == 0 and len(value) >= 4:
            found[name] = float(struct.unpack_from("<i", value)[0])
        elif kind == 1 and len(value) >= 8:
            found[name] = float(struct.unpack_from("<d", value)[0])
        else:
            found[name] = value.split(b"\0")[0].decode("latin-1")
        place += 8 + 2 * words
    return found


def _floats(raw: bytes, offset: int, n: int, where: str) -> NDArray[np.float64]:
    if offset + 4 * n > len(raw):
        _cut(where)
    with np.errstate(invalid="ignore"):
        return np.frombuffer(raw, dtype="<f4", count=n, offset=offset).astype(np.float64)


def _cut(where: str) -> None:
    refuse("the OPUS file is cut or damaged", where, mend="Copy the file again from the instrument's computer.")
