"""The numbers and the curves of a run of mercury, or of a gas."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from byssus.analyse.force_curve import lacking
from byssus.analyse.porosimetry._intrusion import SQUEEZING, Intrusion, Sizes
from byssus.analyse.porosimetry._sorption import Sorption
from byssus.figure import Series, decimate
from byssus.findings import Finding
from byssus.laws.statistics import interval_95

__all__ = ["curves", "numbers"]

STEP = 0.05  # decades of diameter a step of the distribution spans: readings are closer, noise is not
MOST_SQUEEZED = 0.1  # share of the area above the pressure of SQUEEZING that needs a blank to be believed
MOST_NOISE = 0.05  # standard uncertainty of the area over the area: twice it, a tenth, is as far as areas are compared
MASS = "per mass needs sample_mass (with its foil), which neither the study nor the file's header gives"
BULK = "the specimen's volume is not known: give bulk_volume, or penetrometer_volume, penetrometer_mass, assembly_mass"
FOIL = "the foil's volume is not known: give foil_volume (0 ml for a specimen without a foil)"
NO_FOIL_MASS = "foil_mass is not given: per mass of the specimen as weighed"
NO_FOIL = "foil_mass is not given: the specimen is taken to have no foil"


def numbers(mercury: Intrusion | None, sizes: Sizes | None, gas: Sorption | None) -> tuple[Finding, ...]:
    """All findings of one run."""
    if gas is not None:
        return _of_gas(gas)
    if mercury is None or sizes is None:
        return ()
    return (_porosity(mercury, sizes), *_per_mass(mercury, sizes), *_diameters(mercury), *_densities(mercury, sizes))


def _method(m: Intrusion) -> str:
    degree = math.radians(1.0) * abs(math.tan(m.contact_angle))
    return (
        f"cylinders (Washburn), {m.stated}; a degree of contact angle is {degree:.1%} of a diameter; uncertainty from "
        "the noise of the readings alone"
    )


def _of_area(m: Intrusion) -> tuple[str, ...]:
    """What stands against the area: a compression that counts as pores, noise that the finest pores multiply."""
    said = []
    if m.squeezed > MOST_SQUEEZED:
        share = f"{m.squeezed:.0%} of the area comes from above {SQUEEZING / 1e6:g} MPa and no blank run is taken off"
        said.append(f"{share}: compression counts as pores")
    area = float(m.area[-1])
    if area > 0 and m.u_area > MOST_NOISE * area:
        said.append(
            f"noise of {m.noise / m.total:.2g} of the total volume makes the area uncertain by {m.u_area / area:.0%} "
            "(standard uncertainty), as the finest pores weigh most: smallest_pore leaves them out"
        )
    return tuple(said)


def _told(like: Finding, value: float, *remarks: str) -> Finding:
    if not math.isfinite(value):
        return replace(like, value=None, n=None, status="not_identifiable", remarks=("no finite number", *remarks))
    return replace(like, value=value, status="warned" if remarks else "ok", remarks=remarks)


def _noisy(like: Finding, relative: float) -> Finding:
    """With the standard uncertainty that noise of this share makes; none where the readings show no noise."""
    if like.value is None or not 0 < relative < math.inf:
        return like
    return replace(like, standard_uncertainty=abs(like.value) * relative)


def _absolute(m: Intrusion, s: Sizes) -> float | None:
    """Intruded volume in m³; ``None`` where it is only known per mass, and the mass is not."""
    if not m.specific:
        return m.total
    return None if s.mass_kg is None else m.total * s.mass_kg


def _porosity(m: Intrusion, s: Sizes) -> Finding:
    method = f"intruded volume over the volume of the layer, bulk volume {s.bulk_from}; {_method(m)}"
    like = Finding("porosity", None, "1", n=1, method=method, equation="ε = V(Hg) / (V(bulk) - V(foil))")
    volume, net = _absolute(m, s), s.net_volume_m3
    if volume is None or net is None:
        lacks = ((volume, MASS), (s.bulk_volume_m3, BULK), (s.foil_volume_m3, FOIL))
        return lacking(like, *(said for value, said in lacks if value is None))
    share = volume / net
    beyond = ("more mercury went in than the layer is large: a volume is wrong, or gaps between pieces count",)
    return _noisy(_told(like, share, *(beyond if share >= 1 else ()), *m.warnings), m.noise / m.total)


def _scale(m: Intrusion, s: Sizes) -> float | None:
    """What turns the curve's volume into volume per mass without the foil."""
    if m.specific and (s.foil_mass_kg or 0.0) == 0.0:
        return 1.0
    if s.mass_kg is None or s.net_mass_kg is None:
        return None
    return (s.mass_kg if m.specific else 1.0) / s.net_mass_kg


