"""What an electrode's coating is made of: densities of its components, of the whole, and what lithium adds.

Densities are ranges, since a carbon black or "binder" is a class of materials.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from byssus.laws.matter import FARADAY_C_PER_MOL

__all__ = ["LITHIUM_M3_PER_C", "Density", "coating_density", "density_of"]

# Lithium takes up 8.9 ml/mol in all its alloys with silicon, so that volume grows straight with charge:
# Obrovac, Christensen, Le and Dahn, J. Electrochem. Soc. 154 (2007) A849, doi:10.1149/1.2752985.
LITHIUM_M3_PER_C = 8.9e-6 / FARADAY_C_PER_MOL


@dataclass(frozen=True, slots=True)
class Density:
    """A range in kg/m^3, with its source and the words for the material."""

    low: float
    high: float
    source: str
    words: str


# The first whose words the component's name holds.
DENSITIES: Sequence[Density] = (
    Density(2320.0, 2340.0, "CRC Handbook of Chemistry and Physics: 2.3296", r"si|silicon|nano ?si(licon)?|si ?nps?"),
    Density(2090.0, 2270.0, "CRC Handbook of Chemistry and Physics: 2.2; ideal crystal 2.266", r"graphite"),
    Density(
        1800.0, 2100.0, "helium: Buxbaum and Pfaff, Industrial Inorganic Pigments (2005), ch. 4",
        r"super ?[pc]( ?(li|\d+))?|c ?(45|65)|carbon( ?black)?|cb|acetylene black|ketjen ?black|conductive carbon",
    ),
    Density(1350.0, 1450.0, "Kapton HN 1.42 (ASTM D1505); cast polyimides about it", r"polyimides?"),
    Density(1740.0, 1800.0, "Polymer Data Handbook (1999)", r"pvdf|polyvinylidene (di)?fluoride"),
    # the lightest rubbers and the heaviest fluoropolymer binder
    Density(
        900.0, 1800.0, "polymers from SBR to PVDF: Polymer Data Handbook (1999)",
        r"binder|polymer|crosslinker|poss|paa|cmc|sbr|alginate|chitosan|gum|guar|pva|pan|polyamide|polyacrylate",
    ),
)  # fmt: skip


def density_of(component: str) -> Density | None:
    """The density of a component by its name, or ``None`` where the table has none."""
    name = " ".join(re.sub(r"[^a-z0-9]+", " ", component.casefold()).split())
    return next((one for one in DENSITIES if re.fullmatch(one.words, name)), None)


def coating_density(shares: Mapping[str, float]) -> tuple[float, float] | None:
    """Lowest and highest density (kg/m^3) of a coating without pores, 1/rho = sum of w/rho over mass fractions.

    ``None`` where a component has no density here. Volumes are taken to add up.
    """
    known = {name: density_of(name) for name in shares}
    whole = sum(shares.values())
    if not whole > 0 or None in known.values():
        return None
    low, high = (
        whole
        / sum(share / (one.low if end == 0 else one.high) for name, share in shares.items() if (one := known[name]))
        for end in (0, 1)
    )
    return low, high
