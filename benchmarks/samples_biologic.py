"""Small BioLogic files: the binary .mpr and the text .mpt of cycling, spectra and sweeps."""

from __future__ import annotations

import cmath
import math
import struct

from samples_impedance import arc

__all__ = [
    "mpr_cycling", "mpr_data", "mpr_file", "mpr_module", "mpr_spectra", "mpt_file", "mpt_spectra", "mpt_sweeps",
]  # fmt: skip

MPR_OFFSETS = {0: 100, 2: 405, 3: 406, 11: 1007}  # where the records of a data module begin, by its version


def mpr_module(name: str, body: bytes, version: int, *, new: bool) -> bytes:
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
        b"BIO-LOGIC MODULAR FILE\x1a".ljust(48) + bytes(4) + mpr_module("VMP Set", bytes(settings), 0, new=new)
        + mpr_module("VMP data", data, version, new=new) + mpr_module("VMP LOG", bytes(log), 0, new=new)
    )  # fmt: skip


def mpr_cycling(cell: list[tuple[float, float, float, int, int]]) -> bytes:
    """Flags, Ns, time, E, I, the charge of each half-cycle and their number, as Modulo Bat writes them."""
    columns = [(1, "B"), (2, ""), (3, ""), (131, "H"), (4, "d"), (6, "f"), (8, "f"), (467, "d"), (468, "I")]
    rows, charge, last = [], 0.0, 0
    for time, voltage, current, _, step in cell:
        charge = 0.0 if step != last else charge + current * 1e3 * 60 / 3600
        last = step
        rows.append((1 if current < 0 else 5, step, time, voltage, current * 1e3, charge, step - 1))
    return mpr_file(mpr_data(columns, rows), technique=127)


def mpr_spectra() -> bytes:
    """Three spectra as PEIS writes them, in the older layout."""
    columns = [(32, "f"), (37, "f"), (38, "f"), (4, "d"), (77, "f"), (76, "f"), (24, "d")]
    rows = [(f, z.real, -z.imag, 100 * n + 1 / f, 3.7, 1e-3, n) for n in (1, 3, 5) for f, z in arc(n)]
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


def mpt_spectra() -> str:
    headings = ["freq/Hz", "Re(Z)/Ohm", "-Im(Z)/Ohm", "|Z|/Ohm", "Phase(Z)/deg", "time/s", "<Ewe>/V", "cycle number"]
    rows = []
    for n in (1, 3):
        polar = [(abs(z), math.degrees(cmath.phase(z))) for _, z in arc(n)]
        rows += [(f, z.real, -z.imag, *p, 100 * n + 1 / f, 3.7, n) for (f, z), p in zip(arc(n), polar, strict=True)]
    return mpt_file(headings, rows, "Potentio Electrochemical Impedance Spectroscopy")


def mpt_sweeps() -> str:
    """Two cycles of voltammetry at 100 mV/s, with decimal commas."""
    headings = ["mode", "ox/red", "error", "time/s", "control/V", "Ewe/V", "<I>/mA", "cycle number"]
    at = [abs((n % 80) - 40) / 40 for n in range(160)]
    rows = [(2, 1, 0, n / 4, e, e, 1.0 + e if n % 80 > 40 else -e, 1 + n // 80) for n, e in enumerate(at)]
    settings = ("Ei (V)              0,000", "dE/dt               100,000", "dE/dt unit          mV/s")
    return mpt_file(headings, rows, "Cyclic Voltammetry", settings, ",")
