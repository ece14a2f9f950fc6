"""Files that a microscope writes beside a picture, and that say what the picture does not."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

__all__ = ["is_picture", "sidecars", "without_sidecars"]

# The first bytes of the pictures that are read.
MAGIC = (b"II*\x00", b"MM\x00*", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"BM")
BMP_HEADERS = (12, 40, 52, 56, 64, 108, 124)  # lengths of the header behind a bitmap's first 14 bytes
ENDINGS = (".hdr", ".txt")  # TESCAN; JEOL and Hitachi
LARGEST = 1 << 20  # bytes: a larger file beside a picture is no sidecar of it


def is_picture(head: bytes) -> bool:
    """Whether a file that begins so is a picture: TIFF, PNG, JPEG or BMP."""
    if head.startswith(b"BM"):
        return len(head) >= 18 and int.from_bytes(head[14:18], "little") in BMP_HEADERS
    return head.startswith(MAGIC)


def sidecars(path: Path) -> tuple[Path, ...]:
    """What lies beside a picture under its name, in the order of trust; nothing where ``path`` is no picture.

    ``a.tif`` may have ``a.hdr``, ``a-tif.hdr``, ``a.tif.hdr``, and the same with ``.txt``, in any case of letters.
    """
    try:
        with path.open("rb") as handle:
            if not is_picture(handle.read(32)):
                return ()
        stem, kind = path.stem.casefold(), path.suffix.casefold().lstrip(".")
        names = [f"{name}{end}" for end in ENDINGS for name in (stem, f"{stem}-{kind}", f"{stem}.{kind}")]
        beside = [other for other in path.parent.iterdir() if other.name.casefold() in names and other.is_file()]
        beside = [other for other in beside if other.stat().st_size <= LARGEST]
    except OSError:
        return ()
    return tuple(sorted(beside, key=lambda other: (names.index(other.name.casefold()), other.name)))


def without_sidecars(paths: Iterable[Path]) -> list[Path]:
    """The paths without those that only lie beside a picture among them: a glob takes both."""
    listed = list(paths)
    beside = {other for path in listed for other in sidecars(path)}
    return [path for path in listed if path not in beside]
