"""The table of relations and bounds: one entry each, all in SI, read from top to bottom.

To add one, add an entry. ``of`` is the quantity whose printed value is checked; names in an equation are
quantities of the vocabulary, taken from claims of the same binder under conditions that fit; ``Take`` says so
where an input needs other conditions. The equation shown in the report is this text.
"""

from __future__ import annotations

from collections.abc import Mapping

from byssus.audit import providers as p
from byssus.audit.relation import Given, Implied, Reading, Relation, Take, Way
from byssus.audit.stated import Stated, canonical, same_value
from byssus.laws.indentation import BERKOVICH_AREA

__all__ = ["IMPLIED", "RELATIONS"]

ANOTHER_CELL = "The numbers may come from different cells, or the ratio be a mean of ratios over cells."
ANOTHER_SPECIMEN = "The numbers may come from different specimens, or be means of values computed one by one."


def _state_of(value: object) -> str:
    """Pristine, lithiated or delithiated, however it is worded; else empty."""
    words = f" {canonical(value)} "
    if any(w in words for w in ("delith", "after 1st cycle", "after one cycle", "after first cycle")):
        return "delithiated"
    if "lithiat" in words:
        return "lithiated"
    return "pristine" if any(w in words for w in PRISTINE_WORDS) else ""


PRISTINE_WORDS = ("pristine", "initial", "before", "fresh", "as prepared", "as made", "uncycled", "uncharged")
PRISTINE = Take(
    "layer_thickness", at={"state": lambda value: _state_of(value) == "pristine"}, ignoring=("cycle", "c_rate")
)
LITHIATED = Take("layer_thickness", at={"state": lambda value: _state_of(value) == "lithiated"})
DELITHIATED = Take("layer_thickness", at={"state": lambda value: _state_of(value) == "delithiated"})
FIRST = {"cycle": 1}

# A fully elastic Berkovich-equivalent cone (70.3 degrees) has H/Er = cot(70.3 deg)/2 (Sneddon 1965,
# doi:10.1016/0020-7225(65)90019-4).
ELASTIC_CONE = 0.1791
# Unfilled polymer films that are not drawn stay below about 10 GPa; the stiffest cast polyimides reach 9
# (Sroog, doi:10.1016/0079-6700(91)90010-I).
STIFFEST_FILM_PA = 10e9
# Where a stress-strain curve need not be concave: elongations at break, a strength, a modulus.
RUBBERLIKE, DRAWN, SOFT_PA, SOFT_MODULUS_PA = 1.0, 0.3, 20e6, 100e6


def _side_capacity(target: Stated, given: Mapping[str, Given]) -> str:
    theory = given["theory"].interval.high
    side = (target.nominal - theory) / p.MG
    host = "silicon" if theory == p.SILICON_THEORY else "the host"
    return (
        f"As {host} alone ({given['theory'].label}) this cannot be; it needs {side:.0f} mAh/g of side capacity, "
        f"per gram of {host}, from the electrolyte's reduction, carbon or binder."
    )


def _lacks_reference(target: Stated) -> bool:
    return same_value(target.at.get("reference_cycle", 1), 1, "reference_cycle")


def _is_first_cycle(target: Stated) -> bool:
    return same_value(target.at.get("cycle", 0), 1, "cycle")


def _elastomer(target: Stated, given: Mapping[str, Given]) -> bool:
    """A soft or far-stretched network stiffens as it is drawn, and its curve need not be concave.

    The rectangle of its strength still holds all its toughness.
    """
    strain, stress = given["elongation_at_break"].interval, given["tensile_strength"].interval
    if target.quantity == "toughness" and target.interval.low > stress.high * strain.high:
        return False
    soft = stress.low < SOFT_PA or (target.quantity == "young_modulus" and target.interval.low < SOFT_MODULUS_PA)
    return strain.high >= RUBBERLIKE or (strain.high >= DRAWN and soft)


def _share(quantity: str, name: str) -> Relation:
    return Relation(f"{name} at most 100 %", quantity, (Way("1"),), "at most", "implausible")


def _theory(quantity: str, name: str) -> Relation:
    return Relation(
        name=f"{name} at most the host's theory",
        of=quantity,
        ways=(Way("theory", {"theory": Take(provider=p.theory_of_host)}),),
        kind="at most",
        broken="implausible",
        why=_side_capacity,
        benign=(
            "Side reactions, carbon and binder take up charge too, and are counted as the host's.",
            "The active mass may be smaller on the balance than in the cell.",
        ),
        source="doi:10.1149/1.1652421 (Li15Si4)",
    )


NO_CYCLE = ("cycle", "reference_cycle")
FIRST_REFERENCE = Take("first_delithiation_capacity", ignoring=NO_CYCLE)
CYCLE_1 = Take("delithiation_capacity", at=FIRST, ignoring=NO_CYCLE)
# What a retention may be of; charge and discharge are the tester's words, and either may be the return.
RETAINED = (
    ("delithiation_capacity", False), ("discharge_capacity", False), ("charge_capacity", True),
    ("specific_discharge_capacity", False), ("specific_charge_capacity", True),
    ("areal_delithiation_capacity", False), ("areal_capacity", False),
)  # fmt: skip


