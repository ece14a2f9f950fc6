"""Electrode swelling: from thickness readings, or from the micrographs themselves; cracks of a top view."""

from __future__ import annotations

from byssus.analyse.swelling._micrograph import MicrographResult
from byssus.analyse.swelling._readings import SwellingResult
from byssus.analyse.swelling.technique import TECHNIQUE

__all__ = ["TECHNIQUE", "MicrographResult", "SwellingResult"]
