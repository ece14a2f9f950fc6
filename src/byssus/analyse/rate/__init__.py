"""Rate tests: capacity at each C-rate in the order run, and its recovery."""

from __future__ import annotations

from byssus.analyse.rate.technique import TECHNIQUE, RateResult

__all__ = ["TECHNIQUE", "RateResult"]
