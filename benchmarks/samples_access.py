"""Small Access databases, as an Arbin .res is one, written from the layout of Jet 4."""

from __future__ import annotations

import struct

__all__ = ["jet_file", "res_file"]


def _jet_row(columns: list[tuple[str, int]], cells: tuple[object, ...]) -> bytes:
    """A row of a Jet 4 table: count, fixed cells, texts, their places from behind, null mask; no cell is null."""
    codes = {3: "<h", 4: "<i", 6: "<f", 7: "<d"}
    held = struct.pack("<H", len(columns))
    held += b"".join(struct.pack(codes[t], c) for (_, t), c in zip(columns, cells, strict=True) if t in codes)
    texts = [b"\xff\xfe" + str(c).encode("latin-1") for (_, t), c in zip(columns, cells, strict=True) if t == 10]
    places = [len(held) + sum(map(len, texts[:k])) for k in range(len(texts) + 1)]
    behind = b"".join(struct.pack("<H", p) for p in reversed(places)) + struct.pack("<H", len(texts)) if texts else b""
    return held + b"".join(texts) + behind + bytes([255] * ((len(columns) + 7) // 8))


def _jet_pages(owner: int, rows: list[bytes]) -> list[bytes]:
    """Data pages of 4096 bytes: rows from the end upwards, their places from byte 14 on."""
    pages: list[list[bytes]] = [[]]
    for row in rows:
        if 14 + sum(len(r) + 2 for r in [*pages[-1], row]) > 4096:
            pages.append([])
        pages[-1].append(row)
    out = []
    for held in pages:
        places = [4096 - sum(map(len, held[: k + 1])) for k in range(len(held))]
        head = struct.pack("<BBHIIH", 1, 1, 0, owner, 0, len(held)) + b"".join(struct.pack("<H", p) for p in places)
        out.append(head + bytes(4096 - len(head) - sum(map(len, held))) + b"".join(reversed(held)))
    return out


def _jet_table(columns: list[tuple[str, int]], rows: int, map_row: int) -> bytes:
    sizes, entries, fixed, texts = {3: 2, 4: 4, 6: 4, 7: 8}, b"", 0, 0
    for number, (_, kind) in enumerate(columns):
        size = sizes.get(kind, 0)
        flag, place = int(kind in sizes), fixed if size else 0
        entries += struct.pack(
            "<BIHHHIBBIHH", kind, 0, number, texts, number, 0, flag, 0, 0, place, sizes.get(kind, 100)
        )
        fixed, texts = fixed + sizes.get(kind, 0), texts + (kind == 10)
    names = b"".join(struct.pack("<H", 2 * len(n)) + n.encode("utf-16-le") for n, _ in columns)
    head = struct.pack("<BBHIIII", 2, 1, 0, 0, 0, 0, rows) + bytes(20) + b"N"
    head += struct.pack("<HHHIIB3sI", len(columns), texts, len(columns), 0, 0, map_row, b"\x01\0\0", 0)
    return (head + entries + names).ljust(4096, b"\0")


def jet_file(tables: dict[str, tuple[list[tuple[str, int]], list[tuple[object, ...]]]]) -> bytes:
    """A small Access 2000 database: name -> columns (name, type: 3, 4 integers, 6, 7 floats, 10 text) and rows."""
    catalog = [(2 + k, 1, 0, name) for k, name in enumerate(["MSysObjects", *tables])]
    held = {"MSysObjects": ([("Id", 4), ("Type", 3), ("Flags", 4), ("Name", 10)], catalog), **tables}
    pages, maps, first = [], [], 2 + len(held)
    for owner, (columns, rows) in enumerate(held.values(), 2):
        pages += (own := _jet_pages(owner, [_jet_row(columns, row) for row in rows]))
        maps.append(struct.pack("<BI", 0, first) + sum(1 << k for k in range(len(own))).to_bytes(64, "little"))
        first += len(own)
    start = (b"\0\1\0\0Standard Jet DB\0\1").ljust(4096, b"\0")
    tops = [_jet_table(columns, len(rows), k) for k, (columns, rows) in enumerate(held.values())]
    return b"".join([start, *_jet_pages(0, maps), *tops, *pages])


def res_file(rows: list[tuple[float, float, float, int, int]], test: int = 1) -> bytes:
    """An Arbin .res of these rows (time s, voltage V, current A, cycle, step)."""
    columns = [("Test_ID", 4), ("Data_Point", 4), ("Test_Time", 7), ("DateTime", 7), ("Step_Index", 3)]
    columns += [("Cycle_Index", 3), ("Current", 6), ("Voltage", 6), ("Charge_Capacity", 7), ("Discharge_Capacity", 7)]
    up = down = 0.0
    records = []
    for n, (t, v, i, c, s) in enumerate(rows):
        up, down = up + max(i, 0) * 60 / 3600, down + max(-i, 0) * 60 / 3600
        records.append((test, n + 1, t, 45000 + t / 86400, s, c, i, v, up, down))
    about = [("Test_ID", 4), ("Channel_Index", 3), ("Start_DateTime", 7), ("MASS", 6), ("Test_Name", 10)]
    told = [(test, 7, 45000.0, 0.0005, "cell A")]
    return jet_file({"Channel_Normal_Table": (columns, records), "Global_Table": (about, told)})
