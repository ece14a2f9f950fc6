"""Structures as small pictures: SVG without background, in the colour of the text around it, sites tinted."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from html import escape
from typing import Any

from byssus.compute.structure import chem, matches, open_of

__all__ = ["TINTS", "picture"]

# One tint a site, in the order asked; half clear, so that they stand on a light and on a dark page.
TINTS = ("#e8a33d", "#3d8ee8", "#4caf6d", "#c05fc0")
OPACITY = 0.5
MARGIN = 6  # pixels around the drawing, which RDKit cuts close
PIXELS = 20.0  # per unit of length of the drawing; a bond is 1.5 units
# The T8 cage as a cube seen from the side: corners of silicon, oxygen on the edges.
_FRONT = ((0.0, 0.0), (4.2, 0.0), (4.2, 4.2), (0.0, 4.2))
_BEHIND = (1.6, 1.2)
_CAGE = "[Si]12O[Si]3O[Si]4O[Si](O1)O[Si]1O[Si](O2)O[Si](O3)O[Si](O4)O1"
_PROLOGUE = re.compile(r"<\?xml.*?\?>\s*|<!--.*?-->\s*", re.S)
_SPARE = re.compile(
    r"\s+(?:xmlns:\w+|xml:space|baseProfile|version|class)='[^']*'"
    r"|(?:fill-rule:evenodd|stroke-linecap:butt|stroke-linejoin:miter|stroke-miterlimit:10|stroke-opacity:1|stroke-width:0\.0px);"
)
_SIZE = re.compile(r"width='(\d+)px'\s+height='(\d+)px'\s+viewBox='[^']*'")
_DECIMALS = re.compile(r"(\d+\.\d)\d+")


@lru_cache(maxsize=512)
def picture(smiles: str, sites: tuple[str, ...] = (), label: str = "") -> str:
    """The structure as an ``<svg>`` element to set into a page; ``sites`` are names of groups to be tinted.

    It has no ids, so that any number stand on one page, and the same structure gives the same bytes; its size follows
    the structure at one scale. ``label`` is what a screen reader says, the SMILES unless given. Raises
    :class:`ComputeError` as :func:`structure.open_of`.
    """
    rdkit = chem()
    from rdkit.Chem.Draw import rdMolDraw2D

    mol = rdkit.Mol(open_of(smiles))
    _laid_out(mol)
    atoms, bonds = _tinted(mol, sites)
    drawer = rdMolDraw2D.MolDraw2DSVG(-1, -1)
    options = drawer.drawOptions()
    options.useBWAtomPalette()
    options.clearBackground = False
    options.dummiesAreAttachments = True
    options.scalingFactor = PIXELS
    options.bondLineWidth = 1.5
    options.highlightRadius = 0.25
    rdMolDraw2D.PrepareAndDrawMolecule(
        drawer, mol, highlightAtoms=list(atoms), highlightAtomColors=atoms, highlightBonds=list(bonds),
        highlightBondColors=bonds,
    )  # fmt: skip
    drawer.FinishDrawing()
    return _for_page(drawer.GetDrawingText(), label or smiles)


def _laid_out(mol: Any) -> None:
    """Places in the plane: a T8 cage as a cube, everything else as RDKit lays it out."""
    from rdkit.Chem import rdDepictor

    template = _cage()
    if mol.HasSubstructMatch(template):
        rdDepictor.GenerateDepictionMatching2DStructure(mol, template)
    else:
        rdDepictor.Compute2DCoords(mol)
        rdDepictor.StraightenDepiction(mol)


@cache
def _cage() -> Any:
    """The T8 cage with places: silicon k and its neighbours in the order that the bonds of the SMILES give."""
    rdkit = chem()
    from rdkit.Geometry import Point3D

    cage = rdkit.MolFromSmarts(_CAGE)
    silicon = [atom.GetIdx() for atom in cage.GetAtoms() if atom.GetSymbol() == "Si"]
    near = {
        i: {b.GetIdx() for o in cage.GetAtomWithIdx(i).GetNeighbors() for b in o.GetNeighbors()} - {i} for i in silicon
    }
    # the first four are one face, in order; each has one neighbour on the other
    front = silicon[:4]
    places = {i: _FRONT[k] for k, i in enumerate(front)}
    for i in front:
        (behind,) = near[i] - set(front)
        places[behind] = (places[i][0] + _BEHIND[0], places[i][1] + _BEHIND[1])
    drawn = rdkit.Conformer(cage.GetNumAtoms())
    for atom in cage.GetAtoms():
        ends = [atom.GetIdx()] if atom.GetIdx() in places else [n.GetIdx() for n in atom.GetNeighbors()]
        x, y = (sum(places[i][axis] for i in ends) / len(ends) for axis in (0, 1))
        drawn.SetAtomPosition(atom.GetIdx(), Point3D(x, y, 0.0))
    cage.AddConformer(drawn)
    return cage


def _tinted(mol: Any, sites: tuple[str, ...]) -> tuple[dict[int, tuple[float, ...]], dict[int, tuple[float, ...]]]:
    """Colours of atoms and of the bonds between two of one site; the site named first wins where two meet."""
    atoms: dict[int, tuple[float, ...]] = {}
    bonds: dict[int, tuple[float, ...]] = {}
    for k, site in reversed(list(enumerate(sites))):
        tint = TINTS[k % len(TINTS)]
        colour = tuple(int(tint[n : n + 2], 16) / 255 for n in (1, 3, 5))
        for match in matches(mol, site):
            atoms |= dict.fromkeys(match, colour)
            inside = (b for b in mol.GetBonds() if {b.GetBeginAtomIdx(), b.GetEndAtomIdx()} <= set(match))
            bonds |= {b.GetIdx(): colour for b in inside}
    return atoms, bonds


def _for_page(drawn: str, label: str) -> str:
    """In the page's own colour, without what says nothing; tints half clear and without a rim."""
    text = _DECIMALS.sub(r"\1", _SPARE.sub("", _PROLOGUE.sub("", drawn)))
    text = text.replace("#000000", "currentColor")
    for tint in TINTS:
        text = re.sub(f"fill:{tint}(?:;fill-opacity:1)?", f"fill:{tint};fill-opacity:{OPACITY}", text, flags=re.I)
        text = re.sub(f"stroke:{tint};", "stroke:none;", text, flags=re.I)
    text = _SIZE.sub(_with_margin, text, count=1)
    text = re.sub(r"\s+", " ", text).replace("> <", "><").replace(";' />", "'/>").replace(" />", "/>")
    return text.replace("<svg", f"<svg role='img' aria-label='{escape(label, quote=True)}'", 1).strip()


def _with_margin(size: re.Match[str]) -> str:
    width, height = (int(pixels) + 2 * MARGIN for pixels in size.groups())
    return f"width='{width}' height='{height}' viewBox='{-MARGIN} {-MARGIN} {width} {height}'"
