"""Galvanostatic cycling: half-cycles from the current, their charge, and what they say of a cell's life."""

from __future__ import annotations

from byssus.analyse.cycling.technique import TECHNIQUE, CyclingResult, Way, analyse, findings, series

__all__ = ["TECHNIQUE", "CyclingResult", "Way", "analyse", "findings", "series"]
