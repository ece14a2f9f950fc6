"""Bytes to text: encodings told apart by content, everything handed on as UTF-8."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

from byssus.read.problems import refuse
from byssus.trace import REHEARSED_MARK

__all__ = ["HEAD_BYTES", "TextFile", "load_text", "looks_binary"]

HEAD_BYTES = 256 * 1024  # where headings must be found; also the longest line taken
TAIL_BYTES = 32 * 1024
PIECE = 1 << 22
BINARY_SHARE = 0.02  # share of control characters above which a file is no text
# Words that head the columns of Chinese testers' exports: voltage, current, capacity, cycle, test time.
_CHINESE = ("电压", "电流", "容量", "循环", "测试时间")
# Likewise words that head testing machines' exports elsewhere; only where a heading is met is a code page taken.
_BY_WORDS = (
    ("gb18030", _CHINESE),
    ("cp932", ("水平力", "垂直力", "変位", "試験力", "ストローク", "時間", "荷重")),
    ("cp949", ("스트로크", "시험력", "하중", "변위")),
    ("cp1250", ("Siła", "Obciążenie", "Odkształcenie", "Naprężenie", "Szerokość", "Grubość")),
)
# Testers' own files of which no description is public: read by nobody here, but their names say what to do.
_LAND = "If this is LAND's own file, open it in LANDdt and export the records as csv or xlsx."
_MACCOR = "If this is Maccor's own file, export it as text with Maccor Export or MIMS."
_OWN_FORMATS = {".cex": _LAND, ".ccs": _LAND, ".cdf": _LAND, ".maccor": _MACCOR}
_CONTROL = bytes(c for c in range(32) if c not in b"\t\n\r\f\x0b\x1a\x1b") + b"\x7f"
_MARK = REHEARSED_MARK.encode()


@dataclass(frozen=True)
class TextFile:
    """A text file in UTF-8, without byte order mark, lines ended by ``\\n`` or ``\\r\\n``.

    ``untouched`` is true when the file itself holds exactly these bytes, so that it may be read from disk.
    """

    data: bytes
    encoding: str
    untouched: bool
    rehearsed: bool

    @property
    def head(self) -> str:
        return self.data[:HEAD_BYTES].decode("utf-8", errors="ignore")

    @property
    def tail(self) -> str:
        return self.data[-TAIL_BYTES:].decode("utf-8", errors="ignore") if len(self.data) > HEAD_BYTES else ""


def _suffix(where: str) -> str:
    """The ending of a file's name; of any number as Maccor ends its files (.001), its own."""
    ending = Path(where).suffix.lower()
    return ".maccor" if ending[1:].isdecimal() else ending


def looks_binary(head: bytes) -> bool:
    """Whether these first bytes are no text in any encoding read here."""
    if _utf16(head):
        return False
    strange = len(head) - len(head.translate(None, _CONTROL))
    return strange > BINARY_SHARE * max(len(head), 1)


def _utf16(head: bytes) -> str:
    """The UTF-16 or UTF-32 codec of a file, by its mark or by where its zero bytes stand; empty if neither."""
    for mark, codec in (
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if head.startswith(mark):
            return codec
    sample = head[:2048]
    if len(sample) < 4:
        return ""
    even, odd = sample[0::2], sample[1::2]
    if odd.count(0) > 0.7 * len(odd) and even.count(0) < 0.05 * len(even):
        return "utf-16-le"
    if even.count(0) > 0.7 * len(even) and odd.count(0) < 0.05 * len(odd):
        return "utf-16-be"
    return ""


def _is_utf8(data: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    view = memoryview(data)
    try:
        for start in range(0, len(data), PIECE):
            decoder.decode(view[start : start + PIECE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _from_other(data: bytes) -> tuple[bytes, str]:
    for codec, words in _BY_WORDS:  # nearly any bytes are some text: only known headings count
        head = data[:HEAD_BYTES].decode(codec, errors="replace")
        if any(word in head for word in words):
            return data.decode(codec, errors="replace").encode("utf-8"), codec
    try:
        return data.decode("cp1252").encode("utf-8"), "cp1252"
    except UnicodeDecodeError:
        return data.decode("latin-1").encode("utf-8"), "latin-1"


def load_text(path: Path, where: str) -> TextFile:
    """The text of a file; :class:`ReadError` where it is none."""
    raw = path.read_bytes()
    codec = _utf16(raw[:4096])
    data, encoding = raw, "utf-8"
    if codec:
        data, encoding = raw.decode(codec, errors="replace").encode("utf-8").removeprefix(codecs.BOM_UTF8), codec
    elif looks_binary(raw[:HEAD_BYTES]):
        refuse(
            "this is neither text nor a known instrument format",
            where,
            got=f"bytes {raw[:8].hex(' ')}",
            expected="csv or text, BDF, Arbin .res, BioLogic .mpr, Neware .nda/.ndax, Zwick .TRA, xlsx, xls, parquet",
            mend=_OWN_FORMATS.get(_suffix(where), "Export the data from the instrument's software as text."),
        )
    else:
        data = raw.removeprefix(codecs.BOM_UTF8)  # the mark alone does not make the rest UTF-8
        if not data.isascii() and not _is_utf8(data):
            data, encoding = _from_other(data)
    if b"\r" in data[:HEAD_BYTES] and b"\n" not in data[:HEAD_BYTES]:
        data = data.replace(b"\r", b"\n")
    data = data.replace(b"\x00", b"") if codec and b"\x00" in data else data
    if not data[:HEAD_BYTES].strip():
        refuse("the file is empty", where, got="only blanks", expected="headings and rows of data")
    return TextFile(data, encoding, data is raw, _MARK in data)
