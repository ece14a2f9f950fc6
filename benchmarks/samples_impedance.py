"""Small files of impedance spectra, and of sweeps, of Gamry, ZPlot and Zahner."""

from __future__ import annotations

import cmath
import math
import struct

__all__ = ["arc", "gamry", "gamry_curves", "ism", "zplot"]


def arc(spectrum: int = 1) -> list[tuple[float, complex]]:
    """Two arcs and a little inductance, 100 kHz to 10 mHz: frequency Hz, impedance ohm."""
    out = []
    for n in range(36):
        f = 10 ** (5 - n / 5)
        w = 2j * math.pi * f
        z = 5 + 1e-7 * w + 20 * spectrum / (1 + (w * 1e-4) ** 0.9) + 40 / (1 + (w * 0.1) ** 0.8)
        out.append((f, z))
    return out


def gamry() -> str:
    """Two spectra behind a record of the open circuit."""
    lines = ["EXPLAIN", "TAG\tEISPOT", "TITLE\tLABEL\tA-1\tTest Identifier", "VDC\tPOTEN\t1.0E-001\tT\tDC Voltage (V)"]
    lines += ["OCVCURVE\tTABLE\t2", "\tPt\tT\tVf\tIm", "\t#\ts\tV vs. Ref.\tA", "\t0\t0.5\t0.1\t0", "\t1\t1.0\t0.1\t0"]
    for number in (1, 2):
        lines += ["ZCURVE\tTABLE", "\tPt\tTime\tFreq\tZreal\tZimag\tZmod\tZphz\tIdc\tVdc"]
        lines += ["\t#\ts\tHz\tohm\tohm\tohm\t°\tA\tV"]
        lines += [
            f"\t{n}\t{3 * n + 200 * number}\t{f:.6g}\t{z.real:.6g}\t{z.imag:.6g}\t{abs(z):.6g}\t"
            f"{math.degrees(cmath.phase(z)):.5g}\t1E-6\t0.1"
            for n, (f, z) in enumerate(arc(number))
        ]
    return "\r\n".join([*lines, ""])


def gamry_curves() -> str:
    lines = ["EXPLAIN", "TAG\tCV", "SCANRATE\tQUANT\t1,00000E+001\t&Scan Rate (mV/s)"]
    for curve in (1, 2):
        lines += [f"CURVE{curve}\tTABLE\t30", "\tPt\tT\tVf\tIm\tOver", "\t#\ts\tV vs. Ref.\tA\tbits"]
        for n in range(30):
            cells = (n, n + 30 * curve, 0.5 - 0.02 * abs(n - 15), 1e-6 * (15 - n), "...a...")
            lines.append("\t" + "\t".join(str(c).replace(".", ",") if not isinstance(c, str) else c for c in cells))
    return "\r\n".join([*lines, ""])


def zplot() -> str:
    header = ["ZPLOT2 ASCII", "  Experiment Type:            Sweep Frequency", "    Potential-AC:             10"]
    header += ["    Surface Area:             1", "  Freq(Hz)\tAmpl\tBias\tTime(Sec)\tZ'(a)\tZ''(b)\tGD\tErr\tRange"]
    rows = [f"{f:E}\t1E-2\t0\t{2 + n}\t{z.real:E}\t{z.imag:E}\t0\t0\t4" for n, (f, z) in enumerate(arc())]
    return "\r\n".join([*header, "End Comments", *rows, ""])


def ism() -> bytes:
    """A spectrum without overlap, with potential and current of each point."""
    points = arc()
    n = len(points)
    columns = (
        [f for f, _ in points],
        [abs(z) for _, z in points],
        [cmath.phase(z) for _, z in points],
        [1.3e9 + i for i in range(n)],
    )
    texts = (b"010124", b"", b"0.1000v", b"1Ua", b"", b"10:00:00", b"nOTE", b"", b"", b"", b"", b"")
    settings = [0.0] * 27 + [32944.0] + [0.0] * 4
    out = b"\x00\x00\xff\xff\xff\xfe" + (n - 1).to_bytes(6, "big")
    out += b"".join(struct.pack(f">{n}d", *column) for column in columns) + struct.pack(f">{n}h", *[999] * n)
    out += b"".join(len(text).to_bytes(2, "big") + text for text in texts)
    return out + struct.pack(">h32d", 864, *settings) + struct.pack(f">{2 * n}d", *[0.1, 1e-6] * n)
