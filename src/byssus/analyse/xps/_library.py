"""Components of silicon anodes and their binders, and sensitivity factors: each with its source.

Binding energies are in eV with C-C/C-H of C 1s at 284.8; ``within`` is how far a fit may move them, about the spread
of what the literature prints. They are where a fit starts, and no proof of an assignment.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["LIBRARY", "SENSITIVITY", "SENSITIVITY_SOURCE", "Known", "known", "sensitivity"]

BEAMSON = (
    "G. Beamson, D. Briggs, High Resolution XPS of Organic Polymers, Wiley 1992: shift from C-C, here from 284.8 eV"
)
WOOD = "K. N. Wood, G. Teeter, ACS Appl. Energy Mater. 1 (2018) 4493, 10.1021/acsaem.8b00406"
PHILIPPE = "B. Philippe et al., Chem. Mater. 24 (2012) 1107, 10.1021/cm2034195"
PHILIPPE_SALT = "B. Philippe et al., J. Am. Chem. Soc. 135 (2013) 9829, 10.1021/ja403082s"
MOULDER = "J. F. Moulder et al., Handbook of X-ray Photoelectron Spectroscopy, Perkin-Elmer 1992"
HARWELL = "HarwellXPS knowledge base, lithium, harwellxps.guru/knowledgebase/lithium (Au 4f at 83.8 eV)"
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
    split_ev: float = 0.0
    ratio: float = 0.0


_SI = {"split_ev": 0.6, "ratio": 0.5}  # 2p1/2 beside 2p3/2: the splitting of Moulder, the ratio of the degeneracies
_P = {"split_ev": 0.86, "ratio": 0.5}
LIBRARY: tuple[Known, ...] = (
    Known("C 1s", "C-C", 284.8, 0.3, MOULDER),
    Known("C 1s", "C-N", 285.7, 0.4, BEAMSON),
    Known("C 1s", "C-O", 286.3, 0.4, BEAMSON),
    Known("C 1s", "C=O", 287.7, 0.4, BEAMSON),
    Known("C 1s", "N-C=O", 287.9, 0.4, BEAMSON),
    Known("C 1s", "O=C-N-C=O", 288.3, 0.4, BEAMSON),
    Known("C 1s", "O-C=O", 288.8, 0.4, BEAMSON),
    Known("C 1s", "Li2CO3", 290.1, 0.5, WOOD),
    Known("C 1s", "CF2", 290.7, 0.5, BEAMSON),
    Known("F 1s", "LiF", 685.0, 0.5, WOOD),
    Known("F 1s", "LixPOyFz", 687.0, 0.6, PHILIPPE_SALT),
    Known("F 1s", "C-F", 688.0, 0.6, MOULDER),
    Known("O 1s", "Li2O", 528.5, 0.5, WOOD),
    Known("O 1s", "Li2CO3", 531.8, 0.5, WOOD),
    Known("O 1s", "C=O", 532.2, 0.5, BEAMSON),
    Known("O 1s", "C-O", 532.8, 0.6, BEAMSON),
    Known("O 1s", "SiO2", 532.9, 0.5, MOULDER),
    Known("N 1s", "amide", 399.8, 0.4, BEAMSON),
    Known("N 1s", "imide", 400.4, 0.4, BEAMSON),
    Known("Si 2p", "LixSi", 97.8, 0.6, PHILIPPE, **_SI),
    Known("Si 2p", "Si", 99.3, 0.4, MOULDER, **_SI),
    Known("Si 2p", "LixSiOy", 101.5, 0.6, PHILIPPE, **_SI),
    Known("Si 2p", "SiO2", 103.4, 0.5, MOULDER, **_SI),
    Known("P 2p", "LixPOyFz", 134.5, 0.7, PHILIPPE_SALT, **_P),
    Known("P 2p", "LixPFy", 136.8, 0.7, PHILIPPE_SALT, **_P),
    Known("Li 1s", "Li2CO3", 55.1, 0.4, HARWELL),
    Known("Li 1s", "LiF", 55.8, 0.5, WOOD),
)
SENSITIVITY: dict[str, float] = {
    "Li 1s": 0.0568, "C 1s": 1.0, "N 1s": 1.80, "O 1s": 2.93, "F 1s": 4.43, "Na 1s": 8.52, "Si 2p": 0.817,
    "Si 2s": 0.955, "P 2p": 1.192, "S 2p": 1.677, "Cl 2p": 2.285, "Fe 2p": 16.42, "Cu 2p3/2": 16.73,
}  # fmt: skip


def known(region: str, name: str) -> Known | None:
    """The library's component of that name, without regard to case."""
    return next((k for k in LIBRARY if k.region == region and k.name.casefold() == name.casefold()), None)


def sensitivity(region: str) -> float | None:
    """The sensitivity factor of a core level; None where the table has none."""
    return SENSITIVITY.get(region)
