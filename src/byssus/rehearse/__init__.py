"""Virtual instruments, one file per technique: properties -> a raw file as a lab would have it."""

from __future__ import annotations

from byssus.rehearse.instrument import Instrument, Need, Truth, instruments

__all__ = ["Instrument", "Need", "Truth", "instruments"]
