"""Surface and interfacial cutting (SAICAS): the force of a blade that cuts into a coating, or peels it off."""

from __future__ import annotations

from byssus.analyse.saicas.technique import TECHNIQUE, analyse, findings, series

__all__ = ["TECHNIQUE", "analyse", "findings", "series"]
