"""Seeded damage to any file: what fuzz.py and tests/read/test_mutated.py share."""

from __future__ import annotations

import gzip
import io
import math
import random
import re
import struct
import warnings
import zipfile
from collections.abc import Callable

__all__ = ["mutate"]

Mutation = Callable[[bytes, random.Random], bytes]

ODD_NUMBERS = (
    math.nan, math.inf, -math.inf, 0.0, -0.0, -1.0, 1.0, 1e38, -1e38, 1e-38, 1e20, -1e20, 1e9, -1e9, 1e-9, 1e-20,
)  # fmt: skip
ODD_CELLS = (
    "", "nan", "inf", "-inf", "#N/A", "-", "abc", "0", "-0", "1e308", "-1e308", "1e-320", "1e999", "9" * 400,
    "1.234.567,8", "1,234,567.8", "12:34:56", "99:99:99", "31.12.2024 23:59:59", "2024-02-30", "0000-00-00 00:00:00",
    "01/02/03", "−1,5", "٣", '"', '""', "'", "=1/0", "TRUE", "0x1F", "1_000", "1 000", "\u00a0", "\ufeff", "[mm]",
    "9**9**9", "\x1b[31m", "a\tb",
)  # fmt: skip
ODD_NAMES = ("data.ndc", "xl/workbook.xml", "../../up", "/etc/x", "a\x00b", "ü" * 90, "mimetype", "__MACOSX/x", "x/")


# ---- damage ----------------------------------------------------------------------------------------------------


def _flip(data: bytes, rng: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 3, 30))):
        out[rng.randrange(len(out))] ^= 1 << rng.randrange(8)
    return bytes(out)


def _flip_head(data: bytes, rng: random.Random) -> bytes:
    return _flip(data[:600], rng) + data[600:]


def _cut(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data))]


def _delete(data: bytes, rng: random.Random) -> bytes:
    place = rng.randrange(len(data))
    return data[:place] + data[place + rng.choice((1, 2, 17, 700)) :]


def _insert(data: bytes, rng: random.Random) -> bytes:
    place, size = rng.randrange(len(data)), rng.choice((1, 3, 90, 5000))
    return data[:place] + (bytes(size) if rng.random() < 0.6 else rng.randbytes(size)) + data[place:]


def _overwrite(data: bytes, rng: random.Random) -> bytes:
    place, size = rng.randrange(len(data)), rng.choice((1, 4, 8, 512))
    filling = rng.choice((bytes(size), b"\xff" * size, rng.randbytes(size)))
    return data[:place] + filling + data[place + size :]


def _double(data: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(data))
    end = min(start + rng.choice((1, 64, 4096, len(data))), len(data))
    return data[:end] + data[start:end] + data[end:]


