"""What the numbers of columns in a BioLogic .mpr stand for: heading as EC-Lab writes it, and how a value is stored.

From the column table of cheminfo/biologic-converter (MIT), whose widths were held against the record length of real
files and whose names and order against EC-Lab's text export of the same measurements. 211 stands in none of them: its
8 bytes and its place before "half cycle" are those of the charge counter in exports of GCPL6 files.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["COLUMNS", "FLAGS", "TECHNIQUES"]

# Columns of one or two bits: heading and mask. All that a file lists share one byte, where the first of them stands.
FLAGS: Mapping[int, tuple[str, int]] = {
    1: ("mode", 0b0000_0011),
    2: ("ox/red", 0b0000_0100),
    3: ("error", 0b0000_1000),
    21: ("control changes", 0b0001_0000),
    31: ("Ns changes", 0b0010_0000),
    65: ("counter inc.", 0b1000_0000),
}

_REAL4: Mapping[int, str] = {
    5: "control/V/mA", 6: "Ewe/V", 8: "I/mA", 9: "Ece/V", 16: "Analog IN 1/V", 17: "Analog IN 2/V", 19: "control/V",
    20: "control/mA", 32: "freq/Hz", 33: "|Ewe|/V", 34: "|I|/A", 35: "Phase(Z)/deg", 36: "|Z|/Ohm", 37: "Re(Z)/Ohm",
    38: "-Im(Z)/Ohm", 70: "P/W", 75: "Analog OUT/V", 76: "<I>/mA", 77: "<Ewe>/V", 78: "Cs-2/µF-2", 96: "|Ece|/V",
    98: "Phase(Zce)/deg", 99: "|Zce|/Ohm", 100: "Re(Zce)/Ohm", 101: "-Im(Zce)/Ohm", 163: "|Estack|/V", 168: "Rcmp/Ohm",
    169: "Cs/µF", 172: "Cp/µF", 173: "Cp-2/µF-2", 174: "<Ewe>/V", 241: "|E1|/V", 242: "|E2|/V", 271: "Phase(Z1)/deg",
    272: "Phase(Z2)/deg", 301: "|Z1|/Ohm", 302: "|Z2|/Ohm", 331: "Re(Z1)/Ohm", 332: "Re(Z2)/Ohm", 361: "-Im(Z1)/Ohm",
    362: "-Im(Z2)/Ohm", 391: "<E1>/V", 392: "<E2>/V", 422: "Phase(Zstack)/deg", 423: "|Zstack|/Ohm",
    424: "Re(Zstack)/Ohm", 425: "-Im(Zstack)/Ohm", 426: "<Estack>/V", 430: "Phase(Zwe-ce)/deg", 431: "|Zwe-ce|/Ohm",
    432: "Re(Zwe-ce)/Ohm", 433: "-Im(Zwe-ce)/Ohm", 434: "(Q-Qo)/C", 435: "dQ/C", 441: "<Ece>/V",
    462: "Temperature/°C", 471: "<Ece>/V", 473: "THD Ewe/%", 474: "THD I/%", 476: "NSD Ewe/%", 477: "NSD I/%",
    479: "NSR Ewe/%", 480: "NSR I/%", **{484 + n: f"|Ewe h{n}|/V" for n in range(2, 8)},
    **{490 + n: f"|I h{n}|/A" for n in range(2, 8)}, **{496 + n: f"|Ece h{n}|/V" for n in range(2, 8)},
}  # fmt: skip
_REAL8: Mapping[int, str] = {
    4: "time/s", 7: "dq/mA.h", 11: "<I>/mA", 13: "(Q-Qo)/mA.h", 23: "dQ/mA.h", 24: "cycle number", 74: "|Energy|/W.h",
    123: "Energy charge/W.h", 124: "Energy discharge/W.h", 125: "Capacitance charge/µF",
    126: "Capacitance discharge/µF", 211: "Q charge/discharge/mA.h", 467: "Q charge/discharge/mA.h",
}  # fmt: skip
COLUMNS: Mapping[int, tuple[str, str]] = {
    **{number: (heading, "<f4") for number, heading in _REAL4.items()},
    **{number: (heading, "<f8") for number, heading in _REAL8.items()},
    39: ("I Range", "<u2"),
    131: ("Ns", "<u2"),
    468: ("half cycle", "<u4"),
    469: ("z cycle", "<u4"),
}

# The first byte of the settings, and the technique in the words of EC-Lab's text export.
TECHNIQUES: Mapping[int, str] = {
    0x04: "Galvanostatic Cycling with Potential Limitation",
    0x06: "Cyclic Voltammetry",
    0x0B: "Open Circuit Voltage",
    0x18: "Chronoamperometry / Chronocoulometry",
    0x19: "Chronopotentiometry",
    0x1C: "Wait",
    0x1D: "Potentio Electrochemical Impedance Spectroscopy",
    0x1E: "Galvano Electrochemical Impedance Spectroscopy",
    0x32: "IR compensation (PEIS)",
    0x6C: "Linear Sweep Voltammetry",
    0x7F: "Modulo Bat",
}
