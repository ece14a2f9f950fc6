"""Gel permeation chromatography: molar mass averages and distribution from a chromatogram and narrow standards."""

from __future__ import annotations

from byssus.analyse.gpc.technique import TECHNIQUE, analyse, findings, series, together

__all__ = ["TECHNIQUE", "analyse", "findings", "series", "together"]
