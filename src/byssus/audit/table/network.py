"""What a gel fraction, the elastic strands of a rubbery plateau and the chains they tie say of one another."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from byssus.audit.relation import Given, Relation, Take, Way
from byssus.audit.stated import Interval, Stated

__all__ = ["NETWORK"]

# Polymers, from poly(4-methylpentene) to poly(tetrafluoroethylene): Polymer Data Handbook (1999).
POLYMER_KG_PER_M3 = (830.0, 2200.0)
# Strands a chain below which the inequality leaves every gel fraction open.
LEAST_STRANDS = 4 / math.e
# Solvent, additive or polymer without a site dissolves too; a tenth of the mass is left to it.
NETWORK_SHARE = 0.9


def _density(_target: Stated, _claims: Sequence[Stated]) -> Given:
    low, high = POLYMER_KG_PER_M3
    return Given(Interval(low, high), f"density of a polymer, {low / 1e3:g} to {high / 1e3:g} g/cm^3")


def _few(_target: Stated, given: Mapping[str, Given]) -> bool:
    strands = given["crosslink_density"].interval.low * given["number_average_molar_mass"].interval.low
    return strands / POLYMER_KG_PER_M3[1] < LEAST_STRANDS


# A chain of u units, each tied at random with chance q, is sol with chance exp(-q g u), so that s = sum over chains of
# w exp(-q g u). As u exp(-c u) is at most 1/(e c), s (1 - s) <= 1/(e x) for chains of any lengths, x = q times the
# number average of u. There are at most as many elastic strands as tied units: x >= nu Mn / rho.
FLOOR = (
    f"{NETWORK_SHARE} * (1 + sqrt(max(0, 1 - {4 / math.e:.4f} * density / "
    "(crosslink_density * number_average_molar_mass)))) / 2"
)
ANY = ("temperature", "temperature_k", "technique", "solvent")

NETWORK: tuple[Relation, ...] = (
    Relation(
        name="gel fraction of as many strands tied at random",
        of="gel_fraction",
        kind="at least",
        broken="disagrees",
        direct=True,
        lenient=_few,
        ways=(
            Way(
                FLOOR,
                {
                    "density": Take(provider=_density),
                    "crosslink_density": Take("crosslink_density", ignoring=ANY),
                    "number_average_molar_mass": Take("number_average_molar_mass", ignoring=ANY),
                },
            ),
        ),
        benign=(
            "Entanglements carry in a plateau as crosslinks do: without them there are fewer strands.",
            "Crosslinks may stand close together, or part of the polymer have no site for them.",
            "Chains may have been cut while they were tied.",
        ),
        source="s (1 - s) <= 1/(e x), from Flory, Principles of Polymer Chemistry (1953), ch. IX",
    ),
)
