"""A parquet file's page headers, held against its footer and its length before any page is decoded.

Where a page header claims a negative number of values, polars (1.x) asks for 2**61 bytes and the process ends; no
exception can be caught. Where pages reach beyond the file or are encoded in no known way, it prints a panic. Headers
and footer are not compressed: Thrift's compact protocol, little of it, as in https://github.com/apache/parquet-format
and https://github.com/apache/thrift/blob/master/doc/specs.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

__all__ = ["counts_agree"]

MAGIC, TAIL_BYTES = b"PAR1", 8
_TRUE, _FALSE, _BYTE, _DOUBLE, _BINARY, _LIST, _SET, _MAP, _STRUCT = 1, 2, 3, 7, 8, 9, 10, 11, 12
_INTEGERS = (4, 5, 6)
MAX_DEPTH = 12  # a footer nests half as deep
# Field numbers of parquet.thrift: FileMetaData.row_groups, RowGroup.columns, ColumnChunk.meta_data; ColumnMetaData;
# PageHeader and the two kinds of data page, in both of which field 1 is the number of values.
_ROW_GROUPS, _COLUMNS, _META_DATA = 4, 1, 3
_NUM_VALUES, _TOTAL_SIZE, _DATA_OFFSET, _DICTIONARY_OFFSET = 5, 7, 9, 11
_COMPRESSED_SIZE, _DATA_PAGES, _DICTIONARY_PAGE = 3, (5, 8), 7
_ENCODING_FIELDS = {5: (2, 3, 4), 7: (2,), 8: (4,)}  # by kind of page
_ENCODINGS = range(10)  # Encoding of parquet.thrift, from PLAIN to BYTE_STREAM_SPLIT


class _Reader:
    """Thrift compact structures as dicts by field number; ``ValueError`` or ``IndexError`` where they are none."""

    def __init__(self, data: Any, at: int) -> None:
        self.data, self.at = data, at

    def varint(self) -> int:
        value, shift = 0, 0
        while True:
            byte = int(self.data[self.at])
            self.at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value
            if shift > 63:
                raise ValueError("a number of more than 64 bits")

    def zigzag(self) -> int:
        value = self.varint()
        return (value >> 1) ^ -(value & 1)

    def struct(self, depth: int = 0) -> dict[int, Any]:
        found: dict[int, Any] = {}
        field = 0
        while head := self.data[self.at]:
            self.at += 1
            field = field + (head >> 4) if head >> 4 else self.zigzag()
            found[field] = self.value(head & 15, depth)
        self.at += 1
        return found

    def value(self, kind: int, depth: int) -> Any:
        if depth > MAX_DEPTH:
            raise ValueError("nested too deep")
        if kind in (_TRUE, _FALSE):
            return kind == _TRUE
        if kind in _INTEGERS:
            return self.zigzag()
        if kind in (_BYTE, _DOUBLE, _BINARY):
            size = {_BYTE: 1, _DOUBLE: 8}.get(kind) or self.varint()
            self.at += size
            return None
        if kind in (_LIST, _SET):
            head = self.data[self.at]
            self.at += 1
            size, inner = head >> 4, head & 15
            size = self.varint() if size == 15 else size
            if size > len(self.data):
                raise ValueError("a list longer than the file")
            return [self.element(inner, depth + 1) for _ in range(size)]
        if kind == _STRUCT:
            return self.struct(depth + 1)
        raise ValueError("an unknown kind of field")  # maps are not in parquet.thrift

    def element(self, kind: int, depth: int) -> Any:
        if kind in (_TRUE, _FALSE):  # in a list, a byte of its own
            kind = _BYTE
        return self.value(kind, depth)


def counts_agree(path: Path) -> bool:
    """Whether every column's pages hold, by their headers, as many values as the footer says, within the file.

    True also where footer or headers are no such structures: the decoder refuses these by itself.
    """
    with path.open("rb") as handle:
        try:
            data = mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ)
        except (ValueError, OSError):
            return True
        with data:
            try:
                return all(_agrees(data, chunk) for chunk in _chunks(data))
            except (ValueError, IndexError, KeyError, TypeError, AttributeError):
                return True


def _chunks(data: Any) -> Iterator[dict[int, Any]]:
    """The metadata of every column of every row group."""
    size = int.from_bytes(data[-TAIL_BYTES:-4], "little")
    start = len(data) - TAIL_BYTES - size
    if data[-4:] != MAGIC or start < 0:
        return
    for group in _Reader(data, start).struct()[_ROW_GROUPS]:
        for column in group[_COLUMNS]:
            yield column[_META_DATA]


def _agrees(data: Any, chunk: dict[int, Any]) -> bool:
    """Whether the pages of one column lie in the file and hold as many values as it has; none negative."""
    wanted, counted = chunk[_NUM_VALUES], 0
    at = min(offset for offset in (chunk[_DATA_OFFSET], chunk.get(_DICTIONARY_OFFSET) or None) if offset is not None)
    if wanted < 0 or at < 0 or chunk[_TOTAL_SIZE] < 0 or at + chunk[_TOTAL_SIZE] > len(data):
        return False
    while counted < wanted:
        reader = _Reader(data, at)
        header = reader.struct()
        page: dict[int, Any] = next((header[kind] for kind in _DATA_PAGES if kind in header), {})
        count = page.get(1, 0)
        if count < 0 or header[_COMPRESSED_SIZE] < 0 or header.get(_DICTIONARY_PAGE, {1: 0})[1] < 0:
            return False
        if any(header[kind].get(n, 0) not in _ENCODINGS for kind in _ENCODING_FIELDS if kind in header
               for n in _ENCODING_FIELDS[kind]):  # fmt: skip
            return False
        counted += count
        at = reader.at + header[_COMPRESSED_SIZE]
    return bool(counted == wanted)
