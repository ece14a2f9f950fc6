"""Repeat units and their molar masses as the literature gives them; sites and salts by hand."""

from __future__ import annotations

import pytest

pytest.importorskip("rdkit", reason="chemistry is an extra: pip install 'byssus[chemistry]'")

from rdkit import Chem

from byssus.compute.polymer import carboxymethyl_cellulose, of_binder, polymer_of
from byssus.errors import ComputeError
from byssus.study.model import Binder, Monomer

# Formulas and molar masses of the repeat units, g/mol, summed by hand from atomic weights.
FORMS = [
    (("PMDA", "ODA"), "amic acid", "C22H14N2O7", 418.36),
    (("PMDA", "ODA"), "imide", "C22H10N2O5", 382.33),  # Kapton
    (("BPDA", "PPDA"), "imide", "C22H10N2O4", 366.33),  # Upilex S
    (("6FDA", "TFMB"), "imide", "C33H12F12N2O4", 728.45),
    (("NTDA", "ODA"), "imide", "C26H12N2O5", 432.39),  # rings of six
    (("PMDA", "DAB"), "amic acid", "C22H16N4O6", 432.39),
    (("PMDA", "DAB"), "benzimidazole", "C22H12N4O4", 396.36),
    (("PMDA", "DAB"), "pyrrolone", "C22H8N4O2", 360.33),
    (("OC(=O)c1cccc(C(=O)O)c1", "MPDA"), "amide", "C14H10N2O2", 238.25),  # Nomex
    (("PAA",), "repeat unit", "C3H4O2", 72.06),
    (("PVDF",), "repeat unit", "C2H2F2", 64.03),
    (("alginate",), "repeat unit", "C6H8O6", 176.12),
]


@pytest.mark.parametrize(("said", "form", "formula", "g_per_mol"), FORMS)
def test_repeat_units(said: tuple[str, ...], form: str, formula: str, g_per_mol: float) -> None:
    found = polymer_of(*said).form(form)
    assert found.formula == formula
    assert found.molar_mass_kg_per_mol * 1e3 == pytest.approx(g_per_mol, abs=0.011)
    assert found.smiles.count("*") == 2
    assert Chem.MolFromSmiles(found.smiles) is not None


def test_kapton_is_drawn_as_kapton() -> None:
    found = polymer_of("PMDA", "ODA").closed.smiles
    assert found == Chem.CanonSmiles("*c1ccc(cc1)Oc1ccc(cc1)N1C(=O)c2cc3C(=O)N(*)C(=O)c3cc2C1=O")


def test_sites_per_repeat_unit() -> None:
    paid = polymer_of("PMDA", "DAB")
    assert dict(paid.open.sites) == {"aromatic amine": 2, "amide N-H": 2, "acid": 2}
    assert dict(paid.form("benzimidazole").sites) == {"imidazole N-H": 2, "acid": 2}
    assert dict(paid.form("imide").sites) == {"aromatic amine": 2, "imide": 2}
    assert dict(paid.closed.sites) == {}
    assert polymer_of("PMDA", "ODA").open.sites["amide N-H"] == 2
    assert dict(polymer_of("alginate").open.sites) == {"acid": 1, "hydroxyl": 2, "ether": 2}


def test_water_and_mass_lost_on_closing() -> None:
    kapton = polymer_of("PMDA", "ODA").closed
    assert kapton.water == 2
    assert kapton.mass_loss == pytest.approx(36.03 / 418.36, abs=1e-5)
    assert polymer_of("PMDA", "DAB").closed.water == 4
    assert polymer_of("PAA").closed.water == 0


def test_the_order_of_the_monomers_does_not_matter() -> None:
    assert polymer_of("ODA", "PMDA") == polymer_of("PMDA", "ODA")


def test_a_ladder_has_no_bond_to_cut_and_still_a_mass() -> None:
    ladder = polymer_of("PMDA", "TAB").closed
    assert ladder.smiles == ""
    assert ladder.formula == "C16H4N4O2"


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (("PMDA", "Nc1ccccc1"), "cannot polymerise.*two amines"),
        (("ODA", "DAB"), "two anhydrides"),
        (("PMDA", "BPDA"), "two amines"),
        (("PMDA",), "two open ends"),
        (("PMDA", "ODA", "DAB"), "one repeat unit or two monomers"),
        ((), "no monomers"),
        (("*CC*.O",), "unknown monomer"),
    ],
)
def test_what_cannot_polymerise_says_why(said: tuple[str, ...], message: str) -> None:
    with pytest.raises(ComputeError, match=message):
        polymer_of(*said)


