"""Pores by mercury intrusion (ISO 15901-1), and the surface that a gas covers (BET, ISO 9277)."""

from __future__ import annotations

from byssus.analyse.porosimetry.technique import TECHNIQUE, analyse, findings, series, together

__all__ = ["TECHNIQUE", "analyse", "findings", "series", "together"]
