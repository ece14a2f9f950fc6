"""Model compounds are cut by the rule, and the contacts of the binders are those the rule declares."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

pytest.importorskip("rdkit", reason="chemistry is an extra: pip install 'byssus[chemistry]'")

from rdkit import Chem

from byssus.compute.cutting import SIZES, model_of
from byssus.compute.models import Contact, contacts_of
from byssus.compute.polymer import polymer_of
from byssus.compute.structure import composition_of, open_of
from byssus.errors import ComputeError, StudyError
from byssus.study import model
from byssus.study.load import load_study

DEFAULT = Path(__file__).resolve().parents[2] / "studies" / "poss-polyimide"
PI = [model.Monomer(name="pyromellitic dianhydride"), model.Monomer(name="4,4'-oxydianiline")]
PAID = [PI[0], model.Monomer(name="3,3'-diaminobenzidine")]
POSS = "octafunctional oxirane POSS"

# By size: group, ring, ring+ortho, rings, rings+ortho; drawn by hand from the open form of each polymer.
CUT = [
    (("PMDA", "ODA"), "amide N-H",
     ("NC=O", "CC(=O)Nc1ccccc1", "CC(=O)Nc1ccccc1", "O=C(Nc1ccccc1)c1ccccc1", "OC(=O)c1ccccc1C(=O)Nc1ccccc1")),
    (("PMDA", "ODA"), "acid",
     ("OC=O", "OC(=O)c1ccccc1", "OC(=O)c1ccccc1C(=O)NC", "OC(=O)c1ccccc1", "OC(=O)c1ccccc1C(=O)Nc1ccccc1")),
    (("PMDA", "DAB"), "aromatic amine",
     ("N", "Nc1ccccc1", "Nc1ccccc1NC(C)=O", "Nc1ccccc1", "Nc1ccccc1NC(=O)c1ccccc1")),
    (("PMDA", "DAB"), "amide N-H",
     ("NC=O", "CC(=O)Nc1ccccc1", "CC(=O)Nc1ccccc1N", "O=C(Nc1ccccc1)c1ccccc1", "OC(=O)c1ccccc1C(=O)Nc1ccccc1N")),
    (("PAA",), "acid", ("OC=O", "CC(=O)O", "CC(=O)O", "CC(=O)O", "CC(=O)O")),
    (("PVA",), "hydroxyl", ("CO", "CC(C)O", "CC(C)O", "CC(C)O", "CC(C)O")),
    (("NTDA", "ODA"), "acid", ("OC=O", *["OC(=O)c1cccc2ccccc12"] * 4)),
]  # fmt: skip


@pytest.mark.parametrize(("said", "site", "models"), CUT)
def test_models_are_cut_by_the_rule(said: tuple[str, ...], site: str, models: tuple[str, ...]) -> None:
    chain = polymer_of(*said).open.chain
    assert [model_of(chain, site, size) for size in SIZES] == [Chem.CanonSmiles(one) for one in models]


@pytest.mark.parametrize(
    ("chain", "models"),
    [  # a urethane and a urea stay what they are; the group alone is the amide's
        ("*OCCOC(=O)Nc1ccc(NC(=O)*)cc1", ("NC=O", "COC(=O)Nc1ccccc1", "COC(=O)Nc1ccccc1")),
        ("*Nc1ccc(NC(=O)Nc2ccc(NC(=O)*)cc2)cc1", ("NC=O", "CNC(=O)Nc1ccccc1", "O=C(Nc1ccccc1)Nc1ccccc1")),
    ],
)
def test_what_stands_on_a_carbonyl_stays(chain: str, models: tuple[str, ...]) -> None:
    cut = [model_of(chain, "amide N-H", size) for size in ("group", "ring", "rings")]
    assert cut == [Chem.CanonSmiles(one) for one in models]


def test_a_ring_nitrogen_that_is_cut_free_bears_hydrogen() -> None:
    assert model_of("*CCn1cnc2cc(N)ccc21", "aromatic amine", "ring") == Chem.CanonSmiles("Nc1ccc2[nH]cnc2c1")


def test_an_imidazole_is_cut_with_its_ring() -> None:
    assert model_of(polymer_of("PMDA", "DAB").form("benzimidazole").chain, "imidazole N-H", "ring") == Chem.CanonSmiles(
        "c1ccc2[nH]cnc2c1"
    )


def test_a_site_that_is_not_there() -> None:
    with pytest.raises(ComputeError, match="no imidazole N-H"):
        model_of("CCO", "imidazole N-H", "ring")
    with pytest.raises(ComputeError, match="no such model"):
        model_of("CCO", "hydroxyl", "huge")  # type: ignore[arg-type]


def of(name: str, crosslinked: bool, level: str = "default") -> tuple[Contact, ...]:
    monomers = tuple(PI if name.startswith("PI") else PAID)
    binder = model.Binder(name=name, monomers=monomers, crosslinker=POSS if crosslinked else "")
    return contacts_of(binder, level)  # type: ignore[arg-type]


def openings(contacts: tuple[Contact, ...]) -> set[str]:
    return {c.product for c in contacts if c.kind == "ring_opening"}


def pairs(contacts: tuple[Contact, ...]) -> set[frozenset[str]]:
    return {frozenset(c.reactants) for c in contacts if c.kind == "pair"}


def test_the_default_level_is_the_one_contact_that_a_binders_number_is_about() -> None:
    """The repeat unit's strongest nucleophile, with the oxirane or with the strongest donor of a hydrogen bond."""
    assert [pairs(of(name, False)) for name in ("PI", "PAID")] == [
        {frozenset({"O=C(O)c1ccccc1", "CC(=O)Nc1ccccc1"})}, {frozenset({"O=C(O)c1ccccc1", "Nc1ccccc1"})},
    ]  # fmt: skip
    assert openings(of("PI-P", True)) == {"COCC(O)CN(C(C)=O)c1ccccc1"}
    assert openings(of("PAID-P", True)) == {"COCC(O)CNc1ccccc1"}
    assert all(len(of(name, name.endswith("-P"))) == 1 for name in ("PI", "PAID", "PI-P", "PAID-P"))


