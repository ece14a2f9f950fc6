"""From matplotlib's SVG to one that may stand inside a page: unique ids, the page's own colour and font."""

from __future__ import annotations

import hashlib
import itertools
import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence

__all__ = ["for_page"]

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
INK = "#000000"  # what matplotlib draws in ink becomes the colour of the text around the drawing
_HREF = f"{{{XLINK}}}href"
FEWEST_STAMPS = 8  # equal marks that are worth a definition
FEWEST_STEPS = 8  # points that are worth steps
_DECIMALS = re.compile(r"-?\d+\.\d{3,}")
_POINTED = re.compile(r"(?:url\(|href=\")#([^)\"]+)")
_URL = re.compile(r"url\(#([^)]+)\)")
_FAMILY = re.compile(r"font-family:[^;]*;?\s*")
_FONT = re.compile(r"font:\s*((?:(?:italic|oblique|bold|\d{3})\s+)*)([\d.]+)px[^;]*")


def for_page(text: str, *, key: str, title: str, description: str, images: Sequence[Mapping[str, str]] = ()) -> str:
    """The drawing as one ``<svg>`` element.

    Parameters
    ----------
    text : str
        What matplotlib wrote, with ``svg.fonttype`` none.
    key : str
        Prefix of every id, unique in the page.
    title, description : str
        What a screen reader says.
    images : sequence of mapping
        Pictures that stand behind all that is drawn: place, size and ``href``.
    """
    root = ET.fromstring(text)
    _drop(root, f"{{{SVG}}}metadata", f"{{{SVG}}}style")
    for element in root.iter():
        _mend(element)
    width, height = (float(v) for v in root.attrib["viewBox"].split()[2:])
    for name in ("width", "height", "version"):
        root.attrib.pop(name, None)
    _stamp(root)
    for path in root.iter(f"{{{SVG}}}path"):
        if "d" in path.attrib:  # none where all of a line lies outside its panel
            path.attrib["d"] = _relative(path.attrib["d"])
    _shorten(root, key)
    for place, image in enumerate(images):
        root.insert(place, _image(image))
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


def _image(given: Mapping[str, str]) -> ET.Element:
    """A picture of exactly the size given, whose bytes stand in its address."""
    attributes = {_HREF if name == "href" else name: value for name, value in given.items()}
    return ET.Element(f"{{{SVG}}}image", {**attributes, "preserveAspectRatio": "none"})


def _drop(root: ET.Element, *tags: str) -> None:
    for parent in root.iter():
        for child in [c for c in parent if c.tag in tags]:
            parent.remove(child)


def _stamp(root: ET.Element) -> None:
    """A run of equal marks becomes one line that carries the mark at each point: a fifth of the text.

    A short run says its style once.
    """
    symbols = {e.attrib["id"]: e for e in root.iter(f"{{{SVG}}}path") if "id" in e.attrib}
    for group in list(root.iter(f"{{{SVG}}}g")):
        kinds = {(child.tag, child.attrib.get(_HREF, ""), child.attrib.get("style", "")) for child in group}
        if len(kinds) != 1 or len(group) < 2 or "style" in group.attrib:
            continue
        tag, name, style = kinds.pop()
        if tag != f"{{{SVG}}}use" or name.lstrip("#") not in symbols:
            continue
        if len(group) < FEWEST_STAMPS:
            group.attrib["style"] = style
            for child in group:
                child.attrib.pop("style", None)
            continue
        places = [(child.attrib["x"], child.attrib["y"]) for child in group]
        for child in list(group):
            group.remove(child)
        place = f"{name.lstrip('#')}-{len(symbols)}"
        marker = ET.SubElement(
            group, f"{{{SVG}}}marker", {"id": place, "markerUnits": "userSpaceOnUse", "overflow": "visible"}
        )
        symbols[place] = ET.SubElement(
            marker, f"{{{SVG}}}path", {"d": symbols[name.lstrip("#")].attrib["d"], "style": style}
        )
        line = {"d": "M " + " L ".join(f"{x} {y}" for x, y in places), "style": "fill: none; stroke: none"}
        line |= {f"marker-{where}": f"url(#{place})" for where in ("start", "mid", "end")}
        ET.SubElement(group, f"{{{SVG}}}path", line)


def _relative(path: str) -> str:
    """A long run of straight pieces as steps from point to point; whole hundredths, so that nothing drifts."""
    out = []
    for run in path.split(" M "):
        end = " z" if run.endswith(" z") else ""
        parts = run.removeprefix("M ").removesuffix(end).split(" L ")
        if len(parts) < FEWEST_STEPS or not all(len(part.split()) == 2 for part in parts):
            return path
        points = [[round(float(v) * 100) for v in part.split()] for part in parts]
        steps = [f"{_hundredths(x - a)} {_hundredths(y - b)}" for (a, b), (x, y) in itertools.pairwise(points)]
        out.append(f"M {points[0][0] / 100:.2f} {points[0][1] / 100:.2f} l {' '.join(steps)}{end}")
    return " ".join(out)


def _hundredths(value: int) -> str:
    """``-50`` as ``"-.5"``, ``1200`` as ``"12"``."""
    whole, part = divmod(abs(value), 100)
    text = f"{whole or ''}.{part:02d}".rstrip("0").rstrip(".") or "0"
    return f"-{text}" if value < 0 else text


def _shorten(root: ET.Element, key: str) -> None:
    """Drop ids nothing points to, and number the others: marks name theirs hundreds of times."""
    text = ET.tostring(root, encoding="unicode")
    used = set(_POINTED.findall(text))
    prefix = "f" + hashlib.sha256(key.encode()).hexdigest()[:8]
    short = {name: f"{prefix}-{place}" for place, name in enumerate(sorted(used))}
    for element in root.iter():
        given = element.attrib
        if "id" in given and given["id"] not in used:
            del given["id"]
        for name, value in given.items():
            if name == "id":
                given[name] = short[value]
            elif name == _HREF and value.startswith("#"):  # a picture's is its own bytes
                given[name] = "#" + short[value[1:]]
            elif "url(#" in value:
                given[name] = _URL.sub(lambda m: f"url(#{short[m[1]]})", value)


def _mend(element: ET.Element) -> None:
    """One element's colours, font and digits; whitespace that only indents is dropped."""
    given = element.attrib
    if "style" in given:
        style = _FONT.sub(r"font-size: \2px; \1", given["style"]).replace("italic ", "font-style: italic")
        given["style"] = _FAMILY.sub("", style).replace(INK, "currentColor")
        given["style"] = given["style"].replace("stroke-dashoffset: 0; ", "").strip("; ")
    if given.get("transform", "").startswith("rotate(-0 "):
        del given["transform"]
    for name in ("d", "x", "y"):
        if name in given:
            given[name] = " ".join(_DECIMALS.sub(lambda m: f"{float(m[0]):.2f}", given[name]).split())
    for part in ("text", "tail"):
        said = getattr(element, part)
        if said is not None and not said.strip() and element.tag != f"{{{SVG}}}text":
            setattr(element, part, None)
