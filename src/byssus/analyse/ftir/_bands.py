"""Which group absorbs where, each range with its source, and the bands a study names itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from byssus.analyse.ftir._peaks import Peak
from byssus.errors import AnalysisError, Problem

__all__ = ["BANDS", "IMIDE_CARBONYL", "Band", "assigned", "own_bands"]

SOCRATES = "Socrates, Infrared and Raman Characteristic Group Frequencies, 3rd ed. (2001)"
PRYDE = "Pryde, J. Polym. Sci. A 27 (1989) 711"
ISHIDA = "Ishida et al., Macromolecules 13 (1980) 826"
CARBONYL = (
    "usual assignment: asymmetric (out of phase) stretch near 1720, symmetric (in phase) near 1775 1/cm; some papers "
    "print the reverse"
)


@dataclass(frozen=True)
class Band:
    """A named range in 1/cm, with what is to be known of it and its source.

    ``needs_imide`` names it only in a spectrum that has the imide's strong carbonyl band as well.
    """

    name: str
    low_per_cm: float
    high_per_cm: float
    source: str
    note: str = ""
    needs_imide: bool = False

    def holds(self, position_per_m: float) -> bool:
        return self.low_per_cm <= position_per_m / 100.0 <= self.high_per_cm


IMIDE_CARBONYL = (1705.0, 1730.0)
BANDS = (
    Band("imide C=O near 1775", 1765, 1785, PRYDE, CARBONYL, needs_imide=True),
    Band("imide C=O near 1720", 1705, 1730, PRYDE, CARBONYL),
    Band("imide C-N-C", 1360, 1385, PRYDE, "axial stretch of the imide ring", needs_imide=True),
    Band("imide ring", 715, 735, ISHIDA, "bending of the imide carbonyls", needs_imide=True),
    Band("anhydride C=O", 1840, 1870, SOCRATES, "unreacted anhydride, or acid closed to it on heating"),
    Band("ester C=O", 1731, 1750, SOCRATES, "also aldehydes and unstrained ketones"),
    Band("acid C=O", 1690, 1704, SOCRATES, "hydrogen-bonded carboxylic acid, as in poly(amic acid)"),
    Band("amide I", 1640, 1680, SOCRATES, "C=O of an amide, as in poly(amic acid)"),
    Band("amide II", 1530, 1560, SOCRATES, "N-H bending and C-N stretch of an amide"),
    Band("benzimidazole C=N", 1615, 1632, SOCRATES, "overlaps ring modes near 1600 1/cm"),
    Band("aromatic ring near 1600", 1575, 1612, SOCRATES),
    Band("aromatic ring near 1500", 1485, 1518, SOCRATES, "hardly changes with imidisation: the usual reference band"),
    Band("CH3 bending", 1365, 1390, SOCRATES, "symmetric; the imide's C-N-C lies here too"),
    Band("C-H bending", 1425, 1475, SOCRATES),
    Band("aryl ether C-O-C", 1220, 1260, SOCRATES, "acetates absorb here too"),
    Band("Si-O-Si", 1010, 1140, SOCRATES, "cages near 1110, ladders and open networks below; C-O absorbs here too"),
    Band("oxirane ring near 910", 900, 920, SOCRATES, "shrinks where the ring opens; vinyl and aromatic C-H lie near"),
    Band("oxirane ring near 850", 830, 855, SOCRATES, "overlaps aromatic C-H"),
    Band("C-H stretch, aliphatic", 2840, 2975, SOCRATES),
    Band("C-H stretch, aromatic", 3000, 3100, SOCRATES),
    Band("O-H and N-H stretch", 3150, 3600, SOCRATES, "hydroxyl of an opened oxirane, amide, amine, water"),
    Band("carbon dioxide", 2300, 2380, SOCRATES, "of the air between source and detector"),
    Band("CH2 rocking", 715, 735, SOCRATES, "chains of four and more CH2"),
)


def own_bands(text: str, where: str) -> tuple[Band, ...]:
    """The study's own bands from ``"imide C=O: 1700-1730; Si-O-Si: 1010-1083"``.

    Raises :class:`AnalysisError` naming every entry that is none.
    """
    found, problems = list[Band](), list[Problem]()
    for entry in filter(None, (e.strip() for e in text.split(";"))):
        match = re.fullmatch(r"(.+?)\s*:\s*(\d+(?:\.\d+)?)\s*[-–]\s*(\d+(?:\.\d+)?)", entry)
        low, high = (float(match[2]), float(match[3])) if match else (0.0, 0.0)
        if match is None or not 0 < low < high:
            problems.append(Problem("bands has an entry that is none", where, f"'{entry}'", "name: low-high, in 1/cm"))
        else:
            found.append(Band(match[1], low, high, "the study's own"))
    if problems:
        raise AnalysisError(*problems)
    return tuple(found)


def assigned(peaks: Sequence[Peak], own: Sequence[Band]) -> tuple[tuple[Band, Peak, tuple[Band, ...]], ...]:
    """(band, its highest peak, other bands that peak may be) for every band that has one, the study's own first.

    A name says what may absorb there, it proves nothing. A range of the table that a band of the study overlaps is
    told among the others only.
    """
    low, high = IMIDE_CARBONYL
    imide = any(low <= p.position_per_m / 100.0 <= high for p in peaks)
    known = [b for b in BANDS if imide or not b.needs_imide]
    table = (*own, *known)
    out, taken = list[tuple[Band, Peak, tuple[Band, ...]]](), set[int]()
    for band in table:
        inside = [i for i, p in enumerate(peaks) if band.holds(p.position_per_m) and i not in taken]
        if not inside:
            continue
        best = max(inside, key=lambda i: peaks[i].height)
        taken.add(best)
        others = tuple(b for b in known if b is not band and b.holds(peaks[best].position_per_m))
        out.append((band, peaks[best], others))
    return tuple(out)
