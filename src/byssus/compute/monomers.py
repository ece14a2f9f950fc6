"""Monomers, repeat units and crosslinkers: by name, by abbreviation, or as a SMILES of one's own."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from byssus.compute.molecule import EXTRA
from byssus.compute.structure import chem, composition_of, formula_text, groups_in, open_of
from byssus.errors import ComputeError, Problem, UnitError
from byssus.laws.matter import composition, molar_mass_kg_per_mol
from byssus.study import model

__all__ = ["Monomer", "carboxymethylated", "crosslinkers", "has_oxirane", "monomer", "monomers", "of_study"]
__all__ += ["substitution_of"]

NEAR = 0.5  # likeness from which a known name is offered for an unknown one
_SAID_CMC = re.compile(r"(?i)\b(?:CMC|carboxymethyl ?cellulose)\b.*?\bDS\s*[=~≈]?\s*([0-9.,]+)")
CARBOXYMETHYLATED = "*OC1C(O)C(O)C(*)OC1COCC(=O)O"
_SAYS_OXIRANE = ("oxirane", "epoxy", "epoxide", "glycid")


@dataclass(frozen=True)
class Monomer:
    """What a polymer is made of; ``smiles`` has ``*`` at the open ends of a repeat unit."""

    name: str
    smiles: str
    formula: str
    role: str = ""
    aliases: tuple[str, ...] = ()
    source: str = ""
    note: str = ""

    @property
    def molar_mass_kg_per_mol(self) -> float:
        return molar_mass_kg_per_mol(self.formula)


@cache
def monomers() -> Mapping[str, Monomer]:
    """All of ``monomers.toml``, by name, in the file's order."""
    text = files("byssus.compute").joinpath("monomers.toml").read_text(encoding="utf-8")
    rows = tomllib.loads(text)["monomer"]
    found = {row["name"]: Monomer(**{**row, "aliases": tuple(row.get("aliases", ()))}) for row in rows}
    return MappingProxyType(found)


def monomer(said: str, *, where: str = "") -> Monomer:
    """The monomer of that name, abbreviation or SMILES.

    Raises :class:`ComputeError`: neither a name that is known, with the nearest ones, nor a structure.
    """
    known = _folded().get(_fold(said))
    if known is not None:
        return known
    if (substitution := substitution_of(said)) is not None:
        return carboxymethylated(substitution)
    try:
        mol = open_of(said, where=where)
        parts = composition_of(mol)
        if "C" not in parts:  # PI, PS: abbreviations that happen to spell a structure
            raise ComputeError("no carbon")
    except ComputeError as fault:
        raise ComputeError(_unknown(said, where), *(p for p in fault.problems if p.mend == EXTRA)) from None
    return Monomer(said, str(chem().MolToSmiles(mol)), formula_text(parts), _role(groups_in(mol), "*" in said))


def of_study(entry: model.Monomer, *, where: str = "") -> Monomer:
    """A study's monomer: by its own SMILES, else by its name; its formula, where stated, must be that of the structure.

    Raises :class:`ComputeError`: an unknown name without SMILES, or two formulas.
    """
    found = monomer(entry.smiles or entry.name, where=where)
    if entry.formula and _atoms(entry.formula, where) != composition(found.formula):
        raise ComputeError(
            Problem(
                "the stated formula is not that of the structure", where, f"{entry.formula} for {entry.name}",
                f"{found.formula} for {found.smiles}", "Mend the formula, or give the SMILES that is meant.",
            )
        )  # fmt: skip
    return found if not entry.smiles else Monomer(entry.name, found.smiles, found.formula, entry.role or found.role)


def substitution_of(said: str) -> float | None:
    """The degree of substitution in a name such as "CMC, DS 0.7"; ``None`` where it says none.

    Raises :class:`ComputeError` where what it says is no number.
    """
    found = _SAID_CMC.search(said)
    if found is None:
        return None
    try:
        return float(found[1].rstrip(".,"))
    except ValueError:
        raise ComputeError(_no_substitution(found[1])) from None


