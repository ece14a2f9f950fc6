"""Relations and bounds of chains, amounts and shares of a whole."""

from __future__ import annotations

from byssus.audit import providers as p
from byssus.audit.relation import Reading, Relation, Take, Way
from byssus.audit.table.common import ANOTHER_SPECIMEN, share

__all__ = ["CHAIN"]

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
        share(quantity, name)
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
