"""Files written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

__all__ = ["replace_file"]

MODE = 0o666  # less the umask, as any new file; mkstemp alone would keep it from the group


def replace_file(path: Path, data: bytes) -> Path:
    """Put ``data`` at ``path`` in one step: whoever reads sees the old file or the new one, never a part.

    Folders are made as needed. Raises ``OSError`` where the place cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(name, MODE & ~umask)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return path
