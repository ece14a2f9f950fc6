"""Names lead to structures, structures to the formulas and molar masses that are known of them."""

from __future__ import annotations

import pytest

pytest.importorskip("rdkit", reason="chemistry is an extra: pip install 'byssus[chemistry]'")

from byssus.compute.monomers import crosslinkers, monomer, monomers, of_study
from byssus.compute.structure import composition_of, formula_text, groups_in, mass_of, open_of
from byssus.errors import ComputeError
from byssus.laws.matter import COMPOUNDS, composition, formula_of
from byssus.study.model import Monomer as Declared


@pytest.mark.parametrize("name", list(monomers()))
def test_the_formula_is_that_of_the_structure_and_of_the_laws(name: str) -> None:
    one = monomers()[name]
    assert formula_text(composition_of(open_of(one.smiles))) == one.formula
    for said in (one.name, *one.aliases):
        known = formula_of(said)
        if known is not None and "*" not in one.smiles:
            assert composition(known) == composition(one.formula), said
        assert monomer(said) is one
    assert one.source


def test_every_monomer_that_the_laws_weigh_has_a_structure() -> None:
    diamines_and_dianhydrides = ("pmda", "bpda", "btda", "odpa", "6fda", "ntda", "oda", "dab", "ppda", "mpda", "mda")
    for name in (*diamines_and_dianhydrides, "benzidine", "daba", "tfmb", "dds", "dgeba", "octaglycidylposs"):
        assert composition(monomer(name).formula) == composition(COMPOUNDS[name])


@pytest.mark.parametrize(
    ("name", "g_per_mol"),
    [  # worked out by hand from the formulas of catalogues
        ("PMDA", 218.12), ("3,3′-Diaminobenzidine", 214.27), ("4,4'-ODA", 200.24), ("DGEBA", 340.42), ("TGIC", 297.26),
        ("octa(3-glycidoxypropyl) POSS", 1337.88), ("deca(3-glycidoxypropyl) POSS", 1672.36),
        ("dodeca(3-glycidoxypropyl) POSS", 2006.83), ("octakis(3-glycidoxypropyldimethylsiloxy) POSS", 1931.12),
    ],
)  # fmt: skip
def test_molar_masses(name: str, g_per_mol: float) -> None:
    assert monomer(name).molar_mass_kg_per_mol * 1e3 == pytest.approx(g_per_mol, abs=0.011)


def test_a_diselenide_has_a_molar_mass() -> None:
    """2 x (12.011 + 3 x 1.008 + 78.971): selenium holds binders that heal."""
    assert mass_of(open_of("C[Se][Se]C")) * 1e3 == pytest.approx(188.012, abs=1e-3)


@pytest.mark.parametrize(("name", "arms"), [("glycidyl POSS", 8), ("deca(3-glycidoxypropyl) POSS", 10), ("EP0435", 8)])
def test_arms_of_the_cages(name: str, arms: int) -> None:
    assert groups_in(open_of(monomer(name).smiles))["oxirane"] == arms


def test_roles_have_their_groups() -> None:
    for one in monomers().values():
        has = groups_in(open_of(one.smiles))
        if one.role == "dianhydride":
            assert has["anhydride"] == 2, one.name
        if one.role in ("diamine", "tetraamine"):
            assert has["aromatic amine"] == (2 if one.role == "diamine" else 4), one.name
        if one.role == "repeat unit":
            assert one.smiles.count("*") == 2, one.name


def test_a_structure_of_ones_own() -> None:
    own = monomer("Nc1ccc(CCc2ccc(N)cc2)cc1")
    assert (own.formula, own.role) == ("C14H16N2", "diamine")


@pytest.mark.parametrize(
    ("said", "hint"),
    [
        ("pyromelitic dianhydride", "pyromellitic dianhydride"),
        ("PI", "SMILES"),
        ("nonsense", "SMILES"),
        ("CMC", "degree of substitution"),
    ],
)
def test_an_unknown_name_says_what_would_do(said: str, hint: str) -> None:
    with pytest.raises(ComputeError, match=hint):
        monomer(said, where="binder[1]")


def test_a_study_may_not_contradict_itself() -> None:
    entry = Declared(name="pyromellitic dianhydride", formula="C10H2O6")
    assert of_study(entry).formula == "C10H2O6"
    with pytest.raises(ComputeError, match="not that of the structure"):
        of_study(Declared(name="PMDA", formula="C10H4O6"))
    assert of_study(Declared(name="my amine", smiles="NCCN")).formula == "C2H8N2"


def test_words_that_fit_two_products_give_both() -> None:
    fits = crosslinkers("octafunctional oxirane-functionalised POSS")
    assert [one.formula for one in fits] == ["C48H88O28Si8", "C64H136O36Si16"]
    assert [one.name for one in crosslinkers("DGEBA")] == ["bisphenol A diglycidyl ether"]
    assert crosslinkers("some glue") == ()
    assert crosslinkers("octa(aminopropyl) POSS") == ()  # another cage: it has no oxirane
