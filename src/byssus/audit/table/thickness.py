"""Relations and bounds of swelling."""

from __future__ import annotations

from byssus.audit.relation import Reading, Relation, Take, Way
from byssus.audit.stated import canonical
from byssus.audit.table.common import ANOTHER_SPECIMEN, share

__all__ = ["THICKNESS"]


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
    share("thickness_recovery", "recovered share"),
)
