"""Depth, load, stiffness, hardness and modulus of one indentation."""

from __future__ import annotations

from byssus.audit.relation import Reading, Relation, Way
from byssus.audit.table.common import ANOTHER_SPECIMEN
from byssus.laws.indentation import BERKOVICH_AREA, EPSILON

__all__ = ["CONTACT"]

# P/S = sqrt(pi P H) / (2 Er), whatever the tip: S = 2 Er sqrt(A/pi) and P = H A.
ELASTIC = "sqrt(pi * peak_load * hardness) / (2 * reduced_modulus)"
# Epsilon of a cone and of a flat punch, 2 (pi - 2)/pi and 1: no tip lies beyond (doi:10.1557/JMR.2002.0386).
LEAST_EPSILON, MOST_EPSILON = 0.7268, 1.0
# A worn tip is blunter than the ideal one, A > 24.5 hc^2, and goes in less deep under the same load.
IDEAL = f"sqrt(peak_load / ({BERKOVICH_AREA} * hardness))"

CONTACT: tuple[Relation, ...] = (
    Relation(
        name="depth from load, hardness and modulus",
        of="indentation_depth",
        kind="within",
        direct=True,
        ways=(Way(f"{LEAST_EPSILON} * {ELASTIC}", upper=f"{IDEAL} + {MOST_EPSILON:g} * {ELASTIC}"),),
        benign=(
            "The tip may be sharper than a Berkovich tip.",
            "The depth may be that at another load, or after creep under load.",
            ANOTHER_SPECIMEN,
        ),
        source="hc = h - epsilon P/S, S = 2 Er sqrt(A/pi), H = P/A: doi:10.1557/JMR.2004.0002",
    ),
    Relation(
        name="contact depth",
        of="contact_depth",
        direct=True,
        ways=(Way(f"indentation_depth - {EPSILON} * peak_load / contact_stiffness"),),
        readings=(
            Reading("indentation_depth - peak_load / contact_stiffness", "with the epsilon of a flat punch, 1"),
            Reading(
                f"indentation_depth - {LEAST_EPSILON} * peak_load / contact_stiffness", "with that of a cone, 0.727"
            ),
        ),
        benign=("Epsilon may follow the exponent of the unloading curve.", ANOTHER_SPECIMEN),
        source="doi:10.1557/JMR.1992.1564",
    ),
    Relation(
        name="contact depth at most the full depth",
        of="contact_depth",
        ways=(Way("indentation_depth"),),
        kind="at most",
        broken="implausible",
        benign=("The surface may have piled up round the tip.",),
        source="doi:10.1557/JMR.2004.0002",
    ),
    Relation(
        name="hardness at most load over the ideal area at contact depth",
        of="hardness",
        ways=(Way(f"peak_load / ({BERKOVICH_AREA} * contact_depth ** 2)"),),
        kind="at most",
        broken="implausible",
        benign=("The tip may be sharper than a Berkovich tip.",),
        source="H = P/A(hc): doi:10.1557/JMR.1992.1564; ISO 14577-1:2015",
    ),
)
