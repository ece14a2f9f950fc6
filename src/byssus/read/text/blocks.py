"""The rows of data as bytes: whether all have one width, and what is left out if not."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from typing import NoReturn

from byssus.read.problems import refuse
from byssus.read.text.cells import BLANKS, SPACES, is_value
from byssus.read.text.layout import COMMENTS, Layout

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
    return re.sub(rb" *\t[ \t]*| {2,}" if separator == SPACES else rb"[ \t]+", b"\t", block)


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
    left_out: Counter[str] = Counter()
    notes: list[int] = []  # lines of words since the last row
    last = 0
    for number, line, fields in _whole(_rows(text, separator), layout, where):
        kind = _kind(line, fields, layout)
        if kind == "note":
            notes.append(number)
        elif kind in ("odd", "row"):
            odd += [(note, 1) for note in notes]  # words between rows are no footer
            notes, last = [], number
            if kind == "odd":
                odd.append((number, len(fields)))
            else:
                kept.append(_joined(fields, separator, layout.width))
        else:
            left_out[kind] += 1
    cut = bool(odd) and odd[-1][0] == last and odd[-1][1] < layout.width
    if cut:
        odd.pop()
    if odd:
        _refuse_ragged(odd, layout, where)
    line_of_last = layout.first_line + last
    said = (
        (cut, f"the last row (line {line_of_last} of the file) is cut short and is left out"),
        (len(notes), f"left out: {len(notes)} line(s) of words below the table"),
        (left_out["heading"], f"left out: {left_out['heading']} repeated heading or units row(s) among the data"),
        (left_out["comment"], f"left out: {left_out['comment']} comment line(s) among the data"),
    )
    return ("\n".join(kept) + "\n" if kept else "").encode(), [words for holds, words in said if holds]


def _kind(line: str, fields: list[str], layout: Layout) -> str:
    """What a line among the data is: blank, comment, heading (repeated), note, row, or odd (of another width)."""
    if not line.strip():
        return "blank"
    if line.startswith(COMMENTS):
        return "comment"
    body = _body(fields)
    if body and body in (_body(list(layout.headings)), _body(list(layout.units))):
        return "heading"
    if len(body) < len(layout.headings) and not any(is_value(f, ".") or is_value(f, ",") for f in body):
        return "note"
    return "row" if len(fields) == layout.width or _same_width(fields, layout) else "odd"


def _joined(fields: list[str], separator: str, width: int) -> str:
    return separator.join(_quote(f, separator) for f in (*fields, *[""] * width)[:width])


def _rows(text: str, separator: str) -> Iterator[tuple[int, str, list[str]]]:
    if '"' not in text:
        for number, line in enumerate(text.split("\n"), start=1):
            bare = line.rstrip("\r")
            yield number, bare, [f.strip() for f in bare.split(separator)]
        return
    reader = csv.reader((line.replace("\r", " ") for line in text.split("\n")), delimiter=separator)
    for fields in reader:
        yield reader.line_num, separator.join(fields), [f.strip() for f in fields]


def _whole(
    rows: Iterator[tuple[int, str, list[str]]], layout: Layout, where: str
) -> Iterator[tuple[int, str, list[str]]]:
    """The rows; :class:`ReadError` where a quote that is never closed swallows them."""
    number = 0
    try:
        for number, line, fields in rows:
            yield number, line, fields
    except csv.Error as fault:
        refuse(
            "a quotation mark is not closed",
            where,
            got=f"{fault} below line {layout.first_line + number}",
            expected="quotation marks in pairs",
            mend="Mend or remove this line, or export the data again.",
        )


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