def test_known_ring_openings_are_declared_where_the_binder_has_the_site() -> None:
    aniline, anilide = "COCC(O)CNc1ccccc1", "COCC(O)CN(C(C)=O)c1ccccc1"
    benzanilide, benzoic = "COCC(O)CN(C(=O)c1ccccc1)c1ccccc1", "COCC(O)COC(=O)c1ccccc1"
    phthalanilic = "COCC(O)CN(C(=O)c1ccccc1C(=O)O)c1ccccc1"
    assert openings(of("PI-P", True, "full")) >= {aniline, anilide, benzanilide, benzoic, phthalanilic}
    amino = "COCC(O)CNc1ccccc1NC(C)=O"
    assert openings(of("PAID-P", True, "full")) >= {aniline, anilide, benzanilide, benzoic, amino}


def test_known_pairs_are_declared() -> None:
    benzoic, acetanilide = "O=C(O)c1ccccc1", "CC(=O)Nc1ccccc1"
    known = {frozenset({benzoic}), frozenset({benzoic, acetanilide}), frozenset({"NC=O"}), frozenset({acetanilide})}
    assert pairs(of("PI", False, "full")) >= known
    assert pairs(of("PAID", False, "full")) >= known


def test_silanol_before_and_after_and_the_ion_beside() -> None:
    kinds = Counter(c.kind for c in of("PI-P", True, "full"))
    assert kinds["ion"] == 2
    adsorbed = [c for c in of("PI-P", True, "full") if c.kind == "adsorption"]
    assert {c.reactants[1] for c in adsorbed} == {"O[SiH3]", "O[Si](O[SiH3])(O[SiH3])O[SiH3]"}
    before = {c.reactants[0] for c in adsorbed if not c.site.startswith("hydroxyl")}
    after = {c.reactants[0] for c in adsorbed if c.site.startswith("hydroxyl")}
    assert before == {"CC(=O)Nc1ccccc1", "O=C(O)c1ccccc1"}
    assert after == {"COCC(O)CN(C(C)=O)c1ccccc1"}
    assert not [c for c in of("PI", False, "full") if c.kind in ("ion", "ring_opening")]
    lithium = [c for c in of("PAID-P", True, "full") if c.kind == "ion"]
    assert [composition_of(open_of(c.reactants[1])) for c in lithium] == [
        {"C": 3, "H": 4, "O": 3},
        {"H": 8, "O": 12, "Si": 8},
    ]


@pytest.mark.parametrize(("name", "crosslinked"), [("PI", False), ("PAID", False), ("PI-P", True), ("PAID-P", True)])
def test_every_contact_is_whole(name: str, crosslinked: bool) -> None:
    full = of(name, crosslinked, "full")
    assert set(of(name, crosslinked)) < set(full)
    assert len({(c.kind, c.site, c.reactants, c.product) for c in full}) == len(full)
    for contact in full:
        assert contact.rule
        assert len(contact.reactants) == 2
        assert bool(contact.product) == (contact.kind == "ring_opening")
        if contact.product:
            atoms = sum((Counter(composition_of(open_of(s))) for s in contact.reactants), Counter())
            assert atoms == Counter(composition_of(open_of(contact.product)))


