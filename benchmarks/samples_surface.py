"""Small files of photoelectron spectra: VAMAS, CasaXPS, PHI, SPECS, Scienta, LG4X, Avantage."""

from __future__ import annotations

import io
import math
import struct

__all__ = ["surface_files"]

STEPS = 60


def _counts(step: int) -> int:
    """C 1s in 0.25 eV from 281 eV: two lines on a rising background."""
    energy = 281 + 0.25 * step
    lines = 900 * math.exp(-(((energy - 284.8) / 0.7) ** 2)) + 300 * math.exp(-(((energy - 290) / 0.8) ** 2))
    return round(100 + 3 * step + lines)


def _vamas(irregular: bool) -> str:
    scan = "IRREGULAR" if irregular else "REGULAR"
    head = ["VAMAS Surface Chemical Analysis Standard Data Transfer Format 1988 May 4", "lab", "machine", "me", "exp"]
    head += ["1", "comment", "NORM", scan, "2", "1", "Exp Variable", "d", "0", "0", "0", "0", "2"]
    for _ in range(2):
        head += ["C 1s", "sample", "2024", "1", "2", "3", "4", "5", "0", "1", "note", "XPS", "0", "Al", "1486.6"]
        head += ["1E+37"] * 5 + ["FAT", "20"] + ["1E+37"] * 7 + ["C", "1s", "-1"]
        if not irregular:
            head += ["kinetic energy", "eV", str(1486.6 - 281 - 0.25 * (STEPS - 1)), "0.25"]
        head += ["2", "kinetic energy", "eV", "counts", "d"] if irregular else ["1", "counts", "d"]
        head += ["pulse counting", "0.1", "5", "0", "1E+37", "1E+37", "1E+37", "1", "MFP Exponent", "d", "0"]
        rows = [(1486.6 - 281 - 0.25 * step, _counts(step)) for step in reversed(range(STEPS))]
        head += [str(2 * STEPS if irregular else STEPS), "0", "9", *(("0", "9") if irregular else ())]
        head += [str(value) for row in rows for value in (row if irregular else row[1:])]
    return "\r\n".join([*head, "end of experiment", ""])


def _casaxps() -> str:
    lines = ["Cycle 0:a:C1s", "\tCharacteristic Energy eV\t1.4866e+003\tAcquisition Time s\t5.0e-001", "Name\t\t"]
    lines.append("K.E.\tCounts\t\tB.E.\tCPS")
    rows = ((281 + 0.25 * step, _counts(step)) for step in range(STEPS))
    lines += [f"{1486.6 - e:.6e}\t{n:.6e}\t\t{e:.6e}\t{2 * n:.6e}" for e, n in rows]
    return "\n".join([*lines, ""])


def _peaks() -> str:
    rows = ["a.vms\t", "", "Name\tPosition\tFWHM\tRaw Area\tArea/(RSF*T*MFP)\t%At Conc\tGoodness of Fit\t"]
    rows += ["C 1s\t284.80\t1.30\t4000.0\t40.00\t60.00\t1\t", "C 1s\t290.00\t1.40\t3000.0\t30.00\t40.00\t1\t", ""]
    return "\r\n".join(rows)


def _phi() -> bytes:
    header = ["SOFH", "Platform: PC", "Technique: XPS", "FileType:  SPECTRUM", "XraySource: Al 1486.6 mono"]
    header += ["NoSpectralReg: 1", f"SpectralRegDef: 1 1 C1s 6 {STEPS} 0.25 281.0 295.75 281.0 295.0 0.1 55.0 AREA"]
    header += ["SpectralRegDef2: 1 20.0 5 0 4 180", "EOFH", ""]
    entry = struct.pack("<8I", 1, 1, 1, 1, 1, STEPS, 1, 1) + b"pnt\0" + struct.pack("<I", 1) + b"sar\0" + bytes(12)
    entry += b"c/s\0" + bytes(12) + b"f4\0\0" + struct.pack("<2I", 4 * STEPS, 112) + bytes(12)
    values = struct.pack(f"<{STEPS}f", *(2.0 * _counts(step) for step in range(STEPS)))
    return "\r\n".join(header).encode() + struct.pack("<4I", 1, 1, 96, 16) + entry + values


