"""Small whole files of every format that is read, in several locales: what fuzz.py and the tests damage."""

from __future__ import annotations

import cmath
import gzip
import io
import math
import re
import struct
import zipfile

__all__ = ["jet_file", "mpr_data", "mpr_file", "mpt_file", "res_file", "small_files"]


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


def _land(rows: list[tuple[float, float, float, int, int]]) -> str:
    heads = ["记录序号", "测试时间/Sec", "电压/V", "电流/mA", "循环序号", "工步序号", "系统时间"]
    stamps = [f"2024-03-25 {int(t) // 3600:02}:{int(t) // 60 % 60:02}:00" for t, *_ in rows]
    table = [(n, t, v, 1e3 * i, c, s, at) for n, ((t, v, i, c, s), at) in enumerate(zip(rows, stamps, strict=True), 1)]
    return _table(heads, table, ",")


def _maccor(rows: list[tuple[float, float, float, int, int]]) -> str:
    lines = ["Today's Date:\t14 December 2020\tDate of Test:\t11 December 2020", "Filename:\tcell\tTester Channel:\t1"]
    lines.append("Rec#\tCyc#\tStep\tTestTime\tAmps\tVolts\tState\tES\tAux #1\t Units\t")
    for number, (time, voltage, current, cycle, step) in enumerate(rows, 1):
        clock = f"  {int(time) // 86400}d {int(time) // 3600 % 24:02}:{int(time) // 60 % 60:02}:{time % 60:g}"
        way = "D" if current < 0 else "C"
        lines.append(f"{number}\t{cycle}\t{step}\t{clock}\t{abs(current)}\t{voltage}\t{way}\t1\t25.1\t C  \t")
    return "\n".join([*lines, ""])


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


def _arc(spectrum: int = 1) -> list[tuple[float, complex]]:
    """Two arcs and a little inductance, 100 kHz to 10 mHz: frequency Hz, impedance ohm."""
    out = []
    for n in range(36):
        f = 10 ** (5 - n / 5)
        w = 2j * math.pi * f
        z = 5 + 1e-7 * w + 20 * spectrum / (1 + (w * 1e-4) ** 0.9) + 40 / (1 + (w * 0.1) ** 0.8)
        out.append((f, z))
    return out


def _gamry() -> str:
    """Two spectra behind a record of the open circuit."""
    lines = ["EXPLAIN", "TAG\tEISPOT", "TITLE\tLABEL\tA-1\tTest Identifier", "VDC\tPOTEN\t1.0E-001\tT\tDC Voltage (V)"]
    lines += ["OCVCURVE\tTABLE\t2", "\tPt\tT\tVf\tIm", "\t#\ts\tV vs. Ref.\tA", "\t0\t0.5\t0.1\t0", "\t1\t1.0\t0.1\t0"]
    for number in (1, 2):
        lines += ["ZCURVE\tTABLE", "\tPt\tTime\tFreq\tZreal\tZimag\tZmod\tZphz\tIdc\tVdc"]
        lines += ["\t#\ts\tHz\tohm\tohm\tohm\t°\tA\tV"]
        lines += [
            f"\t{n}\t{3 * n + 200 * number}\t{f:.6g}\t{z.real:.6g}\t{z.imag:.6g}\t{abs(z):.6g}\t"
            f"{math.degrees(cmath.phase(z)):.5g}\t1E-6\t0.1"
            for n, (f, z) in enumerate(_arc(number))
        ]
    return "\r\n".join([*lines, ""])


def _gamry_curves() -> str:
    lines = ["EXPLAIN", "TAG\tCV", "SCANRATE\tQUANT\t1,00000E+001\t&Scan Rate (mV/s)"]
    for curve in (1, 2):
        lines += [f"CURVE{curve}\tTABLE\t30", "\tPt\tT\tVf\tIm\tOver", "\t#\ts\tV vs. Ref.\tA\tbits"]
        for n in range(30):
            cells = (n, n + 30 * curve, 0.5 - 0.02 * abs(n - 15), 1e-6 * (15 - n), "...a...")
            lines.append("\t" + "\t".join(str(c).replace(".", ",") if not isinstance(c, str) else c for c in cells))
    return "\r\n".join([*lines, ""])


