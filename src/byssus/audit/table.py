"""The table of relations and bounds: one entry each, all in SI, read from top to bottom.

To add one, add an entry. ``of`` is the quantity whose printed value is checked; names in an equation are
quantities of the vocabulary, taken from claims of the same binder under conditions that fit; ``Take`` says so
where an input needs other conditions. The equation shown in the report is this text.
"""

from __future__ import annotations

from collections.abc import Mapping

from byssus.audit import providers as p
from byssus.audit.relation import Given, Implied, Reading, Relation, Take, Way
from byssus.audit.stated import Stated

__all__ = ["IMPLIED", "RELATIONS"]

ANOTHER_CELL = "The numbers may come from different cells, or the ratio be a mean of ratios over cells."
ANOTHER_SPECIMEN = "The numbers may come from different specimens, or be means of values computed one by one."
PRISTINE = ("pristine", "initial", "before", "before cycling", "fresh", "as prepared", "uncycled")
LITHIATED = ("lithiated", "after lithiation", "after first lithiation", "after initial lithiation", "charged")
DELITHIATED = ("delithiated", "after delithiation", "after first delithiation", "after 1st cycle", "after one cycle")
FIRST = {"cycle": 1}

# Depth of a Berkovich tip's contact gives A = 24.5 h_c^2, and h_c never exceeds h (ISO 14577-1).
BERKOVICH = 24.5
# A fully elastic Berkovich-equivalent cone (70.3 degrees) has H/Er = cot(70.3 deg)/2 (Sneddon 1965,
# doi:10.1016/0020-7225(65)90019-4).
ELASTIC_CONE = 0.1791
# Unfilled polymer films that are not drawn stay below about 10 GPa; the stiffest cast polyimides reach 9
# (Sroog, doi:10.1016/0079-6700(91)90010-I).
STIFFEST_FILM_PA = 10e9
RUBBERLIKE = 1.0  # elongation at break


def _side_capacity(target: Stated, _given: Mapping[str, Given]) -> str:
    side = (target.nominal - p.SILICON_THEORY) / p.MG
    return (
        f"As silicon alone (Li15Si4, {p.SILICON_THEORY / p.MG:.0f} mAh/g) this cannot be; it needs {side:.0f} mAh/g "
        "of side capacity, per gram of silicon, from the electrolyte's reduction, carbon or binder."
    )


def _lacks_reference(target: Stated) -> bool:
    return "reference_cycle" not in target.at or float(target.at["reference_cycle"]) == 1.0


def _is_first_cycle(target: Stated) -> bool:
    return str(target.at.get("cycle", "")) in ("1", "1.0")


def _elastomer(_target: Stated, given: Mapping[str, Given]) -> bool:
    """Stretched beyond twice its length a network stiffens, and its curve need not be concave."""
    return "elongation_at_break" in given and given["elongation_at_break"].interval.high >= RUBBERLIKE


def _share(quantity: str, name: str) -> Relation:
    return Relation(f"{name} at most 100 %", quantity, (Way("1"),), "at most", "implausible")


def _theory(quantity: str, name: str) -> Relation:
    return Relation(
        name=f"{name} at most silicon's theory",
        of=quantity,
        ways=(Way("theory", {"theory": Take(provider=p.constant(p.SILICON_THEORY, "Li15Si4: 3578.6 mAh/g"))}),),
        kind="at most",
        broken="implausible",
        why=_side_capacity,
        benign=(
            "Side reactions, carbon and binder take up charge too, and are counted as silicon's.",
            "The active mass may be smaller on the balance than in the cell.",
        ),
        source="doi:10.1149/1.1652421 (Li15Si4)",
    )


FIRST_REFERENCE = Take("first_delithiation_capacity", ignoring=("cycle", "reference_cycle"))
CYCLE_1 = Take("delithiation_capacity", at=FIRST, ignoring=("cycle", "reference_cycle"))
AT_REFERENCE = Take("delithiation_capacity", bound_to={"cycle": "reference_cycle"})

