"""Infrared spectra: bands, their assignment, degree of imidisation, and two spectra compared."""

from __future__ import annotations

from byssus.analyse.ftir.technique import TECHNIQUE

__all__ = ["TECHNIQUE"]
