"""Impedance: is the spectrum valid, which relaxation times does it hold, which elements, how do they move."""

from __future__ import annotations

from byssus.analyse.impedance.elements import ElementFit, Zarc, ZarcGuess, fit_elements
from byssus.analyse.impedance.kramers_kronig import KramersKronig, kramers_kronig
from byssus.analyse.impedance.relaxation import (
    RelaxationPeak,
    RelaxationTimes,
    relaxation_series,
    relaxation_times,
)
from byssus.analyse.impedance.technique import TECHNIQUE
from byssus.analyse.impedance.tracking import Track, Tracks, track

__all__ = ["TECHNIQUE", "ElementFit", "KramersKronig", "RelaxationPeak", "RelaxationTimes", "Track", "Tracks"]
__all__ += ["Zarc", "ZarcGuess", "fit_elements", "kramers_kronig", "relaxation_series", "relaxation_times", "track"]
