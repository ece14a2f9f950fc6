"""Small files of infrared spectra: JCAMP-DX, .asp, OPUS, OMNIC .spa, Galactic .spc."""

from __future__ import annotations

import struct

__all__ = ["asp", "jcamp", "opus", "spa", "spc", "spectrum"]

FIRST, LAST, POINTS = 4000.0, 400.0, 451


def spectrum(second: float = 0.0) -> list[float]:
    """Absorbance of three bands over a slope, from 4000 to 400 1/cm in steps of 8; ``second`` adds a fourth."""
    bands = ((1720.0, 40.0, 0.6), (1500.0, 40.0, 0.4), (2920.0, 60.0, 0.2), (1080.0, 60.0, second))
    out = []
    for k in range(POINTS):
        x = FIRST + (LAST - FIRST) * k / (POINTS - 1)
        out.append(1e-5 * x + sum(h / (1 + ((x - p) / (w / 2)) ** 2) for p, w, h in bands))
    return out


def jcamp(spectra: int = 1) -> str:
    """Whole numbers times a factor, a comment behind it; several spectra are linked."""
    lines = ["##TITLE= link", "##JCAMP-DX= 4.24", "##DATA TYPE= LINK", "##BLOCKS= 3"] if spectra > 1 else []
    for number in range(spectra):
        y = spectrum(0.1 * number)
        lines += ["##TITLE= film", "##JCAMP-DX= 4.24  $$ version", "##DATA TYPE= INFRARED SPECTRUM", "##XUNITS= 1/CM"]
        lines += ["##YUNITS= ABSORBANCE", f"##FIRSTX= {FIRST}", f"##LASTX= {LAST}", "##XFACTOR= 1"]
        lines += ["##YFACTOR= 1.0E-06  $$ expands", f"##NPOINTS= {POINTS}", f"##FIRSTY= {y[0]:.6f}"]
        lines.append("##XYDATA= (X++(Y..Y))")
        step = (LAST - FIRST) / (POINTS - 1)
        for k in range(0, POINTS, 8):
            lines.append(f"{FIRST + step * k:.1f} " + " ".join(str(round(v * 1e6)) for v in y[k : k + 8]))
        lines.append("##END=")
    return "\n".join([*lines, "##END=" if spectra > 1 else "", ""])


def asp() -> str:
    return "\r\n".join([str(POINTS), str(FIRST), str(LAST), "1", "2", "4", *(f"{v:.9g}" for v in spectrum()), ""])


def _parameter(name: str, value: float | str) -> bytes:
    if isinstance(value, str):
        text = value.encode() + b"\0" * (2 - len(value) % 2)
        return name.encode() + b"\0" + struct.pack("<HH", 2, len(text) // 2) + text
    kind, packed = (0, struct.pack("<i", value)) if isinstance(value, int) else (1, struct.pack("<d", value))
    return name.encode() + b"\0" + struct.pack("<HH", kind, len(packed) // 2) + packed


def opus(kind: int = 4) -> bytes:
    """A spectrum of that kind of data (4 absorbance, 5 transmittance) and the block of its parameters."""
    said = b"".join(
        _parameter(n, v)
        for n, v in (("DPF", 1), ("NPT", POINTS), ("FXV", FIRST), ("LXV", LAST), ("CSF", 1.0), ("DXU", "WN"))
    )
    said += b"END\0" + bytes(4)
    said += bytes(-len(said) % 4)
    data = struct.pack(f"<{POINTS}f", *spectrum())
    base = 24 + 3 * 12
    entries = (
        (13 << 10, 9, 24),
        (kind << 10 | 1 << 4 | 3 << 2 | 3, len(said) // 4, base),
        (kind << 10 | 3 << 2 | 3, len(data) // 4, base + len(said)),
    )
    directory = b"".join(struct.pack("<Iii", *entry) for entry in entries)
    return b"\x0a\x0a\xfe\xfe" + struct.pack("<d", 920622.0) + struct.pack("<iii", 24, 40, 3) + directory + said + data


def spa(kind: int = 17) -> bytes:
    """A spectrum of that kind of ordinate (17 absorbance, 16 transmittance in percent)."""
    data = struct.pack(f"<{POINTS}f", *spectrum())
    header = bytearray(64)
    struct.pack_into("<I", header, 4, POINTS)
    header[8], header[12] = 1, kind
    struct.pack_into("<ff", header, 16, FIRST, LAST)
    places = (400, 464)
    head = bytearray(400)
    head[:18], head[30:34] = b"Spectral Data File", b"film"
    for k, (key, at, size) in enumerate(((2, places[0], 64), (3, places[1], len(data)))):
        head[304 + 16 * k] = key
        struct.pack_into("<II", head, 306 + 16 * k, at, size)
    return bytes(head) + bytes(header) + data


def spc(spectra: int = 1, integers: bool = False) -> bytes:
    """Spectra of absorbance as floats, or as 32-bit integers times 2^-31."""
    head = bytearray(512)
    head[0], head[1] = (4 if spectra > 1 else 0), 0x4B
    struct.pack_into("<b", head, 3, 1 if integers else -128)
    struct.pack_into("<iddi", head, 4, POINTS, FIRST, LAST, spectra)
    head[28], head[29] = 1, 2
    out = bytes(head)
    for number in range(spectra):
        sub = bytearray(32)
        struct.pack_into("<bH", sub, 1, 1 if integers else -128, number)
        y = spectrum(0.1 * number)
        packed = [struct.pack("<i", round(v * 2**31)) if integers else struct.pack("<f", v) for v in y]
        out += bytes(sub) + b"".join(packed)
    return out
