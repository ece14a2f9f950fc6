"""How the findings of a cycled cell are made."""

from __future__ import annotations

from typing import Any

import numpy as np

from byssus.findings import Finding
from byssus.vocabulary import quantity

__all__ = ["cell_finding"]

NOTHING = ("no charge passed to divide by",)


def cell_finding(
    name: str,
    value: float | None,
    *,
    at: dict[str, Any] | None = None,
    uncertainty: float | None = None,
    technique: str = "cycling",
    **said: Any,
) -> Finding:
    """A finding in the vocabulary's unit; a number that is not finite is ``not_identifiable``."""
    if value is not None and not np.isfinite(value):
        value, uncertainty = None, None
        said |= {"status": "not_identifiable", "remarks": NOTHING, "interval": None}
    said.setdefault("n", None if value is None else 1)
    return Finding(
        name, value, quantity(name).unit, at or {}, standard_uncertainty=uncertainty, technique=technique, **said
    )
