"""Mercury intrusion: volume against pore diameter, and what foil, blank and penetrometer take off or add."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.technique import Specimen
from byssus.errors import AnalysisError, Problem
from byssus.laws.pores import pore_area, pore_diameter, pore_pressure
from byssus.trace import Trace

__all__ = ["Intrusion", "Sizes", "intrusion_of", "sizes_of"]

Floats = NDArray[np.float64]
ANGLE = math.radians(130.0)  # usual for mercury on most solids; ISO 15901-1:2016 has 140° where nothing is measured
TENSION = 0.485  # N/m, mercury at 25 °C
TENSIONS = (0.1, 2.0)  # N/m, around any said of mercury; beyond, another unit or a damaged header
MERCURY = 13533.6  # kg/m^3, mercury at 25 °C and 101.325 kPa
FEWEST_ROWS = 10
# Above this pressure mercury, penetrometer and soft solids give way by as much as fine pores take in.
SQUEEZING = 100e6  # Pa
OWN_DIAMETERS = "the file has no pressures: its diameters are as its own contact angle and surface tension made them"
VOLUMES = ("intrusion_volume_m3", "specific_intrusion_m3_per_kg")
# Pressure and volume may waver by this share with noise and equilibration; a longer fall is no intrusion.
WAVER = 0.01
LEAST_STEP = 1e-9  # of the total: what differs by less is one number


@dataclass(frozen=True)
class Sizes:
    """What is known of the specimen (SI, ``None`` where nobody said): with its foil, and of the foil."""

    mass_kg: float | None
    foil_mass_kg: float | None
    bulk_volume_m3: float | None
    foil_volume_m3: float | None
    bulk_from: str

    @property
    def net_mass_kg(self) -> float | None:
        return None if self.mass_kg is None else self.mass_kg - (self.foil_mass_kg or 0.0)

    @property
    def net_volume_m3(self) -> float | None:
        if self.bulk_volume_m3 is None or self.foil_volume_m3 is None:
            return None
        return self.bulk_volume_m3 - self.foil_volume_m3


@dataclass(frozen=True)
class Intrusion:
    """One run up to its highest pressure, rising: diameter in m (falling), volume and area, shapes ``(n,)``.

    ``volume`` is in m³ where ``specific`` is false, else m³ per kg of the specimen as weighed; ``area`` likewise m².
    ``noise`` is the standard deviation of ``volume`` from reading to reading, ``u_area`` what it makes of the area.
    ``squeezed`` is the share of the area from above :data:`SQUEEZING` with no blank taken off (0 with one).
    """

    pressure_pa: Floats
    diameter_m: Floats
    volume: Floats
    area: Floats
    specific: bool
    contact_angle: float
    surface_tension: float
    stated: str
    squeezed: float
    warnings: tuple[str, ...]
    noise: float = 0.0
    u_area: float = 0.0

    @property
    def total(self) -> float:
        return float(self.volume[-1])

    def median(self, of: Floats) -> float:
        """The diameter at half of a cumulative curve, between readings on a logarithmic scale; in m."""
        half = 0.5 * float(of[-1])
        above = int(np.argmax(of >= half))
        if above == 0:
            return float(self.diameter_m[0])
        share = (half - of[above - 1]) / (of[above] - of[above - 1])
        low, high = np.log(self.diameter_m[above - 1 : above + 1])
        return float(np.exp(low + share * (high - low)))

    def u_median(self, of: Floats, u_share: float) -> float:
        """What ``u_share`` of a cumulative curve's total makes of its median (m), by the curve's slope about it."""
        low, high = (float(np.log(self.diameter_m[int(np.argmax(of >= share * of[-1]))])) for share in (0.4, 0.6))
        return self.median(of) * u_share * abs(low - high) / 0.2


def sizes_of(trace: Trace, specimen: Specimen) -> Sizes:
    """Masses and volumes: as given, else the file's header; bulk volume from the penetrometer's weighings if need be.

    V = Vpen - (m(assembly) - m(pen) - m(sample))/ρ(Hg). Raises :class:`AnalysisError` for a foil that is heavier or
    larger than its specimen, or a penetrometer that holds no specimen. Source: ISO 15901-1:2016.
    """

    def known(name: str, header: str) -> float | None:
        value = specimen.get(name, trace.metadata.get(header))
        return None if value is None else float(value)

    mass = known("sample_mass", "sample_mass_kg")
    bulk, how = known("bulk_volume", ""), "as given"
    pen_volume = known("penetrometer_volume", "penetrometer_volume_m3")
    pen_mass = known("penetrometer_mass", "penetrometer_mass_kg")
    assembly = known("assembly_mass", "assembly_mass_kg")
    density = known("mercury_density", "mercury_density_kg_per_m3") or MERCURY
    if bulk is None and None not in (mass, pen_volume, pen_mass, assembly):
        bulk = float(pen_volume or 0) - (float(assembly or 0) - float(pen_mass or 0) - float(mass or 0)) / density
        how = f"from the penetrometer's weighings, mercury {density:.6g} kg/m³"
    foil_mass, foil_volume = known("foil_mass", ""), known("foil_volume", "")
    problems = []
    for what, value in (("foil_mass", foil_mass), ("foil_volume", foil_volume)):
        if value is not None and not 0 <= value < math.inf:
            problems.append(Problem(f"{what} makes no sense", specimen.name, f"{value:.6g}", "zero or more"))
    if mass is not None and foil_mass is not None and not foil_mass < mass:
        problems.append(
            Problem("the foil is as heavy as its specimen", specimen.name, f"{foil_mass:.6g} kg", f"< {mass:.6g}")
        )
    if bulk is not None and not bulk > (foil_volume or 0.0):
        problems.append(Problem("the specimen has no volume beside its foil", specimen.name, f"{bulk:.6g} m³"))
    if problems:
        raise AnalysisError(*problems)
    return Sizes(mass, foil_mass, bulk, foil_volume, how)


def intrusion_of(trace: Trace, specimen: Specimen, blank: Trace | None) -> Intrusion:
    """The intrusion curve, a blank run's volume taken off at each pressure, between the pore sizes asked for.

    Raises :class:`AnalysisError` for too few rows, no rise of pressure, a contact angle that does not keep mercury
    out, or limits that leave nothing.
    """
    angle, tension, stated = _washburn(trace, specimen)
    pressure, volume, name, said = _branch(trace, angle, tension)
    if blank is not None:
        volume = _corrected(pressure, volume, name, _branch(blank, angle, tension), blank)
        said = (*said, f"volume less that of the blank run {blank.source.path}, interpolated over log P")
    diameter = pore_diameter(pressure, tension, angle)
    largest = float(specimen.get("largest_pore", math.inf))
    smallest = float(specimen.get("smallest_pore", 0.0))
    keep = (diameter <= largest) & (diameter >= smallest)
    if np.count_nonzero(keep) < FEWEST_ROWS:
        got = f"{np.count_nonzero(keep)} readings between {smallest:.4g} and {largest:.4g} m"
        raise AnalysisError(Problem("too few readings of pores", trace.source.path, got, f"at least {FEWEST_ROWS}"))
    zero = 0.0
    if largest < diameter[0]:
        zero = float(np.interp(-math.log(largest), -np.log(diameter), volume))
        stated += f", counted from {largest * 1e6:.4g} µm"
    pressure, diameter, volume = pressure[keep], diameter[keep], volume[keep] - zero
    if not (volume[-1] > 0 and np.ptp(volume) > 0):
        got = f"{volume[0]:.4g} at first, {volume[-1]:.4g} at the end"
        expected, mend = "a volume that grows with pressure", f"Check what '{name}' is mapped to."
        raise AnalysisError(Problem("no mercury went in", trace.source.path, got, expected, mend))
    fall = float(np.max(np.maximum.accumulate(volume) - volume) / volume[-1])
    if fall > WAVER:
        said = (*said, f"volume falls by {fall:.1%} of the total while pressure rises")
    area, noise = pore_area(pressure, volume, tension, angle), _noise(volume)
    before = float(np.interp(SQUEEZING, pressure, area))
    squeezed = 1 - before / float(area[-1]) if blank is None and area[-1] > 0 else 0.0
    return Intrusion(
        pressure, diameter, volume, area, name == VOLUMES[1], angle, tension, stated, squeezed, said, noise,
        _area_noise(pressure, noise, tension, angle),
    )  # fmt: skip


def _noise(volume: Floats) -> float:
    """Standard deviation of readings about their neighbours' line, from second differences (what is smooth drops out).

    The quartile of the least that differ, as pores that fill at once bend the curve by more than noise does.
    """
    bends = np.abs(np.diff(volume, 2))
    steps = np.abs(np.diff(volume))
    steps = steps[steps > LEAST_STEP * float(np.ptp(volume))]
    if not len(bends) or not len(steps):
        return 0.0
    # readings that a file rounds cannot be better known than to its last digit
    return max(float(np.quantile(bends, 0.25)) / 0.31864 / math.sqrt(6.0), float(np.min(steps)) / math.sqrt(12.0))


def _area_noise(pressure: Floats, noise: float, tension: float, angle: float) -> float:
    """What independent noise of each volume makes of the area's last value, through its sum by trapezia."""
    means = np.concatenate(([0.0], 0.5 * (pressure[1:] + pressure[:-1]), [0.0]))
    return noise * float(np.linalg.norm(np.diff(means))) / (-tension * math.cos(angle))


