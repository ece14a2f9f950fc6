"""The shortest loops: a crosslinker that ties the same chain twice ties nothing together.

The chance is that of finding a site of the same chain within reach, beside all sites there are (Jacobson and Stockmayer
(1950), J. Chem. Phys. 18, 1600). Such loops carry no load (Zhong et al. (2016), doi:10.1126/science.aag0184); longer
ones carry some, and are left out.
"""

from __future__ import annotations

import math

import numpy as np

from byssus.errors import Problem, StudyError

__all__ = ["loop_share"]

NEIGHBOURS = 2000  # sites along the chain to each side; the sum falls as j^-3/2


def loop_share(spacing_m: float, persistence_m: float, reach_m: float, sites_per_m3: float) -> float:
    """The share of a crosslinker's further arms that return to a chain it already ties.

    ``spacing_m`` lies between sites along the chain, ``persistence_m`` is the chain's, ``reach_m`` the distance of two
    arms' ends. <r^2> = 2 P L (1 - P/L (1 - exp(-L/P))) + reach^2 at contour L = j spacing (Kratky and Porod (1949),
    doi:10.1002/recl.19490681203); c_in = sum_j 2 (3 / (2 pi <r^2>))^(3/2); share = c_in / (c_in + c_all).
    """
    given = {"spacing": spacing_m, "persistence": persistence_m, "reach": reach_m, "sites": sites_per_m3}
    problems = [Problem("no such chain", k, f"{v:g}", "above 0") for k, v in given.items() if not 0 < v < math.inf]
    if problems:
        raise StudyError(*problems)
    contour = spacing_m * np.arange(1, NEIGHBOURS + 1)
    ratio = persistence_m / contour
    square = 2 * persistence_m * contour * (1 - ratio * -np.expm1(-1 / ratio)) + reach_m**2
    inside = float(np.sum(2 * (3 / (2 * math.pi * square)) ** 1.5))
    return inside / (inside + sites_per_m3)
