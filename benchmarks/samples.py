"""Small whole files of every format that is read, in several locales: what fuzz.py and the tests damage."""

from __future__ import annotations

import cmath
import gzip
import io
import math
import re
import zipfile

from samples_access import res_file
from samples_biologic import mpr_cycling, mpr_spectra, mpt_spectra, mpt_sweeps
from samples_dma import rheocompass, trios, universal
from samples_gpc import distribution, empower
from samples_impedance import arc, gamry, gamry_curves, ism, zplot
from samples_indents import fischerscope, hdf5, hysitron, keysight
from samples_infrared import asp, jcamp, opus, spa, spc
from samples_machines import machine_files
from samples_micrographs import bitmap, tescan, thermo, zeiss
from samples_pores import mercury_report, psi_volume
from samples_surface import surface_files

__all__ = ["small_files"]


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


def _blade() -> str:
    """A blade through a coating and along its foil: time, both forces, depth; a Japanese lab's headings."""
    rows = []
    for n in range(150):
        force = 0.0 if n < 5 or n > 140 else 0.2 * (n - 5) / 45 if n < 50 else 0.12 + 0.004 * (n % 5 - 2)
        rows.append((n, round(force, 5), round(0.1 * force, 6), round(min(max(n - 5, 0), 45) / 4.5, 4)))
    return "SAICAS,測定\n" + _table(["時間[s]", "水平力[N]", "垂直力[N]", "垂直変位[μm]"], list(rows), ",")


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
    spectra = [(n, f, z.real, -z.imag, abs(z), math.degrees(cmath.phase(z))) for n in (1, 2, 3) for f, z in arc(n)]
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
        "blade.csv": _blade().encode("cp932"),
        "pull.TRA": _zwick(pull).encode("cp1252"),
        "report.csv": _report(cell).encode(),
        "book.xlsx": _workbook(),
        "cell.res": res_file(cell),
        "cell.mpr": mpr_cycling(cell),
        "eis.mpr": mpr_spectra(),
        "eis.mpt": mpt_spectra().encode("latin-1"),
        "cv.mpt": mpt_sweeps().encode("latin-1"),
        "eis.DTA": gamry().encode("latin-1"),
        "cv.DTA": gamry_curves().encode(),
        "eis.z": zplot().encode(),
        "eis.ism": ism(),
        "indent.hld": hysitron(),
        "indents.txt": fischerscope(),
        "indents.hdf5": hdf5(),
        "indents.xlsx": keysight(),
        "ramp.trios.txt": trios().encode(),
        "ramp.ta.txt": universal().encode("utf-16"),
        "ramp.rheo.csv": rheocompass().encode("utf-16"),
        "film.jdx": jcamp().encode(),
        "films.jdx": jcamp(2).encode(),
        "film.asp": asp().encode(),
        "film.0": opus(),
        "film.spa": spa(),
        "film.spc": spc(),
        "pairs.arw": empower(names_row=False),
        "names.arw": empower(names_row=True),
        "mass.gpc": distribution(),
        "pores.txt": mercury_report().encode("utf-16"),
        "psi.txt": psi_volume(),
        **surface_files(),
        "thermo.tif": thermo(),
        "zeiss.tif": zeiss(),
        "tescan.tif": tescan(),
        **{f"view.{kind.lower()[:3]}": bitmap(kind) for kind in ("PNG", "BMP")},
        "view.jpg": bitmap("JPEG"),
        **machine_files(),
        "eis.csv": _table(
            ["Spectrum", "Freq [Hz]", "Z' [Ohm]", "-Z'' [Ohm]", "|Z| [Ohm]", "Phase [deg]"], spectra, ","
        ).encode(),
        "eis.txt": "".join(f"{f:.6f} \t{z.real:.9g}\t{z.imag:.9g} \n" for f, z in arc()).encode(),
        "pull.csv.gz": gzip.compress(english.encode(), mtime=0),
        "pull.csv.zip": held.getvalue(),
    }
