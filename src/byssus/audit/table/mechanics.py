"""Relations and bounds of films, networks, adhesion, indentation and pores."""

from __future__ import annotations

from collections.abc import Mapping

from byssus.audit import providers as p
from byssus.audit.relation import Given, Implied, Reading, Relation, Take, Way
from byssus.audit.stated import Stated
from byssus.audit.table.common import ANOTHER_SPECIMEN
from byssus.laws.indentation import BERKOVICH_AREA

__all__ = ["IMPLIED", "MECHANICS"]


# A fully elastic Berkovich-equivalent cone (70.3 degrees) has H/Er = cot(70.3 deg)/2 (Sneddon 1965,
# doi:10.1016/0020-7225(65)90019-4).
ELASTIC_CONE = 0.1791
# Unfilled polymer films that are not drawn stay below about 10 GPa; the stiffest cast polyimides reach 9
# (Sroog, doi:10.1016/0079-6700(91)90010-I).
STIFFEST_FILM_PA = 10e9
# Where a stress-strain curve need not be concave: elongations at break, a strength, a modulus.
RUBBERLIKE, DRAWN, SOFT_PA, SOFT_MODULUS_PA = 1.0, 0.3, 20e6, 100e6


def _elastomer(target: Stated, given: Mapping[str, Given]) -> bool:
    """A soft or far-stretched network stiffens as it is drawn, and its curve need not be concave.

    The rectangle of its strength still holds all its toughness.
    """
    strain, stress = given["elongation_at_break"].interval, given["tensile_strength"].interval
    if target.quantity == "toughness" and target.interval.low > stress.high * strain.high:
        return False
    soft = stress.low < SOFT_PA or (target.quantity == "young_modulus" and target.interval.low < SOFT_MODULUS_PA)
    return strain.high >= RUBBERLIKE or (strain.high >= DRAWN and soft)


PEELED = Take("specimen_width", technique=("peel", "peel test", "180 peel", "adhesion"))

MECHANICS: tuple[Relation, ...] = (
    Relation(
        name="toughness of a concave stress-strain curve",
        of="toughness",
        direct=True,
        ways=(Way("tensile_strength * elongation_at_break / 2", upper="tensile_strength * elongation_at_break"),),
        kind="within",
        lenient=_elastomer,
        benign=(
            "A curve that turns upwards (an elastomer) encloses less than the triangle under it.",
            ANOTHER_SPECIMEN,
        ),
        source="area under a concave curve lies between the triangle and the rectangle of its maximum",
    ),
    Relation(
        name="Young's modulus at least the secant",
        of="young_modulus",
        ways=(Way("tensile_strength / elongation_at_break"),),
        kind="at least",
        lenient=_elastomer,
        benign=("A curve that turns upwards starts softer than its secant.", ANOTHER_SPECIMEN),
        source="a concave curve never rises faster than at its start",
    ),
    Relation(
        name="secant modulus",
        of="secant_modulus",
        ways=(Way("tensile_strength / elongation_at_break"),),
        benign=("The secant may be taken at another strain.",),
    ),
    Relation(
        name="yield stress at most strength",
        of="yield_stress",
        ways=(Way("tensile_strength"),),
        kind="at most",
        broken="implausible",
    ),
    Relation(
        name="crosslink density of an ideal rubber",
        of="crosslink_density",
        ways=(Way("rubbery_modulus / (3 * R * T)", {"T": Take(provider=p.temperature)}),),
        readings=(
            Reading(
                "rubbery_modulus / (R * T)", "with the shear modulus (G = nu R T)", {"T": Take(provider=p.temperature)}
            ),
        ),
        benign=("A front factor other than one may have been used.",),
        source="E = 3 nu R T; Flory, Principles of Polymer Chemistry (1953), ch. XI",
    ),
    Relation(
        name="peel strength",
        of="peel_strength",
        direct=True,
        ways=(Way("peel_force / specimen_width", {"specimen_width": PEELED}), Way("peel_force / peel_width")),
        benign=(ANOTHER_SPECIMEN,),
        source="ISO 8510-2:2006",
    ),
    Relation(
        name="fracture energy of peeling",
        of="fracture_energy",
        direct=True,
        ways=(
            Way("peel_strength * (1 - cos(angle))", {"angle": Take(provider=p.angle)}),
            Way(
                "peel_force * (1 - cos(angle)) / specimen_width",
                {"angle": Take(provider=p.angle), "specimen_width": PEELED},
            ),
            Way("peel_force * (1 - cos(angle)) / peel_width", {"angle": Take(provider=p.angle)}),
        ),
        readings=(Reading("peel_strength", "force over width, without the angle's factor"),),
        benign=("Bending and stretching of the backing may have been taken off.",),
        source="doi:10.1088/0022-3727/8/13/005",
    ),
    Relation(
        name="peel force within the load cell's range",
        of="peel_force",
        ways=(Way("load_cell_capacity"),),
        kind="at most",
        broken="implausible",
    ),
    Relation(
        name="hardness at most that of an elastic contact",
        of="hardness",
        ways=(Way(f"{ELASTIC_CONE} * reduced_modulus"),),
        kind="at most",
        broken="implausible",
        benign=("The tip may be blunter or sharper than a Berkovich tip.",),
        source="doi:10.1016/0020-7225(65)90019-4",
    ),
    Relation(
        name="hardness from load, stiffness and modulus",
        of="hardness",
        direct=True,
        ways=(Way("4 * peak_load * reduced_modulus ** 2 / (pi * contact_stiffness ** 2)"),),
        benign=("A factor beta of 1.02 to 1.05 may have been used.", ANOTHER_SPECIMEN),
        source="doi:10.1557/JMR.2004.0002",
    ),
    Relation(
        name="hardness at least load over the ideal area at full depth",
        of="hardness",
        ways=(Way(f"peak_load / ({BERKOVICH_AREA} * indentation_depth ** 2)"),),
        kind="at least",
        broken="implausible",
        benign=("The tip may not be a Berkovich tip.",),
        source="ISO 14577-1:2015",
    ),
    Relation(
        name="porosity from densities",
        of="porosity",
        direct=True,
        ways=(Way("1 - bulk_density / skeletal_density"), Way("total_intrusion_volume * bulk_density")),
        benign=(ANOTHER_SPECIMEN,),
        source="ISO 15901-1:2016",
    ),
    Relation(
        name="average pore diameter",
        of="average_pore_diameter",
        direct=True,
        ways=(Way("4 * total_intrusion_volume / total_pore_area"),),
        benign=(ANOTHER_SPECIMEN,),
        source="ISO 15901-1:2016",
    ),
    Relation("expansion at least nothing", "expansion_after_lithiation", (Way("0"),), "at least", "implausible"),
    Relation("loss factor above zero", "tan_delta_peak", (Way("0"),), "at least", "implausible"),
)

# Bounds on what two printed numbers imply, where the derived quantity itself is not printed.
IMPLIED: tuple[Implied, ...] = (
    Implied(
        name="secant modulus of an unfilled, undrawn film",
        quantity="secant_modulus",
        equation="tensile_strength / elongation_at_break",
        at_most=STIFFEST_FILM_PA,
        unless="young_modulus",
        why=(
            "Strength over elongation is the least Young's modulus a concave curve can have; unfilled films that "
            "are not drawn stay below about 10 GPa."
        ),
        benign=("The strain may be that of another specimen, or miss the strain before the specimen was taut.",),
        source="doi:10.1016/0079-6700(91)90010-I",
    ),
)
