"""From matplotlib's SVG to one that may stand inside a page: unique ids, the page's own colour and font."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

__all__ = ["for_page"]

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
INK = "#000000"  # what matplotlib draws in ink becomes the colour of the text around the drawing
_HREF = f"{{{XLINK}}}href"
_DECIMALS = re.compile(r"-?\d+\.\d{3,}")
_FAMILY = re.compile(r"font-family:[^;]*;?\s*")
_FONT = re.compile(r"font:\s*((?:(?:italic|oblique|bold|\d{3})\s+)*)([\d.]+)px[^;]*")


def for_page(text: str, *, key: str, title: str, description: str) -> str:
    """The drawing as one ``<svg>`` element.

    Parameters
    ----------
    text : str
        What matplotlib wrote, with ``svg.fonttype`` none.
    key : str
        Prefix of every id, unique in the page.
    title, description : str
        What a screen reader says.
    """
    root = ET.fromstring(text)
    _drop(root, f"{{{SVG}}}metadata", f"{{{SVG}}}style")
    for element in root.iter():
        _mend(element, key)
    width, height = (float(v) for v in root.attrib["viewBox"].split()[2:])
    for name in ("width", "height", "version"):
        root.attrib.pop(name, None)
    root.attrib |= {
        "role": "img",
        "aria-labelledby": f"{key}-title {key}-description",
        "stroke-linejoin": "round",
        "stroke-linecap": "butt",
        "font-family": "sans-serif",
        "fill": "currentColor",
        "width": f"{width:g}",
        "height": f"{height:g}",
    }
    for place, (name, said) in enumerate((("title", title), ("desc", description))):
        told = ET.Element(f"{{{SVG}}}{name}", {"id": f"{key}-{'title' if name == 'title' else 'description'}"})
        told.text = said
        root.insert(place, told)
    ET.register_namespace("", SVG)
    ET.register_namespace("xlink", XLINK)
    return ET.tostring(root, encoding="unicode")


def _drop(root: ET.Element, *tags: str) -> None:
    for parent in root.iter():
        for child in [c for c in parent if c.tag in tags]:
            parent.remove(child)


def _mend(element: ET.Element, key: str) -> None:
    """One element's ids, colours, font and digits; whitespace that only indents is dropped."""
    given = element.attrib
    if "id" in given:
        given["id"] = f"{key}-{given['id']}"
    if given.get(_HREF, "").startswith("#"):
        given[_HREF] = f"#{key}-{given[_HREF][1:]}"
    for name in ("clip-path", "style"):
        if name in given:
            given[name] = given[name].replace("url(#", f"url(#{key}-")
    if "style" in given:
        style = _FONT.sub(r"font-size: \2px; \1", given["style"]).replace("italic ", "font-style: italic")
        given["style"] = _FAMILY.sub("", style).replace(INK, "currentColor").strip("; ")
    if given.get("transform", "").startswith("rotate(-0 "):
        del given["transform"]
    for name in ("d", "x", "y"):
        if name in given:
            given[name] = " ".join(_DECIMALS.sub(lambda m: f"{float(m[0]):.2f}", given[name]).split())
    for part in ("text", "tail"):
        said = getattr(element, part)
        if said is not None and not said.strip() and element.tag != f"{{{SVG}}}text":
            setattr(element, part, None)