def test_carboxymethyl_cellulose_by_its_substitution() -> None:
    # 162.14 + 58.04 DS of the acid, 162.14 + 80.02 DS of the sodium salt
    acid, salt = carboxymethyl_cellulose(0.7).forms
    assert acid.molar_mass_kg_per_mol * 1e3 == pytest.approx(162.14 + 58.04 * 0.7, abs=0.01)
    assert salt.molar_mass_kg_per_mol * 1e3 == pytest.approx(162.14 + 80.02 * 0.7, abs=0.01)
    assert salt.sites["carboxylate"] == pytest.approx(0.7)
    assert salt.sites["hydroxyl"] == pytest.approx(2.3)
    assert polymer_of("CMC, DS 0.7").open.formula == acid.formula
    for bad in (0.0, 3.1, float("nan")):
        with pytest.raises(ComputeError, match="degree of substitution"):
            carboxymethyl_cellulose(bad)
    named = of_binder(Binder(name="B", monomers=(Monomer(name="Na-CMC (DS = 0.7)."),)))
    assert [form.formula for form in named.forms] == [acid.formula, salt.formula]


@pytest.mark.parametrize("said", ["CMC, DS .", "CMC, DS 0,7", "CMC, DS 0.7.1", "CMC, DS 3.5", "CMC, DS 0"])
def test_a_substitution_that_is_none_is_one_error(said: str) -> None:
    for ask in (lambda: polymer_of(said), lambda: of_binder(Binder(name="B", monomers=(Monomer(name=said),)))):
        with pytest.raises(ComputeError, match="degree of substitution"):
            ask()


def test_a_polyamide_loses_water_only_on_closing() -> None:
    """Poly(2,2'-(m-phenylene)-5,5'-bibenzimidazole): C20H12N4 of C20H16N4O2, 36.03 of 344.37 g/mol.

    What isophthalic acid and diaminobenzidine set free when they join is not lost by the polymer.
    """
    pbi = polymer_of("OC(=O)c1cccc(C(=O)O)c1", "DAB")
    assert [(form.name, form.formula, form.water) for form in pbi.forms] == [
        ("amide", "C20H16N4O2", 0.0), ("benzimidazole", "C20H12N4", 2.0),
    ]  # fmt: skip
    assert pbi.closed.molar_mass_kg_per_mol * 1e3 == pytest.approx(308.34, abs=0.01)
    assert pbi.closed.mass_loss == pytest.approx(36.03 / 344.37, abs=1e-5)
    assert pbi.open.mass_loss == 0.0
    assert dict(pbi.closed.sites) == {"imidazole N-H": 2}


@pytest.mark.parametrize(
    ("said", "formula", "g_per_mol", "sites"),
    [  # summed by hand
        ("cellulose", "C6H10O5", 162.14, {"hydroxyl": 3, "ether": 2}),
        ("chitosan", "C6H11NO4", 161.16, {"aliphatic amine": 1, "hydroxyl": 2, "ether": 2}),
        ("PVA", "C2H4O", 44.05, {"hydroxyl": 1}),
        ("PEO", "C2H4O", 44.05, {"ether": 1}),
        ("PAM", "C3H5NO", 71.08, {"amide N-H": 1}),
        ("PVP", "C6H9NO", 111.14, {}),
        ("PAN", "C3H3N", 53.06, {}),
        ("LPEI", "C2H5N", 43.07, {"secondary amine": 1}),
    ],
)
def test_sites_of_common_binders(said: str, formula: str, g_per_mol: float, sites: dict[str, float]) -> None:
    found = polymer_of(said).open
    assert (found.formula, dict(found.sites)) == (formula, sites)
    assert found.molar_mass_kg_per_mol * 1e3 == pytest.approx(g_per_mol, abs=0.011)


def test_sodium_alginate() -> None:
    """C6H7NaO6: 6 x 12.011 + 7 x 1.008 + 22.990 + 6 x 15.999."""
    salt = polymer_of("alginate").open.neutralised("Na", 1.0)
    assert salt.molar_mass_kg_per_mol * 1e3 == pytest.approx(198.106, abs=1e-3)


def test_lithium_polyacrylate() -> None:
    salt = polymer_of("PAA").open.neutralised("Li", 1.0)
    assert salt.molar_mass_kg_per_mol * 1e3 == pytest.approx(77.99, abs=0.01)  # C3H3LiO2
    assert dict(salt.sites) == {"carboxylate": 1.0}
    with pytest.raises(ComputeError, match="no acid"):
        polymer_of("PVDF").open.neutralised()
    with pytest.raises(ComputeError, match="0 to 1"):
        polymer_of("PAA").open.neutralised("Li", 1.5)


def test_the_binder_of_a_study() -> None:
    binder = Binder(name="B", monomers=(Monomer(name="pyromellitic dianhydride"), Monomer(name="4,4'-oxydianiline")))
    assert of_binder(binder) == polymer_of("PMDA", "ODA")
    with pytest.raises(ComputeError, match="binder X"):
        of_binder(Binder(name="X", monomers=(Monomer(name="nothing known"),)))
