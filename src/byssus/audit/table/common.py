"""What entries of the table share: benign readings in words, and the bound of a share."""

from __future__ import annotations

from byssus.audit.relation import Relation, Way

__all__ = ["ANOTHER_CELL", "ANOTHER_SPECIMEN", "share"]

ANOTHER_CELL = "The numbers may come from different cells, or the ratio be a mean of ratios over cells."
ANOTHER_SPECIMEN = "The numbers may come from different specimens, or be means of values computed one by one."


def share(quantity: str, name: str) -> Relation:
    """No share of a whole is above 100 %."""
    return Relation(f"{name} at most 100 %", quantity, (Way("1"),), "at most", "implausible")
