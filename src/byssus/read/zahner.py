"""Zahner Thales .ism: one impedance spectrum, big-endian.

Layout, as Zahner's own MIT-licensed reader has it (github.com/Zahner-elektrik/Zahner-Analysis-Python): six bytes of
version, a six-byte integer one less than the number n of points; n doubles each of frequency (Hz), modulus (ohm),
phase (rad) and time (s since 1980-01-01); n two-byte integers of significance (per mille); the date and eleven more
strings, each behind its two-byte length, in swapped case; a two-byte flag; 32 doubles of settings, whose
28th says with the flag whether n pairs of potential (V) and current (A) follow.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from byssus.read.problems import refuse
from byssus.read.table import Kind, Table
from byssus.trace import REHEARSED_MARK

__all__ = ["is_ism", "read_ism"]

MAGIC = b"\x00\x00\xff\xff\xff"
HEAD_BYTES = 12
POINT_BYTES = 4 * 8 + 2
FREQUENCIES = (1e-9, 1e9)  # Hz; no workstation measures beyond
SETTINGS = 32
TRACKS_SETTING, TRACKS_BIT, TRACKS_FLAG = 27, 1 << 15, 256
_STRINGS = (
    "Date", "System", "Potential", "Current", "Temperature", "Time", "Comment 1", "Comment 2", "Comment 3",
    "Comment 4", "Area for current density", "Serial quantity",
)  # fmt: skip


def is_ism(head: bytes) -> bool:
    """Whether the first bytes are those of an .ism file."""
    return head.startswith(MAGIC) and len(head) >= HEAD_BYTES


def read_ism(path: Path, where: str) -> Table:
    """The spectrum of an .ism file, from one end of the frequency range to the other, in the order measured.

    Thales begins in the middle of the range, goes to one end, turns, and goes to the other. The points before the turn
    are measured again after it, and Thales shows and exports only those between the two ends; so does this reader.
    Raises :class:`ReadError` where the file is cut or its numbers are no spectrum.
    """
    data = path.read_bytes()
    count = int.from_bytes(data[6:HEAD_BYTES], "big", signed=True) + 1
    needed = HEAD_BYTES + POINT_BYTES * count
    if count < 1 or needed > len(data):
        _damaged(where, f"{count} points in {len(data)} bytes", f"{needed} bytes or more" if count > 0 else "points")
    doubles = np.frombuffer(data, ">f8", 4 * count, HEAD_BYTES).reshape(4, count).astype(np.float64)
    frequency, modulus, phase, stamp = doubles
    with np.errstate(invalid="ignore"):
        within = (frequency > FREQUENCIES[0]) & (frequency < FREQUENCIES[1])
    if not within.all():
        row = int(np.argmin(within))
        _damaged(where, f"{frequency[row]:.6g} Hz in point {row + 1} of {count}", "frequencies between 1 nHz and 1 GHz")
    words, tracks, complete = _behind(data, needed, count)
    first, last = sorted((int(np.argmax(frequency)), int(np.argmin(frequency))))
    with np.errstate(invalid="ignore"):  # what is no number here is told as such later
        time = np.abs(stamp) - abs(stamp[0])
    columns = {
        "Frequency [Hz]": frequency, "Impedance modulus [Ohm]": modulus, "Phase [rad]": phase,
        "Time [s]": time, **tracks,
    }  # fmt: skip
    kept = {name: values[first : last + 1] for name, values in columns.items()}
    overlap = count - (last + 1 - first)
    return _table(kept, words, _warnings(complete, overlap, count), REHEARSED_MARK.encode() in data)


def _behind(data: bytes, at: int, count: int) -> tuple[dict[str, Any], dict[str, NDArray[np.float64]], bool]:
    """Texts, potential and current of each point, and whether all of it is there."""
    words: dict[str, Any] = {}
    tracks: dict[str, NDArray[np.float64]] = {}
    for name in _STRINGS:
        size = int.from_bytes(data[at : at + 2], "big", signed=True)
        if size < 0 or at + 2 + size > len(data):
            return words, tracks, False
        text = data[at + 2 : at + 2 + size].decode("latin-1").swapcase().strip()
        words |= {name: text} if text else {}
        at += 2 + size
    if at + 2 + 8 * SETTINGS > len(data):
        return words, tracks, False
    flag, *settings = struct.unpack_from(f">h{SETTINGS}d", data, at)
    setting = settings[TRACKS_SETTING]
    at += 2 + 8 * SETTINGS
    if flag <= TRACKS_FLAG or not 0 <= setting < 2**52 or not int(setting) & TRACKS_BIT:
        return words, tracks, True
    if at + 16 * count > len(data):
        return words, tracks, False
    pairs = np.frombuffer(data, ">f8", 2 * count, at).reshape(count, 2).astype(np.float64)
    return words, {"Potential [V]": pairs[:, 0], "Current [A]": pairs[:, 1]}, True


def _warnings(complete: bool, overlap: int, count: int) -> tuple[str, ...]:
    cut = ("the file is cut behind the spectrum: its texts, potential or current are missing",) if not complete else ()
    if not overlap:
        return cut
    return (
        *cut,
        f"{overlap} of {count} points, before the sweep's turn, are left out: they are measured again after it",
    )


def _table(
    columns: Mapping[str, NDArray[np.float64]], words: Mapping[str, Any], warnings: tuple[str, ...], rehearsed: bool
) -> Table:
    headings = tuple(columns)

    def fetch(wanted: Mapping[int, Kind]) -> dict[int, NDArray[Any]]:
        return {
            i: columns[headings[i]].astype(np.str_) if k == "text" else columns[headings[i]] for i, k in wanted.items()
        }

    kinds: tuple[Kind, ...] = tuple("number" for _ in headings)
    return Table("zahner", headings, kinds, fetch, preamble=words, warnings=warnings, rehearsed=rehearsed)


def _damaged(where: str, got: str, expected: str) -> NoReturn:
    refuse(
        "the .ism file cannot be read: it is cut short or damaged",
        where,
        got=got,
        expected=expected,
        mend="Copy it again, or export the spectrum from Zahner Analysis as text.",
    )
