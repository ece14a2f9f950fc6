"""What every impedance analysis asks of a spectrum before it starts."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from byssus.errors import AnalysisError, Problem

__all__ = ["LEAST_POINTS", "checked"]

# Analysers reach from some uHz to some GHz, from micro-ohms to tera-ohms; far beyond lies damage, or another unit.
FREQUENCIES_HZ = (1e-9, 1e12)
MODULI_OHM = (1e-12, 1e12)
LEAST_POINTS = 5  # fewer points hold fewer numbers than a resistance and one relaxation need with any spare

BEYOND = "Check the unit of the column, or leave out these rows."

Spectrum = tuple[NDArray[np.float64], NDArray[np.complex128], NDArray[np.intp]]


def checked(
    frequency_hz: ArrayLike, impedance_ohm: ArrayLike, *, least: int = LEAST_POINTS, where: str = "spectrum"
) -> Spectrum:
    """Frequencies and impedances from high to low frequency, and the order that sorts them so.

    ``frequency_hz`` and ``impedance_ohm`` (complex) have shape ``(n,)``, in any order; ``frequency_hz[order]`` is
    what comes back. Raises :class:`AnalysisError` with every problem at once: shapes, unequal lengths, values that
    are not finite, frequencies at or below zero, impedances of zero, either of a size that no instrument measures,
    fewer than ``least`` different frequencies.
    """
    frequency, impedance, problems = _arrays(frequency_hz, impedance_ohm, where)
    if not problems:
        problems = _values(frequency, impedance, least, where)
    if problems:
        raise AnalysisError(*problems)
    order = np.argsort(-frequency, kind="stable")
    return frequency[order], impedance[order], order


def _arrays(frequency_hz: ArrayLike, impedance_ohm: ArrayLike, where: str) -> tuple[Any, Any, list[Problem]]:
    problems = []
    found: list[Any] = []
    for name, given, kind in (("frequency_hz", frequency_hz, float), ("impedance_ohm", impedance_ohm, complex)):
        try:
            array = np.asarray(given).astype(kind, casting="safe" if np.iscomplexobj(given) else "unsafe")
        except (TypeError, ValueError):
            problems.append(Problem("not numbers", f"{where}: {name}", expected=f"{kind.__name__} numbers"))
            continue
        if array.ndim != 1:
            problems.append(Problem("not one-dimensional", f"{where}: {name}", f"shape {array.shape}", "shape (n,)"))
        found.append(array)
    if len(found) == 2 and not problems and len(found[0]) != len(found[1]):
        problems.append(
            Problem(
                "unequal lengths",
                where,
                f"{len(found[0])} frequencies and {len(found[1])} impedances",
                "one impedance for each frequency",
            )
        )
    return (*found, problems) if len(found) == 2 else (None, None, problems)


def _outside(values: Any, limits: tuple[float, float]) -> NDArray[np.bool_]:
    with np.errstate(over="ignore", invalid="ignore"):  # the modulus of what is finite may not be
        size = np.abs(values)
    return np.asarray(~((size >= limits[0]) & (size <= limits[1])))


def _values(frequency: Any, impedance: Any, least: int, where: str) -> list[Problem]:
    problems = []
    finite_f, finite_z = np.isfinite(frequency), np.isfinite(impedance)
    tests = (
        (~finite_f, "frequency_hz", "a frequency is not finite", "finite numbers", ""),
        (~finite_z, "impedance_ohm", "an impedance is not finite", "finite numbers", ""),
        (finite_f & (frequency <= 0), "frequency_hz", "a frequency is not above zero", "frequencies above 0 Hz",
         "Leave out the rows that the instrument wrote at direct current (f = 0)."),
        (finite_z & (impedance == 0), "impedance_ohm", "an impedance is zero", "an impedance other than zero",
         "Leave out the rows without a measured impedance."),
        (finite_f & (frequency > 0) & _outside(frequency, FREQUENCIES_HZ), "frequency_hz",
         "no instrument measures at this frequency", "1e-9 to 1e12 Hz", BEYOND),
        (finite_z & (impedance != 0) & _outside(impedance, MODULI_OHM), "impedance_ohm",
         "no instrument measures an impedance of this size", "1e-12 to 1e12 ohm", BEYOND),
    )  # fmt: skip
    for wrong, name, what, expected, mend in tests:
        if np.any(wrong):
            first = int(np.flatnonzero(wrong)[0])
            value = frequency[first] if name == "frequency_hz" else impedance[first]
            got = f"{value:g} ({int(np.sum(wrong))} such of {len(wrong)} points)"
            problems.append(Problem(what, f"{where}: {name}[{first}]", got, expected, mend))
    different = len(np.unique(frequency[finite_f & (frequency > 0)]))
    if different < least:
        problems.append(Problem("too few points", where, f"{different} different frequencies", f"at least {least}"))
    return problems
