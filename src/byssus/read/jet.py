"""Tables of a Jet 4 database (Microsoft Access 2000-2003), as arrays: what Arbin's .res files are.

The layout is that of the public description of the format (HACKING.md of the mdbtools project): pages of 4096 bytes,
a definition page per table, data pages whose rows hold fixed columns at fixed places and a mask of nulls at the end.
Nothing in the file is trusted: every place is checked against the page it must lie in, and rows that do not fit are
counted and left out.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["JetColumn", "JetDatabase", "JetError", "JetTable"]

PAGE = 4096
DATA_PAGE, TABLE_PAGE, MAP_PAGE = 1, 2, 5  # the first byte of a page
CATALOG = 2  # MSysObjects is always defined on page 2
FIRST_ROW = 14  # where the list of row offsets begins on a data page
OFFSET_MASK, POINTER, DELETED = 0x1FFF, 0x4000, 0x8000
COLUMNS_FROM, INDEX_ENTRY, COLUMN_ENTRY = 63, 12, 25
FIXED = 0x01  # column flag
INLINE = 0x80000000  # a memo that stands in its row
MAX_COLUMNS = 255  # of a table, by the format
MAX_DEFINITION_PAGES = 64
MAX_TEXT_ROWS = 20_000  # of a table whose texts are read: names of tables, tests
CHUNK = 512  # pages decoded at once: 2 MB of the file
NUMBERS: Mapping[int, str] = {2: "u1", 3: "<i2", 4: "<i4", 6: "<f4", 7: "<f8", 8: "<f8"}
TEXT, MEMO = 10, 12
Ints = NDArray[np.int64]


class JetError(Exception):
    """The file is no database that can be read; the text says why in a few words."""


class JetColumn(NamedTuple):
    """A column: its type code, its number in the null mask, its place among fixed or variable columns."""

    name: str
    type: int
    number: int
    fixed: bool
    place: int


@dataclass(frozen=True)
class JetTable:
    """A table's definition; ``rows`` is how many the database says it has."""

    columns: Mapping[str, JetColumn]
    rows: int
    page: int
    owned: Ints
    lost_pages: int


class _Rows(NamedTuple):
    start: Ints  # in the file
    end: Ints