def _swap(data: bytes, rng: random.Random) -> bytes:
    """Two blocks change places; half of the time they are whole pages, as a database or a recorder writes them."""
    size = rng.choice((16, 512, 4096) if len(data) > 8192 else (4, 16, 64))
    paged = rng.random() < 0.5
    first, second = sorted(rng.randrange(len(data)) // (size if paged else 1) * (size if paged else 1) for _ in "ab")
    second = max(second, first + size)
    one, other = data[first : first + size], data[second : second + size]
    return data[:first] + other + data[first + size : second] + one + data[second + size :]


def _page(data: bytes, rng: random.Random) -> bytes:
    """A whole page overwritten: by zeros, by ones, by noise or by another page."""
    size = rng.choice((512, 1024, 4096) if len(data) > 8192 else (16, 64, 256))
    pages = range(0, len(data), size)
    at, other = rng.choice(pages), rng.choice(pages)
    filling = rng.choice((bytes(size), b"\xff" * size, rng.randbytes(size), data[other : other + size]))
    return data[:at] + filling[: len(data) - at] + data[at + size :]


def _word(data: bytes, rng: random.Random) -> bytes:
    """One to a few words become numbers nobody measures or counts, in either order of bytes."""
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 4))):
        code = rng.choice("<>") + rng.choice("dfIiHhQ")
        size = struct.calcsize(code)
        if len(out) < size:
            break
        most = min(len(out), 2048) if rng.random() < 0.5 else len(out)
        at = rng.randrange(max(most - size, 0) + 1)
        bits = 8 * size
        low, high = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if code[1] in "ih" else (0, (1 << bits) - 1)
        odd = (
            rng.choice(ODD_NUMBERS) if code[1] in "df" else rng.choice((low, high, 0, 1, high // 2, rng.randint(0, 99)))
        )
        struct.pack_into(code, out, at, odd)
    return bytes(out)


def _lines(data: bytes, rng: random.Random) -> bytes:
    """Lines swapped, doubled, dropped, joined, cut or blank; half of the time among the first forty."""
    lines = data.split(b"\n")
    for _ in range(rng.choice((1, 1, 2, 8))):
        top = min(len(lines), 40) if rng.random() < 0.5 else len(lines)
        at, other = rng.randrange(top), rng.randrange(top)
        way = rng.randrange(7)
        if way == 0:
            lines[at], lines[other] = lines[other], lines[at]
        elif way == 1:
            lines[at:at] = [lines[at]] * rng.choice((1, 3, 50))
        elif way == 2:
            del lines[at : at + rng.choice((1, 2, 30))]
        elif way == 3:
            lines[at] = lines[at] + lines[other]
        elif way == 4:
            lines[at] = lines[at][: rng.randrange(len(lines[at]) + 1)]
        elif way == 5:
            lines.insert(at, rng.choice((b"", b"# note", b"End of test", b'"', b"\x1a", b"," * 40)))
        else:
            lines.insert(at, lines.pop(other))
        if not lines:
            break
    return b"\n".join(lines)


def _separator(data: bytes) -> bytes:
    return max((b";", b"\t", b",", b" "), key=data[:20_000].count)


def _cells(data: bytes, rng: random.Random) -> bytes:
    """Cells of some rows, or one column from some row on, become something odd; or fields change places."""
    lines, sign = data.split(b"\n"), _separator(data)
    place, way = rng.randrange(len(lines)), rng.randrange(4)
    rows = range(place, len(lines)) if way == 0 else [rng.randrange(len(lines)) for _ in range(rng.choice((1, 5)))]
    field, odd = rng.randrange(12), rng.choice(ODD_CELLS).encode()
    for row in rows:
        fields = lines[row].split(sign)
        at = field % len(fields)
        if way == 3:
            rng.shuffle(fields)
        elif way == 2:
            del fields[at]
        else:
            fields[at] = odd
        lines[row] = sign.join(fields)
    return b"\n".join(lines)


def _header(data: bytes, rng: random.Random) -> bytes:
    """Words of the first lines garbled: headings doubled, units changed, characters lost."""
    lines, sign = data.split(b"\n"), _separator(data)
    at = rng.randrange(min(len(lines), rng.choice((1, 3, 60))))
    fields = lines[at].split(sign)
    units = ("[N]", "[kN]", "(mA)", "/ V", "[°C]", "[h]", "[9**9**9]", "[m" * 50, "[]", "[1/0]", "[s;N]", "(lbf", "[%]")
    for _ in range(rng.choice((1, 2))):
        one, other = rng.randrange(len(fields)), rng.randrange(len(fields))
        fields[one] = rng.choice(
            (fields[other], b"", rng.randbytes(5), fields[one][1:], re.sub(rb"[\[(/].*", b"", fields[one])
             + rng.choice(units).encode())
        )  # fmt: skip
    lines[at] = sign.join(fields)
    return b"\n".join(lines)


def _encoding(data: bytes, rng: random.Random) -> bytes:
    """The whole text in another encoding, with other line ends, decimal signs or separators."""
    text = data.decode("utf-8", errors="replace")
    way = rng.randrange(4)
    if way == 0:
        return text.encode(rng.choice(("utf-16", "utf-16-be", "utf-32", "utf-8-sig", "utf-7")), errors="replace")
    if way == 1:
        return text.replace("\r", "").replace("\n", rng.choice(("\r", "\r\n", "\n\n", "\v", "\x85"))).encode()
    old, new = rng.choice(((".", ","), (",", "."), (",", ";"), (";", ","), (",", "\t"), (",", "  "), (";", " ")))
    return text.replace(old, new).encode()


def _numbers(data: bytes, rng: random.Random) -> bytes:
    """A few numbers anywhere become odd ones."""
    found = list(re.finditer(rb"\d+(?:[.,]\d+)?", data[: 1 << 18]))
    for match in sorted(rng.sample(found, min(len(found), rng.choice((1, 4)))), key=lambda m: -m.start()):
        data = data[: match.start()] + rng.choice(ODD_CELLS).encode() + data[match.end() :]
    return data


def _members(data: bytes, rng: random.Random) -> bytes:
    """A zip packed again with one member damaged, cut, emptied, dropped, doubled or renamed."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        names = [i.filename for i in old.infolist() if not i.is_dir()]
        chosen, way = rng.choice(names), rng.randrange(9)
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new:
            for name in names:
                inner = old.read(name)
                if name != chosen:
                    new.writestr(name, inner)
                elif way == 1:
                    new.writestr(name, b"")
                elif way == 2:
                    new.writestr(rng.choice(ODD_NAMES), inner)
                elif way == 3:
                    new.writestr(name, inner)
                    new.writestr(name, inner[: len(inner) // 2])
                elif way > 3:
                    new.writestr(name, rng.choice((*BINARY, _numbers))(inner, rng) if inner else b"x")
    return held.getvalue()


def _inner_gzip(data: bytes, rng: random.Random) -> bytes:
    return gzip.compress(rng.choice((*BINARY, *TEXT))(gzip.decompress(data), rng), mtime=0)


def _frame(data: bytes, rng: random.Random) -> bytes:
    """A parquet table with columns of other kinds, of nothing, or of strange values."""
    import polars as pl

    try:
        frame = pl.read_parquet(io.BytesIO(data))
    except pl.exceptions.PanicException as fault:  # the second damage to one file: polars may panic on the first
        raise ValueError("no frame") from fault
    name = rng.choice(frame.columns)
    column = pl.col(name)
    height = frame.height
    ways = (
        pl.lit(None).alias(name), column.cast(pl.String), column.cast(pl.Float32), column.cast(pl.Int64).cast(pl.Date),
        column.cast(pl.Int64).cast(pl.Datetime("ns", "Europe/Berlin")), column.cast(pl.Int64).cast(pl.Duration("ms")),
        column.cast(pl.Int64).cast(pl.Time, strict=False), column > 0, column.implode().over(name).alias(name),
        pl.struct(column.alias("x")).alias(name), column.cast(pl.Decimal(20, 3)),
        column.cast(pl.String).cast(pl.Binary), column.cast(pl.String).cast(pl.Categorical),
        pl.lit(float("inf")).alias(name), column * 1e308, column * 0, -column, column.shuffle(rng.randrange(99)),
        pl.when(column > column.mean()).then(column).alias(name),
        column.alias(rng.choice(("", "Force", "Time [h]", "Current [mA]", "ü" * 300, "Voltage / V "))),
    )  # fmt: skip
    out = frame.with_columns(rng.choice(ways))
    out = rng.choice(
        (out, out, out.head(rng.randrange(4)), out.reverse(), out.select(sorted(out.columns)), out.drop(name))
    )
    held = io.BytesIO()
    (out if out.width else frame.head(height // 2)).write_parquet(held)
    return held.getvalue()


BINARY: tuple[Mutation, ...] = (
    _flip, _flip_head, _cut, _delete, _insert, _overwrite, _double, _swap, _page, _word, _word,
)  # fmt: skip
TEXT: tuple[Mutation, ...] = (_lines, _lines, _cells, _cells, _header, _header, _encoding, _numbers)


def mutate(data: bytes, key: str) -> bytes:
    """``data`` damaged once, sometimes twice, in a way that depends on ``key`` alone."""
    rng = random.Random(key)
    for _ in range(rng.choice((1, 1, 2))):
        ways: tuple[Mutation, ...] = (*BINARY, *TEXT, *TEXT)
        if data.startswith(b"PK"):
            ways = (*BINARY, *(_members,) * 10)
        elif data.startswith(b"\x1f\x8b"):
            ways = (*BINARY, *(_inner_gzip,) * 10)
        elif data.startswith(b"PAR1"):
            ways = (*BINARY, *(_frame,) * 7)
        elif b"\x00" in data[:4096] and not data.startswith(b"\xff\xfe"):
            ways = BINARY
        before = data
        try:
            data = rng.choice(ways)(data, rng) or before[:1]
        except Exception:  # damaged once so that it cannot be taken apart again
            data = _flip(before, rng)
    return data
