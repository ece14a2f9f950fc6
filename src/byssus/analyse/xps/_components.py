"""What a person says of components, in one line of text.

    C 1s: C-C; C-O; O-C=O at=288.9 within=0.2; Li2CO3; F 1s: LiF; mine at=687.4 fwhm=1.8

A region's name and a colon begin its components; a name that the library has needs nothing more. Keys, energies in eV:
``at`` position, ``within`` how far it may move (0 fixes it), ``fwhm`` where its width starts, ``mix`` its Lorentzian
share, ``tail`` the asymmetry of a Doniach-Sunjic line, ``split`` and ``ratio`` its doublet partner's distance and
area; ``of`` another component to which it is linked by ``shift`` (distance), ``area`` (ratio of areas), ``atoms``
(ratio of atoms, also across regions) and ``fwhm=same``.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from byssus.analyse.xps._library import LIBRARY, known
from byssus.errors import AnalysisError, Problem

__all__ = ["Component", "keyed_numbers", "parse_components"]

_KEYS = ("at", "within", "fwhm", "mix", "tail", "split", "ratio", "of", "shift", "area", "atoms")
_KEY = re.compile(rf"(?:^|\s)({'|'.join(_KEYS)})=")
_REGION = re.compile(r"^([A-Z][a-z]?)\s*(\d[spdf])\s*(\d/2)?\s*:\s*")
WITHIN = 0.3  # eV, for a component of one's own


@dataclass(frozen=True)
class Component:
    """One component; ``None`` where nothing was said. ``of`` is (region, name)."""

    region: str
    name: str
    at_ev: float
    within_ev: float
    fwhm_ev: float | None = None
    mixing: float | None = None
    tail: float | None = None
    split_ev: float = 0.0
    ratio: float = 0.0
    of: tuple[str, str] | None = None
    shift_ev: float | None = None
    area: float | None = None
    atoms: float | None = None
    same_width: bool = False
    source: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.region, self.name


def parse_components(text: str, regions: Collection[str]) -> tuple[Component, ...]:
    """The components of a text; "library" stands for all that the library has of the regions there are.

    Where the file has one region, its name may be left out. Raises :class:`AnalysisError` with every fault.
    """
    if text.strip().casefold() == "library":
        text = "; ".join(f"{k.region}: {k.name}" for k in LIBRARY if k.region in regions)
    current = next(iter(regions)) if len(regions) == 1 else ""
    found: list[Component] = []
    problems: list[Problem] = []
    for entry in re.split(r"[;\n]", text):
        rest = entry.strip()
        if begins := _REGION.match(rest):
            current, rest = f"{begins[1]} {begins[2]}{begins[3] or ''}", rest[begins.end() :]
        if not rest:
            continue
        made = _component(rest, current)
        if isinstance(made, Component):
            found.append(made)
        else:
            problems.append(made)
    keys = [one.key for one in found]
    problems += [
        Problem("a component named twice", "components", f"{r}: {n}") for r, n in {k for k in keys if keys.count(k) > 1}
    ]
    for one in found:
        if one.of is not None and (one.of not in keys or one.of == one.key):
            problems.append(Problem("a component linked to none", "components", f"{one.name} of={one.of[1]}"))
    if problems:
        raise AnalysisError(*problems)
    return tuple(found)


def _component(text: str, region: str) -> Component | Problem:
    parts = _KEY.split(text)
    name, pairs = parts[0].strip(), dict(zip(parts[1::2], (p.strip() for p in parts[2::2]), strict=True))
    where = f"components: {text[:60]}"
    if not region or not name:
        return Problem("a component without a region", where, expected="'C 1s: C-C; C-O; F 1s: LiF'")
    master = pairs.pop("of", "")
    same = pairs.get("fwhm", "") == "same"
    if same:
        del pairs["fwhm"]
    try:
        said = {key: float(value) for key, value in pairs.items()}
    except ValueError:
        return Problem("not a number", where, ", ".join(f"{k}={v}" for k, v in pairs.items()), "energies in eV")
    found = known(region, name)
    if "at" not in said and found is None and not (master and "shift" in said):
        names = ", ".join(k.name for k in LIBRARY if k.region == region) or "none"
        return Problem("a component without position", where, expected=f"at=..., or one of the library: {names}")
    if any(not 0 < said[k] < 1e4 for k in ("fwhm", "ratio", "area", "atoms", "at") if k in said):
        return Problem("a number out of its range", where, text, "positive at, fwhm, ratio, area and atoms")
    if not 0 <= said.get("mix", 0) <= 1 or not 0 <= said.get("tail", 0) < 0.5 or said.get("within", 0) < 0:
        return Problem("a number out of its range", where, text, "0 <= mix <= 1, 0 <= tail < 0.5, within >= 0")
    return Component(
        region, name, said.get("at", found.at_ev if found else 0.0),
        said.get("within", found.within_ev if found and "at" not in said else WITHIN), said.get("fwhm"),
        said.get("mix"), said.get("tail"), said.get("split", found.split_ev if found else 0.0),
        said.get("ratio", found.ratio if found else 0.0), _link(master, region) if master else None,
        said.get("shift"), said.get("area"), said.get("atoms"), same,
        found.told if found and "at" not in said else "given",
    )  # fmt: skip


def _link(text: str, region: str) -> tuple[str, str]:
    begins = _REGION.match(text)
    if begins is None:
        return region, text
    return f"{begins[1]} {begins[2]}{begins[3] or ''}", text[begins.end() :].strip()


def keyed_numbers(text: str, name: str, count: int) -> dict[str, tuple[float, ...]]:
    """``"C 1s: 280 296; F 1s: 682 692"`` as numbers by region; :class:`AnalysisError` where it is not so."""
    found: dict[str, tuple[float, ...]] = {}
    for entry in filter(None, (part.strip() for part in text.split(";"))):
        begins = _REGION.match(entry)
        numbers = re.findall(r"[-+]?\d+(?:\.\d+)?", entry[begins.end() :]) if begins else []
        if begins is None or len(numbers) != count:
            expected = "'C 1s: 280 296; F 1s: 682 692'" if count > 1 else "'C 1s: 1.0; F 1s: 4.43'"
            raise AnalysisError(Problem(f"{name} cannot be read", name, f"'{entry[:60]}'", expected))
        found[f"{begins[1]} {begins[2]}{begins[3] or ''}"] = tuple(float(n) for n in numbers)
    return found
