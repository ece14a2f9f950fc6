"""Relations and bounds of chains, amounts and shares of a whole."""

from __future__ import annotations

from byssus.audit import providers as p
from byssus.audit.relation import Reading, Relation, Take, Way
from byssus.audit.table.common import ANOTHER_SPECIMEN, share

__all__ = ["CHAIN"]

# What a slurry's list of components calls the crosslinker, and conditions that speak of its sites only.
CROSSLINKERS = ("crosslinker", "poss", "epoxy", "dgeba", "hardener")
OF_A_SITE = ("site", "crosslinker", "form")

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
        name="oxirane per site from mass fractions",
        of="oxirane_per_site",
        direct=True,
        ways=(
            Way(
                "crosslinker * oxirane_density / (binder * site_density)",
                {
                    "crosslinker": Take("mass_fraction", at={"component": CROSSLINKERS}, ignoring=OF_A_SITE),
                    "binder": Take("mass_fraction", at={"component": ("binder", "polymer")}, ignoring=OF_A_SITE),
                    "oxirane_density": Take("oxirane_density", ignoring=("site", "form")),
                    "site_density": Take("site_density", ignoring=("crosslinker",)),
                },
            ),
        ),
        benign=("Another crosslinker of the same kind, or another site, may be meant.",),
        source="n = w m / M of both",
    ),
    Relation(
        name="blocked sites at most the oxirane rings",
        of="blocked_site_share",
        ways=(Way("oxirane_per_site"),),
        kind="at most",
        broken="implausible",
        direct=True,
        benign=("The hydroxyl of an opened ring may block more sites.",),
        source="one ring opens at one site",
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
            ("closure_mass_loss", "mass loss on ring closure"),
            ("blocked_site_share", "blocked sites"),
            ("gel_fraction", "gel fraction"),
            ("gel_point_conversion", "gel-point conversion"),
            ("mass_fraction", "mass fraction"),
            ("component_fraction", "component fraction"),
            ("atomic_fraction", "atomic fraction"),
            ("porosity", "porosity"),
        )
    ),
)
