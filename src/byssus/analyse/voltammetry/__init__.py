"""Cyclic voltammetry: sweeps, peaks and charges, and how inert a binder is beside its electrode."""

from __future__ import annotations

from byssus.analyse.voltammetry.technique import TECHNIQUE, VoltammetryResult

__all__ = ["TECHNIQUE", "VoltammetryResult"]
