"""Cross-section and gauge length of a specimen: what the study says, else what the file's header says."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from byssus.analyse.technique import Specimen
from byssus.errors import AnalysisError, Problem
from byssus.laws.stress_strain import cross_section
from byssus.trace import Trace

__all__ = ["Size", "specimen_size"]

SAME_SIZE = 0.01  # two readings of one dimension agree within what a caliper and a film allow


@dataclass(frozen=True, slots=True)
class Size:
    """Area and gauge length, ``None`` where nobody said; ``warnings`` where two sources disagree."""

    area_m2: float | None
    gauge_length_m: float | None
    warnings: tuple[str, ...] = ()


def specimen_size(trace: Trace, specimen: Specimen) -> Size:
    """Size from ``specimen`` (area before width times thickness), else from ``trace.metadata``.

    Raises :class:`AnalysisError` where a header gives a size that is not greater than zero and the study none.
    """
    stated_area = _number(specimen.get("area"))
    pairs = {
        name: (_number(specimen.get(name)), _header(trace, f"{name}_m"))
        for name in ("width", "thickness", "gauge_length")
    }
    chosen = {name: given if given is not None else header for name, (given, header) in pairs.items()}
    by_study = pairs["width"][0] is not None or pairs["thickness"][0] is not None
    width, thickness = chosen["width"], chosen["thickness"]
    product = cross_section(width, thickness) if width is not None and thickness is not None else None
    header_area = _header(trace, "area_m2")
    options = (stated_area, product, header_area) if by_study else (stated_area, header_area, product)
    area = next((a for a in options if a is not None), None)
    if by_study and stated_area is None and product is None:
        area = None  # half of a study's own cross-section is no reason to take another
    warnings = [
        f"{name}: the study says {given:.6g} m, the file's header {header:.6g} m; the study's was taken"
        for name, (given, header) in pairs.items()
        if given is not None and header is not None and _differ(given, header)
    ]
    others = [o for o in (product, header_area) if o is not None and area is not None and _differ(area, o)]
    warnings += [
        f"cross-section {area:.6g} m^2 was taken, but width, thickness or header give {o:.6g} m^2" for o in others
    ]
    _refuse(trace, area, chosen["gauge_length"])
    return Size(area, chosen["gauge_length"], tuple(dict.fromkeys(warnings)))


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _header(trace: Trace, name: str) -> float | None:
    value = _number(trace.metadata.get(name))
    return value if value is not None and math.isfinite(value) else None


def _differ(one: float, other: float) -> bool:
    return abs(one - other) > SAME_SIZE * abs(one)


def _refuse(trace: Trace, area: float | None, gauge_length: float | None) -> None:
    problems = [
        Problem(
            f"{name} is not greater than zero", trace.source.path, f"{value:.6g}", "a positive size", f"Give {mend}."
        )
        for name, value, mend in (
            ("the cross-section", area, "area, or width and thickness"),
            ("the gauge length", gauge_length, "gauge_length"),
        )
        if value is not None and not value > 0
    ]
    if problems:
        raise AnalysisError(*problems)
