"""What enters the model of binders and of the electrode; and the checks of both, all at once."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from byssus.errors import Problem, StudyError
from byssus.simulate.electrode.parameters import table

__all__ = ["GEOMETRY", "INPUTS", "Binders", "Electrode", "names_of", "silicon_volume_fraction"]

Floats = NDArray[np.float64]
Given = Floats | float
INPUTS = ("reduced_modulus", "hardness", "peel_force", "porosity")
GEOMETRY = ("layer_thickness", "peel_width")  # both of every binder behind the others, or neither


def names_of(inputs: Floats) -> tuple[str, ...]:
    """What the columns of ``inputs`` ``(..., 4)`` or ``(..., 6)`` are."""
    return (*INPUTS, *GEOMETRY)[: inputs.shape[-1]]


@dataclass(frozen=True)
class Binders:
    """Properties of electrodes that differ by binder; numbers, or arrays that broadcast together.

    ``reduced_modulus_pa`` and ``hardness_pa`` of the coating by indentation, ``peel_force_n`` of a 180 degree test,
    ``porosity`` of the coating before cycling, 0 to below 1. ``layer_thickness_m`` of the coating before cycling and
    ``peel_width_m`` of the peel test's strip: both, or neither where a length squared is fitted in their place.

    Raises :class:`StudyError` with everything that is out of its range.
    """

    reduced_modulus_pa: Given
    hardness_pa: Given
    peel_force_n: Given
    porosity: Given
    layer_thickness_m: Given | None = None
    peel_width_m: Given | None = None

    def __post_init__(self) -> None:
        problems = [p for name, value in self._known() for p in _wrong(name, value)]
        if (self.layer_thickness_m is None) != (self.peel_width_m is None):
            alone = "layer_thickness_m" if self.peel_width_m is None else "peel_width_m"
            problems.append(Problem("given alone", alone, expected="layer_thickness_m and peel_width_m, or neither"))
        if problems:
            raise StudyError(*problems)

    @classmethod
    def stacked(cls, inputs: Floats) -> Binders:
        """From an array ``(..., 4)`` in the order of ``INPUTS``, or ``(..., 6)`` with ``GEOMETRY`` behind them."""
        return cls(*(inputs[..., k] for k in range(inputs.shape[-1])))

    def array(self) -> Floats:
        """All that is known as one array ``(..., 4)`` or ``(..., 6)``, as ``stacked`` takes it."""
        return np.stack(np.broadcast_arrays(*(value for _, value in self._known())), axis=-1)

    def thickness_by_width_m2(self) -> Floats | None:
        """h b of the contact number, or ``None`` where it is not given."""
        if self.layer_thickness_m is None or self.peel_width_m is None:
            return None
        return np.asarray(self.layer_thickness_m * self.peel_width_m)

    def _known(self) -> list[tuple[str, Given]]:
        return [(f.name, value) for f in fields(self) if (value := getattr(self, f.name)) is not None]


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