def _per_mass(m: Intrusion, s: Sizes) -> tuple[Finding, ...]:
    doubt = () if s.foil_mass_kg is not None else (NO_FOIL_MASS,)
    area = float(m.area[-1])
    rows = (
        ("total_intrusion_volume", "m^3/kg", m.total, m.noise, "V(Hg)/(m - m(foil))", ()),
        ("total_pore_area", "m^2/kg", area, m.u_area, "A = ∫ P dV / (-γ cos θ) / (m - m(foil))", _of_area(m)),
    )
    out = []
    for name, unit, value, u, equation, said in rows:
        like = Finding(name, None, unit, n=1, equation=equation, method=_method(m))
        scale = _scale(m, s)
        if scale is None:
            out.append(lacking(like, MASS))
            continue
        out.append(_noisy(_told(like, scale * value, *doubt, *said, *m.warnings), u / abs(value) if value else 0.0))
    return tuple(out)


def _diameters(m: Intrusion) -> tuple[Finding, ...]:
    out = []
    of_volume, of_area = m.noise / m.total, m.u_area / m.area[-1] if m.area[-1] > 0 else math.inf
    # a last reading that is off moves half of an area by half of what it adds
    for by, curve, u in (("volume", m.volume, math.sqrt(1.25) * of_volume), ("area", m.area, 0.5 * float(of_area))):
        like = Finding("median_pore_diameter", None, "m", {"by": by}, n=1, equation="D = -4 γ cos θ / P",
                       method=f"at half the pore {by}, between readings over log D; {_method(m)}")  # fmt: skip
        said = _of_area(m) if by == "area" else ()
        middle = m.median(curve) if curve[-1] > 0 else math.nan
        relative = m.u_median(curve, u) / middle if middle > 0 else math.nan
        out.append(_noisy(_told(like, middle, *said, *m.warnings), relative))
    like = Finding("average_pore_diameter", None, "m", n=1, equation="D = 4V/A", method=_method(m))
    mean = _told(like, 4 * m.total / float(m.area[-1]) if m.area[-1] > 0 else math.nan, *_of_area(m), *m.warnings)
    return (*out, _noisy(mean, float(np.hypot(of_volume, of_area))))


def _densities(m: Intrusion, s: Sizes) -> tuple[Finding, ...]:
    volume, net, mass = _absolute(m, s), s.net_volume_m3, s.net_mass_kg
    needed = ((mass, MASS), (s.bulk_volume_m3, BULK), (s.foil_volume_m3, FOIL))
    lacks = tuple(said for value, said in needed if value is None)
    bulk = Finding("bulk_density", None, "kg/m^3", n=1, equation="(m - m(foil))/(V(bulk) - V(foil))",
                   method=f"bulk volume {s.bulk_from}")  # fmt: skip
    method = f"bulk volume {s.bulk_from}; {_method(m)}; pores no mercury enters count as solid"
    equation = "(m - m(foil))/(V(bulk) - V(foil) - V(Hg))"
    solid = Finding("skeletal_density", None, "kg/m^3", n=1, method=method, equation=equation)
    if mass is None or net is None or volume is None:
        return lacking(bulk, *lacks), lacking(solid, *lacks)
    doubt = () if s.foil_mass_kg is not None else (NO_FOIL,)
    if not net > volume:
        reason = "the mercury that went in leaves no solid"
        solid = replace(solid, n=None, status="not_identifiable", remarks=(reason, *m.warnings))
    else:
        solid = _told(solid, mass / (net - volume), *doubt, *m.warnings)
        solid = _noisy(solid, m.noise / m.total * volume / (net - volume))
    return _told(bulk, mass / net, *doubt, *m.warnings), solid


def _of_gas(g: Sorption) -> tuple[Finding, ...]:
    method = (
        f"least-squares BET line through {g.n} readings with p/p0 from {g.window[0]:.4g} to {g.window[1]:.4g}, "
        f"a molecule covering {g.cross_section_m2 * 1e18:.4g} nm²; the uncertainty is that of the line"
    )
    area = Finding("specific_surface_area", None, "m^2/kg", n=1, method=method, equation="A = Qm NA σ / Vm")
    constant = Finding("bet_constant", None, "1", n=1, method=method, equation="C = slope/intercept + 1")
    if g.area is None:
        return tuple(
            replace(one, n=None, status="not_identifiable", remarks=(g.reason, *g.warnings)) for one in (area, constant)
        )
    u = g.uncertainty
    area = replace(
        area, standard_uncertainty=u, interval=None if u is None else interval_95(g.area, u, max(g.n - 2, 1))
    )
    return _told(area, g.area, *g.warnings), _told(constant, g.constant, *g.warnings)


def curves(mercury: Intrusion | None, gas: Sorption | None) -> tuple[Series, ...]:
    """Cumulative and differential intrusion over diameter; or the isotherm."""
    if gas is not None:
        return (Series("isotherm", gas.relative_pressure, gas.adsorbed),)
    if mercury is None:
        return ()
    share = mercury.volume / mercury.total
    out = [Series("intrusion", *decimate(mercury.diameter_m, share))]
    logs = np.log10(mercury.diameter_m)
    edges = np.arange(logs[0], logs[-1], -STEP)
    if len(edges) > 2:
        at = np.interp(-edges, -logs, share)
        middle = 10 ** (0.5 * (edges[1:] + edges[:-1]))
        out.append(Series("intrusion_density", middle, np.diff(at) / STEP))
    return tuple(out)