def _retained(quantity: str, reference: Take, peer: bool) -> Way:
    return Way(
        f"{quantity} / reference", {quantity: Take(quantity, cycle="printed"), "reference": reference}, peer=peer
    )


def _ratio(quantity: str, over: str, peer: bool = False, first: bool = False) -> Way:
    if not first:
        return Way(f"{quantity} / {over}", peer=peer)
    takes = {name: Take(name, ignoring=("cycle",), cycle="first") for name in (quantity, over)}
    return Way(f"{quantity} / {over}", takes, peer=peer)


def _per_area(first: str, any_cycle: tuple[str, ...]) -> tuple[Way, ...]:
    """Without a cycle an areal capacity is the first one's; with a cycle it is that cycle's."""
    own = tuple(Way(f"{name} * mass_loading") for name in any_cycle)
    reference = Way(f"{first} * mass_loading", {first: Take(first, ignoring=("cycle",))}, when=_no_later_cycle)
    cycle_1 = tuple(
        Way(f"{name} * mass_loading", {name: Take(name, at=FIRST, ignoring=("cycle",))}, when=_no_later_cycle)
        for name in any_cycle
    )
    return (reference, *own, *cycle_1)


def _no_later_cycle(target: Stated) -> bool:
    return same_value(target.at.get("cycle", 1), 1, "cycle")


CELL: tuple[Relation, ...] = (
    Relation(
        name="initial Coulombic efficiency",
        of="initial_coulombic_efficiency",
        ways=(
            Way("first_delithiation_capacity / first_lithiation_capacity"),
            _ratio("delithiation_capacity", "lithiation_capacity", first=True),
            _ratio("discharge_capacity", "charge_capacity", first=True),
            _ratio("charge_capacity", "discharge_capacity", peer=True, first=True),
            _ratio("specific_discharge_capacity", "specific_charge_capacity", first=True),
            _ratio("specific_charge_capacity", "specific_discharge_capacity", peer=True, first=True),
        ),
        benign=(ANOTHER_CELL,),
    ),
    Relation(
        name="Coulombic efficiency",
        of="coulombic_efficiency",
        ways=(
            _ratio("delithiation_capacity", "lithiation_capacity"),
            _ratio("discharge_capacity", "charge_capacity"),
            _ratio("charge_capacity", "discharge_capacity", peer=True),
            _ratio("specific_discharge_capacity", "specific_charge_capacity"),
            _ratio("specific_charge_capacity", "specific_discharge_capacity", peer=True),
            Way("first_delithiation_capacity / first_lithiation_capacity", when=_is_first_cycle),
        ),
        benign=(ANOTHER_CELL, "It may be an average over cycles."),
    ),
    Relation(
        name="capacity retention",
        of="capacity_retention",
        ways=(
            Way(
                "delithiation_capacity / first_delithiation_capacity",
                {
                    "delithiation_capacity": Take("delithiation_capacity", cycle="printed"),
                    "first_delithiation_capacity": FIRST_REFERENCE,
                },
            ),
            *(_retained(name, Take(name, at=FIRST, ignoring=NO_CYCLE), peer) for name, peer in RETAINED),
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
                {"first_lithiation_capacity": Take("first_lithiation_capacity", ignoring=NO_CYCLE)},
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
        ways=tuple(_retained(name, Take(name, bound_to={"cycle": "reference_cycle"}), peer) for name, peer in RETAINED),
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
    *(
        Relation(
            name=name,
            of=quantity,
            direct=True,
            ways=_per_area(first, any_cycle),
            benign=("The loading may be that of another electrode, or of the whole coating.",),
        )
        for name, quantity, first, any_cycle in (
            (
                "areal delithiation capacity",
                "areal_delithiation_capacity",
                "first_delithiation_capacity",
                ("delithiation_capacity",),
            ),
            (
                "areal lithiation capacity",
                "areal_lithiation_capacity",
                "first_lithiation_capacity",
                ("lithiation_capacity",),
            ),
            (
                "areal capacity",
                "areal_capacity",
                "first_delithiation_capacity",
                ("delithiation_capacity", "specific_discharge_capacity"),
            ),
        )
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
                    "lithiated": LITHIATED,
                    "pristine": PRISTINE,
                },
            ),
        ),
        readings=(
            Reading(
                "lithiated / pristine",
                "the ratio of thicknesses, without taking off the initial one",
                {
                    "lithiated": LITHIATED,
                    "pristine": PRISTINE,
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
                    "delithiated": DELITHIATED,
                    "pristine": PRISTINE,
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
        ways=(Way("peel_force / specimen_width", {"specimen_width": PEELED}),),
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

RELATIONS: tuple[Relation, ...] = (*CELL, *THICKNESS, *CHAIN, *MECHANICS)
