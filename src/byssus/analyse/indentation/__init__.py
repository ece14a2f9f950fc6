"""Instrumented indentation (Oliver-Pharr): one file a step, one ``TECHNIQUE``."""

from __future__ import annotations

from byssus.analyse.indentation.technique import TECHNIQUE

__all__ = ["TECHNIQUE"]
