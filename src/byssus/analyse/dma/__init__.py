"""Dynamic mechanical analysis: moduli over temperature and frequency, glass transition, crosslinks, shift."""

from __future__ import annotations

from byssus.analyse.dma.technique import TECHNIQUE

__all__ = ["TECHNIQUE"]
