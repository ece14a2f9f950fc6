"""Small files of porosimetry: a Micromeritics report of mercury, and psi and ml without headings."""

from __future__ import annotations

import math

__all__ = ["mercury_report", "psi_volume"]


def _run(first: float, last: float, count: int) -> list[tuple[float, float]]:
    """Pressure in psi and the filled share of log-normal pores about 300 psi."""
    points = [first * (last / first) ** (n / (count - 1)) for n in range(count)]
    return [(p, 0.5 * (1 + math.erf(math.log(p / 300) / 1.2))) for p in points]


def mercury_report() -> str:
    """A page head, a summary and a table, columns under headings of three lines."""
    head = [
        "", "Silicon electrode", "", "  AutoPore IV 9500 V1.09    Serial: 1234    Port: 1/1    Page  1  ", "",
        "     Sample:    K01                      ", "",
        "  Pen. Weight:    62.1234 g                    Sample Weight:    0.1493 g   ",
        "  Pen. Volume:    5.1234 mL                  Assembly Weight:    128.9931 g ",
        "  Adv. Contact Angle:    140.000 degrees   Hg Surface Tension:    485.000 dynes/cm  ",
        "  Hg Density:    13.5335 g/mL  ", "", "", "                 Tabular Report", "",
        "                    Pore       Cumulative   ", "   Pressure      Diameter       Volume      ",
        "    (psia)         (nm)         (mL/g)      ", "-----",
    ]  # fmt: skip
    rows = [f"{p:11.4f}  {1.8e5 / p:12.4f}  {0.3 * v:12.6f}" for p, v in _run(0.5, 59988.2, 60)]
    return "\r\n".join([*head, *rows, "", "", "  Remarks  ", ""])


def psi_volume() -> bytes:
    return "".join(f"{p:.6g}\t{0.15 * v:.8g}\n" for p, v in _run(1.0, 59671.6, 80)).encode()