class JetDatabase:
    """A database file, mapped into memory and read page by page.

    ``words`` are texts of the format's own; :class:`JetError` where the file is no Jet 4 database, or is
    damaged where its tables are named.
    """

    def __init__(self, path: Path) -> None:
        with path.open("rb") as handle:
            self._map = mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ)
        self.pages, self.odd_bytes = divmod(len(self._map), PAGE)
        if self.pages <= CATALOG:
            raise JetError("the file is cut before its first table")
        if self._map[20] != 1:
            raise JetError("an Access 97 database" if self._map[20] == 0 else "a version that is not read")
        self._bytes = np.frombuffer(self._map, np.uint8, self.pages * PAGE)
        catalog = self._table(CATALOG)
        if not {"Id", "Type", "Name"} <= set(catalog.columns):
            raise JetError("its list of tables is damaged")
        ids, names, _ = self.read(catalog, ("Id", "Type"), ("Name",))
        self.tables: dict[str, int] = {
            name: int(place) & 0xFFFFFF
            for name, place, kind in zip(names["Name"], ids["Id"], ids["Type"], strict=True)
            if kind == 1 and name and np.isfinite(place)
        }

    def __contains__(self, name: object) -> bool:
        return name in self.tables

    def table(self, name: str) -> JetTable:
        """The definition of a table; :class:`JetError` where it cannot be read."""
        return self._table(self.tables[name])

    def holds(self, text: str) -> bool:
        """Whether the file holds a text, in either of the two ways the format writes it."""
        return any(self._map.find(text.encode(code)) >= 0 for code in ("ascii", "utf-16-le"))

    def read(
        self, table: JetTable, numbers: Sequence[str], texts: Sequence[str] = ()
    ) -> tuple[dict[str, NDArray[np.float64]], dict[str, list[str]], int]:
        """Numeric columns (shape ``(n,)`` each, NaN where null), texts (empty where null), and how many rows are lost.

        Dates are days since 1899-12-30, as stored. Long texts that stand outside their row are left empty.
        """
        wanted = [table.columns[n] for n in numbers]
        for column in wanted:
            if column.type not in NUMBERS or not column.fixed:
                raise JetError(f"its column '{column.name}' holds no numbers")
        parts: dict[str, list[NDArray[np.float64]]] = {n: [] for n in numbers}
        words: dict[str, list[str]] = {n: [] for n in texts}
        lost = 0
        for rows, odd in self._rows(table):
            kept, mask, count = self._sound(rows, wanted)
            lost += odd + len(rows.start) - len(kept.start)
            for column in wanted:
                parts[column.name].append(self._numbers(kept, mask, count, column))
            if texts and len(words[texts[0]]) + len(mask) > MAX_TEXT_ROWS:
                raise JetError("a table of names has more rows than can be")
            for name in texts:
                for place, end, size in zip(kept.start.tolist(), kept.end.tolist(), mask.tolist(), strict=True):
                    words[name].append(self._text(place, end - size, table.columns[name]))
        return {n: np.concatenate([np.empty(0), *found]) for n, found in parts.items()}, words, lost

    # ---- definitions ---------------------------------------------------------------------------------------

    def _u16(self, at: int) -> int:
        return int.from_bytes(self._map[at : at + 2], "little")

    def _u32(self, at: int) -> int:
        return int.from_bytes(self._map[at : at + 4], "little")

    def _table(self, page: int) -> JetTable:
        data = self._definition(page)
        rows = int.from_bytes(data[16:20], "little")
        count = int.from_bytes(data[45:47], "little")
        at = COLUMNS_FROM + INDEX_ENTRY * int.from_bytes(data[51:55], "little")
        names_at = at + COLUMN_ENTRY * count
        if not 0 < count <= MAX_COLUMNS or names_at > len(data):
            raise JetError("a table's definition is damaged")
        columns: dict[str, JetColumn] = {}
        for k in range(count):
            entry = data[at + COLUMN_ENTRY * k : at + COLUMN_ENTRY * (k + 1)]
            number, variable = (int.from_bytes(entry[i : i + 2], "little") for i in (5, 7))
            fixed = bool(entry[15] & FIXED)
            place = int.from_bytes(entry[21:23], "little") if fixed else variable
            size = int.from_bytes(data[names_at : names_at + 2], "little")
            name = data[names_at + 2 : names_at + 2 + size].decode("utf-16-le", errors="replace")
            names_at += 2 + size
            columns.setdefault(name, JetColumn(name, entry[0], number, fixed, place))
        owned, lost = self._owned(page, data[55], int.from_bytes(data[56:59], "little"))
        return JetTable(columns, rows, page, owned, lost)

    def _definition(self, page: int) -> bytes:
        """A table's definition, its pages joined."""
        first, data = page, b""
        seen: set[int] = set()
        while page:
            if page in seen or page >= self.pages or len(seen) >= MAX_DEFINITION_PAGES:
                raise JetError("a table's definition is damaged")
            seen.add(page)
            held = self._map[page * PAGE : (page + 1) * PAGE]
            if held[0] != TABLE_PAGE:
                raise JetError("a table's definition is not where it should be: the file is encrypted or damaged")
            data += held if page == first else held[8:]
            page = int.from_bytes(held[4:8], "little")
        return data

    def _owned(self, table: int, row: int, page: int) -> tuple[Ints, int]:
        """The data pages of a table by its usage map, and how many of them are gone or are another's."""
        kept, beyond = self._listed(row, page)
        heads = self._bytes.reshape(-1, PAGE)[kept, :8]
        owner = np.ascontiguousarray(heads[:, 4:8]).view("<u4")[:, 0]
        own = (heads[:, 0] == DATA_PAGE) & (owner == table)
        return kept[own], beyond + len(kept) - int(np.count_nonzero(own))

    def _listed(self, row: int, page: int) -> tuple[Ints, int]:
        """The pages a usage map lists, and how many more lie beyond the end of the file."""
        if page >= self.pages:
            raise JetError("the list of a table's pages is not in the file")
        rows, _, _ = self._offsets(np.array([page]))
        held = self._map[int(rows.start[row]) : int(rows.end[row])] if row < len(rows.start) else b""
        if len(held) < 5:
            raise JetError("the list of a table's pages is damaged")
        parts = [(int.from_bytes(held[1:5], "little"), held[5:])]
        if held[0]:  # the maps stand on pages of their own
            places = np.frombuffer(held[1 : 1 + (len(held) - 1) // 4 * 4], "<u4").tolist()
            there = [(k, at * PAGE) for k, at in enumerate(places) if 0 < at < self.pages]
            maps = [(k, at) for k, at in there if self._map[at] == MAP_PAGE]
            parts = [(k * (PAGE - 4) * 8, self._map[at + 4 : at + PAGE]) for k, at in maps]
        kept, beyond = [np.empty(0, dtype=np.int64)], 0
        for first, bits in parts:
            listed = first + _bits(bits)
            kept.append(listed[listed < self.pages])
            beyond += len(listed) - len(kept[-1])
        return np.concatenate(kept), beyond

    # ---- rows ----------------------------------------------------------------------------------------------

    def _offsets(self, pages: Ints) -> tuple[_Rows, NDArray[np.uint16], int]:
        """Where the rows of data pages lie, the offsets with their flags, and how many pages have no such list."""
        held = self._bytes.reshape(-1, PAGE)[pages]
        count = np.ascontiguousarray(held[:, 12:14]).view("<u2")[:, 0].astype(np.int64)
        sound = FIRST_ROW + 2 * count <= PAGE
        count = np.where(sound, count, 0)
        words = held.view("<u2")
        page = np.repeat(np.arange(len(pages)), count)
        row = np.arange(len(page)) - np.repeat(np.cumsum(count) - count, count)
        flagged = words[page, FIRST_ROW // 2 + row]
        offset = (flagged & OFFSET_MASK).astype(np.int64)
        before = words[page, FIRST_ROW // 2 + np.maximum(row - 1, 0)]
        end = np.where(row > 0, before & OFFSET_MASK, PAGE)
        base = pages[page] * PAGE
        good = (offset >= FIRST_ROW + 2 * count[page]) & (end <= PAGE) & (offset <= end)
        offset, end = np.where(good, offset, PAGE), np.where(good, end, PAGE)  # of no length: cannot be a row
        return _Rows(base + offset, base + end), flagged, int(np.count_nonzero(~sound))

    def _rows(self, table: JetTable) -> Iterator[tuple[_Rows, int]]:
        """The live rows of a table, some pages at a time, and how many are known to be lost among them."""
        for first in range(0, len(table.owned), CHUNK):
            rows, flagged, odd = self._offsets(table.owned[first : first + CHUNK])
            live = (flagged & DELETED) == 0
            moved = live & ((flagged & POINTER) != 0)
            here = live & ~moved
            yield _Rows(rows.start[here], rows.end[here]), odd
            if moved.any():
                yield self._moved(rows.start[moved], table.page)

    def _moved(self, at: Ints, table: int) -> tuple[_Rows, int]:
        """Rows that have grown and live on another page, by the pointers left in their place."""
        starts, ends, lost = [], [], 0
        for place in at.tolist():
            pointer = self._u32(place) if place + 4 <= len(self._map) else 0
            page, row = pointer >> 8, pointer & 0xFF
            sound = 0 < page < self.pages and self._map[page * PAGE] == DATA_PAGE
            if not sound or self._u32(page * PAGE + 4) != table:
                lost += 1
                continue
            rows, _, _ = self._offsets(np.array([page]))
            if row < len(rows.start):
                starts.append(int(rows.start[row]))
                ends.append(int(rows.end[row]))
            else:
                lost += 1
        return _Rows(np.array(starts, dtype=np.int64), np.array(ends, dtype=np.int64)), lost

    def _sound(self, rows: _Rows, wanted: Sequence[JetColumn]) -> tuple[_Rows, Ints, Ints]:
        """The rows long enough for these columns, with the size of their null masks and how many columns they have."""
        long = rows.end - rows.start > 2
        start, end = rows.start[long], rows.end[long]
        count = self._at(start, 2).view("<u2")[:, 0].astype(np.int64)
        mask = (count + 7) // 8
        least = max((2 + c.place + np.dtype(NUMBERS[c.type]).itemsize for c in wanted), default=2)
        good = (count > 0) & (count <= MAX_COLUMNS) & (least + mask <= end - start)
        return _Rows(start[good], end[good]), mask[good], count[good]

    def _numbers(self, rows: _Rows, mask: Ints, count: Ints, column: JetColumn) -> NDArray[np.float64]:
        dtype = np.dtype(NUMBERS[column.type])
        values = self._at(rows.start + 2 + column.place, dtype.itemsize).view(dtype)[:, 0].astype(np.float64)
        at = np.minimum(rows.end - mask + column.number // 8, rows.end - 1)
        told = (self._bytes[at] >> (column.number % 8)) & 1
        return np.where((told == 1) & (column.number < count), values, np.nan)

    def _at(self, places: Ints, size: int) -> NDArray[np.uint8]:
        """``size`` bytes at each place of the file, shape ``(n, size)``."""
        if not len(places):
            return np.empty((0, size), dtype=np.uint8)
        return np.ascontiguousarray(np.lib.stride_tricks.sliding_window_view(self._bytes, size)[places])

    def _text(self, start: int, stop: int, column: JetColumn) -> str:
        """One text of one row; ``stop`` is where its null mask begins."""
        known = column.number < self._u16(start) and self._map[stop + column.number // 8] >> (column.number % 8) & 1
        entry = stop - 2 - 2 * (column.place + 1)
        if not known or column.fixed or entry - 2 <= start or column.place >= self._u16(stop - 2):
            return ""
        first, last = start + self._u16(entry), start + self._u16(entry - 2)
        if not start < first <= last <= entry:
            return ""
        held = self._map[first:last]
        if column.type == MEMO:
            held = held[12:] if int.from_bytes(held[:4], "little") & INLINE else b""
        return _decompressed(held) if column.type in (TEXT, MEMO) else ""


def _bits(held: bytes) -> Ints:
    """The numbers of the bits that are set, the lowest of the first byte first."""
    return np.flatnonzero(np.unpackbits(np.frombuffer(held, np.uint8), bitorder="little")).astype(np.int64)


def _decompressed(held: bytes) -> str:
    """UTF-16, or after the mark FF FE one byte a character, with zero bytes to turn that off and on."""
    if not held.startswith(b"\xff\xfe"):
        return held.decode("utf-16-le", errors="replace")
    parts = held[2:].split(b"\x00")
    codes = ("latin-1", "utf-16-le")
    return "".join(part.decode(codes[i % 2], errors="replace") for i, part in enumerate(parts))