def _xml() -> str:
    definition = (
        '<struct name="region"><string name="analysis_method">XPS</string><struct name="scan_mode"><string name="name">'
        'FixedAnalyzerTransmission</string></struct><ulong name="num_scans">1</ulong><ulong name="values_per_curve">'
        f'{STEPS}</ulong><double name="dwell_time">0.1</double><double name="scan_delta">0.25</double><double '
        'name="excitation_energy">1486.6</double><double name="kinetic_energy">1190.85</double><double '
        'name="pass_energy">20</double></struct><ulong name="mcd_head">2</ulong><ulong name="mcd_tail">2</ulong>'
    )
    detectors = "".join(
        f'<struct><double name="shift">{shift}</double><double name="gain">1</double></struct>'
        for shift in (-0.02, 0.02)
    )
    counts = [max(_counts(STEPS - 1 - step), 1) for step in range(-2, STEPS + 2) for _ in range(2)]
    cycles = f'<sequence name="counts"><ulong>{" ".join(map(str, counts))}</ulong></sequence>'
    return (
        '<?xml version="1.0"?>\n<!-- CORBA XML document created by XMLSerializer2 -->\n<any><sequence><struct><string '
        'name="name">a</string><sequence name="regions"><struct><string name="name">C1s</string>'
        f'{definition}<struct name="analyzer_info"><sequence name="detectors">{detectors}</sequence></struct><sequence '
        f'name="cycles"><struct><sequence name="scans"><struct>{cycles}</struct></sequence></struct></sequence>'
        "</struct></sequence></struct></sequence></any>\n"
    )


def _xy() -> str:
    lines = ["# Created by:        SpecsLab Prodigy", "#", "# XY-Serializer Export Settings:"]
    lines += ["#   Energy Axis:              Binding Energy", "#   Count Rate:               Counts per Second", "#"]
    lines += ["# Region:                       C1s", "# Dwell Time:                   0.1"]
    lines += ["# Excitation Energy:            1486.6", "# Cycle: 0", "# Number of Scans: 1"]
    lines += ["# Cycle: 0, Curve: 0, Scan: 0", "# ColumnLabels:                 energy counts/s"]
    return "\n".join([*lines, *(f"{281 + 0.25 * step}  {10 * _counts(step)}" for step in range(STEPS)), ""])


def _scienta() -> str:
    lines = ["[Info]", "Number of Regions=0001", "Version=1.3.1", "", "[Region 1]", "Region Name=C1s"]
    lines += ["Dimension 1 name=Binding Energy [eV]", f"Dimension 1 size={STEPS}", "", "[Info 1]", "Region Name=C1s"]
    lines += ["Pass Energy=50", "Number of Sweeps=2", "Excitation Energy=1486.6", "Energy Scale=Binding"]
    lines += ["Step Time=200", "", "[Data 1]"]
    return "\r\n".join([*lines, *(f" {281 + 0.25 * step:.9E}  {_counts(step):.9E}" for step in range(STEPS)), ""])


def _lg4x() -> str:
    return "\n".join(["BE/eV,InC1s", *(f"{281 + 0.25 * step},{_counts(step)}" for step in range(STEPS)), ""])


def _avantage() -> bytes:
    import xlsxwriter

    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as book:
        for name in ("C1s Scan", "F1s Scan"):
            sheet = book.add_worksheet(name)
            rows: list[list[object]] = [[" "], ["Axis", "Energy", "Elements=", STEPS], [], ["C:\\data\\C1s Scan.VGD"]]
            rows += [["Binding Energy (E)", "", "", ""], ["eV", "", "Counts / s", ""]]
            rows += [[281 + 0.25 * step, "", float(_counts(step)), ""] for step in range(STEPS)]
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)
        book.add_worksheet("Peak Table").write_row(3, 1, ["Name", "", "Peak BE", "FWHM eV"])
    return held.getvalue()


def surface_files() -> dict[str, bytes]:
    """A small whole file of each layout, by name."""
    texts = {
        "c1s.vms": _vamas(False),
        "irregular.vms": _vamas(True),
        "c1s_casa.txt": _casaxps(),
        "peaks_casa.csv": _peaks(),
        "c1s_specs.xml": _xml(),
        "c1s_specs.xy": _xy(),
        "c1s_ses.txt": _scienta(),
        "c1s_lg4x.csv": _lg4x(),
    }
    return {
        **{name: text.encode() for name, text in texts.items()},
        "c1s.spe": _phi(),
        "c1s_avantage.xlsx": _avantage(),
    }
