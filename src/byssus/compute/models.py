"""Placeholder until the declarations come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Contact"]


@dataclass(frozen=True)
class Contact:
    name: str
    kind: Literal["pair", "ring_opening", "adsorption", "ion"]
    binder: str
    site: str
    reactants: tuple[str, ...]
    product: str = ""
    level: str = "default"
    rule: str = ""
