"""The rows of data as bytes: whether all have one width, and what is left out if not."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from typing import NoReturn

from byssus.read.cells import BLANKS, SPACES
from byssus.read.layout import COMMENTS, Layout
from byssus.read.problems import refuse

__all__ = ["clean_block", "name_odd_rows"]

ROWS_NAMED = 5


def clean_block(data: bytes, offset: int, layout: Layout, where: str) -> tuple[bytes | None, list[str]]:
    """The block to parse, or ``None`` where the file's own bytes will do, with what was left out.

    Raises :class:`ReadError` for rows of another width, save a last row that was cut.
    """
    if layout.separator in (SPACES, BLANKS):
        data, offset, separator = _tabbed(data[offset:], layout.separator), 0, b"\t"
        changed = True
    else:
        separator, changed = layout.separator.encode(), False
    if _is_even(data, offset, separator, layout) and not _repeats(data, offset, layout):
        return (data if changed else None), []
    return _line_by_line(data[offset:].decode("utf-8"), separator.decode(), layout, where)


def name_odd_rows(block: bytes, layout: Layout, where: str) -> None:
    """Raise :class:`ReadError` naming the rows of another width, if there are any."""
    tabbed = layout.separator in (SPACES, BLANKS)
    text = (_tabbed(block, layout.separator) if tabbed else block).decode("utf-8")
    _line_by_line(text, "\t" if tabbed else layout.separator, layout, where)


def _tabbed(block: bytes, separator: str) -> bytes:
    block = re.sub(rb"(?m)^[ \t]+|[ \t\r]+$", b"", block)
    return re.sub(rb" {2,}|\t+" if separator == SPACES else rb"[ \t]+", b"\t", block)


def _is_even(data: bytes, offset: int, separator: bytes, layout: Layout) -> bool:
    """Whether separators and line ends count up to rows of one width, with no blank line and no comment."""
    ends = data.count(b"\n", offset) + (0 if data.endswith(b"\n") else 1)
    if data.count(separator, offset) != ends * (layout.width - 1):
        return False
    if layout.width == 1 and (data.find(b"\n\n", offset) >= 0 or data.find(b"\n\r\n", offset) >= 0):
        return False
    return not any(_holds(data, b"\n" + sign.encode(), offset, sign[:1].encode()) for sign in COMMENTS)


def _holds(data: bytes, words: bytes, offset: int, rare: bytes) -> bool:
    """Whether ``words`` are in the data; looking for one rare byte first is ten times faster."""
    first = data.find(rare, offset)
    return first >= 0 and data.find(words, max(first - len(words), offset)) >= 0


def _repeats(data: bytes, offset: int, layout: Layout) -> bool:
    heading = next((h for h in layout.headings if h), "")
    return (
        layout.header_line is not None
        and len(heading) > 1
        and _holds(data, heading.encode(), offset, heading.encode()[:1])
    )


def _line_by_line(text: str, separator: str, layout: Layout, where: str) -> tuple[bytes, list[str]]:
    kept: list[str] = []
    odd: list[tuple[int, int]] = []
    repeated = comments = 0
    headings = [row for row in (_body(list(layout.headings)), _body(list(layout.units))) if row]
    last = 0
    for number, line, fields in _rows(text, separator):
        if not line.strip():
            continue
        if line.startswith(COMMENTS):
            comments += 1
            continue
        body = _body(fields)
        if body in headings:
            repeated += 1
            continue
        last = number
        if len(fields) != layout.width and not _same_width(fields, layout):
            odd.append((number, len(fields)))
            continue
        kept.append(separator.join(_quote(f, separator) for f in (*fields, *[""] * layout.width)[: layout.width]))
    cut = bool(odd) and odd[-1][0] == last and odd[-1][1] < layout.width
    if cut:
        odd.pop()
    if odd:
        _refuse_ragged(odd, layout, where)
    warnings = []
    if cut:
        warnings.append(f"the last row (line {layout.first_line + last} of the file) is cut short and is left out")
    if repeated:
        warnings.append(f"{repeated} repeated heading or units rows among the data are left out")
    if comments:
        warnings.append(f"{comments} comment lines among the data are left out")
    return ("\n".join(kept) + "\n" if kept else "").encode(), warnings


def _rows(text: str, separator: str) -> Iterator[tuple[int, str, list[str]]]:
    if '"' not in text:
        for number, line in enumerate(text.split("\n"), start=1):
            bare = line.rstrip("\r")
            yield number, bare, [f.strip() for f in bare.split(separator)]
        return
    reader = csv.reader(text.split("\n"), delimiter=separator)
    for fields in reader:
        yield reader.line_num, separator.join(fields), [f.strip() for f in fields]


def _body(fields: list[str]) -> list[str]:
    end = len(fields)
    while end and not fields[end - 1]:
        end -= 1
    return fields[:end]


def _same_width(fields: list[str], layout: Layout) -> bool:
    """Rows that differ only in separators at their end are of one width."""
    body = len(_body(fields))
    return body <= layout.width <= len(fields) or (len(fields) >= len(layout.headings) and body <= layout.width)


def _quote(field: str, separator: str) -> str:
    return '"' + field.replace('"', '""') + '"' if separator in field or '"' in field else field


def _refuse_ragged(odd: list[tuple[int, int]], layout: Layout, where: str) -> NoReturn:
    listed = ", ".join(f"line {layout.first_line + n} has {f}" for n, f in odd[:ROWS_NAMED])
    refuse(
        f"{len(odd)} row{'s' if len(odd) > 1 else ''} of another width than the table",
        where,
        got=listed + (", ..." if len(odd) > ROWS_NAMED else ""),
        expected=f"{layout.width} fields in every row",
        mend="Mend or remove these lines, or export the data again.",
    )
