"""Where the table of a text file begins, and how it is written: separator, decimal sign, headings, units row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NoReturn

from byssus.read.dialects import dialect_of
from byssus.read.headings import is_unit, matches, plain, split_heading
from byssus.read.problems import refuse, unknown_layout
from byssus.read.table import Kind
from byssus.read.text.cells import BLANKS, SPACES, decimal_of, is_datum, is_number, is_value, kind_of, split_line
from byssus.read.text.textfile import HEAD_BYTES, TextFile

__all__ = ["SAMPLE_LINES", "Layout", "find_layout", "not_read"]

MAX_COLUMNS = 2_000  # no instrument read here writes more; a wider file is refused before it is parsed
SAMPLE_LINES = 600
FIRST_LINES = 120
RUN_SAMPLE = 60  # rows of a run that are scored
SEPARATORS = (";", "\t", ",", "|", SPACES, BLANKS)
COMMENTS = ("#", "%", "//")
HEADER_ENDS = ("end comments", "end header")  # ZPlot's words between the headings and the data


@dataclass(frozen=True)
class Layout:
    """How a text file is written. ``first_line`` is the index of the first line of data."""

    separator: str
    decimal: str
    headings: tuple[str, ...]
    units: tuple[str, ...]
    kinds: tuple[Kind, ...]
    header_line: int | None
    first_line: int
    width: int
    sample: tuple[tuple[str, ...], ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Run:
    """Consecutive rows of one width that hold values."""

    separator: str
    start: int
    rows: tuple[tuple[str, ...], ...]
    headings: tuple[str, ...]
    units: tuple[str, ...]
    header_line: int | None
    score: tuple[float, ...]

    @property
    def fits(self) -> bool:
        """Whether there is one heading a field."""
        filled = max(len(row) if row[-1:] != ("",) else len(_trimmed(list(row))) for row in self.rows)
        return filled <= len(self.headings) <= max(len(row) for row in self.rows)


def find_layout(
    text: TextFile,
    mapped: Mapping[str, str],
    where: str,
    *,
    separators: Sequence[str] = SEPARATORS,
    sampled: int = SAMPLE_LINES,
) -> Layout:
    """The layout of a text file, by its first ``sampled`` lines; :class:`ReadError` if there is no table in it."""
    lines = [line.rstrip("\r") for line in text.head.split("\n")]
    if len(text.data) > HEAD_BYTES:
        if len(lines) < 2:
            refuse("a line longer than 256 KiB", where, expected="a table of lines", mend="Export the data as columns.")
        lines = lines[:-1]  # the last line of the head is cut
    _refuse_wide(lines, where)
    wanted = frozenset(plain(value) for value in mapped.values()) | frozenset(
        plain(base) for value in mapped.values() for base, _ in split_heading(value)
    )
    runs = _all_runs(lines[:sampled], separators, wanted)
    if not runs:
        _refuse_no_rows(lines, where)
    best = max(runs, key=lambda run: run.score)
    if not best.score[0] and best.headings and not best.fits:
        unknown_layout(where, lines)
    return _layout(_first_of(best, runs), _skipped(best, runs), text, where)


def _all_runs(sample: list[str], allowed: Sequence[str], wanted: frozenset[str]) -> list[_Run]:
    """The runs of every separator; of one alone where it parts all lines from known headings to the sample's end.

    Such a table shows in the first lines already, which are a fraction of the work.
    """
    short = sample[:FIRST_LINES]
    few = [run for separator in _separators(short, allowed) for run in _runs(short, separator, wanted)]
    if len(short) == len(sample):
        return few
    first = max(few, key=lambda run: run.score, default=None)
    if first is not None and first.score[0] and _to_the_end(first, short):
        whole = list(_runs(sample, first.separator, wanted))
        best = max(whole, key=lambda run: run.score)
        if best.start == first.start and _to_the_end(best, sample):
            return whole
    return [run for separator in _separators(sample, allowed) for run in _runs(sample, separator, wanted)]


def _to_the_end(run: _Run, lines: list[str]) -> bool:
    return len(run.rows) == sum(bool(line.strip()) and not line.startswith(COMMENTS) for line in lines[run.start :])


def _separators(lines: list[str], allowed: Sequence[str]) -> list[str]:
    """Those that occur, and the first of the others: all that do not occur part the lines alike, namely not."""
    held = "\n".join(lines)
    absent = [one for one in allowed if len(one) == 1 and one not in held]
    return [one for one in allowed if one not in absent[1:]]


def _first_of(best: _Run, runs: list[_Run]) -> _Run:
    """The first run under the same headings: further down they are only repeated."""
    same = [r for r in runs if r.separator == best.separator and r.headings and r.headings == best.headings]
    if not same or same[0] is best:
        return best
    more = best.rows if len(best.rows[0]) == len(same[0].rows[0]) else ()
    return replace(same[0], rows=same[0].rows + more)


def _skipped(best: _Run, runs: list[_Run]) -> tuple[str, ...]:
    """A warning for a table with other known headings above the one that is read."""
    above = [
        run
        for run in runs
        if run.separator == best.separator and run.start < best.start and run.headings != best.headings
        and run.score[0] >= 2.0 and len(run.rows) > 1
    ]  # fmt: skip
    return tuple(not_read(run.start) for run in above)


def not_read(line: int) -> str:
    """The warning for a table whose rows begin at this line, counted from 0."""
    return f"another table, from line {line + 1} of the file on, is not read"


def _refuse_wide(lines: list[str], where: str) -> None:
    if all(len(line) < MAX_COLUMNS for line in lines):
        return
    widest = max((max(line.count(s) for s in ";\t,|") for line in lines if line[:1] not in "[{"), default=0)
    if widest >= MAX_COLUMNS and sum(max(line.count(s) for s in ";\t,|") >= MAX_COLUMNS for line in lines[:20]) > 1:
        refuse(
            "too many columns",
            where,
            got=f"{widest + 1} columns",
            expected=f"at most {MAX_COLUMNS}",
            mend="Export only the columns of the measurement, one row a reading.",
        )


def _refuse_no_rows(lines: list[str], where: str) -> NoReturn:
    for line in lines[:SAMPLE_LINES]:
        for separator in SEPARATORS:
            headings = tuple(split_line(line, separator))
            if len(headings) > 1 and len({m.column.name for m in matches(headings)}) > 1:
                refuse("headings, but no rows of data", where, expected="at least one row", mend="Export it again.")
    unknown_layout(where, lines)


def _runs(lines: list[str], separator: str, wanted: frozenset[str]) -> Iterator[_Run]:
    cells = [split_line(line, separator) if line.strip() and not line.startswith(COMMENTS) else None for line in lines]
    filled = [row for row in cells if row is not None]
    if separator in (SPACES, BLANKS) and not any(len(row) > 1 for row in filled):
        return
    start, width, run = 0, 0, list[tuple[str, ...]]()
    for index, row in enumerate([*cells, ["end"]]):
        if row is None and index < len(lines) and run:
            continue
        body = row if row and row[-1] else _trimmed(row or [])
        is_data = bool(body) and (is_datum(body[0]) or any(map(is_datum, body)))
        if is_data and run and row and abs(len(row) - width) <= len(row) - len(body):
            run.append(tuple(row))
            continue
        if run:
            yield _scored(lines, cells, separator, start, run, wanted)
            run = []
        if is_data:
            start, width, run = index, len(row or []), [tuple(row or [])]


def _trimmed(row: list[str]) -> list[str]:
    end = len(row)
    while end and not row[end - 1]:
        end -= 1
    return row[:end]


def _scored(
    lines: list[str],
    cells: list[list[str] | None],
    separator: str,
    start: int,
    run: list[tuple[str, ...]],
    wanted: frozenset[str],
) -> _Run:
    width = len(run[0])
    best: tuple[float, tuple[str, ...], tuple[str, ...], int | None] = (0.0, (), (), None)
    above = [i for i in range(start - 1, max(start - 6, -1), -1) if _may_head(lines[i])][:2]
    for depth, index in enumerate(above):
        units: tuple[str, ...] = ()
        if depth == 1:
            row = cells[above[0]]
            if row is None or not all(is_unit(c) for c in row) or not any(row):
                break
            units = tuple(row)
        headings = _header(lines[index], separator, width)
        if headings is None:
            continue
        value = _known(headings, units, wanted) + (0.25 if depth == 1 else 0.0)
        if value > best[0] or best[3] is None:
            best = (value, headings, units, index)
    value, headings, units, header_line = best
    commas = lines[header_line].count(",") if header_line is not None else 0
    if width == 1 and commas and all(row[0].count(",") == commas for row in run[:RUN_SAMPLE]):
        value = 0.0  # "Force,N" over "1,2" is two columns, not one with a decimal comma
    decimal = decimal_of(run[:RUN_SAMPLE])
    sampled = [c for row in run[:RUN_SAMPLE] for c in row if c]
    share = sum(is_value(c, decimal) for c in sampled) / max(len(sampled), 1)
    score = (value, share, min(width, 50), len(run))
    return _Run(separator, start, tuple(run), headings, units, header_line, score)


def _may_head(line: str) -> bool:
    return bool(line.strip()) and not line.strip().strip('":').casefold().startswith(HEADER_ENDS)


def _header(line: str, separator: str, width: int) -> tuple[str, ...] | None:
    """A line split into headings for that many columns; ``None`` where it is no heading row."""
    bare = line.strip().lstrip("#%/ ~") if line.lstrip().startswith((*COMMENTS, "~")) else line
    for way in (separator, "\t", SPACES, ";", ",", "|"):
        row = split_line(bare, way)
        body = _trimmed(row)
        if not body or any(is_number(c, ".") or is_number(c, ",") for c in body):
            continue
        if (way == separator and abs(len(body) - width) <= 2) or len(body) == width:
            return tuple(body)
    return None


def _known(headings: tuple[str, ...], units: tuple[str, ...], wanted: frozenset[str]) -> float:
    """How much of a heading row is known: a column with its unit counts double."""
    value: dict[str, float] = {}
    for match in matches(headings, units):
        value[match.column.name] = max(value.get(match.column.name, 0.0), 2.0 if match.scale else 1.0)
    by_map = 3.0 * sum(
        1 for h in headings if plain(h) in wanted or any(plain(b) in wanted for b, _ in split_heading(h))
    )
    return sum(value.values()) + by_map + (10.0 if dialect_of(headings) else 0.0)


def _layout(run: _Run, warnings: tuple[str, ...], text: TextFile, where: str) -> Layout:
    tail = [tuple(split_line(line, run.separator)) for line in text.tail.split("\n")[1:-1]]
    rows = run.rows + tuple(row for row in tail if len(row) == len(run.rows[0]))
    widths = [len(row) for row in run.rows]
    width = max(set(widths), key=widths.count)
    decimal = decimal_of(rows)
    headings = run.headings or tuple(f"column {i + 1}" for i in range(width))
    if run.headings and not run.fits:
        refuse(
            "the heading row and the rows of data do not have the same number of fields",
            where,
            got=f"{len(headings)} headings over {width} fields",
            expected="one heading a field",
            mend="Check that the decimal sign and the separator of the export are not the same.",
        )
    columns = [[row[i] if i < len(row) else "" for row in rows] for i in range(len(headings))]
    kinds = tuple(kind_of(cells, decimal) for cells in columns)
    return Layout(
        run.separator, decimal, headings, run.units, kinds, run.header_line, run.start, width,
        tuple(rows[:RUN_SAMPLE]), warnings,
    )  # fmt: skip