def test_other_binders_get_contacts_by_the_same_rule() -> None:
    binder = model.Binder(name="PAA", monomers=(model.Monomer(name="PAA"),), crosslinker="DGEBA")
    found = contacts_of(binder, "full")
    assert {c.reactants[1] for c in found if c.kind == "ring_opening"} == {"CC(=O)O"}
    assert not [c for c in found if c.kind == "ion"]  # no cage there
    assert contacts_of(model.Binder(name="PVDF", monomers=(model.Monomer(name="PVDF"),))) == ()


@pytest.mark.parametrize("crosslinker", ["citric acid", "glutaraldehyde", "some glue", "octa(ammonium) POSS"])
def test_no_oxirane_is_opened_where_the_crosslinker_has_none(crosslinker: str) -> None:
    """What another crosslinker does is no named reaction here: its own bonds are computed, and Li+ on a cage."""
    paa = (model.Monomer(name="PAA"),)
    found = contacts_of(model.Binder(name="B", monomers=paa, crosslinker=crosslinker), "full")
    bare = contacts_of(model.Binder(name="B", monomers=paa), "full")
    assert {c.kind for c in bare} == {"pair", "adsorption"}
    assert [c.reactants for c in found if c.kind != "ion"] == [c.reactants for c in bare]
    assert any(c.kind == "ion" for c in found) == ("POSS" in crosslinker)


@pytest.mark.parametrize("crosslinker", ["DGEBA", "an epoxy resin", "octafunctional oxirane POSS", "glycidyl POSS"])
def test_an_oxirane_is_known_by_structure_or_by_word(crosslinker: str) -> None:
    binder = model.Binder(name="B", monomers=(model.Monomer(name="PAA"),), crosslinker=crosslinker)
    assert [c.kind for c in contacts_of(binder)] == ["ring_opening"]


def declared(study: model.Study) -> dict[str, tuple[Contact, ...]]:
    return {b.name: contacts_of(b, "default", [c for c in study.contact if c.binder == b.name]) for b in study.binder}


def test_the_default_study_declares_all_four() -> None:
    found = declared(load_study(DEFAULT).study)
    assert set(found) == {"PI", "PAID", "PI-P", "PAID-P"}
    assert all(contact.binder == name for name, contacts in found.items() for contact in contacts)
    assert set(found["PI-P"]) == set(of("PI-P", True))


OWN = """
title = "t"
[[binder]]
name = "B"
monomers = [{ name = "PMDA" }, { name = "ODA" }]
[[contact]]
name = "mine"
binder = "B"
kind = "ring_opening"
site = "aromatic amine"
reactants = ["C1OC1C", "Nc1ccccc1"]
"""


def test_a_study_may_give_its_own(tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_text(OWN, encoding="utf-8")
    (mine,) = declared(load_study(tmp_path).study)["B"]
    assert (mine.product, mine.rule) == ("CC(O)CNc1ccccc1", "declared in the study")
    (tmp_path / "study.toml").write_text(OWN + 'product = "CCO"\n', encoding="utf-8")
    with pytest.raises(ComputeError, match="not the atoms of its reactants"):
        declared(load_study(tmp_path).study)


def test_a_pair_of_which_one_is_a_bare_ion_is_an_ions_contact() -> None:
    """So it gets no D3, and is told to be in vacuum; an ion of several atoms is a molecule as others are."""
    binder = model.Binder(name="B")
    own = [
        model.Contact(name=name, binder="B", reactants=reactants)
        for name, reactants in (("bare", ("[Li+]", "O")), ("salt", ("CC(=O)[O-]", "O")), ("plain", ("O", "O")))
    ]
    assert [contact.kind for contact in contacts_of(binder, "default", own)] == ["ion", "pair", "pair"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('binder = "B"', 'binder = "C"', "binder"),
        ('site = "aromatic amine"', "", "without site or product"),
        ('kind = "ring_opening"', 'kind = "pair"\nproduct = "CCO"', "make no product"),
        (', "Nc1ccccc1"]', "]", "reactants"),
        ('kind = "ring_opening"', 'kind = "magic"', "kind"),
    ],
)
def test_a_contact_that_cannot_be_is_told_on_loading(tmp_path: Path, old: str, new: str, said: str) -> None:
    (tmp_path / "study.toml").write_text(OWN.replace(old, new), encoding="utf-8")
    with pytest.raises(StudyError, match=said):
        load_study(tmp_path)
