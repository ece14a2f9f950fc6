"""The table of relations and bounds: one entry each, all in SI, read from top to bottom.

To add one, add an entry. ``of`` is the quantity whose printed value is checked; names in an equation are
quantities of the vocabulary, taken from claims of the same binder under conditions that fit; ``Take`` says so
where an input needs other conditions. The equation shown in the report is this text.
"""

from __future__ import annotations

from byssus.audit.relation import Relation
from byssus.audit.table.cell import CELL
from byssus.audit.table.chain import CHAIN
from byssus.audit.table.coating import COATING
from byssus.audit.table.contact import CONTACT
from byssus.audit.table.mechanics import IMPLIED, MECHANICS
from byssus.audit.table.network import NETWORK
from byssus.audit.table.thickness import THICKNESS

__all__ = ["IMPLIED", "RELATIONS"]

RELATIONS: tuple[Relation, ...] = (*CELL, *COATING, *THICKNESS, *CHAIN, *NETWORK, *MECHANICS, *CONTACT)
