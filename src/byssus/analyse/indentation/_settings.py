"""What an analysis was told: parameters, then the file's header, then defaults, each with where it is from."""

from __future__ import annotations

import math
from dataclasses import dataclass

from byssus.analyse.force_curve import refuse_nonsense
from byssus.analyse.technique import Specimen
from byssus.errors import AnalysisError, Problem
from byssus.laws.indentation import BERKOVICH_AREA, DIAMOND, AreaFunction, cone_area
from byssus.trace import Trace

__all__ = ["BY_EXPONENT", "CALIBRATES", "DRIFTS", "LARGEST_M", "WINDOW", "ZEROS", "Settings"]
__all__ += ["calibrates", "settings_of"]

# Usual practice: the first of unloading still creeps, the last of it is no longer the contact at peak load. A higher
# or narrower window leaves the exponent to the creep: on a polymer it then goes far beyond that of any contact.
WINDOW = (0.95, 0.20)
LARGEST_M = 1.0  # far beyond any indenter
BY_EXPONENT = "from the exponent"
ZEROS = ("as recorded", "first contact")
DRIFTS = ("from the hold", "none")
CALIBRATES = ("nothing", "area function", "frame compliance")
NO_AREA = (
    "no area function is given: the ideal Berkovich tip is taken, A = 24.5 hc²; a real tip is blunt, and shallow "
    "indents then look too stiff and too hard"
)


@dataclass(frozen=True)
class Settings:
    """The settings of one analysis, in SI. ``epsilon`` is ``None`` where it follows from the exponent."""

    upper: float
    lower: float
    epsilon: float | None
    beta: float
    area: AreaFunction
    area_from: str
    tip_pa: float
    tip_poisson: float
    poisson: float | None
    poisson_from: str
    zero: str
    drift: str
    compliance_m_per_n: float
    compliance_u: float
    area_u: float
    coating_m: float | None
    calibrate: str
    reference_pa: float | None
    calibrate_from_m: float | None
    continuous_m: tuple[float, float] | None
    warnings: tuple[str, ...]

    @property
    def uncertain(self) -> str:
        """What the uncertainty of one indent holds, in words."""
        parts = ["fit", "noise"] + ["frame"] * bool(self.compliance_u) + ["area function"] * bool(self.area_u)
        return f"{', '.join(parts[:-1])} and {parts[-1]} alone"


def calibrates(specimen: Specimen) -> str:
    """What the indents calibrate; a reference's modulus given alone means the area function."""
    word = str(specimen.get("calibrate", CALIBRATES[0]))
    return CALIBRATES[1] if word == CALIBRATES[0] and specimen.get("reference_modulus") is not None else word


def settings_of(trace: Trace, specimen: Specimen) -> Settings:
    """Every setting; :class:`AnalysisError` listing each that makes no sense."""
    limits = {"unloading_from": 1.0, "unloading_to": 1.0, "beta": 2.0, "tip_modulus": math.inf}
    limits |= {"coating_thickness": math.inf, "reference_modulus": math.inf, "cone_angle": math.pi / 2}
    limits |= {"frame_compliance_uncertainty": math.inf, "area_uncertainty": 1.0, "calibrate_from": LARGEST_M}
    refuse_nonsense(specimen, limits)
    problems: list[Problem] = []
    upper = float(specimen.get("unloading_from", WINDOW[0]))
    lower = float(specimen.get("unloading_to", WINDOW[1]))
    if not lower < upper:
        got, expected = f"{upper:.3g} to {lower:.3g} of the load", "unloading_to below unloading_from"
        problems.append(Problem("the window of unloading is empty", specimen.name, got, expected))
    for name, words in (("zero", ZEROS), ("drift", DRIFTS), ("calibrate", CALIBRATES)):
        if specimen.get(name, words[0]) not in words:
            said = str(specimen.get(name))
            problems.append(Problem(f"{name} is not one of its words", specimen.name, said, " or ".join(words)))
    epsilon = _epsilon(specimen, problems)
    area, origin, warnings = _area(trace, specimen, problems)
    poisson, poisson_from = _poisson(trace, specimen, problems)
    tip_poisson = float(specimen.get("tip_poisson", DIAMOND[1]))
    if not 0 <= tip_poisson < 0.5:
        problems.append(Problem("tip_poisson makes no sense", specimen.name, f"{tip_poisson:.6g}", "0 to 0.5"))
    continuous = _continuous(trace, specimen, problems)
    if problems:
        raise AnalysisError(*problems)
    return Settings(
        upper, lower, epsilon, float(specimen.get("beta", 1.0)), area, origin,
        float(specimen.get("tip_modulus", DIAMOND[0])), tip_poisson, poisson, poisson_from,
        str(specimen.get("zero", ZEROS[0])), str(specimen.get("drift", DRIFTS[0])),
        float(specimen.get("frame_compliance", 0.0)), float(specimen.get("frame_compliance_uncertainty", 0.0)),
        float(specimen.get("area_uncertainty", 0.0)), specimen.get("coating_thickness"), calibrates(specimen),
        specimen.get("reference_modulus"), specimen.get("calibrate_from"), continuous, warnings,
    )  # fmt: skip


