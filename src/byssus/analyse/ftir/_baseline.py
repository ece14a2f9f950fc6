"""The baseline beneath a spectrum, by pybaselines."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.ftir._spectrum import Absorbance

__all__ = ["BASELINES", "baseline_of"]

WIDEST = 10.0  # times the spectrum: a baseline so stiff is a straight line, and stiffer ones cannot be solved for
BASELINES = ("arpls", "asls", "airpls", "rubberband", "none")


def baseline_of(spectrum: Absorbance, method: str, width_per_m: float) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """The baseline, shape ``(n,)``, and what is to be said of it.

    ``method`` is a name of pybaselines. A penalised spline of second differences passes half of an oscillation whose
    period is ``width_per_m`` when its penalty is (period / (2 pi step))^4: narrower features are not followed.
    Sources: arpls doi:10.1039/C4AN01061B, asls Eilers and Boelens (2005), airpls doi:10.1039/B922045C.
    """
    if method == "none":
        return np.zeros_like(spectrum.absorbance), ()
    from pybaselines import Baseline

    fitter = Baseline(x_data=spectrum.wavenumber_per_m)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            if method == "rubberband":
                found, _ = fitter.rubberband(spectrum.absorbance)
            else:
                width = min(width_per_m, WIDEST * float(np.ptp(spectrum.wavenumber_per_m)))
                penalty = max((width / (2 * np.pi * spectrum.spacing_per_m)) ** 4, 1.0)
                found, _ = getattr(fitter, method)(spectrum.absorbance, lam=penalty)
        except np.linalg.LinAlgError:  # weights that all but vanish leave no system to solve
            found = np.full_like(spectrum.absorbance, np.nan)
    said = tuple(f"the baseline did not settle: {str(w.message)[:120]}" for w in caught[:1])
    if not np.all(np.isfinite(found)):
        return np.zeros_like(spectrum.absorbance), ("no baseline could be found: none is taken off",)
    return np.asarray(found, dtype=np.float64), said
