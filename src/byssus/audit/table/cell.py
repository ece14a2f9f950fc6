"""Relations and bounds of a cell: efficiency, retention, theory, capacity per area."""

from __future__ import annotations

from collections.abc import Mapping

from byssus.audit import providers as p
from byssus.audit.relation import Given, Reading, Relation, Take, Way
from byssus.audit.stated import Stated, same_value
from byssus.audit.table.common import ANOTHER_CELL, share

__all__ = ["CELL"]

FIRST = {"cycle": 1}


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
    share("initial_coulombic_efficiency", "initial Coulombic efficiency"),
    share("coulombic_efficiency", "Coulombic efficiency"),
    share("average_coulombic_efficiency", "average Coulombic efficiency"),
)
