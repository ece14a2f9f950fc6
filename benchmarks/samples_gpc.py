"""Small files of gel permeation chromatography: both layouts of Empower, and a distribution."""

from __future__ import annotations

import math

__all__ = ["distribution", "empower"]


def empower(*, names_row: bool) -> bytes:
    """A peak at 8 min over a small drift, behind pairs of quoted fields or behind a row of names."""
    rows = []
    for n in range(1, 361):
        t = n / 30
        rows.append(f"{t:.7g}\t{5 * math.exp(-0.5 * ((t - 8) / 0.4) ** 2) + 0.01 * t + 0.001 * math.sin(7.0 * n):.7g}")
    if names_row:
        head = ['"SampleName"\t"Vial"\t"System Name"\t"Injection"', '"X90A"\t"8"\t"System 1"\t1']
        return "\r".join([*head, *rows, ""]).encode()
    head = ['"Sample Set Id"\t1752', '"System Name"\t"System III"', '"SampleName"\t"PMMA22.8kDa"', '"Injection"\t1']
    return "\r\n".join([*head, '"Channel"\t"410 "', *rows, ""]).encode()


def distribution() -> bytes:
    rows = [f"{1000 * 1.1**n:.6g}\t{math.exp(-0.5 * ((n - 40) / 9) ** 2):.6g}" for n in range(80)]
    return "\n".join(["Mn=30;Mw=60;PDI=2", "M (g/mol)\tW(logM) (-)", *rows, ""]).encode()
