"""Pictures of structures: sound SVG without ids or background, the same each time, sites tinted."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

import pytest

pytest.importorskip("rdkit", reason="chemistry is an extra: pip install 'byssus[chemistry]'")

from byssus.compute.depict import TINTS, picture
from byssus.compute.monomers import monomers
from byssus.compute.polymer import polymer_of
from byssus.errors import ComputeError


@pytest.mark.parametrize("smiles", ["COCC1CO1", "[Li+]", "*CC(*)C(=O)O", *(one.smiles for one in monomers().values())])
def test_pictures_are_sound(smiles: str) -> None:
    drawn = picture(smiles)
    root = ElementTree.fromstring(drawn)
    assert root.tag.endswith("svg")
    assert root.get("aria-label") == smiles
    assert len(list(root)) > 0
    assert " id=" not in drawn
    assert "<rect" not in drawn
    assert "currentColor" in drawn
    left, top, width, height = map(float, root.attrib["viewBox"].split())
    for x, y in re.findall(r"[ML] (-?[\d.]+)[ ,](-?[\d.]+)", drawn):
        assert left <= float(x) <= left + width
        assert top <= float(y) <= top + height


def test_sites_are_tinted_in_the_order_asked() -> None:
    unit = polymer_of("PMDA", "DAB").open.smiles
    plain, tinted = picture(unit), picture(unit, ("aromatic amine", "acid"))
    assert not any(tint in plain for tint in TINTS)
    assert TINTS[0] in tinted
    assert TINTS[1] in tinted
    assert TINTS[2] not in tinted
    # two amines of two atoms, two acids of three
    assert tinted.count("<ellipse") == 2 * 2 + 2 * 3


def test_the_same_structure_gives_the_same_bytes() -> None:
    first = picture("OC(=O)c1ccccc1", ("acid",))
    picture.cache_clear()
    assert picture("OC(=O)c1ccccc1", ("acid",)) == first


def test_a_label_is_escaped() -> None:
    assert "aria-label='&lt;b&gt; &amp; &#x27;'" in picture("CCO", (), "<b> & '")


def test_no_structure_no_picture() -> None:
    with pytest.raises(ComputeError, match="SMILES"):
        picture("not a smiles")
