"""Small files of dynamic mechanical analysis: TRIOS, Universal Analysis, RheoCompass."""

from __future__ import annotations

import math

__all__ = ["rheocompass", "trios", "universal"]


def _ramp() -> list[tuple[float, float, float, float]]:
    """100 readings: time min, temperature °C, storage and loss modulus MPa, with a transition at 100 °C."""
    out = []
    for k in range(100):
        t = 30 + 1.5 * k
        share = 1 / (1 + math.exp((t - 100) / 6))
        out.append((0.3 * k, t, 10 + 1990 * share, 5 + 1200 * share * (1 - share)))
    return out


def trios() -> str:
    lines = ["Filename\tfilm", "proceduresegments\tTemperature ramp", "[File Parameters]", "Trios version\t5.1", ""]
    lines += [
        "[step]",
        "Temperature ramp - 1",
        "Time\tTemperature\tFrequency\tStorage modulus\tLoss modulus\tTan(delta)",
    ]
    lines.append("min\t°C\tHz\tMPa\tMPa\t")
    lines += [f"{m:.2f}\t{t:.2f}\t1.0\t{e:.4f}\t{p:.4f}\t{p / e:.6f}" for m, t, e, p in _ramp()]
    return "\r\n".join([*lines, ""])


def universal() -> str:
    names = ("Time (min)", "Temperature (°C)", "Frequency (Hz)", "Storage Modulus (MPa)", "Loss Modulus (MPa)")
    lines = ["Version\tUniversal V4.5A", "Instrument\tDMA Q800 V21.1", "Module\tDMA Multi-Frequency - Strain"]
    lines += [f"Nsig\t{len(names)}", *(f"Sig{k}\t{name}" for k, name in enumerate(names, 1)), "StartOfData"]
    rows = [f"{m:.2f}\t{t:.2f}\t1.0\t{e:.4f}\t{p:.4f}" for m, t, e, p in _ramp()]
    return "\r\n".join([*lines, *rows[:50], "-2\t0\t0\t0\t0", *rows[50:], ""])


def rheocompass() -> str:
    lines = ["Project:\tfilm", "Test:\tramp", "Result:\tramp 1", "", "Interval and data points:\t1\t100"]
    lines += ["Interval data:\tPoint No.\tTime\tTemperature\tFrequency\tStorage Modulus\tLoss Modulus\tLoss Factor", ""]
    lines.append("\t\t[min]\t[°C]\t[Hz]\t[MPa]\t[MPa]\t[1]")
    lines += [
        f"\t{k}\t{m:.2f}\t{t:.2f}\t1.0\t{e:.4f}\t{p:.4f}\t{p / e:.6f}" for k, (m, t, e, p) in enumerate(_ramp(), 1)
    ]
    return "\r\n".join([*lines, ""])
