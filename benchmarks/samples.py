"""Small whole files of every format that is read, in several locales: what fuzz.py and the tests damage."""

from __future__ import annotations

import gzip
import io
import re
import struct
import zipfile

__all__ = ["jet_file", "res_file", "small_files"]


def _cycling() -> list[tuple[float, float, float, int, int]]:
    """Four half-cell cycles: time s, voltage V, current A, cycle, step."""
    rows = []
    for n in range(160):
        cycle, at = divmod(n, 40)
        down = at < 20
        voltage = 0.9 - 0.04 * at if down else 0.1 + 0.045 * (at - 20)
        rows.append((n * 60.0, round(voltage, 5), -1e-3 if down else 9.5e-4, cycle + 1, 2 * cycle + (not down) + 1))
    return rows


def _pull() -> list[tuple[float, float, float]]:
    """A pull to the break: time s, force N, displacement mm."""
    return [(n * 0.1, round(60 * (1 - 2.718 ** (-n / 30)), 4) if n < 115 else 0.2, n * 0.02) for n in range(120)]


def _table(headings: list[str], rows: list[tuple[object, ...]], separator: str, decimal: str = ".") -> str:
    lines = [separator.join(str(c).replace(".", decimal) for c in row) for row in rows]
    return "\n".join([separator.join(headings), *lines, ""])


def _report(rows: list[tuple[float, float, float, int, int]]) -> str:
    lines = [
        "Cycle Index,Chg. Cap.(mAh),DChg. Cap.(mAh)",
        ",Step Index,Step Number,Step Type,Step Time,Capacity(mAh)",
        ",,DataPoint,Time,Total Time,Current(A),Voltage(V),Capacity(mAh)",
    ]
    cycle = step = 0
    for number, (time, voltage, current, in_cycle, in_step) in enumerate(rows, 1):
        if in_cycle != cycle:
            lines.append(f"{in_cycle},0.3,0.3")
        if in_step != step:
            lines.append(f",{in_step},{in_step},{'CC DChg' if current < 0 else 'CC Chg'},00:20:00,0.3")
        cycle, step = in_cycle, in_step
        clock = f"{int(time) // 3600:02}:{int(time) // 60 % 60:02}:00"
        lines.append(f",,{number},00:00:00,{clock},{current},{voltage},{abs(current) * 1000 * (number % 20) / 60:.4f}")
    return "\n".join([*lines, ""])


def _zwick(rows: list[tuple[float, float, float]]) -> str:
    header = ['"Specimen name","A-1",""', '"Specimen width",5.0,"mm"', '"Specimen thickness",0.05,"mm"']
    header += ['"Cross-section",0.25,"mm²"', '"Gage length, standard travel",30,"mm"', '"Test speed",5,"mm/min"']
    table = ['"Test time","Standard force","Standard travel"', '"s","N","mm"']
    return "\r\n".join([*header, *table, *(",".join(str(c) for c in row) for row in rows), ""])


def _workbook() -> bytes:
    import datetime as dt

    import xlsxwriter

    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True, "default_date_format": "dd.mm.yyyy hh:mm:ss"})
    info = book.add_worksheet("Info")
    info.write_row(0, 0, ["Operator", "NN"])
    sheet = book.add_worksheet("Channel_1")
    sheet.write_row(0, 0, ["Date_Time", "Test_Time(s)", "Voltage(V)", "Current(A)", "Cycle_Index", "Step_Index"])
    start = dt.datetime(2024, 3, 1, 12)
    for number, row in enumerate(_cycling(), 1):
        sheet.write_datetime(number, 0, start + dt.timedelta(seconds=row[0]))
        sheet.write_row(number, 1, row)
    words = book.add_worksheet("Zug")
    words.write_row(0, 0, ["Zeit [s]", "Kraft [N]", "Weg [mm]"])
    for number, pull in enumerate(_pull(), 1):
        words.write_row(number, 0, [str(c).replace(".", ",") for c in pull])
    book.close()
    return held.getvalue()


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


def _parquet(headings: list[str], rows: list[tuple[object, ...]]) -> bytes:
    import polars as pl

    held = io.BytesIO()
    pl.DataFrame(rows, schema=headings, orient="row").write_parquet(held)
    return held.getvalue()


def small_files() -> dict[str, bytes]:
    """Name -> bytes: a small whole file of every format read, in several locales."""
    cell, pull = _cycling(), _pull()
    bdf = ["Test Time / s", "Voltage / V", "Current / A", "Cycle Count / 1", "Step Index / 1"]
    force = ["Time [s]", "Force [N]", "Displacement [mm]"]
    english = _table(force, list(pull), ",")
    unsigned = [
        (f"01.03.2024 12:{int(t) // 60 % 60:02}:00", v, abs(i), "Entladen" if i < 0 else "Laden")
        for t, v, i, _, _ in cell[:60]
    ]
    swelling = [(s, "A", n, d) for s, d in (("pristine", 40.1), ("lithiated", 71.3)) for n in (1, 2, 3)]
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("pull.csv", english)
    heads = ["Zeit [s]", "Spannung [V]", "Strom [mA]", "Zyklus", "Schritt"]
    thousands = "Zeit [s];Kraft [N];Weg [mm]\n" + "".join(f"{n};1.{n:03},5;{n},25\n" for n in range(100, 200))
    return {
        "bdf.csv": _table(bdf, list(cell), ",").encode(),
        "bdf.parquet": _parquet(bdf, list(cell)),
        "pull.parquet": _parquet(force, list(pull)),
        "english.csv": english.encode(),
        "german.csv": ("Prüfer;Größe\n\n" + _table(heads, list(cell), ";", ",")).encode("cp1252"),
        "thousands.csv": thousands.encode(),
        "tabs.txt": _table(heads, list(cell), "\t", ",").encode("utf-16"),
        "blanks.txt": _table(["Time/s", "Ewe/V", "I/mA", "cycle", "step"], list(cell), "  ").encode(),
        "units.csv": english.replace("Time [s],Force [N],Displacement [mm]", "Time,Force,Extension\ns,N,mm").encode(),
        "quoted.csv": re.sub(r"([\d.]+)", r'"\1"', english).encode(),
        "dates.csv": _table(["Datum", "Spannung [V]", "Strom [A]", "Schritttyp"], unsigned, ";").encode(),
        "swelling.csv": _table(["state", "specimen", "replicate", "thickness_um"], swelling, ",").encode(),
        "pull.TRA": _zwick(pull).encode("cp1252"),
        "report.csv": _report(cell).encode(),
        "book.xlsx": _workbook(),
        "cell.res": res_file(cell),
        "pull.csv.gz": gzip.compress(english.encode(), mtime=0),
        "pull.csv.zip": held.getvalue(),
    }
