"""What enters the model of binders and of the electrode; and the checks of both, all at once."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from byssus.errors import Problem, StudyError
from byssus.simulate.electrode.parameters import table

__all__ = ["INPUTS", "Binders", "Electrode", "silicon_volume_fraction"]

Floats = NDArray[np.float64]
Given = Floats | float
INPUTS = ("reduced_modulus", "hardness", "peel_force", "porosity")


@dataclass(frozen=True)
class Binders:
    """Properties of electrodes that differ by binder; numbers, or arrays that broadcast together.

    ``reduced_modulus_pa`` and ``hardness_pa`` of the coating by indentation, ``peel_force_n`` of a 180 degree test,
    ``porosity`` of the coating before cycling, 0 to below 1.

    Raises :class:`StudyError` with everything that is out of its range.
    """

    reduced_modulus_pa: Given
    hardness_pa: Given
    peel_force_n: Given
    porosity: Given

    def __post_init__(self) -> None:
        problems = [p for field in fields(self) for p in _wrong(field.name, getattr(self, field.name))]
        if problems:
            raise StudyError(*problems)

    @classmethod
    def stacked(cls, inputs: Floats) -> Binders:
        """From an array ``(..., 4)`` in the order of ``INPUTS``."""
        return cls(*(inputs[..., k] for k in range(len(INPUTS))))

    def array(self) -> Floats:
        """The four as one array ``(..., 4)``, in the order of ``INPUTS``."""
        return np.stack(np.broadcast_arrays(*(getattr(self, field.name) for field in fields(self))), axis=-1)


@dataclass(frozen=True)
class Electrode:
    """What a study's cells share: silicon by volume of solids and by area, what 1 C means, upper limit, temperature."""

    silicon_volume_fraction: Given
    loading_kg_per_m2: float
    one_c_c_per_kg: float
    upper_v: float = 1.5
    temperature_k: float = 298.15

    def __post_init__(self) -> None:
        problems = [p for field in fields(self) for p in _wrong(field.name, getattr(self, field.name))]
        if problems:
            raise StudyError(*problems)

    def current_density(self, c_rate: Given) -> Floats:
        """Amperes by square metre of electrode: 1 C passes ``one_c_c_per_kg`` in an hour."""
        return np.asarray(np.asarray(c_rate) * self.loading_kg_per_m2 * self.one_c_c_per_kg / 3600.0)


def silicon_volume_fraction(mass_fractions: dict[str, float], silicon: str) -> float:
    """Silicon by volume of solids, from mass fractions; carbon is what is named so, the rest counts as binder."""
    rows = table()

    def density(name: str) -> float:
        if name == silicon:
            return rows["silicon_density"].value
        words = name.casefold()
        carbon = any(word in words for word in ("carbon", "super", "graphit", "ketjen", "black", "cnt", "swcnt"))
        return rows["carbon_density" if carbon else "binder_density"].value

    volumes = {name: share / density(name) for name, share in mass_fractions.items()}
    return volumes.get(silicon, 0.0) / sum(volumes.values())


def _wrong(name: str, value: Given) -> list[Problem]:
    """What is out of its range: positive and finite, and a fraction from 0 to below 1."""
    array = np.asarray(value, dtype=np.float64)
    share = name in ("porosity", "silicon_volume_fraction")
    fine = np.isfinite(array) & ((array >= 0) & (array < 1) if share else array > 0)
    if fine.all() and array.size:
        return []
    expected = "a fraction from 0 to below 1" if share else "more than zero"
    got = f"{array[~fine].flat[0]:g}" if array.size else "nothing"
    more = f" ({int((~fine).sum())} of {array.size})" if array.size > 1 else ""
    return [Problem("out of its range", name, got + more, expected)]
