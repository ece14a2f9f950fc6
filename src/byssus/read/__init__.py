"""One file per file format: path -> Traces. Which reader is chosen by content, not by extension."""

from __future__ import annotations

from byssus.read.reader import FORMATS, read_file

__all__ = ["FORMATS", "read_file"]