def _washburn(trace: Trace, specimen: Specimen) -> tuple[float, float, str]:
    angle, tension, parts = ANGLE, TENSION, []
    for name, header, usual in (
        ("contact_angle", "contact_angle_rad", ANGLE),
        ("surface_tension", "surface_tension_n_per_m", TENSION),
    ):
        given, read = specimen.get(name), trace.metadata.get(header)
        value = float(next(v for v in (given, read, usual) if v is not None))
        whence = "given" if given is not None else "the file's" if read is not None else "usual"
        if name == "contact_angle":
            angle = value
            parts.append(f"contact angle {math.degrees(value):.4g}° ({whence})")
        else:
            tension = value
            parts.append(f"surface tension {value:.4g} N/m ({whence})")
    if not math.pi / 2 < angle <= math.pi:
        expected = "between 90° and 180°: mercury that wets needs no pressure"
        raise AnalysisError(
            Problem("contact_angle makes no sense", specimen.name, f"{math.degrees(angle):.4g}°", expected)
        )
    if not TENSIONS[0] < tension < TENSIONS[1]:
        raise AnalysisError(
            Problem("surface_tension makes no sense", specimen.name, f"{tension:g} N/m", "about 0.485 N/m for mercury")
        )
    return angle, tension, ", ".join(parts)


