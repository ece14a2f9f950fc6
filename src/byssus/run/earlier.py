"""What an earlier run of a study has measured, for commands that run one model alone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from byssus.findings import Finding

if TYPE_CHECKING:
    from byssus.study.load import LoadedStudy

__all__ = ["measured_earlier"]


def measured_earlier(loaded: LoadedStudy) -> tuple[Finding, ...]:
    """Measured findings of the run in the study's own ``out``; none where it has not run, or not of this study."""
    path = loaded.folder / "out" / "results.json"
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if document["provenance"]["study"]["sha256"] != loaded.sha256:
            return ()
        return tuple(Finding.from_json(row) for row in document["findings"] if row["basis"] == "measured")
    except (OSError, ValueError, KeyError, TypeError):
        return ()
