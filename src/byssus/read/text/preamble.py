"""What stands above the table: ``key: value [unit]`` pairs, and the specimen's own numbers in SI."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from byssus.read.headings import plain, split_heading, unit_scale
from byssus.read.problems import escaped
from byssus.read.text.cells import split_line
from byssus.units import split_number

__all__ = ["header_numbers", "is_size", "pairs"]

MAX_PAIRS = 200
MAX_VALUE = 300
# What headers call the numbers an analysis may want, by SI name.
_NAMES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "width_m": ("m", (
        "Specimen width", "Width", "Sample width", "Probenbreite", "Breite", "Breite b0", "b0", "Largeur",
        "Largeur de l'éprouvette", "Largeur éprouvette", "Anchura", "Szerokość", "幅", "폭",
    )),
    "thickness_m": ("m", (
        "Specimen thickness", "Thickness", "Sample thickness", "Probendicke", "Dicke", "Dicke a0", "a0", "Épaisseur",
        "Epaisseur", "Épaisseur éprouvette", "Espesor", "Grubość", "厚さ", "두께",
    )),
    "gauge_length_m": ("m", (
        "Gage length", "Gauge length", "Gage length, standard travel", "Gauge length, standard travel", "Messlänge",
        "Anfangsmesslänge", "L0", "Einspannlänge", "Longueur initiale", "Longueur de référence",
        "L0 - course standard", "Tensile strain (Extension) gauge length",
        "Tensile strain (Displacement) gauge length", "Messlänge L0", "標点距離", "표점거리",
        "Odkształcenie przy rozciąganiu (Przemieszczenie) długość pomiarowa",
    )),
    "area_m2": ("m^2", (
        "Cross-section", "Cross section", "Cross-sectional area", "Area", "Querschnitt", "Querschnittsfläche", "Fläche",
        "S0", "Section", "Aire", "断面積", "Electrode surface area",
    )),
    "mass_kg": ("kg", ("Mass", "Masse", "Active mass", "Mass of active material", "Aktivmasse")),
}  # fmt: skip
# In SI, between the area of one atom and far beyond any specimen: other sizes are garbled or not filled in.
SMALLEST, LARGEST = 1e-20, 1e6
_EXTENSOMETER = re.compile(r"extensom|capteur d.extension|feindehn", re.I)
# "Width,5.00,mm", "Specimen properties : Width,"5.00",mm": a name, a number or quoted words, perhaps a unit.
_COMMAS = re.compile(r'^[^,"=\d][^,"=]{0,79},(?:"[^"]*"|[-+]?\d+(?:\.\d+)?)(?:,[^,]{0,12})?$')
_PAIR = re.compile(r"^(?P<key>[^:=]{1,80}?)\s*[:=]\s*(?P<value>.*)$")


def pairs(lines: Sequence[str]) -> dict[str, str]:
    """The pairs of a preamble, ``"12.7 mm"`` kept as written; a unit after the value joins it."""
    found: dict[str, str] = {}
    for line in lines:
        bare = line.strip().lstrip("#%~/; ").strip()
        if not bare or bare[0] in "{[" or len(found) >= MAX_PAIRS:
            continue
        key, value = _pair(bare)
        if key and key not in found:
            found[key] = value[:MAX_VALUE]
    return found


def _pair(line: str) -> tuple[str, str]:
    if line.startswith('"') or ";" in line or "\t" in line or _COMMAS.match(line):
        separator = next((s for s in (";", "\t") if s in line), ",")
        row = [cell for cell in split_line(line.replace("\r", " "), separator) if cell]
        if 1 < len(row) <= 3:
            return row[0].rstrip(" :="), " ".join(row[1:])
    match = _PAIR.match(line)
    return (match["key"].strip(), match["value"].strip()) if match else ("", "")


def is_size(heading: str) -> bool:
    """Whether a heading names a size of a specimen, as over a table of specimens."""
    bases = {plain(base) for base, _ in split_heading(heading)}
    return any(plain(spelling) in bases for _, spellings in _NAMES.values() for spelling in spellings)


def header_numbers(found: Mapping[str, str]) -> tuple[dict[str, float], tuple[str, ...]]:
    """Width, thickness, gauge length, area and mass of a preamble, in SI, where number and unit are clear.

    With them a warning for each that no specimen can have, and that is left out.
    """
    out: dict[str, float] = {}
    warnings: list[str] = []
    for key, value in found.items():
        text = re.sub(r"(?<=\d),(?=\d)", ".", value) if value.count(",") == 1 and "." not in value else value
        parts = split_number(text)
        if parts is None:
            continue
        number, behind = parts
        for base, inside in split_heading(key.rpartition(" : ")[2]):
            for name, (target, spellings) in _NAMES.items():
                if name in out or plain(base) not in {plain(s) for s in spellings}:
                    continue
                if name == "gauge_length_m" and _EXTENSOMETER.search(key):
                    continue  # not the length between the grips, which the crosshead's travel refers to
                scale = unit_scale(behind or inside, target)
                if scale is None:
                    continue
                in_si = number * scale[0] + scale[1]
                if SMALLEST < in_si < LARGEST:
                    out[name] = float(f"{in_si:.15g}")
                else:
                    said = f"'{escaped(key, 40)}' of the header is left out: {escaped(value, 40)} is no size"
                    warnings.append(f"{said} of a specimen")
    return out, tuple(dict.fromkeys(warnings))
