"""Photoelectron spectra of core levels."""

from __future__ import annotations

from byssus.analyse.xps.technique import TECHNIQUE

__all__ = ["TECHNIQUE"]
