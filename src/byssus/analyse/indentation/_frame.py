"""The frame's compliance: what is left of 1/S where the contact is infinitely large."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.indentation._contact import Unloading
from byssus.laws.indentation import AreaFunction, contact_depth_m

__all__ = ["Contacts", "Frame", "fit_frame", "frame_line", "jackknife", "load_line"]

Floats = NDArray[np.float64]

LEAST = 3  # unloadings: two points leave nothing to judge a line by
MOST_ROUNDS = 200
SETTLED = 1e-9  # relative change of the compliance at which area and frame agree


@dataclass(frozen=True, slots=True)
class Frame:
    """A compliance of the frame (m/N), its standard uncertainty, how many contacts say so, the modulus they share (Pa).

    ``slope`` is that of 1/S on 1/sqrt(A), in m^2/N.
    """

    compliance_m_per_n: float
    uncertainty: float
    n: int
    slope: float = math.nan


@dataclass(frozen=True)
class Contacts:
    """Depth (m), load (N), stiffness (N/m) and epsilon of many contacts, and the indent each is of; shapes ``(n,)``."""

    depth_m: Floats
    load_n: Floats
    stiffness_n_per_m: Floats
    epsilon: Floats
    indent: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.depth_m)

    def where(self, keep: NDArray[np.bool_]) -> Contacts:
        return Contacts(*(values[keep] for values in vars(self).values()))

    def contact_depth(self, compliance_m_per_n: float = 0.0) -> Floats:
        """hc once the frame is taken off depth and stiffness."""
        stiffness = 1 / (1 / self.stiffness_n_per_m - compliance_m_per_n)
        return contact_depth_m(self.depth_m - compliance_m_per_n * self.load_n, self.load_n, stiffness, self.epsilon)


def fit_frame(contacts: Contacts, area: AreaFunction) -> Frame | None:
    """The compliance with which all contacts have one modulus; ``None`` where none is found.

    1/S = Cf + sqrt(pi)/(2 beta Er) / sqrt(A(hc)), doi:10.1557/JMR.1992.1564, equation 19; hc depends on Cf, so that
    line and areas are found in turns. The relative error of S is taken as one for all.
    """
    frame = Frame(0.0, math.nan, len(contacts))
    for _ in range(MOST_ROUNDS):
        with np.errstate(all="ignore"):
            areas = area(contacts.contact_depth(frame.compliance_m_per_n))
        if not np.all(areas > 0):
            return None
        last, frame = frame, _intercept(1 / np.sqrt(areas), contacts.stiffness_n_per_m)
        step = abs(frame.compliance_m_per_n - last.compliance_m_per_n)
        if step <= SETTLED * float(np.min(1 / contacts.stiffness_n_per_m)):
            return frame if frame.slope > 0 else None
    return None


def load_line(contacts: Contacts) -> Frame:
    """The same from 1/S on 1/sqrt(P): it needs one hardness besides, but neither area function nor zero of depth."""
    return _intercept(1 / np.sqrt(contacts.load_n), contacts.stiffness_n_per_m)


def jackknife(contacts: Contacts, find: Callable[[Contacts], Floats | None]) -> Floats | None:
    """Standard uncertainties of what ``find`` gives, leaving out one indent at a time; ``None`` below three indents.

    Readings of one indent err together, and one left out shows how far. Source: Efron, doi:10.1214/aos/1176345462.
    """
    numbers = np.unique(contacts.indent)
    if len(numbers) < LEAST:
        return None
    found = [find(contacts.where(contacts.indent != k)) for k in numbers]
    if any(one is None for one in found):
        return None
    each = np.array(found)
    spread = np.sum((each - np.mean(each, axis=0)) ** 2, axis=0)
    return np.asarray(np.sqrt((len(each) - 1) / len(each) * spread))


def frame_line(unloadings: tuple[Unloading, ...]) -> tuple[Frame | None, float]:
    """What the frame still adds to 1/S, from the deeper half (three at least) of several unloadings; and from all.

    ``(None, nan)`` below three unloadings.
    """
    sound = sorted((u for u in unloadings if u.law is not None and u.area > 0), key=lambda u: -u.area)
    if len(sound) < LEAST:
        return None, np.nan
    root = np.array([1 / np.sqrt(u.area) for u in sound])
    stiffness = np.array([u.law.stiffness_n_per_m for u in sound if u.law is not None])
    if not np.ptp(root[:LEAST]) > 0:
        return None, np.nan
    half = max(len(sound) // 2, LEAST)
    return _intercept(root[:half], stiffness[:half]), _intercept(root, stiffness).compliance_m_per_n


def _intercept(root: Floats, stiffness: Floats) -> Frame:
    """Weighted least squares: multiplied by S, the line is 1 = Cf S + b S/sqrt(A) + noise of one size."""
    design = np.column_stack((stiffness, stiffness * root))
    scale = np.max(np.abs(design), axis=0)
    found, squares, _, _ = np.linalg.lstsq(design / scale, np.ones(len(root)), rcond=None)
    left = float(squares[0]) / (len(root) - 2) if len(squares) and len(root) > 2 else np.nan
    inverse = np.linalg.pinv((design / scale).T @ (design / scale))
    uncertainty = float(np.sqrt(left * inverse[0, 0]) / scale[0])
    return Frame(float(found[0] / scale[0]), uncertainty, len(root), float(found[1] / scale[1]))