def _zplot() -> str:
    header = ["ZPLOT2 ASCII", "  Experiment Type:            Sweep Frequency", "    Potential-AC:             10"]
    header += ["    Surface Area:             1", "  Freq(Hz)\tAmpl\tBias\tTime(Sec)\tZ'(a)\tZ''(b)\tGD\tErr\tRange"]
    rows = [f"{f:E}\t1E-2\t0\t{2 + n}\t{z.real:E}\t{z.imag:E}\t0\t0\t4" for n, (f, z) in enumerate(_arc())]
    return "\r\n".join([*header, "End Comments", *rows, ""])


def _ism() -> bytes:
    """A spectrum without overlap, with potential and current of each point."""
    arc = _arc()
    n = len(arc)
    columns = (
        [f for f, _ in arc],
        [abs(z) for _, z in arc],
        [cmath.phase(z) for _, z in arc],
        [1.3e9 + i for i in range(n)],
    )
    texts = (b"010124", b"", b"0.1000v", b"1Ua", b"", b"10:00:00", b"nOTE", b"", b"", b"", b"", b"")
    settings = [0.0] * 27 + [32944.0] + [0.0] * 4
    out = b"\x00\x00\xff\xff\xff\xfe" + (n - 1).to_bytes(6, "big")
    out += b"".join(struct.pack(f">{n}d", *column) for column in columns) + struct.pack(f">{n}h", *[999] * n)
    out += b"".join(len(text).to_bytes(2, "big") + text for text in texts)
    return out + struct.pack(">h32d", 864, *settings) + struct.pack(f">{2 * n}d", *[0.1, 1e-6] * n)


# ---- BioLogic ----------------------------------------------------------------------------------------------------

MPR_OFFSETS = {0: 100, 2: 405, 3: 406, 11: 1007}  # where the records of a data module begin, by its version


def _mpr_module(name: str, body: bytes, version: int, *, new: bool) -> bytes:
    sizes = struct.pack("<IIII", 0xFFFFFFFF, len(body), 0, version) if new else struct.pack("<II", len(body), version)
    return b"MODULE" + name.encode().ljust(10) + name.encode().ljust(25) + sizes + b"03/15/24" + body


def mpr_data(columns: list[tuple[int, str]], rows: list[tuple[float, ...]], version: int = 11) -> bytes:
    """The body of a data module: ``columns`` are (id, struct code), an empty code for a flag within a byte before."""
    head = struct.pack("<IH" if version > 9 else "<IB", len(rows), len(columns))
    head += b"".join(struct.pack("<H" if version else "<B", number) for number, _ in columns)
    code = "<" + "".join(code for _, code in columns)
    return head.ljust(MPR_OFFSETS[version], b"\0") + b"".join(struct.pack(code, *row) for row in rows)


def mpr_file(
    data: bytes, version: int = 11, *, technique: int = 4, comment: bytes = b"", area_cm2: float = 0.001
) -> bytes:
    """A whole .mpr around the body of its data module: settings before it, and a log of 2024-03-15 12:00 behind."""
    settings = bytearray(700)
    settings[0] = technique
    settings[7 : 8 + len(comment)] = bytes([len(comment)]) + comment
    struct.pack_into("<f", settings, 0x211, area_cm2)
    log = bytearray(700)
    struct.pack_into("<d", log, 0x249, 45366.5)
    new = version > 9
    return (
        b"BIO-LOGIC MODULAR FILE\x1a".ljust(48) + bytes(4) + _mpr_module("VMP Set", bytes(settings), 0, new=new)
        + _mpr_module("VMP data", data, version, new=new) + _mpr_module("VMP LOG", bytes(log), 0, new=new)
    )  # fmt: skip


def _mpr_cycling(cell: list[tuple[float, float, float, int, int]]) -> bytes:
    """Flags, Ns, time, E, I, the charge of each half-cycle and their number, as Modulo Bat writes them."""
    columns = [(1, "B"), (2, ""), (3, ""), (131, "H"), (4, "d"), (6, "f"), (8, "f"), (467, "d"), (468, "I")]
    rows, charge, last = [], 0.0, 0
    for time, voltage, current, _, step in cell:
        charge = 0.0 if step != last else charge + current * 1e3 * 60 / 3600
        last = step
        rows.append((1 if current < 0 else 5, step, time, voltage, current * 1e3, charge, step - 1))
    return mpr_file(mpr_data(columns, rows), technique=127)


