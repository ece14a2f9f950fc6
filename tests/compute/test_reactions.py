"""Named reactions give the products textbooks draw, keep every atom, and say which group is missing."""

from __future__ import annotations

from collections import Counter

import pytest

pytest.importorskip("rdkit", reason="chemistry is an extra: pip install 'byssus[chemistry]'")

from hypothesis import given, settings
from hypothesis import strategies as st
from rdkit import Chem

from byssus.compute.reactions import REACTIONS, exhaust, products, react
from byssus.compute.structure import composition_of, open_of
from byssus.errors import ComputeError

GLYCIDYL = "COCC1CO1"
# Products as drawn in the literature of each; the oxirane is opened at its CH2.
KNOWN = [
    ("oxirane + aromatic amine", (GLYCIDYL, "Nc1ccccc1"), "COCC(O)CNc1ccccc1"),
    ("oxirane + amide N-H", (GLYCIDYL, "CC(=O)Nc1ccccc1"), "COCC(O)CN(C(C)=O)c1ccccc1"),
    ("oxirane + amide N-H", (GLYCIDYL, "O=C(Nc1ccccc1)c1ccccc1"), "COCC(O)CN(C(=O)c1ccccc1)c1ccccc1"),
    ("oxirane + aromatic amine", (GLYCIDYL, "CC(=O)Nc1ccccc1N"), "COCC(O)CNc1ccccc1NC(C)=O"),
    ("oxirane + acid", (GLYCIDYL, "O=C(O)c1ccccc1"), "COCC(O)COC(=O)c1ccccc1"),
    ("oxirane + secondary amine", (GLYCIDYL, "CNc1ccccc1"), "COCC(O)CN(C)c1ccccc1"),
    ("oxirane + imidazole N-H", (GLYCIDYL, "c1ccc2[nH]cnc2c1"), "COCC(O)Cn1cnc2ccccc12"),
    ("oxirane + hydroxyl", (GLYCIDYL, "CCO"), "CCOCC(O)COC"),
    ("oxirane + silanol", (GLYCIDYL, "O[SiH3]"), "COCC(O)CO[SiH3]"),
    ("amic acid", ("O=C1OC(=O)c2ccccc12", "Nc1ccccc1"), "OC(=O)c1ccccc1C(=O)Nc1ccccc1"),
    ("imide", ("OC(=O)c1ccccc1C(=O)Nc1ccccc1",), "O=C1N(c2ccccc2)C(=O)c2ccccc12"),
    ("benzimidazole", ("Nc1ccccc1NC(=O)c1ccccc1",), "c1ccc(cc1)-c1nc2ccccc2[nH]1"),
    ("pyrrolone", ("OC(=O)c1ccccc1-c1nc2ccccc2[nH]1",), "O=C1c2ccccc2-c2nc3ccccc3n12"),
    ("pyrrolone from the imide", ("Nc1ccccc1N1C(=O)c2ccccc2C1=O",), "O=C1c2ccccc2-c2nc3ccccc3n12"),
    ("amide", ("O=C(O)c1ccccc1", "Nc1ccccc1"), "O=C(Nc1ccccc1)c1ccccc1"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "reactants", "product"), KNOWN)
def test_products_of_the_literature(name: str, reactants: tuple[str, ...], product: str) -> None:
    found = react(name, reactants)
    assert found.smiles == Chem.CanonSmiles(product)
    assert atoms(found.smiles, *found.by_products) == atoms(*reactants)
    assert REACTIONS[name].source


def atoms(*smiles: str) -> Counter[str]:
    return sum((Counter(composition_of(open_of(one))) for one in smiles), Counter())


def test_an_oxirane_opens_at_either_carbon_as_asked() -> None:
    found = {one.attack: one.smiles for one in products("oxirane + aromatic amine", (GLYCIDYL, "Nc1ccccc1"))}
    assert found == {"less substituted": "COCC(O)CNc1ccccc1", "more substituted": "COCC(CO)Nc1ccccc1"}
    other = react("oxirane + aromatic amine", (GLYCIDYL, "Nc1ccccc1"), attack="more substituted")
    assert other.smiles == "COCC(CO)Nc1ccccc1"
    assert len(products("oxirane + aromatic amine", ("C1CO1", "Nc1ccccc1"))) == 1  # two carbons alike


def test_sites_that_differ_must_be_chosen_between() -> None:
    two = ("O=C1OC(=O)c2ccccc12", "Nc1ccc(C)cc1N")
    with pytest.raises(ComputeError, match=r"2 different sites.*site=1"):
        react("amic acid", two)
    assert react("amic acid", two, site=0).smiles != react("amic acid", two, site=1).smiles
    with pytest.raises(ComputeError, match="no such site"):
        react("amic acid", two, site=2)


@pytest.mark.parametrize(
    ("name", "reactants", "said"),
    [
        ("oxirane + acid", (GLYCIDYL, "Nc1ccccc1"), "no acid .* with aromatic amine"),
        ("oxirane + acid", ("CCO", "CC(=O)O"), "no oxirane .* with hydroxyl"),
        ("imide", ("CC(=O)Nc1ccccc1",), "no acid"),
        ("imide", ("OC(=O)c1cccc(C(=O)Nc2ccccc2)c1",), "neighbouring carbons"),  # meta: no ring of five
        ("benzimidazole", ("CC(=O)Nc1cccc(N)c1",), "next to the amide's nitrogen"),
        ("oxirane + amide N-H", (GLYCIDYL, "O=C1NC(=O)c2ccccc12"), "no amide N-H"),  # an imide's is none
        ("amic acid", ("O=C1OC(=O)c2ccccc12",), "takes 2 structures"),
        ("diels-alder", ("C=C", "C=CC=C"), "unknown reaction"),
        ("imide", ("not a smiles",), "cannot be parsed"),
    ],
)
def test_what_is_missing_is_said(name: str, reactants: tuple[str, ...], said: str) -> None:
    with pytest.raises(ComputeError, match=said):
        react(name, reactants)


def test_every_missing_group_is_named_at_once() -> None:
    with pytest.raises(ComputeError) as caught:
        react("oxirane + acid", ("CCC", "CCC"))
    assert len(caught.value.problems) == 2


def test_a_closure_is_done_wherever_it_can_be() -> None:
    open_form = "OC(=O)c1cc(C(=O)Nc2ccccc2)c(C(=O)O)cc1C(=O)Nc1ccccc1"
    closed, times = exhaust("imide", open_form)
    assert times == 2
    assert closed == Chem.CanonSmiles("O=C1N(c2ccccc2)C(=O)c2cc3C(=O)N(c4ccccc4)C(=O)c3cc12")
    assert exhaust("imide", closed) == (closed, 0)


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False), st.sampled_from([row for row in KNOWN if len(row[1]) == 2]))
def test_the_way_a_structure_is_written_does_not_matter(random: object, row: tuple[str, tuple[str, ...], str]) -> None:
    name, reactants, product = row
    written = []
    for smiles in reactants:
        mol = Chem.MolFromSmiles(smiles)
        order = list(range(mol.GetNumAtoms()))
        random.shuffle(order)  # type: ignore[attr-defined]
        written.append(Chem.MolToSmiles(Chem.RenumberAtoms(mol, order), canonical=False))
    assert react(name, written).smiles == Chem.CanonSmiles(product)