CELL: tuple[Relation, ...] = (
    Relation(
        name="initial Coulombic efficiency",
        of="initial_coulombic_efficiency",
        ways=(
            Way("first_delithiation_capacity / first_lithiation_capacity"),
            Way(
                "delithiated / lithiated",
                {
                    "delithiated": Take("delithiation_capacity", at=FIRST, ignoring=("cycle",)),
                    "lithiated": Take("lithiation_capacity", at=FIRST, ignoring=("cycle",)),
                },
            ),
            Way("min(discharge_capacity, charge_capacity) / max(discharge_capacity, charge_capacity)"),
            Way(
                "min(specific_discharge_capacity, specific_charge_capacity)"
                " / max(specific_discharge_capacity, specific_charge_capacity)"
            ),
        ),
        benign=(ANOTHER_CELL,),
    ),
    Relation(
        name="Coulombic efficiency",
        of="coulombic_efficiency",
        ways=(
            Way("delithiation_capacity / lithiation_capacity"),
            Way("discharge_capacity / charge_capacity"),
            Way("specific_discharge_capacity / specific_charge_capacity"),
            Way("first_delithiation_capacity / first_lithiation_capacity", when=_is_first_cycle),
        ),
        readings=(
            Reading("charge_capacity / discharge_capacity", "charge over discharge, as for an anode in a half cell"),
        ),
        benign=(ANOTHER_CELL, "It may be an average over cycles."),
    ),
    Relation(
        name="capacity retention",
        of="capacity_retention",
        ways=(
            Way(
                "delithiation_capacity / first_delithiation_capacity", {"first_delithiation_capacity": FIRST_REFERENCE}
            ),
            Way("delithiation_capacity / delithiation_capacity_1", {"delithiation_capacity_1": CYCLE_1}),
            Way(
                "discharge_capacity / discharge_capacity_1",
                {"discharge_capacity_1": Take("discharge_capacity", at=FIRST, ignoring=("cycle", "reference_cycle"))},
            ),
            Way(
                "specific_discharge_capacity / specific_discharge_capacity_1",
                {
                    "specific_discharge_capacity_1": Take(
                        "specific_discharge_capacity", at=FIRST, ignoring=("cycle", "reference_cycle")
                    )
                },
            ),
        ),
        when=_lacks_reference,
        readings=(
            Reading(
                "delithiation_capacity / delithiation_capacity_1",
                "over the capacity of cycle 1 at the same rate",
                {"delithiation_capacity_1": CYCLE_1},
            ),
            Reading(
                "delithiation_capacity / first_lithiation_capacity",
                "over the first lithiation capacity",
                {"first_lithiation_capacity": Take("first_lithiation_capacity", ignoring=("cycle",))},
            ),
        ),
        benign=(
            "The reference may be a later cycle (after formation, or the first at this rate) that is not stated.",
            ANOTHER_CELL,
        ),
    ),
    Relation(
        name="capacity retention from the stated reference cycle",
        of="capacity_retention",
        ways=(
            Way(
                "delithiation_capacity / reference_capacity",
                {"reference_capacity": AT_REFERENCE},
            ),
        ),
        when=lambda t: not _lacks_reference(t),
        benign=(ANOTHER_CELL,),
    ),
    Relation(
        name="capacity fade per cycle",
        of="capacity_fade_per_cycle",
        ways=(Way("(1 - capacity_retention) / cycle", {"cycle": Take(provider=p.cycle)}),),
        benign=("It may be the slope of a line through all cycles.",),
    ),
    Relation(
        name="theoretical capacity from stoichiometry",
        of="theoretical_capacity",
        ways=(Way("x_F_over_M", {"x_F_over_M": Take(provider=p.stoichiometric_capacity)}),),
        benign=("Another phase may be meant (Li22Si5 gives 4199, Li15Si4 3579 mAh/g).",),
        source="Q = x F / M",
    ),
    _theory("first_delithiation_capacity", "first delithiation capacity"),
    _theory("first_lithiation_capacity", "first lithiation capacity"),
    _theory("delithiation_capacity", "delithiation capacity"),
    _theory("lithiation_capacity", "lithiation capacity"),
    Relation(
        name="first delithiation at most first lithiation",
        of="first_delithiation_capacity",
        ways=(Way("first_lithiation_capacity"),),
        kind="at most",
        broken="implausible",
        benign=("The two words may be exchanged.",),
    ),
    Relation(
        name="areal delithiation capacity",
        of="areal_delithiation_capacity",
        direct=True,
        ways=(
            Way("delithiation_capacity * mass_loading"),
            Way("first_delithiation_capacity * mass_loading", {"first_delithiation_capacity": FIRST_REFERENCE}),
        ),
        benign=("The loading may be that of another electrode, or of the whole coating.",),
    ),
    Relation(
        name="areal lithiation capacity",
        of="areal_lithiation_capacity",
        direct=True,
        ways=(Way("lithiation_capacity * mass_loading"), Way("first_lithiation_capacity * mass_loading")),
        benign=("The loading may be that of another electrode, or of the whole coating.",),
    ),
    Relation(
        name="areal capacity",
        of="areal_capacity",
        direct=True,
        ways=(
            Way("delithiation_capacity * mass_loading"),
            Way("first_delithiation_capacity * mass_loading", {"first_delithiation_capacity": FIRST_REFERENCE}),
            Way("specific_discharge_capacity * mass_loading"),
        ),
        benign=("The loading may be that of another electrode, or of the whole coating.",),
    ),
    _share("initial_coulombic_efficiency", "initial Coulombic efficiency"),
    _share("coulombic_efficiency", "Coulombic efficiency"),
    _share("average_coulombic_efficiency", "average Coulombic efficiency"),
)

