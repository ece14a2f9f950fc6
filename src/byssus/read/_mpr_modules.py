"""The modules of a BioLogic .mpr: where each begins, how long it is, and of which version."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import NoReturn

from byssus.read.problems import escaped, refuse

__all__ = ["MAGIC", "Module", "modules"]

MAGIC = b"BIO-LOGIC MODULAR FILE"
_FIRST = 52  # bytes before the first module
_MARK = b"MODULE"
_NAME = slice(6, 16)
_SIZES = 41  # mark, short name of 10 bytes and long name of 25 stand before
# From EC-Lab 11.50 on the length is preceded by the largest there may be, and followed by an older version number.
_NEW = b"\xff\xff\xff\xff"
_MAX_MODULES = 64  # real files have three to five


@dataclass(frozen=True)
class Module:
    """The body of one module: ``start`` and ``length`` in bytes of the file."""

    name: str
    version: int
    start: int
    length: int


def modules(data: bytes, where: str) -> tuple[dict[str, Module], tuple[str, ...]]:
    """The modules by name, and what is odd behind the data.

    Raises :class:`ReadError` where the data module is missing, cut, or there twice.
    """
    found: dict[str, Module] = {}
    at, end = _FIRST, len(data)
    while at < end and len(found) < _MAX_MODULES:
        module = _module(data, at)
        if module is None or module.start + module.length > end:
            if "VMP data" not in found:
                _refuse_cut(module, at, end, where)
            return found, (f"the file is cut or damaged behind the data, from byte {at} on; the data is whole",)
        if module.name == "VMP data" and module.name in found:
            refuse("two data modules in one file", where, expected="one", mend="Copy the file again.")
        found.setdefault(module.name, module)
        at = module.start + module.length
    if "VMP data" not in found:
        listed = ", ".join(escaped(name, 12) for name in list(found)[:5]) or "no module"
        refuse("an .mpr without data", where, got=listed, expected="a module 'VMP data'", mend="Copy the file again.")
    return found, ()


def _module(data: bytes, at: int) -> Module | None:
    """The module that begins there; ``None`` where there is none or its head is cut."""
    head = data[at : at + 65]
    if not head.startswith(_MARK) or len(head) < 57:
        return None
    name = head[_NAME].decode("latin-1").strip()
    if head[_SIZES : _SIZES + 4] != _NEW:
        length, version = struct.unpack_from("<II", head, _SIZES)
        return Module(name, version, at + 57, length)
    if len(head) < 65:
        return None
    length, _, version = struct.unpack_from("<III", head, _SIZES + 4)
    return Module(name, version, at + 65, length)


def _refuse_cut(module: Module | None, at: int, end: int, where: str) -> NoReturn:
    mend = "Copy it again from the instrument's computer, or export it from EC-Lab as text (.mpt)."
    if module is None:
        refuse("the .mpr is cut or damaged before its data", where, got=f"no module at byte {at}", mend=mend)
    refuse(
        "the .mpr is cut or damaged",
        where,
        got=f"{end} bytes",
        expected=f"{module.start + module.length} bytes for the module '{escaped(module.name, 12)}'",
        mend=mend,
    )