def _number(raw: object) -> float:
    try:
        return float(str(raw).strip())
    except ValueError:
        return math.nan


def _epsilon(specimen: Specimen, problems: list[Problem]) -> float | None:
    raw = specimen.get("epsilon", BY_EXPONENT)
    if str(raw).strip().casefold() in (BY_EXPONENT, "from exponent"):
        return None
    value = _number(raw)
    if not 0 < value <= 1:
        expected = f"a number above 0, at most 1, or '{BY_EXPONENT}'"
        problems.append(Problem("epsilon makes no sense", specimen.name, repr(raw), expected))
    return value


def _area(trace: Trace, specimen: Specimen, problems: list[Problem]) -> tuple[AreaFunction, str, tuple[str, ...]]:
    ideal = AreaFunction((BERKOVICH_AREA,))
    angle, raw = specimen.get("cone_angle"), specimen.get("area_function")
    if raw is not None:
        numbers = tuple(_number(part) for part in str(raw).replace(";", ",").split(","))
        if len(numbers) > 9 or not all(map(math.isfinite, numbers)) or not any(numbers):
            expected = 'C0, C1, C2, ... for nm and nm^2, at most nine: "24.5, 1500, -320"'
            problems.append(Problem("the area function cannot be read", specimen.name, repr(raw), expected))
            return ideal, "", ()
        return AreaFunction.from_nanometres(numbers), "the area function given", ()
    if angle is not None:
        return cone_area(float(angle)), f"an ideal cone of half-angle {math.degrees(float(angle)):.5g}°", ()
    own = trace.metadata.get("area_function_nm")
    if own:
        numbers = tuple(_number(part) for part in str(own).split(","))
        if all(map(math.isfinite, numbers)):
            return AreaFunction.from_nanometres(numbers), "the file's area function", ()
    return ideal, "an ideal Berkovich tip", (NO_AREA,)


def _poisson(trace: Trace, specimen: Specimen, problems: list[Problem]) -> tuple[float | None, str]:
    given, own = specimen.get("poisson_ratio"), trace.metadata.get("poisson_ratio")
    raw = given if given is not None else own
    if raw is None:
        return None, ""
    value = _number(raw)
    if not -1 < value <= 0.5:
        got, expected = repr(raw), "above -1, at most 0.5"
        problems.append(Problem("poisson_ratio makes no sense", specimen.name, got, expected))
    return value, "given" if given is not None else "of the file's header"


def _continuous(trace: Trace, specimen: Specimen, problems: list[Problem]) -> tuple[float, float] | None:
    header = (trace.metadata.get("continuous_from_m"), trace.metadata.get("continuous_to_m"))
    low, high = specimen.get("continuous_from", header[0]), specimen.get("continuous_to", header[1])
    if low is None or high is None:
        return None
    if not 0 <= float(low) < float(high):
        got, expected = f"{low} to {high} m", "continuous_from below continuous_to"
        problems.append(Problem("the range of depth is empty", specimen.name, got, expected))
    return float(low), float(high)