THICKNESS: tuple[Relation, ...] = (
    Relation(
        name="recovered share of the swelling",
        of="thickness_recovery",
        ways=(Way("1 - expansion_after_delithiation / expansion_after_lithiation"),),
        readings=(
            Reading(
                "(1 + expansion_after_delithiation) / (1 + expansion_after_lithiation)",
                "the ratio of the two thicknesses",
            ),
            Reading("expansion_after_delithiation / expansion_after_lithiation", "the share that remains"),
            Reading("expansion_after_lithiation - expansion_after_delithiation", "the difference, in points"),
        ),
        benign=(ANOTHER_SPECIMEN,),
    ),
    Relation(
        name="expansion from thickness, lithiated",
        of="expansion_after_lithiation",
        direct=True,
        ways=(
            Way(
                "lithiated / pristine - 1",
                {
                    "lithiated": Take("layer_thickness", at={"state": LITHIATED}),
                    "pristine": Take("layer_thickness", at={"state": PRISTINE}),
                },
            ),
        ),
        readings=(
            Reading(
                "lithiated / pristine",
                "the ratio of thicknesses, without taking off the initial one",
                {
                    "lithiated": Take("layer_thickness", at={"state": LITHIATED}),
                    "pristine": Take("layer_thickness", at={"state": PRISTINE}),
                },
            ),
        ),
        benign=("The thickness may include the collector.", ANOTHER_SPECIMEN),
    ),
    Relation(
        name="expansion from thickness, delithiated",
        of="expansion_after_delithiation",
        direct=True,
        ways=(
            Way(
                "delithiated / pristine - 1",
                {
                    "delithiated": Take("layer_thickness", at={"state": DELITHIATED}),
                    "pristine": Take("layer_thickness", at={"state": PRISTINE}),
                },
            ),
        ),
        benign=("The thickness may include the collector.", ANOTHER_SPECIMEN),
    ),
    Relation(
        name="expansion after delithiation at most after lithiation",
        of="expansion_after_delithiation",
        ways=(Way("expansion_after_lithiation"),),
        kind="at most",
        broken="implausible",
        benign=(ANOTHER_SPECIMEN,),
    ),
    _share("thickness_recovery", "recovered share"),
)

CHAIN: tuple[Relation, ...] = (
    Relation(
        name="dispersity",
        of="dispersity",
        ways=(Way("weight_average_molar_mass / number_average_molar_mass"),),
        benign=(ANOTHER_SPECIMEN,),
        source="doi:10.1351/PAC-REC-08-05-02",
    ),
    Relation(
        name="weight average at least number average",
        of="weight_average_molar_mass",
        ways=(Way("number_average_molar_mass"),),
        kind="at least",
        broken="implausible",
        benign=("Mn and Mw may be exchanged.",),
        source="Mw/Mn = 1 + variance/mean^2",
    ),
    Relation("dispersity at least 1", "dispersity", (Way("1"),), "at least", "implausible"),
    Relation(
        name="amount from mass and molar mass",
        of="amount",
        direct=True,
        ways=(
            Way("mass / molar_mass_of_formula", {"molar_mass_of_formula": Take(provider=p.formula_mass)}),
            Way("mass / molar_mass"),
        ),
        readings=(
            Reading(
                "mass * purity / molar_mass_of_formula",
                "the amount of the pure compound in what was weighed",
                {"molar_mass_of_formula": Take(provider=p.formula_mass)},
            ),
        ),
        benign=("Another salt, hydrate or isomer of the compound may have been weighed.",),
        source="n = m / M",
    ),
    Relation(
        name="molar mass from the formula",
        of="molar_mass",
        direct=True,
        ways=(Way("molar_mass_of_formula", {"molar_mass_of_formula": Take(provider=p.formula_mass)}),),
        benign=("A salt or hydrate may be meant.",),
    ),
    Relation(
        name="concentration",
        of="concentration",
        direct=True,
        ways=(Way("amount / volume"),),
        benign=("The volume may be that of the solvent before mixing.",),
    ),
    *(
        _share(quantity, name)
        for quantity, name in (
            ("yield", "yield"),
            ("purity", "purity"),
            ("imidisation_degree", "degree of imidisation"),
            ("epoxide_conversion", "oxirane conversion"),
            ("ring_closure", "ring closure"),
            ("gel_fraction", "gel fraction"),
            ("gel_point_conversion", "gel-point conversion"),
            ("mass_fraction", "mass fraction"),
            ("component_fraction", "component fraction"),
            ("atomic_fraction", "atomic fraction"),
            ("porosity", "porosity"),
        )
    ),
)

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
        ways=(Way("peel_force / specimen_width"),),
        benign=(ANOTHER_SPECIMEN,),
        source="ISO 8510-2:2006",
    ),
    Relation(
        name="fracture energy of peeling",
        of="fracture_energy",
        direct=True,
        ways=(
            Way("peel_strength * (1 - cos(angle))", {"angle": Take(provider=p.angle)}),
            Way("peel_force * (1 - cos(angle)) / specimen_width", {"angle": Take(provider=p.angle)}),
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
        ways=(Way(f"peak_load / ({BERKOVICH} * indentation_depth ** 2)"),),
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
        why=(
            "Strength over elongation is the least Young's modulus a concave curve can have; unfilled films that "
            "are not drawn stay below about 10 GPa."
        ),
        benign=("The strain may be that of another specimen, or miss the strain before the specimen was taut.",),
        source="doi:10.1016/0079-6700(91)90010-I",
    ),
)

RELATIONS: tuple[Relation, ...] = (*CELL, *THICKNESS, *CHAIN, *MECHANICS)