def _mpr_spectra() -> bytes:
    """Three spectra as PEIS writes them, in the older layout."""
    columns = [(32, "f"), (37, "f"), (38, "f"), (4, "d"), (77, "f"), (76, "f"), (24, "d")]
    rows = [(f, z.real, -z.imag, 100 * n + 1 / f, 3.7, 1e-3, n) for n in (1, 3, 5) for f, z in _arc(n)]
    return mpr_file(mpr_data(columns, rows, 3), 3, technique=29)


def mpt_file(
    headings: list[str],
    rows: list[tuple[float, ...]],
    technique: str,
    settings: tuple[str, ...] = (),
    decimal: str = ".",
) -> str:
    """An EC-Lab text file: a header that counts its lines, headings and rows, each row with a tab at its end or not."""
    about = ["", technique, "", "Acquisition started on : 03/15/2024 12:00:00", "Electrode surface area : 0.001 cm²"]
    header = ["EC-Lab ASCII FILE", f"Nb header lines : {len(about) + len(settings) + 4}", *about, *settings, ""]
    table = ["\t".join([*headings, ""]), *("\t".join(f"{x:.9E}".replace(".", decimal) for x in row) for row in rows)]
    return "\r\n".join([*header, *table, ""])


def _mpt_spectra() -> str:
    headings = ["freq/Hz", "Re(Z)/Ohm", "-Im(Z)/Ohm", "|Z|/Ohm", "Phase(Z)/deg", "time/s", "<Ewe>/V", "cycle number"]
    rows = []
    for n in (1, 3):
        polar = [(abs(z), math.degrees(cmath.phase(z))) for _, z in _arc(n)]
        rows += [(f, z.real, -z.imag, *p, 100 * n + 1 / f, 3.7, n) for (f, z), p in zip(_arc(n), polar, strict=True)]
    return mpt_file(headings, rows, "Potentio Electrochemical Impedance Spectroscopy")


def _mpt_sweeps() -> str:
    """Two cycles of voltammetry at 100 mV/s, with decimal commas."""
    headings = ["mode", "ox/red", "error", "time/s", "control/V", "Ewe/V", "<I>/mA", "cycle number"]
    at = [abs((n % 80) - 40) / 40 for n in range(160)]
    rows = [(2, 1, 0, n / 4, e, e, 1.0 + e if n % 80 > 40 else -e, 1 + n // 80) for n, e in enumerate(at)]
    settings = ("Ei (V)              0,000", "dE/dt               100,000", "dE/dt unit          mV/s")
    return mpt_file(headings, rows, "Cyclic Voltammetry", settings, ",")


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
    spectra = [(n, f, z.real, -z.imag, abs(z), math.degrees(cmath.phase(z))) for n in (1, 2, 3) for f, z in _arc(n)]
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
        "land.csv": _land(cell).encode("gb18030"),
        "maccor.txt": _maccor(cell).encode(),
        "swelling.csv": _table(["state", "specimen", "replicate", "thickness_um"], swelling, ",").encode(),
        "pull.TRA": _zwick(pull).encode("cp1252"),
        "report.csv": _report(cell).encode(),
        "book.xlsx": _workbook(),
        "cell.res": res_file(cell),
        "cell.mpr": _mpr_cycling(cell),
        "eis.mpr": _mpr_spectra(),
        "eis.mpt": _mpt_spectra().encode("latin-1"),
        "cv.mpt": _mpt_sweeps().encode("latin-1"),
        "eis.DTA": _gamry().encode("latin-1"),
        "cv.DTA": _gamry_curves().encode(),
        "eis.z": _zplot().encode(),
        "eis.ism": _ism(),
        "eis.csv": _table(
            ["Spectrum", "Freq [Hz]", "Z' [Ohm]", "-Z'' [Ohm]", "|Z| [Ohm]", "Phase [deg]"], spectra, ","
        ).encode(),
        "eis.txt": "".join(f"{f:.6f} \t{z.real:.9g}\t{z.imag:.9g} \n" for f, z in _arc()).encode(),
        "pull.csv.gz": gzip.compress(english.encode(), mtime=0),
        "pull.csv.zip": held.getvalue(),
    }
