"""Components of silicon anodes and their binders, and sensitivity factors: each with its source.

Binding energies are in eV with C-C/C-H of C 1s at 284.8; ``within`` is how far a fit may move them, about the spread
of what the literature prints. They are where a fit starts, and no proof of an assignment. ``checked`` is what a second
source was read to say; where it is empty the position is that customary for the component in the source named, which
was not at hand, and no second one was found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["LIBRARY", "SENSITIVITY", "SENSITIVITY_SOURCE", "Known", "known", "sensitivity"]

BEAMSON = (
    "G. Beamson, D. Briggs, High Resolution XPS of Organic Polymers, Wiley 1992: shift from C-C, here from 284.8 eV"
)
THERMO = "Thermo Fisher Scientific, XPS learning center, thermofisher.com (adventitious C 1s at 284.8 eV)"
LOPEZ = "G. P. Lopez et al., Surf. Interface Anal. 17 (1991) 267: O 1s of nine polymers"
WOOD = "K. N. Wood, G. Teeter, ACS Appl. Energy Mater. 1 (2018) 4493, 10.1021/acsaem.8b00406"
PHILIPPE = "B. Philippe et al., Chem. Mater. 24 (2012) 1107, 10.1021/cm2034195"
PHILIPPE_SALT = "B. Philippe et al., J. Am. Chem. Soc. 135 (2013) 9829, 10.1021/ja403082s"
MOULDER = "J. F. Moulder et al., Handbook of X-ray Photoelectron Spectroscopy, Perkin-Elmer 1992"
BIESINGER = "M. C. Biesinger, xpsfitting.com, lithium: NIST Standard Reference Database 20 and own standards"
SENSITIVITY_SOURCE = (
    "J. H. Scofield, J. Electron Spectrosc. 8 (1976) 129, 10.1016/0368-2048(76)80015-1: cross-sections at 1487 eV, "
    "C 1s = 1"
)


@dataclass(frozen=True)
class Known:
    """A component: region, name, position and its range in eV, splitting (eV) and area ratio of its doublet."""

    region: str
    name: str
    at_ev: float
    within_ev: float
    source: str
    checked: str = ""
    split_ev: float = 0.0
    ratio: float = 0.0

    @property
    def told(self) -> str:
        """The source, and what of it was looked up."""
        return f"{self.source}; {f'checked: {self.checked}' if self.checked else 'the customary place, not checked'}"


# 2p1/2 beside 2p3/2: Thermo's 0.63 eV for silicon, the customary one for phosphorus; the ratio is that of degeneracies.
_SI: dict[str, Any] = {"split_ev": 0.63, "ratio": 0.5}
_P: dict[str, Any] = {"split_ev": 0.86, "ratio": 0.5}
LIBRARY: tuple[Known, ...] = (
    Known("C 1s", "C-C", 284.8, 0.3, THERMO, "284.8 there"),
    Known("C 1s", "C-N", 285.8, 0.4, BEAMSON, "about 286, Thermo Fisher"),
    Known("C 1s", "C-O", 286.3, 0.4, BEAMSON, "about 286, Thermo Fisher"),
    Known(
        "C 1s",
        "C=O",
        287.7,
        0.4,
        BEAMSON,
        "287.6 in PMC7643152, table 7; 288 to 290, Thermo Fisher",
    ),
    Known("C 1s", "N-C=O", 287.9, 0.4, BEAMSON),
    Known("C 1s", "O=C-N-C=O", 288.3, 0.4, BEAMSON),
    Known("C 1s", "O-C=O", 288.8, 0.4, BEAMSON, "about 288.5, Thermo Fisher"),
    Known("C 1s", "Li2CO3", 290.1, 0.5, WOOD, "288 to 290 for metal carbonates, Thermo Fisher"),
    Known("C 1s", "CF2", 290.7, 0.5, BEAMSON),
    Known("F 1s", "LiF", 685.0, 0.5, BIESINGER, "685.1 +/- 0.1 of standards, 685.5 +/- 0.7 of seven references, there"),
    Known("F 1s", "LixPOyFz", 687.0, 0.6, PHILIPPE_SALT),
    Known("F 1s", "C-F", 688.0, 0.6, MOULDER, "fluorocarbons from 688, xpslibrary.com"),
    Known("O 1s", "Li2O", 528.5, 0.5, WOOD),
    Known("O 1s", "Li2CO3", 531.6, 0.5, BIESINGER, "531.5 +/- 0.1 of two references, there"),
    Known("O 1s", "C=O", 532.2, 0.5, LOPEZ, "532.2 for ketones and esters, its abstract"),
    Known("O 1s", "C-O", 532.8, 0.6, LOPEZ, "532.8 for ethers and alcohols, its abstract; 533.7 in esters"),
    Known("O 1s", "SiO2", 532.9, 0.5, MOULDER),
    Known("N 1s", "amide", 399.8, 0.4, BEAMSON),
    Known("N 1s", "imide", 400.4, 0.4, BEAMSON),
    Known("Si 2p", "LixSi", 97.8, 0.6, PHILIPPE, **_SI),
    Known("Si 2p", "Si", 99.4, 0.4, THERMO, "99.4 there", **_SI),
    Known("Si 2p", "LixSiOy", 101.5, 0.6, PHILIPPE, **_SI),
    Known("Si 2p", "SiO2", 103.5, 0.5, THERMO, "103.5 there", **_SI),
    Known("P 2p", "LixPOyFz", 134.5, 0.7, PHILIPPE_SALT, **_P),
    Known("P 2p", "LixPFy", 136.8, 0.7, PHILIPPE_SALT, **_P),
    Known("Li 1s", "Li2CO3", 55.3, 0.4, THERMO, "55.4 there; 55.1 at harwellxps.guru, with Au 4f at 83.8"),
    Known("Li 1s", "LiF", 56.0, 0.5, THERMO, "56.1 there"),
)
# Each was found equal in a copy of CasaXPS's table of these cross-sections, in KherveFitting's library.
SENSITIVITY: dict[str, float] = {
    "Li 1s": 0.0568, "B 1s": 0.486, "C 1s": 1.0, "N 1s": 1.80, "O 1s": 2.93, "F 1s": 4.43, "Na 1s": 8.52,
    "Al 2p": 0.5371, "Si 2p": 0.817, "Si 2s": 0.955, "P 2p": 1.192, "S 2p": 1.677, "Cl 2p": 2.285, "Ti 2p": 7.81,
    "Mn 2p": 13.91, "Fe 2p": 16.42, "Co 2p": 19.16, "Ni 2p": 22.18, "Cu 2p": 25.39, "Cu 2p3/2": 16.73,
}  # fmt: skip


def known(region: str, name: str) -> Known | None:
    """The library's component of that name, without regard to case."""
    return next((k for k in LIBRARY if k.region == region and k.name.casefold() == name.casefold()), None)


def sensitivity(region: str) -> float | None:
    """The sensitivity factor of a core level; None where the table has none."""
    return SENSITIVITY.get(region)