def _branch(trace: Trace, angle: float, tension: float) -> tuple[Floats, Floats, str, tuple[str, ...]]:
    """Pressure and volume up to the highest pressure, rising; what is left out is said.

    A file with diameters alone has them turned into pressures and back by one angle and tension: they stay its own.
    """
    name = next((n for n in VOLUMES if n in trace), VOLUMES[0])
    if "pressure_pa" in trace or "pore_diameter_m" not in trace:
        pressure = np.asarray(trace["pressure_pa"], dtype=np.float64)
    else:
        diameter = np.asarray(trace["pore_diameter_m"], dtype=np.float64)
        pressure = pore_pressure(np.where(diameter > 0, diameter, math.nan), tension, angle)
    volume = np.asarray(trace[name], dtype=np.float64)
    sound = np.isfinite(pressure) & np.isfinite(volume) & (pressure > 0)
    said = [] if "pressure_pa" in trace else [OWN_DIAMETERS]
    if not sound.all():
        said.append(f"{np.count_nonzero(~sound)} of {len(sound)} rows left out: no pressure above zero, or no volume")
    pressure, volume = pressure[sound], volume[sound]
    top = int(np.argmax(pressure)) if len(pressure) else 0
    if len(pressure) - top - 1 > 0:
        said.append(f"{len(pressure) - top - 1} readings after the highest pressure (extrusion) are not used")
    pressure, volume = pressure[: top + 1], volume[: top + 1]
    rising = pressure > np.concatenate(([0.0], np.maximum.accumulate(pressure)[:-1]))
    if len(pressure) < FEWEST_ROWS or np.count_nonzero(rising) < (1 - WAVER) * len(pressure) - FEWEST_ROWS:
        got = f"{np.count_nonzero(rising)} of {len(pressure)} readings with rising pressure"
        mend = "Check what pressure_pa is mapped to."
        raise AnalysisError(Problem("this is no intrusion", trace.source.path, got, "pressure that rises", mend))
    return pressure[rising], volume[rising], name, tuple(said)


def _corrected(
    pressure: Floats, volume: Floats, name: str, run: tuple[Floats, Floats, str, tuple[str, ...]], blank: Trace
) -> Floats:
    at, taken, kind, _ = run
    if kind != name:
        raise AnalysisError(Problem("the blank has another kind of volume", blank.source.path, expected=name))
    return np.asarray(volume - np.interp(np.log(pressure), np.log(at), taken))
