"""Relations between weighing, thickness, pores, charge and swelling of an electrode's coating."""

from __future__ import annotations

from byssus.audit import coating as c
from byssus.audit.relation import Relation, Take, Way
from byssus.audit.stated import Stated, canonical, same_value
from byssus.audit.table.common import ANOTHER_CELL, ANOTHER_SPECIMEN
from byssus.laws.coating import LITHIUM_M3_PER_C

__all__ = ["COATING"]

DENSITY, SHARE = Take(provider=c.density), Take(provider=c.silicon_share)
THICKNESS = Take(provider=c.pristine_thickness)
MASS = {"mass": Take(provider=c.active_mass)}


def _in_first_cycle(target: Stated) -> bool:
    return same_value(target.at.get("cycle", 1), 1, "cycle")


def _of_active(target: Stated) -> bool:
    return any(str(canonical(target.at.get(key, ""))) in c.ACTIVE_WORDS for key in ("component", "material"))


def _charge(name: str, of: str, per_mass: str) -> Relation:
    return Relation(
        name=f"{name} from mass",
        of=of,
        direct=True,
        ways=(Way(f"{per_mass} * mass", MASS),),
        benign=("The mass may be that of the whole coating.", ANOTHER_CELL),
        source="Q = q m",
    )


# The pores of a coating that keeps its width take what they can of the growing silicon; the rest is thickness.
FULL = f"(1 - porosity) * (1 + silicon_share * {{}} * {LITHIUM_M3_PER_C:.4g} * density) - 1"
GROWTH = {
    "silicon_share": SHARE,
    "density": DENSITY,
    "porosity": Take("porosity", ignoring=("state", "cycle", "c_rate")),
}

COATING: tuple[Relation, ...] = (
    _charge("charge of delithiation", "delithiation_charge", "delithiation_capacity"),
    _charge("charge of lithiation", "lithiation_charge", "lithiation_capacity"),
    _charge("discharge capacity", "discharge_capacity", "specific_discharge_capacity"),
    _charge("charge capacity", "charge_capacity", "specific_charge_capacity"),
    Relation(
        name="mass of active material from loading and area",
        of="mass",
        direct=True,
        when=_of_active,
        ways=(Way("mass_loading * electrode_area", {"mass_loading": Take(provider=c.silicon_loading)}),),
        benign=("The loading may be a mean over electrodes.", ANOTHER_CELL),
        source="m = w A",
    ),
    Relation(
        name="porosity from loading, thickness and density",
        of="porosity",
        direct=True,
        when=lambda t: not {"state", "cycle"} & t.at.keys(),
        ways=(
            Way(
                "1 - mass_loading / (thickness * density)",
                {"mass_loading": Take(provider=c.coating_loading), "thickness": THICKNESS, "density": DENSITY},
            ),
            Way(
                "1 - mass_loading / (silicon_share * thickness * density)",
                {
                    "mass_loading": Take(provider=c.silicon_loading),
                    "silicon_share": SHARE,
                    "thickness": THICKNESS,
                    "density": DENSITY,
                },
                peer=True,
            ),
        ),
        benign=(
            "The thickness may include the collector.",
            "Mercury sees neither closed pores nor the narrowest: its porosity may be below that from weighing.",
            ANOTHER_SPECIMEN,
        ),
        source="loading = thickness (1 - porosity) density; ISO 15901-1:2016 for what mercury sees",
    ),
    Relation(
        name="expansion at least what the pores cannot take",
        of="expansion_after_lithiation",
        kind="at least",
        broken="disagrees",
        direct=True,
        when=_in_first_cycle,
        ways=(
            Way(
                FULL.format("first_delithiation_capacity"),
                {
                    **GROWTH,
                    "first_delithiation_capacity": Take("first_delithiation_capacity", ignoring=("cycle", "c_rate")),
                },
            ),
            Way(
                FULL.format("delithiation_capacity"),
                {
                    **GROWTH,
                    "delithiation_capacity": Take(
                        "delithiation_capacity", at={"cycle": 1}, ignoring=("cycle", "c_rate")
                    ),
                },
            ),
        ),
        benign=(
            "Mercury sees neither closed pores nor the narrowest: a coating with more room swells less.",
            "The capacity may be per gram of another mass, or some of it be of carbon.",
            ANOTHER_SPECIMEN,
        ),
        source="lithium adds 8.9 ml/mol: doi:10.1149/1.2752985",
    ),
)
