"""One file per technique: Trace + specimen -> Result -> Findings. The registry walks this folder."""

from __future__ import annotations

from byssus.analyse.technique import Parameter, Specimen, Technique, technique, techniques

__all__ = ["Parameter", "Specimen", "Technique", "technique", "techniques"]
