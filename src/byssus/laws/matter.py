"""Molar mass from a formula, charge from stoichiometry, chain length from imbalance.

Atomic weights: IUPAC abridged standard values, doi:10.1515/pac-2019-0603 (for lithium the conventional
6.94). Constants: CODATA 2018, exact in the SI.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from byssus.errors import Problem, UnitError

__all__ = [
    "ATOMIC_MASS_KG_PER_MOL",
    "COMPOUNDS",
    "FARADAY_C_PER_MOL",
    "GAS_CONSTANT_J_PER_MOL_K",
    "carothers_degree",
    "composition",
    "formula_of",
    "imbalance_for",
    "lithiation_capacity_c_per_kg",
    "molar_mass_kg_per_mol",
]

FARADAY_C_PER_MOL = 96485.33212
GAS_CONSTANT_J_PER_MOL_K = 8.314462618

_WEIGHTS = """H 1.008 He 4.0026 Li 6.94 Be 9.0122 B 10.81 C 12.011 N 14.007 O 15.999 F 18.998 Ne 20.180 Na 22.990
Mg 24.305 Al 26.982 Si 28.085 P 30.974 S 32.06 Cl 35.45 Ar 39.95 K 39.098 Ca 40.078 Sc 44.956 Ti 47.867 V 50.942
Cr 51.996 Mn 54.938 Fe 55.845 Co 58.933 Ni 58.693 Cu 63.546 Zn 65.38 Ga 69.723 Ge 72.630 As 74.922 Se 78.971 Br 79.904
Kr 83.798 Rb 85.468 Sr 87.62 Y 88.906 Zr 91.224 Nb 92.906 Mo 95.95 Ru 101.07 Rh 102.91 Pd 106.42 Ag 107.868 Cd 112.41
In 114.82 Sn 118.710 Sb 121.760 Te 127.60 I 126.904 Xe 131.29 Cs 132.91 Ba 137.33 W 183.84 Pt 195.084 Au 196.967
Pb 207.2 Bi 208.980"""
ATOMIC_MASS_KG_PER_MOL: Mapping[str, float] = MappingProxyType(
    {symbol: float(weight) * 1e-3 for symbol, weight in zip(_WEIGHTS.split()[::2], _WEIGHTS.split()[1::2], strict=True)}
)

# Names and abbreviations of what binder studies weigh, to molecular formula. Keys in lower case, letters
# and digits only, as `formula_of` folds what it is asked.
COMPOUNDS: Mapping[str, str] = MappingProxyType(
    {
        # dianhydrides
        "pyromelliticdianhydride": "C10H2O6", "pmda": "C10H2O6",
        "33'44'biphenyltetracarboxylicdianhydride": "C16H6O6", "bpda": "C16H6O6",
        "33'44'benzophenonetetracarboxylicdianhydride": "C17H6O7", "btda": "C17H6O7",
        "44'oxydiphthalicanhydride": "C16H6O7", "odpa": "C16H6O7",
        "44'hexafluoroisopropylidenediphthalicanhydride": "C19H6F6O6", "6fda": "C19H6F6O6",
        "1458naphthalenetetracarboxylicdianhydride": "C14H4O6", "ntda": "C14H4O6",
        # diamines
        "44'oxydianiline": "C12H12N2O", "oda": "C12H12N2O", "44'diaminodiphenylether": "C12H12N2O",
        "33'diaminobenzidine": "C12H14N4", "dab": "C12H14N4", "diaminobenzidine": "C12H14N4",
        "pphenylenediamine": "C6H8N2", "ppda": "C6H8N2", "mphenylenediamine": "C6H8N2", "mpda": "C6H8N2",
        "benzidine": "C12H12N2", "44'methylenedianiline": "C13H14N2", "mda": "C13H14N2",
        "35diaminobenzoicacid": "C7H8N2O2", "daba": "C7H8N2O2",
        "22'bistrifluoromethylbenzidine": "C14H10F6N2", "tfmb": "C14H10F6N2",
        "44'diaminodiphenylsulfone": "C12H12N2O2S", "dds": "C12H12N2O2S",
        # crosslinkers, monomers of other binders, small molecules
        "acrylicacid": "C3H4O2", "citricacid": "C6H8O7", "glycerol": "C3H8O3", "ethyleneglycol": "C2H6O2",
        "glutaraldehyde": "C5H8O2", "tannicacid": "C76H52O46", "dopamine": "C8H11NO2", "boricacid": "H3BO3",
        "bisphenoladiglycidylether": "C21H24O4", "dgeba": "C21H24O4", "vinylidenefluoride": "C2H2F2",
        # named literally, glycidyl on silicon; what is sold as glycidyl POSS is the glycidoxypropyl cage
        "octaglycidylposs": "C24H40O20Si8", "glycidylposs": "C48H88O28Si8",
        "octa3glycidoxypropylposs": "C48H88O28Si8", "octaglycidoxypropylposs": "C48H88O28Si8",
        "octakis3glycidoxypropyldimethylsiloxyposs": "C64H136O36Si16",
        "octaglycidyldimethylsilylposs": "C64H136O36Si16",
        "dimethylformamide": "C3H7NO", "dmf": "C3H7NO", "nmethyl2pyrrolidone": "C5H9NO", "nmp": "C5H9NO",
        "1methyl2pyrrolidinone": "C5H9NO",
        "nhydroxysuccinimide": "C4H5NO3", "nhs": "C4H5NO3",
        "kps": "K2S2O8", "potassiumpersulfate": "K2S2O8",
        "bpo": "C14H10O4", "benzoylperoxide": "C14H10O4", "aibn": "C8H12N4",
        "water": "H2O", "ethylenecarbonate": "C3H4O3",
        "fluoroethylenecarbonate": "C3H3FO3", "fec": "C3H3FO3", "ethylmethylcarbonate": "C4H8O3",
        "silicon": "Si", "lithiumcarbonate": "Li2CO3", "lithiumfluoride": "LiF",
        "lithiumhexafluorophosphate": "LiPF6", "lithiumhydroxide": "LiOH",
    }
)  # fmt: skip

CAPITAL_FORMULAS = frozenset({"HF", "HI", "CO", "NO", "KF", "KI", "KOH", "HCN", "BN", "C", "B", "S", "N", "P"})
_TOKEN = re.compile(r"([A-Z][a-z]?)(\d*\.?\d*)|(\()|(\)(\d*\.?\d*))")


def composition(formula: str) -> dict[str, float]:
    """Atoms by element of a formula such as ``"C10H2O6"``, ``"Li15Si4"``, ``"(C2H4O)2"``.

    Raises :class:`UnitError` for an unknown element or anything that is not a formula.
    """
    stack: list[dict[str, float]] = [{}]
    position = 0
    for token in _TOKEN.finditer(formula):
        if token.start() != position:
            break
        position = token.end()
        if token[3]:
            stack.append({})
        elif token[4]:
            if len(stack) < 2:
                position = -1
                break
            group, count = stack.pop(), float(token[5] or 1)
            for element, atoms in group.items():
                stack[-1][element] = stack[-1].get(element, 0.0) + atoms * count
        elif token[1] in ATOMIC_MASS_KG_PER_MOL:
            stack[-1][token[1]] = stack[-1].get(token[1], 0.0) + float(token[2] or 1)
        else:
            position = -1
            break
    if position != len(formula) or len(stack) != 1 or not stack[0]:
        raise UnitError(Problem("not a chemical formula", got=f"'{formula}'", expected="e.g. C10H2O6"))
    return stack[0]


def molar_mass_kg_per_mol(formula: str) -> float:
    """M = sum over elements of (atoms x standard atomic weight)."""
    return sum(ATOMIC_MASS_KG_PER_MOL[element] * atoms for element, atoms in composition(formula).items())


def formula_of(name: str) -> str | None:
    """The formula of a compound known by name or abbreviation, or of a formula itself; else ``None``."""
    folded = re.sub(r"[^a-z0-9']", "", name.lower().replace("′", "'"))
    if folded in COMPOUNDS:
        return COMPOUNDS[folded]
    bare = folded.replace("'", "")
    for known, formula in COMPOUNDS.items():
        if known.replace("'", "") == bare:
            return formula
    plain = name.strip()
    if plain.isalpha() and plain.isupper() and plain not in CAPITAL_FORMULAS:
        return None  # PI, POSS, CNF: an abbreviation that happens to spell elements
    try:
        composition(plain)
    except UnitError:
        return None
    return plain


def lithiation_capacity_c_per_kg(phase: str) -> float:
    """Q = x F / M, per mass of the host: lithium atoms over the molar mass of everything else.

    ``"Li15Si4"`` -> 3578.6 mAh/g of silicon, ``"LiC6"`` -> 371.9 mAh/g of carbon.
    """
    atoms = composition(phase)
    lithium = atoms.pop("Li", 0.0)
    host_kg_per_mol = sum(ATOMIC_MASS_KG_PER_MOL[element] * count for element, count in atoms.items())
    return lithium * FARADAY_C_PER_MOL / host_kg_per_mol


def carothers_degree(ratio: float, conversion: float = 1.0) -> float:
    """Xn = (1 + r) / (1 + r - 2 r p) for two bifunctional monomers in amounts of ratio r <= 1.

    Carothers, doi:10.1039/TF9363200039.
    """
    return (1.0 + ratio) / (1.0 + ratio - 2.0 * ratio * conversion)


def imbalance_for(degree: float) -> float:
    """The imbalance 1 - r at which full conversion gives Xn = (1 + r)/(1 - r): 1 - r = 2 / (Xn + 1)."""
    return 2.0 / (degree + 1.0)