def carboxymethylated(substitution: float) -> Monomer:
    """The unit of cellulose with ``substitution`` O-CH2-COOH in place of as many of its three hydroxyls.

    Its formula is that of the mean unit, its SMILES one with a single such group.
    """
    if not 0 < substitution <= 3:
        raise ComputeError(_no_substitution(f"{substitution:g}"))
    atoms = {"C": 6 + 2 * substitution, "H": 10 + 2 * substitution, "O": 5 + 2 * substitution}
    plain = monomers()["cellulose"]
    name = f"carboxymethyl cellulose, DS {substitution:g}"
    return Monomer(name, CARBOXYMETHYLATED, formula_text(atoms), "repeat unit", ("CMC",), plain.source)


def _no_substitution(got: str) -> Problem:
    return Problem("no such degree of substitution", got=got, expected="above 0, up to 3")


def has_oxirane(said: str) -> bool:
    """Whether a crosslinker binds by opening oxiranes: any product it may be has one; by its words if none is known."""
    found = crosslinkers(said)
    if not found:
        return any(word in said.lower() for word in _SAYS_OXIRANE)
    return any("oxirane" in groups_in(open_of(one.smiles)) for one in found)


def crosslinkers(said: str) -> tuple[Monomer, ...]:
    """What the text of a crosslinker may mean: the one it names, else every one it fits, by the number of its arms.

    "Octafunctional oxirane POSS" fits two products, whose molar masses differ; which was used must be told. A POSS that
    is not said to bear oxiranes fits none: cages are sold with amines, acrylates, vinyl groups as well.
    """
    known = _folded().get(_fold(said))
    if known is not None:
        return (known,)
    words = said.lower()
    if "poss" not in words and "silsesquioxane" not in words:
        try:
            return (monomer(said),)
        except ComputeError:
            return ()
    if not any(word in words for word in _SAYS_OXIRANE):
        return ()
    cages = [m for m in monomers().values() if m.role == "crosslinker" and "POSS" in m.name and "propyl" in m.name]
    arms = next((n for word, n in _ARMS.items() if word in words), 0)
    return tuple(m for m in cages if not arms or _silicons(m) in (arms, 2 * arms))


_ARMS = {"dodeca": 12, "deca": 10, "octa": 8, "eight": 8}


def _silicons(one: Monomer) -> int:
    return int(composition(one.formula)["Si"])


@cache
def _folded() -> Mapping[str, Monomer]:
    return {_fold(name): one for one in monomers().values() for name in (one.name, *one.aliases)}


def _fold(name: str) -> str:
    """Lower case, letters and digits only; a SMILES keeps what tells it apart, so none is taken for a name."""
    text = str(name).strip().lower()
    return text if set("=#*[]@") & set(text) else re.sub(r"[^a-z0-9]", "", text)


def _atoms(formula: str, where: str) -> dict[str, float]:
    try:
        return composition(formula)
    except UnitError as fault:
        raise ComputeError(*(problem.at(where) if where else problem for problem in fault.problems)) from None


def _role(groups: Mapping[str, int], is_open: bool) -> str:
    """What a structure can be in a polymer, by its groups."""
    amines = groups.get("aromatic amine", 0) + groups.get("aliphatic amine", 0)
    if is_open:
        return "repeat unit"
    for count, role in ((groups.get("anhydride", 0), "dianhydride"), (groups.get("oxirane", 0), "crosslinker")):
        if count >= 2:
            return role
    return {2: "diamine", 4: "tetraamine"}.get(amines, "")


def _unknown(said: str, where: str) -> Problem:
    names = {name.lower(): name for one in monomers().values() for name in (one.name, *one.aliases)}
    near = difflib.get_close_matches(str(said).strip().lower(), names, n=3, cutoff=NEAR)
    if _fold(said).startswith(("cmc", "carboxymethylcellulose", "sodiumcarboxymethyl")):
        return Problem(
            "carboxymethyl cellulose has no one repeat unit", where, f"'{said}'", "its degree of substitution",
            "Say it in the name: 'CMC, DS 0.7'.",
        )  # fmt: skip
    expected = "a known name or abbreviation, or a structure in SMILES notation"
    mend = f"Did you mean {', '.join(names[n] for n in near)}? " if near else ""
    mend += "Else give its smiles, e.g. Nc1ccc(N)cc1."
    return Problem("unknown monomer", where, f"'{said}'", expected, mend)
