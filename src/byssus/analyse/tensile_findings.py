"""The numbers of a tensile test: modulus, strength, elongation at break, toughness."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.force_curve import lacking
from byssus.findings import Finding
from byssus.laws.statistics import interval_95
from byssus.laws.stress_strain import toughness

if TYPE_CHECKING:
    from byssus.analyse.tensile import TensileResult

__all__ = ["findings"]

CLEARLY_BELOW = 0.9  # noise and few points cost a modulus less than a tenth
BELOW_SECANT = (
    "the modulus is below a secant of the same curve: the window lies in the toe; give modulus_from and modulus_to"
)


def findings(result: TensileResult) -> tuple[Finding, ...]:
    """Modulus, strength, elongation at break, toughness, secant modulus at break; SI units."""
    return (_young_modulus(result), *_curve_numbers(result))


def _last_secant(r: TensileResult) -> float:
    """The secant modulus where strain is first at its largest, in Pa (an extensometer may stop there); else 0."""
    if r.stress_pa is None or r.strain is None:
        return 0.0
    top = int(np.argmax(r.strain))
    return float(r.stress_pa[top] / r.strain[top]) if r.strain[top] > 0 else 0.0


def _young_modulus(r: TensileResult) -> Finding:
    words = f"{r.window[0]:.6g} <= strain <= {r.window[1]:.6g}"
    like = Finding(
        "young_modulus",
        None,
        "Pa",
        n=1,
        method=f"least-squares slope of stress ({r.stress_from}) on strain ({r.strain_from}) in {words} as recorded; "
        "the uncertainty is that of the fit, dimensions taken as exact",
        equation="E = dσ/dε",
    )
    if r.missing:
        return lacking(like, *r.missing)
    if r.modulus is None:
        return replace(like, n=None, status="not_identifiable", remarks=(*r.modulus_remarks, *r.warnings))
    below = (BELOW_SECANT,) if r.modulus.slope < CLEARLY_BELOW * _last_secant(r) else ()
    remarks = (*r.modulus_remarks, *below, *r.warnings)
    u = r.modulus.slope_uncertainty
    return replace(
        like,
        value=r.modulus.slope,
        standard_uncertainty=u,
        interval=interval_95(r.modulus.slope, u, r.modulus.n - 2),
        status="warned" if remarks else "ok",
        remarks=remarks,
    )


def _curve_numbers(r: TensileResult) -> list[Finding]:
    zero = f"strain ({r.strain_from}) as recorded from the first reading"
    if r.toe == "corrected":
        zero = f"strain ({r.strain_from}) from where the modulus line meets zero stress, {r.toe_strain:.6g}"
    broken = f"break: last point before the load stays below {r.break_fraction:.3g} of its largest; {zero}"
    no_toe = ("no toe correction: there is no modulus line",) if r.toe == "corrected" and not r.modulus else ()
    at_break = (*r.break_remarks, *no_toe)
    e, s = r.strain, r.stress_pa
    lacks_stress, lacks_strain = s is None, e is None
    rows = (
        ("tensile_strength", "Pa", "σm = max(F/A0)", f"largest stress ({r.stress_from})", (lacks_stress,), ()),
        ("elongation_at_break", "1", "εb = ΔL/L0 at break", broken, (lacks_strain,), at_break),
        (
            "toughness",
            "J/m^3",
            "UT = ∫ σ dε, 0..εb",
            f"trapezia to the {broken}",
            (lacks_stress, lacks_strain),
            at_break,
        ),
        ("secant_modulus", "Pa", "Es = σb/εb", f"at the {broken}", (lacks_stress, lacks_strain), at_break),
    )
    values = _values(e, s)
    out = []
    for name, unit, equation, method, lacks, remarks in rows:
        like = Finding(name, None, unit, n=1, method=method, equation=equation)
        value = values.get(name)
        said = (*remarks, *r.warnings)
        if any(lacks):
            out.append(lacking(like, *r.missing))
        elif value is None:
            out.append(replace(like, n=None, status="not_identifiable", remarks=("no strain at the break", *said)))
        else:
            out.append(replace(like, value=value, status="warned" if said else "ok", remarks=said))
    return out


def _values(e: NDArray[np.float64] | None, s: NDArray[np.float64] | None) -> Mapping[str, float]:
    values = {}
    if s is not None:
        values["tensile_strength"] = float(np.max(s))
    if e is not None:
        values["elongation_at_break"] = float(e[-1])
    if s is not None and e is not None and float(e[-1]) > 0:
        values["toughness"] = toughness(e, s)
        values["secant_modulus"] = float(s[-1] / e[-1])
    return values
