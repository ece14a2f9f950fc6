"""PHI .spe and .pro of MultiPak and SmartSoft: a text header between SOFH and EOFH, then tables of numbers.

After the header stand four 32-bit integers (of which the second counts the entries and the third is their length in
bytes), then for each entry 96 bytes: region, points, cycles, words for the axes and the unit, the type (f4 or f8), the
bytes of its block and its offset from the end of the header; then the blocks, cycle after cycle. Entries whose axis is
no energy (areas against cycles) are not spectra. Layout as the files themselves show it.
"""

from __future__ import annotations

import re
import struct
from pathlib import Path
from typing import NamedTuple

import numpy as np

from byssus.read.core_level import Floats, Region, as_tables, cut, number, region_name
from byssus.read.problems import refuse
from byssus.read.table import Table
from byssus.trace import REHEARSED_MARK

__all__ = ["is_phi", "read_phi"]

BEGIN, END = b"SOFH", b"EOFH"
ENTRY_BYTES, MAX_ENTRIES = 96, 4096
TYPES = {b"f4": "<f4", b"f8": "<f8"}


class _Definition(NamedTuple):
    """A region as ``SpectralRegDef`` and ``SpectralRegDef2`` have it."""

    name: str
    points: int
    step_ev: float
    start_ev: float
    dwell_s: float
    pass_energy_ev: float
    sweeps: float


def is_phi(head: bytes) -> bool:
    """Whether the first line begins a PHI header."""
    return head.startswith(BEGIN) and b"Platform:" in head[:200]


def read_phi(path: Path, where: str) -> list[Table]:
    """A table for every region, and every sputter cycle of a profile (``at`` has its level, from 0).

    Raises :class:`ReadError` where the file is cut or holds another technique.
    """
    data = path.read_bytes()
    end = data.find(END)
    if end < 0:
        cut(where, f"no {END.decode()} in {len(data)} bytes", "a header that ends")
    header = _header(data[:end].decode("latin-1"))
    technique = header.get("Technique", ["XPS"])[0]
    if technique.upper() != "XPS":
        refuse("another technique than XPS", where, got=f"'{technique[:30]}'", expected="XPS")
    definitions = _definitions(header, where)
    photon = re.search(r"\d+(\.\d+)?", header.get("XraySource", [""])[0])
    begin = end + len(END) + (2 if data[end + 4 : end + 6] == b"\r\n" else 1)
    regions = []
    for index, cycles in _blocks(data, begin, where):
        if not 1 <= index <= len(definitions):
            cut(where, f"a block of region {index}", f"one of {len(definitions)}")
        one = definitions[index - 1]
        if cycles.shape[1] != one.points:
            cut(where, f"{cycles.shape[1]} points in '{one.name}'", f"{one.points}")
        energy = np.round(one.start_ev + one.step_ev * np.arange(one.points), 10)
        for level, row in enumerate(cycles):
            regions.append(
                Region(
                    region_name(one.name), energy, False, row, True, float(photon[0]) if photon else None, one.dwell_s,
                    one.sweeps, one.pass_energy_ev, level=level if len(cycles) > 1 else None,
                    header={key: values[0][:300] for key, values in list(header.items())[:200]},
                )
            )  # fmt: skip
    return as_tables(regions, "phi", where, rehearsed=REHEARSED_MARK.encode() in data[:end])


def _header(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        key, colon, value = line.partition(":")
        if colon:
            found.setdefault(key.strip(), []).append(value.strip())
    return found


def _definitions(header: dict[str, list[str]], where: str) -> list[_Definition]:
    rows = [line.split() for line in header.get("SpectralRegDef", [])]
    second = [line.split() for line in header.get("SpectralRegDef2", [])]
    out = []
    for place, row in enumerate(rows):
        if len(row) < 12:
            cut(where, f"a region's definition of {len(row)} fields", "12 or more")
        points, step, start = (number(row[i], f"SpectralRegDef {i + 1}", where) for i in (4, 5, 6))
        dwell, energy = (number(row[i], f"SpectralRegDef {i + 1}", where) for i in (10, 11))
        more = second[place] if place < len(second) else []
        sweeps = number(more[2], "SpectralRegDef2 3", where) if len(more) > 2 else 1.0
        out.append(_Definition(row[2], int(points), step, start, dwell, energy, sweeps))
    if not out:
        cut(where, "no SpectralRegDef", "the definitions of the regions")
    return out


def _blocks(data: bytes, begin: int, where: str) -> list[tuple[int, Floats]]:
    """Region number and ``(cycles, points)`` of each entry whose axis is an energy."""
    if begin + 16 > len(data):
        cut(where, "nothing after the header", "a list of blocks")
    _, count, length, _ = struct.unpack_from("<4I", data, begin)
    if not 1 <= count <= MAX_ENTRIES or length != count * ENTRY_BYTES or begin + 16 + length > len(data):
        cut(where, f"{count} blocks in a list of {length} bytes", f"{ENTRY_BYTES} bytes for each")
    out = []
    for place in range(count):
        at = begin + 16 + place * ENTRY_BYTES
        words = struct.unpack_from("<8I", data, at)
        kind = TYPES.get(data[at + 72 : at + 76].rstrip(b"\x00"))
        if data[at + 32 : at + 36] != b"pnt\x00":
            continue
        size, offset = struct.unpack_from("<2I", data, at + 76)
        index, points, cycles = words[3], words[5], words[6]
        width = np.dtype(kind).itemsize if kind else 0
        if not kind or points * cycles * width != size or not points or begin + offset + size > len(data):
            cut(where, f"block {place + 1}: {points} by {cycles} in {size} bytes at {offset}", "a block in the file")
        with np.errstate(invalid="ignore"):  # damaged numbers may be none; they are told as such
            values = np.frombuffer(data, kind, points * cycles, begin + offset).astype(np.float64)
        out.append((int(index), values.reshape(cycles, points)))
    return out
